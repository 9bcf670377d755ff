"""A back-up: everything that cannot be made again, in one tar file, while a run may be at work.

The database comes first, as it is at one moment; then the journals and last the archive, which are
only ever added to, so that all that the database names is in it. The last member is the list of all
others with their SHA-256, which `sha256sum -c` checks. FILE is written beside its place, synced and
renamed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from core.archive import explained
from core.files import written_beside
from core.settings import Settings
from operate.lock import hold
from operate.progress import Progress
from operate.queries import reading
from operate.withholding import COPYING, NAME
from store.database import Store
from store.readings import drop_incomplete

FORMAT = 1
ABOUT = "backup.json"
LIST = "SHA256SUMS"
DATABASE = "materiel.db"
FOLDERS = ("journal", "feeds", "reports")
"""Folders of small files that go with the database; the archive follows."""
_FILES = (NAME, "addresses.txt")
_PAGES = 2_560  # of the database that are copied between two steps of progress
_CHUNK = 1 << 20


def run_backup(
    settings: Settings, file: Path, *, database_only: bool = False, quiet: bool = False
) -> dict[str, Any]:
    """Write a back-up of the output folder into `file`; return what it holds.

    `database_only` leaves the archive out. Runs beside a run; raises `OutputLocked` while something
    is being erased, and what the disk says as one sentence. Beside `file` there is room for the
    database once more as long as it works.
    """
    progress = Progress(quiet=quiet)
    copy, names = (file.with_name(f".{file.name}.{end}") for end in ("db", "list"))
    with (
        reading(settings),  # brings an older database up, says where there is none
        explained(file),
        hold(settings.output / COPYING, "An erasure", shared=True),
    ):
        try:
            with (
                written_beside(file, durable=True) as beside,
                beside.open("wb") as target,
                _Writer(target, names) as made,
            ):
                _write(made, settings, copy, progress, database_only=database_only)
        finally:
            for path in (copy, names):
                path.unlink(missing_ok=True)
    progress.done()
    return {
        "file": str(file),
        "files": made.files,
        "bytes": file.stat().st_size,
        "database_only": database_only,
        "damaged": made.damaged,
    }


@dataclass
class _Writer:
    """A tar file in the making, and the list of what is in it."""

    target: BinaryIO
    list_file: Path
    files: int = 0
    damaged: list[str] = field(default_factory=list)

    def __enter__(self) -> _Writer:
        self._tar = tarfile.open(fileobj=self.target, mode="w", format=tarfile.PAX_FORMAT)
        self._list = self.list_file.open("w+b")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        try:
            if kind is None:
                size = self._list.tell()
                self._list.seek(0)
                self._tar.addfile(_member(LIST, size), self._list)
                self._tar.close()
        finally:
            self._list.close()

    def add(self, name: str, source: IO[bytes], size: int) -> str:
        """Add a file of that many bytes; return its SHA-256."""
        hashed = _Hashed(source)
        self._tar.addfile(_member(name, size), hashed)
        self._tar.members.clear()  # type: ignore[attr-defined] # else they hold all names in memory
        self._list.write(f"{hashed.hexdigest()}  {name}\n".encode())
        self.files += 1
        return hashed.hexdigest()

    def add_file(self, name: str, path: Path, size: int | None = None) -> str:
        """Add a file, or its first bytes."""
        with path.open("rb") as source:
            whole = os.fstat(source.fileno()).st_size if size is None else size
            return self.add(name, source, whole)


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    return info


def _write(
    made: _Writer, settings: Settings, copy: Path, progress: Progress, *, database_only: bool
) -> None:
    copy.unlink(missing_ok=True)  # what a killed back-up left
    at = _copy_database(settings.database, copy)
    migrations, contents = _told_by(copy)
    about = {
        "format": FORMAT,
        "made_at": at,
        "database_only": database_only,
        "migrations": migrations,
    }
    data = (json.dumps(about, indent=2) + "\n").encode()
    made.add(ABOUT, io.BytesIO(data), len(data))
    made.add_file(DATABASE, copy)
    copy.unlink()
    for name, path in _small_files(settings.output):
        made.add_file(name, path, _whole_lines(path) if path.suffix == ".jsonl" else None)
    if database_only:
        return
    progress.start("copying the archive", contents)
    for path in _bodies(settings.archive):
        sha256 = made.add_file(f"archive/{path.parent.name}/{path.name}", path)
        if sha256 != path.name:
            made.damaged.append(str(path))
        progress.step(contents)


def _copy_database(database: Path, copy: Path) -> str:
    """Copy the database as it is at one moment, whoever writes meanwhile; return the moment."""
    with closing(sqlite3.connect(database, isolation_level=None)) as source:
        # The moment is held, so that the copy need not begin again whenever somebody writes.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target, pages=_PAGES, sleep=0)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            _drop_half_written(target, copy)
    return at


def _drop_half_written(connection: sqlite3.Connection, copy: Path) -> None:
    """Drop the reading that a run was writing at that moment: it is still to be read."""
    connection.row_factory = sqlite3.Row
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    drop_incomplete(Store(connection, copy))


def _told_by(database: Path) -> tuple[list[str], int]:
    """Return the names of a database's migrations and the number of its contents."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        rows = copy.execute("SELECT name FROM _sqlite_migrations ORDER BY name").fetchall()
        contents = copy.execute("SELECT count(*) FROM contents").fetchone()[0]
    return [row[0] for row in rows], int(contents)


def _small_files(output: Path) -> Iterator[tuple[str, Path]]:
    for name in _FILES:
        if (output / name).is_file():
            yield name, output / name
    for folder in FOLDERS:
        for path in sorted((output / folder).glob("*")):
            if path.is_file() and not path.name.startswith(".") and path.suffix != ".part":
                yield f"{folder}/{path.name}", path


def _whole_lines(path: Path) -> int:
    """Return how many bytes of a file are whole lines: another process may be writing the last."""
    with path.open("rb") as file:
        place = file.seek(0, os.SEEK_END)
        while place > 0:
            start = max(0, place - _CHUNK)
            file.seek(start)
            found = file.read(place - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            place = start
    return 0


def _bodies(archive: Path) -> Iterator[Path]:
    """Yield the files of the archive; not what is being written."""
    folders = sorted(path for path in archive.glob("??") if path.is_dir())
    for folder in folders:
        yield from sorted(path for path in folder.iterdir() if len(path.name) == 64)
