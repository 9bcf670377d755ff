"""Lists: items with their marks and levels in every kind of file, and what only looks like one."""

from __future__ import annotations

import io
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from core.records import Document
from extract import ocr
from extract.lists import MAX_MARKS
from tests.extract.files import HEIGHT, codes, drawn_pdf, flowing_pdf, paragraph, read, text_pdf
from tests.extract.office_files import open_document
from tests.extract.test_recognised import scanned

needs_tesseract = pytest.mark.skipif(
    not ocr.available(("en",)).languages, reason="Tesseract and its English data are not installed"
)

Found = list[tuple[int, str]]


def checked(document: Document) -> Document:
    """The document, after a look at the place of every item."""
    texts = {page.number: page.text for page in document.pages}
    for item in document.lists:
        text = texts[item.page][item.start : item.end]
        assert item.mark
        assert text.startswith(item.mark)
        assert text == text.rstrip()
        assert item.level >= 1
    for first, second in pairwise(document.lists):
        assert (first.page, first.end) <= (second.page, second.start) or first.page < second.page
    return document


def items(document: Document) -> Found:
    """The level and the text of each item, line ends as blanks."""
    texts = {page.number: page.text for page in checked(document).pages}
    return [
        (item.level, " ".join(texts[item.page][item.start : item.end].split()))
        for item in document.lists
    ]


def of_text(*lines: str) -> Found:
    """The items of a plain text."""
    return items(read("\n".join(lines).encode(), "a.txt").document)


