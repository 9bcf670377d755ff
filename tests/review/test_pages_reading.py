"""Reading pages: documents with their versions, entries, bodies, searches, watches, the front."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from lxml import html

from core.records import Cell, Mention, Proposal, Table
from core.settings import Settings
from store.linkage import refresh_pairs
from store.load import upsert_sources
from store.readings import save_reading
from tests.builders import (
    DAY,
    House,
    amount,
    document,
    evidence,
    key_of,
    open_house,
    proposal,
    source,
    tagging,
)
from tests.review.conftest import Web, serving

FIRST = "Delivery of 14 drones worth EUR 500 to the Coast Guard of Libya."
LATER = "Delivery of 12 drones worth EUR 500 to the Coast Guard of Libya."
OTHER = "Handover of 12 unmanned aerial vehicles worth EUR 500 to the Coast Guard of Libya."
SECOND = "A second page on patrol boats, whose masts are tall, and on boats and boats."
DOC, ZIP, MEMBER, KIN = "ted:1-2025", "url:zip", "url:zip/a.pdf", "url:kin"


def parsed(text: str) -> Any:
    """Return a page as a tree; its queries give elements or texts."""
    return html.fromstring(text)


def told(text: str, goods: str, number: int) -> Proposal:
    """Return a candidate entry: goods for the Coast Guard of Libya."""
    quantity = evidence(text, str(number), {"min": number, "max": number})
    recipient = evidence(text, "Coast Guard of Libya")
    return proposal(text, goods, quantity=quantity, amount=amount(text, "EUR 500", "500"),
                    recipient=recipient, recipient_country="LY", equipment_type="uav",
                    equipment_family="unmanned")  # fmt: skip


DRONES, LATER_DRONES = told(FIRST, "drones", 14), told(LATER, "drones", 12)
AIRCRAFT = told(OTHER, "unmanned aerial vehicles", 12)
ENTRY, TWIN = key_of(DOC, DRONES), key_of(KIN, AIRCRAFT)


def fill(house: House) -> None:
    """Take in a document of two versions, a ZIP with a member, and a paper on the same delivery."""
    upsert_sources(house.store, [source("register", title="The register")])
    cells = (
        (Cell("Item"), Cell("Number")),
        (Cell("drones"), Cell("12")),
        (Cell("All"), Cell("12")),
    )
    table = Table(page=1, number=1, rows=cells, header=("Item", "Number"), header_rows=1,
                  caption="What was delivered", totals=(2,))  # fmt: skip
    mention = Mention(page=1, start=15, end=21, label="EQUIPMENT", raw="drones")
    for day, (data, text, entry) in enumerate(
        ((b"one", FIRST, DRONES), (b"two", LATER, LATER_DRONES)), 1
    ):
        house.take(DOC, data, title="Delivery to Libya", published="2024-05-01", language="en",
                   fetched_at=DAY.format(day))  # fmt: skip
        read = document(data, text, SECOND, tables=(table,))
        save_reading(house.store, read, tagging(entry, mentions=[mention]))
    house.take(ZIP, b"zip", title="A bundle", source="register", media_type="application/zip")
    save_reading(house.store, document(b"zip", "", kind="zip"), tagging())
    house.take(MEMBER, b"member", title="A member", source="register", parent_key=ZIP)
    save_reading(house.store, document(b"member", "Nothing of note."), tagging())
    house.take(KIN, b"kin", title="Handover", published="2024-06-01", language="en")
    save_reading(house.store, document(b"kin", OTHER), tagging(AIRCRAFT))
    refresh_pairs(house.store)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    house = open_house(tmp_path_factory.mktemp("reading"))
    fill(house)
    with serving(Settings(output=house.folder, workers=1)) as running:
        yield running
    house.store.close()


@pytest.fixture(scope="module")
def client(web: Web) -> Iterator[httpx.Client]:
    with web.client("Ana") as signed_in:
        yield signed_in


def tree(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return parsed(answer.text)


def words(found: Any, where: str = ".") -> str:
    return " ".join(" ".join(one.text_content().split()) for one in found.xpath(where))


def test_a_document_shows_its_newest_version_and_where_it_comes_from(client: httpx.Client) -> None:
    page = tree(client, f"/document/{DOC}")
    assert words(page, "//h1") == "Delivery to Libya"
    assert "version 2 of 2" in words(page, "//p[@class='meta']")
    assert words(page, "//h2[@id='page']") == "Page 1 of 2"
    origin = words(page, "//section[@aria-labelledby='origin']")
    for told in ("The ministry", "CC BY 4.0", DOC, "application/pdf", "https://ministry.example/"):
        assert told in origin
    (sha256,) = page.xpath("//a[@download]/@href")
    assert sha256.removeprefix("/file/") in origin
    citation = words(page, "//textarea[@id='citation']")
    assert "“Delivery to Libya”" in citation
    assert sha256.removeprefix("/file/") in citation


def test_pages_are_walked_by_number_and_by_the_next_one(client: httpx.Client) -> None:
    page = tree(client, f"/document/{DOC}")
    (following,) = page.xpath("//a[@rel='next']/@href")
    assert following == f"/document/{DOC}/version/2/page/2"
    page = tree(client, following)
    assert page.xpath("//a[@rel='next']") == []
    (before,) = page.xpath("//a[@rel='prev']/@href")
    assert before == f"/document/{DOC}/version/2/page/1"
    assert "masts" in words(tree(client, f"{following}?as=text"), "//div[contains(@class,'sheet')]")


def test_tables_of_a_page_are_tables(client: httpx.Client) -> None:
    page = tree(client, f"/document/{DOC}/version/1/page/1")
    (table,) = page.xpath("//table[caption[contains(., 'What was delivered')]]")
    assert [cell.text_content() for cell in table.xpath(".//th[@scope='col']")] == [
        "Item",
        "Number",
    ]
    assert words(table, ".//tr[@class='total']") == "All12"


def test_marks_are_switched_by_links(client: httpx.Client) -> None:
    path = f"/document/{DOC}/version/2/page/1"
    page = tree(client, f"{path}?as=text")
    assert words(page, "//mark[contains(@class, 'mark-EQUIPMENT')]") == "drones"
    (off,) = page.xpath("//a[contains(@class, 'key-EQUIPMENT')]/@href")
    page = tree(client, off)
    assert page.xpath("//mark[contains(@class, 'mark-EQUIPMENT')]") == []
    assert page.xpath("//mark[contains(@class, 'mark-entry')]")
    (on,) = page.xpath("//a[contains(@class, 'key-EQUIPMENT')]/@href")
    assert tree(client, on).xpath("//mark[contains(@class, 'mark-EQUIPMENT')]")
    assert not tree(client, f"{path}?marks=none&as=text").xpath("//mark")


def test_versions_tell_what_changed_and_lead_to_the_words(client: httpx.Client) -> None:
    page = tree(client, f"/document/{DOC}/version/1")
    assert "This is version 1" in words(page, "//p[@class='notice']")
    (link,) = page.xpath("//a[contains(., 'word by word')]/@href")
    changed = tree(client, link)
    assert (words(changed, "//p[@class='operation']/del"), words(changed, "//ins[1]")) == (
        "14", "underlined 12",
    )  # fmt: skip
    assert "masts" not in words(changed, "//main")
    answer = client.get(f"/document/{DOC}/diff?before=2&after=1")
    assert answer.status_code == 400
    assert client.get(f"/document/{DOC}/diff?before=x").status_code == 400


def test_what_lies_inside_a_file_and_around_it(client: httpx.Client) -> None:
    (inside,) = tree(client, "/document/url:zip").xpath("//section[@aria-labelledby='inside']//a")
    assert inside.get("href") == "/document/url:zip%2Fa.pdf"
    member = tree(client, inside.get("href"))
    assert words(member, "//p[contains(@class, 'crumb')]") == "Inside A bundle"


def test_an_entry_leads_to_the_words_that_it_rests_on(client: httpx.Client) -> None:
    page = tree(client, f"/entry/{ENTRY}")
    assert words(page, "//h1") == "12 × drones"
    row = page.xpath("//tr[th[@scope='row' and contains(., 'Quantity')]]")[0]
    (link,) = row.xpath(".//a/@href")
    assert link == f"/document/{DOC}/version/2/page/1?start=12&end=14#mark"
    assert words(row, ".//q") == "12"
    assert "nobody has reviewed it yet" in words(page, "//p[@class='notice']")
    assert page.xpath(f"//a[@href='/review/entry/{ENTRY}']")
    assert "LY" not in words(page, "//table")
    assert "Libya" in words(page, "//table")


def test_pairs_are_settled_by_reviewers(client: httpx.Client, web: Web) -> None:
    page = tree(client, f"/entry/{ENTRY}")
    (form,) = page.xpath("//section[@aria-labelledby='pairs']//form")
    fields = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
    assert fields["other"] == TWIN
    answer = client.post(form.get("action"), data={**fields, "verdict": "same"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/entry/{ENTRY}#pairs")
    said = web.rows("SELECT first, second, reviewer, verdict FROM pair_decisions")
    assert said == [(*sorted((ENTRY, TWIN)), "Ana", "same")]
    page = tree(client, f"/entry/{TWIN}")
    assert "The same delivery, said Ana" in words(page, "//section[@aria-labelledby='pairs']")
    party = tree(client, "/recipient/Coast%20Guard%20of%20Libya")
    assert "1 amount of 2 entries" in words(party, "//table[@class='years']")
    client.post(form.get("action"), data={**fields, "verdict": "undo"})
    assert client.post(form.get("action"), data={**fields, "verdict": "odd"}).status_code == 400
    party = tree(client, "/recipient/Coast%20Guard%20of%20Libya")
    assert "2 amounts of 2 entries" in words(party, "//table[@class='years']")
    assert "1 pair of entries may tell of the same delivery" in words(party, "//main")


def test_a_body_has_its_years_and_entries(client: httpx.Client) -> None:
    page = tree(client, "/recipient/Coast%20Guard%20of%20Libya")
    assert "Libya: 2 entries" in words(page, "//h2")
    years = words(page, "//table[@class='years']/tbody")
    assert years.startswith("2024")
    keys = page.xpath("//table[@class='entries']//a[starts-with(@href, '/entry/')]/@href")
    assert {f"/entry/{ENTRY}", f"/entry/{TWIN}"} <= set(keys)


def test_other_names_are_chips_that_are_switched(client: httpx.Client) -> None:
    page = tree(client, "/search?q=drone")
    titles = words(page, "//ol[@class='results']//h3")
    assert "Delivery to Libya" in titles
    assert "Handover" in titles
    chip = page.xpath("//span[contains(@class, 'chip')][bdi = 'unmanned aerial vehicles']/a")[0]
    assert chip.get("aria-label") == "Leave out: unmanned aerial vehicles"
    without = tree(client, chip.get("href"))
    assert "Handover" not in words(without, "//ol[@class='results']//h3")
    (back,) = without.xpath("//span[contains(@class, 'chip off')]/a/@href")
    assert "Handover" in words(tree(client, back), "//ol[@class='results']//h3")
    exact = tree(client, "/search?q=drone&exact=1")
    assert "Nothing was found" in words(exact, "//main")
    assert "Searched exactly as written" in words(exact, "//main")


def test_hits_have_their_page_their_marks_and_their_entries(client: httpx.Client) -> None:
    page = tree(client, "/search?q=patrol+boats")
    (hit,) = page.xpath("//div[@class='hit']")
    (link,) = hit.xpath("./a/@href")
    assert link == f"/document/{DOC}/version/2/page/2?q=patrol+boats"
    lit = tree(client, f"{link}&as=text")
    assert words(lit, "//mark[contains(@class, 'mark-found')]") == "patrol boats boats boats"
    assert "3 places on this page" in words(lit, "//aside")
    assert tree(client, link).xpath("//*[name()='rect' and contains(@class, 'mark-found')]")
    assert words(hit, ".//mark") == "patrol boats boats boats"
    page = tree(client, "/search?q=drones")
    assert page.xpath(f"//div[@class='hit']//a[@href='/entry/{ENTRY}']")
    assert "500 EUR" in words(page, "//div[@class='hit']")


def test_facets_count_all_hits_and_narrow(client: httpx.Client) -> None:
    page = tree(client, "/search?q=Libya")
    facets = page.xpath("//aside")[0]
    assert "The ministry2" in words(facets, ".//ul[@class='facet']/li")
    country = facets.xpath(".//a[contains(@href, 'country=LY')]")[0]
    narrowed = tree(client, country.get("href"))
    assert narrowed.xpath("//aside//a[@aria-current='true']")
    year = facets.xpath(".//a[contains(., '2024')]/@href")[0]
    assert "since=2024&until=2024" in year
    assert "Delivery to Libya" in words(tree(client, year), "//ol[@class='results']")
    nothing = tree(client, "/search?q=Libya&since=2025")
    assert "Nothing was found" in words(nothing, "//main")


def test_nothing_found_says_what_was_covered_and_what_is_near(client: httpx.Client) -> None:
    page = tree(client, "/search?q=deliverry")
    near = page.xpath("//a[. = 'delivery']/@href")
    assert near
    assert "Delivery to Libya" in words(tree(client, near[0]), "//ol[@class='results']")
    covered = words(page, "//section[@aria-labelledby='nothing']//table")
    assert "The ministry23" in covered
    broken = words(tree(client, '/search?q="drones+(Libya'), "//p[@class='notice']")
    assert "syntax was broken" in broken


def test_a_list_of_terms_is_counted(client: httpx.Client) -> None:
    page = tree(client, "/search/terms?terms=drones%0A%23+a+comment%0A%0Azeppelin")
    rows = [words(row, ".//td") for row in page.xpath("//table[.//th = 'Term']/tbody/tr")]
    assert [row.split()[0] for row in rows] == ["drones", "zeppelin"]
    assert rows[1].split()[1:4] == ["0", "0", "0"]
    many = "%0A".join(f"term{n}" for n in range(203))
    page = tree(client, f"/search/terms?terms={many}")
    assert "3 terms more" in words(page, "//p[@class='notice']")


def test_watches_are_kept_listed_and_removed(client: httpx.Client, web: Web) -> None:
    asked = {"name": "libya-boats", "q": "patrol boat", "source": "register", "exact": "1"}
    assert client.post("/watches/add", data=asked).headers["location"] == "/watches"
    page = tree(client, "/watches")
    card = words(page, "//article")
    assert "patrol boat" in card
    assert "source register" in card
    assert page.xpath("//article//a[starts-with(@href, '/search?q=patrol+boat')]")
    assert client.post("/watches/add", data=asked).status_code == 400  # taken
    assert client.get("/watches/libya-boats/feed.atom").status_code == 404  # not written yet
    feeds = web.settings.output / "feeds"
    feeds.mkdir(exist_ok=True)
    (feeds / "libya-boats.atom").write_text("<feed/>", encoding="utf-8")
    answer = client.get("/watches/Libya-boats/feed.atom")
    assert (answer.status_code, answer.text) == (200, "<feed/>")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    client.post("/watches/remove", data={"name": "libya-boats"})
    assert web.rows("SELECT * FROM watches") == []
    assert client.post("/watches/remove", data={"name": "libya-boats"}).status_code == 404


def test_the_front_says_what_waits_and_how_the_sources_are(web: Web, client: httpx.Client) -> None:
    page = tree(client, "/")
    assert "2 entries wait for review" in words(page, "//main")
    sources = words(page, "//table[@class='sources']")
    assert "has not been crawled yet" in sources


def test_each_page_has_one_heading_a_title_and_labels(client: httpx.Client) -> None:
    paths = (
        "/",
        f"/document/{DOC}",
        f"/document/{DOC}/diff",
        f"/entry/{ENTRY}",
        "/watches",
        "/recipient/Coast%20Guard%20of%20Libya",
        "/search?q=drone",
        "/search/terms?terms=a",
    )
    for path in paths:
        page = tree(client, path)
        assert len(page.xpath("//h1")) == 1, path
        assert page.findtext(".//title", "").strip(), path
        for field in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            label = page.xpath(f"//label[@for='{field.get('id')}']")
            assert field.xpath("ancestor::label") or label, (path, html.tostring(field))
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        assert not page.xpath("//script[not(@src)] | //style | //@style"), path
