"""The archive of bytes under their sha256, and the journal of what brought them.

A body is complete or absent: written beside its place, synced, renamed, and the folder synced,
before a journal line may name it. The journal is append-only JSON lines; a line torn by a crash is
cut off when it is next opened.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
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


def sha256_of(data: bytes) -> str:
    """Return the name under which the archive keeps `data`: its sha256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they outlive a power cut."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


class Archive:
    """Bytes under `<folder>/<first two hex digits>/<sha256>`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the bytes of `sha256` lie or would lie."""
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep `data` and return its sha256; bytes that are there already are not written again."""
        sha256 = sha256_of(data)
        self.put_all({sha256: data})
        return sha256

    def put_all(self, bodies: Mapping[str, bytes]) -> None:
        """Keep several bodies, each under its sha256; all are on the disk when this returns."""
        folders: dict[Path, Path] = {}  # to be synced, with a file in each to name in an error
        for sha256, data in bodies.items():
            place = self.path(sha256)
            with explained(place):
                if not place.exists():
                    _write(place, data)
                    killpoint("after-blob")
            # one that was there may have been put by a process that died before it synced
            folders[place.parent] = place
        for folder, place in folders.items():
            with explained(place):
                _sync_folder(folder)

    def get(self, sha256: str) -> bytes:
        """Return the bytes of `sha256`; raise `FileNotFoundError` where they are missing."""
        return self.path(sha256).read_bytes()


def _write(place: Path, data: bytes) -> None:
    """Write a file that is whole or absent; its folder is made, but not synced."""
    _make_folder(place.parent)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        killpoint("before-rename")
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)  # what a full disk cut off
        raise


class Journal:
    """Appends records of the crawl to a synced file; use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with explained(path):
            _make_folder(path.parent)
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
        for _ in lines:
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


def read_journal(
    path: Path, offset: int = 0, unreadable: Callable[[int, str], None] | None = None
) -> Iterator[tuple[JournalLine, int]]:
    """Yield each complete line from byte `offset` on, with the offset behind it.

    A line that is no record is passed over where `unreadable` is given, which gets the offset
    behind that line and what is wrong with it; else it raises `RecordError`. A torn last line is
    left for later.
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
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                if unreadable is None:
                    words = f"{path}, byte {offset}: no journal line ({error})."
                    raise RecordError(words) from error
                unreadable(offset, str(error))
                continue
            yield record, offset
