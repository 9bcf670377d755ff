"""Crawls of the replica's access-to-documents site: what it holds, its traps, quiet nights."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from protego import Protego

from core.records import Fetched, Issue
from crawlers import Known
from demo.alaveteli import ROBOTS
from demo.exchange import HTML, Request, Respond, Response, content, redirect
from demo.server import Replica
from tests.crawlers.conftest import Crawled, Crawls
from tests.crawlers.test_carry_over import table_of

SITE = "asktheeu"
OLD = "2026-11-21T00:00:00Z"  # after all that happens on the first night
DRONES = "/request/lease_of_surveillance_drones"
MINUTES = f"{DRONES}/response/40188/attach/4/"
FILES = {
    "asktheeu:9101/40188/3", "asktheeu:9101/40188/4", "asktheeu:9102/40266/2",
    "asktheeu:9105/40544/3", "asktheeu:9106/40655/3",
}  # fmt: skip
REQUESTS = {f"asktheeu:{number}" for number in range(9101, 9107)}
WAITS = "/attachments/0a1b/wait?referer=x"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "replica"


@pytest.fixture(scope="module")
def first(crawls: Crawls) -> Crawled:
    crawls.replica.requests.clear()
    crawled = crawls(SITE)
    asked.extend(request.path for request in crawls.replica.requests)
    return crawled


asked: list[str] = []


@pytest.fixture
def on_night(healthy: Replica) -> Any:
    """The replica, which goes back to its first night afterwards."""
    yield healthy
    healthy.night = 1


def known(first: Crawled, fetched_at: str = OLD, **other: str) -> dict[str, Known]:
    """What the first night brought, as if it had been fetched at a time; `other` by key's end."""
    return {
        url: Known(
            document_key=copy.document_key,
            sha256=copy.sha256,
            etag=copy.etag,
            last_modified=copy.last_modified,
            fetched_at=next((t for n, t in other.items() if n in url), fetched_at),
        )
        for url, copy in first.known().items()
    }


def details(crawled: Crawled) -> dict[str, str]:
    issues = [line for line in crawled.lines if isinstance(line, Issue)]
    return {line.code: line.detail for line in issues}


def paths(replica: Replica) -> list[str]:
    return [request.path for request in replica.requests]


def test_first_night_finds_exactly_the_documents(
    first: Crawled, replica: Replica, folder: Path
) -> None:
    lines = first.fetched(SITE)
    assert [line.outcome for line in lines] == ["fetched"] * 11
    assert {line.document_key for line in lines} == REQUESTS | FILES
    assert set(table_of(replica, SITE, folder)[1]) == REQUESTS | FILES
    run = first.runs()[SITE]
    assert (run.state, run.listed, run.confirmed, run.fetched) == ("ok", 11, 11, 11)
    assert first.issues(SITE) == {"signature_images": 1, "attachment_hidden": 1}
    assert not any("image001" in path or "logo.png" in path for path in asked)


def test_files_are_what_the_site_gives_in_the_end(first: Crawled) -> None:
    bodies = {
        line.document_key: first.archive.get(line.sha256 or "") for line in first.fetched(SITE)
    }
    assert all(bodies[key].startswith(b"%PDF") for key in FILES)
    assert all(b"correspondence" in bodies[key] for key in REQUESTS)
    assert not any(b"being prepared" in body for body in bodies.values())


def test_a_file_carries_what_its_thread_says(first: Crawled, replica: Replica) -> None:
    lines = {line.document_key: line for line in first.fetched(SITE)}
    line = lines["asktheeu:9102/40266/2"]
    assert (line.title, line.kind) == ("delivery list coast guard.pdf", "attachment")
    assert (line.published, line.reference) == ("2026-01-15", "GestDem 2025/7714")
    base = replica.base_urls[SITE]
    assert line.landing_url == f"{base}/request/equipment_for_coast_guard_services"
    assert (line.parent_key, line.media_type) == (None, "application/pdf")
    request = lines["asktheeu:9101"]
    assert (request.title, request.kind) == (
        "Lease of surveillance drones for the eastern sea",
        "request",
    )
    assert request.published == "2026-02-02"
    assert request.reference == "PAD-2026-00012; Ares(2026)9120417; Ares(2026)9120418"


