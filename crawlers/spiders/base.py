"""What all spiders share: asking once for each document, and turning answers into journal lines."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DontCloseSpider,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from twisted.python.failure import Failure

from core.archive import JournalLine
from core.keys import canonical_url, url_key
from core.records import Fetched, Source
from crawlers.answers import Answer, judge
from crawlers.ledger import OVER, Ledger, Level, State
from crawlers.plan import CrawlPlan, Known
from crawlers.politeness import Forbidden, SeenTonight, Stopped, headers_of

Yielded: TypeAlias = Request | JournalLine
LIST_PRIORITY = 3
NEW_PRIORITY = 2
KEPT_HEADERS = (
    "etag",
    "last-modified",
    "content-type",
    "content-length",
    "content-disposition",
    "content-language",
    "date",
)
_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)
_STATES: dict[str, State] = {"missing": "unreachable", "refused": "refused"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A document as the list or page that links it announces it."""

    key: str
    url: str
    landing_url: str | None = None
    title: str | None = None
    published: str | None = None
    language: str | None = None
    kind: str | None = None
    reference: str | None = None


# Reads a page: what it says of itself, and what it leads to.
Opened: TypeAlias = Callable[[bytes, Wanted], tuple[Wanted, Iterable[Yielded]]]


def wanted(url: str, *, key: str | None = None, **said: str | None) -> Wanted:
    """Return the document at `url`; its key comes from the address where none is given."""
    address = canonical_url(url)
    return Wanted(key=key or url_key(address), url=address, **said)


