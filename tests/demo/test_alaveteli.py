"""The replica's access-to-documents site: lists, pages, data, files, and its traps."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pdfplumber
import pytest
from protego import Protego

from demo.alaveteli import AlaveteliSite, request_data, truth_documents, truth_entries
from demo.alaveteli_world import load_requests
from demo.build import Site
from demo.exchange import Request, Response
from demo.world import NIGHTS

BASE = "http://127.0.0.1:1"
DRONES = "/request/lease_of_surveillance_drones"
TRAPPED = "/response/40544/attach/3/PV reception vehicules.pdf"


@pytest.fixture
def site(built: Site) -> AlaveteliSite:
    return AlaveteliSite(built, 1)


def ask(site: AlaveteliSite, target: str, **headers: str) -> Response:
    path, _, query = target.partition("?")
    return site(Request(method="GET", path=path, query=query, base_url=BASE, headers=headers))


def text(site: AlaveteliSite, target: str) -> str:
    answer = ask(site, target)
    assert answer.status == 200, target
    return answer.body.decode()


def test_lists_are_paged_from_one_and_end_with_404(site: AlaveteliSite) -> None:
    first, second = text(site, "/list"), text(site, "/list?page=2")
    assert (first.count("request_listing"), second.count("request_listing")) == (4, 2)
    assert "About 6 FOI requests found" in first
    assert '<a class="next_page" rel="next" href="/list?page=2">' in first
    assert 'rel="next"' not in second
    for gone in ("/list?page=3", "/list?page=0", "/list/strange", "/body/nobody"):
        assert ask(site, gone).status == 404
    assert text(site, "/list/unsuccessful").count("request_listing") == 1
    assert text(site, "/body/external_supply_service").count("request_listing") == 2
    assert "No requests found" in text(site, "/body/frontex")


def test_pages_come_in_new_and_old_markup(site: AlaveteliSite) -> None:
    new, old = text(site, DRONES), text(site, "/request/equipment_for_coast_guard_services")
    assert "request-status-message--successful" in new
    assert 'class="attachment__name">Annex 2 Lease of drones Redacted.pdf.pdf<' in new
    assert "correspondence__header" not in old
    assert 'href="/en/request/9102/response/40266/attach/2/delivery%20list' in old


def test_languages_and_numbers_in_addresses_are_redirected_away(site: AlaveteliSite) -> None:
    answer = ask(site, f"/fr{DRONES}")
    assert (answer.status, answer.headers["Location"]) == (301, f"{BASE}{DRONES}?locale=fr")
    assert ask(site, "/request/9101").headers["Location"] == BASE + DRONES
    numbered = ask(site, f"/request/9105{TRAPPED}")
    assert numbered.headers["Location"].endswith("/3/PV%20reception%20vehicules.pdf")
    assert "/request/vehicules_police_des_frontieres/" in numbered.headers["Location"]


def test_data_tell_of_events_and_not_of_texts_or_files(site: AlaveteliSite) -> None:
    said = json.loads(ask(site, f"{DRONES}.json").body)
    assert (said["id"], said["described_state"]) == (9101, "successful")
    events = [event["event_type"] for event in said["info_request_events"]]
    assert events == ["sent", "response", "response"]
    assert "attach" not in json.dumps(said)


def test_a_file_that_is_prepared_leads_to_itself_once(site: AlaveteliSite) -> None:
    path = "/request/document_examination_equipment/response/40655/attach/3/List of equipment.pdf"
    first = ask(site, path)
    assert (first.status, first.headers["Location"]) == (302, BASE + path.replace(" ", "%20"))
    assert ask(site, path).body.startswith(b"%PDF")


def test_a_file_that_is_prepared_leads_to_a_page_to_wait_on(built: Site) -> None:
    site = AlaveteliSite(built, 1)
    path = f"/request/vehicules_police_des_frontieres{TRAPPED}"
    for _ in range(2):
        answer = ask(site, path)
        assert answer.status == 302
        wait = answer.headers["Location"].removeprefix(BASE)
        assert wait.startswith("/attachments/")
        assert "being prepared" in text(site, wait)
    served = ask(site, path)
    assert served.headers["Content-Type"] == "application/pdf"
    again = ask(AlaveteliSite(built, 1), path, **{"if-none-match": served.headers["ETag"]})
    assert again.status == 200  # the server makes 304 of it: who has a copy does not wait


def test_wrong_names_lead_to_the_message_and_hidden_files_to_a_page(site: AlaveteliSite) -> None:
    wrong = ask(site, f"{DRONES}/response/40188/attach/4/other.pdf")
    assert (wrong.status, wrong.headers["Location"]) == (303, f"{BASE}{DRONES}#incoming-40188")
    path = "/request/equipment_for_coast_guard_services/response/40266/attach"
    hidden = ask(site, f"{path}/3/annex to handover certificate.pdf")
    assert hidden.status == 403
    assert b"has been hidden" in hidden.body
    assert ask(site, f"{path}/9/a.pdf").status == 404
    signature = ask(site, f"{DRONES}/response/40127/attach/3/image001.png")
    assert signature.body.startswith(b"\x89PNG")


def test_robots_allow_lists_pages_and_files_alone(site: AlaveteliSite) -> None:
    rules = Protego.parse(text(site, "/robots.txt"))

    def may(path: str) -> bool:
        return bool(rules.can_fetch(BASE + path, "Materiel"))

    assert all(map(may, ("/list?page=2", "/body/frontex", DRONES, f"{DRONES}.json")))
    assert may(f"{DRONES}/response/40188/attach/4/a.pdf")
    forbidden = (
        "/search/drones/all", "/feed/list/successful", f"{DRONES}/feed", f"{DRONES}/download",
        f"{DRONES}/response/40188", "/en/similar/request/a", "/en/track/request/a", "/profile/a/b",
    )  # fmt: skip
    assert not any(map(may, forbidden))


def test_nights_bring_an_answer_and_a_more_redacted_file(built: Site) -> None:
    held = {night: AlaveteliSite(built, night).documents(BASE) for night in NIGHTS}
    assert len(held[1]) == 11
    assert set(held[2]) - set(held[1]) == {"asktheeu:9104/40466/2"}
    assert set(held[2]) == set(held[5])
    assert held[2]["asktheeu:9104"].change == "text"
    changes = [held[night]["asktheeu:9102/40266/2"].change for night in NIGHTS]
    assert changes == [None, None, None, "redaction", "redaction"]
    target = held[1]["asktheeu:9102/40266/2"].target.replace("/9102/", "/%s/")
    path = target.replace("%20", " ") % "equipment_for_coast_guard_services"
    old, new = (words(ask(AlaveteliSite(built, night), path).body) for night in (3, 4))
    assert "night vision goggles" in old
    assert "night vision goggles" not in new
    assert "rigid inflatable boats" in new


def test_a_file_is_missing_on_one_night_and_comes_back(built: Site) -> None:
    path = f"{DRONES}/response/40188/attach/4/Minutes of 12 May.pdf"
    statuses = [ask(AlaveteliSite(built, night), path).status for night in NIGHTS]
    assert statuses == [200, 200, 404, 200, 200]
    assert ask(AlaveteliSite(built, 3), DRONES).body == ask(AlaveteliSite(built, 2), DRONES).body


def words(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return " ".join(" ".join(page.extract_text().split()) for page in document.pages)


def test_data_change_when_something_happens() -> None:
    changed = {
        night: {r.number: request_data(r)["updated_at"] for r in load_requests(night)}
        for night in NIGHTS
    }
    assert changed[1] != changed[2] == changed[3] != changed[4] == changed[5]
    states = [r.state for n in (1, 2) for r in load_requests(n) if r.number == 9104]
    assert states == ["waiting_response", "successful"]


def people() -> Iterator[str]:
    for request in load_requests(5):
        yield request.requester
        for message in request.messages:
            author = message.author.partition(",")[0]
            yield from {author} - {"Transparency Desk", "Registry"}


def test_no_person_of_the_letters_stands_in_a_file(built: Site) -> None:
    named = {word for name in people() for word in name.split()}
    assert {"Vaskovic", "Solvaag", "Quintanal", "Holmdal"} <= named
    for night in NIGHTS:
        for entry in truth_documents(night):
            assert not named & set(entry["title"].split())
    site = AlaveteliSite(built, 5)
    for request in load_requests(5):
        for _, message, file in request.documents():
            path = f"{request.path}/response/{message.number}/attach/{file.part}/{file.name}"
            answer = ask(site, path, **{"if-none-match": "x"})
            assert not named & set(words(answer.body).split())


def test_truth_tells_what_the_files_state(built: Site) -> None:
    documents, entries = list(truth_documents(5)), list(truth_entries(built, 5))
    assert len(documents) == 6
    stated = {(e["equipment"], e["quantity"], e["amount"], e["page"]) for e in entries}
    assert stated == {
        ("medium-altitude long-endurance drones", 3, "14600000", 1),
        ("rigid inflatable boats", 4, "1240000", 1),
        ("thermal imaging cameras", 36, "1080000", 1),
        ("véhicules tout-terrain", 18, "972000", 1),
        ("passport readers", 9, "414000", 1),
    }
    first: list[dict[str, Any]] = list(truth_entries(built, 1))
    assert "night vision goggles" in {entry["equipment"] for entry in first}


def test_other_methods_are_refused(site: AlaveteliSite) -> None:
    asked = Request(method="GET", path="/list", base_url=BASE)
    assert site(replace(asked, method="POST")).status == 405
    assert site(replace(asked, path="/user/nobody")).status == 404
