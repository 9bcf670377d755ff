"""From journal lines and readings to rows. The loader is the only writer of what it writes here.

Everything is idempotent: a journal line is taken in once (its position is stored in the same
transaction), a reading replaces its forerunner only when it is complete.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.archive import JournalLine, read_journal
from core.errors import StoreError
from core.killpoints import killpoint
from core.records import Fetched, Issue, Source, SourceRun
from store.database import Store
from store.entries import refresh_document
from store.withholding import refuse_erased

_HEADERS = ("content-type", "content-disposition", "content-language", "date")
_BATCH = 50  # journal lines in one transaction: well under the design's 200 ms


_CARD = (
    "id", "title", "publisher", "kind", "homepage", "licence", "show_full_text", "show_images",
)  # fmt: skip


def upsert_sources(store: Store, sources: Iterable[Source]) -> None:
    """Write the cards' titles, publishers and licences."""
    with store.transaction() as connection:
        connection.executemany(
            "INSERT INTO sources (id, title, publisher, kind, homepage, licence, show_full_text,"
            " show_images) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " title = excluded.title, publisher = excluded.publisher, kind = excluded.kind,"
            " homepage = excluded.homepage, licence = excluded.licence,"
            " show_full_text = excluded.show_full_text, show_images = excluded.show_images",
            [tuple(getattr(card, name) for name in _CARD) for card in sources],
        )


def load_journal(
    store: Store, path: Path, *, run_id: int | None, archive: Path, stages: Mapping[str, str]
) -> int:
    """Take in what is new in a journal file; return the number of lines.

    `stages` maps the stages that every content goes through to their present versions. A line that
    is no record is passed over; an issue names its file and number.
    """
    position = store.value("SELECT position FROM journals WHERE name = ?", (path.name,)) or 0
    count = 0
    batch: list[JournalLine] = []
    faults: list[tuple[int, str]] = []
    end = position

    def load() -> None:
        lines = [*batch, *_unreadable(path, faults)]
        _load_batch(store, lines, (path.name, run_id, end), archive, stages)
        killpoint("after-batch")
        batch.clear()
        faults.clear()

    for line, offset in read_journal(path, position, lambda at, why: faults.append((at, why))):
        batch.append(line)
        end = offset
        count += 1
        if len(batch) >= _BATCH:
            load()
    if faults:  # the last of them may stand behind the last good line
        end = max(end, faults[-1][0])
    if batch or faults:
        load()
    if count:
        killpoint("after-journal-load")
    return count


def _unreadable(path: Path, faults: Sequence[tuple[int, str]]) -> list[Issue]:
    """Return an issue for each run of lines that are no records; `faults` has their ends."""
    spans: list[tuple[int, int, str]] = []
    number, before = 0, 0
    data = path.read_bytes() if faults else b""
    for end, why in faults:
        number += data.count(b"\n", before, end)
        before = end
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number, spans[-1][2])
        else:
            spans.append((number, number, why))
    return [
        Issue(
            code="journal_line_unreadable",
            room="store",
            level="error",
            detail=f"{path}, line {first}{f' to {last}' if last > first else ''}: no journal line"
            f" ({why}); it was passed over, the others were taken in.",
        )
        for first, last, why in spans
    ]


def _load_batch(
    store: Store,
    batch: Sequence[JournalLine],
    place: tuple[str, int | None, int],
    archive: Path,
    stages: Mapping[str, str],
) -> None:
    name, run_id, end = place
    with store.transaction() as connection:
        for line in batch:
            match line:
                case Fetched(url="") | Issue(code="erased"):
                    pass  # what an erasure left of a line
                case Fetched():
                    load_fetched(connection, line, run_id, archive, stages)
                case Issue():
                    insert_issue(connection, line, run_id)
                case SourceRun():
                    _load_source_run(connection, line, run_id)
        killpoint("in-loader")
        connection.execute(
            "INSERT INTO journals VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
            (name, run_id, end),
        )


