"""Rich Text Format: letters, tables, notes, hidden and deleted text, broken files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DamagedDocument, DocumentError
from tests.extract.files import checked, codes, read

HEAD = (
    r"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fnil\fcharset204 Arial Cyr;}}"
    r"{\colortbl;\red0;}{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}}"
    r"{\info{\title Annex II}{\author Jane Doe}{\operator Jane Doe}}"
    r"{\*\generator Writer;}"
)


def page_of(body: str) -> str:
    return checked(read((HEAD + body + "}").encode("latin-1"), "a.rtf").document).pages[0].text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Ten \b radios\b0 .\par Four boats.\par", "Ten radios.\nFour boats."),
        (r"\'e8\'9a", "čš"),
        (r"{\f1 \'c4\'e5\'ed\'fc}", "День"),
        (r"{\uc1 \u8364?\u-10179?\u-8704? \uc2 \u233ab.}", "€\U0001f600 é."),
        ("caf\xe9", "café"),
        (r"a\~b\_c\-d\{e\}\\f\emdash\tab g", "a\u00a0b\u2011cd{e}\\f— g"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (r"one{\v  hidden}{\deleted  gone}{\revised  new}", "one new"),
        (r"{\pict\wmetafile8 0102}{\*\unknown text}x", "x"),
        (r"{\listtext\'95\tab}boats\par{\pntext 1.\tab}radios", "• boats\n1. radios"),
        (r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt In the box\par}}}Anchor\par Next",
         "Anchor\nIn the box\nNext"),
        (r"{\annotation by Jane}{\*\atnauthor Jane}x", "x"),
        ("\\bin3 {{{x\\par", "x"),
    ],
)  # fmt: skip
def test_text_as_it_is_shown(body: str, text: str) -> None:
    assert page_of(body) == text


def test_headings_title_and_margins() -> None:
    body = r"{\header Ares(2019)1\par}{\footer Page 1\par}\pard\s1 Supply\par\pard Text\par"
    body += r"\pard\s2 Boats\par\pard\outlinelevel2 Small\par"
    document = checked(read((HEAD + body + "}").encode(), "a.rtf").document)
    assert document.title == "Annex II"
    assert [(h.text, h.level) for h in document.headings] == [
        ("Supply", 1), ("Boats", 2), ("Small", 3),
    ]  # fmt: skip
    (page,) = document.pages
    assert page.text == "Supply\nText\nBoats\nSmall\nAres(2019)1\nPage 1"
    assert [page.text[start:end] for start, end in page.margins] == ["Ares(2019)1", "Page 1"]
    assert "Jane" not in document.to_json().decode()


def test_tables_with_merged_cells_and_a_table_inside() -> None:
    body = (
        r"Costs in EUR\par\trowd\clmgf\cellx1\clmrg\cellx2\cellx3\pard\intbl\b Item\cell\cell"
        r" Cost\b0\cell\row\trowd\cellx1\cellx2\cellx3\pard\intbl Radio\par new\cell 40\cell"
        r" 1200\cell\row\trowd\cellx1\cellx2\cellx3 x\cell\pard\intbl\itap2 a\nestcell b\nestcell"
        r"{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}\pard\intbl\cell y\cell\row"
        r"\pard After\par"
    )
    document = checked(read((HEAD + body + "}").encode(), "a.rtf").document)
    assert document.pages[0].text == (
        "Costs in EUR\nItem\t\tCost\nRadio\nnew\t40\t1200\nx\ta | b\ty\nAfter"
    )
    (table,) = document.tables
    assert (table.rows[0][1].start, table.header_rows, table.currency) == (-1, 1, "EUR")


def test_notes_follow_the_text() -> None:
    body = r"Four boats{\super\chftn}{\footnote{\super\chftn} Length 12 m.\par} and radios\par End"
    assert page_of(body) == "Four boats [1] and radios\nEnd\n[1] Length 12 m."


def test_hidden_text_and_changes_are_said() -> None:
    document = read((HEAD + r"a{\v bcd}{\deleted e}}").encode(), "a.rtf").document
    assert codes(document) == ["hidden_text", "tracked_changes"]
    assert document.issues[0].detail.startswith("3 characters")


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    assert page_of(r"\trowd\cellx1\pard\intbl Radio\cell Boat") == "Radio\nBoat"
    assert read(HEAD.encode() + b"Ten radios", "a.doc").document.pages[0].text == "Ten radios"


def test_groups_without_end_are_refused() -> None:
    with pytest.raises(DamagedDocument, match=r"a\.rtf"):
        read(b"{\\rtf1 " + b"{" * 100_000, "a.rtf")


WORDS = st.sampled_from(
    ["{", "}", r"\par", r"\cell", r"\row", r"\trowd", r"\intbl", r"\pard", r"\u8364?", r"\'e8",
     r"\v", r"\v0", r"\footnote", r"\*", r"\shptxt", r"\header", r"\nestcell", r"\nestrow",
     r"\clmrg", r"\cellx1", r"\bin5", r"\s1", " text ", "\\", r"\stylesheet", r"\ansicpg99"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=40))
def test_any_words_end_in_a_reading(words: list[str]) -> None:
    try:
        document = read((HEAD + " ".join(words)).encode(), "a.rtf").document
    except DocumentError:
        return
    assert checked(document).kind == "rtf"
