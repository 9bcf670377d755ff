"""What a night asks for once much is known: little, and what waited first."""

from __future__ import annotations

import datetime as dt
import socket
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from core.records import Issue, Waiting
from crawlers import Known
from crawlers.hosts import is_public
from crawlers.plan import CrawlPlan
from crawlers.process import walk_of
from crawlers.spiders.due import is_due, whole_body
from demo import faults
from demo.server import Replica
from demo.world import load_world
from tests.builders import source
from tests.crawlers.conftest import Crawled, Crawls, path_of

NOW = dt.datetime(2031, 5, 10, 2, tzinfo=dt.UTC)
LIBYA = next(p for p in load_world().of_site("eutf") if p.country == "Libya")


def plan(**said: object) -> CrawlPlan:
    given = {"sources": (), "archive": "a", "journal": "j", "recheck_before": ""}
    return CrawlPlan(**{**given, "now": NOW.isoformat(), **said})  # type: ignore[arg-type]


def known(nights: float, key: str = "x:1") -> Known:
    at = NOW - dt.timedelta(days=nights)
    return Known(document_key=key, fetched_at=at.isoformat(timespec="seconds"))


def test_documents_are_asked_for_again_within_their_nights() -> None:
    card = source(recheck_nights=7)
    assert not is_due(known(0.1), card, plan())
    assert is_due(known(7), card, plan())
    assert is_due(known(6.97), card, plan())  # a run that starts a little earlier
    due = [sum(is_due(known(n, f"x:{i}"), card, plan()) for i in range(700)) for n in (1, 3, 6)]
    assert all(70 < count < 130 for count in due)  # one in seven each night, not all at once


def test_each_document_has_its_turn() -> None:
    card = source(recheck_nights=5)
    for i in range(20):
        document = Known(document_key=f"x:{i}", fetched_at="2031-05-01T00:00:00Z")
        nights = [
            plan(now=dt.datetime(2031, 5, d, 2, tzinfo=dt.UTC).isoformat()) for d in (2, 3, 4, 5, 6)
        ]
        assert sum(is_due(document, card, night) for night in nights) >= 1


def test_changed_documents_are_due_and_some_never() -> None:
    card = source(recheck_nights=400)
    young = known(2, "x:young")
    assert not is_due(young, card, plan())
    assert is_due(young, card, plan(), changed="2031-05-09T10:00:00Z")
    assert is_due(young, card, plan(), changed="2031-05-09")
    assert not is_due(young, card, plan(), changed="2031-05-01T10:00:00Z")
    assert not is_due(known(999), source(options={"recheck": False}), plan())
    assert is_due(Known(document_key="x:1", fetched_at="never"), card, plan())


def test_one_recheck_in_four_asks_for_the_whole_body() -> None:
    card = source(recheck_nights=7)
    whole = sum(whole_body(known(7, f"x:{i}"), card, plan()) for i in range(400))
    assert 60 < whole < 140
    rounds = [plan(now=(NOW + dt.timedelta(days=7 * n)).isoformat()) for n in range(4)]
    assert sum(whole_body(known(7), card, each) for each in rounds) == 1


@pytest.mark.parametrize(
    ("walked", "rest", "walk"),
    [
        (None, False, "full"),
        (None, True, "rest"),
        (1, False, "new"),
        (1, True, "rest"),
        (7, False, "full"),
        (7, True, "full"),
    ],
)
def test_how_far_lists_are_walked(walked: int | None, rest: bool, walk: str) -> None:
    card = source(relist_nights=7)
    when = {} if walked is None else {card.id: (NOW - dt.timedelta(days=walked)).isoformat()}
    waits = {card.id: (Waiting(url="https://x.eu/"),)} if rest else {}
    assert walk_of(card, plan(walked=when, rest=waits)) == walk


@pytest.fixture(scope="module")
def first(crawls: Crawls) -> Crawled:
    return crawls("eutf", "enlargement")


def later(
    crawls: Crawls, first: Crawled, *names: str, nights: float = 1, **said: object
) -> Crawled:
    """A night after the first one, on which lists are walked until nothing is new."""
    now = dt.datetime.now(dt.UTC)
    at = (now + dt.timedelta(days=nights)).isoformat()
    walked = {name: now.isoformat() for name in names}
    given = {"known": first.known(), "walked": walked, "now": at, "recheck_before": ""}
    return crawls(*names, **{**given, **said})


