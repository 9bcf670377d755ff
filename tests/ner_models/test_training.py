"""Training: a step on a few passages, the same for the same seed, and what is learned from it."""

from __future__ import annotations

import pytest

from core.records import Label
from ner_models import linker, logistic, model, network
from ner_models.corpus import parse
from ner_models.folds import fold_of
from ner_models.joining import coordinated, join
from ner_models.lexicon import find_hits
from ner_models.scene import Scene
from ner_models.spans import Span, fill
from ner_models.training import Held, gold_spans, train_linker, train_verifier

TEXT = """\
## en press_release
[Two]{QT 1} [drones]{EQ 1} went to [Niger]{RC 1}.
## en press_release
[Ten]{QT 1} [radios]{EQ 1} went to [Chad]{RC 1}.
## en minutes
The [drones]{EQ} of others were discussed.
"""
PASSAGES = parse(TEXT, "few.txt")


@pytest.mark.filterwarnings("ignore")
def test_a_network_learns_a_few_passages() -> None:
    passages = PASSAGES * 4
    nlp = network.train(passages, seed=3, epochs=12)
    hits = find_hits(PASSAGES[0].text, "en")
    (spans,) = model.run(nlp, [(PASSAGES[0].text, hits)])
    assert [(s.start, s.end, s.label) for s in spans] == [
        (0, 3, "QUANTITY"),
        (4, 10, "EQUIPMENT"),
        (19, 24, "RECIPIENT"),
    ]


@pytest.mark.filterwarnings("ignore")
def test_the_same_seed_gives_the_same_network() -> None:
    first, second = (network.train(PASSAGES, seed=5, epochs=1).get_pipe("ner") for _ in range(2))
    assert first.model.to_bytes() == second.model.to_bytes()


def test_verifier_and_linker_learn_from_passages() -> None:
    held = [Held(passage, 0, [list(gold_spans(passage))] * 2) for passage in PASSAGES * 3]
    keep = train_verifier(held)
    assert set(keep) >= {"keep:EQUIPMENT", "keep:QUANTITY", "keep:RECIPIENT"}
    spans = held[0].chosen(keep)
    assert [PASSAGES[0].text[s.start : s.end] for s in spans] == ["Two", "drones", "Niger"]
    weights = keep | train_linker(held, keep)
    (draft,) = join(PASSAGES[0].text, spans, weights)
    assert set(draft.fields) == {"equipment", "quantity", "recipient"}


def test_folds_keep_neighbours_together() -> None:
    assert [fold_of(place) for place in (0, 4, 5, 9, 10, 19, 20)] == [0, 0, 1, 1, 2, 3, 0]


def test_logistic_regression_separates_what_can_be() -> None:
    rows = [(["a", "x"], True), (["b", "x"], False)] * 20
    weights = logistic.fit(rows)
    assert logistic.probability(weights, ["a"]) > 0.9
    assert logistic.probability(weights, ["b"]) < 0.1
    assert logistic.probability({}, ["a"]) == 0.5
    assert logistic.fit([]) == {}


def test_instances_pair_goods_with_what_is_near() -> None:
    passage = PASSAGES[0]
    gold = gold_spans(passage)
    made = linker.instances([linker.Example(passage.text, list(gold), gold)])
    assert {name: [right for _, right in rows] for name, rows in made.items()} == {
        "goods": [True],
        "goods:QUANTITY": [True],
        "goods:RECIPIENT": [True],
    }


def span(text: str, part: str, label: Label) -> Span:
    start = text.index(part)
    return Span(start, start + len(part), label, "test", 1.0)


def test_parties_named_together() -> None:
    text = "for Chad, Mali and the Republic of Niger; later for Benin"
    names = ["Chad", "Mali", "Republic of Niger", "Benin"]
    scene = Scene(text, [span(text, name, "RECIPIENT") for name in names])
    found = coordinated(scene, scene.spans[1])
    assert sorted(text[s.start : s.end] for s in found) == ["Chad", "Republic of Niger"]


def test_fill_keeps_what_is_there() -> None:
    text = "a b c d"
    kept = [span(text, "b", "FUND")]
    more = [span(text, "a b", "EQUIPMENT"), span(text, "c d", "EQUIPMENT"), span(text, "d", "FUND")]
    assert [(s.start, s.end) for s in fill(kept, more)] == [(2, 3), (4, 7)]
