"""What kind of file some bytes are, whatever their name says."""

from __future__ import annotations

import gzip

import pytest

from core.errors import DamagedDocument, EncryptedDocument, HostileDocument, UnknownFormat
from tests.extract.files import archive, codes, read, text_pdf, word_file, workbook
from tests.extract.office_files import open_document, par, word_package, zipped
from tests.extract.ole_files import compound, old_workbook, outlook

PDF = text_pdf(["Four patrol boats"])
ODT = open_document("text", "<text:p>Ten radios</text:p>")
RTF = b"{\\rtf1 Ten radios}"
MAIL = b"From: a@x.eu\r\nTo: b@x.eu\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n\r\nTen radios"
PLAIN = b"Ten radios for the border police of the country, in plain words."


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "x.pdf.pdf", "pdf"),
        (PDF, "x.PDF", "pdf"),
        (PDF, "x.pdf.download", "pdf"),
        (PDF, "x.pdf.1", "pdf"),
        (PDF, "no ending", "pdf"),
        (PDF, "Decision C(2015) 7293 of 20.10.2015", "pdf"),
        (ODT, "a.odt", "odt"),
        (ODT, "a.ott", "odt"),
        (RTF, "a.rtf", "rtf"),
        (b"\xef\xbb\xbf\r\n" + RTF, "a.rtf", "rtf"),
        (MAIL, "a.eml", "eml"),
        (MAIL, "mail.txt", "eml"),
        (b"From x@y Mon May  3\r\n" + MAIL, "a.eml", "eml"),
        (b"Subject: Radios\nFrom: x@y.eu\n\nTen", "a.eml", "eml"),
        (compound(outlook("S", "b")), "a.msg", "msg"),
        (old_workbook({(0, 0): "a"}), "a.xls", "xls"),
        (gzip.compress(PDF), "x.pdf.gz", "gzip"),
        (workbook({"S": [["a"]]}), "a.xlsm", "xlsx"),
        (PLAIN.decode().encode("utf-16-le"), "a.txt", "text"),
        (PLAIN.decode().encode("utf-16-be"), "a.txt", "text"),
    ],
)
def test_content_decides_and_a_fitting_name_costs_nothing(
    data: bytes, name: str, kind: str
) -> None:
    document = read(data, name).document
    assert document.kind == kind
    assert "type_mismatch" not in codes(document)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "x.docx.doc", "pdf"),
        (word_file(), "x.docx.pdf", "docx"),
        (word_file(), "a.doc", "docx"),
        (RTF, "a.doc", "rtf"),
        (workbook({"S": [["a"]]}), "a.xls", "xlsx"),
        (ODT, "a.zip", "odt"),
        (MAIL, "a.pdf", "eml"),
        (b"<!DOCTYPE html><html><body><p>Error 404, not found</p></body></html>", "a.pdf", "html"),
        (b"<html><body><table><tr><td>a<td>b</table></body></html>", "a.xls", "html"),
        (PLAIN, "a.msg", "text"),
        (archive({"a.txt": b"x"}), "a.docx", "zip"),
        (gzip.compress(PDF), "x.pdf", "gzip"),
    ],
)
def test_a_name_that_promises_another_kind_is_an_issue(data: bytes, name: str, kind: str) -> None:
    document = read(data, name).document
    assert document.kind == kind
    assert "type_mismatch" in codes(document)


def test_junk_before_the_header_of_a_pdf() -> None:
    document = read(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + PDF, "a.pdf").document
    assert (document.kind, document.pages[0].text) == ("pdf", "Four patrol boats")
    about = b"A text that says %PDF-1.4 is how files of that kind begin, and no more than that."
    assert read(about, "a.txt").document.kind == "text"


@pytest.mark.parametrize(
    "text",
    [
        "Note: the boats\nFrom: Tripoli\nTo: Malta\n\nGone.",
        "Subject: radios\n\nTen radios for the police.",
        "Date: today\nContent-Type: unknown\nwords",
    ],
)
def test_a_memo_is_no_message(text: str) -> None:
    assert read(text.encode(), "memo.txt").document.kind == "text"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"Rar!\x1a\x07\x00" + bytes(50), "RAR archive; unpack it"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "7z archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"\x78\x9f\x3e\x22" + bytes(50), "winmail"),
        (zipped({"[Content_Types].xml": "<a/>", "ppt/presentation.xml": "<a/>"}), "presentation"),
        (open_document("presentation", ""), "presentation"),
    ],
)
def test_what_is_not_read_says_what_to_do(data: bytes, word: str) -> None:
    with pytest.raises(UnknownFormat, match=word) as raised:
        read(data, "annex.bin")
    assert "annex.bin" in str(raised.value)


def test_gzip_gives_the_file_inside() -> None:
    reading = read(gzip.compress(b"Ten ") + gzip.compress(b"radios"), "annex.txt.gz")
    assert [(member.name, member.data) for member in reading.members] == [
        ("annex.txt", b"Ten radios")
    ]
    assert reading.document.pages[0].text == "annex.txt"
    assert read(gzip.compress(b"x"), "release.tgz").members[0].name == "release.tar"
    cut = read(gzip.compress(bytes(range(256)) * 9)[:-20], "a.gz")
    assert codes(cut.document) == ["damaged_member"]
    with pytest.raises(HostileDocument, match=r"a\.gz"):
        read(gzip.compress(bytes(300 * 2**20), 9), "a.gz")
    with pytest.raises(DamagedDocument, match=r"a\.gz"):
        read(b"\x1f\x8b\x08" + b"\xff" * 40, "a.gz")


def test_a_locked_office_file_asks_for_a_copy() -> None:
    with pytest.raises(EncryptedDocument, match="password"):
        read(compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "a.docx")


def test_a_file_of_a_package_that_is_cut_is_damaged() -> None:
    for data, name in ((ODT, "a.odt"), (word_package(par("x")), "a.docx")):
        with pytest.raises(DamagedDocument, match=name):
            read(data[:-30], name)
