"""One delivery seen in several documents: proposed, never merged; a person's word counts."""

from __future__ import annotations

import random
import sqlite3
from typing import Any

import pytest

from core.errors import UnknownKey, UsageError
from core.records import Proposal
from store import linkage
from store.counting import count_amounts
from store.linkage import look_through, refresh_pairs
from store.pairs import decide_pair, open_pairs, pairs_of
from tests.builders import House, amount, evidence, key_of, proposal, tagging

PLAN = "T05-EUTF-NOA-LY-03 buys 10 patrol boats worth EUR 3500000 for the Libyan Coast Guard."
AWARD = "Under T05-EUTF-NOA-LY-03, 10 patrol boats worth EUR 3380000 go to the Libyan Coast Guard."
PRESS = "10 patrol boats were handed over to the Libyan Coast Guard."
OTHER = "3 trucks worth EUR 90000 go to the Border Police of Albania."


def entry(text: str, goods: str, number: int, recipient: str, **more: Any) -> Proposal:
    """Return a proposal for goods, their number, what they cost where the text says so."""
    values: dict[str, Any] = {
        "equipment_type": "patrol_boat",
        "equipment_family": "vessel",
        "quantity": evidence(text, str(number), {"min": number, "max": number}),
        "recipient": evidence(text, recipient),
        "recipient_country": "LY",
    }
    return proposal(text, goods, **{**values, **more})


MADE = {
    "url:plan": entry(
        PLAN, "patrol boats", 10, "Libyan Coast Guard", stage="planned", amount_kind="award",
        amount=amount(PLAN, "EUR 3500000", "3500000"), date=evidence(PLAN, "03", {"date": "2019"}),
    ),
    "url:award": entry(
        AWARD, "patrol boats", 10, "Libyan Coast Guard", stage="awarded", amount_kind="award",
        amount=amount(AWARD, "EUR 3380000", "3380000"),
        date=evidence(AWARD, "03", {"date": "2020-02-14"}),
    ),
    "url:press": entry(PRESS, "patrol boats", 10, "Libyan Coast Guard"),
    "url:other": entry(
        OTHER, "trucks", 3, "Border Police of Albania", recipient_country="AL",
        equipment_type="truck", equipment_family="vehicle",
        amount=amount(OTHER, "EUR 90000", "90000"),
    ),
}  # fmt: skip
KEYS = {name: key_of(name, made) for name, made in MADE.items()}


def take(house: House, *names: str) -> None:
    """Take documents in, each with its entry."""
    for name in names:
        house.take(name, name.encode())
        house.read(name.encode(), MADE[name].quote, tagged=tagging(MADE[name]))


@pytest.fixture
def filled(house: House) -> House:
    """A house that knows of one delivery from three documents, and of another one."""
    take(house, *MADE)
    assert refresh_pairs(house.store) == len(MADE)
    return house


def pairs(house: House) -> set[frozenset[str]]:
    """Return the open candidates as pairs of document keys."""
    names = {key: name for name, key in KEYS.items()}
    return {
        frozenset(names[side["entry"]] for side in pair["entries"])
        for pair in open_pairs(house.store, 100)
    }


def award_sum(house: House) -> str:
    """Return what awards in euro come to."""
    (found,) = (s for s in count_amounts(house.store, "", {}).sums if s.kind == "award")
    return f"{found.low:f}"


def test_one_delivery_is_proposed_and_the_other_is_not(filled: House) -> None:
    assert pairs(filled) == {
        frozenset({"url:plan", "url:award"}),
        frozenset({"url:plan", "url:press"}),
        frozenset({"url:award", "url:press"}),
    }


def test_a_candidate_says_why(filled: House) -> None:
    best = open_pairs(filled.store, 1)[0]
    reasons = {reason["code"]: reason["detail"] for reason in best["reasons"]}
    assert {side["document"] for side in best["entries"]} == {"url:plan", "url:award"}
    assert reasons["reference"] == "T05-EUTF-NOA-LY-03"
    assert reasons["quantity"] == "10"
    assert reasons["amount_near"] == "within 5 %"
    assert reasons["recipient"] == "Libyan Coast Guard"
    assert reasons["order"] == "planned 2019, awarded 2020-02-14"


