"""Spreadsheets (XLSX, XLS) as pages of text and tables, one page for each sheet."""

from __future__ import annotations

import datetime as dt
import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import python_calamine

from core.errors import DamagedDocument, EncryptedDocument, HostileDocument
from core.records import Issue, Reading
from extract.common import File
from extract.detect import Detected
from extract.office.package import Package
from extract.office.xls_parts import MOST_PLACES, count_places
from extract.office.xlsx_parts import MAX_PLACES, SheetFacts, read_parts
from extract.page_text import PageText, rendered

# A sheet of a million empty, formatted rows is an accident; beyond this it is cut, with an issue.
MAX_CELLS = 500_000

Grid = dict[int, dict[int, str]]
Range = tuple[tuple[int, int], tuple[int, int]]


def cell_text(value: Any, unit: str = "") -> str:
    """Return a cell's value as a person would write it: no `.0` at whole numbers, ISO dates.

    `unit` is what the cell's format shows with a number: `%` or the code of a currency.

    >>> cell_text(3.0), cell_text(0.075, "%"), cell_text(1200.5, "EUR")
    ('3', '7.5%', '1200.5 EUR')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if unit == "%":
            return f"{_number_text((number * 100).normalize())}%"
        return f"{_number_text(number)} {unit}".rstrip()
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\t", " ").strip()


def _number_text(number: Decimal) -> str:
    """Return a number without an exponent where that is of a length that a person would write."""
    if not number.is_finite() or not -7 < number.adjusted() < 15:
        return str(number).replace("E", "e")
    return f"{number.to_integral_value() if number == number.to_integral_value() else number:f}"


def _values(sheet: Any, facts: SheetFacts) -> Iterator[tuple[int, int, str]]:
    """Yield row, column and text of the cells that hold something, row by row, both from 0."""
    left = sheet.start[1] if sheet.start else 0
    for row, raw in enumerate(sheet.iter_rows()):
        for column, value in enumerate(raw, left):
            if value == "":
                continue
            text = cell_text(value, facts.units.get((row, column), ""))
            if text:
                yield row, column, text


def _grid(sheet: Any, facts: SheetFacts) -> tuple[Grid, bool]:
    """Return the texts of a sheet by row and column, and whether they were cut."""
    grid: Grid = {}
    for count, (row, column, text) in enumerate(_values(sheet, facts), 1):
        if count > MAX_CELLS:
            return grid, True
        grid.setdefault(row, {})[column] = text
    for (row, column), text in facts.errors.items():
        grid.setdefault(row, {})[column] = text
    return {row: grid[row] for row in sorted(grid)}, False


def table_rows(grid: Grid, merged: list[Range]) -> tuple[list[list[str | None]], bool]:
    """Return rows without the empty rows and columns, and whether they had to be cut.

    None stands where a merged cell goes on. Empty cells count too: texts that lie far apart make
    a table as large as the rows and columns between them.
    """
    columns = sorted({column for row in grid.values() for column in row})
    most = MAX_CELLS // max(len(columns), 1)
    kept = dict(islice(grid.items(), most))
    covered = _covered(merged, kept, columns)
    rows = [
        [texts.get(column, None if (row, column) in covered else "") for column in columns]
        for row, texts in kept.items()
    ]
    return rows, len(grid) > most


def _covered(merged: list[Range], grid: Grid, columns: list[int]) -> set[tuple[int, int]]:
    """Return the places in rows and columns in use that a merged cell covers, but its first."""
    covered: set[tuple[int, int]] = set()
    lines = list(grid)
    for (top, left), (bottom, right) in merged:
        rows = lines[bisect_left(lines, top) : bisect_right(lines, bottom)]
        across = columns[bisect_left(columns, left) : bisect_right(columns, right)]
        covered.update((row, column) for row in rows for column in across)
        covered.discard((top, left))
        if len(covered) > MAX_CELLS:
            break
    return covered


def caption_rows(rows: list[list[str | None]]) -> int:
    """Return how many rows at the top hold one text only: titles over the table."""
    count = 0
    for row in rows[:-1]:
        if sum(1 for text in row if text) != 1:
            break
        count += 1
    return count


def sheet_page(number: int, name: str, rows: list[list[str | None]]) -> PageText:
    """Return a sheet as a page: its name, the titles over the table, and the table."""
    page = PageText(number)
    page.paragraph(name, level=1)
    captions = caption_rows(rows)
    for row in rows[:captions]:
        page.paragraph(next(text for text in row if text))
    if rows[captions:]:
        page.table(rows[captions:])
    return page


def cut_issue(file: File, number: int, name: str) -> Issue:
    """Return the issue of a sheet with more cells than are read."""
    detail = f"Sheet {name} has more than {MAX_CELLS} cells; the rest is not read."
    return file.issue("sheet_cut", detail, page=number)


def hidden_issue(file: File, number: int, name: str, hidden: dict[str, int]) -> Issue | None:
    """Return the issue of a sheet with hidden parts, None where there are none.

    `hidden` counts what is hidden by its name: `sheet`, `rows`, `columns`.
    """
    parts = [f"{count} {what}" for what, count in hidden.items() if count and what != "sheet"]
    parts = ["the sheet itself", *parts] if hidden.get("sheet") else parts
    if not parts:
        return None
    detail = f"Sheet {name} is read with what is hidden in it: {', '.join(parts)}."
    return file.issue("hidden_cells", detail, page=number)


def _read_sheet(
    number: int, meta: Any, workbook: Any, facts: SheetFacts, file: File
) -> tuple[PageText, list[Issue | None]]:
    name = meta.name
    hidden = {
        "sheet": int(meta.visible != python_calamine.SheetVisibleEnum.Visible),
        "rows": facts.hidden_rows,
        "columns": facts.hidden_columns,
    }
    issues = [hidden_issue(file, number, name, hidden)]
    if facts.without_value:
        detail = f"Sheet {name} has {facts.without_value} formulas without a value; they are empty."
        issues.append(file.issue("formula_without_value", detail, page=number))
    if facts.rows_read is not None:
        issues.append(_rows_cut(file, number, name, facts))
    sheet = workbook.get_sheet_by_name(name)
    grid, cut = _grid(sheet, facts)
    rows, cut_too = table_rows(grid, sheet.merged_cell_ranges or [])
    if (cut or cut_too) and facts.rows_read is None:
        issues.append(cut_issue(file, number, name))
    return sheet_page(number, name, rows), issues


def _rows_cut(file: File, number: int, name: str, facts: SheetFacts) -> Issue:
    cause = f"more than {facts.cells - 1} cells or too much text"
    if facts.rows * facts.columns > MAX_PLACES:
        cause = f"cells that span {facts.rows} rows and {facts.columns} columns"
    detail = f"Sheet {name} has {cause}; its first {facts.rows_read} rows are read."
    return file.issue("sheet_cut", detail, page=number)


def _facts(file: File) -> tuple[dict[str, SheetFacts], bytes]:
    """Return what the XML of an XLSX says of its sheets, by name; nothing for other workbooks.

    With it comes what calamine is to read: the file, or one whose sheets end early.

    Calamine reads all sheets of an XLS when it opens the file, so one that reaches too far is
    refused whole (`HostileDocument`).
    """
    if file.data.startswith(b"PK"):
        package = Package(file)
        if "xl/workbook.bin" in package.names:
            return {}, file.data
        facts, cut = read_parts(package, file)
        return facts, package.replaced(cut) if cut else file.data
    places = count_places(file.data)
    if places > MOST_PLACES:
        raise HostileDocument(
            f"{file.label} has sheets that span {places} places; save it as XLSX without the empty."
        )
    return {}, file.data


def read_sheets(file: File, detected: Detected) -> Reading:
    """Read a workbook: each sheet a page whose first line is its name, its rows one table.

    Hidden sheets, rows and columns are read too, with an issue `hidden_cells`; numbers carry the
    percent sign or the currency of their format; error values are texts such as `#DIV/0!`.
    Raises `EncryptedDocument`, `DamagedDocument`, and `HostileDocument` for a bomb in its ZIP.
    """
    pages: list[PageText] = []
    issues: list[Issue | None] = []
    try:
        facts, data = _facts(file)
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for number, meta in enumerate(workbook.sheets_metadata, 1):
            known = facts.get(meta.name, SheetFacts())
            page, found = _read_sheet(number, meta, workbook, known, file)
            pages.append(page)
            issues += found
    except python_calamine.PasswordError as error:
        raise EncryptedDocument(f"{file.label} needs a password; add a copy without.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DamagedDocument(f"{file.label} is no complete workbook; fetch it again.") from error
    except BaseException as error:  # calamine's own faults are no `Exception`
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedDocument(f"{file.label} is a damaged workbook; fetch it again.") from error
    if not pages:
        raise DamagedDocument(f"{file.label} is a workbook without a sheet; fetch it again.")
    return rendered(file, detected, pages, issues=[issue for issue in issues if issue])
