"""Words and lines from the places of characters, for a whole page at once.

Characters are gathered into runs as they were drawn, runs into lines by their heights, and a line
is parted into words at blanks and gaps. Blanks in the file count only where there is room for
one: spreadsheets pad currency cells with blanks that lie on top of the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.records import Box
from extract.pdf.bidi import in_reading_order, is_rtl_code
from extract.pdf.content import Flags, Floats, Glyphs, Numbers, code_table
from extract.pdf.vertical import DOWNWARDS, tiers

_GAP = 0.15  # of the font size: a wider one parts words
_NUMBER_GAP = 0.35  # of the font size: figures around a decimal sign stand further apart
_BLANK_GAP = 0.06  # of the font size: room for a blank that the library sees
_OVERHANG = 0.2  # of the font size: ink before a blank that the file states may reach so far
_JUMP = 1.2  # of the font size: a run ends at a wider gap
_SHIFT = 0.12  # of the font size: a run ends where its baseline moves by more
_SHARED = 0.5  # of the lower of two heights: runs that share more stand on one line
_STACKED = 0.3  # of the height: runs that share more of the width, further apart, are two lines
_RAISED = 0.11  # of the font size above the baseline, and smaller: a footnote's mark
_SMALLER = 0.8
_MOST_MARKS = 3
_MARKS = frozenset("0123456789*†‡")
_IS_PUNCTUATION = code_table([ord(c) for c in ".,;:!?)]}»”’\"'"])
_UNITS = ("m", "km", "cm", "mm", "dm")
_DOUBLED = 0.02  # of the characters: more copies than that, and the page draws bold type twice
_NEAR = 0.1  # of the size: a copy lies closer; the second of two thin letters does not
_RECENT = 400  # characters of a kind and a place that one may be a copy of
_PRIMES = np.array([2_147_483_647, 1_000_003, 4_294_967_291])  # part kinds and places in one number
_LARGEST = 1e12
_FAR = 1e5  # points between rows where they are laid on one scale


class PlacedWord(NamedTuple):
    """A word with its box in points, its size, whether it is bold, and its direction.

    `turn` is in degrees clockwise. `mark`: it is the raised number of a footnote.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    turn: int = 0
    mark: bool = False

    @property
    def box(self) -> Box:
        """The word's box."""
        return self.x0, self.top, self.x1, self.bottom


Line = list[PlacedWord]


def box_of(words: Sequence[PlacedWord]) -> Box:
    """Return the box around some words."""
    return (
        min(word.x0 for word in words),
        min(word.top for word in words),
        max(word.x1 for word in words),
        max(word.bottom for word in words),
    )


def _upright(boxes: Floats, turn: int) -> Floats:
    """Return boxes as they lie when text that runs in direction `turn` is turned upright.

    Only differences matter to grouping, so that places may be negative.
    """
    x0, top, x1, bottom = boxes.T
    if turn == 90:  # downwards
        return np.stack((top, -x1, bottom, -x0), axis=1)
    if turn == 180:
        return np.stack((-x1, -bottom, -x0, -top), axis=1)
    if turn == 270:  # upwards
        return np.stack((-bottom, x0, -top, x1), axis=1)
    return boxes


def find_lines(glyphs: Glyphs, groups: Numbers | None = None, count: int = 1) -> list[list[Line]]:
    """Return the lines of each group of characters, top to bottom, left to right.

    `groups` numbers the characters' groups from 0 to `count` - 1 (the cells of tables, say), which
    share no line; -1 is left out. Text that runs in another direction follows that which runs from
    left to right, each in lines along its own.
    """
    found: list[list[Line]] = [[] for _ in range(count)]
    if not len(glyphs):
        return found
    groups = np.zeros(len(glyphs), dtype=np.int64) if groups is None else groups
    turns = glyphs.turns
    for turn in (0, 270, 90, 180):
        places = np.flatnonzero((turns == turn) & (groups >= 0))
        for part in _tiers(glyphs, places) if turn == DOWNWARDS else (places,):
            if len(part):
                for group, line in _Grouping(glyphs.at(part), groups[part], turn).lines():
                    found[group].append(line)
    return found


def _tiers(glyphs: Glyphs, places: Numbers) -> Iterator[Numbers]:
    """Yield the places of characters in columns tier by tier."""
    numbers = tiers(glyphs.at(places))
    for number in np.unique(numbers).tolist():
        yield places[numbers == number]


