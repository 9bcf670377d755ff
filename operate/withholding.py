"""Withholding, giving back and erasing documents: what `withhold` does.

What people decided stands in `withheld.jsonl` in the output folder, a line for each decision, which
is only ever appended to; the database is brought up to it. So a database that is made anew, or an
older one that is put back, withholds and lacks the same.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from core.archive import explained
from core.errors import MaterielError, OutputLocked, RecordError, StoreError, UsageError
from core.killpoints import killpoint
from core.records import Issue
from core.settings import Settings
from operate.feeds import write_feeds
from operate.lock import hold, output_lock, refuse_half_restored
from operate.report import reports_naming, write_reports
from operate.scrub import Traces, remove_contents, scrub_journals, scrub_texts
from store.database import Store
from store.entries import release
from store.erase import (
    Remains,
    decide_contents,
    erase_rows,
    forget_words,
    gone_contents,
    holders_left,
    kept_contents,
    mark_erased,
    mark_finished,
    remains_of,
    unfinished,
    words_of_erased,
)
from store.load import insert_issue
from store.runs import now
from store.withholding import know_lifted, know_withheld, need_document, withheld_answer

NAME = "withheld.jsonl"
COPYING = ".copying"
"""Locked by a back-up as long as it copies, so that nothing is erased meanwhile."""
Action = Literal["withhold", "lift", "erase", "erased", "release"]


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of the file: what was decided on a document, by whom, when and why.

    `erase` is the decision, and each `erased` says what a document consisted of that went with it.
    """

    action: Action
    document: str
    at: str
    by: str
    why: str | None = None
    version: int | None = None
    root: str | None = None
    contents: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks for something, and why."""

    by: str
    why: str | None


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    """Open the database; raise `StoreError` where there is none."""
    refuse_half_restored(settings.output)
    if not settings.database.is_file():
        raise StoreError(f"There is no database in {settings.output}; name another with --output.")
    with Store.open(settings.database) as store:
        yield store


def run_withhold(settings: Settings, key: str, asked: Asked) -> dict[str, Any]:
    """Withhold a document and what lies inside it; return what is told of it from now on."""
    with _opened(settings) as store:
        need_document(store, key)
        _append(settings, [_line("withhold", key, asked)])
        carry_out(store, settings)
        _write_anew(store, settings, key)
        return withheld_answer(store, key) or {}


def run_lift(settings: Settings, key: str, asked: Asked) -> dict[str, Any]:
    """Give a withheld document back. Raises `UsageError` where it is not withheld by itself."""
    with _opened(settings) as store:
        need_document(store, key)
        told = withheld_answer(store, key)
        if told is None:
            raise UsageError(f"{key} is not withheld.")
        if "inside" in told:
            raise UsageError(f"{key} lies inside {told['inside']}, which is withheld; lift that.")
        _append(settings, [_line("lift", key, asked)])
        carry_out(store, settings)
        _write_anew(store, settings, key)
    return {"document": key, "withheld": False}


def run_release(settings: Settings, key: str, number: int, asked: Asked) -> dict[str, Any]:
    """Let the text before a redaction be seen again: an administrator's decision."""
    with _opened(settings) as store:
        need_document(store, key)
        with store.transaction() as connection:
            release(connection, key, number)
            _append(settings, [_line("release", key, asked, version=number)])
        _write_anew(store, settings, key)
    return {"document": key, "released": number}


def run_erase(settings: Settings, key: str, asked: Asked) -> dict[str, Any]:
    """Erase a document and what lies inside it; return what went and what other documents keep.

    `kept` are contents that another document has which may be shown, `holders` the documents whose
    files still hold one that was erased.
    While a run is at work the document is withheld at once, and erased when the next run begins;
    then `OutputLocked` is raised.
    """
    with _opened(settings) as store:
        if key not in unfinished(store):  # else an earlier erasure is finished
            need_document(store, key)
            _append(settings, [_line("withhold", key, asked), _line("erase", key, asked)])
        carry_out(store, settings)
        _write_anew(store, settings, key)
        try:
            with output_lock(settings.output):
                erased = finish_erasures(store, settings)
        except OutputLocked as error:
            raise OutputLocked(
                f"{key} is withheld now, and is erased when the next run begins: {error}"
            ) from error
        _write_anew(store, settings, key)
    return erased


def _line(action: Action, key: str, asked: Asked, *, version: int | None = None) -> Line:
    return Line(action=action, document=key, at=now(), by=asked.by, why=asked.why, version=version)


def carry_out(store: Store, settings: Settings) -> None:
    """Make the database withhold what the file says, and know what was erased."""
    withheld: dict[str, Line] = {}
    lifted: set[str] = set()
    erased: list[Line] = []
    for line in read_lines(settings.output / NAME):
        if line.action in ("lift", "erased"):
            withheld.pop(line.document, None)
            lifted.add(line.document)
        elif line.action == "withhold":
            first = withheld.get(line.document, line)  # whose day counts
            withheld[line.document] = replace(first, why=line.why or first.why)
            lifted.discard(line.document)
        if line.action == "erased":
            erased.append(line)
    known = {row["document_key"]: row["why"] for row in store.rows("SELECT * FROM withholdings")}
    buried = {row[0] for row in store.rows("SELECT document_key FROM tombstones")}
    with store.transaction() as connection:
        for key in sorted(lifted & known.keys()):
            know_lifted(connection, key)
        for key, line in withheld.items():
            if key not in buried and known.get(key, ()) != line.why:
                know_withheld(connection, key, since=line.at, by=line.by, why=line.why)
        for line in erased:
            if line.document not in buried:
                mark_erased(connection, _remains(line), root=line.root or line.document,
                            at=line.at, by=line.by, why=line.why)  # fmt: skip


