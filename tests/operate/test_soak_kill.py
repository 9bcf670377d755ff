"""The nightly job killed at every named point, once each: the next run makes good all of it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.archive import read_journal
from core.records import Fetched
from demo.server import Replica
from tests.operate.conftest import Run
from tests.operate.kill_points import PASSES, RUN_POINTS
from tests.operate.mail_server import Inbox, mail_server
from tests.operate.test_kill import dump, need_killed, settings_file

SOURCES = ("intpa",)  # web pages, PDFs and a ZIP; `test_kill` has a run of all sources
_DYING = 10.0  # seconds in which the children of a killed run end

pytestmark = pytest.mark.soak


@dataclass
class Job:
    """The nightly job on a replica, with a watch and mail; and what it leaves undisturbed."""

    run: Run
    environment: dict[str, str]
    inbox: Inbox
    expected: list[str]
    bodies: set[str]

    def __call__(self, output: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run the job to its end, or to its death."""
        environment = {**self.environment, **more}
        return self.run("run", *SOURCES, "--output", output, environment=environment)

    def watch(self, output: Path) -> None:
        """Save a search in a new output folder."""
        done = self.run("watch", "add", "boats", "boat", "--output", output)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def job(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    folder = tmp_path_factory.mktemp("job")
    inbox = Inbox()
    with Replica(folder / "replica") as replica, mail_server(inbox) as port:
        environment = {
            **settings_file(replica, folder),
            "MATERIEL_SMTP_HOST": "127.0.0.1",
            "MATERIEL_SMTP_PORT": str(port),
            "MATERIEL_SMTP_STARTTLS": "0",
            "MATERIEL_SMTP_FROM": "materiel@desk.example",
            "MATERIEL_SMTP_TO": "news@desk.example",
            "MATERIEL_SMTP_REPORT_TO": "operator@desk.example",
        }
        made = Job(run, environment, inbox, [], set())
        whole = folder / "whole"
        made.watch(whole)
        done = made(whole)
        assert done.returncode == 0, done.stderr
        made.expected, made.bodies = dump(run, whole), archived(whole)
        assert len(inbox.mails) == 2  # the news and the report
        yield made


def archived(output: Path) -> set[str]:
    """Return the contents of an archive, each of which is whole; no other file is there."""
    names = set()
    for file in (output / "archive").rglob("*"):
        if file.is_file():
            assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
            names.add(file.name)
    return names


def journalled(output: Path) -> set[str]:
    """Return the contents that journals name; each line of them is whole."""
    faults: list[str] = []
    named = {
        line.sha256
        for path in (output / "journal").glob("*.jsonl")
        for line, _ in read_journal(path, 0, lambda _, why: faults.append(why))
        if isinstance(line, Fetched) and line.sha256
    }
    assert faults == []
    return named


def wait_for_the_lock(output: Path) -> None:
    """Fail where a killed run or a child of it still holds the output folder."""
    until = time.monotonic() + _DYING
    with (output / ".lock").open("a") as file:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            assert time.monotonic() < until, "the lock outlives the run"
            time.sleep(0.05)


def half_written(output: Path) -> list[str]:
    """Return the files that a run writes beside their places and renames."""
    return [
        str(file.relative_to(output))
        for file in output.rglob("*")
        if file.is_file()
        and (file.suffix == ".part" or (file.name.startswith(".") and file.name != ".lock")
             or ".prom." in file.name)
    ]  # fmt: skip


@pytest.mark.parametrize("point", RUN_POINTS)
def test_the_nightly_job_survives_a_kill(job: Job, tmp_path: Path, point: str) -> None:
    output = tmp_path / "output"
    job.watch(output)
    before = len(job.inbox.mails)
    ended = job(output, MATERIEL_KILL_AT=f"{point}:{PASSES.get(point, 1)}")
    need_killed(ended, point)
    wait_for_the_lock(output)
    kept = archived_or_torn(output)
    again = job(output)
    assert again.returncode == 0, again.stderr
    assert dump(job.run, output) == job.expected
    checked = job.run("check", "--archive", "--output", output)
    assert checked.returncode == 0, checked.stdout
    assert half_written(output) == []
    assert archived(output) == job.bodies
    assert kept <= job.bodies
    assert journalled(output) <= job.bodies
    # each report that a run wrote, and its text; what was found is mailed, at least once
    wait_for_the_lock(output)
    subjects = [mail["Subject"] for mail in job.inbox.mails[before:]]
    assert 2 <= len(subjects) <= 5, subjects
    assert list((output / "reports").glob("*.txt"))
    assert os.access(output / "feeds" / "boats.atom", os.R_OK)


def archived_or_torn(output: Path) -> set[str]:
    """Return the contents whose files are in place after a kill; those begun have other names."""
    return {
        file.name
        for file in (output / "archive").rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }
