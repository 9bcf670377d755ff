"""Words and lines from characters: marks, spacing, scripts, columns, margins."""

from __future__ import annotations

from itertools import chain

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Spacer

from core.records import Page
from extract.pdf.pdfium import Pdfium
from extract.pdf.plumber import open_plumber
from extract.pdf.words import find_lines
from tests.extract.files import HEIGHT, drawn_pdf, flowing_pdf, paragraph, read, ruled, text_pdf
from tests.extract.raw_pdf import raw_pdf, script_pdf


def page(data: bytes) -> Page:
    return read(data, "a.pdf").document.pages[0]


def test_the_raised_number_of_a_footnote_is_no_part_of_a_sum() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 700, "EUR 1,234")
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72 + canvas.stringWidth("EUR 1,234", "Helvetica", 12), 705, "12")
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 650, "an area of 40 km")
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72 + canvas.stringWidth("an area of 40 km", "Helvetica", 12), 655, "2")
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 600, "CO")
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72 + canvas.stringWidth("CO", "Helvetica", 12), 597, "2")

    assert page(drawn_pdf(draw)).text == "EUR 1,234 12\nan area of 40 km2\nCO2"


def test_letter_spaced_type_is_read_in_words() -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 12)
        text.setCharSpace(3)
        text.textOut("PATROL BOATS")
        canvas.drawText(text)

    assert page(drawn_pdf(draw)).text == "PATROL BOATS"


def test_words_drawn_in_pieces_and_out_of_order_are_whole() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Courier", 10)  # 6 points each
        canvas.drawString(72 + 6 * 7, 700, "boats")
        canvas.drawString(72 + 6 * 3, 700, "rol")
        canvas.drawString(72, 700, "pat")

    assert page(drawn_pdf(draw)).text == "patrol boats"


def test_a_label_between_two_lines_joins_neither() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(200, 706, "Convention annexed")
        canvas.drawString(72, 700, "1959-64")
        canvas.drawString(200, 694, "to the Treaty of Rome")

    text = page(drawn_pdf(draw)).text
    assert "Convention annexed" in text
    assert "to the Treaty of Rome" in text


@pytest.mark.parametrize(
    "line",
    [
        "Европейската комисия предоставя оборудване",
        "Ευρωπαϊκή Επιτροπή παραδίδει εξοπλισμό",
        "Сърбия: 12 камери",
    ],
)
def test_cyrillic_and_greek_are_read_as_they_stand(line: str) -> None:
    assert page(script_pdf([line])).text == line


def test_arabic_is_read_in_its_own_order() -> None:
    logical = "تسليم 12 زورق دورية"
    words = logical.split(" ")
    visual = " ".join(word if word.isdigit() else word[::-1] for word in reversed(words))
    assert page(script_pdf([visual])).text == logical


def test_bold_type_drawn_twice_is_read_once() -> None:
    def draw(canvas: Canvas) -> None:
        for shift in (0, 0.4):
            canvas.drawString(72 + shift, 700, "Total 1 000 000")

    assert page(drawn_pdf(draw)).text == "Total 1 000 000"


LEFT = ["The European Union supports the coast", "guard with patrol boats and with radars,",
        "which were delivered in three lots over", "the years, and trains the crews that sail",
        "them. Spare parts come from the maker,", "who keeps a store at the port of delivery.",
        "An audit is planned for the last year."]  # fmt: skip
RIGHT = ["Vehicles were handed over to the police", "of the border provinces in the summer; a",
         "second batch followed in winter, when", "the roads had been repaired at last. The",
         "contract was signed with one supplier,", "whose price was the lowest of all four.",
         "No further deliveries are planned here."]  # fmt: skip


def two_columns(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    canvas.drawString(72, 760, "A heading that runs over both of the columns of this page")
    for number, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        canvas.drawString(72, 730 - 13 * number, left)
        canvas.drawString(310, 730 - 13 * number, right)
    canvas.drawString(72, 600, "A last line that runs over both columns of this page again")


def test_columns_are_read_one_after_the_other() -> None:
    lines = page(drawn_pdf(two_columns)).text.split("\n")
    assert lines[1:-1] == LEFT + RIGHT
    assert lines[0].startswith("A heading")
    assert lines[-1].startswith("A last line")


def test_labels_beside_values_are_no_columns() -> None:
    rows = [(f"Label number {n}", f"the value that belongs to it {n}") for n in range(9)]

    def draw(canvas: Canvas) -> None:
        for number, (label, value) in enumerate(rows):
            canvas.drawString(72, 700 - 14 * number, label)
            canvas.drawString(300, 700 - 14 * number, value)

    text = page(drawn_pdf(draw)).text
    for label, value in rows:
        assert text.index(label) < text.index(value) < text.index(label) + len(label) + 3


def test_bullets_hyphens_and_ligatures_are_read_as_they_stand() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "\u2022 surveil-")
        canvas.drawString(82, 686, "lance of the sea")

    assert page(drawn_pdf(draw)).text == "\u2022 surveil-\nlance of the sea"
    assert page(script_pdf(["e\ufb03cient o\ufb01ce"])).text == "efficient ofice"


