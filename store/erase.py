"""Erasing documents: every row of theirs, what others say of them, and the space it stood in.

Each step can be repeated: killed anywhere, `erase_rows` and `forget_words` are run again until the
tombstones are marked as finished. Decisions stay, without what they say.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from core.errors import StoreError
from core.text import json_text
from store.database import PAUSE, SLICE, Store
from store.entries import refresh_document
from store.readings import drop_incomplete

ERASED = "(erased)"  # stands where a text named what was erased
_SHORTEST = 8  # characters of a title or address that is looked for in other texts
_MERGED = 64  # pages of an index that are merged at once
_INDEXES = ("pages_fts", "entries_fts", "documents_fts")


@dataclass(frozen=True, kw_only=True)
class Remains:
    """What is known of an erased document: hashes of its files, its addresses, keys of entries."""

    document: str
    contents: tuple[str, ...]
    addresses: tuple[str, ...]
    entries: tuple[str, ...]


_INSIDE = """
WITH RECURSIVE inside(id) AS (
  SELECT id FROM documents WHERE key = ?
  UNION SELECT d.id FROM documents d JOIN inside i ON d.parent_id = i.id)
SELECT d.id, d.key FROM inside i JOIN documents d ON d.id = i.id ORDER BY d.id
"""
# Withheld documents that would be left without any file.
_EMPTIED = """
SELECT DISTINCT d.key FROM versions v JOIN documents d ON d.id = v.document_id
WHERE v.sha256 IN (SELECT value FROM json_each(:contents))
  AND d.id IN (SELECT id FROM hidden_documents)
  AND d.key NOT IN (SELECT value FROM json_each(:doomed))
  AND NOT EXISTS (SELECT 1 FROM versions o WHERE o.document_id = d.id
    AND o.sha256 NOT IN (SELECT value FROM json_each(:contents)))
"""
_KEPT = """
SELECT v.sha256, min(d.key) AS key FROM versions v JOIN documents d ON d.id = v.document_id
WHERE v.sha256 IN (SELECT value FROM json_each(:contents))
  AND d.key NOT IN (SELECT value FROM json_each(:doomed))
  AND d.id NOT IN (SELECT id FROM hidden_documents) GROUP BY v.sha256
"""


def remains_of(store: Store, key: str) -> list[Remains]:
    """Return what an erasure of a document takes: itself, what lies inside it, and withheld
    documents that have nothing but the same files."""
    found: dict[str, Remains] = {}
    waiting = [key]
    while waiting:
        for name in waiting:
            for row in store.rows(_INSIDE, (name,)):
                found.setdefault(row["key"], _remains(store, row["id"], row["key"]))
        contents = {sha256 for remains in found.values() for sha256 in remains.contents}
        gone = contents - set(kept_contents(store, contents, found))
        values = {"contents": json_text(sorted(gone)), "doomed": json_text(list(found))}
        waiting = [row["key"] for row in store.rows(_EMPTIED, values)]
    return list(found.values())


def kept_contents(
    store: Store, contents: Collection[str], doomed: Collection[str]
) -> dict[str, str]:
    """Return those contents that a document has which may be shown and is not doomed, with it."""
    values = {"contents": json_text(sorted(contents)), "doomed": json_text(list(doomed))}
    return {row["sha256"]: row["key"] for row in store.rows(_KEPT, values)}


def _remains(store: Store, document_id: int, key: str) -> Remains:
    def listed(sql: str, value: Any) -> tuple[str, ...]:
        return tuple(row[0] for row in store.rows(sql, {"value": value}) if row[0])

    return Remains(
        document=key,
        contents=listed(
            "SELECT DISTINCT sha256 FROM versions WHERE document_id = :value ORDER BY 1",
            document_id,
        ),
        addresses=listed(
            "SELECT url FROM fetches WHERE document_key = :value"
            " UNION SELECT final_url FROM fetches WHERE document_key = :value"
            " UNION SELECT url FROM documents WHERE key = :value ORDER BY 1",
            key,
        ),
        entries=listed(
            "SELECT key FROM entries WHERE document_id = :value ORDER BY 1", document_id
        ),
    )


def mark_erased(
    connection: sqlite3.Connection, remains: Remains, *, root: str, at: str, by: str,
    why: str | None,
) -> None:  # fmt: skip
    """Set a document's tombstone; from now on nothing brings it back. It is withheld too."""
    key = remains.document
    connection.execute(
        "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?, ?, NULL)", (key, root, at, by, why)
    )
    for table, values in (
        ("erased_contents (gone, document_key, sha256)", [(0, key, x) for x in remains.contents]),
        ("erased_addresses (document_key, url)", [(key, x) for x in remains.addresses]),
        ("erased_entries (document_key, entry_key)", [(key, x) for x in remains.entries]),
    ):
        marks = ", ".join("?" for _ in table.split(","))
        connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", values)  # noqa: S608 - constants
    connection.execute("DELETE FROM withholdings WHERE document_key = ?", (key,))
    connection.execute("UPDATE documents SET withheld = 1 WHERE key = ?", (key,))


