"""Entries from table rows: the header tells which cell is item, number, sum or party."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.records import Cell, Evidence, Label, Scope, Table
from core.tables import is_total_row
from ner_models.columns import Column, Role, columns_of
from ner_models.dates import date_of_cells
from ner_models.joining import Draft
from ner_models.lexicon import find_goods
from ner_models.mentions import Marked
from ner_models.quantities import read_quantity
from ner_models.spans import Span
from vocabulary.amounts import parse_cell
from vocabulary.taxonomy import load_taxonomy

_NUMBER = re.compile(r"\d[\d .,\u00a0\u202f'’]*\d|\d")
_PARTY: Mapping[Role, Label] = {
    "recipient": "RECIPIENT",
    "supplier": "SUPPLIER",
    "fund": "FUND",
}
_JOINT = r"(?:[,;/&+]|\b(?:and|et|und|sowie|y|e|ed)\b)"
_LISTS = re.compile(_JOINT)
_BEHIND_JOINT = re.compile(_JOINT + r"\s*$")
_LONGEST_NAME = 90
_LONGEST_ITEM = 90
_LETTER = re.compile(r"[^\W\d_]{2}")


@dataclass
class TableFound:
    """What a table gives: drafts by row, the spans read from its cells, and their values.

    `dates` holds the date of each row, by the place of the row.
    """

    drafts: list[Draft] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    values: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    rows: list[tuple[int, int]] = field(default_factory=list)
    dates: dict[tuple[int, int], Evidence | None] = field(default_factory=dict)
    region: tuple[int, int] = (0, 0)


@dataclass
class _Reader:
    """Reads the rows of one table into `found`."""

    table: Table
    marked: Marked
    columns: Mapping[int, Column]
    found: TableFound
    carried: dict[str, Span] = field(default_factory=dict)

    def inside(self, cell: Cell, label: Label) -> list[Span]:
        """The marked spans of a label within a cell."""
        marked = self.marked.spans
        place = bisect_left(marked, cell.start, key=lambda span: span.start)
        spans = []
        while place < len(marked) and marked[place].start < cell.end:
            if marked[place].label == label and marked[place].end <= cell.end:
                spans.append(marked[place])
            place += 1
        return spans

    def items(self, cell: Cell) -> list[Span]:
        """The goods of an item cell; a cell that names a known type is one as a whole."""
        spans = self.inside(cell, "EQUIPMENT")
        text = self.marked.text[cell.start : cell.end]
        if spans:
            return spans + self._listed(cell, spans)
        if not _LETTER.search(text) or len(text) > _LONGEST_ITEM:
            return spans
        if load_taxonomy().classify(text, self.marked.language) is None:
            return []
        return self._add(cell.start, cell.end, "EQUIPMENT", 0.6)

    def _listed(self, cell: Cell, spans: Sequence[Span]) -> list[Span]:
        """Known goods behind a comma or an `and` in a cell that names goods already."""
        text = self.marked.text[cell.start : cell.end]
        listed: list[Span] = []
        for hit in find_goods(text, self.marked.language) if _LISTS.search(text) else ():
            start, end = cell.start + hit.start, cell.start + hit.end
            taken = any(start < s.end and s.start < end for s in (*spans, *listed))
            if not taken and _BEHIND_JOINT.search(text[: hit.start]):
                listed += self._add(start, end, "EQUIPMENT", 0.5)
        return listed

    def _add(self, start: int, end: int, label: Label, score: float) -> list[Span]:
        span = Span(start, end, label, "rule:table", score)
        self.found.spans.append(span)
        return [span]

    def quantity(self, cell: Cell) -> Span | None:
        """The number of a quantity cell."""
        text = self.marked.text[cell.start : cell.end]
        number = _NUMBER.search(text)
        value = read_quantity(text, self.marked.language) if number else None
        if number is None or value is None or value["min"] == "0":
            return None
        start, end = cell.start + number.start(), cell.start + number.end()
        self.found.values[start, end] = dict(value)
        return self._add(start, end, "QUANTITY", 0.9)[0]

    def amount(self, cell: Cell, column: Column) -> Span | None:
        """The sum of a cell, in the currency of its header where it has none of its own."""
        text = self.marked.text[cell.start : cell.end]
        if column.currency is None:
            found = self.inside(cell, "AMOUNT")
            return found[0] if len(found) == 1 else None
        read = parse_cell(text, column.currency, column.multiplier, self.marked.language)
        if read is None or read.maximum == 0:
            return None
        start, end = cell.start + read.start, cell.start + read.end
        value = dict(read.value())
        if column.role == "unit_price":
            value["kind"] = "price"
        self.found.values[start, end] = value
        return self._add(start, end, "AMOUNT", 0.9)[0]

    def party(self, cell: Cell, label: Label) -> Span | None:
        """The body or fund that a cell names, the whole cell where no span was marked in it."""
        spans = self.inside(cell, label)
        if spans:
            return spans[0]
        text = self.marked.text[cell.start : cell.end]
        if not text[:1].isupper() or len(text) > _LONGEST_NAME or not _LETTER.search(text):
            return None
        return self._add(cell.start, cell.end, label, 0.7)[0]


def read_table(table: Table, marked: Marked) -> TableFound | None:
    """Return the entries of a table's rows; None where its header tells no item column.

    Cells without a place in the page's text are passed over. A party named once stands for the
    rows below it whose own cell is empty.
    """
    rows = [row for row in table.rows if any(cell.start >= 0 for cell in row)]
    columns, rows = _columns(table, rows)
    if not rows or not any(column.role == "item" for column in columns.values()):
        return None
    if _told(columns) < 2:
        return None
    reader = _Reader(table, marked, columns, TableFound())
    reader.found.region = _region(table.rows)
    total: Span | None = None
    for row in rows:
        first = next((cell.text for cell in row if cell.text.strip()), "")
        if is_total_row(first):
            total = _sum(reader, row) or total
            continue
        reader.found.drafts += _row(reader, row)
    _share_total(reader.found.drafts, total)
    return reader.found


def _columns(
    table: Table, rows: list[tuple[Cell, ...]]
) -> tuple[dict[int, Column], list[tuple[Cell, ...]]]:
    """The columns by the stated header, else by the first row where it reads like one."""
    if table.header:
        header = list(table.header)
        if rows and [cell.text for cell in rows[0]] == header:
            rows = rows[1:]
        return columns_of(table, header), rows
    if not rows:
        return {}, rows
    columns = columns_of(table, [cell.text for cell in rows[0]])
    return (columns, rows[1:]) if _told(columns) >= 2 else ({}, rows)


def _told(columns: Mapping[int, Column]) -> int:
    """How many roles the columns have; dates alone make no table of goods: timetables have them."""
    return len({column.role for column in columns.values()} - {"date"})


def _region(rows: Sequence[Sequence[Cell]]) -> tuple[int, int]:
    cells = [cell for row in rows for cell in row if cell.start >= 0]
    return min(cell.start for cell in cells), max(cell.end for cell in cells)


def _cells(reader: _Reader, row: Sequence[Cell], role: Role) -> list[tuple[Cell, Column]]:
    return [
        (row[place], column)
        for place, column in reader.columns.items()
        if column.role == role and place < len(row) and row[place].start >= 0
    ]


def _sum(reader: _Reader, row: Sequence[Cell]) -> Span | None:
    roles: tuple[Role, ...] = ("total", "unit_price")
    for role in roles:
        for cell, column in _cells(reader, row, role):
            if cell.text.strip() and (span := reader.amount(cell, column)) is not None:
                return span
    return None


def _row(reader: _Reader, row: Sequence[Cell]) -> list[Draft]:
    common: dict[str, Span] = {}
    for cell, _ in _cells(reader, row, "quantity"):
        if cell.text.strip() and (span := reader.quantity(cell)) is not None:
            common["quantity"] = span
    if (amount := _sum(reader, row)) is not None:
        common["amount"] = amount
    common |= _parties(reader, row)
    goods = [span for cell, _ in _cells(reader, row, "item") for span in reader.items(cell)]
    shared = len(goods) > 1 and "amount" in common
    group = f"row:{common['amount'].start}" if shared else None
    scope: Scope = "shared" if shared else "own"
    place = _region([row])
    reader.found.dates[place] = _date(reader, row)
    drafts = []
    for number, span in enumerate(goods):
        fields = {"equipment": span, **common}
        if number and "quantity" in fields:
            del fields["quantity"]
        drafts.append(Draft(fields, 0.8, scope, group, place))
    return drafts


def _date(reader: _Reader, row: Sequence[Cell]) -> Evidence | None:
    cells = [(column.header, c.start, c.end) for c, column in _cells(reader, row, "date")]
    marked = reader.marked
    return date_of_cells(reader.table.page, marked.text, cells, marked.language)


def _parties(reader: _Reader, row: Sequence[Cell]) -> dict[str, Span]:
    """The parties and the fund of a row; an empty cell takes what stands above it."""
    named: dict[str, Span] = {}
    for role, label in _PARTY.items():
        for cell, _ in _cells(reader, row, role):
            if cell.text.strip():
                reader.carried.pop(role, None)
                if (span := reader.party(cell, label)) is not None:
                    reader.carried[role] = span
            if role in reader.carried:
                named[role] = reader.carried[role]
    return named


def _share_total(drafts: list[Draft], total: Span | None) -> None:
    """Where no row has a sum of its own, the table's total is every row's, as a total."""
    if total is None or any("amount" in draft.fields for draft in drafts):
        return
    for draft in drafts:
        draft.fields["amount"] = total
        draft.scope = "total"
        draft.group = f"total:{total.start}"
