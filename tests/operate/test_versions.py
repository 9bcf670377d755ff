"""Two versions of a document through the command line: fetched, read, compared, and withdrawn."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import pipeline
from tests.operate.conftest import Run
from tests.store.papers import Black, draw

SECRET = "Zuwara"
LINES = [
    "Under the EU Emergency Trust Fund for Africa, 12 patrol boats worth EUR 5 000 000",
    f"are delivered to the Coast Guard of {SECRET}.",
    "Five thermal cameras worth EUR 90 000 are delivered to the Customs of Malta.",
]


@dataclass
class Site:
    """A site of one file, whose body a test sets."""

    body: bytes = b""
    address: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on loopback."""
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            found = self.path == "/paper.pdf"
            self.send_response(200 if found else 404)
            body = made.body if found else b""
            self.send_header("Content-Type", "application/pdf")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}/paper.pdf"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def told(*arguments: object) -> str:
    """Return what a command that only reads prints; it runs in this process."""
    done = CliRunner().invoke(pipeline.cli, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_paper_is_saved_again_and_then_blackened(run: Run, site: Site, tmp_path: Path) -> None:
    output = ("--output", tmp_path / "output")

    def publish(body: bytes) -> None:
        site.body = body
        done = run("add", site.address, *output)
        assert done.returncode == 0, done.stderr

    publish(draw(LINES))
    assert "/paper.pdf" in site.asked
    assert SECRET in told("search", "Guard", "--json", *output)

    publish(draw(LINES, author="Somebody else"))
    key = json.loads(told("search", SECRET, "--json", *output))["pages"][0]["document"]
    assert "only metadata differ" in told("diff", key, *output)

    publish(draw(LINES, black=[Black(1, f"Coast Guard of {SECRET}")]))
    shown = json.loads(told("show", key, "--json", *output))
    assert [v["change"] for v in shown["versions"]] == ["first", "metadata", "redaction"]
    assert [v["withdrawn"] for v in shown["versions"]] == [True, True, False]
    assert shown["withdrawn"].startswith("Version 3 blackens what was readable before")

    export = tmp_path / "entries.jsonl"
    told("export", "entries", export, *output)
    readable = told("show", key, *output)
    closed = json.loads(told("diff", key, "--json", *output))
    blackened = told("diff", key, *output)
    everything = [
        told("search", SECRET, "--json", *output).replace(f'"query": "{SECRET}"', ""),
        told("search", "boats", "--json", *output),
        json.dumps(shown),
        readable,
        json.dumps(closed),
        blackened,
        told("diff", key, "--from", "1", "--to", "2", *output),
        told("check", "--dump", *output),
        export.read_text(encoding="utf-8"),
    ]
    assert [text for text in everything if SECRET in text] == []
    assert "thermal cameras" in readable  # what is not blackened is still there
    assert readable.count("fetched with other bytes (status 200)") == 2
    assert "text was blackened (4 words on page 1)" in readable
    assert (closed["change"], closed["rule"]) == ("redaction", "blackened")
    (page,) = closed["pages"]
    assert (page["page"], page["words"]["removed"], page["redacted"]) == (1, 4, True)
    assert page["share"]["after"] > 0
    assert "page 1: redacted, 4 words gone" in blackened
    assert told("check", *output) == "All is consistent.\n"


def test_the_words_that_changed_are_shown(run: Run, site: Site, tmp_path: Path) -> None:
    output = ("--output", tmp_path / "output")
    for lines in (LINES, [LINES[0].replace("12", "14"), *LINES[1:]]):
        site.body = draw(lines)
        assert run("add", site.address, *output).returncode == 0
    key = json.loads(told("search", "boats", "--json", *output))["pages"][0]["document"]
    assert "Africa, [-12-] {+14+} patrol boats" in told("diff", key, *output)
    wrong = run("diff", key, "--from", "7", *output)
    assert (wrong.returncode, wrong.stderr) == (
        2, f"Error: {key} has no version 7; it has 1, 2.\n",
    )  # fmt: skip
    unknown = run("diff", "url:nothing", *output)
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("Error: There is no document with the key")
