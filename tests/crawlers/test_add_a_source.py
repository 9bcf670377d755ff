"""docs/add-a-source.md is true: its card and its spider, taken as they stand, crawl a site."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.archive import JournalLine, read_journal
from core.records import Fetched, Issue, SourceRun
from crawlers.cards import load_cards, read_card
from crawlers.plan import CrawlPlan
from crawlers.render import PAGE, render

ROOT = Path(__file__).resolve().parents[2]
LIST = b'<ul><li class="delivery"><a href="/a.pdf">Two  boats</a></li><li class="delivery"><a href="/b.pdf">B</a></li></ul>'  # noqa: E501


def blocks(language: str) -> list[str]:
    text = (ROOT / "docs" / "add-a-source.md").read_text(encoding="utf-8")
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


class Ministry(http.server.BaseHTTPRequestHandler):
    answers: dict[str, bytes] = {}  # noqa: RUF012 - set by each test

    def do_GET(self) -> None:
        body = self.answers.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def ministry() -> Iterator[str]:
    files = {"/a.pdf": b"%PDF-1.4 a", "/b.pdf": b"%PDF-1.4 b"}
    Ministry.answers = {"/deliveries": LIST, **files}
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ministry) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms that a crawl needs, with the page's source added as it says."""
    folder = tmp_path_factory.mktemp("house")
    for room in ("core", "crawlers"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    (card,), (spider,) = blocks("toml"), blocks("python")
    (folder / "crawlers/cards/ministry.toml").write_text(card, encoding="utf-8")
    (folder / "crawlers/spiders/ministry.py").write_text(spider, encoding="utf-8")
    register = folder / "crawlers/spiders/__init__.py"
    text = register.read_text(encoding="utf-8")
    text = text.replace(
        "\nSPIDERS", "\nfrom crawlers.spiders.ministry import MinistrySpider\n\nSPIDERS", 1
    )
    register.write_text(
        text.replace("    for spider in (\n", "    for spider in (\n        MinistrySpider,\n")
    )
    return folder


def crawl(house: Path, base: str, folder: Path) -> list[JournalLine]:
    override = {"base_url": base, "delay": 0.0}
    card = read_card(house / "crawlers/cards/ministry.toml", override)
    journal = folder / "journal.jsonl"
    plan = CrawlPlan(sources=(card,), archive=str(folder / "archive"), journal=str(journal))
    (folder / "plan.json").write_bytes(plan.to_json())
    subprocess.run(
        [sys.executable, "-m", "crawlers", str(folder / "plan.json")],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        check=True,
    )
    return [line for line, _ in read_journal(journal)]


def test_source_of_the_page_finds_its_documents(house: Path, ministry: str, tmp_path: Path) -> None:
    lines = crawl(house, ministry, tmp_path)
    fetched = [(x.url, x.title, x.kind) for x in lines if isinstance(x, Fetched)]
    assert fetched == [
        (f"{ministry}/a.pdf", "Two boats", "delivery"),
        (f"{ministry}/b.pdf", "B", "delivery"),
    ]
    (run,) = [x for x in lines if isinstance(x, SourceRun)]
    assert (run.state, run.confirmed) == ("ok", 2)


def test_changed_markup_of_its_site_is_loud(house: Path, ministry: str, tmp_path: Path) -> None:
    Ministry.answers["/deliveries"] = LIST.replace(b"delivery", b"item")
    lines = crawl(house, ministry, tmp_path)
    (run,) = [x for x in lines if isinstance(x, SourceRun)]
    assert run.state == "parser_found_nothing"
    assert [x.code for x in lines if isinstance(x, Issue)] == ["parser_found_nothing"]


def test_page_of_sources_is_made_from_the_cards() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(load_cards()), "run `make docs`"