class _Grouping:
    """Groups characters of one direction."""

    def __init__(self, glyphs: Glyphs, groups: Numbers, turn: int) -> None:
        order = np.argsort(groups, kind="stable")
        glyphs, groups = glyphs.at(order), groups[order]
        # 2: a blank of the file stands before, 1: one that the library put there
        blank_before = np.zeros(len(glyphs) + 1, dtype=np.int64)
        blank_before[1:] = glyphs.blank * np.where(glyphs.drawn, 2, 1)
        keep = np.flatnonzero(~glyphs.blank)
        boxes = _upright(glyphs.boxes[keep], turn)
        single = _undoubled(glyphs.codes[keep], groups[keep], boxes, glyphs.sizes[keep])
        keep = keep[single]
        self.glyphs = glyphs.at(keep)
        self.groups = groups[keep]
        self.boxes = boxes[single]
        self.blank_before: Numbers = blank_before[keep]
        self.sizes = np.maximum(self.glyphs.sizes, 0.1)
        self.turn = turn

    def lines(self) -> list[tuple[int, Line]]:
        """Return each line with its group."""
        if not len(self.glyphs):
            return []
        row_of, place_in_row = self._rows()
        order = np.lexsort((np.arange(len(row_of)), place_in_row, row_of))
        return self._parted(order, row_of[order])

    def _run_starts(self) -> Numbers:
        """Return where runs begin: characters drawn one after the other on one baseline."""
        x0, _, x1, bottom = self.boxes.T
        size = np.maximum(self.sizes[1:], self.sizes[:-1])
        gap = x0[1:] - x1[:-1]
        breaks = (
            (np.abs(bottom[1:] - bottom[:-1]) > _SHIFT * size)
            | (gap > _JUMP * size)
            | (x0[1:] < x0[:-1] - _SHIFT * size)
            | (self.groups[1:] != self.groups[:-1])
        )
        return np.concatenate(([0], np.flatnonzero(breaks) + 1))

    def _rows(self) -> tuple[Numbers, Floats]:
        """Return for each character the number of its row and where it stands in it."""
        starts = self._run_starts()
        boxes = np.column_stack(
            (
                np.minimum.reduceat(self.boxes[:, :2], starts, axis=0),
                np.maximum.reduceat(self.boxes[:, 2:], starts, axis=0),
            )
        )
        row_of_run = np.zeros(len(starts), dtype=np.int64)
        mixed = np.zeros(len(starts), dtype=np.bool_)
        places: list[list[float]] = boxes.tolist()
        for number, runs in enumerate(_rows(boxes, self.groups[starts].tolist())):
            row_of_run[runs] = number
            if len(runs) > 1:
                beside = sorted((places[run][0], places[run][2]) for run in runs)
                mixed[runs] = any(one[1] > two[0] + 0.5 for one, two in pairwise(beside))
        lengths = np.diff(np.append(starts, len(self.glyphs)))
        left = np.repeat(boxes[:, 0], lengths)
        place = np.where(np.repeat(mixed, lengths), self.boxes[:, 0], left)
        return np.repeat(row_of_run, lengths), place

    def _parted(self, order: Numbers, rows: Numbers) -> list[tuple[int, Line]]:
        """Return the words of characters in the order of rows, row by row."""
        boxes, sizes = self.boxes[order], self.sizes[order]
        new_row = rows[1:] != rows[:-1]
        row_starts = np.concatenate(([0], np.flatnonzero(new_row) + 1))
        size = np.minimum(sizes[1:], sizes[:-1])
        far = rows * _FAR
        gap = boxes[1:, 0] + far[1:] - np.maximum.accumulate(boxes[:, 2] + far)[:-1]
        wide = _GAP + _spread(gap / size, new_row, row_starts)
        codes = self.glyphs.codes[order]
        wide = np.where(_inside_number(codes), np.maximum(wide, _NUMBER_GAP), wide)
        raised = _raised(boxes, sizes, row_starts)
        blank = self.blank_before[order][1:]
        room = np.where(is_rtl_code(codes[1:]), _BLANK_GAP, -_OVERHANG)
        parted = (
            (gap > wide * size)
            | ((blank == 2) & (gap > room * size))
            | ((blank == 1) & (gap > _BLANK_GAP * size))
            | _mark_edges(raised, codes)
            | new_row
        )
        starts = np.concatenate(([0], np.flatnonzero(parted) + 1))
        words = self._words(order, starts, raised[starts])
        ends = np.searchsorted(starts, np.append(row_starts[1:], len(order)))
        groups = self.groups[order][row_starts].tolist()
        lines = []
        first = 0
        for group, end in zip(groups, ends.tolist(), strict=True):
            lines.append((group, in_reading_order(_with_marks(words[first:end]))))
            first = end
        return lines

    def _words(self, order: Numbers, starts: Numbers, raised: Flags) -> Line:
        glyphs = self.glyphs.at(order)
        low = np.round(np.minimum.reduceat(glyphs.boxes[:, :2], starts, axis=0), 2).tolist()
        high = np.round(np.maximum.reduceat(glyphs.boxes[:, 2:], starts, axis=0), 2).tolist()
        sizes = np.maximum.reduceat(np.round(glyphs.sizes * 2) / 2, starts).tolist()
        bold = np.logical_and.reduceat(glyphs.bold, starts).tolist()
        text = "".join(map(chr, glyphs.codes.tolist()))
        rtl = np.logical_or.reduceat(is_rtl_code(glyphs.codes), starts)
        ends = np.append(starts[1:], len(order)).tolist()
        texts = [text[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
        for number in np.flatnonzero(rtl).tolist():
            # the library gives right-to-left words in the order of reading
            places = np.sort(order[starts[number] : ends[number]])
            texts[number] = self.glyphs.text(places)
        return [
            PlacedWord(word, x0, top, x1, bottom, size, heavy, self.turn, mark and _is_mark(word))
            for word, (x0, top), (x1, bottom), size, heavy, mark in zip(
                texts, low, high, sizes, bold, raised.tolist(), strict=True
            )
        ]


def _undoubled(codes: Numbers, groups: Numbers, boxes: Floats, sizes: Floats) -> Numbers:
    """Return the places of characters without copies drawn over each other to look bold."""
    every = np.arange(len(codes))
    if not len(codes):
        return every
    near = np.maximum(_NEAR * sizes, 0.3)
    cells = _whole(np.round(boxes[:, :2] / near[:, None] / 2))
    keys = (codes * _PRIMES[0] + groups) * _PRIMES[1] + cells[:, 0] * _PRIMES[2] + cells[:, 1]
    keys.sort()
    if (keys[1:] == keys[:-1]).sum() <= _DOUBLED * len(codes):
        return every
    return np.array(_first_copies(codes, groups, boxes, near), dtype=np.int64)


def _whole(numbers: Floats) -> Numbers:
    """Return numbers as whole ones; broken files have some that are none or too large."""
    whole: Numbers = np.clip(np.nan_to_num(numbers), -_LARGEST, _LARGEST).astype(np.int64)
    return whole


def _first_copies(codes: Numbers, groups: Numbers, boxes: Floats, near: Floats) -> list[int]:
    """Return the places of characters that none of the same kind lies near before them."""
    kept: list[int] = []
    seen: dict[tuple[int, int, int, int], list[tuple[float, float]]] = {}
    columns, rows = _whole(np.floor(boxes[:, :2] / near.max())).T.tolist()
    corners = zip(boxes[:, :2].tolist(), near.tolist(), columns, rows, strict=True)
    kinds = zip(codes.tolist(), groups.tolist(), strict=True)
    for place, ((code, group), ((x0, top), reach, column, row)) in enumerate(
        zip(kinds, corners, strict=True)
    ):
        around = (
            seen.get((code, group, column + across, row + down), ())
            for across in (0, -1, 1)
            for down in (0, -1, 1)
        )
        if any(
            abs(x0 - x) <= reach and abs(top - y) <= reach
            for others in around
            for x, y in others[-_RECENT:]
        ):
            continue
        seen.setdefault((code, group, column, row), []).append((x0, top))
        kept.append(place)
    return kept


def _rows(boxes: Floats, groups: Sequence[int]) -> list[list[int]]:
    """Gather runs that share most of their height, beside each other, into lines of a group."""
    rows: list[list[int]] = []
    extents: list[tuple[float, float]] = []
    of_group: dict[int, list[int]] = {}
    places: list[list[float]] = boxes.tolist()
    for run in np.argsort(boxes[:, 1] + boxes[:, 3], kind="stable").tolist():
        _, top, _, bottom = places[run]
        best, most = -1, _SHARED
        own = of_group.setdefault(groups[run], [])
        for row in own[-3:]:
            low, high = extents[row]
            shared = min(bottom, high) - max(top, low)
            share = shared / max(0.1, min(bottom - top, high - low))
            if share > most and not any(_stacked(places[run], places[o]) for o in rows[row]):
                best, most = row, share
        if best < 0:
            own.append(len(rows))
            rows.append([run])
            extents.append((top, bottom))
            continue
        rows[best].append(run)
        low, high = extents[best]
        if bottom - top > high - low:
            extents[best] = (top, bottom)
    return rows


def _stacked(one: list[float], two: list[float]) -> bool:
    """Tell whether two runs stand over each other instead of beside each other."""
    shared = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3] - one[1], two[3] - two[1])
    apart = abs(one[1] + one[3] - two[1] - two[3]) / 2
    return shared > _STACKED * height and apart > _STACKED * height


