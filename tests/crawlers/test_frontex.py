"""The register in real crawls: what it holds and nothing else, and what each bad day says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.records import Issue
from demo import faults
from demo.exchange import Request, Respond, Response, page
from demo.frontex import DIALOG, load_posts
from demo.server import Replica
from tests.crawlers.conftest import Crawled, Crawls
from tests.crawlers.test_carry_over import table_of

LISTING = "/?form-fields"
POSTS = {post.number: post for post in load_posts(1)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "replica"


@pytest.fixture(scope="module")
def first(crawls: Crawls) -> Crawled:
    crawls.replica.requests.clear()
    return crawls("frontex")


def crawl_with(crawls: Crawls, **options: Any) -> Crawled:
    return crawls("frontex", cards=crawls.cards(frontex={"options": options}))


def details(crawled: Crawled, code: str) -> list[str]:
    return [x.detail for x in crawled.lines if isinstance(x, Issue) and x.code == code]


def test_the_first_night_finds_what_the_tag_leads_to(
    first: Crawled, replica: Replica, folder: Path
) -> None:
    lines = first.fetched("frontex")
    assert sorted(line.document_key for line in lines) == sorted(
        table_of(replica, "frontex", folder)[1]
    )
    assert {line.outcome for line in lines} == {"fetched"}
    assert first.issues("frontex") == Counter()
    run = first.runs()["frontex"]
    assert (run.state, run.listed, run.confirmed) == ("ok", len(lines), len(lines))
    assert "frontex:39990" not in {line.document_key for line in lines}  # of another tag


def test_each_page_is_asked_once_and_the_first_twice_by_its_two_numbers(
    first: Crawled, replica: Replica
) -> None:
    asked = [r.path for r in replica.requests.of("frontex") if r.path.startswith(LISTING)]
    numbers = [re.search(r"paged%5D=(\d+)", path) for path in asked]
    assert [found[1] for found in numbers if found] == ["0", "1", "2", "3"]
    assert Counter(r.path for r in replica.requests.of("frontex")).most_common(1)[0][1] == 1


def test_a_file_carries_what_its_dialog_says(first: Crawled, replica: Replica) -> None:
    lines = {line.document_key: line for line in first.fetched("frontex")}
    base, post = replica.base_urls["frontex"], POSTS[40290]
    line = lines["frontex:40290"]
    assert (line.title, line.published) == (post.title, "2024-04-22")
    assert (line.language, line.kind) == ("fr", "Serious Incident Reports")
    assert line.landing_url == f"{base}{post.permalink}"
    assert (line.media_type, line.name) == ("application/pdf", "rig-93290-2023.pdf")
    entry = lines["frontex:40290/entry"]
    assert (entry.title, entry.kind, entry.language) == (post.title, "register entry", "fr")
    assert (entry.landing_url, entry.published) == (line.landing_url, line.published)


def test_several_files_are_documents_of_their_own(first: Crawled) -> None:
    lines = {line.document_key: line for line in first.fetched("frontex")}
    annexes = lines["frontex:40233/sir-93233-2023-annexes.zip"]
    assert annexes.title == f"{POSTS[40233].title} - Annexes"
    assert annexes.media_type == "application/zip"
    assert annexes.kind == "Serious Incident Reports; Technical equipment"
    assert "frontex:40233/sir-93233-2023-report.pdf" in lines
    assert "frontex:40233" not in lines


def test_a_quiet_night_asks_for_little(first: Crawled, crawls: Crawls, replica: Replica) -> None:
    replica.requests.clear()
    night = crawls(
        "frontex",
        known=first.known(),
        walked={"frontex": "2030-01-01T00:00:00+00:00"},
        now="2030-01-02T00:00:00+00:00",
        recheck_before="2000-01-01T00:00:00Z",
    )
    assert night.runs()["frontex"].state == "nothing_new"
    assert len(replica.requests.of("frontex")) == 2  # robots.txt and the first page


def test_an_empty_list_of_tags_walks_the_whole_register(healthy: Replica, crawls: Crawls) -> None:
    night = crawl_with(crawls, tags=[])
    keys = {line.document_key for line in night.fetched("frontex")}
    assert {"frontex:39990", "frontex:39990/entry", "frontex:40117"} <= keys


def test_a_tag_without_documents_is_empty(healthy: Replica, crawls: Crawls) -> None:
    night = crawl_with(crawls, tags=["998"])
    assert night.runs()["frontex"].state == "empty"
    assert night.issues("frontex") == Counter()


def test_a_listing_that_ignores_its_page_number_is_left(healthy: Replica, crawls: Crawls) -> None:
    def stuck(request: Request, site: Respond) -> Response:
        first = re.sub(r"paged%5D=\d+", "paged%5D=0", request.query)
        return site(Request(method="GET", path="/", query=first, base_url=request.base_url))

    healthy.faults.set("frontex", LISTING, stuck)
    night = crawls("frontex")
    assert night.runs()["frontex"].state == "ok"
    assert night.issues("frontex") == Counter({"list_repeats": 1})
    assert len([r for r in healthy.requests.of("frontex") if r.path.startswith(LISTING)]) == 3


def test_a_listing_without_end_is_left(healthy: Replica, crawls: Crawls) -> None:
    def endless(request: Request, site: Respond) -> Response:
        number = 70000 + int(request.parameter("form-fields[paged]") or "0")
        link = f"{DIALOG}?card-post-id=2722&amp;document-post-id={number}"
        return page(f'<main><a data-u="{link}">One more</a></main>')

    healthy.faults.set("frontex", LISTING, endless)
    night = crawl_with(crawls, max_pages=4)
    assert night.issues("frontex")["list_too_long"] == 1
    assert len([r for r in healthy.requests.of("frontex") if r.path.startswith(LISTING)]) == 4


def test_a_listing_that_ends_before_its_last_page_says_so(healthy: Replica, crawls: Crawls) -> None:
    def short(request: Request, site: Respond) -> Response:
        return page("<main></main>")

    healthy.faults.set(
        "frontex", f"{LISTING}%5Bdocument-tag%5D%5B0%5D=409&form-fields%5Bpaged%5D=2", short
    )
    night = crawls("frontex")
    assert night.issues("frontex") == Counter({"list_incomplete": 1})
    assert len(night.fetched("frontex", "fetched")) == 6


@pytest.mark.parametrize("path", [LISTING, DIALOG])
def test_changed_markup_is_said(healthy: Replica, crawls: Crawls, path: str) -> None:
    changed = faults.replaced(b"<html><main><h2>Welcome</h2><p>We have moved.</p></main></html>")
    healthy.faults.set("frontex", path, changed)
    night = crawls("frontex")
    assert night.runs()["frontex"].state == "parser_found_nothing"
    assert night.issues("frontex")["parser_found_nothing"] >= 1


def test_a_bad_day_loses_nothing_that_can_be_had(healthy: Replica, crawls: Crawls) -> None:
    """One label is new, one document has no file, one has it elsewhere, one file is an apology."""

    def spoilt(request: Request, site: Respond) -> Response:
        answer = site(request)
        label = b'<div class="title">Classification</div><div class="text">Public</div>'
        body = answer.body.replace(b'<a class="permalink', label + b'<a class="permalink')
        if "40117" in request.query:
            body = re.sub(rb"<select.*?</select>", b"", body, flags=re.DOTALL)
        if "40233" in request.query:
            body = re.sub(rb'value="http://[^/"]+/', b'value="https://cdn.invented.example/', body)
        return Response(headers=answer.headers, body=body)

    sorry = faults.replaced(b"<html><p>Sorry.</p></html>", "text/html")
    healthy.faults.set("frontex", DIALOG, spoilt)
    healthy.faults.set("frontex", "/wp-content/uploads/rig-93290-2023.pdf", sorry)
    night = crawls("frontex")
    assert details(night, "unhandled_field") == ["dialog label: Classification"]
    assert night.issues("frontex") == Counter(
        {"unhandled_field": 1, "no_file": 1, "foreign_host": 2, "wrong_content": 1}
    )
    entries = {f"frontex:{number}/entry" for number in POSTS if number != 39990}
    fetched = {line.document_key for line in night.fetched("frontex", "fetched")}
    assert fetched == entries | {"frontex:40305", "frontex:40341"}
    assert [x.document_key for x in night.fetched("frontex", "failed")] == ["frontex:40290"]
    assert night.runs()["frontex"].state == "ok"
