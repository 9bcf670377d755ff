"""Options that several commands take, and how a result is printed."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from core.settings import load_settings
from store.filters import Filters

Command = Callable[..., Any]


def output_options(command: Command) -> Command:
    """Give a command `--output` and `--workers`, and pass it the settings."""

    @click.option("--output", type=click.Path(path_type=Path), help="Folder of database and files.")
    @click.option("--workers", type=int, help="Processes that read and tag.")
    @functools.wraps(command)
    def wrapped(output: Path | None, workers: int | None, **options: Any) -> Any:
        return command(settings=load_settings(output=output, workers=workers), **options)

    return wrapped


def json_option(command: Command) -> Command:
    """Give a command `--json`: one JSON document on standard output, nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def filter_options(command: Command, *, limited: bool = True) -> Command:
    """Give a command every filter of the design and pass it one `Filters`; `limited`: a bound."""
    names = ("source", "kind", "lang", "country", "fund", "family", "type", "since", "until",
             "state", "cpv")  # fmt: skip

    @functools.wraps(command)
    def wrapped(**options: Any) -> Any:
        given = {n: options.pop(n) for n in (*names, "min", "max", "limit") if n in options}
        return command(filters=Filters(**given), **options)

    for name in reversed(names):
        wrapped = click.option(f"--{name}", help=f"Only this {name}.")(wrapped)
    wrapped = click.option("--min", type=float, help="Least amount in euro.")(wrapped)
    wrapped = click.option("--max", type=float, help="Greatest amount in euro.")(wrapped)
    if not limited:
        return wrapped
    return click.option("--limit", type=int, default=20, show_default=True)(wrapped)


def emit(data: Any, *, as_json: bool, readable: Callable[[Any], None]) -> None:
    """Print a result for a program or for a person."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
    else:
        readable(data)


def crawl_options(command: Command) -> Command:
    """Give a command the sources and the bounds of a crawl."""
    for option in (
        click.option("--limit", type=click.IntRange(1), help="Most documents of each source."),
        click.option("--dry-run", is_flag=True, help="Only list what would be fetched."),
        click.argument("sources", nargs=-1),
    ):
        command = option(command)
    return command
