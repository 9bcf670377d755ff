"""Scores that need no file: counts of equal things, boxes, and the relations of table cells.

All take what is right first and what was found second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from core.records import Box

Thing = TypeVar("Thing", bound=Hashable)
Relation = tuple[str, str, Literal["right", "below"]]


@dataclass(frozen=True)
class Score:
    """How many things there are, were found, and agree; scores add up."""

    expected: int = 0
    found: int = 0
    correct: int = 0

    @property
    def recall(self) -> float:
        """The share of what there is that was found; 1.0 where there is nothing."""
        return self.correct / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1.0 where nothing was found."""
        return self.correct / self.found if self.found else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 1.0 where there is nothing and nothing was found."""
        total = self.expected + self.found
        return 2 * self.correct / total if total else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.expected + other.expected,
            self.found + other.found,
            self.correct + other.correct,
        )


def compare(expected: Iterable[Thing], found: Iterable[Thing]) -> Score:
    """Return the score of two multisets: each thing counts as often as both have it."""
    one, two = Counter(expected), Counter(found)
    return Score(one.total(), two.total(), (one & two).total())


@dataclass(frozen=True)
class GridText:
    """The text of a cell and the rows and columns that it covers, both ends inclusive."""

    text: str
    row: int
    column: int
    last_row: int
    last_column: int


def spaced(text: str) -> str:
    """Return a text with each run of white space as one blank and none at its ends."""
    return " ".join(text.split())


def classic(text: str) -> str:
    """Return a text as the ICDAR 2013 scorer compares it: no blanks, one case, signs alike."""
    return re.sub(r"\W", "_", "".join(text.split()).lower())


def from_rows(rows: Sequence[Sequence[str | None]]) -> list[GridText]:
    """Return the cells of a grid whose merged cells are not known; empty ones are left out."""
    return [
        GridText(text, r, c, r, c)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text and text.strip()
    ]


def cell_texts(cells: Iterable[GridText]) -> list[str]:
    """Return the texts of the cells that are not empty, blanks inside kept as one each."""
    return [text for cell in cells if (text := spaced(cell.text))]


def relations(cells: Sequence[GridText]) -> list[Relation]:
    """Return each cell's nearest neighbours to the right and below, as pairs of texts.

    After Göbel, Hassan, Oro and Orsi, "A methodology for evaluating algorithms for table
    understanding in PDF documents" (2012): empty cells have no relations and are looked past; a
    cell over several rows or columns has a neighbour in each, and each pair counts once.
    """
    filled = [cell for cell in cells if cell.text.strip()]
    places = {
        (row, column): index
        for index, cell in enumerate(filled)
        for row in range(cell.row, cell.last_row + 1)
        for column in range(cell.column, cell.last_column + 1)
    }
    if not places:
        return []
    last_row = max(row for row, _ in places)
    last_column = max(column for _, column in places)
    pairs: set[tuple[int, int, Literal["right", "below"]]] = set()
    for index, cell in enumerate(filled):
        for row in range(cell.row, cell.last_row + 1):
            way = [(row, column) for column in range(cell.last_column + 1, last_column + 1)]
            if (other := _first(way, places)) is not None:
                pairs.add((index, other, "right"))
        for column in range(cell.column, cell.last_column + 1):
            way = [(row, column) for row in range(cell.last_row + 1, last_row + 1)]
            if (other := _first(way, places)) is not None:
                pairs.add((index, other, "below"))
    return [
        (classic(filled[one].text), classic(filled[two].text), side)
        for one, two, side in sorted(pairs)
    ]


def _first(way: Iterable[tuple[int, int]], places: dict[tuple[int, int], int]) -> int | None:
    return next((places[place] for place in way if place in places), None)


def area(box: Box) -> float:
    """Return the area of a box; 0 where it has none."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def overlap(one: Box, two: Box) -> float:
    """Return the intersection over the union of two boxes, 0 to 1."""
    shared = area(
        (max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3]))
    )
    union = area(one) + area(two) - shared
    return shared / union if union > 0 else 0.0


def nearest_pairs(one: Sequence[Box], two: Sequence[Box], most: float) -> list[tuple[int, int]]:
    """Pair boxes one to one, the nearest middles first, none farther apart than `most` points."""
    ways = sorted(
        (distance, i, j)
        for i, a in enumerate(one)
        for j, b in enumerate(two)
        if (distance := _distance(a, b)) <= most
    )
    pairs: list[tuple[int, int]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, i, j in ways:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((i, j))
    return pairs


def _distance(one: Box, two: Box) -> float:
    x = (one[0] + one[2] - two[0] - two[2]) / 2
    y = (one[1] + one[3] - two[1] - two[3]) / 2
    return float((x * x + y * y) ** 0.5)
