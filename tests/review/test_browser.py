"""The queue in a real browser: keys alone, two windows, no script at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from core.settings import Settings
from operate.commands import run_add
from tests.review.browser import Window, chromium, window
from tests.review.conftest import LANDS, Web, paper
from tests.store.papers import draw

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An output folder with PDFs, read and tagged; an amount in one of them has two readings."""
    folder = tmp_path_factory.mktemp("stock")
    papers = folder / "papers"
    papers.mkdir()
    for land in LANDS[:2]:
        (papers / f"{land}.pdf").write_bytes(paper(land))
    lines = ["Action document for Chad", "3 drones for the Coast Guard of Chad at 1.234 EUR."]
    (papers / "Chad.pdf").write_bytes(draw(lines))
    settings = Settings(output=folder / "output", workers=1)
    run_add(settings, [str(papers)], quiet=True)
    return settings


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


def decided(web: Web) -> list[tuple[object, ...]]:
    """Return all decisions, the first one first."""
    return web.rows("SELECT entry_key, verdict, reason FROM decisions ORDER BY id")


def test_twenty_entries_are_reviewed_by_keys_alone(web: Web, ana: Window) -> None:
    (chad,) = web.rows("SELECT key FROM entries WHERE recipient LIKE '%Chad'")[0]
    ana.goto(f"/review/entry/{chad}")
    pressed: list[tuple[object, ...]] = []
    for keys, verdict, reason in (
        ("1 a", "correct", None),  # 1.234 EUR is read the other way
        *[("a", "accept", None)] * 6,
        ("x 1", "reject", "not_equipment"),
        ("x 3", "reject", "duplicate"),
        ("x x a", "accept", None),
        ("x Escape a", "accept", None),
        ("e Control+a r i g s Escape a", "correct", None),
        ("e Control+a j k Enter", "correct", None),
        ("Space", "skip", None),
        ("f", "flag", None),
        ("x 7 o l d Enter", "reject", "other"),
        ("n a j x Escape a", "accept", None),
        *[("a", "accept", None)] * 3,
    ):
        key = ana.answered()
        ana.press(*keys.split())
        ana.moved(key)
        ana.says(key)
        pressed.append((key, verdict, reason))
    ana.says("accepted.")
    assert decided(web) == pressed
    assert len({key for key, _, _ in pressed}) == 20
    assert web.rows("SELECT amount_min, amount_max, state FROM entries WHERE key = ?", chad) == [
        ("1.234", "1.234", "corrected")
    ]
    said = web.rows("SELECT entry_key, note FROM decisions WHERE note IS NOT NULL ORDER BY id")
    assert said == [(pressed[15][0], "old"), (pressed[16][0], "ajx")]
    for step, goods in ((11, "rigs"), (12, "jk")):
        (row,) = web.rows("SELECT equipment FROM entries WHERE key = ?", pressed[step][0])
        assert row == (goods,)
    assert ana.page.locator("#decided").text_content() == "18"


def test_keys_pressed_faster_than_the_server_answers_each_decide_once(
    web: Web, ana: Window
) -> None:
    seen = []
    for _ in range(8):
        seen.append(ana.answered())
        ana.press("a")
        ana.moved(seen[-1])
    ana.says(f"{seen[-1]} accepted.")
    assert decided(web) == [(key, "accept", None) for key in seen]
    ana.answered()
    ana.page.keyboard.down("a")  # held down, it repeats
    for _ in range(4):
        ana.page.keyboard.down("a")
    ana.page.keyboard.up("a")
    ana.page.wait_for_function("() => document.getElementById('decided').textContent === '9'")
    assert len(decided(web)) == 9


def test_decisions_are_taken_back_one_after_the_other(web: Web, ana: Window) -> None:
    keys = []
    for press in ("a", "x 2", "Space", "a"):
        keys.append(ana.answered())
        ana.press(*press.split())
        ana.moved(keys[-1])
        ana.says(f"{keys[-1]} ")
    for key in reversed(keys):
        ana.press("z")
        ana.says(f"Taken back: {key}")
        assert ana.key == key
    ana.press("z")
    ana.says("Nothing of this sitting is left")
    assert [row[0] for row in web.rows("SELECT DISTINCT state FROM entries")] == ["pending"]
    assert ana.page.locator("#decided").text_content() == "0"
    ana.press("a")
    ana.says(f"{keys[0]} accepted.")
    ana.press("x", "1")  # on the second entry, which comes back as it is by now
    ana.says(f"{keys[1]} rejected.")


