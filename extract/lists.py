"""Lists in the text of pages: items by their marks, levels by indent and by change of mark.

Word processors and web pages say what is an item; elsewhere a mark has to prove itself. A bullet
sign does so alone, a number only with the next one at the beginning of a line below, a dash with
another dash or under a line that ends with a colon.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from core.records import Issue, ListItem, Table
from extract.common import File
from extract.list_marks import MAY_HOLD, SIGNS, Mark, find_mark

_STOP = re.compile(r"[.;:,!?]['\"’”»)]*$|\b(?:and|or|et|ou|und|oder|y|e|o)$")
_INTRO = re.compile(r"[:：]['\"’”»)]*$")
_DASHED = re.compile(r"[-–—]\s?[A-ZÀ-ÖØ-Þ]")
_NEAR = 3.0  # points between indents that are meant to be the same
_RAGGED = 8.0  # points: numbers may stand flush right
_FAR = 12  # paragraphs between two numbers of a list
_NEAR_DASH = 2  # the same between dashes
_HEADING = 3  # paragraphs that a heading counts for
_OPEN = 16  # lists that may be under way at once
_HEADING_LENGTH = 100
_LONGEST_MARK = 12
_BLANK = 4.0  # points that a blank before a line counts for
_NARROWEST, _WIDEST = 40, 120  # characters of lines that a mail program or an editor has wrapped
MAX_MARKS = 100_000  # of a document; a thousand pages of lists have a fifth of them


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line as lists are told by; `start` and `end` are its place in the page's text.

    `indent` is in points. `gap`: a paragraph begins here for certain; `full`: the line before had
    no room left, so that this one may go on with it; `joined`: the file says that it does.
    `barred`: it is a heading. `depth` is the level of the item that the file says begins here.
    """

    page: int
    start: int
    end: int
    text: str
    indent: float = 0.0
    gap: bool = False
    full: bool = False
    joined: bool = False
    barred: bool = False
    depth: int = 0


@dataclass
class _Run:
    """The members of a list so far; `last` is what the last one may count, by its kind."""

    introduced: bool
    last: dict[str, tuple[int, ...]]
    members: list[TextLine]
    first: dict[str, tuple[int, ...]] = field(default_factory=dict)
    between: int = 0  # paragraphs since the last member
    parted: int = 0  # members that other paragraphs stand before
    longer: int = 0  # members of more than one line

    def __post_init__(self) -> None:
        self.first = self.last

    @property
    def kind(self) -> str:
        """The kind of the marks; of several that a first mark may be of, the one that begins."""
        begins = (kind for kind, value in self.last.items() if value[-1:] == (1,))
        return next(begins, next(reversed(self.last)))

    def takes(self, line: TextLine, kind: str, value: tuple[int, ...]) -> bool:
        """Tell whether a mark is the next member."""
        after = self.last.get(kind)
        if after is None or line.page - self.members[-1].page > 1:
            return False
        apart = abs(line.indent - self.members[-1].indent)
        if not value:
            return apart <= _NEAR and self.between <= _NEAR_DASH
        follows = value[:-1] == after[:-1] and value[-1] == after[-1] + 1
        return follows and apart <= _RAGGED and self.between <= _FAR

    def add(self, line: TextLine, kind: str, value: tuple[int, ...]) -> None:
        """Add the next member."""
        self.parted += bool(self.between)
        self.between = 0
        self.members.append(line)
        self.last = {kind: value}

    @cached_property
    def is_list(self) -> bool:
        """Whether the members prove each other; to be asked when all are known."""
        kind = self.kind
        if kind in SIGNS:
            return True
        count, first = len(self.members), self.first[kind][-1:]
        if count == 1:
            return self.introduced and not first
        begins = first in {(), (1,)} or kind.startswith("(") or self.introduced or count > 2
        return begins and not self._are_headings()

    def _are_headings(self) -> bool:
        """Tell numbered headings that nothing else sets off: short, with text between them."""
        if not self.kind.startswith((".", "level")) or self.parted * 2 < len(self.members) - 1:
            return False
        short = [m for m in self.members if len(m.text) <= _HEADING_LENGTH]
        bare = [m for m in short if not _STOP.search(m.text)]
        return (len(bare) - self.longer) * 2 > len(self.members)


