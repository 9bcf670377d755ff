"""Regular expressions that find the spans of dates; what they mean is read in `dates.py`.

Every expression has bounded repetitions only, so a search takes time linear in the text.  Groups:
`d`, `m` (or `n`), `y` are day, month (a number or a word) and year; `d1`, `m1` those of the first
part of a range; `and` the word that makes a range only behind `between`; `q`, `qq` and `h` hold
the number of a quarter or half-year, `q0` that of the first of a range; `q1` to `q4`, `h1` and `h2`
are set where an ordinal says it.  `~` is a gap, as in `dates_words`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from vocabulary.dates_words import COUNTED, GAP, NUMBER, ROMAN, WORDS, Words

_YEAR = r"(?P<y>(?:19|20)[0-9]{2})"
_LEFT = r"(?<!\w)(?<!\d[.,:/])(?<!\d['’])"
_RIGHT = r"(?!\w|[./]\d|[-–]\d{4}(?!\d))"
_DASH = r"~?[-–—]~?|/"
_PERIOD = r"(?!~?[-–—/]~?\d|~(?:to|until|through|au|à|bis|al?|hasta)~(?:19|20)\d\d)"

# No piece of a longer number; but a whole date may end right before, 17/05/2021-19/05/2021, and a
# word with a colon.
_OPEN = r"(?:(?<![\w./+,:'’–-])|(?<=[./-](?:19|20)\d\d[-–,])|(?<=[^\W\d][:’'])|(?<=\s[–-]))"
_CLOSE = r"(?![\w]|[./:]\d|[-,](?!\d\d?(?P<w>[./-])\d\d?(?P=w)(?:19|20)\d\d(?!\d))\d)"
_NUMERIC = {
    "numbers": r"(?P<d>\d\d?)(?:(?P<s>[/-])(?P<m>\d\d?)(?P=s)|\.[ \u00a0]?(?P<n>\d\d?)\.[ \u00a0]?)"
    rf"{_YEAR}{_CLOSE}",
    "numbers_span": r"(?P<d1>\d\d?)\.(?:[ \u00a0]?(?P<m1>\d\d?)\.)?~?[-–—]~?"
    rf"(?P<d>\d\d?)\.[ \u00a0]?(?P<m>\d\d?)\.[ \u00a0]?{_YEAR}{_CLOSE}",
    "iso": rf"{_YEAR}(?P<s>[-/])(?P<m>\d\d)(?P=s)(?P<d>\d\d)"
    r"(?=(?:T\d\d(?::?\d\d|Z)|[+-]\d\d:\d\d|Z)(?!\d)|(?!\w|[./:]\d|,\d|-\d))",
    "iso_month": rf"{_YEAR}-(?P<m>0[1-9]|1[0-2])(?!\w|[./:,]\d|[-–/]\w)",
}
_BIG_ENDIAN = _YEAR + r"\.[ \u00a0]?(?P<m>\d\d)\.[ \u00a0]?(?P<d>\d\d)(?!\w|[-./:,]\d)"
BIG_ENDIAN = frozenset({"hu", "lt", "lv"})
"""Languages that write year, month and day with full stops, in this order."""

NUMBER_BEFORE = re.compile(
    rf"(?:(?<!\w)(?:{NUMBER})\.?[ºo°]?:?\s{{0,2}}|[#§]\s?|\+\d{{1,3}}[ ./()-]{{1,3}}|n[°º]\s?)$",
    re.IGNORECASE,
)
"""Ends what stands before a number in the shape of a date that is none: `version`, `+32 `."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What is looked for in one language: expressions by the name of what they find.

    `between` matches, at the end of what stands before a range, the word that its `and` needs.
    """

    forms: tuple[tuple[str, re.Pattern[str]], ...]
    between: re.Pattern[str] | None
    unsure: frozenset[str]


@cache
def grammar(language: str) -> Grammar:
    """The grammar of an ISO 639-1 language; numbers alone where its words are not known."""
    forms = {name: _OPEN + form for name, form in _NUMERIC.items()}
    if language in BIG_ENDIAN:
        forms["big_endian"] = _OPEN + _BIG_ENDIAN
    words = WORDS.get(language)
    if words is None:
        return Grammar(_compiled(forms), None, frozenset())
    forms |= _day_forms(words) | _part_forms(words) | _year_forms(words)
    between = rf"(?<!\w)(?:{words.between})~(?:(?:{words.article})~)?$"
    return Grammar(_compiled(forms), _regex(between), words.unsure)


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("~", GAP), re.IGNORECASE)


def _compiled(forms: dict[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _regex(form)) for name, form in forms.items())


def _months(words: Words) -> str:
    """All spellings, composed and decomposed, longest first."""
    both = {
        unicodedata.normalize(form, word)
        for word in words.months.split()
        for form in ("NFC", "NFD")
    }
    return "|".join(sorted(both, key=lambda word: (-len(word), word)))


def _middle(words: Words) -> str:
    """What joins the two parts of a range."""
    return rf"(?:{_DASH}|~(?:{words.to}|(?P<and>{words.both}))~(?:(?:{words.article})~)?)"


def _day_forms(words: Words) -> dict[str, str]:
    """Days with the month in words, and months with their year."""
    month = rf"(?:{_months(words)})(?![^\W\d_])\.?"
    day, first = (rf"(?P<{name}>\d\d?)(?:{words.suffix})?" for name in ("d", "d1"))
    middle, close = _middle(words), words.to_year + _YEAR + _RIGHT
    one, two = rf"(?P<m1>{month})", rf"(?P<m>{month})"
    forms = {
        "words": rf"{_LEFT}{day}{words.to_month}{two}{close}",
        "words_span": rf"{_LEFT}{first}(?:{words.to_month}{one})?{middle}"
        rf"{day}{words.to_month}{two}{close}",
        "month": rf"{_LEFT}{two}{close}",
        "month_span": rf"{_LEFT}{one}{middle}(?:of~|de~)?{two}{close}",
    }
    if words is WORDS["en"]:
        forms["us"] = rf"{_LEFT}{two}~(?:the~)?{day},?~{_YEAR}{_RIGHT}"
        forms["us_span"] = rf"{_LEFT}{one}~{first}{middle}(?:{two}~)?{day},?~{_YEAR}{_RIGHT}"
    return forms


def _part_forms(words: Words) -> dict[str, str]:
    """Quarters and half-years."""
    ordinals = [rf"{said}|{roman}\.?" for said, roman in zip(words.ordinals, ROMAN, strict=True)]
    quarters = "|".join(f"(?P<q{n}>{said})" for n, said in enumerate(ordinals, 1))
    halves = "|".join(f"(?P<h{n}>{said})" for n, said in enumerate(ordinals[:2], 1))
    close = words.to_year + _YEAR + _RIGHT
    letter = rf"[{words.short}]"
    after = r"(?:[-/]|,?~(?:of~|de~|del~)?|['’])"
    return {
        "quarter": rf"{_LEFT}(?:{quarters})~(?:{words.quarter}){close}",
        "half": rf"{_LEFT}(?:{halves})~(?:{words.half}){close}",
        "quarter_short": rf"{_LEFT}(?:{letter}(?P<q>[1-4])|(?P<qq>[1-4]){letter})"
        rf"{after}?{_YEAR}{_RIGHT}",
        "quarter_span": rf"{_LEFT}{letter}(?P<q0>[1-4]){_middle(words)}{letter}(?P<q>[1-4])"
        rf"{after}?{_YEAR}{_RIGHT}",
        "quarter_behind": rf"{_LEFT}{_YEAR}[-/ ]?{letter}(?P<q>[1-4])(?![\w]|[-./]\d)",
        "half_short": rf"{_LEFT}(?:H(?P<h>[12])){after}?{_YEAR}{_RIGHT}",
        "half_behind": rf"{_LEFT}{_YEAR}[-/ ]?H(?P<h>[12])(?![\w]|[-./]\d)",
    }


def _year_forms(words: Words) -> dict[str, str]:
    """A year, or a month in numbers and its year, behind a word that says it is one."""
    open_ = rf"(?<!\w)(?:{words.year_cue})"
    end = rf"{_YEAR}(?!\w|[./:,]\d|['’]\d){_PERIOD}(?!{COUNTED})"
    return {
        "year": rf"{open_}(?:~(?:the~)?|-){end}",
        "month_number": rf"{open_}~(?P<m>0[1-9]|1[0-2])(?P<s>[./]){_YEAR}(?!\w|[-./:,]\d)",
    }
