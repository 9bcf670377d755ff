"""Nights on the healthy replica: the first one brings everything, the second one nothing."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from core.records import SourceRun
from crawlers import Known
from demo.server import Replica
from demo.world import load_world
from tests.crawlers.conftest import Crawled, Crawls

SOURCES = ("enlargement", "eutf", "ted")
FIELDS = ("document_key", "sha256", "etag", "last_modified")


@pytest.fixture(scope="module")
def first(crawls: Crawls) -> Crawled:
    crawls.replica.requests.clear()
    return crawls(*SOURCES, contact="https://materiel.invented.example/contact")


@pytest.fixture(scope="module")
def asked(first: Crawled, replica: Replica) -> Counter[tuple[str, str, str]]:
    """What was asked on the first night: site, method and path."""
    return Counter((r.site, r.method, r.path) for r in replica.requests)


def expected_keys(replica: Replica, source: str) -> set[str]:
    """The documents that the replica's world holds: files, and pages for all but direct links."""
    world = load_world()
    if source == "ted":
        families = ("32", "34", "35", "38")
        return {n.key for n in world.notices if any(_cpv(n, family) for family in families)}
    base = replica.base_urls[source]
    pages = {f"url:{base}{p.path}" for p in world.of_site(source) if p.markup != "C"}
    return pages | {d.key for p in world.of_site(source) for d in p.downloads}


def _cpv(notice: object, family: str) -> bool:
    codes = [notice.cpv, *(lot.cpv for lot in notice.lots)]  # type: ignore[attr-defined]
    return any(code.startswith(family) for code in codes)


def test_log_tells_of_every_source(first: Crawled, crawls: Crawls) -> None:
    log = (crawls.folder / "crawl.log").read_text(encoding="utf-8")
    assert first.status == 0
    assert log.count("Spider closed (finished)") == len(SOURCES)
    assert "DEBUG" not in log
    assert "Traceback" not in log
    assert "Deprecat" not in log


@pytest.mark.parametrize("source", SOURCES)
def test_first_night_fetches_every_document_once(
    first: Crawled, replica: Replica, source: str
) -> None:
    fetched = first.fetched(source, "fetched")
    keys = [line.document_key for line in fetched]
    assert len(keys) == len(set(keys))
    assert set(keys) == expected_keys(replica, source)
    assert {line.outcome for line in first.fetched(source)} <= {"fetched", "moved"}
    assert first.runs()[source] == SourceRun(
        source=source,
        state="ok",
        listed=len(keys),
        confirmed=len(keys),
        fetched=len(keys),
        minimum=1,
        maximum=crawls_maximum(source),
        walk="full",
    )
    assert first.issues(source) == Counter()


def crawls_maximum(source: str) -> int:
    return {"eutf": 4000}.get(source, 20000)


def test_journal_ends_with_each_source(first: Crawled) -> None:
    assert first.status == 0
    for source in SOURCES:
        lines = [line for line in first.lines if line.source == source]
        assert isinstance(lines[-1], SourceRun)


def test_bodies_are_archived_under_their_hash(first: Crawled) -> None:
    for source in SOURCES:
        for line in first.fetched(source, "fetched"):
            assert line.sha256 is not None
            body = first.archive.get(line.sha256)
            assert hashlib.sha256(body).hexdigest() == line.sha256


def test_file_carries_what_its_page_says(first: Crawled, replica: Replica) -> None:
    world = load_world()
    page = next(p for p in world.of_site("eutf") if p.country == "Libya")
    lines = {line.document_key: line for line in first.fetched("eutf")}
    line = lines[page.downloads[0].key]
    landing = f"{replica.base_urls['eutf']}{page.path}"
    assert line.landing_url == landing
    assert line.title == page.downloads[0].title
    assert line.published == page.published.isoformat()
    assert line.reference == page.fields["Reference"]
    assert line.language == page.downloads[0].language
    assert (line.kind, line.media_type) == ("Programme", "application/pdf")
    assert line.name == page.downloads[0].filename
    assert set(line.headers) >= {"etag", "last-modified", "content-type"}
    of_page = lines[f"url:{landing}"]
    assert (of_page.title, of_page.language, of_page.media_type) == (page.title, "en", "text/html")
    assert of_page.reference == page.fields["Reference"]


