"""What more passages gain: `python -m ner_models.curve` measures the networks' learning curve.

For growing numbers of passages, drawn at random, a network is trained and measured on passages
that it has not seen; the figures go to `curve.json`, from where the model's card takes them.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from core.records import LABELS
from ner_models import model, network
from ner_models.corpus import read_corpus
from ner_models.evaluate import Count, Score, score_spans
from ner_models.folds import fold_of
from ner_models.lexicon import find_hits

FILE = Path(__file__).parent / "curve.json"
STEP = 200
_HELD = (0, 2)
"""The folds that the networks are measured on, one network each."""


def sizes(most: int) -> list[int]:
    """Return how many passages to train on: steps of 200, and all there are."""
    return [*range(2 * STEP, most, STEP), most]


def _measure(task: tuple[int, int]) -> Score:
    fold, size = task
    passages = read_corpus()
    rest = [p for place, p in enumerate(passages) if fold_of(place) != fold]
    random.Random(fold).shuffle(rest)  # noqa: S311 - an order of passages, no secret
    nlp = network.train(rest[:size], seed=fold + 1)
    held = [p for place, p in enumerate(passages) if fold_of(place) == fold]
    score = Score()
    runs = model.run(nlp, [(p.text, find_hits(p.text, p.language)) for p in held])
    for passage, found in zip(held, runs, strict=True):
        gold = [(m.start, m.end, str(m.label)) for m in passage.spans]
        score_spans(score, gold, [(s.start, s.end, str(s.label)) for s in found])
    return score


def _row(size: int, scores: Sequence[Score]) -> dict[str, Any]:
    """One line of the curve: overlap F1 of all labels together and of each."""
    row: dict[str, Any] = {"passages": size}
    whole = Count()
    for label in LABELS:
        count = Count()
        for score in scores:
            part = score.overlap[label]
            count.add(part.right, part.proposed, part.there)
        whole.add(count.right, count.proposed, count.there)
        row[label] = (count.figures() or {}).get("f")
    return row | {"all": (whole.figures() or {}).get("f")}


def main() -> None:
    """Measure the curve with two networks at a time and write it."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    places = range(len(read_corpus()))
    most = min(sum(fold_of(place) != fold for place in places) for fold in _HELD)
    tasks = [(fold, size) for size in sizes(most) for fold in _HELD]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        scores = list(pool.map(_measure, tasks))
    step = len(_HELD)
    rows = [
        _row(size, scores[place * step : (place + 1) * step])
        for place, size in enumerate(sizes(most))
    ]
    FILE.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        sys.stderr.write(f"{row['passages']} passages: {row['all']}\n")


if __name__ == "__main__":
    main()
