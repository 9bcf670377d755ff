"""Tenders Electronic Daily: the Search API finds notices, their XML is the document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from crawlers.notices import NoticeRow, SearchPage, error_message, parse_search
from crawlers.plan import is_loopback
from crawlers.spiders.base import Yielded, wanted
from crawlers.spiders.records import SearchSpider


class TedSpider(SearchSpider):
    """Search API, version 3, in iteration mode -> the XML that each notice's links give."""

    name = "ted"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query = search_query(self.source.options, dt.datetime.now(dt.UTC).date())
        self.tokens: set[str] = set()
        self.received_rows = 0
        self.total: int | None = None

    def payload(self, token: str | None) -> dict[str, Any]:
        """Return the body of a search; the token is left out on the first one."""
        options = self.source.options
        asked = {
            "query": self.query,
            "fields": options["fields"],
            "limit": options["limit"],
            "scope": options["scope"],
            "paginationMode": "ITERATION",
        }
        return asked | ({"iterationNextToken": token} if token else {})

    def error(self, body: bytes) -> str:
        """Return the API's own word for what is wrong."""
        return error_message(body)

    def rows(self, body: bytes, url: str) -> Iterator[Yielded]:
        """Follow the notices of a page and ask for the next; an empty page is the end."""
        page = parse_search(body, self.source.options["fields"])
        if page.problem:
            self.ledger.parser_failed = True
            yield self.ledger.issue("search_failed", page.problem, level="error", url=url)
            return
        self.total = page.total if page.total is not None else self.total
        self.received_rows += len(page.rows)
        for what in page.left:
            if self.ledger.first_time(what):
                yield self.ledger.issue("unhandled_field", what, url=url)
        for row in page.rows:
            yield from self.notice(row, url)
        yield from self.go_on(page, url)

    def go_on(self, page: SearchPage, url: str) -> Iterator[Yielded]:
        """Ask for the next page, or compare what came with what the search counted."""
        if page.rows and page.token and page.token not in self.tokens:
            self.tokens.add(page.token)
            yield self.search(page.token)
            return
        if page.rows and page.token:
            detail = "The search gave the same token twice; it was left there."
            yield self.ledger.issue("list_repeats", detail, level="error", url=url)
        if self.total is not None and self.received_rows != self.total:
            detail = f"The search counts {self.total} notices, {self.received_rows} were received."
            yield self.ledger.issue("list_incomplete", detail, level="error", url=url)

    def notice(self, row: NoticeRow, url: str) -> Iterator[Yielded]:
        """Follow the link to a notice's XML."""
        if row.xml_url is None or not self.is_ted(row.xml_url):
            self.ledger.listed.add(row.key)
            detail = f"Notice {row.number} has no link to its XML on the EU's sites: {row.xml_url}."
            yield self.ledger.issue("no_xml_link", detail, url=row.html_url or url)
            return
        document = wanted(
            row.xml_url,
            key=row.key,
            landing_url=row.html_url,
            title=row.title,
            published=row.published,
            kind=row.kind or "notice",
            reference=row.number,
        )
        yield from self.document(document)

    def is_ted(self, url: str) -> bool:
        """Say whether an address is on an EU site, or on this machine as the source itself is."""
        host = urlsplit(url).hostname or ""
        if is_loopback(urlsplit(self.source.base_url).hostname):
            return is_loopback(host)
        return f".{host}".endswith(".europa.eu")


def search_query(options: dict[str, Any], today: dt.date) -> str:
    """Return the expert query: `query` as it stands, else CPV families and the dates.

    `since` (YYYYMMDD) is the first day of publication; without it, `days` before today.

    >>> search_query({"cpv": ["35*", "34*"], "days": 3}, dt.date(2026, 3, 2)).split(" SORT ")[0]
    'classification-cpv IN (35* 34*) AND publication-date >= 20260227'
    """
    if options.get("query"):
        return str(options["query"])
    since = options.get("since") or f"{today - dt.timedelta(days=options['days']):%Y%m%d}"
    families = " ".join(options["cpv"])
    return (
        f"classification-cpv IN ({families}) AND publication-date >= {since}"
        " SORT BY publication-date DESC"
    )
