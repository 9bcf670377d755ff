"""From the bytes of a PDF to a document: page after page, so that memory stays flat."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from core.errors import DamagedDocument
from core.records import Document, Issue, Page, Reading, Table
from extract.common import File
from extract.detect import Detected
from extract.language import guess_language
from extract.pdf.blanks import without_stray_blanks
from extract.pdf.headings import PageLine, find_headings
from extract.pdf.identification import document_title, find_reference, read_identification
from extract.pdf.layout import Layout, Line, lay_out
from extract.pdf.pdfium import Pdfium
from extract.pdf.redaction import visible
from extract.pdf.source import DamagedPage, DrawnPage, PdfSource, open_pdf
from extract.pdf.tables import find_grids
from extract.table_facts import continued, described
from extract.version import VERSION

_END_MARK = b"%%EOF"
_CATALOG = re.compile(rb"(\d+) 0 obj\s*<<[^>]*?/Type\s*/Catalog", re.DOTALL)
_TAIL = 2048  # bytes; some servers append a comment
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_MOST_UNMAPPED = 0.3  # of a page's characters: more, and its text says nothing
_LANGUAGE_PAGES = 5  # pages enough to tell a language by
_ABOVE = 40.0  # points over a table in which a line may state its unit


@dataclass
class _Reading:
    """What has been read of a file so far."""

    file: File
    pages: list[Page] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    lines: list[PageLine] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def issue(self, code: str, page: int | None, detail: str) -> None:
        """Note what a person should know of a page."""
        self.issues.append(self.file.issue(code, detail, page=page))


def _bold_rows(table: Table, lines: list[Line]) -> list[bool]:
    inside = [line for line in lines if line.in_table]
    rows = []
    for row in table.rows:
        spans = [(cell.start, cell.end) for cell in row if cell.text]
        marks = [
            line.bold
            for line in inside
            if any(start <= line.start and line.end <= end for start, end in spans)
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


def _method(text: str, reading: _Reading, number: int) -> Literal["text", "none"]:
    """Tell whether a page has text that can be used, and say so where it has none."""
    unmapped = len(_UNMAPPED.findall(text))
    letters = len(_UNMAPPED.sub("", text).split())
    if unmapped > _MOST_UNMAPPED * (unmapped + letters):
        reading.issue("unreadable_glyphs", number, "The page's font does not say its characters.")
        return "none"
    if not text.strip():
        reading.issue("page_without_text", number, "The page has no text layer.")
        return "none"
    return "text"


def _read_page(page: DrawnPage, pdfium: Pdfium, reading: _Reading) -> None:
    number = page.page_number
    seen = visible(page, pdfium)
    if seen.hidden:
        reading.issue(
            "hidden_text",
            number,
            f"{seen.hidden} characters that the page does not show are left out.",
        )
    found = find_grids(page, without_stray_blanks(seen.chars))
    if found.skipped:
        reading.issue(
            "table_search_skipped", number, "The page has too many lines to look for tables."
        )
    layout = lay_out(number, found.rest, found.grids)
    text = layout.text
    method = _method(text, reading, number)
    reading.pages.append(
        Page(
            number=number,
            text=text if method == "text" else "",
            method=method,
            width=page.view_width,
            height=page.view_height,
            words=tuple(layout.words) if method == "text" else (),
            redacted_area=seen.redacted_area,
        )
    )
    if method == "text":
        _keep(layout, number, reading)


def _keep(layout: Layout, number: int, reading: _Reading) -> None:
    reading.lines += [PageLine(number, line) for line in layout.lines]
    for table in layout.tables:
        bold = _bold_rows(table, layout.lines)
        reading.tables.append(described(table, bold, _above(table, layout.lines)))


def _tried(page: DrawnPage, pdfium: Pdfium, reading: _Reading) -> None:
    """Read a page; raise `DamagedPage` where its content breaks pdfminer or pdfplumber."""
    try:
        _read_page(page, pdfium, reading)
    except Exception as error:  # neither has a base class for what broken content raises
        raise DamagedPage(str(error) or type(error).__name__) from error


def _read_by_pdfium(number: int, pdfium: Pdfium, reading: _Reading) -> bool:
    """Read the plain text of a page that pdfminer gave up; without words and tables."""
    read = pdfium.text(number)
    if read is None:
        return False
    text, width, height = read
    method = _method(text, reading, number)
    kept = text if method == "text" else ""
    reading.pages.append(Page(number=number, text=kept, method=method, width=width, height=height))
    return True


def _read_pages(source: PdfSource, pdfium: Pdfium, reading: _Reading) -> None:
    try:
        for page in source.pages():
            try:
                _tried(page, pdfium, reading)
            except DamagedPage as error:
                _page_lost(page.page_number, str(error), pdfium, reading)
    except DamagedPage as error:
        reading.issue("partly_damaged", None, f"The file breaks off: {error}.")
    for number in range(len(reading.pages) + 1, pdfium.pages + 1 if reading.issues else 0):
        _read_by_pdfium(number, pdfium, reading)


def _page_lost(number: int, cause: str, pdfium: Pdfium, reading: _Reading) -> None:
    reading.pages = [page for page in reading.pages if page.number != number]
    reading.issue("partly_damaged", number, f"The page could not be read whole: {cause}.")
    if not _read_by_pdfium(number, pdfium, reading):
        reading.pages.append(Page(number=number, text="", method="none"))


def _with_trailer(data: bytes) -> bytes | None:
    """Return a cut-off file with a trailer that names its catalog; None where it has none.

    Both libraries find the objects of such a file by searching, but not where to begin.
    """
    catalog = _CATALOG.search(data)
    if catalog is None:
        return None
    return data + b"\ntrailer\n<< /Root %s 0 R >>\nstartxref\n0\n%%%%EOF\n" % catalog[1]


def _read_open(data: bytes, pdfium: Pdfium, reading: _Reading) -> object:
    """Read all pages; return the title in the file's metadata."""
    with open_pdf(data, reading.file.label) as source:
        _read_pages(source, pdfium, reading)
        title: object = source.metadata.get("Title")
        return title