def unfinished(store: Store) -> list[str]:
    """Return the keys of documents whose erasure is not finished."""
    rows = store.rows("SELECT document_key FROM tombstones WHERE finished_at IS NULL ORDER BY 1")
    return [row["document_key"] for row in rows]


def holders_left(store: Store) -> list[str]:
    """Return documents, not erased themselves, whose files hold one that is being erased."""
    rows = store.rows(
        "SELECT DISTINCT p.key FROM documents d JOIN documents p ON p.id = d.parent_id"
        " WHERE d.key IN (SELECT document_key FROM tombstones WHERE finished_at IS NULL)"
        " AND p.key NOT IN (SELECT document_key FROM tombstones) ORDER BY 1"
    )
    return [row["key"] for row in rows]


def gone_contents(store: Store) -> set[str]:
    """Return the contents of unfinished erasures of which nothing may be left."""
    rows = store.rows(
        "SELECT sha256 FROM erased_contents x JOIN tombstones t USING (document_key)"
        " WHERE x.gone = 1 AND t.finished_at IS NULL"
    )
    return {row["sha256"] for row in rows}


def words_of_erased(store: Store) -> list[str]:
    """Return what other texts may name of the documents that are being erased: addresses, titles,
    hashes; the longest first."""
    rows = store.rows(
        "SELECT url FROM erased_addresses JOIN tombstones USING (document_key)"
        " WHERE finished_at IS NULL"
        " UNION SELECT title FROM documents JOIN tombstones ON document_key = key"
        "  WHERE finished_at IS NULL"
        " UNION SELECT url FROM documents JOIN tombstones ON document_key = key"
        "  WHERE finished_at IS NULL"
        " UNION SELECT sha256 FROM erased_contents JOIN tombstones USING (document_key)"
        "  WHERE finished_at IS NULL AND gone = 1"
    )
    whole = {row[0] for row in rows if row[0] and len(row[0]) >= _SHORTEST}
    whole |= {unquote(urlsplit(word).path) for word in whole if word.startswith("file:")}
    quoted = {json_text(word)[1:-1] for word in whole}  # as it stands in JSON
    return sorted(whole | quoted, key=len, reverse=True)


def decide_contents(store: Store) -> None:
    """Say of each content of an unfinished erasure whether it goes or another document keeps it."""
    contents = {
        row["sha256"]
        for row in store.rows(
            "SELECT sha256 FROM erased_contents JOIN tombstones USING (document_key)"
            " WHERE finished_at IS NULL"
        )
    }
    doomed = [row[0] for row in store.rows("SELECT document_key FROM tombstones")]
    kept = kept_contents(store, contents, doomed)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE erased_contents SET gone = sha256 NOT IN (SELECT value FROM json_each(?))"
            " WHERE sha256 IN (SELECT value FROM json_each(?))",
            (json_text(sorted(kept)), json_text(sorted(contents))),
        )


def erase_rows(store: Store) -> None:
    """Delete every row of the documents whose erasure is not finished, and of contents that go."""
    store.connection.execute("PRAGMA secure_delete = ON")
    scrub_reports(store, words_of_erased(store))
    gone = gone_contents(store)
    others: set[int] = set()
    with store.transaction() as connection:
        for table, columns in _GATHERED.items():
            connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} {columns}")
            connection.execute(f"DELETE FROM temp.{table}")  # noqa: S608 - a constant
        connection.executemany("INSERT INTO doomed_contents VALUES (?)", [(x,) for x in gone])
        for statement in _GATHER:
            connection.execute(statement)
        others = {row[0] for row in connection.execute(_OTHERS)}
        for statement in (*_BLANKED, *_DELETED, *_FORGOTTEN):
            connection.execute(statement)
        for document_id in sorted(others):
            refresh_document(connection, document_id)
    for sha256 in sorted(gone):
        drop_incomplete(store, sha256)
    with store.transaction() as connection:
        for statement in _CONTENTS:
            connection.execute(statement)


