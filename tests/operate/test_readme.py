"""The README's way to a nightly schedule, followed word by word in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def steps() -> list[str]:
    """Return the commands of the section on real sites, up to the first that would reach one."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## On the real sites, every night")[2]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block is not None
    lines = block[1].splitlines()
    ending = next(number for number, line in enumerate(lines) if " probe " in line)
    return lines[:ending]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what is committed, with the environment that `make` would make."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    copy = tmp_path / "a clone"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    binaries = copy / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (binaries / "python").chmod(0o755)
    return copy


def test_the_steps_to_a_nightly_schedule_work_as_written(clone: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MATERIEL_")}
    said = []
    for line in steps():
        done = subprocess.run(  # noqa: PLW1510 - its status is looked at
            ["bash", "-euc", line], cwd=clone, env=kept, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        said.append(done.stdout)
    assert len(said) == 3
    assert "contact" in said[1]
    assert (clone / "units" / "materiel.timer").is_file()
    service = (clone / "units" / "materiel.service").read_text(encoding="utf-8")
    assert "pipeline.py" in service
    assert str(clone).replace(" ", r"\x20") in service or str(clone) in service
