"""`retry` on real files: by cause, by source, and what was set aside."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import pipeline
from core.archive import Archive
from core.records import Fetched
from core.settings import Settings
from operate.commands import run_add, run_process, run_retry
from store.database import Store
from store.work import fail, failing

BAD = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An output folder with a damaged file, and a sound one that ended its worker twice."""
    folder = tmp_path_factory.mktemp("retry")
    (folder / "bad.pdf").write_bytes(BAD)
    (folder / "good.txt").write_text("The EU gave 3 patrol boats to the Coast Guard.\n")
    made = Settings(output=folder / "out", workers=1)
    run_add(made, [str(folder / "bad.pdf"), str(folder / "good.txt")], quiet=True)
    with Store.open(made.database) as store:
        sha256 = store.value("SELECT sha256 FROM work WHERE state = 'done'")
        store.connection.execute("UPDATE work SET state = 'pending' WHERE state = 'done'")
        for _ in range(made.max_attempts):
            fail(store, sha256, "worker_died", fatal=True, max_attempts=made.max_attempts)
    return made


def states(settings: Settings) -> dict[tuple[str, str], int]:
    """Return how many contents failed, by cause and state."""
    with Store.open(settings.database) as store:
        return {(row["cause"], row["state"]): row["count"] for row in failing(store)}


def test_each_kind_of_failure_is_taken_when_it_is_asked_for(settings: Settings) -> None:
    both = {("damaged_document", "failed"): 1, ("worker_died", "set_aside"): 1}
    assert states(settings) == both
    report = run_retry(settings, quiet=True, cause="worker_died")
    assert (report["retried"], report["processing"]["read"]) == (0, 0)
    assert {row["state"] for row in report["left"]} == {"failed", "set_aside"}
    assert run_retry(settings, quiet=True, source="ted")["retried"] == 0
    report = run_retry(settings, quiet=True)
    assert (report["retried"], report["processing"]["failures"]) == (1, {"damaged_document": 1})
    assert run_process(settings, again=True, quiet=True)["processing"]["read"] == 0
    assert states(settings) == both  # what was set aside stays so until it is asked for

    done = CliRunner().invoke(
        pipeline.cli, ["retry", "--cause", "damaged", "--output", str(settings.output)]
    )
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "0 documents taken again."
    assert lines[-1] == (
        "Not taken: 1 set aside with worker_died (python pipeline.py retry --set-aside --cause"
        f" worker_died --output {settings.output})"
    )
    done = CliRunner().invoke(
        pipeline.cli,
        ["retry", "--set-aside", "--cause", "worker_died", "--source", "local", "--json",
         "--output", str(settings.output)],
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert (report["retried"], report["processing"]["read"]) == (1, 1)
    assert states(settings) == {("damaged_document", "failed"): 1}


def test_what_ends_its_worker_twice_is_set_aside_until_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "slow.txt").write_text("The EU gave 3 patrol boats to the Coast Guard.\n")
    settings = Settings(output=tmp_path / "out", workers=1, time_limit=0.001)
    report = run_add(settings, [str(tmp_path / "slow.txt")], quiet=True)
    assert report["processing"]["failures"] == {"limit_reached": 1}
    text = (settings.reports / "000001.txt").read_text(encoding="utf-8")
    assert "- limit_reached: 1, set aside: they ended the process" in text
    assert f"retry --set-aside --cause limit_reached --output {settings.output}" in text
    with Store.open(settings.database) as store:
        rows = {tuple(row) for row in store.rows("SELECT state, attempts FROM work")}
    assert rows == {("set_aside", 2)}
    patient = replace(settings, time_limit=60.0)
    assert run_retry(patient, quiet=True)["retried"] == 0
    report = run_retry(patient, quiet=True, cause="limit_reached", set_aside=True)
    assert (report["retried"], report["processing"]["read"]) == (1, 1)
    assert states(patient) == {}


def test_a_journal_with_a_corrupt_line_costs_an_issue_and_no_document(tmp_path: Path) -> None:
    settings = Settings(output=tmp_path / "out", workers=1)
    sha256 = Archive(settings.archive).put(b"The EU gave 3 patrol boats to the Coast Guard.\n")
    line = Fetched(
        document_key="url:a", source="ministry", url="https://m.example/a", status=200,
        final_url="https://m.example/a", fetched_at="2026-01-01T00:00:00Z", sha256=sha256,
    ).to_json()  # fmt: skip
    settings.journal.mkdir()
    (settings.journal / "000001-crawl.jsonl").write_bytes(b"\x00\xff{\n" + line + b"\n")
    report = run_process(settings, again=False, quiet=True)
    assert report["processing"]["read"] == 1
    assert [row["code"] for row in report["issues"]] == ["journal_line_unreadable"]
    assert "000001-crawl.jsonl, line 1: no journal line" in report["issues"][0]["detail"]
    assert run_process(settings, again=False, quiet=True)["issues"] == []


@pytest.mark.parametrize("arguments", [["show"], ["search"], ["watch", "remove"], ["cite"]])
def test_bytes_that_are_no_text_are_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["pipeline.py", *arguments, "caf\udcff"])
    with pytest.raises(SystemExit) as ended:
        pipeline.main()
    assert ended.value.code == 2
    assert "no text in UTF-8" in capsys.readouterr().err
