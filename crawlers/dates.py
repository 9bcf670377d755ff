"""Dates as European sites write them in English: `14 May 2024`, `7 Sept 2026`, `3 JUNE 2024`."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_LONG = re.compile(rf"(\d{{1,2}}) {_NAMES} (\d{{4}})", re.IGNORECASE)
_MONTH = re.compile(rf"{_NAMES} (\d{{4}})", re.IGNORECASE)
_SLASHES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:\D.*)?", re.DOTALL)


def read_date(text: str) -> str | None:
    """Return an ISO date for a text that is a date and nothing else, None for any other text.

    Where only a month is said, only the month is given. Days come before months.

    >>> read_date("7 Sept 2026"), read_date("2026-09-01+02:00"), read_date("May 2021")
    ('2026-09-07', '2026-09-01', '2021-05')
    """
    text = " ".join(text.split())
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _LONG.fullmatch(text):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    if found := _SLASHES.fullmatch(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _MONTH.fullmatch(text):
        return f"{found[2]}-{_month(found[1]):02}"
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None
