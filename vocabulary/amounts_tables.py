"""Numbers whose currency stands elsewhere in sight: in a table's header or caption, or in the
same list.

Four cases, each narrow, so that a number that is no money stays out:

- cells under a header or caption that states a unit (`Value (million EUR)`), in text that keeps a
table's columns;
- a number with its currency beside it but apart (`Currency: GBP`, `Total (EUR): ...`);
- `833.3 million`, free-standing, in a passage whose other sums have one currency;
- a grouped number at the end of a line, between lines that end with a sum.
"""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from vocabulary.amounts_grammar import Reader
from vocabulary.amounts_model import Amount, Denomination, readings_of
from vocabulary.amounts_numbers import Habit
from vocabulary.amounts_quantities import Quantity
from vocabulary.amounts_tokens import Gap, Token
from vocabulary.amounts_units import Unit, units_in

MAX_ROWS = 80
"""How many lines a header can govern."""
LINES_WITHOUT_CELL = 5
"""After so many lines without a cell the table is over."""
LONG_LINE = 110
"""A longer line without a cell is prose, in characters."""
WORDS_IN_BRACKETS = 12
"""How many words a second writing between a number and its currency has at most."""
REACH = 400
"""How far, in characters, a sum with a currency lends it to a number in the same passage."""

_CELL = re.compile(r"\S+(?: {1,2}\S+)*")
_COUNTS = re.compile(
    r"\b(?:q(?:uanti)?ty|quantit|number|nombre|anzahl|menge|cantidad|unidad|unit[sà]|pcs|pieces"
    r"|stück|no\b|n°|lots?\b|los\b"
    r"|year|année|jahr|año|anno|date|datum|fecha|data|%|share)",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:population|inhabitants|people|persons|refugees|habitants|personnes|einwohner|menschen"
    r"|personas|habitantes|persone|abitanti)\b",
    re.IGNORECASE,
)
_LARGE = re.compile(r"mil[lij]|mio|mrd|mln|bil|bn|\.")
"""Beginnings of the multipliers that are said of money; `tn` may be a tonne."""
_CURRENCY = re.compile(
    r"currency|devise|monnaie|währung|moneda|divisa|valuta|waluta|měna", re.IGNORECASE
)
_COUNTED = re.compile(
    r"phase|lot|los|lote|lotto|annex|annexe|no|nr|n|page|part|pillar|component|table|tabelle"
    r"|section|article|art",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:of which|dont|davon|de (?:los|las) cuales|di cui)(?: \w+)?\s+$", re.IGNORECASE
)
"""`EUR 10 million, of which 3 million ...`: a part of the sum before."""
_STATES_UNIT = frozenset({"in", "en", "em", "(", "[", ","})
_FREE_AFTER = frozenset(",;.)]:/–—-")


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a text by offset."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "_Lines":
        return cls(text, (0, *(match.end() for match in re.finditer(r"\n", text))))

    def at(self, offset: int) -> int:
        """The number of the line that holds an offset."""
        return bisect_right(self.starts, offset) - 1

    def line(self, number: int) -> str:
        """A line without its break."""
        end = self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end]


def in_context(text: str, reader: Reader, amounts: list[Amount], habit: Habit) -> list[Amount]:
    """The sums of a text whose currency stands elsewhere in sight; `amounts` are those found
    already.
    """
    bare = reader.bare
    if not bare:
        return []
    found = [*_under_units(text, reader, bare, habit), *_named_beside(text, reader, bare, habit)]
    found += _in_lists(text, reader, bare, amounts, habit)
    return found + list(_beside_rows(text, reader, bare, amounts, habit))


def _amount(
    text: str, tokens: list[Token], quantity: Quantity, money: Denomination, habit: Habit
) -> Amount:
    start, end = tokens[quantity.low].start, tokens[quantity.high].end
    values = readings_of(quantity, money, habit)
    return Amount(
        start,
        end,
        text[start:end],
        values[0],
        values[0],
        money.code,
        values,
        currencies=money.candidates,
    )


# -- cells under a header --------------------------------------------------------------------------


def _under_units(text: str, reader: Reader, bare: list[Quantity], habit: Habit) -> Iterator[Amount]:
    units = [unit for unit in units_in(text, reader) if _is_header(text, unit)]
    if not units:
        return
    lines = _Lines.of(text)
    rows: dict[int, list[Quantity]] = {}
    for quantity in bare:
        rows.setdefault(lines.at(reader.tokens[quantity.low].start), []).append(quantity)
    headers = frozenset(lines.at(unit.start) for unit in units)
    seen: set[int] = set()
    for unit in units:
        for cell in _Table(lines, reader.tokens, unit, rows, headers).cells():
            if id(cell) not in seen and not cell.year_like:
                seen.add(id(cell))
                multiplier = Decimal(1) if cell.factors else unit.multiplier
                money = Denomination(unit.currency, (unit.currency,), multiplier)
                yield _amount(text, reader.tokens, cell, money, habit)


