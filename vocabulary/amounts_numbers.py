"""What a written number may say: digits with thousands and decimal signs, in the styles of EU
languages.

A single sign followed by three digits (`1.234`) is read by the language's habit, and the other
reading is kept
unless the habit, the digits or the rest of the text settle it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

SPACES = " \u00a0\u2007\u2009\u202f"
APOSTROPHES = "'\u2019\u02bc\u00b4`"
MAX_DIGITS = 22
"""Longer runs are no sums of money, and would be rounded by Decimal's context."""

NUMBER = (
    rf"[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}}(?![0-9]))+(?:[.,][0-9]+)?"
    rf"|[0-9]{{4,6}}(?:[{SPACES}]000(?![0-9]))+(?:[.,][0-9]{{1,2}}(?![0-9]))?"
    rf"|[0-9]+(?:[.,{APOSTROPHES}][0-9]+)*"
)
"""One written number; linear, since every repetition starts with a sign that no digit can match."""

EMPTY_CENTS = r"(?:[.,](?:--?|[\u2013\u2014])(?![0-9A-Za-z-]))?"
"""`12 000,-`, `500.--`: no cents."""

DECIMAL_COMMA = frozenset(
    {
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "et",
        "fi",
        "fr",
        "hr",
        "hu",
        "it",
        "lt",
        "lv",
        "nl",
        "pl",
        "pt",
    }
    | {"ro", "sk", "sl", "sq", "sr", "sv", "bs", "mk", "tr", "uk", "no", "is"}
)
DECIMAL_POINT = frozenset({"en", "ga", "mt"})
THREE_DECIMALS = frozenset({"TND", "LYD", "JOD", "KWD", "IQD"})
"""Currencies with a thousandth: `150,000 TND` may be a hundred and fifty."""


@dataclass(frozen=True, slots=True)
class Habit:
    """Which sign marks decimals: `.`, `,` or None where it is not known; `seen` when the text
    itself shows it.
    """

    decimal: str | None
    seen: bool = False


def habit_of(language: str | None) -> Habit:
    """The habit of a language (ISO 639-1); unknown languages have none."""
    code = (language or "").lower()[:2]
    if code in DECIMAL_COMMA:
        return Habit(",")
    return Habit("." if code in DECIMAL_POINT else None)


_SHOWS_COMMA = re.compile(
    r"(?<![0-9.,])[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2}|\.[0-9]{3})(?![0-9.,][0-9]|[0-9])"
)
_SHOWS_POINT = re.compile(
    r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2}|,[0-9]{3})(?![0-9.,][0-9]|[0-9])"
)


