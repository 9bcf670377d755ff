"""The tables of a page and the lines outside them: ruled ones first, then those by alignment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from core.records import Box
from extract.pdf.aligned import AlignedTable, find_aligned, needs_alignment
from extract.pdf.chart import is_chart
from extract.pdf.content import Content, Glyphs
from extract.pdf.grid import Grid
from extract.pdf.layout import TextGrid, Words, with_lines
from extract.pdf.stacked import joined_letters
from extract.pdf.tables import Found as Ruled
from extract.pdf.tables import find_grids
from extract.pdf.words import PlacedWord, box_of

_REPLACES = 0.5  # of a grid's area: an aligned table over more of it takes its place
_INSIDE = 0.3  # of an aligned table's area in a ruled one: it is part of that one
_MOST_LINES = 2000  # of a page; no table is looked for among more, with an issue
_LEAST_PARTED = 2  # lines with cells beside each other: with fewer a page has no aligned table
_CELL_GAP = 0.6  # of the size
_LEVEL = 0.3  # of the height that parts of one line may lie apart


@dataclass(frozen=True)
class Found:
    """Lines outside tables, tables, and whether the search for tables was left out."""

    lines: list[Words]
    tables: list[TextGrid]
    skipped: bool


def find_tables(content: Content, seen: Glyphs) -> Found:
    """Return the lines and tables that the visible characters of a page make up."""
    ruled = _without_charts(find_grids(content, seen), content)
    lines, tables = with_lines(seen, ruled.grids)
    if ruled.skipped or len(lines) > _MOST_LINES:
        return Found(lines, tables, skipped=True)
    rules = [shape.box for shape in content.shapes if shape.sides]
    grids = _closed(ruled.grids, tables, lines, rules)
    if len(grids) < len(ruled.grids):
        lines, tables = with_lines(seen, grids)
    aligned = _aligned(lines, rules)
    opened = [grid for grid in ruled.grids if grid not in grids]
    kept = [g for g in opened if not any(_shared(t.box, g.box) > _REPLACES for t in aligned)]
    if kept:
        grids += kept
        lines, tables = with_lines(seen, grids)
        aligned = _aligned(lines, rules)
    aligned = [t for t in aligned if not any(_shared(g.box, t.box) > _INSIDE for g in grids)]
    taken = {id(word) for table in aligned for row in table.rows for c in row for word in c}
    rest = [[word for word in line if id(word) not in taken] for line in lines]
    tables = [replace(table, rows=[joined_letters(row) for row in table.rows]) for table in tables]
    return Found(
        [line for line in rest if line], tables + [_text_grid(t) for t in aligned], skipped=False
    )


def _without_charts(ruled: Ruled, content: Content) -> Ruled:
    tables = [grid for grid in ruled.grids if not is_chart(content.shapes, grid.box)]
    return replace(ruled, grids=tables)


def _aligned(lines: Sequence[Words], rules: Sequence[Box]) -> list[AlignedTable]:
    upright = [line for line in lines if line[0].turn == 0]
    parted = sum(any(_parts(a, b) for a, b in pairwise(line)) for line in upright)
    return find_aligned(upright, rules) if parted >= _LEAST_PARTED else []


def _parts(before: PlacedWord, word: PlacedWord) -> bool:
    return word.x0 - before.x1 > _CELL_GAP * word.size


def _closed(
    grids: Sequence[Grid], tables: Sequence[TextGrid], lines: Sequence[Words], rules: list[Box]
) -> list[Grid]:
    """Return the grids that hold a whole table, each row of it in a row of its own."""
    if not grids:
        return []
    inside = [line for table in tables for row in table.rows for cell in row for line in cell or ()]
    every = [(box_of(line), line) for line in _joined([*lines, *inside])]
    boxes = [[[c.box if c else None for c in row] for row in grid.rows] for grid in grids]
    return [
        grid
        for grid, cells in zip(grids, boxes, strict=True)
        if not needs_alignment(cells, _between(every, grid.box), rules)
    ]


def _between(lines: Sequence[tuple[Box, Words]], table: Box) -> list[Words]:
    return [line for box, line in lines if box[3] > table[1] and box[1] < table[3]]


def _joined(lines: Sequence[Words]) -> Iterator[Words]:
    """Yield the lines of a page whole, from the parts that stand in the cells of one row."""
    upright = [(box_of(line), line) for line in lines if line and line[0].turn == 0]
    upright.sort(key=lambda part: part[0][1] + part[0][3])
    row: list[tuple[Box, Words]] = []
    for box, line in upright:
        if row and not _beside(row, box):
            yield _line_of(row)
            row = []
        row.append((box, line))
    if row:
        yield _line_of(row)


def _beside(row: Sequence[tuple[Box, Words]], box: Box) -> bool:
    level = abs(row[0][0][1] + row[0][0][3] - box[1] - box[3]) / 2 < _LEVEL * (box[3] - box[1])
    return level and all(box[0] >= other[2] or box[2] <= other[0] for other, _ in row)


def _line_of(row: list[tuple[Box, Words]]) -> Words:
    return [word for _, line in sorted(row, key=lambda part: part[0][0]) for word in line]


def _shared(one: Box, other: Box) -> float:
    """Return how much of the second box lies in the first, 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    area = (other[2] - other[0]) * (other[3] - other[1])
    return max(0.0, width) * max(0.0, height) / area if area > 0 else 0.0


def _text_grid(table: AlignedTable) -> TextGrid:
    rows: list[list[list[Words] | None]] = [
        [_lines_of(list(cell)) for cell in row] for row in table.rows
    ]
    return TextGrid(rows, table.box, table.header_rows, aligned=True)


def _lines_of(words: Words) -> list[Words]:
    """Part the words of a cell, in the order of reading, into its lines."""
    lines: list[Words] = []
    for word in words:
        before = lines[-1][-1] if lines else None
        if before is not None and word.x0 >= before.x0 and word.top < before.bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines
