"""Rows of a table whose lines and columns are known: header rows, wrapped cells joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from statistics import median

from extract.pdf.aligned_lines import (
    FULL,
    SLACK,
    Chunk,
    Column,
    Rule,
    Rules,
    TextLine,
    is_value,
    place,
)
from extract.pdf.words import PlacedWord

_YEAR = re.compile(r"\(?(?:19|20)\d\d(?:[-/–](?:\d\d|(?:19|20)\d\d))?\)?(?:\(?\*+\)?)?")
# Distances in ems, that is in multiples of the font size.
_CLOSE = 0.75  # from line to line: closer ones stand beside each other, not below
_BLANK = 0.9  # white between two lines: none within a wrapped cell
_WRAPPING = 10  # in narrower columns a text of one line fills the width by chance
_OPEN_END = ("-", ",", "(", "/", "&")  # a cell that ends so goes on in the next line

Row = list[list[PlacedWord]]


@dataclass
class Cells:
    """A line's words by columns; a text over several columns stands in its first one."""

    line: TextLine
    at: dict[int, list[PlacedWord]] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def text(self, column: int) -> str:
        """The text in a column."""
        return " ".join(word.text for word in self.at.get(column, ()))

    def values(self) -> set[int]:
        """Return the columns, the first left out, that hold figures or stand-ins."""
        return {column for column in self.at if column and is_value(self.text(column))}

    @property
    def is_name(self) -> bool:
        """Whether there is a text in the first column alone."""
        return set(self.at) == {0}

    def middle(self, column: int) -> float:
        """Return the middle of the text in a column."""
        return (self.at[column][0].x0 + self.at[column][-1].x1) / 2


def _cut(chunk: Chunk, columns: Sequence[Column], em: float) -> list[tuple[int, int, Chunk]]:
    """Cut a text whose words lie in several columns; empty where it is one text over them.

    It is cut where a corridor is no wider than a word space, and before figures that a long text
    reaches to.
    """
    placed = [(place(Chunk([word]), columns, 0.15 * em), word) for word in chunk.words]
    groups = [(at, [word for _, word in part]) for at, part in groupby(placed, lambda p: p[0])]
    if any(first != last for (first, last), _ in groups):
        return []
    for ((one, _), _), ((two, _), words) in pairwise(groups):
        narrow = 0 <= columns[two].x0 - columns[one].x1 <= 0.6 * em
        if one > two or not (narrow or is_value(Chunk(words).text)):
            return []
    return [(first, last, Chunk(words)) for (first, last), words in groups]


def cells_of(line: TextLine, columns: Sequence[Column]) -> Cells:
    """Return a line's words by columns."""
    cells = Cells(line)
    most = min(SLACK * line.size, min(column.x1 - column.x0 for column in columns) / 3)

    def placed(chunk: Chunk) -> tuple[int, int, Chunk]:
        return (*place(chunk, columns, min(most, (chunk.x1 - chunk.x0) / 3)), chunk)

    for chunk in line.chunks:
        parts = [placed(chunk)]
        if parts[0][0] != parts[0][1]:
            pieces = [placed(piece) for piece in chunk.pieces]
            apart = all(first == last for first, last, _ in pieces)
            parts = pieces if apart else _cut(chunk, columns, line.size) or parts
        for first, last, part in parts:
            cells.at.setdefault(first, []).extend(part.words)
            if last > first:
                cells.spans.append((first, last))
    return cells


def _goes_on_small(above: Cells, below: Cells, column: int) -> bool:
    """Tell whether a cell ends or the next one begins as only parts of a text do."""
    one, two = above.at.get(column), below.at.get(column)
    if not one or not two:
        return False
    start = two[0].text[:1]
    return start.islower() or start == "(" or one[-1].text.endswith(_OPEN_END)


def wraps(above: Cells, below: Cells, column: int, edge: float) -> bool:
    """Tell whether a cell's text can be the next line of the cell above it.

    `edge` is the right edge of the column's text. A text goes on in lower case, after an open
    end, or where its next word would not have fitted; in narrow columns no word fits, so that
    the last says nothing there.
    """
    one, two = above.at.get(column), below.at.get(column)
    if not one or not two or one[-1].text.endswith(":"):
        return False
    x0, x1, em = min(word.x0 for word in one), max(word.x1 for word in one), above.line.size
    if _goes_on_small(above, below, column) or two[0].text[:1] in ")&/":
        return x1 - x0 > 0.4 * (edge - x0)
    reach = x1 + 0.25 * em + two[0].x1 - two[0].x0
    return reach > edge and edge - x0 > _WRAPPING * em and not is_value(below.text(column))


