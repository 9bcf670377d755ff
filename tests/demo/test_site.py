"""The Europa sites: lists and their pagers, pages, feeds, files, robots.txt, honest 404s."""

from __future__ import annotations

import hashlib
import re

import pytest
from lxml import etree, html

from demo.build import Site
from demo.world import download_path
from tests.demo.conftest import Answer, Ask


def _page(answer: Answer) -> html.HtmlElement:
    assert answer.status == 200
    return html.document_fromstring(answer.text)


def _strings(node: html.HtmlElement, path: str) -> list[str]:
    found = node.xpath(path)
    assert isinstance(found, list)
    return [str(item) for item in found]


def _item_links(page: html.HtmlElement) -> list[str]:
    return _strings(
        page,
        "//article[contains(@class, 'ecl-content-item')]"
        "//*[contains(@class, 'ecl-content-block__title')]//a/@href",
    )


def _walk(ask: Ask, site: str, start: str) -> list[list[str]]:
    pages, target = [], start
    while True:
        page = _page(ask(site, target))
        pages.append(_item_links(page))
        following = _strings(page, "//li[contains(@class, 'item--next')]/a/@href")
        if not following:
            return pages
        target = start + following[0]


@pytest.mark.parametrize(
    ("site", "start", "sizes"),
    [("eutf", "/our-programmes_en", [5, 3]), ("enlargement", "/library_en", [4, 4, 2])],
)
def test_lists_are_paged_from_zero(ask: Ask, site: str, start: str, sizes: list[int]) -> None:
    pages = _walk(ask, site, start)
    assert [len(page) for page in pages] == sizes
    assert len({link for page in pages for link in page}) == sum(sizes)
    assert ask(site, f"{start}?page=0").text == ask(site, start).text


def test_a_page_beyond_the_last_is_empty(ask: Ask) -> None:
    page = _page(ask("eutf", "/our-programmes_en?page=7"))
    assert _item_links(page) == []
    assert "No results" in page.text_content()


def test_variants_of_list_items(ask: Ask) -> None:
    body = "".join(ask("enlargement", f"/library_en?page={n}").text for n in range(3))
    assert '<li class="ecl-content-block__primary-meta-item">Annual action plan</li>' in body
    assert '<div class="ecl-content-block__primary-meta-item">27 Sept 2024</div>' in body
    assert re.search(
        r'href="http://127\.0\.0\.1:\d+/publications/[a-z0-9-]+_en\?prefLang=fr"', body
    )
    assert re.search(r'href="/document/download/[0-9a-f-]{36}_en\?filename=annex-3-armenia', body)


def test_every_file_is_reached_from_the_list_and_served(built: Site, ask: Ask) -> None:
    reached = set()
    for site, start in (("eutf", "/our-programmes_en"), ("enlargement", "/library_en")):
        for link in {link for page in _walk(ask, site, start) for link in page}:
            path = re.sub(r"^http://[^/]+", "", link)
            if path.startswith("/document/"):
                reached.add(path)
            else:
                links = _strings(_page(ask(site, path)), "//main//a/@href")
                reached |= {href for href in links if href.startswith("/document/")}
    published = [*built.world.of_site("eutf"), *built.world.of_site("enlargement")]
    assert reached == {download_path(d) for p in published for d in p.downloads}


def test_a_file_comes_with_name_and_validators(built: Site, ask: Ask) -> None:
    download = built.world.publications[0].downloads[0]
    answer = ask("eutf", download_path(download))
    assert answer.status == 200
    assert answer.body.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="t05-eutf-noa-ly-91.pdf"'
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    assert answer.headers["last-modified"] == "Thu, 20 Jun 2019 12:00:00 GMT"
    assert ask("eutf", f"/document/download/{download.name}").body == answer.body


def test_a_file_of_one_site_is_not_on_the_other(built: Site, ask: Ask) -> None:
    download = built.world.publications[0].downloads[0]
    assert ask("enlargement", download_path(download)).status == 404


@pytest.mark.parametrize("condition", ["etag", "date"])
def test_conditional_requests(built: Site, ask: Ask, condition: str) -> None:
    target = download_path(built.world.publications[0].downloads[0])
    first = ask("eutf", target)
    headers = {
        "etag": {"If-None-Match": first.headers["etag"]},
        "date": {"If-Modified-Since": first.headers["last-modified"]},
    }[condition]
    again = ask("eutf", target, headers=headers)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"another"'},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Wed, 19 Jun 2019 12:00:00 GMT"},
        {"If-None-Match": '"another"', "If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"},
    ],
)
def test_stale_conditions_get_the_body(built: Site, ask: Ask, headers: dict[str, str]) -> None:
    target = download_path(built.world.publications[0].downloads[0])
    assert ask("eutf", target, headers=headers).status == 200


def test_lists_answer_304_too(ask: Ask) -> None:
    first = ask("eutf", "/our-programmes_en")
    again = ask("eutf", "/our-programmes_en", headers={"If-None-Match": first.headers["etag"]})
    assert again.status == 304


