"""OpenDocument texts and spreadsheets."""

from __future__ import annotations

import time
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DamagedDocument, EncryptedDocument, HostileDocument
from extract import page_text
from extract.office import sheets
from tests.extract.files import checked, codes, read
from tests.extract.office_files import open_document, zipped

AUTOMATIC = """<style:style style:name="P1" style:family="paragraph" style:parent-style-name="P0"/>
<style:style style:name="P0" style:family="paragraph" style:parent-style-name="P1">
<style:text-properties text:display="none"/></style:style>
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/>
</style:style>
<style:style style:name="Away" style:family="table"><style:table-properties table:display="false"/>
</style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1"
style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2"
style:num-format="a" style:num-prefix="(" style:num-suffix=")"/></text:list-style>"""
STYLES = """<office:styles><text:outline-style style:name="Outline">
<text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>
<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
</text:outline-style></office:styles><office:master-styles><style:master-page>
<style:header><text:p>Ares(2019)1</text:p></style:header>
<style:footer><text:p>Page 1</text:p></style:footer></style:master-page></office:master-styles>"""


def heading(text: str, level: int) -> str:
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


def par(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def item(content: str) -> str:
    return f"<text:list-item>{content}</text:list-item>"


def cell(content: str = "", **attributes: str) -> str:
    said = " ".join(f'{name.replace("__", ":").replace("_", "-")}="{value}"'
                    for name, value in attributes.items())  # fmt: skip
    return f"<table:table-cell {said}>{content}</table:table-cell>"


def row(*cells: str, **attributes: str) -> str:
    said = " ".join(f'{name.replace("__", ":").replace("_", "-")}="{value}"'
                    for name, value in attributes.items())  # fmt: skip
    return f"<table:table-row {said}>{''.join(cells)}</table:table-row>"


COVERED = "<table:covered-table-cell/>"


def test_headings_lists_and_tables_in_their_order() -> None:
    inner = f"<text:list>{item(par('grey'))}{item(par('blue'))}</text:list>"
    content = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        + par("Deleted by Jane Doe")
        + "</text:deletion></text:changed-region></text:tracked-changes>"
        + heading("Supply", 1)
        + "<text:section>"
        + par("Ten<text:s text:c='2'/>radios<text:tab/>and<text:line-break/>four\n   boats")
        + "</text:section>"
        + heading("Boats", 2)
        + '<text:list text:style-name="L">'
        + item(par("small") + inner)
        + item(par("large"))
        + "</text:list>"
        + f"<text:list>{item(par('bare'))}</text:list>"
        + "<table:table><table:table-header-rows>"
        + row(
            cell(par("Item")), cell(par("Cost (EUR)"), table__number_columns_spanned="2"), COVERED
        )
        + "</table:table-header-rows>"
        + row(cell(par("Radio")), cell(par("10")), cell(par("20")))
        + "</table:table>"
        + heading("End", 2)
    )
    data = open_document("text", content, styles=STYLES, automatic=AUTOMATIC)
    document = checked(read(data, "annex.odt").document)
    (page,) = document.pages
    assert page.text == (
        "1. Supply\nTen  radios and\nfour boats\n1.1 Boats\n1. small\n(a) grey\n(b) blue\n2. large"
        "\n• bare\nItem\tCost (EUR)\t\nRadio\t10\t20\n1.2 End\nAres(2019)1\nPage 1"
    )
    assert [(h.text, h.level) for h in document.headings] == [
        ("1. Supply", 1), ("1.1 Boats", 2), ("1.2 End", 2),
    ]  # fmt: skip
    (table,) = document.tables
    assert (table.currency, table.header_rows, table.rows[0][2].start) == ("EUR", 1, -1)
    assert [page.text[start:end] for start, end in page.margins] == ["Ares(2019)1", "Page 1"]
    assert (document.kind, document.title, document.language) == ("odt", "Annex II", "fr")
    assert codes(document) == []


def test_notes_frames_comments_and_hidden_text() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        + par("Length 12 m.")
        + "</text:note-body></text:note>"
    )
    frame = f"<draw:frame><draw:text-box>{par('In the box')}</draw:text-box></draw:frame>"
    creator = "<dc:creator>Jane Doe</dc:creator>"
    comment = f"<office:annotation>{creator}<text:p>no</text:p></office:annotation>"
    author = "<text:author-name>Jane Doe</text:author-name>"
    content = par(f"Four boats{note} and{frame}{comment} radios{author}") + par("unseen", "P1")
    content += '<text:section text:display="none">' + par("away") + "</text:section>"
    document = checked(read(open_document("text", content, automatic=AUTOMATIC), "a.odt").document)
    assert document.pages[0].text == ("Four boats [1] and radios\nIn the box\n[1] Length 12 m.")
    assert codes(document) == ["hidden_text"]
    assert document.issues[0].detail.startswith("10 characters")


def test_bold_rows_are_headers() -> None:
    bold = '<text:p><text:span text:style-name="B">{}</text:span></text:p>'
    content = "<table:table>" + row(*(cell(bold.format(text)) for text in ("Item", "Body")))
    content += row(cell(par("Radio")), cell(par("Police"))) + "</table:table>"
    document = read(open_document("text", content, automatic=AUTOMATIC), "a.odt").document
    assert document.tables[0].header == ("Item", "Body")


def number(value: str, **attributes: str) -> str:
    return cell(par("shown"), office__value=value, **attributes)


