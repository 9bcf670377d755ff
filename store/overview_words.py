"""Words of the overview: numbers in human form, names of funds and countries, periods of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise

import babel

from core.text import one_line
from vocabulary.funds import find_funds
from vocabulary.taxonomy import load_taxonomy

NO_DATE = "no date"
NO_FUND = "no fund stated"
NO_COUNTRY = "not stated"
NO_FAMILY = "not known"
_UNITS = ((1, ""), (10**3, " k"), (10**6, " M"), (10**9, " bn"), (10**12, " tn"))
_LONGEST = 120  # characters of a name in a table
MONTHS, _YEARS = 14, 10  # periods that are shown one by one
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", re.ASCII)


def human(number: Decimal | float) -> str:
    """Return a number as people say it: two digits, or whole up to three.

    >>> human(0), human(987), human(1_240), human(999_600), human(1_200_000), human(34 * 10**9)
    ('0', '987', '1.2 k', '1 M', '1.2 M', '34 bn')
    """
    number = Decimal(number)
    if abs(number) < 1:
        return "0" if number == 0 else "below 1"
    for (size, unit), (following, _) in pairwise((*_UNITS, (10**15, ""))):
        scaled = number / size
        digits = 1 if unit and abs(scaled) < Decimal("9.95") else 0
        if abs(round(scaled, digits)) < following // size:
            return f"{scaled:.{digits}f}".removesuffix(".0") + unit
    return "over 999 tn" if number > 0 else "below -999 tn"


def euro(number: Decimal) -> str:
    """Return a sum of money as people say it.

    >>> euro(Decimal("1234567.89"))
    '1.2 M EUR'
    """
    return f"{human(number)} EUR"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "entry", "entries"), counted(1200, "source")
    ('1 entry', '1,200 sources')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(part: int, whole: int) -> str:
    """Return a share, without saying 0 % of what is something and 100 % of what is not all.

    >>> percent(1, 3), percent(1, 1000), percent(1999, 2000), percent(0, 0)
    ('33 %', 'under 1 %', '99 %', '0 %')
    """
    if not part:
        return "0 %"
    if part / whole < 0.01:
        return "under 1 %"
    return f"{min(round(100 * part / whole), 99 if part < whole else 100)} %"


@lru_cache(maxsize=20_000)
def fund_name(text: str | None) -> str:
    """Return the name of the fund that an entry's words name, else the words.

    >>> fund_name("11th EDF"), fund_name("Fund of the town"), fund_name(None)
    ('European Development Fund', 'Fund of the town', 'no fund stated')
    """
    if not text or not text.strip():
        return NO_FUND
    names = {hit.name: None for hit in find_funds(text, "en")}
    return shortened(" + ".join(names) or text)


def shortened(text: str) -> str:
    """Return a name on one line, cut where it is very long."""
    plain = one_line(text)
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"


@cache
def _territories() -> Mapping[str, str]:
    return {str(code): str(name) for code, name in babel.Locale("en").territories.items()}


def country_name(code: str | None) -> str:
    """Return a country's English name for its alpha-2 code, the code where it is not known."""
    return _territories().get(code, shortened(code)) if code else NO_COUNTRY


@cache
def _families() -> Mapping[str, str]:
    return {family.id: family.label for family in load_taxonomy().families.values()}


def family_name(family: str | None) -> str:
    """Return the label of an equipment family for its id, the id where it is not known."""
    return _families().get(family, shortened(family)) if family else NO_FAMILY


def leading(weights: Mapping[str, Decimal | int], most: int, last: Iterable[str] = ()) -> list[str]:
    """Return the heaviest names, those of `last` at the end, at most `most` of the others.

    Where one more would be left over, it is listed too: a rest of one tells less than its name.
    """
    end = [name for name in last if name in weights]
    ranked = sorted((name for name in weights if name not in end), key=lambda n: (-weights[n], n))
    kept = ranked if len(ranked) <= most + 1 else ranked[:most]
    return [*kept, *end]


@dataclass(frozen=True)
class Periods:
    """Years or months in a row, with what lies before them, after them, and has no date."""

    labels: tuple[str, ...]
    first: str
    final: str

    def of(self, date: str | None) -> str:
        """Return the label of the period that an ISO date, year or month lies in."""
        if date is None or not _DATE.fullmatch(date):
            return NO_DATE
        part = date[: len(self.first)]
        if part < self.first:
            return f"before {self.first}"
        return f"after {self.final}" if part > self.final else part


def periods(dates: Iterable[str | None], latest: int) -> Periods:
    """Return the periods that dates are shown in: months where they span about a year, else years.

    `latest` is the last year shown by itself: a date long after it is a plan or a misreading.
    """
    known = sorted({date for date in dates if date and _DATE.fullmatch(date)})
    if not known:
        return Periods((), str(latest), str(latest))
    inside = [date for date in known if int(date[:4]) <= latest]
    months = _months(inside)
    if months:
        shown: Sequence[str] = months
    else:
        last = int(inside[-1][:4]) if inside else latest
        first = max(int(known[0][:4]), last - _YEARS + 1)
        shown = [f"{year:04}" for year in range(min(first, last), last + 1)]
    made = Periods(tuple(shown), shown[0], shown[-1])
    told = {made.of(date) for date in known} - set(shown)
    before, after = (
        [label for label in sorted(told) if label.startswith(word)] for word in ("before", "after")
    )
    return Periods((*before, *shown, *after), shown[0], shown[-1])


def _months(dates: Sequence[str]) -> list[str]:
    """Return all months from the first date to the last, none where a year is known alone or they
    are too many."""
    if not dates or any(len(date) < 7 for date in dates):
        return []
    low, high = (int(date[:4]) * 12 + int(date[5:7]) - 1 for date in (dates[0], dates[-1]))
    if not 0 <= high - low < MONTHS:
        return []
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(low, high + 1)]
