"""Tables without rulings: found by text that stands in columns, with a few rules as help."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from core.records import Box
from extract.pdf.aligned_lines import (
    Column,
    Rules,
    TextLine,
    columns_of,
    is_value,
    page_rules,
    text_line,
    without_underlines,
)
from extract.pdf.aligned_rows import Cells, Rows, beside, cells_of, right_edges, wraps
from extract.pdf.words import PlacedWord

__all__ = ["AlignedTable", "find_aligned", "needs_alignment"]
Lines = Sequence[Sequence[PlacedWord]]
Boxes = Sequence[Box | None]

# White between two lines, in ems.
_CLOSE = 0.8  # at most, from a heading over a column to it, and within a wrapped cell
_FAR = 1.5  # more ends a run of lines
_FAR_GROUPS = 4.0  # more ends a table, even where columns agree
_WINDOW = 40  # lines of a block that the next lines are compared with
_PROSE = 5  # words of a text that may be a line of running text

_NAMES = (
    r"tables?|tableau|tabell?[ae]|tabl?el|tabla|tabela|figur[ea]|abbildung|gra(?:ph|phique|fik)"
)
_TITLE = re.compile(rf"(?i:(?:{_NAMES}|chart|annexe?|anhang)\W*(?:\d|[ivx]+\b|[a-z]\b))")
_OTHERS = r"chart|box|encadré|annexe?|anhang|sources?|quelle|fuente|fonte|notes?|nb|n\.b"
_LABEL = re.compile(rf"(?i:(?:{_NAMES}|{_OTHERS})\W*[\divx.:\-]*\W*)")
_BULLET = re.compile(r"[^\w\s+–-]{1,3}|\(?(?:[a-zA-Z]|[ivx]{1,5})[.):]{1,2}")
_MARK = re.compile(
    r"\W{1,3}|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,5})[.):]{0,2}|\d\d?(?:\.\d\d?){1,3}\.?"
)
_SIGN = re.compile(r"\W+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class AlignedTable:
    """A table: rows of equally many cells, each the words in reading order (empty: none).

    A heading over several columns stands in the first of them. `box` is x0, top, x1, bottom in
    points from the top left; the first `header_rows` rows are headers.
    """

    rows: tuple[tuple[tuple[PlacedWord, ...], ...], ...]
    box: Box
    header_rows: int


@dataclass
class _Block:
    """Lines from one place to another, the last not included, and their columns."""

    start: int
    end: int
    columns: list[Column]


def _gutter(lines: Sequence[TextLine]) -> float | None:
    """Return where the page is parted: running text fills a column on both sides; else None."""
    prose = [chunk for line in lines for chunk in line.chunks if len(chunk.words) >= _PROSE]
    if len(prose) < 12:
        return None
    start, end = min(line.x0 for line in lines), max(line.x1 for line in lines)
    margin = (end - start) / 4
    starts = Counter(round(chunk.x0 / 4) * 4.0 for chunk in prose)
    for at in sorted(at for at, number in starts.items() if number >= 6):
        right = [chunk for chunk in prose if chunk.x0 >= at - 6]
        left = [chunk for chunk in prose if chunk.x1 <= at]
        few, across = min(len(right), len(left)), len(prose) - len(right) - len(left)
        if few < 6 or across > 0.5 * few or not start + margin < at < end - margin:
            continue
        edge = max(chunk.x1 for chunk in left)
        sides = ((left, edge - start), (right, end - at))
        if all(median(c.x1 - c.x0 for c in side) > 0.7 * width for side, width in sides):
            return (edge + at) / 2
    return None


def _streams(lines: list[TextLine], rules: Rules) -> list[list[TextLine]]:
    """Return the lines column by column where the page is set in two columns."""
    gutter = _gutter(lines)
    if gutter is None:
        return [lines]
    streams: list[list[TextLine]] = [[], [], []]
    for line in lines:
        if any(chunk.x0 < gutter < chunk.x1 for chunk in line.chunks):
            streams[2].append(line)
            continue
        for side in (0, 1):
            words = [word for word in line.words if (word.x0 >= gutter) == side]
            streams[side] += filter(None, [text_line(words, rules)])
    return streams


def _white(above: TextLine, below: TextLine) -> float:
    """Return the white between two lines in ems."""
    return (below.top - above.bottom) / max(above.size, below.size)


def _runs(lines: Sequence[TextLine]) -> list[tuple[int, int]]:
    """Return from where to where neighbouring lines all have texts beside each other."""
    runs: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        label = line.chunks[0].text
        if len(line.chunks) < 2 or (_LABEL.fullmatch(label) and not label.isalpha()):
            continue  # `Table 7:` has its title beside it, and is no row
        if runs and runs[-1][1] == index and _white(lines[index - 1], line) <= _FAR:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def _near(lines: Sequence[TextLine], block: _Block, run: tuple[int, int]) -> bool:
    """Tell whether no white, title, running text or second header parts a run from a block."""
    between = lines[block.end : run[0]]
    passed = lines[block.end - 1 : run[0] + 1]
    if len(between) > 6 or any(_white(a, b) > _FAR_GROUPS for a, b in pairwise(passed)):
        return False
    if any(a.is_prose and b.is_prose for a, b in pairwise(between)):
        return False
    if any(_TITLE.match(" ".join(word.text for word in line.words[:2])) for line in between):
        return False
    top = lines[block.start : min(block.start + 6, block.end)]
    first, *others = [[word.text for word in line.words] for line in (lines[run[0]], *top)]
    return first not in others or any(map(is_value, first))


def _crossing(lines: Sequence[TextLine], columns: Sequence[Column]) -> int:
    """Return how many lines have a text that lies in several columns."""
    return sum(bool(cells_of(line, columns).spans) for line in lines)


def _common_columns(
    lines: Sequence[TextLine], block: _Block, run: tuple[int, int], rules: Rules
) -> list[Column]:
    """Return the columns that a run of lines has in common with a block; none: they differ."""
    above = lines[max(block.start, block.end - _WINDOW) : block.end]
    below = lines[run[0] : min(run[1], run[0] + _WINDOW)]
    if len(below) < 3 and len(block.columns) > 1 and not _crossing(below, block.columns):
        return block.columns
    both = columns_of([*above, *below], rules)
    rows = sum(len(line.chunks) > 1 for line in above)
    for columns, many in ((block.columns, rows), (columns_of(below, rules), len(below))):
        # after a line of its own, lines with fewer columns are another table
        more = len(both) > len(columns) + 1 and run[0] > block.end
        if many >= 3 and (more or len(both) < len(columns)):
            return []
    if len(both) < 2 or _crossing(below, both) > 0.3 * len(below):
        return []
    return both if _crossing(above, both) <= 0.5 * len(above) else []


def _blocks(lines: Sequence[TextLine], rules: Rules) -> list[_Block]:
    """Return the parts of a page's lines whose texts stand in the same columns."""
    blocks: list[_Block] = []
    for run in _runs(lines):
        last = blocks[-1] if blocks else None
        near = last is not None and _near(lines, last, run)
        if last and near and (common := _common_columns(lines, last, run, rules)):
            blocks[-1] = _Block(last.start, run[1], common)
            continue
        first = lines[run[0] : min(run[1], run[0] + 2 * _WINDOW)]
        blocks.append(_Block(*run, columns_of(first, rules)))
    return [_Block(b.start, b.end, columns_of(lines[b.start : b.end], rules)) for b in blocks]


