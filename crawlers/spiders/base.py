"""What all spiders share: asking once for each document, and turning answers into journal lines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, TypeAlias

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from core.archive import JournalLine
from core.keys import url_key
from core.records import Fetched, Source, Waiting
from crawlers.answers import Answer, judge, wrong_content
from crawlers.hosts import follows
from crawlers.ledger import OVER, Ledger, Level, State
from crawlers.plan import CrawlPlan, Known
from crawlers.politeness import SeenTonight, Stopped, headers_of
from crawlers.spiders.due import is_due, priority_of, whole_body
from crawlers.spiders.outcomes import another_address, explained, led_astray, moved, sent
from crawlers.spiders.wanted import Wanted, file_name, said, waiting, wanted

__all__ = ["LIST_PRIORITY", "Opened", "PoliteSpider", "Wanted", "Yielded", "wanted"]

Yielded: TypeAlias = Request | JournalLine
LIST_PRIORITY = 5  # where a source begins
NEW_PRIORITY = 3  # before further pages of a list: a big source's first crawl goes newest first
NEXT_PRIORITY = 2
_STATES: dict[str, State] = {"missing": "unreachable", "refused": "refused"}
# what the two ends of a connection say to each other, and what would follow us
_DROPPED_HEADERS = {"set-cookie", "connection", "keep-alive", "transfer-encoding"}

# Reads a page: what it says of itself, and what it leads to. A bound method of the spider, so that
# a document can wait for another night.
Opened: TypeAlias = Callable[[bytes, Wanted], tuple[Wanted, Iterable[Yielded]]]


class PoliteSpider(Spider):
    """Base of all spiders: `source`, `plan` and `ledger` come with the crawl."""

    name = ""
    # what `probe` counts on a page, by the name that a person knows it by
    selectors: ClassVar[dict[str, str]] = {}

    def __init__(self, source: Source, plan: CrawlPlan, ledger: Ledger) -> None:
        super().__init__()
        self.source = source
        self.plan = plan
        self.ledger = ledger
        self.asked: set[str] = set()
        self.young: set[str] = set()  # keys of documents whose copies need no request tonight
        self.changed: set[str] = set()  # keys of documents whose bytes are new tonight

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PoliteSpider:
        """Build it as Scrapy does, and connect what happens at its end and on its faults."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_error, signals.spider_error)
        crawler.signals.connect(spider.on_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Yielded]:
        """Yield the first requests, then those that an earlier night left over."""
        for request in self.first_requests():
            yield request
        for request in self.carried_over():
            yield request

    def first_requests(self) -> Iterator[Yielded]:
        """Yield where this source begins."""
        raise NotImplementedError

    def document(
        self,
        wanted: Wanted,
        opened: Opened | None = None,
        *,
        changed: str | None = None,
        recheck: bool = False,
    ) -> Iterator[Yielded]:
        """Yield the request for a document, unless it was asked for tonight or its copy is young.

        `opened` reads a page that leads to more; where no new body comes it reads the copy at hand.
        `changed` is when a list says that it last changed (ISO date); `recheck` asks in any case.
        """
        known = self.plan.known.get(wanted.url)
        due = known is None or recheck or is_due(known, self.source, self.plan, changed)
        if known is not None and known.alias and not due:
            return  # the document has an address of its own, under which it counts
        if known is not None and not known.alias:
            # the address may have led to a document with a key of its own
            wanted = replace(wanted, key=known.document_key)
        self.ledger.listed.add(wanted.key)
        if wanted.key in self.asked:
            return
        copy = self._copy(known) if known is not None and opened is not None else None
        if known is not None and opened is not None and copy is None:
            known = None  # without its bytes the page must be had anew
        if known is None or due:
            yield from self._ask(wanted, known, opened)
            return
        again = wanted.key in self.young
        self.young.add(wanted.key)
        self.ledger.confirmed.add(wanted.key)
        if opened is not None and copy is not None and not again:
            yield from opened(copy, wanted)[1]

    def _ask(self, wanted: Wanted, known: Known | None, opened: Opened | None) -> Iterator[Yielded]:
        """Yield the request for a document, or what stands for it where none is made."""
        self.asked.add(wanted.key)
        if not follows(self.source, wanted.url):
            self.ledger.listed.discard(wanted.key)
            detail = "The link leads to a host that the card of the source does not name."
            yield self.ledger.issue("foreign_host", detail, level="info", url=wanted.url)
        elif self.plan.dry_run:
            what = "to be checked again" if known else "new"
            detail = f"{wanted.title or wanted.key} ({what})"
            yield self.ledger.issue("would_fetch", detail, level="info", url=wanted.url)
        elif self.plan.samples and not self.first_of(opened):
            self.ledger.cut = "One document of each kind was fetched."
        elif self.plan.limit is not None and self.ledger.documents >= self.plan.limit:
            self.ledger.cut = f"The limit of {self.plan.limit} documents is reached."
            self._wait(wanted, opened)
        else:
            self.ledger.documents += 1
            yield self._request(wanted, known, opened)

    def first_of(self, opened: Opened | None) -> bool:
        """Say whether no document that is read in this way was asked for before."""
        return self.ledger.first_time(f"sample {getattr(opened, '__name__', 'file')}")

    def _wait(self, wanted: Wanted, opened: Opened | None) -> None:
        """Leave a document over for the next night."""
        self.ledger.wait(waiting(wanted, getattr(opened, "__name__", None)))

    def _copy(self, known: Known) -> bytes | None:
        try:
            return self.ledger.night.writer.archive.get(known.sha256 or "")
        except OSError:
            return None

    def _request(self, wanted: Wanted, known: Known | None, opened: Opened | None) -> Request:
        headers = {}
        if known is not None and not whole_body(known, self.source, self.plan):
            validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
            headers = {name: value for name, value in validators.items() if value}
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
            wrong = led_astray(wanted, response) or wrong_content(wanted.expects, response.body)
            answer = Answer("failed", "wrong_content", wrong) if wrong else answer
        if answer.meaning == "body":
            sha256 = self.ledger.night.writer.keep(response.body)
            if known is None or known.sha256 != sha256:
                self.changed.add(wanted.key)
            if opened is not None:
                wanted, more = opened(response.body, wanted)
            yield self._line(response, wanted, outcome="fetched", sha256=sha256)
        elif answer.meaning == "not_modified":
            yield self._line(response, wanted, outcome="not_modified")
            copy = self._copy(known) if known is not None else None
            if opened is not None and copy is not None:
                more = opened(copy, wanted)[1]
        else:
            if answer.meaning == "failed":
                self._wait(wanted, opened)
            yield from self.refused(response, wanted, answer, known)
        yield from more

    def _at_home(self, wanted: Wanted, final_url: str) -> Wanted:
        """Give a document that was reached by redirect its own key, where the address has one."""
        key = url_key(final_url)
        if key == wanted.key or not wanted.key.startswith("url:"):
            return wanted
        if key.startswith("url:") and wanted.url in self.plan.known:
            return wanted  # a page that has moved stays the document that it was
        self.asked.add(key)
        if wanted.key in self.ledger.listed:
            self.ledger.listed.discard(wanted.key)
            self.ledger.listed.add(key)
        return replace(wanted, key=key)

    def refused(
        self, response: Response, wanted: Wanted, answer: Answer, known: Known | None
    ) -> Iterator[Yielded]:
        """Turn an answer that is no document into its journal line and issue."""
        if answer.meaning == "missing" and self._knows(wanted.key, known):
            yield self._line(response, wanted, outcome="gone")
            return
        if answer.code in ("challenge", "rate_limited"):
            self.turned_away(response, answer)
        level: Level = "error" if answer.meaning == "refused" else "warning"
        yield self.ledger.issue(answer.code, answer.detail, level=level, url=wanted.url)
        outcome = "refused" if answer.meaning == "refused" else "failed"
        yield self._line(response, wanted, outcome=outcome)

    def turned_away(self, response: Response, answer: Answer) -> None:
        """End the source because a site's wall answered; nobody knocks again tonight."""
        self.ledger.end("refused", f"{answer.detail} {response.url}")

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
            headers={k: v for k, v in headers.items() if k not in _DROPPED_HEADERS},
            sent=sent(response.request),
            moved=moved(response),
            name=file_name(response.url, headers.get("content-disposition", "")),
            **result,
        )

    def came_to_nothing(self, failure: Failure) -> Iterator[Yielded]:
        """Turn a request for a document without an answer into its journal line and issue."""
        request: Request = failure.request  # type: ignore[attr-defined]
        wanted: Wanted = request.cb_kwargs["wanted"]
        if isinstance(failure.value, SeenTonight):
            self.ledger.listed.discard(wanted.key)  # another address of a listed document
            self.asked.discard(request.meta.get("claimed", ""))
            known = self.plan.known.get(wanted.url)
            own = known is not None and not known.alias
            yield another_address(wanted, request, self.source.id, own=own)
            return
        if self._is_over(failure):
            self._wait(wanted, request.cb_kwargs["opened"])
            return
        code, state, detail = explained(failure, request)
        if state == "unreachable":
            self._wait(wanted, request.cb_kwargs["opened"])
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
            if name := request.cb_kwargs.get("name"):
                self.ledger.wait(Waiting(url=request.url, list=name))
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
        """Ask for the last lists, then for known documents that none showed: are they gone?"""
        self.settle()
        more = self.last_lists()
        more = more or [request for request in self.unlisted() if isinstance(request, Request)]
        for request in more:
            self.crawler.engine.crawl(request)
        if more:
            raise DontCloseSpider

    def last_lists(self) -> list[Request]:
        """Return requests for lists that wait until all else is done; by default none."""
        return []

    def unlisted(self) -> Iterator[Yielded]:
        """Yield requests for known documents that were not asked for tonight and are due."""
        if self.ledger.verdict is not None or self.ledger.parser_failed:
            return
        for url, known in self.plan.known.items():
            if known.document_key in self.asked or not follows(self.source, url):
                continue
            if is_due(known, self.source, self.plan):
                document = Wanted(key=known.document_key, url=url)
                yield from self._ask(document, known, self.opener(url))

    def opener(self, url: str) -> Opened | None:  # noqa: ARG002 - a hook
        """Return what reads the page at a known address; by default nothing leads further."""
        return None

    def carried_over(self) -> Iterator[Yielded]:
        """Yield requests for the documents that an earlier night left over."""
        for each in self.plan.rest.get(self.source.id, ()):
            if each.list is None:
                opened = getattr(self, each.opened) if each.opened else None
                yield from self.document(Wanted(**each.said), opened)  # type: ignore[arg-type]

    def on_error(self, failure: Failure, response: Response) -> None:
        """Write down that a page broke its parser; nothing of this is silent."""
        self.ledger.parser_failed = True
        detail = f"{type(failure.value).__name__}: {failure.value}"
        url = getattr(response, "url", None)
        self.ledger.record(self.ledger.issue("spider_error", detail, level="error", url=url))

    def on_closed(self, reason: str) -> None:
        """Write the source's last line; what a stop threw away is found by walking all lists."""
        if reason != "finished":
            self.ledger.rest.clear()
        self.ledger.night.stopped |= reason == "shutdown"
        self.ledger.close(reason)