LISTS: dict[str, tuple[tuple[str, ...], Found]] = {
    "bullets": (
        ("Goods", "", "• two boats", "• ten radios", "", "End"),
        [(1, "• two boats"), (1, "• ten radios")],
    ),
    "a single bullet": (("• two boats",), [(1, "• two boats")]),
    "dashes": (
        ("The police gets", "- two boats", "- ten radios"),
        [(1, "- two boats"), (1, "- ten radios")],
    ),
    "a dash under a colon": (("The police gets:", "– two boats"), [(1, "– two boats")]),
    "numbers": (("1. Boats", "2. Radios"), [(1, "1. Boats"), (1, "2. Radios")]),
    "numbers without blanks": (("1.Boats", "2.Radios"), [(1, "1.Boats"), (1, "2.Radios")]),
    "several levels of numbers": (
        ("1.1 The contractor delivers two boats.", "1.2 The police takes them over."),
        [(1, "1.1 The contractor delivers two boats."), (1, "1.2 The police takes them over.")],
    ),
    "letters, roman numbers inside": (
        ("(h) boats;", "(i) radios:", "i. small ones;", "ii. large ones;", "(j) tents."),
        [
            (1, "(h) boats;"),
            (1, "(i) radios:"),
            (2, "i. small ones;"),
            (2, "ii. large ones;"),
            (1, "(j) tents."),
        ],
    ),
    "the letters i and j": (
        ("i. boats of the police", "j. radios", "k. tents"),
        [(1, "i. boats of the police"), (1, "j. radios"), (1, "k. tents")],
    ),
    "roman numbers": (
        ("(i) boats;", "(ii) radios;", "(iii) tents;", "(iv) cars;", "(v) drones"),
        [(1, f"({n}) {w}") for n, w in zip(("i", "ii", "iii", "iv", "v"),
         ("boats;", "radios;", "tents;", "cars;", "drones"), strict=True)],
    ),
    "capital letters": (
        ("A) boats of the coast guard", "B) radios", "C) tents"),
        [(1, "A) boats of the coast guard"), (1, "B) radios"), (1, "C) tents")],
    ),
    "levels by indent": (
        ("- boats", "  - small", "  - large", "- radios", "    - grey"),
        [(1, "- boats"), (2, "- small"), (2, "- large"), (1, "- radios"), (2, "- grey")],
    ),
    "levels by another mark": (
        ("1) boats", "• small", "• large", "2) radios"),
        [(1, "1) boats"), (2, "• small"), (2, "• large"), (1, "2) radios")],
    ),
    "lines that a program has wrapped": (
        (
            "The action pays for the following goods of the coast guard and police:",
            "- two patrol boats of twelve metres, each with a radar, a radio and an",
            "  engine that reaches thirty knots;",
            "- ten radios.",
            "The goods are delivered in spring.",
        ),
        [
            (1, "- two patrol boats of twelve metres, each with a radar, a radio and an engine"
             " that reaches thirty knots;"),
            (1, "- ten radios."),
        ],
    ),
    "a list that begins anew": (
        ("1. boats", "2. radios", "", "For the army:", "1. tents", "2. cars"),
        [(1, "1. boats"), (1, "2. radios"), (1, "1. tents"), (1, "2. cars")],
    ),
    "paragraphs between members": (
        ("(1) boats,", "", "which are grey.", "", "(2) radios."),
        [(1, "(1) boats,"), (1, "(2) radios.")],
    ),
    "goods that begin with a number": (
        ("1. 2 patrol boats", "2. 30 radios"),
        [(1, "1. 2 patrol boats"), (1, "2. 30 radios")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "found"), LISTS.values(), ids=LISTS)
def test_lists_in_plain_text(lines: tuple[str, ...], found: Found) -> None:
    assert of_text(*lines) == found


NONE: dict[str, tuple[str, ...]] = {
    "numbered headings": (
        "1. Background", "", "The police has boats.", "", "2. Objectives", "", "It gets more.", "",
        "3. Budget", "", "It costs EUR 5.",
    ),
    "headings of several levels": (
        "1.1 Background", "", "The police has boats.", "", "1.2 Objectives", "", "It gets more.",
    ),
    "dates": ("12. März 2020", "13. März 2020", "14. maj 2021 var", "15. maj 2021"),
    "dates in figures": ("12. 3. 2020 police", "13. 3. 2020 army"),
    "negative numbers": ("- 5.2", "- 17", "-3 000", "– 45 %"),
    "a dash in prose": ("The police has boats", "- grey ones - and radios."),
    "a lone number": ("1. The police gets boats.",),
    "numbers that do not follow each other": ("3. boats", "7. radios", "12. tents"),
    "initials": ("J. Smith", "A. Jones", "M. Brown"),
    "sums": ("12.5 million for boats", "274.6 million for radios", "1.000 boats"),
    "page numbers": ("- 8 -", "- 9 -", "– 10 –"),
    "a table of contents": ("1. Background ........ 3", "2. Objectives ........ 4"),
    "words with hyphens": ("-ation and", "-ing"),
    "quotes of articles": ("Article 4(1)(a)", "(b) of the Regulation"),
    "rules of signs": ("* * *", "- - -", "• • •"),
    "abbreviations": ("e.g. boats", "i.e. radios", "p.m. only"),
}  # fmt: skip


@pytest.mark.parametrize("lines", NONE.values(), ids=NONE)
def test_what_only_looks_like_a_list(lines: tuple[str, ...]) -> None:
    assert of_text(*lines) == []


LONG = "for the coast guard of the country and for all of its vessels on the high sea"


def lines_pdf(*pages: list[tuple[float, float, str]], size: float = 11.0) -> bytes:
    """A PDF of lines: their left edge, how far they are below the line before, their text."""

    def draw(canvas: Canvas) -> None:
        for lines in pages:
            y = HEIGHT - 72
            for x, step, text in lines:
                y -= step
                canvas.setFont("Helvetica", size)
                canvas.drawString(x, y, text)
            canvas.showPage()

    return drawn_pdf(draw)


def of_pdf(data: bytes) -> Found:
    """The items of a PDF."""
    return items(read(data, "a.pdf").document)


def test_items_of_a_pdf_reach_to_the_end_of_their_paragraph() -> None:
    page = [
        (72.0, 14.0, f"The action pays for goods {LONG}:"),
        (90.0, 14.0, f"• two boats {LONG}"),
        (104.0, 14.0, "and for their crews"),
        (108.0, 14.0, "- grey ones"),
        (108.0, 14.0, "- blue ones"),
        (90.0, 14.0, "• ten radios"),
        (72.0, 14.0, "They are delivered in spring."),
    ]
    assert of_pdf(lines_pdf(page)) == [
        (1, f"• two boats {LONG} and for their crews"),
        (2, "- grey ones"),
        (2, "- blue ones"),
        (1, "• ten radios"),
    ]


def test_items_without_hanging_indent_end_at_a_gap_or_a_short_line() -> None:
    page = [
        (72.0, 14.0, f"(a) boats {LONG};"),
        (72.0, 14.0, f"(b) radios {LONG} that they"),
        (72.0, 14.0, "sail on."),
        (72.0, 14.0, f"All of this is delivered {LONG}."),
        (72.0, 14.0, f"(c) tents {LONG} that they"),
        (72.0, 30.0, "sleep in."),
    ]
    assert of_pdf(lines_pdf(page)) == [
        (1, f"(a) boats {LONG};"),
        (1, f"(b) radios {LONG} that they sail on."),
        (1, f"(c) tents {LONG} that they"),
    ]


def test_a_list_goes_on_over_a_page_break() -> None:
    first = [(72.0, 14.0, "1. boats;"), (72.0, 14.0, f"2. radios {LONG} which")]
    second = [(86.0, 14.0, "are grey;"), (72.0, 14.0, "3. tents.")]
    assert of_pdf(lines_pdf(first, second)) == [
        (1, "1. boats;"),
        (1, f"2. radios {LONG} which"),
        (1, "3. tents."),
    ]


def test_prose_that_is_wrapped_before_a_dash_is_no_list() -> None:
    page = [
        (72.0, 14.0, f"The boats are delivered {LONG}"),
        (72.0, 14.0, f"- as the plan says - {LONG} all"),
        (72.0, 14.0, "- of them."),
    ]
    assert of_pdf(lines_pdf(page)) == []


def test_footnotes_running_heads_and_headings_are_no_items() -> None:
    titles = ["Background", "Objectives", "Risks", "Budget"]

    def draw(canvas: Canvas) -> None:
        for number in range(1, 5):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(72, HEIGHT - 40, f"- Action document {number}")
            canvas.setFont("Helvetica-Bold", 11)
            canvas.drawString(72, HEIGHT - 90, f"{number}. {titles[number - 1]}")
            canvas.setFont("Helvetica", 11)
            for line in range(8):
                canvas.drawString(72, HEIGHT - 120 - 14 * line, f"Text {number} {LONG}.")
            canvas.setFont("Helvetica", 8)
            canvas.drawString(72, 90, f"{2 * number - 1}. See the first annex of the plan.")
            canvas.drawString(72, 80, f"{2 * number}. See the second annex of the plan.")
            canvas.showPage()

    document = checked(read(drawn_pdf(draw), "a.pdf").document)
    assert len(document.headings) == 4
    assert document.lists == ()


def test_cells_of_a_pdf_hold_lists_and_rows_are_none() -> None:
    rows = [
        ["1. Boat", "• grey\n• of twelve metres\nand fast"],
        ["2. Radio", "To do:\n1. order it\nsoon\n2. pay it"],
        ["3. Tent", "- 5"],
    ]
    grid = Table(rows, colWidths=[90, 200], style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    assert of_pdf(flowing_pdf(paragraph("Goods"), grid)) == [
        (1, "• grey"),
        (1, "• of twelve metres and fast"),
        (1, "1. order it soon"),
        (1, "2. pay it"),
    ]


@needs_tesseract
def test_lists_of_a_scan() -> None:
    lines = ["The police of the country receives:", "- two patrol boats,", "- ten radios.",
             "All of it is delivered in spring."]  # fmt: skip
    document = checked(read(scanned(text_pdf(lines)), "scan.pdf", language="en").document)
    assert document.pages[0].method == "ocr"
    assert items(document) == [(1, "- two patrol boats,"), (1, "- ten radios.")]


def test_lists_of_a_word_processor_file() -> None:
    file = docx.Document()
    file.add_heading("1. Goods", level=1)
    for text, style in (
        ("boats", "List Bullet"),
        ("grey", "List Bullet 2"),
        ("radios", "List Bullet"),
        ("Then follows", "Normal"),
        ("order", "List Number"),
        ("pay\nsoon", "List Number"),
        ("Typed by hand:", "Normal"),
        ("a) tents", "Normal"),
        ("b) cars", "Normal"),
    ):
        file.add_paragraph(text, style=style)
    file.add_table(rows=1, cols=2).cell(0, 1).text = "- one\n- two"
    buffer = io.BytesIO()
    file.save(buffer)
    assert items(read(buffer.getvalue(), "a.docx").document) == [
        (1, "• boats"), (1, "• grey"), (1, "• radios"), (1, "1. order"), (1, "2. pay soon"),
        (1, "a) tents"), (1, "b) cars"), (1, "- one"), (1, "- two"),
    ]  # fmt: skip


def test_lists_of_an_opendocument_text() -> None:
    def item(text: str, inner: str = "") -> str:
        return f"<text:list-item><text:p>{text}</text:p>{inner}</text:list-item>"

    inner = f"<text:list>{item('grey')}</text:list>"
    body = f"<text:list>{item('boats', inner)}{item('radios')}</text:list><text:p>End</text:p>"
    found = items(read(open_document("text", body), "a.odt").document)
    assert found == [(1, "• boats"), (2, "• grey"), (1, "• radios")]


def test_lists_of_rich_text() -> None:
    data = rb"{\rtf1\ansi {\listtext\'95\tab}boats\par{\listtext\'95\tab}radios\par The end\par}"
    assert items(read(data, "a.rtf").document) == [(1, "• boats"), (1, "• radios")]


NESTED = "<ul><li>boats<ul><li>grey</li></ul></li><li>radios</li></ul><ol><li>order it</li></ol>"
PROSE = f"<p>The action pays for goods {LONG} and for others too. They are listed here.</p>"


def test_lists_of_a_web_page() -> None:
    page = f"<html><body><article><h1>Goods</h1>{PROSE * 3}{NESTED}{PROSE}</article></body></html>"
    found = items(read(page.encode(), "a.html").document)
    assert found == [(1, "• boats"), (2, "• grey"), (1, "• radios"), (1, "1. order it")]


def mail(body: str, subtype: str) -> bytes:
    """A message with this body."""
    message = EmailMessage()
    message["Subject"] = "Delivery"
    message.set_content(body, subtype=subtype)
    return message.as_bytes()


def test_lists_of_mail() -> None:
    plain = "Hello,\n\nplease send:\n- boats\n- radios\n\nThe goods are for the coast guard.\n"
    assert items(read(mail(plain, "plain"), "a.eml").document) == [(1, "- boats"), (1, "- radios")]
    found = items(read(mail(f"<p>Please send:</p>{NESTED}<p>Soon</p>", "html"), "a.eml").document)
    assert [text for _, text in found][:3] == ["• boats", "• grey", "• radios"]
    assert not any("Soon" in text for _, text in found)


def test_lists_without_end_are_cut_and_said() -> None:
    document = read(b"- ab\n" * (MAX_MARKS + 10), "a.txt").document
    assert len(document.lists) == MAX_MARKS
    assert codes(document) == ["lists_cut"]


LINE = st.tuples(
    st.sampled_from(["", "  ", "      "]),
    st.sampled_from(["", "• ", "- ", "1. ", "2. ", "(a) ", "(b) ", "ii) ", "i.", "1.1 ", "\uf0b7"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30),
)  # fmt: skip


@given(st.lists(LINE, max_size=25))
def test_items_have_places_whatever_the_text(lines: list[tuple[str, str, str]]) -> None:
    text = "\n".join(map("".join, lines))
    checked(read(f"Text\n{text}".encode(), "a.txt").document)


REAL = [
    ("eutf/Ethiopia_action-document-addendum.pdf", 110),
    ("eutf/T05-EUTF-NOA-LY-03_Libya_action-fiche.pdf", 65),
    ("frontex/2019_Costs.pdf", 0),
    ("other/TED_821062-2025_result_it.pdf", 0),
]


@pytest.mark.parametrize(("name", "least"), REAL)
def test_real_documents(shared_data: Path, name: str, least: int) -> None:
    document = checked(read((shared_data / "pdf" / name).read_bytes(), name).document)
    assert len(document.lists) >= least
    assert bool(document.lists) is bool(least)
