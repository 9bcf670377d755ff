"""Text cut into the tokens of the amount grammar: numbers, currencies, multipliers, words and
signs.

One pass of one regular expression, then one pass that joins the words of currency names; both
linear.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from vocabulary.amounts_numbers import EMPTY_CENTS, NUMBER
from vocabulary.currencies import Form, lexicon


class Gap(IntEnum):
    """What stands between a token and the one before it."""

    NONE = 0
    SPACE = 1
    LINE = 2
    """One line break."""
    WIDE = 3
    """A column gap of a table kept as text: three spaces or more, or a tab."""
    PARAGRAPH = 4
    """A blank line, or the start of the text."""


@dataclass(slots=True)
class Token:
    """A piece of the text: `kind` is `num`, `cur`, `mult`, `word` or `sign`."""

    kind: str
    start: int
    end: int
    text: str
    gap: Gap
    form: Form | None = None
    factor: "Multiplier | None" = None


@dataclass(frozen=True, slots=True)
class Multiplier:
    """What a multiplier multiplies by; `other` is a second reading (`billion` in French), `short`
    marks `m`, `k` ...
    """

    value: Decimal
    other: Decimal | None = None
    short: bool = False


def _table(
    power: int, words: str, *, other: int | None = None, short: bool = False
) -> dict[str, Multiplier]:
    second = None if other is None else Decimal(10) ** other
    return {word: Multiplier(Decimal(10) ** power, second, short) for word in words.split()}


MULTIPLIERS: Mapping[str, Multiplier] = (
    _table(2, "hundred hundert cento")
    | _table(
        3,
        "thousand thousands thsd thd tausend tsd mille milliers millier mila migliaia mil miles"
        " tys tis ezer хил",
    )
    | _table(
        6,
        "million millions mio mln mill millionen millón millon millones milione milioni"
        " miljoen milhão milhões mn"
        " milionów miliony milionů miliónov milioane milion milijuna milijun miliona milijonov"
        " miljoner miljon"
        " miljoonaa miljoona milj millió εκατ εκατομμύρια εκατομμυρίων млн милиона mlns",
    )
    | _table(
        9,
        "billion billions bn bln milliard milliards md mds mrd mld mlrd milliarde milliarden"
        " miliardo"
        " miliardi miljard miljarden miliard miliardów miliarde milijardi milijarde miljardia"
        " milliárd δισ млрд"
        " милиарда mrds",
    )
    | _table(12, "trillion trillions tn billionen bio billones billón bilione bilioni")
)
"""Multipliers by casefolded word, in the five languages and as other official languages write
them.
"""

SHORT: Mapping[str, Multiplier] = (
    _table(3, "k K T", short=True) | _table(6, "m M MM", short=True) | _table(9, "b B", short=True)
)
"""One-letter multipliers, exact case; only where a currency holds them."""

APOSTROPHES = frozenset("'’‘´`ʼ")
WITH_DOT = frozenset({"mio", "mrd", "tsd", "mill", "md", "mlrd", "bio", "mia"})
"""Abbreviations whose full stop belongs to them."""

_TOKEN = re.compile(
    rf"(?P<num>(?:{NUMBER}){EMPTY_CENTS})|(?P<word>[^\W\d_]+)|(?P<space>\s+)|(?P<sign>.)", re.DOTALL
)
_RUN_ON = re.compile(r"(millions?|billions?|milliards?)(?:for|of|in|to|and|from|de|pour|en)")
"""`79.5 billionfor`: a space lost between the multiplier and the next word."""
_SOFT = "\u00ad\u200b\u2060\ufeff"


def _gap(space: str) -> Gap:
    breaks = space.count("\n") or space.count("\r") + space.count("\u2028")
    if breaks > 1 or "\f" in space or "\u2029" in space:
        return Gap.PARAGRAPH
    if breaks:
        return Gap.LINE
    return Gap.WIDE if len(space) > 2 or "\t" in space else Gap.SPACE


def cut(text: str) -> list[Token]:
    """All tokens of a text in order; white space becomes the `gap` of the token behind it."""
    tokens: list[Token] = []
    gap = Gap.PARAGRAPH
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "space":
            gap = _gap(match[0])
        elif match[0] not in _SOFT:
            tokens.append(Token(str(kind), match.start(), match.end(), match[0], gap))
            gap = Gap.NONE
    return _name(tokens)


def _name(tokens: list[Token]) -> list[Token]:
    """Join the tokens of currency forms and tell multipliers."""
    named: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        currency, width = (None, 1) if token.kind == "num" else _currency_at(tokens, place)
        if currency is not None:
            named.append(currency)
        else:
            named.append(_multiplier(token) if token.kind == "word" else token)
        place += width
    return named


def _currency_at(tokens: list[Token], place: int) -> tuple[Token | None, int]:
    """The longest currency form that begins at a token, and its width in tokens."""
    first = tokens[place]
    book = lexicon()
    longest = book.longest.get(first.text.casefold(), 0)
    for width in range(min(longest, len(tokens) - place), 0, -1):
        part = tokens[place : place + width]
        gaps = [token.gap for token in part[1:]]
        if any(gap > Gap.LINE for gap in gaps):
            continue
        form = book.find(tuple(token.text for token in part))
        if form is None or (form.multiplier != 1 and any(gaps)):
            continue
        text = " ".join(token.text for token in part)
        return Token("cur", first.start, part[-1].end, text, first.gap, form), width
    taxed = _taxed_euro(first)
    return (taxed, 1)


def _taxed_euro(token: Token) -> Token | None:
    """`EURHT`: the code with the word for `without tax` glued on, one word to the reader."""
    if token.text in ("EURHT", "EURTTC", "EURHTVA", "EURTVAC"):
        form = lexicon().find(("EUR",))
        return Token("cur", token.start, token.end, token.text, token.gap, form)
    return None


def _multiplier(token: Token) -> Token:
    word = token.text.casefold()
    factor = SHORT.get(token.text) or MULTIPLIERS.get(word)
    if factor is None and (run_on := _RUN_ON.fullmatch(word)):
        factor = MULTIPLIERS[run_on[1]]
    if factor is not None:
        token.kind, token.factor = "mult", factor
    return token
