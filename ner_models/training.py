"""Trains everything that is learned: networks, verifier, linker (`python -m ner_models.training`).

The networks are trained in cross-validation first: what they say of passages that they have not
seen is what the verifier and the linker learn from, and what the card's figures are measured on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ner_models import calibration, card, linker, logistic, model, network
from ner_models.corpus import Passage, read_corpus
from ner_models.corrections import read_corrections
from ner_models.folds import FOLDS, fold_of
from ner_models.lexicon import Hit, find_hits
from ner_models.mentions import with_sums
from ner_models.spans import Span
from ner_models.verifier import Judge, is_right

SEEDS = (1, 2)
_DECAY = 3.0
"""How strongly the verifier's weights are held small, chosen by cross-validation."""

Runs = list[list[Span]]
Weights = Mapping[str, Mapping[str, float]]


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def gold_spans(passage: Passage) -> dict[Span, frozenset[int]]:
    """Return a passage's spans with the numbers of their transfers."""
    return {
        Span(mark.start, mark.end, mark.label, "stated", 1.0): frozenset(mark.entries)
        for mark in passage.spans
    }


def _train_one(task: tuple[int | None, int, str, Sequence[Path]]) -> Runs:
    """Train one network; return what it says of the fold left out, or save it for good."""

    fold, seed, folder, corrections = task
    passages = [*read_corpus(), *read_corrections(corrections).passages]
    kept = [p for i, p in enumerate(passages) if fold is None or fold_of(i) != fold]
    nlp = network.train(kept, seed=seed if fold is None else 100 * seed + fold)
    if fold is None:
        nlp.to_disk(Path(folder) / f"ner_{seed}", exclude=["vocab"])
        return []
    held = [p for i, p in enumerate(passages) if fold_of(i) == fold]
    return model.run(nlp, [(p.text, find_hits(p.text, p.language)) for p in held])


def run_networks(
    folder: Path,
    seeds: Sequence[int],
    say: Callable[[str], object],
    corrections: Sequence[Path] = (),
) -> dict[int, list[Runs]]:
    """Train all networks, two at a time; return by fold what each says of the passages left out.

    `corrections` are files of decided passages, which stand behind those of the corpus.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    tasks = [
        (fold, seed, str(folder), tuple(corrections))
        for fold in (None, *range(FOLDS))
        for seed in seeds
    ]
    workers = min(2, os.cpu_count() or 1)
    found: dict[int, list[Runs]] = {fold: [] for fold in range(FOLDS)}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for number, (task, runs) in enumerate(zip(tasks, pool.map(_train_one, tasks), strict=True)):
            say(f"network {number + 1} of {len(tasks)} trained")
            if task[0] is not None:
                found[task[0]].append(runs)
    return found


class Held:
    """A passage with what networks that never saw it say of it."""

    def __init__(self, passage: Passage, fold: int, runs: Runs) -> None:
        self.passage, self.fold = passage, fold
        self.hits: list[Hit] = find_hits(passage.text, passage.language)
        self.gold = gold_spans(passage)
        self.judge = Judge(passage.text, runs, self.hits)

    def chosen(self, weights: Weights) -> list[Span]:
        """Return the spans of the passage as tagging would mark them."""
        return with_sums(self.passage.text, self.judge, self.hits, weights)


def held_out(passages: Sequence[Passage], found: dict[int, list[Runs]]) -> list[Held]:
    """Return every passage with the predictions for it of the networks of its fold."""
    held = []
    places = dict.fromkeys(range(FOLDS), 0)
    for place, passage in enumerate(passages):
        fold = fold_of(place)
        runs = [network[places[fold]] for network in found[fold]]
        places[fold] += 1
        held.append(Held(passage, fold, runs))
    return held


def train_verifier(held: Sequence[Held]) -> dict[str, dict[str, float]]:
    """Return the weights by which proposed spans are kept, by label."""
    rows: dict[str, list[tuple[logistic.Features, bool]]] = {}
    for each in held:
        gold = list(each.gold)
        for candidate in each.judge.candidates:
            features = each.judge.features(candidate)
            right = is_right(candidate.span, gold)
            rows.setdefault(f"keep:{candidate.span.label}", []).append((features, right))
    return {name: logistic.fit(instances, decay=_DECAY) for name, instances in sorted(rows.items())}


def _numbers(spans: Sequence[Span], gold: dict[Span, frozenset[int]]) -> linker.Numbers:
    """The transfers of marked spans: those of the annotated spans of their label they touch."""
    return {
        span: frozenset(
            number
            for true, numbers in gold.items()
            if true.label == span.label and true.overlaps(span)
            for number in numbers
        )
        for span in spans
    }


def train_linker(held: Sequence[Held], weights: Weights) -> dict[str, dict[str, float]]:
    """Return the weights of the linker, learned on annotated spans and on marked ones."""
    examples = []
    for each in held:
        examples.append(linker.Example(each.passage.text, list(each.gold), each.gold))
        spans = each.chosen(weights)
        examples.append(linker.Example(each.passage.text, spans, _numbers(spans, each.gold)))
    return linker.train(examples)


def _others(held: Sequence[Held], fold: int) -> list[Held]:
    return [each for each in held if each.fold != fold]


def cross_weights(held: Sequence[Held]) -> dict[int, Weights]:
    """Return for every fold the weights learned without it, for honest figures."""
    made: dict[int, Weights] = {}
    for fold in range(FOLDS):
        rest = _others(held, fold)
        keep = train_verifier(rest)
        made[fold] = keep | train_linker(rest, keep)
    return made


def write_model(folder: Path, weights: Weights) -> str:
    """Write the learned weights and the version into a folder that holds the networks."""
    text = json.dumps(weights, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (folder / "weights.json").write_text(text + "\n", encoding="utf-8")
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "meta.json":
            digest.update(path.read_bytes())
    version = f"1.{digest.hexdigest()[:8]}"
    meta = json.dumps({"version": version, "networks": [f"ner_{seed}" for seed in SEEDS]})
    (folder / "meta.json").write_text(meta + "\n", encoding="utf-8")
    return version


def main(
    gold: Sequence[Path] = (),
    say: Callable[[str], object] = _tell,
    *,
    corrections: Sequence[Path] = (),
) -> None:
    """Train on the whole corpus and replace `ner_models/model/`, its card included.

    `gold` are files of annotated passages; they are measured on for the card, never trained on.
    `corrections` are files of decided passages, which are trained on beside the corpus; the card's
    cross-validation counts the corpus alone, so that its figures can be compared with those before.
    """
    corpus = read_corpus()
    reviewed = read_corrections(corrections)
    passages = [*corpus, *reviewed.passages]
    say(f"{len(corpus)} passages")
    if corrections:
        say(reviewed.sentence())
    with tempfile.TemporaryDirectory(dir=model.FOLDER.parent) as name:
        folder = Path(name) / "model"
        folder.mkdir()
        held = held_out(passages, run_networks(folder, SEEDS, say, corrections))
        figures = card.cross_figures(held[: len(corpus)], cross_weights(held))
        keep = train_verifier(held)
        scale = {"calibration": calibration.fit(figures.whole.judged)}
        version = write_model(folder, keep | train_linker(held, keep) | scale)
        shutil.rmtree(model.FOLDER, ignore_errors=True)
        shutil.move(folder, model.FOLDER)
    said = reviewed.sentence() if corrections else None
    card.write(model.FOLDER, corpus, figures, version, gold, reviewed=said)
    say(f"model {version} written to {model.FOLDER}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
