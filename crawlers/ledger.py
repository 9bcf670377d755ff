"""The books of a crawl: what each source listed, fetched and failed at, and its journal lines."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
from typing import Any, Literal

from core.archive import JournalLine
from core.records import Fetched, Issue, Source, SourceRun, Waiting
from crawlers.writer import Writer

State = Literal[
    "ok", "nothing_new", "empty", "parser_found_nothing", "refused", "unreachable", "interrupted"
]
Level = Literal["info", "warning", "error"]
Walk = Literal["full", "rest", "new"]
# So many failures or refusals of documents in a row end a source: knocking on is not polite.
NETWORK_LIMIT = 5
REFUSAL_LIMIT = 3
MANY_GONE = 5  # of the documents of a night; a site that has moved, or a wall that says 404


OVER = "The time of this crawl is over; the rest waits."


class Night:
    """What all sources of a crawl share: what is written, its end, and requests by host."""

    def __init__(self, writer: Writer, deadline: float) -> None:
        self.writer = writer
        self.ends = time.monotonic() + deadline
        self.requests: Counter[str] = Counter()
        self.turns: dict[str, float] = {}  # when each host may be asked next, by any source
        self.walled: set[str] = set()  # hosts that turn us away, where a source goes on without
        self.stopped = False

    def turn(self, host: str, delay: float) -> float:
        """Take the next turn at a host; return the seconds until it comes.

        Sources that lead to one host share its pace.
        """
        now = time.monotonic()
        at = max(now, self.turns.get(host, 0.0))
        self.turns[host] = at + delay
        return at - now

    def remaining(self) -> float:
        """Return the seconds until the deadline; 0 when it has passed or we were stopped."""
        if self.stopped or self.writer.error is not None:
            return 0.0
        return max(0.0, self.ends - time.monotonic())


class Ledger:
    """The books of one source; its state is decided at the end from what stands in them."""

    def __init__(self, night: Night, source: Source, walk: Walk = "full") -> None:
        self.night = night
        self.source = source
        self.walk: Walk = walk
        self.rest: dict[str, Waiting] = {}
        self.listed: set[str] = set()
        self.confirmed: set[str] = set()
        self.fetched = 0
        self.documents = 0  # asked for tonight
        self.failures = 0
        self.refusals = 0
        self.gone = 0
        self.parser_failed = False
        self.verdict: State | None = None
        self.detail = ""
        self.short = ""  # what a list lacks by its own count
        self.cut = ""  # why documents were left for another night, where that was asked for
        self.closed = False
        self._row: tuple[str, int] = ("", 0)
        self._said: set[str] = set()

    def end(self, state: State, detail: str) -> None:
        """Let the source end with this state; the first cause stands."""
        if self.verdict is None:
            self.verdict = state
            self.detail = detail

    def issue(
        self,
        code: str,
        detail: str,
        *,
        level: Level = "warning",
        url: str | None = None,
    ) -> Issue:
        """Return an issue of this source, to be yielded or written."""
        return Issue(
            code=code, room="crawlers", level=level, source=self.source.id, url=url, detail=detail
        )

    def wait(self, waiting: Waiting) -> None:
        """Leave something over for the next night."""
        self.rest.setdefault(waiting.url, waiting)

    def first_time(self, what: str) -> bool:
        """Say whether `what` is said for the first time in this crawl."""
        if what in self._said:
            return False
        self._said.add(what)
        return True

    def record(self, line: JournalLine) -> None:
        """Write a journal line and count it."""
        if isinstance(line, Fetched):
            self._count(line)
        self.night.writer.write(line)

    def _count(self, line: Fetched) -> None:
        if line.outcome in ("fetched", "not_modified"):
            self.confirmed.add(line.document_key)
            self.fetched += line.outcome == "fetched"
        self.gone += line.outcome == "gone"
        if line.outcome == "refused":
            self.refusals += 1
            # robots.txt is obeyed without asking, so what it forbids is no knocking (status 0)
            self._in_a_row("refused" if line.status else "", REFUSAL_LIMIT, "refused")
        elif line.outcome == "failed":
            self.failures += 1
            ill = line.status == 0 or line.status >= 500
            self._in_a_row("unreachable" if ill else "", NETWORK_LIMIT, "unreachable")
        else:
            self._row = ("", 0)

    def _in_a_row(self, what: str, limit: int, state: State) -> None:
        count = self._row[1] + 1 if what and what == self._row[0] else 1
        self._row = (what, count)
        if what and count >= limit:
            self.end(state, f"{count} documents in a row came to nothing.")

    def close(self, reason: str) -> None:
        """Write the source's last line; `reason` is Scrapy's, `finished` for a crawl that ended."""
        if self.closed:
            return
        self.closed = True
        if reason != "finished" and not self.parser_failed:
            self.end("interrupted", f"The crawl was stopped ({reason}).")
        if self.night.writer.error is None:
            if self.gone >= MANY_GONE and self.gone > self.documents // 2:
                detail = f"{self.gone} of {self.documents} documents asked for are gone at once."
                self.night.writer.write(self.issue("many_gone", detail, level="error"))
            self.night.writer.write(self.source_run())

    def source_run(self) -> SourceRun:
        """Return how the crawl of the source went, as far as it has come."""
        return SourceRun(
            source=self.source.id,
            state=self._state(),
            listed=len(self.listed),
            confirmed=len(self.confirmed),
            fetched=self.fetched,
            # a night that looked for what is new only has but to reach the source
            minimum=self.source.expect.minimum if self.walk == "full" else 0,
            maximum=self.source.expect.maximum,
            detail=self.detail or self.short or self.cut,
            walk=self.walk,
            rest=tuple(self.rest.values()),
        )

    def _state(self) -> State:
        if self.verdict is not None:
            return self.verdict
        if self.parser_failed:
            return "parser_found_nothing"
        if self.cut or self.short:
            return "interrupted"
        if not self.listed:
            return "empty"
        if not self.confirmed and (self.refusals or self.failures):
            return "refused" if self.refusals else "unreachable"
        return "ok" if self.fetched else "nothing_new"


class JournalPipeline:
    """Writes what the spiders yield to the journal."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> JournalPipeline:
        """Build it as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: JournalLine) -> JournalLine:
        """Write one line."""
        ledger: Ledger = self.crawler.spider.ledger
        ledger.record(item)
        return item


def unfinished(ledgers: Collection[Ledger]) -> list[Ledger]:
    """Return the books that nobody closed, because their crawl never began or broke."""
    return [ledger for ledger in ledgers if not ledger.closed]
