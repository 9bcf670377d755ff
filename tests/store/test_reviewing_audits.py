"""Hidden proposals and pages without entries: who is asked what, and what follows from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnknownKey, UsageError
from core.records import Proposal
from store.reviewing.adding import add_entry
from store.reviewing.answers import Answer, Span
from store.reviewing.audits import (
    Asked,
    agreement,
    is_hidden_from,
    page_to_check,
    recall,
    save_answer,
    save_page_audit,
    wilson,
)
from store.reviewing.deciding import decide, seen_of
from store.reviewing.queue import hidden_until_answered
from tests.builders import House, amount, evidence, key_of, open_house, proposal, sha, tagging

TEXT = "Delivery of 4 patrol boats for 5000000 EUR to the coast guard of Malta."


def boats(ordinal: int) -> Proposal:
    return proposal(
        TEXT, "patrol boats", ordinal=ordinal,
        quantity=evidence(TEXT, "4", {"min": "4", "max": "4"}),
        amount=amount(TEXT, "5000000 EUR", "5000000"),
        equipment_type="patrol_boat", equipment_family="vessels", recipient_country="MT",
    )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Sixty entries on page 1 of a document with three more pages, one of them empty."""
    made = open_house(tmp_path)
    made.take("url:a", b"one")
    proposals = [boats(number) for number in range(1, 61)]
    made.read(b"one", TEXT, "Second", " \n", "Fourth", tagged=tagging(*proposals))
    return made


def hidden_key(house: House) -> str:
    keys: list[str] = [row["key"] for row in house.store.rows("SELECT key FROM entries")]
    return next(key for key in keys if hidden_until_answered(key))


def say(house: House, key: str, verdict: str, **more: Any) -> None:
    answer = Answer(verdict=verdict, seen=seen_of(house.store.connection, key), **more)
    decide(house.store, key, answer, reviewer="ana")


def test_a_proposal_is_hidden_until_its_reviewer_has_answered(house: House) -> None:
    key = hidden_key(house)
    assert is_hidden_from(house.store, key, "ana")
    save_answer(house.store, key, "ana", {"quantity": "4"})
    assert not is_hidden_from(house.store, key, "ana")
    assert is_hidden_from(house.store, key, "ben")
    say(house, key, "accept")
    assert not is_hidden_from(house.store, key, "ben")


def test_one_in_twenty_is_hidden(house: House) -> None:
    keys = [key_of("url:a", boats(number)) for number in range(20_000)]
    assert 0.045 < sum(map(hidden_until_answered, keys)) / len(keys) < 0.055
    others = [key_of("url:a", boats(n)) for n in range(1, 61)]
    shown = [key for key in others if not hidden_until_answered(key)]
    assert not any(is_hidden_from(house.store, key, "ana") for key in shown)


def test_answers_are_compared_with_what_the_proposal_had_then(house: House) -> None:
    key = hidden_key(house)
    save_answer(
        house.store, key, "ana",
        {"quantity": "4", "amount_min": "5000000.00", "recipient": "", "currency": "USD"},
    )  # fmt: skip
    save_answer(house.store, key, "ben", {"quantity": "5", "equipment": "PATROL  boats"})
    house.read(b"one", TEXT, tagged=tagging(tagger="2"))
    assert agreement(house.store) == [
        Asked("equipment", 1, 1), Asked("quantity", 2, 1), Asked("amount_min", 1, 1),
        Asked("currency", 1, 0), Asked("recipient", 1, 1),
    ]  # fmt: skip


def test_answers_that_cannot_be_are_refused(house: House) -> None:
    key = hidden_key(house)
    save_answer(house.store, key, "ana", {"quantity": "4"})
    other = next(
        k for n in range(1, 61) if not hidden_until_answered(k := key_of("url:a", boats(n)))
    )
    for who, name, fields in (
        ("ana", key, {"quantity": "5"}),
        ("ben", other, {"quantity": "4"}),
        ("ben", key, {"quantity": "four"}),
        ("ben", key, {"score": "1"}),
    ):
        with pytest.raises(UsageError):
            save_answer(house.store, name, who, fields)
    with pytest.raises(UnknownKey):
        save_answer(house.store, "0" * 16, "ben", {})
    (kept,) = house.store.rows("SELECT * FROM audit_answers")
    assert (kept["reviewer"], kept["fields"]) == ("ana", '{"quantity":4}')
    assert msgspec.json.decode(kept["proposal"])["equipment"] == "patrol boats"


