"""What is withheld from everybody, and what is told of it: that it exists, since when and why."""

from __future__ import annotations

import sqlite3
from typing import Any

from core.errors import UnknownKey
from core.records import Fetched
from store.database import Store

_WITHHELD = """
WITH RECURSIVE above(id, depth) AS (
  SELECT id, 0 FROM documents WHERE key = :key
  UNION SELECT d.parent_id, a.depth + 1 FROM documents d JOIN above a ON d.id = a.id
  WHERE d.parent_id IS NOT NULL AND a.depth < 1000)
SELECT d.key, w.since, w.why FROM above a JOIN documents d ON d.id = a.id
LEFT JOIN withholdings w ON w.document_key = d.key
WHERE d.withheld = 1 ORDER BY a.depth LIMIT 1
"""
_TOMBSTONE = """
SELECT t.document_key, t.root, t.erased_at, t.why FROM tombstones t WHERE t.document_key = :key
  OR t.document_key = (SELECT document_key FROM erased_entries WHERE entry_key = :key)
"""


def withheld_answer(store: Store, key: str) -> dict[str, Any] | None:
    """Return all that is told of a withheld or erased document or entry, None for any other key.

    `withheld` is True; `since` and `why` are None where nobody noted them. `inside` is the withheld
    file that it lies in. Of what was erased, `erased` is True.
    """
    erased = store.rows(_TOMBSTONE, {"key": key})
    if erased:
        told = dict(erased[0])
        document, root = told["document_key"], told["root"]
        answer = _answer(key, document, told["erased_at"], told["why"], inside=root)
        return {**answer, "erased": True}
    document = store.value(
        "SELECT d.key FROM entries e JOIN documents d ON d.id = e.document_id WHERE e.key = ?",
        (key,),
    )
    rows = store.rows(_WITHHELD, {"key": document or key})
    if not rows:
        return None
    row = rows[0]
    return _answer(key, document or key, row["since"] or None, row["why"], inside=row["key"])


def _answer(
    key: str, document: str, since: str | None, why: str | None, *, inside: str
) -> dict[str, Any]:
    named = {"document": key} if key == document else {"entry": key, "document": document}
    answer: dict[str, Any] = {**named, "withheld": True, "since": since, "why": why}
    return answer if inside == document else {**answer, "inside": inside}


def erasure_sentence(store: Store, document_key: str, sha256: str | None = None) -> str | None:
    """Say that a document, or a file of these bytes, was erased; None where it was not."""
    rows = store.rows(
        "SELECT t.document_key, t.erased_at FROM tombstones t WHERE t.document_key = ?"
        " OR t.document_key IN"
        " (SELECT document_key FROM erased_contents WHERE sha256 = ? AND gone = 1) LIMIT 1",
        (document_key, sha256),
    )
    if not rows:
        return None
    return f"{rows[0]['document_key']} was erased on {rows[0]['erased_at'][:10]}"


def refuse_erased(connection: sqlite3.Connection, fetched: Fetched) -> bool:
    """Tell whether a fetch brings back what was erased, and note its bytes for removal.

    It does by its key, by the file that it lies in, or by its bytes.
    """
    row = connection.execute(
        "SELECT document_key FROM tombstones WHERE document_key IN (:key, :parent)"
        # other files of a document that is not erased are let in
        " UNION ALL SELECT '' FROM erased_contents WHERE sha256 = :sha256 AND gone = 1 LIMIT 1",
        {"key": fetched.document_key, "parent": fetched.parent_key, "sha256": fetched.sha256},
    ).fetchone()
    if row is None:
        return False
    connection.execute(
        "INSERT OR IGNORE INTO strays VALUES (?, ?)",
        (fetched.sha256 or "", row["document_key"]),
    )
    return True


def know_withheld(
    connection: sqlite3.Connection, key: str, *, since: str, by: str, why: str | None
) -> None:
    """Withhold a document, whether it is there already or comes again; keeps the first day."""
    connection.execute(
        "INSERT INTO withholdings VALUES (:key, :since, :by, :why)"
        " ON CONFLICT (document_key) DO UPDATE SET why = coalesce(:why, why)",
        {"key": key, "since": since, "by": by, "why": why},
    )
    connection.execute("UPDATE documents SET withheld = 1 WHERE key = ?", (key,))


def know_lifted(connection: sqlite3.Connection, key: str) -> None:
    """Give a document back."""
    connection.execute("DELETE FROM withholdings WHERE document_key = ?", (key,))
    connection.execute("UPDATE documents SET withheld = 0 WHERE key = ?", (key,))


def need_document(store: Store, key: str) -> None:
    """Raise `UnknownKey` for a key that is no document's."""
    if store.value("SELECT 1 FROM documents WHERE key = ?", (key,)) is not None:
        return
    sentence = erasure_sentence(store, key)
    if sentence:
        raise UnknownKey(f"{sentence}; nothing of it is left.")
    if store.value("SELECT 1 FROM entries WHERE key = ?", (key,)) is not None:
        raise UnknownKey(f"{key} is an entry; name its document, which `show` gives.")
    raise UnknownKey(f"There is no document with the key {key!r}.")


def erased_addresses(store: Store) -> dict[str, str]:
    """Return the addresses of erased documents with their keys: a crawl does not ask for them."""
    rows = store.rows("SELECT url, document_key FROM erased_addresses WHERE url GLOB 'http*'")
    return {row["url"]: row["document_key"] for row in rows}
