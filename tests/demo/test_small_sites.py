"""The register, single addresses and International Partnerships, as their clients see them."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from core.keys import url_key
from demo.addresses import address_list, load_pages
from demo.build import Site
from demo.frontex import DIALOG, load_posts, register_truth
from demo.intpa import COUNTRIES, STORIES
from demo.nights import Table, expected
from demo.server import Replica
from demo.world import NIGHTS
from tests.demo.conftest import Ask

SITES = ("frontex", "intpa", "addresses")
LISTING = "/?form-fields%5Bdocument-tag%5D%5B0%5D=409&form-fields%5Bpaged%5D="


@pytest.fixture(scope="module")
def table(built: Site, site_folder: Path) -> dict[int, Table]:
    bases = {name: f"http://127.0.0.1:{9000 + n}" for n, name in enumerate(SITES)}
    return expected(bases, site_folder)


@pytest.mark.parametrize("site", SITES)
def test_what_each_night_brings(table: dict[int, Table], site: str) -> None:
    """One new document and what leads to it, one replaced silently, one gone, and back again."""
    outcomes = {
        night: {
            key: each for key, each in table[night][site].items() if each.outcome != "unchanged"
        }
        for night in NIGHTS
    }
    assert {each.outcome for each in outcomes[1].values()} == {"new"}
    new = [key for key, each in outcomes[2].items() if each.outcome == "new"]
    assert len([key for key in new if not is_page(key)]) == 1
    (replaced,) = outcomes[3].values()
    assert (replaced.outcome, replaced.change) == ("changed", "replaced")
    assert {each.outcome for each in outcomes[4].values()} == {"gone"}
    assert {each.outcome for each in outcomes[5].values()} == {"returned"}
    assert set(outcomes[4]) == set(outcomes[5])


def is_page(key: str) -> bool:
    return key.endswith("/entry") or (key.startswith("url:") and not key.endswith(".pdf"))


def test_pages_zero_and_one_of_the_register_are_the_same(ask: Ask) -> None:
    pages = [ask("frontex", f"{LISTING}{number}").text for number in range(4)]
    assert pages[0] == pages[1]
    shown = [re.findall(r"document-post-id=(\d+)", text) for text in pages[1:]]
    followed = [str(p.number) for p in load_posts(1) if 409 in p.tags]
    assert sorted(shown[0] + shown[1]) == sorted(followed)
    assert shown[2] == []
    assert "No documents match" in ask("frontex", LISTING.replace("409", "998") + "0").text


def test_a_dialog_needs_both_numbers(ask: Ask) -> None:
    post = next(post for post in load_posts(1) if len(post.files) == 2)
    answer = ask("frontex", post.dialog)
    assert answer.status == 200
    assert post.title in answer.text
    assert f"{post.published:%d.%m.%Y}" in answer.text
    for wrong in ("?card-post-id=1&document-post-id=40117", "?card-post-id=2722", ""):
        assert ask("frontex", DIALOG + wrong).status == 404
    assert ask("frontex", post.permalink).status == 200


def test_files_of_the_register(ask: Ask, replica: Replica) -> None:
    for post in load_posts(1):
        links = re.findall(r'<option value="(http[^"]+)"', ask("frontex", post.dialog).text)
        assert len(links) == len(post.files)
        for link, (_, file) in zip(links, post.files, strict=True):
            answer = ask("frontex", link.removeprefix(replica.base_urls["frontex"]))
            if file.kind == "zip":
                members = zipfile.ZipFile(io.BytesIO(answer.body)).namelist()
                assert members == [name for name, _ in file.papers]
            else:
                assert answer.body.startswith(b"%PDF-")


def test_truth_of_the_register(built: Site) -> None:
    found = register_truth(1)
    keys = Counter(record["key"] for record in found["documents"])
    assert keys["frontex:40233/sir-93233-2023-annexes.zip"] == 3  # the archive and its two files
    assert "frontex:39990" not in keys  # nothing leads to it
    boats = [e for e in found["entries"] if e["document_key"] == "frontex:40290"]
    assert [(e["equipment"], e["quantity"], e["amount"], e["page"]) for e in boats] == [
        ("véhicules tout-terrain", 12, "540000", 1)
    ]
    assert {e["document_key"] for e in found["entries"]} <= set(keys)


def test_country_pages_link_what_the_list_has_not(built: Site, ask: Ask) -> None:
    bundle = next(p for p in built.world.of_site("intpa") if p.markup == "C")
    lists = "".join(ask("intpa", f"/publications_en?page={n}").text for n in range(5))
    assert bundle.title not in lists
    assert "/countries/mauritania_en" in ask("intpa", COUNTRIES).text
    links = re.findall(r'href="(/document/[^"]+)"', ask("intpa", "/countries/mauritania_en").text)
    assert [url_key(f"http://x{link}") for link in links] == [bundle.downloads[0].key]
    assert ask("intpa", "/publications-library_en").status == 404


def test_story_cards_carry_no_date(ask: Ask) -> None:
    text = ask("intpa", STORIES).text
    links = re.findall(r'href="(/news-and-events/stories/[^"]+)"', text)
    assert len(links) == 2
    assert "<time" not in text
    assert "202" not in text.partition("<main")[2]
    assert "11 February 2025" in "".join(ask("intpa", link).text for link in links)


def test_every_address_of_the_list_is_there(ask: Ask, replica: Replica) -> None:
    base = replica.base_urls["addresses"]
    lines = [line for line in address_list(base).splitlines() if not line.startswith("#")]
    assert [line.split()[0] for line in lines] == [base + p.path for p in load_pages(1)]
    for line in lines:
        assert ask("addresses", line.split()[0].removeprefix(base)).status == 200
    assert sum("+files" in line for line in lines) == 1


def test_a_case_file_links_its_annexes(ask: Ask) -> None:
    page = next(p for p in load_pages(1) if p.style == "case")
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', ask("addresses", page.path).text)
    assert [title for _, title in links] == [file.title for _, file in page.files]
    for link, _ in links:
        assert ask("addresses", link).body.startswith(b"%PDF-")
    decision = next(p for p in load_pages(1) if p.style == "decision")
    assert "Decision on Friday | 28 November 2025" in ask("addresses", decision.path).text


@pytest.mark.parametrize("site", SITES)
def test_manners_of_the_sites(ask: Ask, site: str) -> None:
    assert ask(site, "/robots.txt").text.startswith(("User-agent", "#"))
    assert ask(site, "/nothing-here").status == 404
    assert ask(site, "/", method="POST").status == 405
