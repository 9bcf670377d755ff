"""Entries that reviewers add: what they rest on, and what they outlive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import UnknownKey, UsageError
from core.records import Proposal
from store.check import faults
from store.decisions import effective_values
from store.entries import refresh_document, release
from store.reviewing.adding import add_entry
from store.reviewing.answers import Answer, Span
from store.reviewing.deciding import Decided, DecidedMeanwhile, decide, seen_of
from store.reviewing.panel import panel
from tests.builders import House, evidence, key_of, open_house, page, proposal, sha, tagging

DOC = "url:a"
LINE = "Delivery of 12 patrol boats for EUR 5 000 000 to the coast guard of Tunisia."
TEXT = f"Annex\n{LINE}\nAnother 12 were refused."


def span(quote: str, text: str = TEXT, number: int = 1) -> Span:
    start = text.index(quote)
    return Span(number, start, start + len(quote), quote)


def reading(house: House, data: bytes = b"one") -> int:
    sql = "SELECT id FROM readings WHERE sha256 = ? AND current = 1"
    return int(house.store.value(sql, (sha(data),)))


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = open_house(tmp_path)
    made.take(DOC, b"one", published="2025-02-01")
    made.read(b"one", TEXT, "Page two")
    return made


SPANS = {
    "equipment": span("patrol boats"),
    "quantity": span("12"),
    "amount": span("EUR 5 000 000"),
    "recipient": span("coast guard of Tunisia"),
}
FIELDS = {"equipment_type": "patrol_boat", "recipient_country": "Tunisia", "stage": "delivered"}


def add(house: House, spans: Any = SPANS, fields: Any = FIELDS, **more: Any) -> Decided:
    values: dict[str, Any] = {"page": 1, "reading_id": reading(house), **more}
    return add_entry(
        house.store, DOC, values["page"], values["reading_id"], spans, fields, reviewer="ana",
        note=None,
    )  # fmt: skip


def quotes(house: House, key: str) -> dict[str, tuple[int, str, str]]:
    """Return of each field its page, the text that stands at its offsets, and its quote."""
    rows = house.store.rows(
        'SELECT x.field, x.page, substr(p.text, x.start + 1, x."end" - x.start) AS there, x.raw'
        " FROM entry_evidence x JOIN pages p ON p.reading_id = x.reading_id AND p.number = x.page"
        " WHERE x.entry_key = ?",
        (key,),
    )
    return {row["field"]: (row["page"], row["there"], row["raw"]) for row in rows}


def test_an_added_entry_says_what_was_marked_and_said(house: House) -> None:
    done = add(house)
    assert (done.verdict, done.state) == ("add", "accepted")
    row = house.entry(done.entry)
    expected = {
        "page": 1, "equipment": "patrol boats", "equipment_type": "patrol_boat",
        "equipment_family": "vessels", "quantity": 12, "amount_min": "5000000",
        "amount_max": "5000000", "currency": "EUR", "amount_eur": 5000000.0,
        "recipient": "coast guard of Tunisia", "recipient_country": "TN", "supplier": None,
        "date": "2025-02-01", "stage": "delivered", "score": 1.0, "quote": LINE,
        "state": "accepted", "still_proposed": 0,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    shown = panel(house.store, done.entry)
    assert [one.name for one in shown.fields if one.quote] == list(SPANS)
    assert all(one.by_reviewer for one in shown.fields if one.quote)
    assert quotes(house, done.entry)["recipient"][2] == "coast guard of Tunisia"
    assert house.store.value("SELECT boxes FROM entry_evidence WHERE field = 'amount'") != "[]"
    assert faults(house.store, house.archive) == []


def test_what_a_reviewer_reads_goes_before_what_the_quote_seems_to_be(house: House) -> None:
    said = {"amount_min": "5", "amount_max": "7", "currency": "usd", "quantity": "3"}
    row = house.entry(add(house, fields=said).entry)
    assert (row["amount_min"], row["amount_max"], row["currency"]) == ("5", "7", "USD")
    assert row["quantity"] == 3


def test_a_sum_that_could_be_two_is_left_open(house: House) -> None:
    text = "Boats for 1.234 EUR"
    house.read(b"one", text)
    marks = {"equipment": span("Boats", text), "amount": span("1.234 EUR", text)}
    row = house.entry(add(house, marks, {}).entry)
    assert (row["amount_min"], row["currency"]) == (None, None)
    assert quotes(house, row["key"])["amount"][2] == "1.234 EUR"


def test_the_same_quote_again_is_another_entry(house: House) -> None:
    first, second = add(house), add(house)
    assert first.entry != second.entry
    assert house.store.value("SELECT count(*) FROM entries WHERE state = 'accepted'") == 2


def test_a_key_that_the_machine_has_is_not_taken(house: House) -> None:
    made = proposal(TEXT, "patrol boats")
    house.read(b"one", TEXT, tagged=tagging(made, tagger="2"))
    done = add(house)
    assert done.entry != key_of(DOC, made)
    assert house.entry(key_of(DOC, made))["state"] == "pending"


@pytest.mark.parametrize(
    ("spans", "fields", "words"),
    [
        ({"equipment": Span(1, 0, 5, "Boats")}, {}, "does not say"),
        ({"equipment": Span(1, -3, 5, "Annex")}, {}, "does not say"),
        ({"equipment": Span(1, 5, 5, "")}, {}, "does not say"),
        ({"equipment": Span(1, 0, 9999, TEXT)}, {}, "does not say"),
        ({"equipment": Span(7, 0, 5, "Annex")}, {}, "no page 7"),
        ({"equipment": span("Page", "Page two", 2)}, {}, "on the page"),
        ({"equipment": Span(1, 5, 6, "\n")}, {}, "no word"),
        ({"recipient": SPANS["recipient"]}, {}, "Mark the equipment"),
        ({"colour": span("12")}, {}, "No quote"),
        ({"equipment": span("boats")}, {"amount_min": "5"}, "what says the amount"),
        ({"equipment": span("boats")}, {"fund": "EUTF"}, "what says the fund"),
        ({"equipment": span("boats")}, {"equipment": "ships"}, "is what is marked"),
        ({"equipment": span("boats")}, {"equipment_type": "submarine?"}, "type"),
        ({"equipment": span("boats")}, {"score": "1"}, "score"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    house: House, spans: Any, fields: Any, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        add(house, spans, fields)
    assert house.store.value("SELECT count(*) FROM entries") == 0
    assert house.store.value("SELECT count(*) FROM decisions") == 0


def test_an_unknown_a_withheld_and_an_outdated_page_are_refused(house: House) -> None:
    old = reading(house)
    with pytest.raises(UnknownKey):
        add_entry(house.store, "url:x", 1, old, SPANS, {}, reviewer="ana", note=None)
    house.read(b"one", TEXT, tagged=tagging(tagger="2"), extractor="2")
    if reading(house) != old:
        with pytest.raises(DecidedMeanwhile, match="read anew"):
            add(house, reading_id=old)
    house.store.connection.execute("UPDATE documents SET withheld = 1")
    with pytest.raises(UnknownKey):
        add(house)
    assert house.store.value("SELECT count(*) FROM entries") == 0


def test_it_rests_on_recipient_and_amount_where_there_are_no_goods(house: House) -> None:
    marks = {name: SPANS[name] for name in ("recipient", "amount")}
    done = add(house, marks, {})
    assert house.entry(done.entry)["equipment"] is None
    assert set(quotes(house, done.entry)) == {"recipient", "amount"}


def test_undo_withdraws_it_and_keeps_it(house: House) -> None:
    done = add(house)
    undo = Answer(verdict="undo", seen="", of=done.decision)
    assert decide(house.store, done.entry, undo, reviewer="ana").state == "withdrawn"
    with house.store.transaction() as connection:
        refresh_document(connection, house.document(DOC)["id"])
    assert house.entry(done.entry)["state"] == "withdrawn"
    assert house.entry(done.entry)["equipment"] == "patrol boats"


def test_it_outlives_a_reading_with_other_offsets_and_line_ends(house: House) -> None:
    done = add(house)
    moved = (
        "12 pages\nPreface\nDelivery of 12 patrol\nboats for EUR 5 000 000 to the coast guard of"
    )
    house.read(b"one", f"{moved} Tunisia.", tagged=tagging(tagger="2"))
    found = quotes(house, done.entry)
    assert {name: (at, raw) for name, (at, there, raw) in found.items() if there == raw} == {
        "equipment": (1, "patrol\nboats"), "quantity": (1, "12"), "amount": (1, "EUR 5 000 000"),
        "recipient": (1, "coast guard of Tunisia"),
    }  # fmt: skip
    start = house.store.value("SELECT start FROM entry_evidence WHERE field = 'quantity'")
    assert start == moved.index("12 patrol")  # and not the 12 of the first line
    assert house.entry(done.entry)["state"] == "accepted"


def test_it_follows_its_sentence_to_another_page_of_a_new_version(house: House) -> None:
    done = add(house)
    house.take(DOC, b"two", fetched_at="2025-03-05T04:00:00Z")
    house.read(b"two", "A new cover with 12 patrol boats", "", TEXT)
    row = house.entry(done.entry)
    assert (row["page"], row["state"]) == (3, "accepted")
    assert row["version_id"] == house.document(DOC)["version_id"]
    assert {at for at, there, raw in quotes(house, done.entry).values() if there == raw} == {3}


def test_it_stays_with_the_version_that_has_it(house: House) -> None:
    done = add(house)
    before = house.entry(done.entry)
    house.take(DOC, b"two", fetched_at="2025-03-05T04:00:00Z")
    house.read(b"two", "Nothing of it any more.")
    assert house.entry(done.entry) == before
    assert len(quotes(house, done.entry)) == len(SPANS)
    house.read(b"one", f"Shifted {TEXT}", tagged=tagging(tagger="2"))
    assert all(there == raw for _, there, raw in quotes(house, done.entry).values())
    assert len(quotes(house, done.entry)) == len(SPANS)


def test_a_redaction_takes_it_from_view_until_it_is_released(house: House) -> None:
    done = add(house)
    house.take(DOC, b"two", fetched_at="2025-03-05T04:00:00Z")
    black = page("Annex\nDelivery of            \nAnother 12 were refused.", redacted_area=0.2)
    house.read(b"two", pages=(black, page("Page two", 2)))
    row = house.entry(done.entry)
    assert (row["text_withdrawn"], row["equipment"], row["quote"]) == (1, None, "")
    assert quotes(house, done.entry) == {}
    with house.store.transaction() as connection:
        release(connection, DOC, 2)
    row = house.entry(done.entry)
    assert (row["state"], row["text_withdrawn"], row["equipment"]) == (
        "accepted",
        0,
        "patrol boats",
    )
    assert len(quotes(house, done.entry)) == len(SPANS)


def found_later(**more: Any) -> Proposal:
    """Return what the machine makes of the sentence when it finds it after all."""
    values: dict[str, Any] = {
        "quantity": evidence(TEXT, "12", {"min": "12", "max": "12"}),
        "amount": evidence(
            TEXT, "EUR 5 000 000",
            {"min": "5000000", "max": "5000000", "currency": "EUR", "kind": "award"},
        ),
        "recipient": evidence(TEXT, "coast guard of Tunisia", {"name": "coast guard of Tunisia"}),
        "recipient_country": "TN", "equipment_type": "patrol_boat", "equipment_family": "vessels",
    }  # fmt: skip
    return proposal(TEXT, "patrol boats", **{**values, **more})


def test_the_machine_may_find_it_later(house: House) -> None:
    done = add(house)
    made = found_later()
    assert key_of(DOC, made) == done.entry
    house.read(b"one", TEXT, tagged=tagging(made, tagger="2"))
    assert house.entry(done.entry)["state"] == "accepted"
    assert house.entry(done.entry)["still_proposed"] == 1
    other = found_later(quantity=evidence(TEXT, "5", {"min": "5", "max": "5"}))
    house.read(b"one", TEXT, tagged=tagging(other, tagger="3"))
    assert house.entry(done.entry)["state"] == "reopened"
    assert panel(house.store, done.entry).last is not None
    house.read(b"one", TEXT, tagged=tagging(tagger="4"))
    row = house.entry(done.entry)
    assert (row["state"], row["quantity"], row["still_proposed"]) == ("accepted", 12, 0)


def test_it_can_be_corrected_and_rejected_like_any_other(house: House) -> None:
    done = add(house)
    answer = Answer(verdict="correct", seen=done.seen, fields={"quantity": "13"})
    assert decide(house.store, done.entry, answer, reviewer="ben").state == "corrected"
    house.read(b"one", f"More {TEXT}", tagged=tagging(tagger="2"))
    assert (house.entry(done.entry)["quantity"], house.entry(done.entry)["state"]) == (
        13, "corrected",
    )  # fmt: skip
    seen = seen_of(house.store.connection, done.entry)
    rejected = Answer(verdict="reject", seen=seen, reason="duplicate")
    assert decide(house.store, done.entry, rejected, reviewer="ben").state == "rejected"


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.text(max_size=30), words=st.text(min_size=1, max_size=30), data=st.data())
def test_any_marked_text_stands_where_it_says(
    tmp_path_factory: pytest.TempPathFactory, before: str, words: str, data: st.DataObject
) -> None:
    house = open_house(tmp_path_factory.mktemp("any"))
    text = (before + words).replace("\x00", " ").encode("utf-8", "replace").decode()
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    house.take(DOC, b"one")
    house.read(b"one", text)
    mark = Span(1, start, end, text[start:end])
    try:
        done = add(house, {"equipment": mark}, {})
    except UsageError:
        assert house.store.value("SELECT count(*) FROM entries") == 0
    else:
        assert quotes(house, done.entry)["equipment"] == (1, mark.raw, mark.raw)
        assert house.entry(done.entry)["state"] == "accepted"
    finally:
        house.store.close()


def test_what_is_marked_is_what_the_columns_hold(house: House) -> None:
    """The row of an added entry is what its proposal says by itself."""
    done = add(house)
    packed = panel(house.store, done.entry)
    assert packed.state == "accepted"
    made = found_later()
    values = effective_values(made)
    row = house.entry(done.entry)
    assert all(row[name] == values[name] for name in ("quantity", "amount_min", "recipient"))
