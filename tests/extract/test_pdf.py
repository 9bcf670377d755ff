"""PDFs: text with exact offsets, tables in their place, headings, stated fields, real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Spacer, Table

from core.records import Document
from extract.pdf.pdfium import Pdfium
from tests.extract.files import HEIGHT, drawn_pdf, flowing_pdf, paragraph, read, ruled, text_pdf


def checked(document: Document) -> Document:
    """The document, after a look at every offset in it."""
    texts = {page.number: page.text for page in document.pages}
    for page in document.pages:
        for word in page.words:
            text = page.text[word.start : word.end]
            assert text
            assert not any(c.isspace() for c in text)
            assert 0 <= word.x0 < word.x1 <= page.width + 1
            assert 0 <= word.top < word.bottom <= page.height + 1
    for table in document.tables:
        assert len({len(row) for row in table.rows}) == 1
        for cell in (cell for row in table.rows for cell in row):
            if cell.start < 0:
                assert cell.text == ""
            else:
                assert texts[table.page][cell.start : cell.end] == cell.text
    for heading in document.headings:
        assert texts[heading.page][heading.start : heading.end].split() == heading.text.split()
    for stated in document.stated.values():
        assert texts[stated.page][stated.start : stated.end] == stated.text
    return document


def pdf(data: bytes) -> Document:
    return checked(read(data, "a.pdf").document)


def test_lines_and_words_with_boxes() -> None:
    document = pdf(text_pdf(["Four patrol boats", "for the Libyan Coast Guard"], ["Second page"]))
    assert [page.text for page in document.pages] == [
        "Four patrol boats\nfor the Libyan Coast Guard",
        "Second page",
    ]
    first = document.pages[0]
    assert [first.text[w.start : w.end] for w in first.words[:3]] == ["Four", "patrol", "boats"]
    assert (first.words[0].x0, round(first.width), first.method) == (72.0, 595, "text")
    assert first.words[0].top < 72 < first.words[0].bottom
    assert document.language == "en"


def test_a_page_without_text_says_so() -> None:
    document = pdf(text_pdf(["Text"], []))
    assert [page.method for page in document.pages] == ["text", "none"]
    assert [(issue.code, issue.page) for issue in document.issues] == [("page_without_text", 2)]


ROWS = [["Item", "Units", "Cost (EUR million)"], ["Patrol boat\nof 12 m", "4", "2.5"],
        ["Radio", "", "0.1"]]  # fmt: skip


def test_a_ruled_table_stands_row_by_row_in_its_place() -> None:
    document = pdf(
        flowing_pdf(
            paragraph("Before the table."),
            Spacer(1, 20),
            ruled(ROWS),
            Spacer(1, 20),
            paragraph("After the table."),
        )
    )
    assert document.pages[0].text == (
        "Before the table.\n"
        "Item\tUnits\tCost (EUR million)\n"
        "Patrol boat\nof 12 m\t4\t2.5\n"
        "Radio\t\t0.1\n"
        "After the table."
    )
    (table,) = document.tables
    assert [[cell.text for cell in row] for row in table.rows] == ROWS
    assert table.header == ("Item", "Units", "Cost (EUR million)")
    assert (table.header_rows, table.currency, table.multiplier) == (1, "EUR", 1_000_000)


def test_the_line_above_states_the_unit() -> None:
    rows = [
        ["Year", "Body", "Planned"],
        ["2020", "Coast guard", "1 200"],
        ["2021", "Police", "900"],
    ]
    document = pdf(
        flowing_pdf(paragraph("Indicative budget (amounts in thousand EUR)"), ruled(rows))
    )
    assert (document.tables[0].currency, document.tables[0].multiplier) == ("EUR", 1000)


def test_merged_cells_have_no_place_of_their_own() -> None:
    table = Table(
        [["Police", "Radio", "12"], ["", "Boat", "3"], ["Total", "", "15"]],
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("SPAN", (0, 0), (0, 1)),
            ("SPAN", (0, 2), (1, 2)),
        ],
    )
    (found,) = pdf(flowing_pdf(table)).tables
    assert [cell.text for cell in found.rows[1]] == ["", "Boat", "3"]
    assert found.rows[1][0].start == -1
    assert [cell.text for cell in found.rows[2]] == ["Total", "", "15"]


def test_shading_under_each_line_rules_no_rows() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.9, 0.9, 0.9)
        for top in (100, 114):
            canvas.rect(150, HEIGHT - top - 14, 200, 14, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        for x in (70, 150, 350):
            canvas.line(x, HEIGHT - 100, x, HEIGHT - 156)
        for y in (100, 128, 156):
            canvas.line(70, HEIGHT - y, 350, HEIGHT - y)
        canvas.drawString(74, HEIGHT - 110, "Title")
        canvas.drawString(154, HEIGHT - 110, "Support to")
        canvas.drawString(154, HEIGHT - 124, "border guards")
        canvas.drawString(74, HEIGHT - 140, "Number")
        canvas.drawString(154, HEIGHT - 140, "X-1")

    (table,) = pdf(drawn_pdf(draw)).tables
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Title", "Support to\nborder guards"],
        ["Number", "X-1"],
    ]


def test_a_table_that_goes_on_keeps_its_header() -> None:
    rows = [["Body", "Item", "EUR"]] + [[f"Unit {n}", "Truck", str(n * 100)] for n in range(60)]
    first, second = pdf(flowing_pdf(ruled(rows, colWidths=[90, 90, 90]))).tables
    assert (first.page, first.header_rows, second.page, second.header_rows) == (1, 1, 2, 0)
    assert first.header == second.header == ("Body", "Item", "EUR")
    assert second.currency == "EUR"
    assert second.rows[0][0].text.startswith("Unit ")


def test_columns_of_a_frame_without_inner_rules_stay_lines() -> None:
    frame = Table([["One"], ["Two"]], style=[("BOX", (0, 0), (-1, -1), 1, colors.black)])
    document = pdf(flowing_pdf(frame))
    assert document.tables == ()
    assert document.pages[0].text == "One\nTwo"


def test_headings_and_title() -> None:
    body = "The action supports the border police with vehicles and radios for their patrols. " * 6
    document = pdf(
        flowing_pdf(
            paragraph("Support to border management in Ruritania", "Title"),
            paragraph("1. Identification", "Heading2"),
            paragraph(body),
            paragraph("1.1 Background", "Heading3"),
            paragraph(body),
            title="untitled.docx",
        )
    )
    assert [(h.text, h.level) for h in document.headings] == [
        ("Support to border management in Ruritania", 1),
        ("1. Identification", 1),
        ("1.1 Background", 2),
    ]
    assert document.title == "Support to border management in Ruritania"
    assert document.language == "en"


IDENTIFICATION = [
    ["Title/Number", "Drones for the border guards of Ruritania\nT05-EUTF-NOA-RU-07"],
    ["Total cost", "Estimated total cost: EUR 95 M\nTotal amount from the Trust Fund: EUR 90 M"],
    ["Zone benefiting from the action", "Ruritania, northern border"],
    ["Final beneficiaries", "Border guards"],
]


def test_the_identification_table_states_fields() -> None:
    document = pdf(flowing_pdf(ruled(IDENTIFICATION, bold=False), PageBreak(), paragraph("More.")))
    assert {name: stated.text for name, stated in document.stated.items()} == {
        "title": "Drones for the border guards of Ruritania\nT05-EUTF-NOA-RU-07",
        "total_cost": "EUR 95 M",
        "eu_contribution": "EUR 90 M",
        "zone": "Ruritania, northern border",
        "beneficiary": "Border guards",
        "reference": "T05-EUTF-NOA-RU-07",
    }
    assert document.reference == "T05-EUTF-NOA-RU-07"
    assert document.title == "Drones for the border guards of Ruritania"
    assert document.stated["zone"].path == "Zone benefiting from the action"


def test_a_decision_number_is_the_reference() -> None:
    document = pdf(text_pdf(["COMMISSION IMPLEMENTING DECISION", "C(2031) 5935 final"]))
    assert document.reference == "C(2031) 5935 final"


def test_blanks_over_a_figure_do_not_part_it() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(100, 700, "60,600.00")
        canvas.drawString(101.5, 700, " ")

    assert pdf(drawn_pdf(draw)).pages[0].text == "60,600.00"


def test_turned_text_is_read_along_its_own_direction() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "Upright")
        canvas.translate(200, 400)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Upwards text")

    assert pdf(drawn_pdf(draw)).pages[0].text == "Upright\nUpwards text"


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_boxes_fit_the_page_as_it_is_drawn(turned: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 30)
        canvas.drawString(150, 500, "HHHH")
        canvas.setCropBox((100, 200, 500, 700))
        canvas.setPageRotation(turned)

    data = drawn_pdf(draw)
    page = pdf(data).pages[0]
    (word,) = page.words
    pdfium = Pdfium(data)
    pixels = pdfium.page(1)
    assert pixels is not None
    ink = np.argwhere(pixels < 128) / pdfium.scale
    pdfium.close()
    assert page.text == "HHHH"
    assert pixels.shape == (round(page.height * 2), round(page.width * 2))
    assert word.top - 1 <= ink[:, 0].min() <= ink[:, 0].max() <= word.bottom + 1
    assert word.x0 - 1 <= ink[:, 1].min() <= ink[:, 1].max() <= word.x1 + 1


def test_a_truncated_pdf_is_read_as_far_as_it_goes() -> None:
    data = text_pdf(*[[f"Page {n} of the annex"] for n in range(1, 6)])
    document = pdf(data[: int(len(data) * 0.97)])
    assert "Page 1 of the annex" in document.pages[0].text
    assert "partly_damaged" in [issue.code for issue in document.issues]


def test_a_trap_of_lines_is_read_without_tables() -> None:
    def draw(canvas: Canvas) -> None:
        for n in range(140):
            canvas.line(50 + 3 * n, 50, 50 + 3 * n, 470)
            canvas.line(50, 50 + 3 * n, 470, 50 + 3 * n)
        canvas.drawString(100, 700, "Text")

    document = pdf(drawn_pdf(draw))
    assert (document.tables, document.pages[0].text) == ((), "Text")
    assert [(i.code, i.page) for i in document.issues] == [("table_search_skipped", 1)]


CELLS = st.text(st.characters(codec="latin-1", categories=("L", "N", "P")), min_size=0, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=6))
def test_any_table_keeps_its_offsets(rows: list[list[str]]) -> None:
    document = pdf(flowing_pdf(paragraph("Above"), ruled(rows), paragraph("Below")))
    text = document.pages[0].text
    assert text.startswith("Above")
    assert text.endswith("Below")
    inked = "".join(sorted("".join("".join(row) for row in rows)))
    assert "".join(sorted("".join(text.split())[5:-5])) == inked


FACTS = [
    # file, pages, tables, title or None, reference or None
    ("eutf/T05-EUTF-NOA-LY-03_Libya_action-fiche.pdf", 24, 5, "T05-EUTF-NOA-LY-03"),
    ("eutf/EUTF_board-minutes-6th_2019-06-14.pdf", 6, 0, None),
    ("frontex/2019_Costs.pdf", 10, 10, None),
    ("other/Schengen_notifications_border-control.pdf", 11, 10, None),
    ("tables/eu-001.pdf", 3, 7, None),
    ("tables/eu-009a.pdf", 1, 1, None),
]


@pytest.mark.parametrize(("name", "pages", "tables", "reference"), FACTS)
def test_real_pdfs(
    shared_data: Path, name: str, pages: int, tables: int, reference: str | None
) -> None:
    document = pdf((shared_data / "pdf" / name).read_bytes())
    assert (len(document.pages), len(document.tables)) == (pages, tables)
    assert document.reference == reference
    assert [issue.code for issue in document.issues] == []


def test_every_real_pdf_opens(shared_data: Path) -> None:
    small = [
        path for path in (shared_data / "pdf").glob("*/*.pdf") if path.stat().st_size < 100_000
    ]
    for path in small:
        assert pdf(path.read_bytes()).pages
    assert len(small) >= 6


def test_real_table_cells(shared_data: Path) -> None:
    document = pdf((shared_data / "pdf/frontex/2019_Costs.pdf").read_bytes())
    first = document.tables[0]
    assert first.header == ("RO-ID", "Date", "MS/SAC", "TOTAL PAID")
    assert [cell.text for cell in first.rows[1]] == [
        "RO-00923",
        "03/01/2019",
        "ITA",
        "€ 60,600.00",
    ]
