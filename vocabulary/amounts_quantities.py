"""Quantities of the amount grammar: a number with its sign and its multipliers.

Works on the tokens of `amounts_tokens`, and looks at a bounded number of neighbours.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from vocabulary.amounts_numbers import SPACES, Habit, Reading, read_number
from vocabulary.amounts_tokens import WITH_DOT, Gap, Multiplier, Token

DASHES = frozenset("-‐‑‒–—−")
MINUS = frozenset("-−–")
GLUED_AFTER = frozenset("/:%‰°º²³_@#")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
LABELS = frozenset(
    {"lot", "lots", "los", "lote", "lotto", "phase", "fase", "no", "nr", "part", "pillar", "annex"}
)
"""Words that a number of their own follows."""
_LABELLED = re.compile(
    rf"[0-9]{{1,2}}[{SPACES}]([0-9]{{3}}(?:[{SPACES}][0-9]{{3}})+(?:[.,][0-9]+)?)"
)
_OPEN_GROUP = re.compile(r"(?:^|[^0-9])[0-9]{1,3}$")
_ZEROS = re.compile(r"00+")


@dataclass(slots=True)
class Quantity:
    """A number with its sign and multiplier, and the currency bound to it; `first` and `last` are
    token places.
    """

    first: int
    last: int
    written: str
    reading: Reading
    factors: list[Multiplier] = field(default_factory=list)
    negative: bool = False
    unsure_sign: bool = False
    shorter: str | None = None
    """The number without its first group, where that may be a label's: `Lot 1 250 000 EUR`."""
    currency: int | None = None
    parts: list[int] = field(default_factory=list)
    """Places of what else belongs to the sum: its currency, one written twice (`€ 5 000 EUR`), a
    sign, brackets.
    """

    @property
    def low(self) -> int:
        """First token, a currency before the number included."""
        return min(self.first, *self.parts, self.last)

    @property
    def high(self) -> int:
        """Last token, a currency behind the number included."""
        return max(self.last, *self.parts, self.first)

    @property
    def money_like(self) -> bool:
        """Whether the number looks like money by itself."""
        return bool(self.factors) or self.reading.money_like

    @property
    def year_like(self) -> bool:
        """Whether the number is a bare year."""
        return not self.factors and _YEAR.fullmatch(self.written) is not None


def token_at(tokens: list[Token], place: int) -> Token | None:
    """The token at a place, None beyond both ends."""
    return tokens[place] if 0 <= place < len(tokens) else None


def negate(quantity: Quantity, sign: Token) -> bool:
    """Whether a dash before a quantity is a minus; where it may be a bullet, both readings stay."""
    begins_line = sign.gap >= Gap.LINE
    quantity.unsure_sign = sign.text == "–" or (sign.text == "-" and begins_line)
    quantity.negative = not (sign.text == "–" and begins_line)
    return quantity.negative