_GATHERED = {
    "doomed_contents": "(sha256 TEXT PRIMARY KEY)",
    "doomed_documents": "(id INTEGER PRIMARY KEY, key TEXT)",
    "doomed_versions": "(id INTEGER PRIMARY KEY)",
    "doomed_entries": "(key TEXT PRIMARY KEY)",
    "doomed_news": "(id INTEGER PRIMARY KEY)",
}
_GATHER = (
    "INSERT INTO doomed_documents SELECT d.id, d.key FROM documents d"
    " JOIN tombstones t ON t.document_key = d.key WHERE t.finished_at IS NULL",
    # versions of a withheld document that had the same file go too
    "INSERT INTO doomed_versions SELECT id FROM versions"
    " WHERE document_id IN (SELECT id FROM doomed_documents)"
    " OR sha256 IN (SELECT sha256 FROM doomed_contents)",
    "INSERT OR IGNORE INTO erased_entries SELECT e.key, d.key FROM entries e"
    " JOIN doomed_documents d ON d.id = e.document_id",
    "INSERT INTO doomed_entries SELECT key FROM entries"
    " WHERE document_id IN (SELECT id FROM doomed_documents)"
    " OR version_id IN (SELECT id FROM doomed_versions)",
    "INSERT OR IGNORE INTO doomed_entries SELECT entry_key FROM erased_entries"
    " JOIN tombstones USING (document_key) WHERE finished_at IS NULL",
    # an entry of a document that stays needs a tombstone for its decisions to be blanked
    "INSERT OR IGNORE INTO erased_entries SELECT key, (SELECT min(document_key) FROM tombstones"
    " WHERE finished_at IS NULL) FROM doomed_entries",
    "INSERT INTO doomed_news SELECT id FROM news"
    " WHERE document_id IN (SELECT id FROM doomed_documents)"
    " OR version_id IN (SELECT id FROM doomed_versions)",
)
_OTHERS = """
SELECT DISTINCT v.document_id FROM versions v JOIN doomed_versions x ON x.id = v.id
WHERE v.document_id NOT IN (SELECT id FROM doomed_documents)
"""
_OF_ENTRY = "entry_key IN (SELECT key FROM doomed_entries)"
_BLANKED = (
    "UPDATE decisions SET fields = '{}', reason = NULL, note = NULL, proposal = NULL"  # noqa: S608 - constants
    f" WHERE {_OF_ENTRY}",
    "DELETE FROM decision_effects WHERE decision_id IN"  # noqa: S608 - constants
    f" (SELECT id FROM decisions WHERE {_OF_ENTRY})",
    "UPDATE pair_decisions SET note = NULL WHERE note IS NOT NULL"
    " AND (first IN (SELECT key FROM doomed_entries)"
    "  OR second IN (SELECT key FROM doomed_entries))",
)
_DELETED = (
    "DELETE FROM watch_hits WHERE news_id IN (SELECT id FROM doomed_news)",
    f"DELETE FROM news_entries WHERE {_OF_ENTRY} OR news_id IN (SELECT id FROM doomed_news)",  # noqa: S608 - constants
    "DELETE FROM news WHERE id IN (SELECT id FROM doomed_news)",
    *(
        f"DELETE FROM {table} WHERE {_OF_ENTRY}"  # noqa: S608 - constants
        for table in ("entry_evidence", "proposals", "audit_answers", "assignments")
    ),
    "DELETE FROM proposals WHERE document_id IN (SELECT id FROM doomed_documents)",
    "DELETE FROM entries WHERE key IN (SELECT key FROM doomed_entries)",
    "DELETE FROM pairs_pending WHERE document_id IN (SELECT id FROM doomed_documents)",
    "UPDATE documents SET version_id = (SELECT v.id FROM versions v WHERE v.document_id ="
    " documents.id AND v.id NOT IN (SELECT id FROM doomed_versions) ORDER BY v.number DESC LIMIT 1)"
    " WHERE version_id IN (SELECT id FROM doomed_versions)",
    "UPDATE documents SET shown_version_id = NULL"
    " WHERE shown_version_id IN (SELECT id FROM doomed_versions)",
    "DELETE FROM versions WHERE id IN (SELECT id FROM doomed_versions)",
    "UPDATE documents SET parent_id = NULL WHERE parent_id IN (SELECT id FROM doomed_documents)",
)
_FORGOTTEN = (
    "DELETE FROM fetches WHERE document_key IN (SELECT document_key FROM tombstones"
    " WHERE finished_at IS NULL) OR sha256 IN (SELECT sha256 FROM doomed_contents)",
    "DELETE FROM documents WHERE id IN (SELECT id FROM doomed_documents)",
    "UPDATE readings SET current = 0 WHERE sha256 IN (SELECT sha256 FROM doomed_contents)",
    "DELETE FROM issues WHERE sha256 IN (SELECT sha256 FROM doomed_contents)"
    " OR url IN (SELECT url FROM erased_addresses)",
)
_CONTENTS = tuple(
    f"DELETE FROM {table} WHERE sha256 IN (SELECT sha256 FROM doomed_contents)"  # noqa: S608 - constants
    for table in ("work", "page_audits", "contents")
)


