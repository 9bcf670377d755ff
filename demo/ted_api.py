"""The TED site of the replica: the Search API (version 3), the notices' XML and a page for each.

Behaves as the API's own description says: `ACTIVE` is the default scope, in `ITERATION` mode a
token comes with every answer and the end is an empty `notices`, one unknown field fails the call.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from demo.build import Site
from demo.exchange import (
    HTML,
    Held,
    Request,
    Response,
    content,
    json_response,
    not_found,
    page,
    redirect,
)
from demo.notice_fields import FIELD_NAMES, response_fields, search_record
from demo.ted_query import Query, QueryError, Record, read_query
from demo.world import Notice, day_of

MAX_LIMIT = 250
MAX_FIELDS = 10_000
MAX_NOTICES = 15_000
ROBOTS = "User-agent: *\nDisallow: /packages/\nDisallow: /admin/\nDisallow: /search/\n"
_SCOPES = {"LATEST", "ACTIVE", "ALL"}
_MODES = {"PAGE_NUMBER", "ITERATION"}
_XML = re.compile(r"/[a-z]{2}/notice/0*(\d+-\d{4})/xml")
_DETAIL = re.compile(r"/([a-z]{2})/notice/-/detail/0*(\d+-\d{4})")
_TYPES: dict[str, type] = {
    "query": str,
    "fields": list,
    "page": int,
    "limit": int,
    "scope": str,
    "checkQuerySyntax": bool,
    "paginationMode": str,
    "onlyLatestVersions": bool,
    "iterationNextToken": str,
}


class TedSite:
    """Answers requests as ted.europa.eu and api.ted.europa.eu, on one port."""

    def __init__(self, built: Site, night: int) -> None:
        self._built = built
        # the replica's own day, so that open and closed notices stay what they are
        self._today = day_of(night)
        newest = sorted(built.world.notices, key=lambda n: (n.published, n.number), reverse=True)
        self._notices = {notice.name: notice for notice in newest}
        self._records: list[Record] = [search_record(notice) for notice in newest]

    def documents(self, base_url: str) -> dict[str, Held]:  # noqa: ARG002 - as all sites have it
        """Return the notices of tonight by document key, those of other CPV families too."""
        names = self._notices.items()
        return {notice.key: Held(target=f"/en/notice/{name}/xml") for name, notice in names}

    def __call__(self, request: Request) -> Response:
        """Answer one request; what the site does not have is a 404."""
        if request.path == "/v3/notices/search":
            return self._api(request)
        if request.method not in {"GET", "HEAD"}:
            return page("Method not allowed", status=405)
        if request.path == "/robots.txt":
            return content(ROBOTS.encode(), "text/plain; charset=UTF-8")
        if xml := _XML.fullmatch(request.path):
            return self._xml(xml[1])
        if detail := _DETAIL.fullmatch(request.path):
            return self._detail(detail[2], request)
        return not_found()

    def _xml(self, name: str) -> Response:
        if name not in self._notices:
            return not_found()
        return content(self._built.notice(name), "application/xml")

    def _detail(self, name: str, request: Request) -> Response:
        if name not in self._notices:
            return not_found()
        if not request.path.endswith(f"/{name}"):
            return redirect(f"{request.base_url}/en/notice/-/detail/{name}")
        title = escape(self._notices[name].title_en)
        return page(
            f"<!DOCTYPE html><html lang='en'><head><title>{title} - TED</title></head>"
            f"<body><noscript>{title}: this application needs JavaScript.</noscript></body></html>"
        )

    def _api(self, request: Request) -> Response:
        if request.method != "POST":
            headers = {"Allow": "POST", "Content-Type": HTML}
            return Response(status=405, headers=headers)
        try:
            asked = _read_body(request.body)
            query = read_query(asked["query"], today=self._today)
            _check(asked)
            return json_response(self._search(asked, query, request.base_url))
        except QueryError as error:
            return json_response({"message": str(error), "error": error.details}, status=400)

    def _search(self, asked: Mapping[str, Any], query: Query, base: str) -> dict[str, Any]:
        if asked["checkQuerySyntax"]:
            return {"notices": [], "totalNoticeCount": 0, "timedOut": False}
        found = [r for r in query.run(self._records) if self._in_scope(r, asked["scope"])]
        iterating = asked["paginationMode"] == "ITERATION"
        start = _offset(asked) if iterating else (asked["page"] - 1) * asked["limit"]
        chosen = found[start : start + asked["limit"]]
        answer: dict[str, Any] = {
            "notices": [self._fields(record, asked["fields"], base) for record in chosen],
            "totalNoticeCount": len(found),
            "timedOut": False,
        }
        if iterating:
            answer["iterationNextToken"] = _token(asked, start + len(chosen))
        return answer

    def _in_scope(self, record: Record, scope: str) -> bool:
        notice = self._of(record)
        if scope == "ACTIVE":
            return notice.deadline is not None and notice.deadline >= self._today
        if scope == "LATEST":
            latest = max(n.published for n in self._notices.values())
            return notice.published == latest
        return True

    def _of(self, record: Record) -> Notice:
        return self._notices[record["publication-number"][0]]

    def _fields(self, record: Record, names: Sequence[str], base: str) -> dict[str, Any]:
        values = response_fields(self._of(record), base)
        always = {"publication-number", "links"}
        return {name: value for name, value in values.items() if name in always | set(names)}


def _read_body(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError:
        raise QueryError("Failed to read request", {"type": "UNSUPPORTED_VALUE"}) from None
    if not isinstance(asked, dict):
        raise QueryError("Failed to read request", {"type": "UNSUPPORTED_VALUE"})
    for name, value in asked.items():
        expected = _TYPES.get(name)
        flag = isinstance(value, bool) and expected is not bool
        if expected is None or flag or not isinstance(value, expected):
            raise _refused(name, value)
    if "query" not in asked:
        raise _refused("query", None)
    if not asked.get("fields"):
        raise _refused("fields", asked.get("fields"))
    defaults = {"page": 1, "limit": 10, "scope": "ACTIVE", "paginationMode": "PAGE_NUMBER"}
    return defaults | {"checkQuerySyntax": False} | asked


def _refused(name: str, value: object) -> QueryError:
    return QueryError(
        f"Parameter '{name}' has an unsupported value: {value}",
        {"type": "UNSUPPORTED_VALUE", "parameterName": name, "unsupportedValue": str(value)},
    )


def _check(asked: Mapping[str, Any]) -> None:
    """Raise QueryError for a parameter outside what the API's description allows."""
    if asked["scope"] not in _SCOPES:
        raise _refused("scope", asked["scope"])
    if asked["paginationMode"] not in _MODES:
        raise _refused("paginationMode", asked["paginationMode"])
    limit, number = asked["limit"], asked["page"]
    if not 0 <= limit <= MAX_LIMIT or limit * len(asked["fields"]) > MAX_FIELDS:
        raise _refused("limit", limit)
    paged = asked["paginationMode"] == "PAGE_NUMBER"
    if number < 1 or (paged and number * limit > MAX_NOTICES):
        raise _refused("page", number)
    for field in asked["fields"]:
        if field not in FIELD_NAMES:
            raise _refused("fields", field)


def _fingerprint(asked: Mapping[str, Any]) -> str:
    said = json.dumps([asked["query"], asked["scope"]])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _token(asked: Mapping[str, Any], offset: int) -> str:
    return base64.urlsafe_b64encode(f"{_fingerprint(asked)}:{offset}".encode()).decode()


def _offset(asked: Mapping[str, Any]) -> int:
    """Return where an iteration goes on. Raises QueryError for a token of another search."""
    if "iterationNextToken" not in asked:
        return 0
    try:
        said = base64.urlsafe_b64decode(asked["iterationNextToken"]).decode()
    except (binascii.Error, UnicodeDecodeError):
        said = ""
    fingerprint, _, offset = said.partition(":")
    if fingerprint != _fingerprint(asked) or not offset.isdecimal():
        raise QueryError("Invalid iteration token", {"type": "INVALID_ITERATION_TOKEN"})
    return int(offset)
