"""Correspondence with authorities: the letters stay, the people who wrote them do not."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Document, Reading
from demo.alaveteli_pages import request_page
from demo.alaveteli_world import load_requests
from extract import read
from extract.web.letters import Letters

ADDRESS = "https://access.invented.example/request/patrol_boats"


def read_page(markup: str) -> Reading:
    data = markup.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    return read(data, sha256=sha256, media_type="text/html", url=ADDRESS)


def new_message(kind: str, number: int, author: str, text: str, files: str = "") -> str:
    attached = f'<div class="attachments"><ul>{files}</ul></div>' if files else ""
    return f"""<div class="{kind} correspondence normal" id="{kind}-{number}">
<div class="correspondence__header"><span class="correspondence__header__author">{author}</span>
<a href="#x"><time datetime="2026-03-{number:02}T10:00:00Z">March {number:02}, 2026</time></a></div>
<div class="correspondence_text">{attached}<div>{text}</div></div></div>"""


def old_message(kind: str, number: int, author: str, text: str) -> str:
    return f"""<div class="{kind} correspondence" id="{kind}-{number}"><h2>From: {author}<br>
<a href="#x"><time datetime="2026-03-{number:02}T10:00:00Z">{number} March 2026</time></a></h2>
<div class="correspondence_text">{text}</div>
<p class="event_actions"><a href="#x">Link to this</a></p></div>"""


def page(*messages: str) -> str:
    return f"""<html lang="en"><head><title>Menu title</title></head><body>
<nav><a href="/body/list/all">View authorities</a> <a href="/new">Make a request</a></nav>
<div class="request-header"><h1>Patrol boats</h1><p class="request-header__subtitle">
<a href="/user/ines_valmont">Ines Valmont</a> made this request to
<a href="/body/coast_desk">Coast Supply Desk</a></p>
<div id="request_status" class="x--successful">The request was <strong>successful</strong>.</div>
</div><div id="left_column">{"".join(messages)}</div>
<footer>Follow this request, <a
href="/profile/ines_valmont">Ines Valmont</a></footer></body></html>"""


FILE = """<li class="attachment">
<a href="/request/patrol_boats/response/9/attach/4/Boats%20list.pdf"><img></a>
<p class="attachment__name">Boats list.pdf</p><p class="attachment__meta">410K
<a href="/request/patrol_boats/response/9/attach/html/4/Boats%20list.pdf.html">View</a>
<a href="/request/patrol_boats/response/9/attach/4/Boats%20list.pdf">Download</a></p></li>"""
ASKED = "<p>Dear Coast Supply Desk,</p><p>I ask for the list of boats.</p><p>Yours, <br>Ines</p>"
ANSWERED = """<p>Dear Ms Valmont,</p><p>Please find the list of 12 boats attached, as my colleague
Petra Lindqvist wrote.</p><p>Kind regards,</p><p>Tomas Herold<br>Head of Unit<br>
Tel. +32 2 555 01 02<br>tomas.herold@desk.example</p>
<p>&gt; On 1 March 2026, Ines Valmont wrote:<br>&gt; I ask for the list of boats.<br>
&gt; Regards,<br>&gt; Ines Valmont</p>"""


def test_letters_stay_and_people_go() -> None:
    document = read_page(
        page(
            new_message("outgoing", 1, "Ines Valmont", ASKED),
            new_message("incoming", 9, "Herold Tomas, Coast Supply Desk", ANSWERED, FILE),
        )
    ).document
    assert document.pages[0].text.split("\n") == [
        "Patrol boats",
        "Coast Supply Desk",
        "The request was successful.",
        "Request, March 01, 2026",
        "I ask for the list of boats.",
        "Answer, March 09, 2026",
        "Please find the list of 12 boats attached, as my colleague [name] wrote.",
        "> I ask for the list of boats.",
        "Attachment: Boats list.pdf (410K)",
    ]
    assert (document.title, document.published, document.language) == (
        "Patrol boats",
        "2026-03-01",
        "en",
    )
    assert [heading.level for heading in document.headings] == [1, 2, 2]
    assert document.stated["state"].text == "The request was successful."
    assert document.stated["authority"].text == "Coast Supply Desk"
    assert [(link.address.rpartition("/")[2], link.text) for link in document.links] == [
        ("Boats%20list.pdf", "Boats list.pdf")
    ]
    assert [issue.code for issue in document.issues] == ["people_left_out"]


def test_old_markup_is_read_too() -> None:
    text = (
        read_page(
            page(
                old_message("outgoing", 1, "Ines Valmont", ASKED),
                old_message("incoming", 9, "Tomas Herold, Coast Supply Desk", ANSWERED),
            )
        )
        .document.pages[0]
        .text
    )
    assert "Request, 1 March 2026\nI ask for the list of boats.\nAnswer, 9 March 2026" in text
    for name in ("Valmont", "Herold", "Lindqvist", "Link to this", "View authorities"):
        assert name not in text


def test_state_that_names_the_requester_does_not() -> None:
    waits = "We are waiting for Ines Valmont to read a recent answer."
    markup = page(new_message("outgoing", 1, "Ines Valmont", ASKED))
    markup = markup.replace("The request was <strong>successful</strong>.", waits)
    document = read_page(markup).document
    said = "We are waiting for [name] to read a recent answer."
    assert document.stated["state"].text == said
    assert said in document.pages[0].text


def test_no_person_of_the_replica_stands_in_a_text() -> None:
    requests = load_requests(5)
    authors = {m.author.partition(",")[0] for r in requests for m in r.messages}
    people = authors - {"Transparency Desk", "Registry"} | {r.requester for r in requests}
    names = {word for person in people for word in person.split()}
    assert {"Marchetaux", "Holmdal", "Solvaag", "Garrigoux", "Brandhuber"} <= names
    for request in requests:
        markup = request_page(request, lambda _file: 4096)
        assert request.requester in markup
        document = read_page(markup).document
        said = " ".join((document.title or "", document.pages[0].text, *_stated(document)))
        assert not names & set(re.findall(r"\w+", said)), request.slug
        assert len(document.headings) == 1 + len(request.messages)
        for reference in re.findall(r"(?:PAD-|Ares\(|GestDem |EASE )[\d()/-]+", markup):
            assert reference in said


def _stated(document: Document) -> list[str]:
    return [said.text for said in document.stated.values()] + [x.text for x in document.links]


def test_table_in_a_letter_stays_a_table_without_names() -> None:
    table = """<p>Dear Ms Valmont,</p><p>The deliveries were these:</p><table>
