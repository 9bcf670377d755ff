"""What a PDF's time, its memory and its circles may cost: never the pages that can be read."""

from __future__ import annotations

import pytest
from reportlab.lib.colors import black, grey, lightgrey, white
from reportlab.pdfgen.canvas import Canvas

from core.errors import DamagedDocument, LimitReached
from extract.common import File
from extract.detect import detect
from extract.pdf import read_pdf
from extract.pdf.content import OutOfTime
from extract.pdf.pdfium import Pdfium
from extract.pdf.plumber import open_plumber
from tests.extract.files import codes, drawn_pdf, read, sha, text_pdf
from tests.extract.raw_pdf import raw_pdf

PAGES = [["One patrol boat."], ["Two patrol boats."], ["Three patrol boats."]]


def test_pages_that_there_is_no_time_for_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([False, False, True, True])
    monkeypatch.setattr("extract.pdf.read._Reading.late", lambda _: next(looks))
    document = read(text_pdf(*PAGES), "a.pdf").document
    assert [page.text for page in document.pages] == ["One patrol boat.", "Two patrol boats."]
    assert codes(document) == ["pages_cut"]
    assert "after page 2 of 3" in document.issues[0].detail
    assert "time_limit" in document.issues[0].detail


def test_a_file_that_there_is_no_time_for_is_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.pdf.read._LEAST", 0.0)
    data = text_pdf(*PAGES)
    file = File(data, sha(data), "a.pdf", seconds=0.0)
    with pytest.raises(LimitReached, match="time_limit"):
        read_pdf(file, detect(file))


def test_time_enough_reads_all_pages() -> None:
    data = text_pdf(*PAGES)
    file = File(data, sha(data), "a.pdf", seconds=600.0)
    document = read_pdf(file, detect(file)).document
    assert [page.text for page in document.pages] == [line for (line,) in PAGES]
    assert not document.issues


def test_the_second_library_stops_when_the_time_is_up() -> None:
    looks = iter([False, False, True])
    with open_plumber(text_pdf(*PAGES), "a.pdf", lambda: next(looks)) as plumber:
        contents = plumber.contents()
        assert len(next(contents).glyphs) == len("One patrol boat.")  # type: ignore[union-attr]
        with pytest.raises(OutOfTime):
            next(contents)


def test_a_page_without_memory_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Pdfium.content

    def content(self: Pdfium, number: int) -> object:
        if number == 2:
            raise MemoryError
        return whole(self, number)

    monkeypatch.setattr(Pdfium, "content", content)
    document = read(text_pdf(*PAGES), "a.pdf").document
    assert [page.text for page in document.pages] == ["One patrol boat.", "", "Three patrol boats."]
    assert [(issue.code, issue.page) for issue in document.issues] == [("pages_cut", 2)]
    with pytest.raises(MemoryError):
        content(Pdfium(text_pdf(*PAGES)), 2)


def test_the_only_page_without_memory_is_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def content(_self: Pdfium, _number: int) -> object:
        raise MemoryError

    monkeypatch.setattr(Pdfium, "content", content)
    with pytest.raises(MemoryError):
        read(text_pdf(PAGES[0]), "a.pdf")


def test_objects_that_refer_to_each_other_are_a_damaged_page() -> None:
    data = raw_pdf(b"", extra=[b"6 0 R", b"5 0 R"]).replace(b"/Contents 4 0 R", b"/Contents 5 0 R")
    document = read(data, "a.pdf").document
    assert codes(document) == ["partly_damaged"]
    assert document.issues[0].detail == "The page cannot be read; fetch the file again."


def test_a_damaged_file_is_told_without_words_of_a_library() -> None:
    with pytest.raises(DamagedDocument, match=r"^a\.pdf is no complete PDF; fetch it again\.$"):
        read(b"%PDF-1.7\nnothing else\n", "a.pdf")


def draw_chart(canvas: Canvas) -> None:
    canvas.rect(100, 500, 400, 150)
    for x in range(140, 500, 40):
        canvas.line(x, 500, x, 650)
    for row, (first, second) in enumerate([(110, 240), (135, 210), (95, 260), (128, 199)]):
        y = 515 + 33 * row
        canvas.setFillColor(lightgrey)
        canvas.rect(100, y, first, 20, fill=1)
        canvas.setFillColor(grey)
        canvas.rect(100 + first, y, second, 20, fill=1)
        canvas.setFillColor(black)
        canvas.drawString(100 + first / 2, y + 6, f"{first / 4:.1f}")
        canvas.drawString(100 + first + second / 2, y + 6, f"{second / 4:.1f}")


def draw_shaded_table(canvas: Canvas) -> None:
    for row in range(4):
        canvas.setFillColor(lightgrey if row % 2 else white)
        canvas.rect(100, 500 + 30 * row, 300, 30, fill=1)
        canvas.setFillColor(black)
        for column in range(3):
            canvas.drawString(110 + 100 * column, 510 + 30 * row, f"{row}.{column}")
    for x in (200, 300):
        canvas.line(x, 500, x, 620)


def test_the_bars_of_a_chart_are_no_table_and_its_figures_stay_whole() -> None:
    document = read(drawn_pdf(draw_chart), "a.pdf").document
    assert not [table for table in document.tables if not table.aligned]
    assert {"27.5", "60.0", "33.8", "52.5"} <= set(document.pages[0].text.split())


def test_shading_that_keeps_to_the_rules_leaves_a_table() -> None:
    (table,) = read(drawn_pdf(draw_shaded_table), "a.pdf").document.tables
    assert [[cell.text for cell in row] for row in table.rows] == [
        [f"{row}.{column}" for column in range(3)] for row in (3, 2, 1, 0)
    ]
