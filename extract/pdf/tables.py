"""Ruled tables of a page as grids of characters, found by pdfplumber from lines and rectangles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pdfplumber.table import TableFinder

from core.records import Box
from extract.pdf.grid import Grid, GridCell, compact
from extract.pdf.source import DrawnPage, Thing

# Fewer ruling objects than this never made a table in the pages measured (a rectangle has four
# edges, so it counts twice); most pages of running text stay below and skip the finder.
MIN_RULES = 4
# The finder compares edges with each other: 140 x 140 cells take 8 s, and it grows with the
# square. Pages above the limit are drawings or traps; they are read without tables, with an issue.
MAX_RULES = 4000
# The same trap drawn as a few hundred long lines; real pages measured have at most 9,100 crossings.
MAX_CROSSINGS = 15_000
_RULE = 3.0  # points; a filled rectangle that is thicker both ways is shading, not a rule


@dataclass(frozen=True)
class Found:
    """The grids of a page, the characters outside them, and whether the search was left out."""

    grids: list[Grid]
    rest: list[Thing]
    skipped: bool = False


def rules(page: DrawnPage) -> int:
    """Return how many ruling objects a page has."""
    return len(page.lines) + 2 * len(page.rects) + len(page.curves)


class _Places:
    """Finds characters by the middle of their boxes; each is given out once."""

    def __init__(self, chars: list[Thing]) -> None:
        self.chars = chars
        self.x = np.array([(c["x0"] + c["x1"]) / 2 for c in chars])
        self.y = np.array([(c["top"] + c["bottom"]) / 2 for c in chars])
        self.free = np.ones(len(chars), dtype=bool)

    def inside(self, box: Box) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which free characters lie in `box`."""
        x0, top, x1, bottom = box
        return self.free & (self.x >= x0) & (self.x < x1) & (self.y >= top) & (self.y < bottom)

    def at(self, box: Box) -> list[Thing]:
        """Return the free characters in `box`, in their own order."""
        return [self.chars[i] for i in np.flatnonzero(self.inside(box))]

    def take(self, cells: list[Box]) -> None:
        """Give the characters in `cells` to nobody else."""
        for cell in cells:
            self.free &= ~self.inside(cell)

    def rest(self) -> list[Thing]:
        """Return the characters that nobody took."""
        return [self.chars[i] for i in np.flatnonzero(self.free)]


def _is_rule(thing: Thing) -> bool:
    """Tell shading from rules: word processors lay a filled rectangle under each line of a cell."""
    if thing["object_type"] != "rect" or thing.get("stroke") or not thing.get("fill"):
        return True
    return bool(thing["width"] <= _RULE or thing["height"] <= _RULE)


def _grid(table: Any, places: _Places) -> Grid | None:
    """Return a table's grid; None where it is none: a frame around running text, one column."""
    rows = [
        [None if box is None else GridCell(box, places.at(box)) for box in row.cells]
        for row in table.rows
    ]
    grid = compact(Grid(rows=rows, box=table.bbox))
    return grid if grid.rows and len(grid.rows[0]) >= 2 else None


def _area(table: Any) -> float:
    x0, top, x1, bottom = table.bbox
    return float((x1 - x0) * (bottom - top))


def _crossings(page: Any) -> int:
    """Return how many points the rules of a page can cross in at most."""
    across = {round(e["top"]) for e in page.edges if e["orientation"] == "h" and e["width"] > _RULE}
    down = {round(e["x0"]) for e in page.edges if e["orientation"] == "v" and e["height"] > _RULE}
    return len(across) * len(down)


def _grids(page: Any, places: _Places) -> list[Grid]:
    grids: list[Grid] = []
    # small tables first: one inside another's cell keeps its own text
    for table in sorted(TableFinder(page).tables, key=_area):
        grid = _grid(table, places)
        if grid is not None:
            grids.append(grid)
            places.take(table.cells)
    return grids


def find_grids(page: DrawnPage, chars: list[Thing]) -> Found:
    """Return the ruled tables that `chars`, the visible characters of `page`, stand in.

    Shading counts as a rule only where nothing else rules a table.
    """
    count = rules(page)
    if count < MIN_RULES or not chars:
        return Found([], chars)
    if count > MAX_RULES:
        return Found([], chars, skipped=True)
    ruled = page.filter(_is_rule)
    if max(_crossings(ruled), _crossings(page)) > MAX_CROSSINGS:
        return Found([], chars, skipped=True)
    places = _Places(chars)
    grids = _grids(ruled, places) or _grids(page, places)
    return Found(grids, places.rest())
