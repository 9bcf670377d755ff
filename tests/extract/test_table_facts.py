"""Headers, currencies and multipliers of tables."""

from __future__ import annotations

import pytest

from core.records import Cell
from extract.table_facts import (
    currency_of,
    header_rows,
    header_texts,
    multiplier_of,
    unit_line,
)

UNITS = [
    ("Budget (in EUR million)", "EUR", 1_000_000),
    ("Montants en milliers d'euros", "EUR", 1000),
    ("EUR '000", "EUR", 1000),
    ("Cost in k€", "EUR", 1000),
    ("Planned contribution (M€)", "EUR", 1_000_000),
    ("Value, US$", "USD", 1),
    ("Total | EUR | USD", None, 1),
    ("Number of units", None, 1),
    ("In 2000 the police", None, 1),
]


@pytest.mark.parametrize(("text", "currency", "multiplier"), UNITS)
def test_units(text: str, currency: str | None, multiplier: int) -> None:
    assert currency_of(text) == currency
    assert multiplier_of(text) == multiplier


@pytest.mark.parametrize(
    ("line", "states"),
    [
        ("Indicative budget (amounts in EUR)", True),
        ("The Trust Fund contributed EUR 90 million in 2017:", False),
        ("Patrol boats", False),
    ],
)
def test_only_a_line_that_states_a_unit_counts(line: str, *, states: bool) -> None:
    assert bool(unit_line(line)) is states


def rows(*texts: tuple[str | None, ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(Cell("") if text is None else Cell(text, 0, len(text)) for text in row)
        for row in texts
    )


HEADERS = [
    (rows(("Item", "Units", "Cost"), ("Radio", "4", "10")), [False, False], 1),
    (rows(("Item", "Owner"), ("Radio", "Police"), ("Boat", "Guard")), [True, False, False], 1),
    (rows(("Title", "Boats"), ("Cost", "EUR 5")), [False, False], 0),
    (rows(("Radio", "4", "10"), ("Boat", "1", "90")), [False, False], 0),
    (
        rows(("Item", "Planned", None), ("", "2020", "2021"), ("Radio", "4", "10")),
        [True, True, False],
        1,
    ),
    (
        rows(("", "Releases", None), ("", "to air", "to water"), ("Lead", "20", "5")),
        [False, False, False],
        2,
    ),
]


@pytest.mark.parametrize(("table", "bold", "count"), HEADERS)
def test_header_rows(table: tuple[tuple[Cell, ...], ...], bold: list[bool], count: int) -> None:
    assert header_rows(table, bold) == count


def test_a_merged_header_names_all_its_columns() -> None:
    table = rows(("", "Releases", None), ("", "to air", "to water"), ("Lead", "20", "5"))
    assert header_texts(table, 2) == ("", "Releases to air", "Releases to water")
    assert header_texts(table, 0) == ()
