"""Draws papers as PDF files that look like action documents: ruled tables, footnotes, page numbers.

The same paper gives the same bytes on every run (reportlab's invariant mode), and drawing reports
the page on which each block really came to stand.
"""

import datetime as dt
import hashlib
import html
import io
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Table,
)

from demo.marks import strip_marks
from demo.papers import Block, read_blocks
from demo.world import Paper

_WIDTH, _HEIGHT = A4
_MARGIN = 2.3 * cm
_NOTE_SPACE = 2.4 * cm
_FOOTNOTE = re.compile(r"\[\^([^\]]*)\]")
_BLACKENED = re.compile(r"\[(#+)\]")
# two no-break spaces are about as wide as the letter or digit that stood in their place
_BOX = "\u00a0\u00a0"
# what reportlab writes in invariant mode; what comes in its place leaves all offsets as they are
_IDENTITY = re.compile(rb"(/ID\s*\[<[0-9a-f]{32}>)<[0-9a-f]{32}>")
_FIXED_DAY = re.compile(rb"\(D:20000101000000([^)]*)\)")
_BASE = ParagraphStyle("paragraph", fontName="Times-Roman", fontSize=11, leading=13.6)
_BODY = ParagraphStyle("body", _BASE, alignment=TA_JUSTIFY, spaceAfter=6)
_STYLES = {
    "title": ParagraphStyle(
        "title", _BASE, fontName="Times-Bold", fontSize=13, leading=16, alignment=TA_CENTER
    ),
    "subtitle": ParagraphStyle(
        "subtitle", _BASE, fontName="Times-Italic", alignment=TA_CENTER, spaceAfter=8
    ),
    "heading": ParagraphStyle(
        "heading", _BASE, fontName="Times-Bold", fontSize=12, spaceBefore=10, spaceAfter=6
    ),
    "subheading": ParagraphStyle(
        "subheading", _BASE, fontName="Times-BoldItalic", spaceBefore=6, spaceAfter=4
    ),
    "paragraph": _BODY,
    "lead": _BODY,
    "bullet": ParagraphStyle("bullet", _BODY, leftIndent=18, bulletIndent=6, spaceAfter=3),
    "cell": ParagraphStyle("cell", _BASE, fontSize=9.5, leading=11.5),
    "strong": ParagraphStyle("strong", _BASE, fontName="Times-Bold", fontSize=9.5, leading=11.5),
}
_NOTE = ParagraphStyle("note", _BASE, fontSize=8.5, leading=10)
_TABLES = {
    "identification": {"identification"},
    "budget": {"head", "row", "total"},
}
_GRID = [
    ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
]


