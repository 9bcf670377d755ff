"""Watches: saved searches, the news that they are matched against, and what they found."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from core.errors import UnknownKey, UsageError
from core.text import fold, join_hyphens, json_text
from store.added import FILLER, AddedText, added_text
from store.database import Store
from store.filters import Filters
from store.runs import now

ALL_ENTRIES = "entries"  # the feed of all new entries has this name
NEWEST = 200  # items of a feed, and documents of a digest
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_AT_ONCE = 200  # documents whose news is written in one transaction


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A saved search: the query as typed, its filters by name; `exact` is not widened."""

    id: int
    name: str
    query: str
    filters: dict[str, Any]
    exact: bool
    made_at: str
    seen: int

    def narrowed(self) -> Filters:
        """Return its filters."""
        return Filters(**self.filters)


def add_watch(store: Store, name: str, query: str, filters: Filters, *, exact: bool) -> None:
    """Save a search under a name; it finds what becomes news from now on.

    Raises `UsageError` for a name that cannot be a file's or is taken, and for an empty query.
    """
    if not _NAME.fullmatch(name) or name.lower() == ALL_ENTRIES:
        raise UsageError(
            f"{name!r} cannot name a watch: use up to 60 letters, digits, - and _, a letter or a"
            f" digit first; {ALL_ENTRIES!r} is taken."
        )
    if not any(c.isalnum() for c in query):
        raise UsageError(f"The query {query!r} has no word that could be found.")
    notice_news(store)
    try:
        with store.transaction() as connection:
            connection.execute(
                "INSERT INTO watches (name, query, filters, exact, made_at, seen)"
                " VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM news))",
                (name, query, json_text(filters.given()), exact, now()),
            )
    except sqlite3.IntegrityError as error:
        raise UsageError(
            f"There is a watch {name!r} already; remove it first or choose another name."
        ) from error


def remove_watch(store: Store, name: str) -> None:
    """Delete a watch and what it found; raise `UnknownKey` where there is none of that name."""
    with store.transaction() as connection:
        if not connection.execute("DELETE FROM watches WHERE name = ?", (name,)).rowcount:
            raise UnknownKey(f"There is no watch {name!r}; `watch list` names them.")


def watches(store: Store) -> list[Watch]:
    """Return all watches by name."""
    return [
        Watch(**{**dict(row), "filters": msgspec.json.decode(row["filters"]),
                 "exact": bool(row["exact"])})
        for row in store.rows("SELECT * FROM watches ORDER BY name")
    ]  # fmt: skip


def list_watches(store: Store) -> list[dict[str, Any]]:
    """Return each watch with how often, and when last, it found something that may be shown."""
    counts = {
        row["watch_id"]: (row["hits"], row["last"])
        for row in store.rows(
            "SELECT watch_id, count(*) AS hits, max(found_at) AS last FROM shown_hits GROUP BY 1"
        )
    }
    told = []
    for watch in watches(store):
        row = asdict(watch)
        number, _ = row.pop("id"), row.pop("seen")
        hits, last = counts.get(number, (0, None))
        told.append({**row, "documents": hits, "last_found": last})
    return told


_UNNOTICED = """
SELECT d.id, d.shown_version_id AS version_id, v.number,
  coalesce((SELECT max(last_entry) FROM news n WHERE n.document_id = d.id), -1) AS known
FROM documents d JOIN versions v ON v.id = d.shown_version_id
JOIN shown_readings r ON r.sha256 = v.sha256
WHERE d.id NOT IN (SELECT id FROM hidden_documents) AND NOT EXISTS (
  SELECT 1 FROM news n WHERE n.document_id = d.id AND n.version_id = d.shown_version_id)
ORDER BY d.id
"""


def notice_news(store: Store) -> int:
    """Take note of documents that show another version, and of the entries that it brought.

    Returns how many. A document is taken note of once for each version, whoever asks and however
    often; what is withheld or withdrawn is none until it may be shown.
    """
    rows = store.rows(_UNNOTICED)
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        brought = [_brought(store, row) for row in part]
        with store.transaction() as connection:
            for row, keys in zip(part, brought, strict=True):
                _write_news(connection, row, keys)
    return len(rows)


def _write_news(connection: sqlite3.Connection, row: sqlite3.Row, keys: Sequence[str]) -> None:
    cursor = connection.execute(
        "INSERT OR IGNORE INTO news (document_id, version_id, noticed_at, last_entry)"
        " VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM entries))",
        (row["id"], row["version_id"], now()),
    )
    if not cursor.rowcount:  # another one was quicker
        return
    connection.executemany(
        "INSERT OR IGNORE INTO news_entries (entry_key, news_id) VALUES (?, ?)",
        [(key, cursor.lastrowid) for key in keys],
    )


def _brought(store: Store, row: sqlite3.Row) -> list[str]:
    """Return the keys of the entries that a version brought.

    Of a later version those whose words are added text: an entry that a better reader found in old
    text is no news.
    """
    rows = store.rows(
        "SELECT e.key, coalesce(e.equipment, e.recipient, e.quote) AS words FROM entries e"
        " WHERE e.document_id = ? AND e.id > ? AND e.version_id = ? AND e.still_proposed = 1"
        " AND e.text_withdrawn = 0 AND e.state NOT IN ('rejected', 'withdrawn') ORDER BY e.id",
        (row["id"], row["known"], row["version_id"]),
    )
    if not rows or not earlier_readings(store, row["version_id"]):
        return [entry["key"] for entry in rows]
    added = fold(" ".join(page.added for page in added_pages(store, row["version_id"])))
    return [entry["key"] for entry in rows if fold(join_hyphens(entry["words"])) in added]


def earlier_readings(store: Store, version_id: int) -> list[int]:
    """Return the readings of the versions before one, oldest first.

    Up to the last one that was news: what came and went unnoticed is told with the next one.
    """
    return [row["id"] for row in store.rows(_EARLIER, (version_id,))]


_EARLIER = """
SELECT r.id FROM versions v
JOIN versions b ON b.document_id = v.document_id AND b.number < v.number AND b.number <= (
  SELECT max(s.number) FROM news n JOIN versions s ON s.id = n.version_id
  WHERE n.document_id = v.document_id AND s.number < v.number)
JOIN readings r ON r.sha256 = b.sha256 AND r.current = 1
WHERE v.id = ? ORDER BY b.number
"""


def added_pages(store: Store, version_id: int) -> list[AddedText]:
    """Return what of each page of a version is added text, in the order of the pages."""
    (own,) = store.rows(
        "SELECT r.id FROM versions v JOIN readings r ON r.sha256 = v.sha256 AND r.current = 1"
        " WHERE v.id = ?",
        (version_id,),
    )
    before = dict.fromkeys(earlier_readings(store, version_id))
    return added_text([_texts(store, reading) for reading in before], _texts(store, own["id"]))


def _texts(store: Store, reading_id: int) -> list[str]:
    rows = store.rows(
        "SELECT coalesce(search, text) AS text FROM pages WHERE reading_id = ? ORDER BY number",
        (reading_id,),
    )
    return [row["text"].replace(FILLER, " ") for row in rows]
