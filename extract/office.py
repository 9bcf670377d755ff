"""Spreadsheets (XLSX, XLS, ODS) and word processor files (DOCX) as pages of text and tables."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Any

import docx
import python_calamine
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph

from core.errors import DamagedDocument, EncryptedDocument
from core.records import Cell, Document, Heading, Issue, Page, Reading, Table
from core.text import one_line
from extract.archives import check_sizes
from extract.common import File
from extract.detect import Detected
from extract.language import guess_language
from extract.table_facts import described
from extract.version import VERSION

# A sheet of a million empty, formatted rows is an accident; beyond this it is cut, with an issue.
MAX_CELLS = 500_000


class PageText:
    """The text of a page as it grows, with the tables and headings that stand in it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.headings: list[Heading] = []
        self.tables: list[Table] = []
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
        """Add a paragraph; a level above 0 makes it a heading."""
        self._new_line()
        start = self._add(text)
        self._last = one_line(text)
        if level:
            self.headings.append(Heading(self.number, start, self._length, level, self._last))

    def table(self, rows: Sequence[Sequence[str | None]], bold: Sequence[bool]) -> None:
        """Add a table row by row, cells parted by tabs; None is a place without a cell."""
        self._new_line()
        built: list[tuple[Cell, ...]] = []
        for position, row in enumerate(rows):
            if position:
                self._add("\n")
            built.append(tuple(self._cell(text, column) for column, text in enumerate(row)))
        table = Table(page=self.number, number=len(self.tables) + 1, rows=tuple(built))
        self.tables.append(described(table, bold, self._last))
        self._last = ""

    def _cell(self, text: str | None, column: int) -> Cell:
        if column:
            self._add("\t")
        if text is None:
            return Cell("")
        start = self._add(text)
        return Cell(text, start, self._length)

    def page(self) -> Page:
        """Return the page."""
        return Page(number=self.number, text="".join(self._parts), method="rendered")