class PoliteSpider(Spider):
    """Base of all spiders: `source`, `plan` and `ledger` come with the crawl."""

    name = ""

    def __init__(self, source: Source, plan: CrawlPlan, ledger: Ledger) -> None:
        super().__init__()
        self.source = source
        self.plan = plan
        self.ledger = ledger
        self.asked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PoliteSpider:
        """Build it as Scrapy does, and connect what happens at its end and on its faults."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_error, signals.spider_error)
        crawler.signals.connect(spider.on_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Yielded]:
        """Yield the first requests."""
        for request in self.first_requests():
            yield request

    def first_requests(self) -> Iterator[Yielded]:
        """Yield where this source begins."""
        raise NotImplementedError

    def document(self, wanted: Wanted, opened: Opened | None = None) -> Iterator[Yielded]:
        """Yield the request for a document, unless it was asked for tonight or its copy is young.

        `opened` reads a page that leads to more; where no new body comes it reads the copy at hand.
        """
        known = self.plan.known.get(wanted.url)
        if known is not None:  # an old address may have led to a document with a key of its own
            wanted = replace(wanted, key=known.document_key)
        self.ledger.listed.add(wanted.key)
        if wanted.key in self.asked:
            return
        self.asked.add(wanted.key)
        copy = self._copy(known) if known is not None and opened is not None else None
        if known is not None and opened is not None and copy is None:
            known = None  # without its bytes the page must be had anew
        if known is None or self.is_due(known):
            yield self._request(wanted, known, opened)
            return
        self.ledger.confirmed.add(wanted.key)
        if opened is not None and copy is not None:
            yield from opened(copy, wanted)[1]

    def is_due(self, known: Known) -> bool:
        """Say whether a known document is to be asked for again tonight."""
        if not self.source.options.get("recheck", True):
            return False
        return known.fetched_at < (self.plan.recheck_before or self._recheck_before())

    def _recheck_before(self) -> str:
        nights = dt.timedelta(days=self.source.recheck_nights)
        # an hour's grace, so that a run that starts earlier than the last one skips no night
        return time_text(dt.datetime.now(dt.UTC) - nights + dt.timedelta(hours=1))

    def _copy(self, known: Known) -> bytes | None:
        try:
            return self.ledger.night.archive.get(known.sha256 or "")
        except OSError:
            return None

    def _request(self, wanted: Wanted, known: Known | None, opened: Opened | None) -> Request:
        headers = {}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        return Request(
            wanted.url,
            callback=self.received,
            errback=self.came_to_nothing,
            headers=headers,
            cb_kwargs={"wanted": wanted, "opened": opened},
            priority=NEW_PRIORITY if known is None else priority_of(known),
        )

    def received(
        self, response: Response, wanted: Wanted, opened: Opened | None
    ) -> Iterator[Yielded]:
        """Turn the answer for a document into its journal line, and follow what it leads to."""
        answer = judge(response.status, headers_of(response), response.body)
        known = self.plan.known.get(wanted.url)
        wanted = self._at_home(wanted, response.url)
        more: Iterable[Yielded] = ()
        if answer.meaning == "body":
            sha256 = self.ledger.night.keep(response.body)
            if opened is not None:
                wanted, more = opened(response.body, wanted)
            yield self._line(response, wanted, outcome="fetched", sha256=sha256)
        elif answer.meaning == "not_modified":
            yield self._line(response, wanted, outcome="not_modified")
            copy = self._copy(known) if known is not None else None
            if opened is not None and copy is not None:
                more = opened(copy, wanted)[1]
        else:
            yield from self._refused(response, wanted, answer, known)
        yield from more

    def _at_home(self, wanted: Wanted, final_url: str) -> Wanted:
        """Give a document that was reached by redirect its own key, where the address has one."""
        key = url_key(final_url)
        if key == wanted.key or key.startswith("url:") or not wanted.key.startswith("url:"):
            return wanted
        self.asked.add(key)
        if wanted.key in self.ledger.listed:
            self.ledger.listed.discard(wanted.key)
            self.ledger.listed.add(key)
        return replace(wanted, key=key)

    def _refused(
        self, response: Response, wanted: Wanted, answer: Answer, known: Known | None
    ) -> Iterator[Yielded]:
        if answer.meaning == "missing" and self._knows(wanted.key, known):
            yield self._line(response, wanted, outcome="gone")
            return
        if answer.code in ("challenge", "rate_limited"):
            self.ledger.end("refused", f"{answer.detail} {response.url}")
        level: Level = "error" if answer.meaning == "refused" else "warning"
        yield self.ledger.issue(answer.code, answer.detail, level=level, url=wanted.url)
        outcome = "refused" if answer.meaning == "refused" else "failed"
        yield self._line(response, wanted, outcome=outcome)

    def _knows(self, key: str, known: Known | None) -> bool:
        return known is not None or any(k.document_key == key for k in self.plan.known.values())

    def _line(self, response: Response, wanted: Wanted, **result: Any) -> Fetched:
        headers = headers_of(response)
        media_type = headers.get("content-type", "").split(";")[0].strip().lower()
        return Fetched(
            **said(wanted, self.source.id),
            final_url=response.url,
            status=response.status,
            media_type=media_type or None,
            headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
            name=file_name(response.url, headers.get("content-disposition", "")),
            **result,
        )

    def came_to_nothing(self, failure: Failure) -> Iterator[Yielded]:
        """Turn a request for a document without an answer into its journal line and issue."""
        request: Request = failure.request  # type: ignore[attr-defined]
        wanted: Wanted = request.cb_kwargs["wanted"]
        if isinstance(failure.value, SeenTonight):
            self.ledger.listed.discard(wanted.key)  # another address of a listed document
        if self._is_over(failure) or isinstance(failure.value, SeenTonight):
            return
        code, state, detail = explained(failure, request)
        if self.ledger.first_time(f"{code} {detail}"):
            yield self.ledger.issue(code, detail, url=wanted.url)
        yield Fetched(
            **said(wanted, self.source.id),
            final_url=request.url,
            status=200 if code == "too_large" else 0,
            outcome="refused" if state == "refused" else "failed",
        )

    def _is_over(self, failure: Failure) -> bool:
        """Say whether a request came to nothing because we end, and not because of the site."""
        if not self.ledger.night.remaining():
            self.ledger.end("interrupted", OVER)
        return isinstance(failure.value, Stopped) or not self.ledger.night.remaining()

    def list_came_to_nothing(self, failure: Failure) -> Iterator[Yielded]:
        """End the source, because a list of it cannot be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if self._is_over(failure):
            return
        code, state, detail = explained(failure, request)
        if request.cb_kwargs.get("required", True):
            self.ledger.end(state, detail)
        yield self.ledger.issue(code, detail, level="error", url=request.url)

    def list_refused(
        self, response: Response, answer: Answer, *, required: bool = True
    ) -> Iterator[Yielded]:
        """End the source, because the answer for a list of it is none.

        A list that is not required ends it only where a bot wall answered.
        """
        client = 400 <= response.status < 500
        state = _STATES.get(answer.meaning, "refused" if client else "unreachable")
        detail = f"{answer.detail} {response.url}"
        if required or answer.code in ("challenge", "rate_limited"):
            self.ledger.end(state, detail)
        code = "list_missing" if answer.meaning == "missing" else answer.code
        yield self.ledger.issue(code, detail, level="error", url=response.url)

    def settle(self) -> None:
        """Draw the conclusions that need the whole crawl; called when everything is done."""

    def on_idle(self) -> None:
        """Ask for known documents that no list showed tonight: are they gone?"""
        self.settle()
        more = [request for request in self.unlisted() if isinstance(request, Request)]
        for request in more:
            self.crawler.engine.crawl(request)
        if more:
            raise DontCloseSpider

    def unlisted(self) -> Iterator[Yielded]:
        """Yield requests for known documents of this site that were not asked for tonight."""
        if self.ledger.verdict is not None or self.ledger.parser_failed:
            return
        site = urlsplit(self.source.base_url).netloc
        for url, known in self.plan.known.items():
            if urlsplit(url).netloc != site or known.document_key in self.asked:
                continue
            self.asked.add(known.document_key)
            if self.is_due(known):
                yield self._request(Wanted(key=known.document_key, url=url), known, None)

    def on_error(self, failure: Failure, response: Response) -> None:
        """Write down that a page broke its parser; nothing of this is silent."""
        self.ledger.parser_failed = True
        detail = f"{type(failure.value).__name__}: {failure.value}"
        url = getattr(response, "url", None)
        self.ledger.record(self.ledger.issue("spider_error", detail, level="error", url=url))

    def on_closed(self, reason: str) -> None:
        """Write the source's last line."""
        self.ledger.night.stopped |= reason == "shutdown"
        self.ledger.close(reason)


