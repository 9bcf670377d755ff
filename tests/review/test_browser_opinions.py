"""What several people say, in a real browser: reopened, hidden, second opinions, pages, batches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.settings import Settings
from store.reviewing.answers import Answer
from store.reviewing.deciding import decide, seen_of
from store.reviewing.queue import hidden_until_answered
from tests.builders import House, amount, evidence, key_of, open_house, proposal, tagging
from tests.review.browser import chromium, window
from tests.review.conftest import Web, serving
from tests.store.papers import draw

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = "Delivery of 4 patrol boats for 5000000 EUR to the coast guard of Malta."
SAME = "The Union paid 9 trucks for the police of Malta."


def boats(number: str = "5000000", quantity: str = "4") -> Any:
    """Return an entry about boats."""
    return proposal(
        TEXT,
        "patrol boats",
        quantity=evidence(TEXT, "4", {"min": quantity, "max": quantity}),
        amount=amount(TEXT, "5000000 EUR", number),
        equipment_type="patrol_boat",
        equipment_family="vessels",
        score=0.4,
    )


def key_that_is(made: Any, *, hidden: bool) -> str:
    """Return a document's key whose entry has its proposal hidden, or has not."""
    names = (f"url:a{number}" for number in range(1000))
    return next(n for n in names if hidden_until_answered(key_of(n, made)) is hidden)


