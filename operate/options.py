"""Options that several commands take, and how a result is printed."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from core.errors import UsageError
from core.settings import load_settings
from operate.logs import Form, log_as
from store.filters import Filters

Command = Callable[..., Any]


class TextCommand(click.Command):
    """A command whose words are text: bytes that are no UTF-8 are refused, except in paths."""

    def invoke(self, ctx: click.Context) -> Any:
        for param in self.params:
            value = ctx.params.get(param.name or "")
            if param.type is click.STRING and value is not None:
                for word in value if isinstance(value, tuple) else (value,):
                    _check_text(param, word)
        return super().invoke(ctx)


def _check_text(param: click.Parameter, word: str) -> None:
    try:
        word.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{param.human_readable_name} is no text in UTF-8; type it anew."
        ) from error


class Commands(click.Group):
    """A group of such commands, and of such groups."""

    command_class = TextCommand
    group_class = type


def output_options(command: Command) -> Command:
    """Give a command `--output`, `--workers` and `--log`, and pass it the settings."""

    @click.option("--log", type=click.Choice(["json", "text"]), help="Log on standard error.")
    @click.option("--output", type=click.Path(path_type=Path), help="Folder of database and files.")
    @click.option("--workers", type=int, help="Processes that read and tag.")
    @functools.wraps(command)
    def wrapped(output: Path | None, workers: int | None, log: Form | None, **options: Any) -> Any:
        log_as(log)
        cluster = {n: options.pop(n, None) for n in ("scheduler", "shared_archive")}
        settings = load_settings(output=output, workers=workers, **cluster)
        return command(settings=settings, **options)

    return wrapped


def cluster_options(command: Command) -> Command:
    """Give a command that reads and tags `--scheduler`; stands above `output_options`."""
    for option in (
        click.option("--shared-archive", metavar="URL", help="Where its workers find the archive."),
        click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster reads and tags."),
    ):
        command = option(command)
    return command


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