def test_programme_page(ask: Ask) -> None:
    path = "/our-programmes/maritime-surveillance-and-rescue-libya-second-phase_en"
    page = _page(ask("eutf", path))
    terms = _strings(page, "//dt[@class='ecl-description-list__term']/text()")
    said = _strings(page, "//dd[@class='ecl-description-list__definition']/text()")
    fields = dict(zip(terms, said, strict=True))
    assert fields["Reference"] == "T05-EUTF-NOA-LY-91"
    assert fields["EUTF contribution"] == "€42,223,927.00"


def test_publication_page_with_a_translation(ask: Ask) -> None:
    page = _page(ask("enlargement", "/publications/annual-action-plan-serbia-2022_en"))
    (block,) = page.xpath("//div[@class='ecl-file']")
    assert _strings(block, ".//div[@class='ecl-file__language']/text()") == ["English"]
    assert _strings(block, ".//*[@lang]/text()") == ["français"]
    links = _strings(block, ".//a/@href")
    assert [re.search(r"_([a-z]{2})\?", link)[1] for link in links] == ["en", "fr"]  # type: ignore[index]
    assert _strings(page, "//h2/@id") == ["details", "files"]


def test_ecl5_page(ask: Ask) -> None:
    page = _page(ask("enlargement", "/publications/annual-action-plan-north-macedonia-2026_en"))
    label = _strings(page, "//a[contains(@class, 'ecl-file__download')]/span/text()")
    assert len(label) == 1
    assert re.fullmatch(r"Download \(\d+\.\d\d KB - PDF\)", label[0])
    assert _strings(page, "//button[contains(@class, 'translation-toggle')]/text()") == ["English"]
    assert page.xpath("//div[@class='ecl-file__meta']") == []


def test_bundle_has_a_thumbnail_block(ask: Ask) -> None:
    page = _page(ask("enlargement", "/publications/annual-action-programme-moldova-2025_en"))
    assert _strings(page, "//*[@class='ecl-file__detail-meta-item']/text()") == ["3 JUNE 2025"]
    (link,) = _strings(page, "//a[contains(@class, 'ecl-file__download')]/@href")
    answer = ask("enlargement", link)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.body.startswith(b"PK")


def test_old_links_redirect_to_the_file(ask: Ask) -> None:
    page = _page(ask("enlargement", "/publications/annual-action-plan-albania-2024_en"))
    (old,) = _strings(page, "//main/descendant::a[starts-with(@href, '/system/files/')]/@href")
    answer = ask("enlargement", old)
    assert answer.status == 301
    assert re.search(r"/document/download/[0-9a-f-]{36}_en\?filename=", answer.headers["location"])


def test_feed_is_the_twin_of_the_list(ask: Ask) -> None:
    answer = ask("enlargement", "/node/3436/rss_en")
    assert answer.headers["content-type"].startswith("application/rss+xml")
    items = etree.fromstring(answer.body).findall(".//item")
    assert len(items) == 10
    assert items[0].findtext("title") == "Annual action plan for North Macedonia 2026"
    assert items[0].findtext("pubDate") == "Thu, 20 Aug 2026 12:00:00 GMT"
    node = items[0].findtext("{http://www.w3.org/2005/Atom}id")
    assert node is not None
    assert node.endswith("/node/2104")


def test_country_page_and_facet(ask: Ask) -> None:
    page = _page(ask("eutf", "/where-we-work/regions-countries/north-africa/libya_en"))
    assert "1 programme" in page.text_content()
    assert len(_item_links(page)) == 1
    chosen = _page(ask("enlargement", "/library_en?f%5B0%5D=country_country%3ATUN"))
    assert _item_links(chosen) == ["/publications/programme-d-action-annuel-tunisie-2023_en"]


@pytest.mark.parametrize("site", ["eutf", "enlargement", "ted"])
def test_robots(ask: Ask, site: str) -> None:
    text = ask(site, "/robots.txt").text
    assert "User-agent: *" in text
    assert "Disallow: /admin/" in text
    assert "Disallow: /search/" in text


@pytest.mark.parametrize(
    ("site", "path"),
    [
        ("eutf", "/nothing_en"),
        ("eutf", "/document/download/00000000-0000-4000-8000-000000000000_en"),
        ("enlargement", "/our-programmes_en"),
        ("enlargement", "/publications/annex-3-armenia-2022_en"),
        ("ted", "/en/notice/1-2020/xml"),
    ],
)
def test_honest_404(ask: Ask, site: str, path: str) -> None:
    assert ask(site, path).status == 404


def test_head_has_no_body(ask: Ask) -> None:
    answer = ask("eutf", "/our-programmes_en", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


def test_posting_to_a_page_is_refused(ask: Ask) -> None:
    assert ask("eutf", "/our-programmes_en", method="POST", body=b"x").status == 405
