"""The grid of a table before its text is laid out, and its repair.

Rules that are drawn twice, or a little apart, give grids with columns and rows that hold half of
the cells each; they are brought together where that loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.records import Box
from extract.pdf.content import Glyphs, Numbers

_OVERLAP = 0.5  # of the narrower cell: less, and two cells stand beside each other
_SYMBOLS = {"€", "$", "£", "EUR", "USD", "GBP"}


@dataclass(frozen=True, eq=False)  # arrays have no one answer to whether they are equal
class GridCell:
    """A cell's box and the characters of the page that stand in it."""

    box: Box
    places: Numbers
    page: Glyphs

    @cached_property
    def filled(self) -> bool:
        """Whether the cell holds more than blanks."""
        return bool(len(self.places)) and not bool(self.page.blank[self.places].all())

    @property
    def raw(self) -> str:
        """The characters without blanks."""
        return self.page.text(self.places[~self.page.blank[self.places]])


Row = list[GridCell | None]


@dataclass(frozen=True, eq=False)
class Grid:
    """Rows of cells of equal number; None where a merged neighbour covers the place.

    Two grids are equal where they are the same one.
    """

    rows: list[Row]
    box: Box


def _filled(cell: GridCell | None) -> bool:
    return cell is not None and cell.filled


def _transposed(rows: list[Row]) -> list[Row]:
    return [list(column) for column in zip(*rows, strict=True)]


def _extent(line: Row, axis: int) -> tuple[float, float] | None:
    """Return where the filled cells of a row (axis 1) or column (axis 0) begin and end at most."""
    boxes = [cell.box for cell in line if cell is not None and cell.filled]
    if not boxes:
        return None
    return max(box[axis] for box in boxes), min(box[axis + 2] for box in boxes)


def _same_place(first: Row, second: Row, axis: int) -> bool:
    """Tell whether two rows or columns share no filled place and lie over each other."""
    if any(_filled(a) and _filled(b) for a, b in zip(first, second, strict=True)):
        return False
    one, two = _extent(first, axis), _extent(second, axis)
    if one is None or two is None:
        return True
    shared = min(one[1], two[1]) - max(one[0], two[0])
    return shared > _OVERLAP * min(one[1] - one[0], two[1] - two[0]) > 0


def _better(first: GridCell | None, second: GridCell | None) -> GridCell | None:
    if _filled(first) or second is None:
        return first
    return second if _filled(second) or first is None else first


def _merged(lines: list[Row], axis: int) -> list[Row]:
    """Bring neighbours together that hold half of the same row or column each."""
    result: list[Row] = []
    for line in lines:
        if not any(_filled(cell) for cell in line):
            continue
        if result and _same_place(result[-1], line, axis):
            pairs = zip(result[-1], line, strict=True)
            result[-1] = [_better(a, b) for a, b in pairs]
        else:
            result.append(line)
    return result


def _join(first: GridCell | None, second: GridCell | None) -> GridCell | None:
    if first is None or second is None:
        return first or second
    box = (
        min(first.box[0], second.box[0]),
        min(first.box[1], second.box[1]),
        max(first.box[2], second.box[2]),
        max(first.box[3], second.box[3]),
    )
    return GridCell(box, np.sort(np.concatenate((first.places, second.places))), first.page)


def _symbols_joined(columns: list[Row]) -> list[Row]:
    """Join a column of nothing but currency signs to the column of sums after it."""
    result: list[Row] = []
    for column in columns:
        before = [cell.raw for cell in result[-1] if cell and cell.filled] if result else []
        if before and set(before) <= _SYMBOLS:
            pairs = zip(result[-1], column, strict=True)
            result[-1] = [_join(a, b) for a, b in pairs]
        else:
            result.append(column)
    return result


def compact(grid: Grid) -> Grid:
    """Return the grid without empty or doubled rows and columns; no character is lost."""
    rows = _merged(grid.rows, axis=1)
    if not rows:
        return Grid([], grid.box)
    columns = _symbols_joined(_merged(_transposed(rows), axis=0))
    return Grid(_transposed(columns), grid.box)