def _is_heading(line: TextLine, below: TextLine, columns: Sequence[Column], rules: Rules) -> bool:
    """Tell whether a line of one text, over a table, is a heading of its columns."""
    cells, (x0, x1) = cells_of(line, columns), (columns[0].x0, columns[-1].x1)
    if len(line.chunks) > 1 or _white(line, below) > _CLOSE or 0 in cells.at:
        return False
    if line.x1 > x1 + line.size or _LABEL.match(line.chunks[0].text):
        return False
    if rules.full(line.top - 1.2 * line.size, line.middle, x0, x1):
        return True
    # over several columns it may be the end of a caption, unless it stands over their middle
    middle, over = (line.x0 + line.x1) / 2, (columns[1].x0 + x1) / 2
    centred = abs(middle - over) < line.size < abs(middle - (x0 + x1) / 2)
    return (centred or not cells.spans) and not rules.full(line.middle, below.middle, x0, x1)


def _is_note(lines: Sequence[TextLine], block: _Block, rules: Rules) -> bool:
    """Tell whether a block's last line is a note: a text over columns, or one without figures."""
    columns, last = block.columns, block.end - 1
    line, cells = lines[last], cells_of(lines[last], columns)
    if cells.values():
        return False
    if cells.spans or len(cells.at) == 1:
        return True
    # where the lines over it have figures, it is in smaller type or under the last rule
    above = lines[max(block.start, last - 3) : last]
    if sum(bool(cells_of(other, columns).values()) for other in above) < 0.6 * len(above):
        return False
    ruled = rules.full(lines[last - 1].middle, line.middle, columns[0].x0, columns[-1].x1)
    return bool(ruled) or line.size < 0.92 * lines[last - 1].size


