"""What `status` and `show` tell: counts by kind and state, and everything about one key."""

from __future__ import annotations

from typing import Any

import msgspec

from core.errors import UnknownKey
from store.copies import copies_of, offered_decision
from store.database import Store
from store.history import versions_of, withdrawal_sentence
from store.pairs import pairs_of
from store.search import coverage
from store.titles import titled
from store.versions import redaction_of
from store.withholding import withheld_answer
from store.work import failures

_JSON = {"value", "alternatives", "boxes", "fields", "stated", "headers", "report"}
_EVENTS = """
SELECT outcome, fetched_at, status, final_url FROM fetches WHERE document_key = ?
ORDER BY id DESC LIMIT 10
"""
_LISTS = {
    "lots", "cpv", "winners", "values_stated", "buyers", "earlier", "links", "funds", "nuts",
    "countries", "places", "changes", "translations", "tenders_received", "subcontractors",
    "other_values",
}  # fmt: skip


def status(store: Store) -> dict[str, Any]:
    """Return counts of documents by kind, entries by state, work by state, failures by cause."""

    def counts(sql: str) -> dict[str, int]:
        return {str(row[0]): int(row[1]) for row in store.rows(sql)}

    causes: dict[str, list[str]] = {}
    for cause, _state, key, _url in failures(store):
        causes.setdefault(cause, []).append(key)
    last = _one(store, "SELECT * FROM runs ORDER BY id DESC LIMIT 1")
    return {
        "documents": counts("SELECT coalesce(kind, 'unread'), count(*) FROM documents GROUP BY 1"),
        "entries": counts("SELECT state, count(*) FROM entries GROUP BY 1"),
        "work": counts("SELECT stage || ' ' || state, count(*) FROM work GROUP BY 1"),
        "failures": causes,
        "issues": counts("SELECT code, count(*) FROM issues GROUP BY 1"),
        "pages": counts("SELECT method, count(*) FROM pages GROUP BY 1"),
        "sources": [{**row, **_last_source_run(store, row["source"])} for row in coverage(store)],
        "last_run": last,
    }


def _last_source_run(store: Store, source: str) -> dict[str, Any]:
    rows = store.rows(
        "SELECT state, listed, confirmed, fetched, minimum, maximum, detail FROM source_runs"
        " WHERE source = ? ORDER BY run_id DESC LIMIT 1",
        (source,),
    )
    return dict(rows[0]) if rows else {"state": None}


def show(store: Store, key: str) -> dict[str, Any]:
    """Return everything about an entry or a document; raise `UnknownKey` for neither.

    A withheld document, and what lies inside one, shows that it is withheld, since when and why,
    and nothing more; so does one that was erased.
    """
    withheld = withheld_answer(store, key)
    if withheld is not None:
        return withheld
    entry = _one(store, "SELECT * FROM entries WHERE key = ?", key)
    if entry is not None:
        return _entry(store, entry)
    document = _one(store, "SELECT * FROM documents WHERE key = ?", key)
    if document is None:
        raise UnknownKey(f"There is no entry and no document with the key {key!r}.")
    return _document(store, document)


def _one(store: Store, sql: str, *values: Any) -> dict[str, Any] | None:
    rows = _decoded(store, sql, *values)
    return rows[0] if rows else None


def _decoded(store: Store, sql: str, *values: Any) -> list[dict[str, Any]]:
    return [
        {
            name: msgspec.json.decode(value) if name in _JSON and value is not None else value
            for name, value in dict(row).items()
            if not isinstance(value, bytes)
        }
        for row in store.rows(sql, values)
    ]


