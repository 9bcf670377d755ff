"""The replica on its five nights, and the table of what a crawl should find on each."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from lxml import etree

from core.keys import canonical_url, url_key
from demo.build import Site, build
from demo.exchange import Held, Request, Response, not_found, page, redirect
from demo.nights import Expected, Had, Table, compare_site, expected
from demo.server import Replica, sites_of
from demo.truth import truth
from demo.world import NIGHTS, Download, day_of, download_path, load_world, on_night
from tests.demo.conftest import Ask

SITES = ("eutf", "enlargement", "ted")
GEORGIA = "c-2021-98120-annex-1.pdf"
HORN = "t05-eutf-hoa-reg-91.pdf"
MALI = "t05-eutf-sah-ml-91.pdf"
KOSOVO = "c-2020-94432-annex-4.pdf"
ARMENIA = "annex-3-armenia.pdf"
TUNISIA = "t05-eutf-noa-tn-91.pdf"
ADDENDUM = "t05-eutf-hoa-so-91-addendum-1.pdf"
UKRAINE = "c-2024-96008-annex-1.pdf"
ABSENT = "c-2023-94870-annexe-2.pdf"


@pytest.fixture(scope="module")
def nights(built: Site, site_folder: Path) -> dict[int, Site]:
    assert built.world.night == 1
    return {night: build(site_folder, night) for night in NIGHTS}


@pytest.fixture(scope="module")
def table(built: Site, site_folder: Path) -> dict[int, Table]:
    bases = {name: f"http://127.0.0.1:{8000 + n}" for n, name in enumerate(SITES)}
    return expected(bases, site_folder)


def named(filename: str, night: int = 1) -> Download:
    """The file of this name as of a night."""
    return next(d for _, d in load_world(night).downloads() if d.filename == filename)


def text_of(pdf: bytes) -> str:
    """The text of a PDF, white space folded."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return " ".join(" ".join(page.extract_text() for page in opened.pages).split())


def metadata_of(pdf: bytes) -> dict[str, str]:
    """What a PDF says of itself."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return dict(opened.metadata)


def boxes_of(pdf: bytes) -> list[dict[str, Any]]:
    """The boxes of a PDF that are filled with black."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        rectangles = [box for page in opened.pages for box in page.rects]
    return [b for b in rectangles if b["fill"] and b["non_stroking_color"] == (0, 0, 0)]


def outcomes(table: Table) -> dict[str, Counter[str]]:
    """How often each outcome stands in a night's table, by source."""
    return {name: Counter(e.outcome for e in said.values()) for name, said in table.items()}


def test_days_are_working_days_and_strange_nights_are_refused() -> None:
    assert [day_of(night).isoformat() for night in NIGHTS] == [
        "2026-11-20",
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
        "2026-11-26",
    ]
    with pytest.raises(KeyError):
        load_world(6)
    assert on_night({}, 3)
    assert on_night({"nights": [3]}, 3)
    assert not on_night({"nights": [1, 2]}, 3)


def test_the_table_of_every_night(table: dict[int, Table]) -> None:
    assert {night: outcomes(said) for night, said in table.items()} == {
        1: {
            "eutf": Counter(new=17),
            "enlargement": Counter(new=22),
            "ted": Counter(new=13),
        },
        2: {
            "eutf": Counter(new=2, changed=1, unchanged=16),
            "enlargement": Counter(new=2, unchanged=22),
            "ted": Counter(new=2, unchanged=13),
        },
        3: {
            "eutf": Counter(changed=2, unchanged=17),
            "enlargement": Counter(changed=4, unchanged=20),
            "ted": Counter(unchanged=15),
        },
        4: {
            "eutf": Counter(changed=2, gone=1, unchanged=16),
            "enlargement": Counter(new=1, changed=1, gone=2, moved=1, unchanged=20),
            "ted": Counter(unchanged=15),
        },
        5: {
            "eutf": Counter(unchanged=18),
            "enlargement": Counter(returned=2, unchanged=22),
            "ted": Counter(new=1, unchanged=15),
        },
    }


def test_kinds_of_change_are_those_of_the_content(table: dict[int, Table]) -> None:
    files = {
        (night, key): (said.change, said.hidden)
        for night, sources in table.items()
        for documents in sources.values()
        for key, said in documents.items()
        if said.outcome == "changed" and key.startswith("europa:")
    }
    assert files == {
        (3, named(GEORGIA).key): ("text", False),
        (3, named(ARMENIA).key): ("text", False),
        (3, named(KOSOVO).key): ("replaced", False),
        (3, named(MALI).key): ("metadata", False),
        (3, named(HORN).key): ("text", True),
        (4, named(TUNISIA).key): ("redaction", False),
    }


def test_a_moved_file_has_the_same_bytes_elsewhere(
    nights: dict[int, Site], table: dict[int, Table]
) -> None:
    old, new = named(UKRAINE), named(UKRAINE, 4)
    said = table[4]["enlargement"][old.key]
    assert said.location == f"http://127.0.0.1:8001{download_path(new)}"
    assert url_key(canonical_url(said.location)) == new.key != old.key
    assert table[4]["enlargement"][new.key].outcome == "new"
    assert nights[4].file(new.name) == nights[3].file(old.name)
    assert old.key not in table[5]["enlargement"]


