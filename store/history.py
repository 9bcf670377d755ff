"""A document's versions as people are told of them: what each changed, and what is withdrawn."""

from __future__ import annotations

from typing import Any

import msgspec

from store.database import Store
from store.versions import WITHDRAWN

_VERSIONS = f"""
SELECT v.number, v.sha256, v.first_seen, v.last_seen, v.change, v.comparison, v.released,
  {WITHDRAWN} AS withdrawn,
  EXISTS (SELECT 1 FROM readings r WHERE r.sha256 = v.sha256 AND r.current = 1) AS read,
  (SELECT min(e.number) FROM versions e WHERE e.document_id = v.document_id
   AND e.sha256 = v.sha256 AND e.number < v.number) AS same_as
FROM versions v WHERE v.document_id = ? ORDER BY v.number
"""  # noqa: S608 - a constant


def is_hidden(store: Store, document_id: int) -> bool:
    """Tell whether a document is withheld, by itself or with a file that it lies inside."""
    return store.value("SELECT 1 FROM hidden_documents WHERE id = ?", (document_id,)) is not None


def versions_of(store: Store, document_id: int) -> list[dict[str, Any]]:
    """Return a document's versions, oldest first, each with what it changed.

    `redacted` are the pages that it blackened, `same_as` an earlier version with the same bytes,
    `withdrawn` says that its text may not be shown, `read` that it has been read.
    """
    found = []
    for row in store.rows(_VERSIONS, (document_id,)):
        version = dict(row)
        kept = version.pop("comparison")
        pages = msgspec.json.decode(kept)["pages"] if kept else []
        for name in ("released", "withdrawn", "read"):
            version[name] = bool(version[name])
        found.append({**version, "redacted": [_blackened(page) for page in pages]})
    return found


def _blackened(page: dict[str, Any]) -> dict[str, Any]:
    return {
        "page": page["after"],
        "before": page["before"],
        "words": page["removed"],
        "share": round(max(0.0, page["area_after"] - page["area_before"]), 4),
    }


def withdrawal_sentence(store: Store, document_id: int) -> str | None:
    """Say in one sentence that older text of a document is withdrawn, None where none is."""
    row = store.rows(
        "SELECT w.number, d.id = :id AS own, CASE WHEN d.id IN (SELECT id FROM hidden_documents)"
        " THEN 'another document' ELSE d.key END AS key FROM withdrawn_contents w"
        " JOIN documents d ON d.id = w.document_id"
        " WHERE w.sha256 IN (SELECT sha256 FROM versions WHERE document_id = :id)"
        " ORDER BY own DESC, d.key LIMIT 1",
        {"id": document_id},
    )
    if not row:
        return None
    if row[0]["own"]:
        return (
            f"Version {row[0]['number']} blackens what was readable before; the older text is"
            " withdrawn until an administrator decides."
        )
    return (
        f"Version {row[0]['number']} of {row[0]['key']} blackens text of the same file; that text"
        " is withdrawn here too until an administrator decides."
    )