def test_the_order_in_which_documents_come_does_not_matter(house: House) -> None:
    names = list(MADE)
    random.Random(5).shuffle(names)
    for name in reversed(names):
        take(house, name)
        refresh_pairs(house.store)
    assert len(pairs(house)) == 3
    assert refresh_pairs(house.store) == 0  # nothing changed, so nothing is looked at


def test_candidates_are_never_merged_and_a_confirmed_pair_counts_once(filled: House) -> None:
    assert award_sum(filled) == "6880000"
    decide_pair(filled.store, KEYS["url:plan"], KEYS["url:award"], "same", reviewer="ana")
    counted = count_amounts(filled.store, "", {})
    assert award_sum(filled) == "3500000"  # the greater; both stay listed
    assert counted.counted_with == {KEYS["url:award"]: KEYS["url:plan"]}
    assert frozenset({"url:plan", "url:award"}) not in pairs(filled)


def test_pairs_told_apart_do_not_come_back(filled: House) -> None:
    decide_pair(filled.store, KEYS["url:award"], KEYS["url:plan"], "different", reviewer="ana")
    filled.read(b"url:plan", PLAN, tagged=tagging(MADE["url:plan"], tagger="2"))
    refresh_pairs(filled.store)
    assert frozenset({"url:plan", "url:award"}) not in pairs(filled)
    assert award_sum(filled) == "6880000"
    (settled,) = [p for p in pairs_of(filled.store, KEYS["url:plan"]) if p["verdict"]]
    assert (settled["verdict"], settled["reviewer"]) == ("different", "ana")


def test_a_word_can_be_taken_back_and_stays_written(filled: House) -> None:
    two = (KEYS["url:plan"], KEYS["url:award"])
    decide_pair(filled.store, *two, "same", reviewer="ana")
    assert decide_pair(filled.store, *two, "undo", reviewer="ben")["verdict"] is None
    assert award_sum(filled) == "6880000"
    assert frozenset({"url:plan", "url:award"}) in pairs(filled)
    rows = filled.store.rows("SELECT verdict, reviewer, reasons FROM pair_decisions ORDER BY id")
    assert [(row["verdict"], row["reviewer"]) for row in rows] == [("same", "ana"), ("undo", "ben")]
    assert "LY-03" not in rows[0]["reasons"]  # codes alone: what is withdrawn later is not in it
    for sql in ("UPDATE pair_decisions SET verdict = 'same'", "DELETE FROM pair_decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever appended"):
            filled.store.connection.execute(sql)


def test_confirmed_pairs_join_further(filled: House) -> None:
    one, two, three = KEYS["url:plan"], KEYS["url:press"], KEYS["url:award"]
    decide_pair(filled.store, one, two, "same", reviewer="ana")
    assert award_sum(filled) == "6880000"
    decide_pair(filled.store, two, three, "same", reviewer="ana")
    assert award_sum(filled) == "3500000"


def test_what_cannot_be_decided_is_said(filled: House) -> None:
    one = KEYS["url:plan"]
    with pytest.raises(UsageError, match="two entries"):
        decide_pair(filled.store, one, one, "same", reviewer="ana")
    with pytest.raises(UnknownKey, match="could be paired"):
        decide_pair(filled.store, one, "0" * 16, "same", reviewer="ana")
    with pytest.raises(UsageError, match="could be undone"):
        decide_pair(filled.store, one, KEYS["url:press"], "undo", reviewer="ana")


def test_a_rejected_entry_is_in_no_pair(filled: House) -> None:
    filled.decide(KEYS["url:press"], "reject", MADE["url:press"])
    assert pairs(filled) == {frozenset({"url:plan", "url:award"})}
    assert refresh_pairs(filled.store) == 1
    assert filled.store.value("SELECT count(*) FROM pairs") == 1


def test_a_correction_changes_what_is_proposed(filled: House) -> None:
    fields = {"recipient": "Border Police", "recipient_country": "AL"}
    filled.decide(KEYS["url:press"], "correct", MADE["url:press"], fields)
    refresh_pairs(filled.store)
    assert pairs(filled) == {frozenset({"url:plan", "url:award"})}


