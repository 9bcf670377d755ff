"""Floors on annotated passages beside the project; they took no part in training."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.records import LABELS
from core.text import fold
from ner_models import tag_text_json
from ner_models.corpus import Passage, read_corpus
from ner_models.evaluate import evaluate

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
Figures = dict[str, Any]
_WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def figures(shared_gold: Path) -> Figures:
    return evaluate(sorted(shared_gold.glob("dev-*.jsonl")))


@pytest.mark.parametrize("how", ["overlap", "strict"])
@pytest.mark.parametrize("label", LABELS)
def test_floors_of_labels(figures: Figures, how: str, label: str) -> None:
    assert figures[how][label]["f"] >= FLOORS[how][label]


@pytest.mark.parametrize("language", FLOORS["languages"])
def test_floors_of_languages(figures: Figures, language: str) -> None:
    found = figures["languages"][language]["overlap"]
    floors = FLOORS["languages"][language]
    assert {label: found[label]["f"] for label in floors if found[label]["f"] < floors[label]} == {}


def test_floors_of_entries(figures: Figures) -> None:
    assert figures["entries"]["fields"]["f"] >= FLOORS["entries"]["fields"]
    assert figures["entries"]["strict"]["f"] >= FLOORS["entries"]["strict"]


def test_scores_mean_what_they_say(figures: Figures) -> None:
    assert figures["calibration"]["ece"] <= FLOORS["entries"]["calibration"]


def test_french_is_as_good_as_english(figures: Figures) -> None:
    english, french = (figures["languages"][code]["overlap"] for code in ("en", "fr"))
    for label in LABELS:
        if min(english[label]["n"], french[label]["n"]) >= 50:
            assert french[label]["f"] >= english[label]["f"] - 0.10, label


def runs_of_eight(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(fold(text))
    for place in range(len(words) - 7):
        yield tuple(words[place : place + 8])


def without_names(passage: Passage) -> str:
    """A passage's text without the long names in it: those are facts and not sentences."""
    text = passage.text
    for span in sorted(passage.spans, key=lambda span: -span.start):
        if len(_WORD.findall(text[span.start : span.end])) >= 8:
            text = f"{text[: span.start]}*{text[span.end :]}"
    return text


def test_the_corpus_shares_no_eight_words_with_the_measure(shared_gold: Path) -> None:
    measure: set[tuple[str, ...]] = set()
    for path in shared_gold.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            measure.update(runs_of_eight(json.loads(line)["text"]))
    assert measure
    shared = [
        (passage.source, passage.line, " ".join(run))
        for passage in read_corpus()
        for run in runs_of_eight(without_names(passage))
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
