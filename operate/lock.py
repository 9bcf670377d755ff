"""One run at a time on an output folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.archive import explained
from core.errors import MaterielError, OutputLocked

FILE = ".lock"
STAGE, MARK = ".restoring", "whole.json"
"""Where a back-up is unpacked, and the file in it that says that all of it is there."""


@contextmanager
def output_lock(output: Path) -> Iterator[None]:
    """Hold the output folder; raise `OutputLocked`, naming the holder, when another run does.

    It is an flock: the operating system lets go of it when the process ends, however it ends.
    """
    path = output / FILE
    with explained(path):
        output.mkdir(parents=True, exist_ok=True)
        # unbuffered: what a full disk refuses is not tried again when the file is closed
        file = path.open("ab+", buffering=0)
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().decode(errors="replace").strip() or "unknown"
            raise OutputLocked(
                f"Another run (process {holder}) is at work in {output}; wait for it, or choose"
                " another folder with --output."
            ) from error
        with explained(path):
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        yield


@contextmanager
def hold(path: Path, who: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock beside the output folder's own; raise `OutputLocked` where `who` has it.

    Several can have it at once when all of them hold it `shared`.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    with file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputLocked(f"{who} is at work in {path.parent}; wait until it ends.") from error
        yield


def refuse_half_restored(output: Path) -> None:
    """Raise `MaterielError` for a folder in which a `restore` was killed on its last steps."""
    if (output / STAGE / MARK).is_file():
        raise MaterielError(
            f"A restore of {output} was interrupted; run `restore` again, with the same file, to"
            " finish it."
        )
