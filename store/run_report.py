"""What came since the last report of a run: documents, entries of note, space; keys and numbers.

No words of documents are among it, so that what is withheld later is in no report that is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import msgspec

from core.text import json_text
from store.database import Store
from store.titles import titled

LISTED = 20  # documents of a kind, and entries, that a report names
_KINDS = ("new", "changed", "returned", "gone")
_RARE = 2  # other entries of a type that is still rare
_KNOWN = 200  # entries, below which everything would be rare


@dataclass(frozen=True)
class Told:
    """Up to which fetch and which news reports have told."""

    fetches: int
    news: int


def told_before(store: Store, run_id: int) -> Told:
    """Return what the reports of earlier runs have told; what a run that died left is not.

    Runs of older versions, whose reports do not say it, told what came until they ended.
    """
    rows = store.rows(
        "SELECT coalesce(json_extract(r.report, '$.told.fetches'),"
        "   (SELECT max(id) FROM fetches WHERE run_id <= r.id), 0),"
        " coalesce(json_extract(r.report, '$.told.news'),"
        "   (SELECT max(id) FROM news WHERE noticed_at <= r.finished_at), 0)"
        " FROM runs r WHERE r.id < ? AND r.report IS NOT NULL ORDER BY r.id DESC LIMIT 1",
        (run_id,),
    )
    return Told(*rows[0]) if rows else Told(0, 0)


def told_now(store: Store) -> Told:
    """Return what a report made now has told."""
    return Told(
        store.value("SELECT coalesce(max(id), 0) FROM fetches"),
        store.value("SELECT coalesce(max(id), 0) FROM news"),
    )


def changed_documents(store: Store, since: Told) -> dict[str, dict[str, Any]]:
    """Return the documents that are new, changed, back or gone since: count, by source, keys."""
    found: dict[str, dict[str, Any]] = {
        kind: {"count": 0, "sources": Counter(), "keys": []} for kind in _KINDS
    }
    for key, (kind, source) in _outcomes(store, since).items():
        told = found[kind]
        told["count"] += 1
        told["sources"][source] += 1
        if len(told["keys"]) < LISTED:
            told["keys"].append(key)
    return found


def _outcomes(store: Store, since: Told) -> dict[str, tuple[str, str]]:
    """Return what became of each document in the end, and its source."""
    rows = store.rows(
        "SELECT f.document_key AS key, f.outcome, d.source FROM fetches f"
        " JOIN documents d ON d.key = f.document_key"
        " WHERE f.id > ? AND f.outcome IN ('new', 'changed', 'returned', 'gone')"
        " AND d.version_id IS NOT NULL AND d.id NOT IN (SELECT id FROM hidden_documents)"
        " ORDER BY f.id",
        (since.fetches,),
    )
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row["outcome"] == "gone" and _was_gone(store, row["key"], since):
            continue
        # a new document that was fetched again has not changed for who has not heard of it
        known = found.get(row["key"], ("", ""))[0]
        kind = "new" if known == "new" and row["outcome"] != "gone" else row["outcome"]
        found[row["key"]] = (kind, row["source"])
    return found


def _was_gone(store: Store, key: str, since: Told) -> bool:
    outcome = store.value(
        "SELECT outcome FROM fetches WHERE document_key = ? AND id <= ?"
        " AND outcome NOT IN ('refused', 'failed', 'moved') ORDER BY id DESC LIMIT 1",
        (key, since.fetches),
    )
    return bool(outcome == "gone")


def entries_of_note(store: Store, since: Told, least_eur: float) -> dict[str, Any]:
    """Return how many entries are new, how many are of note, and the keys of the first of these.

    Of note is one worth `least_eur` or more (a sum that several share counts once, the total of a
    document never), and one of a type of which there are hardly any others.
    """
    new = {
        row["type"]: row["count"]
        for row in store.rows(
            "SELECT e.equipment_type AS type, count(*) AS count FROM news_entries x"
            " JOIN shown_entries e ON e.key = x.entry_key WHERE x.news_id > ? GROUP BY 1",
            (since.news,),
        )
    }
    others = _others(store, new)
    rows = store.connection.execute(
        "SELECT e.key, e.equipment_type, s.amount_group, e.document,"
        " s.amount_eur >= :least AND s.amount_scope <> 'total' AS worth"
        " FROM news_entries x JOIN shown_entries e ON e.key = x.entry_key"
        " JOIN entries s ON s.key = e.key WHERE x.news_id > :news AND (worth"
        " OR e.equipment_type IN (SELECT value FROM json_each(:rare)))"
        " ORDER BY s.amount_eur DESC NULLS LAST, e.key",
        {"least": least_eur, "news": since.news, "rare": json_text(sorted(others))},
    )
    noted: list[dict[str, Any]] = []
    groups: set[tuple[str, str]] = set()
    for row in rows:
        group = (row["document"], row["amount_group"] or row["key"])
        worth = bool(row["worth"]) and group not in groups
        if worth:
            groups.add(group)
        rare = others.get(row["equipment_type"])
        if worth or rare is not None:
            noted.append({"key": row["key"], "worth": worth, "others": rare})
    noted.sort(key=lambda row: row["others"] is None)  # the rare are few; the dear hide them
    return {"new": sum(new.values()), "count": len(noted), "noted": noted[:LISTED]}


def _others(store: Store, new: Mapping[str | None, int]) -> dict[str, int]:
    """Return how many entries besides new ones there are of each type that is rare."""
    known = store.value("SELECT count(*) FROM shown_entries") if new else 0
    if known - sum(new.values()) < _KNOWN:
        return {}
    types = [kind for kind in new if kind is not None]
    rows = store.rows(
        "SELECT equipment_type, count(*) FROM shown_entries"
        " WHERE equipment_type IN (SELECT value FROM json_each(?)) GROUP BY 1",
        (json_text(sorted(types)),),
    )
    counts = {name: count - new[name] for name, count in rows}
    return {name: count for name, count in counts.items() if count <= _RARE}


def space(store: Store) -> dict[str, int]:
    """Return the bytes of the archive's contents and of the database's pages."""
    size = store.value("PRAGMA page_size")
    return {
        "archive": store.value("SELECT coalesce(sum(bytes), 0) FROM contents"),
        "database": store.value("PRAGMA page_count") * size,
    }


def archive_growth(store: Store) -> float:
    """Return by how many bytes archive and database grow in a nightly run: the middle of the last
    seven; 0 where there are fewer than three, for the first ones take in what there was."""
    rows = store.rows(
        "SELECT json_extract(report, '$.space.archive_grown')"
        " + json_extract(report, '$.space.database_grown') AS grown FROM runs"
        " WHERE command = 'run' AND json_extract(report, '$.space') IS NOT NULL"
        " ORDER BY id DESC LIMIT 7"
    )
    return float(median(row["grown"] for row in rows)) if len(rows) >= 3 else 0.0


def interrupted_before(store: Store, run_id: int) -> list[int]:
    """Return the runs just before this one that ended without a report."""
    rows = store.rows(
        "SELECT id FROM runs WHERE id < :run AND state = 'interrupted' AND report IS NULL"
        " AND id > coalesce((SELECT max(id) FROM runs WHERE id < :run AND report IS NOT NULL), 0)"
        " ORDER BY id",
        {"run": run_id},
    )
    return [row["id"] for row in rows]


def issues_as_before(store: Store, run_id: int, command: str) -> dict[str, int]:
    """Return how often each issue came in the last finished run of a command."""
    report = store.value(
        "SELECT report FROM runs WHERE id < ? AND command = ? AND state = 'finished'"
        " ORDER BY id DESC LIMIT 1",
        (run_id, command),
    )
    issues = msgspec.json.decode(report).get("issues", []) if report else []
    return {row["code"]: row["count"] for row in issues}


def run_row(store: Store, run_id: int | None = None) -> dict[str, Any] | None:
    """Return a run with its report decoded, the last one that has a report by default."""
    rows = store.rows(
        "SELECT * FROM runs WHERE report IS NOT NULL AND (:run IS NULL OR id = :run)"
        " ORDER BY id DESC LIMIT 1",
        {"run": run_id},
    )
    return {**rows[0], "report": msgspec.json.decode(rows[0]["report"])} if rows else None


def told_documents(store: Store, keys: list[str]) -> list[dict[str, Any]]:
    """Return those of the documents that may be shown, in order, with their last change."""
    rows = store.rows(
        "SELECT d.key AS document, titled(d.title, d.url) AS title, d.source, d.url,"
        " d.landing_url, v.number AS version, v.change FROM json_each(?) j"
        " JOIN documents d ON d.key = j.value LEFT JOIN versions v ON v.id = d.version_id"
        " WHERE d.id NOT IN (SELECT id FROM hidden_documents) ORDER BY j.id",
        (msgspec.json.encode(keys).decode(),),
    )
    return [dict(row) for row in rows]


def told_entries(store: Store, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Return those of the entries that may be shown, by key."""
    rows = store.rows(
        "SELECT e.*, s.amount_group, d.landing_url FROM shown_entries e"
        " JOIN entries s ON s.key = e.key JOIN documents d ON d.id = s.document_id"
        " WHERE e.key IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(keys).decode(),),
    )
    return {row["key"]: {**row, "title": titled(row["title"], row["url"])} for row in rows}