PLAIN = key_that_is(boats(), hidden=False)
KEY = key_of(PLAIN, boats())
PAPER = draw([TEXT])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A store with one entry."""
    made = open_house(tmp_path / "output")
    made.take(PLAIN, PAPER, title="Boats for Malta")
    made.read(PAPER, TEXT, tagged=tagging(boats()))
    yield made
    made.store.close()


@pytest.fixture
def web(house: House) -> Iterator[Web]:
    """The app over that store; every decided entry gets a second opinion."""
    with serving(Settings(output=house.folder, workers=1), second_share=1.0) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as running:
        yield running


def accept(house: House, key: str = KEY) -> None:
    """Let `zoe` accept an entry."""
    seen = seen_of(house.store.connection, key)
    decide(house.store, key, Answer(verdict="accept", seen=seen), reviewer="zoe")


def test_a_reopened_entry_shows_what_changed_and_what_was_decided(
    house: House, web: Web, browser: Browser
) -> None:
    accept(house)
    house.take(PLAIN, PAPER, title="Boats for Malta, second edition")
    house.read(PAPER, TEXT, tagged=tagging(boats(), tagger="2"), extractor="2")
    assert house.entry(KEY)["state"] == "accepted", "another title reopens nothing"
    changed = tagging(boats("6000000", "5"), tagger="3")
    house.read(PAPER, TEXT, tagged=changed, extractor="3")
    with window(browser, web, "ana") as ana:
        ana.goto("/review")
        told = ana.page.get_by_role("region", name="What changed")
        assert "zoe decided “accept”" in told.inner_text()
        for old, new in (("5000000", "6000000"), ("4", "5")):
            assert old in told.locator("del").all_inner_texts()
            assert new in told.locator("ins").all_inner_texts()
        touched = ana.page.locator(".field.touched")
        assert touched.evaluate_all("all => all.map(one => one.dataset.field)") == [
            "quantity", "amount",
        ]  # fmt: skip
        assert "changed" in touched.first.inner_text()
        ana.press("a")
        ana.says("accepted.")
    assert house.entry(KEY)["amount_min"] == "6000000"


def test_a_hidden_proposal_is_shown_after_the_answer(
    house: House, web: Web, browser: Browser
) -> None:
    name = key_that_is(boats(), hidden=True)
    paper = draw([TEXT, ""])
    house.take(name, paper)
    house.read(paper, TEXT, tagged=tagging(boats()))
    key = key_of(name, boats())
    with window(browser, web, "ana") as ana:
        ana.goto(f"/review/entry/{key}")
        assert ana.page.locator(".mark-entry").count() >= 1
        assert "5000000" not in ana.page.locator("form.entry input").evaluate_all(
            "all => all.map(one => one.value)"
        )
        ana.press("a", "x", "1", "f")  # decide nothing before the answer
        ana.press("e")
        ana.page.get_by_label("Quantity").fill("3")
        ana.press("Enter")
        ana.says("what the machine proposes")
        assert ana.page.locator("[name='f.quantity']").input_value() == "4"
        ana.press("a")
        ana.says("accepted.")
    assert web.rows("SELECT verdict FROM decisions WHERE entry_key = ?", key) == [("accept",)]
    (said,) = web.rows("SELECT reviewer, json_extract(fields, '$.quantity') FROM audit_answers")
    assert said == ("ana", 3)


def test_a_second_opinion_is_blind_and_a_dispute_is_settled(
    house: House, web: Web, browser: Browser
) -> None:
    accept(house)
    with window(browser, web, "ben") as ben:
        ben.goto("/review")
        ben.page.get_by_role("link", name="Second opinions (1)").click()
        ben.shows(KEY)
        assert "zoe" not in ben.page.locator("#panel").inner_text()
        ben.press("x", "1")
        ben.says("rejected" if house.entry(KEY)["state"] == "rejected" else KEY)
        ben.page.get_by_role("heading", name="Nothing more waits here").wait_for()
    assert house.entry(KEY)["state"] == "accepted"
    with window(browser, web, "cleo") as cleo:
        cleo.goto("/review")
        cleo.page.get_by_role("link", name="Disputes (1)").click()
        told = cleo.page.locator(".head").inner_text()
        assert "zoe: accept" in told
        assert "ben: reject (not equipment)" in told
        cleo.press("x", "1")
        cleo.says("rejected.")
        cleo.goto("/review")
        assert cleo.page.get_by_role("link", name="Disputes").count() == 0
    assert house.entry(KEY)["state"] == "rejected"
    assert web.rows("SELECT reviewer, part FROM decisions ORDER BY id") == [
        ("zoe", "first"), ("ben", "second"), ("cleo", "settling"),
    ]  # fmt: skip


def test_a_page_without_entries_is_answered_for_by_a_key(
    house: House, web: Web, browser: Browser
) -> None:
    for number in (1, 2):
        paper = draw([f"Minutes {number}"])
        house.take(f"url:minutes{number}", paper, title=f"Minutes {number}")
        house.read(paper, f"Minutes {number} tell of nothing.")
    with window(browser, web, "ana") as ana:
        ana.goto("/review/pages")
        first = ana.page.locator("h1").inner_text()
        ana.press("a")
        ana.page.wait_for_function(
            "was => document.querySelector('h1').innerText !== was", arg=first
        )
        ana.press("e")
        ana.page.wait_for_url("**/review/add/**")
        ana.page.get_by_role("heading", name="An entry that was missed").wait_for()
        ana.goto("/review/pages")
        ana.page.get_by_role("heading", name="No page is left").wait_for()
    assert web.rows("SELECT reviewer, verdict FROM page_audits ORDER BY id") == [
        ("ana", "complete"), ("ana", "missed"),
    ]  # fmt: skip


def test_entries_in_the_same_words_are_accepted_and_taken_back_at_once(
    house: House, web: Web, browser: Browser
) -> None:
    made = trucks()
    names = [f"url:same{n}" for n in range(40)]
    names = [n for n in names if not hidden_until_answered(key_of(n, made))][:3]
    for name in names:
        paper = draw([SAME, name])
        house.take(name, paper, title=name)
        house.read(paper, SAME, tagged=tagging(made))
    keys = {key_of(name, made) for name in names}
    with window(browser, web, "ana") as ana:
        ana.goto(f"/review/entry/{key_of(names[0], made)}")
        ana.page.get_by_role("link", name="3 say the same").click()
        assert ana.page.locator("tbody tr").count() == 3
        ana.page.get_by_role("button", name="Accept all 3").click()
        ana.page.get_by_role("heading", name="3 entries accepted").wait_for()
        assert states(web, keys) == {"accepted"}
        ana.page.get_by_role("button", name="Take all of it back").click()
        ana.page.wait_for_url("**/review/**")
        assert states(web, keys) == {"pending"}


def trucks() -> Any:
    """Return the entry that three documents tell in the same words."""
    return proposal(SAME, "trucks", score=0.2)


def states(web: Web, keys: set[str]) -> set[object]:
    """Return the states of entries."""
    rows = web.rows("SELECT key, state FROM entries")
    return {state for key, state in rows if key in keys}