class _Runs:
    """The lists under way in a text, the latest at the end."""

    def __init__(self) -> None:
        self._open: list[_Run] = []

    def paragraph(self, line: TextLine) -> None:
        """Count a paragraph that is no item; those set in under an item belong to it."""
        for run in self._open:
            if line.barred or line.indent <= run.members[-1].indent + _NEAR:
                run.between += _HEADING if line.barred else 1

    def join(self, line: TextLine, mark: Mark, *, opens: bool, introduced: bool) -> _Run | None:
        """Return the list that a mark belongs to; None where it cannot be one's."""
        for kind, value in mark.meanings:
            if not value and not opens and not mark.is_sign:
                continue
            for run in reversed(self._open):
                if run.takes(line, kind, value):
                    run.add(line, kind, value)
                    return run
        if not opens and not mark.is_sign:
            return None
        run = _Run(introduced, dict(mark.meanings), [line])
        self._open = [*self._open, run][-_OPEN:]
        return run


@dataclass
class _Item:
    """The item under way."""

    line: TextLine
    mark: Mark
    level: int
    end: int
    hanging: bool = False

    def takes(self, line: TextLine) -> bool:
        """Tell whether a line goes on with the item."""
        if line.page != self.line.page or line.barred:
            return False
        if line.joined or line.gap or self.line.depth:
            return line.joined
        further = line.indent - self.line.indent
        if self.hanging or further < -_NEAR:
            return further > _NEAR
        self.hanging = further > _NEAR
        return self.hanging or line.full

    def record(self) -> ListItem:
        """Return the item as a record."""
        start = self.line.start + self.mark.start
        return ListItem(self.line.page, start, self.end, self.level, self.mark.text)


class _Levels:
    """The lists that hold each other where the text has come to."""

    def __init__(self) -> None:
        self._stack: list[tuple[str, float]] = []

    def item(self, kind: str, indent: float) -> int:
        """Return the level of the next item."""
        while self._stack and self._stack[-1][1] > indent + _NEAR:
            self._stack.pop()
        for place, (known, at) in enumerate(self._stack):
            if known == kind and abs(at - indent) <= (_RAGGED if len(kind) > 1 else _NEAR):
                del self._stack[place + 1 :]
                return place + 1
        self._stack.append((kind, indent))
        return len(self._stack)

    def paragraph(self, indent: float) -> None:
        """End the lists that a paragraph which is no item stands left of."""
        self._stack = [each for each in self._stack if each[1] < indent - _NEAR]


class _Reader:
    """Goes through the lines of a text; `entries` are those that items are made of.

    An entry is a line with its mark and the list that the mark may belong to. Of lines that follow
    each other outside items, one is kept for each step to the left: they only end lists.
    """

    def __init__(self) -> None:
        self.entries: list[tuple[TextLine, Mark | None, _Run | None]] = []
        self.marks = 0
        self._runs = _Runs()
        self._before: TextLine | None = None
        self._item: _Item | None = None
        self._run: _Run | None = None
        self._left = math.inf  # the indent of the last line that was kept outside items

    def _introduces(self, line: TextLine) -> bool:
        """Tell whether what stands before a line says that it is an item: a colon, or an item."""
        if self._before is not None and _INTRO.search(self._before.text):
            return True
        item = self._item
        inside = item is not None and line.indent > item.line.indent + _NEAR
        return inside and (line.gap or not line.full)

    def line(self, line: TextLine) -> None:
        """Take the next line."""
        before = self._before
        opens = before is None or _opens(line, before)
        mark = find_mark(line.text)
        run = None
        if line.depth:
            mark = mark or _stated_mark(line.text)
        elif mark is not None and (not line.barred or mark.is_sign):
            run = self._runs.join(line, mark, opens=opens, introduced=self._introduces(line))
        if mark is not None and (line.depth or run is not None):
            self.marks += 1
            self._item, self._run, self._left = _Item(line, mark, 1, line.end), run, math.inf
            self.entries.append((line, mark, run))
        else:
            self._text(line, opens=opens)
        self._before = line

    def _text(self, line: TextLine, *, opens: bool) -> None:
        if self._item is not None and self._item.takes(line):
            if self._run is not None and self._item.end == self._item.line.end:
                self._run.longer += 1
            self._item.end = line.end
        else:
            self._item = self._run = None
            if opens or line.barred:
                self._runs.paragraph(line)
            if line.indent >= self._left:
                return
            self._left = line.indent
        self.entries.append((line, None, None))


