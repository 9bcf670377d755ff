"""Documents that try to steer the pages that show them: all of it is shown as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from lxml import html

from core.records import Cell, Mention, Table
from core.settings import Settings
from review.reading import marked, page_address, plain_title, web_link
from store.linkage import refresh_pairs
from store.readings import save_reading
from tests.builders import (
    House,
    amount,
    document,
    evidence,
    key_of,
    open_house,
    page,
    proposal,
    tagging,
)
from tests.review.conftest import serving

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'><b>"
TURNED = "\u202eevil\u202c \u2067right\u2069 \u05d0\u05d1\u05d2"
ASTRAL = "\U0001f6a4\U0001d4d1"
SQL = "'; DROP TABLE entries; --"
LONG = "long" * 2_500
HOSTILE = f"{SCRIPT} {TURNED} {ASTRAL} {SQL} {{{{ 7 * 7 }}}} {LONG}"
KEY = "url:https://a.example/<script>?x=1&y=\"'/../ %2F"
TEXT = f"{ASTRAL} Delivery of 12 {SCRIPT} to the {ASTRAL} police & <guard> worth EUR 500."
GOODS, TAKER = f"12 {SCRIPT}", f"{ASTRAL} police & <guard>"

made = proposal(
    TEXT, GOODS, amount=amount(TEXT, "EUR 500", "500"),
    recipient=evidence(TEXT, TAKER), supplier=evidence(TEXT, SCRIPT),
)  # fmt: skip
ENTRY = key_of(KEY, made)


def parsed(text: str) -> Any:
    """Return a page as a tree; its queries give elements or texts."""
    return html.fromstring(text)


def fill(house: House) -> None:
    """Take in a document whose title, key, text, table and headers are hostile, in two versions."""
    start = TEXT.index(TAKER)
    cells = ((Cell(SCRIPT), Cell(LONG)), (Cell(TURNED), Cell("1")))
    table = Table(page=1, number=1, rows=cells, header=(SCRIPT, LONG), header_rows=1,
                  caption=HOSTILE, notes=(SCRIPT,))  # fmt: skip
    mention = Mention(page=1, start=start, end=start + len(TAKER), label="RECIPIENT", raw=TAKER)
    for data, text in ((b"evil one", TEXT), (b"evil two", f"{TEXT} {SCRIPT} {HOSTILE}")):
        house.take(KEY, data, title=HOSTILE, reference=SCRIPT, url="javascript:alert(1)",
                   final_url="javascript:alert(1)", headers={"x-evil": SCRIPT})  # fmt: skip
        pages = (page(text, 1, width=0.0, height=0.0, words=(), method="rendered"), page(text, 2))
        read = document(data, pages=pages, tables=(table,), title=HOSTILE, kind=SCRIPT[:40])
        save_reading(house.store, read, tagging(made, mentions=[mention]))
    other = "url:other"
    house.take(other, b"evil three", title=SCRIPT)
    save_reading(house.store, document(b"evil three", TEXT), tagging(made))
    house.decide(key_of(other, made), "correct", made, {"recipient": HOSTILE[:900]})
    refresh_pairs(house.store)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    house = open_house(tmp_path_factory.mktemp("hostile"))
    fill(house)
    with serving(Settings(output=house.folder, workers=1)) as web, web.client("Ana") as client:
        yield client
    house.store.close()


PATH = f"/document/{quote(KEY, safe=':')}"
PATHS = (
    PATH,
    f"{PATH}/version/1",
    f"{PATH}/version/2/page/2",
    f"{PATH}/version/2/page/2?as=text",
    f"{PATH}/diff",
    f"/entry/{ENTRY}",
    f"/recipient/{quote(TAKER, safe='')}",
    f"/supplier/{quote(SCRIPT, safe='')}",
    f"/search?q={quote(SCRIPT)}",
    "/search?q=police",
    f"/search?q={quote(HOSTILE[:3000])}&off={quote(SCRIPT)}&fund={quote(SCRIPT)}",
    f"/search/terms?terms={quote(SCRIPT)}%0A{quote(TURNED)}",
    "/",
)


@pytest.mark.parametrize("path", PATHS)
def test_what_documents_say_is_shown_as_text(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:2000]
    tree = parsed(answer.text)
    assert [one.get("src") for one in tree.xpath("//script")] == []
    assert tree.xpath("//@onerror | //@onload | //@style | //style | //img | //b") == []
    for link in tree.xpath("//a/@href | //form/@action"):
        assert link.startswith(("/", "#", "http://", "https://")), link
    assert "49" not in "".join(tree.xpath("//h1//text()"))
    for title in tree.xpath("//title/text() | //h1//text()"):
        assert len(title) < 400


def test_a_title_that_turns_directions_is_kept_apart(client: httpx.Client) -> None:
    answer = client.get(PATH)
    tree = parsed(answer.text)
    assert "\u202e" not in tree.findtext(".//title", "")
    (heading,) = tree.xpath("//h1")
    assert heading.get("dir") == "auto"
    assert "title" in heading.get("class").split()  # which the style sheet isolates
    assert heading.text_content().strip().startswith("<script>alert")


@pytest.mark.parametrize("page_number", [1, 2])
@pytest.mark.parametrize("as_text", ["", "&as=text"])
def test_a_span_behind_astral_letters_is_marked_in_place(
    client: httpx.Client, page_number: int, as_text: str
) -> None:
    start = TEXT.index(TAKER)
    asked = f"{PATH}/version/1/page/{page_number}?start={start}&end={start + len(TAKER)}{as_text}"
    tree = parsed(client.get(asked).text)
    marks = tree.xpath("//*[@id='mark']")
    assert len(marks) == 1
    if page_number == 2 and not as_text:
        assert marks[0].tag == "rect"
        words = {word.get("data-s"): word.text for word in tree.xpath("//*[@data-s]")}
        first = words[str(start)]
        assert first == ASTRAL
        # the box begins where the word's own box does: six points for each letter
        assert float(marks[0].get("x")) == pytest.approx(50 + 6 * start - 2)
    else:
        lit = "".join(tree.xpath("//mark[contains(@class, 'mark-hit')]//text()"))
        assert lit == TAKER


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start=5&end=4", 200),
        ("start=-1&end=4", 200),
        ("start=999999999&end=9999999999", 200),
        ("start=x", 400),
        ("marks=EQUIPMENT.nonsense", 200),
    ],
)
def test_addresses_that_make_no_sense_are_answered(
    client: httpx.Client, query: str, status: int
) -> None:
    answer = client.get(f"{PATH}/version/1/page/2?{query}")
    assert answer.status_code == status
    assert 'id="mark"' not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"{PATH}/version/9", f"{PATH}/version/1/page/9", "/document/nothing", "/entry/nothing",
        "/recipient/nobody", "/watches/none/feed.atom", f"{PATH}/version/999999/page/999999",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "query", ["page=99", "page=x", "min=abc", "min=nan", "state=odd", "since=soon", "max=-1"]
)
def test_filters_that_cannot_be_are_said_in_a_sentence(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/search?q=boats&{query}")
    assert answer.status_code == 400
    assert "--" not in parsed(answer.text).findtext(".//p[@role='alert']", "")


def test_snippets_keep_their_marks_and_nothing_else() -> None:
    assert marked("a <i> \x02b&c\x03 \x02d") == "a &lt;i&gt; <mark>b&amp;c</mark> <mark>d</mark>"
    assert marked("\x03x\x02\x02y\x03\x03") == "x<mark>y</mark>"


def test_links_lead_to_the_web_alone() -> None:
    assert web_link("https://a.example/x") == "https://a.example/x"
    for url in ("javascript:alert(1)", "file:///etc/passwd", "//a.example", "https://[", None, ""):
        assert web_link(url) == ""


def test_stable_addresses_hold_any_key() -> None:
    assert page_address("url:https://a.b/c d", 2, 3) == (
        "/document/url:https:%2F%2Fa.b%2Fc%20d/version/2/page/3"
    )
    assert plain_title("a\u202eb\x00\n", "key") == "ab"
    assert plain_title("\u202e", "key") == "key"


def test_no_script_of_a_document_could_run(client: httpx.Client) -> None:
    policy = client.get(PATH).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
