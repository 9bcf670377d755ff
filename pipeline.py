"""The command line of Materiel: `python pipeline.py COMMAND --help` says what each command does."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.errors import MaterielError, NothingTaken, UsageError
from core.settings import Settings, load_settings
from operate import present, queries
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


def filter_options(command: Command) -> Command:
    """Give a command every filter of the design and pass it one `Filters`."""
    names = ("source", "kind", "lang", "country", "fund", "family", "type", "since", "until",
             "state", "cpv")  # fmt: skip

    @functools.wraps(command)
    def wrapped(**options: Any) -> Any:
        given = {name: options.pop(name) for name in (*names, "min", "max", "limit")}
        return command(filters=Filters(**given), **options)

    for name in reversed(names):
        wrapped = click.option(f"--{name}", help=f"Only this {name}.")(wrapped)
    wrapped = click.option("--min", type=float, help="Least amount in euro.")(wrapped)
    wrapped = click.option("--max", type=float, help="Greatest amount in euro.")(wrapped)
    return click.option("--limit", type=int, default=20, show_default=True)(wrapped)


def emit(data: Any, *, as_json: bool, readable: Callable[[Any], None]) -> None:
    """Print a result for a program or for a person."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
    else:
        readable(data)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option("0.1.0", prog_name="materiel")
def cli() -> None:
    """Follow the equipment that the EU pays for."""


@cli.command()
@output_options
@json_option
def demo(settings: Settings, as_json: bool) -> None:
    """Crawl the replica of the sources into output/demo, and print what was found."""
    from operate import commands

    report = commands.run_demo(settings, quiet=as_json)
    emit(report, as_json=as_json, readable=present.show_demo)
    sys.exit(report["status"])


@cli.command()
@click.argument("sources", nargs=-1)
@output_options
@json_option
def run(settings: Settings, sources: tuple[str, ...], as_json: bool) -> None:
    """Crawl what is due (or SOURCES), then read, tag and load everything new."""
    from operate import commands

    report = commands.run_night(settings, sources, process=True, quiet=as_json)
    emit(report, as_json=as_json, readable=present.show_report)
    sys.exit(report["status"])


@cli.command()
@click.argument("sources", nargs=-1)
@output_options
@json_option
def crawl(settings: Settings, sources: tuple[str, ...], as_json: bool) -> None:
    """Only fetch: the sources that are due, or SOURCES."""
    from operate import commands

    report = commands.run_night(settings, sources, process=False, quiet=as_json)
    emit(report, as_json=as_json, readable=present.show_report)
    sys.exit(report["status"])


@cli.command()
@click.argument("things", nargs=-1, required=True, metavar="PATH|URL...")
@output_options
@json_option
def add(settings: Settings, things: tuple[str, ...], as_json: bool) -> None:
    """Take in local files, folders and ZIPs, or single addresses; then read, tag and load them."""
    from operate import commands

    report = commands.run_add(settings, things, quiet=as_json)
    emit(report, as_json=as_json, readable=present.show_report)
    if report["status"] == NothingTaken.exit_status:
        raise NothingTaken("Nothing of what was named could be taken in.")


@cli.command()
@click.option("--again", is_flag=True, help="Everything that a newer stage version touches.")
@output_options
@json_option
def process(settings: Settings, again: bool, as_json: bool) -> None:
    """Read, tag and load what is pending."""
    from operate import commands

    report = commands.run_process(settings, again=again, quiet=as_json)
    emit(report, as_json=as_json, readable=present.show_report)


@cli.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--exact", is_flag=True, help="Do not widen words that the taxonomy knows.")
@output_options
@filter_options
@json_option
def search(
    settings: Settings, query: tuple[str, ...], exact: bool, filters: Any, as_json: bool
) -> None:
    """Search pages and entries: words, "phrases", prefix*, AND, OR, NOT, brackets."""

    found = queries.run_search(settings, " ".join(query), filters, exact=exact)
    emit(found, as_json=as_json, readable=present.show_search)


@cli.command()
@click.argument("key")
@output_options
@json_option
def show(settings: Settings, key: str, as_json: bool) -> None:
    """Show an entry or a document with its evidence."""

    emit(queries.run_show(settings, key), as_json=as_json, readable=present.show_record)


@cli.command()
@click.argument("what", type=click.Choice(["entries", "documents", "mentions"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@output_options
@filter_options
@json_option
def export(settings: Settings, what: str, file: Path, filters: Any, as_json: bool) -> None:
    """Write entries, documents or mentions into a csv, xlsx or jsonl FILE."""

    done = queries.run_export(settings, what, file, filters)
    emit(done, as_json=as_json, readable=present.show_export)


@cli.command()
@output_options
@json_option
def status(settings: Settings, as_json: bool) -> None:
    """Count documents, entries and failures; say what each source covers."""

    emit(queries.run_status(settings), as_json=as_json, readable=present.show_status)


@cli.command()
@click.option("--dump", is_flag=True, help="Print the database by natural keys, for comparing.")
@click.option("--deep", is_flag=True, help="Read and hash every archived file too.")
@output_options
@json_option
def check(settings: Settings, dump: bool, deep: bool, as_json: bool) -> None:
    """Look for inconsistencies between database and archive."""

    if dump and as_json:
        raise UsageError("--dump prints lines for comparing, not JSON; leave one of the two out.")
    if dump:
        for line in queries.dump_lines(settings):
            click.echo(line)
        return
    faults = queries.run_check(settings, deep=deep)
    emit({"faults": faults}, as_json=as_json, readable=present.show_faults)
    sys.exit(1 if faults else 0)


@cli.command()
@click.option("--cause", help="Only failures with this cause, as `status` names it.")
@output_options
@json_option
def retry(settings: Settings, cause: str | None, as_json: bool) -> None:
    """Read failed documents again, all or those with one cause."""
    from operate import commands

    report = commands.run_retry(settings, cause, quiet=as_json)
    emit(report, as_json=as_json, readable=present.show_report)


@cli.command("tag-text")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--lang", help="Language of the text; found out when not given.")
@json_option
def tag_text(file: Any, lang: str | None, as_json: bool) -> None:
    """Tag a text FILE or standard input."""
    from ner_models import tag_text_json

    emit(tag_text_json(file.read(), lang), as_json=as_json, readable=present.show_tags)


@cli.command()
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--errors", is_flag=True, help="List what is wrong, by label, with context.")
@json_option
def evaluate(gold: tuple[Path, ...], errors: bool, as_json: bool) -> None:
    """Measure the tagger against annotated passages (GOLD.jsonl ...)."""
    from ner_models.errors import find_errors, render_errors
    from ner_models.evaluate import evaluate as measure
    from ner_models.evaluate import render

    if errors:
        wrong = find_errors(gold)
        listed = [asdict(error) for error in wrong]
        emit(listed, as_json=as_json, readable=lambda _: click.echo(render_errors(wrong)))
        return
    emit(measure(gold), as_json=as_json, readable=lambda result: click.echo(render(result)))


@cli.command()
def train() -> None:
    """Train the model from the committed passages and write it to ner_models/model."""
    from ner_models.training import main

    main()


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@output_options
def review(settings: Settings, port: int) -> None:
    """Serve the web pages on loopback."""
    from review.app import build_app, listen, serve

    app = build_app(settings.database)
    with listen(port) as waiting:
        click.echo(f"Materiel is at http://127.0.0.1:{port}/ - stop it with Ctrl-C.")
        serve(app, waiting)


def main() -> None:
    """Run the command line; a person's mistake gives one sentence, no traceback."""
    try:
        cli(standalone_mode=False)
    except MaterielError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_status)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; the next run goes on from here.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
