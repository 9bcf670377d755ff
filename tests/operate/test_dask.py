"""A real Dask scheduler with two workers on loopback reads what this machine reads, row for row."""

from __future__ import annotations

import importlib.util
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.settings import Settings
from operate.child import Failed, Processed, Task
from operate.cluster import readers
from tests.operate.conftest import ROOT, Run

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None,
    reason="distributed is not installed: the extra `scale` is not tested",
)
_LISTENS = re.compile(r"tcp://127\.0\.0\.1:\d+")
_PATIENCE = 60.0  # seconds that a process of Dask may take to come up on a busy machine


def _wait_for(log: Path, pattern: re.Pattern[str], process: subprocess.Popen[bytes]) -> str:
    """Return what a process has written into its log, once it is there."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        found = pattern.search(log.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found.group()
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


@dataclass
class Dask:
    """A scheduler and its workers, each a process of its own, started as docs/scale.md says."""

    folder: Path
    stack: ExitStack
    address: str = ""
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def _start(self, name: str, *arguments: object) -> tuple[subprocess.Popen[bytes], Path]:
        log = self.folder / f"{name}.log"
        command = [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"]
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.stack.callback(_end, process)
        return process, log

    def start_scheduler(self) -> None:
        process, log = self._start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", 0)
        self.address = _wait_for(log, _LISTENS, process)

    def start_worker(self, *options: object) -> Path:
        """Start a worker of one thread; return its log once the scheduler knows it."""
        name = f"worker-{len(self.workers)}"
        process, log = self._start(
            name, "worker", self.address, "--nthreads", 1, "--memory-limit", 0, "--host",
            "127.0.0.1", "--local-directory", self.folder / name, *(options or ["--no-nanny"]),
        )  # fmt: skip
        _wait_for(log, re.compile("Registered to"), process)
        self.workers.append(process)
        return log


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    with ExitStack() as stack:
        dask = Dask(tmp_path_factory.mktemp("dask"), stack)
        dask.start_scheduler()
        yield dask


@pytest.fixture(scope="module")
def many(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of documents, and as many short ones as keep two workers busy for a while."""
    place = tmp_path_factory.mktemp("many")
    for file in folder.iterdir():
        (place / file.name).write_bytes(file.read_bytes())
    for n in range(24):
        line = f"In Annex {n}, the EU Trust Fund gave {n + 2} patrol boats to the Coast Guard.\n"
        (place / f"note-{n:02}.txt").write_text(line * 10, encoding="utf-8")
    (place / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    return place


def dump(run: Run, output: Path) -> list[str]:
    checked = run("check", "--output", output)
    assert checked.returncode == 0, checked.stdout
    dumped = run("check", "--dump", "--output", output)
    assert dumped.returncode == 0, dumped.stderr
    return dumped.stdout.splitlines()


@pytest.fixture(scope="module")
def local(run: Run, many: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What this machine alone stores."""
    output = tmp_path_factory.mktemp("local")
    done = run("add", many, "--output", output)
    assert done.returncode == 0, done.stderr
    lines = dump(run, output)
    assert sum(line.startswith("readings ") for line in lines) > 24
    assert any(line.startswith("entries ") for line in lines)
    return lines


def test_nobody_to_ask_is_said_in_one_sentence(run: Run, folder: Path, tmp_path: Path) -> None:
    done = run("add", folder, "--output", tmp_path, "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("Error: No Dask scheduler answers at")
    assert "Traceback" not in done.stderr


def test_without_dask_the_option_says_what_to_install(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "dask.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    done = run(
        "add", folder, "--output", tmp_path / "output", "--scheduler", "tcp://127.0.0.1:9",
        environment={"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install distributed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cluster_whose_workers_may_start_no_children_is_refused(
    run: Run, scheduler: Dask, folder: Path, tmp_path: Path
) -> None:
    scheduler.start_worker("--nworkers", 1)  # with a nanny
    done = run("add", folder, "--output", tmp_path, "--scheduler", scheduler.address)
    _end(scheduler.workers.pop())
    assert done.returncode == 1
    assert "--no-nanny" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def dask(scheduler: Dask) -> Dask:
    """The scheduler with two workers."""
    scheduler.start_worker()
    scheduler.start_worker()
    return scheduler


def test_the_database_is_the_same(
    run: Run, dask: Dask, many: Path, tmp_path: Path, local: list[str]
) -> None:
    done = run("add", many, "--output", tmp_path, "--scheduler", dask.address)
    assert done.returncode == 0, done.stderr
    assert dump(run, tmp_path) == local


@pytest.mark.soak
def test_workers_that_share_the_archive_read_it_there(
    run: Run, dask: Dask, many: Path, tmp_path: Path, local: list[str]
) -> None:
    shared = f"file://{tmp_path}/archive"
    where = ["--scheduler", dask.address, "--shared-archive"]
    done = run("add", many, "--output", tmp_path, *where, f"{shared}-elsewhere")
    assert done.returncode == 1
    assert "check --shared-archive" in done.stderr
    done = run("process", "--output", tmp_path, *where, shared)
    assert done.returncode == 0, done.stderr
    assert dump(run, tmp_path) == local


def test_a_document_that_ends_its_child_takes_no_worker_with_it(dask: Dask, tmp_path: Path) -> None:
    settings = Settings(output=tmp_path, time_limit=1.5, scheduler=dask.address)
    settings.archive.mkdir()
    texts = {
        "slow.txt": "Ten patrol boats were given to the coast guard. " * 100_000,
        "good.txt": "Twelve drones were given to the police.",
    }
    tasks = []
    for name, text in texts.items():
        (settings.archive / name).write_text(text, encoding="utf-8")
        tasks.append(Task("0" * 64, str(settings.archive / name), name, None, "en"))
    with readers(settings) as executor:
        outcomes = {task.name: outcome for task, outcome in executor.run(tasks)}
        slow, good = outcomes["slow.txt"], outcomes["good.txt"]
    assert isinstance(slow, Failed)
    assert (slow.code, slow.fatal) == ("limit_reached", True)
    assert isinstance(good, Processed)
    assert [worker.poll() for worker in dask.workers] == [None, None]


def test_a_worker_that_dies_has_its_documents_done_by_others(
    run: Run, dask: Dask, many: Path, tmp_path: Path, local: list[str]
) -> None:
    command = [sys.executable, "pipeline.py", "add", str(many), "--output", str(tmp_path),
               "--scheduler", dask.address, "--json"]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        wait_for_readings(tmp_path / "materiel.db", 5, running)
        victim = dask.workers.pop()
        victim.kill()
        victim.wait()
        assert running.poll() is None, "it was over before the worker died"
        _, said = running.communicate(timeout=120)
    assert (running.returncode, said) == (0, b"")
    assert dump(run, tmp_path) == local
    until = time.monotonic() + 10
    while orphans(victim.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert not orphans(victim.pid)


def wait_for_readings(database: Path, number: int, running: subprocess.Popen[bytes]) -> None:
    """Wait until so many contents are read, and no more than that are."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and running.poll() is None:
        if database.exists() and readings(database) >= number:
            return
        time.sleep(0.02)
    raise AssertionError("Nothing was read for a long time.")


def readings(database: Path) -> int:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    with closing(connection), suppress(sqlite3.OperationalError):  # the table is not there yet
        return int(connection.execute("SELECT count(*) FROM readings").fetchone()[0])
    return 0


def orphans(session: int) -> list[int]:
    """Return the processes that are left of a session; none where there is no /proc."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(file.parent.name))
    return found
