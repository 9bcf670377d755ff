"""What rows of tables are, and tables over several pages as one: rooms above need both alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.records import Cell, Table
from core.text import fold, one_line

_TOTAL_ROW = re.compile(
    r"\s*(?:sub ?-?total|grand total|total|sous-total|summe|gesamt|zwischensumme|subtotale|totale"
    r"|suma|importe total)(?!\w)"
)
_ENDED = re.compile(r"[.;:!?][\s\"'”’»)\]]*$")
_NUMBER = re.compile(r"[^\w]*\d[\d\s.,'’/%:€$£()\-–]*\w{0,3}")
_LEAST_ROWS = 2  # other rows that a row is measured by


def is_total_row(first: str) -> bool:
    """Tell whether a row that begins with this cell adds up others.

    >>> is_total_row("Sub-total 1"), is_total_row("Patrol boats")
    (True, False)
    """
    return bool(_TOTAL_ROW.match(fold(first)))


@dataclass(frozen=True, slots=True)
class WholeCell:
    """A cell of a whole table.

    `places` are where its text stands, as page, start and end in `Page.text`; two where a page
    break cuts the cell, none where a merged neighbour covers it.
    """

    text: str
    places: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class WholeRow:
    """A row of a whole table and the page that it begins on."""

    page: int
    cells: tuple[WholeCell, ...]


@dataclass(frozen=True, slots=True)
class WholeTable:
    """A table with all its parts, as if no page break cut it.

    `parts` are the page and number of each. The first `header_rows` of `rows` name the columns,
    and stand once. `totals` numbers the rows, from 0, that add up others. `notes` are those of
    all parts; the other fields are those of `core.records.Table`.
    """

    parts: tuple[tuple[int, int], ...]
    rows: tuple[WholeRow, ...]
    header: tuple[str, ...] = ()
    header_rows: int = 0
    currency: str | None = None
    multiplier: int = 1
    caption: str = ""
    notes: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()


def whole_tables(tables: Sequence[Table]) -> tuple[WholeTable, ...]:
    """Return a document's tables with those that go on over page breaks joined to one.

    `tables` are all of the document in their order. Header rows that a part repeats are left out.
    The first row of a part joins the row before it where it is certainly the rest of that row:
    a column is empty there that all other rows fill, and each text goes on with the one above.
    """
    return tuple(_joined(parts) for parts in _parts(tables))


def whole_numbers(tables: Sequence[Table]) -> tuple[int, ...]:
    """Return for each table which whole table of the document it is a part of, from 1."""
    grouped = enumerate(_parts(tables), 1)
    return tuple(number for number, parts in grouped for _ in parts)


def _parts(tables: Sequence[Table]) -> list[list[Table]]:
    groups: list[list[Table]] = []
    for table in tables:
        if table.continues and groups and _fits(groups[-1], table):
            groups[-1].append(table)
        else:
            groups.append([table])
    return groups


def _fits(parts: Sequence[Table], table: Table) -> bool:
    """Tell whether a part may join: sums in another unit would be wrong in one table."""
    first = parts[0]
    currency = next((part.currency for part in parts if part.currency), None)
    return (
        _width(first) == _width(table)
        and first.multiplier == table.multiplier
        and (currency is None or table.currency in {None, currency})
    )


def _width(table: Table) -> int:
    return len(table.rows[0]) if table.rows else 0


def _joined(parts: Sequence[Table]) -> WholeTable:
    first = parts[0]
    bodies = [part.rows[_repeated(first, part) :] for part in parts[1:]]
    rows = [_row(first.page, cells) for cells in first.rows]
    totals = list(first.totals)
    inner = [*first.rows[first.header_rows :], *(row for body in bodies for row in body[1:])]
    for part, body in zip(parts[1:], bodies, strict=True):
        skipped = len(part.rows) - len(body)
        cut = bool(body) and len(rows) > first.header_rows and _goes_on(rows[-1], body[0], inner)
        if cut:
            rows[-1] = _with_rest(rows[-1], _row(part.page, body[0]))
        offset = len(rows) - skipped - cut
        totals += [at + offset for at in part.totals if at >= skipped + cut]
        rows += [_row(part.page, cells) for cells in body[cut:]]
    return WholeTable(
        parts=tuple((part.page, part.number) for part in parts),
        rows=tuple(rows),
        header=first.header,
        header_rows=first.header_rows,
        currency=next((part.currency for part in parts if part.currency), None),
        multiplier=first.multiplier,
        caption=first.caption,
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        totals=tuple(totals),
    )


def _row(page: int, cells: Sequence[Cell]) -> WholeRow:
    return WholeRow(
        page,
        tuple(
            WholeCell(cell.text, () if cell.start < 0 else ((page, cell.start, cell.end),))
            for cell in cells
        ),
    )


def _repeated(first: Table, part: Table) -> int:
    """Return how many rows of a part repeat the header of the first one."""
    if part.header_rows:
        return part.header_rows
    # where neither knows its header, figures tell a row of data that comes twice
    count = first.header_rows or 1
    above, below = _texts(first.rows[:count]), _texts(part.rows[:count])
    named = first.header_rows or not any(c.isdigit() for row in below for text in row for c in text)
    return count if above == below and named and any(map(any, below)) else 0


def _texts(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[one_line(cell.text) for cell in row] for row in rows]


def _goes_on(before: WholeRow, row: Sequence[Cell], inner: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a row is certainly the rest of the row before; `inner` rows follow no break."""
    others = [each for each in inner if not is_total_row(each[0].text)]
    if len(others) < _LEAST_ROWS or any(len(each) != len(row) for each in others):
        return False
    filled = [column for column, cell in enumerate(row) if cell.text.strip()]
    lacking = any(
        all(each[column].text.strip() for each in others)
        for column in range(len(row))
        if column not in filled
    )
    return (
        lacking
        and all(_may_follow(before.cells[column].text, row[column].text) for column in filled)
        and any(
            row[column].text.strip()[0].islower()
            and not any(each[column].text.strip()[:1].islower() for each in others)
            for column in filled
        )
    )


def _may_follow(above: str, text: str) -> bool:
    return bool(above.strip()) and not _ENDED.search(above) and not _NUMBER.fullmatch(text.strip())


def _with_rest(row: WholeRow, rest: WholeRow) -> WholeRow:
    return WholeRow(
        row.page,
        tuple(
            WholeCell(f"{cell.text}\n{more.text}", (*cell.places, *more.places))
            if more.text.strip()
            else cell
            for cell, more in zip(row.cells, rest.cells, strict=True)
        ),
    )
