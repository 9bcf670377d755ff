"""Joins the spans of running text into drafts of entries: which goods, sum, parties and fund."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.records import Label, Scope
from ner_models.linker import Weights
from ner_models.logistic import probability
from ner_models.scene import Scene
from ner_models.spans import Span

FIELDS: Mapping[Label, str] = {
    "EQUIPMENT": "equipment",
    "QUANTITY": "quantity",
    "AMOUNT": "amount",
    "RECIPIENT": "recipient",
    "SUPPLIER": "supplier",
    "FUND": "fund",
}
"""The entry field that a span of each label may be."""

THRESHOLDS: Mapping[str, float] = {
    "goods": 0.25,
    "sum": 0.5,
    "QUANTITY": 0.35,
    "AMOUNT": 0.6,
    "RECIPIENT": 0.5,
    "SUPPLIER": 0.3,
    "FUND": 0.5,
}
"""From which probability on a decision of the linker is followed."""

_ALONE = 0.3
"""From which probability on a sum is followed that is the only one in the sentence of its anchor:
the training passages hold few such sentences with many sums around them, a page holds many."""

_COORDINATED = re.compile(
    r"\s*(?:\([^()\n]{1,20}\)\s*)?"
    r"(?:,|;|/|&|(?:,\s*)?(?:and|et|und|sowie|y|e|ed|as well as)\s+(?:to\s+)?)"
    r"\s*(?:the\s+|le\s+|la\s+|les\s+|l['’]|den\s+|die\s+|das\s+|der\s+|dem\s+|el\s+|los\s+|las\s+"
    r"|il\s+|lo\s+|gli\s+|i\s+|à\s+|au\s+|aux\s+|al\s+|alla\s+|a\s+)*"
)
_LONGEST_LIST = 6
_OTHER_PARAGRAPH = 0.6
"""How much less a link across paragraphs counts; the training passages are one each."""


@dataclass
class Draft:
    """An entry in the making: spans of one text by field.

    `place` is the row or text that it rests on, where that is no sentence; `scaled`: the score
    is that of the entry as a whole.
    """

    fields: dict[str, Span] = field(default_factory=dict)
    score: float = 0.5
    scope: Scope = "own"
    group: str | None = None
    place: tuple[int, int] | None = None
    scaled: bool = False

    @property
    def anchor(self) -> Span:
        """The span that the entry rests on: its goods, else its sum, else what it has."""
        for name in ("equipment", "amount"):
            if name in self.fields:
                return self.fields[name]
        return next(iter(self.fields.values()))

    @property
    def likelihood(self) -> float:
        """How likely the entry is: as its weakest part, unless its score says it already."""
        return (
            self.score
            if self.scaled
            else min(self.score, *(span.score for span in self.fields.values()))
        )

    def with_field(self, name: str, span: Span) -> Draft:
        """Return a copy with another span in one field."""
        return replace(self, fields={**self.fields, name: span})


def join(text: str, spans: Sequence[Span], weights: Weights) -> list[Draft]:
    """Return the entries that a text states, in order of what they rest on.

    Each of the goods that a transfer rests on makes an entry, one for each of the recipients
    named together; a sum that no goods take makes one with a recipient or a supplier.
    """
    scene = Scene(text, spans)
    drafts = _goods(scene, weights)
    taken = {draft.fields["amount"] for draft in drafts if "amount" in draft.fields}
    drafts += _sums(scene, weights, taken)
    return sorted(drafts, key=lambda draft: (draft.anchor.start, draft.anchor.end))


def _goods(scene: Scene, weights: Weights) -> list[Draft]:
    drafts = []
    for span in scene.by_label.get("EQUIPMENT", []):
        score = probability(weights["goods"], scene.anchor_features(span))
        if score >= THRESHOLDS["goods"]:
            drafts.append((span, score))
    counts = _quantities(scene, weights, [span for span, _ in drafts])
    made = []
    for span, score in drafts:
        draft = Draft({"equipment": span}, score)
        if span in counts:
            draft.fields["quantity"] = counts[span]
        made += _attach(scene, weights, span, draft, "goods")
    return made


def _quantities(scene: Scene, weights: Weights, goods: Sequence[Span]) -> dict[Span, Span]:
    """Give each number to the goods that it most probably counts, and goods one number each."""
    pairs = []
    for span in goods:
        for other in scene.candidates(span, "QUANTITY"):
            p = probability(weights["goods:QUANTITY"], scene.pair_features(span, other))
            if p >= THRESHOLDS["QUANTITY"]:
                pairs.append((p, span, other))
    given: dict[Span, Span] = {}
    used: set[Span] = set()
    for _, span, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1].start)):
        if span not in given and other not in used:
            given[span] = other
            used.add(other)
    return given


def best(
    scene: Scene,
    weights: Weights,
    span: Span,
    label: Label,
    kind: str,
    *,
    within: Callable[[int, int], object] | None = None,
) -> tuple[Span, float] | None:
    """Return the span of a label that most probably belongs to an anchor, with the probability;
    None below the label's threshold.

    `kind` is what the anchor is: `goods` or `sum`; `within` says of a start and an end whether
    the span may stand there.
    """
    model = weights.get(f"{kind}:{label}", {})
    scored = [
        (
            probability(model, scene.pair_features(span, other))
            * _OTHER_PARAGRAPH ** scene.apart(span, other),
            other,
        )
        for other in scene.candidates(span, label)
        if within is None or within(other.start, other.end)
    ]
    alone = _alone(scene, span, label)
    reached = [
        (p, other) for p, other in scored if p >= (_ALONE if other is alone else THRESHOLDS[label])
    ]
    # what needs the lower threshold gives way to what reaches the common one
    best = max(
        reached,
        key=lambda pair: (pair[0] >= THRESHOLDS[label], pair[0], -pair[1].start),
        default=None,
    )
    return None if best is None else (best[1], best[0])


def _alone(scene: Scene, span: Span, label: Label) -> Span | None:
    """Return the one sum that stands in the anchor's sentence, None where there are several."""
    if label != "AMOUNT":
        return None
    unit = scene.unit(span)
    sums = [other for other in scene.candidates(span, label) if scene.unit(other) == unit]
    return sums[0] if len(sums) == 1 else None


