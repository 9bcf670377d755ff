"""Real files, real processes: the command line is run as users run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from demo.build import Site, build

ROOT = Path(__file__).resolve().parents[2]
Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The replica's files."""
    return build(tmp_path_factory.mktemp("replica"))


@pytest.fixture(scope="session")
def folder(built: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small folder as a user would hand it to `add`: PDFs, notices, a text, a ZIP."""
    place = tmp_path_factory.mktemp("files")
    files = sorted((built.folder / "files").iterdir())
    for file in [f for f in files if f.read_bytes().startswith(b"%PDF")][:3]:
        shutil.copy(file, place / f"{file.name}.pdf")
    for notice in sorted((built.folder / "notices").iterdir())[:4]:
        shutil.copy(notice, place)
    (place / "note.txt").write_text(
        "Under the EUTF, twelve thermal cameras were handed over to the Coast Guard.\n",
        encoding="utf-8",
    )
    with zipfile.ZipFile(place / "bundle.zip", "w") as archive:
        archive.writestr("inside.txt", "The EU delivered 5 drones to the Border Police.\n")
    return place


@pytest.fixture(scope="session")
def run() -> Run:
    """Run `python pipeline.py ...` in a process of its own."""

    def call(
        *arguments: object, environment: Mapping[str, str] | None = None, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MATERIEL_")}
        return subprocess.run(
            [sys.executable, "pipeline.py", *map(str, arguments)],
            cwd=ROOT,
            env={**kept, "NO_COLOR": "1", **(environment or {})},
            capture_output=True,
            text=True,
            input=text,
            timeout=120,
            check=False,
        )

    return call
