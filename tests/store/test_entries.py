"""Candidate entries: proposals with the decisions replayed over them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Proposal
from store.check import dump, faults
from store.decisions import effective_values, judged, proposal_hash
from store.entries import refresh_document
from tests.builders import House, amount, evidence, key_of, proposal, sha, tagging

DOC = "url:a"
BODY = b"body"
TEXT = "Delivery of 12 patrol boats worth EUR 5 000 000 to the coast guard of Tunisia."


def boats(text: str = TEXT, number: str = "5000000", **more: Any) -> Proposal:
    """Return the candidate entry of `TEXT`."""
    values: dict[str, Any] = {
        "quantity": evidence(text, "12", {"min": 12, "max": 12}),
        "amount": amount(text, "EUR 5 000 000", number),
        "recipient": evidence(text, "coast guard", {"name": "coast guard", "country": "TN"}),
        "equipment_type": "patrol_boat",
        "equipment_family": "vessels",
        "recipient_country": "TN",
        "amount_kind": "award",
        "stage": "awarded",
    }
    return proposal(text, "patrol boats", **{**values, **more})


KEY = key_of(DOC, boats())


@dataclass
class Desk:
    """A house with one document that has been read with the entry of `TEXT`."""

    house: House

    def read(self, *proposals: Proposal, text: str = TEXT, tagger: str = "1") -> None:
        """Tag the document again."""
        self.house.read(BODY, text, tagged=tagging(*proposals, tagger=tagger))

    def entry(self) -> dict[str, Any]:
        """Return the entry's row."""
        return self.house.entry(KEY)

    def state(self) -> tuple[str, int]:
        """Return the entry's state, and whether it is still proposed."""
        row = self.entry()
        return row["state"], row["still_proposed"]


@pytest.fixture
def desk(house: House) -> Desk:
    """A house with one entry that waits for a reviewer."""
    house.take(DOC, BODY, published="2025-02-01")
    made = Desk(house)
    made.read(boats())
    return made


def test_a_proposal_becomes_a_pending_entry(desk: Desk) -> None:
    row = desk.entry()
    expected = {
        "page": 1, "equipment": "patrol boats", "equipment_type": "patrol_boat",
        "equipment_family": "vessels", "quantity": 12, "amount_min": "5000000",
        "amount_max": "5000000", "currency": "EUR", "amount_eur": 5000000.0,
        "eur_rate": "1", "eur_rate_date": None, "eur_source": "EUR itself",
        "amount_kind": "award", "amount_group": None, "amount_scope": "own",
        "recipient": "coast guard", "recipient_country": "TN", "supplier": None, "fund": None,
        "date": "2025-02-01", "stage": "awarded", "score": 0.5, "quote": TEXT,
        "state": "pending", "still_proposed": 1,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert row["version_id"] == desk.house.document(DOC)["version_id"]
    assert desk.house.store.value("SELECT count(*) FROM proposals") == 1


def test_a_stated_date_goes_before_the_documents(desk: Desk) -> None:
    stated = evidence(TEXT, "12", {"date": "2024-12-31"})
    desk.read(boats(date=stated))
    assert desk.entry()["date"] == "2024-12-31"


def test_what_is_not_stated_is_null() -> None:
    values = effective_values(Proposal(anchor="x", ordinal=1, page=2, quote="a\n  b"))
    assert values["quote"] == "a b"
    stated = {"page", "quote", "amount_kind", "amount_scope", "stage", "score"}
    assert {name for name, value in values.items() if value is not None} == stated


def test_evidence_has_the_boxes_of_its_lines(house: House) -> None:
    text = "first line\nof two drones"
    house.take(DOC, BODY)
    made = proposal(text, "line\nof two", fund=evidence(text, "first"))
    made = msgspec.structs.replace(made, amount=evidence(text, "two", {"min": "1"}))
    house.read(BODY, text, tagged=tagging(made))
    rows = house.store.rows("SELECT * FROM entry_evidence ORDER BY field")
    assert [row["field"] for row in rows] == ["amount", "equipment", "fund"]
    boxes = {row["field"]: msgspec.json.decode(row["boxes"]) for row in rows}
    assert boxes == {
        "amount": [[68.0, 52.0, 86.0, 62.0]],
        "equipment": [[86.0, 40.0, 110.0, 50.0], [50.0, 52.0, 86.0, 62.0]],
        "fund": [[50.0, 40.0, 80.0, 50.0]],
    }
    assert rows[1]["raw"] == "line\nof two"
    assert house.entry(key_of(DOC, made))["equipment"] == "line of two"
    assert (rows[0]["value"], rows[2]["value"]) == ('{"min":"1"}', None)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [("accept", "accepted"), ("reject", "rejected"), ("skip", "pending"), ("flag", "pending")],
)
def test_verdicts(desk: Desk, verdict: Any, state: str) -> None:
    desk.house.decide(KEY, verdict, boats())
    assert desk.state() == (state, 1)
    desk.read(boats(), tagger="2")
    assert desk.state() == (state, 1)


