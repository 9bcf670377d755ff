"""Watches and alerts as a person reads them on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from core.text import one_line


def alert_lines(report: dict[str, Any]) -> list[str]:
    """Return what the watches found in a run and what became of it, nothing where none looked."""
    told = report.get("alerts")
    if told is None:
        return []
    counts = [
        _count(told["documents"], "document found", "documents found"),
        _count(told["feeds"], "feed written", "feeds written"),
        _count(told["sent"], "mail sent", "mails sent"),
    ]
    lines = [f"Watches: {', '.join(counts)}."]
    if told["waiting"]:
        waiting = _count(told["waiting"], "mail waits", "mails wait")
        lines.append(f"{waiting} for the next run.")
    return lines


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def watch_line(row: dict[str, Any]) -> str:
    """Return a watch in one line."""
    filters = "".join(f" --{name} {value}" for name, value in row["filters"].items())
    exact = " --exact" if row["exact"] else ""
    last = f", last on {row['last_found']}" if row["last_found"] else ""
    query = one_line(row["query"])
    return f"{row['name']}: {query}{filters}{exact} ({row['documents']} found{last})"


def show_watches(rows: list[dict[str, Any]]) -> None:
    """Print the watches, or how to add one."""
    console = Console(soft_wrap=True, highlight=False)
    for row in rows:
        console.print(watch_line(row), markup=False)
    if not rows:
        console.print("There is no watch yet: `watch add drones drone` makes one.", markup=False)


def show_watch(row: dict[str, Any]) -> None:
    """Print a watch that was added."""
    console = Console(soft_wrap=True, highlight=False)
    console.print(watch_line(row), markup=False)
    console.print(
        f"It finds what is new from now on; its feed will be feeds/{row['name'].lower()}.atom.",
        markup=False,
    )


def show_removed(done: dict[str, Any]) -> None:
    """Print which watch was removed."""
    Console(soft_wrap=True, highlight=False).print(f"Removed {done['removed']}.", markup=False)


def show_watch_run(report: dict[str, Any]) -> None:
    """Print what `watch run` did, and what went wrong with the mail."""
    console = Console(soft_wrap=True, highlight=False)
    for words in alert_lines(report):
        console.print(words, markup=False)
    for issue in report.get("issues", []):
        console.print(f"{issue['code']}: {issue['detail']}", markup=False)
