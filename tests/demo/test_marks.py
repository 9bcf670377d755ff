"""Inline marks: text without them, and the entries they make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.marks import Entry, UnreadableMark, find_marks, read_entries, strip_marks

ONE = "Supply of {q:10} {e:patrol boats} to the {r:Libyan Coast Guard} ({a:EUR 3 500 000})."


def test_text_keeps_the_quotes() -> None:
    assert strip_marks(ONE) == (
        "Supply of 10 patrol boats to the Libyan Coast Guard (EUR 3 500 000)."
    )


def test_one_entry() -> None:
    assert read_entries(ONE) == [
        Entry(
            equipment="patrol boats",
            quantity=10,
            amount="3500000",
            currency="EUR",
            recipient="Libyan Coast Guard",
        )
    ]


def test_several_items_share_a_recipient_and_a_sum() -> None:
    text = "{q1:three=3} {e1:radars} and {e2:vans} for {r:Police}, {a:USD 1.5 million=USD 1500000}"
    entries = read_entries(text, defaults={"fund": "eutf_africa"})
    assert [(e.equipment, e.quantity) for e in entries] == [("radars", 3), ("vans", None)]
    assert {(e.amount, e.currency, e.recipient, e.fund) for e in entries} == {
        ("1500000", "USD", "Police", "eutf_africa")
    }


def test_one_item_for_two_recipients() -> None:
    entries = read_entries("{e:radios} for {r1:Police} and {r2:Customs}")
    assert [(e.equipment, e.recipient) for e in entries] == [
        ("radios", "Police"),
        ("radios", "Customs"),
    ]


def test_a_lead_holds_where_the_text_says_nothing_itself() -> None:
    lead = find_marks("the {r:Police} receives")
    assert read_entries("{e:vans}", lead=lead)[0].recipient == "Police"
    assert read_entries("{e:vans} for {r:Customs}", lead=lead)[0].recipient == "Customs"


@pytest.mark.parametrize(
    ("quote", "amount", "currency"),
    [
        ("{a:EUR 3 500 000}", "3500000", "EUR"),
        ("{a:3~500~000~EUR}", "3500000", "EUR"),
        ("{a:3 500 000}", "3500000", "PLN"),
        ("{a:3,5 M€=3500000}", "3500000", "PLN"),
        ("{a:EUR 3.5 million=EUR 3500000}", "3500000", "EUR"),
    ],
)
def test_amounts(quote: str, amount: str, currency: str) -> None:
    entry = read_entries("{e:vans} " + quote, defaults={"currency": "PLN"})[0]
    assert (entry.amount, entry.currency) == (amount, currency)


def test_an_amount_that_is_no_plain_number_needs_a_value() -> None:
    with pytest.raises(UnreadableMark, match="needs an =value"):
        read_entries("{e:vans} {a:EUR 3.5 million}")


def test_an_amount_alone_is_no_entry() -> None:
    assert read_entries("The training costs {a:EUR 10 000}.") == []


@given(st.text(alphabet=st.characters(exclude_characters="{}~", codec="utf-8")))
def test_text_without_marks_stays_as_it_is(text: str) -> None:
    assert strip_marks(text) == text
    assert read_entries(text) == []
