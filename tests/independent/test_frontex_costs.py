"""The cost table of a Frontex release, against the spreadsheet that others made of it.

The PDF prints 216 payments on three pages under the same header, the spreadsheet holds them under
one. It is read with openpyxl alone. Blanks and footnote marks do not count, nor does the order.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

import extract
from core.tables import WholeTable, whole_tables

FOLDER = Path("pdf", "frontex")
ROWS = 217  # with the header
COLUMNS = 4
_MARKS = re.compile(r"\s|\(\*+\)|\*+|(?<=[A-Za-z])\(?\d\)?$")

Row = tuple[str, ...]


def _bare(row: list[str]) -> Row:
    return tuple(_MARKS.sub("", text) for text in row)


def _amounts(rows: Counter[Row]) -> Decimal:
    """Add up the last column; a row whose last cell is no amount in euro counts nothing."""
    sums = (
        Decimal(row[-1].removeprefix("€").replace(",", "")) * times
        for row, times in rows.items()
        if re.fullmatch(r"€[\d,]+\.\d\d", row[-1])
    )
    return sum(sums, Decimal(0))


@pytest.fixture(scope="module")
def spreadsheet(shared_data: Path) -> Counter[Row]:
    """The rows of the spreadsheet."""
    book = openpyxl.load_workbook(shared_data / FOLDER / "2020_COSTS_per_MS.xlsx", read_only=True)
    try:
        rows = book.worksheets[0].iter_rows(max_col=COLUMNS, values_only=True)
        return Counter(_bare([str(value or "") for value in row]) for row in rows)
    finally:
        book.close()


@pytest.fixture(scope="module")
def table(shared_data: Path) -> WholeTable:
    """The one table of the PDF."""
    path = shared_data / FOLDER / "210513_2020_COSTS_per_MS.pdf"
    document = extract.read(path.read_bytes(), sha256="0" * 64, name=path.name).document
    (whole,) = whole_tables(document.tables)
    return whole


@pytest.fixture(scope="module")
def rows(table: WholeTable) -> Counter[Row]:
    """The rows of the table."""
    return Counter(_bare([cell.text for cell in row.cells]) for row in table.rows)


def test_the_spreadsheet_is_the_one_meant(spreadsheet: Counter[Row]) -> None:
    assert spreadsheet.total() == ROWS
    assert _amounts(spreadsheet) > 1_000_000


def test_the_three_pages_are_one_table(table: WholeTable) -> None:
    assert [page for page, _ in table.parts] == [1, 2, 3]
    assert (len(table.rows), table.header_rows) == (ROWS, 1)
    assert {row.page for row in table.rows} == {1, 2, 3}


def test_every_row_is_read(spreadsheet: Counter[Row], rows: Counter[Row]) -> None:
    assert spreadsheet - rows == Counter()


def test_no_row_is_made_up(spreadsheet: Counter[Row], rows: Counter[Row]) -> None:
    assert rows - spreadsheet == Counter()


def test_the_sum_is_the_same(spreadsheet: Counter[Row], rows: Counter[Row]) -> None:
    assert _amounts(rows) == _amounts(spreadsheet)