class QuantityReader:
    """Reads the quantities of one text's tokens."""

    def __init__(self, tokens: list[Token], habit: Habit, language: str | None) -> None:
        """`language` decides words that mean two things (`mil.`)."""
        self.tokens = tokens
        self.habit = habit
        self.language = language

    def _token(self, place: int) -> Token | None:
        return token_at(self.tokens, place)

    def read(self) -> list[Quantity]:
        found: list[Quantity] = []
        place = 0
        while place < len(self.tokens):
            quantity = self._quantity(place) if self.tokens[place].kind == "num" else None
            if quantity is not None:
                found.append(quantity)
                place = quantity.last
            place += 1
        return found

    def _quantity(self, place: int) -> Quantity | None:
        token = self.tokens[place]
        if _ZEROS.fullmatch(token.text) or not self._stands_free(place) or self._in_period(place):
            return None
        written, last = self._continued(place)
        factors, end = self._factors(last)
        if not self._ends_free(end):
            return None
        reading = read_number(written, self.habit, scaled=bool(factors))
        if reading is None:
            return None
        quantity = Quantity(place, end, written, reading, factors)
        quantity.shorter = self._without_label(place, written)
        self._sign(quantity)
        return quantity

    def _without_label(self, place: int, written: str) -> str | None:
        before = self._token(place - 1)
        match = _LABELLED.fullmatch(written)
        if before is None or match is None or before.text.casefold() not in LABELS:
            return None
        return match[1]

    def _in_period(self, place: int) -> bool:
        """`2014-2020`: either year of a period."""
        return _YEAR.fullmatch(self.tokens[place].text) is not None and any(
            (dash := self._token(place + step)) is not None
            and (year := self._token(place + 2 * step)) is not None
            and dash.text in DASHES
            and _YEAR.fullmatch(year.text) is not None
            for step in (-1, 1)
        )

    def _stands_free(self, place: int) -> bool:
        """No letter, slash or label sign is glued before the number."""
        token, before = self.tokens[place], self._token(place - 1)
        if before is None or token.gap != Gap.NONE or before.kind == "cur":
            return True
        if before.kind != "sign":
            return False
        if before.text in DASHES:
            further = self._token(place - 2)
            joined = further is not None and before.gap == Gap.NONE
            return not joined or further is None or further.kind != "word"
        if before.text == ":":
            further = self._token(place - 2)
            return further is None or further.kind != "num"
        return before.text not in "/.,_#@°º*\\="

    def _ends_free(self, last: int) -> bool:
        """Nothing is glued behind that makes the number a code, a share, a time or a measure."""
        after = self._token(last + 1)
        if after is None:
            return True
        if after.text in "%‰" and after.gap <= Gap.SPACE:
            return False
        if after.gap != Gap.NONE or after.kind == "cur":
            return True
        if after.kind != "sign":
            return False
        further = self._token(last + 2)
        glued = further is not None and further.gap == Gap.NONE
        if after.text in "/:" and glued and further is not None:
            return further.kind != "num"
        return after.text not in GLUED_AFTER

    def _continued(self, place: int) -> tuple[str, int]:
        """What is written from a place on, and the place of its last token.

        A number broken over a line end goes on where the next line starts with a group led by a
        nought.  A footnote's mark glued to the last group (`3 182 000 00052`) is left out.
        """
        written = self.tokens[place].text
        after = self._token(place + 1)
        if after is None or after.kind != "num" or not _OPEN_GROUP.search(written):
            return written, place
        if after.gap == Gap.LINE and re.match(r"0[0-9]{2}(?![0-9])", after.text):
            return f"{written} {after.text}", place + 1
        if after.gap == Gap.SPACE and re.fullmatch(r"000[0-9]{1,2}", after.text):
            return f"{written} 000", place + 1
        return written, place

    def _factors(self, last: int) -> tuple[list[Multiplier], int]:
        """Multipliers behind a number, a glued hyphen allowed: `5-million`."""
        factors: list[Multiplier] = []
        place = last + 1
        while (token := self._token(place)) is not None:
            if token.kind == "sign" and token.text in DASHES and token.gap == Gap.NONE:
                further = self._token(place + 1)
                if further is None or further.kind != "mult" or further.gap != Gap.NONE:
                    break
                place, token = place + 1, further
            if token.kind != "mult" or token.gap > Gap.LINE or not self._multiplies(place, factors):
                break
            factors.append(self._factor(place))
            last = self._with_dot(place)
            place = last + 1
        return factors, last

    def _multiplies(self, place: int, before: list[Multiplier]) -> bool:
        """A one-letter multiplier counts only once, free-standing, and next to a currency."""
        token, after = self.tokens[place], self._token(place + 1)
        if token.factor is None or (before and token.factor.value <= before[-1].value):
            return False
        if not token.factor.short:
            return True
        if before or token.gap == Gap.LINE:
            return False
        behind = after is not None and after.kind == "cur" and after.gap <= Gap.SPACE
        if token.text == "T":
            return behind
        if (
            after is not None
            and after.gap == Gap.NONE
            and after.text in ("²", "³", "2", "3", "'", "’", "/")
        ):
            return False
        return behind or token.gap == Gap.NONE or self._led_by_currency(place - 1)

    def _led_by_currency(self, place: int) -> bool:
        before = self._token(place - 1)
        while before is not None and (before.kind == "num" or before.text in DASHES):
            place -= 1
            before = self._token(place - 1)
        return before is not None and before.kind == "cur"

    def _factor(self, place: int) -> Multiplier:
        """The multiplier at a place; `mil.` is a million in Czech and Romanian, `billion` a
        million millions in French.
        """
        token, after = self.tokens[place], self._token(place + 1)
        factor = token.factor or Multiplier(Decimal(1))
        word = token.text.casefold()
        dotted = after is not None and after.text == "." and after.gap == Gap.NONE
        if word == "mil" and dotted and self.language != "es":
            return Multiplier(Decimal(10**6), Decimal(1000))
        if word == "billion" and self.language in ("fr", "de"):
            return Multiplier(Decimal(10**12), Decimal(10**9))
        return factor

    def _with_dot(self, place: int) -> int:
        """Take the full stop of `Mio.` in."""
        token, after = self.tokens[place], self._token(place + 1)
        if after is None or after.text != "." or after.gap != Gap.NONE:
            return place
        word = token.text.casefold()
        further = self._token(place + 2)
        mil_or_mln = word in ("mil", "mln", "tys", "tis", "mn", "bn") and further is not None
        if mil_or_mln and further is not None and further.kind == "cur":
            return place + 1
        return place + 1 if word in WITH_DOT else place

    def _sign(self, quantity: Quantity) -> None:
        before = self._token(quantity.first - 1)
        token = self.tokens[quantity.first]
        if before is None or before.text not in MINUS or token.gap != Gap.NONE:
            return
        further = self._token(quantity.first - 2)
        behind_sign = (
            further is not None and further.kind == "cur" and not further.text[-1].isalpha()
        )
        if (
            before.gap == Gap.NONE
            and not behind_sign
            and not (further is None or further.text == "(")
        ):
            return
        if negate(quantity, before):
            quantity.first -= 1
