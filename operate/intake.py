"""Taking in local files and folders: archived, journalled, loaded; nothing is parsed here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import extract
from core.archive import Archive, Journal
from core.keys import file_key
from core.records import Fetched, Source
from core.settings import Settings
from operate.processing import journal_path, take_in_journals
from store.database import Store
from store.load import upsert_sources
from store.runs import now
from store.withholding import erasure_sentence

LOCAL = Source(
    id="local",
    title="Files taken in by hand",
    publisher="as each file says",
    kind="files",
    homepage="",
    base_url="",
    licence="as each file says",
    key="notice number, else sha256",
    enabled=True,
)
_SKIPPED = {"Thumbs.db", "desktop.ini"}
_SYNC_EVERY = 40  # files between two waits for the disk


@dataclass
class Intake:
    """What `add` took in: files by sha256, and one sentence for each that it could not."""

    taken: dict[str, Path] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    files: int = 0


def take_in(store: Store, settings: Settings, run_id: int, paths: Sequence[Path]) -> Intake:
    """Archive and journal the files under `paths`, and load the journal.

    A path that is missing, unreadable, empty or too large is refused with one sentence.
    """
    intake = Intake()
    upsert_sources(store, [LOCAL])
    lines: list[Fetched] = []
    with Journal(journal_path(settings, run_id, "add")) as journal:
        for path in _files(paths, settings.output.resolve(), intake):
            fetched = _archived(path, store, settings, intake)
            if fetched is not None:
                lines.append(fetched)
            if len(lines) >= _SYNC_EVERY:
                journal.extend(lines)
                lines = []
        if lines:
            journal.extend(lines)
    take_in_journals(store, settings, run_id)
    return intake


def _files(paths: Sequence[Path], output: Path, intake: Intake) -> Iterator[Path]:
    for path in paths:
        if not _exists(path):
            intake.refused.append(f"There is no file or folder {_words(path)}; check the path.")
        elif path.is_dir():
            inside = [
                p for p in sorted(path.rglob("*")) if p.is_file() and _wanted(p, path, output)
            ]
            if not inside:
                intake.refused.append(f"The folder {_words(path)} holds no file.")
            yield from inside
        else:
            yield path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # no such name is possible, or a folder above may not be entered
        return False


def _words(path: Path) -> str:
    """Return a path as text that can be printed and stored, whatever bytes its name has."""
    return str(path).encode("utf-8", "replace").decode()


def _wanted(path: Path, folder: Path, output: Path) -> bool:
    """Leave out hidden files, what systems leave in folders, and our own output."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.name not in _SKIPPED and output not in path.resolve().parents


def _archived(path: Path, store: Store, settings: Settings, intake: Intake) -> Fetched | None:
    intake.files += 1
    name = _words(path)
    if not path.is_file():
        intake.refused.append(f"{name} is neither a file nor a folder.")
        return None
    try:
        if path.stat().st_size > settings.max_file:
            limit = settings.max_file // 1024**2
            intake.refused.append(f"{name} is larger than {limit} MiB; raise max_file.")
            return None
        data = path.read_bytes()
    except OSError as error:
        intake.refused.append(f"{name} cannot be read ({error.strerror}).")
        return None
    if not data:
        intake.refused.append(f"{name} is empty; nothing was taken in.")
        return None
    sha256 = hashlib.sha256(data).hexdigest()
    key = extract.document_key(data) or file_key(sha256)
    erased = erasure_sentence(store, key, sha256)
    if erased:
        intake.refused.append(f"{name} was not taken in: {erased}.")
        return None
    Archive(settings.archive).put(data)
    intake.taken[sha256] = path
    address = path.resolve().as_uri()
    return Fetched(
        document_key=key,
        source=LOCAL.id,
        url=address,
        final_url=address,
        fetched_at=now(),
        status=0,
        sha256=sha256,
        name=_words(Path(path.name)),
    )