def insert_issue(connection: sqlite3.Connection, issue: Issue, run_id: int | None) -> None:
    """Write one issue."""
    connection.execute(
        "INSERT INTO issues (run_id, level, code, room, source, url, sha256, page, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            issue.level,
            issue.code,
            issue.room,
            issue.source,
            issue.url,
            issue.sha256,
            issue.page,
            issue.detail,
        ),
    )


def _load_source_run(connection: sqlite3.Connection, run: SourceRun, run_id: int | None) -> None:
    if run_id is None:  # outside a run there is none whose row this could be
        return
    _know_source(connection, run.source)
    connection.execute(
        "INSERT OR REPLACE INTO source_runs (run_id, source, state, listed, confirmed, fetched,"
        " minimum, maximum, detail, walk, rest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            run.source,
            run.state,
            run.listed,
            run.confirmed,
            run.fetched,
            run.minimum,
            run.maximum,
            run.detail,
            run.walk,
            msgspec.json.encode(run.rest).decode(),
        ),
    )
    # what earlier nights left over has been taken up by this one
    connection.execute(
        "UPDATE source_runs SET rest = '[]' WHERE source = ? AND run_id < ? AND rest <> '[]'",
        (run.source, run_id),
    )


def _know_source(connection: sqlite3.Connection, source: str) -> None:
    """Write a row for a source that has no card any more; what is not known may not be shown."""
    connection.execute(
        "INSERT OR IGNORE INTO sources (id, title, publisher, kind, homepage, licence,"
        " show_full_text) VALUES (:id, :id, 'unknown', 'unknown', NULL, 'unknown', 0)",
        {"id": source},
    )


def load_fetched(
    connection: sqlite3.Connection,
    fetched: Fetched,
    run_id: int | None,
    archive: Path,
    stages: Mapping[str, str],
) -> None:
    """Take in one fetch inside the caller's transaction: event, document, version, work.

    One that brings back what was erased is passed over.
    """
    if refuse_erased(connection, fetched):
        return
    _know_source(connection, fetched.source)
    if fetched.sha256 is not None:
        _insert_content(connection, fetched, archive, stages)
    known = connection.execute(
        "SELECT gone, url FROM documents WHERE key = ?", (fetched.document_key,)
    ).fetchone()
    document_id = _upsert_document(connection, fetched)
    outcome = _version(connection, document_id, fetched)
    if outcome in ("unchanged", "not_modified") and fetched.status and known and known["gone"]:
        outcome = "returned"
    if outcome in ("unchanged", "not_modified") and known and _has_moved(fetched, known["url"]):
        outcome = "moved"
    if outcome in ("new", "changed", "returned"):
        refresh_document(connection, document_id)  # the same bytes may have been read before
    connection.execute(
        "INSERT INTO fetches (run_id, source, document_key, url, final_url, fetched_at, status,"
        " etag, last_modified, sha256, headers, outcome)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            fetched.source,
            fetched.document_key,
            fetched.url,
            fetched.final_url,
            fetched.fetched_at,
            fetched.status,
            fetched.headers.get("etag"),
            fetched.headers.get("last-modified"),
            fetched.sha256,
            msgspec.json.encode(_kept(fetched.headers)).decode(),
            outcome,
        ),
    )