def said(wanted: Wanted, source: str) -> dict[str, Any]:
    """Return the fields of a `Fetched` that do not depend on the answer."""
    return {
        "document_key": wanted.key,
        "source": source,
        "url": wanted.url,
        "landing_url": wanted.landing_url,
        "title": wanted.title,
        "published": wanted.published,
        "language": wanted.language,
        "kind": wanted.kind,
        "reference": wanted.reference,
        "fetched_at": time_text(dt.datetime.now(dt.UTC)),
    }


def time_text(time: dt.datetime) -> str:
    """Return a time in UTC as the records write it: `2031-05-01T12:00:00Z`."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def priority_of(known: Known) -> int:
    """Return the priority of a recheck: after all that is new, the longest unseen first.

    >>> priority_of(Known(document_key="x:1", fetched_at="0001-01-02T00:00:00Z"))
    -2
    """
    try:
        return -dt.date.fromisoformat(known.fetched_at[:10]).toordinal()
    except ValueError:
        return 0


def explained(failure: Failure, request: Request) -> tuple[str, State, str]:
    """Return issue code, state and sentence for a request that got no answer."""
    error = failure.value
    if isinstance(error, Forbidden):
        return error.code, error.state, str(error)
    if isinstance(error, DownloadTimeoutError):
        return "timeout", "unreachable", f"{request.url} did not answer in time."
    if isinstance(error, DownloadCancelledError):
        return "too_large", "unreachable", f"{request.url} is larger than what is taken in."
    if isinstance(error, IgnoreRequest):
        return "redirect_loop", "unreachable", f"{request.url} is redirected in a circle."
    name = type(error).__name__
    return "unreachable", "unreachable", f"{request.url} cannot be had ({name}: {error})."


def file_name(url: str, disposition: str) -> str | None:
    """Return a document's file name: from Content-Disposition, `?filename=`, else the path."""
    found = _FILE_NAME.search(disposition)
    if found:
        return unquote(found[1]).strip()
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("filename")
    if named:
        return named[0]
    return unquote(parts.path.rsplit("/", 1)[-1]) or None
