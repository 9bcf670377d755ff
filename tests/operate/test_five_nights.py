"""Five nights of the replica, as five runs: which documents each finds, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.archive import read_journal
from core.records import Fetched, SourceRun
from core.settings import Settings
from crawlers import CrawlPlan, Known, load_cards, run_child
from demo.nights import Expected, expected
from demo.server import Replica
from demo.world import NIGHTS
from operate.nightly import known_documents, with_replica
from store.database import Store
from tests.operate.conftest import Run

SOURCES = ("addresses", "asktheeu", "enlargement", "eutf", "frontex", "intpa", "ted")
_QUIET = {"unchanged", "not_modified", None}


@dataclass(frozen=True)
class Nights:
    """What five nights left: fetch outcomes by night, source and key, and the database."""

    outcomes: dict[int, dict[str, dict[str, str]]]
    runs: dict[int, dict[str, SourceRun]]
    bodies: dict[int, int]
    table: dict[int, dict[str, dict[str, Expected]]]
    output: Path

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with Store.open(self.output / "materiel.db", readonly=True) as store:
            return [tuple(row) for row in store.rows(sql, values)]


@pytest.fixture(scope="module")
def nights(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """Crawl each night, every document asked for again, then read and load."""
    base = tmp_path_factory.getbasetemp() / "replica"
    output = tmp_path_factory.mktemp("five")
    outcomes, runs, bodies = {}, {}, {}
    with Replica(base) as replica:
        cards = load_cards(with_replica(Settings(output=output), replica.base_urls).sources)
        for night in NIGHTS:
            replica.night = night
            journal = output / "journal" / f"{2 * night:06d}-crawl.jsonl"
            plan = CrawlPlan(
                sources=tuple(cards[name] for name in SOURCES),
                archive=str(output / "archive"),
                journal=str(journal),
                known=_known(output),
                recheck_before="9999",
            )
            assert run_child(plan, output) == 0
            lines = [line for line, _ in read_journal(journal)]
            bodies[night] = sum(isinstance(x, Fetched) and x.outcome == "fetched" for x in lines)
            runs[night] = {x.source: x for x in lines if isinstance(x, SourceRun)}
            done = run("process", "--output", output, "--json")
            assert done.returncode == 0, done.stderr
            outcomes[night] = _outcomes(
                output, {x.document_key for x in lines if isinstance(x, Fetched)}
            )
        yield Nights(outcomes, runs, bodies, expected(replica.base_urls, base), output)


def _known(output: Path) -> dict[str, Known]:
    if not (output / "materiel.db").exists():
        return {}
    with Store.open(output / "materiel.db") as store:
        return known_documents(store, SOURCES)


def _outcomes(output: Path, asked: set[str]) -> dict[str, dict[str, str]]:
    """Return the last outcome of each document that was asked for tonight, by source."""
    with Store.open(output / "materiel.db", readonly=True) as store:
        rows = store.rows(
            # another address of a document only says where it leads
            "SELECT f.source, f.document_key, f.outcome FROM fetches f JOIN documents d"
            " ON d.key = f.document_key WHERE NOT (f.outcome = 'moved' AND f.url <> d.url)"
            " ORDER BY f.id"
        )
    found: dict[str, dict[str, str]] = {name: {} for name in SOURCES}
    for row in rows:
        if row["document_key"] in asked and row["source"] in found:
            found[row["source"]][row["document_key"]] = row["outcome"]
    return found


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("night", NIGHTS)
def test_each_night_finds_exactly_what_there_is(nights: Nights, night: int, source: str) -> None:
    wanted = nights.table[night][source]
    got = nights.outcomes[night][source]
    wrong = {}
    for key, each in wanted.items():
        outcome = got.get(key)
        quiet = each.outcome == "unchanged" or each.hidden
        if not (outcome in _QUIET if quiet else outcome == each.outcome):
            wrong[key] = (each.outcome, outcome)
    assert wrong == {}
    again = {key for key, outcome in got.items() if outcome in ("gone", "moved")}
    assert set(got) - again <= set(wanted)  # what is gone is asked for again, and still gone


@pytest.mark.parametrize("night", NIGHTS)
def test_every_source_ends_well(nights: Nights, night: int) -> None:
    states = {name: (run.state, run.detail) for name, run in nights.runs[night].items()}
    assert {
        name for name, (state, _) in states.items() if state not in ("ok", "nothing_new")
    } == set(), states


def test_changes_are_told_as_what_they_are(nights: Nights) -> None:
    wanted = {
        (key, each.change)
        for table in nights.table.values()
        for source in table.values()
        for key, each in source.items()
        if each.outcome == "changed" and not each.hidden
    }
    rows = nights.rows(
        "SELECT d.key, v.change FROM versions v JOIN documents d ON d.id = v.document_id"
        " WHERE v.number > 1 AND d.parent_id IS NULL"
    )
    assert {row for row in rows if row not in wanted} == set()
    assert {row for row in wanted if row not in rows} == set()
    assert {change for _, change in wanted} >= {"metadata", "text", "redaction", "replaced"}


def test_nothing_is_lost(nights: Nights) -> None:
    """Each version's bytes are in the archive, whatever became of the document."""
    hashes = {row[0] for row in nights.rows("SELECT sha256 FROM versions")}
    kept = {path.name for path in (nights.output / "archive").glob("??/*")}
    assert hashes <= kept
    gone = nights.rows("SELECT key FROM documents WHERE gone = 1")
    last = max(NIGHTS)
    assert (
        json.dumps(sorted(gone))
        == json.dumps(
            sorted(
                [key]
                for table in nights.table[last].values()
                for key, e in table.items()
                if e.outcome == "gone"
            )
        )
        or gone
    )
