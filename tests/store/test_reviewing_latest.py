"""The latest decisions that a reviewer can take back, and what a queue's entries have in common."""

from __future__ import annotations

from typing import Any

import pytest

from store.facets import document_values, entry_facets
from store.reviewing.answers import Answer
from store.reviewing.deciding import Part, decide, seen_of
from store.reviewing.latest import LATEST, latest_decisions
from store.reviewing.queue import waiting
from tests.builders import House, key_of, proposal, tagging

GOODS = tuple(f"trucks of model {number:02}" for number in range(LATEST + 2))
TEXT = "\n".join(f"Delivery of 3 {one}." for one in GOODS)
MADE = tuple(
    proposal(TEXT, one, equipment_type="truck", equipment_family="vehicles", recipient_country="LY")
    for one in GOODS
)
KEYS = tuple(key_of("url:a", one) for one in MADE)


@pytest.fixture
def stock(house: House) -> House:
    """A dozen entries of one document."""
    house.take("url:a", kind="pdf", language="en")
    house.read(b"body", TEXT, tagged=tagging(*MADE))
    return house


def say(
    house: House, key: str, verdict: str, who: str = "ana", part: Part = "first", **more: Any
) -> int:
    """Decide on an entry; return the decision's number."""
    seen = seen_of(house.store.connection, key)
    answer = Answer(verdict=verdict, seen=seen, **more)
    return decide(house.store, key, answer, reviewer=who, part=part).decision


def entries(house: House, who: str = "ana", part: Part = "first") -> list[str]:
    """Return the entries whose decisions can be taken back."""
    return [one.entry for one in latest_decisions(house.store, who, part)]


def test_the_latest_ten_come_newest_first_and_can_all_be_undone(stock: House) -> None:
    for key in KEYS:
        say(stock, key, "accept")
    found = latest_decisions(stock.store, "ana")
    assert [one.entry for one in found] == list(reversed(KEYS))[:LATEST]
    assert {(one.verdict, one.counts) for one in found} == {("accept", True)}
    assert found[0].words == GOODS[-1]
    for one in found:
        say(stock, one.entry, "undo", of=one.id)
    assert entries(stock) == [KEYS[1], KEYS[0]]


def test_only_ones_own_are_listed_and_no_undone_one_twice(stock: House) -> None:
    mine = say(stock, KEYS[0], "accept")
    say(stock, KEYS[1], "reject", who="ben", reason="duplicate")
    assert (entries(stock), entries(stock, "ben")) == ([KEYS[0]], [KEYS[1]])
    say(stock, KEYS[0], "undo", of=mine)
    assert entries(stock) == []
    say(stock, KEYS[0], "accept")
    assert entries(stock) == [KEYS[0]]


def test_a_decision_that_somebody_changed_since_is_not_listed(stock: House) -> None:
    say(stock, KEYS[0], "accept")
    say(stock, KEYS[0], "reject", who="ben", reason="duplicate")
    assert entries(stock) == []


def test_skips_and_flags_are_listed_while_the_entry_waits(stock: House) -> None:
    say(stock, KEYS[0], "skip")
    say(stock, KEYS[1], "flag")
    found = latest_decisions(stock.store, "ana")
    assert [(one.entry, one.counts) for one in found] == [(KEYS[1], False), (KEYS[0], False)]
    say(stock, KEYS[0], "accept", who="ben")
    assert entries(stock) == [KEYS[1]]


def test_each_queue_has_its_own(stock: House) -> None:
    say(stock, KEYS[0], "accept")
    say(stock, KEYS[0], "reject", who="ben", part="second", reason="duplicate")
    say(stock, KEYS[0], "accept", who="eva", part="settling")
    assert entries(stock, "ben") == []
    assert entries(stock, "ben", "second") == [KEYS[0]]
    assert entries(stock, "eva", "settling") == [KEYS[0]]
    assert not latest_decisions(stock.store, "eva", "settling")[0].counts


def test_nothing_is_listed_of_a_withheld_document(stock: House) -> None:
    say(stock, KEYS[0], "accept")
    with stock.store.transaction() as connection:
        connection.execute("UPDATE documents SET withheld = 1")
    assert entries(stock) == []


def test_facets_of_a_queue_count_its_entries(stock: House) -> None:
    say(stock, KEYS[0], "accept")
    ids = [place.id for place in waiting(stock.store, "ana", limit=100)]
    counts = entry_facets(stock.store, ids)
    rest = len(KEYS) - 1
    assert counts == {
        "source": {"ministry": rest}, "lang": {"en": rest}, "year": {}, "kind": {"pdf": rest},
        "family": {"vehicles": rest}, "country": {"LY": rest}, "state": {"pending": rest},
        "type": {"truck": rest}, "fund": {},
    }  # fmt: skip
    assert document_values(stock.store, "kind") == ["pdf"]
    assert document_values(stock.store, "language") == ["en"]
