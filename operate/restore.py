"""Putting a back-up into an output folder: all of it or nothing.

Everything is unpacked into `.restoring/` inside the folder and checked there. Then a mark says that
it is whole, and the parts are renamed into their places; killed in between, the next `restore` goes
on, and no other command works on the folder until it has.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from core.archive import explained
from core.errors import DiskFull, MaterielError, UsageError
from core.files import sync, written_beside
from core.killpoints import killpoint
from core.settings import Settings
from operate.backup import ABOUT, DATABASE, FOLDERS, FORMAT, LIST
from operate.lock import MARK, STAGE, hold, output_lock
from operate.withholding import COPYING, NAME
from store.migrations import known

_TOP = (*FOLDERS, "archive")
_ALONE = (ABOUT, DATABASE, NAME, "addresses.txt", LIST)
_CHUNK = 1 << 20


class RestoreError(MaterielError):
    """Raised by `restore` for a file that is no whole back-up; nothing was changed."""


def run_restore(settings: Settings, file: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put a back-up into the output folder; return what was put back.

    What was there before is kept aside where `replace` says that it may give way; without it a
    folder that has a database is refused with `UsageError`. Raises `RestoreError` for a file that
    is no whole back-up, with nothing changed.
    """
    output = settings.output
    with output_lock(output), hold(output / COPYING, "A back-up"), explained(output):
        stage = output / STAGE
        if not (stage / MARK).is_file():
            if settings.database.exists() and not replace:
                raise UsageError(
                    f"{output} has a database already; name another folder with --output, or say"
                    " --replace to put the back-up in its place."
                )
            shutil.rmtree(stage, ignore_errors=True)
            try:
                _unpack(file, stage)
            except BaseException:
                shutil.rmtree(stage, ignore_errors=True)
                raise
        return _move_in(output, stage)


@dataclass
class _Unpacked:
    """What was unpacked: how many files of how many bytes."""

    files: int = 0
    bytes: int = 0


def _unpack(file: Path, stage: Path) -> None:
    """Unpack a back-up and check it; the mark is written last."""
    stage.mkdir(parents=True)
    damaged = RestoreError(
        f"{file} is damaged or cut off, or no back-up of Materiel; nothing was changed."
    )
    _need_room(file, stage)
    try:
        with file.open("rb") as source, tarfile.open(fileobj=source, mode="r|") as tar:
            found = _unpack_members(tar, file, stage)
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise damaged from error
    except FileNotFoundError as error:
        raise RestoreError(f"There is no file {file}.") from error
    if found is None:
        raise damaged
    about = _about(file, stage)
    _check_database(stage / DATABASE, file)
    mark = {
        **about,
        "files": found.files,
        "bytes": found.bytes,
        "aside": f"replaced-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}",
        "displaced": _displaced(stage.parent, database_only=about["database_only"]),
    }
    _sync_all(stage)
    with (stage / MARK).open("w", encoding="utf-8") as target:
        json.dump(mark, target)
        target.flush()
        os.fsync(target.fileno())


def _displaced(output: Path, *, database_only: bool) -> list[str]:
    """Return what gives way: of a back-up without archive, archive and journals stay."""
    names = [f"{DATABASE}-wal", f"{DATABASE}-shm", DATABASE, "addresses.txt", *_TOP]
    staying = ("archive", "journal") if database_only else ()
    return [name for name in names if name not in staying and (output / name).exists()]


def _need_room(file: Path, stage: Path) -> None:
    try:
        size = file.stat().st_size
    except OSError as error:
        raise RestoreError(f"{file} cannot be read ({error.strerror}).") from error
    free = shutil.disk_usage(stage).free
    if size > free:
        raise DiskFull(
            f"{stage.parent} has {free // 10**6} MB free, and {file} needs {size // 10**6}; nothing"
            " was changed."
        )


def _unpack_members(tar: tarfile.TarFile, file: Path, stage: Path) -> _Unpacked | None:
    """Unpack all members; None where the list of hashes is missing or says something else."""
    done = _Unpacked()
    listed: bytes | None = None
    made = hashlib.sha256()
    while (member := tar.next()) is not None:
        if listed is not None:
            return None  # something stands behind the list
        place = _place(member, file, stage)
        source = tar.extractfile(member)
        if source is None:
            return None
        if member.name == LIST:
            listed = _digest(source)
            continue
        made.update(f"{_write(source, place, member.size)}  {member.name}\n".encode())
        done.files += 1
        done.bytes += member.size
        tar.members.clear()  # type: ignore[attr-defined] # else they hold every name in memory
    return done if listed == made.digest() else None


