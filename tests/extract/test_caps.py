"""Files that are too much for a reader: it ends early, keeps what it has, and says so."""

from __future__ import annotations

import pytest

from core.errors import DamagedDocument, HostileDocument
from extract import archives, page_text, xml
from extract.archives import safe_name
from extract.mail import eml
from extract.notices import read as notices
from extract.office import xlsx_parts
from extract.web import html
from tests.extract.files import archive, checked, codes, read, workbook
from tests.extract.notices import eforms
from tests.extract.office_files import open_document, par, word_package

PLAIN = b"Content-Type: text/plain\r\n\r\nTen radios.\r\n"
HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nDate: Mon, 1 Mar 2021 10:00:00 +0000\r\n"


def test_names_of_members_have_a_length() -> None:
    assert safe_name("b/" * 40_000 + "annex/list.pdf").endswith("b/annex/list.pdf")
    assert len(safe_name("b/" * 40_000 + "list.pdf")) <= 300
    assert safe_name("x" * 5000 + ".pdf") == "x" * 296 + ".pdf"
    assert safe_name("a/" + "b" * 299) == "b" * 299
    usual = "/".join(["A folder of the release"] * 10 + ["Annex.pdf"])
    assert safe_name(usual) == usual


def test_members_without_room_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_have_room", lambda size: size < 100)
    reading = read(archive({"a.txt": b"a" * 20, "b.txt": b"b" * 90, "c.txt": b"c" * 20}), "a.zip")
    assert [member.name for member in reading.members] == ["a.txt", "c.txt"]
    assert codes(reading.document) == ["members_cut"]
    assert "'b.txt'" in reading.document.issues[0].detail


def test_a_room_beyond_all_memory_is_none() -> None:
    assert archives._have_room(2**20)
    assert not archives._have_room(2**62)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"<x>" * 300 + b"</x>" * 300, "too deep"),
        (b'<?xml version="1.0" encoding="UTF-32"?><x>\xe9</x>', "encoding"),
        (b"<x><y></x>", "rules of XML in line 1"),
    ],
)
def test_causes_of_broken_xml_are_plain(data: bytes, cause: str) -> None:
    with pytest.raises(DamagedDocument, match=cause) as raised:
        xml.parse_xml(data, "a.xml")
    assert "XML_PARSE" not in str(raised.value)
    assert "<string>" not in str(raised.value)


def test_a_parser_without_memory_is_no_damage() -> None:
    with pytest.raises(MemoryError):
        xml.xml_cause(ValueError("unknown error (<string>, line 0)"))


def test_the_start_of_xml_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_MARKS", 3)
    monkeypatch.setattr(xml, "_CHUNK", 4)
    root, cut = xml.parse_start(b"<r><a>one</a><b>two</b></r>", "a.xml")
    assert cut
    assert xml.inner_text(root) == "one"
    whole, cut = xml.parse_start(b"<r>a</r>", "a.xml")
    assert (whole.text, cut) == ("a", False)
    with pytest.raises(HostileDocument):
        xml.parse_start(b"<!DOCTYPE r [<!ENTITY a 'b'>]><r><a/><a/><a/></r>", "a.xml")


def test_long_office_files_end_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_MARKS", 400)
    monkeypatch.setattr(xml, "_CHUNK", 64)
    body = "".join(par(f"Radio {number}") for number in range(500))
    document = checked(read(word_package(body), "a.docx").document)
    assert document.pages[0].text.startswith("Radio 0\nRadio 1\n")
    assert codes(document) == ["text_cut"]
    lines = "".join(f"<text:p>Radio {number}</text:p>" for number in range(500))
    document = checked(read(open_document("text", lines), "a.odt").document)
    assert document.pages[0].text.startswith("Radio 0\nRadio 1\n")
    assert codes(document) == ["text_cut"]


def test_a_page_has_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_text, "MAX_TEXT", 100)
    page = page_text.PageText(1)
    page.paragraph("Boats", 1)
    page.paragraph("x" * 80)
    page.table([["Radio", "10 000"], ["Truck", "12"]])
    page.paragraph("Behind", 1)
    page.margin("Foot")
    text = page.text()
    assert text == "Boats\n" + "x" * 80 + "\nRadio\t10 000"
    assert [heading.text for heading in page.headings] == ["Boats"]
    (table,) = page.tables
    assert [text[cell.start : cell.end] for row in table.rows for cell in row] == [
        cell.text for row in table.rows for cell in row
    ]
    assert page.text_cut


def test_a_wide_table_keeps_its_first_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_text, "MAX_COLUMNS", 3)
    document = checked(read(b"a;b;c;d;e\n1;2;3;4;5\n", "a.csv").document)
    assert document.pages[0].text == "a\tb\tc\n1\t2\t3"
    assert codes(document) == ["table_cut"]


