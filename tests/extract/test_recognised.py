"""Scans and letters drawn as curves: read by text recognition, or said to wait for it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import extract
from core.records import Document
from tests.extract.files import drawn_pdf, flowing_pdf, paragraph, read, ruled, text_pdf

needs_tesseract = pytest.mark.skipif(
    not extract.can_recognise(), reason="Tesseract or its language data are not installed"
)
LINES = ["Twelve patrol boats were handed over", "to the coast guard of Ruritania in 2031."]
ROWS = [["Item", "Units", "Cost"], ["Patrol boat", "12", "2500"], ["Radio", "40", "100"]]


def scanned(data: bytes, *, turn: int = 0) -> bytes:
    """The same pages as pictures alone, as a scanner gives them."""
    document = pypdfium2.PdfDocument(data)
    drawn = [page.render(scale=300 / 72, grayscale=True).to_pil() for page in document]
    pages = [picture.rotate(turn, expand=True, fillcolor=255) for picture in drawn]
    document.close()

    def draw(canvas: Canvas) -> None:
        for picture in pages:
            buffer = io.BytesIO()
            picture.save(buffer, "PNG")
            buffer.seek(0)
            width, height = picture.size
            canvas.setPageSize((width * 0.24, height * 0.24))
            canvas.drawImage(ImageReader(buffer), 0, 0, width * 0.24, height * 0.24)
            canvas.showPage()

    return drawn_pdf(draw)


def document_of(data: bytes) -> Document:
    return read(data, "scan.pdf", language="en").document


@needs_tesseract
def test_a_scan_is_read_with_boxes_and_confidence() -> None:
    document = document_of(scanned(text_pdf(LINES)))
    (page,) = document.pages
    (original,) = read(text_pdf(LINES), "a.pdf").document.pages
    assert (page.method, page.text) == ("ocr", "\n".join(LINES))
    assert document.issues == ()
    assert all(0.5 < word.confidence <= 1 for word in page.words)
    for word, stated in zip(page.words, original.words, strict=True):
        assert abs(word.x0 - stated.x0) < 3
        assert abs(word.x1 - stated.x1) < 3
        assert stated.top - 3 < (word.top + word.bottom) / 2 < stated.bottom + 3


@needs_tesseract
def test_a_ruled_table_of_a_scan_is_a_table() -> None:
    document = document_of(scanned(flowing_pdf(paragraph("Goods delivered"), ruled(ROWS))))
    (table,) = document.tables
    assert [[cell.text for cell in row] for row in table.rows] == ROWS
    text = document.pages[0].text
    assert all(text[c.start : c.end] == c.text for row in table.rows for c in row)


@needs_tesseract
@pytest.mark.parametrize("turn", [90, 180, 3])
def test_a_scan_that_lies_askew_is_read(turn: int) -> None:
    document = document_of(scanned(text_pdf(LINES * 4), turn=turn))
    (page,) = document.pages
    assert page.text.split() == " ".join(LINES * 4).split()
    for word in page.words:
        assert 0 <= word.x0 < word.x1 <= page.width + 1
        assert 0 <= word.top < word.bottom <= page.height + 1


@needs_tesseract
def test_only_pages_without_text_are_recognised() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "A page with text of its own.")
        canvas.showPage()
        picture = Image.new("L", (600, 800), 255)
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        canvas.showPage()

    document = document_of(drawn_pdf(draw))
    assert [page.method for page in document.pages] == ["text", "none"]
    assert [(issue.code, issue.page) for issue in document.issues] == [("page_without_text", 2)]


@needs_tesseract
def test_no_time_left_is_said_of_each_page() -> None:
    data = scanned(text_pdf(LINES, LINES))
    document = extract.read(data, sha256="0" * 64, name="scan.pdf", seconds=0.0).document
    assert [page.method for page in document.pages] == ["none", "none"]
    assert [issue.code for issue in document.issues] == ["text_recognition_cut"] * 2


def test_without_language_data_the_page_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scanned(text_pdf(LINES)))
    code = (
        "import sys, extract, extract.ocr.engine as engine; engine._FOLDERS = ();"
        "data = open(sys.argv[1], 'rb').read();"
        "document = extract.read(data, sha256='0' * 64, name='scan.pdf').document;"
        "print(document.pages[0].method, document.issues[0].code, document.issues[0].detail)"
    )
    environment = {**os.environ, "TESSDATA_PREFIX": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    assert done.stdout.startswith("none text_recognition_missing The page has no text layer.")
    assert "tesseract" in done.stdout.lower()


def test_real_letters_drawn_as_curves(shared_data: Path) -> None:
    if not extract.can_recognise():
        pytest.skip("Tesseract or its language data are not installed")
    path = shared_data / "pdf/frontex/PAD-2025-00419__12350-2021_NF3_red_dp_BG_3F_mp.pdf"
    document = extract.read(path.read_bytes(), sha256="0" * 64, name=path.name).document
    assert {page.method for page in document.pages} == {"ocr"}
    assert len(document.tables) >= 1
    assert sum(len(page.words) for page in document.pages) > 200