def _spread(gaps: Floats, new_row: Flags, row_starts: Numbers) -> Floats:
    """Return the extra gap that letter-spaced type needs, as a share of the size, gap by gap."""
    extra = np.zeros(len(gaps))
    loose = (gaps > _GAP / 2) & ~new_row
    counts = np.add.reduceat(np.append(loose, False), row_starts)
    lengths = np.diff(np.append(row_starts, len(gaps) + 1))
    for row in np.flatnonzero((counts * 2 > lengths) & (lengths > 4)).tolist():
        first = row_starts[row]
        last = first + lengths[row] - 1
        extra[first:last] = max(0.0, float(np.median(gaps[first:last])))
    return extra


def _raised(boxes: Floats, sizes: Floats, row_starts: Numbers) -> Flags:
    """Tell which characters are smaller than their row's type and stand above its baseline."""
    raised = np.zeros(len(sizes), dtype=np.bool_)
    largest = np.maximum.reduceat(sizes, row_starts)
    least = np.minimum.reduceat(sizes, row_starts)
    ends = np.append(row_starts[1:], len(sizes))
    for row in np.flatnonzero(least < _SMALLER * largest).tolist():
        span = slice(row_starts[row], ends[row])
        small = sizes[span] < _SMALLER * largest[row]
        base = float(np.median(boxes[span, 3][~small]))
        raised[span] = small & (boxes[span, 3] < base - _RAISED * largest[row])
    return raised


