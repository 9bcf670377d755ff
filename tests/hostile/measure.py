"""Prints what each hostile file gives today: `python -m tests.hostile.measure [NAME ...]`.

With `--draw` the first page of each is drawn instead.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.hostile import HOSTILE
from tests.hostile.harness import Course, Trial

TIME_LIMIT = 20.0  # seconds
MEMORY_LIMIT = 2**30  # bytes of address space


def row(trial: Trial) -> str:
    """Return one row of the table: sizes in MB, the cause as a person is told."""
    megabytes = [
        "-" if size is None else f"{size / 1e6:.0f}"
        for size in (trial.peak, trial.kept, trial.parent)
    ]
    cells = (
        trial.name,
        trial.code,
        f"{trial.seconds:.1f}",
        *megabytes,
        str(trial.text),
        trial.cause[:200],
    )
    return " | ".join(cells)


def measure(names: Sequence[str], *, pages: tuple[int, ...] = ()) -> None:
    """Print the table's head, then a row for each file as soon as it is done.

    Where `pages` are named, they are drawn instead of read.
    """
    sys.stdout.write(
        "file | outcome | s | peak MB | kept MB | parent MB | characters | cause or issues\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder), time_limit=TIME_LIMIT, memory_limit=MEMORY_LIMIT)
        with course:
            for name in names:
                trial = course.send(name, HOSTILE[name].make(), pages=pages)
                sys.stdout.write(row(trial) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    chosen = [name for name in sys.argv[1:] if name != "--draw"] or list(HOSTILE)
    measure(chosen, pages=(1,) if "--draw" in sys.argv else ())
