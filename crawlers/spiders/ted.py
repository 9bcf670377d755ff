"""Tenders Electronic Daily: the Search API finds notices, their XML is the document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response
from twisted.python.failure import Failure

from core.records import Fetched
from crawlers.answers import Answer
from crawlers.hosts import follows
from crawlers.ledger import REFUSAL_LIMIT
from crawlers.notices import NoticeRow, SearchPage, error_message, parse_search
from crawlers.plan import Known, time_of
from crawlers.politeness import Forbidden
from crawlers.spiders.base import Wanted, Yielded, wanted
from crawlers.spiders.records import SearchSpider
from crawlers.spiders.wanted import said

_OVERLAP = dt.timedelta(days=3)  # notices may enter the search after their day


class TedSpider(SearchSpider):
    """Search API, version 3, in iteration mode -> the XML that each notice's links give."""

    name = "ted"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        walked = self.plan.walked.get(self.source.id)
        self.query = search_query(self.source.options, time_of(self.plan).date(), walked)
        self.tokens: set[str] = set()
        self.received_rows = 0
        self.total: int | None = None
        self.found: dict[str, NoticeRow] = {}
        self.stood_in = 0
        self.turned_down = 0

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
        if self.ledger.cut:
            return
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
        if row.xml_url is None or not follows(self.source, row.xml_url):
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
            expects="xml",
        )
        self.found[row.key] = row
        yield from self.document(document)

    def turned_away(self, response: Response, answer: Answer) -> None:
        """Leave the host of the notices alone for tonight, where the search itself still answers.

        Its fields then stand in for each notice, and the XML is asked for again the next night.
        """
        host = urlsplit(response.url).netloc
        if host == urlsplit(self.source.base_url).netloc:
            super().turned_away(response, answer)
        else:
            self.ledger.night.walled.add(host)

    def refused(
        self, response: Response, wanted: Wanted, answer: Answer, known: Known | None
    ) -> Iterator[Yielded]:
        """Keep the search's own fields where a notice's XML is refused."""
        yield from super().refused(response, wanted, answer, known)
        if answer.meaning == "refused":
            self.turned_down += 1
            if self.turned_down >= REFUSAL_LIMIT:
                self.turned_away(response, answer)
            yield from self.stand_in(wanted)

    def came_to_nothing(self, failure: Failure) -> Iterator[Yielded]:
        """Keep the search's own fields where we may not ask for a notice's XML."""
        yield from super().came_to_nothing(failure)
        if isinstance(failure.value, Forbidden):
            yield from self.stand_in(failure.request.cb_kwargs["wanted"])  # type: ignore[attr-defined]

    def stand_in(self, wanted: Wanted) -> Iterator[Yielded]:
        """Yield the line of a notice of which only the search's fields could be had.

        Its status is 203 (Non-Authoritative Information, RFC 9110): no copy of the XML is known.
        """
        row = self.found.get(wanted.key)
        if row is None or wanted.url in self.plan.known:
            return
        self.stood_in += 1
        yield Fetched(
            **said(wanted, self.source.id),
            final_url=urljoin(self.source.base_url, self.source.options["path"]),
            status=203,
            media_type="application/json",
            sha256=self.ledger.night.writer.keep(row.fields),
            name=f"{row.number}.json",
        )

    def settle(self) -> None:
        """Say that notices are there with the search's fields only."""
        if self.stood_in:
            detail = (
                f"The XML of {self.stood_in} notices was refused; the search's fields stand in."
            )
            self.ledger.end("refused", detail)


def search_query(options: dict[str, Any], today: dt.date, walked: str | None = None) -> str:
    """Return the expert query: `query` as it stands, else CPV families and the dates.

    `since` (YYYYMMDD) is the first day of publication; without it, `days` before today, or some
    days before the search was last `walked` to its end, where that is longer ago.

    >>> search_query({"cpv": ["35*", "34*"], "days": 3}, dt.date(2026, 3, 2)).split(" SORT ")[0]
    'classification-cpv IN (35* 34*) AND publication-date >= 20260227'
    """
    if options.get("query"):
        return str(options["query"])
    first = today - dt.timedelta(days=options["days"])
    if walked is not None:
        first = min(first, dt.date.fromisoformat(walked[:10]) - _OVERLAP)
    since = options.get("since") or f"{first:%Y%m%d}"
    families = " ".join(options["cpv"])
    return (
        f"classification-cpv IN ({families}) AND publication-date >= {since}"
        " SORT BY publication-date DESC"
    )
