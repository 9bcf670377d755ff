"""Word processor files: notes, boxes, lists, changes, hidden text, merged cells, headers."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DamagedDocument, DocumentError, HostileDocument
from tests.extract.files import checked, codes, read
from tests.extract.office_files import cell, par, run, word_package, zipped

NUMBERING = """<w:abstractNum w:abstractNumId="5">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>
<w:abstractNum w:abstractNumId="6"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="upperRoman"/><w:pStyle w:val="H1"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>
<w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num>"""
STYLES = """<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/>
</w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="N"/>
<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Section"/><w:basedOn w:val="Loop"/>
<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Own"/></w:style>
<w:style w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/>
<w:rPr><w:vanish/></w:rPr></w:style>"""


def text_of(body: str, **parts: str) -> str:
    return checked(read(word_package(body, **parts), "a.docx").document).pages[0].text


def item(text: str, depth: int) -> str:
    numbered = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>'
    return par(text, numbered)


def test_numbers_and_bullets_stand_before_their_paragraphs() -> None:
    body = item("Boats", 0) + item("small", 1) + item("grey", 2) + item("large", 1)
    body += item("Radios", 0) + item("new", 1)
    assert text_of(body, numbering=NUMBERING) == (
        "1. Boats\n1.a) small\n• grey\n1.b) large\n2. Radios\n2.a) new"
    )


def test_headings_by_style_by_outline_and_with_their_numbers() -> None:
    heading = '<w:pStyle w:val="H1"/>'
    body = par("Budget", heading) + par("Text") + par("Detail", '<w:pStyle w:val="Own"/>')
    body += par("Plan", heading) + par("Direct", '<w:outlineLvl w:val="1"/>')
    body += par("Body after all", '<w:pStyle w:val="H1"/><w:outlineLvl w:val="9"/>')
    data = word_package(body, styles=STYLES, numbering=NUMBERING)
    document = checked(read(data, "a.docx").document)
    assert [(h.text, h.level) for h in document.headings] == [
        ("I Budget", 1), ("Detail", 3), ("II Plan", 1), ("Direct", 2),
    ]  # fmt: skip
    assert document.title == "I Budget"


def test_changes_are_accepted_and_hidden_text_is_left_out() -> None:
    ghost, seen = '<w:rStyle w:val="Ghost"/>', '<w:vanish w:val="false"/>'
    body = (
        f"<w:p>{run('Ten ')}<w:del w:id='1' w:author='Jane Doe'><w:r><w:delText>old </w:delText>"
        f"</w:r></w:del><w:ins w:id='2' w:author='Jane Doe'>{run('new ')}</w:ins>{run('radios')}"
        f"{run(' secret', '<w:vanish/>')}{run(' ghost', ghost)}</w:p><w:p>{run('seen', seen)}</w:p>"
    )
    document = checked(read(word_package(body, styles=STYLES), "a.docx").document)
    assert document.pages[0].text == "Ten new radios\nseen"
    assert codes(document) == ["hidden_text", "tracked_changes"]
    assert document.issues[0].detail.startswith("13 characters")
    assert "Jane" not in document.to_json().decode()


def test_notes_follow_the_text_with_their_marks() -> None:
    body = (
        f"<w:p>{run('Four boats')}<w:r><w:footnoteReference w:id='7'/></w:r>{run(' and radios')}"
        f"<w:r><w:endnoteReference w:id='1'/></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    )
    notes = (
        "<w:footnote w:id='2'>" + par("Used ones.") + "</w:footnote>"
        "<w:footnote w:id='7'>" + par("Length 12 m.") + "</w:footnote>"
        "<w:footnote w:id='9'>" + par("Never referred to.") + "</w:footnote>"
    )
    ends = "<w:endnote w:id='1'>" + par("See annex.") + "</w:endnote>"
    assert text_of(body, footnotes=notes, endnotes=ends) == (
        "Four boats [1] and radios [i] [2]\n[1] Length 12 m.\n[i] See annex.\n[2] Used ones."
    )


def test_a_text_box_follows_its_paragraph_and_comes_once() -> None:
    box = f"<w:txbxContent>{par('In the box')}</w:txbxContent>"
    body = (
        f"<w:p>{run('Anchor ')}<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}"
        f"</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        f"</mc:AlternateContent></w:r>{run('goes on')}</w:p>{par('Next')}"
    )
    assert text_of(body) == "Anchor goes on\nIn the box\nNext"


def test_headers_and_footers_are_told_apart() -> None:
    head = '<w:headerReference r:id="header1"/>'
    sections = "".join(
        f'<w:sectPr>{head}<w:footerReference r:id="{foot}"/></w:sectPr>'
        for foot in ("footer1", "footer2")
    )
    foot = par("Page 1")
    data = word_package(
        par("Body") + sections, header1=par("Ares(2019)1"), footer1=foot, footer2=foot, header9=foot
    )
    (page,) = checked(read(data, "a.docx").document).pages
    assert page.text == "Body\nAres(2019)1\nPage 1"
    assert [page.text[start:end] for start, end in page.margins] == ["Ares(2019)1", "Page 1"]


def test_merged_cells_count_once() -> None:
    span, down, on = (
        '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>",
    )  # fmt: skip
    empty = "<w:p/>"
    rows = [
        cell(par("Item"), down) + cell(par("Cost (EUR)"), span),
        cell(empty, on) + cell(par("2019")) + cell(par("2020")),
        cell(par("Radio")) + cell(par("10")) + cell(par("20")),
    ]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    deleted = "<w:tr><w:trPr><w:del w:id='1'/></w:trPr>" + cell(par("Gone")) + "</w:tr>"
    body = f"<w:tbl>{table}{deleted}</w:tbl>"
    (found,) = checked(read(word_package(body), "a.docx").document).tables
    assert [[c.text for c in row] for row in found.rows] == [
        ["Item", "Cost (EUR)", ""], ["", "2019", "2020"], ["Radio", "10", "20"],
    ]  # fmt: skip
    assert (found.rows[0][2].start, found.rows[1][0].start) == (-1, -1)
    assert (found.currency, found.header_rows) == ("EUR", 1)


def test_tables_in_cells_and_tables_that_are_frames() -> None:
    inner = f"<w:tbl><w:tr>{cell(par('a'))}{cell(par('b'))}</w:tr></w:tbl>"
    framed = f"<w:tbl><w:tr>{cell(par('Title') + inner)}</w:tr></w:tbl>"
    document = checked(read(word_package(framed), "a.docx").document)
    assert document.pages[0].text == "Title\na\tb"
    assert len(document.tables) == 1
    nested = f"<w:tbl><w:tr>{cell(par('x') + inner)}{cell(par('y'))}</w:tr></w:tbl>"
    assert text_of(nested) == "x\na | b\ty"


def test_signs_fields_and_content_controls() -> None:
    body = (
        "<w:sdt><w:sdtContent><w:p><w:hyperlink>" + run("link") + "</w:hyperlink>"
        "<w:r><w:tab/></w:r><w:fldSimple w:instr='PAGE'>" + run("7") + "</w:fldSimple>"
        "<w:r><w:instrText>REF x</w:instrText></w:r><w:r><w:br/></w:r>"
        "<w:r><w:noBreakHyphen/><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>"
        "</w:p></w:sdtContent></w:sdt>"
    )
    assert text_of(body) == "link 7\n\u2011"


def test_the_strict_variant_is_read() -> None:
    data = word_package(
        par("Ten boats"), namespace="http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    assert read(data, "a.docx").document.pages[0].text == "Ten boats"


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("<w:p>" * 300 + "</w:p>" * 300, DamagedDocument),
        ("<w:p>&lol;</w:p>", DamagedDocument),
        ("</w:body>", DamagedDocument),
    ],
    ids=["deep", "unknown entity", "broken"],
)
def test_broken_xml(body: str, cause: type[DocumentError]) -> None:
    with pytest.raises(cause, match=r"a\.docx"):
        read(word_package(body), "a.docx")


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    data = zipped(
        {
            "[Content_Types].xml": types,
            "word/document.xml": f"<?xml version='1.0'?>{laughs}<w>&b;</w>",
        }
    )
    with pytest.raises(HostileDocument, match="entities"):
        read(data, "a.docx")
    with pytest.raises(DamagedDocument, match=r"word/document\.xml"):
        read(zipped({"[Content_Types].xml": types, "word/other.xml": "<a/>"}), "a.docx")


def test_wide_spans_stay_within_limits() -> None:
    wide = cell(par("x"), '<w:gridSpan w:val="999999999"/>')
    (table,) = read(
        word_package(f"<w:tbl><w:tr>{wide * 3}</w:tr></w:tbl>"), "a.docx"
    ).document.tables
    assert len(table.rows[0]) == 100


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)
PARAGRAPHS = st.lists(st.tuples(TEXT, st.sampled_from(["", "1", "2", "9"])), max_size=4)
CELLS = st.lists(st.lists(st.tuples(TEXT, st.integers(1, 3)), min_size=1, max_size=3), max_size=3)


@settings(max_examples=40, deadline=None)
@given(PARAGRAPHS, CELLS, TEXT)
def test_any_text_keeps_its_offsets(
    paragraphs: list[tuple[str, str]], cells: list[list[tuple[str, int]]], foot: str
) -> None:
    body = "".join(
        par(escape(text), f'<w:outlineLvl w:val="{level}"/>' if level else "")
        for text, level in paragraphs
    )
    rows = (
        "".join(cell(par(escape(text)), f'<w:gridSpan w:val="{span}"/>') for text, span in row)
        for row in cells
    )
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    section = '<w:sectPr><w:footerReference r:id="footer1"/></w:sectPr>'
    data = word_package(body + table + section, footer1=par(escape(foot)))
    (page,) = checked(read(data, "a.docx").document).pages
    words = [text for text, _ in paragraphs] + [text for row in cells for text, _ in row] + [foot]
    shown = " ".join(page.text.split())
    assert all(" ".join(text.split()) in shown for text in words)
