"""Cuts text into pieces for the model and into units (sentences, list items, table lines)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

PIECE = 3000
"""Characters of a piece for the model; a page of a PDF is mostly one or two."""

_ABBREVIATION = re.compile(
    r"(?:\b(?:No|Nos|Nr|Art|art|Abs|Mr|Mrs|Ms|Dr|Prof|St|Ref|ref|approx|ca|env|resp|incl|inkl|bzw|ggf"
    r"|usw|max|min|Fig|Tab|vol|al|ex|ss|lett|Inc|Ltd|Co|Corp|Mio|Mrd|Tsd|mln|tel|Tel|cf|vs|Lt|Gen|Col"
    r"|[Nn]|[A-Za-z])|\b[\w]\.[\w])\.$"
)
_END = re.compile(
    r"(?P<blank>\n[ \t]*\n\s*)"
    r"|(?P<item>\n[ \t]*(?=[-–—•●▪◦*·►→]|\(?[0-9ivx]{1,3}[.)]\s|\(?[a-z]\)\s|[Ll]ot\b|LOT\b|Los\b))"
    r"|(?P<stop>[.!?…]+[\"'”»’)\]]*\s+(?=[\"'“„«‘(\[]*[^\W_a-zà-öø-ÿ]))"
    r"|(?P<semicolon>;\s+)"
)
_LINE_ITEM = 45
"""A line this much shorter than a full line ends a unit: a heading or the line of a table."""


def pieces(text: str, size: int = PIECE) -> list[tuple[int, int]]:
    """Cut a text of any length into spans of at most `size` characters, in linear time.

    Cuts fall on blank lines, else after sentences or lines, else at spaces, else anywhere.
    """
    cuts: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > size:
        low, high = start + size // 2, start + size
        cut = high
        for mark in ("\n\n", ".\n", ". ", "\n", " ", "\t"):
            found = text.rfind(mark, low, high)
            if found >= 0:
                cut = found + len(mark)
                break
        cuts.append((start, cut))
        start = cut
    if start < len(text):
        cuts.append((start, len(text)))
    return cuts


def _is_stop(text: str, match: re.Match[str]) -> bool:
    if match.lastgroup != "stop":
        return True
    before = text[max(0, match.start() - 12) : match.start() + 1]
    return not _ABBREVIATION.search(before)


def unit_starts(text: str) -> list[int]:
    """Return where sentences, list items and short lines begin, in order; the first is 0."""
    starts = {0}
    for match in _END.finditer(text):
        if _is_stop(text, match):
            starts.add(match.end())
    line_start = 0
    for found in re.finditer("\n", text):
        if found.start() - line_start <= _LINE_ITEM:
            starts.add(found.end())
        line_start = found.end()
    return sorted(start for start in starts if start < max(1, len(text)))


def unit_of(starts: Sequence[int], offset: int) -> int:
    """Return the number of the unit that `offset` lies in."""
    return bisect_right(starts, offset) - 1


def unit_bounds(starts: Sequence[int], text: str, number: int) -> tuple[int, int]:
    """Return where a unit begins and where the next one does."""
    return starts[number], starts[number + 1] if number + 1 < len(starts) else len(text)


def unit_span(starts: Sequence[int], text: str, offset: int) -> tuple[int, int]:
    """Return the unit that holds `offset`, as offsets without white space at the ends."""
    start, end = unit_bounds(starts, text, unit_of(starts, offset))
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
