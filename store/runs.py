"""The ledger of runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
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


def ended_well(store: Store, run_id: int) -> bool:
    """Say whether the run before this one, if any, came to its end."""
    sql = "SELECT state FROM runs WHERE id < ? ORDER BY id DESC LIMIT 1"
    return store.value(sql, (run_id,)) in (None, "finished")


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


def unmailed(store: Store) -> list[int]:
    """Return the runs whose report waits to be mailed, oldest first."""
    rows = store.rows(
        "SELECT id FROM runs WHERE json_extract(report, '$.mail') = 'waiting' ORDER BY id"
    )
    return [row["id"] for row in rows]


def mark_mailed(store: Store, run_ids: Iterable[int]) -> None:
    """Note that the reports of these runs were mailed."""
    with store.transaction() as connection:
        connection.executemany(
            "UPDATE runs SET report = json_set(report, '$.mail', 'sent') WHERE id = ?",
            [(number,) for number in run_ids],
        )


def started_later(store: Store, run_id: int) -> str | None:
    """Return when an earlier run started that, by the clock, started after this one; else None."""
    found = store.value(
        "SELECT max(before.started_at) FROM runs before JOIN runs this ON this.id = ?"
        " WHERE before.id < this.id AND before.started_at > this.started_at",
        (run_id,),
    )
    return str(found) if found else None
