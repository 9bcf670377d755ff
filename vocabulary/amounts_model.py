"""The record of a sum of money, shared by the modules of the amount grammar."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from vocabulary.amounts_numbers import Habit, read_number
from vocabulary.amounts_quantities import Quantity
from vocabulary.currencies import Form, resolve


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money: text[start:end] == raw, offsets in code points.

    `minimum` and `maximum` differ for a range.  `readings` are the values that the sum (of a
    range: its upper end)
    may have, likelier first, so `readings[0] == maximum`; more than one asks for a decision.
    `currency` is
    ISO 4217, or None where several share the word and nothing near tells; `currencies` are all
    that it may be.
    """

    start: int
    end: int
    raw: str
    minimum: Decimal
    maximum: Decimal
    currency: str | None
    readings: tuple[Decimal, ...]
    kind: str = "unknown"
    currencies: tuple[str, ...] = ()

    @property
    def ambiguous(self) -> bool:
        """Whether a person has to choose between readings."""
        return len(self.readings) > 1

    def value(self) -> dict[str, object]:
        """The value as it is stored: exact decimals as text, without needless noughts."""
        return {
            "min": decimal_text(self.minimum),
            "max": decimal_text(self.maximum),
            "currency": self.currency,
            "kind": self.kind,
            "readings": [decimal_text(reading) for reading in self.readings],
        }


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent and without noughts at the end: `12500000`, `0.5`."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True, slots=True)
class Denomination:
    """The currency of a sum and the multiplier that its written form or its table's header adds."""

    code: str | None
    candidates: tuple[str, ...]
    multiplier: Decimal = Decimal(1)

    @classmethod
    def of(cls, form: Form, text: str, position: int) -> "Denomination":
        """What a currency form means at a position of a text."""
        return cls(resolve(form, text, position), form.candidates, form.multiplier)


def canonical(values: Iterable[Decimal]) -> tuple[Decimal, ...]:
    """Each value once, without needless noughts."""
    return tuple(dict.fromkeys(Decimal(decimal_text(value)) for value in values))


def readings_of(quantity: Quantity, money: Denomination, habit: Habit) -> tuple[Decimal, ...]:
    """All values that a quantity may have in a currency, likelier first."""
    scaled = bool(quantity.factors) or money.multiplier != 1
    reading = read_number(quantity.written, habit, scaled=scaled, currency=money.code)
    values = (reading or quantity.reading).values
    if quantity.shorter and (second := read_number(quantity.shorter, habit, scaled=scaled)):
        values += second.values
    for factor in quantity.factors:
        seconds = [value * factor.other for value in values] if factor.other is not None else []
        values = (*(value * factor.value for value in values), *seconds)
    values = tuple(value * money.multiplier for value in values)
    if quantity.negative:
        values = tuple(-value for value in values)
    if quantity.unsure_sign:
        values += tuple(-value for value in values)
    return canonical(values)


def range_readings(
    one: Quantity, two: Quantity, money: Denomination, habit: Habit
) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """Lower and upper values of a range; a multiplier said once counts for both where that keeps
    their order.
    """
    upper = readings_of(two, money, habit)
    lower = readings_of(one, money, habit)
    if two.factors and not one.factors:
        shared = Quantity(one.first, one.last, one.written, one.reading, two.factors, one.negative)
        scaled = readings_of(shared, money, habit)
        if scaled[0] <= upper[0]:
            lower = scaled
    return lower, upper