def _attach(scene: Scene, weights: Weights, span: Span, draft: Draft, kind: str) -> list[Draft]:
    """Fill sum, parties and fund; one draft for each of several parties named together."""
    drafts = [draft]
    labels: tuple[Label, ...] = ("AMOUNT", "RECIPIENT", "SUPPLIER", "FUND")
    for label in labels:
        if label == span.label or (found := best(scene, weights, span, label, kind)) is None:
            continue
        for each in drafts:
            each.fields[FIELDS[label]] = found[0]
        several = label == "RECIPIENT" or (label == "SUPPLIER" and kind == "sum")
        if several:
            others = coordinated(scene, found[0])
            drafts += [d.with_field(FIELDS[label], o) for o in others for d in list(drafts)]
    return drafts


def coordinated(scene: Scene, span: Span) -> list[Span]:
    """Return the spans of the same label that are named together with one (`A, B and C`)."""
    spans = scene.by_label[span.label]
    place = bisect_left(spans, span.start, key=lambda other: other.start)
    found: list[Span] = []
    for step in (-1, 1):
        at = place
        while 0 <= at + step < len(spans) and len(found) < _LONGEST_LIST:
            low, high = sorted((at, at + step))
            if not _COORDINATED.fullmatch(scene.text, spans[low].end, spans[high].start):
                break
            at += step
            found.append(spans[at])
    return found


def _sums(scene: Scene, weights: Weights, taken: set[Span]) -> list[Draft]:
    drafts: list[Draft] = []
    for span in scene.by_label.get("AMOUNT", []):
        if span in taken:
            continue
        score = probability(weights["sum"], scene.anchor_features(span))
        if score < THRESHOLDS["sum"]:
            continue
        made = _attach(scene, weights, span, Draft({"amount": span}, score), "sum")
        drafts += [d for d in made if "recipient" in d.fields or "supplier" in d.fields]
    return drafts
