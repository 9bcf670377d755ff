"""The euro of an entry: at the document's date, or a reviewer's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from core.records import Proposal
from store.decisions import corrected_values, effective_values
from tests.builders import House, evidence, key_of, proposal, tagging

DOC = "url:a"
BODY = b"body"
TEXT = "Delivery of 12 patrol boats worth EUR 5 000 000 to the coast guard of Tunisia."
EURO = ("amount_eur", "eur_rate", "eur_rate_date", "eur_source")


def priced(currency: str | None, number: str = "655957") -> Proposal:
    """Return the candidate entry of `TEXT` with an amount."""
    value = {"min": number, "max": number, "currency": currency, "kind": "award"}
    return proposal(TEXT, "patrol boats", amount=evidence(TEXT, "EUR 5 000 000", value))


MADE = priced("EUR", "5000000")
KEY = key_of(DOC, MADE)


def euro(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what an entry says of its value in euro."""
    return tuple(values[name] for name in EURO)


def read(house: House, made: Proposal) -> dict[str, Any]:
    """Tag the document and return its entry."""
    house.read(BODY, TEXT, tagged=tagging(made))
    return house.entry(KEY)


@pytest.fixture
def house(house: House) -> House:
    """A house with one entry that waits for a reviewer."""
    house.take(DOC, BODY, published="2025-02-01")
    read(house, MADE)
    return house


@pytest.mark.parametrize(
    ("currency", "published", "expected"),
    [
        ("EUR", None, (655957.0, "1", None, "EUR itself")),
        ("XOF", None, (1000.0, "655.957", None, "fixed peg")),
        ("XAF", "2021-05-14", (1000.0, "655.957", None, "fixed peg")),
        ("BAM", "2021", (335385.49, "1.95583", None, "fixed peg")),
        ("USD", "2021-05-14", (541084.72, "1.2123", "2021-05-14", "ECB")),
        ("USD", "2021-05-16", (541084.72, "1.2123", "2021-05-14", "ECB")),  # a Sunday
        ("PLN", "2024", (152342.65, "4.30580", "2024", "ECB year average")),
        ("TRL", "2002", (0.46, "1439680", "2002", "ECB year average")),
        ("USD", "1998-12-31", (None, None, None, "no rate at that date")),
        ("USD", None, (None, None, None, "no date")),
        ("LYD", "2021-05-14", (None, None, None, "no rate")),
        ("MAD", "2021-05-14", (None, None, None, "no rate")),  # the ECB sets none
        (None, "2021-05-14", (None, None, None, "no rate")),
    ],
)
def test_euro_are_those_of_the_documents_date(
    currency: str | None, published: str | None, expected: tuple[Any, ...]
) -> None:
    assert euro(effective_values(priced(currency), published)) == expected


def test_the_rate_is_of_the_publication_not_of_the_stated_date(house: House) -> None:
    stated = evidence(TEXT, "12", {"date": "2024-12-31"})
    row = read(house, msgspec.structs.replace(priced("USD"), date=stated))
    assert (row["date"], row["eur_rate_date"]) == ("2024-12-31", "2025-01-31")  # before a Saturday
    assert row["amount_eur"] == round(655957 / float(row["eur_rate"]), 2)


def test_an_entry_without_an_amount_has_no_euro(house: House) -> None:
    row = read(house, msgspec.structs.replace(MADE, amount=None))
    assert euro(row) == (None, None, None, None)


def test_a_correction_of_the_currency_moves_the_euro(house: House) -> None:
    house.decide(KEY, "correct", MADE, {"currency": "USD"})
    assert euro(house.entry(KEY)) == (4810930.43, "1.0393", "2025-01-31", "ECB")
    house.decide(KEY, "correct", MADE, {"currency": "LYD"})
    assert euro(house.entry(KEY)) == (None, None, None, "no rate")
    house.decide(KEY, "correct", MADE, {"currency": "USD", "amount_eur": 4.5})
    assert euro(house.entry(KEY)) == (4.5, None, None, "reviewer")


def test_a_correction_that_takes_the_amount_away_takes_the_euro(house: House) -> None:
    house.decide(KEY, "correct", MADE, {"amount_min": None, "amount_max": None})
    assert euro(house.entry(KEY)) == (None, None, None, None)


def test_a_correction_of_something_else_leaves_the_euro_alone() -> None:
    values = effective_values(priced("USD"), "2021-05-14")
    assert euro(corrected_values(values, {"fund": "X"}, "2009-01-05")) == euro(values)


def test_a_reviewers_euro_keep_out_what_follows_the_rate() -> None:
    values = effective_values(priced("USD"), "2021-05-14")
    fields = {"amount_eur": None, "eur_source": "mine", "currency": "GBP"}
    whole = corrected_values(values, fields, "2021-05-14")
    assert (whole["currency"], *euro(whole)) == ("GBP", None, None, None, "reviewer")
