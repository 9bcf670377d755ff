"""From the bytes of a PDF to a document: page after page, so that memory stays flat."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from core.errors import DamagedDocument
from core.records import Document, Issue, Page, Reading, Table
from extract.common import File
from extract.detect import Detected
from extract.exemptions import find_exemptions
from extract.language import guess_language
from extract.ocr import OcrFault
from extract.pdf.content import Content, Glyphs
from extract.pdf.find import find_tables
from extract.pdf.headings import PageLine, find_headings
from extract.pdf.identification import document_title, find_reference, read_identification
from extract.pdf.layout import Line, lay_out
from extract.pdf.margins import find_margins
from extract.pdf.pdfium import DamagedPage, Pdfium
from extract.pdf.plumber import open_plumber
from extract.pdf.recognised import Recogniser, content_of, known_language, on_page
from extract.pdf.redaction import Drawing, Seen, visible
from extract.table_facts import continued, described
from extract.version import VERSION

_END_MARK = b"%%EOF"
_CATALOG = re.compile(rb"(\d+) 0 obj\s*<<[^>]*?/Type\s*/Catalog", re.DOTALL)
_TAIL = 2048  # bytes; some servers append a comment
_MOST_UNREADABLE = 0.3  # of a page's characters: more, and its text says nothing
_SAMPLE = 800  # characters of a page that tell its language
_LANGUAGE_PAGES = 5  # pages enough to tell a language by
_BELOW = 14.0  # points between a table and its notes, and between their lines
_MOST_NOTES = 6
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
    """Read all pages by PDFium; a page that it cannot load, or that is empty, by pdfminer."""
    doubtful = []
    for number in range(1, pdfium.pages + 1):
        try:
            content = pdfium.content(number)
        except DamagedPage:
            doubtful.append(number)
            continue
        if not len(content.glyphs) and not content.shapes:
            doubtful.append(number)
        else:
            _read_content(content, pdfium, reading)
    if doubtful:
        _read_again(doubtful, pdfium, reading)
    reading.pages.sort(key=lambda page: page.number)


def _read_again(numbers: Sequence[int], pdfium: Drawing, reading: _Reading) -> None:
    """Read pages by pdfminer that PDFium could not read; those that it cannot are noted."""
    left = set(numbers)
    try:
        with open_plumber(reading.file.data, reading.file.label) as plumber:
            for number, content in enumerate(plumber.contents(last=max(numbers)), 1):
                if number in left and isinstance(content, Content):
                    left.discard(number)
                    _read_content(content, pdfium, reading)
    except (DamagedDocument, DamagedPage):
        pass
    for number in sorted(left):
        reading.issue("partly_damaged", number, "The page cannot be read; fetch the file again.")
        reading.pages.append(Page(number=number, text="", method="none"))


def _with_trailer(data: bytes) -> bytes | None:
    """Return a cut-off file with a trailer that names its catalog; None where it has none.

    Both libraries find the objects of such a file by searching, but not where to begin.
    """
    catalog = _CATALOG.search(data)
    if catalog is None:
        return None
    # what was cut may have been a stream: end it, or the trailer is taken for its content
    return (
        data
        + b"\nendstream\nendobj\ntrailer\n<< /Root %s 0 R >>\nstartxref\n0\n%%%%EOF\n" % catalog[1]
    )


class _NoDrawing:
    """Stands in where PDFium has not opened a file: nothing can be drawn."""

    scale = 1.0

    @staticmethod
    def page(_number: int, _scale: float | None = None) -> None:
        """Return no drawn page."""


def _read_without_pdfium(reading: _Reading) -> object:
    """Read all pages by pdfminer, return the title; raise what it raises where it cannot."""
    drawing = _NoDrawing()
    with open_plumber(reading.file.data, reading.file.label) as plumber:
        try:
            for number, content in enumerate(plumber.contents(), 1):
                if isinstance(content, Content):
                    _read_content(content, drawing, reading)
                else:
                    detail = f"The page could not be read whole: {content}."
                    reading.issue("partly_damaged", number, detail)
                    reading.pages.append(Page(number=number, text="", method="none"))
        except DamagedPage as error:
            reading.issue("partly_damaged", None, f"The file breaks off: {error}.")
        return plumber.title


def _open_pdfium(file: File) -> Pdfium | DamagedDocument:
    """Open a file by PDFium, as it is or with a trailer set to its end."""
    try:
        return Pdfium(file.data, file.label)
    except DamagedDocument as error:
        mended = _with_trailer(file.data)
        if mended is None:
            return error
        try:
            return Pdfium(mended, file.label)
        except DamagedDocument:
            return error


def read_pdf(file: File, detected: Detected) -> Reading:
    """Read a PDF: text with words and tables, headings, stated fields, issues.

    Raises `EncryptedDocument` where a password is needed, `DamagedDocument` where neither of two
    libraries finds a page.
    """
    recogniser = Recogniser(known_language(file.language), file.seconds)
    reading = _Reading(file, recogniser=recogniser)
    pdfium = _open_pdfium(file)
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
        stated=stated,
        exemptions=find_exemptions(pages),
        issues=tuple(reading.issues),
    )
