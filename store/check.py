"""Consistency of database and archive, and a dump by natural keys for comparing two databases."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from store.database import Store

# Rows that must have a partner; each query returns what lacks one.
_ORPHANS = {
    "versions without content": (
        "SELECT sha256 FROM versions WHERE sha256 NOT IN (SELECT sha256 FROM contents)"
    ),
    "documents without version": (
        "SELECT key FROM documents WHERE version_id IS NULL AND id IN"
        " (SELECT document_id FROM versions)"
    ),
    "readings half written": "SELECT sha256 FROM readings WHERE current = 0",
    "contents with two current readings": (
        "SELECT sha256 FROM readings WHERE current = 1 GROUP BY sha256 HAVING count(*) > 1"
    ),
    "stages done without a reading": (
        "SELECT sha256 FROM work WHERE state = 'done' AND sha256 NOT IN"
        " (SELECT sha256 FROM readings WHERE current = 1)"
    ),
    "entries without document": (
        "SELECT key FROM entries WHERE document_id NOT IN (SELECT id FROM documents)"
    ),
    "evidence without entry": (
        "SELECT entry_key FROM entry_evidence WHERE entry_key NOT IN (SELECT key FROM entries)"
    ),
    "decisions without entry": (
        "SELECT entry_key FROM decisions WHERE verdict <> 'add' AND entry_key NOT IN"
        " (SELECT key FROM entries UNION ALL SELECT entry_key FROM erased_entries)"
    ),
    "erasures that were not finished (repeat `withhold --erase`)": (
        "SELECT document_key FROM tombstones WHERE finished_at IS NULL"
    ),
    "erased documents": (
        "SELECT key FROM documents WHERE key IN (SELECT document_key FROM tombstones"
        " WHERE finished_at IS NOT NULL)"
    ),
}


_CONTENTS = """
SELECT c.sha256, c.path, c.bytes, group_concat(DISTINCT d.key) AS keys FROM contents c
LEFT JOIN versions v ON v.sha256 = c.sha256 LEFT JOIN documents d ON d.id = v.document_id
GROUP BY c.sha256 ORDER BY c.sha256
"""


def faults(store: Store, archive: Path, *, deep: bool = False) -> list[str]:
    """Return what is wrong, one sentence each; `deep` reads and hashes every archived body."""
    found = [
        f"SQLite says: {row[0]}." for row in store.rows("PRAGMA quick_check") if row[0] != "ok"
    ]
    for name, sql in _ORPHANS.items():
        found += [f"There are {name}: {row[0]}." for row in store.rows(sql)]
    found += _evidence_faults(store)
    for row in store.rows(_CONTENTS):
        place, of = archive / row["path"], f" ({row['keys'] or 'of no document'})"
        if not place.is_file():
            found.append(f"The archive lacks {row['sha256']}{of}.")
        elif place.stat().st_size != row["bytes"]:
            found.append(f"The archived {row['sha256']}{of} has another length than when it came.")
        elif deep and _sha256(place) != row["sha256"]:
            found.append(f"The archived {row['sha256']}{of} has other bytes than when it came.")
    return found


def _sha256(place: Path) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _evidence_faults(store: Store) -> list[str]:
    rows = store.rows(
        """
        SELECT x.entry_key, x.field FROM entry_evidence x
        JOIN entries e ON e.key = x.entry_key AND e.still_proposed = 1
        LEFT JOIN pages p ON p.reading_id = x.reading_id AND p.number = x.page
        WHERE x.start >= 0 AND (p.id IS NULL OR
          substr(p.text, x.start + 1, x."end" - x.start) <> x.raw)
        """
    )
    return [f"Entry {row[0]}: the quote of its {row[1]} is not on its page." for row in rows]


_DUMPS = {
    "sources": "SELECT id, title, publisher, kind, homepage, licence FROM sources",
    "contents": "SELECT sha256, media_type, bytes, path FROM contents",
    "documents": """
        SELECT d.key, d.source, d.url, d.title, d.language, d.kind, d.published, d.reference,
          d.landing_url, parent.key AS parent, d.withheld, d.gone, v.number AS version
        FROM documents d LEFT JOIN documents parent ON parent.id = d.parent_id
        LEFT JOIN versions v ON v.id = d.version_id""",
    "versions": """
        SELECT d.key, v.number, v.sha256, v.change FROM versions v
        JOIN documents d ON d.id = v.document_id""",
    "readings": """
        SELECT sha256, extractor, tagger, kind, language, title, published, reference, stated,
          page_count, current, exemptions, links FROM readings""",
    "pages": """
        SELECT r.sha256, p.number, p.text, p.method, p.width, p.height, p.redacted_area, p.search,
          p.words, p.language, p.margins FROM pages p JOIN readings r ON r.id = p.reading_id""",
    "tables": """
        SELECT r.sha256, t.page, t.number, t.box, t.unit, t.header, t.rows, t.caption,
          t.notes, t.totals, t.continues, t.header_rows, t.whole FROM tables t
        JOIN readings r ON r.id = t.reading_id""",
    "notices": "SELECT r.sha256, n.* FROM notices n JOIN readings r ON r.id = n.reading_id",
    "lots": "SELECT r.sha256, n.* FROM lots n JOIN readings r ON r.id = n.reading_id",
    "awards": "SELECT r.sha256, n.* FROM awards n JOIN readings r ON r.id = n.reading_id",
    "notice_cpv": "SELECT r.sha256, n.* FROM notice_cpv n JOIN readings r ON r.id = n.reading_id",
    "mentions": "SELECT r.sha256, m.* FROM mentions m JOIN readings r ON r.id = m.reading_id",
    "proposals": "SELECT entry_key, hash, fields, score FROM proposals",
    "entries": """
        SELECT d.key AS document, v.number AS version, e.* FROM entries e
        JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id""",
    "entry_evidence": "SELECT * FROM entry_evidence",
    "decisions": "SELECT * FROM decisions",
    "pair_decisions": """
        SELECT first || ' ' || second AS pair, reviewer, decided_at, verdict, note, score, reasons
        FROM pair_decisions""",
    "reviewers": "SELECT name, role, added_at, removed_at FROM reviewers",
    "assignments": "SELECT entry_key, reviewer, assigned_by, assigned_at, note FROM assignments",
    "audit_answers": "SELECT entry_key, reviewer, answered_at, fields, proposal FROM audit_answers",
    "page_audits": "SELECT sha256, page, reviewer, audited_at, verdict, note FROM page_audits",
    "watches": "SELECT name, query, filters, exact FROM watches",
    "withholdings": "SELECT document_key, since, by, why FROM withholdings",
    "tombstones": "SELECT document_key, root, erased_at, by, why FROM tombstones",
    "erased_contents": "SELECT document_key, sha256, gone FROM erased_contents",
    "erased_entries": "SELECT document_key, entry_key FROM erased_entries",
    "work": "SELECT sha256, stage, stage_version, state, cause FROM work",
    "issues": "SELECT DISTINCT level, code, room, source, sha256, page, detail FROM issues",
}
# Of what is withdrawn or withheld, and of what was decided on it, the dump tells hashes alone.
_OF_CONTENT = {"readings", "pages", "tables", "notices", "lots", "awards", "notice_cpv", "mentions",
               "page_audits", "issues"}  # fmt: skip
_OF_DECISION = {"decisions", "assignments", "audit_answers"}
# The place in the queue is worked out anew by each run for those that wait, and for no others.
_UNNATURAL = {"id", "reading_id", "document_id", "version_id", "run_id", "place"}


def dump(store: Store) -> Iterator[str]:
    """Yield the whole database line by line, sorted, without ids, times of fetches and run rows.

    Of what a redaction withdraws, and of what is withheld, the hashes alone are told.
    """
    hidden = _Hidden(store)
    for name, sql in _DUMPS.items():
        rows = (
            {k: _plain(v) for k, v in dict(row).items() if k not in _UNNATURAL}
            for row in store.connection.execute(sql)
        )
        told = (hidden.told(name, row) for row in rows)
        for line in sorted(msgspec.json.encode(row, order="sorted").decode() for row in told):
            yield f"{name} {line}"


_HIDDEN_CONTENTS = """
SELECT sha256 FROM withdrawn_contents UNION
SELECT sha256 FROM versions WHERE document_id IN (SELECT id FROM hidden_documents)
EXCEPT SELECT sha256 FROM versions WHERE document_id NOT IN (SELECT id FROM hidden_documents)
  AND sha256 NOT IN (SELECT sha256 FROM withdrawn_contents)
