"""Marks the spans of a text: networks and rules propose, the verifier decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ner_models import model
from ner_models.language import MODELLED
from ner_models.lexicon import Hit, find_hits
from ner_models.rules import acronyms, consistent, from_hits, quantities
from ner_models.segments import pieces
from ner_models.spans import Span, fill
from ner_models.verifier import Judge
from vocabulary.abbreviations import find_abbreviations
from vocabulary.amounts import Amount, find_amounts


@dataclass(frozen=True)
class Marked:
    """The spans of one text, in order and apart, and the sums that the grammar read.

    `values` holds, by offsets, what is known better than the quote tells; `names` the
    abbreviations that the document defines, with what they stand for.
    """

    text: str
    language: str
    spans: list[Span] = field(default_factory=list)
    sums: list[Amount] = field(default_factory=list)
    values: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Piece:
    text: str
    offset: int
    sums: list[Amount]
    hits: list[Hit]
    hard: bool


def _cut(text: str, language: str, hard: bool) -> list[_Piece]:  # noqa: FBT001
    made = []
    for start, end in pieces(text):
        piece = text[start:end]
        sums = find_amounts(piece, language)
        made.append(_Piece(piece, start, sums, find_hits(piece, language, sums), hard))
    return made


def by_rules(text: str, hits: Sequence[Hit]) -> list[Span]:
    """Return the spans that rules alone mark, where there is no model."""
    spans = from_hits(hits)
    spans = fill(spans, quantities(text, spans, hits))
    return fill(spans, acronyms(text, spans))


def with_sums(
    text: str, judge: Judge, hits: Sequence[Hit], weights: Mapping[str, Mapping[str, float]]
) -> list[Span]:
    """Return the spans that the verifier keeps, the grammar's sums, and acronyms behind them."""
    sums = [span for span in from_hits(hits) if span.label == "AMOUNT"]
    spans = consistent(text, fill(sums, judge.choose(weights)))
    return fill(spans, acronyms(text, spans))


def mark(
    texts: Sequence[str],
    language: str,
    hard: Sequence[bool] = (),
    names: Mapping[str, str] | None = None,
) -> list[Marked]:
    """Mark some texts of one language; without a model for it the rules stand alone.

    `hard` says of each text whether its line breaks are its own (XML, HTML) or may be those of a
    page's lines (PDF; also where nothing is said). `names` are the abbreviations of a document of
    which the texts are a part; where they are None, those of the texts. Time is linear in the
    length: long texts go through in pieces of some thousand characters.
    """
    flags = [*hard, *[False] * (len(texts) - len(hard))]
    cut = [_cut(text, language, flag) for text, flag in zip(texts, flags, strict=True)]
    flat = [piece for made in cut for piece in made]
    found = _predict(flat, language)
    names = find_abbreviations(texts) if names is None else names
    marked = []
    place = 0
    for text, made in zip(texts, cut, strict=True):
        result = Marked(text, language, names=names)
        for piece in made:
            joined = found[place]
            result.spans.extend(span.moved(piece.offset) for span in joined)
            result.sums.extend(_moved(amount, piece.offset) for amount in piece.sums)
            place += 1
        marked.append(result)
    return marked


def _predict(made: Sequence[_Piece], language: str) -> list[list[Span]]:
    if language not in MODELLED or not model.exists():
        return [by_rules(piece.text, piece.hits) for piece in made]
    weights = model.weights()
    runs = model.predict([(piece.text, piece.hits) for piece in made])
    return [
        with_sums(
            piece.text,
            Judge(piece.text, found, piece.hits, hard=piece.hard),
            piece.hits,
            weights,
        )
        for piece, found in zip(made, runs, strict=True)
    ]


def _moved(amount: Amount, by: int) -> Amount:
    return replace(amount, start=amount.start + by, end=amount.end + by)