def _entry(store: Store, entry: dict[str, Any]) -> dict[str, Any]:
    document = _one(store, "SELECT * FROM documents WHERE id = ?", entry["document_id"]) or {}
    version = _one(store, "SELECT * FROM versions WHERE id = ?", entry["version_id"]) or {}
    evidence = _decoded(
        store, "SELECT * FROM entry_evidence WHERE entry_key = ? ORDER BY field", entry["key"]
    )
    return {
        "entry": entry["key"],
        **{k: v for k, v in entry.items() if k not in ("id", "key", "document_id", "version_id")},
        "evidence": {row.pop("field"): row for row in evidence},
        "decisions": _decisions(store, entry),
        "withdrawn": (
            withdrawal_sentence(store, entry["document_id"]) if entry["text_withdrawn"] else None
        ),
        "copies": copies_of(store, entry["key"]),
        "offered": offered_decision(store, entry["key"]),
        "pairs": pairs_of(store, entry["key"]),
        "document": document["key"],
        "title": titled(document["title"], document["url"]),
        "url": document["url"],
        "sha256": version["sha256"],
        "fetched_at": version["first_seen"],
    }


def _decisions(store: Store, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the decisions on an entry; of those made on withdrawn text not what they say."""
    rows = _decoded(store, "SELECT * FROM decisions WHERE entry_key = ? ORDER BY id", entry["key"])
    redaction = redaction_of(store.connection, entry["document_id"])
    for row in rows:
        if entry["text_withdrawn"] or (redaction and row["id"] <= redaction.decisions):
            row.update(fields={}, reason=None, note=None)
    return rows


def _document(store: Store, document: dict[str, Any]) -> dict[str, Any]:
    number = document.pop("id")
    version_id = document.pop("version_id")
    reading = _one(
        store,
        "SELECT r.* FROM shown_readings r JOIN versions v ON v.sha256 = r.sha256 WHERE v.id = ?",
        document.pop("shown_version_id"),
    )
    reading_id = reading["id"] if reading else None
    return {
        "document": document["key"],
        **{k: v for k, v in document.items() if k not in ("key", "parent_id")},
        "title": titled(document["title"], document["url"]),
        "versions": versions_of(store, number),
        "withdrawn": withdrawal_sentence(store, number),
        "events": _decoded(store, _EVENTS, document["key"]),
        "stated": reading["stated"] if reading else {},
        "notice": _notice(store, reading_id),
        "pages": _decoded(
            store,
            "SELECT number, text, method, redacted_area, language FROM pages WHERE reading_id = ?"
            " ORDER BY number",
            reading_id,
        ),
        "entries": _decoded(
            store, "SELECT * FROM entries WHERE document_id = ? ORDER BY page, id", number
        ),
        "issues": _decoded(
            store,
            "SELECT code, level, page, detail FROM issues WHERE sha256 ="
            " (SELECT sha256 FROM versions WHERE id = ?)"
            " AND sha256 NOT IN (SELECT sha256 FROM withdrawn_contents)",
            version_id,
        ),
        "work": _decoded(
            store,
            "SELECT stage, stage_version, state, cause FROM work WHERE sha256 ="
            " (SELECT sha256 FROM versions WHERE id = ?)",
            version_id,
        ),
    }


def _notice(store: Store, reading_id: int | None) -> dict[str, Any] | None:
    notice = _one(store, "SELECT * FROM notices WHERE reading_id = ?", reading_id)
    if notice is None:
        return None
    for name in _LISTS & notice.keys():
        notice[name] = msgspec.json.decode(notice[name])
    del notice["reading_id"]
    cpv = store.rows("SELECT cpv FROM notice_cpv WHERE reading_id = ? ORDER BY 1", (reading_id,))
    return {
        **notice,
        "cpv": [row["cpv"] for row in cpv],
        "lots": _listed(store, "lots", reading_id),
        "awards": _listed(store, "awards", reading_id),
    }


def _listed(store: Store, table: str, reading_id: int | None) -> list[dict[str, Any]]:
    rows = store.rows(
        f"SELECT * FROM {table} WHERE reading_id = ? ORDER BY position",  # noqa: S608 - a constant
        (reading_id,),
    )
    return [
        {
            name: msgspec.json.decode(value) if name in _LISTS else value
            for name, value in dict(row).items()
            if name not in ("reading_id", "position")
        }
        for row in rows
    ]