def test_lines_name_no_person(first: Crawled) -> None:
    said = " ".join(repr(replace_headers(line)) for line in first.fetched(SITE))
    for name in ("Vaskovic", "Tarnbeck", "Brandhuber", "Garrigoux", "Solvaag", "Quintanal"):
        assert name not in said


def replace_headers(line: Fetched) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__struct_fields__ if name != "headers"}


def test_nothing_forbidden_and_no_wait_page_is_asked(first: Crawled) -> None:
    rules = Protego.parse(ROBOTS)
    assert asked[0] == "/robots.txt"
    assert all(rules.can_fetch(f"http://127.0.0.1{path}", "Materiel") for path in asked)
    assert not any(path.startswith("/attachments/") for path in asked)
    assert not any(path.startswith(("/en/", "/user/")) or "/html/" in path for path in asked)


def test_files_that_wait_are_asked_again_after_all_others(first: Crawled) -> None:
    tries = [n for n, path in enumerate(asked) if "PV reception" in path]
    others = [n for n, path in enumerate(asked) if ".json" in path or path.startswith("/list")]
    assert len(tries) == 6  # three times the number's address and the name's
    assert tries[1] < max(others) < tries[2]
    assert sum("List of equipment" in path for path in asked) == 2


def test_quiet_night_asks_for_lists_and_open_requests_alone(
    first: Crawled, crawls: Crawls, healthy: Replica
) -> None:
    second = crawls(SITE, known=known(first), recheck_before="2000")
    run = second.runs()[SITE]
    assert (run.state, run.listed, run.confirmed, run.fetched) == ("nothing_new", 11, 11, 0)
    data = [path for path in paths(healthy) if path.endswith(".json")]
    assert data == ["/request/thermal_cameras_land_border.json"]
    pages = [path for path in paths(healthy) if path.startswith("/request/")]
    hidden = [path for path in pages if "annex to handover" in path]
    assert set(pages) - set(data) - set(hidden) == set()


def test_recheck_asks_for_data_and_not_for_pages(
    first: Crawled, crawls: Crawls, healthy: Replica
) -> None:
    second = crawls(SITE, known=known(first))
    outcomes = {line.document_key: line.outcome for line in second.fetched(SITE)}
    assert outcomes == dict.fromkeys(REQUESTS | FILES, "not_modified")
    assert sum(path.endswith(".json") for path in paths(healthy)) == 6
    assert DRONES not in paths(healthy)
    statuses = [request.status for request in healthy.requests if "/attach/" in request.path]
    assert statuses.count(304) == 5
    assert 200 not in statuses


def test_new_answer_is_found_though_nothing_is_due(
    first: Crawled, crawls: Crawls, on_night: Replica
) -> None:
    on_night.night = 2
    second = crawls(SITE, known=known(first), recheck_before="2000")
    lines = {line.document_key: line.outcome for line in second.fetched(SITE)}
    assert lines == {"asktheeu:9104": "fetched", "asktheeu:9104/40466/2": "fetched"}
    assert second.runs()[SITE].confirmed == 12


def test_masked_file_is_found_where_data_tell_of_a_change(
    first: Crawled, crawls: Crawls, on_night: Replica
) -> None:
    on_night.night = 4
    data = "equipment_for_coast_guard"
    at_hand = known(first, "2026-11-26T00:00:00Z", **{data: OLD, "9102": "2026-11-26T00:00:00Z"})
    fourth = crawls(SITE, known=at_hand, recheck_before="2026-11-22")
    changed = {x.document_key for x in fourth.fetched(SITE, "fetched")}
    assert changed == {"asktheeu:9102/40266/2", "asktheeu:9104", "asktheeu:9104/40466/2"}


def test_open_request_that_no_list_shows_is_looked_after(
    first: Crawled, crawls: Crawls, healthy: Replica
) -> None:
    cards = crawls.cards(asktheeu={"options": {"lists": ["/list/unsuccessful"], "bodies": []}})
    night = crawls(SITE, cards=cards, known=known(first), recheck_before="2000")
    assert night.runs()[SITE].state == "nothing_new"
    data = [path for path in paths(healthy) if path.endswith(".json")]
    assert data == ["/request/thermal_cameras_land_border.json"]


