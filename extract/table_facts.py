"""What a table says of itself: its header rows, the currency and the multiplier of its sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from core.records import Cell, Page, Table
from core.tables import is_total_row
from core.text import fold, one_line

Rows = tuple[tuple[Cell, ...], ...]

_CURRENCIES = (
    ("EUR", re.compile(r"€|\beur\b|\beuros?\b|\b[mk]eur\b", re.IGNORECASE)),
    ("USD", re.compile(r"\bus\s?\$|\$|\busd\b|\bus dollars?\b", re.IGNORECASE)),
    ("GBP", re.compile(r"£|\bgbp\b", re.IGNORECASE)),
    ("CHF", re.compile(r"\bchf\b", re.IGNORECASE)),
)
_MILLION = re.compile(
    r"\b(millions?|mio|meur|m\s?eur|eur\s?m)\b|\bm\s?€|€\s?m\b|[\'’]?000[\s.,\u00a0]000\b",
    re.IGNORECASE,
)
_THOUSAND = re.compile(
    r"\b(thousands?|milliers|keur|k\s?eur|tausend)\b|\bk\s?€|€\s?k\b|(?<![\d.,])[\'’]?000\b",
    re.IGNORECASE,
)
# A sentence that happens to hold a sum says nothing of the unit of the table below it.
_SUM = re.compile(r"[1-9][\d.,\u00a0 ]*\s*(€|eur|million|mio|m\b)|(€|eur)\s*[1-9]", re.IGNORECASE)
_UNIT_WORD = re.compile(
    r"\b(in|en|amounts?|montants?|figures|unit|unite|currency|devise|values?|costs?|budget)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\s€$£%+\-–()]*\d[\d\s.,'’/%:€$£\-–()]*[\s€$£%a-zA-Z.]{0,6}")
_LONGEST_UNIT_LINE = 160
_NOTE = re.compile(
    r"\s*(?:notes?|n\.?b\.?|source|remarks?|quelle|anmerkung|hinweis|fuente|nota|fonte|remarque)\b"
    r"|\s*(?:\*|†|\(\d{1,2}\)|\d{1,2}\s)\s*\S",
    re.IGNORECASE,
)


def currency_of(text: str) -> str | None:
    """Return the one currency that `text` names; None where it names none or several.

    >>> currency_of("Budget (in EUR million)"), currency_of("€ or $")
    ('EUR', None)
    """
    named = [code for code, pattern in _CURRENCIES if pattern.search(text)]
    return named[0] if len(named) == 1 else None


def multiplier_of(text: str) -> int:
    """Return 1000 or 1000000 where `text` says that sums are in thousands or millions.

    >>> multiplier_of("en milliers d'euros"), multiplier_of("EUR 000"), multiplier_of("Mio. EUR")
    (1000, 1000, 1000000)
    """
    if _MILLION.search(text):
        return 1_000_000
    return 1000 if _THOUSAND.search(text) else 1


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text.strip())) and any(c.isdigit() for c in text)


def _words(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if cell.text.strip() and not _is_number(cell.text))


def _numbers(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if _is_number(cell.text))


def header_rows(rows: Rows, bold: Sequence[bool]) -> int:
    """Return how many rows at the top name the columns.

    A header row has words and no number. It is one where it is bold and the rows below are not,
    or where numbers stand below it; a second row belongs to it where the first one is merged.
    `bold` says for each row whether all of its text is.
    """
    if len(rows) < 2:
        return 0
    count = 0
    while count < min(3, len(rows) - 1) and _names_columns(rows[count], count):
        count += 1
        if not _continues(rows, count):
            break
    if not count:
        return 0
    below = rows[count:]
    stands_out = all(bold[:count]) and not all(bold[count:])
    over_numbers = len(rows[0]) > 2 and any(_numbers(row) for row in below)
    return count if stands_out or over_numbers else 0


def _names_columns(row: Sequence[Cell], position: int) -> bool:
    longest = max((len(cell.text) for cell in row), default=0)
    spanning = any(cell.start < 0 for cell in row)
    return (
        _words(row) >= (1 if position or spanning else 2) and not _numbers(row) and longest <= 120
    )


def _continues(rows: Rows, count: int) -> bool:
    """Tell whether the row at `count` goes on with the header: places above it are empty."""
    above, row = rows[count - 1], rows[count]
    if count >= len(rows) - 1 or _numbers(row):
        return False
    named_twice = sum(1 for a, b in zip(above, row, strict=True) if a.text and b.text)
    return (
        any(not cell.text for cell in above[1:])
        and named_twice <= _words(row) / 2 + 1
        and (not row[0].text or not above[0].text)
    )


def header_texts(rows: Rows, count: int) -> tuple[str, ...]:
    """Return one text for each column; the text of a merged cell goes to all it spans."""
    if not count:
        return ()
    columns = [""] * len(rows[0])
    for position, row in enumerate(rows[:count]):
        spanning = ""
        last = position == count - 1
        for column, cell in enumerate(row):
            text = one_line(cell.text)
            if cell.start < 0 and not last:
                text = spanning
            spanning = text
            columns[column] = one_line(f"{columns[column]} {text}")
    return tuple(columns)


def unit_line(text: str) -> str:
    """Return a line above a table where it states a unit, else nothing."""
    if len(text) > _LONGEST_UNIT_LINE or _SUM.search(text) or not _UNIT_WORD.search(fold(text)):
        return ""
    return text


def described(table: Table, bold: Sequence[bool], above: str, below: Sequence[str] = ()) -> Table:
    """Return the table with its header, unit, caption, notes, and rows that are totals.

    `above` is the line over it, `below` are the lines under it, of which those are notes that
    begin like one. Header rows that are known already stay.
    """
    count = table.header_rows or header_rows(table.rows, bold)
    header = header_texts(table.rows, count)
    said = " | ".join(header)
    line = unit_line(above)
    source = said if currency_of(said) else line
    return msgspec.structs.replace(
        table,
        header=header,
        header_rows=count,
        caption=one_line(above),
        notes=_notes(below),
        totals=tuple(i for i, row in enumerate(table.rows) if is_total_row(_first(row))),
        currency=currency_of(source),
        multiplier=max(multiplier_of(said), multiplier_of(line) if source == line else 1),
    )


def _first(row: Sequence[Cell]) -> str:
    return next((cell.text for cell in row if cell.text.strip()), "")


def _notes(below: Sequence[str]) -> tuple[str, ...]:
    notes: list[str] = []
    for line in below:
        if not notes and not _NOTE.match(line):
            break
        notes.append(one_line(line))
    return tuple(notes)


def _follows(before: Table, after: Table, pages: dict[int, Page]) -> bool:
    """Tell whether `after` goes on with `before` on the next page, with the same columns."""
    if after.page != before.page + 1 or before.box is None or after.box is None:
        return False
    height = pages[before.page].height
    same_sides = all(abs(before.box[i] - after.box[i]) < 12 for i in (0, 2))
    return (
        len(before.rows[0]) == len(after.rows[0])
        and same_sides
        and before.box[3] > 0.7 * height
        and after.box[1] < 0.3 * height
    )


def continued(tables: Sequence[Table], pages: Sequence[Page]) -> tuple[Table, ...]:
    """Give tables that go on over a page break the header and unit of their first part."""
    by_number = {page.number: page for page in pages}
    result: list[Table] = list(tables[:1])
    for before, table in pairwise(tables):
        first = result[-1]
        alike = not table.header or table.header == first.header
        if not alike or not _follows(before, table, by_number):
            result.append(table)
            continue
        result.append(
            msgspec.structs.replace(
                table,
                continues=True,
                header=first.header,
                currency=table.currency or first.currency,
                multiplier=first.multiplier if table.multiplier == 1 else table.multiplier,
            )
        )
    return tuple(result)