def rarely(crawls: Crawls) -> dict[str, object]:
    """Cards under which no document has its turn in these nights."""
    cards = crawls.cards()
    return {n: msgspec.structs.replace(c, recheck_nights=100_000) for n, c in cards.items()}


def test_quiet_night_costs_few_requests(first: Crawled, crawls: Crawls, healthy: Replica) -> None:
    assert first.runs()["eutf"].walk == "full"
    night = later(crawls, first, "eutf", "enlargement", cards=rarely(crawls))
    for name in ("eutf", "enlargement"):
        run = night.runs()[name]
        assert (run.state, run.fetched, run.walk, run.minimum) == ("nothing_new", 0, "new", 0)
        assert night.issues(name) == Counter()
        asked = [request.path for request in healthy.requests.of(name)]
        assert len(asked) <= 3, asked  # robots.txt, the head of the list, its feed


def test_feed_tells_of_a_change_and_its_page_has_the_files_checked(
    first: Crawled, crawls: Crawls, healthy: Replica
) -> None:
    page = next(p for p in load_world().of_site("enlargement") if p.markup != "C")
    base = healthy.base_urls["enlargement"]
    feed = f"""<rss version="2.0"><channel><item><title>x</title><link>{base}{page.path}</link>
    <pubDate>Mon, 01 Jan 2091 00:00:00 GMT</pubDate></item></channel></rss>"""
    healthy.faults.set("enlargement", "/node/3436/", faults.replaced(feed.encode()))
    healthy.faults.set("enlargement", path_of(page), faults.replaced(b"%PDF-1.4 new"))
    body = first.archive.get(first.known()[base + page.path].sha256 or "")
    healthy.faults.set("enlargement", page.path, faults.replaced(body + b"<!-- new -->"))
    night = later(crawls, first, "enlargement", cards=rarely(crawls))
    fetched = {line.url.removeprefix(base) for line in night.fetched("enlargement", "fetched")}
    assert page.path in fetched
    assert any(path_of(page) in url for url in fetched)


def test_budget_is_carried_over_until_all_is_there(crawls: Crawls, healthy: Replica) -> None:
    everything = {line.document_key for line in crawls("eutf").fetched("eutf", "fetched")}
    cards = crawls.cards(eutf={"budget": 9})
    have: dict[str, Known] = {}
    said: dict[str, object] = {}
    run = None
    nights = 0
    for _ in range(12):
        nights += 1
        healthy.requests.clear()
        crawled = crawls("eutf", cards=cards, known=have, recheck_before="0", **said)
        run = crawled.runs()["eutf"]
        have |= crawled.known()
        assert len(healthy.requests.of("eutf")) <= 9
        if run.state != "interrupted":
            break
        assert "budget of 9 requests" in run.detail
        assert run.rest
        said = {"rest": {"eutf": run.rest}}
    assert {each.document_key for each in have.values()} == everything
    assert 2 < nights < 8
    assert run is not None
    assert run.rest == ()


def test_newest_come_first(crawls: Crawls, healthy: Replica) -> None:
    healthy.requests.clear()
    night = crawls("eutf", cards=crawls.cards(eutf={"budget": 6}))
    asked = [r.path for r in healthy.requests.of("eutf")]
    assert asked[:2] == ["/robots.txt", "/our-programmes_en"]
    assert not any("page=" in path for path in asked)  # documents before further lists
    waits = [each.list for each in night.runs()["eutf"].rest if each.list]
    assert waits == ["/our-programmes_en"]


def test_limit_holds_and_the_rest_waits(crawls: Crawls, healthy: Replica) -> None:
    night = crawls("eutf", "ted", limit=2)
    for name in ("eutf", "ted"):
        run = night.runs()[name]
        assert len(night.fetched(name, "fetched")) == 2
        assert run.state == "interrupted"
        assert "limit of 2 documents" in run.detail
        assert run.rest


def test_dry_run_asks_for_lists_only(crawls: Crawls, healthy: Replica) -> None:
    healthy.requests.clear()
    night = crawls("eutf", "ted", dry_run=True)
    assert night.fetched("eutf") == night.fetched("ted") == []
    listed = {p.path for p in load_world().of_site("eutf")}
    base = healthy.base_urls["eutf"]
    would = {url.removeprefix(base) for url in would_fetch(night, "eutf")}
    assert listed <= would
    assert len(would_fetch(night, "ted")) == night.runs()["ted"].listed
    assert not any("/document/" in r.path or "/xml" in r.path for r in healthy.requests)


