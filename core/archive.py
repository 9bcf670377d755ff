"""The archive of bytes under their sha256, and the journal of what brought them.

A body is complete or absent: written beside its place, synced, renamed, and the folder synced.
The journal is append-only JSON lines; a line torn by a crash is cut off when it is next opened.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import msgspec

from core.errors import DiskFull, OutputNotWritable, RecordError
from core.killpoints import killpoint
from core.records import Fetched, Issue, SourceRun

JournalLine: TypeAlias = Fetched | Issue | SourceRun
_DECODER = msgspec.json.Decoder(JournalLine)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the operating system's refusal to write `path` into one sentence for a person."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"No space is left for {path}; free some and start again: nothing complete is lost."
            ) from error
        raise OutputNotWritable(
            f"{path} cannot be written ({error.strerror}); choose another folder with --output."
        ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """Bytes under `<folder>/<first two hex digits>/<sha256>`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the bytes of `sha256` lie or would lie."""
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep `data` and return its sha256; bytes that are there already are not written again."""
        sha256 = hashlib.sha256(data).hexdigest()
        place = self.path(sha256)
        if place.exists():
            return sha256
        with explained(place):
            if not place.parent.is_dir():
                place.parent.mkdir(parents=True, exist_ok=True)
                _sync_folder(self.folder)
            beside = place.with_name(f".{sha256}.{os.getpid()}")
            try:
                with beside.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(place)
            finally:
                beside.unlink(missing_ok=True)  # what a full disk cut off
            _sync_folder(place.parent)
        killpoint("after-blob")
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes of `sha256`; raise `FileNotFoundError` where they are missing."""
        return self.path(sha256).read_bytes()


class Journal:
    """Appends records of the crawl to a synced file; use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _cut_torn_line(path)
            self._file = path.open("ab", buffering=0)
            _sync_folder(path.parent)

    def append(self, line: JournalLine) -> None:
        """Write one line and wait until it is on the disk."""
        self.extend([line])

    def extend(self, lines: Sequence[JournalLine]) -> None:
        """Write several lines with one wait for the disk; where it fails, none of them is there."""
        data = b"".join(line.to_json() + b"\n" for line in lines)
        before = self._file.seek(0, os.SEEK_END)
        with explained(self.path):
            try:
                while data:
                    data = data[self._file.write(data) :]
                os.fsync(self._file.fileno())
            except OSError:
                self._file.truncate(before)
                raise
        killpoint("after-journal")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _cut_torn_line(path: Path) -> None:
    if not path.exists():
        return
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        while size > 0:
            file.seek(size - 1)
            if file.read(1) == b"\n":
                break
            size -= 1
        file.truncate(size)


def read_journal(path: Path, offset: int = 0) -> Iterator[tuple[JournalLine, int]]:
    """Yield each complete line from byte `offset` on, with the offset behind it.

    Raises `RecordError` for a line that is no record; a torn last line is left for later.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):
                return
            offset += len(line)
            try:
                record = _DECODER.decode(line)
            except msgspec.MsgspecError as error:
                raise RecordError(f"{path}, byte {offset}: no journal line ({error}).") from error
            yield record, offset
