"""What writers that were killed left half written goes, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import OutputNotWritable
from core.settings import Settings
from operate.leftovers import sweep_leftovers
from tests.operate.conftest import ROOT
from tests.operate.test_bad_days import forbid, read_only

SHA = "ab" * 32
# how a child process writes a file, where it is killed, and in which folder that leaves something
WRITERS = {
    "archive": ("Archive(settings.archive).put(b'bytes')", "before-rename"),
    "images": (f"keep_image(settings, {SHA!r}, 1, b'picture')", "before-image"),
    "feeds": ("feeds._write(settings.output / 'feeds' / 'boats.atom', b'feed')", "before-feed"),
    "reports": ("report._write(settings.reports / '000001.txt', 'text')", "before-report-file"),
    "metrics": ("write_to_textfile(str(settings.metrics_file), Deadly())", "in-metrics"),
}
CHILD = """
import sys
from pathlib import Path
from prometheus_client import write_to_textfile
from core.archive import Archive
from core.killpoints import killpoint
from core.settings import Settings
from operate import feeds, report
from operate.images import keep_image

class Deadly:
    def collect(self):
        killpoint("in-metrics")
        return []

settings = Settings(output=Path(sys.argv[1]))
for folder in ("feeds", "reports"):
    (settings.output / folder).mkdir(exist_ok=True)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(output=tmp_path)


@pytest.fixture
def other() -> Iterator[int]:
    """The number of another process, which lives."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with child:
        yield child.pid
        child.communicate(b"\n")


@pytest.fixture(scope="module")
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    return child.pid


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def put(folder: Path, *names: str) -> set[str]:
    """Make files of these names; return the names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return set(names)


@pytest.mark.parametrize("writer", WRITERS)
def test_what_a_killed_writer_left_is_removed(settings: Settings, writer: str) -> None:
    statement, point = WRITERS[writer]
    died = subprocess.run(
        [sys.executable, "-c", CHILD + statement, str(settings.output)],
        cwd=ROOT,
        env={**os.environ, "MATERIEL_KILL_AT": point},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    (left,) = files(settings.output)
    assert left.startswith("metrics.prom." if writer == "metrics" else f"{writer}/")
    assert sweep_leftovers(settings) == 1
    assert files(settings.output) == set()


def test_what_is_whole_and_what_others_have_stays(settings: Settings, dead: int) -> None:
    kept = put(
        settings.output,
        *[".lock", ".copying", f".restoring/.withheld.jsonl.{dead}", "materiel.db", "notes.part"],
        *[f"archive/ab/{SHA}", "archive/.DS_Store", "archive/ab/.hidden", f"archive/ab/{SHA}.part"],
        *[f"archive/ab/.{SHA}.old", f"archive/ab/{SHA}.{dead}", f"images/ab/{SHA}/1.png"],
        *["feeds/boats.atom", "reports/000001.txt", f"journal/.000001-crawl.jsonl.{dead}"],
        *["metrics.prom", "metrics.prom.old", f"metrics.prom.{dead}", "metrics.prom.a.1"],
        f"metrics.prom.{dead}.bak",
    )
    assert sweep_leftovers(settings) == 0
    assert files(settings.output) == kept


def test_what_a_living_process_writes_stays(settings: Settings, other: int) -> None:
    kept = put(
        settings.output,
        f"archive/ab/.{SHA}.{other}",
        f"images/ab/{SHA}/.1.png.{other}-140001",
        f"metrics.prom.{other}.140001",
    )
    assert sweep_leftovers(settings) == 0
    assert files(settings.output) == kept


def test_a_dead_process_of_the_same_number_has_left_what_it_left(settings: Settings) -> None:
    put(settings.output, f"archive/ab/.{SHA}.{os.getpid()}", f"archive/ab/.{SHA}.{10**30}")
    assert sweep_leftovers(settings) == 2
    assert files(settings.output) == set()


def test_after_a_run_that_ended_well_only_what_it_writes_afterwards_is_looked_for(
    settings: Settings, dead: int
) -> None:
    kept = put(settings.output, f"archive/ab/.{SHA}.{dead}")
    put(settings.output, f"reports/.000001.txt.{dead}-140001", f"metrics.prom.{dead}.140001")
    assert sweep_leftovers(settings, ended_well=True) == 2
    assert files(settings.output) == kept


def test_folders_of_such_names_stay(settings: Settings, dead: int) -> None:
    kept = put(settings.output, f"archive/.kept.{dead}/file", f"feeds/.old.{dead}/file")
    assert sweep_leftovers(settings) == 0
    assert files(settings.output) == kept


def test_a_folder_that_holds_nothing_yet_is_no_fault(settings: Settings) -> None:
    assert sweep_leftovers(settings) == 0
    assert sweep_leftovers(Settings(output=settings.output / "none")) == 0


def test_in_a_folder_that_cannot_be_written_it_is_one_sentence(tmp_path: Path, dead: int) -> None:
    with read_only(tmp_path / "disk") as place:
        settings = Settings(output=place / "output")
        put(settings.output, f"feeds/.boats.atom.{dead}")
        forbid(place, writing=True)
        try:
            with pytest.raises(OutputNotWritable, match=r"boats.* cannot be written .*\.$"):
                sweep_leftovers(settings)
        finally:
            forbid(place, writing=False)
        assert sweep_leftovers(settings) == 1