def test_notice_carries_what_the_search_says(first: Crawled) -> None:
    notice = next(n for n in load_world().notices if n.form == "eforms-can")
    line = next(x for x in first.fetched("ted") if x.document_key == notice.key)
    assert line.url.endswith(f"/en/notice/{notice.name}/xml")
    assert line.landing_url is not None
    assert line.landing_url.endswith(f"/en/notice/-/detail/{notice.name}")
    assert line.title is not None
    assert notice.title_en in line.title
    assert (line.published, line.reference) == (notice.published.isoformat(), notice.name)
    assert (line.kind, line.media_type) == ("can-standard", "application/xml")


def test_nothing_is_asked_twice_and_robots_first(
    asked: Counter[tuple[str, str, str]], replica: Replica
) -> None:
    searches = [count for (_, method, _), count in asked.items() if method == "POST"]
    assert searches == [2]  # the page with everything, and the empty one that ends it
    assert {count for (_, method, _), count in asked.items() if method == "GET"} == {1}
    for source in SOURCES:
        assert replica.requests.of(source)[0].path == "/robots.txt"


def test_requests_say_who_we_are(first: Crawled, replica: Replica) -> None:
    agents = {request.headers.get("user-agent") for request in replica.requests}
    contact = "+https://materiel.invented.example/contact"
    assert agents == {f"Mozilla/5.0 (compatible; Materiel/0.1.0; {contact})"}
    assert not any("cookie" in request.headers for request in replica.requests)


def test_second_night_brings_no_body(
    first: Crawled, asked: Counter[tuple[str, str, str]], crawls: Crawls, replica: Replica
) -> None:
    assert asked
    replica.requests.clear()
    second = crawls(*SOURCES, known=first.known())
    for source in SOURCES:
        run = second.runs()[source]
        known = len(expected_keys(replica, source))
        assert (run.state, run.listed, run.confirmed, run.fetched) == (
            "nothing_new",
            known,
            known,
            0,
        )
        assert second.fetched(source, "fetched") == []
        assert second.issues(source) == Counter()
    assert len(second.fetched("eutf", "not_modified")) == len(first.fetched("eutf"))
    assert second.fetched("ted") == []  # published notices do not change
    bodies = [r for r in replica.requests if r.status == 200 and "/document/" in r.path]
    assert bodies == []


def test_young_copies_are_not_asked_for(first: Crawled, crawls: Crawls, replica: Replica) -> None:
    replica.requests.clear()
    third = crawls("enlargement", known=first.known(), recheck_before="2000-01-01T00:00:00Z")
    run = third.runs()["enlargement"]
    known = len(expected_keys(replica, "enlargement"))
    assert (run.state, run.listed, run.confirmed, run.fetched) == ("nothing_new", known, known, 0)
    paths = {request.path.partition("?")[0] for request in replica.requests}
    old = {path for path in paths if path.startswith("/system/files/")}
    assert paths - old == {"/robots.txt", "/library_en", "/node/3436/rss_en"}


def test_card_says_after_how_many_nights_a_copy_is_old(
    first: Crawled, crawls: Crawls, replica: Replica
) -> None:
    old = "2020-01-01T00:00:00Z"
    known = first.known()
    url = next(url for url in known if "/document/download/" in url and "t05-eutf" in url)
    known[url] = Known(**{name: getattr(known[url], name) for name in FIELDS}, fetched_at=old)
    night = crawls("eutf", known=known, recheck_before="")
    assert [line.url for line in night.fetched("eutf")] == [url]
    assert night.runs()["eutf"].confirmed == night.runs()["eutf"].listed
