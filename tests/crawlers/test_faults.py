"""What a real site does on a bad day, and what the crawl makes of it."""

from __future__ import annotations

import itertools
import threading
from collections import Counter

import pytest

from crawlers import Known
from demo import faults
from demo.exchange import Request, Respond, Response, content, json_response
from demo.server import Replica
from demo.world import load_world
from tests.crawlers.conftest import Crawled, Crawls, clocked, path_of

LIBYA = next(p for p in load_world().of_site("eutf") if p.country == "Libya")

LIBYA_FILE = path_of(LIBYA)
PLACES = ("north-africa/libya", "north-africa/nowhere", "north-africa/missing")


def slow(seconds: float) -> faults.Fault:
    """A site that needs its time."""

    pause = threading.Event()

    def fault(request: Request, site: Respond) -> Response:
        pause.wait(seconds)
        return site(request)

    return fault


def test_robots_that_cannot_be_had_forbid_everything(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("eutf", "/robots.txt", faults.status(503))
    healthy.faults.set("enlargement", "/robots.txt", faults.status(403))
    healthy.faults.set("ted", "/robots.txt", faults.disallow_all())
    night = crawls("eutf", "enlargement", "ted")
    states = {source: run.state for source, run in night.runs().items()}
    assert states == {"eutf": "unreachable", "enlargement": "refused", "ted": "refused"}
    assert night.issues("eutf") == Counter({"robots_unreachable": 1})
    assert night.issues("enlargement") == Counter({"robots_refused": 1})
    assert night.issues("ted") == Counter({"robots_forbidden": 1})
    assert {request.path for request in healthy.requests} == {"/robots.txt"}
    assert len(healthy.requests.of("eutf")) == 3  # the first try and two more


def test_missing_robots_allow_and_one_rule_forbids_one_file(
    healthy: Replica, crawls: Crawls
) -> None:
    healthy.faults.set("ted", "/robots.txt", faults.status(404))
    rule = f"User-agent: Materiel\nDisallow: {LIBYA_FILE}\n\nUser-agent: *\nDisallow: /\n"
    healthy.faults.set("eutf", "/robots.txt", faults.robots(rule))
    night = crawls("ted", "eutf")
    assert {run.state for run in night.runs().values()} == {"ok"}
    assert night.issues("ted") == Counter()
    assert night.issues("eutf") == Counter({"robots_forbidden": 1})
    (refused,) = night.fetched("eutf", "refused")
    assert (refused.document_key, refused.status) == (LIBYA.downloads[0].key, 0)
    assert healthy.requests.of("eutf", LIBYA_FILE) == []


def test_crawl_delay_is_kept(healthy: Replica, crawls: Crawls) -> None:
    times: list[float] = []
    healthy.faults.set("eutf", "/", clocked(times))
    healthy.faults.set("eutf", "/robots.txt", faults.crawl_delay(0.3))
    night = crawls("eutf", cards=crawls.cards(eutf={"budget": 4}))
    run = night.runs()["eutf"]
    assert (run.state, len(times)) == ("interrupted", 3)  # and robots.txt
    assert "budget" in run.detail
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert min(gaps) >= 0.27


def test_retry_after_is_kept_and_then_all_is_well(healthy: Replica, crawls: Crawls) -> None:
    times: list[float] = []
    healthy.faults.set("ted", "/v3", clocked(times))
    healthy.faults.set("ted", "/v3", faults.status(429, retry_after=1), times=1)
    healthy.faults.set("eutf", LIBYA.path, faults.status(503, retry_after=0), times=2)
    night = crawls("ted", "eutf")
    assert {source: run.state for source, run in night.runs().items()} == {
        "ted": "ok",
        "eutf": "ok",
    }
    assert night.issues("ted") + night.issues("eutf") == Counter()
    statuses = [request.status for request in healthy.requests.of("ted", "/v3")]
    assert statuses == [429, 200, 200]
    assert night.seconds > 1.0


def test_patience_ends(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("ted", "/v3", faults.status(429, retry_after=3600))
    healthy.faults.set("eutf", "/our-programmes_en", faults.status(500))
    healthy.faults.set("enlargement", "/publications/", faults.status(503, retry_after=0))
    night = crawls("ted", "eutf", "enlargement")
    runs = night.runs()
    assert (runs["ted"].state, night.issues("ted")) == ("refused", Counter({"rate_limited": 1}))
    assert len(healthy.requests.of("ted", "/v3")) == 1
    assert runs["eutf"].state == "unreachable"
    assert len(healthy.requests.of("eutf", "/our-programmes_en")) == 3
    assert runs["enlargement"].state == "unreachable"  # five in a row, each tried three times
    assert len(night.fetched("enlargement", "failed")) == 5
    assert night.issues("enlargement") == Counter({"unexpected_status": 5})
    assert len(healthy.requests.of("enlargement", "/publications/")) == 15


def test_bot_wall_ends_the_source(healthy: Replica, crawls: Crawls) -> None:
    wall = faults.replaced(b"<html><head><title>Just a moment...</title></head></html>")
    healthy.faults.set("ted", "/en/notice/", faults.challenge())
    healthy.faults.set("eutf", "/our-programmes_en", faults.challenge())
    healthy.faults.set("enlargement", "/publications/", wall)
    night = crawls("ted", "eutf", "enlargement")
    runs = night.runs()
    assert {run.state for run in runs.values()} == {"refused"}
    assert all(night.issues(source) == Counter({"challenge": 1}) for source in runs)
    assert runs["ted"].listed == 11  # the search itself was answered
    assert len(healthy.requests.of("ted", "/en/notice/")) == 1
    assert len(healthy.requests.of("enlargement", "/publications/")) == 1
    # the search's own fields stand in for the notice
    assert [line.outcome for line in night.fetched("ted")] == ["refused", "fetched"]


def test_list_pages_that_mislead(healthy: Replica, crawls: Crawls) -> None:
    changed = faults.replaced(b"<html><body><main><div class=new>All is new</div></main></body>")
    healthy.faults.set("eutf", "/our-programmes_en", faults.stuck_paging())
    healthy.faults.set("enlargement", "/library_en", changed)
    healthy.faults.set("ted", "/v3", faults.empty_list())
    night = crawls("eutf", "enlargement", "ted")
    runs = night.runs()
    assert (runs["eutf"].state, runs["eutf"].listed) == ("interrupted", 11)
    assert "counts" in runs["eutf"].detail
    assert night.issues("eutf") == Counter({"list_repeats": 1, "list_incomplete": 1})
    assert len(healthy.requests.of("eutf", "/our-programmes_en")) == 5
    assert runs["enlargement"].state == "parser_found_nothing"
    assert night.issues("enlargement") == Counter({"parser_found_nothing": 1})
    assert (runs["ted"].state, runs["ted"].listed) == ("empty", 0)


def test_empty_list_is_empty_and_changed_pages_are_loud(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("eutf", "/our-programmes_en", faults.empty_list())
    healthy.faults.set("enlargement", "/publications/", faults.replaced(b"<html><p>x</p></html>"))
    healthy.faults.set("ted", "/v3", lambda _request, _site: json_response({"message": "Oops"}))
    night = crawls("eutf", "enlargement", "ted")
    states = {source: run.state for source, run in night.runs().items()}
    assert states == {
        "eutf": "empty",
        "enlargement": "parser_found_nothing",
        "ted": "parser_found_nothing",
    }
    assert night.issues("enlargement") == Counter({"parser_found_nothing": 9})
    assert night.issues("ted") == Counter({"search_failed": 1})


def test_query_that_the_api_refuses(healthy: Replica, crawls: Crawls) -> None:
    cards = crawls.cards(ted={"options": {"query": "colour = blue"}})
    night = crawls("ted", cards=cards)
    assert night.runs()["ted"].state == "refused"
    assert "QUERY_UNKNOWN_FIELD" in night.runs()["ted"].detail


@pytest.fixture(scope="module")
def before(crawls: Crawls) -> Crawled:
    """A healthy night, for what the next one knows."""
    return crawls("eutf")


def test_changed_and_gone_documents(healthy: Replica, crawls: Crawls, before: Crawled) -> None:
    other = load_world().of_site("eutf")[0]
    healthy.faults.set("eutf", LIBYA_FILE, faults.replaced(b"%PDF-1.7 second edition"))
    healthy.faults.set("eutf", path_of(other), faults.status(404))
    dropped = Known(document_key="europa:dropped_en", etag='"1"', fetched_at="2030-01-01T00:00:00Z")
    known = before.known() | {f"{healthy.base_urls['eutf']}/system/files/dropped.pdf": dropped}
    night = crawls("eutf", known=known)
    (changed,) = night.fetched("eutf", "fetched")
    assert changed.document_key == LIBYA.downloads[0].key
    assert night.archive.get(changed.sha256 or "") == b"%PDF-1.7 second edition"
    gone = {line.document_key: line.status for line in night.fetched("eutf", "gone")}
    assert gone == {other.downloads[0].key: 404, "europa:dropped_en": 404}
    assert night.runs()["eutf"].state == "ok"
    assert night.issues("eutf") == Counter()


def test_page_without_its_copy_is_had_anew(
    healthy: Replica, crawls: Crawls, before: Crawled
) -> None:
    url = f"{healthy.base_urls['eutf']}{LIBYA.path}"
    known = before.known()
    known[url] = Known(document_key=f"url:{url}", sha256="0" * 64, etag=known[url].etag)
    night = crawls("eutf", known=known)
    assert [line.url for line in night.fetched("eutf", "fetched")] == [url]
    assert night.runs()["eutf"].listed == before.runs()["eutf"].listed


def test_deadline_interrupts(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("eutf", "/our-programmes/", slow(1.0))
    night = crawls("eutf", deadline=4.0)
    eutf = night.runs()["eutf"]
    assert (night.status, eutf.state, eutf.fetched < eutf.listed) == (0, "interrupted", True)
    assert "time" in eutf.detail
    assert night.issues("eutf") == Counter()
    assert night.seconds < 12


def test_size_is_limited(healthy: Replica, crawls: Crawls) -> None:
    page, file = b"<main><h1>x</h1></main>".ljust(9000), b"%PDF".ljust(11_000)
    healthy.faults.set("eutf", "/our-programmes/", faults.replaced(page))
    healthy.faults.set("eutf", LIBYA.path, faults.replaced(file))
    night = crawls("eutf", max_file=10_000)
    (failed,) = night.fetched("eutf", "failed")
    assert failed.url.endswith(LIBYA.path)
    assert night.issues("eutf") == Counter({"too_large": 1})
    assert len(healthy.requests.of("eutf", LIBYA.path)) == 1


def test_a_bad_document_costs_itself(healthy: Replica, crawls: Crawls) -> None:
    missing, refused, broken, circle, relabelled = load_world().of_site("eutf")[:5]

    def with_new_label(request: Request, site: Respond) -> Response:
        answer = site(request)
        body = answer.body.replace(b">Total cost<", b">Colour<")
        return content(body, answer.headers["Content-Type"])

    healthy.faults.set("eutf", path_of(missing), faults.status(404))
    healthy.faults.set("eutf", path_of(refused), faults.status(403))
    healthy.faults.set("eutf", path_of(broken), faults.dropped(after=50))
    healthy.faults.set("eutf", circle.path, faults.redirect_loop())
    healthy.faults.set("eutf", relabelled.path, with_new_label)
    night = crawls("eutf")
    assert night.runs()["eutf"].state == "ok"
    failed = {line.document_key: line.status for line in night.fetched("eutf", "failed")}
    assert failed == {
        missing.downloads[0].key: 404,
        broken.downloads[0].key: 0,
        f"url:{healthy.base_urls['eutf']}{circle.path}": 0,
    }
    refusals = [(line.document_key, line.status) for line in night.fetched("eutf", "refused")]
    assert refusals == [(refused.downloads[0].key, 403)]
    codes = ("not_found", "refused", "unreachable", "redirect_loop", "unhandled_field")
    assert night.issues("eutf") == Counter(codes)
    assert len(healthy.requests.of("eutf", path_of(broken))) == 3
    assert len(healthy.requests.of("eutf", path_of(refused))) == 1


def test_refusals_in_a_row_end_the_source(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("ted", "/en/notice/", faults.status(403))
    night = crawls("ted")
    run = night.runs()["ted"]
    assert run.state == "refused"
    assert len(night.fetched("ted", "refused")) == 3
    assert len(healthy.requests.of("ted", "/en/notice/")) == 3


def test_country_pages_lead_to_programmes_too(healthy: Replica, crawls: Crawls) -> None:
    country = "/where-we-work/regions-countries"

    def without_libya(request: Request, site: Respond) -> Response:
        answer = site(request)
        links = "".join(f'<a href="{country}/{at}_en">x</a>' for at in PLACES)
        body = answer.body.replace(LIBYA.path.encode(), b"/our-programmes/other_en")
        body = body.replace(b"</main>", links.encode() + b"</main>")
        return content(body, answer.headers["Content-Type"])

    healthy.faults.set("eutf", "/our-programmes_en", without_libya)
    empty = faults.replaced(b"<html><body><main><h1>Region</h1></main></body></html>")
    healthy.faults.set("eutf", f"{country}/north-africa/nowhere_en", empty)
    night = crawls("eutf")
    assert night.runs()["eutf"].state == "ok"
    fetched = {line.document_key for line in night.fetched("eutf", "fetched")}
    assert LIBYA.downloads[0].key in fetched
    asked = Counter(request.path for request in healthy.requests.of("eutf", country))
    assert asked == {f"{country}/{at}_en": 1 for at in PLACES}
    codes = ("no_programme", "list_missing", "not_found")  # not_found: the page put in its place
    assert night.issues("eutf") == Counter(codes)


def test_broken_option_costs_one_source(healthy: Replica, crawls: Crawls) -> None:
    cards = crawls.cards(ted={"options": {"path": 5}}, enlargement={"options": {"lists": 5}})
    night = crawls("ted", "enlargement", "eutf", cards=cards)
    states = {source: run.state for source, run in night.runs().items()}
    assert states == {
        "ted": "parser_found_nothing",
        "enlargement": "parser_found_nothing",
        "eutf": "ok",
    }
    assert night.issues("ted") == night.issues("enlargement") == Counter({"spider_error": 1})


def test_crawl_that_never_begins_is_interrupted(healthy: Replica, crawls: Crawls) -> None:
    night = crawls("ted", cards=crawls.cards(ted={"options": {"cpv": 5}}))
    run = night.runs()["ted"]
    assert (night.status, run.state) == (0, "interrupted")
    assert run.detail.startswith("The crawl broke (TypeError")
    assert len(healthy.requests) == 0
