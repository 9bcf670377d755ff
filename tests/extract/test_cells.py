"""The cells between rules: the same as pdfplumber's finder gives, in a moment."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfplumber.table import edges_to_intersections, intersections_to_cells

from extract.pdf.cells import find_cells
from extract.pdf.content import no_glyphs
from extract.pdf.grid import Grid, GridCell


def edge(x0: float, top: float, x1: float, bottom: float) -> dict[str, Any]:
    return {
        "x0": x0, "top": top, "x1": x1, "bottom": bottom,
        "orientation": "v" if x0 == x1 else "h", "object_type": "line",
    }  # fmt: skip


def grid(columns: int, rows: int) -> list[dict[str, Any]]:
    across = [edge(0, 10 * y, 10 * columns, 10 * y) for y in range(rows + 1)]
    return across + [edge(10 * x, 0, 10 * x, 10 * rows) for x in range(columns + 1)]


def test_a_grid_has_its_cells() -> None:
    cells = find_cells(grid(3, 2), 1.0)
    assert len(cells) == 6
    assert (0.0, 0.0, 10.0, 10.0) in cells
    assert (20.0, 10.0, 30.0, 20.0) in cells


def test_a_large_grid_takes_no_time() -> None:
    assert len(find_cells(grid(140, 140), 1.0)) == 140 * 140


SIDES = st.lists(
    st.tuples(
        st.booleans(), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)
    ).filter(lambda side: side[2] != side[3]),
    max_size=24,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(SIDES)
def test_the_cells_are_those_of_pdfplumber(sides: list[tuple[bool, int, int, int]]) -> None:
    edges = []
    taken: set[tuple[bool, int, int]] = set()
    for level, at, one, two in sides:
        low, high = 10 * min(one, two), 10 * max(one, two)
        steps = {(level, at, step) for step in range(low // 10, high // 10 + 1)}
        if steps & taken:
            continue  # sides on one line are merged before
        taken |= steps
        edges.append(
            edge(low, 10 * at, high, 10 * at) if level else edge(10 * at, low, 10 * at, high)
        )
    peer = intersections_to_cells(edges_to_intersections(edges, 1, 1)) if edges else []
    assert sorted(find_cells(edges, 1.0)) == sorted(tuple(map(float, cell)) for cell in peer)


def test_a_grid_is_told_from_one_in_the_same_place() -> None:
    cells = [GridCell((0, 0, 10, 10), np.array(places), no_glyphs()) for places in ([0, 1], [2, 3])]
    one, other = (Grid([[cell]], (0, 0, 10, 10)) for cell in cells)
    assert one != other
    assert [one, other].index(other) == 1