def _bounded(
    lines: Sequence[TextLine], block: _Block, limits: tuple[int, int], rules: Rules
) -> _Block:
    """Return a block without captions and notes, with lone headings and wrapped last cells."""
    columns, block = block.columns, _Block(block.start, block.end, block.columns)
    while block.start < block.end:
        line = lines[block.start]
        if not cells_of(line, columns).spans or not _LABEL.match(line.chunks[0].text):
            break
        block.start += 1
    while block.end > block.start and _is_note(lines, block, rules):
        block.end -= 1
    if block.end - block.start < 2:
        return block
    while block.start > limits[0]:
        line, below = lines[block.start - 1 : block.start + 1]
        if not _is_heading(line, below, columns, rules):
            break
        block.start -= 1
    near = lines[max(block.start, block.end - _WINDOW) : block.end]
    edges = right_edges([cells_of(line, columns) for line in near], columns)
    while block.end < limits[1]:
        above, line = lines[block.end - 1], lines[block.end]
        before, cells = cells_of(above, columns), cells_of(line, columns)
        alone = len(line.chunks) == 1 and not cells.spans and _white(above, line) <= _CLOSE
        wrapped = all(wraps(before, cells, column, edges[column]) for column in cells.at)
        if not (alone and wrapped and abs(above.size - line.size) < 0.5):
            break
        block.end += 1
    return block


def _share(rows: Sequence[Cells], column: int, test: Callable[[str], object]) -> float:
    """Return which part of a column's texts passes a test; 0 for fewer than two texts."""
    texts = [cells.text(column) for cells in rows if column in cells.at]
    return sum(bool(test(text)) for text in texts) / len(texts) if len(texts) > 1 else 0.0


def _straightness(rows: Sequence[Cells], column: int) -> float:
    """Return the share of a column's texts that have an edge or their middle in common."""
    parts = [cells.at[column] for cells in rows if column in cells.at]
    reach = 0.6 * median(cells.line.size for cells in rows)
    best = 0
    for places in (
        sorted(part[0].x0 for part in parts),
        sorted(part[-1].x1 for part in parts),
        sorted((part[0].x0 + part[-1].x1) / 2 for part in parts),
    ):
        start = 0
        for end, place in enumerate(places):
            while place - places[start] > reach:
                start += 1
            best = max(best, end - start + 1)
    return best / max(1, len(parts))


