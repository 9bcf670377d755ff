"""The commands `watch add`, `watch list`, `watch run` and `watch remove`."""

from __future__ import annotations

import functools
from typing import Any

import click

from core.settings import Settings
from operate.options import Commands, emit, filter_options, json_option, output_options
from operate.present_watch import show_removed, show_watch, show_watch_run, show_watches


@click.group(cls=Commands)
def watch() -> None:
    """Save searches and be told what is new for them."""


@watch.command("add")
@click.argument("name")
@click.argument("query", nargs=-1, required=True)
@click.option("--exact", is_flag=True, help="Do not widen words that the taxonomy knows.")
@output_options
@functools.partial(filter_options, limited=False)
@json_option
def watch_add(
    settings: Settings,
    name: str,
    query: tuple[str, ...],
    *,
    exact: bool,
    filters: Any,
    as_json: bool,
) -> None:
    """Save a QUERY, as `search` takes it, under a NAME; it finds what is new from now on."""
    from operate import alerts  # noqa: PLC0415 - feeds and mail take a while to import

    row = alerts.run_watch_add(settings, name, " ".join(query), filters, exact=exact)
    emit(row, as_json=as_json, readable=show_watch)


@watch.command("list")
@output_options
@json_option
def watch_list(settings: Settings, *, as_json: bool) -> None:
    """List the watches and how much each has found."""
    from operate import alerts  # noqa: PLC0415 - feeds and mail take a while to import

    emit(alerts.run_watch_list(settings), as_json=as_json, readable=show_watches)


@watch.command("run")
@output_options
@json_option
def watch_run(settings: Settings, *, as_json: bool) -> None:
    """Look for what is new now, write the feeds, send the mail; the nightly run does it too."""
    from operate import alerts  # noqa: PLC0415 - feeds and mail take a while to import

    emit(alerts.run_watch(settings, quiet=as_json), as_json=as_json, readable=show_watch_run)


@watch.command("remove")
@click.argument("name")
@output_options
@json_option
def watch_remove(settings: Settings, name: str, *, as_json: bool) -> None:
    """Delete a watch and what it found."""
    from operate import alerts  # noqa: PLC0415 - feeds and mail take a while to import

    emit(alerts.run_watch_remove(settings, name), as_json=as_json, readable=show_removed)
