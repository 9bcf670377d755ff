"""The commands of who keeps it: `backup`, `restore` and `withhold`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from core.errors import UsageError
from core.settings import Settings
from operate.options import TextCommand, emit, json_option, output_options
from operate.present_upkeep import show_backup, show_restored, show_withheld

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(cls=TextCommand)
@click.argument("file", type=_FILE)
@click.option("--database-only", is_flag=True, help="Leave the archive out.")
@output_options
@json_option
def backup(settings: Settings, file: Path, *, database_only: bool, as_json: bool) -> None:
    """Write all that cannot be made again into a tar FILE, while a run may be at work."""
    from operate.backup import run_backup  # noqa: PLC0415 - commands take a while to import

    done = run_backup(settings, file, database_only=database_only, quiet=as_json)
    emit(done, as_json=as_json, readable=show_backup)
    sys.exit(1 if done["damaged"] else 0)


@click.command(cls=TextCommand)
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="Put what is there aside; it is kept.")
@output_options
@json_option
def restore(settings: Settings, file: Path, *, replace: bool, as_json: bool) -> None:
    """Put what `backup` wrote into FILE back into the output folder: all of it or nothing."""
    from operate.restore import run_restore  # noqa: PLC0415 - commands take a while to import

    done = run_restore(settings, file, replace=replace)
    emit(done, as_json=as_json, readable=show_restored)


@click.command(cls=TextCommand)
@click.argument("document")
@click.option("--lift", "what", flag_value="lift", help="Give it back.")
@click.option("--erase", "what", flag_value="erase", help="Remove its files and text for good.")
@click.option("--release", "what", flag_value="release", help="Show text again that a redaction"
              " withdrew; with --version.")  # fmt: skip
@click.option("--version", "number", type=int, help="Number of the version that blackens it.")
@click.option("--why", help="The reason, which `show` tells.")
@click.option("--as", "reviewer", default="operator", show_default=True, help="Who says so.")
@click.option("--yes", is_flag=True, help="Do not ask before erasing.")
@output_options
@json_option
def withhold(
    settings: Settings,
    document: str,
    *,
    what: str | None,
    number: int | None,
    why: str | None,
    reviewer: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Take a DOCUMENT, and what lies inside it, out of every view, feed and export."""
    from operate import withholding  # noqa: PLC0415 - commands take a while to import

    if (what == "release") != (number is not None):
        raise UsageError("--release and --version N go together.")
    asked = withholding.Asked(by=reviewer, why=why)
    if what == "erase":
        if not (yes or as_json) and sys.stdin.isatty():
            click.confirm(f"Erase {document} and what lies inside it for good?", abort=True)
        done = withholding.run_erase(settings, document, asked)
    elif what == "lift":
        done = withholding.run_lift(settings, document, asked)
    elif number is not None:
        done = withholding.run_release(settings, document, number, asked)
    else:
        done = withholding.run_withhold(settings, document, asked)
    emit(done, as_json=as_json, readable=show_withheld)
