"""The reading pages in a real browser: no error, no address but ours, nothing beyond the edge."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from core.settings import Settings
from review.access import COOKIE, new_session
from tests.builders import open_house
from tests.review import test_pages_hostile as hostile
from tests.review import test_pages_reading as reading
from tests.review.conftest import Web, serving

browsers = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATHS = (
    "/",
    "/search?q=drone",
    "/search?q=police",
    "/search/terms?terms=drones",
    "/watches",
    f"/document/{reading.DOC}?as=text",
    f"/document/{reading.DOC}/diff",
    f"/entry/{reading.ENTRY}",
    "/recipient/Coast%20Guard%20of%20Libya",
    f"{hostile.PATH}/version/2/page/1",
    f"{hostile.PATH}/diff",
    f"/entry/{hostile.ENTRY}",
    f"/supplier/{quote(hostile.SCRIPT, safe='')}",
)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder: Path = tmp_path_factory.mktemp("browser")
    house = open_house(folder)
    reading.fill(house)
    hostile.fill(house)
    with serving(Settings(output=folder, workers=1)) as running:
        yield running
    house.store.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (720, "dark"), (390, "dark")])
def test_pages_fit_their_window_and_break_no_rule(web: Web, width: int, scheme: str) -> None:
    web.link("Ana")  # she may sign in
    cookie = {"name": COOKIE, "value": new_session(web.site, "Ana"), "url": web.address}
    with browsers.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        window = {"width": width, "height": 900}
        context = browser.new_context(viewport=window, color_scheme=scheme)
        context.add_cookies([cookie])
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda told: faults.append(f"{page.url}: {told.text}"))
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"{page.url}: {dialog.message}"))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(web.address) else faults.append(asked.url),
        )
        for path in PATHS:
            page.goto(web.address + path)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, wide)
            assert page.locator("h1").count() == 1, path
        browser.close()
    assert faults == []