@dataclass
class _Sheet:
    """What drawing learns: the page of each block, the footnotes, those due on the open page."""

    header: str
    pages: dict[int, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    due: list[int] = field(default_factory=list)

    def open_page(self, canvas: Canvas, _template: object) -> None:
        """Draw the header and let paragraphs report to this sheet."""
        canvas.setNamedCB("sight", self.sight)
        canvas.setNamedCB("note", self.note)
        canvas.setFont("Times-Roman", 8.5)
        canvas.drawString(_MARGIN, _HEIGHT - 1.3 * cm, self.header)

    def sight(self, canvas: Canvas, _kind: str, label: str) -> None:
        """Note the page on which a block is drawn."""
        self.pages[int(label)] = canvas.getPageNumber()

    def note(self, _canvas: Canvas, _kind: str, label: str) -> None:
        """Note that a footnote is due at the foot of the open page."""
        self.due.append(int(label))

    def close_page(self, canvas: Canvas, _template: object) -> None:
        """Draw the due footnotes over a short rule, and the page number."""
        y = 1.6 * cm
        for number in reversed(self.due):
            text = f"<super>{number}</super> {self.notes[number - 1]}"
            note = Paragraph(text, _NOTE)
            _, height = note.wrap(_WIDTH - 2 * _MARGIN, _NOTE_SPACE)
            note.drawOn(canvas, _MARGIN, y)
            y += height + 2
        if self.due:
            canvas.line(_MARGIN, y + 2, _MARGIN + 5 * cm, y + 2)
        self.due.clear()
        canvas.setFont("Times-Roman", 9)
        canvas.drawCentredString(_WIDTH / 2, 1 * cm, str(canvas.getPageNumber()))


def draw(paper: Paper) -> tuple[bytes, dict[int, int]]:
    """Draw a paper: its PDF, and the page (from 1) of each block that states an entry.

    `[####]` in a text is a blackened place, as wide as the four letters that are no longer there.
    """
    sheet = _Sheet(header=paper.header)
    target = io.BytesIO()
    template = BaseDocTemplate(
        target,
        pagesize=A4,
        title=paper.title,
        lang=paper.language,
        invariant=1,
        topMargin=_MARGIN,
        **({"producer": "Document Converter 4.2"} if paper.saved else {}),
    )
    frame = Frame(
        _MARGIN,
        1.2 * cm + _NOTE_SPACE,
        _WIDTH - 2 * _MARGIN,
        _HEIGHT - 1.2 * cm - _NOTE_SPACE - 1.8 * cm,
        leftPadding=0,
        rightPadding=0,
    )
    page = PageTemplate(frames=[frame], onPage=sheet.open_page, onPageEnd=sheet.close_page)
    template.addPageTemplates([page])
    template.build(list(_story(read_blocks(paper), sheet)))
    pdf = target.getvalue()
    return _saved_anew(pdf, paper.saved) if paper.saved else pdf, sheet.pages


def _saved_anew(pdf: bytes, day: dt.date) -> bytes:
    """Return a PDF with the day and second identifier that saving gives it (ISO 32000, 14.4)."""
    dated = _FIXED_DAY.sub(rb"(D:%s120000\1)" % f"{day:%Y%m%d}".encode(), pdf)
    second = hashlib.sha256(dated).hexdigest()[:32].encode()
    return _IDENTITY.sub(rb"\1<%s>" % second, dated)


def _story(blocks: list[Block], sheet: _Sheet) -> Iterable[Flowable]:
    numbered = list(enumerate(blocks))
    for table, group in itertools.groupby(numbered, key=lambda pair: _table_of(pair[1])):
        if table == "identification":
            yield _identification(list(group), sheet)
        elif table == "budget":
            yield from _budgets(list(group), sheet)
        else:
            for number, block in group:
                yield _flowable(number, block, sheet)


def _table_of(block: Block) -> str | None:
    return next((name for name, kinds in _TABLES.items() if block.kind in kinds), None)


def _flowable(number: int, block: Block, sheet: _Sheet) -> Flowable:
    if block.kind == "break":
        return PageBreak()
    bullet = "–" if block.kind == "bullet" else None
    drawn = Paragraph(_inline(number, block, block.text, sheet), _STYLES[block.kind], bullet)
    if "heading" in block.kind:
        drawn.keepWithNext = 1
    return KeepTogether([drawn]) if block.states_entries else drawn


def _inline(number: int, block: Block, text: str, sheet: _Sheet) -> str:
    """Return reportlab's markup of a text: marks dropped, footnotes numbered, a place reported."""

    def note(match: re.Match[str]) -> str:
        sheet.notes.append(match[1])
        index = len(sheet.notes)
        return f'<onDraw name="note" label="{index}"/><super rise="3" size="7.5">{index}</super>'

    plain = _FOOTNOTE.sub(note, strip_marks(html.escape(text, quote=False)))
    plain = _BLACKENED.sub(_box, plain)
    sight = f'<onDraw name="sight" label="{number}"/>' if block.states_entries else ""
    return sight + plain.replace(" // ", "<br/>")


def _box(match: re.Match[str]) -> str:
    return f'<span backColor="black">{_BOX * len(match[1])}</span>'


def _identification(rows: list[tuple[int, Block]], sheet: _Sheet) -> Table:
    data = [
        [
            Paragraph(_inline(number, block, block.cells[0], sheet), _STYLES["strong"]),
            Paragraph(_inline(number, block, block.cells[1], sheet), _STYLES["cell"]),
        ]
        for number, block in rows
    ]
    width = _WIDTH - 2 * _MARGIN
    return Table(data, [0.3 * width, 0.7 * width], style=_GRID, spaceAfter=8)


def _budgets(rows: list[tuple[int, Block]], sheet: _Sheet) -> Iterable[Table]:
    heads = [i for i, (_, block) in enumerate(rows) if block.kind == "head"]
    for start, end in itertools.pairwise([*heads, len(rows)]):
        yield _budget(rows[start:end], sheet)


def _budget(rows: list[tuple[int, Block]], sheet: _Sheet) -> Table:
    data = [_cells(number, block, sheet) for number, block in rows]
    width = _WIDTH - 2 * _MARGIN
    style: list[tuple[Any, ...]] = [*_GRID, ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)]
    columns = [share * width for share in rows[0][1].widths]
    return Table(data, columns, style=style, repeatRows=1, spaceBefore=4, spaceAfter=10)


def _cells(number: int, block: Block, sheet: _Sheet) -> list[Paragraph]:
    style = _STYLES["cell" if block.kind == "row" else "strong"]
    return [Paragraph(_inline(number, block, cell, sheet), style) for cell in block.cells]
