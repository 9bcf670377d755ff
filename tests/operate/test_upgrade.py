"""A newer stage version: what it touches is done again, once, while the old readings are shown."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

import extract
from core.archive import Archive
from core.records import Document, Page, Proposal
from store.check import dump, faults
from store.database import Store
from store.documents import stored_document
from tests.builders import House
from tests.operate.conftest import ROOT, Run

CONTENTS = """
SELECT c.sha256, d.url, c.media_type FROM contents c JOIN versions v ON v.sha256 = c.sha256
JOIN documents d ON d.id = v.document_id
"""
# The command line of a version of this program whose tagger is newer.
NEWER = """
import ner_models
ner_models.VERSION += "-newer"
import pipeline
pipeline.main()
"""


def process_newer(output: Path, kill_at: str = "") -> subprocess.CompletedProcess[str]:
    """Run `process --again` as the newer version does, in a process of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATERIEL_")}
    return subprocess.run(
        [sys.executable, "-c", NEWER, "process", "--again", "--json", "--output", str(output)],
        cwd=ROOT,
        env={**kept, **({"MATERIEL_KILL_AT": kill_at} if kill_at else {})},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def accept_one(output: Path) -> str:
    """Accept an entry as it is proposed; return its key."""
    with Store.open(output / "materiel.db") as store:
        key, fields = store.rows("SELECT entry_key, fields FROM proposals ORDER BY 1 LIMIT 1")[0]
        judged = Proposal.from_json(zlib.decompress(fields))
        House(output, store).decide(key, "accept", judged)
    return str(key)


def told(output: Path) -> list[str]:
    """Return the dump without the versions of stages."""
    with Store.open(output / "materiel.db") as store:
        assert faults(store, output / "archive") == []
        return [re.sub(r'"(stage_version|tagger)":"[^"]*"', "", line) for line in dump(store)]


def counts(output: Path) -> tuple[int, int, int]:
    """Return how many contents there are, have one reading that is shown, and wait."""
    with Store.open(output / "materiel.db", readonly=True) as store:
        return (
            store.value("SELECT count(*) FROM contents"),
            store.value("SELECT count(*) FROM readings WHERE current = 1"),
            store.value("SELECT count(DISTINCT sha256) FROM work WHERE state = 'pending'"),
        )


@contextmanager
def without_files(output: Path) -> Iterator[int]:
    """Take away the files that need not be read to be tagged again; give their number."""
    with Store.open(output / "materiel.db", readonly=True) as store:
        names = store.rows("SELECT sha256 FROM readings WHERE rest IS NOT NULL")
        places = [Archive(output / "archive").path(row["sha256"]) for row in names]
    for place in places:
        place.rename(f"{place}.away")
    yield len(places)
    for place in places:
        Path(f"{place}.away").rename(place)


def test_what_a_newer_tagger_touches_is_done_again_once(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    assert run("add", folder, "--output", tmp_path).returncode == 0
    key = accept_one(tmp_path)
    before = told(tmp_path)
    contents, shown, waiting = counts(tmp_path)
    assert (contents, shown, waiting) == (10, 10, 0)

    killed = process_newer(tmp_path, "after-reading:3")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert counts(tmp_path) == (10, 10, 7)  # what waits is shown as it was read before
    found = run("search", "drones", "--output", tmp_path, "--json")
    assert json.loads(found.stdout)["pages"] != []

    with without_files(tmp_path) as untouched:
        assert untouched == 6  # all but the notices
        done = process_newer(tmp_path)
    assert done.returncode == 0, done.stderr
    work = json.loads(done.stdout)["processing"]
    assert (work["read"], work["failures"]) == (7, {})
    assert counts(tmp_path) == (10, 10, 0)
    assert told(tmp_path) == before
    with Store.open(tmp_path / "materiel.db", readonly=True) as store:
        state = store.value("SELECT state FROM entries WHERE key = ?", (key,))
        assert state == "accepted"

    again = process_newer(tmp_path)
    assert json.loads(again.stdout)["processing"]["read"] == 0


def test_a_stored_document_is_what_was_read(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("add", folder, "--output", tmp_path).returncode == 0
    seen = []
    with Store.open(tmp_path / "materiel.db", readonly=True) as store:
        for row in store.rows(CONTENTS):
            stored = stored_document(store, row["sha256"])
            data = Archive(tmp_path / "archive").get(row["sha256"])
            again = extract.read(
                data, sha256=row["sha256"], name=row["url"], media_type=row["media_type"]
            ).document
            assert (stored is None) is (again.notice is not None)
            if stored is not None:
                assert in_tenths(stored) == in_tenths(again)
                seen.append(stored.kind)
    assert {"pdf", "text", "zip"} <= set(seen)


def in_tenths(document: Document) -> Document:
    """Return a document with boxes as the database keeps them, in tenths of a point."""
    return replace(document, pages=tuple(map(_page_in_tenths, document.pages)))


def _page_in_tenths(page: Page) -> Page:
    def tenths(side: float) -> float:
        return round(side * 10) / 10

    boxes = (
        replace(w, x0=tenths(w.x0), top=tenths(w.top), x1=tenths(w.x1), bottom=tenths(w.bottom))
        for w in page.words
    )
    return replace(page, words=tuple(boxes))
