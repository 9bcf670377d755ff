"""What `withhold`, `backup` and `restore` did, as a person reads it."""

from __future__ import annotations

from typing import Any

import click


def show_withheld(done: dict[str, Any]) -> None:
    """Print what became of a document."""
    for line in withheld_lines(done):
        click.echo(line)


def withheld_lines(done: dict[str, Any]) -> list[str]:
    """Return what became of a document, in sentences."""
    if "erased" in done and isinstance(done["erased"], list):
        lines = [f"Erased: {key}." for key in done["erased"]]
        lines += [
            f"The file {row['sha256']} stays: {row['document']} is the same file and is not"
            " withheld."
            for row in done["kept"]
        ]
        lines += [
            f"The file of {key} still holds it; erase that too where nothing may be left."
            for key in done["holders"]
        ]
        return [*lines, "Back-ups, exports and mails made before still have it."]
    if "released" in done:
        return [f"The text before version {done['released']} of {done['document']} is shown again."]
    if not done["withheld"]:
        return [f"{done['document']} is shown again."]
    why = f" ({done['why']})" if done["why"] else ""
    return [f"{done['document']} is withheld since {done['since'] or 'an unknown day'}{why}."]


def size(number: int) -> str:
    """Return a number of bytes as a person reads it.

    >>> size(999), size(1_500_000), size(52_000_000_000)
    ('999 B', '1.5 MB', '52.0 GB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number} B"


def show_backup(done: dict[str, Any]) -> None:
    """Print what a back-up holds."""
    kind = "Database, journal and settings of watches" if done["database_only"] else "Everything"
    click.echo(f"{kind}: {done['files']} files, {size(done['bytes'])}, in {done['file']}.")
    for name in done["damaged"]:
        click.echo(f"{name} has other bytes than when it came; `check --archive` says more.")


def show_restored(done: dict[str, Any]) -> None:
    """Print what was put back."""
    click.echo(
        f"{done['output']} is as it was on {done['made_at']}: {done['files']} files,"
        f" {size(done['bytes'])}. `check --archive` reads and hashes every file."
    )
    if done["kept_aside"]:
        click.echo(
            f"What was there before lies in {done['kept_aside']}; delete it when all is well."
        )
    if done["database_only"]:
        click.echo("The back-up holds no archive; the one that is there stays as it is.")
