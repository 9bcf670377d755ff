"""What an evidence pack holds of the database: quotes, texts of pages, fetches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from core.errors import StoreError
from store.database import Store

_JSON = ("value", "alternatives", "boxes")
_COLUMNS = """
e.key AS entry, e.state, e.page, e.quote, e.equipment, e.equipment_type, e.quantity, e.amount_min,
e.amount_max, e.currency, e.amount_kind, e.amount_scope, e.recipient, e.recipient_country,
e.supplier, e.fund, e.date, e.stage, e.score
"""
_MOST = 2_000  # entries of a document
_FETCHES = """
SELECT run_id, fetched_at, status, outcome, etag, last_modified,
  CASE WHEN url LIKE 'file:%' THEN NULL ELSE url END AS url,
  CASE WHEN final_url LIKE 'file:%' THEN NULL ELSE final_url END AS final_url
FROM fetches
WHERE document_key = ? AND (sha256 = ? OR (sha256 IS NULL AND outcome = 'not_modified'))
ORDER BY id LIMIT 50
"""
_MAILS = ("eml", "msg")
_HOLDERS = ("zip", "gzip", None)  # kinds of files that hold others, or were never read


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a pack is made of.

    `texts` are the pages that evidence stands on, as read. `may_show` is False where the source's
    licence does not let texts and pictures be shown; `file_kept_back` says why the file itself is
    not given away, None where it is. `run_id` is the run that brought it.
    """

    document: str
    sha256: str
    kind: str | None
    entries: list[dict[str, Any]]
    texts: dict[int, str]
    fetches: list[dict[str, Any]]
    run_id: int | None
    may_show: bool
    file_kept_back: str | None


def pack_contents(store: Store, key: str) -> Contents:
    """Gather what a pack of an entry or a document holds; the key must be one that can be cited."""
    entry = store.rows("SELECT document_id, version_id FROM entries WHERE key = ?", (key,))
    rows = store.rows(
        "SELECT d.id, d.key, v.id AS version_id, v.sha256, r.id AS reading_id, r.kind,"
        " s.show_full_text FROM documents d JOIN sources s ON s.id = d.source"
        " JOIN versions v ON v.id = coalesce(:version, d.shown_version_id)"
        " LEFT JOIN shown_readings r ON r.sha256 = v.sha256"
        " WHERE d.id = coalesce(:document, (SELECT id FROM documents WHERE key = :key))"
        " AND d.id NOT IN (SELECT id FROM hidden_documents)"
        " AND v.sha256 NOT IN (SELECT sha256 FROM withdrawn_contents)",
        {
            "key": key,
            "document": entry[0]["document_id"] if entry else None,
            "version": entry[0]["version_id"] if entry else None,
        },
    )
    if not rows:
        raise StoreError(f"{key} has nothing that could be packed.")
    known = rows[0]
    entries = _entries(store, known["id"], known["version_id"], key if entry else None)
    pages = {entry["page"] for entry in entries}
    pages |= {found["page"] for entry in entries for found in entry["evidence"].values()}
    fetches = [dict(fetch) for fetch in store.rows(_FETCHES, (known["key"], known["sha256"]))]
    runs = [fetch.pop("run_id") for fetch in fetches]
    return Contents(
        document=known["key"],
        sha256=known["sha256"],
        kind=known["kind"],
        entries=entries,
        texts=_texts(store, known["reading_id"], pages or {1}),
        fetches=fetches,
        run_id=runs[0] if runs else None,
        may_show=bool(known["show_full_text"]),
        file_kept_back=_kept_back(store, dict(known)),
    )


def _entries(
    store: Store, document_id: int, version_id: int, key: str | None
) -> list[dict[str, Any]]:
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM entries e WHERE e.document_id = :document"  # noqa: S608 - constants
        " AND e.version_id = :version AND e.text_withdrawn = 0 AND (e.key = :key OR (:key IS NULL"
        " AND e.state NOT IN ('rejected', 'withdrawn'))) ORDER BY e.page, e.key LIMIT :most",
        {"document": document_id, "version": version_id, "key": key, "most": _MOST},
    )
    return [{**dict(row), "evidence": _evidence(store, row["entry"])} for row in rows]


def _evidence(store: Store, key: str) -> dict[str, Any]:
    rows = store.rows(
        'SELECT field, page, start, "end", raw, value, alternatives, boxes, maker, score'
        " FROM entry_evidence WHERE entry_key = ? ORDER BY field",
        (key,),
    )
    found = {}
    for row in rows:
        told = dict(row)
        for name in _JSON:
            told[name] = msgspec.json.decode(told[name]) if told[name] is not None else None
        found[told.pop("field")] = told
    return found


def _texts(store: Store, reading_id: int | None, pages: set[int]) -> dict[int, str]:
    wanted = msgspec.json.encode(sorted(pages)).decode()
    rows = store.rows(
        "SELECT number, text FROM pages WHERE reading_id = ?"
        " AND number IN (SELECT value FROM json_each(?)) ORDER BY number",
        (reading_id, wanted),
    )
    return {row["number"]: row["text"] for row in rows}


def _kept_back(store: Store, known: dict[str, Any]) -> str | None:
    """Say why a file may not be given away: it may hold what its drawn pages do not show."""
    if not known["show_full_text"]:
        return "the source's licence does not let it be shown"
    hidden = store.value(
        "SELECT 1 FROM issues WHERE sha256 = ? AND code = 'hidden_text'", (known["sha256"],)
    )
    if hidden:
        return "it holds text that its pages do not show, perhaps under a redaction"
    if known["kind"] in _MAILS:
        return "a mail names its sender and its readers"
    holds = store.value("SELECT 1 FROM documents WHERE parent_id = ?", (known["id"],))
    if holds or known["kind"] in _HOLDERS:
        return "it holds other files; each has a pack of its own"
    return None
