"""The commands that turn decisions into a better tagger: `corrections` and `train`."""

from __future__ import annotations

from pathlib import Path

import click

from core.settings import Settings
from operate.options import TextCommand, emit, json_option, output_options
from operate.present_review import show_corrections

_FILE = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, dir_okay=False, exists=True)
_gold = click.option(
    "--gold", type=_THERE, multiple=True, metavar="FILE", help="Annotated passages to measure on."
)


@click.command(cls=TextCommand)
@click.argument("file", type=_FILE, metavar="FILE.jsonl")
@_gold
@output_options
@json_option
def corrections(settings: Settings, *, file: Path, gold: tuple[Path, ...], as_json: bool) -> None:
    """Write what reviewers decided as passages that `train --corrections` takes in.

    Nothing of the documents that --gold names is written: what is measured on is not trained on.
    """
    from operate.corrections import run_corrections  # noqa: PLC0415 - readers take a while

    emit(run_corrections(settings, file, gold), as_json=as_json, readable=show_corrections)


@click.command(cls=TextCommand)
@click.option(
    "--corrections", "reviewed", type=_THERE, multiple=True, metavar="FILE.jsonl",
    help="Passages of decisions, to be trained on beside the corpus.",
)  # fmt: skip
@_gold
def train(*, reviewed: tuple[Path, ...], gold: tuple[Path, ...]) -> None:
    """Train the model from the committed passages and write it to ner_models/model."""
    from ner_models.training import main  # noqa: PLC0415 - spaCy takes a while to import

    main(gold, corrections=reviewed)
