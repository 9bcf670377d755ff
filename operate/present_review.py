"""What the commands around reviewing say on a terminal."""

from __future__ import annotations

from typing import Any

import click


def show_link(told: dict[str, Any]) -> None:
    """Print a sign-in link and how long it is good."""
    click.echo(f"{told['name']} signs in here, once and within a day:")
    click.echo(told["link"])


def show_reviewers(told: dict[str, Any]) -> None:
    """Print one line for each reviewer."""
    if not told["reviewers"]:
        click.echo("There are no reviewers; `reviewer add NAME` adds one.")
    for row in told["reviewers"]:
        until = f", removed {row['removed_at'][:10]}" if row["removed_at"] else ""
        click.echo(f"{row['name']}: {row['role']}, added {row['added_at'][:10]}{until}")


def show_removed_reviewer(told: dict[str, Any]) -> None:
    """Say that a reviewer's access ended."""
    click.echo(f"{told['removed']} has no access any more; what they decided stays.")


def show_corrections(told: dict[str, Any]) -> None:
    """Print how many passages were written, and why others were not."""
    counts = ", ".join(f"{count} {name}" for name, count in told["passages"].items())
    click.echo(f"Written to {told['file']}: {counts}.")
    words = {
        "undecided_beside": "have an entry beside them that nobody has decided on",
        "measured_on": "belong to documents that are measured on",
        "same_text": "say what another one says",
    }
    for why, count in told["left"].items():
        click.echo(f"{count} left out: they {words[why]}.")
