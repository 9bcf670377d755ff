"""The ledger of runs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from store.database import Store
from store.readings import drop_incomplete


def now() -> str:
    """Return the present time in UTC, to the second, as ISO 8601."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def start_run(store: Store, command: str, *, after: int = 0) -> int:
    """Write a new run; one still marked as running died and is marked as interrupted.

    What it left half written goes. Its number is above `after`. Only for who holds the lock on
    the output folder.
    """
    drop_incomplete(store)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE runs SET state = 'interrupted', finished_at = ? WHERE state = 'running'",
            (now(),),
        )
        cursor = connection.execute(
            "INSERT INTO runs (id, command, started_at, state)"
            " SELECT max(coalesce(max(id), 0), ?) + 1, ?, ?, 'running' FROM runs",
            (after, command, now()),
        )
    return int(cursor.lastrowid or 0)


def finish_run(
    store: Store, run_id: int, *, state: str, verdict: str, report: dict[str, Any]
) -> None:
    """Close a run with its state, its one-sentence verdict and its report."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE runs SET finished_at = ?, state = ?, verdict = ?, report = ? WHERE id = ?",
            (now(), state, verdict, msgspec.json.encode(report).decode(), run_id),
        )


def run_issues(store: Store, run_id: int) -> list[dict[str, Any]]:
    """Return what a run warned of, by code: how often, and the first one's source and detail."""
    rows = store.rows(
        "SELECT code, count(*) AS count, min(id), source, coalesce(nullif(detail, ''), url)"
        " AS detail FROM issues WHERE run_id = ? AND level <> 'info' GROUP BY code ORDER BY code",
        (run_id,),
    )
    names = ("code", "count", "source", "detail")
    return [{name: row[name] for name in names} for row in rows]


def totals(store: Store) -> dict[str, int]:
    """Return how many documents, versions, contents, pages, mentions and entries there are."""
    names = ("documents", "versions", "contents", "pages", "mentions", "entries", "fetches")
    return {
        name: int(store.value(f"SELECT count(*) FROM {name}"))  # noqa: S608 - constants
        for name in names
    }