def test_a_cell_without_end_is_told_in_plain_words() -> None:
    document = read(b'a;b\n"' + b"c;d\n" * 40_000, "a.csv").document
    assert codes(document) == ["table_not_read"]
    assert document.issues[0].detail.endswith("a cell has more than 131072 characters.")


ROWS: list[list[object]] = [["Item", "Units"], *([f"Radio {n}", n] for n in range(50))]


@pytest.mark.parametrize(
    ("name", "value"), [("MAX_CELLS", 40), ("MAX_ALL_CELLS", 40), ("MAX_PLACES", 40)]
)
def test_the_first_rows_of_a_sheet_are_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    monkeypatch.setattr(xlsx_parts, name, value)
    document = checked(read(workbook({"A": ROWS}), "a.xlsx").document)
    assert len(document.tables[0].rows) == 20
    assert document.pages[0].text.startswith("A\nItem\tUnits\nRadio 0\t0\n")
    assert codes(document) == ["sheet_cut"]
    assert "first 20 rows" in document.issues[0].detail


def test_a_text_in_many_cells_counts_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_parts, "MAX_TEXT", 10_000)
    rows: list[list[object]] = [["x" * 1000, "y"] for _ in range(30)]
    document = checked(read(workbook({"A": rows, "B": ROWS}), "a.xlsx").document)
    assert len(document.tables[0].rows) == 9
    assert "sheet_cut" in codes(document)


def test_markup_of_too_many_tags_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_SEARCHED_TAGS", 50)
    monkeypatch.setattr(html, "MAX_TAGS", 80)
    body = "".join(f"<p>Radio {number}</p>" for number in range(100))
    document = read(f"<html><body>{body}</body></html>".encode(), "a.html").document
    assert document.pages[0].text.startswith("Radio 0\nRadio 1\n")
    assert "Radio 99" not in document.pages[0].text
    assert codes(document) == ["text_cut"]


def test_a_large_page_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_SEARCHED_TAGS", 5)
    data = b"<html><body><div>Menu</div><main><p>Ten radios</p><p>One boat</p></main></body></html>"
    document = read(data, "a.html").document
    assert document.pages[0].text == "Ten radios\nOne boat"
    assert codes(document) == []


def test_an_element_of_many_attributes_is_shown() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(50_000))
    data = f"<html><body><article><p {attributes}>Ten radios came.</p></article></body></html>"
    assert read(data.encode(), "a.html").document.pages[0].text == "Ten radios came."


def test_parts_in_parts_are_read_to_the_last() -> None:
    mixed = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    data = HEAD + b"MIME-Version: 1.0\r\n" + b"".join(mixed % (n, n) for n in range(500)) + PLAIN
    assert "Ten radios." in read(data, "a.eml").document.pages[0].text


def test_parts_of_a_message_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eml, "_MAX_PARTS", 3)
    start = HEAD + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    document = read(start + (b"--b\r\n" + PLAIN) * 5, "a.eml").document
    assert document.pages[0].text.count("Ten radios.") == 3
    assert codes(document) == ["attachments_cut"]
    document = read(start + (b"--b\r\n" + PLAIN) * 3 + b"--b--\r\n", "a.eml").document
    assert document.pages[0].text.count("Ten radios.") == 3
    assert codes(document) == []


def test_long_and_deep_header_fields_are_read_in_part() -> None:
    subject = b"Subject: Boats" + b" =?utf-8?b?QUFB?=\r\n" * 2000
    document = read(HEAD + subject + PLAIN, "a.eml").document
    assert (document.title or "").startswith("Boats")
    assert codes(document) == ["header_cut"]
    deep = HEAD.replace(b"From: ", b"From: " + b"(" * 5000)
    assert "Ten radios." in read(deep + PLAIN, "a.eml").document.pages[0].text
    kind = b"Content-Type: text/plain" + b"".join(b";\r\n n*%d*=a" % n for n in range(5000))
    assert "header_cut" in codes(read(HEAD + kind + b"\r\n\r\nRadios", "a.eml").document)


def test_a_message_of_one_usual_field_is_one_by_its_name() -> None:
    data = b"Received: from a by b\r\n" * 5000 + HEAD + PLAIN
    assert read(data, "a.eml").document.kind == "eml"


def test_a_notice_of_too_many_lots_keeps_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(eforms(), "a.xml").document
    assert whole.notice is not None
    assert len(whole.notice.lots) > 1
    monkeypatch.setattr(notices, "MAX_ALIKE", 1)
    cut = read(eforms(), "a.xml").document
    assert cut.notice is not None
    assert [lot.number for lot in cut.notice.lots] == [whole.notice.lots[0].number]
    assert {issue.code for issue in cut.issues} == {"notice_cut"}
    assert any("ProcurementProjectLot" in issue.detail for issue in cut.issues)
