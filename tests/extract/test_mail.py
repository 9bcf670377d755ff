"""Messages: text, attachments, what is left out of people, odd and hostile ones."""

from __future__ import annotations

import base64
import contextlib
import time
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DocumentError
from extract.mail import eml as mail
from extract.mail.people import People, is_person
from tests.extract.files import checked, codes, read, text_pdf

HEAD = (
    b'Received: from mx (mx [192.0.2.1]) by x\r\nFrom: "DOE Jane (FRONTEX)" '
    b'<jane.doe@frontex.europa.eu>\r\nTo: "Roe, John" <jr77@gmail.com>, '
    b"DG-NEAR Tenders <tenders@ec.europa.eu>\r\nSubject: =?utf-8?q?Quatre_v=C3=A9hicules?=\r\n"
    b"Date: Tue, 4 May 2021 10:00:00 +0200\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"
)


def message(**said: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Jane Doe <jane.doe@frontex.europa.eu>"
    made["To"] = "John Roe <john.roe@gmail.com>"
    made["Subject"] = said.get("subject", "Radios")
    made["Date"] = "Tue, 4 May 2021 10:00:00 +0200"
    made["Message-ID"] = "<1@x>"
    made.set_content(said.get("body", "Forty radios were delivered."))
    return made


def test_subject_date_and_body_without_the_people() -> None:
    body = (
        b"Dear John Roe,\r\n\r\nForty radios, see jane.doe@frontex.europa.eu.\r\n"
        b"European Commission, DG-NEAR Tenders\r\nJane DOE\r\n-- \r\nJane\r\nTel. +48 22\r\n"
    )
    data = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body
    document = checked(read(data, "a.eml").document)
    assert document.pages[0].text == (
        "Quatre véhicules\n2021-05-04 10:00+02:00\nDear [name],\n\nForty radios, see [address]."
        "\nEuropean Commission, DG-NEAR Tenders\n[name]"
    )
    assert (document.kind, document.title, document.published) == (
        "eml", "Quatre véhicules", "2021-05-04",
    )  # fmt: skip
    assert {key: said.text for key, said in document.stated.items()} == {
        "sender_domains": "frontex.europa.eu", "recipient_domains": "ec.europa.eu",
    }  # fmt: skip
    assert codes(document) == ["people_left_out"]
    kept = document.to_json().decode().lower()
    assert not any(word in kept for word in ("jane", "doe", "roe", "gmail", "+48"))


QUOTED = {
    "en": ("From: Jane Doe\nSent: 3 May 2021\nTo: John Roe;\n   Ann Poe\nCc: Bob Low\n"
           "Subject: Boats\n\nFour boats.", "Sent: 3 May 2021\nSubject: Boats\n\nFour boats."),
    "fr": ("De : Jane Doe\nEnvoyé : 3 mai 2021\nÀ : John Roe\nObjet : Bateaux\n\nOui.",
           "Envoyé : 3 mai 2021\nObjet : Bateaux\n\nOui."),
    "de": ("> Von: Jane Doe\n> Gesendet: 3. Mai\n> An: John Roe\n> Betreff: Boote\n> Ja.",
           "> Gesendet: 3. Mai\n> Betreff: Boote\n> Ja."),
    "line": ("Yes.\nOn 3 May 2021, Jane Doe <j@x.eu> wrote:\n> No.", "Yes.\n> No."),
    "none": ("From: the port of Tripoli\nfour boats went to sea.", None),
    "list": ("To: the ministry\nSubject: radios", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kept"), QUOTED.values(), ids=QUOTED)
def test_lines_of_quoted_headers_are_left_out(text: str, kept: str | None) -> None:
    assert People([], []).clean(text) == (text if kept is None else kept)


def test_names_are_found_in_any_order_and_with_any_apostrophe() -> None:
    people = People(
        [("O'Brien, Seán", "x@y.eu")], [("VAN DER BERG Anna (NEAR)", "a.vanderberg@y.eu")]
    )
    text = "Seán O’Brien, Anna van der Berg; Brien and Annabel."
    assert people.clean(text) == "[name], [name]; Brien and Annabel."
    assert people.removed == 2


def test_long_lines_take_bounded_time() -> None:
    started = time.process_time()
    for start in ("from", "sent", "> on 3 May", "a@b.", "--", "De " * 50):
        People([("Doe, Jane", "")], []).clean((start + " " * 50_000 + "x\n") * 4)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("name", "address", "person"),
    [
        ("Jane Doe", "jdoe@x.eu", True),
        ("DOE Jane (FRONTEX)", "jane.doe@x.eu", True),
        ("Doe, Jane", "", True),
        ("Dupont-Müller Jean-Pierre", "jp.dupont@x.eu", True),
        ("European Commission", "commission@x.eu", False),
        ("Frontex Press Office", "press.office@x.eu", False),
        ("Radios", "radios@x.eu", False),
        ("Guardia Costiera", "info@x.it", False),
    ],
)
def test_persons_are_told_from_offices(name: str, address: str, *, person: bool) -> None:
    assert is_person(name, address) is person


def test_attachments_are_members_and_messages_inside_too() -> None:
    inner = message(subject="Boats/2021", body="Four boats.")
    inner.add_attachment(b"a;b\n1;2\n", "text", "csv", filename="costs.csv")
    outer = message()
    pdf = text_pdf(["Annex"])
    outer.add_attachment(pdf, "application", "pdf", filename="../Décision.pdf")
    outer.add_attachment(pdf, "application", "pdf", filename="../Décision.pdf")
    outer.add_attachment(inner)
    outer.add_attachment(b"\x78\x9f\x3e\x22" + bytes(50), "application", "ms-tnef",
                         filename="winmail.dat")  # fmt: skip
    outer.add_attachment(b"GIF89a" + bytes(99), "image", "gif", disposition="inline",
                         filename="logo.gif")  # fmt: skip
    reading = read(outer.as_bytes(), "a.eml")
    assert [member.name for member in reading.members] == [
        "Décision.pdf", "Décision (2).pdf", "Boats-2021.eml", "winmail.dat",
    ]  # fmt: skip
    assert reading.members[0].data == pdf
    nested = read(reading.members[2].data, reading.members[2].name)
    assert nested.document.pages[0].text == "Boats/2021\n2021-05-04 10:00+02:00\nFour boats."
    assert [(member.name, member.data) for member in nested.members] == [
        ("costs.csv", b"a;b\n1;2\n"),
    ]
    assert read(outer.as_bytes(), "a.eml") == reading


TABLE = (
    "<p>See:</p><table><tr><th>Item</th><th>Cost (EUR)</th></tr>"
    "<tr><td>Boat</td><td>7</td></tr></table>"
)


def test_of_two_forms_the_one_with_a_table_is_taken() -> None:
    made = message()
    made.add_alternative(f"<html><body>{TABLE}</body></html>", subtype="html")
    document = checked(read(made.as_bytes(), "a.eml").document)
    assert document.pages[0].text.endswith("See:\nItem\tCost (EUR)\nBoat\t7")
    assert document.tables[0].currency == "EUR"
    plain = message()
    plain.add_alternative("<html><body><p>Forty radios.</p></body></html>", subtype="html")
    assert read(plain.as_bytes(), "a.eml").document.pages[0].text.endswith("were delivered.")


def test_quoted_headers_in_markup_are_left_out_too() -> None:
    quoted = "<div>From: Ann Poe</div><div>Sent: today</div><div>To: Bob Low</div>"
    page = f"<p>Yes.</p>{quoted}<div>Subject: Boats</div><p>In EUR</p>{TABLE}<p>cc: later</p>"
    data = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    document = checked(read(data, "a.eml").document)
    assert document.pages[0].text.split("\n", 2)[2] == (
        "Yes.\nSent: today\nSubject: Boats\nIn EUR\nSee:\nItem\tCost (EUR)\nBoat\t7\ncc: later"
    )


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-7\r\nContent-Transfer-Encoding: base64",
         base64.b64encode("Δέκα χ".encode("iso8859_7"))),
        (b"Content-Type: text/plain; charset=windows-1253\r\n"
         b"Content-Transfer-Encoding: quoted-printable", b"=C4=DD=EA=E1 =\r\n=F7"),
        (b"Content-Type: text/html; charset=no-such-set", "<p>Δέκα χ</p>".encode()),
        (b"Content-Type: text/plain; charset=utf-7", "Δέκα χ".encode("utf-7")),
        (b"Content-Type: text/html", "<meta charset=utf-8><p>Δέκα χ".encode()),
    ],
    ids=["base64", "quoted-printable", "unknown", "utf-7", "html only"],
)  # fmt: skip
def test_odd_encodings(fields: bytes, body: bytes) -> None:
    document = read(HEAD + fields + b"\r\n\r\n" + body, "a.eml").document
    assert document.pages[0].text.endswith("\nΔέκα χ")


