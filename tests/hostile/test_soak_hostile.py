"""All hostile files at full limits, each through a worker and all through a whole run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.settings import Settings
from operate.commands import run_add
from store.database import Store
from tests.hostile import HOSTILE
from tests.hostile.__main__ import write
from tests.hostile.harness import Course, faults
from tests.hostile.maker import SENTENCE

TIME_LIMIT = 20.0  # seconds
MEMORY_LIMIT = 2**30  # bytes of address space

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """One worker for all files, replaced by the pool where a file ends it."""
    folder = tmp_path_factory.mktemp("hostile")
    with Course(folder, time_limit=TIME_LIMIT, memory_limit=MEMORY_LIMIT) as made:
        yield made


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_within_its_limits(course: Course, name: str) -> None:
    maker = HOSTILE[name]
    trial = course.send(name, maker.make())
    assert faults(trial, maker, course.settings) == [], trial.cause
    assert trial.read or (maker.expect != "read" and not maker.says), trial.cause
    course.check_that_it_reads()


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.endswith(".pdf")])
def test_a_hostile_page_is_drawn_within_its_limits(course: Course, name: str) -> None:
    maker = HOSTILE[name]
    trial = course.send(name, maker.make(), pages=(1,))
    assert faults(trial, replace(maker, expect="either", says=()), course.settings) == [], (
        trial.cause
    )
    course.check_that_it_reads()


def test_a_whole_run_survives_files_that_hold_files(tmp_path: Path) -> None:
    holders = [name for name in HOSTILE if name.endswith((".zip", ".eml", ".docx", ".mhtml"))]
    folder = tmp_path / "in"
    write(folder, holders)
    (folder / "harmless.txt").write_text(SENTENCE)
    settings = Settings(
        output=tmp_path / "out", time_limit=TIME_LIMIT, memory_limit=MEMORY_LIMIT, max_attempts=1
    )
    report = run_add(settings, [str(folder)], quiet=True)
    assert (report["status"], report["refused"]) == (0, [])
    assert not {"internal_fault", "document_error"} & set(report["processing"]["failures"])
    with Store.open(settings.database) as store:
        states = {row["sha256"]: row["state"] for row in store.rows("SELECT * FROM work")}
        told = {row["sha256"] for row in store.rows("SELECT sha256 FROM issues WHERE detail <> ''")}
        texts = [row["text"] for row in store.rows("SELECT text FROM pages")]
    assert len(states) >= len(holders)
    assert "pending" not in states.values()
    assert {sha256 for sha256, state in states.items() if state != "done"} <= told
    assert SENTENCE in texts
