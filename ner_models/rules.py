"""What rules alone mark: sums, known goods and funds, numbers before goods, bracketed acronyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.records import Label
from ner_models.lexicon import Hit
from ner_models.spans import Span

_RULE: dict[str, tuple[Label, str, float]] = {
    "AM": ("AMOUNT", "rule:amounts", 0.9),
    "EQ": ("EQUIPMENT", "rule:terms", 0.6),
    "FU": ("FUND", "rule:funds", 0.7),
}
_BEFORE_GOODS = re.compile(
    r"\s*(?:x\s|×\s|units?(?:\s+of)?|pieces?(?:\s+of)?|sets?\s+of|pairs?\s+of|Stück|pi[eè]ces?|unités?"
    r"|unidades|unità|pezzi|new|modern|additional|other|weitere|neue[nrs]?|nouveaux|nouvelles|nuovi"
    r"|nuove|nuevos|nuevas|de|d['’]|di|\s)*\s*"
)
_UNIT = re.compile(
    r"\s+(?:units|pieces|sets|pairs|Stück|pi[eè]ces|unités|unidades|unità|pezzi)(?!\w)"
)
_ACRONYM = re.compile(r"\s*\(\s?[“\"«']?([A-Z][\w&/-]{1,11})[”\"»']?\s?\)")
_OPENS = re.compile(r"\s{0,2}\(\s?[“\"«'‘]?\s?")
_CLOSES = re.compile(r"\s?[”\"»'’]?\s?[,);]")
_LETTERS = re.compile(r"[A-Z]")
_NO_QUANTITY = re.compile(r"(?:19|20)\d\d$")


def from_hits(hits: Iterable[Hit]) -> list[Span]:
    """Return sums, goods and funds among the hits as spans."""
    spans = []
    for hit in hits:
        if hit.kind in _RULE:
            label, maker, score = _RULE[hit.kind]
            spans.append(Span(hit.start, hit.end, label, maker, score))
    return spans


def quantities(text: str, spans: list[Span], hits: Iterable[Hit]) -> list[Span]:
    """Return numbers that stand right before goods (`12 patrol boats`, `two new vessels`)."""
    goods = {span.start for span in spans if span.label == "EQUIPMENT"}
    found = []
    for hit in hits:
        if hit.kind != "NU" or _NO_QUANTITY.match(text[hit.start : hit.end]):
            continue
        gap = _BEFORE_GOODS.match(text, hit.end, hit.end + 40)
        if gap is not None and gap.end() in goods and gap.end() > hit.end:
            unit = _UNIT.match(text, hit.end)
            end = unit.end() if unit else hit.end
            found.append(Span(hit.start, end, "QUANTITY", "rule:number", 0.6))
    return found


def acronyms(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the acronym in brackets right behind a span, with the span's label."""
    for span in spans:
        if span.label in ("AMOUNT", "QUANTITY"):
            continue
        match = _ACRONYM.match(text, span.end, span.end + 24)
        if match and len(_LETTERS.findall(match[1])) >= 2:
            yield Span(match.start(1), match.end(1), span.label, "rule:acronym", span.score * 0.9)


def consistent(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans, each acronym in brackets with the label of the name right before it."""
    made: list[Span] = []
    for span in spans:
        before = made[-1] if made else None
        if (
            before is not None
            and before.label != span.label
            and not {before.label, span.label} & {"AMOUNT", "QUANTITY"}
            and _OPENS.fullmatch(text, before.end, span.start)
            and _CLOSES.match(text, span.end)
            and is_acronym(text[span.start : span.end])
        ):
            made.append(replace(span, label=before.label))
        else:
            made.append(span)
    return made


def is_acronym(raw: str) -> bool:
    """Is this one short word mostly of capitals?"""
    capitals = len(_LETTERS.findall(raw))
    return len(raw) <= 12 and " " not in raw and capitals >= max(2, len(raw) // 2)
