"""What crawls say on a terminal: how each source went, and what one would fetch."""

from __future__ import annotations

from typing import Any

from rich.console import Console

_WALKS = {"new": "looked for what is new", "rest": "went on where the last night stopped"}


def source_line(row: dict[str, Any]) -> str:
    """Return how the crawl of one source went, in one or two sentences."""
    if row["minimum"]:
        expected = f", {row['minimum']} expected at least"
    else:
        expected = f", {_WALKS[row['walk']]}" if row["walk"] in _WALKS else ""
    waits = f" {row['waiting']} wait for the next night." if row.get("waiting") else ""
    return (
        f"{row['source']}: {row['state']}, {row['confirmed']} documents confirmed"
        f" ({row['fetched']} fetched){expected}. {row['detail']}{waits}"
    ).strip()


def source_lines(report: dict[str, Any]) -> list[str]:
    """Return how each source went, and which were not crawled."""
    skipped = report.get("not_due")
    lines = [source_line(row) for row in report.get("sources", [])]
    return lines + ([f"Not due tonight: {', '.join(skipped)}."] if skipped else [])


def show_preview(found: dict[str, Any], console: Console | None = None) -> None:
    """Print what a crawl would fetch."""
    console = console or Console(soft_wrap=True, highlight=False)
    for row in found["would_fetch"]:
        console.print(f"{row['source']}: {row['url']}", markup=False, style="cyan")
        console.print(f"  {row['what']}", markup=False)
    for issue in found["issues"]:
        console.print(f"{issue['code']}: {issue['detail']}", markup=False, style="yellow")
    for row in found["sources"]:
        console.print(
            f"{row['source']}: {row['state']}, {row['listed']} documents listed,"
            f" {row['confirmed']} of them at hand and young. {row['detail']}",
            markup=False,
        )
    console.print(
        f"{len(found['would_fetch'])} would be fetched, and the files that new pages link. Nothing"
        " was kept."
    )
