"""International Partnerships: names of decisions, and real crawls of lists and country pages."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.decisions import DecisionFile, file_name_of, read_name
from crawlers.pages import parse_landing, parse_list
from demo import faults
from demo.intpa import COUNTRIES, STORIES
from demo.server import Replica
from demo.world import load_world
from tests.crawlers.conftest import Crawled, Crawls
from tests.crawlers.test_carry_over import table_of

LIST = "/publications_en"
MISSING = Counter({"list_missing": 1})  # one of the paths that are tried is not there
PUBLICATIONS = load_world().of_site("intpa")

PLAN, PROGRAMME = "Annual action plan", "Multiannual indicative programme"


@pytest.mark.parametrize(
    ("name", "kind", "reference"),
    [
        ("aap-2026-c2026-2542-greenland-part-1_en.zip", PLAN, "C(2026)2542"),
        ("mip-2021-c2021-9376-mali-annex_fr.pdf", PROGRAMME, "C(2021)9376"),
        ("AAP_2024_C_2024_5405_Niger.ZIP", PLAN, "C(2024)5405"),
        ("map-2022-2024-c2022-7453-chad_en.zip", "Multiannual action plan", "C(2022)7453"),
        ("sm-2023-c(2023) 812-syria_en.pdf", "Special measure", "C(2023)812"),
    ],
)
def test_a_name_tells_class_and_decision(name: str, kind: str, reference: str) -> None:
    assert read_name(name) == DecisionFile(kind=kind, reference=reference)


@pytest.mark.parametrize(
    "name",
    ["C_2025_5935_F1_ANNEX_I.PDF", "im-portrait.pdf", "aap-2024-niger_en.zip", "map.pdf", "-", ""],
)
def test_other_names_tell_nothing(name: str) -> None:
    assert read_name(name) is None


def test_the_name_is_that_of_the_parameter_else_of_the_path() -> None:
    assert file_name_of("https://x.eu/document/download/1_en?filename=aap-1.zip&a=b") == "aap-1.zip"
    assert file_name_of("https://x.eu/system/files/2024-01/aap%202.zip") == "aap 2.zip"
    assert file_name_of("https://x.eu/") == ""


@given(st.text(max_size=80))
def test_no_name_breaks_the_reader(name: str) -> None:
    for text in (name, f"aap-{name}", f"mip-2021-c2021-{name}"):
        found = read_name(text)
        assert found is None or found.reference.startswith(("C(", "T05-"))


@pytest.mark.parametrize("href", ["http://[x.pdf", "//[::1/x.pdf", "http://a:b/x.pdf", "\x00//["])
def test_a_broken_link_costs_no_page(href: str) -> None:
    title = f'<div class="ecl-content-block__title"><a href="{href}">Broken</a></div>'
    good = title.replace(href, "/publications/good_en").replace("Broken", "Good")
    items = "".join(f'<article class="ecl-content-item">{each}</article>' for each in (title, good))
    pager = f'<li class="ecl-pagination__item--next"><a href="{href}">Next</a></li>'
    found = parse_list(f"<main>{items}{pager}</main>".encode(), "https://x.eu/publications_en")
    assert [row.title for row in found.rows][-1] == "Good"
    block = f'<div class="ecl-file"><a href="{href}">B</a></div><a href="/a.pdf">A</a>'
    landing = parse_landing(f"<main><h1>T</h1>{block}</main>".encode(), "https://x.eu/p_en")
    assert (landing.title, landing.files[-1].url) == ("T", "https://x.eu/a.pdf")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "replica"


@pytest.fixture(scope="module")
def first(crawls: Crawls) -> Crawled:
    crawls.replica.requests.clear()
    return crawls("intpa")


@pytest.fixture(scope="module")
def asked(first: Crawled, replica: Replica) -> list[str]:
    return [request.path for request in replica.requests.of("intpa")]


def test_the_first_night_finds_every_page_and_file(
    first: Crawled, replica: Replica, folder: Path
) -> None:
    lines = first.fetched("intpa", "fetched")
    assert sorted(x.document_key for x in lines) == sorted(table_of(replica, "intpa", folder)[1])
    assert first.issues("intpa") == MISSING
    run = first.runs()["intpa"]
    assert (run.state, run.listed, run.confirmed) == ("ok", len(lines), len(lines))


def test_nothing_is_asked_twice(asked: list[str]) -> None:
    assert Counter(asked).most_common(1)[0][1] == 1


def test_a_bundle_that_only_a_country_page_links(first: Crawled, replica: Replica) -> None:
    bundle = next(p for p in PUBLICATIONS if p.country == "Mauritania")
    line = next(x for x in first.fetched("intpa") if x.document_key == bundle.downloads[0].key)
    assert line.landing_url == f"{replica.base_urls['intpa']}/countries/mauritania_en"
    assert (line.kind, line.reference) == (PLAN, "C(2022)98204")
    assert (line.media_type, line.language) == ("application/zip", "fr")
    assert line.name == bundle.downloads[0].filename


def test_kind_and_reference_of_files_and_pages(first: Crawled) -> None:
    lines = {line.document_key: line for line in first.fetched("intpa", "fetched")}
    mali = next(p for p in PUBLICATIONS if p.country == "Mali")
    line = lines[mali.downloads[0].key]
    assert (line.kind, line.reference, line.language) == (PROGRAMME, "C(2021)99376", "fr")
    assert line.published == mali.published.isoformat()
    kinds = Counter(x.kind for key, x in lines.items() if key.startswith("url:"))
    assert (kinds["Country"], kinds["Story"]) == (len({p.country for p in PUBLICATIONS}), 2)


def test_story_cards_have_no_date_and_their_pages_do(first: Crawled, replica: Replica) -> None:
    url = replica.base_urls["intpa"] + STORIES
    stories = [x for x in first.fetched("intpa") if x.url.startswith(url.removesuffix("_en"))]
    assert {line.published for line in stories} == {"2025-02-11", "2024-10-03"}
    for line in stories:
        card = (
            f'<article class="ecl-card"><div class="ecl-content-block__title"><a href="{line.url}">'
        )
        row = parse_list(f"<main>{card}T</a></div></article></main>".encode(), url).rows[0]
        assert (row.url, row.title, row.published) == (line.url, "T", None)


def test_a_quiet_night_asks_for_little(
    first: Crawled, asked: list[str], crawls: Crawls, replica: Replica
) -> None:
    assert asked
    replica.requests.clear()
    night = crawls(
        "intpa",
        known=first.known(),
        walked={"intpa": "2030-01-01T00:00:00+00:00"},
        now="2030-01-02T00:00:00+00:00",
        recheck_before="2000-01-01T00:00:00Z",
    )
    assert night.runs()["intpa"].state == "nothing_new"
    assert len(replica.requests.of("intpa")) <= len(asked) / 5


def test_the_source_goes_on_without_its_publications(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("intpa", LIST, faults.status(404))
    night = crawls("intpa")
    assert night.runs()["intpa"].state == "ok"
    assert night.issues("intpa") == Counter({"list_missing": 2})
    files = {x.document_key for x in night.fetched("intpa") if x.document_key.startswith("europa:")}
    # the country pages link every publication
    assert files == {d.key for p in PUBLICATIONS for d in p.downloads}


def test_the_source_ends_where_no_list_can_be_had(healthy: Replica, crawls: Crawls) -> None:
    for path in (LIST, COUNTRIES, STORIES, "/publications-library_en"):
        healthy.faults.set("intpa", path, faults.status(404))
    night = crawls("intpa")
    run = night.runs()["intpa"]
    assert run.state == "unreachable"
    assert run.detail.startswith("None of the lists could be had:")
    assert night.issues("intpa") == Counter({"list_missing": 4})
    assert night.fetched("intpa") == []


def test_robots_that_forbid_all_lists_end_the_source(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("intpa", "/robots.txt", faults.disallow_all())
    night = crawls("intpa")
    assert night.runs()["intpa"].state == "refused"
    assert night.issues("intpa") == Counter({"robots_forbidden": 4})


def test_a_list_that_repeats_itself_is_left(healthy: Replica, crawls: Crawls) -> None:
    healthy.faults.set("intpa", LIST, faults.stuck_paging())
    night = crawls("intpa")
    assert night.issues("intpa")["list_repeats"] == 1
    pages = [r for r in healthy.requests.of("intpa") if r.path.startswith(LIST)]
    assert len(pages) == 5  # a page that shows nothing new may stand between others that do


def test_changed_markup_is_said(healthy: Replica, crawls: Crawls) -> None:
    changed = faults.replaced(b"<html><main><h2>Welcome</h2><p>We have moved.</p></main></html>")
    for path in (LIST, COUNTRIES):
        healthy.faults.set("intpa", path, changed)
    night = crawls("intpa")
    assert night.runs()["intpa"].state == "parser_found_nothing"
    assert night.issues("intpa")["parser_found_nothing"] == 2
    assert len(night.fetched("intpa", "fetched")) == 2  # the stories
