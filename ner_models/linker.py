"""Which spans make an entry together: learned from the transfers of the annotated passages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.records import Label
from ner_models import logistic
from ner_models.logistic import Features
from ner_models.scene import Scene
from ner_models.spans import Span

LINKED: tuple[Label, ...] = ("QUANTITY", "AMOUNT", "RECIPIENT", "SUPPLIER", "FUND")
_DECAY = {"goods": 8.0, "sum": 1.2}
"""How strongly weights are held small, chosen by cross-validation: sums without goods are rare."""

Weights = Mapping[str, Mapping[str, float]]
Numbers = Mapping[Span, frozenset[int]]


@dataclass(frozen=True)
class Example:
    """A text, its spans, and the transfers that each belongs to."""

    text: str
    spans: Sequence[Span]
    numbers: Numbers


def instances(examples: Iterable[Example]) -> dict[str, list[tuple[Features, bool]]]:
    """Return what each decision of the linker learns from: features and the right answer.

    `goods`, `sum`: does an entry rest on it? `goods:LABEL`, `sum:LABEL`: does the other span
    belong to it?
    """
    made: dict[str, list[tuple[Features, bool]]] = {}
    for example in examples:
        scene = Scene(example.text, example.spans)
        with_goods = {
            n for s in example.spans if s.label == "EQUIPMENT" for n in example.numbers[s]
        }
        for span in scene.spans:
            own = example.numbers[span]
            if span.label == "AMOUNT":
                own -= with_goods
            elif span.label != "EQUIPMENT":
                continue
            kind = "goods" if span.label == "EQUIPMENT" else "sum"
            made.setdefault(kind, []).append((scene.anchor_features(span), bool(own)))
            if own:
                _pairs(scene, span, kind, example.numbers, made)
    return made


def _pairs(
    scene: Scene,
    span: Span,
    kind: str,
    numbers: Numbers,
    made: dict[str, list[tuple[Features, bool]]],
) -> None:
    for label in LINKED:
        if label == span.label or (kind == "sum" and label == "QUANTITY"):
            continue
        for other in scene.candidates(span, label):
            belongs = bool(numbers[other] & numbers[span])
            features = scene.pair_features(span, other)
            made.setdefault(f"{kind}:{label}", []).append((features, belongs))


def train(examples: Iterable[Example]) -> dict[str, dict[str, float]]:
    """Return the weights of every decision."""
    return {
        name: logistic.fit(rows, decay=_DECAY[name.split(":")[0]])
        for name, rows in sorted(instances(examples).items())
    }