def _opens(line: TextLine, before: TextLine) -> bool:
    """Tell whether a paragraph may begin with a line."""
    return (
        line.gap
        or not line.full
        or abs(line.indent - before.indent) > _NEAR
        or bool(_STOP.search(before.text))
    )


def _stated_mark(text: str) -> Mark | None:
    """Return what stands before an item that a file states, however odd."""
    first, blank, rest = text.partition(" ")
    return Mark(first, 0, ((first, ()),)) if blank and rest and len(first) < _LONGEST_MARK else None


class Lists:
    """Collects the items of a document; `cut`: it has more marks than `MAX_MARKS`."""

    def __init__(self) -> None:
        self.cut = False
        self._items: list[ListItem] = []
        self._marks = 0

    def add(self, lines: Iterable[TextLine]) -> None:
        """Add the items in the lines of a text.

        `lines` follow each other and hold no running heads, footnotes or tables. An item reaches
        to the end of its paragraph on its page.
        """
        reader = _Reader()
        for line in lines:
            reader.line(line)
            if self._marks + reader.marks >= MAX_MARKS:
                self.cut = True
                break
        self._marks += reader.marks
        self._items += _items(reader)

    def add_cells(self, table: Table, *, own: bool = False) -> None:
        """Add the items in the cells of a table; `own`: each line of a cell is a paragraph."""
        for cell in (cell for row in table.rows for cell in row):
            listed = "\n" in cell.text or cell.text[:1] in SIGNS
            if cell.start >= 0 and listed and not self.cut and MAY_HOLD.search(cell.text):
                self.add(_cell_lines(table.page, cell.start, cell.text, own=own))

    def items(self) -> tuple[ListItem, ...]:
        """Return the items in reading order."""
        return tuple(sorted(self._items, key=lambda item: (item.page, item.start)))

    def issues(self, file: File) -> tuple[Issue, ...]:
        """Return the issue of lists that were cut."""
        detail = f"Lists are told apart down to the {MAX_MARKS:,}th mark of an item."
        return (file.issue("lists_cut", detail),) if self.cut else ()


def _items(reader: _Reader) -> Iterator[ListItem]:
    levels = _Levels()
    item: _Item | None = None
    for line, mark, run in reader.entries:
        if mark is not None and (run is None or run.is_list):
            if item is not None:
                yield item.record()
            level = line.depth if run is None else levels.item(run.kind, line.indent)
            item = _Item(line, mark, level, line.end)
        elif item is not None and item.takes(line):
            item.end = line.end
        else:
            if item is not None:
                yield item.record()
            item = None
            levels.paragraph(line.indent)
    if item is not None:
        yield item.record()


def _cell_lines(page: int, start: int, text: str, *, own: bool) -> Iterator[TextLine]:
    before = ""
    for line in text.split("\n"):
        ended = before.endswith((".", ";", ":")) or line.endswith(":")
        begun = ended and line[:1].isupper()
        full = bool(before) and not (own or begun or _DASHED.match(line))
        yield TextLine(page, start, start + len(line), line, gap=own, full=full)
        start += len(line) + 1
        before = line


def wrapped_lines(page: int, text: str, start: int = 0) -> Iterator[TextLine]:
    """Yield the lines of plain text, which stands at `start` of its page.

    Blank lines part paragraphs; a line goes on with the one before where that had no room left.
    """
    lines = text.split("\n")
    width = max(_NARROWEST, *map(len, lines))
    before = ""
    for line in lines:
        bare = line.strip()
        if bare:
            yield TextLine(
                page,
                start,
                start + len(line.rstrip()),
                line,
                indent=_BLANK * (len(line) - len(line.lstrip())),
                gap=not before,
                full=width <= _WIDEST and len(before) + 1 + len(bare.partition(" ")[0]) > width,
            )
        start += len(line) + 1
        before = line.rstrip()
