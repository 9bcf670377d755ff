"""Every page in a real browser for everybody: contrast, names, zoom, no colour, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from core.settings import Settings
from store.reviewing.answers import Answer
from store.reviewing.deciding import decide, seen_of
from tests.builders import House, amount, evidence, key_of, open_house, proposal, sha, tagging
from tests.review.axe import axe
from tests.review.browser import Window, chromium, window
from tests.review.conftest import Web, serving
from tests.store.papers import draw

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_SERIOUS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary}`)"""
_WIDER = "() => document.documentElement.scrollWidth - innerWidth"


def told(number: int) -> str:
    """Return the text of a document."""
    return f"Delivery of {number} patrol boats for {number}00000 EUR to the coast guard of Malta."


def boats(number: int) -> Any:
    """Return an entry about boats, with a second reading of the amount."""
    text = told(number)
    return proposal(
        text,
        "patrol boats",
        quantity=evidence(text, str(number), {"min": str(number), "max": str(number)}),
        amount=amount(text, f"{number}00000 EUR", f"{number}00000"),
        recipient=evidence(text, "coast guard of Malta", {"name": "coast guard", "country": "MT"}),
        date=None,
        equipment_type="patrol_boat",
        equipment_family="vessels",
        recipient_country="MT",
        score=0.4,
    )


