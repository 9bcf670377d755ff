"""Files that are whole or absent: written beside their place, then renamed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def written_beside(path: Path, *, durable: bool = False, shared: bool = False) -> Iterator[Path]:
    """Yield where to write what shall become `path`: when the body ends, it is renamed.

    Where the body fails, what it wrote is removed and `path` stays as it was. `durable` waits until
    the file and its name are on the disk. `shared` is for a file that several processes or threads
    may write at the same time: each has a name of its own beside it.
    """
    writer = f"{os.getpid()}-{threading.get_ident()}" if shared else "part"
    beside = path.with_name(f".{path.name}.{writer}")
    try:
        yield beside
        if durable:
            sync(beside)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):  # the error that ended the body is the one to be told
            beside.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.absolute().parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