def _digest(source: IO[bytes]) -> bytes:
    found = hashlib.sha256()
    while data := source.read(_CHUNK):
        found.update(data)
    return found.digest()


def _place(member: tarfile.TarInfo, file: Path, stage: Path) -> Path:
    """Return where a member goes; raise `RestoreError` for what no back-up has."""
    parts = PurePosixPath(member.name).parts
    sound = (
        member.isreg()
        and "\\" not in member.name
        and ".." not in parts
        and member.name == "/".join(parts)
        and (member.name in _ALONE or (len(parts) in (2, 3) and parts[0] in _TOP))
    )
    place = stage / member.name
    if not sound or place.exists():
        raise RestoreError(
            f"{file} holds {member.name!r}, which no back-up of Materiel does; nothing was changed."
        )
    return place


def _write(source: IO[bytes], place: Path, size: int) -> str:
    place.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    left = size
    with place.open("xb") as target:
        while data := source.read(_CHUNK):
            found.update(data)
            target.write(data)
            left -= len(data)
    if left:
        raise tarfile.ReadError("a member is cut off")
    return found.hexdigest()


def _about(file: Path, stage: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((stage / ABOUT).read_text(encoding="utf-8"))
        number = int(about["format"])
        strange = set(about["migrations"]) - known()
        about = {"made_at": str(about["made_at"]), "database_only": bool(about["database_only"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RestoreError(f"{file} is no back-up of Materiel; nothing was changed.") from error
    if number > FORMAT or strange:
        raise RestoreError(
            f"{file} was made by a newer version of Materiel; update this program. Nothing was"
            " changed."
        )
    return about


def _check_database(database: Path, file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise RestoreError(f"The database in {file} is damaged ({said}); nothing was changed.")


def _sync_all(stage: Path) -> None:
    """Wait until all that was unpacked is on the disk."""
    for folder, _, names in os.walk(stage):
        for name in [*names, "."]:
            sync(Path(folder) / name)


def _move_in(output: Path, stage: Path) -> dict[str, Any]:
    """Put what was unpacked into its places, and what was there aside; can be repeated."""
    mark: dict[str, Any] = json.loads((stage / MARK).read_text(encoding="utf-8"))
    aside = output / mark["aside"]
    for name in mark["displaced"]:
        if not (aside / name).exists():
            aside.mkdir(exist_ok=True)
            (output / name).rename(aside / name)
            killpoint("in-restore")
    _keep_erasures(output / NAME, stage / NAME)
    if mark["database_only"]:
        _merge_journals(stage / "journal", output / "journal")
    for name in (NAME, "addresses.txt", *_TOP, DATABASE):
        if (stage / name).exists():
            (stage / name).rename(output / name)
            killpoint("in-restore")
    shutil.rmtree(stage)
    return {
        "output": str(output),
        "made_at": mark["made_at"],
        "files": mark["files"],
        "bytes": mark["bytes"],
        "database_only": mark["database_only"],
        "kept_aside": str(aside) if aside.exists() else None,
    }


def _merge_journals(staged: Path, present: Path) -> None:
    """Put journals in that are not there or are longer: they are only ever added to."""
    present.mkdir(exist_ok=True)
    for path in sorted(staged.glob("*")):
        place = present / path.name
        if not place.exists() or place.stat().st_size < path.stat().st_size:
            path.rename(place)
    shutil.rmtree(staged, ignore_errors=True)


def _keep_erasures(present: Path, staged: Path) -> None:
    """Add to the back-up's decisions on documents those that were made since, in their order.

    So that what was withheld or erased after the back-up was made does not come back.
    """
    if not present.is_file():
        return
    before = staged.read_bytes() if staged.is_file() else b""
    known_lines = set(before.splitlines())
    more = [
        line
        for line in present.read_bytes().splitlines(keepends=True)
        if line.endswith(b"\n") and line.rstrip(b"\n") not in known_lines
    ]
    with written_beside(staged) as beside:
        beside.write_bytes(before + b"".join(more))
