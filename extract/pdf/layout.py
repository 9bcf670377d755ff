"""Page text with exact offsets: lines in reading order, ruled tables row by row in their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from pdfplumber.utils.clustering import cluster_objects
from pdfplumber.utils.text import dedupe_chars, extract_words

from core.records import Box, Cell, Table, Word
from extract.pdf.grid import Grid, GridCell
from extract.pdf.source import Thing

_LINE_TOLERANCE = 3.0  # points; pdfplumber's own default for what stands on one line
_WORD_GAP = 0.15  # of the font size; a fixed gap joins the words of small type
_BOLD = ("bold", "black", "heavy", "semibd")


@dataclass(frozen=True)
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

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self.parts)

    def add(self, text: str) -> None:
        """Append text that is no word."""
        self.parts.append(text)
        self.length += len(text)

    def add_words(self, words: list[Thing]) -> None:
        """Append the words of one line, parted by single spaces."""
        for position, word in enumerate(words):
            if position:
                self.add(" ")
            start = self.length
            self.add(word["text"])
            self.words.append(
                Word(
                    start,
                    self.length,
                    round(word["x0"], 2),
                    round(word["top"], 2),
                    round(word["x1"], 2),
                    round(word["bottom"], 2),
                )
            )


def _words(chars: list[Thing], **options: str) -> list[Thing]:
    found: list[Thing] = extract_words(
        chars, x_tolerance_ratio=_WORD_GAP, return_chars=True, **options
    )
    return found


def upright_lines(chars: list[Thing]) -> list[list[Thing]]:
    """Return the words of upright text in lines, top to bottom, left to right."""
    words = _words([char for char in chars if char["upright"]])
    lines = cluster_objects(words, "top", _LINE_TOLERANCE)
    return [sorted(line, key=lambda word: word["x0"]) for line in lines]


def turned_lines(chars: list[Thing]) -> list[list[Thing]]:
    """Return the words of text that runs upwards or downwards; its matrix tells which."""
    turned = [char for char in chars if not char["upright"]]
    lines: list[list[Thing]] = []
    for upwards in (True, False):
        group = [char for char in turned if (char["matrix"][1] > 0) is upwards]
        words = _words(group, char_dir_rotated="btt" if upwards else "ttb")
        lines += [
            sorted(line, key=lambda word: word["top"], reverse=upwards)
            for line in cluster_objects(words, "x0", _LINE_TOLERANCE)
        ]
    return lines


def undoubled(chars: list[Thing]) -> list[Thing]:
    """Return the characters without copies drawn over each other to look bold."""
    places = {(c["text"], round(c["x0"]), round(c["top"])) for c in chars if c["text"] != " "}
    inked = sum(1 for c in chars if c["text"] != " ")
    if inked - len(places) <= 0.02 * inked:
        return chars
    kept: list[Thing] = dedupe_chars(chars, tolerance=1, extra_attrs=())
    return kept


def _box(words: list[Thing]) -> Box:
    return (
        min(w["x0"] for w in words),
        min(w["top"] for w in words),
        max(w["x1"] for w in words),
        max(w["bottom"] for w in words),
    )


def _look(words: list[Thing]) -> tuple[float, bool]:
    """Return the largest size in a line and whether all of it is bold.

    Small capitals are set in two sizes, and the larger one is that of the heading.
    """
    chars = [char for word in words for char in word["chars"]]
    size = max(round(char["size"] * 2) / 2 for char in chars)
    bold = all(any(mark in char["fontname"].lower() for mark in _BOLD) for char in chars)
    return size, bold


def _add_line(layout: Layout, words: list[Thing], *, in_table: bool = False) -> None:
    start = layout.length
    layout.add_words(words)
    text = " ".join(word["text"] for word in words)
    size, bold = _look(words)
    layout.lines.append(
        Line(start, layout.length, text, _box(words), size, bold, in_table=in_table)
    )


def _add_cell(layout: Layout, cell: GridCell | None) -> Cell:
    """Append one cell; a cell that a merged neighbour swallowed has no place."""
    if cell is None:
        return Cell("")
    start = layout.length
    single = undoubled(cell.chars)
    texts: list[str] = []
    for words in upright_lines(single) + turned_lines(single):
        if texts:
            layout.add("\n")
        _add_line(layout, words, in_table=True)
        texts.append(layout.lines[-1].text)
    return Cell("\n".join(texts), start, layout.length)


def _add_table(layout: Layout, grid: Grid, number: int, page: int) -> None:
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
    layout.tables.append(Table(page=page, number=number, rows=tuple(rows), box=grid.box))


def lay_out(page: int, chars: list[Thing], grids: list[Grid]) -> Layout:
    """Return the text of a page: `chars` stand outside tables, `grids` hold the rest.

    Lines and tables come in the order of their upper edges. `layout.text[w.start:w.end]` is the
    word, `layout.text[c.start:c.end]` the cell.
    """
    layout = Layout()
    single = undoubled(chars)
    blocks: list[tuple[float, int, float, list[Thing] | Grid]] = [
        (grid.box[1], 0, grid.box[0], grid) for grid in grids
    ]
    blocks += [
        (min(word["top"] for word in line), 1, line[0]["x0"], line)
        for line in upright_lines(single)
    ]
    ordered = [block for *_, block in sorted(blocks, key=lambda entry: entry[:3])]
    number = 0
    for position, block in enumerate([*ordered, *turned_lines(single)]):
        if position:
            layout.add("\n")
        if isinstance(block, Grid):
            number += 1
            _add_table(layout, block, number, page)
        else:
            _add_line(layout, block)
    return layout
