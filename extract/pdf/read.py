"""From the bytes of a PDF to a document: page after page, so that memory stays flat."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from core.errors import DamagedDocument, LimitReached
from core.records import Document, Issue, Page, Reading, Table
from extract.common import File
from extract.detect import Detected
from extract.exemptions import find_exemptions
from extract.language import guess_language
from extract.ocr import OcrFault
from extract.pdf.content import Content, DamagedPage, Glyphs, OutOfTime
from extract.pdf.find import find_tables
from extract.pdf.headings import PageLine, find_headings
from extract.pdf.identification import document_title, find_reference, read_identification
from extract.pdf.layout import Line, lay_out
from extract.pdf.lists import find_pdf_lists
from extract.pdf.margins import find_margins
from extract.pdf.opening import NoDrawing, open_pdfium
from extract.pdf.pdfium import Pdfium
from extract.pdf.plumber import open_plumber
from extract.pdf.recognised import Recogniser, content_of, known_language, on_page
from extract.pdf.redaction import Drawing, Seen, visible
from extract.table_facts import continued, described
from extract.version import VERSION

_END_MARK = b"%%EOF"
_TAIL = 2048  # bytes; some servers append a comment
_MOST_UNREADABLE = 0.3  # of a page's characters: more, and its text says nothing
_SAMPLE = 800  # characters of a page that tell its language
_UNREADABLE_PAGE = "The page cannot be read; fetch the file again."
_MORE_TIME = "Raise time_limit."
_NO_MEMORY = "The page needs more memory than a worker may use. Raise memory_limit."
_LANGUAGE_PAGES = 5  # pages enough to tell a language by
_BELOW = 14.0  # points between a table and its notes, and between their lines
_MOST_NOTES = 6
# Of the time for text recognition: pages with text that come after scans are read still, and what
# text is for (tagging, say) takes as long as reading it.
_READING, _STATED = 1.25, 0.65
_LEAST = 1.0  # seconds that reading may take in any case
_ABOVE = 40.0  # points over a table in which a line may state its unit


@dataclass
class _Reading:
    """What has been read of a file so far."""

    file: File
    pages: list[Page] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    lines: dict[int, list[Line]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    recogniser: Recogniser = field(default_factory=Recogniser)
    begun: float = field(default_factory=time.monotonic)

    def late(self) -> bool:
        """Tell whether the time for the file is up."""
        if self.file.seconds is None:
            return False
        taken = time.monotonic() - self.begun
        stated = taken - self.recogniser.used
        limit = self.file.seconds
        return taken > max(_READING * limit, _LEAST) or stated > max(_STATED * limit, _LEAST)

    def leave_out(self, number: int, code: str, detail: str) -> None:
        """Note a page that is not read; what was noted of it before is forgotten."""
        self.tables = [table for table in self.tables if table.page != number]
        self.lines.pop(number, None)
        self.issue(code, number, detail)
        self.pages.append(Page(number=number, text="", method="none"))

    def issue(self, code: str, page: int | None, detail: str) -> None:
        """Note what a person should know of a page."""
        self.issues.append(self.file.issue(code, detail, page=page))


def _bold_rows(table: Table, lines: list[Line]) -> list[bool]:
    """Tell of each row whether all its lines are bold; `lines` are the page's, in order."""
    starts = [line.start for line in lines]
    rows = []
    for row in table.rows:
        spans = [(cell.start, cell.end) for cell in row if cell.text]
        marks = [
            line.bold
            for start, end in spans
            for line in lines[bisect_left(starts, start) : bisect_left(starts, end)]
        ]
        rows.append(bool(marks) and all(marks))
    return rows


def _above(table: Table, lines: list[Line]) -> str:
    """Return the line that stands directly over a table."""
    if table.box is None:
        return ""
    top = table.box[1]
    over = [
        line
        for line in lines
        if not line.in_table and line.box[3] <= top + 1 and top - line.box[3] < _ABOVE
    ]
    return max(over, key=lambda line: line.box[3]).text if over else ""


def _below(table: Table, lines: list[Line]) -> list[str]:
    """Return the lines that stand directly under a table, one under the other."""
    if table.box is None:
        return []
    found: list[str] = []
    edge = table.box[3]
    for line in sorted(lines, key=lambda each: each.box[1]):
        if line.in_table or line.box[1] < edge - 2:
            continue
        if line.box[1] - edge > _BELOW or len(found) == _MOST_NOTES:
            break
        found.append(line.text)
        edge = line.box[3]
    return found


