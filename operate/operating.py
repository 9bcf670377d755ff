"""The commands of who runs it: `status`, `retry` and `schedule`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from core.settings import Settings
from operate import present, queries
from operate.logs import chosen_log
from operate.options import TextCommand, cluster_options, emit, json_option, output_options
from operate.present_operate import show_doctor, show_retry, show_schedule


@click.command(cls=TextCommand)
@click.option("--doctor", is_flag=True, help="Look at this machine and the settings instead.")
@output_options
@json_option
def status(settings: Settings, *, doctor: bool, as_json: bool) -> None:
    """Count documents, entries and failures; say what each source covers; the last report."""
    if doctor:
        from operate.doctor import examine  # noqa: PLC0415 - readers take a while to import

        found = examine(settings)
        emit(found, as_json=as_json, readable=show_doctor)
        sys.exit(found["status"])
    emit(queries.run_status(settings), as_json=as_json, readable=present.show_status)


@click.command(cls=TextCommand)
@click.option("--cause", help="Only failures with this cause, as `status` names it.")
@click.option("--source", help="Only documents of this source.")
@click.option("--set-aside", is_flag=True, help="Those that ended their worker again and again.")
@cluster_options
@output_options
@json_option
def retry(
    settings: Settings,
    *,
    cause: str | None,
    source: str | None,
    set_aside: bool,
    as_json: bool,
) -> None:
    """Read failed documents again: all, or those with one cause or of one source."""
    from operate import commands  # noqa: PLC0415 - readers take a while to import

    report = commands.run_retry(
        settings, quiet=as_json, cause=cause, source=source, set_aside=set_aside
    )
    emit(report, as_json=as_json, readable=show_retry)


@click.command(cls=TextCommand)
@click.argument("sources", nargs=-1)
@click.option("--at", default="02:30", show_default=True, help="Time of day of this machine.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Write files there.")
@click.option("--cron", is_flag=True, help="A line for a crontab in place of systemd units.")
@click.option("--user", "of_user", is_flag=True, help="Units for a user's own service manager.")
@output_options
@json_option
def schedule(
    settings: Settings,
    sources: tuple[str, ...],
    *,
    at: str,
    to: Path | None,
    cron: bool,
    of_user: bool,
    as_json: bool,
) -> None:
    """Print or write what starts the nightly run, with the present settings and folder."""
    from operate.nightly import check_names  # noqa: PLC0415 - crawlers take a while to import
    from operate.schedule import present_plan, run_schedule  # noqa: PLC0415 - seldom needed

    check_names(settings, sources)
    log = chosen_log() or (None if cron else "text")
    plan = present_plan(settings, at, sources=sources, log=log, of_user=of_user)
    done = run_schedule(plan, to, cron=cron)
    emit(done, as_json=as_json, readable=show_schedule)
    sys.exit(done["status"])