def _cell_text(value: Any) -> str:
    """Return a cell's value as a person would write it: no `.0` at whole numbers, ISO dates."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\t", " ").strip()


def _sheet_rows(sheet: Any) -> tuple[list[list[str | None]], bool]:
    """Return the rows of a sheet without empty rows and columns, and whether they were cut."""
    rows: list[list[str | None]] = []
    cells = 0
    for raw in sheet.iter_rows():
        row: list[str | None] = [_cell_text(value) for value in raw]
        cells += len(row)
        if cells > MAX_CELLS:
            return _trimmed(rows), True
        if any(row):
            rows.append(row)
    return _trimmed(rows), False


def _trimmed(rows: list[list[str | None]]) -> list[list[str | None]]:
    width = max((len(row) for row in rows), default=0)
    full = [row + [""] * (width - len(row)) for row in rows]
    used = [column for column in range(width) if any(row[column] for row in full)]
    return [[row[column] for column in used] for row in full]


def _caption_rows(rows: list[list[str | None]]) -> int:
    """Return how many rows at the top hold one text only: titles over the table."""
    count = 0
    for row in rows[:-1]:
        if sum(1 for text in row if text) != 1:
            break
        count += 1
    return count


def _read_sheet(number: int, name: str, sheet: Any, file: File) -> tuple[PageText, list[Issue]]:
    page = PageText(number)
    page.paragraph(name, level=1)
    rows, cut = _sheet_rows(sheet)
    captions = _caption_rows(rows)
    for row in rows[:captions]:
        page.paragraph(next(text for text in row if text))
    body = rows[captions:]
    if body:
        page.table(body, [False] * len(body))
    detail = f"Sheet {name} has more than {MAX_CELLS} cells; the rest is not read."
    return page, [file.issue("sheet_cut", detail, page=number)] if cut else []


def read_xlsx(file: File, detected: Detected) -> Reading:
    """Read a workbook: each sheet a page whose first line is its name, its rows one table.

    Raises `EncryptedDocument`, `DamagedDocument`, and `HostileDocument` for a bomb in its ZIP.
    """
    if file.data.startswith(b"PK"):
        check_sizes(file)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except python_calamine.PasswordError as error:
        raise EncryptedDocument(f"{file.label} needs a password; add a copy without.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DamagedDocument(
            f"{file.label} is no complete workbook ({error}); fetch it again."
        ) from error
    if not sheets:
        raise DamagedDocument(f"{file.label} is a workbook without a sheet; fetch it again.")
    read = [_read_sheet(at, name, sheet, file) for at, (name, sheet) in enumerate(sheets, 1)]
    issues = tuple(issue for _, found in read for issue in found)
    return _reading(file, detected, [page for page, _ in read], None, issues)


def _docx_rows(table: DocxTable) -> list[list[str | None]]:
    """Return a table's texts; a merged cell counts once, its other places are None."""
    seen: set[Any] = set()
    rows: list[list[str | None]] = []
    for row in table.rows:
        texts: list[str | None] = []
        for cell in row.cells:
            key = cell._tc  # noqa: SLF001 - the only sign that two places are one merged cell
            texts.append(None if key in seen else cell.text.replace("\t", " ").strip())
            seen.add(key)
        rows.append(texts)
    width = max((len(row) for row in rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows]


def _bold_rows(table: DocxTable) -> list[bool]:
    rows = []
    for row in table.rows:
        paragraphs = [p for cell in row.cells for p in cell.paragraphs]
        runs = [run for p in paragraphs for run in p.runs if run.text.strip()]
        rows.append(bool(runs) and all(run.bold for run in runs))
    return rows


def _level(paragraph: Paragraph) -> int:
    style = (paragraph.style.name if paragraph.style is not None else None) or ""
    if style == "Title":
        return 1
    name, _, number = style.partition(" ")
    return min(6, int(number)) if name == "Heading" and number.isdigit() else 0


def _blocks(document: Any) -> Iterator[Paragraph | DocxTable]:
    yield from document.iter_inner_content()


def _fill(page: PageText, document: Any) -> None:
    for block in _blocks(document):
        if isinstance(block, DocxTable):
            rows = _docx_rows(block)
            if any(text for row in rows for text in row):
                page.table(rows, _bold_rows(block))
        elif block.text.strip():
            page.paragraph(block.text.replace("\t", " ").strip(), _level(block))


def read_docx(file: File, detected: Detected) -> Reading:
    """Read a word processor file as one page: paragraphs and tables in their order.

    Raises `DamagedDocument`, and `HostileDocument` for a bomb in its ZIP.
    """
    check_sizes(file)
    page = PageText(1)
    try:
        document = docx.Document(io.BytesIO(file.data))
        _fill(page, document)
        own = document.core_properties.title
    except Exception as error:  # python-docx lets KeyError, XMLSyntaxError and others through
        raise DamagedDocument(
            f"{file.label} is no complete DOCX ({type(error).__name__}); fetch it again."
        ) from error
    return _reading(file, detected, [page], one_line(own or "") or None)


def _reading(
    file: File,
    detected: Detected,
    texts: list[PageText],
    title: str | None = None,
    issues: tuple[Issue, ...] = (),
) -> Reading:
    pages = tuple(text.page() for text in texts)
    headings = tuple(heading for text in texts for heading in text.headings)
    first = headings[0].text if headings and detected.kind == "docx" else None
    empty = tuple(
        file.issue("page_without_text", "The page holds no text.", page=page.number)
        for page in pages
        if not page.text.strip()
    )
    return Reading(
        document=Document(
            sha256=file.sha256,
            media_type=detected.media_type,
            kind=detected.kind,
            extractor=VERSION,
            language=file.language or guess_language("\n".join(page.text for page in pages)),
            title=title or first,
            pages=pages,
            tables=tuple(table for text in texts for table in text.tables),
            headings=headings,
            issues=issues + empty,
        )
    )
