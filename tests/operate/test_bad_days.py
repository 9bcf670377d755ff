"""Full disks, folders that cannot be written, held databases, clocks set back, orders to stop.

Each time the command says in one sentence what is wrong and ends with the status for it, and a
normal run afterwards ends with the database that an undisturbed one makes.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.archive import read_journal
from core.errors import StoreError
from core.records import Fetched
from core.settings import Settings
from demo.server import Replica
from operate.commands import run_add
from store import database
from tests.operate.conftest import ROOT, Run
from tests.operate.test_kill import dump, settings_file

KIB = 1024
DISK = 64 * KIB * KIB  # bytes of the small disk
_LONGEST = 120.0  # seconds until a command has got as far as a test wants it to
STOPPED = (1, "Interrupted; the next run goes on from here.")


@pytest.fixture(scope="module")
def undisturbed(run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The database of an `add` of the folder on a good day."""
    output = tmp_path_factory.mktemp("undisturbed")
    assert run("add", folder, "--output", output).returncode == 0
    return dump(run, output)


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Give a small disk of its own, in memory; skip where this system does not let us mount one."""
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or sys.platform != "linux":
        pytest.skip("needs mount on Linux")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, left: int) -> Path:
    """Fill a disk but for so many bytes; return the file that does it."""
    filler = disk / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(disk).free - left, 0)))
    return filler


def in_one_sentence(said: str) -> str:
    """Return the only line that the command wrote as an error."""
    lines = [line for line in said.splitlines() if line.strip()]
    assert "Traceback" not in said
    errors = [line for line in lines if line.startswith("Error: ")]
    assert len(errors) == 1, said
    assert errors[0].rstrip().endswith("."), said
    return errors[0]


def ends_like(run: Run, folder: Path, output: Path, expected: list[str]) -> None:
    """Do it again on a good day: nothing was lost, and nothing is there twice."""
    again = run("add", folder, "--output", output)
    assert again.returncode == 0, again.stderr
    assert dump(run, output) == expected
    checked = run("check", "--archive", "--output", output)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(0, marks=pytest.mark.soak),
        64 * KIB,
        pytest.param(700 * KIB, marks=pytest.mark.soak),
        pytest.param(1500 * KIB, marks=pytest.mark.soak),
        pytest.param(2500 * KIB, marks=pytest.mark.soak),
    ],
)
def test_a_full_disk(
    run: Run, folder: Path, tmp_path: Path, undisturbed: list[str], left: int
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        output = disk / "output"
        filler = fill(disk, left)
        full = run("add", folder, "--output", output)
        filler.unlink()
        assert full.returncode == 1, (full.stdout, full.stderr)
        assert "No space is left for" in in_one_sentence(full.stderr)
        ends_like(run, folder, output, undisturbed)


@pytest.mark.soak
def test_a_disk_that_fills_up_later(
    run: Run, folder: Path, tmp_path: Path, undisturbed: list[str]
) -> None:
    """What was there before the disk was full is there afterwards."""
    with small_disk(tmp_path / "disk") as disk:
        output = disk / "output"
        first = min(folder.iterdir())
        assert run("add", first, "--output", output).returncode == 0
        before = dump(run, output)
        filler = fill(disk, 16 * KIB)
        full = run("add", folder, "--output", output)
        assert full.returncode == 1, full.stdout
        assert "No space is left for" in in_one_sentence(full.stderr)
        filler.unlink()
        rows = [line for line in before if line.startswith("documents ")]
        assert rows
        assert set(rows) <= set(dump(run, output))
        ends_like(run, folder, output, undisturbed)


@contextmanager
def read_only(place: Path) -> Iterator[Path]:
    """Give a folder that can be written, which `lock` makes read-only, for root as well."""
    if os.geteuid() != 0:
        place.mkdir()
        yield place
        return
    with small_disk(place) as disk:
        yield disk


def forbid(place: Path, *, writing: bool) -> None:
    """Make what `read_only` gave read-only, or take that back."""
    if os.geteuid() == 0:
        how = "ro" if writing else "rw"
        subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)
        return
    for path in [*place.rglob("*"), place]:
        path.chmod(0o500 if writing else 0o700)


@pytest.mark.soak
def test_a_folder_that_cannot_be_written(
    run: Run, folder: Path, tmp_path: Path, undisturbed: list[str]
) -> None:
    with read_only(tmp_path / "disk") as place:
        output = place / "output"
        first = min(folder.iterdir())
        assert run("add", first, "--output", output).returncode == 0
        forbid(place, writing=True)
        try:
            refused = run("add", folder, "--output", output)
            fresh = run("add", folder, "--output", place / "other")
        finally:
            forbid(place, writing=False)
        for answer in (refused, fresh):
            assert answer.returncode == 1, answer.stdout
            sentence = in_one_sentence(answer.stderr)
            assert "written" in sentence
            assert "choose another folder with --output" in sentence
        ends_like(run, folder, output, undisturbed)


def test_a_database_that_another_program_holds(
    run: Run,
    folder: Path,
    tmp_path: Path,
    undisturbed: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = tmp_path / "output"
    first = min(folder.iterdir())
    assert run("add", first, "--output", output).returncode == 0
    monkeypatch.setattr(database, "BUSY", 200)
    with closing(sqlite3.connect(output / "materiel.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is held by another program; end that one and start"):
            run_add(Settings(output=output, workers=1), [str(folder)], quiet=True)
        other.execute("ROLLBACK")
    ends_like(run, folder, output, undisturbed)


@pytest.mark.soak
def test_a_database_that_another_program_holds_for_longer_than_a_run_waits(
    run: Run, folder: Path, tmp_path: Path, undisturbed: list[str]
) -> None:
    output = tmp_path / "output"
    assert run("add", min(folder.iterdir()), "--output", output).returncode == 0
    with closing(sqlite3.connect(output / "materiel.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held = run("add", folder, "--output", output)
        other.execute("ROLLBACK")
    assert held.returncode == 1
    assert "is held by another program" in in_one_sentence(held.stderr)
    ends_like(run, folder, output, undisturbed)


@pytest.mark.soak
def test_a_clock_that_was_set_back(
    run: Run, folder: Path, tmp_path: Path, undisturbed: list[str]
) -> None:
    output = tmp_path / "output"
    assert run("add", min(folder.iterdir()), "--output", output).returncode == 0
    with closing(sqlite3.connect(output / "materiel.db")) as clock, clock:
        clock.execute("UPDATE runs SET started_at = '2099-01-01T00:00:00Z'")
        clock.execute("UPDATE fetches SET fetched_at = '2099-01-01T00:00:00Z'")
    again = run("add", folder, "--output", output)
    assert again.returncode == 0, again.stderr
    with closing(sqlite3.connect(output / "materiel.db")) as told:
        said = told.execute("SELECT detail FROM issues WHERE code = 'clock_set_back'").fetchall()
    assert len(said) == 1
    assert "2099-01-01T00:00:00Z" in said[0][0]
    told_more = [line for line in dump(run, output) if '"clock_set_back"' not in line]
    assert told_more == undisturbed


def stopped_when(
    arguments: list[str], far_enough: Callable[[], bool], environment: Mapping[str, str]
) -> tuple[int, str]:
    """Start a command, tell it to end as soon as it is far enough; return status and last words."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MATERIEL_")}
    with subprocess.Popen(
        [sys.executable, "pipeline.py", *arguments],
        cwd=ROOT, env={**kept, "NO_COLOR": "1", **environment}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        until = time.monotonic() + _LONGEST
        while not far_enough():
            assert process.poll() is None, "it ended before it could be told to"
            assert time.monotonic() < until, "it never got that far"
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    return process.returncode, said


def count(file: Path, table: str) -> int:
    """Return how many rows a table has so far; 0 where there is no database yet."""
    if not file.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as looked:
            return int(looked.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:  # it is being made
        return 0


def test_an_order_to_stop_while_loading(
    run: Run, folder: Path, tmp_path: Path, undisturbed: list[str]
) -> None:
    output = tmp_path / "output"
    status, said = stopped_when(
        ["add", str(folder), "--output", str(output)],
        lambda: count(output / "materiel.db", "readings") > 0,
        {},
    )
    assert (status, said.splitlines()[-1]) == STOPPED, said
    assert "Traceback" not in said
    assert state_of_last_run(output) == "interrupted"
    ends_like(run, folder, output, undisturbed)


@pytest.mark.soak
def test_an_order_to_stop_while_crawling(run: Run, tmp_path: Path) -> None:
    with Replica(tmp_path / "replica") as replica:
        environment = settings_file(replica, tmp_path)
        whole, output = tmp_path / "whole", tmp_path / "output"
        assert run("run", "ted", "--output", whole, environment=environment).returncode == 0
        status, said = stopped_when(
            ["run", "ted", "--output", str(output)],
            lambda: any(
                isinstance(line, Fetched)
                for path in (output / "journal").glob("*-crawl.jsonl")
                for line, _ in read_journal(path)
            ),
            environment,
        )
        assert (status, said.splitlines()[-1]) == STOPPED, said
        assert "Traceback" not in said
        assert state_of_last_run(output) == "interrupted"
        again = run("run", "ted", "--output", output, environment=environment)
        assert again.returncode == 0, again.stderr
        assert dump(run, output) == dump(run, whole)


def state_of_last_run(output: Path) -> str:
    """Return what the ledger says of the run that began last."""
    with closing(sqlite3.connect(output / "materiel.db")) as ledger:
        row = ledger.execute("SELECT state FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0])
