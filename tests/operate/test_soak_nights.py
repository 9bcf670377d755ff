"""Thirty nights of the replica in one go: five with news, then nothing but quiet ones."""

from __future__ import annotations

import os
import statistics
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.settings import Settings
from crawlers import CrawlPlan
from demo.nights import Expected, expected
from demo.server import Replica
from demo.world import NIGHTS
from operate import nightly
from operate.alerts import run_watch_add
from operate.commands import run_night
from store.database import Store
from store.filters import Filters
from tests.operate.mail_server import Inbox, mail_server

MANY = 30
GROWTH = 1.15  # of the memory, from the first quiet nights to the last
SOURCES = ("addresses", "asktheeu", "enlargement", "eutf", "frontex", "intpa", "ted")
_LOOK = 0.02  # seconds between two looks at a process
_TOLD = ("new", "changed", "returned", "gone")

pytestmark = pytest.mark.soak


@dataclass(frozen=True, kw_only=True)
class Night:
    """What a night left: its report and text, sizes of the store, mails, memory in bytes."""

    report: dict[str, Any]
    text: str
    keys: dict[str, dict[str, set[str]]]  # by source and outcome
    mails: int
    feeds: dict[str, bytes]
    bodies: int
    parent: int
    child: int

    @property
    def store(self) -> dict[str, int]:
        """How many documents, versions and so on there are, but for what each night adds."""
        return {name: n for name, n in self.report["totals"].items() if name != "fetches"}


@dataclass(frozen=True)
class Nights:
    """All nights, and what should have come on the first."""

    nights: list[Night]
    table: dict[int, dict[str, dict[str, Expected]]]


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """Run thirty nights in this process; on each of them every document is asked for again."""
    folder = tmp_path_factory.mktemp("thirty")
    base = tmp_path_factory.getbasetemp() / "replica"
    inbox = Inbox()
    with pytest.MonkeyPatch.context() as patch, mail_server(inbox) as port, Replica(base) as site:
        for name, value in {
            "HOST": "127.0.0.1", "PORT": str(port), "STARTTLS": "0", "FROM": "m@desk.example",
            "TO": "news@desk.example", "REPORT_TO": "operator@desk.example",
        }.items():  # fmt: skip
            patch.setenv(f"MATERIEL_SMTP_{name}", value)
        patch.setattr(nightly, "crawl_plan", _ask_for_everything(nightly.crawl_plan))
        settings = nightly.with_replica(
            Settings(output=folder / "output", workers=1), site.base_urls
        )
        run_watch_add(settings, "boats", "boat", Filters(), exact=False)
        nights = []
        for number in range(1, MANY + 1):
            site.night = min(number, max(NIGHTS))
            site.requests.clear()  # the replica's memory is none of ours
            nights.append(_night(settings, inbox))
        yield Nights(nights, expected(site.base_urls, base))


def _ask_for_everything(plan: Any) -> Any:
    def asked(*arguments: Any) -> CrawlPlan:
        made = plan(*arguments)
        assert isinstance(made, CrawlPlan)
        # no day passes between these nights
        return msgspec.structs.replace(made, walked={}, recheck_before="9999")

    return asked


def _night(settings: Settings, inbox: Inbox) -> Night:
    before = len(inbox.mails)
    with _watched_children() as seen:
        report = run_night(settings, SOURCES, process=True, quiet=True)
    assert report["status"] == 0, report
    file = settings.reports / f"{report['run']:06d}.txt"
    return Night(
        report=report,
        text=file.read_text(encoding="utf-8"),
        keys=_outcomes(settings, report["run"]),
        mails=len(inbox.mails) - before,
        feeds={f.name: f.read_bytes() for f in (settings.output / "feeds").iterdir()},
        bodies=sum(1 for _ in settings.archive.glob("??/*")),
        parent=_memory(os.getpid(), "VmRSS"),
        child=max(seen, default=0),
    )


def _outcomes(settings: Settings, run: int) -> dict[str, dict[str, set[str]]]:
    """Return the documents of a night by source and by what the store says became of them."""
    found: dict[str, dict[str, set[str]]] = {name: {} for name in SOURCES}
    with Store.open(settings.database, readonly=True) as store:
        rows = store.rows(
            "SELECT source, outcome, document_key FROM fetches WHERE run_id = ?", (run,)
        )
        for source, outcome, key in rows:
            found[source].setdefault(outcome, set()).add(key)
    return found


@contextmanager
def _watched_children() -> Iterator[list[int]]:
    """Give the highest memory so far of each crawl that is a child of this process."""
    seen: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK):
            seen.extend(_memory(pid, "VmHWM") for pid in _crawls())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _crawls() -> Iterator[int]:
    own = Path(f"/proc/{os.getpid()}/task")
    for task in own.glob("*/children"):
        try:
            for pid in task.read_text().split():
                if b"\0crawlers\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    yield int(pid)
        except OSError:  # it has ended
            continue


def _memory(pid: int, field: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)


def test_each_report_tells_what_the_table_expects(thirty: Nights) -> None:
    for number, night in enumerate(thirty.nights[: len(NIGHTS)], start=1):
        wanted: Counter[tuple[str, str]] = Counter()
        for source, documents in thirty.table[number].items():
            for each in documents.values():
                if each.outcome in _TOLD and not each.hidden:
                    wanted[source, each.outcome] += 1
        got = Counter(
            {
                (source, kind): count
                for kind, told in night.report["news"].items()
                for source, count in _without_members(night, kind, told).items()
            }
        )
        assert got == wanted, number


def _without_members(night: Night, kind: str, told: dict[str, Any]) -> Counter[str]:
    """Count a report's documents by source without those that lie in others, as the table has."""
    counts = Counter(told["sources"])
    for source, outcomes in night.keys.items():
        counts[source] -= sum("#" in key for key in outcomes.get(kind, ()))
    return +counts


def test_quiet_nights_are_told_in_two_lines_and_mailed_to_nobody(thirty: Nights) -> None:
    last = thirty.nights[len(NIGHTS) - 1]
    assert [night.mails for night in thirty.nights[: len(NIGHTS)]] != [0] * len(NIGHTS)
    for night in thirty.nights[len(NIGHTS) :]:
        assert night.report["quiet"], night.text
        assert len(night.text.splitlines()) == 2, night.text
        assert night.mails == 0
        assert night.feeds == last.feeds
        assert night.report["alerts"]["documents"] == night.report["alerts"]["hits"] == 0


def test_the_store_grows_with_new_documents_only(thirty: Nights) -> None:
    nights = thirty.nights
    for before, night in pairwise(nights):
        counts = {kind: told["count"] for kind, told in night.report["news"].items()}
        grown = night.store["documents"] - before.store["documents"]
        assert grown == counts["new"], night.text
        if not any(counts.values()):
            assert (night.store, night.bodies) == (before.store, before.bodies)
    assert nights[-1].store == nights[len(NIGHTS) - 1].store


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_is_flat(thirty: Nights) -> None:
    quiet = thirty.nights[len(NIGHTS) :]
    for name, sizes in {
        "parent": [night.parent for night in quiet],
        "child": [night.child for night in quiet],
    }.items():
        assert min(sizes) > 10 * 2**20, name
        first, last = statistics.median(sizes[:5]), statistics.median(sizes[-5:])
        assert last < GROWTH * first, (name, [size // 2**20 for size in sizes])
