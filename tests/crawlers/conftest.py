"""A running replica for each module, and crawls of it in child processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.archive import Archive, JournalLine, read_journal
from core.records import Fetched, Issue, Source, SourceRun
from crawlers import CrawlPlan, Known, load_cards, run_child
from demo.exchange import Request, Respond, Response
from demo.server import Replica
from demo.world import Publication, download_path


@dataclass(frozen=True)
class Crawled:
    """What a crawl left."""

    status: int
    archive: Archive
    lines: tuple[JournalLine, ...]
    seconds: float

    def runs(self) -> dict[str, SourceRun]:
        return {line.source: line for line in self.lines if isinstance(line, SourceRun)}

    def fetched(self, source: str, outcome: str | None = None) -> list[Fetched]:
        of_source = [x for x in self.lines if isinstance(x, Fetched) and x.source == source]
        return [line for line in of_source if outcome in (None, line.outcome)]

    def issues(self, source: str) -> Counter[str]:
        of_source = [x for x in self.lines if isinstance(x, Issue) and x.source == source]
        return Counter(line.code for line in of_source)

    def known(self) -> dict[str, Known]:
        """What the next night knows of this one."""
        lines = [line for line in self.lines if isinstance(line, Fetched)]
        copies = {line.document_key: line for line in lines if line.outcome == "fetched"}
        return {
            line.url: Known(
                document_key=copy.document_key,
                sha256=copy.sha256,
                etag=copy.headers.get("etag"),
                last_modified=copy.headers.get("last-modified"),
                fetched_at=copy.fetched_at,
                alias=line.outcome == "moved",
            )
            for line in lines
            if line.outcome in ("fetched", "moved") and (copy := copies.get(line.document_key))
        }


@dataclass
class Crawls:
    """Crawls the replica, each time with a journal of its own and one archive."""

    replica: Replica
    folder: Path
    count: int = field(default=0)

    def cards(self, **overrides: dict[str, Any]) -> dict[str, Source]:
        """The cards as the replica needs them: no waiting, and notices of all years."""
        base = {
            name: {"base_url": url, "enabled": True, "delay": 0.0, "minimum": 1}
            for name, url in self.replica.base_urls.items()
        }
        base["ted"]["options"] = {"since": "20100101"}
        merged = {name: {**table, **overrides.get(name, {})} for name, table in base.items()}
        return load_cards(merged)

    def plan(self, *names: str, cards: dict[str, Source] | None = None, **said: Any) -> CrawlPlan:
        """A plan for the sources named."""
        cards = cards or self.cards()
        self.count += 1
        given = {
            "sources": tuple(cards[name] for name in names),
            "archive": str(self.folder / "archive"),
            "journal": str(self.folder / f"{self.count}.jsonl"),
            "deadline": 60.0,
            "request_timeout": 10.0,
        }
        return CrawlPlan(**{**given, **said})

    def __call__(self, *names: str, **said: Any) -> Crawled:
        """Crawl, and read what it left."""
        return self.run(self.plan(*names, **said))

    def run(self, plan: CrawlPlan) -> Crawled:
        """Crawl a plan, and read what it left."""
        start = time.monotonic()
        status = run_child(plan, self.folder)
        seconds = time.monotonic() - start
        lines = tuple(line for line, _ in read_journal(Path(plan.journal)))
        return Crawled(status, Archive(Path(plan.archive)), lines, seconds)


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    with Replica(tmp_path_factory.getbasetemp() / "replica") as running:
        yield running


@pytest.fixture(scope="module")
def crawls(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    return Crawls(replica, tmp_path_factory.mktemp("crawls"))


@pytest.fixture
def healthy(replica: Replica) -> Iterator[Replica]:
    """The replica with an empty log, and without faults afterwards."""
    replica.requests.clear()
    yield replica
    replica.faults.clear()


def path_of(publication: Publication) -> str:
    """The path of a page's first file."""
    return download_path(publication.downloads[0]).partition("?")[0]


def clocked(times: list[float]) -> Callable[[Request, Respond], Response]:
    """A fault that changes nothing and notes when it was asked."""

    def fault(request: Request, site: Respond) -> Response:
        times.append(time.monotonic())
        return site(request)

    return fault
