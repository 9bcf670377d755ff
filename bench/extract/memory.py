"""Peak memory of reading: whether it grows with the pages, and what 500 pages take.

The first 13 and the first 52 pages of one real file are read as files of their own, each in a
fresh process; growth is the second peak over the first. The long file is drawn anew: text and a
ruled table on each of 500 pages. Figures are the process's whole memory, libraries included.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from bench.extract import corpus
from bench.extract.children import peak
from bench.extract.result import Result

REAL = "220806_PAD-2022-00265-documents.pdf"
FEW, MANY = 13, 52
LONG = 500


def _first_pages(path: Path, count: int, into: Path) -> Path:
    """Write the first pages of a PDF as a PDF."""
    source = pypdfium2.PdfDocument(path.read_bytes())
    target = pypdfium2.PdfDocument.new()
    target.import_pages(source, list(range(count)))
    target.save(into)
    target.close()
    source.close()
    return into


def draw_long(path: Path, pages: int) -> Path:
    """Draw a PDF of many pages, each with 30 lines of text and a ruled table of 12 x 4 cells."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    columns = [60.0 + 110 * i for i in range(5)]
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 10)
        for line in range(30):
            text = f"Page {number}, line {line}: the deliveries of vehicles and radios continue."
            canvas.drawString(60, 780 - 13 * line, text)
        rows = [380.0 - 20 * i for i in range(13)]
        canvas.grid(columns, rows)
        for i, low in enumerate(rows[1:]):
            for j, left in enumerate(columns[:-1]):
                canvas.drawString(left + 4, low + 6, f"{number}-{i}-{j} EUR {1000 * i + j}")
        canvas.showPage()
    canvas.save()
    return path


def measure() -> Result:
    """Return growth and peaks in MiB."""
    result = Result("memory")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start, most = peak(draw_long(folder / "long.pdf", LONG))
        result.note("start", start)
        result.note("long", most)
        result.lines.append(f"{LONG} pages: {most:.0f} MiB, {start:.0f} MiB before reading")
        real = next(corpus.FOLDER.rglob(REAL), None)
        if real is None:
            result.lines.append(corpus.NO_FILES)
            return result
        few, many = (peak(_first_pages(real, n, folder / f"{n}.pdf"))[1] for n in (FEW, MANY))
        result.note("growth", many / few - 1)
        result.lines.append(
            f"{REAL}: {few:.0f} MiB for {FEW} pages, {many:.0f} MiB for {MANY}, "
            f"growth {100 * (many / few - 1):.1f} %"
        )
    return result
