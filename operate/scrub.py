"""Taking erased documents out of the files of an output folder: archive, pictures, journals.

A journal keeps its lines and their lengths, as the database knows how far into it it has read; what
a line said gives way to blanks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.archive import Archive, JournalLine, explained, read_journal
from core.errors import RecordError
from core.files import written_beside
from core.records import Fetched, Issue, SourceRun
from core.settings import Settings
from store.database import Store
from store.erase import names, without

ERASED_ISSUE = b'{"type":"Issue","code":"erased","room":"operate"}'
"""What is left of an issue in a journal; the loader passes over it."""


@dataclass(frozen=True, kw_only=True)
class Traces:
    """By what lines of a journal are known to tell of erased documents."""

    keys: frozenset[str]
    contents: frozenset[str]
    addresses: frozenset[str]


def sweep_strays(store: Store, settings: Settings) -> int:
    """Remove the bytes and the journal lines of what erased documents brought again.

    Returns how many there were. Only for who holds the lock on the output folder.
    """
    strays = store.rows("SELECT sha256, document_key FROM strays")
    if not strays:
        return 0
    known = {
        row[0]
        for row in store.rows("SELECT sha256 FROM contents WHERE sha256 IN"
                              " (SELECT sha256 FROM strays)")
    }  # fmt: skip
    contents = {row["sha256"] for row in strays if row["sha256"]} - known
    keys = frozenset(row["document_key"] for row in strays if row["document_key"])
    traces = Traces(keys=keys, contents=frozenset(contents), addresses=frozenset())
    scrub_journals(settings, traces)
    remove_contents(settings, contents)
    with store.transaction() as connection:
        connection.execute("DELETE FROM strays")
    return len(strays)


def remove_contents(settings: Settings, contents: Collection[str]) -> None:
    """Remove files from the archive, and pictures and samples that were made of them."""
    if not contents:
        return
    with explained(settings.output):
        for sha256 in sorted(contents):
            Archive(settings.archive).path(sha256).unlink(missing_ok=True)
            for folder in (settings.images, settings.output / "cache"):
                for path in sorted(folder.rglob(f"*{sha256}*"), reverse=True):
                    _remove(path)
        for sample in sorted((settings.output / "probes").rglob("*")):
            if sample.is_file() and _sha256(sample) in contents:
                sample.unlink()


def _remove(path: Path) -> None:
    for inside in sorted(path.rglob("*"), reverse=True) if path.is_dir() else ():
        _remove(inside)
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def scrub_texts(settings: Settings, words: Sequence[str]) -> None:
    """Take words out of the reports of runs that were written as text."""
    for path in sorted(settings.reports.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        left = without(text, words)
        if left != text:
            with explained(path), written_beside(path) as beside:
                beside.write_text(left, encoding="utf-8")


def scrub_journals(settings: Settings, traces: Traces) -> int:
    """Blank what journals say of erased documents; return how many files changed.

    A file is written anew beside its place and renamed. Only for who holds the lock on the output
    folder: no journal may be open.
    """
    return sum(_scrub(path, traces) for path in sorted(settings.journal.glob("*.jsonl")))


def _scrub(path: Path, traces: Traces) -> bool:
    changes = list(_changes(path, traces))
    if not changes:
        return False
    with (
        explained(path),
        written_beside(path, durable=True) as beside,
        path.open("rb") as source,
        beside.open("wb") as target,
    ):
        for start, end, line in changes:
            _copy(source, target, start)
            target.write(line.ljust(end - start - 1) + b"\n")
            source.seek(end)
        _copy(source, target, path.stat().st_size)
    return True


def _copy(source: BinaryIO, target: BinaryIO, until: int) -> None:
    """Copy bytes of a file up to a place in it."""
    while (left := until - source.tell()) > 0:
        target.write(source.read(min(left, 1 << 20)))


def _changes(path: Path, traces: Traces) -> Iterator[tuple[int, int, bytes]]:
    """Yield the lines that are to say something else: start, end, what they say from now on."""
    start = 0

    def pass_over(end: int, _wrong: str) -> None:
        nonlocal start
        start = end

    for line, end in read_journal(path, unreadable=pass_over):
        said = _left_of(line, traces)
        if said is not None:
            if len(said) > end - start - 1:
                raise RecordError(f"{path}, byte {start}: this line cannot be erased in its place.")
            if not _is_there(path, start, said):
                yield start, end, said
        start = end


def _is_there(path: Path, start: int, said: bytes) -> bool:
    with path.open("rb") as file:
        file.seek(start)
        return file.readline().rstrip() == said


def _left_of(line: JournalLine, traces: Traces) -> bytes | None:
    """Return what is left of a line, None where it stays as it is."""
    match line:
        case Fetched() if (
            line.document_key in traces.keys
            or line.parent_key in traces.keys
            or line.sha256 in traces.contents
        ):
            return _plain_fetch(line)
        case Issue() if line.sha256 in traces.contents or _named(line.url, line.detail, traces):
            return ERASED_ISSUE
        case SourceRun() if any(_named(row.url, str(row.said), traces) for row in line.rest) or (
            _named(None, line.detail, traces)
        ):
            return _plain_run(line, traces)
    return None


def _named(url: str | None, text: str, traces: Traces) -> bool:
    return url in traces.addresses or names(text, traces.addresses)


def _plain_fetch(line: Fetched) -> bytes:
    """Return a fetch by its key, source and day alone; the loader passes over one without url."""
    said = {
        "type": "Fetched", "document_key": line.document_key, "source": line.source, "url": "",
        "final_url": "", "fetched_at": line.fetched_at, "status": 0, "outcome": "failed",
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _plain_run(line: SourceRun, traces: Traces) -> bytes:
    said = json.loads(line.to_json())
    said["rest"] = [row for row in said["rest"] if not _named(row["url"], str(row), traces)]
    if _named(None, line.detail, traces):
        said["detail"] = ""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