def test_withheld_documents_are_in_no_pair_and_come_back(filled: House) -> None:
    connection = filled.store.connection
    connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:plan'")
    assert pairs(filled) == {frozenset({"url:award", "url:press"})}
    assert pairs_of(filled.store, KEYS["url:plan"]) == []
    with pytest.raises(UnknownKey):
        decide_pair(filled.store, KEYS["url:plan"], KEYS["url:press"], "same", reviewer="ana")
    connection.execute("UPDATE documents SET withheld = 0 WHERE key = 'url:plan'")
    assert len(pairs(filled)) == 3


def test_a_pair_waits_while_a_document_of_it_has_changed(filled: House) -> None:
    filled.store.connection.execute(
        "UPDATE entries SET quantity = 4 WHERE key = ?", (KEYS["url:plan"],)
    )
    assert pairs(filled) == {frozenset({"url:award", "url:press"})}
    refresh_pairs(filled.store)
    assert frozenset({"url:plan", "url:award"}) in pairs(filled)
    reasons = open_pairs(filled.store, 100)
    assert any("quantity_differs" in {r["code"] for r in pair["reasons"]} for pair in reasons)


def test_the_same_file_at_two_addresses_is_no_candidate(house: House) -> None:
    for key in ("url:a", "url:b"):
        house.take(key, b"same")
    house.read(b"same", PLAN, tagged=tagging(MADE["url:plan"]))
    refresh_pairs(house.store)
    assert open_pairs(house.store, 10) == []


def test_a_translation_is_a_candidate(house: House) -> None:
    uuid = "7ad00cdf-6071-4460-9a73-2aae1cabf60f"
    text = "30 drones for 400000 EUR"
    for language in ("en", "fr"):
        data = language.encode()
        house.take(f"europa:{uuid}_{language}", data)
        made = proposal(
            text, "drones", equipment_type="uav", equipment_family="uav",
            quantity=evidence(text, "30", {"min": 30, "max": 30}),
            amount=amount(text, "400000 EUR", "400000"),
            recipient=evidence(text, "drones" if language == "en" else "EUR"),
            recipient_country="TN",
        )  # fmt: skip
        house.read(data, text, tagged=tagging(made))
    refresh_pairs(house.store)
    (pair,) = open_pairs(house.store, 10)
    assert "translation" in {reason["code"] for reason in pair["reasons"]}


def test_a_block_that_very_many_share_costs_little(house: House) -> None:
    """A thousand alike entries are not compared each with each."""
    text = "5 boats for the Guard."
    for number in range(30):
        made = [entry(text, "boats", 5, "Guard", ordinal=ordinal) for ordinal in range(1, 11)]
        data = b"%d" % number
        house.take(f"url:{number}", data)
        house.read(data, text, tagged=tagging(*made))
    refresh_pairs(house.store)
    statements: list[str] = []
    house.store.connection.execute("UPDATE entries SET quantity = 6 WHERE document_id = 1")
    house.store.connection.set_trace_callback(statements.append)
    assert refresh_pairs(house.store) == 1
    house.store.connection.set_trace_callback(None)
    assert len(statements) < 100


def test_what_changes_while_it_is_looked_through_waits(
    filled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = "UPDATE entries SET quantity = quantity + 1 WHERE key = ?"
    filled.store.connection.execute(change, (KEYS["url:plan"],))

    def disturbed(connection: sqlite3.Connection, document_id: int) -> linkage.Found:
        found = look_through(connection, document_id)
        connection.execute(change, (KEYS["url:plan"],))
        return found

    monkeypatch.setattr(linkage, "look_through", disturbed)
    assert refresh_pairs(filled.store) == 1
    monkeypatch.undo()
    assert filled.store.value("SELECT count(*) FROM pairs_pending") == 1
    assert refresh_pairs(filled.store) == 1
    assert refresh_pairs(filled.store) == 0


def test_a_withdrawn_text_leaves_no_block_behind(filled: House) -> None:
    key = KEYS["url:plan"]
    assert filled.store.value("SELECT count(*) FROM entry_blocks WHERE entry_key = ?", (key,)) > 0
    filled.store.connection.execute(
        "UPDATE entries SET text_withdrawn = 1, recipient = NULL WHERE key = ?", (key,)
    )
    for table, column in (("entry_blocks", "entry_key"), ("pairs", "first"), ("pairs", "second")):
        sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"
        assert filled.store.value(sql, (key,)) == 0
