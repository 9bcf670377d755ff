"""What visitors of a published site may see: the one place that says so.

A visitor's connection has temporary views over the tables, of the same names, that hold what is
published and nothing else; all that reads the store then reads those. The tables that are named
here are an allow-list: every other one is empty for visitors, one that is added later too.

Published are accepted and corrected entries whose text no redaction withdraws, of documents that
are not hidden, and of those documents what their source's licence lets be shown: with
`show_full_text` their pages, tables, mentions and what a notice states; without it their title,
their address and the words of the entries' fields alone.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.errors import StoreError
from store.database import BUSY, Store
from store.titles import know_titles

STATES: Final = ("accepted", "corrected")
_HINT = re.compile(r"\bINDEXED BY \w+")  # of a table; a view takes none
# What is published now, filled anew whenever somebody has written to the database.
_TABLES: Final[dict[str, tuple[str, str]]] = {
    "published_documents": (
        "id INTEGER PRIMARY KEY, key TEXT NOT NULL, full_text INTEGER NOT NULL,"
        " images INTEGER NOT NULL",
        "SELECT d.id, d.key, coalesce(s.show_full_text, 0),"
        " coalesce(s.show_full_text AND s.show_images, 0)"
        " FROM main.documents d LEFT JOIN main.sources s ON s.id = d.source"
        " WHERE d.id NOT IN (SELECT id FROM main.hidden_documents) AND d.id IN ("
        " SELECT document_id FROM main.entries"
        " WHERE state IN ('accepted', 'corrected') AND text_withdrawn = 0)",
    ),
    "hidden_documents": (
        "id INTEGER PRIMARY KEY",
        "SELECT id FROM main.documents WHERE id NOT IN (SELECT id FROM published_documents)",
    ),
    "published_contents": (
        "sha256 TEXT PRIMARY KEY, full_text INTEGER NOT NULL, images INTEGER NOT NULL",
        "SELECT v.sha256, max(p.full_text), max(p.images)"
        " FROM published_documents p JOIN main.versions v ON v.document_id = p.id"
        " WHERE v.sha256 NOT IN (SELECT sha256 FROM main.withdrawn_contents) GROUP BY v.sha256",
    ),
    "published_readings": (
        "id INTEGER PRIMARY KEY",
        "SELECT r.id FROM published_contents c JOIN main.readings r ON r.sha256 = c.sha256"
        " WHERE c.full_text AND r.current = 1",
    ),
}
_OF_READINGS = "SELECT * FROM main.{name} WHERE reading_id IN (SELECT id FROM published_readings)"
_PAIRED = (
    "EXISTS (SELECT 1 FROM entries e WHERE e.key = first)"
    " AND EXISTS (SELECT 1 FROM entries e WHERE e.key = second)"  # of views above
)
# What a view of the same name holds; without columns that say more than is published.
_VIEWS: Final[dict[str, str]] = {
    "sources": "SELECT * FROM main.sources",
    "documents": ("SELECT * FROM main.documents WHERE id IN (SELECT id FROM published_documents)"),
    "versions": (
        "SELECT * FROM main.versions WHERE document_id IN (SELECT id FROM published_documents)"
    ),
    "contents": (
        "SELECT * FROM main.contents WHERE sha256 IN (SELECT sha256 FROM published_contents)"
    ),
    "fetches": (
        "SELECT * FROM main.fetches WHERE EXISTS"
        " (SELECT 1 FROM documents d WHERE d.key = document_key)"
    ),
    "readings": "SELECT * FROM main.readings WHERE id IN (SELECT id FROM published_readings)",
    **{
        name: _OF_READINGS.format(name=name)
        for name in ("pages", "tables", "mentions", "notices", "lots", "awards", "notice_cpv")
    },
    "shown_readings": (
        "SELECT * FROM main.shown_readings WHERE id IN (SELECT id FROM published_readings)"
    ),
    "entry_evidence": (
        "SELECT * FROM main.entry_evidence WHERE EXISTS"
        " (SELECT 1 FROM entries e WHERE e.key = entry_key)"
    ),
    "pairs": f"SELECT * FROM main.pairs WHERE {_PAIRED}",  # noqa: S608 - constants
    "pair_decisions": (
        "SELECT id, first, second, '' AS reviewer, decided_at, verdict, NULL AS note, score,"  # noqa: S608
        f" reasons FROM main.pair_decisions WHERE {_PAIRED}"
    ),
    "pairs_pending": (
        "SELECT * FROM main.pairs_pending WHERE document_id IN (SELECT id FROM published_documents)"
    ),
}
# Where the licence does not let text be shown, the sentence around an entry is not shown either.
_QUOTE = """CASE WHEN document_id IN (SELECT id FROM published_documents WHERE full_text)
  THEN quote ELSE coalesce(equipment, recipient, '') END AS quote"""
# These hold no text that may be read, and need no view: indexes, whose hits lead to rows of the
# views above, what withdraws text from everybody, and what is made above.
_AS_THEY_ARE = re.compile(
    r"\w+_fts(_\w+)?|\w+_vocabulary|long_words|sqlite_\w+|_sqlite_migrations|redactions"
    r"|withdrawn_contents|hidden_documents"
)


class PublishedStore(Store):
    """A store of which only what is published can be read."""

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        return super().rows(_HINT.sub("", sql), values)


@dataclass
class _Kept:
    """A thread's connection to one database file, and what of it was last looked at."""

    connection: sqlite3.Connection
    file: tuple[str, int, int]
    schema: int
    data: int = -1


