"""Paths of a page: lines, rectangles and their straight sides, which may rule tables."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from pypdfium2 import raw

from core.records import Box
from extract.pdf import calls
from extract.pdf.content import Shape, View

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Point: TypeAlias = tuple[float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_LEVEL = 0.05  # points that the ends of a level or upright side may differ by
_MOST_SEGMENTS = 40_000  # of a page; letters drawn as curves have more and rule nothing
_LONGEST_PATH = 8_000  # segments of one path; a longer one is a drawing
_SHORTEST_OUTLINE = 12  # segments; shorter paths are looked at whole


def joined(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies `inner`, then `outer` (row vectors, ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def applied(matrix: Matrix, x: float, y: float) -> Point:
    """Return where a matrix puts a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


class PathReader:
    """Reads the paths of one page; `crowded` is set where some were left out."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.crowded = False
        self._seen = 0
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._at = ctypes.addressof(self._x), ctypes.addressof(self._y)
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._colour = (ctypes.c_uint * 4)()
        at = ctypes.addressof(self._colour)
        self._colour_at = (at, at + 4, at + 8, at + 12)
        self._modes = ctypes.addressof(self._fill), ctypes.addressof(self._stroke)

    def read(self, place: int, matrix: Matrix, order: int) -> list[Shape]:
        """Return the shapes of the path at an address, one for each of its parts."""
        calls.draw_mode(place, *self._modes)
        fill, stroke = self._fill.value != 0, self._stroke.value != 0
        count = calls.count_segments(place)
        if not (fill or stroke) or count < 2:
            return []
        if self._is_outline(place, count):
            return self._outline(place, order, fill=fill, stroke=stroke)
        if self._seen + count > _MOST_SEGMENTS:
            self.crowded = True
            return []
        self._seen += count
        light, opaque = self._filling(place) if fill else (None, None)
        made = []
        for points, closed, curved in self._parts(place, count, matrix):
            made.append(_shape(points, closed, curved, order, fill, stroke, light, opaque))
        return made

    def _filling(self, place: int) -> tuple[float | None, bool | None]:
        """Return luminance and opacity of a path's filling."""
        if not calls.fill_of(place, *self._colour_at):
            return None, None
        red, green, blue, alpha = self._colour
        through = alpha < 255 or calls.is_transparent(place) != 0
        return (0.299 * red + 0.587 * green + 0.114 * blue) / 255, not through

    @staticmethod
    def _is_outline(place: int, count: int) -> bool:
        """Tell a drawing or a letter drawn as curves: curved early on, and ruling nothing."""
        if count <= _SHORTEST_OUTLINE:
            return False
        kinds = (calls.segment_type(calls.segment(place, i)) for i in range(_SHORTEST_OUTLINE))
        return count > _LONGEST_PATH or any(kind == raw.FPDF_SEGMENT_BEZIERTO for kind in kinds)

    def _outline(self, place: int, order: int, *, fill: bool, stroke: bool) -> list[Shape]:
        """Return a path as nothing but its box."""
        sides = [ctypes.c_float() for _ in range(4)]
        if not raw.FPDFPageObj_GetBounds(calls.as_object(place), *sides):
            return []
        row = np.array([[side.value for side in sides]])
        x0, top, x1, bottom = self.view.boxes(row)[0].tolist()
        return [Shape("curve", (x0, top, x1, bottom), order, fill=fill, stroke=stroke)]

    def _parts(
        self, place: int, count: int, matrix: Matrix
    ) -> Iterator[tuple[list[Point], bool, bool]]:
        """Yield the points of each part as shown, whether it is closed, whether it is curved."""
        a, b, c, d, e, f = matrix
        flat: list[Point] = []
        marks: list[tuple[int, bool]] = []
        at_x, at_y = self._at
        for index in range(count):
            segment = calls.segment(place, index)
            calls.segment_point(segment, at_x, at_y)
            x, y = self._x.value, self._y.value
            flat.append((a * x + c * y + e, b * x + d * y + f))
            marks.append((calls.segment_type(segment), calls.segment_closes(segment) != 0))
        shown = self.view.points(flat)
        start = 0
        for index in range(1, count + 1):
            if index < count and marks[index][0] != raw.FPDF_SEGMENT_MOVETO:
                continue
            part = marks[start:index]
            curved = any(kind == raw.FPDF_SEGMENT_BEZIERTO for kind, _ in part)
            yield shown[start:index], any(closes for _, closes in part), curved
            start = index


def _sides(points: Sequence[Point]) -> tuple[Box, ...]:
    found = []
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(x0 - x1) <= _LEVEL or abs(y0 - y1) <= _LEVEL:
            found.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return tuple(found)


def _shape(  # noqa: PLR0917 - one place builds them
    points: list[Point],
    closed: bool,  # noqa: FBT001
    curved: bool,  # noqa: FBT001
    order: int,
    fill: bool,  # noqa: FBT001
    stroke: bool,  # noqa: FBT001
    light: float | None,
    opaque: bool | None,  # noqa: FBT001
) -> Shape:
    xs, ys = zip(*points, strict=True)
    box = (min(xs), min(ys), max(xs), max(ys))
    around = [*points, points[0]] if closed or fill else points
    sides = () if curved else _sides(around)
    corners = {(int(10 * x), int(10 * y)) for x, y in points}
    rectangle = not curved and len(corners) == 4 and len(sides) >= 4 and len(points) <= 6
    kind = "rect" if rectangle else "line" if len(corners) == 2 and not curved else "curve"
    return Shape(
        kind,  # type: ignore[arg-type]
        box,
        order,
        sides,
        fill=fill,
        stroke=stroke,
        light=light,
        opaque=opaque,
    )
