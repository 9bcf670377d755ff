"""What the reading pages share: whose eyes the store is read with, and texts that are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape

from core.errors import StoreError
from core.text import one_line
from review.access import Visit
from review.web import address
from review.words import title
from store.cite import cite
from store.database import Store
from store.published import published
from store.search.records import CLOSE, OPEN

T = TypeVar("T")
_STEERING = ("Cc", "Cf", "Cs", "Co")
_MARKS: Final = {OPEN: Markup("<mark>"), CLOSE: Markup("</mark>")}


async def look(visit: Visit, work: Callable[[Store], T]) -> T:
    """Run a reading function on what a visit may see: all of the store, or what is published."""
    if not visit.published_only:
        return await visit.site.read(work)
    path = visit.site.options.database

    def narrowed() -> T:
        with published(path) as store:
            return work(store)

    return await visit.site.elsewhere(narrowed)


def plain_title(text: str | None, fallback: str = "") -> str:
    """Return a title for the window's frame: one line, cut, and without what turns directions.

    >>> plain_title("Boats \\u202efor\\nLibya")
    'Boats for Libya'
    """
    shown = "".join(" " if c.isspace() else c for c in text or "")
    kept = "".join(c for c in shown if unicodedata.category(c) not in _STEERING)
    return title(kept, fallback) or title(fallback)


def marked(snippet: str) -> Markup:
    """Return a snippet as HTML, with the words that were found marked and all else escaped.

    >>> marked("a <b> \\x02boat\\x03")
    Markup('a &lt;b&gt; <mark>boat</mark>')
    """
    whole, opened = Markup(""), False
    part = ""
    for c in one_line(snippet) + CLOSE:
        if c not in _MARKS:
            part += c
            continue
        whole += escape(part)
        part = ""
        if (c == OPEN) != opened:
            whole += _MARKS[c]
            opened = not opened
    return whole


def web_link(url: str | None) -> str:
    """Return an address of the web as it may stand in a link; empty for any other."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return str(url) if parts.scheme in ("http", "https") and parts.netloc else ""


def page_address(key: str, version: int, page: int, *, start: int = 0, end: int = 0) -> str:
    """Return the stable address of a page of a version, or of a span on it in code points.

    >>> page_address("ted:1-2025", 1, 3, start=5, end=9)
    '/document/ted:1-2025/version/1/page/3?start=5&end=9#mark'
    """
    path = address("document", key, "version", version, "page", page)
    return f"{path}?start={start}&end={end}#mark" if end > start else path


def with_query(path: str, values: Mapping[str, Any]) -> str:
    """Return a path with the values that are not empty; lists are repeated."""
    query = urlencode({n: v for n, v in values.items() if v not in ("", None, [], ())}, doseq=True)
    return f"{path}?{query}" if query else path


def cited(store: Store, key: str) -> str | None:
    """Return a citation as plain text, None for what cannot be cited."""
    try:
        told = cite(store, key)
    except StoreError:
        return None
    return "\n".join(_lines(told))


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    if told["quote"]:
        yield f"“{one_line(told['quote'])}”"
    parts = [f"{told['publisher']}, “{one_line(told['title'] or told['document'])}”"]
    parts += [part for part in (told["reference"], (told["published"] or "")[:10]) if part]
    if told["page"] is not None:
        parts.append(f"page {told['page']}")
    yield f"{', '.join(parts)}."
    yield told["address"] or "No address is known; the file was taken in by hand."
    if told["landing_page"] and told["landing_page"] != told["address"]:
        yield f"Found on {told['landing_page']}"
    fetched = told["fetched_at"]
    yield f"Version {told['version']}, fetched {fetched[:10]} {fetched[11:16]} UTC."
    yield f"SHA-256 {told['sha256']}."
    yield f"Key: {told['entry'] or told['document']}"
    for note in told["notes"]:
        yield f"Note: {note}"
