"""Floors on annotated passages beside the project; they took no part in training."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.text import fold
from ner_models import tag_text_json
from ner_models.corpus import read_corpus
from ner_models.evaluate import evaluate

FLOORS = {
    "EQUIPMENT": 0.78,
    "QUANTITY": 0.66,
    "AMOUNT": 0.95,
    "RECIPIENT": 0.45,
    "SUPPLIER": 0.60,
    "FUND": 0.63,
}
ENTRIES_FLOOR = 0.49
_WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def figures(shared_gold: Path) -> dict[str, dict[str, dict[str, float]]]:
    return evaluate(sorted(shared_gold.glob("dev-*.jsonl")))


@pytest.mark.parametrize("label", FLOORS)
def test_overlap_floor(figures: dict[str, dict[str, dict[str, float]]], label: str) -> None:
    assert figures["overlap"][label]["f"] >= FLOORS[label]


def test_entries_floor(figures: dict[str, dict[str, dict[str, float]]]) -> None:
    assert figures["entries"]["fields"]["f"] >= ENTRIES_FLOOR


def runs_of_eight(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(fold(text))
    for place in range(len(words) - 7):
        yield tuple(words[place : place + 8])


def test_the_corpus_shares_no_eight_words_with_the_measure(shared_gold: Path) -> None:
    measure: set[tuple[str, ...]] = set()
    for path in shared_gold.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            measure.update(runs_of_eight(json.loads(line)["text"]))
    assert measure
    shared = [
        (passage.source, passage.line, " ".join(run))
        for passage in read_corpus()
        for run in runs_of_eight(passage.text)
        if run in measure
    ]
    assert shared == []


def test_the_background_article(shared_gold: Path) -> None:
    path = shared_gold.parent / "background" / "article.txt"
    if not path.is_file():
        pytest.skip("needs ../shared/background, which is not here")
    report = tag_text_json(path.read_text(encoding="utf-8"))
    found = {(mention["label"], mention["text"]) for mention in report["mentions"]}
    for goods in ("patrol boats", "radio-satellite communication devices", "IMSI catchers"):
        assert ("EQUIPMENT", goods) in found
    assert ("RECIPIENT", "BiH Border Police") in found
    sums = {m["value"]["max"] for m in report["mentions"] if m["label"] == "AMOUNT"}
    assert sums >= {"1100000", "42000000", "74000000", "922000000", "79500000000", "12800000000"}
    joined = {(entry["equipment"], entry["recipient"]) for entry in report["entries"]}
    assert ("DJI Matrice 350 RTK drone", "BiH Border Police") in joined