def _method(glyphs: Glyphs) -> Literal["text", "none"]:
    """Tell whether a page has text that can be used."""
    inked = int((~glyphs.blank).sum())
    unreadable = int(glyphs.unreadable.sum())
    return "text" if inked and unreadable <= _MOST_UNREADABLE * inked else "none"


def _recognised(content: Content, seen: Seen, drawing: Drawing, reading: _Reading) -> Page:
    """Return a page without usable text as text recognition reads it; say so where it cannot."""
    number = content.number
    page = _empty(content, seen, "none")
    no_text = "The page has no text layer."
    if len(seen.glyphs):
        no_text = "The page's font does not say its characters."
    if not content.shapes and not len(seen.glyphs):
        reading.issue("page_without_text", number, "The page is empty.")
        return page
    if reading.recogniser.spent:
        detail = f"{no_text} There was no time left to recognise it; raise time_limit."
        reading.issue("text_recognition_cut", number, detail)
        return page
    if not (installed := reading.recogniser.availability).languages:
        reading.issue("text_recognition_missing", number, f"{no_text} {installed.advice}")
        return page
    try:
        found = reading.recogniser.read(content, drawing)
    except OcrFault as error:
        reading.issue("ocr_failed", number, f"{no_text} {error}")
        return page
    if found is None or not found.words:
        reading.issue("page_without_text", number, f"{no_text} None was recognised either.")
        return page
    if not found.complete:
        detail = "Text recognition took too long on the page; words may be missing."
        reading.issue("ocr_failed", number, detail)
    drawn = content_of(found, number)
    page = _laid_out(page, drawn, drawn.glyphs, reading)
    return msgspec.structs.replace(page, method="ocr", words=on_page(page.words, found))


def _read_content(content: Content, drawing: Drawing, reading: _Reading) -> None:
    number = content.number
    seen = visible(content, drawing)
    if seen.hidden:
        reading.issue(
            "hidden_text",
            number,
            f"{seen.hidden} characters that the page does not show are left out.",
        )
    method = _method(seen.glyphs)
    if method == "text":
        page = _laid_out(_empty(content, seen, method), content, seen.glyphs, reading)
    else:
        page = _recognised(content, seen, drawing, reading)
    reading.pages.append(page)


def _empty(content: Content, seen: Seen, method: Literal["text", "none"]) -> Page:
    return Page(
        number=content.number,
        text="",
        method=method,
        width=content.width,
        height=content.height,
        redacted_area=seen.redacted_area,
    )


def _laid_out(page: Page, content: Content, seen: Glyphs, reading: _Reading) -> Page:
    """Return the page with text and words; note its lines and tables."""
    found = find_tables(content, seen)
    if found.skipped:
        reading.issue(
            "table_search_skipped", page.number, "The page has too many lines to look for tables."
        )
    layout = lay_out(page.number, found.lines, found.tables)
    reading.lines[page.number] = [line for line in layout.lines if not line.in_table]
    for table in layout.tables:
        bold = _bold_rows(table, layout.lines)
        above, below = _above(table, layout.lines), _below(table, layout.lines)
        reading.tables.append(described(table, bold, above, below))
    return msgspec.structs.replace(
        page,
        text=layout.text,
        words=tuple(layout.words),
        language=guess_language(layout.text[:_SAMPLE]),
    )


def _read_pages(pdfium: Pdfium, reading: _Reading) -> None:
    """Read all pages by PDFium; a page that it cannot load, or that is empty, by pdfminer.

    Raises `MemoryError` where the only page needs more than there is.
    """
    doubtful = set()
    for number in range(1, pdfium.pages + 1):
        if reading.late():
            _cut(number - 1, pdfium.pages, reading)
            break
        try:
            if not _read_page(number, pdfium, reading):
                doubtful.add(number)
        except MemoryError:
            if pdfium.pages == 1:
                raise
            reading.leave_out(number, "pages_cut", _NO_MEMORY)
    if doubtful:
        _read_again(doubtful, pdfium, reading)
    reading.pages.sort(key=lambda page: page.number)


def _cut(last: int, count: int | None, reading: _Reading) -> None:
    of = "" if count is None else f" of {count:,}"
    detail = f"The time was up after page {last:,}{of}; those after it are not read. {_MORE_TIME}"
    reading.issue("pages_cut", None, detail)


