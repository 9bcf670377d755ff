"""Invented people, planted in fields of documents that name those whose names are not kept.

Each surname is a word that occurs nowhere else, so that finding it tells whose name leaked.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from demo.exchange import Fault, Request, Respond, Response
from demo.server import Replica
from tests.extract.files import drawn_pdf, text_pdf
from tests.extract.office_files import open_document, par, run, word_package, zipped

# where a person stands -> the person
PEOPLE = {
    "eForms contact point": "Zorvina Quastwick",
    "eForms touch point": "Ulbrecht Hjalvorsen",
    "eForms beneficial owner": "Odrika Pflanzdorf",
    "eForms review body contact": "Benvolto Szarkasi",
    "legacy contact point": "Mirsada Kwelgomir",
    "legacy review body contact": "Tancrede Yvelmoux",
    "legacy contractor contact": "Fenja Drostelkamp",
    "requester": "Lunabelle Vexbrook",
    "official who answers": "Radomil Trzebniak",
    "mail sender": "Ghislinde Aubrevoux",
    "mail recipient": "Wolfrik Zandstroem",
    "mail copy": "Pervinka Osthaven",
    "mail quoted sender": "Cosmin Vraghescu",
    "PDF author": "Ysolde Bramquist",
    "PDF metadata": "Torvald Nexhagen",
    "DOCX author": "Hedvigis Rolkenbach",
    "DOCX comment": "Jorunde Skalvik",
    "DOCX change": "Emeline Wroxcastle",
    "ODT author": "Anselmus Gjertvedt",
}
SURNAMES = {place: name.split()[1].lower() for place, name in PEOPLE.items()}

_DELIVERED = "On 3 June 2025 twelve thermal cameras were handed over to the Moldovan Border Police."
_DEAR = "Dear Sir or Madam,"


def _contact(person: str) -> str:
    mail = ".".join(person.lower().split())
    return (
        f"<cac:Contact><cbc:Name>{person}</cbc:Name><cbc:Telephone>+32 2 555 01 02</cbc:Telephone>"
        f"<cbc:ElectronicMail>{mail}@desk.example</cbc:ElectronicMail></cac:Contact>"
    )


def _eforms(text: str) -> str:
    """Plant a contact in each organisation, the second of which is the review body."""
    kinds = iter(("eForms contact point", "eForms review body contact"))

    def filled(found: re.Match[str]) -> str:
        kind = next(kinds, "eForms contact point")
        return f"{_contact(PEOPLE[kind])}{found[0]}{_touch_point()}"

    text = re.sub("</efac:Company>", filled, text)
    return text.replace("</efac:Organizations>", f"{_owner()}</efac:Organizations>")


def _touch_point() -> str:
    person = PEOPLE["eForms touch point"]
    return (
        f"<efac:TouchPoint><cac:PartyName><cbc:Name>{person}</cbc:Name></cac:PartyName>"
        f"{_contact(person)}</efac:TouchPoint>"
    )


def _owner() -> str:
    first, last = PEOPLE["eForms beneficial owner"].split()
    return (
        "<efac:UltimateBeneficialOwner><cbc:ID>UBO-0001</cbc:ID>"
        f"<cbc:FirstName>{first}</cbc:FirstName><cbc:FamilyName>{last}</cbc:FamilyName>"
        "<efac:Nationality><cbc:NationalityID>BEL</cbc:NationalityID></efac:Nationality>"
        "</efac:UltimateBeneficialOwner>"
    )


def _legacy(text: str) -> str:
    for tag, kind in (
        ("ADDRESS_CONTRACTING_BODY", "legacy contact point"),
        ("CA_CE_CONCESSIONAIRE_PROFILE", "legacy contact point"),
        ("ADDRESS_REVIEW_BODY", "legacy review body contact"),
        ("ADDRESS_CONTRACTOR", "legacy contractor contact"),
        ("CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME", "legacy contractor contact"),
    ):
        person = PEOPLE[kind]
        mail = ".".join(person.lower().split())
        planted = (
            f"<CONTACT_POINT>{person}</CONTACT_POINT><ATTENTION>{person}</ATTENTION>"
            f"<E_MAIL>{mail}@desk.example</E_MAIL>"
        )
        text = text.replace(f"</{tag}>", f"{planted}</{tag}>")
    return text


def _notice(text: str) -> str:
    return _eforms(text) if "<efac:Organizations>" in text else _legacy(text)


def _changed(change: Callable[[str], str], kind: str) -> Fault:
    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        if kind not in answer.headers.get("Content-Type", ""):
            return answer
        body = change(answer.body.decode()).encode()
        return replace(answer, body=body)

    return fault


def _letters(text: str) -> str:
    """Give each request of the replica another requester and another official."""
    for old in ("Jonas Tarnbeck", "jonas_tarnbeck"):
        text = text.replace(old, _like(old, PEOPLE["requester"]))
    text = text.replace("Tarnbeck", PEOPLE["requester"].split()[1])
    text = text.replace("Pilar Quintanal", PEOPLE["official who answers"])
    return text.replace("Quintanal", PEOPLE["official who answers"].split()[1])


def _like(old: str, person: str) -> str:
    return "_".join(person.lower().split()) if "_" in old else person


def plant(replica: Replica) -> None:
    """Let the replica serve notices and letters that name the people."""
    replica.faults.set("ted", "/", _changed(_notice, "xml"))
    replica.faults.set("asktheeu", "/", _changed(_letters, "html"))


def _pdf() -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setAuthor(PEOPLE["PDF author"])
        canvas.setCreator(PEOPLE["PDF metadata"])
        canvas.setSubject(f"Written by {PEOPLE['PDF metadata']}")
        canvas.setKeywords([PEOPLE["PDF metadata"]])
        canvas.setTitle("Handover of cameras")
        canvas.drawString(72, 700, _DELIVERED)

    return drawn_pdf(draw)


def _docx() -> bytes:
    author, comment, change = (
        PEOPLE[kind] for kind in ("DOCX author", "DOCX comment", "DOCX change")
    )
    dated = 'w:date="2026-01-01T00:00:00Z"'
    body = (
        f'<w:p><w:commentRangeStart w:id="0"/>{run(_DELIVERED)}<w:commentRangeEnd w:id="0"/>'
        f'<w:r><w:commentReference w:id="0"/></w:r>'
        f'<w:ins w:id="1" w:author="{change}" {dated}>{run(" All of them work.")}</w:ins></w:p>'
    )
    noted = (
        f'<w:comment w:id="0" w:author="{comment}" {dated} w:initials="JS">'
        f"{par(f'{comment} asks who paid.')}</w:comment>"
    )
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Handover list'
        f"</dc:title><dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}"
        "</cp:lastModifiedBy></cp:coreProperties>"
    )
    return _with_part(word_package(body, comments=noted), "docProps/core.xml", core)


def _with_part(package: bytes, name: str, content: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts: dict[str, str | bytes] = {each: old.read(each) for each in old.namelist()}
    return zipped({**parts, name: content})


def _odt() -> bytes:
    author = PEOPLE["ODT author"]
    body = (
        f"<text:p>{_DELIVERED}<office:annotation><dc:creator>{author}</dc:creator>"
        f"<text:p>{author} agrees.</text:p></office:annotation>"
        f"<text:author-name>{author}</text:author-name></text:p>"
    )
    return open_document("text", body)


def _mail() -> bytes:
    sender, recipient, copy, quoted = (
        PEOPLE[f"mail {kind}"] for kind in ("sender", "recipient", "copy", "quoted sender")
    )
    message = EmailMessage()
    for header, person in (("From", sender), ("To", recipient), ("Cc", copy)):
        message[header] = f"{person} <{'.'.join(person.lower().split())}@desk.example>"
    message["Subject"] = "Handover of cameras"
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0000"
    message.set_content(
        f"{_DEAR}\n\n{_DELIVERED}\n\nKind regards,\n{sender}\n\n"
        f"-- \n{sender}\nHead of Unit\nTel. +32 2 555 01 02\n\n"
        f"On 4 January 2026, {quoted} <{quoted.split()[1].lower()}@desk.example> wrote:\n"
        "> Where did they go?\n"
    )
    message.add_attachment(
        text_pdf([_DELIVERED]), maintype="application", subtype="pdf", filename="list.pdf"
    )
    return message.as_bytes()


SIGNATORY = "Kasimira Brunhelm"
_LETTER = (_DEAR, _DELIVERED, "Yours sincerely,", SIGNATORY, "Head of Unit")


def signed_letters() -> dict[str, bytes]:
    """Return a letter with a signature below it, by the name of its file."""
    return {
        "letter.pdf": text_pdf(_LETTER),
        "letter.docx": word_package("".join(map(par, _LETTER))),
        "letter.txt": "\n".join(_LETTER).encode(),
    }


def write_files(folder: Path) -> None:
    """Write local files of every kind that name the people, and all of them in a ZIP as well."""
    files = {"a.pdf": _pdf(), "b.docx": _docx(), "c.odt": _odt(), "d.eml": _mail()}
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    packed: dict[str, str | bytes] = {f"in/{name}": data for name, data in files.items()}
    (folder / "all.zip").write_bytes(zipped(packed))
