"""The pool of children: answers are kept, deaths are survived, limits hold."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from operate.child import Failed, Processed, Task
from operate.workers import Pool


def task_of(folder: Path, text: str) -> Task:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    path = folder / sha256
    path.write_text(text, encoding="utf-8")
    return Task(sha256, str(path), f"{text[:9]}.txt", None, "en")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(Settings(workers=1, time_limit=1.5, recycle_after=50)) as made:
        yield made


def test_an_answer_that_waited_for_the_caller_is_kept(tmp_path: Path) -> None:
    tasks = [task_of(tmp_path, f"{n} patrol boats for the coast guard.") for n in range(2, 4)]
    with Pool(Settings(workers=2, time_limit=3.0)) as pool:
        for _, outcome in pool.run(tasks):
            assert isinstance(outcome, Processed)
            until = time.monotonic() + 3.2  # as a caller that writes a large document
            while time.monotonic() < until:
                pass


def test_a_worker_that_died_idle_is_replaced(pool: Pool, tmp_path: Path) -> None:
    first, second = (task_of(tmp_path, f"{n} drones for the police.") for n in (2, 3))
    assert isinstance(next(pool.run([first]))[1], Processed)
    process = pool.workers[0].process
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert isinstance(next(pool.run([second]))[1], Processed)


def test_a_body_that_is_missing_costs_its_document(pool: Pool, tmp_path: Path) -> None:
    missing = Task("0" * 64, str(tmp_path / "missing"), "missing.txt", None, None)
    ((_, outcome),) = pool.run([missing])
    assert isinstance(outcome, Failed)
    assert not outcome.fatal


def test_time_is_limited(tmp_path: Path) -> None:
    slow = task_of(tmp_path, "Ten patrol boats were given to the coast guard. " * 40_000)
    with Pool(Settings(workers=1, time_limit=0.2)) as pool:
        ((_, outcome),) = pool.run([slow])
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.fatal) == ("limit_reached", True)