def test_the_pages_to_check_are_those_without_entries_until_all_are_checked(house: House) -> None:
    seen = []
    while (found := page_to_check(house.store, "ana")) is not None:
        assert page_to_check(house.store, "ana") == found
        key, reading_id, number = found
        seen.append(number)
        assert (key, reading_id) == ("url:a", house.store.value("SELECT id FROM readings"))
        save_page_audit(house.store, sha(b"one"), number, "ana", "complete", " ")
    assert sorted(seen) == [2, 4]
    assert page_to_check(house.store, "ben") is None


def test_withheld_older_and_withdrawn_pages_are_not_checked(house: House) -> None:
    house.store.connection.execute("UPDATE documents SET withheld = 1")
    assert page_to_check(house.store, "ana") is None
    with pytest.raises(UnknownKey):
        save_page_audit(house.store, sha(b"one"), 2, "ana", "complete", None)
    house.store.connection.execute("UPDATE documents SET withheld = 0")
    house.take("url:a", b"two", fetched_at="2025-03-05T04:00:00Z")
    house.read(b"two", "Only this page now")
    found = page_to_check(house.store, "ana")
    assert found is not None
    assert found[2] == 1
    assert house.store.value("SELECT sha256 FROM readings WHERE id = ?", (found[1],)) == sha(b"two")


def test_pages_are_drawn_with_about_the_same_chance(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    house.take("url:a", b"one")
    house.read(b"one", *(f"Page {number}" for number in range(1, 41)))
    drawn = [page_to_check(house.store, f"reviewer {number}") for number in range(400)]
    counts = [sum(one[2] == number for one in drawn if one) for number in range(1, 41)]
    assert sum(counts) == 400
    assert max(counts) < 30
    assert min(counts) > 0


def test_what_is_said_of_a_page_is_checked(house: House) -> None:
    for values in (("complete?", None), ("missed", "x" * 2000)):
        with pytest.raises(UsageError):
            save_page_audit(house.store, sha(b"one"), 2, "ana", *values)
    for sha256, number in ((sha(b"other"), 1), (sha(b"one"), 9)):
        with pytest.raises(UnknownKey):
            save_page_audit(house.store, sha256, number, "ana", "missed", None)


def test_recall_is_not_known_before_anybody_looked(house: House) -> None:
    told = recall(house.store)
    assert (told.share, told.audited) == (None, 0)
    assert "not known" in told.sentence
    save_page_audit(house.store, sha(b"one"), 2, "ana", "unsure", None)
    assert (recall(house.store).audited, recall(house.store).unsure) == (0, 1)
    save_page_audit(house.store, sha(b"one"), 2, "ben", "complete", None)
    assert "before entries are decided" in recall(house.store).sentence


def test_recall_counts_pages_and_what_people_added_is_no_find(house: House) -> None:
    """One page of three with text has entries, all kept; of the two others one has a miss."""
    say(house, key_of("url:a", boats(1)), "accept")
    save_page_audit(house.store, sha(b"one"), 2, "ana", "missed", None)
    save_page_audit(house.store, sha(b"one"), 4, "ana", "complete", None)
    told = recall(house.store)
    assert (told.kept, told.audited, told.missed) == (1, 2, 1)
    assert told.share == pytest.approx(1 / (1 + 2 * 0.5))
    low, high = wilson(1, 2)
    assert told.low == pytest.approx(1 / (1 + 2 * high))
    assert told.high == pytest.approx(1 / (1 + 2 * low))
    assert "50%" in told.sentence
    add_entry(
        house.store, "url:a", 2, house.store.value("SELECT id FROM readings"),
        {"equipment": Span(2, 0, 6, "Second")}, {}, reviewer="ana", note=None,
    )  # fmt: skip
    assert recall(house.store) == told
    say(house, key_of("url:a", boats(2)), "reject", reason="boilerplate")
    assert recall(house.store).share == pytest.approx(0.5 / (0.5 + 2 * 0.5))


@given(tries=st.integers(1, 5_000), data=st.data())
def test_the_interval_holds_the_share(tries: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, tries))
    low, high = wilson(hits, tries)
    assert 0 <= low <= hits / tries <= high <= 1
    mirrored = wilson(tries - hits, tries)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)


def test_the_interval_is_the_published_one() -> None:
    """Newcombe 1998 (Statistics in Medicine 17, 857), table I, method 3: 81/263, 0/20, 1/29."""
    for hits, tries, expected in (
        (81, 263, (0.2553, 0.3662)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718)),
    ):  # fmt: skip
        assert wilson(hits, tries) == pytest.approx(expected, abs=5e-5)