NUMBERS = range(2, 8)
KEYS = [key_of(f"url:{number}", boats(number)) for number in NUMBERS]
MINUTES = draw(["Minutes"])
PAGES = {
    "start": "/",
    "queue": "/review",
    "narrowed queue": "/review?country=MT&since=2020",
    "entry in the queue": f"/review/entry/{KEYS[2]}",
    "page check": "/review/pages",
    "adding": f"/review/add/{sha(MINUTES)}/1",
    "alike": f"/review/alike/{KEYS[2]}",
    "search": "/search?q=drones+boat",
    "overview": "/overview",
    "document": "/document/url:3",
    "page": "/document/url:3/version/1/page/1",
    "entry": f"/entry/{KEYS[0]}",
    "recipient": f"/recipient/{quote('coast guard of Malta')}",
    "watches": "/watches",
    "upload": "/upload",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The app over a few entries, some of them decided; what these tests do they take back."""
    made = open_house(tmp_path_factory.mktemp("access") / "output")
    for number in NUMBERS:
        paper = draw([told(number)])
        made.take(f"url:{number}", paper, title=f"Boats {number}", published=f"202{number}-05-01")
        made.read(paper, told(number), tagged=tagging(boats(number)))
    made.take("url:minutes", MINUTES, title="Minutes")
    made.read(MINUTES, "Minutes of a meeting about UAV.")
    say(made, KEYS[0], "accept")
    say(made, KEYS[1], "reject", reason="not_equipment")
    with serving(Settings(output=made.folder, workers=1), second_share=1.0) as running:
        yield running
    made.store.close()


def say(house: House, key: str, verdict: str, **more: Any) -> None:
    """Decide on an entry."""
    seen = seen_of(house.store.connection, key)
    decide(house.store, key, Answer(verdict=verdict, seen=seen, **more), reviewer="zoe")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as running:
        yield running


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(web: Web, browser: Browser, scheme: str) -> None:
    script = axe()
    found = {}
    # axe is put in by the test, not by a page, past the policy that would forbid it
    with window(browser, web, "ana", color_scheme=scheme, bypass_csp=True) as ana:
        for name, path in PAGES.items():
            ana.goto(path)
            ana.page.evaluate(script)
            found[name] = ana.page.evaluate(_SERIOUS)
        ana.goto("/review")
        ana.press("x")
        ana.page.evaluate(script)
        found["reasons"] = ana.page.evaluate(_SERIOUS)
        ana.press("?")
        found["help"] = ana.page.evaluate(_SERIOUS)
        ana.press("Escape")
        decide_and_list(ana)
        found["latest"] = ana.page.evaluate(_SERIOUS)
        ana.press("z")
        ana.says("Taken back")
    assert {name: one for name, one in found.items() if one} == {}


def decide_and_list(one: Window) -> None:
    """Skip an entry, and open the list of what can be taken back."""
    key = one.answered()
    one.press("Escape", "Space")
    one.says(f"{key} skipped")
    with one.page.expect_response("**/review/latest*"):
        one.page.locator("#latest summary").click()
    one.page.locator(f"#latest button[data-entry='{key}']").wait_for()


@pytest.mark.parametrize("width", [720, 390, 320])
def test_no_page_scrolls_sideways_in_a_narrow_window(
    web: Web, browser: Browser, width: int
) -> None:
    with window(browser, web, "ana", viewport={"width": width, "height": 450}) as ana:
        wider = {}
        for name, path in PAGES.items():
            ana.goto(path)
            wider[name] = ana.page.evaluate(_WIDER)
        assert {name: one for name, one in wider.items() if one > 0} == {}
        ana.goto("/review")
        decide_and_list(ana)
        assert ana.page.evaluate(_WIDER) <= 0
        reachable(ana, "Undo: skipped")
        ana.press("z")
        ana.says("Taken back")
        ana.goto(f"/review/entry/{KEYS[2]}")
        for button in ("Accept", "Reject", "Skip", "Flag", "Undo", "Next"):
            reachable(ana, button)


def reachable(one: Window, name: str) -> None:
    """Check that a button can be scrolled to, and that nothing lies over it there."""
    button = one.page.get_by_role("button", name=name).first
    button.scroll_into_view_if_needed()
    if button.is_enabled():
        button.click(trial=True)


def test_states_and_marks_are_told_without_colour(web: Web, browser: Browser) -> None:
    with window(browser, web, "ana", forced_colors="active") as ana:
        for key, state in ((KEYS[0], "accepted"), (KEYS[1], "rejected"), (KEYS[2], "pending")):
            ana.goto(f"/review/entry/{key}")
            assert ana.page.locator(".head .badge").inner_text() == state
        tags = ana.page.locator(".marks .tag").all_text_contents()
        assert {"Equipment", "Quantity", "Amount", "Recipient"} <= set(tags)
        titles = ana.page.locator(".marks .mark title").all_text_contents()
        assert set(titles) == set(tags)


def test_the_charts_are_drawn_and_told_as_numbers(web: Web, browser: Browser) -> None:
    with window(browser, web, "ana") as ana:
        ana.goto("/overview")
        charts = ana.page.locator("img.chart")
        assert charts.count() >= 3
        for chart in charts.all():
            chart.scroll_into_view_if_needed()
        ana.page.wait_for_function(
            "() => [...document.querySelectorAll('img.chart')].every(one => one.naturalWidth > 0)"
        )
        assert ana.page.locator("table").count() >= charts.count()


def test_searching_leads_by_chips_to_a_document_and_its_entry(web: Web, browser: Browser) -> None:
    with window(browser, web, "ana") as ana:
        ana.goto("/review")
        ana.press("/")
        ana.page.keyboard.type("drone")
        ana.press("Enter")
        ana.page.wait_for_url("**/search?q=drone*")
        assert ana.page.locator(".result h3").all_inner_texts() == ["Minutes"]
        ana.page.locator(".chips").get_by_role("link", name="Leave out: UAV").click()
        ana.page.wait_for_url("**off=*")
        assert ana.page.locator(".result").count() == 0
        ana.page.locator(".chip.off").get_by_role("link", name="Search again: UAV").click()
        ana.page.wait_for_url(lambda url: "off=" not in url)
        assert ana.page.locator(".result").count() == 1
        ana.goto("/search?q=boats")
        assert ana.page.locator(".result").count() == len(NUMBERS)
        ana.page.locator(".result h3 a").first.click()
        ana.page.wait_for_url("**/document/**")
        ana.page.locator("a[href*='/entry/']").first.click()
        ana.page.wait_for_url("**/entry/*")
        assert "patrol boats" in ana.page.locator("main").inner_text()