@pytest.mark.parametrize(
    "fields",
    [b"Content-Type: multipart/mixed", b"Content-Type: multipart/mixed; boundary=x",
     b"Content-Type: ;;;\r\nContent-Disposition: ==", b"Date: never\r\nContent-Type: text",
     b"To: \"@[,;:<\r\nFrom: <<>>,,", b"Subject: =?x?q?=ZZ?=", b"Content-Type: message/rfc822",
     b"Content-Type: application/x; name*=x'y%", b"Content-Transfer-Encoding: base64"],
)  # fmt: skip
def test_broken_fields_cost_no_text(fields: bytes) -> None:
    document = checked(read(HEAD + fields + b"\r\n\r\nTen radios", "a.eml").document)
    assert document.kind == "eml"
    assert document.title == "Quatre véhicules"


def test_damaged_attachments_cost_an_issue_each() -> None:
    made = message()
    made.add_attachment(b"x" * 100, "application", "pdf", filename="a.pdf")
    broken = made.as_bytes().replace(b"eHh4", b"eHh4!!=", 1)
    reading = read(broken, "a.eml")
    assert "damaged_member" in codes(reading.document)
    assert [member.name for member in reading.members] == ["a.pdf"]


def test_too_many_attachments_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    made = message()
    for number in range(5):
        made.add_attachment(b"x", "application", "pdf", filename=f"{number}.pdf")
    monkeypatch.setattr(mail, "MAX_MEMBERS", 3)
    reading = read(made.as_bytes(), "a.eml")
    assert len(reading.members) == 3
    assert codes(reading.document) == ["attachments_cut"]
    assert "2 attachments" in reading.document.issues[0].detail
    monkeypatch.setattr(mail, "MAX_TOTAL_BYTES", 1)
    assert len(read(made.as_bytes(), "a.eml").members) == 1


def test_parts_without_end_take_bounded_time() -> None:
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300)
    )
    many = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000
    for data in (parts, many):
        started = time.process_time()
        with contextlib.suppress(DocumentError):
            assert read(HEAD + data, "a.eml").document.kind == "eml"
        assert time.process_time() - started < 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=30))
def test_damaged_messages_are_read_or_refused(at: int, noise: bytes) -> None:
    made = message()
    made.add_alternative(TABLE, subtype="html")
    made.add_attachment(message(subject="Inner"))
    data = made.as_bytes()
    place = at % len(data)
    try:
        document = read(data[:place] + noise + data[place + len(noise) :], "a.eml").document
    except DocumentError:
        return
    checked(document)
