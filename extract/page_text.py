"""Pages of rendered text as they grow, and the reading that they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeAlias

from core.records import Cell, Document, Heading, Issue, Member, Page, Reading, Stated, Table
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.language import guess_language
from extract.list_marks import MAY_HOLD
from extract.lists import Lists, TextLine, wrapped_lines
from extract.table_facts import described
from extract.version import VERSION

# A table of more cells is a trap or an accident; the rest of the page's tables is cut off.
MAX_CELLS = 1_000_000
MAX_COLUMNS = 20_000  # of a table; the widest of spreadsheets have 16,384
# Characters of one page. A thousand printed pages have three million; what is longer takes more
# memory to be read than a worker may use.
MAX_TEXT = 10_000_000

Rows = Sequence[Sequence[str | None]]
# What the lines of a paragraph are: parts of it that the file sets off, paragraphs of their own, or
# lines of plain text that a program may have wrapped.
Inner: TypeAlias = Literal["joined", "own", "wrapped"]


class PageText:
    """The text of a page as it grows, with the tables and headings that stand in it.

    Paragraphs and rows end with line feeds, cells are parted by tabs; no other tab is let in.
    Offsets are code points of the page's text, end exclusive.
    """

    def __init__(self, number: int, clean: Callable[[str], str] | None = None) -> None:
        """Begin page `number`; `clean` changes each text before it is added."""
        self.number = number
        self._clean = clean
        self.headings: list[Heading] = []
        self.tables: list[Table] = []
        self.cut = False  # whether cells of tables were left out
        self.text_cut = False  # whether text was left out, as it passes `MAX_TEXT`
        self._cells = 0
        self._margins: list[tuple[int, int]] = []
        self._regions: list[tuple[int, int]] = []  # of tables
        # paragraphs that may hold items of lists, by where they begin
        self._depths: dict[int, int] = {}
        self._joined: set[int] = set()
        self._wrapped: dict[int, int] = {}
        self._parts: list[str] = []
        self._length = 0
        self._last = ""

    def _add(self, text: str) -> int:
        start = self._length
        if start + len(text) > MAX_TEXT:
            self.text_cut = True
            text = text[: max(MAX_TEXT - start, 0)]
        self._parts.append(text)
        self._length += len(text)
        return start

    def _new_line(self) -> None:
        if self._parts:
            self._add("\n")

    def paragraph(
        self, text: str, level: int = 0, *, depth: int = 0, inner: Inner = "joined"
    ) -> None:
        """Add a paragraph; a level above 0 makes it a heading, which is one line.

        `depth` is the level of the list that the file says it is an item of, 0 for none.
        """
        cleaned = self._plain(text)
        plain = one_line(cleaned) if level else cleaned
        if not plain or self._is_full(plain):
            return
        self._new_line()
        start = self._add(plain)
        self._last = one_line(plain.rpartition("\n")[2])
        if level and self._length == start + len(plain):
            self.headings.append(Heading(self.number, start, self._length, level, plain))
        if depth or MAY_HOLD.search(plain):
            self._note(plain, start, depth, inner)

    def _note(self, plain: str, start: int, depth: int, inner: Inner) -> None:
        """Note what a paragraph is for the search of lists."""
        if depth:
            self._depths[start] = depth
        if inner == "wrapped":
            self._wrapped[start] = self._length
        elif inner == "joined":
            at = start
            for line in plain.split("\n")[:-1]:
                at += len(line) + 1
                self._joined.add(at)

    def _is_full(self, text: str) -> bool:
        """Tell whether no letter of a text that is not empty has room, which leaves it out."""
        full = bool(text) and self._length + 1 >= MAX_TEXT
        self.text_cut = self.text_cut or full
        return full

    def margin(self, text: str) -> None:
        """Add the text of a running head or foot; its place is kept apart in `Page.margins`."""
        plain = self._plain(text)
        if plain and not self._is_full(plain):
            self._new_line()
            start = self._add(plain)
            self._margins.append((start, self._length))

    def table(self, rows: Rows, bold: Sequence[bool] | None = None) -> None:
        """Add a table row by row, cells parted by tabs; None is a place without a cell.

        Rows are filled up to the widest one. `bold` says for each row whether all of its text is;
        that sets header rows off. A table without any text is left out.
        """
        if not any(text and text.strip() for row in rows for text in row):
            return
        if self._is_full("table"):
            return
        widest = max(len(row) for row in rows)
        width = min(widest, MAX_COLUMNS)
        room = max(MAX_CELLS - self._cells, 0) // width
        self.cut = self.cut or len(rows) > room or widest > width
        rows = rows[:room]
        self._cells += width * len(rows)
        if not rows:
            return
        self._new_line()
        begin = self._length
        built: list[tuple[Cell, ...]] = []
        for position, row in enumerate(rows):
            if self._is_full("row"):
                break
            if position:
                self._add("\n")
            full = [*row[:width], *[None] * (width - len(row))]
            built.append(tuple(self._cell(text, column) for column, text in enumerate(full)))
        if not built:
            return
        table = Table(page=self.number, number=len(self.tables) + 1, rows=tuple(built))
        shown = (bold or [False] * len(rows))[: len(built)]
        self.tables.append(described(table, shown, self._last))
        self._regions.append((begin, self._length))
        self._last = ""

    def _cell(self, text: str | None, column: int) -> Cell:
        if column:
            self._add("\t")
        if text is None:
            return Cell("")
        plain = self._plain(text)
        start = self._add(plain)
        return Cell(plain[: self._length - start], start, self._length)

    def _plain(self, text: str) -> str:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return (self._clean(lines) if self._clean else lines).strip()

    def cut_issues(self, file: File) -> Iterator[Issue]:
        """Yield an issue for each kind of content that was too much for the page."""
        if self.cut:
            detail = f"Tables end after {MAX_CELLS:,} cells or {MAX_COLUMNS:,} columns."
            yield file.issue("table_cut", detail, page=self.number)
        if self.text_cut:
            detail = f"The text is too long; it ends after {self._length:,} characters."
            yield file.issue("text_cut", detail, page=self.number)

    def text(self) -> str:
        """Return the text so far."""
        return "".join(self._parts)

    def find_lists(self, lists: Lists) -> None:
        """Add the items of the page's lists to `lists`."""
        text = self.text()
        if not self._depths and not MAY_HOLD.search(text):
            return
        lists.add(self._lines(text))
        for table in self.tables:
            lists.add_cells(table, own=True)

    def _lines(self, text: str) -> Iterator[TextLine]:
        """Yield the lines of running text as lists are told by."""
        beyond = {**dict(self._regions), **dict(self._margins)}
        titles = {heading.start for heading in self.headings}
        start = 0
        while start < len(text):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            if start in beyond:
                end = beyond[start]
            elif start in self._wrapped:
                end = self._wrapped[start]
                yield from wrapped_lines(self.number, text[start:end], start)
            else:
                yield TextLine(
                    self.number,
                    start,
                    end,
                    text[start:end],
                    gap=start not in self._joined,
                    joined=start in self._joined,
                    barred=start in titles,
                    depth=self._depths.get(start, 0),
                )
            start = end + 1

    def page(self) -> Page:
        """Return the page."""
        margins = tuple(self._margins)
        return Page(number=self.number, text=self.text(), method="rendered", margins=margins)


