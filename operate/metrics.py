"""How things stand after a run, as a text file for the node exporter of Prometheus."""

from __future__ import annotations

import datetime as dt
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from core.errors import OutputNotWritable
from core.settings import Settings
from store.database import Store
from store.run_report import run_row

_NEWS = ("new", "changed", "returned", "gone")


def write_metrics(store: Store, settings: Settings, run_id: int, status: int) -> None:
    """Write the file as a whole, with how the run went and how it ended (its exit status).

    Raises `OutputNotWritable`.
    """
    file = settings.metrics_file
    registry = collected(store, run_id, status)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(file), registry)
    except OSError as error:
        raise OutputNotWritable(
            f"{file} cannot be written ({error.strerror}); set metrics to another file."
        ) from error


def collected(store: Store, run_id: int, status: int) -> CollectorRegistry:
    """Return all gauges of a run that has ended."""
    registry = CollectorRegistry()
    run = run_row(store, run_id)
    if run is not None:
        _run(registry, run, status)
        _sources(registry, run["report"].get("sources", []))
        for name, value in run["report"]["space"].items():
            if not name.endswith("_grown"):
                _one(registry, f"{name}_bytes", f"Bytes: {name}", value)
    completed = store.value(
        "SELECT max(finished_at) FROM runs WHERE command = 'run' AND state = 'finished'"
    )
    if completed:
        _one(registry, "last_completed_timestamp_seconds",
             "When a nightly run was last completed", _seconds(completed))  # fmt: skip
    _counted(registry, store)
    return registry


def _run(registry: CollectorRegistry, run: dict[str, Any], status: int) -> None:
    started, finished = _seconds(run["started_at"]), _seconds(run["finished_at"])
    _one(registry, "run_finished_timestamp_seconds", "When the last run ended", finished)
    _one(registry, "run_duration_seconds", "How long the last run took", finished - started)
    _one(registry, "run_exit_status", "0 completed, 1 failed, 3 a source missed", status)
    for kind in _NEWS:
        count = run["report"]["news"][kind]["count"]
        _one(registry, f"run_documents_{kind}", f"Documents of the last run that are {kind}", count)
    new = run["report"]["entries_of_note"]["new"]
    _one(registry, "run_entries_new", "New candidate entries of the last run", new)
    issues = _several(registry, "run_issues", "Issues of the last run", "code")
    for row in run["report"].get("issues", []):
        issues.labels(row["code"]).set(row["count"])


def _sources(registry: CollectorRegistry, rows: list[dict[str, Any]]) -> None:
    numbers = ("listed", "confirmed", "fetched", "minimum", "missed", "waiting")
    gauges = {
        name: _several(registry, f"source_{name}", f"Crawl of a source: {name}", "source")
        for name in numbers
    }
    state = _several(registry, "source_state", "1 for the state of a source", "source", "state")
    for row in rows:
        for name, gauge in gauges.items():
            gauge.labels(row["source"]).set(row[name])
        state.labels(row["source"], row["state"]).set(1)


def _counted(registry: CollectorRegistry, store: Store) -> None:
    """Count what there is in all."""
    for name, text, labels, sql in (
        ("documents", "Documents", ("source",),
         "SELECT source, count(*) FROM documents GROUP BY 1"),
        ("entries", "Candidate entries", ("state",),
         "SELECT state, count(*) FROM entries GROUP BY 1"),
        ("work", "Contents by stage", ("stage", "state"),
         "SELECT stage, state, count(*) FROM work GROUP BY 1, 2"),
        ("failures", "Contents that could not be read", ("cause",),
         "SELECT cause, count(DISTINCT sha256) FROM work"
         " WHERE state IN ('failed', 'set_aside') GROUP BY 1"),
        ("mails_waiting", "Digests that wait to be sent", (),
         "SELECT count(*) FROM digests WHERE state = 'waiting'"),
    ):  # fmt: skip
        gauge = _several(registry, name, text, *labels)
        for *values, count in store.rows(sql):
            (gauge.labels(*values) if labels else gauge).set(count)


def _one(registry: CollectorRegistry, name: str, text: str, value: float) -> None:
    _several(registry, name, text).set(value)


def _several(registry: CollectorRegistry, name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"materiel_{name}", text, labels, registry=registry)


def _seconds(moment: str) -> float:
    return dt.datetime.fromisoformat(moment).timestamp()
