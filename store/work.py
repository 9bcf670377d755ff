"""The work table: which contents wait for which stage, and why some failed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.database import Store
from store.entries import refresh_document
from store.versions import holders


@dataclass(frozen=True, kw_only=True)
class Job:
    """A content to read and tag; `name`, `media_type` and `language` are what its source said.

    `read`: its file is to be read, and not only what was read of it tagged again.
    """

    sha256: str
    name: str
    media_type: str | None
    language: str | None
    depth: int
    read: bool


def plan(store: Store, stages: Mapping[str, str]) -> int:
    """Mark as pending what a newer version of a stage has not seen; return how many rows.

    A stage that is new to the database has seen nothing yet.
    """
    changed = 0
    with store.transaction() as connection:
        for stage, version in stages.items():
            cursor = connection.execute(
                "INSERT OR IGNORE INTO work (sha256, stage, stage_version, state)"
                " SELECT DISTINCT sha256, ?, ?, 'pending' FROM work",
                (stage, version),
            )
            changed += cursor.rowcount
            cursor = connection.execute(
                "UPDATE work SET state = 'pending', stage_version = ?, attempts = 0, cause = NULL"
                " WHERE stage = ? AND stage_version <> ?",
                (version, stage, version),
            )
            changed += cursor.rowcount
    return changed


def pending(store: Store) -> list[Job]:
    """Return the contents with a stage to do, documents before what lies inside them."""
    rows = store.rows(
        """
        SELECT w.sha256, w.read, c.media_type, d.url, d.language, d.parent_id,
          min(d.id) AS document_id
        FROM (SELECT sha256, max(stage = 'read') AS read FROM work
              WHERE state = 'pending' GROUP BY sha256) w
        JOIN contents c ON c.sha256 = w.sha256
        JOIN versions v ON v.sha256 = w.sha256
        JOIN documents d ON d.id = v.document_id
        GROUP BY w.sha256 ORDER BY document_id
        """
    )
    return [
        Job(
            sha256=row["sha256"],
            name=row["url"],
            media_type=row["media_type"],
            language=row["language"],
            depth=_depth(store, row["parent_id"]),
            read=bool(row["read"]),
        )
        for row in rows
    ]


def _depth(store: Store, parent_id: int | None) -> int:
    """Return how many files a file lies inside; UNION ends a circle of parents."""
    sql = """
        WITH RECURSIVE above(id) AS (
          SELECT ? UNION SELECT d.parent_id FROM documents d JOIN above ON d.id = above.id)
        SELECT count(id) FROM above
        """
    return int(store.value(sql, (parent_id,)))


def fail(store: Store, sha256: str, cause: str, *, fatal: bool, max_attempts: int) -> str:
    """Record that a content could not be processed; return its new state.

    `fatal` is for one that ended its worker: it is tried again until `max_attempts`, then set
    aside. Any other failure is final until `retry`.
    """
    with store.transaction() as connection:
        connection.execute(
            "UPDATE work SET attempts = attempts + 1, cause = ?, state = CASE"
            " WHEN NOT ? THEN 'failed' WHEN attempts + 1 >= ? THEN 'set_aside'"
            " ELSE 'pending' END WHERE sha256 = ? AND state = 'pending'",
            (cause, fatal, max_attempts, sha256),
        )
        row = connection.execute(
            "SELECT state FROM work WHERE sha256 = ? ORDER BY state = 'done' LIMIT 1", (sha256,)
        ).fetchone()
        if row["state"] != "pending":  # an older version may have waited for this one
            for document_id in holders(connection, {sha256}):
                refresh_document(connection, document_id)
    return str(row["state"])


def retry(
    store: Store, cause: str | None = None, *, source: str | None = None, set_aside: bool = False
) -> int:
    """Make failed contents pending again; return how many.

    All of them, or those with one cause, or of one source. What was set aside, because it ended its
    worker again and again, stays so; with `set_aside` those are taken, and no others.
    """
    with store.transaction() as connection:
        rows = connection.execute(
            "UPDATE work SET state = 'pending', attempts = 0, cause = NULL"
            " WHERE state = :state AND (:cause IS NULL OR cause = :cause) AND (:source IS NULL"
            " OR sha256 IN (SELECT v.sha256 FROM versions v JOIN documents d"
            " ON d.id = v.document_id WHERE d.source = :source)) RETURNING sha256",
            {"state": "set_aside" if set_aside else "failed", "cause": cause, "source": source},
        ).fetchall()
    return len({row["sha256"] for row in rows})


def failing(store: Store, tonight: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return what failed by cause and state (`failed` or `set_aside`): the number of contents.

    `tonight` of them are among the contents named so.
    """
    rows = store.rows(
        "WITH named AS (SELECT value FROM json_each(:named))"
        " SELECT w.cause, w.state, count(DISTINCT w.sha256) AS count,"
        " count(DISTINCT CASE WHEN w.sha256 IN named THEN w.sha256 END) AS tonight FROM work w"
        " JOIN versions v ON v.sha256 = w.sha256 JOIN documents d ON d.id = v.document_id"
        " WHERE w.state IN ('failed', 'set_aside')"
        " AND d.id NOT IN (SELECT id FROM hidden_documents)"
        " GROUP BY w.cause, w.state ORDER BY w.cause, w.state",
        {"named": json.dumps(sorted(tonight))},
    )
    return [dict(row) for row in rows]


def read_again(store: Store, issues: Sequence[str]) -> int:
    """Make contents pending again whose reading raised one of these issues; return how many."""
    with store.transaction() as connection:
        rows = connection.execute(
            "UPDATE work SET state = 'pending', attempts = 0, cause = NULL WHERE state = 'done'"
            " AND sha256 IN (SELECT sha256 FROM issues"
            " WHERE code IN (SELECT value FROM json_each(?))) RETURNING sha256",
            (json.dumps(issues),),
        ).fetchall()
    return len({row["sha256"] for row in rows})


def failures(store: Store) -> list[tuple[str, str, str, str]]:
    """Return (cause, state, document key, address) of each content that failed."""
    rows = store.rows(
        """
        SELECT w.cause, w.state, d.key, d.url FROM work w
        JOIN versions v ON v.sha256 = w.sha256 JOIN documents d ON d.id = v.document_id
        WHERE w.state IN ('failed', 'set_aside') AND d.id NOT IN (SELECT id FROM hidden_documents)
        GROUP BY w.sha256, d.id ORDER BY w.cause, d.key
        """
    )
    return [(row["cause"], row["state"], row["key"], row["url"]) for row in rows]
