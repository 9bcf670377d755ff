"""Which sum goes to which goods, where the learned weights leave it open."""

from __future__ import annotations

import re

import pytest

from core.records import Label
from ner_models.joining import best
from ner_models.scene import Scene
from ner_models.spans import Span

_MARKED = re.compile(r"\[([^]]*)\]")


def scene_of(marked: str) -> tuple[Scene, Span]:
    """Return a scene of a text with its goods and sums in brackets, and the first goods."""
    spans: list[Span] = []
    for at, found in enumerate(_MARKED.finditer(marked)):
        start = found.start() - 2 * at
        label: Label = "AMOUNT" if "EUR" in found[1] else "EQUIPMENT"
        spans.append(Span(start, start + len(found[1]), label, "rule:test", 1.0))
    goods = next(span for span in spans if span.label == "EQUIPMENT")
    return Scene(_MARKED.sub(r"\1", marked), spans), goods


# With no weights every pair has the probability one half: below the common threshold for sums,
# above the one for a sum that is alone in its sentence.
@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Delivery of [boats] for [EUR 5 000]. Training costs [EUR 90].", "EUR 5 000"),
        ("Delivery of [boats] for [EUR 5 000] or [EUR 6 000]. Training follows.", None),
        ("Delivery of [boats] to the coast guard. Training costs [EUR 90].", None),
    ],
)
def test_a_sum_alone_in_the_sentence_needs_less(marked: str, expected: str | None) -> None:
    scene, goods = scene_of(marked)
    found = best(scene, {}, goods, "AMOUNT", "goods")
    assert (scene.text[found[0].start : found[0].end] if found else None) == expected


def test_what_reaches_the_common_threshold_goes_first() -> None:
    scene, goods = scene_of("They got [boats] for [EUR 5 000]. Those cost [EUR 90].")
    after = {"goods:AMOUNT": {"s=a1": 3.0}}  # a sum of the next sentence is far likelier
    found = best(scene, after, goods, "AMOUNT", "goods")
    assert found is not None
    assert scene.text[found[0].start : found[0].end] == "EUR 90"