def test_sheets_have_exact_values_units_and_merged_cells() -> None:
    content = (
        '<table:table table:name="Costs">'
        + row(cell(par("Item")), cell(par("Cost"), table__number_columns_spanned="2"), COVERED)
        + row(
            cell(par("Radio"), office__value_type="string"),
            number("1200.50", office__value_type="currency", office__currency="EUR"),
            number("0.075", office__value_type="percentage"),
            cell(par("x"), office__value_type="date", office__date_value="2020-01-02T00:00:00"),
            cell(par("WAHR"), office__value_type="boolean", office__boolean_value="true"),
        )
        + row(cell(table__number_columns_repeated="16384"), table__number_rows_repeated="1048570")
        + row(
            number("3", office__value_type="float"),
            cell(par("#DIV/0!"), calcext__value_type="error"),
        )
        + "</table:table>"
        + '<table:table table:name="Draft" table:style-name="Away"><table:table-column '
        + 'table:visibility="collapse" table:number-columns-repeated="2"/>'
        + row(cell(par("secret")), table__visibility="filter")
        + "</table:table>"
    ).replace("calcext:", "office:")
    data = open_document("spreadsheet", content, automatic=AUTOMATIC)
    document = checked(read(data, "costs.ods").document)
    assert [page.text for page in document.pages] == [
        "Costs\nItem\tCost\t\t\t\nRadio\t1200.50 EUR\t7.5%\t2020-01-02\tTRUE\n3\t#DIV/0!\t\t\t",
        "Draft\nsecret",
    ]
    assert document.tables[0].rows[0][2].start == -1
    assert [(issue.code, issue.page) for issue in document.issues] == [("hidden_cells", 2)]
    assert "the sheet itself, 1 rows, 2 columns" in document.issues[0].detail
    assert document.kind == "ods"


def test_sheets_that_repeat_without_end_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 5000)
    full = row(
        number("1", office__value_type="float", table__number_columns_repeated="1000"),
        table__number_rows_repeated="1048576",
    )
    content = f'<table:table table:name="S">{full * 50}</table:table>'
    started = time.process_time()
    document = read(open_document("spreadsheet", content), "a.ods").document
    assert time.process_time() - started < 5
    assert codes(document) == ["sheet_cut"]
    assert len(document.tables[0].rows) == 5


def test_tables_that_repeat_without_end_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_text, "MAX_CELLS", 10_000)
    full = row(
        cell(par("x"), table__number_columns_repeated="1000"), table__number_rows_repeated="1000"
    )
    content = f"<table:table>{full * 1000}</table:table>"
    document = checked(read(open_document("text", content), "a.odt").document)
    assert codes(document) == ["table_cut"]
    assert len(document.tables[0].rows) == 10


def test_locked_hostile_and_broken_files() -> None:
    locked = open_document("text", par("x"), manifest="<manifest:encryption-data/>")
    with pytest.raises(EncryptedDocument, match=r"a\.odt"):
        read(locked, "a.odt")
    kind = "application/vnd.oasis.opendocument.text"
    laughs = "<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><a>&a;</a>"
    with pytest.raises(HostileDocument, match="entities"):
        read(zipped({"mimetype": kind, "content.xml": laughs}), "a.odt")
    with pytest.raises(DamagedDocument, match="holds no text"):
        read(zipped({"mimetype": kind, "content.xml": "<a/>"}), "a.odt")
    with pytest.raises(HostileDocument, match="unpack"):
        read(zipped({"mimetype": kind, "content.xml": b" " * (40 * 2**20)}), "a.odt")
    deep = "<text:section>" * 400 + "</text:section>" * 400
    with pytest.raises(DamagedDocument, match=r"a\.odt"):
        read(open_document("text", deep), "a.odt")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co")), max_size=8)
BLOCKS = st.lists(st.tuples(TEXT, st.sampled_from(["p", "h", "list", "note"])), max_size=5)
CELLS = st.lists(
    st.lists(st.tuples(TEXT, st.integers(1, 3), st.booleans()), min_size=1, max_size=3), max_size=3
)


def block(text: str, kind: str) -> str:
    if kind == "h":
        return heading(escape(text), 2)
    if kind == "list":
        return f"<text:list>{item(par(escape(text)))}</text:list>"
    note = f"<text:note><text:note-body>{par(escape(text))}</text:note-body></text:note>"
    return par(note if kind == "note" else escape(text))


def grid(rows: list[list[tuple[str, int, bool]]]) -> str:
    return "".join(
        row(
            *(
                cell(par(escape(text)), table__number_columns_repeated=str(times))
                + (COVERED if covered else "")
                for text, times, covered in texts
            )
        )
        for texts in rows
    )


@settings(max_examples=40, deadline=None)
@given(BLOCKS, CELLS)
def test_any_text_keeps_its_offsets(
    parts: list[tuple[str, str]], rows: list[list[tuple[str, int, bool]]]
) -> None:
    content = "".join(block(text, kind) for text, kind in parts)
    table = f'<table:table table:name="S">{grid(rows)}</table:table>'
    texts = [text for texts in rows for text, _, _ in texts]
    for data, words in (
        (open_document("text", content + table), [text for text, _ in parts] + texts),
        (open_document("spreadsheet", table), texts),
    ):
        shown = " ".join(" ".join(page.text.split()) for page in checked(read(data).document).pages)
        assert all(" ".join(text.split()) in shown for text in words)