@pytest.mark.parametrize("night", NIGHTS)
def test_the_running_replica_answers_as_the_table_says(
    replica: Replica, ask: Ask, site_folder: Path, night: int
) -> None:
    said = expected({name: replica.base_urls[name] for name in SITES}, site_folder)
    statuses = {"gone": {404, 410}, "moved": {301}}
    replica.night = night
    assert replica.night == night
    sites = [sites_of(build(site_folder, n), n) for n in range(1, night + 1)]
    for name, documents in said[night].items():
        held = [site[name].documents(replica.base_urls[name]) for site in sites]
        targets = {key: document.target for had in held for key, document in had.items()}
        for key, document in documents.items():
            answer = ask(name, targets[key])
            assert answer.status in statuses.get(document.outcome, {200}), key


def test_night_can_be_asked_for_at_the_start(site_folder: Path, built: Site) -> None:
    with Replica(site_folder, night=4) as replica:
        assert replica.night == 4
        before = dict(replica.base_urls)
        with pytest.raises(KeyError):
            replica.night = 0
        replica.night = 5
        assert (replica.night, replica.base_urls) == (5, before)


def test_old_validators_hide_a_new_file(replica: Replica, ask: Ask) -> None:
    target = download_path(named(HORN))
    old = ask("eutf", target)
    replica.night = 3
    headers = {"If-None-Match": old.headers["etag"]}
    assert ask("eutf", target, headers=headers).status == 304
    new = ask("eutf", target)
    assert new.body != old.body
    same = ("etag", "last-modified")
    assert [new.headers[name] for name in same] == [old.headers[name] for name in same]
    assert "31 passport readers" in text_of(new.body)


def test_silent_replacement_shows_in_the_validators_alone(replica: Replica, ask: Ask) -> None:
    path = "/publications/annual-action-programme-kosovo-2020_en"
    target = download_path(named(KOSOVO))
    old, page_before, list_before = (
        ask("enlargement", target),
        ask("enlargement", path).body,
        titles(ask("enlargement", "/library_en?page=2").text),
    )
    replica.night = 3
    headers = {"If-None-Match": old.headers["etag"]}
    new = ask("enlargement", target, headers=headers)
    assert new.status == 200
    assert new.headers["etag"] == f'"{hashlib.sha256(new.body).hexdigest()[:32]}"'
    assert new.headers["last-modified"] == "Tue, 24 Nov 2026 12:00:00 GMT"
    assert ask("enlargement", path).body == page_before
    assert list_before
    assert titles(ask("enlargement", "/library_en?page=2").text)[-1] == list_before[-1]
    assert "handheld spectrometers" in text_of(new.body)
    assert "Mass spectrometers" not in text_of(new.body)


def titles(text: str) -> list[str]:
    """The titles of a list page's rows."""
    return re.findall(r"<a [^>]*>\s*(?:<span[^>]*>)?([^<]+)(?:</span>)?</a></div>", text)


def test_a_changed_page_carries_its_date_and_moves_up(replica: Replica, ask: Ask) -> None:
    replica.night = 3
    assert (
        "24 November 2026" in ask("enlargement", "/publications/eu4security-georgia-2021_en").text
    )
    items = etree.fromstring(ask("enlargement", "/node/3436/rss_en").body).findall(".//item")
    assert [(i.findtext("title"), i.findtext("pubDate")) for i in items[:2]] == [
        ("EU4Security Georgia 2021", "Tue, 24 Nov 2026 12:00:00 GMT"),
        ("Annual action plan for Montenegro 2026", "Mon, 23 Nov 2026 12:00:00 GMT"),
    ]
    assert "EU4Security Georgia 2021" in ask("enlargement", "/library_en").text


def test_the_feed_knows_a_page_that_its_list_keeps_in_place(replica: Replica, ask: Ask) -> None:
    replica.night = 2
    feed = etree.fromstring(ask("eutf", "/node/12/rss_en").body)
    assert [item.findtext("title") for item in feed.findall(".//item")][:2] == [
        "Maritime security in the ports of Ghana",
        "Regional border cooperation in the Horn of Africa",
    ]
    assert "Regional border" in ask("eutf", "/our-programmes_en?page=1").text


def test_metadata_alone_differ(nights: dict[int, Site]) -> None:
    name = named(MALI).name
    old, new = (nights[night].file(name) for night in (2, 3))
    assert old != new
    assert text_of(old) == text_of(new)
    before, after = metadata_of(old), metadata_of(new)
    assert before["Producer"] != after["Producer"]
    assert after["CreationDate"].startswith("D:20261124")
    identity = re.compile(rb"/ID\s*\[(.*?)\]", re.DOTALL)
    assert identity.findall(old) != identity.findall(new) != []


