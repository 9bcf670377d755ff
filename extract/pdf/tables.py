"""Ruled tables of a page as grids of characters, found by pdfplumber from straight sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pdfplumber.table import cells_to_tables, merge_edges

from core.records import Box
from extract.pdf.cells import find_cells
from extract.pdf.content import Content, Flags, Glyphs, Numbers, Shape
from extract.pdf.grid import Grid, GridCell, compact

# Fewer ruling objects than this never made a table in the pages measured (a rectangle has four
# edges, so it counts twice); most pages of running text stay below and skip the finder.
MIN_RULES = 4
# The finder compares edges with each other: 140 x 140 cells take 8 s, and it grows with the
# square. Pages above the limit are drawings or traps; they are read without tables, with an issue.
MAX_RULES = 4000
# The same trap drawn as a few hundred long lines; real pages measured have at most 9,100 crossings.
MAX_CROSSINGS = 15_000
_RULE = 3.0  # points; a filled rectangle that is thicker both ways is shading, not a rule
_TOLERANCE = 3.0  # points; pdfplumber's own default for what snaps together and crosses
_SHORTEST = 3.0  # points; shorter sides rule nothing


@dataclass(frozen=True)
class Found:
    """The grids of a page, and whether the search was left out."""

    grids: list[Grid]
    skipped: bool = False


class _Places:
    """Finds characters by the middle of their boxes; each is given out once."""

    def __init__(self, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self.x, self.y = glyphs.middles
        self.free: Flags = np.ones(len(glyphs), dtype=np.bool_)

    def inside(self, box: Box) -> Flags:
        """Return which free characters lie in `box`."""
        x0, top, x1, bottom = box
        found: Flags = (
            self.free & (self.x >= x0) & (self.x < x1) & (self.y >= top) & (self.y < bottom)
        )
        return found

    def rows(self, table: _Ruled) -> Iterator[list[GridCell | None]]:
        """Yield the cells of a table with the characters in them."""
        near = np.flatnonzero(self.inside(table.box))
        x, y = self.x[near], self.y[near]
        for row in table.rows():
            band: Numbers = np.zeros(0, dtype=np.int64)
            tall = [box for box in row if box is not None]
            if tall:
                top, bottom = min(box[1] for box in tall), max(box[3] for box in tall)
                band = np.flatnonzero((y >= top) & (y < bottom))
            cells: list[GridCell | None] = []
            for box in row:
                if box is None:
                    cells.append(None)
                    continue
                x0, top, x1, bottom = box
                hit = (x[band] >= x0) & (x[band] < x1) & (y[band] >= top) & (y[band] < bottom)
                cells.append(GridCell(box, near[band[hit]], self.glyphs))
            yield cells

    def take(self, grid: Grid) -> None:
        """Give the characters in a grid to nobody else."""
        cells = [cell.places for row in grid.rows for cell in row if cell is not None]
        self.free[np.concatenate(cells)] = False


@dataclass(frozen=True)
class _Ruled:
    """A table as the finder gives it: its cells' boxes."""

    cells: list[Box]

    @property
    def box(self) -> Box:
        """The box around the cells."""
        x0, top, x1, bottom = zip(*self.cells, strict=True)
        return min(x0), min(top), max(x1), max(bottom)

    @property
    def area(self) -> float:
        """The box's area in square points."""
        x0, top, x1, bottom = self.box
        return (x1 - x0) * (bottom - top)

    def rows(self) -> list[list[Box | None]]:
        """Return the cells by upper and left edge; None where a merged neighbour covers."""
        lefts = sorted({cell[0] for cell in self.cells})
        by_top: dict[float, dict[float, Box]] = {}
        for cell in self.cells:
            by_top.setdefault(cell[1], {})[cell[0]] = cell
        return [[by_top[top].get(left) for left in lefts] for top in sorted(by_top)]


def _is_rule(shape: Shape) -> bool:
    """Tell shading from rules: word processors lay a filled rectangle under each line of a cell."""
    if shape.kind != "rect" or shape.stroke or not shape.fill:
        return True
    return shape.width <= _RULE or shape.height <= _RULE


def _edges(shapes: Iterable[Shape]) -> list[dict[str, Any]]:
    """Return the straight sides of shapes as pdfplumber's finder takes them."""
    edges: list[dict[str, Any]] = []
    for shape in shapes:
        for x0, top, x1, bottom in shape.sides:
            level = x1 - x0 >= bottom - top
            if level:
                bottom = top  # noqa: PLW2901 - the finder wants it level
            else:
                x1 = x0  # noqa: PLW2901 - or upright
            if max(x1 - x0, bottom - top) < 1.0:
                continue
            edges.append(
                {
                    "x0": x0, "x1": x1, "top": top, "bottom": bottom,
                    "width": x1 - x0, "height": bottom - top,
                    "orientation": "h" if level else "v", "object_type": "line",
                }
            )  # fmt: skip
    return edges


def _crossings(edges: list[dict[str, Any]]) -> int:
    """Return how many points the rules of a page can cross in at most."""
    across = {round(e["top"]) for e in edges if e["orientation"] == "h" and e["width"] > _RULE}
    down = {round(e["x0"]) for e in edges if e["orientation"] == "v" and e["height"] > _RULE}
    return len(across) * len(down)


def _ruled(edges: list[dict[str, Any]]) -> list[_Ruled]:
    merged = merge_edges(edges, _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)
    long = [e for e in merged if max(e["x1"] - e["x0"], e["bottom"] - e["top"]) >= _SHORTEST]
    return [_Ruled(cells) for cells in cells_to_tables(find_cells(long, _TOLERANCE))]


def _grids(edges: list[dict[str, Any]], places: _Places) -> list[Grid]:
    grids: list[Grid] = []
    # small tables first: one inside another's cell keeps its own text
    for table in sorted(_ruled(edges), key=lambda ruled: ruled.area):
        grid = compact(Grid(rows=list(places.rows(table)), box=table.box))
        # a frame around running text and a single column are none
        if grid.rows and len(grid.rows[0]) >= 2:
            grids.append(grid)
            places.take(grid)
    return grids


def rules_of(shapes: Iterable[Shape]) -> int:
    """Return how many ruling objects there are; a rectangle counts twice."""
    return sum({"rect": 2, "line": 1, "curve": 1}.get(shape.kind, 0) for shape in shapes)


def find_grids(content: Content, seen: Glyphs) -> Found:
    """Return the ruled tables that `seen`, the visible characters of a page, stand in.

    Shading counts as a rule only where nothing else rules a table.
    """
    shapes = [shape for shape in content.shapes if shape.sides]
    count = rules_of(shapes)
    if count < MIN_RULES or not len(seen):
        return Found([])
    ruling = _edges(shape for shape in shapes if _is_rule(shape))
    every = _edges(shapes)
    if (
        count > MAX_RULES
        or content.crowded
        or max(_crossings(ruling), _crossings(every)) > (MAX_CROSSINGS)
    ):
        return Found([], skipped=True)
    places = _Places(seen)
    grids = _grids(ruling, places)
    if not grids and len(every) > len(ruling):
        grids = _grids(every, places)
    return Found(grids)
