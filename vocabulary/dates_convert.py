"""From the parts of a date to the calendar: dateparser reads them, in the language given.

dateparser takes about 1.5 ms a call, so it is imported when the first date is read, and is handed
day and month in one fixed leap year: there are few such phrases in a language, each is asked once,
and a document full of different dates costs no more than one full of the same.  The year is four
digits, which nobody need interpret; whether the day exists in it, the calendar says.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_LEAP = 2000
_SETTINGS = {
    "STRICT_PARSING": True,
    "DATE_ORDER": "DMY",
    "STRICT_DATE_ORDER": "all",  # by default 4/13 is turned round in silence
    "PARSERS": ["absolute-time"],  # by default `1 May` may be read as an age or a time stamp
}
_SPELLED = {
    "de": {"maerz": "märz", "jaenner": "jänner"},
    "en": {},
    "es": {},
    "fr": {"juill": "juillet"},
    "it": {
        "genn": "gennaio",
        "febbr": "febbraio",
        "magg": "maggio",
        "sett": "settembre",
    },
}
"""Spellings that dateparser refuses, as it knows them."""


def calendar_day(day: int, month: str, year: int, language: str) -> dt.date | None:
    """The day that day, month (a number, or a word of the language) and year name.

    Returns None where dateparser refuses day and month, or where there is no such day: 31 April.
    """
    if not 1 <= day <= 31:
        return None
    if month.isdecimal():
        phrase, language = f"{day}/{int(month)}/{_LEAP}", "en"  # the same in every language
    else:
        word = unicodedata.normalize("NFC", month).casefold().rstrip(".")
        phrase = f"{day} {_SPELLED[language].get(word, word)} {_LEAP}"
    found = _converted(phrase, language)
    if found is None or found.day != day:
        return None
    try:
        return found.replace(year=year)
    except ValueError:  # 29 February
        return None


@lru_cache(maxsize=8192)
def _converted(phrase: str, language: str) -> dt.date | None:
    data = _parser(language).get_date_data(phrase)
    if data.date_obj is None or data.period != "day" or data.date_obj.year != _LEAP:
        return None
    read: dt.datetime = data.date_obj
    return read.date()


@cache
def _parser(language: str) -> DateDataParser:
    from dateparser.date import DateDataParser  # noqa: PLC0415 - a quarter second at start

    return DateDataParser(languages=[language], settings=_SETTINGS, try_previous_locales=False)