def habit_in(text: str, language: str | None) -> Habit:
    """The habit that a text shows by numbers that can be read in one way (`1.250.000,00`), else
    its language's.
    """
    comma, point = bool(_SHOWS_COMMA.search(text)), bool(_SHOWS_POINT.search(text))
    if comma == point:
        return habit_of(language)
    return Habit("," if comma else ".", seen=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """A written number: every value it may have, and whether it looks like money (grouped, cents
    or four digits).
    """

    values: tuple[Decimal, ...]
    money_like: bool
    grouped: bool


@cache
def _grouped(sign: str) -> re.Pattern[str]:
    return re.compile(rf"[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}})+")


def _split_decimals(number: str) -> tuple[str, str]:
    """Integer part with its signs, and decimals, where two different signs or a repeated one tell
    them apart.
    """
    signs = [char for char in number if not char.isdigit()]
    if not signs:
        return number, ""
    last = signs[-1]
    if last in ".," and signs.count(last) == 1 and len(signs) > 1:
        head, _, tail = number.rpartition(last)
        return head, tail
    return number, ""


def _plain(number: str) -> str | None:
    """Digits of an integer part whose signs are one kind and group by three; None where they do
    not.
    """
    signs = {char for char in number if not char.isdigit()}
    if not signs:
        return number
    if len(signs) > 1 or not _grouped(next(iter(signs))).fullmatch(number):
        return None
    return re.sub(r"[^0-9]", "", number)


def _one_sign(number: str, habit: Habit, *, scaled: bool, currency: str | None) -> Reading | None:
    """`12,5`, `1.234`, `1'250`: one sign in all; `500,00012` may carry a footnote's mark."""
    head, sign, tail = re.split(r"([^0-9])", number)
    if sign not in ".,":
        joined = _plain(number)
        if joined is None:
            return _first_space_lost(number)
        return Reading((Decimal(joined),), money_like=True, grouped=True)
    decimal = Decimal(f"{head}.{tail}")
    if len(tail) in (4, 5) and len(head) <= 3 and tail.startswith("000") and not scaled:
        return Reading((Decimal(head + "000"), decimal), money_like=True, grouped=True)
    if len(tail) != 3 or len(head) > 3 or head.startswith("0"):
        return Reading((decimal,), money_like=len(tail) == 2, grouped=False)
    thousands = Decimal(head + tail)
    as_decimal = sign == habit.decimal
    by_habit = habit.decimal is not None
    if scaled:
        both = (decimal, thousands) if as_decimal or not by_habit else (thousands, decimal)
        settled = as_decimal
    else:
        both = (thousands, decimal)
        settled = (by_habit and not as_decimal) or tail == "000"
        if currency in THREE_DECIMALS:
            settled = False
            both = both[::-1] if as_decimal else both
    return Reading(both[:1] if settled else both, money_like=True, grouped=both[0] == thousands)


def read_number(
    written: str, habit: Habit, *, scaled: bool = False, currency: str | None = None
) -> Reading | None:
    """Read a written number, likelier value first.

    `scaled` says that a multiplier (million ...) follows, which makes decimals likely.  Returns
    None for what is
    no number of money: wrong groups (`31.12.2020`), leading zeros (`007`), more than 22 digits.
    """
    number = re.sub(r"[.,](?:--?|[\u2013\u2014])$", "", written)
    number = re.sub(rf"[{SPACES}]", " ", re.sub(rf"[{APOSTROPHES}]", "'", number))
    digits = sum(char.isdigit() for char in number)
    if not digits or digits > MAX_DIGITS or re.match(r"0[0-9]", number):
        return None
    signs = re.findall(r"[^0-9]", number)
    if len(signs) == 1:
        return _one_sign(number, habit, scaled=scaled, currency=currency)
    head, tail = _split_decimals(number)
    joined = _plain(head)
    if joined is None:
        return _odd_groups(number) or _first_space_lost(number)
    values: tuple[Decimal, ...] = (Decimal(f"{joined}.{tail}" if tail else joined),)
    if len(tail) == 3 and not scaled and currency not in THREE_DECIMALS:
        values += (Decimal(joined + tail),)
    return Reading(values, money_like=bool(signs) or len(joined) >= 4, grouped=bool(signs))


def _first_space_lost(number: str) -> Reading | None:
    """`1080 000`: thousands that lack their first space, else a number and zeros beside it."""
    match = re.fullmatch(r"([0-9]{4,6})((?: 000)+)(?:[.,]([0-9]{1,2}))?", number)
    if not match:
        return None
    digits = match[1] + match[2].replace(" ", "")
    values = (Decimal(f"{digits}.{match[3] or '0'}"), Decimal(match[1]))
    return Reading(values, money_like=True, grouped=True)


def _odd_groups(number: str) -> Reading | None:
    """`1.250.00`: a decimal sign like the thousands sign; both readings are kept."""
    match = re.fullmatch(r"([0-9]{1,3}(?:([.,])[0-9]{3})+)\2([0-9]{2})", number)
    if not match or len(set(re.findall(r"[^0-9]", number))) > 1:
        return None
    digits = re.sub(r"[^0-9]", "", match[1])
    values = (Decimal(f"{digits}.{match[3]}"), Decimal(digits + match[3]))
    return Reading(values, money_like=True, grouped=True)
