"""The order of reading: pages set in columns are read column by column.

Only running text makes a column: lines that fill their side up to a gutter which stays white for
many lines. Labels beside values, and tables, are read line by line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extract.pdf.words import Line, box_of

_LEAST_LINES = 6  # beside each other, of running text, make columns
_GUTTER = 0.9  # of the type's size: white that parts columns
_TEXTY = 4  # words in the middle line of a column of running text
_FULL = 0.72  # of a column's width that its middle line fills
_LETTERS = 0.65  # of the characters of running text
_SLACK = 2.0  # points by which lines may reach into the gutter
_DEEPEST = 3  # columns within columns: four side by side


@dataclass(frozen=True)
class _Sides:
    """The parts of a line on either side of a gutter; a line across it has neither."""

    left: Line
    right: Line


def in_columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines in blocks in the order of reading, lines of a block from top to bottom.

    A line that runs over two columns is parted at the gutter between them.
    """
    return list(_blocks(list(lines), 0))


def _blocks(lines: list[Line], depth: int) -> Iterator[list[Line]]:
    rest = 0
    for start, end, gutter in _bands(lines) if depth < _DEEPEST else ():
        if start < rest:
            continue
        if start > rest:
            yield lines[rest:start]
        sides = [_parted(line, gutter) for line in lines[start:end]]
        yield from _blocks([side.left for side in sides if side.left], depth + 1)
        yield from _blocks([side.right for side in sides if side.right], depth + 1)
        rest = end
    if rest < len(lines):
        yield lines[rest:]


def _parted(line: Line, gutter: float) -> _Sides:
    left = [word for word in line if (word.x0 + word.x1) / 2 < gutter]
    return _Sides(left, line[len(left) :])


def _bands(lines: Sequence[Line]) -> list[tuple[int, int, float]]:
    """Return the lines, from one to another not included, that a gutter parts into columns."""
    found = []
    for gutter in _gutters(lines):
        start = 0
        while start < len(lines):
            end = start
            while end < len(lines) and not _crosses(lines[end], gutter):
                end += 1
            if _is_columns(lines[start:end], gutter):
                found.append((*_trimmed(lines, start, end, gutter), gutter))
            start = end + 1
    found.sort(key=lambda band: (band[0] - band[1], band[0]))
    chosen: list[tuple[int, int, float]] = []
    for band in found:
        if all(band[1] <= other[0] or band[0] >= other[1] for other in chosen):
            chosen.append(band)
    return sorted(chosen)


def _trimmed(lines: Sequence[Line], start: int, end: int, gutter: float) -> tuple[int, int]:
    """Leave out lines at either end that stand on one side alone and are not of the columns."""
    sides = [_parted(line, gutter) for line in lines[start:end]]
    both = [start + place for place, side in enumerate(sides) if side.left and side.right]
    first, last = both[0], both[-1] + 1
    while first > start and _follows(lines[first - 1], lines[first]):
        first -= 1
    return first, end if last + _LEAST_LINES <= end else last


def _follows(above: Line, below: Line) -> bool:
    size = max(word.size for word in below)
    return box_of(below)[1] - box_of(above)[3] < size


def _gutters(lines: Sequence[Line]) -> list[float]:
    """Return the middles of wide gaps that many lines share, the most shared first."""
    places: list[float] = []
    for line in lines:
        for before, word in pairwise(line):
            if word.x0 - before.x1 > _GUTTER * max(before.size, word.size):
                places.append(word.x0)
    shared: list[tuple[int, float]] = []
    for place in sorted(set(map(round, places))):
        near = [at for at in places if abs(at - place) <= _SLACK]
        if len(near) >= _LEAST_LINES:
            shared.append((len(near), min(near)))
    shared.sort(reverse=True)
    return [at - _SLACK for _, at in shared[:_LEAST_LINES]]


def _crosses(line: Line, gutter: float) -> bool:
    """Tell whether a word, or the blank between two words, lies over the gutter."""
    for before, word in pairwise(line):
        if before.x1 <= gutter <= word.x0:
            return word.x0 - before.x1 <= _GUTTER * max(before.size, word.size)
    return any(word.x0 < gutter < word.x1 for word in line)


def _is_columns(lines: Sequence[Line], gutter: float) -> bool:
    sides = [_parted(line, gutter) for line in lines]
    beside = [side for side in sides if side.left and side.right]
    if len(beside) < _LEAST_LINES:
        return False
    return all(
        _is_running_text(column)
        for column in ([s.left for s in sides if s.left], [s.right for s in sides if s.right])
    )


def _is_running_text(lines: Sequence[Line]) -> bool:
    lines = [line for line in lines if line[0].text]  # a table's place has none
    if len(lines) < _LEAST_LINES:
        return False
    boxes = [box_of(line) for line in lines]
    width = max(box[2] for box in boxes) - min(box[0] for box in boxes)
    full = [box[2] - box[0] for box in boxes]
    text = "".join(word.text for line in lines for word in line)
    letters = sum(c.isalpha() for c in text)
    return (
        median(len(line) for line in lines) >= _TEXTY
        and median(full) >= _FULL * width
        and letters >= _LETTERS * len(text)
    )