def rendered(
    file: File,
    detected: Detected,
    texts: Sequence[PageText],
    *,
    title: str | None = None,
    published: str | None = None,
    language: str | None = None,
    issues: Sequence[Issue] = (),
    members: Sequence[Member] = (),
    stated: dict[str, Stated] | None = None,
) -> Reading:
    """Return the reading of pages; a page without text costs an issue `page_without_text`.

    `language` is what the file itself states; what its source said goes before it, and a guess
    from the text comes last.
    """
    pages = tuple(text.page() for text in texts)
    empty = tuple(
        file.issue("page_without_text", "The page holds no text.", page=page.number)
        for page in pages
        if not page.text.strip()
    )
    cut = tuple(issue for text in texts for issue in text.cut_issues(file))
    lists = Lists()
    for text in texts:
        text.find_lists(lists)
    whole = "\n".join(page.text for page in pages)
    return Reading(
        document=Document(
            sha256=file.sha256,
            media_type=detected.media_type,
            kind=detected.kind,
            extractor=VERSION,
            language=file.language or language or guess_language(whole),
            title=title,
            published=published,
            pages=pages,
            tables=tuple(table for text in texts for table in text.tables),
            headings=tuple(heading for text in texts for heading in text.headings),
            lists=lists.items(),
            stated=stated or {},
            issues=(*issues, *cut, *lists.issues(file), *empty),
        ),
        members=tuple(members),
    )


def first_heading(texts: Sequence[PageText]) -> str | None:
    """Return the text of the first heading, which stands in for a title that is not stated."""
    return next((heading.text for text in texts for heading in text.headings), None)