"""
_HIDDEN_DOCUMENTS = "SELECT key FROM documents WHERE id IN (SELECT id FROM hidden_documents)"
_HIDDEN_ENTRIES = """
SELECT key FROM entries WHERE document_id IN (SELECT id FROM hidden_documents)
"""
_OLDER_DECISIONS = """
SELECT e.key FROM entries e WHERE e.text_withdrawn = 1
  OR e.document_id IN (SELECT document_id FROM redactions)
"""


class _Hidden:
    """What may not be shown, and rows as far as they may be told."""

    def __init__(self, store: Store) -> None:
        def keys(sql: str) -> set[str]:
            return {row[0] for row in store.rows(sql)}

        entries = keys(_HIDDEN_ENTRIES)
        decided = entries | keys(_OLDER_DECISIONS)
        self._by = {
            "documents": ("key", keys(_HIDDEN_DOCUMENTS)),
            "entries": ("key", entries),
            "entry_evidence": ("entry_key", entries),
            "pair_decisions": ("pair", decided),
            **dict.fromkeys(_OF_DECISION, ("entry_key", decided)),
            **dict.fromkeys(_OF_CONTENT, ("sha256", keys(_HIDDEN_CONTENTS))),
        }

    def told(self, name: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of a table, or what names it and its hash."""
        if name not in self._by:
            return row
        column, hidden = self._by[name]
        if hidden.isdisjoint((row[column] or "").split() if column == "pair" else (row[column],)):
            return row
        return _hashed(row, column)


def _hashed(row: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a row by the content or entry that it belongs to and a hash of all that it says."""
    whole = msgspec.json.encode(row, order="sorted")
    return {key: row[key], "hash": hashlib.sha256(whole).hexdigest()}


def _plain(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    return hashlib.sha256(zlib.decompress(value) if value else b"").hexdigest()
