"""Killed at any of its named points and started again, a run ends with the same database."""

from __future__ import annotations

import ast
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.killpoints import POINTS
from demo.server import Replica
from tests.operate.conftest import ROOT, Run
from tests.operate.kill_points import IN_CRAWL, OTHER_POINTS, PASSES, RUN_POINTS


def dump(run: Run, output: Path) -> list[str]:
    """Return the database by natural keys; it must be consistent too."""
    checked = run("check", "--output", output)
    assert checked.returncode == 0, checked.stdout
    dumped = run("check", "--dump", "--output", output)
    assert dumped.returncode == 0, dumped.stderr
    return dumped.stdout.splitlines()


@pytest.fixture(scope="module")
def undisturbed(run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    output = tmp_path_factory.mktemp("undisturbed")
    done = run("add", folder, "--output", output)
    assert done.returncode == 0, done.stderr
    lines = dump(run, output)
    assert any(line.startswith("entries ") for line in lines)
    return lines


# The others, and all that a run passes, are killed at in `make soak`.
FEW = ("after-journal", "in-loader")


@pytest.mark.parametrize(
    "point", [p if p in FEW else pytest.param(p, marks=pytest.mark.soak) for p in POINTS]
)
@pytest.mark.parametrize("count", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_add_survives_a_kill(
    run: Run, folder: Path, tmp_path: Path, undisturbed: list[str], point: str, count: int
) -> None:
    killed = run(
        "add", folder, "--output", tmp_path, environment={"MATERIEL_KILL_AT": f"{point}:{count}"}
    )
    if count == 1:
        assert killed.returncode == -signal.SIGKILL, killed.stdout
    again = run("add", folder, "--output", tmp_path)
    assert again.returncode == 0, again.stderr
    assert dump(run, tmp_path) == undisturbed


def settings_file(replica: Replica, folder: Path) -> dict[str, str]:
    """Write settings under which the sources are the replica's sites."""
    path = folder / "materiel.toml"
    path.write_text(
        "\n".join(
            f'[sources.{name}]\nbase_url = "{url}"\ndelay = 0.0\nminimum = 1\nenabled = true'
            '\noptions = { since = "20160101" }'
            for name, url in replica.base_urls.items()
        )
    )
    return {"MATERIEL_SETTINGS": str(path)}


def named_points() -> Iterator[str]:
    """Yield the name of each point in the source."""
    for file in sorted(ROOT.glob("*/**/*.py")):
        room = file.relative_to(ROOT).parts[0]
        if room.startswith(".") or room == "tests":
            continue
        text = file.read_text(encoding="utf-8")
        if "killpoint" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Call(func=ast.Name(id="killpoint"), args=[ast.Constant(value=str(name))]):
                    yield name
                case ast.Call(func=ast.Name(id="killpoint")):
                    raise AssertionError(f"{file} names a point by more than a constant")


def test_every_point_in_the_source_is_killed_at() -> None:
    """A new point belongs into `RUN_POINTS`, or a test of its command's own kills there."""
    listed = [*RUN_POINTS, *OTHER_POINTS]
    assert len(set(listed)) == len(listed)
    assert set(listed) == set(named_points())
    assert len(RUN_POINTS) >= 30
    assert set(POINTS) | set(PASSES) <= set(RUN_POINTS)


def need_killed(ended: subprocess.CompletedProcess[str], point: str) -> None:
    """Fail where a process, or its crawl, was not killed at a point."""
    if point in IN_CRAWL:
        assert ended.returncode == 1, f"{point} was not reached: {ended.stderr}"
        assert "The crawl ended with status -9" in ended.stderr
    else:
        assert ended.returncode == -signal.SIGKILL, f"{point} was not reached: {ended.stderr}"


def survives(
    run: Run, folder: Path, sources: tuple[str, ...], points: tuple[str, ...] = POINTS
) -> None:
    """Kill a `run` of the sources at each point, start it again, and compare the databases."""
    with Replica(folder / "replica") as replica:
        environment = settings_file(replica, folder)
        whole = folder / "whole"
        done = run("run", *sources, "--output", whole, environment=environment)
        assert done.returncode == 0, done.stderr
        expected = dump(run, whole)
        for point in points:
            output = folder / point
            dying = {**environment, "MATERIEL_KILL_AT": f"{point}:{PASSES.get(point, 1)}"}
            killed = run("run", *sources, "--output", output, environment=dying)
            need_killed(killed, point)
            again = run("run", *sources, "--output", output, environment=environment)
            assert again.returncode == 0, again.stderr
            assert dump(run, output) == expected, point


def test_a_run_survives_a_kill(run: Run, tmp_path: Path) -> None:
    survives(run, tmp_path, ("ted",), ("after-journal",))


@pytest.mark.soak
def test_a_run_of_all_sources_survives_a_kill(run: Run, tmp_path: Path) -> None:
    survives(run, tmp_path, ("eutf", "enlargement", "intpa", "ted", "asktheeu", "frontex"))
