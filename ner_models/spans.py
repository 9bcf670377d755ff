"""A marked span of one text, before it becomes a mention of a page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from core.records import Label


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets are code points of the text at hand, end exclusive; `maker` and `score` as in
    `core.records.Mention`."""

    start: int
    end: int
    label: Label
    maker: str
    score: float

    def moved(self, by: int) -> Span:
        """Return the span with its offsets counted from `by` characters earlier."""
        return Span(self.start + by, self.end + by, self.label, self.maker, self.score)

    def overlaps(self, other: Span) -> bool:
        """Do both share at least one character?"""
        return self.start < other.end and other.start < self.end


def fill(kept: Iterable[Span], more: Iterable[Span]) -> list[Span]:
    """Return `kept` with those of `more` that touch none of them nor an earlier one of `more`.

    `kept` must not overlap among themselves; the result is in order of the text.
    """
    spans = sorted(kept, key=lambda span: span.start)
    starts = [span.start for span in spans]
    added: list[Span] = []
    reached = -1
    for span in sorted(more, key=lambda span: (span.start, -span.end)):
        place = bisect_left(starts, span.end)
        free = place == 0 or spans[place - 1].end <= span.start
        if free and span.start >= reached:
            added.append(span)
            reached = span.end
    return sorted([*spans, *added], key=lambda span: span.start)