def _inside_number(codes: Numbers) -> Flags:
    """Tell which gaps lie between a figure and a decimal sign."""
    figure = (codes >= 0x30) & (codes <= 0x39)
    sign = (codes == 0x2E) | (codes == 0x2C)
    inside: Flags = (figure[:-1] & sign[1:]) | (sign[:-1] & figure[1:])
    return inside


def _mark_edges(raised: Flags, codes: Numbers) -> Flags:
    """Tell where the mark of a footnote begins, and where a word goes on after it."""
    letter = ~_IS_PUNCTUATION[codes]
    begins = raised[1:] & ~raised[:-1] & (codes[:-1] != ord("("))
    ends = raised[:-1] & ~raised[1:] & letter[1:]
    edges: Flags = begins | ends
    return edges


def _is_mark(text: str) -> bool:
    mark = text.rstrip(".,;:)")
    return 0 < len(mark) <= _MOST_MARKS and _MARKS.issuperset(mark)


def _with_marks(words: Line) -> Line:
    """Put raised digits back to the unit that they belong to (m², km²), raised letters to words."""
    if len({word.size for word in words}) < 2:
        return words
    made: Line = []
    for word in words:
        before = made[-1] if made else None
        if before is not None and _belongs(before, word):
            made[-1] = _joined(before, word)
        else:
            made.append(word)
    return made


def _belongs(before: PlacedWord, word: PlacedWord) -> bool:
    """Tell whether a word is the raised part of the one before: m², 1st, n°."""
    if word.x0 - before.x1 >= _GAP * before.size or before.mark:
        return False
    if word.mark:
        return before.text.lower() in _UNITS
    small = word.size < _SMALLER * before.size and word.bottom < before.bottom
    return small and not any(c.isdigit() for c in word.text)


def _joined(first: PlacedWord, second: PlacedWord) -> PlacedWord:
    x0, top, x1, bottom = box_of((first, second))
    size, bold = max(first.size, second.size), first.bold and second.bold
    return PlacedWord(first.text + second.text, x0, top, x1, bottom, size, bold, first.turn)
