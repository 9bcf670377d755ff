"""The command line of Materiel: `python pipeline.py COMMAND --help` says what each command does."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.errors import MaterielError, NothingTaken, UsageError
from core.settings import Settings
from operate import present, queries
from operate.keeping import backup, restore, withhold
from operate.learning import corrections, train
from operate.logs import complain, stop_when_told
from operate.operating import retry, schedule, status
from operate.options import (
    Commands,
    cluster_options,
    crawl_options,
    emit,
    filter_options,
    json_option,
    output_options,
)
from operate.present_crawl import show_preview
from operate.present_diff import show_diff
from operate.present_evidence import (
    show_citation,
    show_decided_pair,
    show_export,
    show_pack,
    show_pairs,
    show_party,
)
from operate.present_probe import show_probe
from operate.present_search import show_search, show_terms
from operate.review_commands import review, reviewer
from operate.watching import watch


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
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
@crawl_options
@cluster_options
@output_options
@json_option
def run(settings: Settings, sources: tuple[str, ...], as_json: bool, **bounds: Any) -> None:
    """Crawl what is due (or SOURCES), then read, tag and load everything new."""
    _night(settings, sources, as_json=as_json, process=True, **bounds)


@cli.command()
@crawl_options
@output_options
@json_option
def crawl(settings: Settings, sources: tuple[str, ...], as_json: bool, **bounds: Any) -> None:
    """Only fetch: the sources that are due, or SOURCES."""
    _night(settings, sources, as_json=as_json, process=False, **bounds)


def _night(
    settings: Settings,
    sources: tuple[str, ...],
    *,
    as_json: bool,
    process: bool,
    limit: int | None,
    dry_run: bool,
) -> None:
    from operate import commands

    if dry_run:
        emit(commands.run_preview(settings, sources), as_json=as_json, readable=show_preview)
        return
    report = commands.run_night(settings, sources, process=process, quiet=as_json, limit=limit)
    emit(report, as_json=as_json, readable=present.show_report)
    sys.exit(report["status"])


@cli.command()
@click.argument("source")
@output_options
@json_option
def probe(settings: Settings, source: str, as_json: bool) -> None:
    """Fetch robots.txt, a list and one document of each kind; say what each selector found."""
    from operate import commands

    emit(commands.run_probe(settings, source), as_json=as_json, readable=show_probe)


@cli.command()
@click.argument("things", nargs=-1, required=True, metavar="PATH|URL...", type=click.Path())
@cluster_options
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
@cluster_options
@output_options
@json_option
def process(settings: Settings, again: bool, as_json: bool) -> None:
    """Read, tag and load what is pending."""
    from operate import commands

    report = commands.run_process(settings, again=again, quiet=as_json)
    emit(report, as_json=as_json, readable=present.show_report)


@cli.command()
@click.argument("query", nargs=-1)
@click.option("--terms", type=click.Path(path_type=Path), help="Count each line of this file.")
@click.option("--not-as", "off", multiple=True, metavar="NAME", help="Leave this other name out.")
@click.option("--exact", is_flag=True, help="Take words as they stand: no forms, no other names.")
@output_options
@filter_options
@json_option
def search(
    settings: Settings, query: tuple[str, ...], terms: Path | None, as_json: bool, **options: Any
) -> None:
    """Search pages, entries and titles: words, "phrases", prefix*, AND, OR, NOT, brackets.

    Also NEAR(a b, 5), type:uav, family:vessels, ="as it stands"; see docs/search.md.
    """

    if bool(query) == bool(terms):
        raise UsageError("search takes a query, or a list of terms with --terms FILE.")
    if terms:
        counts = queries.run_terms(settings, terms, **options)
        emit(counts, as_json=as_json, readable=show_terms)
        return
    found = queries.run_search(settings, " ".join(query), **options)
    emit(found, as_json=as_json, readable=show_search)


@cli.command()
@click.argument("key")
@click.option("--pack", type=click.Path(path_type=Path), help="Write an evidence pack (.zip).")
@output_options
@json_option
def show(settings: Settings, key: str, pack: Path | None, as_json: bool) -> None:
    """Show an entry or a document with its evidence, or all of recipient:NAME or supplier:NAME."""

    if pack:
        emit(queries.run_pack(settings, key, pack), as_json=as_json, readable=show_pack)
        return
    found = queries.run_show(settings, key)
    readable = show_party if "parties" in found else present.show_record
    emit(found, as_json=as_json, readable=readable)


@cli.command()
@click.argument("key")
@output_options
@json_option
def cite(settings: Settings, key: str, as_json: bool) -> None:
    """Cite an entry or a document: quote, page, publisher, address, hash, day of the fetch."""

    emit(queries.run_cite(settings, key), as_json=as_json, readable=show_citation)


@cli.command()
@click.argument("keys", nargs=-1, metavar="[ENTRY [ENTRY]]")
@click.option("--no", "verdict", flag_value="different", help="The two are two deliveries.")
@click.option("--undo", "verdict", flag_value="undo", help="Take back what was said of the two.")
@click.option("--as", "reviewer", default="operator", show_default=True, help="Who says so.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@output_options
@json_option
def same(
    settings: Settings, keys: tuple[str, ...], verdict: Any, as_json: bool, **options: Any
) -> None:
    """List entries that may be one delivery, or confirm that two ENTRIES are."""
    from operate import pairing

    done = pairing.run_same(settings, keys, verdict or "same", **options)
    readable = show_pairs if "pairs" in done else show_decided_pair
    emit(done, as_json=as_json, readable=readable)


@cli.command()
@click.argument("key")
@click.option("--from", "before", type=int, help="Number of the older version.")
@click.option("--to", "after", type=int, help="Number of the newer version; the last by default.")
@output_options
@json_option
def diff(
    settings: Settings, key: str, before: int | None, after: int | None, as_json: bool
) -> None:
    """Show what changed between two versions of a document, word by word."""

    emit(queries.run_diff(settings, key, before, after), as_json=as_json, readable=show_diff)


@cli.command()
@click.argument("what", type=click.Choice(["entries", "documents", "mentions", "run"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--run", "run_id", type=int, help="Which run, for `export run`; else the last one.")
@output_options
@filter_options
@json_option
def export(
    settings: Settings,
    what: str,
    file: Path,
    *,
    run_id: int | None,
    filters: Any,
    as_json: bool,
) -> None:
    """Write entries, documents or mentions into a csv, xlsx or jsonl FILE.

    `export run FILE.warc.gz` writes what a run's crawl fetched, with headers, as a WARC file.
    """

    if what == "run":
        done = queries.run_export_warc(settings, run_id, file)
    else:
        done = queries.run_export(settings, what, file, filters)
    emit(done, as_json=as_json, readable=show_export)


@cli.command()
@click.option("--dump", is_flag=True, help="Print the database by natural keys, for comparing.")
@click.option("--archive", is_flag=True, help="Read and hash every archived file too.")
@output_options
@json_option
def check(settings: Settings, dump: bool, archive: bool, as_json: bool) -> None:
    """Look for inconsistencies between database and archive."""

    if dump and as_json:
        raise UsageError("--dump prints lines for comparing, not JSON; leave one of the two out.")
    if dump:
        for line in queries.dump_lines(settings):
            click.echo(line)
        return
    faults = queries.run_check(settings, archive=archive)
    emit({"faults": faults}, as_json=as_json, readable=present.show_faults)
    sys.exit(1 if faults else 0)


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


for command in (
    status, retry, schedule, watch, backup, restore, withhold, review, reviewer, corrections, train,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run the command line; a person's mistake gives one sentence, no traceback."""
    stop_when_told()
    try:
        cli(standalone_mode=False)
    except MaterielError as error:
        complain(f"Error: {error}")
        sys.exit(error.exit_status)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        complain("Interrupted; the next run goes on from here.")
        sys.exit(1)


if __name__ == "__main__":
    main()
