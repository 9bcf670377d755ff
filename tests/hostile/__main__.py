"""Writes all hostile files into a folder: `python -m tests.hostile FOLDER [NAME ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.hostile import HOSTILE


def write(folder: Path, names: list[str]) -> None:
    """Write the named files, or all, into `folder`, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or HOSTILE:
        data = HOSTILE[name].make()
        (folder / name).write_bytes(data)
        sys.stdout.write(f"{len(data):>11,} {name}: {HOSTILE[name].trap}\n")


if __name__ == "__main__":
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= HOSTILE.keys():
        sys.exit("Say where: python -m tests.hostile FOLDER [NAME ...]")
    write(Path(sys.argv[1]), sys.argv[2:])
