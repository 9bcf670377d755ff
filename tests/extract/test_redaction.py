"""Hidden text never leaves, and what can be seen stays."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from core.records import Document
from extract.pdf.plumber import luminance
from tests.extract.files import drawn_pdf, read
from tests.extract.raw_pdf import raw_pdf


def pdf(draw: object) -> Document:
    assert callable(draw)
    return read(drawn_pdf(draw), "a.pdf").document


def test_text_under_a_black_box_is_dropped_and_counted() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "Seen SECRET")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(131, 695, 60, 16, stroke=0, fill=1)

    document = pdf(draw)
    page = document.pages[0]
    assert page.text == "Seen"
    assert 0.001 < page.redacted_area < 0.003
    assert [(i.code, i.page) for i in document.issues] == [("hidden_text", 1)]
    assert b"SECRET" not in document.to_json()


def test_white_text_on_a_dark_header_is_no_redaction() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(90, 690, 200, 24, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(100, 700, "Total cost")

    document = pdf(draw)
    assert document.pages[0].text == "Total cost"
    assert document.pages[0].redacted_area == 0.0
    assert document.issues == ()


def test_text_under_a_transparent_marker_stays() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "Marked words")
        canvas.setFillColorRGB(1, 1, 0)
        canvas.setFillAlpha(0.4)
        canvas.rect(95, 690, 120, 24, stroke=0, fill=1)

    document = pdf(draw)
    assert document.pages[0].text == "Marked words"
    assert document.issues == ()


def test_text_under_a_white_patch_or_an_image_is_dropped() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), (10, 10, 10)).save(picture, "PNG")
    picture.seek(0)

    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "Open")
        canvas.drawString(100, 600, "PATCHED")
        canvas.drawString(100, 500, "PICTURED")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(95, 590, 120, 24, stroke=0, fill=1)
        canvas.drawImage(ImageReader(picture), 95, 490, 120, 24)

    assert pdf(draw).pages[0].text == "Open"


def test_invisible_and_colourless_text_is_dropped() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "Visible")
        invisible = canvas.beginText(100, 600)
        invisible.setTextRenderMode(3)
        invisible.textOut("INVISIBLE")
        canvas.drawText(invisible)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(100, 500, "WHITE")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.drawString(1000, 500, "OUTSIDE")

    assert pdf(draw).pages[0].text == "Visible"


def test_the_text_layer_of_a_scan_stays() -> None:
    picture = io.BytesIO()
    Image.new("L", (60, 80), 230).save(picture, "PNG")
    picture.seek(0)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        layer = canvas.beginText(100, 600)
        layer.setTextRenderMode(3)
        layer.textOut("Recognised words")
        canvas.drawText(layer)

    assert pdf(draw).pages[0].text == "Recognised words"


def test_a_label_on_a_black_box_does_not_bring_back_what_lies_under_it() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "SECRET NAME")
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(95, 690, 120, 24, stroke=0, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(104, 700, "Art. 4(1)(b)")

    document = pdf(draw)
    assert document.pages[0].text == "Art. 4(1)(b)"
    assert "SECRET" not in str(document)


def test_a_label_on_a_picture_does_not_bring_back_what_lies_under_it() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), (10, 10, 10)).save(picture, "PNG")
    picture.seek(0)

    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "SECRET")
        canvas.drawImage(ImageReader(picture), 95, 690, 120, 24)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(100, 700, "LABELS")

    assert pdf(draw).pages[0].text == "LABELS"


def test_text_under_a_note_that_is_drawn_black_is_dropped() -> None:
    appearance = b"0 0 0 rg 0 0 120 24 re f"
    note = (
        b"<< /Type /Annot /Subtype /Square /Rect [95 690 215 714] /F 4 /IC [0 0 0]"
        b" /AP << /N 7 0 R >> >>"
    )
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 120 24] /Length %d >>\nstream\n"
        % len(appearance)
        + appearance
        + b"\nendstream"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    data = raw_pdf(
        b"BT /F1 12 Tf 1 0 0 1 100 700 Tm (SECRET) Tj 1 0 0 1 100 600 Tm (Open) Tj ET",
        resources=b"/Font << /F1 5 0 R >>",
        extra=[font, note, form],
        page=b"/Annots [6 0 R]",
    )
    document = read(data, "a.pdf").document
    assert document.pages[0].text == "Open"
    assert [issue.code for issue in document.issues] == ["hidden_text"]


def test_text_in_a_layer_that_is_switched_off_is_dropped() -> None:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    data = raw_pdf(
        b"BT /F1 12 Tf 1 0 0 1 100 600 Tm (Open) Tj ET "
        b"/OC /L0 BDC BT /F1 12 Tf 1 0 0 1 100 700 Tm (SECRET) Tj ET EMC "
        b"/OC /L1 BDC BT /F1 12 Tf 1 0 0 1 100 500 Tm (Shown) Tj ET EMC",
        resources=b"/Font << /F1 5 0 R >> /Properties << /L0 6 0 R /L1 7 0 R >>",
        extra=[
            font,
            b"<< /Type /OCG /Name (Hidden) >>",
            b"<< /Type /OCG /Name (Seen) >>",
        ],
        catalog=b"/OCProperties << /OCGs [6 0 R 7 0 R] /D << /OFF [6 0 R] /ON [7 0 R] >> >>",
    )
    assert read(data, "a.pdf").document.pages[0].text == "Open\nShown"


def test_references_to_the_exceptions_are_collected() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 740, "Released under Regulation (EC) No 1049/2001")
        canvas.drawString(100, 700, "SECRET")
        canvas.rect(95, 690, 120, 24, stroke=0, fill=1)
        canvas.drawString(100, 670, "Article 4(1)(a), third indent")

    document = pdf(draw)
    (found,) = document.exemptions
    assert found.text == "Article 4(1)(a), third indent"
    assert document.pages[0].text[found.start : found.end] == found.text


def test_an_article_of_another_act_is_no_exception() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "as laid down in Article 4(1)(a) of the Directive")

    assert pdf(draw).exemptions == ()


def test_luminance_of_the_colour_spaces() -> None:
    assert luminance(None) == 0.0
    assert luminance((0.5,)) == 0.5
    assert luminance((1, 1, 1)) == pytest.approx(1.0)
    assert luminance((0, 0, 0, 1)) == 0.0
    assert luminance((0, 0, 0, 0)) == 1.0
    assert luminance(("P1",)) is None
