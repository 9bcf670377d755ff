"""Text in columns from top to bottom, and headings whose letters stand under each other.

The columns say in Japanese that the European border agency has handed twelve patrol boats to the
coast guard, and that the budget is three million.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import chain

import pytest
from reportlab.lib.colors import black
from reportlab.platypus import Table, TableStyle

from core.records import Page
from extract.pdf.plumber import open_plumber
from extract.pdf.words import find_lines
from tests.extract.files import flowing_pdf, read
from tests.extract.raw_pdf import raw_pdf

COLUMNS = ["欧州国境警備機関は巡視船", "十二隻を沿岸警備隊に引き", "渡した。予算は三百万。"]
LETTERS = sorted(set("".join(COLUMNS)) | set("平成年月有無国名0123456789"))
HEADING = "Annex to the agreement"
SIZE = 12

Show = Callable[[float, float, str], bytes]
Draw = Callable[[Show], bytes]


def box_font(count: int) -> bytes:
    """A TrueType font of `count` glyphs, each a box in an em (OpenType specification, 1.9)."""
    glyph = struct.pack(">5hHH", 1, 50, -70, 950, 830, 3, 0) + b"\x01" * 4
    glyph += struct.pack(">8h", 50, 900, 0, -900, -70, 0, 900, 0)
    glyph += b"\x00" * (-len(glyph) % 4)
    tables = {
        b"glyf": glyph * count,
        b"head": struct.pack(">4IHHQQ4hHH3h", 0x10000, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0,
                             50, -70, 950, 830, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, 880, -120, 0, 1000, *[0] * 11, 1),
        b"hmtx": struct.pack(">Hh", 1000, 50) + struct.pack(">h", 50) * (count - 1),
        b"loca": struct.pack(f">{count + 1}I", *(i * len(glyph) for i in range(count + 1))),
        b"maxp": struct.pack(">I14H", 0x10000, count, 4, 1, 0, 0, 1, *[0] * 8),
    }  # fmt: skip
    head = struct.pack(">I4H", 0x10000, len(tables), 64, 2, 32)
    start = len(head) + 16 * len(tables)
    body = b""
    for name, data in tables.items():
        head += name + struct.pack(">3I", 0, start + len(body), len(data))
        body += data + b"\x00" * (-len(data) % 4)
    return head + body


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), more) + data + b"\nendstream"


def column_pdf(draw: Draw, mode: str = "V", *, embedded: bool = True) -> bytes:
    """A page drawn in a font of the vertical (V) or the level (H) writing mode."""
    codes = {letter: number for number, letter in enumerate(LETTERS, 1)}
    pairs = b"\n".join(b"<%04X> <%04X>" % (code, ord(letter)) for letter, code in codes.items())
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"%d beginbfchar\n" % len(codes) + pairs + b"\nendbfchar endcmap end end"
    )

    def show(x: float, y: float, text: str) -> bytes:
        shown = b"".join(b"%04X" % (codes[c] if embedded else ord(c)) for c in text)
        return b"/F1 %d Tf 1 0 0 1 %.1f %.1f Tm <%s> Tj\n" % (SIZE, x, y, shown)

    font = box_font(len(codes) + 1)
    encoding = b"Identity-" if embedded else b"UniJIS-UTF16-"
    order = b"/Ordering (Identity)" if embedded else b"/Ordering (Japan1)"
    kind = b"/CIDFontType2 /CIDToGIDMap /Identity" if embedded else b"/CIDFontType0"
    return raw_pdf(
        b"BT\n" + draw(show) + b"ET",
        resources=b"/Font << /F1 5 0 R /F2 9 0 R >>",
        extra=[
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Test /DescendantFonts [6 0 R] /Encoding /"
            + encoding + mode.encode() + (b" /ToUnicode 8 0 R >>" if embedded else b" >>"),
            b"<< /Type /Font /Subtype " + kind + b" /BaseFont /Test /DW 1000 /FontDescriptor 7 0 R "
            b"/CIDSystemInfo << /Registry (Adobe) " + order + b" /Supplement 0 >> >>",
            b"<< /Type /FontDescriptor /FontName /Test /Flags 4 /FontBBox [0 -120 1000 880] "
            b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80"
            + (b" /FontFile2 10 0 R >>" if embedded else b" >>"),
            stream(cmap),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            stream(font, b"/Length1 %d" % len(font)),
        ],
    )  # fmt: skip


def latin(x: float, y: float, text: str) -> bytes:
    return b"/F2 %d Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj\n" % (SIZE, x, y, text.encode())


def whole(show: Show) -> bytes:
    """Draw each column in one go, the one that is read first last."""
    columns = [show(400 - 20 * n, 700, text) for n, text in enumerate(COLUMNS)]
    return b"".join(reversed(columns)) + latin(72, 760, HEADING)


def one_by_one(show: Show) -> bytes:
    """Draw each character by itself."""
    return latin(72, 760, HEADING) + b"".join(
        show(400 - 20 * n, 700 - SIZE * k, character)
        for n, text in enumerate(COLUMNS)
        for k, character in enumerate(text)
    )


def page(data: bytes) -> Page:
    return read(data, "a.pdf").document.pages[0]


@pytest.mark.parametrize(
    ("draw", "mode"), [(whole, "V"), (one_by_one, "V"), (one_by_one, "H")]
)  # fmt: skip
def test_columns_are_read_downwards_and_from_the_right(draw: Draw, mode: str) -> None:
    read_page = page(column_pdf(draw, mode))
    assert read_page.text.split("\n") == [HEADING, *COLUMNS]
    first, *others = read_page.words[4:]
    assert read_page.text[first.start : first.end] == COLUMNS[0]
    assert first.x1 - first.x0 == pytest.approx(SIZE, abs=1)
    assert first.bottom - first.top == pytest.approx(SIZE * len(COLUMNS[0]), abs=1)
    assert [word.x0 for word in others] == pytest.approx([first.x0 - 20, first.x0 - 40], abs=1)


def test_columns_whose_font_no_system_has_are_not_lost() -> None:
    assert page(column_pdf(whole, embedded=False)).text.split("\n") == [HEADING, *COLUMNS]


def test_the_second_library_reads_columns_too() -> None:
    with open_plumber(column_pdf(whole), "a.pdf") as plumber:
        content = next(plumber.contents())
    assert not isinstance(content, Exception)
    (lines,) = find_lines(content.glyphs)
    assert [" ".join(word.text for word in line) for line in lines] == [HEADING, *COLUMNS]


def test_figures_set_level_in_a_column_are_read_in_their_place() -> None:
    def draw(show: Show) -> bytes:
        return (
            latin(72, 60, "Page 12")
            + show(400, 700, "平成")
            + latin(393.3, 700 - 2 * SIZE - 10, "12")
            + show(400, 700 - 3 * SIZE, "年三月")
            + show(380, 700, COLUMNS[0])
        )

    assert page(column_pdf(draw)).text == f"Page 12\n平成12年三月\n{COLUMNS[0]}"


def test_tiers_of_columns_are_read_one_after_the_other() -> None:
    def draw(show: Show) -> bytes:
        return b"".join(
            show(400 - 20 * n, top, text) for top in (700, 500) for n, text in enumerate(COLUMNS)
        )

    assert page(column_pdf(draw)).text.split("\n") == [*COLUMNS, *COLUMNS]


@pytest.mark.parametrize("pitch", [12, 16])
def test_single_characters_in_the_cells_of_a_table_stay_in_their_rows(pitch: int) -> None:
    cells = ["国名", "有", "無", "12"]

    def draw(show: Show) -> bytes:  # column by column, as some programs do
        return b"".join(
            show(100 + 60 * column, 700 - pitch * row, text)
            for column, text in enumerate(cells)
            for row in range(6)
        )

    (table,) = read(column_pdf(draw, "H"), "a.pdf").document.tables
    assert [[cell.text for cell in row] for row in table.rows] == [cells] * 6


GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, black)])


def cells_of(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    (table,) = read(flowing_pdf(Table(rows, style=GRID)), "a.pdf").document.tables
    return [[cell.text for cell in row] for row in table.rows]


def test_a_heading_of_letters_under_each_other_is_one_word() -> None:
    rows = [["Country", "\n".join("TOTAL"), "\n".join("BOATS")], ["Greece", "12", "3"]]
    assert cells_of(rows) == [["Country", "TOTAL", "BOATS"], ["Greece", "12", "3"]]


@pytest.mark.parametrize(
    "beside", ["12\n3\n40\n5", "Boats for the coast\nguard of Greece\nand of\nMalta"]
)
def test_letters_that_stand_in_rows_are_no_heading(beside: str) -> None:
    cells = list(chain(*cells_of([["Lot", "What"], ["A\nB\nC\nD", beside]])))
    assert "Lot" in cells
    assert "ABCD" not in cells
    assert {"A", "B", "C", "D"} <= set("\n".join(cells).split("\n"))
