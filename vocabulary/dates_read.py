"""What a match of the date grammar says: values with their precision, or nothing."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vocabulary.dates_convert import calendar_day
from vocabulary.dates_model import Precision


@dataclass(frozen=True, slots=True)
class Reading:
    """The values a date may have, likelier first, and the last value of a range."""

    values: tuple[str, ...]
    precision: Precision
    last: str | None = None


def read(form: str, match: re.Match[str], language: str) -> Reading | None:
    """Read a match of the named form; None where no such day, month or range exists."""
    if form in _PARTS:
        return _PARTS[form](match)
    return _DAYS[form](match, language)


def _day(match: re.Match[str], day: str, month: str, language: str) -> str | None:
    found = calendar_day(int(day), month, int(match["y"]), language)
    return found.isoformat() if found else None


def _month(match: re.Match[str], month: str, language: str) -> str | None:
    found = calendar_day(1, month, int(match["y"]), language)
    return f"{found:%Y-%m}" if found else None


def _one(value: str | None, precision: Precision) -> Reading | None:
    return Reading((value,), precision) if value else None


def _range(first: str | None, last: str | None, precision: Precision) -> Reading | None:
    if first is None or last is None or first >= last:
        return None
    return Reading((first,), precision, last)


def _read_numbers(match: re.Match[str], language: str) -> Reading | None:
    """Day first; month first too, or alone, where a stroke leaves it open."""
    one, two = match["d"], match["m"] or match["n"]
    readings = [_day(match, one, two, language)]
    if match["s"]:
        readings.append(_day(match, two, one, language))
    values = tuple(dict.fromkeys(value for value in readings if value))
    return Reading(values, "day") if values else None


def _read_numbers_span(match: re.Match[str], language: str) -> Reading | None:
    first = _day(match, match["d1"], match["m1"] or match["m"], language)
    return _range(first, _day(match, match["d"], match["m"], language), "day")


def _read_day(match: re.Match[str], language: str) -> Reading | None:
    return _one(_day(match, match["d"], match["m"], language), "day")


def _read_us_span(match: re.Match[str], language: str) -> Reading | None:
    first = _day(match, match["d1"], match["m1"], language)
    return _range(first, _day(match, match["d"], match["m"] or match["m1"], language), "day")


def _read_month(match: re.Match[str], language: str) -> Reading | None:
    return _one(_month(match, match["m"], language), "month")


def _read_iso_month(match: re.Match[str], language: str) -> Reading | None:
    """`2021-05`, but not `2008-09`, which can be two years."""
    return None if int(match["m"]) > int(match["y"]) % 100 else _read_month(match, language)


def _read_month_span(match: re.Match[str], language: str) -> Reading | None:
    first, last = _month(match, match["m1"], language), _month(match, match["m"], language)
    return _range(first, last, "month")


def _said(match: re.Match[str], letter: str) -> str:
    """The number of a quarter (`q`) or half-year (`h`), in digits or as an ordinal."""
    groups = match.groupdict()
    for name, said in groups.items():
        if said and name.startswith(letter) and name != f"{letter}0":
            return said if said.isdecimal() and not name[1:].isdecimal() else name[1:]
    raise KeyError(letter)


def _read_quarter(match: re.Match[str]) -> Reading | None:
    return _one(f"{match['y']}-Q{_said(match, 'q')}", "quarter")


def _read_quarter_span(match: re.Match[str]) -> Reading | None:
    year = match["y"]
    return _range(f"{year}-Q{match['q0']}", f"{year}-Q{match['q']}", "quarter")


def _read_half(match: re.Match[str]) -> Reading | None:
    return _one(f"{match['y']}-H{_said(match, 'h')}", "half")


def _read_year(match: re.Match[str]) -> Reading | None:
    return _one(match["y"], "year")


_DAYS: Mapping[str, Callable[[re.Match[str], str], Reading | None]] = {
    "numbers": _read_numbers,
    "numbers_span": _read_numbers_span,
    "iso": _read_day,
    "iso_month": _read_iso_month,
    "big_endian": _read_day,
    "words": _read_day,
    "words_span": _read_numbers_span,
    "us": _read_day,
    "us_span": _read_us_span,
    "month": _read_month,
    "month_span": _read_month_span,
    "month_number": _read_month,
}
_PARTS: Mapping[str, Callable[[re.Match[str]], Reading | None]] = {
    "quarter": _read_quarter,
    "quarter_short": _read_quarter,
    "quarter_behind": _read_quarter,
    "quarter_span": _read_quarter_span,
    "half": _read_half,
    "half_short": _read_half,
    "half_behind": _read_half,
    "year": _read_year,
}
