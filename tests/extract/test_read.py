"""The entry of the room: every kind is read, and whatever is wrong is a `DocumentError`."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import extract
from core.errors import (
    DamagedDocument,
    DocumentError,
    EmptyDocument,
    EncryptedDocument,
    UnknownFormat,
)
from tests.extract.files import archive, checked, read, text_pdf, word_file, workbook
from tests.extract.office_files import open_document
from tests.extract.ole_files import compound, old_workbook, outlook

GOLDEN_KINDS = [
    "csv", "docx", "eml", "gzip", "html", "json", "msg", "notice", "ods", "odt", "pdf", "rtf",
    "text", "xls", "xlsx", "xml", "zip",
]  # fmt: skip

HTML = b"<!DOCTYPE html><html lang='fr'><body><p>Le ministre a parle.</p></body></html>"
NOTICE = b'<?xml version="1.0"?><TED_EXPORT DOC_ID="000012-2019"><FORM_SECTION>'

KINDS = [
    (text_pdf(["Four patrol boats"]), "a.pdf", "pdf"),
    (HTML, "a.html", "html"),
    (b"<?xml version='1.0'?><a><b>text</b></a>", "a.xml", "xml"),
    (b"  <note><b>no declaration</b></note>", "a.xml", "xml"),
    (archive({"a.txt": b"hello"}), "a.zip", "zip"),
    (workbook({"S": [["a", 1]]}), "a.xlsx", "xlsx"),
    (word_file(), "a.docx", "docx"),
    ("Zwölf Fahrzeuge".encode("latin-1"), "a.txt", "text"),
    (b"# Title\n\nBody", "a.md", "text"),
    (b'{"a": [1, 2]}', "a.json", "json"),
    (b"a;b\n1;2\n", "a.csv", "csv"),
]


def test_kinds_are_those_that_a_person_has_read() -> None:
    assert sorted(extract.KINDS) == GOLDEN_KINDS
    assert extract.VERSION == "extract/4"
    assert extract.MAX_DEPTH == 3


@pytest.mark.parametrize(("data", "name", "kind"), KINDS, ids=[f"{k}-{n}" for _, n, k in KINDS])
def test_content_decides_and_a_true_name_costs_nothing(data: bytes, name: str, kind: str) -> None:
    document = read(data, name).document
    assert document.kind == kind
    assert "type_mismatch" not in [issue.code for issue in document.issues]
    assert document.extractor == extract.VERSION


@pytest.mark.parametrize("kind", ["pdf", "html", "zip", "xlsx", "docx", "json"])
def test_content_decides_without_a_name(kind: str) -> None:
    (data,) = (data for data, _, its in KINDS if its == kind)
    assert read(data).document.kind == kind


@pytest.mark.parametrize("wrong", ["a.pdf", "a.docx", "a.xlsx", "a.zip"])
def test_a_text_under_another_name_is_read_as_text(wrong: str) -> None:
    document = read(b"The minutes of the meeting of the board, in plain words.", wrong).document
    assert document.kind == "text"
    assert document.pages[0].text == "The minutes of the meeting of the board, in plain words."
    assert [issue.code for issue in document.issues] == ["type_mismatch"]
    assert wrong in document.issues[0].detail


def test_a_web_page_served_as_pdf_is_a_mismatch() -> None:
    document = read(HTML, None, media_type="application/pdf").document
    assert document.kind == "html"
    assert document.issues[0].code == "type_mismatch"


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", EmptyDocument),
        (b" \n\t ", EmptyDocument),
        ("\ufeff\n".encode(), EmptyDocument),
        (bytes(range(256)) * 20, UnknownFormat),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), UnknownFormat),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), UnknownFormat),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            EncryptedDocument,
        ),
        (text_pdf(["locked"], password="secret"), EncryptedDocument),
        (text_pdf(["cut"])[:300], DamagedDocument),
        (archive({"a.txt": b"hello" * 100})[:60], DamagedDocument),
        (word_file()[:3000], DamagedDocument),
        (workbook({"S": [["a"]]})[:2000], DamagedDocument),
        (NOTICE, DamagedDocument),
    ],
    ids=[
        "nothing",
        "white space",
        "mark only",
        "binary",
        "picture",
        "old office",
        "locked office",
        "locked pdf",
        "cut pdf",
        "cut zip",
        "cut docx",
        "cut xlsx",
        "cut notice",
    ],
)
def test_what_cannot_be_read_names_the_file(data: bytes, cause: type[DocumentError]) -> None:
    with pytest.raises(cause, match=r"report\.bin|The file"):
        read(data, "report.bin")


def test_a_pdf_with_an_empty_password_opens() -> None:
    document = read(text_pdf(["Open to all who read"], password=""), "a.pdf").document
    assert document.pages[0].text == "Open to all who read"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<!-- a -->" * 5000 + b"<html><p>Text of the page</p></html>", "html"),
        (b"<?xml version='1.0'?>" + b"<!-- a -->" * 5000 + b"<a>text</a>", "xml"),
        (b"<!-- a -->" * 5000 + b"Only text after all these comments", "text"),
    ],
    ids=["html", "xml", "text"],
)
def test_many_comments_cost_no_time(data: bytes, kind: str) -> None:
    assert read(data).document.kind == kind


STARTS = st.sampled_from(
    [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<?xml version='1.0'?>", b"<html>", b"<TED_EXPORT>",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"{", NOTICE, b"{\\rtf1 ", b"\x1f\x8b\x08",
     b"From: a@x.eu\nTo: b@x.eu\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    STARTS, st.binary(max_size=300), st.sampled_from([None, "a.pdf", "a.xml", "a.docx", "a.csv"])
)
def test_arbitrary_bytes_never_raise_anything_else(
    start: bytes, rest: bytes, name: str | None
) -> None:
    try:
        reading = read(start + rest, name)
    except DocumentError:
        return
    assert reading.document.kind in GOLDEN_KINDS
    assert reading.document.pages


WHOLE = [
    text_pdf(["One", "Two"], ["Three"]), word_file(), workbook({"S": [["a", 1]]}),
    archive({"a.txt": b"hello", "b/c.txt": b"there"}), HTML, gzip.compress(b"Ten radios"),
    open_document("text", "<text:h>Ten</text:h><text:p>radios</text:p>"),
    open_document("spreadsheet", "<table:table><table:table-row/></table:table>"),
    old_workbook({(0, 0): "a", (1, 1): 2.5}), compound(outlook("S", "body", files={"a": b"b"})),
    b"{\\rtf1\\ansi\\trowd\\cellx1\\intbl a\\cell\\row\\pard b\\'e9\\u233?\\par}",
    b"From: a@x.eu\nTo: b@x.eu\nMessage-ID: <1@x>\nMIME-Version: 1.0\n\nTen radios",
]  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), st.integers(0, 10_000))
def test_cut_files_are_read_or_refused(data: bytes, at: int) -> None:
    try:
        checked(read(data[: at % len(data)], None).document)
    except DocumentError:
        return


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), st.integers(0, 10_000), st.binary(min_size=1, max_size=20))
def test_damaged_files_never_raise_anything_else(data: bytes, at: int, noise: bytes) -> None:
    place = at % len(data)
    broken = data[:place] + noise + data[place + len(noise) :]
    try:
        document = checked(read(broken, None).document)
    except DocumentError:
        return
    assert document.pages
