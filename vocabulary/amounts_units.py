"""What a table's header or caption says about its numbers: `EUR 000`, `en milliers d'euros`, `(in
EUR)`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from vocabulary.amounts_grammar import OF, Reader
from vocabulary.amounts_numbers import habit_of
from vocabulary.amounts_quantities import DASHES
from vocabulary.amounts_tokens import APOSTROPHES, Gap, Token, cut
from vocabulary.currencies import resolve

THOUSANDS = re.compile(r"000|1[ .,'’\u00a0\u202f]?000")
TIMES = frozenset({"in", "en", "em", "x", "×", "(", "per", "à"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A currency (ISO 4217) and what the numbers under it are multiplied by; text[start:end] ==
    raw.
    """

    currency: str
    multiplier: Decimal
    start: int
    end: int
    raw: str


def find_unit(text: str) -> Unit | None:
    """The unit that a header, a caption or a line states for the numbers under it.

    Returns None where no currency is named, or several are: two columns' headers have to be given
    one by one.
    """
    units = units_in(text, Reader(cut(text), habit_of(None), None))
    said = {(unit.currency, unit.multiplier) for unit in units}
    return units[0] if len(said) == 1 else None


def units_in(text: str, reader: Reader) -> list[Unit]:
    """All units of a text, in order: currencies that no sum took, and `in 1 000 EUR`."""
    taken = {place for found in reader.found for place in range(found.low, found.high + 1)}
    units = [
        unit
        for place, token in enumerate(reader.tokens)
        if token.kind == "cur"
        and place not in taken
        and (unit := _unit(text, reader.tokens, place))
    ]
    return sorted([*units, *_thousands(text, reader)], key=lambda unit: unit.start)


def _unit(text: str, tokens: list[Token], place: int) -> Unit | None:
    token = tokens[place]
    form = token.form
    if form is None or (code := resolve(form, text, token.start)) is None:
        return None
    if _leads_name(tokens, place):
        return None
    first, before = _multiplier_before(tokens, place)
    last, behind = _multiplier_behind(tokens, place)
    start, end = tokens[first].start, tokens[last].end
    return Unit(code, form.multiplier * before * behind, start, end, text[start:end])


def _leads_name(tokens: list[Token], place: int) -> bool:
    """`Euro 6`, `EUR-Lex`: a number or a hyphen directly behind makes it a name."""
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if after is None or after.gap > Gap.SPACE:
        return False
    return (after.kind == "num" and after.text != "000") or (
        after.text in DASHES and after.gap == Gap.NONE
    )


def _multiplier_before(tokens: list[Token], place: int) -> tuple[int, Decimal]:
    """`milliers d'euros`, `Mio. €`, `1 000 EUR`, `'000 EUR`: place of the multiplier and its
    value.
    """
    at = place - 1
    if at > 0 and tokens[at].text in APOSTROPHES and tokens[at - 1].text.casefold() == "d":
        at -= 2
    elif at > 0 and (tokens[at].text.casefold() in OF or tokens[at].text == "."):
        at -= 1
    if at < 0 or tokens[at + 1].gap > Gap.LINE:
        return place, Decimal(1)
    token = tokens[at]
    if token.kind == "mult" and token.factor is not None:
        return at, token.factor.value
    if token.kind == "num" and token.text == "000":
        return (at - 1 if at and tokens[at - 1].text in APOSTROPHES else at), Decimal(1000)
    return place, Decimal(1)


def _multiplier_behind(tokens: list[Token], place: int) -> tuple[int, Decimal]:
    """`EUR 000`, `EUR '000`, `€000s`, `EUR million`, `EUR m`: place of the multiplier and its
    value.
    """
    at = place + 1
    if at < len(tokens) and tokens[at].text in APOSTROPHES:
        at += 1
    if at >= len(tokens) or tokens[at].gap > Gap.SPACE:
        return place, Decimal(1)
    token = tokens[at]
    if token.kind == "mult" and token.factor is not None:
        return at, token.factor.value
    if token.kind == "num" and token.text == "000":
        glued = (
            at + 1 < len(tokens) and tokens[at + 1].text == "s" and tokens[at + 1].gap == Gap.NONE
        )
        return at + glued, Decimal(1000)
    return place, Decimal(1)


def _thousands(text: str, reader: Reader) -> Iterator[Unit]:
    """`in 1 000 EUR`, `(x 1.000 €)`: a sum of a thousand that stands as a unit."""
    for found in reader.found:
        quantity = found.quantities[0]
        if found.low == 0 or found.currency is None or not THOUSANDS.fullmatch(quantity.written):
            continue
        before, after = reader.tokens[found.low - 1], reader.tokens[found.high + 1 : found.high + 2]
        closes = not after or after[0].text in (")", "]") or after[0].gap >= Gap.LINE
        form = reader.tokens[found.currency].form
        if form is None or before.text.casefold() not in TIMES or not closes:
            continue
        start, end = reader.tokens[found.low].start, reader.tokens[found.high].end
        code = resolve(form, text, start)
        if code is not None:
            yield Unit(code, Decimal(1000), start, end, text[start:end])
