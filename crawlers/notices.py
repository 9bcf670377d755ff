"""Answers of TED's Search API, version 3: a page of notices, and the next one's token.

Format: the API's own description (OpenAPI file of OP-TED/tedapi-docs). Dates, titles and links come
in several shapes, and empty fields are left out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.keys import notice_key, notice_number
from core.text import one_line
from crawlers.dates import read_date

_ALWAYS = {"publication-number", "links"}


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """A notice as a search finds it; `number` is without padding, `xml_url` None if not linked.

    `fields` is all that the search says of it, as JSON with sorted keys.
    """

    key: str
    number: str
    xml_url: str | None
    html_url: str | None
    title: str | None
    published: str | None
    kind: str | None
    fields: bytes


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """A page of a search. `problem` says why the answer is none; then there are no rows."""

    rows: tuple[NoticeRow, ...] = ()
    total: int | None = None
    token: str | None = None
    problem: str | None = None
    left: tuple[str, ...] = ()


def parse_search(body: bytes, fields: Collection[str]) -> SearchPage:
    """Read an answer to a search for `fields`; an answer without `notices` is a problem."""
    try:
        answer = json.loads(body)
    except ValueError as error:
        return SearchPage(problem=f"The answer is no JSON ({error}).")
    if not isinstance(answer, dict) or not isinstance(answer.get("notices"), list):
        return SearchPage(problem=f"The answer has no notices: {error_message(body)}")
    if answer.get("timedOut"):
        return SearchPage(problem="The search timed out on the site's side and is incomplete.")
    left: list[str] = []
    rows = [_row(notice, fields, left) for notice in answer["notices"]]
    total, token = answer.get("totalNoticeCount"), answer.get("iterationNextToken")
    return SearchPage(
        rows=tuple(row for row in rows if row is not None),
        total=total if isinstance(total, int) else None,
        token=token if isinstance(token, str) and token else None,
        left=tuple(dict.fromkeys(left)),
    )


def error_message(body: bytes) -> str:
    """Return what an error answer says, cut to a line."""
    try:
        answer = json.loads(body)
    except ValueError:
        return one_line(body[:200].decode("utf-8", "replace"))
    if isinstance(answer, dict):
        kind = answer.get("error")
        named = kind.get("type", "") if isinstance(kind, dict) else ""
        return one_line(f"{named} {answer.get('message') or ''}") or "no message."
    return one_line(str(answer))[:200]


def _row(notice: Any, fields: Collection[str], left: list[str]) -> NoticeRow | None:
    stated = notice.get("publication-number") if isinstance(notice, Mapping) else None
    number = notice_number(str(stated))
    key = notice_key(str(stated))
    if number is None or key is None:
        left.append(f"notice without a publication number: {one_line(str(notice))[:80]}")
        return None
    left += [f"notice field: {name}" for name in notice if name not in _ALWAYS | set(fields)]
    links = notice.get("links")
    return NoticeRow(
        key=key,
        number=number,
        xml_url=_link(links, "xml", "MUL"),
        html_url=_link(links, "html", "ENG"),
        title=_first(notice.get("notice-title"), "eng"),
        published=read_date(_first(notice.get("publication-date"), "") or ""),
        kind=_first(notice.get("notice-type"), ""),
        fields=json.dumps(notice, ensure_ascii=False, sort_keys=True).encode(),
    )


def _link(links: Any, form: str, language: str) -> str | None:
    """Return the link of a form in a language, or in any, whose keys' case is not relied on."""
    offered = links.get(form) if isinstance(links, Mapping) else None
    if isinstance(offered, str):
        return offered
    if not isinstance(offered, Mapping):
        return None
    by_language = {name.upper(): link for name, link in offered.items() if isinstance(link, str)}
    return by_language.get(language) or next(iter(by_language.values()), None)


def _first(value: Any, language: str) -> str | None:
    """Return a text from a text, a list of texts, or either of them by language."""
    if isinstance(value, Mapping):
        return _first(value.get(language) or next(iter(value.values()), None), "")
    if isinstance(value, list):
        return _first(value[0], "") if value else None
    return one_line(value) or None if isinstance(value, str) else None