def scrub_reports(store: Store, words: Sequence[str]) -> None:
    """Take words out of what runs report, of issues and of what waits for the next night."""
    for table, key, column in (
        ("runs", "id", "verdict"),
        ("runs", "id", "report"),
        ("source_runs", "rowid", "detail"),
        ("source_runs", "rowid", "rest"),
        ("issues", "id", "detail"),
    ):
        for word in words:
            with store.transaction() as connection:
                rows = connection.execute(
                    f"SELECT {key}, {column} FROM {table} WHERE instr({column}, ?)",  # noqa: S608 - constants
                    (word,),
                ).fetchall()
                left = _rest_without if column == "rest" else without
                connection.executemany(
                    f"UPDATE {table} SET {column} = ? WHERE {key} = ?",  # noqa: S608 - constants
                    [(left(row[1], [word]), row[0]) for row in rows],
                )


def without(text: str, words: Iterable[str]) -> str:
    """Return a text without words, each as a whole: not as the beginning of a longer address.

    >>> without("https://a.eu/x, https://a.eu/x/2 and https://a.eu/x.", ["https://a.eu/x"])
    '(erased), https://a.eu/x/2 and (erased).'
    """
    for word in words:
        if word in text:
            text = _whole(word).sub(ERASED, text)
    return text


def names(text: str, words: Iterable[str]) -> bool:
    """Tell whether a text has one of some words as a whole."""
    return any(word in text and _whole(word).search(text) for word in words)


def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?![\w/?&=#%~+-]|\.\w)")


def _rest_without(rest: str, words: Sequence[str]) -> str:
    return json_text([row for row in msgspec.json.decode(rest) if not names(str(row), words)])


def forget_words(store: Store) -> None:
    """Rewrite indexes and file so that no deleted word is left in them; takes long on a large one.

    Raises `StoreError` where another program keeps the old state open.
    """
    store.connection.execute("PRAGMA secure_delete = ON")
    for index in _INDEXES:
        _merge(store, index)
    words = store.rows("SELECT word FROM long_words")
    lost = [(word,) for (word,) in words if not _is_indexed(store, word)]
    store.write_sliced(("DELETE FROM long_words WHERE word = ?", word) for word in lost)
    try:
        store.connection.execute("VACUUM")
        busy = store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"{store.path} could not be rewritten ({error}); the erasure is not finished: repeat"
            " it when no other program uses the database and as much disk as it takes is free."
        ) from error
    if busy:
        raise StoreError(
            f"Another program reads {store.path}, so that old pages stay in its log; the erasure is"
            " not finished: end that program and repeat it."
        )


def _merge(store: Store, index: str) -> None:
    """Merge an index into one part, which drops the words of deleted rows, in short writes."""
    pages = -_MERGED  # negative: parts of all ages are merged
    while True:
        with store.transaction() as connection:
            until = time.monotonic() + SLICE
            while time.monotonic() < until:
                before = connection.total_changes
                connection.execute(
                    f"INSERT INTO {index}({index}, rank) VALUES ('merge', ?)",  # noqa: S608 - a constant
                    (pages,),
                )
                pages = _MERGED
                if connection.total_changes - before < 2:  # as SQLite's manual has it
                    return
        time.sleep(PAUSE)


def _is_indexed(store: Store, word: str) -> bool:
    quoted = '"' + word.replace('"', '""') + '"'
    sql = "SELECT 1 FROM pages_fts WHERE pages_fts MATCH ? LIMIT 1"
    return store.value(sql, (quoted,)) is not None


def mark_finished(store: Store, at: str) -> None:
    """Say that nothing is left of what was to be erased."""
    with store.transaction() as connection:
        connection.execute("UPDATE tombstones SET finished_at = ? WHERE finished_at IS NULL", (at,))
