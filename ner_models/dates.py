"""The date of an entry: of its sentence, of its table row, or of the award that a notice states.

What a date is the date of decides: a delivery goes before a contract, that before a deadline, and
these before a date of no known kind.  The date of a document (`Decision of 3 May 2020`) never is
the entry's, nor is where an open period begins (`since 2015`); of several equally good ones none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from core.records import Document, Evidence
from core.text import fold, one_line
from ner_models.mentions import Marked
from ner_models.segments import unit_span, unit_starts
from vocabulary.dates import DateFound, Kind, find_dates

MAKER = "rule:dates"
SENTENCE_SCORE = 0.6
UNKNOWN_SCORE = 0.4
"""A date whose words do not say what it is the date of."""

CELL_SCORE = 0.8
_FITNESS: tuple[Kind, ...] = ("delivery", "contract", "deadline", "unknown")
_HEAD = 1000
"""Characters of a first page that bear the date of the document itself."""

_LONGEST = 1200
"""Characters from which on a unit is a list or a table without stops, and no sentence."""

_OPEN = re.compile(
    r"\b(?:since|after|seit|nach|depuis|après|desde|después\s+del?|dal|dopo)"
    r"(?:\s+(?:the|dem|le|la|el|il))?\s+$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"(?:since|seit|depuis|desde|dal)\s+", re.IGNORECASE)
_TO = re.compile(
    r"\s*(?:[-–—]|to|until|till|through|bis(?:\s+zum)?|au|à|jusqu['’]au|al?|hasta(?:\s+el)?"
    r"|fino\s+al?)\s*",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)\d\d?\.\s*$")
_BEHIND_DAY = re.compile(r"\s*(?:J[aä]n|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quart|Halbj)")
"""`am 12. März`: the full stop of a German day ends a unit, and no sentence."""

_REACH = 300
"""How far, in characters, a sentence goes on in the units before and after."""

_MOST_CUTS = 3
"""How often days cut a sentence, on either side of a unit."""

_BARE = frozenset({"date", "dates", "datum", "fecha", "data"})
"""Headers that say that a column holds dates and not of what; `Datum` would be a letter's."""


class SentenceDates:
    """The dates of one page's sentences, each read once and only when it is asked for.

    `known` are places (code points, end exclusive) whose date is known: the rows of tables.
    """

    def __init__(
        self,
        page: int,
        marked: Marked,
        known: Mapping[tuple[int, int], Evidence | None] | None = None,
    ) -> None:
        self._page, self._marked = page, marked
        self._starts = [span.start for span in marked.spans]
        self._known = dict(known or {})

    def between(self, low: int, high: int) -> Evidence | None:
        """Return the date that belongs to what stands in a sentence, None where that is open."""
        if (low, high) not in self._known:
            self._known[low, high] = self._read(low, high)
        return self._known[low, high]

    def _read(self, low: int, high: int) -> Evidence | None:
        if high - low > _LONGEST:
            return None
        low, high = _sentence(self._marked.text, low, high)
        text = self._marked.text[low:high]
        found = [
            moved
            for date in _ranges(text, find_dates(text, self._marked.language))
            if not _open(text, date) and not self._taken(moved := _moved(date, low))
        ]
        chosen = choose(found)
        if chosen is None:
            return None
        score = UNKNOWN_SCORE if chosen.kind == "unknown" else SENTENCE_SCORE
        return _evidence(self._page, chosen, MAKER, score)

    def _taken(self, date: DateFound) -> bool:
        """Whether a marked span reaches into a date: a project's or a fund's name, a sum."""
        place = bisect_right(self._starts, date.end - 1) - 1
        return place >= 0 and self._marked.spans[place].end > date.start


def _sentence(text: str, low: int, high: int) -> tuple[int, int]:
    """Widen a unit by those from which the full stop of a day parts it."""
    first, last = max(0, low - _REACH), min(len(text), high + _REACH)
    for _ in range(_MOST_CUTS):
        if _DAY.search(text, max(first, low - 6), low) and _BEHIND_DAY.match(text, low):
            low = first + unit_starts(text[first:low])[-1]
        if _DAY.search(text, max(low, high - 6), high) and _BEHIND_DAY.match(text, high, last):
            behind = text[high:last]
            begin = len(behind) - len(behind.lstrip())
            high += unit_span(unit_starts(behind), behind, begin)[1]
    return low, high


def choose(dates: Iterable[DateFound]) -> DateFound | None:
    """Return the first date of the fittest kind that there is; None where two of it differ."""
    found = list(dates)
    for kind in _FITNESS:
        fit = [date for date in found if date.kind == kind]
        if fit:
            return fit[0] if len({(date.value, date.last) for date in fit}) == 1 else None
    return None


def date_of_cells(
    page: int, text: str, cells: Sequence[tuple[str, int, int]], language: str
) -> Evidence | None:
    """Return the date of a table row from its date cells, each as header, start and end in `text`.

    The header says what the date is of; one that says no more than `Date` leaves that open.
    """
    chosen = choose(date for cell in cells for date in _in_cell(text, *cell, language))
    return None if chosen is None else _evidence(page, chosen, "rule:table", CELL_SCORE)


def _in_cell(text: str, header: str, start: int, end: int, language: str) -> Iterator[DateFound]:
    bare = fold(header).strip(" .:") in _BARE
    before = "" if bare else f"{one_line(header)}: "
    whole = before + text[start:end]
    for date in _ranges(whole, find_dates(whole, language)):
        if date.start >= len(before):
            yield _moved(date, start - len(before))


def _ranges(text: str, found: Sequence[DateFound]) -> list[DateFound]:
    """Join two whole dates with no more than a dash or a `to` between them into one range."""
    joined: list[DateFound] = []
    for date in found:
        before = joined[-1] if joined else None
        if before is not None and _is_range(text, before, date):
            joined[-1] = replace(
                before,
                end=date.end,
                raw=text[before.start : date.end],
                last=date.last or date.value,
                # the words of a range's end (`until`) are no deadline
                kind=date.kind
                if before.kind == "unknown" != date.kind != "deadline"
                else before.kind,
            )
        else:
            joined.append(date)
    return joined


def _is_range(text: str, first: DateFound, second: DateFound) -> bool:
    return (
        first.last is None
        and first.precision == second.precision
        and first.value < second.value
        and _TO.fullmatch(text, first.end, second.start) is not None
    )


def _open(text: str, date: DateFound) -> bool:
    """Whether a date is where an open period begins: goods came at some time of it."""
    if date.last is not None:
        return False
    return bool(_OPEN.search(text[: date.start]) or _SINCE.match(date.raw))


def _moved(date: DateFound, by: int) -> DateFound:
    return replace(date, start=date.start + by, end=date.end + by)


def _evidence(page: int, date: DateFound, maker: str, score: float) -> Evidence:
    value = {"date": date.value, "kind": date.kind}
    if date.last is not None:
        value["last"] = date.last
    return Evidence(
        page=page,
        start=date.start,
        end=date.end,
        raw=date.raw,
        value=value,
        alternatives=date.readings[1:],
        maker=maker,
        score=score,
    )


def document_date(document: Document, language: str) -> str | None:
    """Return the day that the head of a document's first page bears (`Brussels, 14.12.2021`).

    None where the file states its date itself, and where the head bears no day or several.
    """
    if document.published or document.notice or not document.pages:
        return None
    head = document.pages[0].text[:_HEAD]
    days = {
        found.value: found
        for found in find_dates(head, language)
        if found.kind == "document" and found.precision == "day"
    }
    if len(days) != 1:
        return None
    (only,) = days.values()
    return None if only.ambiguous or only.last else only.value
