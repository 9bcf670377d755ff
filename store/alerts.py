"""What the watches found, as feeds and mails tell it: only what may be shown now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from core.text import json_text
from store.database import Store
from store.runs import now
from store.watches import NEWEST, Watch

_OF_NOTE = 10  # entries of a digest
_ENTRY = """
SELECT e.key, e.state, e.equipment, e.quantity, e.amount_min, e.amount_max, e.currency,
  e.amount_eur, e.eur_rate_date, e.eur_source, e.recipient, e.quote, e.page, e.document,
  titled(d.title, d.url) AS title, e.source, e.url, d.landing_url, n.noticed_at
FROM news_entries x JOIN news n ON n.id = x.news_id JOIN shown_entries e ON e.key = x.entry_key
JOIN documents d ON d.id = n.document_id
"""
_HIT = """
SELECT h.id, h.pages, h.entries, h.titled, h.passage, h.noticed_at, h.news_id, h.document_id,
  w.name AS watch, d.key AS document, titled(d.title, d.url) AS title, d.source, d.url,
  d.landing_url, d.published, d.language, v.number AS version, v.change
FROM shown_hits h JOIN watches w ON w.id = h.watch_id JOIN documents d ON d.id = h.document_id
JOIN versions v ON v.id = h.version_id
"""


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A mail: its number, when what it tells was found, and the name that it keeps for ever."""

    id: int
    made_at: str
    message_id: str


def hits_of(store: Store, watch: Watch, limit: int = NEWEST) -> list[dict[str, Any]]:
    """Return the newest documents that a watch found, each with its pages and entries."""
    # a hit whose entries were all rejected or withdrawn since is none any more
    rows = store.rows(
        f"{_HIT} WHERE h.watch_id = ? ORDER BY h.news_id DESC LIMIT ?", (watch.id, limit)
    )
    return _told(store, [dict(row) for row in rows])


def new_entries(store: Store, limit: int = NEWEST) -> list[dict[str, Any]]:
    """Return the newest entries that may be shown, whatever the watches."""
    rows = store.rows(f"{_ENTRY} ORDER BY x.news_id DESC, e.key LIMIT ?", (limit,))
    return [dict(row) for row in rows]


def make_digest(store: Store, *, mailed: bool) -> int:
    """Put what was found and is in no digest yet into a new one; return how many documents it has.

    With `mailed` it waits to be sent; without, it stays unsent for good. Where nothing was found
    there is no digest.
    """
    with store.transaction() as connection:
        count = connection.execute(
            "SELECT count(DISTINCT n.document_id) FROM watch_hits h JOIN news n ON n.id = h.news_id"
            " WHERE h.digest_id IS NULL"
        ).fetchone()[0]
        if count:
            cursor = connection.execute(
                "INSERT INTO digests (made_at, message_id, state) VALUES (?, ?, ?)",
                (now(), str(uuid.uuid4()), "waiting" if mailed else "none"),
            )
            connection.execute(
                "UPDATE watch_hits SET digest_id = ? WHERE digest_id IS NULL", (cursor.lastrowid,)
            )
    return int(count)


def waiting_digests(store: Store) -> list[Digest]:
    """Return the digests that wait to be sent, oldest first."""
    rows = store.rows(
        "SELECT id, made_at, message_id FROM digests WHERE state = 'waiting' ORDER BY id"
    )
    return [Digest(**dict(row)) for row in rows]


def join_digests(store: Store) -> None:
    """Make one of the digests that could not be sent and the newest that waits.

    It gets a new name, for it tells more than those did. One that was never tried before the newest
    came may have been sent by a run that died; it stays as it is and goes out under its own name.
    """
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT id FROM digests WHERE state = 'waiting' AND (attempts > 0"
            " OR id = (SELECT max(id) FROM digests WHERE state = 'waiting')) ORDER BY id DESC"
        ).fetchall()
        newest, *older = (row["id"] for row in rows) if rows else (0,)
        for number in older:
            connection.execute(
                "UPDATE watch_hits SET digest_id = ? WHERE digest_id = ?", (newest, number)
            )
            connection.execute("UPDATE digests SET state = 'empty' WHERE id = ?", (number,))
        if older:
            connection.execute(
                "UPDATE digests SET message_id = ? WHERE id = ?", (str(uuid.uuid4()), newest)
            )


def mark_digest(store: Store, digest: Digest, state: str) -> None:
    """Note what became of a digest: `sent`, `empty`, or `waiting` after an attempt that failed."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE digests SET state = :state, attempts = attempts + 1,"
            " sent_at = CASE WHEN :state = 'sent' THEN :now END WHERE id = :id",
            {"state": state, "now": now(), "id": digest.id},
        )


def digest_documents(store: Store, digest: Digest) -> list[dict[str, Any]]:
    """Return the documents of a digest, each once with the names of all watches that found it."""
    rows = store.rows(f"{_HIT} WHERE h.digest_id = ? ORDER BY h.news_id, w.name", (digest.id,))
    documents: dict[int, dict[str, Any]] = {}
    for hit in _told(store, [dict(row) for row in rows]):
        known = documents.setdefault(hit["document_id"], {**hit, "watches": [], "news": []})
        known["news"].append(hit["news_id"])
        known["watches"] = sorted({*known["watches"], hit["watch"]}, key=str.lower)
        for name in ("pages", "entries"):
            known[name] = sorted({*known[name], *hit[name]})
        known["version"], known["change"] = hit["version"], hit["change"]
    return list(documents.values())


def entries_of_note(store: Store, documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries that a digest's documents brought: first those that a watch found, then by
    their worth in euro; a few at most."""
    found = [key for document in documents for key in document["entries"]]
    news = [number for document in documents for number in document["news"]]
    values = {"news": json_text(news), "found": json_text(found)}
    return [dict(row) for row in store.rows(_NOTED, {**values, "most": _OF_NOTE})]


_NOTED = f"""
{_ENTRY} WHERE x.news_id IN (SELECT value FROM json_each(:news))
  OR e.key IN (SELECT value FROM json_each(:found))
ORDER BY e.key IN (SELECT value FROM json_each(:found)) DESC, e.amount_eur DESC NULLS LAST, e.key
LIMIT :most
"""  # noqa: S608 - constants


def _told(store: Store, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return hits with their entries that may be shown; without those of which nothing is left."""
    for row in rows:
        row["pages"] = msgspec.json.decode(row["pages"], type=list[int])
        row["entries"] = msgspec.json.decode(row["entries"], type=list[str])
    keys = json_text([key for row in rows for key in row["entries"]])
    shown = {
        row["key"]
        for row in store.rows(
            "SELECT key FROM shown_entries WHERE key IN (SELECT value FROM json_each(?))", (keys,)
        )
    }
    for row in rows:
        row["entries"] = [key for key in row["entries"] if key in shown]
    return [row for row in rows if row["pages"] or row["entries"] or row["titled"]]