def test_a_correction_is_what_people_see(desk: Desk) -> None:
    desk.house.decide(
        KEY, "correct", boats(), {"amount_min": "6000000", "equipment": "boats", "quantity": None}
    )
    row = desk.entry()
    assert (row["state"], row["equipment"], row["amount_min"]) == ("corrected", "boats", "6000000")
    assert (row["quantity"], row["recipient"]) == (None, "coast guard")
    assert row["amount_eur"] == 6000000.0  # follows the amount, or filters would miss it


def test_a_correction_touches_only_what_a_reviewer_sees(desk: Desk) -> None:
    desk.house.decide(KEY, "correct", boats(), {"state": "rejected", "nonsense": 1, "fund": "X"})
    assert (desk.entry()["state"], desk.entry()["fund"]) == ("corrected", "X")


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        (["accept", "undo"], "pending"),
        (["accept", "reject", "undo"], "accepted"),
        (["accept", "reject", "undo", "undo"], "pending"),
        (["undo", "undo", "accept"], "accepted"),
        (["accept", "skip", "undo"], "pending"),
        (["reject", "accept"], "accepted"),
        (["accept", "undo", "reject"], "rejected"),
    ],
)
def test_decisions_are_replayed_in_order(desk: Desk, verdicts: list[Any], state: str) -> None:
    for verdict in verdicts:
        desk.house.decide(KEY, verdict, boats())
    assert desk.state() == (state, 1)


@given(st.lists(st.sampled_from(["accept", "correct", "reject", "skip", "flag", "undo"])))
def test_replay_is_a_stack(verdicts: list[str]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    rows = [
        connection.execute(
            "SELECT ? AS id, ? AS verdict, '{}' AS fields, NULL AS proposal", (number, v)
        ).fetchone()
        for number, v in enumerate(verdicts, 1)
    ]
    connection.close()
    stack: list[str] = []
    for verdict in verdicts:
        if verdict == "undo":
            stack = stack[:-1]
        elif verdict in ("accept", "correct", "reject"):
            stack = [*stack, verdict]
    found = judged(rows)
    assert (found.verdict if found else None) == (stack[-1] if stack else None)


@pytest.mark.parametrize("verdict", ["accept", "correct", "reject"])
def test_a_changed_proposal_reopens(desk: Desk, verdict: Any) -> None:
    desk.house.decide(KEY, verdict, boats(), {"fund": "EUTF"} if verdict == "correct" else {})
    desk.read(boats(number="7000000"))
    row = desk.entry()
    assert (row["state"], row["amount_min"], row["fund"]) == ("reopened", "7000000", None)
    desk.house.decide(KEY, "accept", boats(number="7000000"))
    assert desk.state() == ("accepted", 1)


def test_a_proposal_that_equals_the_correction_does_not_reopen(desk: Desk) -> None:
    fields = {"amount_min": "6000000", "amount_max": "6000000"}
    desk.house.decide(KEY, "correct", boats(), fields)
    desk.read(boats(number="6000000"))
    assert desk.state() == ("corrected", 1)


def test_a_proposal_that_equals_the_correction_but_differs_elsewhere_reopens(desk: Desk) -> None:
    fields = {"amount_min": "6000000", "amount_max": "6000000"}
    desk.house.decide(KEY, "correct", boats(), fields)
    other = evidence(TEXT, "Tunisia", {"name": "Tunisia", "country": "TN"})
    desk.read(boats(number="6000000", recipient=other))
    assert desk.state() == ("reopened", 1)


def test_a_proposal_as_it_was_closes_again(desk: Desk) -> None:
    desk.house.decide(KEY, "accept", boats())
    desk.read(boats(number="7000000"))
    desk.read(boats())
    assert desk.state() == ("accepted", 1)


def test_a_decision_without_its_proposal_cannot_stand(desk: Desk) -> None:
    desk.house.decide(KEY, "correct", None, {"fund": "X"})
    assert desk.state() == ("reopened", 1)


def test_the_hash_of_a_proposal_leaves_out_where_it_stands() -> None:
    moved = "Lot 2.\n" + TEXT.replace(" boats", "\nboats")
    text = moved.replace("\n", " ")
    again = boats(text, score=0.9)
    assert proposal_hash(again) == proposal_hash(boats())
    assert proposal_hash(boats(number="1")) != proposal_hash(boats())
    assert proposal_hash(boats(equipment_type="ship")) != proposal_hash(boats())
    assert proposal_hash(boats(recipient=None)) != proposal_hash(boats())


def test_a_decision_outlives_a_new_reading_and_a_new_version(desk: Desk) -> None:
    desk.house.decide(KEY, "accept", boats())
    moved = "A new first line.\n" + TEXT
    desk.house.take(DOC, b"second", published="2025-02-01")
    assert desk.state() == ("accepted", 1)
    desk.house.read(b"second", moved, tagged=tagging(boats(moved)))
    assert desk.state() == ("accepted", 1)
    assert desk.entry()["version_id"] == desk.house.document(DOC)["version_id"]
    assert faults(desk.house.store, desk.house.archive) == []


def test_an_entry_that_is_no_longer_proposed_is_withdrawn(desk: Desk) -> None:
    desk.read(tagger="2")
    assert desk.state() == ("withdrawn", 0)
    assert desk.house.store.value("SELECT count(*) FROM proposals") == 0
    desk.read(boats(), tagger="3")
    assert desk.state() == ("pending", 1)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [("accept", "accepted"), ("reject", "rejected"), ("correct", "corrected")],
)
def test_a_decided_entry_stays_and_is_marked(desk: Desk, verdict: Any, state: str) -> None:
    desk.house.decide(KEY, verdict, boats(), {"fund": "X"} if verdict == "correct" else {})
    before = desk.entry()
    desk.read(tagger="2")
    assert desk.entry() == {**before, "still_proposed": 0}
    assert desk.state() == (state, 0)
    assert faults(desk.house.store, desk.house.archive) == []


