"""`status --doctor`: each check on a machine that has the thing, and on one that has not."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import pipeline
from core.settings import Settings
from operate import doctor
from operate.doctor import examine
from operate.lock import output_lock
from operate.progress import Progress
from operate.session import session
from tests.operate.mail_server import Inbox, mail_server

ENABLED = {"ted": {"enabled": True}}
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def no_slow_check(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Leave out the second of processor time, but where it is what is tested."""
    if "slow" not in request.node.name:
        monkeypatch.setattr(doctor, "_processor_time", lambda: doctor.Check("cpu", "ok", ""))


def checked(folder: Path, name: str, **more: Any) -> tuple[str, str, int]:
    """Return state and words of one check, and the exit status of all."""
    found = examine(Settings(output=folder, **more))
    (row,) = (check for check in found["checks"] if check["name"] == name)
    assert bool(row["do"]) == (row["state"] != "ok")
    return row["state"], row["says"], found["status"]


def test_a_fresh_folder_is_not_broken(tmp_path: Path) -> None:
    found = examine(Settings(output=tmp_path / "new"))
    assert found["status"] == 0
    assert {check["name"] for check in found["checks"]} == {
        "SQLite", "model", "text recognition", "contact", "sources", "output folder", "lock",
        "database", "disk", "memory limit", "cpu", "wall time", "mail",
    }  # fmt: skip
    assert not (tmp_path / "new").exists()  # nothing was made


def test_slow_limits_are_enforced_here_or_it_says_so() -> None:
    found = {check["name"]: check for check in examine(Settings())["checks"]}
    for name in ("memory limit", "processor time"):
        assert found[name]["state"] == ("ok" if os.uname().sysname == "Linux" else "to do")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("to do", 0)),
        ({"contact": "a@b.example"}, ("ok", 0)),
        ({"sources": ENABLED}, ("broken", 1)),
        ({"sources": ENABLED, "contact": "a@b.example"}, ("ok", 0)),
    ],
)
def test_contact(tmp_path: Path, more: dict[str, Any], expected: tuple[str, int]) -> None:
    state, _, status = checked(tmp_path, "contact", **more)
    assert (state, status) == expected


def test_cards_that_were_never_probed(tmp_path: Path) -> None:
    assert "No source is enabled" in checked(tmp_path, "sources")[1]
    state, says, _ = checked(tmp_path, "sources", sources=ENABLED)
    assert (state, says) == ("to do", "Enabled and never probed: ted.")
    (tmp_path / "probes" / "ted" / "20260101T000000Z").mkdir(parents=True)
    state, says, _ = checked(tmp_path, "sources", sources=ENABLED)
    assert state == "ok"
    assert "never probed and not enabled: addresses, asktheeu" in says


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    state, says, status = checked(tmp_path / "file", "output folder")
    assert (state, status) == ("broken", 1)
    assert "cannot be written" in says


def test_a_run_at_work_holds_the_lock(tmp_path: Path) -> None:
    assert checked(tmp_path, "lock")[0] == "ok"
    with output_lock(tmp_path):
        state, says, status = checked(tmp_path, "lock")
    assert (state, status) == ("to do", 0)
    assert f"process {os.getpid()}" in says
    assert checked(tmp_path, "lock")[0] == "ok"


def test_the_clock_and_the_database(tmp_path: Path) -> None:
    with session(Settings(output=tmp_path), "run", Progress(quiet=True)) as current:
        pass
    assert checked(tmp_path, "database")[1] == "It opens; 1 run so far."
    assert checked(tmp_path, "clock")[0] == "ok"
    database = sqlite3.connect(tmp_path / "materiel.db")
    database.execute("UPDATE runs SET started_at = '2999-01-01T00:00:00Z'")
    database.commit()
    database.close()
    state, says, status = checked(tmp_path, "clock")
    assert (state, status) == ("to do", 0)
    assert "2999-01-01" in says
    for file in tmp_path.glob("materiel.db*"):
        file.unlink()
    (tmp_path / "materiel.db").write_bytes(b"no database, but long enough to be looked at" * 99)
    state, says, status = checked(tmp_path, "database")
    assert (state, status) == ("broken", 1)
    assert "no sound SQLite database" in says
    assert current.run_id == 1


@pytest.mark.parametrize(
    ("free", "state"), [(100 * 10**6, "broken"), (10**9, "to do"), (10**11, "ok")]
)
def test_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    assert checked(tmp_path, "disk")[0] == state


def test_a_disk_that_will_be_full_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "archive_growth", lambda _: 10.0**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 5 * 10**9))
    with session(Settings(output=tmp_path), "run", Progress(quiet=True)):
        pass
    state, says, _ = checked(tmp_path, "disk")
    assert state == "to do"
    assert says == "5.0 GB are free, room for 5 nights like the last ones."


def test_a_system_that_allows_less_memory_than_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (10**9, 10**9))
    assert checked(tmp_path, "memory limit")[0] == "broken"


def test_a_system_that_does_not_limit_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_MEMORY", "print('not held')")
    assert checked(tmp_path, "memory limit")[0] == "to do"


def test_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(tmp_path, "mail")[0] == "ok"
    monkeypatch.setenv("MATERIEL_SMTP_HOST", "127.0.0.1")
    assert checked(tmp_path, "mail")[0] == "broken"
    inbox = Inbox()
    with mail_server(inbox) as port:
        for name, value in {
            "PORT": str(port), "STARTTLS": "0", "FROM": "a@x.example", "TO": "b@x.example",
            "REPORT_TO": "c@x.example, d@x.example",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"MATERIEL_SMTP_{name}", value)
        state, says, _ = checked(tmp_path, "mail")
    assert (state, inbox.mails) == ("ok", [])
    assert says.endswith("addresses for alerts: 1, for reports: 2.")
    state, says, status = checked(tmp_path, "mail")
    assert (state, status) == ("broken", 1)
    assert "did not let us in" in says


def test_the_command_prints_a_line_for_each_and_ends_with_its_status(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    def call(output: Path, *more: str) -> tuple[int, str]:
        arguments = ["status", "--doctor", "--output", str(output), *more]
        done = CliRunner().invoke(pipeline.cli, arguments)
        return done.exit_code, done.stdout

    status, printed = call(tmp_path)
    assert status == 0
    assert "ok      lock: No run is at work." in printed
    assert "to do   contact: No contact is set.\n        -> Set contact =" in printed
    status, printed = call(tmp_path / "file")
    assert status == 1
    assert "BROKEN  output folder:" in printed
    assert json.loads(call(tmp_path, "--json")[1])["status"] == 0
