"""Marking text in a real browser: what is selected is what is stored, whatever stands before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

import extract
from core.settings import Settings
from store.readings import save_reading
from store.reviewing.panel import FieldPanel, panel
from tests.builders import House, key_of, open_house, proposal, sha, tagging
from tests.review.browser import chromium, window
from tests.review.conftest import Web, serving
from tests.store.papers import draw

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAPER = draw(["A page"])
HTML = (
    "<html><head><title>Boats</title></head><body><article><h1>\U0001f6a4 Support</h1>"
    "<p>\U0001f6a4\U0001f6f0 The Commission delivered 12 patrol boats to the Coast Guard of Libya"
    " for EUR 450 000 in 2021.</p></article></body></html>"
).encode()
TEXT = (
    "\U0001f6a4\U0001f6f0 Delivery of 4 patrol boats to the\n"
    "coast \U0001f6a4 guard of Malta and\n"
    "7 lorries for the police of Tunisia."
)
LONG = "<script>alert(1)</script>'; DROP TABLE entries; -- \u202e\u200f\U0001f6a4 & \""
HOSTILE_KEY = "url:<script>alert(3)</script>"
TITLE = LONG + "<img src=x onerror=alert(2)>" + "y" * 10_000
HOSTILE = f"{LONG}\n\U0001f6a4 supplies 4 {{{{boats}}}} <b>to</b> Malta\n{'z' * 10_000}\n"
_WIDER = "() => document.documentElement.scrollWidth - innerWidth"


def boats(text: str, words: str = "patrol boats") -> Any:
    """Return an entry about boats without more."""
    return proposal(text, words, score=0.4)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A store with a page of astral characters, a written page, and a hostile document."""
    made = open_house(tmp_path / "output")
    made.take("url:paper", PAPER, title="A paper")
    made.read(PAPER, TEXT, tagged=tagging(boats(TEXT)))
    read = extract.read(HTML, sha256=hashlib.sha256(HTML).hexdigest(), name="a.html").document
    made.take("url:html", HTML, media_type="text/html")
    save_reading(made.store, read, tagging(boats(read.pages[0].text)))
    hostile = draw(["Nothing"])
    made.take(HOSTILE_KEY, hostile, title=TITLE, name=f"{LONG[:60]}.pdf")
    made.read(hostile, HOSTILE, tagged=tagging(boats(HOSTILE, "{{boats}}")))
    yield made
    made.store.close()


@pytest.fixture
def web(house: House) -> Iterator[Web]:
    """The app over that store."""
    with serving(Settings(output=house.folder, workers=1)) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as running:
        yield running


def field(house: House, key: str, name: str) -> FieldPanel:
    """Return a field of an entry as it is stored."""
    return next(one for one in panel(house.store, key).fields if one.name == name)


def test_words_marked_on_the_picture_become_a_field(
    house: House, web: Web, browser: Browser
) -> None:
    key = key_of("url:paper", boats(TEXT))
    start = TEXT.index("coast")
    end = TEXT.index(" and")
    with window(browser, web, "ana") as ana:
        ana.goto(f"/review/entry/{key}")
        ana.answered()
        ana.mark_words(start, end)
        ana.page.locator("#use").get_by_role("button", name="Recipient").click()
        ana.says("recipient: coast")
        ana.press("a")
        ana.says(f"{key} corrected.")
    one = field(house, key, "recipient")
    assert (one.start, one.end, one.quote) == (start, end, TEXT[start:end])
    assert (one.by_reviewer, one.values["recipient_country"]) == (True, "MT")


def test_words_marked_in_a_written_page_become_a_field(
    house: House, web: Web, browser: Browser
) -> None:
    (text,) = web.rows("SELECT p.text FROM pages p WHERE p.text LIKE '%Commission%'")[0]
    assert isinstance(text, str)
    key = key_of("url:html", boats(text))
    with window(browser, web, "ana") as ana:
        ana.goto(f"/review/entry/{key}")
        ana.answered()
        for words, name in (("Coast Guard of Libya", "Recipient"), ("EUR 450 000", "Amount")):
            ana.mark_text(words)
            ana.page.locator("#use").get_by_role("button", name=name, exact=True).click()
            ana.says(words)
        ana.press("a")
        ana.says(f"{key} corrected.")
    for words, name in (("Coast Guard of Libya", "recipient"), ("EUR 450 000", "amount")):
        one = field(house, key, name)
        start = text.index(words)
        assert (one.start, one.end, one.quote) == (start, start + len(words), words)
    assert house.entry(key)["amount_min"] == "450000"


def test_an_entry_is_added_from_marked_words(house: House, web: Web, browser: Browser) -> None:
    with window(browser, web, "ana") as ana:
        ana.goto(f"/review/add/{sha(PAPER)}/1")
        for words, name in (("lorries", "Equipment"), ("7", "Quantity")):
            start = TEXT.index(words)
            ana.mark_words(start, start + len(words))
            ana.page.locator("#use").get_by_role("button", name=name, exact=True).click()
            ana.says(words)
        ana.page.get_by_role("button", name="Add the entry").click()
        ana.page.wait_for_url("**/review/entry/*")
        key = ana.key
    row = house.entry(key)
    assert (row["equipment"], row["quantity"]) == ("lorries", 7)
    assert row["state"] in ("accepted", "corrected")
    start = TEXT.index("lorries")
    one = field(house, key, "equipment")
    assert (one.start, one.end, one.by_reviewer) == (start, start + 7, True)
    assert web.rows("SELECT verdict FROM decisions WHERE entry_key = ?", key) == [("add",)]


def test_a_hostile_document_is_text_everywhere(house: House, web: Web, browser: Browser) -> None:
    key = key_of(HOSTILE_KEY, boats(HOSTILE, "{{boats}}"))
    document = quote(HOSTILE_KEY, safe=":")
    (content,) = web.rows("SELECT v.sha256 FROM versions v WHERE v.id = 3")[0]
    with window(browser, web, "ana") as ana:
        for path, tells in (
            (f"/review/entry/{key}", True),
            (f"/entry/{key}", True),
            (f"/document/{document}", True),
            (f"/document/{document}/version/1/page/1", True),
            ("/search?q=boats", True),
            ("/search?q=%3Cscript%3Ealert(4)%3C/script%3E", None),
            (f"/review/alike/{key}", False),
            (f"/review/add/{content}/1", True),
        ):
            ana.goto(path)
            assert ana.page.locator("script:not([src]), main img[onerror]").count() == 0, path
            assert ana.page.evaluate(_WIDER) == 0, path
            shown = ana.page.locator("main").inner_text()
            assert tells in (None, "<script>alert(1)" in shown), path
        ana.goto(f"/review/entry/{key}")
        ana.answered()
        at = HOSTILE.index("{{boats}}")
        mark = ana.page.locator(".mark-equipment").first.bounding_box()
        word = ana.page.locator(f".words text[data-s='{at}']").bounding_box()
        assert mark
        assert word
        assert abs(mark["x"] - word["x"]) < 4
        assert abs(mark["width"] - word["width"]) < 8
        start = HOSTILE.index("<b>to")
        ana.mark_words(start, HOSTILE.index("\nzzz"))
        ana.page.locator("#use").get_by_role("button", name="Recipient").click()
        ana.says("<b>to</b> Malta")
        ana.press("a")
        ana.says(f"{key} corrected.")
    one = field(house, key, "recipient")
    assert (one.quote, one.start) == ("<b>to</b> Malta", start)