def test_what_is_blackened_is_gone_from_file_and_truth(nights: dict[int, Site]) -> None:
    download = named(TUNISIA)
    old, new = (nights[night].file(download.name) for night in (3, 4))
    assert text_of(old).count("750 000") == 3
    assert text_of(new).count("750 000") == 0
    assert "Marine nationale" in text_of(new)
    assert [len(boxes_of(pdf)) for pdf in (old, new)] == [0, 3]
    assert all(40 > box["height"] > 8 and box["width"] > 30 for box in boxes_of(new))
    amounts = {
        night: [
            entry["amount"]
            for entry in truth(nights[night])["entries"]
            if entry["document_key"] == download.key and entry["recipient"] == "Marine nationale"
        ]
        for night in (3, 4)
    }
    assert amounts == {3: ["750000", "750000"], 4: [None, None]}


def test_removed_and_returned(replica: Replica, ask: Ask, nights: dict[int, Site]) -> None:
    landing = "/publications/programme-d-action-annuel-tunisie-2023_en"
    target = download_path(named(ABSENT))
    before = ask("enlargement", landing), ask("enlargement", target)
    replica.night = 4
    assert [ask("enlargement", t).status for t in (landing, target)] == [404, 404]
    assert "tunisie" not in ask("enlargement", "/library_en?page=1").text
    assert ask("eutf", download_path(named(ADDENDUM))).status == 410
    with pytest.raises(KeyError):
        nights[4].file(named(ABSENT).name)
    replica.night = 5
    assert (ask("enlargement", landing), ask("enlargement", target)) == before
    assert ask("eutf", download_path(named(ADDENDUM))).status == 410


def test_notices_come_with_their_night(replica: Replica, search: Ask) -> None:
    found = {}
    for night in NIGHTS:
        replica.night = night
        found[night] = search(query="publication-date >= today()", limit=50).json
    newest = {
        night: [notice["publication-number"] for notice in answer["notices"]]
        for night, answer in found.items()
    }
    assert newest == {
        1: ["820338-2026"],
        2: ["824560-2026", "824117-2026"],
        3: [],
        4: [],
        5: ["833902-2026"],
    }


class OfNight:
    """A site made for a test: its documents, and the addresses that answer."""

    def __init__(self, held: dict[str, Held], answers: dict[str, Response]) -> None:
        self.held, self.answers = held, answers

    def documents(self, base_url: str) -> dict[str, Held]:
        assert base_url == "http://site"
        return self.held

    def __call__(self, request: Request) -> Response:
        return self.answers.get(request.target, not_found())


def test_a_site_is_compared_with_itself() -> None:
    held = {"x:1": Held(target="/1?a=b", change="redaction")}
    sites = [
        OfNight(held, {"/1?a=b": page("one")}),
        OfNight({}, {"/1?a=b": page("one")}),
        OfNight({}, {}),
        OfNight({}, {}),
        OfNight(held, {"/1?a=b": page("one")}),
        OfNight(held, {"/1?a=b": page("two")}),
        OfNight({}, {"/1?a=b": redirect("http://site/2")}),
    ]
    had: dict[str, Had] = {}
    assert [compare_site(site, "http://site", had) for site in sites] == [
        {"x:1": Expected(outcome="new")},
        {"x:1": Expected(outcome="unchanged")},  # led to no more, and there yet
        {"x:1": Expected(outcome="gone")},
        {},
        {"x:1": Expected(outcome="returned")},
        {"x:1": Expected(outcome="changed", change="redaction")},
        {"x:1": Expected(outcome="moved", location="http://site/2")},
    ]


def test_detours_are_followed_where_the_site_leads() -> None:
    held = {"x:1": Held(target="/1"), "x:2": Held(target="/2")}
    answers = {
        "/1": redirect("http://site/1?wait=1", status=302),
        "/1?wait=1": redirect("http://site/one file"),
        "/one file": page("one"),
        "/2": page("two"),
    }
    had: dict[str, Had] = {}
    compare_site(OfNight(held, answers), "http://site", had)
    assert had["x:1"].digest == hashlib.sha256(b"one").hexdigest()
    assert compare_site(OfNight({}, answers), "http://site", had) == {
        "x:1": Expected(outcome="moved", location="http://site/one file"),
        "x:2": Expected(outcome="unchanged"),
    }
    circle = OfNight(held, {"/1": redirect("http://site/1", status=302)})
    with pytest.raises(ValueError, match="leads to /1 in a circle"):
        compare_site(circle, "http://site", {})


def test_every_site_of_the_replica_has_its_part(built: Site, site_folder: Path) -> None:
    bases = {name: f"http://127.0.0.1:{8100 + n}" for n, name in enumerate(sites_of(built, 1))}
    table = expected(bases, site_folder)
    for name in bases:
        assert {said.outcome for said in table[1][name].values()} == {"new"}
        assert all(table[night][name] for night in NIGHTS)
    outcomes = [e.outcome for said in table.values() for d in said.values() for e in d.values()]
    assert set(outcomes) == {"new", "changed", "unchanged", "gone", "moved", "returned"}


def test_a_site_that_leads_nowhere_is_said() -> None:
    site = OfNight({"x:1": Held(target="/1")}, {})
    with pytest.raises(ValueError, match="leads to /1, which answers 404"):
        compare_site(site, "http://site", {})