def right_edges(lines: Sequence[Cells], columns: Sequence[Column]) -> list[float]:
    """Return how far to the right the text of each column reaches."""
    edges = [column.x1 for column in columns]
    for cells in lines:
        spanned = {first for first, _ in cells.spans}
        for column in cells.at.keys() - spanned:
            edges[column] = max(edges[column], *(word.x1 for word in cells.at[column]))
    return edges


def _is_beside(above: Cells, below: Cells) -> bool:
    """Tell whether one line is only a name, the other only figures, and they stand abreast."""
    names, figures = (above, below) if 0 in above.at else (below, above)
    if not names.is_name or names.spans or 0 in figures.at or not figures.values():
        return False
    step = below.line.middle - above.line.middle
    return step < _CLOSE * max(above.line.size, below.line.size)


def beside(lines: Sequence[Cells]) -> list[Cells]:
    """Join figures in the middle of a name of two lines with the lines of the name.

    Where cells are centred in height, the figures stand on a line of their own, half a line
    under the first line of the name and half a line over its second one.
    """
    joined: list[Cells] = []
    before: Cells | None = None
    for cells in lines:
        if before is None or not _is_beside(before, cells):
            joined.append(cells)
        else:
            at = {column: list(words) for column, words in joined[-1].at.items()}
            for column, words in cells.at.items():
                at.setdefault(column, []).extend(words)
            fullest = max(joined[-1].line, cells.line, key=lambda line: len(line.chunks))
            top = min(joined[-1].line.top, cells.line.top)
            bottom = max(joined[-1].line.bottom, cells.line.bottom)
            joined[-1] = Cells(replace(fullest, top=top, bottom=bottom), at)
        before = cells
    return joined


