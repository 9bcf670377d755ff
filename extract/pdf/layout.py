"""Page text with exact offsets: lines in reading order, ruled tables row by row in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from core.records import Box, Cell, Table, Word
from extract.pdf.content import Glyphs
from extract.pdf.grid import Grid
from extract.pdf.order import in_columns
from extract.pdf.words import PlacedWord, box_of, find_lines

_LEAST_BESIDE = 3  # lines beside a table that make it stand in a text's margin

Words: TypeAlias = list[PlacedWord]


@dataclass(frozen=True, slots=True)
class Line:
    """A line outside tables, or of a table's row: its place in the text and how it looks."""

    start: int
    end: int
    text: str
    box: Box
    size: float
    bold: bool
    in_table: bool = False


@dataclass
class Layout:
    """A page's text as it grows."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[Word] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    # one object for each number: the words of a line share two of four
    _sides: dict[float, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.parts)

    def add(self, text: str) -> None:
        """Append text that is no word."""
        self.parts.append(text)
        self.length += len(text)

    def add_words(self, words: Words) -> None:
        """Append the words of one line, parted by single spaces."""
        for position, word in enumerate(words):
            if position:
                self.add(" ")
            start = self.length
            self.add(word.text)
            x0, top, x1, bottom = (self._sides.setdefault(side, side) for side in word.box)
            self.words.append(Word(start, self.length, x0, top, x1, bottom))


def _add_line(layout: Layout, words: Words, *, in_table: bool = False) -> None:
    start = layout.length
    layout.add_words(words)
    text = " ".join(word.text for word in words)
    # Small capitals are set in two sizes, and the larger one is that of the heading.
    size = max(word.size for word in words)
    bold = all(word.bold for word in words)
    layout.lines.append(
        Line(start, layout.length, text, box_of(words), size, bold, in_table=in_table)
    )


@dataclass(frozen=True)
class TextGrid:
    """A table's cells as lines of words; None where a merged neighbour covers the place.

    The first `header_rows` rows are known to name the columns; `aligned`: no rulings told so.
    """

    rows: list[list[list[Words] | None]]
    box: Box
    header_rows: int = 0
    aligned: bool = False


def with_lines(glyphs: Glyphs, grids: Sequence[Grid]) -> tuple[list[Words], list[TextGrid]]:
    """Return the lines outside some grids, and the grids with the lines of their cells."""
    groups = np.zeros(len(glyphs), dtype=np.int64)
    cells = [cell for grid in grids for row in grid.rows for cell in row if cell is not None]
    for number, cell in enumerate(cells, 1):
        groups[cell.places] = number
    outside, *inside = find_lines(glyphs, groups, len(cells) + 1)
    left = iter(inside)
    made = [
        TextGrid([[None if c is None else next(left) for c in row] for row in grid.rows], grid.box)
        for grid in grids
    ]
    return outside, made


def _add_cell(layout: Layout, lines: list[Words] | None) -> Cell:
    """Append one cell; a cell that a merged neighbour swallowed has no place."""
    if lines is None:
        return Cell("")
    start = layout.length
    texts: list[str] = []
    for words in lines:
        if texts:
            layout.add("\n")
        _add_line(layout, words, in_table=True)
        texts.append(layout.lines[-1].text)
    return Cell("\n".join(texts), start, layout.length)


def _add_table(layout: Layout, grid: TextGrid, number: int, page: int) -> None:
    rows: list[tuple[Cell, ...]] = []
    for position, row in enumerate(grid.rows):
        if position:
            layout.add("\n")
        cells: list[Cell] = []
        for column, cell in enumerate(row):
            if column:
                layout.add("\t")
            cells.append(_add_cell(layout, cell))
        rows.append(tuple(cells))
    layout.tables.append(
        Table(
            page=page,
            number=number,
            rows=tuple(rows),
            box=grid.box,
            header_rows=grid.header_rows,
            aligned=grid.aligned,
        )
    )


def _place_of(table: Box, lines: Sequence[Box]) -> PlacedWord:
    """Return a word that holds a table's place; text on its left is read to its end before it."""
    x0, top, x1, bottom = table
    beside = [b for b in lines if b[2] <= x0 and top < (b[1] + b[3]) / 2 < bottom]
    if len(beside) >= _LEAST_BESIDE:
        top = max(box[1] for box in beside) + 0.1
    return PlacedWord("", x0, top, x1, bottom, 1.0, bold=False)


def _in_order(lines: Sequence[Words], grids: Sequence[TextGrid]) -> Iterator[Words | TextGrid]:
    """Yield lines and tables in the order of reading."""
    # a word without text holds each table's place among the lines
    upright = [line for line in lines if line[0].turn == 0]
    boxes = [box_of(line) for line in upright] if grids else []
    held = [(_place_of(grid.box, boxes), grid) for grid in grids]
    grid_of = {id(place): grid for place, grid in held}
    upright += [[place] for place, _ in held]
    upright.sort(key=lambda line: (min(word.top for word in line), line[0].text != "", line[0].x0))
    for block in in_columns(upright):
        for line in block:
            yield grid_of.get(id(line[0]), line)
    yield from (line for line in lines if line[0].turn != 0)


def lay_out(page: int, lines: Sequence[Words], grids: Sequence[TextGrid]) -> Layout:
    """Return the text of a page: `lines` stand outside tables, `grids` hold the rest.

    Lines and tables come in the order of their upper edges, column by column where text is set in
    columns; text in other directions follows. `layout.text[w.start:w.end]` is the word,
    `layout.text[c.start:c.end]` the cell.
    """
    layout = Layout()
    number = 0
    for position, block in enumerate(_in_order(lines, grids)):
        if position:
            layout.add("\n")
        if isinstance(block, TextGrid):
            number += 1
            _add_table(layout, block, number, page)
        else:
            _add_line(layout, block)
    return layout
