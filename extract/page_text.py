"""Pages of rendered text as they grow, and the reading that they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.records import Cell, Document, Heading, Issue, Member, Page, Reading, Stated, Table
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.language import guess_language
from extract.table_facts import described
from extract.version import VERSION

# A table of more cells is a trap or an accident; the rest of the page's tables is cut off.
MAX_CELLS = 1_000_000

Rows = Sequence[Sequence[str | None]]


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
        self.cut = False  # whether rows of tables were left out
        self._cells = 0
        self._margins: list[tuple[int, int]] = []
        self._parts: list[str] = []
        self._length = 0
        self._last = ""

    def _add(self, text: str) -> int:
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start

    def _new_line(self) -> None:
        if self._parts:
            self._add("\n")

    def paragraph(self, text: str, level: int = 0) -> None:
        """Add a paragraph; a level above 0 makes it a heading, which is one line."""
        cleaned = self._plain(text)
        plain = one_line(cleaned) if level else cleaned
        if not plain:
            return
        self._new_line()
        start = self._add(plain)
        self._last = one_line(plain.rpartition("\n")[2])
        if level:
            self.headings.append(Heading(self.number, start, self._length, level, plain))

    def margin(self, text: str) -> None:
        """Add the text of a running head or foot; its place is kept apart in `Page.margins`."""
        plain = self._plain(text)
        if plain:
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
        width = max(len(row) for row in rows)
        room = max(MAX_CELLS - self._cells, 0) // width
        self.cut = self.cut or len(rows) > room
        rows = rows[:room]
        self._cells += width * len(rows)
        if not rows:
            return
        self._new_line()
        built: list[tuple[Cell, ...]] = []
        for position, row in enumerate(rows):
            if position:
                self._add("\n")
            full = [*row, *[None] * (width - len(row))]
            built.append(tuple(self._cell(text, column) for column, text in enumerate(full)))
        table = Table(page=self.number, number=len(self.tables) + 1, rows=tuple(built))
        self.tables.append(described(table, (bold or [False] * len(rows))[: len(rows)], self._last))
        self._last = ""

    def _cell(self, text: str | None, column: int) -> Cell:
        if column:
            self._add("\t")
        if text is None:
            return Cell("")
        plain = self._plain(text)
        start = self._add(plain)
        return Cell(plain, start, self._length)

    def _plain(self, text: str) -> str:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return (self._clean(lines) if self._clean else lines).strip()

    def text(self) -> str:
        """Return the text so far."""
        return "".join(self._parts)

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
    cut = tuple(
        file.issue("table_cut", f"Tables end after {MAX_CELLS} cells.", page=text.number)
        for text in texts
        if text.cut
    )
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
            stated=stated or {},
            issues=(*issues, *cut, *empty),
        ),
        members=tuple(members),
    )


def first_heading(texts: Sequence[PageText]) -> str | None:
    """Return the text of the first heading, which stands in for a title that is not stated."""
    return next((heading.text for text in texts for heading in text.headings), None)
