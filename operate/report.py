"""The report of a run: what came since the last one, what failed and how to mend it, space.

It is kept with the run as keys and numbers. Its text is made from these and from what the database
may show, so that a document that is withheld later is in no text made after that.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.archive import explained
from core.files import written_beside
from core.killpoints import killpoint
from core.settings import Settings
from operate.report_text import command_line, report_text
from store.database import Store
from store.run_report import (
    Told,
    as_json,
    changed_documents,
    entries_of_note,
    interrupted_before,
    issues_as_before,
    run_row,
    space,
    told_before,
    told_now,
)
from store.work import failing

_LASTING = {"disk_low"}  # issues that are told every night until somebody mends it
_HEALED = 10  # of the newest runs a text that a kill left out is made up for


@dataclass(frozen=True)
class Start:
    """How things stood when a run began."""

    told: Told
    space: dict[str, int]


def start_of(store: Store, run_id: int) -> Start:
    """Note how things stand; call it before anything is taken in."""
    return Start(told_before(store, run_id), space(store))


def complete(
    report: dict[str, Any],
    store: Store,
    settings: Settings,
    *,
    run_id: int,
    command: str,
    start: Start,
    well: bool,
) -> None:
    """Add to a run's report what a person reads in the morning; `well`: it ended with status 0.

    `quiet` is true where nobody needs to read it.
    """
    report["told"] = as_json(told_now(store))
    report["news"] = changed_documents(store, start.told)
    report["entries_of_note"] = entries_of_note(store, start.told, settings.of_note)
    report["failing"] = failures(store, settings, report.get("failed", {}))
    report["interrupted"] = interrupted_before(store, run_id)
    report["space"] = _space(store, settings, start)
    before = issues_as_before(store, run_id, command)
    report["more_issues"] = [
        row["code"]
        for row in report.get("issues", [])
        if row["count"] > before.get(row["code"], 0) or row["code"] in _LASTING
    ]
    report["quiet"] = well and not _anything(report)


def failures(
    store: Store, settings: Settings, tonight: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return what failed by cause: how many contents, how many of those named, what retries it."""
    told = []
    for row in failing(store, tonight):
        aside = ["--set-aside"] if row["state"] == "set_aside" else []
        command = command_line(settings, "retry", *aside, "--cause", row["cause"])
        told.append({**row, "command": command})
    return told


def _space(store: Store, settings: Settings, start: Start) -> dict[str, int]:
    now = space(store)
    return {
        **now,
        "archive_grown": now["archive"] - start.space["archive"],
        "database_grown": now["database"] - start.space["database"],
        "free": shutil.disk_usage(settings.output).free,
    }


def _anything(report: dict[str, Any]) -> bool:
    """Say whether there is anything to read about."""
    return bool(
        any(kind["count"] for kind in report["news"].values())
        or report["entries_of_note"]["new"]
        or any(row["tonight"] for row in report["failing"])
        or any(row["missed"] for row in report.get("sources", []))
        or report["more_issues"]
        or report["interrupted"]
        or report.get("refused")
        or report.get("alerts", {}).get("waiting")
    )


def last_report(store: Store, settings: Settings, run_id: int | None = None) -> str | None:
    """Return the text of a run's report, of the last one by default; None where there is none."""
    run = run_row(store, run_id)
    if run is None or "told" not in run["report"]:
        return None
    return report_text(store, settings, run)


def report_file(settings: Settings, run_id: int) -> Path:
    """Return where the text of a run's report lies; the names sort in the order of the runs."""
    return settings.reports / f"{run_id:06d}.txt"


def write_reports(store: Store, settings: Settings, run_ids: Iterable[int] = ()) -> int:
    """Write the texts of these runs' reports anew, and those of the last runs that are missing.

    Returns how many were written. Raises `DiskFull` or `OutputNotWritable`.
    """
    with explained(settings.reports):
        settings.reports.mkdir(parents=True, exist_ok=True)
    wanted = set(run_ids)
    rows = store.rows(
        "SELECT id FROM runs WHERE report IS NOT NULL ORDER BY id DESC LIMIT ?", (_HEALED,)
    )
    wanted |= {row["id"] for row in rows if not report_file(settings, row["id"]).exists()}
    written = 0
    for run_id in sorted(wanted):
        text = last_report(store, settings, run_id)
        if text is not None:
            _write(report_file(settings, run_id), text)
            written += 1
    return written


def reports_naming(store: Store, document: str) -> list[int]:
    """Return the runs whose reports name a document or one that lies inside it.

    Their texts are to be written anew where what may be shown of the document has changed.
    """
    rows = store.rows(
        "WITH RECURSIVE inside(id, key) AS (SELECT id, key FROM documents WHERE key = :key"
        "   UNION SELECT d.id, d.key FROM documents d JOIN inside i ON d.parent_id = i.id)"
        " SELECT r.id FROM runs r, json_each(r.report, '$.news') k, json_each(k.value, '$.keys') d"
        " WHERE d.value IN (SELECT key FROM inside)"
        " UNION SELECT r.id FROM runs r, json_each(r.report, '$.entries_of_note.noted') n"
        " JOIN entries e ON e.key = json_extract(n.value, '$.key')"
        " WHERE e.document_id IN (SELECT id FROM inside)"
        " UNION SELECT r.id FROM runs r, json_each(r.report, '$.failed') f"
        " JOIN versions v ON v.sha256 = f.key WHERE v.document_id IN (SELECT id FROM inside)"
        " ORDER BY 1",
        {"key": document},
    )
    return [row[0] for row in rows]


def _write(file: Path, text: str) -> None:
    with explained(file), written_beside(file, shared=True) as beside:
        beside.write_text(text, encoding="utf-8")
        killpoint("before-report-file")
