"""Small files that the tests of `extract` make: invented content, real formats."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence

import docx
import xlsxwriter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

import extract
from core.records import Document, Reading

HEIGHT = A4[1]


def sha(data: bytes) -> str:
    """The sha256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def read(
    data: bytes,
    name: str | None = None,
    *,
    media_type: str | None = None,
    language: str | None = None,
    url: str | None = None,
    seconds: float | None = None,
) -> Reading:
    """Read some bytes under their own hash."""
    return extract.read(
        data,
        sha256=sha(data),
        name=name,
        media_type=media_type,
        language=language,
        url=url,
        seconds=seconds,
    )


def checked(document: Document) -> Document:
    """A document whose cells, headings, words and margins stand where they say."""
    texts = {page.number: page.text for page in document.pages}
    for page in document.pages:
        places = [*page.margins, *((word.start, word.end) for word in page.words)]
        assert all(0 <= start < end <= len(page.text) for start, end in places)
    for table in document.tables:
        assert len({len(row) for row in table.rows}) == 1
        for cell in (cell for row in table.rows for cell in row):
            assert cell.start < 0 or texts[table.page][cell.start : cell.end] == cell.text
        for row in table.rows:
            starts = [cell.start for cell in row if cell.start >= 0]
            assert starts == sorted(starts)
    for heading in document.headings:
        assert texts[heading.page][heading.start : heading.end] == heading.text
    return document


def codes(document: Document) -> list[str]:
    """The codes of the issues of a document."""
    return [issue.code for issue in document.issues]


def drawn_pdf(draw: Callable[[Canvas], None], *, password: str | None = None) -> bytes:
    """A PDF that `draw` paints."""
    buffer = io.BytesIO()
    encrypt = StandardEncryption(password, ownerPassword="owner") if password is not None else None
    canvas = Canvas(buffer, pagesize=A4, encrypt=encrypt, invariant=1)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def text_pdf(*pages: Sequence[str], password: str | None = None) -> bytes:
    """A PDF with these lines on its pages, 14 points apart."""

    def draw(canvas: Canvas) -> None:
        for lines in pages:
            for position, line in enumerate(lines):
                canvas.drawString(72, HEIGHT - 72 - 14 * position, line)
            canvas.showPage()

    return drawn_pdf(draw, password=password)


def flowing_pdf(*parts: Flowable, title: str | None = None) -> bytes:
    """A PDF of flowing parts, such as tables that go on over pages."""
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, title=title, invariant=1).build(list(parts))
    return buffer.getvalue()


def paragraph(text: str, style: str = "BodyText") -> Paragraph:
    """A paragraph in one of reportlab's sample styles."""
    return Paragraph(text, getSampleStyleSheet()[style])


def ruled(rows: Sequence[Sequence[object]], *, bold: bool = True, **options: object) -> Table:
    """A table with all its rules drawn, its first row in bold."""
    style: list[tuple[object, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    if bold:
        style.append(("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"))
    return Table([list(row) for row in rows], style=TableStyle(style), **options)


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these rows on its sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for position, row in enumerate(rows):
                sheet.write_row(position, 0, row)
    return buffer.getvalue()


def word_file() -> bytes:
    """A word processor file with a heading, two paragraphs and a table with a merged cell."""
    document = docx.Document()
    document.add_heading("Supply of radios", level=1)
    document.add_paragraph("The border police receives radios.")
    table = document.add_table(rows=3, cols=3)
    for row, texts in enumerate((("Item", "Units", "Cost (EUR)"), ("Radio", "40", "1200"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(2, 0).merge(table.cell(2, 1)).text = "Total"
    table.cell(2, 2).text = "48000"
    document.add_paragraph("End of the annex.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    """A ZIP with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()