<tr><td>Boats</td><td>12</td><td>Mr Herold</td></tr><tr><td>Radars</td><td>3</td><td>Desk</td></tr>
</table><p>They are complete.</p>"""
    document = read_page(page(new_message("incoming", 9, "Desk", table))).document
    assert [[cell.text for cell in row] for row in document.tables[0].rows] == [
        ["Boats", "12", "Mr [name]"],
        ["Radars", "3", "Desk"],
    ]
    assert document.pages[0].text.endswith("They are complete.")


def test_page_without_messages_is_read_as_any_other() -> None:
    markup = "<html><body><main><h1>News</h1><p>Ines Valmont opened the port.</p></main></body>"
    assert "Ines Valmont" in read_page(markup).document.pages[0].text


def test_tables_of_names_do_not_come_from_forged_ids() -> None:
    markup = page('<div class="correspondence" id="incoming-x"><p>Ines Valmont</p></div>')
    assert read_page(markup).document.stated == {}


def clean(*paragraphs: str) -> list[str]:
    desk = "Coast Supply Desk"
    letters = Letters(["Ines Valmont"], ["Tomas Herold", f" {desk}"], [desk])
    letters.learn(paragraphs)
    return letters.clean(paragraphs)


@pytest.mark.parametrize(
    ("greeting", "rest"),
    [
        ("Dear Ms Valmont,", None),
        ("Dear Ines, thank you for your question.", "thank you for your question."),
        ("Madame, Monsieur,", None),
        ("Chère Madame Valmont,", None),
        ("Sehr geehrte Frau Valmont,", None),
        ("Estimada señora Valmont:", None),
        ("Gentile Signora Valmont,", None),
        ("Hi Ines", None),
        ("> Dear Ms Valmont,", None),
    ],
)
def test_greetings_go(greeting: str, rest: str | None) -> None:
    assert clean(greeting, "The boats were delivered.") == [
        *([rest] if rest else []),
        "The boats were delivered.",
    ]


@pytest.mark.parametrize(
    "closing",
    [
        "Yours sincerely,",
        "Kind regards",
        "With best wishes,",
        "Mit freundlichen Grüßen",
        "Veuillez agréer, Madame, l'expression de ma considération distinguée.",
        "Cordialement,",
        "Un cordial saludo,",
        "Distinti saluti",
        "Z poważaniem",
        "Many thanks,",
    ],
)
def test_closings_and_signatures_go(closing: str) -> None:
    assert clean("The boats were delivered.", closing, "Rut Alvseike\nCase officer\n+32 2 1") == [
        "The boats were delivered."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The Coast Supply Desk delivered 12 boats to the Libyan Coast Guard.",
        "Thank you for the list.",
        "Best practice was followed in all deliveries.",
        "Regards to the boats, the contract says nothing of their price.",
        "Dear is the price of these boats, and the contract does not say who pays for it all.",
        "Monsieur [name] a remis 12 bateaux, dont trois neufs.",
        "Beste aanbieding, volgens het contract: 12 boten.",
        "The letter was written on behalf of North Macedonia.",
        "Yours is the only request about drones.",
    ],
)
def test_what_only_looks_like_people_stays(text: str) -> None:
    assert clean(text, "There were 12 of them.") == [text, "There were 12 of them."]


def test_what_follows_a_signature_stays() -> None:
    prose = "The contract was signed on 3 March 2026. It covers 12 boats, " + ", ".join(
        ["spare parts"] * 7
    )
    after = clean("See below.", "Regards,", "Rut Alvseike", "Annexes:\n1. List of 12 boats", prose)
    assert after == ["See below.", "Annexes:\n1. List of 12 boats", prose]


def test_names_learnt_in_one_letter_go_in_all() -> None:
    letters = Letters(["Ines Valmont"], [], ["Coast Supply Desk"])
    first = ["As HEROLD told me, the boats are there."]
    second = ["They are.", "Kind regards,", "p.p. Tomas Herold", "Head of Unit"]
    letters.learn(first)
    letters.learn(second)
    assert letters.clean(first) == ["As [name] told me, the boats are there."]
    assert letters.clean(second) == ["They are."]
    assert letters.nameless("Valmont, Ines: to Mr Okello.pdf") == "[name]: to Mr [name].pdf"
    assert letters.removed > 4


@given(st.lists(st.text(max_size=60), max_size=12))
def test_no_text_breaks_cleaning(paragraphs: list[str]) -> None:
    letters = Letters(paragraphs[:1], paragraphs[1:2], paragraphs[2:3])
    letters.learn(paragraphs)
    assert all(part.strip() for part in letters.clean(paragraphs))
