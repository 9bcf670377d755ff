"""Tables over several pages as one: header rows, cut rows, totals, places, units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from core.records import Cell, Table
from core.tables import WholeTable, is_total_row, whole_numbers, whole_tables

HEADER = ("Item", "Body", "Cost")


def part(page: int, *rows: Sequence[str | None], number: int = 1, **more: Any) -> Table:
    """A part whose cells stand one after the other; None is covered by a merged neighbour."""
    at = 0
    built = []
    for row in rows:
        cells = []
        for text in row:
            cells.append(Cell("") if text is None else Cell(text, at, at + len(text)))
            at += len(text or "") + 1
        built.append(tuple(cells))
    return Table(page=page, number=number, rows=tuple(built), **more)


def first(*rows: Sequence[str | None], **more: Any) -> Table:
    """The first part of a table under `HEADER`."""
    return part(1, HEADER, *rows, header=HEADER, header_rows=1, **more)


def rest(*rows: Sequence[str | None], page: int = 2, **more: Any) -> Table:
    """A part that goes on."""
    return part(page, *rows, header=HEADER, continues=True, **more)


def texts(table: WholeTable) -> list[list[str]]:
    """The texts of a whole table."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_parts_become_one_table_with_the_header_once() -> None:
    (whole,) = whole_tables(
        [
            first(("Boat", "Guard", "1"), caption="Budget", notes=("Note: a",), currency="EUR"),
            rest(HEADER, ("Radio", "Police", "2"), header_rows=1, notes=("Note: a", "Note: b")),
            rest(("Tent", "Army", "3"), page=3),
        ]
    )
    assert texts(whole) == [
        list(HEADER), ["Boat", "Guard", "1"], ["Radio", "Police", "2"], ["Tent", "Army", "3"],
    ]  # fmt: skip
    assert [row.page for row in whole.rows] == [1, 1, 2, 3]
    assert whole.parts == ((1, 1), (2, 1), (3, 1))
    assert (whole.header, whole.header_rows, whole.caption) == (HEADER, 1, "Budget")
    assert (whole.currency, whole.notes) == ("EUR", ("Note: a", "Note: b"))


def test_cells_know_their_places() -> None:
    pages = {1: "Item\tBody\tCost\nBoat\tGuard\t1", 2: "Radio\t\t2"}
    (whole,) = whole_tables([first(("Boat", "Guard", "1")), rest(("Radio", None, "2"))])
    for row in whole.rows:
        for cell in row.cells:
            assert bool(cell.places) is bool(cell.text)
            for page, start, end in cell.places:
                assert page == row.page
                assert pages[page][start:end] == cell.text


def test_totals_are_numbered_anew() -> None:
    (whole,) = whole_tables(
        [
            first(("Boat", "Guard", "1"), ("Sub-total", "", "1"), totals=(2,)),
            rest(HEADER, ("Radio", "Police", "2"), ("Total", "", "3"), header_rows=1, totals=(2,)),
        ]
    )
    assert [whole.rows[at].cells[0].text for at in whole.totals] == ["Sub-total", "Total"]
    assert all(is_total_row(whole.rows[at].cells[0].text) for at in whole.totals)


def test_a_header_that_a_part_repeats_without_being_marked_is_left_out() -> None:
    (whole,) = whole_tables([first(("Boat", "Guard", "1")), rest(HEADER, ("Radio", "Police", "2"))])
    assert texts(whole) == [list(HEADER), ["Boat", "Guard", "1"], ["Radio", "Police", "2"]]


def test_a_row_of_figures_that_comes_twice_stays() -> None:
    row = ("Boat", "Guard", "1")
    (whole,) = whole_tables([part(1, row), part(2, row, continues=True)])
    assert texts(whole) == [list(row), list(row)]


LONG = [
    ("Political risks", "H", "Dialogue with all sides."),
    ("Economic risks", "M", "Reserves are built."),
    ("Quest for political", "H", "The debt is shared in a"),
]
CUT = [
    ("domination by others", "", "transparent and fair way"),
    ("", "", "transparent and fair way"),
    ("domination by others", "", ""),
    ("domination by others", None, "FMS and others"),
]


@pytest.mark.parametrize("row", CUT)
def test_a_row_that_the_page_break_cuts_is_joined(row: tuple[str | None, ...]) -> None:
    (whole,) = whole_tables([first(*LONG), rest(row, ("Fraud", "L", "Audits."), ("Total", "", ""),
                                                totals=(2,))])  # fmt: skip
    assert [r[0].splitlines()[0] for r in texts(whole)] == [
        "Item", "Political risks", "Economic risks", "Quest for political", "Fraud", "Total",
    ]  # fmt: skip
    joined = whole.rows[3]
    assert [cell.text for cell in joined.cells] == [
        f"{above}\n{text}" if text else above for above, text in zip(LONG[-1], row, strict=True)
    ]
    assert [len({page for page, _, _ in cell.places}) for cell in joined.cells] == [
        2 if text else 1 for text in row
    ]
    assert whole.totals == (5,)


APART = {
    "nothing is lacking": ("domination", "M", "of the market"),
    "a figure": ("domination", "", "12 000"),
    "a new sentence": ("Domination", "", "Of the market"),
}


@pytest.mark.parametrize("row", APART.values(), ids=APART)
def test_other_rows_stay_apart(row: tuple[str, ...]) -> None:
    (whole,) = whole_tables([first(*LONG), rest(row)])
    assert texts(whole)[-1] == list(row)


def test_a_row_stays_apart_where_the_one_before_has_ended() -> None:
    (whole,) = whole_tables([first(*LONG[:2]), rest(("", "", "and more"))])
    assert texts(whole)[-1] == ["", "", "and more"]


def test_a_row_stays_apart_where_columns_are_often_empty() -> None:
    rows = [("Libya", "Guard", "Boats"), ("", "Police", "Radios"), ("Tunisia", "Army", "Tents")]
    (whole,) = whole_tables([first(*rows), rest(("", "customs", "gloves"))])
    assert len(whole.rows) == 5


def test_a_row_stays_apart_where_others_begin_small_too() -> None:
    rows = [("Libya", "Guard", "boats"), ("Mali", "Police", "radios"), ("Niger", "Army", "tents")]
    (whole,) = whole_tables([first(*rows), rest(("", "", "gloves"))])
    assert len(whole.rows) == 5


@pytest.mark.parametrize(
    "more", [{"currency": "USD"}, {"currency": "EUR", "multiplier": 1000}], ids=str
)
def test_parts_in_other_units_are_tables_of_their_own(more: dict[str, Any]) -> None:
    tables = [
        first(("Boat", "Guard", "1"), currency="EUR"),
        rest(("Radio", "Police", "2"), **more),
        part(3, ("Other", "x"), number=1),
        part(3, ("Next", "y"), number=2),
    ]
    assert [len(whole.rows) for whole in whole_tables(tables)] == [2, 1, 1, 1]
    assert whole_numbers(tables) == (1, 2, 3, 4)


def test_parts_share_a_number() -> None:
    tables = [first(), rest(("Radio", "Police", "2")), part(2, ("Next", "y"), number=2)]
    assert whole_numbers(tables) == (1, 1, 2)
    assert whole_tables([]) == ()
    assert whole_numbers([]) == ()
