"""Pages that reportlab draws and PDFium renders, laid askew as scanners lay them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
import pypdfium2
from PIL import Image
from rapidfuzz.distance import Levenshtein
from reportlab.pdfgen.canvas import Canvas

from extract.ocr.turn import Grey

SCALE = 300 / 72
WIDTH, HEIGHT = 420.0, 300.0

ENGLISH = (
    "The contract provides for four patrol boats of 12 metres, two",
    "mobile radar units and 38 night vision goggles, delivered to the",
    "port by 30 September 2021 at a total cost of EUR 4,750,000.00.",
    "Spare parts, training of the crews and maintenance for three",
    "years are included; fuel, berths and insurance are not. Lot 2",
    "(thermal cameras, ref. 7431/B) was not awarded, because none of",
    "the five tenders met the required range of 15 km at sea.",
)
FRENCH = (
    "Le marché prévoit la fourniture de quatre vedettes de 12 mètres,",
    "de deux radars mobiles et de 38 jumelles de vision nocturne, à",
    "livrer au port avant le 30 septembre 2021 pour un coût total de",
    "4 750 000,00 euros. Les pièces de rechange, la formation des",
    "équipages et l'entretien pendant trois années sont compris ; le",
    "carburant et les assurances ne le sont pas. Le lot nº 2 (caméras",
    "thermiques) n'a pas été attribué, faute d'offre conforme.",
)


def rendered(
    draw: Callable[[Canvas], None],
    *,
    width: float = WIDTH,
    height: float = HEIGHT,
    scale: float = SCALE,
) -> Grey:
    """The grey levels of a page that a function draws, `scale` pixels to the point."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(width, height))
    draw(canvas)
    canvas.showPage()
    canvas.save()
    with pypdfium2.PdfDocument(target.getvalue()) as document:
        bitmap = document[0].render(scale=scale, grayscale=True)
        return np.array(bitmap.to_numpy()).squeeze()


def text_page(
    lines: Sequence[str],
    *,
    font: str = "Helvetica",
    size: float = 11.0,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Grey:
    """A page with these lines, 16 points apart."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for number, line in enumerate(lines):
            canvas.drawString(40, height - 50 - 16 * number, line)

    return rendered(draw, width=width, height=height)


def table_page(
    rows: Sequence[Sequence[str]], columns: Sequence[float], *, grey: float = 0.0
) -> Grey:
    """A page with a ruled table: its left and right edges at `columns`, rows 20 points high."""
    top = HEIGHT - 40

    def draw(canvas: Canvas) -> None:
        canvas.setStrokeGray(grey)
        bottom = top - 20 * len(rows)
        for number in range(len(rows) + 1):
            canvas.line(columns[0], top - 20 * number, columns[-1], top - 20 * number)
        for column in columns:
            canvas.line(column, top, column, bottom)
        canvas.setFont("Helvetica", 10)
        for number, row in enumerate(rows):
            for left, cell in zip(columns, row, strict=False):
                canvas.drawString(left + 5, top - 20 * number - 14, cell)

    return rendered(draw)


def laid(pixels: Grey, *, rotation: int = 0, skew: float = 0.0) -> Grey:
    """The picture as scanned: lines fall by `skew` degrees, and a clockwise turn by `rotation`
    degrees makes it readable again."""
    if skew:
        sloped = Image.fromarray(pixels).rotate(
            -skew, Image.Resampling.BICUBIC, expand=True, fillcolor=255
        )
        pixels = np.asarray(sloped)
    return np.ascontiguousarray(np.rot90(pixels, rotation // 90))


def right_characters(truth: Sequence[str], text: str) -> float:
    """The share of the truth's characters that were read right, line breaks as blanks."""
    expected = " ".join(truth)
    return 1 - Levenshtein.distance(expected, " ".join(text.split())) / len(expected)
