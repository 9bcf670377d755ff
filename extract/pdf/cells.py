"""The cells between crossing rules.

The same cells as pdfplumber's finder gives, from arrays instead of pairs of edges, so that a grid
of many thousand cells takes a moment and not minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from core.records import Box

Point: TypeAlias = tuple[float, float]
Edges: TypeAlias = frozenset[int]


def _crossings(edges: Sequence[Mapping[str, Any]], tolerance: float) -> dict[Point, set[int]]:
    """Return the points where an upright and a level edge meet, with the numbers of the edges."""
    upright = [i for i, edge in enumerate(edges) if edge["orientation"] == "v"]
    level = [i for i, edge in enumerate(edges) if edge["orientation"] == "h"]
    if not upright or not level:
        return {}
    x, top, bottom = np.array(
        [(edges[i]["x0"], edges[i]["top"], edges[i]["bottom"]) for i in upright]
    ).T
    left, right, y = np.array([(edges[i]["x0"], edges[i]["x1"], edges[i]["top"]) for i in level]).T
    found: dict[Point, set[int]] = {}
    for place, number in enumerate(upright):
        meets = (
            (top[place] <= y + tolerance)
            & (bottom[place] >= y - tolerance)
            & (x[place] >= left - tolerance)
            & (x[place] <= right + tolerance)
        )
        for other in np.flatnonzero(meets).tolist():
            point = (float(x[place]), float(y[other]))
            found.setdefault(point, set()).update((number, level[other]))
    return found


def _reach(
    points: Iterable[Sequence[Point]], edges: Mapping[Point, set[int]], numbers: set[int]
) -> dict[Point, list[Point]]:
    """Return for each point those after it on its line that one edge joins it to."""
    joined: dict[Point, list[Point]] = {}
    for line in points:
        for place, point in enumerate(line):
            own = edges[point] & numbers
            reached = joined[point] = []
            for other in line[place + 1 :]:
                if not own & edges[other]:
                    break
                reached.append(other)
    return joined


def find_cells(edges: Sequence[Mapping[str, Any]], tolerance: float) -> list[Box]:
    """Return the smallest rectangles that edges enclose, by their upper left corners.

    `edges` have `orientation` (`h` or `v`), `x0`, `x1`, `top` and `bottom` in points; edges that
    miss each other by up to `tolerance` points meet. A corner's cell is the smallest one whose four
    sides lie on edges.
    """
    meets = _crossings(edges, tolerance)
    down: dict[float, list[Point]] = {}
    across: dict[float, list[Point]] = {}
    for point in sorted(meets):
        down.setdefault(point[0], []).append(point)
        across.setdefault(point[1], []).append(point)
    upright = {i for i, edge in enumerate(edges) if edge["orientation"] == "v"}
    level = set(range(len(edges))) - upright
    below = _reach(down.values(), meets, upright)
    beside = _reach(across.values(), meets, level)
    below_of = {point: set(others) for point, others in below.items()}
    beside_of = {point: set(others) for point, others in beside.items()}
    cells = []
    for point in sorted(meets):
        cell = _smallest(point, below[point], beside[point], below_of, beside_of)
        if cell is not None:
            cells.append(cell)
    return cells


def _smallest(
    point: Point,
    below: Sequence[Point],
    beside: Sequence[Point],
    below_of: Mapping[Point, set[Point]],
    beside_of: Mapping[Point, set[Point]],
) -> Box | None:
    for low in below:
        for right in beside:
            corner = (right[0], low[1])
            if corner in below_of[right] and corner in beside_of[low]:
                return point[0], point[1], corner[0], corner[1]
    return None
