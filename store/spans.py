"""Quotes that people judged or marked, found again in whatever reading of the page is shown now."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from functools import cached_property

import msgspec

from core.records import Evidence, Proposal
from store.decisions import Judged

REVIEWER = "reviewer"  # the maker of a quote that a person marked


def laid_over(
    connection: sqlite3.Connection,
    reading_id: int,
    evidence: Mapping[str, Evidence],
    decision: Judged,
) -> dict[str, Evidence]:
    """Return the evidence of an entry's fields as a reviewer left it.

    A field that was said not to be stated has none; one whose quote the reviewer marked has that
    quote. A quote that the reading does not have is left out: evidence or nothing.
    """
    found = dict(evidence)
    for name, state in decision.fields.get("states", {}).items():
        if state == "not_stated":
            found.pop(name, None)
    pages = _Pages(connection, reading_id)
    for name, span in decision.fields.get("spans", {}).items():
        marked = Evidence(**{**span, "maker": REVIEWER})
        one = _placed(pages, marked)
        found.pop(name, None)
        if one is not None:
            found[name] = one
    return found


def moved(connection: sqlite3.Connection, reading_id: int, proposal: Proposal) -> Proposal | None:
    """Return a proposal with its quotes where they stand in this reading.

    The quote that the entry is about is looked for in its sentence, on its page first; the others
    at the same distance from it as before, and those that the reading does not have are left out.
    None where the reading does not have the first. What stands at no place (a start below 0) stays
    as it is.
    """
    placed = {name: one for name, one in proposal.evidence().items() if one.start >= 0}
    if not placed:
        return proposal
    pages = _Pages(connection, reading_id)
    name, first = next(iter(placed.items()))
    anchor = _anchored(pages, first, proposal.quote)
    if anchor is None:
        return None
    further, later = anchor.page - first.page, anchor.start - first.start
    shifted = {
        other: _placed(pages, one, page=one.page + further, start=one.start + later)
        for other, one in placed.items()
        if other != name
    }
    return msgspec.structs.replace(
        proposal, page=proposal.page + further, **{**shifted, name: anchor}
    )


class _Pages:
    """The texts of a reading's pages, each looked up when it is asked for."""

    def __init__(self, connection: sqlite3.Connection, reading_id: int) -> None:
        self._connection = connection
        self._reading_id = reading_id
        self._known: dict[int, str] = {}

    def text(self, number: int) -> str:
        """Return the text of a page, nothing where there is none."""
        if number not in self._known:
            row = self._connection.execute(
                "SELECT text FROM pages WHERE reading_id = ? AND number = ?",
                (self._reading_id, number),
            ).fetchone()
            self._known[number] = row["text"] if row else ""
        return self._known[number]

    @cached_property
    def count(self) -> int:
        """How many pages there are."""
        row = self._connection.execute(
            "SELECT coalesce(max(number), 0) AS n FROM pages WHERE reading_id = ?",
            (self._reading_id,),
        ).fetchone()
        return int(row["n"])


def _anchored(pages: _Pages, one: Evidence, sentence: str) -> Evidence | None:
    """Return a quote in its sentence, on the nearest page that has it; else on its own page."""
    if pages.text(one.page)[one.start : one.end] == one.raw:
        return one
    numbers = sorted(range(1, pages.count + 1), key=lambda number: abs(number - one.page))
    said = _pattern(sentence)
    for number in numbers if said else ():
        found = said.search(pages.text(number)) if said else None
        if found is not None:
            within = _placed(pages, one, page=number, bounds=found.span())
            if within is not None:
                return within
    return _placed(pages, one)


def _placed(
    pages: _Pages,
    one: Evidence,
    *,
    page: int | None = None,
    start: int | None = None,
    bounds: tuple[int, int] | None = None,
) -> Evidence | None:
    """Return a quote where it stands on a page, nearest to `start`; None where it does not.

    Where its lines end does not matter. `bounds` are offsets within which it has to stand.
    """
    number = one.page if page is None else page
    near = one.start if start is None else start
    text = pages.text(number)
    if bounds is None and near >= 0 and text[near : near + len(one.raw)] == one.raw:
        spans = [(near, near + len(one.raw))]
    else:
        pattern = _pattern(one.raw)
        first, last = bounds or (0, len(text))
        spans = [match.span() for match in pattern.finditer(text, first, last)] if pattern else []
    if not spans:
        return None
    begin, end = min(spans, key=lambda span: abs(span[0] - near))
    return msgspec.structs.replace(one, page=number, start=begin, end=end, raw=text[begin:end])


def _pattern(quote: str) -> re.Pattern[str] | None:
    words = [re.escape(word) for word in quote.split()]
    return re.compile(r"\s+".join(words)) if words else None
