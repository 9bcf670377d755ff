"""A real browser over the running app: windows that fail on errors and on outside requests."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.review.conftest import Web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 15_000  # milliseconds that a condition may take to come true on a busy machine
# What the policy forbids is told on the console, so that a test sees it.
_WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Forbidden by the policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
# Where words begin and end in the window; they may run over several lines.
_PLACE = """words => {
  const walk = document.createTreeWalker(document.querySelector(".written"), NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const at = text.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + words.length);
    const lines = [...range.getClientRects()];
    const last = lines[lines.length - 1];
    return [
      [lines[0].left + 0.5, lines[0].top + lines[0].height / 2],
      [last.right - 0.5, last.top + last.height / 2],
    ];
  }
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium; the test is skipped where there is none, or no playwright."""
    api = pytest.importorskip("playwright.sync_api", reason="There is no playwright.")
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("There is no Chromium.")
    api.expect.set_options(timeout=_PATIENCE)
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*_FLAGS])
        yield browser
        browser.close()


@dataclass
class Window:
    """One person's browser window at an app, and what went wrong in it."""

    web: Web
    context: BrowserContext
    page: Page
    expected: Collection[str] = ()
    faults: list[str] = field(default_factory=list)

    def goto(self, path: str) -> None:
        """Open an address of the app."""
        self.page.goto(f"{self.web.address}{path}")

    @property
    def key(self) -> str:
        """The key of the entry that is shown."""
        return self.page.locator("#panel article.panel").get_attribute("data-key") or ""

    def answered(self) -> str:
        """Return the key of the entry that is shown, once a hidden proposal is answered for."""
        if self.page.locator("form.blind").count():
            self.press("e", "Tab", "Enter")
            self.page.wait_for_selector("form.entry:not(.blind)")
        return self.key

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def says(self, words: str) -> None:
        """Wait until the status line says these words."""
        from playwright.sync_api import expect  # noqa: PLC0415 - there may be no playwright

        expect(self.page.locator("#said")).to_contain_text(words)

    def moved(self, key: str) -> None:
        """Wait until another entry than this one is shown."""
        other = "key => document.querySelector('#panel article.panel')?.dataset.key !== key"
        try:
            self.page.wait_for_function(other, arg=key)
        except Exception as error:
            said = self.page.locator("#said").text_content()
            raise AssertionError(f"{key} is still shown; {said!r}; {self.faults}") from error

    def shows(self, key: str) -> None:
        """Wait until this entry is shown."""
        self.page.wait_for_selector(f"#panel article.panel[data-key='{key}']")

    def drag(self, first: tuple[float, float], last: tuple[float, float]) -> None:
        """Select with the mouse from one place of the window to another."""
        mouse = self.page.mouse
        mouse.move(*first)
        mouse.down()
        mouse.move(*last, steps=6)
        mouse.up()
        self.page.locator("#use").wait_for()

    def mark_words(self, start: int, end: int) -> None:
        """Select the words on the picture whose offsets lie from `start` to `end`."""
        starts = self.page.locator(".words text").evaluate_all(
            "(all, [a, b]) => all.map(one => Number(one.dataset.s)).filter(s => s >= a && s < b)",
            [start, end],
        )
        boxes = [
            self.page.locator(f".words text[data-s='{at}']").bounding_box()
            for at in (starts[0], starts[-1])
        ]
        assert boxes[0]
        assert boxes[1]
        left = (boxes[0]["x"] + 0.5, boxes[0]["y"] + boxes[0]["height"] / 2)
        right = boxes[1]["x"] + boxes[1]["width"] - 0.5
        self.drag(left, (right, boxes[1]["y"] + boxes[1]["height"] / 2))

    def mark_text(self, words: str) -> None:
        """Select words in the text of a page that has no picture."""
        first, last = self.page.evaluate(_PLACE, words)
        self.drag(first, last)

    def fault(self, text: str) -> None:
        """Note what went wrong, unless the test expects it."""
        if not any(words in text for words in self.expected):
            self.faults.append(text)


@contextmanager
def window(
    browser: Browser,
    web: Web,
    name: str | None = None,
    *,
    expected: Collection[str] = (),
    **options: Any,
) -> Iterator[Window]:
    """Open a window, signed in as a reviewer, and close it; fail where anything went wrong in it.

    That is an error on the console, an error of a script, what the Content-Security-Policy forbade,
    and a request to any other address. `expected`: words of errors that the test provokes.
    """
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    context.set_default_timeout(_PATIENCE)
    made = Window(web, context, context.new_page(), expected)
    context.add_init_script(_WATCH)
    context.on("console", lambda message: _heard(made, message))
    context.on("weberror", lambda error: made.fault(f"script: {error.error}"))
    context.on("dialog", lambda dialog: _opened(made, dialog))
    context.on("request", lambda request: _asked(made, request.url))
    try:
        if name is not None:
            _sign_in(made, name, scripts=options.get("java_script_enabled", True))
        yield made
    finally:
        context.close()
    assert made.faults == []


def _sign_in(made: Window, name: str, *, scripts: bool) -> None:
    made.page.goto(made.web.link(name))
    if not scripts:
        made.page.get_by_role("button", name="Sign in", exact=True).click()
    made.page.wait_for_selector("body[data-token]")


def _heard(made: Window, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        made.fault(f"console: {message.text}")


def _opened(made: Window, dialog: Dialog) -> None:
    if dialog.type != "beforeunload":
        made.fault(f"opened: {dialog.message}")
    dialog.accept()


def _asked(made: Window, url: str) -> None:
    if not url.startswith((f"{made.web.address}/", "data:", "blob:")):
        made.fault(f"asked another address: {url}")
