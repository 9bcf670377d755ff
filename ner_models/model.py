"""The trained model: networks and weights, loaded once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from core.records import LABELS, Label
from ner_models.lexicon import Hit
from ner_models.spans import Span

FOLDER = Path(__file__).parent / "model"
_BATCH = 64


def exists() -> bool:
    """Is there a trained model beside this module?"""
    return (FOLDER / "meta.json").is_file()


def version() -> str:
    """Return the trained model's version, `rules` where there is none."""
    if not exists():
        return "rules"
    return str(json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))["version"])


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Return the weights by which spans are kept and joined into entries."""
    loaded: Mapping[str, Mapping[str, float]] = json.loads(
        (FOLDER / "weights.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def networks() -> tuple[Any, ...]:
    """Return the trained networks, each a spaCy pipeline."""
    from ner_models.network import load  # noqa: PLC0415 - spaCy is loaded on first use

    names = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))["networks"]
    return tuple(load(FOLDER / name) for name in names)


def predict(made: Sequence[tuple[str, Sequence[Hit]]]) -> list[list[list[Span]]]:
    """Return for texts with their vocabulary hits what each network finds."""
    runs = [run(nlp, made) for nlp in networks()]
    return [list(each) for each in zip(*runs, strict=True)] if runs else [[] for _ in made]


def run(nlp: Any, made: Sequence[tuple[str, Sequence[Hit]]]) -> list[list[Span]]:
    """Return the spans that a network finds in texts with their vocabulary hits."""
    from ner_models.components import make_doc  # noqa: PLC0415 - spaCy is loaded on first use

    docs = (make_doc(nlp, text, hits) for text, hits in made)
    return [spans_of(doc) for doc in nlp.pipe(docs, batch_size=_BATCH)]


def spans_of(doc: Any) -> list[Span]:
    """Return a document's entities as spans."""
    known: dict[str, Label] = {label: label for label in LABELS}
    return [
        Span(ent.start_char, ent.end_char, known[ent.label_], "model:ner", 0.5) for ent in doc.ents
    ]
