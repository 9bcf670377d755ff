"""Dates in text: `17 May 2021`, `1er janvier 2020`, `2. Quartal 2021`, `03/04/2021`, `in 2019`.

`find_dates` finds them with its own patterns; dateparser turns day and month into the calendar's,
in the language given, strictly, and what it refuses is dropped.  The value is as precise as the
text.  Two-digit years are not read: their century would be a guess, and `12.05.21` may be a clause.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vocabulary.dates_kinds import kind_of
from vocabulary.dates_model import DateFound, Kind, Precision
from vocabulary.dates_patterns import NUMBER_BEFORE, Grammar, grammar
from vocabulary.dates_read import Reading, read

__all__ = ["DateFound", "Kind", "Precision", "find_dates"]

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_REACH = 110
"""How far a date can reach from its year, in characters, and what tells it from another number."""
_BEFORE = 30
_PERIOD_BEFORE = re.compile(
    r"(?:19|20)\d\d\s(?:until|bis|hasta|fino\sal|jusqu['’]en)\s$", re.IGNORECASE
)
"""`2014 until `: what follows ends a period."""
_NUMBERS = frozenset({"numbers", "numbers_span", "big_endian", "iso_month"})
_WHOLE = frozenset({"numbers", "words", "us", "iso", "big_endian"})
"""Forms of one whole day: where there is no such day, no part of them is a date either."""


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    reading: Reading | None


def find_dates(text: str, language: str) -> list[DateFound]:
    """All dates in a text, in order, never overlapping; offsets in code points, end exclusive.

    `language` is an ISO 639-1 code: en, fr, de, es and it are read in words and numbers, any other
    in numbers alone.  `03/04/2021` keeps both readings, day first; with full stops (`03.04.2021`)
    the day is first everywhere.  A year alone is a date only behind a word like `in`, and no year
    of a period (`2021-2027`) is one.  Takes time linear in the length of the text.
    """
    rules = grammar(language)
    spans = [
        span for low, high in _windows(text) for span in _spans(text, low, high, rules, language)
    ]
    spans.sort(key=lambda span: (span.start, -span.end, span.reading is None))
    return _records(text, _apart(spans), language)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text that can hold a date: around years in digits."""
    low, high = 0, -1
    for match in _YEAR.finditer(text):
        if match.start() - _REACH > high:
            if high > low:
                yield low, high
            low = max(0, match.start() - _REACH)
        high = match.end() + _REACH
    if high > low:
        yield low, min(high, len(text))


def _spans(text: str, low: int, high: int, rules: Grammar, language: str) -> Iterator[_Span]:
    """All that looks like a date between two places, overlaps included."""
    for form, pattern in rules.forms:
        for match in pattern.finditer(text, low, high):
            if _is_other(text, form, match, rules):
                continue
            reading = read(form, match, language)
            if reading is not None or form in _WHOLE:
                start = match.start("m") if form == "month_number" else match.start()
                yield _Span(match.start("y") if form == "year" else start, match.end(), reading)


def _is_other(text: str, form: str, match: re.Match[str], rules: Grammar) -> bool:
    """Whether the words around say that a match is no date after all."""
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    if form in _NUMBERS:
        return NUMBER_BEFORE.search(before) is not None
    if form == "year":
        return _PERIOD_BEFORE.search(before + text[match.start() : match.start("y")]) is not None
    if form == "month":
        return match["m"] in rules.unsure
    joined = match.groupdict().get("and")
    return bool(joined and rules.between and not rules.between.search(before))


def _apart(spans: list[_Span]) -> list[_Span]:
    """Of those that overlap the one that begins first, the longest of these; sorted so."""
    kept: list[_Span] = []
    last_end = 0
    for span in spans:
        if span.start >= last_end:
            kept.append(span)
            last_end = span.end
    return kept


def _records(text: str, spans: list[_Span], language: str) -> list[DateFound]:
    floors = [0, *(span.end for span in spans)]
    ceilings = [*(span.start for span in spans[1:]), None]
    return [
        DateFound(
            start=span.start,
            end=span.end,
            raw=text[span.start : span.end],
            value=span.reading.values[0],
            precision=span.reading.precision,
            readings=span.reading.values,
            kind=kind_of(text, span.start, span.end, language, floor=floor, ceiling=ceiling),
            last=span.reading.last,
        )
        for span, floor, ceiling in zip(spans, floors, ceilings, strict=False)
        if span.reading is not None
    ]