def _read_broken(error: DamagedDocument, reading: _Reading) -> None:
    """Read a file that pdfminer refuses: mended, else by PDFium alone, else raise the error."""
    data = reading.file.data
    mended = _with_trailer(data)
    pdfium = Pdfium(mended or data)
    try:
        if mended:
            _read_open(mended, pdfium, reading)
    except DamagedDocument:
        reading.pages.clear()
    if not reading.pages:
        for number in range(1, pdfium.pages + 1):
            _read_by_pdfium(number, pdfium, reading)
    pdfium.close()
    if not any(page.text for page in reading.pages):
        raise error
    reading.issue("partly_damaged", None, f"Not all could be read: {error}")


def read_pdf(file: File, detected: Detected) -> Reading:
    """Read a PDF: text with words and tables, headings, stated fields, issues.

    Raises `EncryptedDocument` where a password is needed, `DamagedDocument` where neither of two
    libraries finds a page.
    """
    reading = _Reading(file)
    pdfium = Pdfium(file.data)
    metadata: object = None
    try:
        metadata = _read_open(file.data, pdfium, reading)
    except DamagedDocument as error:
        _read_broken(error, reading)
    finally:
        pdfium.close()
    if not reading.pages:
        raise DamagedDocument(f"{file.label} is a PDF without pages; fetch it again.")
    if _END_MARK not in file.data[-_TAIL:] and not reading.issues:
        reading.issue("partly_damaged", None, "The file has no end; pages may be missing.")
    return Reading(document=_document(reading, metadata, detected))


def _document(reading: _Reading, metadata: object, detected: Detected) -> Document:
    tables = continued(reading.tables, reading.pages)
    headings = find_headings(reading.lines, reading.pages)
    stated = read_identification(tables)
    reference = find_reference(reading.pages)
    if reference is not None:
        stated["reference"] = reference
    file = reading.file
    text = "\n".join(page.text for page in reading.pages[:_LANGUAGE_PAGES])
    return Document(
        sha256=file.sha256,
        media_type=detected.media_type,
        kind="pdf",
        extractor=VERSION,
        language=file.language or guess_language(text),
        title=document_title(stated.get("title"), metadata, headings),
        reference=reference.text if reference else None,
        pages=tuple(reading.pages),
        tables=tables,
        headings=headings,
        stated=stated,
        issues=tuple(reading.issues),
    )