def _is_header(text: str, unit: Unit) -> bool:
    """A unit in brackets, behind `in`, with `000`, or with nothing else in its cell."""
    before = text[max(0, unit.start - 12) : unit.start]
    words = re.findall(r"[^\W\d_]+|\S", before)
    led = bool(words) and words[-1].casefold() in _STATES_UNIT
    alone = not words or re.search(r"\s{3}$|\n$", before) is not None
    ends = re.match(r"\s*(?:[)\]:]|\n|$|\s{3})", text[unit.end : unit.end + 12]) is not None
    return ends and (led or alone or unit.multiplier != 1)


class _Table:
    """The rows under one unit."""

    def __init__(
        self,
        lines: _Lines,
        tokens: list[Token],
        unit: Unit,
        rows: dict[int, list[Quantity]],
        headers: frozenset[int],
    ) -> None:
        """`rows` are the numbers by line, `headers` the lines where a table begins."""
        self.lines, self.tokens, self.unit, self.rows = lines, tokens, unit, rows
        self.headers = headers
        self.header = lines.at(unit.start)
        columns = list(_CELL.finditer(lines.line(self.header)))
        offset = unit.start - lines.starts[self.header]
        self.span = _own_span(columns, offset) if len(columns) > 1 else None
        self.counting: list[tuple[int, int]] = []

    def cells(self) -> Iterator[Quantity]:
        """The numbers that the unit speaks of: on its own line behind it, else those of the rows
        below.
        """
        behind = [
            cell
            for cell in self.rows.get(self.header, [])
            if self.tokens[cell.low].start > self.unit.end and self._is_cell(cell)
        ]
        yield from behind or self._below()

    def _below(self) -> Iterator[Quantity]:
        last = min(self.header + 1 + MAX_ROWS, len(self.lines.starts))
        empty, begun = 0, False
        for number in range(self.header + 1, last):
            if number in self.headers:
                return
            row = self.lines.line(number)
            cells = [cell for cell in self.rows.get(number, []) if self._belongs(cell, number)]
            if cells:
                empty, begun = 0, True
                yield from cells
                continue
            self.counting += _counting_columns(row)
            empty += "   " not in row
            if empty > LINES_WITHOUT_CELL or len(row) > LONG_LINE or (begun and not row.strip()):
                return

    def _belongs(self, cell: Quantity, number: int) -> bool:
        if not self._is_cell(cell):
            return self.span is None and self._ends_row(cell)
        start = self.lines.starts[number]
        place = self.tokens[cell.low].start - start, self.tokens[cell.high].end - start
        if any(_overlap(place, other) for other in self.counting):
            return False
        if self.span is not None:
            return _overlap(place, self.span)
        behind_label = self.tokens[cell.low].gap == Gap.WIDE and self.unit.multiplier != 1
        return behind_label or cell.money_like

    def _gap_behind(self, cell: Quantity) -> Gap:
        behind = cell.high + 1
        return self.tokens[behind].gap if behind < len(self.tokens) else Gap.PARAGRAPH

    def _is_cell(self, cell: Quantity) -> bool:
        """A number that stands alone between column gaps or line ends."""
        return self.tokens[cell.low].gap >= Gap.LINE and self._gap_behind(cell) >= Gap.LINE

    def _ends_row(self, cell: Quantity) -> bool:
        """`Debt relief 10`: the last column of a table whose gaps are lost."""
        if self._gap_behind(cell) < Gap.LINE or not cell.low:
            return False
        before = self.tokens[cell.low - 1]
        labelled = before.kind == "word" or before.text in (":", ")", "–", "-")
        small = not cell.money_like and self.unit.multiplier == 1
        return labelled and not small and not _COUNTED.fullmatch(before.text)


def _own_span(columns: list[re.Match[str]], offset: int) -> tuple[int, int]:
    """The width of a header's column: up to the neighbours' borders."""
    place = next(number for number, column in enumerate(columns) if offset <= column.end())
    left = columns[place - 1].end() if place else 0
    right = columns[place + 1].start() if place + 1 < len(columns) else sys.maxsize
    return left, right


def _counting_columns(row: str) -> Iterator[tuple[int, int]]:
    """Columns of a second header line that count things or years, not money."""
    columns = list(_CELL.finditer(row))
    if len(columns) > 1:
        for column in columns:
            if _COUNTS.search(column[0]):
                yield column.span()