def _read_page(number: int, pdfium: Pdfium, reading: _Reading) -> bool:
    """Read one page by PDFium; return whether it could."""
    try:
        content = pdfium.content(number)
    except DamagedPage:
        return False
    if not len(content.glyphs) and not content.shapes:
        return False
    _read_content(content, pdfium, reading)
    return True


def _read_again(numbers: Set[int], pdfium: Drawing, reading: _Reading) -> None:
    """Read pages by pdfminer that PDFium could not read; those that it cannot are noted.

    Raises `MemoryError` where no other page was read.
    """
    code, detail = "partly_damaged", _UNREADABLE_PAGE
    try:
        with open_plumber(reading.file.data, reading.file.label, reading.late) as plumber:
            for number, content in enumerate(plumber.contents(last=max(numbers)), 1):
                if number in numbers and isinstance(content, Content):
                    _read_content(content, pdfium, reading)
    except (DamagedDocument, DamagedPage):
        pass
    except OutOfTime:
        code, detail = "pages_cut", f"There was no time left to read the page. {_MORE_TIME}"
    except MemoryError:
        if not reading.pages:
            raise
        code, detail = "pages_cut", _NO_MEMORY
    for number in sorted(numbers - {page.number for page in reading.pages}):
        reading.leave_out(number, code, detail)


def _read_without_pdfium(reading: _Reading) -> object:
    """Read all pages by pdfminer, return the title; raise what it raises where it cannot."""
    drawing = NoDrawing()
    with open_plumber(reading.file.data, reading.file.label, reading.late) as plumber:
        try:
            for number, content in enumerate(plumber.contents(), 1):
                if isinstance(content, Content):
                    _read_content(content, drawing, reading)
                else:
                    reading.leave_out(number, "partly_damaged", _UNREADABLE_PAGE)
        except DamagedPage:
            detail = f"The file breaks off after page {len(reading.pages):,}; fetch it again."
            reading.issue("partly_damaged", None, detail)
        except OutOfTime:
            _cut(len(reading.pages), None, reading)
        return plumber.title


def read_pdf(file: File, detected: Detected) -> Reading:
    """Read a PDF: text with words and tables, headings, stated fields, issues.

    Raises `EncryptedDocument` where a password is needed, `DamagedDocument` where neither of two
    libraries finds a page, `LimitReached` where no page could be read in time.
    """
    recogniser = Recogniser(known_language(file.language), file.seconds)
    reading = _Reading(file, recogniser=recogniser)
    pdfium = open_pdfium(file)
    title: object
    if isinstance(pdfium, Pdfium):
        try:
            title = pdfium.title
            _read_pages(pdfium, reading)
        finally:
            pdfium.close()
    else:
        title = _read_without_pdfium(reading)
        reading.issue("partly_damaged", None, f"Not all could be read: {pdfium}")
    if not reading.pages:
        if reading.late():
            raise LimitReached(f"{file.label} takes longer than it may; raise time_limit.")
        raise DamagedDocument(f"{file.label} is a PDF without pages; fetch it again.")
    if _END_MARK not in file.data[-_TAIL:] and not reading.issues:
        reading.issue("partly_damaged", None, "The file has no end; pages may be missing.")
    return Reading(document=_document(reading, title, detected))


def _with_margins(reading: _Reading) -> tuple[Page, ...]:
    margins = find_margins(reading.pages, reading.lines)
    return tuple(
        msgspec.structs.replace(page, margins=margins.get(page.number, ()))
        for page in reading.pages
    )


def _document(reading: _Reading, metadata: object, detected: Detected) -> Document:
    pages = _with_margins(reading)
    tables = continued(reading.tables, pages)
    lines = [
        PageLine(page.number, line) for page in pages for line in reading.lines.get(page.number, ())
    ]
    headings = find_headings(lines, pages)
    lists = find_pdf_lists(pages, reading.lines, headings, tables)
    stated = read_identification(tables)
    reference = find_reference(pages)
    if reference is not None:
        stated["reference"] = reference
    file = reading.file
    text = "\n".join(page.text for page in pages[:_LANGUAGE_PAGES])
    return Document(
        sha256=file.sha256,
        media_type=detected.media_type,
        kind="pdf",
        extractor=VERSION,
        language=file.language or guess_language(text),
        title=document_title(stated.get("title"), metadata, headings),
        reference=reference.text if reference else None,
        pages=pages,
        tables=tables,
        headings=headings,
        lists=lists.items(),
        stated=stated,
        exemptions=find_exemptions(pages),
        issues=(*reading.issues, *lists.issues(file)),
    )
