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
        " (SELECT key FROM entries)"
    ),
}


def faults(store: Store, archive: Path, *, deep: bool = False) -> list[str]:
    """Return what is wrong, one sentence each; `deep` reads and hashes every archived body."""
    found = [
        f"SQLite says: {row[0]}." for row in store.rows("PRAGMA quick_check") if row[0] != "ok"
    ]
    for name, sql in _ORPHANS.items():
        found += [f"There are {name}: {row[0]}." for row in store.rows(sql)]
    found += _evidence_faults(store)
    for row in store.rows("SELECT sha256, path, bytes FROM contents ORDER BY sha256"):
        place = archive / row["path"]
        if not place.is_file():
            found.append(f"The archive lacks {row['sha256']}.")
        elif place.stat().st_size != row["bytes"]:
            found.append(f"The archived {row['sha256']} has another length than when it came.")
        elif deep and hashlib.sha256(place.read_bytes()).hexdigest() != row["sha256"]:
            found.append(f"The archived {row['sha256']} has other bytes than when it came.")
    return found


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
          t.notes, t.totals, t.continues FROM tables t
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
    "work": "SELECT sha256, stage, stage_version, state, cause FROM work",
    "issues": "SELECT DISTINCT level, code, room, source, sha256, page, detail FROM issues",
}
_UNNATURAL = {"id", "reading_id", "document_id", "version_id", "run_id"}


def dump(store: Store) -> Iterator[str]:
    """Yield the whole database line by line, sorted, without ids, times of fetches and run rows."""
    for name, sql in _DUMPS.items():
        rows = (
            {k: _plain(v) for k, v in dict(row).items() if k not in _UNNATURAL}
            for row in store.connection.execute(sql)
        )
        for line in sorted(msgspec.json.encode(row, order="sorted").decode() for row in rows):
            yield f"{name} {line}"


def _plain(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    return hashlib.sha256(zlib.decompress(value) if value else b"").hexdigest()