def shown_contents(store: Store, contents: Collection[str]) -> set[str]:
    """Return those of the contents that a document has which is not withheld."""
    rows = store.rows(
        "SELECT DISTINCT sha256 FROM versions WHERE sha256 IN (SELECT value FROM json_each(?))"
        " AND document_id NOT IN (SELECT id FROM hidden_documents)",
        (json_text(sorted(contents)),),
    )
    return {row["sha256"] for row in rows}


def first_issues(store: Store, run_id: int) -> dict[str, dict[str, Any]]:
    """Return source and detail of a run's first issue of each code that may be shown."""
    rows = store.rows(
        "SELECT code, min(id), source, coalesce(nullif(detail, ''), url) AS detail FROM issues i"
        " WHERE run_id = ? AND (sha256 IS NULL OR EXISTS (SELECT 1 FROM versions v"
        "   WHERE v.sha256 = i.sha256 AND v.document_id NOT IN (SELECT id FROM hidden_documents)))"
        " AND (url IS NULL OR NOT EXISTS (SELECT 1 FROM documents d"
        "   WHERE d.url = i.url AND d.id IN (SELECT id FROM hidden_documents)))"
        " GROUP BY code",
        (run_id,),
    )
    return {row["code"]: {"source": row["source"], "detail": row["detail"]} for row in rows}


def as_json(told: Told) -> dict[str, int]:
    """Return what a report has told as it is stored in it."""
    return asdict(told)