def _is_prose(lines: Sequence[Cells], column: int, box: Column) -> bool:
    """Tell whether a column holds running text: most of its lines are full of words."""
    parts, wide = [x.at[column] for x in lines if column in x.at], 0.7 * (box.x1 - box.x0)
    full = sum(len(part) >= _PROSE - 1 and part[-1].x1 - part[0].x0 > wide for part in parts)
    return full >= 0.5 * len(parts)


def _is_contents(rows: Sequence[Cells], width: int) -> bool:
    """Tell whether the last column is page numbers, that never fall, of a table of contents."""
    last = [cells.text(width - 1) for cells in rows if width - 1 in cells.at]
    small = all(text.isdecimal() and len(text) <= 3 for text in last)
    rises = small and all(int(one) <= int(two) for one, two in pairwise(last))
    return rises and (width == 2 or _share(rows, 0, _MARK.fullmatch) >= 0.7)


def _is_scale(line: TextLine) -> bool:
    """Tell whether a line is the scale of a chart: evenly spaced figures that rise evenly."""
    texts = [re.sub(r"[ %]", "", chunk.text).replace(",", ".") for chunk in line.chunks]
    if len(texts) < 5 or not all(map(_NUMBER.fullmatch, texts)) or texts[0][:2] in {"19", "20"}:
        return False
    for numbers, share in (
        (list(map(float, texts)), 0.01),
        ([chunk.x0 + chunk.x1 for chunk in line.chunks], 0.15),
    ):
        step = (numbers[-1] - numbers[0]) / (len(numbers) - 1)
        if any(abs(b - a - step) > share * step for a, b in pairwise(numbers)) or step <= 0:
            return False
    return True


def _is_table(lines: Sequence[Cells], columns: Sequence[Column], rules: Rules) -> bool:
    """Tell whether there is evidence for a table, and that it is no list, form or chart.

    Rules over and under straight columns, not all of running text; or three rows with a straight
    column of figures; or four rows of short texts in three straight columns.
    """
    width, rows = len(columns), [cells for cells in lines if len(cells.at) > 1]
    em, (first, last) = lines[0].line.size, (lines[0].line, lines[-1].line)
    x0, x1 = min(cells.line.x0 for cells in lines), max(cells.line.x1 for cells in lines)
    ruled = rules.full(first.top - 1.5 * em, last.bottom + 1.5 * em, x0, x1) >= 2
    if len(rows) < (2 if ruled else 3) or any(map(_is_scale, (first, last, lines[-2].line))):
        return False
    straight = [_straightness(rows, column) for column in range(width)]
    marks = {c for c in range(width) if _share(rows, c, _BULLET.fullmatch) >= 0.7}
    values = {c for c in range(1, width) if _share(rows, c, is_value) >= 0.6 <= straight[c]} - marks
    prose = {c for c in set(range(width)) - values if _is_prose(lines, c, columns[c])}
    if ruled:
        return sum(straight) >= 0.6 * width and width - len(marks) > max(1, len(prose))
    labels = [cells.text(0) for cells in rows if 0 in cells.at]
    form = width == 2 and sum(label.endswith(":") for label in labels) >= 0.5 * len(labels)
    if form or _share(rows, 0, (_MARK if width == 2 else _SIGN).fullmatch) >= 0.7:
        return False
    if values:
        return not _is_contents(rows, width)
    filled = sum(len(cells.at) for cells in rows) >= 0.6 * width * len(rows)
    return width >= 3 and len(rows) >= 4 and not prose and min(straight) >= 0.8 and filled


def _tables(lines: Sequence[TextLine], rules: Rules) -> Iterator[AlignedTable]:
    blocks = _blocks(lines, rules)
    ceilings = [block.start for block in blocks[1:]] + [len(lines)]
    floor = 0
    for block, ceiling in zip(blocks, ceilings, strict=False):
        limits, floor = (floor, ceiling), block.end
        if len(block.columns) < 2:
            continue
        part = _bounded(lines, block, limits, rules)
        floor = max(floor, part.end)
        cells = beside([cells_of(line, block.columns) for line in lines[part.start : part.end]])
        if len(cells) < 2 or not _is_table(cells, block.columns, rules):
            continue
        rows, header = Rows(cells, block.columns, rules).build()
        words = [word for row in rows for cell in row for word in cell]
        low = (min(word.x0 for word in words), min(word.top for word in words))
        high = (max(word.x1 for word in words), max(word.bottom for word in words))
        yield AlignedTable(tuple(tuple(map(tuple, row)) for row in rows), (*low, *high), header)