def test_states_and_bodies_choose_requests(
    first: Crawled, crawls: Crawls, healthy: Replica
) -> None:
    options = {"lists": [], "bodies": ["external_supply_service", "nobody"], "tags": []}
    cards = crawls.cards(asktheeu={"options": options | {"states": ["waiting_response"]}})
    night = crawls(SITE, cards=cards)
    assert {line.document_key for line in night.fetched(SITE)} == {"asktheeu:9104"}
    assert night.issues(SITE) == {"list_missing": 1}
    assert night.runs()[SITE].state == "ok"


def waiting(target: str) -> Callable[[Request, Respond], Response]:
    return lambda request, _site: redirect(request.base_url + target, status=302)


def itself(request: Request, _site: Respond) -> Response:
    return redirect(request.base_url + request.path.replace(" ", "%20"), status=302)


def to_the_message(request: Request, _site: Respond) -> Response:
    return redirect(f"{request.base_url}{DRONES}#incoming-40188", status=303)


def replaced_by(body: str, status: int = 200) -> Callable[[Request, Respond], Response]:
    return lambda _request, _site: content(body.encode(), HTML, status=status)


HIDDEN = "<!DOCTYPE html><html><p>This attachment has been hidden.</p></html>"
TRAPS = {
    "asktheeu:9101/40188/3": (f"{DRONES}/response/40188/attach/3/", waiting(WAITS)),
    "asktheeu:9101/40188/4": (MINUTES, to_the_message),
    "asktheeu:9102/40266/2": ("/request/9102/response/40266/attach/2/", replaced_by(HIDDEN)),
    "asktheeu:9105/40544/3": ("/request/9105/response/40544/attach/3/", itself),
    "asktheeu:9106/40655/3": (
        "/request/document_examination_equipment/response/40655/attach/3/",
        replaced_by("<!DOCTYPE html><html><h1>Please log in</h1></html>"),
    ),
}


def test_no_page_in_place_of_a_file_becomes_a_document(crawls: Crawls, healthy: Replica) -> None:
    for prefix, fault in TRAPS.values():
        healthy.faults.set(SITE, prefix, fault)
    night = crawls(SITE)
    assert night.issues(SITE) == {
        "signature_images": 1,
        "attachment_hidden": 2,
        "attachment_missing": 1,
        "attachment_waits": 2,
        "wrong_content": 1,
    }
    assert details(night)["attachment_waits"] == (
        "The site was still preparing the file after 5 requests."
    )
    outcomes = {x.document_key: (x.outcome, x.status) for x in night.fetched(SITE)}
    assert outcomes == dict.fromkeys(REQUESTS, ("fetched", 200)) | {
        "asktheeu:9101/40188/3": ("failed", 302),
        "asktheeu:9105/40544/3": ("failed", 302),
        "asktheeu:9106/40655/3": ("failed", 200),
    }
    for key in ("asktheeu:9101/40188/3", "asktheeu:9105/40544/3"):
        assert sum(path.startswith(TRAPS[key][0]) for path in paths(healthy)) == 5
    assert night.runs()[SITE].state == "ok"


def test_known_file_that_is_hidden_now_is_gone(
    first: Crawled, crawls: Crawls, healthy: Replica
) -> None:
    healthy.faults.set(SITE, MINUTES, replaced_by(HIDDEN, status=403))
    night = crawls(SITE, known=known(first))
    lines = {line.document_key: line.outcome for line in night.fetched(SITE)}
    assert lines["asktheeu:9101/40188/4"] == "gone"
    assert night.runs()[SITE].state == "nothing_new"


def changed_page(request: Request, site: Respond) -> Response:
    answer = site(request)
    return replace(answer, body=answer.body.replace(b"correspondence", b"letter"))


def mood(request: Request, site: Respond) -> Response:
    said = json.loads(site(request).body) | {"mood": "good"}
    return content(json.dumps(said).encode(), "application/json")