class Rows:
    """Builds the rows of one table."""

    def __init__(self, lines: Sequence[Cells], columns: Sequence[Column], rules: Rules) -> None:
        self.lines = lines
        self.columns = columns
        self.values = {
            column
            for column in range(1, len(columns))
            if (texts := [cells.text(column) for cells in lines if column in cells.at])
            and sum(map(is_value, texts)) >= max(2, 0.6 * len(texts))
        }
        self.edges = right_edges(lines, columns)
        self.x0 = min(cells.line.x0 for cells in lines)
        self.x1 = max(cells.line.x1 for cells in lines)
        near = rules.between(lines[0].line.top, lines[-1].line.bottom)
        self.rules = [rule for rule in near if rule.end > self.x0 and rule.start < self.x1]
        valued = [cells for cells in lines[len(lines) // 3 :] if cells.values()]
        # figures without a name beside them are the last line of a header: (000), (%), 1995
        self.named = sum(0 in cells.at for cells in valued) >= 0.7 * len(valued)
        self.header = self._header()
        lower = Cells(lines[0].line)
        for cells in reversed(lines[: self.header]):
            self._span(cells, lower)
            lower = Cells(cells.line, {**lower.at, **cells.at})
        self.pitch = self._pitch()
        full = [self._ruled(index) for index in range(self.header + 1, len(lines))]
        # a rule after every row or two tells rows for sure; a few rules part groups of rows
        self.ruled_rows = sum(full) >= 2 and sum(full) + 1 >= 0.3 * (len(full) + 1)

    def _over(self, index: int) -> list[Rule]:
        """Return the rules between a line and the one before it."""
        top, bottom = self.lines[index - 1].line.middle, self.lines[index].line.middle
        return [rule for rule in self.rules if top < rule.at < bottom]

    def _ruled(self, index: int) -> bool:
        """Tell whether rules, together, run along most of the table over a line."""
        return sum(rule.covers(self.x0, self.x1) for rule in self._over(index)) >= FULL

    def _is_data(self, cells: Cells) -> bool:
        filled = cells.at.keys() & self.values
        values = cells.values() & self.values
        if not values or 2 * len(values) < len(filled) or (self.named and 0 not in cells.at):
            return False
        if not all(_YEAR.fullmatch(cells.text(column)) for column in values):
            return True
        # years are a header, unless they stand in their columns all the way down
        texts = [other.text(column) for other in self.lines for column in values & other.at.keys()]
        years = sum(_YEAR.fullmatch(text) is not None for text in texts)
        return bool(cells.at.keys() - self.values - {0}) or years > 0.5 * len(texts)

    def _header(self) -> int:
        """Return how many lines at the top are headers."""
        ruled = [index for index in range(1, min(len(self.lines), 8)) if self._ruled(index)]
        if not self.values:
            return self._text_header(ruled)
        end = next((i for i, cells in enumerate(self.lines) if self._is_data(cells)), 0)
        # names of sections, and first lines of wrapped names, stand in the first column alone
        while end > 1 and self.lines[end - 1].is_name and not self._ruled(end):
            end -= 1
        # after the last rule a name that stands alone is the first line of the body
        inside = [index for index in ruled if index <= end]
        if inside and all(cells.is_name for cells in self.lines[inside[-1] : end]):
            end = inside[-1]
        return end if any(any(cells.at) for cells in self.lines[:end]) else 0

    def _text_header(self, ruled: list[int]) -> int:
        """Return the lines of header of a table without figures: by rule, type, or dates below."""
        if ruled:
            return ruled[0]
        bold = [all(word.bold for word in cells.line.words) for cells in self.lines]
        dated = [is_value(cells.text(0)) for cells in self.lines if 0 in cells.at]
        differs = not dated[0] and all(dated[1:]) and len(dated) > 2 if dated else False
        return int(((bold[0] and not all(bold)) or differs) and len(self.lines[0].at) > 1)

    def _span(self, cells: Cells, lowest: Cells) -> None:
        """Find over which columns the texts of an upper header line stand, and note it."""
        spans = self._ruled_spans(cells) or self._grouped_spans(cells, lowest)
        found = spans if lowest.at else {}
        moved: dict[int, list[PlacedWord]] = {}
        for column, words in sorted(cells.at.items()):
            moved.setdefault(found.get(column, (column, 0))[0], []).extend(words)
        if found:
            cells.at, cells.spans = moved, sorted({*found.values(), *cells.spans})

    def _ruled_spans(self, cells: Cells) -> dict[int, tuple[int, int]]:
        """Return the columns that a rule under a text runs along, where it is not a full one."""
        line = cells.line
        found = {}
        for rule in self.rules:
            if not line.middle < rule.at < line.bottom + line.size:
                continue
            middles = [(column.x0 + column.x1) / 2 for column in self.columns]
            under = [i for i, at in enumerate(middles) if rule.start - 2 <= at <= rule.end + 2]
            if len(under) < 2 or rule.covers(self.x0, self.x1) >= FULL:
                continue
            over = [c for c in cells.at if rule.start <= cells.middle(c) <= rule.end]
            found.update(dict.fromkeys(over, (under[0], under[-1])))
        return found

    def _grouped_spans(self, cells: Cells, lowest: Cells) -> dict[int, tuple[int, int]]:
        """Return which columns each text stands over: groups of one size, alike or centred.

        Each text of the upper line is a heading of the columns nearest to it, or of those from
        its left edge to the next text.
        """
        upper = sorted(column for column in cells.at if column)
        lower = sorted(column for column in lowest.at if column)
        if not upper or len(lower) % len(upper) or len(lower) < 2 * len(upper):
            return {}
        size = len(lower) // len(upper)
        groups = [lower[start : start + size] for start in range(0, len(lower), size)]
        alike = len({tuple(map(lowest.text, group)) for group in groups}) == 1
        if len(upper) == 1 and not all(is_value(lowest.text(column)) for column in lower):
            return {}
        for column, group in zip(upper, groups, strict=True):
            left, right = lowest.at[group[0]][0].x0, lowest.at[group[-1]][-1].x1
            aside = abs(cells.middle(column) - (left + right) / 2)
            at_left = alike and abs(cells.at[column][0].x0 - left) < cells.line.size
            if aside > max(cells.line.size, 0.2 * (right - left)) and not at_left:
                return {}
        return {c: (group[0], group[-1]) for c, group in zip(upper, groups, strict=True)}

    def _header_groups(self) -> list[list[Cells]]:
        """Return the header lines by rows: a heading over columns has its own, as has a rule."""
        rows: list[list[Cells]] = []
        for index, cells in enumerate(self.lines[: self.header]):
            before = rows[-1][-1].spans if rows else []
            same = any(a <= d and c <= b for a, b in before for c, d in cells.spans)
            plain = not cells.spans and not before
            if rows and (same or plain) and not self._over(index):
                rows[-1].append(cells)
            else:
                rows.append([cells])
        return rows

    def _header_rows(self) -> list[Row]:
        """Return header rows; a column under no heading of several columns has one cell."""
        groups = self._header_groups()
        rows = [self._row(group) for group in groups]
        spans = [span for group in groups for cells in group for span in cells.spans]
        starts = [sum(map(len, groups[:number])) for number in range(1, len(groups))]
        parting = [rule for start in starts for rule in self._over(start)]
        for number, column in enumerate(self.columns):
            spanned = any(first <= number <= last for first, last in spans)
            if spanned or any(rule.covers(column.x0, column.x1) > 0.5 for rule in parting):
                continue
            filled = [row for row in rows if row[number]]
            for row in filled[1:]:
                filled[0][number] += row[number]
                row[number] = []
        return [row for row in rows if any(row)]

    def _pitch(self) -> float:
        """Return the distance of lines within a row, where rows stand clearly farther apart.

        0 where lines are evenly spaced, so that the distance tells nothing.
        """
        body = self.lines[self.header :]
        em = median(cells.line.size for cells in self.lines)
        pairs = [
            (below.line.middle - above.line.middle, above, below) for above, below in pairwise(body)
        ]
        steps = sorted(step for step, _, _ in pairs if step > _CLOSE * em)
        if len(steps) < 4:
            return 0.0
        small = median(steps[: len(steps) // 4])
        wide = sum(step > 1.3 * small for step in steps)
        tight = [pair for pair in pairs if _CLOSE * em < pair[0] < 1.12 * small]
        if wide < 3 or len(tight) + wide < len(steps) or small > 1.5 * em:
            return 0.0
        # where figures stand line after line, it is groups of rows that stand apart
        clashes = sum(bool(above.values() & below.values()) for _, above, below in tight)
        return 1.2 * small if clashes <= 0.1 * len(tight) else 0.0

    def _continues(self, row: list[Cells], index: int) -> bool:
        """Tell whether a line goes on with a row: by rules, figures, distance, words."""
        before, cells = row[-1], self.lines[index]
        figures = set().union(*(other.values() for other in row))
        if self._ruled(index) or figures & cells.values() & self.values:
            return False
        spans = cells.spans or before.spans
        step = cells.line.middle - before.line.middle
        em = min(before.line.size, cells.line.size)
        if step < _CLOSE * em or (self.ruled_rows and not spans):
            return True
        small = any(_goes_on_small(before, cells, column) for column in cells.at)
        if self.pitch:
            return step <= self.pitch and (small or len(cells.at) < len(self.columns))
        white = cells.line.top - before.line.bottom > _BLANK * em
        return not white and not spans and self._goes_on(row, index)

    def _goes_on(self, row: list[Cells], index: int) -> bool:
        """Tell by the words whether a line goes on with the cells of a row."""
        before, cells, em = row[-1], self.lines[index], row[0].line.size
        if cells.values() & self.values:
            # the figures of a wrapped name stand beside its last line, or in its middle
            named = all(other.is_name for other in row)
            return named and wraps(before, cells, 0, self.edges[0])
        if cells.at.keys() - before.at.keys() or self._begins(index):
            return False
        wrapped = {c for c in cells.at if wraps(before, cells, c, self.edges[c])}
        # a line that fills the first column and others is a row of its own
        if 0 in cells.at and not cells.is_name and not _goes_on_small(before, cells, 0):
            # unless it has fewer cells than the row, and a long text of it goes on
            long = {c for c in wrapped if self.edges[c] - self.columns[c].x0 > _WRAPPING * em}
            small = any(_goes_on_small(before, cells, column) for column in long)
            return small and len(cells.at) < len(row[0].at)
        return len(wrapped) == len(cells.at)

    def _begins(self, index: int) -> bool:
        """Tell whether a name goes on in the next line, beside that line's figures."""
        cells = self.lines[index]
        if not cells.is_name or cells.text(0)[:1].islower() or index + 1 == len(self.lines):
            return False
        below = self.lines[index + 1]
        return bool(below.values()) and _goes_on_small(cells, below, 0)

    def _row(self, group: list[Cells]) -> Row:
        group = sorted(group, key=lambda cells: cells.line.top)
        columns = range(len(self.columns))
        return [[word for cells in group for word in cells.at.get(c, ())] for c in columns]

    def build(self) -> tuple[list[Row], int]:
        """Return the rows of cells, and how many at the top are headers."""
        headers = self._header_rows()
        body: list[list[Cells]] = []
        for index in range(self.header, len(self.lines)):
            if body and self._continues(body[-1], index):
                body[-1].append(self.lines[index])
            else:
                body.append([self.lines[index]])
        return headers + [self._row(group) for group in body], len(headers)
