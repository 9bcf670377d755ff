"""What the commands of who runs it say on a terminal."""

from __future__ import annotations

from typing import Any

import click

from operate.present import show_report

_MARKS = {"ok": "ok    ", "to do": "to do ", "broken": "BROKEN"}


def show_doctor(found: dict[str, Any]) -> None:
    """Print one line for each check, and what to do below it."""
    for check in found["checks"]:
        click.echo(f"{_MARKS[check['state']]}  {check['name']}: {check['says']}")
        if check["do"]:
            click.echo(f"        -> {check['do']}")


def show_retry(report: dict[str, Any]) -> None:
    """Print how many documents were taken again, what became of them, and what stays."""
    number = report["retried"]
    click.echo(f"{number} document{'' if number == 1 else 's'} taken again.")
    show_report(report)
    for row in report["left"]:
        aside = " set aside" if row["state"] == "set_aside" else ""
        click.echo(f"Not taken: {row['count']}{aside} with {row['cause']} ({row['command']})")


def show_schedule(done: dict[str, Any]) -> None:
    """Print the files, or where they lie; on standard error what the check said and what is next.

    So that standard output can go into a file.
    """
    for name, text in done["files"].items():
        if done["folder"]:
            click.echo(f"Wrote {done['folder']}/{name}")
        else:
            click.echo(text if done["cron"] else f"# {name}\n{text}", nl=not done["cron"])
    for line in [*_checked(done), "Next:", *(f"  {step}" for step in done["steps"])]:
        click.echo(line, err=True)


def _checked(done: dict[str, Any]) -> list[str]:
    if done["cron"]:
        return ["There is no program that checks crontab lines; read it before you install it."]
    if done["checked"] is None:
        why = " ".join(done["said"]) or "this system has no systemd-analyze"
        return [f"The units were not checked: {why}."]
    if done["checked"]:
        return ["systemd-analyze verify found nothing wrong with the units."]
    return ["systemd-analyze verify says:", *(f"  {line}" for line in done["said"])]
