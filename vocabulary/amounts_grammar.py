"""The amount grammar: quantities, the currency each is bound to, and ranges.

Works on the tokens of `amounts_tokens`.  Every step looks at a bounded number of neighbours, so
the time is linear.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from vocabulary.amounts_numbers import Habit
from vocabulary.amounts_quantities import DASHES, MINUS, Quantity, QuantityReader, negate, token_at
from vocabulary.amounts_tokens import APOSTROPHES, Gap, Multiplier, Token
from vocabulary.currencies import Form

OF = frozenset({"of", "de", "d", "di", "del", "degli"})
TO = frozenset({"to", "à", "a", "bis", "al", "tot", "do"})
AND = frozenset({"and", "et", "und", "y", "e", "ed", "à", "to", "bis"})
BETWEEN = frozenset({"between", "entre", "zwischen", "tra", "fra"})
PER = frozenset(
    {"per", "par", "pro", "je", "por", "each", "al", "the", "in", "for", "pour", "für", "para"}
)
NOT_MONEY_AFTER = frozenset(
    {
        "pallet",
        "pallets",
        "palette",
        "paletten",
        "palettes",
        "palet",
        "palets",
        "bancali",
        "bancale",
        "area",
        "zone",
        "zona",
        "raum",
        "länder",
        "norm",
        "norme",
        "standard",
        "certificate",
        "certificates",
        "certificat",
        "certificats",
        "movement",
        "bond",
        "bonds",
    }
)
"""Words that make a currency before them part of a name: `Euro pallets`, `euro area`, `EUR 1
certificate`.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A sum that the grammar found: token places, one quantity or two for a range, the place of
    its currency.
    """

    low: int
    high: int
    quantities: tuple[Quantity, ...]
    currency: int | None


class Reader:
    """Reads the tokens of one text; `found` lists the sums in order, `bare` the quantities without
    a currency.
    """

    def __init__(self, tokens: list[Token], habit: Habit, language: str | None) -> None:
        """Read `tokens` at once; `language` decides words that mean two things (`mil.`)."""
        self.tokens = tokens
        self.habit = habit
        self.language = language
        self.quantities = QuantityReader(tokens, habit, language).read()
        self._bind()
        self.found = self._emit()

    @property
    def bare(self) -> list[Quantity]:
        """Quantities that no sum took."""
        taken = {id(quantity) for sum_ in self.found for quantity in sum_.quantities}
        return [quantity for quantity in self.quantities if id(quantity) not in taken]

    def _token(self, place: int) -> Token | None:
        return token_at(self.tokens, place)

    # -- currencies --------------------------------------------------------------------------------

    def _bind(self) -> None:
        """Bind each quantity to the currency before or behind it."""
        taken: set[int] = set()
        for number, quantity in enumerate(self.quantities):
            left = self._left(quantity)
            if left in taken:
                left = None
            right = self._right(quantity)
            following = self.quantities[number + 1] if number + 1 < len(self.quantities) else None
            if right is not None and self._leads_next(
                quantity, right, following, led=left is not None
            ):
                right = None
            quantity.currency = left if left is not None else right
            if left is not None and right is not None and self._same_currency(left, right):
                quantity.parts.append(right)
                taken.add(right)
            if quantity.currency is not None:
                quantity.parts.append(quantity.currency)
                taken.add(quantity.currency)
                self._lift_sign(quantity)
                self._close_brackets(quantity)

    def _close_brackets(self, quantity: Quantity) -> None:
        """`(700) euros`, `2 milliards [F CFA]`: a bracket half inside belongs to the sum."""
        inside = [self.tokens[place].text for place in range(quantity.low, quantity.high)]
        before, after = self._token(quantity.low - 1), self._token(quantity.high + 1)
        if ")" in inside and before is not None and before.text == "(":
            quantity.parts.append(quantity.low - 1)
        if "[" in inside and after is not None and after.text == "]" and after.gap == Gap.NONE:
            quantity.parts.append(quantity.high + 1)

    def _lift_sign(self, quantity: Quantity) -> None:
        """`-€5`: the minus stands before the currency."""
        place = quantity.low
        if self.tokens[place].kind != "cur" or quantity.negative:
            return
        before = self._token(place - 1)
        if before is None or before.text not in MINUS or self.tokens[place].gap != Gap.NONE:
            return
        further = self._token(place - 2)
        if before.gap == Gap.NONE and further is not None and further.text != "(":
            return
        if negate(quantity, before):
            quantity.parts.append(place - 1)

    def _same_currency(self, left: int, right: int) -> bool:
        one, two = self._form(left), self._form(right)
        return bool(set(one.candidates) & set(two.candidates))

    def _form(self, place: int) -> Form:
        form = self.tokens[place].form
        if form is None:
            raise ValueError(f"token {place} is no currency: {self.tokens[place].text!r}")
        return form

    def _left(self, quantity: Quantity) -> int | None:
        """The currency directly before a quantity, if it may lead one; also `EUR million 5`."""
        place = quantity.first - 1
        if self._turned(place, quantity):
            quantity.factors.append(self.tokens[place].factor or Multiplier(Decimal(1)))
            return place - 1
        token = self._token(place)
        if token is None or token.kind != "cur" or self._form(place).suffix_only:
            return None
        gap = self.tokens[quantity.first].gap
        if gap > Gap.LINE and not (gap == Gap.WIDE and quantity.money_like):
            return None
        whole = (
            not quantity.money_like and "." not in quantity.written and "," not in quantity.written
        )
        if gap == Gap.LINE and (self._closes_unit(place) or whole):
            return None
        if self._is_standard(place, quantity) or self._named_thing(quantity.last):
            return None
        return place if self._strong_enough(place, quantity) else None

    def _turned(self, place: int, quantity: Quantity) -> bool:
        """`EUR million 5.3`: the multiplier stands between the currency and its number."""
        token, before = self._token(place), self._token(place - 1)
        if token is None or before is None or before.form is None or quantity.factors:
            return False
        if token.factor is None or token.factor.short or quantity.year_like:
            return False
        near = token.gap <= Gap.SPACE and self.tokens[quantity.first].gap <= Gap.SPACE
        return near and not before.form.suffix_only

    def _closes_unit(self, place: int) -> bool:
        """`in EUR` at the end of a line is a unit, not the head of the next line's number."""
        before = self._token(place - 1)
        return before is not None and before.text.casefold() in {"in", "en", "/", "="}

    def _is_standard(self, place: int, quantity: Quantity) -> bool:
        """`Euro 6` (emissions) and `Euro 2012` (football) are names."""
        if self.tokens[place].text.casefold() != "euro" or quantity.factors:
            return False
        after = self._token(quantity.last + 1)
        if after is not None and after.kind == "cur":
            return False
        return bool(re.fullmatch(r"[1-7]", quantity.written)) or quantity.year_like

    def _named_thing(self, place: int) -> bool:
        """Whether the words behind a place make the money a name (`euro area`, `EUR-pallets`)."""
        after, further = self._token(place + 1), self._token(place + 2)
        if after is None:
            return False
        if (
            after.text in DASHES
            and after.gap == Gap.NONE
            and further is not None
            and further.gap == Gap.NONE
        ):
            after = further
        return after.gap <= Gap.SPACE and after.text.casefold() in NOT_MONEY_AFTER

    def _strong_enough(self, place: int, quantity: Quantity) -> bool:
        """A weak form needs a number that looks like money, and no upper-case words around it."""
        if not self._form(place).weak:
            return True
        if not quantity.money_like or quantity.year_like:
            return False
        around = (
            self._token(min(quantity.first, place) - 1),
            self._token(max(quantity.last, place) + 1),
        )
        return not any(
            token is not None
            and token.kind == "word"
            and len(token.text) > 1
            and token.text.isupper()
            and token.gap <= Gap.SPACE
            for token in around
        )

    def _right(self, quantity: Quantity) -> int | None:
        """The currency directly behind a quantity: `5 EUR`, `5 millions d'euros`, `5-million-
        euro`, `(5) euros`.
        """
        place = self._skip_of(quantity.last + 1, of_allowed=bool(quantity.factors))
        token = self._token(place)
        if token is None or token.kind != "cur":
            return None
        if token.gap > Gap.LINE and not self._own_column(place, quantity):
            return None
        if self._blocked_behind(place) or not self._strong_enough(place, quantity):
            return None
        return place

    def _skip_of(self, place: int, *, of_allowed: bool) -> int:
        """The place of a currency behind `of`, `d'`, a glued hyphen or a bracket."""
        token, after = self._token(place), self._token(place + 1)
        if token is None or after is None or token.gap > Gap.LINE:
            return place
        if token.kind == "sign":
            hyphen = token.text in DASHES and token.gap == after.gap == Gap.NONE
            opened = token.text == "[" and after.gap == Gap.NONE
            closed = token.text == ")" and token.gap == Gap.NONE and self._in_brackets(place - 1)
            return place + 1 if hyphen or opened or closed else place
        if token.text.casefold() not in OF:
            return place
        if after.text in APOSTROPHES:
            return place + 2
        return place + 1 if of_allowed else place

    def _in_brackets(self, place: int) -> bool:
        """Whether the number at a place stands alone in brackets."""
        before = self._token(place - 1)
        return before is not None and before.text == "(" and self.tokens[place].gap == Gap.NONE

    def _own_column(self, place: int, quantity: Quantity) -> bool:
        """`5 000 000      EUR`: the currency is a table column of its own."""
        after = self._token(place + 1)
        alone = after is None or after.gap >= Gap.LINE
        return self.tokens[place].gap == Gap.WIDE and quantity.money_like and alone

    def _blocked_behind(self, place: int) -> bool:
        """The currency behind a number belongs to a name: `5 EUR pallets`, `10 Euro 6 lorries`,
        `20 pounds of rice`.
        """
        if self._named_thing(place):
            return True
        token, after, further = self.tokens[place], self._token(place + 1), self._token(place + 2)
        if after is None:
            return False
        if token.text.casefold() == "pounds" and after.text.casefold() in ("of", "per"):
            return True
        if after.text in DASHES and after.gap == Gap.NONE and further is not None:
            return further.gap == Gap.NONE and further.kind == "num" and len(further.text) == 1
        if token.text.casefold() != "euro" or after.gap > Gap.SPACE:
            return False
        behind = self._token(place + 2)
        counted = behind is not None and behind.kind in ("cur", "mult")
        return bool(re.fullmatch(r"[1-7]", after.text)) and not counted

    def _leads_next(
        self, quantity: Quantity, place: int, following: Quantity | None, *, led: bool
    ) -> bool:
        """Whether the currency between two quantities leads the second instead of closing the
        first.
        """
        if following is None or following.first != place + 1 or self._left(following) != place:
            return False
        if led:
            return True
        before, behind = self.tokens[place].gap, self.tokens[following.first].gap
        if before != behind:
            return before > behind
        if quantity.money_like != following.money_like:
            return following.money_like
        chained = self._right(following)
        return quantity.year_like or chained is None

    # -- sums --------------------------------------------------------------------------------------

    def _emit(self) -> list[Found]:
        found: list[Found] = []
        place = 0
        while place < len(self.quantities):
            one = self.quantities[place]
            two = self.quantities[place + 1] if place + 1 < len(self.quantities) else None
            joined = self._range(one, two) if two is not None else None
            if joined is not None:
                found.append(joined)
                place += 1
            elif one.currency is not None:
                found.append(Found(one.low, one.high, (one,), one.currency))
            place += 1
        return found

    def _range(self, one: Quantity, two: Quantity) -> Found | None:
        """`EUR 5-10 million`, `entre 5 et 10 millions d'euros`: two quantities and their link."""
        places = [sum_.currency for sum_ in (one, two) if sum_.currency is not None]
        if not places or not self._same_currency(places[0], places[-1]):
            return None
        if two.low - one.high != 2:
            return None
        opener = self._token(one.low - 1)
        between = opener is not None and opener.text.casefold() in BETWEEN
        if not self._joins(one, two, between=between):
            return None
        return Found(one.low - between, two.high, (one, two), places[0])

    def _joins(self, one: Quantity, two: Quantity, *, between: bool) -> bool:
        link = self.tokens[one.high + 1]
        word = link.text.casefold()
        if between and word in AND:
            return self._ordered(one, two)
        if (one.year_like and two.year_like) or not self._ordered(one, two):
            return False
        if word in DASHES:
            tight = link.gap == Gap.NONE and self.tokens[two.low].gap == Gap.NONE
            even = link.gap == self.tokens[two.low].gap <= Gap.SPACE
            return tight or (even and self._closed(two) and not self._label(one))
        both = one.currency is not None and two.currency is not None
        return word in TO and link.kind == "word" and not both and self._closed(two)

    def _label(self, one: Quantity) -> bool:
        """`Lot 4 - 200,00 EUR`, `3 - 5 000 EUR`: the first number counts lots or lines."""
        if one.currency is not None or one.reading.money_like:
            return False
        before = self._token(one.low - 1)
        return before is None or before.kind == "word" or self.tokens[one.low].gap >= Gap.LINE

    def _closed(self, two: Quantity) -> bool:
        """The second number of a range has its currency or multiplier, or nothing that it could
        count follows.
        """
        if two.currency is not None or two.factors:
            return True
        after = self._token(two.high + 1)
        return (
            after is None
            or after.kind != "word"
            or after.gap > Gap.LINE
            or after.text.casefold() in PER
        )

    @staticmethod
    def _ordered(one: Quantity, two: Quantity) -> bool:
        if one.factors and not two.factors:
            return False
        low, high = one.reading.values[0], two.reading.values[0]
        if one.factors == two.factors or not one.factors:
            return low <= high or bool(two.factors)
        return True
