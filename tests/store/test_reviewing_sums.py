"""Sums that reviewers type and mark: read right, or refused with a sentence, never cut."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from store.reviewing.adding import add_entry
from store.reviewing.answers import Span, checked_fields
from store.reviewing.marked import columns_of, span_of
from store.reviewing.sums import typed_sums
from store.sheets import reading_of, sheet_of
from tests.builders import House, sha


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1080000", "1080000"),
        ("1 080 000", "1080000"),
        ("1\u202f080\u202f000", "1080000"),
        (" 1'080'000 ", "1080000"),
        ("1.080.000", "1080000"),
        ("1,080,000", "1080000"),
        ("1.080,50", "1080.5"),
        ("1,080.50", "1080.5"),
        ("1234.50", "1234.5"),
        ("12,5", "12.5"),
        ("1.5 million", "1500000"),
        ("1,5 Mio. EUR", "1500000"),
        ("EUR 1 080 000", "1080000"),
        ("1.2340", "1.234"),
        ("0", "0"),
    ],
)
def test_a_sum_with_one_meaning_is_read(text: str, number: str) -> None:
    read = typed_sums({"amount_min": text, "currency": "EUR"})
    assert read == {"amount_min": number, "currency": "EUR"}
    assert checked_fields(read)["amount_min"] == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EUR 1080 000", "can be 1080000 or 1080; write 1080000 or 1080"),
        ("EUR 1080 350", "cannot be read as one number"),
        ("1080 350", "is a number such as"),
        ("1 080 00", "cannot be read as one number"),
        ("500 per month", "cannot be read as one number"),
        ("about 500", "cannot be read as one number"),
        ("1.234", "can be 1234 or 1.234; write 1234 or 1.2340"),
        ("1,234", "can be 1234 or 1.234"),
        ("1,080,00", "can be 1080 or 108000"),
        ("EUR 5 to 7 million", "two ends"),
        ("12 34", "is a number such as"),
        ("007", "is a number such as"),
        ("1e5", "is a number such as"),
        ("1_000", "is a number such as"),
        ("\uff11\uff12", "is a number such as"),
        ("much", "is a number such as"),
        ("-5", "without a sign"),
        ("USD 5 000", "typed in USD, the currency is EUR"),
    ],
)
def test_a_sum_with_any_doubt_is_refused(text: str, words: str) -> None:
    for name in ("amount_min", "amount_max"):
        with pytest.raises(UsageError, match=words):
            typed_sums({name: text, "currency": "EUR"})


def test_what_stands_in_the_form_is_not_typed() -> None:
    assert typed_sums({"amount_min": "1.234"}, {"1.234"}) == {"amount_min": "1.234"}
    assert typed_sums({"amount_min": "", "currency": ""}) == {"amount_min": "", "currency": ""}
    assert typed_sums({"equipment": "1.234 boats"}) == {"equipment": "1.234 boats"}


def test_a_currency_beside_the_sum_fills_an_empty_one() -> None:
    assert typed_sums({"amount_min": "PLN 5 000", "currency": ""})["currency"] == "PLN"
    assert typed_sums({"amount_min": "$ 5 000", "currency": "USD"})["currency"] == "USD"
    with pytest.raises(UsageError, match="choose the currency"):
        typed_sums({"amount_min": "$ 5 000", "currency": ""})


def test_the_ends_of_a_range_are_in_order() -> None:
    assert typed_sums({"amount_min": "5", "amount_max": "7 000"})["amount_max"] == "7000"
    with pytest.raises(UsageError, match="from 1080000 to 1080"):
        typed_sums({"amount_min": "1 080 000", "amount_max": "1080"})


@given(st.text("0123456789 .,'-EURmillion\u202f", max_size=20))
def test_what_is_read_has_every_digit_that_was_typed(text: str) -> None:
    try:
        read = typed_sums({"amount_min": text})["amount_min"]
    except UsageError:
        return
    if not read.strip() or "m" in text or "M" in text or "l" in text:
        return
    typed = "".join(c for c in text if c.isdigit()).lstrip("0").rstrip("0")
    assert read.replace(".", "").strip("0") == typed
    assert Decimal(read) >= 0


@pytest.mark.parametrize("value", ["1 080 000", "1,5", "1e5", "1_0", "\uff11"])
def test_the_store_takes_plain_decimals_alone(value: str) -> None:
    with pytest.raises(UsageError, match="with a point"):
        checked_fields({"amount_min": value})


@pytest.mark.parametrize(
    ("value", "number"), [("1 200", 1200), ("12", 12), ("1\u202f000\xa0000", 10**6)]
)
def test_a_quantity_in_threes_is_read(value: str, number: int) -> None:
    assert checked_fields({"quantity": value}) == {"quantity": number}


@pytest.mark.parametrize("value", ["12 34", "1080 000", "1 2", "1.200", "1 0000"])
def test_a_quantity_in_other_groups_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="whole number"):
        checked_fields({"quantity": value})


LINE = "The coast guard gets 3 drones for EUR 1080 350 and 4 vans for EUR 50 000 in 2024."


def read_page(house: House) -> Any:
    house.take("url:a", b"a")
    house.read(b"a", LINE)
    return sheet_of(house.store, reading_of(house.store, sha(b"a"))[0], 1)


def test_a_marked_sum_whose_digits_go_on_fills_nothing(house: House) -> None:
    sheet = read_page(house)

    def fills(words: str) -> dict[str, Any]:
        start = LINE.index(words)
        return columns_of("amount", span_of(sheet, start, start + len(words)), sheet, "en")

    assert fills("EUR 1080 350") == {}
    assert fills("1080 350") == {}
    assert fills("EUR 50 000 in 2024")["amount_min"] == "50000"


def test_an_added_entry_has_no_part_of_a_sum(house: House) -> None:
    read_page(house)
    reading = reading_of(house.store, sha(b"a"))[0]

    def span(words: str) -> Span:
        start = LINE.index(words)
        return Span(1, start, start + len(words), words)

    for goods, cost, number in (("drones", "EUR 1080 350", None), ("vans", "EUR 50 000", "50000")):
        marks = {"equipment": span(goods), "amount": span(cost)}
        done = add_entry(house.store, "url:a", 1, reading, marks, {}, reviewer="ana", note=None)
        assert house.entry(done.entry)["amount_min"] == number
