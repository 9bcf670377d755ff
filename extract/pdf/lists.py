"""Lists in the pages of a PDF: the indents, gaps and widths of lines tell where items end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from core.records import Heading, Page, Table
from extract.list_marks import MAY_HOLD, SIGNS
from extract.lists import Lists, TextLine
from extract.pdf.layout import Line

_SMALLER = 0.93  # of the size of the page's text: footnotes are set smaller
_LOWER = 0.4  # of a page's height, below which footnotes stand
_NOTE = frozenset("0123456789([*†")
_WINDOW = 5  # lines before and after one that tell how wide its column is
_GAP = 1.3  # times the usual distance between lines
_LEAST_GAP = 0.55  # of a line's size, as blank between two lines
_OTHER_SIZE = 0.1  # of a line's size


def find_pdf_lists(
    pages: Sequence[Page],
    lines: Mapping[int, Sequence[Line]],
    headings: Sequence[Heading],
    tables: Sequence[Table],
) -> Lists:
    """Return the items of lists.

    `lines` are those of each page outside its tables, in reading order. Running heads and footnotes
    hold no items.
    """
    of_page = {page.number: page for page in pages if MAY_HOLD.search(page.text)}
    titles = {(heading.page, heading.start) for heading in headings}
    found = Lists()
    found.add(
        line
        for page in of_page.values()
        for line in _text_lines(page, lines.get(page.number, ()), titles)
    )
    for table in tables:
        if table.page in of_page:
            found.add_cells(table)
    return found


def _without_margins(page: Page, lines: Sequence[Line]) -> list[Line]:
    margins = {start for start, _ in page.margins}
    kept = [line for line in lines if line.start not in margins and line.text.strip()]
    return kept[: len(kept) - _notes(page, kept)]


def _notes(page: Page, lines: Sequence[Line]) -> int:
    """Return how many lines at the end of a page are footnotes."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    if not sizes:
        return 0
    small = _SMALLER * sizes.most_common(1)[0][0]
    notes = 0
    for count, line in enumerate(reversed(lines), 1):
        if line.size >= small or line.box[1] < _LOWER * page.height or line.text[0] in SIGNS:
            break
        if line.text[0] in _NOTE:
            notes = count
    return notes


def _text_lines(
    page: Page, lines: Sequence[Line], titles: set[tuple[int, int]]
) -> Iterator[TextLine]:
    kept = _without_margins(page, lines)
    usual = _usual_distance(kept)
    before: Line | None = None
    for position, line in enumerate(kept):
        near = kept[max(0, position - _WINDOW) : position + _WINDOW]
        yield TextLine(
            page=page.number,
            start=line.start,
            end=line.end,
            text=line.text,
            indent=line.box[0],
            gap=before is None or _is_gap(before, line, usual),
            full=before is not None and _is_full(before, line, near),
            barred=(page.number, line.start) in titles,
        )
        before = line


def _usual_distance(lines: Sequence[Line]) -> float:
    """Return how far lines that follow each other are apart on a page, from top to top."""
    steps = sorted(
        after.box[1] - line.box[1] for line, after in pairwise(lines) if after.box[1] > line.box[1]
    )
    return steps[len(steps) // 2] if steps else 0.0


def _is_gap(before: Line, line: Line, usual: float) -> bool:
    """Tell whether a paragraph or a column ends between two lines."""
    step = line.box[1] - before.box[1]
    if step < -line.size or abs(line.size - before.size) > _OTHER_SIZE * line.size:
        return True
    return step > _GAP * usual and line.box[1] - before.box[3] > _LEAST_GAP * line.size


def _is_full(before: Line, line: Line, near: Sequence[Line]) -> bool:
    """Tell whether the first word of a line had no room at the end of the line before."""
    right = max(each.box[2] for each in near if each.box[0] < before.box[2])
    letter = (line.box[2] - line.box[0]) / max(len(line.text), 1)
    return before.box[2] + letter * (len(line.text.partition(" ")[0]) + 1) > right