def _overlap(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return one[0] < two[1] and two[0] < one[1]


# -- a currency said beside ----------------------------------------------------------------------


def _named_beside(
    text: str, reader: Reader, bare: list[Quantity], habit: Habit
) -> Iterator[Amount]:
    """Numbers whose currency stands beside them, but apart.

    `Total (EUR): 5 000 000`, `5 000 000 (EUR)`, `994 000.00` above `Currency: GBP`,
    `5 000 000 (five million) EUR`.
    """
    tokens = reader.tokens
    for quantity in bare:
        if not quantity.money_like or quantity.year_like:
            continue
        currency = _label_before(tokens, quantity) or _label_behind(tokens, quantity)
        if currency is not None and currency.form is not None and not currency.form.weak:
            money = Denomination.of(currency.form, text, currency.start)
            yield _amount(text, tokens, quantity, money, habit)


def _label_before(tokens: list[Token], quantity: Quantity) -> Token | None:
    """The currency of `(EUR) 5 000`, `EUR: 5 000`, `(€): 5 000`."""
    place = quantity.low - 1
    if place < 1 or tokens[quantity.low].gap > Gap.SPACE or tokens[place].text not in "):":
        return None
    place -= tokens[place].text == ":"
    place -= tokens[place].text == ")"
    return tokens[place] if place >= 0 and tokens[place].kind == "cur" else None


def _label_behind(tokens: list[Token], quantity: Quantity) -> Token | None:
    """The currency of `5 000 (EUR)`, `5 000` above `Currency: EUR`, `5 000 (five thousand) EUR`."""
    behind = tokens[quantity.high + 1 : quantity.high + 4 + WORDS_IN_BRACKETS]
    if len(behind) < 3 or behind[0].gap == Gap.NONE:
        return None
    if _CURRENCY.fullmatch(behind[0].text) and behind[1].text == ":":
        return behind[2] if behind[2].kind == "cur" else None
    if behind[0].text != "(":
        return None
    if behind[1].kind == "cur" and behind[2].text == ")":
        return behind[1]
    closing = next((n for n, token in enumerate(behind) if token.text == ")"), len(behind))
    words = all(token.kind in ("word", "mult") for token in behind[1:closing])
    after = behind[closing + 1 : closing + 2]
    return after[0] if words and after and after[0].kind == "cur" else None


# -- numbers in a passage with sums ----------------------------------------------------------------


def _in_lists(
    text: str, reader: Reader, bare: list[Quantity], amounts: list[Amount], habit: Habit
) -> Iterator[Amount]:
    """`Horn of Africa 833.3 million, North of Africa €285 million`."""
    starts = [amount.start for amount in amounts]
    for quantity in bare:
        large = quantity.factors and all(
            factor.value >= Decimal(10**6) for factor in quantity.factors
        )
        if not large or not _LARGE.match(reader.tokens[quantity.last].text.casefold()):
            continue
        lead = text[
            max(0, reader.tokens[quantity.low].start - 30) : reader.tokens[quantity.low].start
        ]
        if not _free(reader.tokens, quantity.high) and not _SHARE.search(lead):
            continue
        start, end = reader.tokens[quantity.low].start, reader.tokens[quantity.high].end
        money = _near(text, amounts, starts, start, end)
        if money is not None and not _PEOPLE.search(text[max(0, start - 60) : end + 20]):
            yield _amount(text, reader.tokens, quantity, money, habit)


def _free(tokens: list[Token], last: int) -> bool:
    """Nothing follows that the number could count: a sign, a line end or the end."""
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    return (
        after is None
        or after.gap >= Gap.LINE
        or (after.kind == "sign" and after.text in _FREE_AFTER)
    )


def _near(
    text: str, amounts: list[Amount], starts: list[int], start: int, end: int
) -> Denomination | None:
    """The one currency of the scaled sums around a place, in the same paragraph; None where there
    are two or none.
    """
    place = bisect_right(starts, start)
    near = [
        amount
        for amount in amounts[max(0, place - 4) : place + 4]
        if amount.start - end < REACH
        and start - amount.end < REACH
        and not re.search(r"\n\s*\n", text[min(end, amount.end) : max(start, amount.start)])
    ]
    codes = {amount.currency for amount in near}
    scaled = any(re.search(r"[^\W\d_]{3,}\W*$|[kM]\b", amount.raw) for amount in near)
    if len(codes) != 1 or not scaled:
        return None
    return Denomination(near[0].currency, near[0].currencies)


def _beside_rows(
    text: str, reader: Reader, bare: list[Quantity], amounts: list[Amount], habit: Habit
) -> Iterator[Amount]:
    """`Visibility 130,000` above `Total EUR 47,695,443.11`: rows of a table whose columns are
    lost.
    """
    closing = [
        amount
        for amount in amounts
        if re.match(r"[ \t]*(?:\n|$)", text[amount.end : amount.end + 3])
    ]
    if not closing:
        return
    lines = _Lines.of(text)
    ends = {lines.at(amount.start): amount for amount in closing if "\n" not in amount.raw}
    for quantity in bare:
        if (
            not quantity.reading.grouped
            or quantity.factors
            or not _ends_row(reader.tokens, quantity)
        ):
            continue
        number = lines.at(reader.tokens[quantity.low].start)
        beside = ends.get(number - 1) or ends.get(number + 1)
        if beside is not None and len(lines.line(number)) < 90:
            money = Denomination(beside.currency, beside.currencies)
            yield _amount(text, reader.tokens, quantity, money, habit)


def _ends_row(tokens: list[Token], quantity: Quantity) -> bool:
    after = tokens[quantity.high + 1] if quantity.high + 1 < len(tokens) else None
    before = tokens[quantity.low - 1] if quantity.low else None
    return (after is None or after.gap >= Gap.LINE) and before is not None and before.kind == "word"
