"""One run at a time on an output folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.archive import explained
from core.errors import OutputLocked

FILE = ".lock"


@contextmanager
def output_lock(output: Path) -> Iterator[None]:
    """Hold the output folder; raise `OutputLocked`, naming the holder, when another run does.

    It is an flock: the operating system lets go of it when the process ends, however it ends.
    """
    path = output / FILE
    with explained(path):
        output.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise OutputLocked(
                f"Another run (process {holder}) is at work in {output}; wait for it, or choose"
                " another folder with --output."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
