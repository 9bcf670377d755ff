"""Sums of money in text: `EUR 12,5 Mio.`, `entre 5 et 10 millions d'euros`, `zwei Millionen Euro`.

`find_amounts` finds them in running text, `find_unit` reads what a table's header says (`EUR
000`), `parse_cell`
reads a cell under such a header.  Offsets are Unicode code points, end exclusive.  Nothing is
guessed silently: a
number that can be two keeps both readings.
"""

from dataclasses import replace
from decimal import Decimal

from vocabulary.amounts_grammar import Found, Reader
from vocabulary.amounts_kinds import kind_of
from vocabulary.amounts_model import Amount, Denomination, decimal_text, range_readings, readings_of
from vocabulary.amounts_numbers import Habit, habit_in
from vocabulary.amounts_spelled import spelled
from vocabulary.amounts_tables import in_context
from vocabulary.amounts_tokens import Token, cut
from vocabulary.amounts_units import Unit, find_unit
from vocabulary.currencies import Form

__all__ = ["Amount", "Unit", "decimal_text", "find_amounts", "find_unit", "parse_cell"]


def find_amounts(
    text: str,
    language: str | None = None,
    *,
    default_currency: str | None = None,
    default_multiplier: int = 1,
) -> list[Amount]:
    """All sums of money in a text, in order, never overlapping.

    `language` (ISO 639-1) decides how `1.234` is read first and which number words count.
    Without a currency in sight (beside the number, in the table header above it, in the same list)
    nothing is a sum, unless `default_currency` says what bare numbers are in, multiplied by
    `default_multiplier`.
    """
    habit = habit_in(text, language)
    tokens = cut(text)
    if default_currency is None and not any(token.kind == "cur" for token in tokens):
        return []
    reader = Reader(tokens, habit, language)
    amounts = [_amount(text, tokens, found, habit) for found in reader.found]
    amounts += spelled(text, tokens, amounts, language)
    if default_currency is not None:
        money = Denomination(default_currency, (default_currency,), Decimal(default_multiplier))
        amounts += _bare(text, reader, money, habit)
    else:
        amounts += in_context(text, reader, amounts, habit)
    return _with_kinds(text, _apart(amounts))


def parse_cell(
    text: str, currency: str, multiplier: int | Decimal = 1, language: str | None = None
) -> Amount | None:
    """Read one cell of a table column whose header says `currency` and `multiplier`.

    A currency or multiplier in the cell itself goes before the header's.  Returns None where the
    cell holds no
    number, or more than one sum.
    """
    found = find_amounts(text, language)
    if not found:
        habit = habit_in(text, language)
        reader = Reader(cut(text), habit, language)
        money = Denomination(currency, (currency,), Decimal(multiplier))
        found = _bare(text, reader, money, habit)
    return found[0] if len(found) == 1 else None


def _form(token: Token) -> Form:
    return token.form or Form((), None)


def _amount(text: str, tokens: list[Token], found: Found, habit: Habit) -> Amount:
    """The record of a sum that the grammar found."""
    start, end = tokens[found.low].start, tokens[found.high].end
    place = found.low if found.currency is None else found.currency
    money = Denomination.of(_form(tokens[place]), text, start)
    if len(found.quantities) == 1:
        upper = readings_of(found.quantities[0], money, habit)
        lower = upper
    else:
        one, two = found.quantities
        lower, upper = range_readings(one, two, money, habit)
    return Amount(
        start=start,
        end=end,
        raw=text[start:end],
        minimum=min(lower[0], upper[0]),
        maximum=upper[0],
        currency=money.code,
        readings=upper,
        currencies=money.candidates,
    )


def _bare(text: str, reader: Reader, money: Denomination, habit: Habit) -> list[Amount]:
    """Numbers without a currency of their own, in the currency of their column."""
    amounts = []
    for quantity in reader.bare:
        start, end = reader.tokens[quantity.low].start, reader.tokens[quantity.high].end
        own = Denomination(money.code, money.candidates) if quantity.factors else money
        values = readings_of(quantity, own, habit)
        amounts.append(
            Amount(
                start,
                end,
                text[start:end],
                values[0],
                values[0],
                money.code,
                values,
                currencies=money.candidates,
            )
        )
    return amounts


def _apart(amounts: list[Amount]) -> list[Amount]:
    """In order of the text; of two that overlap the earlier found stays."""
    kept: list[Amount] = []
    last_end = 0
    for _, amount in sorted(enumerate(amounts), key=lambda pair: (pair[1].start, pair[0])):
        if amount.start >= last_end:
            kept.append(amount)
            last_end = amount.end
    return kept


def _with_kinds(text: str, amounts: list[Amount]) -> list[Amount]:
    starts = [*(amount.start for amount in amounts[1:]), len(text)][: len(amounts)]
    ends = [0, *(amount.end for amount in amounts)][: len(amounts)]
    return [
        replace(amount, kind=kind_of(text, amount.start, amount.end, floor=floor, ceiling=ceiling))
        for amount, floor, ceiling in zip(amounts, ends, starts, strict=True)
    ]