def would_fetch(night: Crawled, name: str) -> list[str]:
    """The addresses that a dry run says it would fetch."""
    issues = [x for x in night.lines if isinstance(x, Issue) and x.source == name]
    return [x.url or "" for x in issues if x.code == "would_fetch"]


def test_what_failed_is_asked_for_the_next_night(crawls: Crawls, healthy: Replica) -> None:
    healthy.faults.set("eutf", path_of(LIBYA), faults.status(404))
    healthy.faults.set("eutf", LIBYA.path, faults.dropped())
    night = crawls("eutf", cards=crawls.cards(eutf={"delay": 0.01}))
    rest = night.runs()["eutf"].rest
    assert [each.url.endswith(LIBYA.path) for each in rest] == [True]
    healthy.faults.clear()
    again = later(crawls, night, "eutf", rest={"eutf": rest}, cards=rarely(crawls))
    fetched = {line.url.removeprefix(healthy.base_urls["eutf"]) for line in again.fetched("eutf")}
    assert LIBYA.path in fetched
    assert again.runs()["eutf"].rest == ()


def test_one_recheck_gets_the_bytes_behind_old_validators(
    first: Crawled, crawls: Crawls, healthy: Replica
) -> None:
    new = b"%PDF-1.4 quietly replaced"
    healthy.faults.set("eutf", path_of(LIBYA), faults.replaced(new, headers=False))
    found = []
    for rounds in range(4):
        night = later(crawls, first, "eutf", nights=29 + 28 * rounds)
        found += [x for x in night.fetched("eutf", "fetched") if path_of(LIBYA) in x.url]
    assert len(found) == 1
    assert found[0].sha256 is not None
    assert first.archive.get(found[0].sha256) == new


def test_web_page_in_place_of_a_file_is_not_kept(crawls: Crawls, healthy: Replica) -> None:
    sorry = b"<!DOCTYPE html>\n<html><body>We are sorry</body></html>"
    healthy.faults.set("eutf", path_of(LIBYA), faults.replaced(sorry, "application/pdf"))
    notice = next(n for n in load_world().notices if n.form == "eforms-can")
    healthy.faults.set("ted", f"/en/notice/{notice.name}/xml", faults.replaced(sorry))
    night = crawls("eutf", "ted")
    assert night.issues("eutf") == night.issues("ted") == Counter({"wrong_content": 1})
    failed = [*night.fetched("eutf", "failed"), *night.fetched("ted", "failed")]
    assert [line.document_key for line in failed] == [LIBYA.downloads[0].key, notice.key]
    kept = {p.read_bytes() for p in Path(night.archive.folder).rglob("*") if p.is_file()}
    assert sorry not in kept


def test_hosts_that_no_card_names_are_not_asked(crawls: Crawls, healthy: Replica) -> None:
    other = f"{healthy.base_urls['ted']}/en/notice/1-2020/xml"
    targets = {
        "http://10.0.0.1/x": "foreign_host",
        "http://[::1]/x": "foreign_host",
        "http://169.254.169.254/latest": "foreign_host",
        "http://localhost:1/x": "foreign_host",
        other: "foreign_host",
        "file:///etc/passwd": "unexpected_status",
    }
    pages = load_world().of_site("eutf")[: len(targets)]
    for page, to in zip(pages, targets, strict=True):
        healthy.faults.set("eutf", path_of(page), faults.redirected(to))
    healthy.requests.clear()
    night = crawls("eutf")
    missed = {x.document_key for x in night.fetched("eutf") if x.outcome in ("refused", "failed")}
    assert missed == {page.downloads[0].key for page in pages}
    assert night.issues("eutf") == Counter(targets.values())
    assert list(healthy.requests.of("ted")) == []
    assert night.runs()["eutf"].state == "ok"  # it is not the site that refused


def own_name() -> list[str]:
    """An address by this machine's own name, where that leads to a private network."""
    name = socket.gethostname()
    try:
        address = socket.gethostbyname(name)
    except OSError:
        return []
    return [] if is_public(address) else [f"http://{name}:9/"]


def test_private_networks_are_not_asked_whoever_names_them(crawls: Crawls) -> None:
    named = ["http://10.0.0.1/x", "http://169.254.169.254/latest", "http://0x7f.1:9/", *own_name()]
    night = crawls(addresses=tuple(named), contact="https://x.example/")
    assert night.issues("added") == Counter({"private_address": len(named)})
    assert {line.outcome for line in night.fetched("added")} == {"refused"}
    assert night.runs()["added"].state == "refused"
