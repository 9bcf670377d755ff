"""`demo` against the truth file of the replica, and a second `demo` that finds nothing new."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.text import fold
from tests.operate.conftest import ROOT, Run

FOUND = 0.80
RIGHT = 0.79


@dataclass(frozen=True)
class Fact:
    """An entry as both sides state it."""

    document: str
    page: int
    equipment: str
    quantity: int | None
    amount: Decimal | None
    recipient: str
    supplier: str

    @property
    def place(self) -> tuple[str, int]:
        return (self.document, self.page)


def _folded(text: str | None) -> str:
    return re.sub(r"[^\w]+", " ", fold(text or "")).strip()


TRUTH = json.loads((ROOT / "demo" / "truth.json").read_text(encoding="utf-8"))


def _key(key: str, member: str | None) -> str:
    return f"{key}#{member}" if member else key


def truth() -> list[Fact]:
    """Return the entries that the replica's documents hold."""
    return [
        Fact(
            _key(entry["document_key"], entry.get("member")),
            entry["page"],
            _folded(entry["equipment"]),
            entry["quantity"],
            Decimal(entry["amount"]) if entry["amount"] else None,
            _folded(entry["recipient"]),
            _folded(entry["supplier"]),
        )
        for entry in TRUTH["entries"]
    ]


def proposed(database: Path) -> Iterator[tuple[str, Fact]]:
    """Yield the source and the content of each candidate entry from a document of the truth file.

    The web pages on which the files are listed are not among those.
    """
    covered = {_key(document["key"], document["member"]) for document in TRUTH["documents"]}
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    rows = connection.execute(
        "SELECT e.*, d.key AS document, d.source, d.kind FROM entries e"
        " JOIN documents d ON d.id = e.document_id"
    )
    for row in rows:
        if row["document"] not in covered:
            continue
        yield (
            row["source"],
            Fact(
                row["document"],
                row["page"],
                _folded(row["equipment"]),
                row["quantity"],
                Decimal(row["amount_min"]) if row["amount_min"] else None,
                _folded(row["recipient"]),
                _folded(row["supplier"]),
            ),
        )


def _alike(a: str, b: str) -> bool:
    """Say whether two quotes name the same: equal, or one holds the other whole."""
    return a == b or bool(a and b and (f" {a} " in f" {b} " or f" {b} " in f" {a} "))


def agrees(proposal: Fact, fact: Fact) -> bool:
    """Say whether a proposal states an entry of the truth: all that both have is the same."""
    return (
        proposal.place == fact.place
        and _alike(proposal.equipment, fact.equipment)
        and proposal.quantity == fact.quantity
        and proposal.amount == fact.amount
        and _alike(proposal.recipient, fact.recipient)
    )


@pytest.fixture(scope="module")
def first(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    output = tmp_path_factory.mktemp("demo") / "demo"
    done = run("demo", "--output", output, "--json")
    assert done.returncode == 0, done.stderr
    return output, json.loads(done.stdout)


def test_the_entries_are_found_and_right(first: tuple[Path, dict[str, Any]]) -> None:
    output, _ = first
    facts = truth()
    found = list(proposed(output / "materiel.db"))
    hit = [fact for fact in facts if any(agrees(p, fact) for _, p in found)]
    right = [p for _, p in found if any(agrees(p, fact) for fact in facts)]
    recall, precision = len(hit) / len(facts), len(right) / len(found)
    assert (recall >= FOUND, precision >= RIGHT) == (True, True), f"{recall:.3f} {precision:.3f}"


def test_every_source_brings_entries_with_their_evidence(
    first: tuple[Path, dict[str, Any]],
) -> None:
    output, report = first
    assert {row["source"] for row in report["entries"]} == {
        "addresses", "asktheeu", "enlargement", "eutf", "frontex", "intpa", "ted"
    }  # fmt: skip
    assert {row["state"] for row in report["sources"]} == {"ok"}
    connection = sqlite3.connect(output / "materiel.db")
    bare = connection.execute(
        "SELECT count(*) FROM entries e WHERE e.quote = '' OR e.page < 1 OR NOT EXISTS"
        " (SELECT 1 FROM entry_evidence x WHERE x.entry_key = e.key)"
    ).fetchone()
    assert bare[0] == 0


def test_a_second_demo_adds_no_row_and_fetches_no_body(
    run: Run, first: tuple[Path, dict[str, Any]]
) -> None:
    output, _ = first
    before = run("check", "--dump", "--output", output).stdout
    again = run("demo", "--output", output)
    assert again.returncode == 0, again.stderr
    assert "Nothing new: no row was added and nothing was read again." in again.stdout
    assert "(0 fetched)" in again.stdout
    assert run("check", "--dump", "--output", output).stdout == before