def _holds_rows(boxes: Sequence[Box], lines: Sequence[TextLine]) -> bool:
    """Tell whether one row of rulings holds figures line under line, beside other lines."""
    inside = [x for x in lines if min(b[1] for b in boxes) < x.middle < max(b[3] for b in boxes)]
    texts = [
        [" ".join(w.text for w in x.words if box[0] <= (w.x0 + w.x1) / 2 < box[2]) for x in inside]
        for box in boxes
    ]
    filled = [part for column in texts if (part := list(filter(None, column)))]
    figures = any(len(part) >= 3 and sum(map(is_value, part)) >= 0.8 * len(part) for part in filled)
    # in a row of wrapped cells the first column, the name, has fewer lines than others
    return figures and len(filled) > 1 and len(filled[0]) >= max(3, 0.6 * len(inside))


def _is_tall(boxes: Sequence[Box], lines: Sequence[TextLine]) -> bool:
    """Tell whether three lines of the smallest type find room in a row of rulings."""
    height = max(box[3] for box in boxes) - min(box[1] for box in boxes)
    return height > 2.5 * min((line.size for line in lines), default=height)


def needs_alignment(rows: Sequence[Boxes], lines: Lines, rules: Sequence[Box] = ()) -> bool:
    """Tell whether a grid of rulings holds only part of a table, or many rows in one cell.

    `rows` are the boxes of the grid's cells, `lines` all lines of the page, those in the grid
    included. Where it is so, `find_aligned` on lines that keep the grid's words, with all rules,
    finds the whole table: it takes the grid's place if it overlaps it.
    """
    cells = [found for row in rows if (found := [box for box in row if box is not None])]
    if not cells:
        return False
    x0, top = (min(box[side] for row in cells for box in row) for side in (0, 1))
    x1, bottom = (max(box[side] for row in cells for box in row) for side in (2, 3))
    read = [line for words in lines if (line := text_line(words, Rules([], []))) is not None]
    inside = [line for line in read if top < line.middle < bottom]
    near = page_rules(rules).between(top - 3, bottom + 3)
    near = [rule for rule in near if rule.end > x0 and rule.start < x1]
    start = min((rule.start for rule in near), default=x0)
    end = max((rule.end for rule in near), default=x1)
    for left, right in ((start, x0), (x1, end)):
        out = any(left - 3 < w.x0 and w.x1 < right + 3 for line in inside for w in line.words)
        long = sum(rule.covers(left, right) > 0.8 for rule in near) >= 2
        if out and long and right - left > 10:
            return True
    return any(len(row) > 1 and _is_tall(row, inside) and _holds_rows(row, inside) for row in cells)


def find_aligned(lines: Lines, rules: Sequence[Box] = ()) -> list[AlignedTable]:
    """Return the tables that stand in a page's lines by alignment, top to bottom.

    `lines` are the words outside ruled tables, line by line, each from left to right; `rules`
    are the thin lines and rectangles drawn on the page. Words without text or a finite box are
    left out; no word is in two cells. Nothing is raised.
    """
    drawn = page_rules(rules)
    read = [line for words in lines if (line := text_line(words, drawn)) is not None]
    read.sort(key=lambda line: line.bottom)
    drawn = without_underlines(drawn, read)
    tables = [table for stream in _streams(read, drawn) for table in _tables(stream, drawn)]
    return sorted(tables, key=lambda table: (table.box[1], table.box[0]))
