"""Accepting at once: what counts as the same, what is looked at again, and taking it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import UnknownKey, UsageError
from core.records import Proposal
from store.load import upsert_sources
from store.reviewing.answers import Answer
from store.reviewing.bulk import MOST, accept_alike, alike, undo_batch
from store.reviewing.deciding import decide, seen_of
from store.reviewing.queue import assign, hidden_until_answered
from tests.builders import House, amount, evidence, key_of, open_house, proposal, source, tagging

TEXT = "Each post gets 4 patrol boats for 5000000 EUR."


def boats(ordinal: int = 1, number: str = "5000000", **more: Any) -> Proposal:
    values: dict[str, Any] = {
        "quantity": evidence(TEXT, "4", {"min": "4", "max": "4"}),
        "amount": amount(TEXT, "5000000 EUR", number),
        **more,
    }
    return proposal(TEXT, "patrol boats", ordinal=ordinal, **values)


def shown_names(count: int, prefix: str) -> list[str]:
    """Return document keys whose entries are not in the slice of hidden proposals."""
    names = (f"url:{prefix}{number}" for number in range(10_000))
    open_names = (name for name in names if not hidden_until_answered(key_of(name, boats())))
    return [next(open_names) for _ in range(count)]


NAMES = shown_names(5, "a")
KEYS = [key_of(name, boats()) for name in NAMES]


def take(house: House, name: str, made: Proposal, **more: Any) -> None:
    body = f"{name}{made.ordinal}".encode()
    house.take(name, body, **more)
    house.read(body, TEXT, tagged=tagging(made))


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = open_house(tmp_path)
    for number, name in enumerate(NAMES):
        take(made, name, boats(), published=f"2025-02-0{number + 1}")
    return made


def seen(house: House, key: str = KEYS[0]) -> dict[str, str]:
    return {one.key: one.seen for one in alike(house.store, key, "ana")}


def states(house: House) -> list[str]:
    return [house.entry(key)["state"] for key in KEYS]


def test_the_same_in_other_documents_is_alike_itself_first(house: House) -> None:
    for key in (KEYS[3], KEYS[0]):
        assert alike(house.store, key, "ana")[0].key == key
        assert sorted(one.key for one in alike(house.store, key, "ana")) == sorted(KEYS)
    found = alike(house.store, KEYS[0], "ana")
    assert {one.document for one in found} == set(NAMES)
    assert {one.date for one in found} == {f"2025-02-0{number}" for number in range(1, 6)}


@pytest.mark.parametrize(
    "other",
    [
        boats(number="5000001"),
        boats(equipment_type="patrol_boat", equipment_family="vessels"),
        boats(recipient_country="MT"),
        boats(stage="planned"),
        boats(date=evidence(TEXT, "4", {"date": "2024"})),
        boats(quote=f"{TEXT} More."),
        boats(quantity=None),
    ],
)
def test_another_value_or_quote_is_not_alike(house: House, other: Proposal) -> None:
    (name,) = shown_names(1, "b")
    take(house, name, other)
    assert sorted(seen(house)) == sorted(KEYS)
    assert alike(house.store, key_of(name, other), "ana") == []


def test_another_source_and_another_kind_are_not_alike(house: House) -> None:
    first, second = shown_names(2, "c")
    upsert_sources(house.store, [source("court")])
    take(house, first, boats(), source="court")
    take(house, second, boats())
    house.store.connection.execute("UPDATE documents SET kind = 'html' WHERE key = ?", (second,))
    assert sorted(seen(house)) == sorted(KEYS)


def test_what_is_anothers_flagged_decided_or_hidden_is_left_out(house: House) -> None:
    assign(house.store, KEYS[1], "ben", by="ana")
    flag = Answer(verdict="flag", seen=seen_of(house.store.connection, KEYS[2]))
    decide(house.store, KEYS[2], flag, reviewer="ben")
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = ?", (NAMES[3],))
    assert sorted(seen(house)) == sorted([KEYS[0], KEYS[4]])
    reject = Answer(
        verdict="reject", seen=seen_of(house.store.connection, KEYS[4]), reason="duplicate"
    )
    decide(house.store, KEYS[4], reject, reviewer="ben")
    assert alike(house.store, KEYS[0], "ana") == []
    assert alike(house.store, "0" * 16, "ana") == []


def test_hidden_proposals_are_never_accepted_at_once(house: House) -> None:
    names = (f"url:h{number}" for number in range(10_000))
    name = next(name for name in names if hidden_until_answered(key_of(name, boats())))
    take(house, name, boats())
    key = key_of(name, boats())
    assert key not in seen(house)
    assert alike(house.store, key, "ana") == []
    told = seen(house) | {key: seen_of(house.store.connection, key)}
    done = accept_alike(house.store, told, reviewer="ana")
    assert list(done.left) == [key]
    assert len(done.decided) == len(KEYS)


def test_all_are_accepted_and_all_are_taken_back(house: House) -> None:
    done = accept_alike(house.store, seen(house), reviewer="ana")
    assert (len(done.decided), dict(done.left)) == (5, {})
    assert states(house) == ["accepted"] * 5
    assert house.store.value("SELECT count(DISTINCT batch) FROM decisions") == 1
    back = undo_batch(house.store, done.batch, reviewer="ana")
    assert (len(back.decided), dict(back.left)) == (5, {})
    assert states(house) == ["pending"] * 5
    again = undo_batch(house.store, done.batch, reviewer="ana")
    assert again.decided == ()
    assert len(again.left) == 5


def test_each_is_looked_at_again(house: House) -> None:
    told = seen(house)
    house.read(f"{NAMES[1]}1".encode(), TEXT, tagged=tagging(boats(number="9"), tagger="2"))
    reject = Answer(
        verdict="reject", seen=seen_of(house.store.connection, KEYS[2]), reason="duplicate"
    )
    decide(house.store, KEYS[2], reject, reviewer="ben")
    told[KEYS[3]] = "0-old"
    done = accept_alike(house.store, told, reviewer="ana")
    assert sorted(done.left) == sorted(KEYS[1:4])
    assert states(house) == ["accepted", "pending", "rejected", "pending", "accepted"]


def test_what_others_did_since_is_not_taken_back(house: House) -> None:
    done = accept_alike(house.store, seen(house), reviewer="ana")
    correct = Answer(
        verdict="correct", seen=seen_of(house.store.connection, KEYS[1]), fields={"quantity": "5"}
    )
    decide(house.store, KEYS[1], correct, reviewer="ben")
    with pytest.raises(UnknownKey):
        undo_batch(house.store, done.batch, reviewer="ben")
    back = undo_batch(house.store, done.batch, reviewer="ana")
    assert list(back.left) == [KEYS[1]]
    assert "ben" in back.left[KEYS[1]]
    assert states(house) == ["pending", "corrected", "pending", "pending", "pending"]


def test_nothing_and_too_much_are_refused(house: House) -> None:
    for told in ({}, {str(number): "" for number in range(MOST + 1)}):
        with pytest.raises(UsageError, match=f"1 to {MOST}"):
            accept_alike(house.store, told, reviewer="ana")
    done = accept_alike(house.store, {"0" * 16: "0-none"}, reviewer="ana")
    assert done.decided == ()
    assert list(done.left) == ["0" * 16]


def test_of_very_many_some_are_shown_and_itself_always(house: House) -> None:
    columns = "document_id, version_id, page, equipment, equipment_type, equipment_family,"\
        " quantity, amount_min, amount_max, currency, amount_kind, amount_scope, stage, score,"\
        " quote, state"  # fmt: skip
    house.store.connection.execute(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 3 * {MOST})"
        f" INSERT INTO entries (key, {columns}) SELECT printf('ffffffff%08x', i), {columns}"
        " FROM entries, n WHERE key = ?",
        (KEYS[0],),
    )
    last = f"ffffffff{3 * MOST:08x}"
    for key in (KEYS[2], last):
        found = [one.key for one in alike(house.store, key, "ana")]
        assert found[0] == key
        assert len(set(found)) == len(found) == MOST


def test_the_same_quote_is_found_by_its_index(house: House) -> None:
    plans: list[str] = []
    house.store.connection.set_trace_callback(plans.append)
    alike(house.store, KEYS[0], "ana")
    house.store.connection.set_trace_callback(None)
    query = next(sql for sql in plans if "LIMIT 400" in sql)
    plan = " ".join(row["detail"] for row in house.store.rows(f"EXPLAIN QUERY PLAN {query}"))
    assert "entries_quote" in plan


def test_the_preview_has_both_ends_of_a_range(house: House) -> None:
    value = {"min": "5000000", "max": "7000000", "currency": "EUR", "kind": "award"}
    for name in shown_names(2, "range"):
        take(house, name, boats(amount=evidence(TEXT, "5000000 EUR", value)))
    found = alike(house.store, key_of(name, boats()), "ana")
    assert [(one.amount_min, one.amount_max) for one in found] == [("5000000", "7000000")] * 2
