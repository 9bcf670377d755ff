"""Outlook's messages, and the other compound files that they must be told from."""

from __future__ import annotations

import compressed_rtf  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DocumentError, EncryptedDocument, UnknownFormat
from extract.mail import outlook
from tests.extract.files import checked, codes, read
from tests.extract.ole_files import Folder, compound
from tests.extract.ole_files import outlook as message

SENDER = ("Doe, Jane", "jane.doe@frontex.europa.eu")
TO = (("John Roe", "john.roe@gmail.com"), ("NEAR Tenders", "tenders@ec.europa.eu"))
SENT = "2021-05-04T10:00:00+00:00"


def test_subject_date_body_and_attachments() -> None:
    files = {"costs.csv": b"a;b\n1;2\n", "large.bin": bytes(range(256)) * 40, "empty.txt": b""}
    body = "Dear John Roe,\r\nforty radios.\r\n"
    data = compound(message("Radios", body, sent=SENT, sender=SENDER, recipients=TO, files=files))
    reading = read(data, "a.msg")
    document = checked(reading.document)
    assert document.pages[0].text == "Radios\n2021-05-04 10:00+00:00\nDear [name],\nforty radios."
    assert (document.kind, document.media_type, document.published) == (
        "msg", "application/vnd.ms-outlook", "2021-05-04",
    )  # fmt: skip
    assert [(m.name, m.data) for m in reading.members] == list(files.items())[:2]
    assert codes(document) == ["damaged_member", "people_left_out"]
    assert {key: said.text for key, said in document.stated.items()} == {
        "sender_domains": "frontex.europa.eu", "recipient_domains": "ec.europa.eu",
    }  # fmt: skip
    kept = document.to_json().decode().lower()
    assert not any(word in kept for word in ("jane", "doe", "roe", "gmail"))


def test_bodies_in_html_and_in_packed_rtf() -> None:
    table = "<table><tr><td>Véhicule</td><td>4</td></tr><tr><td>b</td><td>5</td></tr></table>"
    for page in (table.encode(), table.encode("cp1252")):
        document = checked(read(compound(message("S", "plain", html=page)), "a.msg").document)
        assert document.pages[0].text == "S\nVéhicule\t4\nb\t5"
    packed = compressed_rtf.compress(b"{\\rtf1\\ansi Ten radios.\\par Four boats.}")
    document = read(compound(message("S", rtf=packed)), "a.msg").document
    assert document.pages[0].text == "S\nTen radios.\nFour boats."
    assert read(compound(message("S", rtf=b"broken")), "a.msg").document.pages[0].text == "S"


def nested(depth: int) -> Folder:
    inner = {"Forwarded": nested(depth - 1)} if depth else {}
    name = f"Level {depth}"
    head = 24 if depth < 5 else 32
    return message(name, f"Body {depth}", head=head, inner=inner, sent=SENT, sender=SENDER)


def test_messages_inside_become_files_down_to_a_limit() -> None:
    reading = read(compound(nested(5)), "a.msg")
    assert codes(reading.document) == ["attachments_cut"]
    texts = []
    while reading.members:
        (member,) = reading.members
        assert member.name == "Forwarded.eml"
        reading = read(member.data, member.name)
        texts.append(reading.document.pages[0].text.split("\n")[0])
        assert reading.document.published == "2021-05-04"
    assert texts == ["Level 4", "Level 3", "Level 2"]
    assert read(compound(nested(5)), "a.msg") == read(compound(nested(5)), "a.msg")


@pytest.mark.parametrize(
    ("streams", "cause", "word"),
    [
        ({"WordDocument": b"x" * 5000}, UnknownFormat, "save it as DOCX"),
        ({"PowerPoint Document": b"x"}, UnknownFormat, "presentation"),
        ({"Other": b"x"}, UnknownFormat, "old office file"),
        ({"EncryptedPackage": b"x"}, EncryptedDocument, "password"),
    ],
)
def test_other_compound_files_say_what_to_do(
    streams: dict[str, bytes], cause: type[DocumentError], word: str
) -> None:
    with pytest.raises(cause, match=word) as raised:
        read(compound(dict(streams)), "report.msg")
    assert "report.msg" in str(raised.value)


def test_a_message_about_a_word_file_is_a_message() -> None:
    word = compound({"WordDocument": b"x" * 5000})
    reading = read(compound(message("S", "b", files={"old.doc": word})), "a.doc")
    assert reading.document.kind == "msg"
    assert codes(reading.document) == ["type_mismatch"]
    with pytest.raises(UnknownFormat, match=r"old\.doc is a Word file"):
        read(reading.members[0].data, reading.members[0].name)


def test_code_pages() -> None:
    names = [outlook._charset(number) for number in (65001, 1253, 28597, 20127, 99999, 0)]
    assert names == ["utf-8", "cp1253", "iso-8859-7", "ascii", None, None]


WHOLE = compound(message("S", "b", html=b"<p>x</p>", sent=SENT, sender=SENDER, recipients=TO,
                         files={"a.txt": b"x" * 5000}, inner={"m": nested(1)}))  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE)), st.binary(min_size=1, max_size=40), st.booleans())
def test_damaged_messages_are_read_or_refused(at: int, noise: bytes, cut: bool) -> None:
    rest = b"" if cut else WHOLE[at + len(noise) :]
    try:
        document = read(WHOLE[:at] + noise + rest, "a.msg").document
    except DocumentError:
        return
    checked(document)
