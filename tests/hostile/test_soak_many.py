"""300 hostile and 300 good files in one run: the good are read, the hostile explained, in memory
that is within the limit."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store.database import Store
from tests.extract.files import text_pdf
from tests.hostile import HOSTILE
from tests.hostile.harness import CAUSES
from tests.hostile.maker import Maker
from tests.operate.conftest import ROOT

MANY = 300
TIME_LIMIT = 20  # seconds
MEMORY_LIMIT = 2**30  # bytes
OVER = 300 * 10**6  # bytes that a run with one worker may take above the limit of that worker
_LOOK = 0.1  # seconds between two looks at the memory

pytestmark = pytest.mark.soak


@dataclass(frozen=True)
class Done:
    """What a run over all files left: its status and words, highest memory, and the database."""

    status: int
    said: str
    peak: int
    database: Path
    hostile: dict[str, Maker]
    good: dict[str, str]


def hostile_files() -> Iterator[tuple[Maker, bytes]]:
    """Yield all hostile files, then more of them from other seeds until there are 300."""
    seen: set[str] = set()
    for seed in range(MANY):
        for maker in HOSTILE.values():
            other = random.Random(f"{seed}:{maker.name}")
            data = maker.build(other) if seed else maker.make()
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 in seen:
                continue
            seen.add(sha256)
            yield maker, data
            if len(seen) == MANY:
                return


def good_files() -> Iterator[tuple[str, bytes]]:
    """Yield 300 good files, each with the sentence that is to be found."""
    for number in range(MANY):
        said = f"{number + 2} patrol boats were handed over to the coast guard of port {number}."
        data = (
            text_pdf([said]),
            said.encode(),
            f"<html><body><h1>Handover {number}</h1><p>{said}</p></body></html>".encode(),
        )[number % 3]
        yield said, data


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("many")
    files = folder / "files"
    files.mkdir()
    hostile, good = {}, {}
    for number, (maker, data) in enumerate(hostile_files()):
        hostile[hashlib.sha256(data).hexdigest()] = maker
        # good and hostile ones take turns
        (files / f"{number:03d}b_{maker.name}").write_bytes(data)
    for number, (said, data) in enumerate(good_files()):
        good[hashlib.sha256(data).hexdigest()] = said
        ending = ("pdf", "txt", "html")[number % 3]
        (files / f"{number:03d}a.{ending}").write_bytes(data)
    settings = folder / "materiel.toml"
    settings.write_text(
        f"workers = 1\ntime_limit = {TIME_LIMIT}.0\nmemory_limit = {MEMORY_LIMIT}\nmax_attempts = 1"
    )
    output = folder / "output"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATERIEL_")}
    with subprocess.Popen(
        [sys.executable, "pipeline.py", "add", str(files), "--output", str(output)],
        cwd=ROOT, env={**kept, "NO_COLOR": "1", "MATERIEL_SETTINGS": str(settings)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        gauge = _Gauge(process.pid)
        gauge.start()
        _, said = process.communicate()
        gauge.over.set()
        gauge.join()
    return Done(process.returncode, said, gauge.peak, output / "materiel.db", hostile, good)


class _Gauge(threading.Thread):
    """Watches the memory of a process with its children, what they share counted once."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(_LOOK):
            self.peak = max(self.peak, sum(map(_memory, _family(self.pid))))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it has ended
            continue
        for child in children:
            yield from _family(int(child))


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def test_every_good_one_is_done(done: Done) -> None:
    assert done.status == 0, done.said
    assert len(done.good) == MANY
    with Store.open(done.database, readonly=True) as store:
        states = {row[0]: row[1] for row in store.rows("SELECT sha256, state FROM work")}
        texts = {
            row[0]: row[1]
            for row in store.rows(
                "SELECT r.sha256, p.text FROM readings r JOIN pages p ON p.reading_id = r.id"
                " WHERE r.current = 1"
            )
        }
    assert {sha256 for sha256 in done.good if states.get(sha256) != "done"} == set()
    assert {said for sha256, said in done.good.items() if said not in texts[sha256]} == set()


def test_every_hostile_one_is_explained(done: Done) -> None:
    """One that was refused has an issue with its cause; one that was read says what is missing."""
    assert len(done.hostile) == MANY
    with Store.open(done.database, readonly=True) as store:
        work = {row["sha256"]: dict(row) for row in store.rows("SELECT * FROM work")}
        told: dict[str, dict[str, str]] = {}
        for row in store.rows("SELECT sha256, code, detail FROM issues WHERE sha256 IS NOT NULL"):
            told.setdefault(row["sha256"], {})[row["code"]] = row["detail"]
        report = json.loads(store.value("SELECT report FROM runs"))
    wrong: dict[str, tuple[object, ...]] = {}
    for sha256, maker in done.hostile.items():
        if sha256 not in work:  # one that is empty or too large is not taken in, which is said
            if not any(f"_{maker.name} is " in sentence for sentence in report["refused"]):
                wrong[maker.name] = ("not taken in", None, {})
            continue
        state, said = work[sha256]["state"], told.get(sha256, {})
        if state == "done":
            bad = maker.expect == "refused" or not set(maker.says) <= said.keys()
        else:
            cause = work[sha256]["cause"]
            bad = cause not in CAUSES or not said.get(cause, "").endswith(".")
            bad = bad or (maker.expect == "read" and cause != "limit_reached")
        if bad:
            wrong[maker.name] = (state, work[sha256]["cause"], said)
    assert wrong == {}
    refused = sum(row["state"] != "done" for sha, row in work.items() if sha in done.hostile)
    assert refused >= 20


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs /proc")
def test_memory_stays_within_the_limit(done: Done) -> None:
    assert 50 * 10**6 < done.peak <= MEMORY_LIMIT + OVER
