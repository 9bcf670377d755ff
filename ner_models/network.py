"""Trains the named-entity network on annotated passages, the same way for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from ner_models import components
from ner_models.components import make_doc, vocabulary_tags
from ner_models.corpus import Passage
from ner_models.lexicon import find_hits
from ner_models.tokens import blank
from ner_models.vectors import vectors

EPOCHS = 12
BATCH = 8
DROPOUT = 0.25
LEARN_RATE = 0.003


def empty_pipeline() -> Any:
    """Return the untrained pipeline."""
    nlp = blank()
    nlp.vocab.vectors = vectors()
    nlp.add_pipe("vocabulary_tags")
    nlp.add_pipe("ner", config=components.NER_CONFIG)
    return nlp


def load(folder: Path) -> Any:
    """Return a trained pipeline from its folder."""
    nlp = empty_pipeline()
    nlp.from_disk(folder, exclude=["vocab"])
    return nlp


def example(nlp: Any, passage: Passage) -> Example:
    """Return a passage as training example; a span that ends inside a token takes it whole."""
    hits = find_hits(passage.text, passage.language)
    predicted = vocabulary_tags(make_doc(nlp, passage.text, hits))
    reference = make_doc(nlp, passage.text, hits)
    entities: list[Any] = []
    for mark in passage.spans:
        span = reference.char_span(mark.start, mark.end, mark.label, alignment_mode="expand")
        if span is not None and (not entities or entities[-1].end <= span.start):
            entities.append(span)
    reference.ents = entities
    return Example(predicted, reference)


def train(passages: Sequence[Passage], *, seed: int, epochs: int = EPOCHS) -> Any:
    """Return a pipeline trained on the passages: fixed epochs, averaged weights."""
    fix_random_seed(seed)
    shuffler = random.Random(seed)  # noqa: S311 - an order of passages, no secret
    nlp = empty_pipeline()
    examples = [example(nlp, passage) for passage in passages]
    ner = nlp.get_pipe("ner")
    ner.initialize(lambda: examples, nlp=nlp)
    optimizer = Adam(LEARN_RATE, L2=0.0, grad_clip=1.0, use_averages=True)
    for _ in range(epochs):
        shuffler.shuffle(examples)
        for start in range(0, len(examples), BATCH):
            ner.update(examples[start : start + BATCH], drop=DROPOUT, sgd=optimizer)
    for name, weights in optimizer.averages.items():
        _set_average(ner.model, name, weights)
    return nlp


def _set_average(model: Any, key: Any, weights: Any) -> None:
    """Put the averaged weights of one parameter in place of the last ones."""
    node_id, name = key
    for node in model.walk():
        if node.id == node_id and node.has_param(name):
            node.set_param(name, weights)