def test_running_heads_and_page_numbers_are_told_apart() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(1, 5):
            canvas.drawString(72, 810, "Annex to the Commission Decision")
            canvas.drawString(72, 500, "The body of the page says nothing twice.")
            canvas.drawString(300, 30, f"Page {number} of 4")
            canvas.showPage()

    pages = read(drawn_pdf(draw), "a.pdf").document.pages
    for one in pages:
        assert [one.text[a:b] for a, b in one.margins] == [
            "Annex to the Commission Decision",
            f"Page {one.number} of 4",
        ]


def test_a_turned_table_is_read_along_its_rows() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 200)
        canvas.rotate(90)
        for x in (0, 120, 240):
            canvas.line(x, 0, x, 60)
        for y in (0, 20, 40, 60):
            canvas.line(0, y, 240, y)
        for row, (item, sum_) in enumerate([("Item", "EUR"), ("Truck", "900"), ("Radio", "12")]):
            canvas.drawString(5, 46 - 20 * row, item)
            canvas.drawString(125, 46 - 20 * row, sum_)

    document = read(drawn_pdf(draw), "a.pdf").document
    text = document.pages[0].text
    assert sorted(text.split()) == sorted(["Item", "EUR", "Truck", "900", "Radio", "12"])
    assert len(document.tables) == 1


def test_a_table_over_three_pages_keeps_its_header() -> None:
    rows = [["Body", "Item", "EUR"]] + [[f"Unit {n}", "Truck", str(n * 100)] for n in range(110)]
    tables = read(
        flowing_pdf(paragraph("List"), Spacer(1, 9), ruled(rows)), "a.pdf"
    ).document.tables
    assert [table.page for table in tables] == [1, 2, 3]
    assert {table.header for table in tables} == {("Body", "Item", "EUR")}
    assert sum(len(table.rows) for table in tables) == len(rows)


def test_each_page_has_its_language() -> None:
    english = ["The European Union delivered twelve patrol boats to the coast guard."]
    french = ["L'Union européenne a livré douze vedettes de patrouille à la garde côtière."]
    pages = read(text_pdf(english, french, ["12"]), "a.pdf").document.pages
    assert [one.language for one in pages] == ["en", "fr", None]


def test_both_libraries_give_the_same_words() -> None:
    data = drawn_pdf(two_columns)
    pdfium = Pdfium(data)
    one = find_lines(pdfium.content(1).glyphs)[0]
    pdfium.close()
    with open_plumber(data, "a.pdf") as plumber:
        (content,) = plumber.contents()
    assert not isinstance(content, Exception)
    two = find_lines(content.glyphs)[0]
    assert [[word.text for word in line] for line in one] == [
        [word.text for word in line] for line in two
    ]
    for first, second in zip(chain(*one), chain(*two), strict=True):
        assert abs(first.x0 - second.x0) < 0.5
        assert abs(first.x1 - second.x1) < 0.5
        assert abs(first.bottom - second.bottom) < 3


def test_a_page_that_starts_away_from_the_origin_has_boxes_from_its_own_corner() -> None:
    content = b"BT /F1 20 Tf 1 0 0 1 1100 1700 Tm (Corner) Tj ET"
    resources = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    data = raw_pdf(content, resources=resources, page=b"/MediaBox [1000 1000 1595 1842]")
    data = data.replace(b"/MediaBox [0 0 595 842] ", b"")
    one = page(data)
    (word,) = one.words
    assert (round(one.width), round(one.height)) == (595, 842)
    assert word.x0 == pytest.approx(100, abs=2)
    assert word.top < 842 - 700 < word.bottom
    assert (A4[1], HEIGHT) == (HEIGHT, A4[1])