def finish_erasures(store: Store, settings: Settings) -> dict[str, Any]:
    """Erase what was decided to be; return the keys, and the contents that other documents keep.

    Only for who holds the lock on the output folder. Raises `OutputLocked` while a back-up copies.
    """
    buried = {row[0] for row in store.rows("SELECT document_key FROM tombstones")}
    waiting: dict[str, Line] = {}
    for line in read_lines(settings.output / NAME):
        if line.action == "erase" and line.document not in buried:
            waiting[line.document] = line
        elif line.action == "lift":  # said while the erasure waited for a run to end
            waiting.pop(line.document, None)
    for line in waiting.values():
        parts = [part for part in remains_of(store, line.document) if part.document not in buried]
        _append(settings, [_erased(line, part) for part in parts])
        carry_out(store, settings)
    killpoint("after-tombstone")
    keys = unfinished(store)
    if not keys:
        return {"erased": [], "kept": [], "holders": []}
    with hold(settings.output / COPYING, "A back-up"):
        decide_contents(store)
        gone = gone_contents(store)
        kept, holders = _kept(store, keys), holders_left(store)
        scrub_journals(settings, _traces(store, keys, gone))
        scrub_texts(settings, words_of_erased(store))
        killpoint("after-scrub")
        erase_rows(store)
        killpoint("after-erased-rows")
        remove_contents(settings, gone)
        forget_words(store)
        mark_finished(store, now())
    return {"erased": keys, "kept": kept, "holders": holders}


def settle_withheld(store: Store, settings: Settings, run_id: int) -> None:
    """Bring the database up to what was decided on documents, before a run loads anything.

    An erasure that cannot be finished now costs an issue: its documents stay withheld. Only for
    who holds the lock on the output folder.
    """
    carry_out(store, settings)
    try:
        finish_erasures(store, settings)
    except MaterielError as error:
        issue = Issue(code="erasure_unfinished", room="operate", detail=str(error))
        with store.transaction() as connection:
            insert_issue(connection, issue, run_id)


def _kept(store: Store, keys: Sequence[str]) -> list[dict[str, str]]:
    rows = store.rows(
        "SELECT DISTINCT sha256 FROM erased_contents JOIN tombstones USING (document_key)"
        " WHERE finished_at IS NULL AND gone = 0"
    )
    doomed = {*keys, *(row[0] for row in store.rows("SELECT document_key FROM tombstones"))}
    kept = kept_contents(store, {row["sha256"] for row in rows}, doomed)
    return [{"sha256": sha256, "document": holder} for sha256, holder in sorted(kept.items())]


def _traces(store: Store, keys: Sequence[str], gone: set[str]) -> Traces:
    rows = store.rows(
        "SELECT url FROM erased_addresses JOIN tombstones USING (document_key)"
        " WHERE finished_at IS NULL"
    )
    addresses = frozenset(row["url"] for row in rows)
    return Traces(keys=frozenset(keys), contents=frozenset(gone), addresses=addresses)


def _erased(asked: Line, part: Remains) -> Line:
    return Line(
        action="erased",
        document=part.document,
        at=asked.at,
        by=asked.by,
        why=asked.why,
        root=asked.document,
        contents=part.contents,
        addresses=tuple(url for url in part.addresses if not url.startswith("file:")),
        entries=part.entries,
    )


def _remains(line: Line) -> Remains:
    return Remains(
        document=line.document,
        contents=line.contents,
        addresses=line.addresses,
        entries=line.entries,
    )


def read_lines(file: Path) -> list[Line]:
    """Return the decisions of a file in order; a torn last line is passed over.

    Raises `RecordError` for a line that is none.
    """
    if not file.is_file():
        return []
    lines = []
    for number, line in enumerate(file.read_bytes().splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            break
        try:
            lines.append(msgspec.json.decode(line, type=Line))
        except msgspec.MsgspecError as error:
            raise RecordError(f"{file}, line {number}: no decision ({error}).") from error
    return lines


def _append(settings: Settings, lines: Sequence[Line]) -> None:
    """Write decisions and wait until they are on the disk; a torn last line is cut off."""
    file = settings.output / NAME
    with explained(file), file.open("ab+") as target:
        fcntl.flock(target, fcntl.LOCK_EX)  # two people may decide at once
        target.seek(0)
        data = target.read()
        target.truncate(data.rfind(b"\n") + 1)
        target.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        target.flush()
        os.fsync(target.fileno())


def _write_anew(store: Store, settings: Settings, key: str) -> None:
    """Write feeds and reports anew where there are any: what they show must not wait for a run."""
    if (settings.output / "feeds").is_dir():
        write_feeds(store, settings.output / "feeds")
    if settings.reports.is_dir():
        write_reports(store, settings, reports_naming(store, key))