_threads = threading.local()


@contextmanager
def published(path: Path) -> Iterator[Store]:
    """Open a database as a visitor of the published site sees it, all of one moment.

    Each thread keeps its connection for the next time. Raises `StoreError` where the database
    cannot be opened.
    """
    try:
        kept = _connected(path)
        kept.connection.execute("BEGIN")
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path} cannot be opened ({error}).") from error
    try:
        _fill(kept)
        yield PublishedStore(kept.connection, path)
    finally:
        kept.connection.commit()  # what was filled; nothing else can be written


def _connected(path: Path) -> _Kept:
    """Return this thread's connection, made anew for another file or another schema."""
    status = path.stat()
    file = (str(path.resolve()), status.st_dev, status.st_ino)
    kept: _Kept | None = getattr(_threads, "kept", None)
    if kept is not None:
        if kept.file == file and _number(kept.connection, "main.schema_version") == kept.schema:
            return kept
        _threads.kept = None
        kept.connection.close()
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.isolation_level = None
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY}")
    connection.execute("PRAGMA temp_store = MEMORY")
    know_titles(connection, names=False)
    kept = _Kept(connection, file, _number(connection, "main.schema_version"))
    _narrow(connection)
    _threads.kept = kept
    return kept


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _fill(kept: _Kept) -> None:
    """Bring what is published up to the moment of the transaction that has begun."""
    data = _number(kept.connection, "main.data_version")
    if data == kept.data:
        return
    kept.data = -1
    for name, (_, filling) in _TABLES.items():
        kept.connection.execute(f"DELETE FROM temp.{name}")  # noqa: S608 - names and queries of ours
        kept.connection.execute(f"INSERT INTO temp.{name} {filling}")
    kept.data = data


def _narrow(connection: sqlite3.Connection) -> None:
    """Put a view before each table and view of the store."""
    rows = connection.execute(
        "SELECT name, type, sql FROM main.sqlite_schema WHERE type IN ('table', 'view')"
    ).fetchall()
    for name, (columns, _) in _TABLES.items():
        connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
    listed = ", ".join(
        _QUOTE if row["name"] == "quote" else row["name"]
        for row in connection.execute("PRAGMA main.table_info(entries)")
    )
    connection.execute(
        f"CREATE TEMP VIEW entries AS SELECT {listed} FROM main.entries"  # noqa: S608 - own columns
        " WHERE state IN ('accepted', 'corrected') AND text_withdrawn = 0"
        " AND document_id IN (SELECT id FROM published_documents)"
    )
    for name, kind, sql in rows:
        if name == "entries" or _AS_THEY_ARE.fullmatch(name):
            continue
        if name in _VIEWS:
            connection.execute(f"CREATE TEMP VIEW {name} AS {_VIEWS[name]}")
        elif kind == "view":  # made anew over the views, as it is over the tables
            connection.execute(re.sub(r"^CREATE VIEW", "CREATE TEMP VIEW", sql))
        else:
            connection.execute(f'CREATE TEMP VIEW "{name}" AS SELECT * FROM main."{name}" WHERE 0')  # noqa: S608


def may_show(store: Store, sha256: str) -> tuple[bool, bool]:
    """Tell of a content whether visitors may have its text and file, and its pages as pictures.

    `store` is one that `published` opened.
    """
    rows = store.rows(
        "SELECT full_text, images FROM published_contents WHERE sha256 = ?", (sha256,)
    )
    return (bool(rows[0]["full_text"]), bool(rows[0]["images"])) if rows else (False, False)


def full_text(store: Store, document_id: int) -> bool:
    """Tell whether visitors may read the text of a document; `store` as in `may_show`."""
    return bool(
        store.value("SELECT full_text FROM published_documents WHERE id = ?", (document_id,))
    )
