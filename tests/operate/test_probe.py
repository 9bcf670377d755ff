"""`probe` on the replica: what it says, what it keeps, how little it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.settings import Settings
from demo import faults
from demo.server import Replica
from operate.commands import run_probe
from operate.nightly import with_replica
from operate.present_probe import show_probe


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    with Replica(tmp_path_factory.getbasetemp() / "replica") as running:
        yield running


@pytest.fixture
def settings(replica: Replica, tmp_path: Path) -> Iterator[Settings]:
    replica.requests.clear()
    yield with_replica(Settings(output=tmp_path), replica.base_urls)
    replica.faults.clear()


def found(report: dict[str, Any], name: str) -> list[int]:
    return [answer["found"].get(name, 0) for answer in report["answers"]]


def test_one_of_each_kind_is_asked_for_and_kept(settings: Settings, replica: Replica) -> None:
    report = run_probe(settings, "enlargement")
    asked = [request.path for request in replica.requests.of("enlargement")]
    assert asked[:2] == ["/robots.txt", "/library_en"]
    assert len(asked) == 4  # and one page, one file
    assert [robots["allows"] for robots in report["robots"]] == [True]
    assert max(found(report, "list items")) == 4
    assert max(found(report, "file blocks")) >= 1
    kept = {path.suffix for path in Path(report["folder"]).iterdir()}
    assert kept == {".txt", ".html", ".json", ".pdf"}
    stored = json.loads((Path(report["folder"]) / "report.json").read_text(encoding="utf-8"))
    assert stored == report
    assert not settings.database.exists()
    assert not settings.archive.exists()


@pytest.mark.parametrize("source", ["eutf", "ted"])
def test_other_sources_are_probed_alike(settings: Settings, source: str) -> None:
    report = run_probe(settings, source)
    assert [line["outcome"] for line in report["documents"]].count("fetched") >= 1
    assert report["issues"] == []
    assert any(sum(answer["found"].values()) for answer in report["answers"])


def test_changed_markup_is_named(
    settings: Settings, replica: Replica, capsys: pytest.CaptureFixture[str]
) -> None:
    page = b"<html><main><h1>Library</h1><div class='card'>Nothing as it was</div></main></html>"
    replica.faults.set("eutf", "/our-programmes_en", faults.replaced(page))
    report = run_probe(settings, "eutf")
    assert "list items" in report["never_found"]
    assert report["run"]["state"] == "parser_found_nothing"
    show_probe(report)
    said = capsys.readouterr().out
    assert "Found on no page: list items" in said
    assert "parser_found_nothing" in said


def test_robots_that_forbid_are_said(settings: Settings, replica: Replica) -> None:
    replica.faults.set("ted", "/robots.txt", faults.disallow_all())
    report = run_probe(settings, "ted")
    assert [robots["allows"] for robots in report["robots"]] == [False]
    assert report["answers"] == []
    assert report["run"]["state"] == "refused"
