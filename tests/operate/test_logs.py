"""The log on standard error, the metrics file, and what SIGTERM does."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.errors import OutputNotWritable, SettingsError
from core.settings import Settings
from operate import progress
from operate.logs import is_logging, log_as, tell
from operate.metrics import write_metrics
from operate.progress import Progress
from operate.session import session
from store.database import Store
from tests.builders import open_house
from tests.operate.conftest import Run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A stream that no log goes to after the test."""
    yield io.StringIO()
    log_as(None)


def test_a_run_logs_lines_that_programs_read(stream: io.StringIO, tmp_path: Path) -> None:
    log_as("json", stream)
    with session(Settings(output=tmp_path), "run", Progress(quiet=True)) as current:
        current.note("mail_failed", "Two\nlines, ü.")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["message"] for line in lines] == [
        "run begins", "Two\nlines, ü.", "All stages completed.",
    ]  # fmt: skip
    assert [line["level"] for line in lines] == ["info", "warning", "info"]
    assert lines[1]["code"] == "mail_failed"
    assert (lines[2]["run"], lines[2]["state"], lines[2]["status"]) == (1, "finished", 0)
    assert all(line["time"].endswith("Z") for line in lines)


def test_text_lines_stay_lines(stream: io.StringIO) -> None:
    log_as("text", stream)
    tell("One\nforged INFO line\x1b[31m", source="ted")
    (line,) = stream.getvalue().splitlines()
    assert line.endswith(" INFO One forged INFO line [31m (source=ted)")


def test_progress_goes_into_the_log(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LINE_EVERY", 2)
    plain = io.StringIO()
    log_as("json", stream)
    shown = Progress(quiet=True, stream=plain)
    shown.start("reading", 3)
    for _ in range(3):
        shown.step(3)
    told = json.loads(stream.getvalue())
    assert (told["message"], told["done"], told["of"]) == ("reading: 2 of 3", 2, 3)
    assert plain.getvalue() == ""


def test_without_a_log_nothing_is_said(stream: io.StringIO) -> None:
    log_as("text", stream)
    log_as(None)
    tell("unheard")
    assert not is_logging()
    assert stream.getvalue() == ""


def test_errors_go_into_the_log_too(run: Run, tmp_path: Path) -> None:
    done = run("status", "--log", "json", "--output", tmp_path / "none")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    told = json.loads(line)
    assert told["level"] == "error"
    assert told["message"].startswith("Error: There is no database in")


def values(file: Path) -> dict[str, float]:
    """Return the samples of a metrics file by name and labels."""
    return {
        f"{sample.name}{sorted(sample.labels.items()) or ''}": sample.value
        for family in text_string_to_metric_families(file.read_text(encoding="utf-8"))
        for sample in family.samples
    }


def test_a_run_writes_metrics(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    with session(Settings(output=tmp_path), "run", Progress(quiet=True)) as current:
        house.take("url:a", b"1")
        current.report["sources"] = [{
            "source": "ministry", "state": "ok", "listed": 9, "confirmed": 8, "fetched": 1,
            "minimum": 5, "maximum": 20, "detail": "", "walk": "full", "waiting": 0,
            "missed": False,
        }]  # fmt: skip
        current.note("mail_failed", "x")
    house.store.close()
    found = values(tmp_path / "metrics.prom")
    for name, value in {
        "materiel_run_exit_status": 0, "materiel_run_documents_new": 1,
        "materiel_source_confirmed[('source', 'ministry')]": 8,
        "materiel_source_state[('source', 'ministry'), ('state', 'ok')]": 1,
        "materiel_documents[('source', 'ministry')]": 1, "materiel_archive_bytes": 1,
        "materiel_run_issues[('code', 'mail_failed')]": 1, "materiel_mails_waiting": 0,
        "materiel_work[('stage', 'read'), ('state', 'pending')]": 1,
    }.items():  # fmt: skip
        assert found[name] == value, name
    assert abs(found["materiel_last_completed_timestamp_seconds"] - time.time()) < 60
    assert list(tmp_path.glob("metrics.prom.*")) == []


def test_metrics_go_where_the_setting_says(tmp_path: Path) -> None:
    there = tmp_path / "collector" / "materiel.prom"
    settings = Settings(output=tmp_path / "out", metrics=there)
    with session(settings, "add", Progress(quiet=True)):
        pass
    assert "materiel_run_exit_status" in values(there)
    with pytest.raises(SettingsError, match=r"ends in \.prom"):
        Settings(metrics=Path("metrics.txt"))
    (tmp_path / "file").write_text("in the way")
    wrong = Settings(output=tmp_path / "out", metrics=tmp_path / "file" / "x.prom")
    with Store.open(settings.database) as store, pytest.raises(OutputNotWritable):
        write_metrics(store, wrong, 1, 0)
    with session(wrong, "add", Progress(quiet=True)) as current:
        pass
    assert current.status == 0  # it costs an issue, not the run
    with Store.open(settings.database) as store:
        codes = [row["code"] for row in store.rows("SELECT code FROM issues")]
    assert codes == ["metrics_not_written"]


_SLEEPS = """
import sys, time
sys.argv[1:] = ["process", "--output", sys.argv[1]]
import pipeline
from operate import commands
def wait(settings, **more):
    with commands.session(settings, "process", commands.Progress(quiet=True)):
        print("begun", flush=True)
        time.sleep(60)
commands.run_process = wait
pipeline.main()
"""


def test_a_run_that_is_told_to_stop_says_so_and_is_marked(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _SLEEPS, str(tmp_path)], cwd=ROOT, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        child.send_signal(signal.SIGTERM)
        _, errors = child.communicate(timeout=30)
    assert child.returncode == 1
    assert errors.strip().endswith("Interrupted; the next run goes on from here.")
    database = sqlite3.connect(tmp_path / "materiel.db")
    assert database.execute("SELECT state, verdict FROM runs").fetchall() == [
        ("interrupted", "It was stopped.")
    ]
    database.close()
    assert "INTERRUPTED. It was stopped." in (tmp_path / "reports" / "000001.txt").read_text()
