"""Real PDFs of a few lines, with black boxes over words of them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import extract
from core.records import Document

SIZE, LEFT, TOP, STEP = 12, 60, 760, 20


@dataclass(frozen=True)
class Black:
    """A black box over the words of a line (from 0); `flat`: the words beneath it are taken out."""

    line: int
    words: str
    flat: bool = False


def draw(
    lines: Sequence[str],
    *,
    black: Sequence[Black] = (),
    author: str = "",
    title: str = "",
    font: str = "Helvetica",
) -> bytes:
    """Return a PDF of one page with those lines; the same bytes for the same arguments.

    A font other than the ones that every reader has is embedded in part.
    """
    if font == "Vera":
        registerFont(TTFont(font, "Vera.ttf"))  # comes with reportlab
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True)
    canvas.setAuthor(author)
    canvas.setTitle(title)
    canvas.setFont(font, SIZE)
    for number, line in enumerate(lines):
        left = float(LEFT)
        for piece, hidden in _pieces(line, [b for b in black if b.line == number]):
            width = stringWidth(piece, font, SIZE)
            if not (hidden and hidden.flat):
                canvas.drawString(left, TOP - STEP * number, piece)
            left += width
    for box in black:
        before = lines[box.line].partition(box.words)[0]
        left, width = stringWidth(before, font, SIZE), stringWidth(box.words, font, SIZE)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(LEFT + left - 0.5, TOP - STEP * box.line - 4, width + 1, 16, stroke=0, fill=1)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _pieces(line: str, black: Sequence[Black]) -> list[tuple[str, Black | None]]:
    if not black:
        return [(line, None)]
    (box,) = black
    before, words, after = line.partition(box.words)
    assert words, box
    return [(before, None), (words, box), (after, None)]


def read_paper(data: bytes) -> Document:
    """Return a PDF as the reader reads it."""
    return extract.read(data, sha256=hashlib.sha256(data).hexdigest(), name="a.pdf").document