def test_undo_of_what_is_no_longer_proposed_withdraws_it(desk: Desk) -> None:
    desk.house.decide(KEY, "accept", boats())
    desk.read(tagger="2")
    desk.house.decide(KEY, "undo")
    assert desk.state() == ("withdrawn", 0)
    desk.house.decide(KEY, "reject", boats())
    assert desk.state() == ("rejected", 0)


def test_an_entry_that_a_reviewer_added_stays(desk: Desk) -> None:
    desk.read(tagger="2")
    with desk.house.store.transaction() as connection:
        connection.execute("UPDATE entries SET state = 'accepted' WHERE key = ?", (KEY,))
    desk.house.decide(KEY, "add", boats())
    desk.read(tagger="3")
    assert desk.state() == ("accepted", 0)


def test_two_documents_with_the_same_bytes_have_entries_of_their_own(desk: Desk) -> None:
    desk.house.take("url:b", BODY)  # read already: no work is done again
    desk.house.decide(KEY, "accept", boats())
    rows = desk.house.store.rows("SELECT key, state FROM entries ORDER BY state")
    assert [tuple(row) for row in rows] == [
        (KEY, "accepted"),
        (key_of("url:b", boats()), "pending"),
    ]
    assert desk.house.store.value("SELECT count(*) FROM readings") == 1


def test_refreshing_again_gives_the_same(desk: Desk) -> None:
    desk.house.decide(KEY, "correct", boats(), {"fund": "X"})
    before = list(dump(desk.house.store))
    with desk.house.store.transaction() as connection:
        refresh_document(connection, desk.house.document(DOC)["id"])
        refresh_document(connection, 999)
    assert list(dump(desk.house.store)) == before


def test_entries_can_be_built_again_from_proposals_and_decisions(desk: Desk) -> None:
    desk.house.decide(KEY, "correct", boats(), {"fund": "X"})
    before = list(dump(desk.house.store))
    with desk.house.store.transaction() as connection:
        for table in ("entries", "entry_evidence", "proposals"):
            connection.execute(f"DELETE FROM {table}")
        refresh_document(connection, desk.house.document(DOC)["id"])
    assert list(dump(desk.house.store)) == before


def test_decisions_are_only_ever_appended_to(desk: Desk) -> None:
    desk.house.decide(KEY, "accept", boats())
    for sql in ("DELETE FROM decisions", "UPDATE decisions SET verdict = 'reject'"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever appended to"):  # noqa: SIM117
            with desk.house.store.transaction() as connection:
                connection.execute(sql)
    assert desk.house.store.value("SELECT count(*) FROM decisions") == 1


def change(house: House, number: int) -> str | None:
    """Return what version `number` of the document changed."""
    sql = "SELECT change FROM versions WHERE number = ?"
    found: str | None = house.store.value(sql, (number,))
    return found


def test_a_new_version_says_what_it_changed(desk: Desk) -> None:
    house = desk.house
    assert change(house, 1) == "first"
    house.take(DOC, b"two")
    assert change(house, 2) is None
    house.read(b"two", TEXT)
    assert change(house, 2) == "metadata"
    house.take(DOC, b"three")
    house.read(b"three", TEXT, "one more page")
    assert change(house, 3) == "text"
    house.take(DOC, BODY)  # its reading is at hand
    assert change(house, 4) == "text"


def test_versions_are_compared_in_whatever_order_they_are_read(house: House) -> None:
    for data in (b"one", b"two", b"three"):
        house.take(DOC, data)
    house.read(b"three", "c")
    assert [change(house, n) for n in (1, 2, 3)] == ["first", None, None]
    house.read(b"one", "a")
    house.read(b"two", "a")
    assert [change(house, n) for n in (1, 2, 3)] == ["first", "metadata", "text"]


def test_the_file_fills_in_what_the_source_did_not_say(house: House) -> None:
    house.take(DOC, BODY, title="From the source")
    house.read(BODY, TEXT, title="From the file", published="2024-01-01", reference="C(2025)1")
    row = house.document(DOC)
    described = ("title", "published", "reference", "language", "kind")
    assert [row[name] for name in described] == [
        "From the source", "2024-01-01", "C(2025)1", "en", "pdf",
    ]  # fmt: skip
    assert sha(BODY) == house.store.value("SELECT sha256 FROM readings")