def test_requests_are_had_though_data_or_pages_have_changed(
    crawls: Crawls, healthy: Replica
) -> None:
    healthy.faults.set(SITE, f"{DRONES}.json", replaced_by("<html>none</html>"))
    old = "/request/vehicules_police_des_frontieres"
    healthy.faults.set(SITE, f"{old}.json", replaced_by("<html>none</html>", status=404))
    other = "/request/document_examination_equipment"
    healthy.faults.set(SITE, other, changed_page)
    healthy.faults.set(SITE, f"{other}.json", mood)
    night = crawls(SITE)
    base = healthy.base_urls[SITE]
    keys = {line.document_key for line in night.fetched(SITE, "fetched")}
    assert f"url:{base}{DRONES}" in keys  # a new page does not have the number of its request
    assert {"asktheeu:9105", "asktheeu:9105/40544/3"} <= keys  # an old one does
    assert {"asktheeu:9106", "asktheeu:9106/40655/3"} <= keys
    assert len(keys) == 11
    assert night.issues(SITE)["no_request_data"] == 2
    assert night.issues(SITE)["parser_found_nothing"] == 1
    assert details(night)["unhandled_field"] == "field of a request: mood"
    assert night.runs()[SITE].state == "ok"


def listing(rows: int, total: int, start: int) -> str:
    items = "".join(
        f'<div class="request_listing"><span class="head"><a href="/request/r{start + n}">R</a>'
        f'</span><i class="icon_user_withdrawn"></i></div>'
        for n in range(rows)
    )
    return f'<html><h2 class="foi_results">About {total} FOI requests found</h2>{items}'


def endless(request: Request, _site: Respond) -> Response:
    number = int(request.parameter("page") or "1")
    onward = f'<a class="next_page" rel="next" href="/list?page={number + 1}">Next</a></html>'
    return content((listing(2, 612, number * 2) + onward).encode(), HTML)


def test_list_is_left_at_its_last_page_and_says_how_to_go_on(
    crawls: Crawls, healthy: Replica
) -> None:
    healthy.faults.set(SITE, "/list", endless)
    healthy.faults.set(SITE, "/list/successful", replaced_by(listing(3, 9, 0)))
    cards = crawls.cards(asktheeu={"options": {"bodies": [], "states": ["successful"]}})
    night = crawls(SITE, cards=cards)
    asked_pages = [path for path in paths(healthy) if path.startswith("/list")]
    assert len(asked_pages) == 21
    assert asked_pages[-1] == "/list?page=20"
    assert night.issues(SITE) == {"list_cut": 1, "list_incomplete": 1}
    assert "only the first 40 of about 612 requests of /list" in details(night)["list_cut"]
    assert "/list?request_date_after=2023/01/01" in details(night)["list_cut"]
    assert details(night)["list_incomplete"] == (
        "The list counts about 9 requests, and 3 were found."
    )


def test_changed_list_fails_loudly(crawls: Crawls, healthy: Replica) -> None:
    healthy.faults.set(SITE, "/list", replaced_by("<html><h1>Welcome</h1></html>"))
    night = crawls(SITE)
    assert night.runs()[SITE].state == "parser_found_nothing"
    assert night.issues(SITE)["parser_found_nothing"] == 2


def test_night_that_is_cut_off_goes_on_where_it_was(crawls: Crawls, healthy: Replica) -> None:
    cards = crawls.cards(asktheeu={"budget": 14})
    night = crawls(SITE, cards=cards)
    run = night.runs()[SITE]
    assert run.state == "interrupted"
    assert run.rest
    keys = {line.document_key for line in night.fetched(SITE, "fetched")}
    following = crawls(SITE, known=night.known(), rest={SITE: run.rest}, recheck_before="2000")
    keys |= {line.document_key for line in following.fetched(SITE, "fetched")}
    assert keys == REQUESTS | FILES


def test_night_for_what_is_new_ends_at_what_is_old(
    first: Crawled, crawls: Crawls, on_night: Replica
) -> None:
    today = "2026-11-20T22:00:00Z"
    night = crawls.plan(
        SITE,
        known=known(first, today),
        recheck_before="",
        walked={SITE: "2026-11-20T22:00:00Z"},
        now="2026-11-21T01:00:00Z",
    )
    crawled = crawls.run(night)
    run = crawled.runs()[SITE]
    assert (run.walk, run.state) == ("new", "nothing_new")
    assert [path for path in paths(on_night) if not path.startswith("/request/")] == [
        "/robots.txt", "/list/successful", "/list",
    ]  # fmt: skip
    data = [path for path in paths(on_night) if path.endswith(".json")]
    assert data == ["/request/thermal_cameras_land_border.json"]