def _has_moved(fetched: Fetched, url: str = "") -> bool:
    """Tell whether a fetch found the document, known at `url`, at another address for good.

    A file taken in by hand had no address that it could have moved from.
    """
    found = fetched.moved and fetched.outcome in ("fetched", "not_modified")
    return found and fetched.final_url != url and not url.startswith("file:")


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are asked for again; the journal keeps all of them."""
    return {name: headers[name] for name in _HEADERS if name in headers}


def _insert_content(
    connection: sqlite3.Connection, fetched: Fetched, archive: Path, stages: Mapping[str, str]
) -> None:
    sha256 = fetched.sha256 or ""
    inside = f"{sha256[:2]}/{sha256}"
    place = archive / inside
    if not place.is_file():
        raise StoreError(
            f"{place} is missing though a journal names it; bring the archive back from a backup."
        )
    size = place.stat().st_size
    connection.execute(
        "INSERT OR IGNORE INTO contents VALUES (?, ?, ?, ?)",
        (sha256, fetched.media_type, size, inside),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO work (sha256, stage, stage_version, state)"
        " VALUES (?, ?, ?, 'pending')",
        [(sha256, stage, version) for stage, version in stages.items()],
    )


def _upsert_document(connection: sqlite3.Connection, fetched: Fetched) -> int:
    parent = None
    if fetched.parent_key not in (None, fetched.document_key):
        parent = connection.execute(
            "SELECT id FROM documents WHERE key = ?", (fetched.parent_key,)
        ).fetchone()
    values: dict[str, Any] = {
        "key": fetched.document_key,
        "source": fetched.source,
        "url": fetched.final_url if _has_moved(fetched) else fetched.url,
        "moved": _has_moved(fetched),
        "title": fetched.title,
        "language": fetched.language,
        "kind": fetched.kind,
        "published": fetched.published,
        "reference": fetched.reference,
        "landing": fetched.landing_url,
        "parent": parent[0] if parent else None,
        "gone": fetched.outcome == "gone",
        # a failure, a refusal and a file taken in by hand do not say whether it is still there
        "found": fetched.status > 0,
        "says": fetched.status > 0 and fetched.outcome in ("fetched", "not_modified", "gone"),
    }
    row = connection.execute(
        "INSERT INTO documents (key, source, url, title, language, kind, published, reference,"
        " landing_url, parent_id, gone) VALUES (:key, :source, :url, :title, :language, :kind,"
        " :published, :reference, :landing, :parent, :gone)"
        " ON CONFLICT (key) DO UPDATE SET"
        # where a file taken in by hand is found on its site, the site is its address
        " source = CASE WHEN :found AND url LIKE 'file:%' THEN excluded.source ELSE source END,"
        " url = CASE WHEN :moved OR (:found AND url LIKE 'file:%') THEN excluded.url"
        " ELSE url END,"
        " title = coalesce(excluded.title, title),"
        " language = coalesce(excluded.language, language),"
        " kind = coalesce(excluded.kind, kind),"
        " published = coalesce(excluded.published, published),"
        " reference = coalesce(excluded.reference, reference),"
        " landing_url = coalesce(excluded.landing_url, landing_url),"
        " parent_id = coalesce(excluded.parent_id, parent_id),"
        " gone = CASE WHEN :says THEN excluded.gone ELSE gone END"
        " RETURNING id",
        values,
    ).fetchone()
    return int(row[0])


def _version(connection: sqlite3.Connection, document_id: int, fetched: Fetched) -> str:
    """Give the document a version where its bytes are new to it; return the fetch's outcome."""
    latest = connection.execute(
        "SELECT id, number, sha256 FROM versions WHERE document_id = ?"
        " ORDER BY number DESC LIMIT 1",
        (document_id,),
    ).fetchone()
    if fetched.outcome != "fetched":
        if latest and fetched.outcome == "not_modified":
            _seen(connection, latest["id"], fetched.fetched_at)
        return fetched.outcome
    if latest and latest["sha256"] == fetched.sha256:
        _seen(connection, latest["id"], fetched.fetched_at)
        return "unchanged"
    known = connection.execute(
        "SELECT 1 FROM versions WHERE document_id = ? AND sha256 = ?",
        (document_id, fetched.sha256),
    ).fetchone()
    if known and fetched.status == 0:  # a file taken in by hand says nothing about when it was new
        return "unchanged"
    number = latest["number"] + 1 if latest else 1
    cursor = connection.execute(
        "INSERT INTO versions (document_id, number, sha256, first_seen, last_seen, change)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            document_id,
            number,
            fetched.sha256,
            fetched.fetched_at,
            fetched.fetched_at,
            None if latest else "first",
        ),
    )
    connection.execute(
        "UPDATE documents SET version_id = ? WHERE id = ?", (cursor.lastrowid, document_id)
    )
    if not latest:
        return "new"
    return "returned" if known else "changed"


def _seen(connection: sqlite3.Connection, version_id: int, when: str) -> None:
    connection.execute(
        "UPDATE versions SET last_seen = max(last_seen, ?) WHERE id = ?", (when, version_id)
    )