def test_back_next_help_zoom_and_search(web: Web, ana: Window) -> None:
    first = ana.key
    ana.press("j")
    ana.moved(first)
    second = ana.key
    ana.press("k")
    ana.shows(first)
    ana.press("ArrowRight")
    ana.shows(second)
    ana.press("+", "+")
    assert ana.page.evaluate("() => document.querySelector('svg.sheet').style.width") == "150%"
    ana.press("ArrowLeft")
    ana.shows(first)
    assert ana.page.evaluate("() => document.querySelector('svg.sheet').style.width") == "150%"
    ana.press("?")
    help_ = ana.page.get_by_role("dialog", name="Keys")
    help_.wait_for()
    ana.press("a", "Escape")
    help_.wait_for(state="hidden")
    ana.press("/")
    assert ana.page.evaluate("() => document.activeElement.id") == "search"
    ana.press("a", "x", "1", "z")
    assert ana.page.locator("#search").input_value() == "ax1z"
    ana.press("Escape")
    assert decided(web) == []
    assert ana.key == first


def test_the_mark_is_in_view_and_follows_the_field_in_focus(ana: Window) -> None:
    for _ in range(10):
        key = ana.key
        ana.press("j")
        ana.moved(key)
    ana.press("+", "+", "+", "+")
    in_view = """name => {
      const mark = document.querySelector(`.mark-${name}, .mark-entry`).getBoundingClientRect();
      const pages = document.querySelector(".pages").getBoundingClientRect();
      return mark.top >= pages.top && mark.bottom <= pages.bottom && mark.left >= pages.left
        && mark.left <= pages.right;
    }"""
    assert ana.page.evaluate(in_view, "equipment")
    ana.page.locator("[name='f.recipient']").focus()
    assert ana.page.evaluate(in_view, "recipient")
    assert ana.page.locator(".mark.focus").first.get_attribute("data-field") == "recipient"


def test_the_second_of_two_windows_is_told_and_nothing_is_overwritten(
    web: Web, browser: Browser, ana: Window
) -> None:
    key = ana.answered()
    with window(browser, web, "ben", expected=("409",)) as ben:
        ben.goto("/review")
        assert ben.key != key, "what one looks at is not offered to the other"
        ben.goto(f"/review/entry/{key}")
        ben.answered()
        ana.press("x", "1")
        ana.says(f"{key} rejected.")
        ben.press("a")
        ben.says("ana rejected this entry")
        assert ben.key == key, "it is shown again, as it is now"
        assert ben.page.locator(".head .badge").first.text_content() == "rejected"
    assert decided(web) == [(key, "reject", "not_equipment")]


def test_what_cannot_be_saved_comes_back_as_it_was_filled_in(web: Web, browser: Browser) -> None:
    with window(browser, web, "ana", expected=("ERR_FAILED", "400")) as ana:
        ana.goto("/review")
        key = ana.answered()
        ana.page.route("**/review/decide/**", lambda route: route.abort())
        ana.page.locator("[name='f.quantity']").fill("31")
        ana.press("Escape", "a")
        ana.says("is not saved")
        ana.shows(key)
        assert ana.page.locator("[name='f.quantity']").input_value() == "31"
        assert decided(web) == []
        ana.page.unroute("**/review/decide/**")
        ana.page.locator("[name='f.date']").fill("yesterday")
        ana.press("Escape", "a")
        ana.says("2024-05-31")
        assert ana.page.locator("[name='f.quantity']").input_value() == "31"
        ana.page.locator("[name='f.date']").fill("2024-05-31")
        ana.press("Escape", "a")
        ana.says(f"{key} corrected.")
    assert web.rows("SELECT quantity, date FROM entries WHERE key = ?", key) == [(31, "2024-05-31")]


def test_without_scripts_the_buttons_decide(web: Web, browser: Browser) -> None:
    with window(browser, web, "ana", java_script_enabled=False) as ana:
        ana.goto("/review")
        keys = []
        for button in ("Accept", "not equipment", "Skip"):
            if ana.page.locator("form.blind").count():
                ana.page.get_by_role("button", name="Answer").click()
            keys.append(ana.key)
            ana.page.get_by_role("button", name=button).click()
            ana.page.wait_for_url("**/review?which=next")
        assert ana.key not in keys
    assert decided(web) == [
        (keys[0], "accept", None), (keys[1], "reject", "not_equipment"), (keys[2], "skip", None),
    ]  # fmt: skip
