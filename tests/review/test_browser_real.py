"""The same pages over real documents: those beside the project, and the demo's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.settings import Settings
from operate.commands import run_add
from tests.review.browser import Window, chromium, window
from tests.review.conftest import Web, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
_SMALL = 900_000  # bytes of a file that is read in a second or two


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """An app over some real PDFs and notices."""
    if not DATA.is_dir():
        pytest.skip("There is no folder of real documents beside the project.")
    folder = tmp_path_factory.mktemp("real")
    papers = folder / "papers"
    papers.mkdir()
    pdfs = [path for path in sorted((DATA / "pdf").rglob("*.pdf")) if path.stat().st_size < _SMALL]
    for path in [*pdfs[:4], *sorted((DATA / "ted").rglob("*.xml"))[:40]]:
        shutil.copy(path, papers)
    settings = Settings(output=folder / "output", workers=2)
    run_add(settings, [str(papers)], quiet=True)
    with serving(settings) as web:
        yield web


def walked(web: Web, ana: Window, word: str) -> None:
    """Review three entries by keys and open what leads on from them."""
    ana.goto("/review")
    for key in ("a", "f", "a"):
        shown = ana.answered()
        pictures = ana.page.locator("svg.sheet, .written")
        assert pictures.count() >= 1
        assert ana.page.locator(".mark, mark").count() >= 1, shown
        ana.press(key)
        ana.moved(shown)
    ana.page.wait_for_function("() => document.querySelector('#decided').textContent === '2'")
    entry, document = web.rows(
        "SELECT e.key, d.key FROM entries e JOIN documents d ON d.id = e.document_id"
        " WHERE e.state = 'accepted' LIMIT 1"
    )[0]
    ana.goto(f"/entry/{entry}")
    ana.page.get_by_text("accepted").first.wait_for()
    ana.goto(f"/document/{document}")
    ana.page.locator("svg.sheet, .written").first.wait_for()
    ana.goto(f"/search?q={word}")
    ana.page.get_by_role("heading", level=1).first.wait_for()
    assert "document" in ana.page.inner_text("main")
    ana.goto("/overview")
    ana.page.wait_for_function("() => document.querySelector('img.chart').naturalWidth > 0")


def test_real_documents_are_walked_through(real: Web, browser: Browser) -> None:
    with window(browser, real, "ana") as ana:
        walked(real, ana, "supply")


@pytest.mark.soak
def test_the_demo_is_walked_through(browser: Browser, tmp_path: Path) -> None:
    output = tmp_path / "demo"
    command = [sys.executable, "pipeline.py", "demo", "--output", str(output)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with serving(Settings(output=output, workers=1)) as web, window(browser, web, "ana") as ana:
        walked(web, ana, "drone")
