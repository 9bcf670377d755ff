"""Taking back and narrowing in a real browser: after a reload, in another window, by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.review.browser import Window, chromium, window
from tests.review.conftest import Web

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as running:
        yield running


@pytest.fixture
def ana(web: Web, browser: Browser) -> Iterator[Window]:
    """A reviewer's window at the queue."""
    with window(browser, web, "ana") as made:
        made.goto("/review")
        yield made


def decide(ana: Window, *presses: str) -> list[str]:
    """Decide on one entry after the other by keys; return which they were."""
    keys = []
    for press in presses:
        keys.append(ana.answered())
        ana.press(*press.split())
        ana.moved(keys[-1])
        ana.says(f"{keys[-1]} ")
    return keys


def states(web: Web) -> set[object]:
    """Return the states that entries are in."""
    return {row[0] for row in web.rows("SELECT DISTINCT state FROM entries")}


def test_decisions_are_taken_back_after_a_reload(web: Web, ana: Window) -> None:
    assert ana.page.locator("#undo").is_disabled()
    keys = decide(ana, "a", "x 2", "Space")
    ana.goto("/review")
    assert ana.page.locator("#decided").text_content() == "2"
    assert ana.page.locator("#undo").is_enabled()
    for key in reversed(keys):
        ana.press("z")
        ana.says(f"Taken back: {key}")
        ana.shows(key)
    ana.press("z")
    ana.says("Nothing of this sitting is left to take back, nor of the ones before")
    assert ana.page.locator("#undo").is_disabled()
    assert ana.page.locator("#decided").text_content() == "0"
    assert states(web) == {"pending"}


def test_another_window_takes_back_what_this_one_decided(web: Web, ana: Window) -> None:
    with window(ana.context.browser, web, "ana") as second:  # type: ignore[arg-type]  # it has one
        second.goto("/review")
        first, last = decide(ana, "a", "a")
        second.press("z")
        second.says(f"Taken back: {last}")
        ana.press("z")
        ana.says(f"Taken back: {first}")
    assert states(web) == {"pending"}


def test_one_of_the_latest_is_chosen_by_keys_and_taken_back(web: Web, ana: Window) -> None:
    keys = decide(ana, "a", "a", "a")
    ana.page.locator("#latest summary").focus()
    ana.press("Enter")
    buttons = ana.page.locator("#latest button")
    buttons.nth(2).wait_for()
    assert buttons.evaluate_all("all => all.map(one => one.dataset.entry)") == keys[::-1]
    ana.press("Tab", "Tab", "Tab", "Enter")  # its link, and then the second one's button
    ana.says(f"Taken back: {keys[1]}")
    ana.shows(keys[1])
    waits = web.rows("SELECT key FROM entries WHERE state = 'accepted'")
    assert {row[0] for row in waits} == {keys[0], keys[2]}
    ana.page.wait_for_function("() => document.querySelectorAll('#latest button').length === 2")


def test_the_queue_is_narrowed_by_keys_alone(ana: Window) -> None:
    ana.page.locator(".filtered summary").focus()
    ana.press("Enter")
    ana.page.locator(".filters [name=country]").focus()
    ana.page.keyboard.type("Niger")
    ana.press("Tab")
    assert ana.page.locator(".filters [name=country]").input_value() == "NE"
    ana.page.locator(".filters [name=since]").press("Enter")
    ana.page.wait_for_url("**country=NE**")
    assert ana.page.locator(".filters [name=country]").input_value() == "NE"
    land = ana.page.locator("[name='f.recipient_country']")
    if land.count():  # else its proposal is hidden
        assert land.input_value() == "NE"
    assert "Niger" in ana.page.locator(".sentence").inner_text()


def test_the_queue_is_narrowed_without_scripts(web: Web, browser: Browser) -> None:
    with window(browser, web, "ana", java_script_enabled=False) as ana:
        ana.goto("/review")
        ana.page.locator(".filtered summary").click()
        ana.page.locator(".filters [name=country]").select_option("TN")
        ana.page.get_by_role("button", name="Filter", exact=True).click()
        ana.page.wait_for_url("**country=TN**")
        assert "Tunisia" in ana.page.locator(".sentence").inner_text()


def test_a_typed_sum_with_any_doubt_comes_back(web: Web, browser: Browser) -> None:
    with window(browser, web, "ana", expected=("400",)) as ana:
        ana.goto("/review")
        key = ana.answered()
        ana.page.locator("[name='f.amount_min']").fill("EUR 1080 000")
        ana.press("Escape", "a")
        ana.says("can be 1080000 or 1080")
        ana.shows(key)
        assert ana.page.locator("[name='f.amount_min']").input_value() == "EUR 1080 000"
        ana.page.locator("[name='f.amount_min']").fill("EUR 1 080 000")
        ana.press("Escape", "a")
        ana.says(f"{key} corrected.")
    row = "SELECT amount_min, amount_max FROM entries WHERE key = ?"
    assert web.rows(row, key) == [("1080000", "1080000")]
