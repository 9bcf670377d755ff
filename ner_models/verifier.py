"""Decides which proposed spans stand: of the networks, of the vocabulary, of the rules.

Every proposal gets a probability from what the networks agree on, what the vocabulary knows and
the words around; of those that overlap the most probable stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.records import Label
from ner_models.lexicon import Hit
from ner_models.logistic import Features, probability
from ner_models.rules import quantities
from ner_models.segments import unit_bounds, unit_of, unit_starts
from ner_models.spans import Span
from ner_models.stems import cues, stem, words_of

THRESHOLDS: Mapping[Label, float] = {
    "EQUIPMENT": 0.35,
    "QUANTITY": 0.4,
    "AMOUNT": 0.75,
    "RECIPIENT": 0.25,
    "SUPPLIER": 0.25,
    "FUND": 0.4,
}
"""From which probability on a proposal stands, chosen by cross-validation."""

_FROM_HIT: Mapping[str, tuple[tuple[Label, str], ...]] = {
    "EQ": (("EQUIPMENT", "rule:terms"),),
    "FU": (("FUND", "rule:funds"),),
    "BO": (("RECIPIENT", "rule:bodies"), ("SUPPLIER", "rule:bodies")),
    "CO": (("RECIPIENT", "rule:bodies"), ("SUPPLIER", "rule:bodies")),
}
_WORD = re.compile(r"[^\W_]+|[^\w\s]")
_ADDRESS = re.compile(r"https?:|www\.|[@_=]|\w/\w+/")
_BREAK = re.compile(r"\t|\n\s*\n|[.!?;:\]]\n")
_HARD = re.compile(r"\t|\n")
_REACH = 500
_SIDE = 60
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed span and by how many networks exactly so."""

    span: Span
    votes: int


class Judge:
    """A text with what the networks and the vocabulary found in it."""

    def __init__(
        self,
        text: str,
        runs: Sequence[Sequence[Span]],
        hits: Sequence[Hit],
        *,
        hard: bool = False,
    ) -> None:
        """`hard`: every line break is one of the text's own, so that no span runs across it."""
        self.text = text
        breaks = _HARD if hard else _BREAK
        clipped = [[clip(text, span, breaks) for span in run] for run in runs]
        self.runs = [sorted(run, key=lambda span: span.start) for run in clipped]
        self.hits = hits
        self._run_starts = [[span.start for span in run] for run in self.runs]
        self._hit_starts = [hit.start for hit in hits]
        self._units = unit_starts(text)
        self._cue_cache: dict[int, tuple[str, ...]] = {}
        self.candidates = self._gather()

    def _gather(self) -> list[Candidate]:
        votes: dict[tuple[int, int, Label], int] = {}
        makers: dict[tuple[int, int, Label], str] = {}
        for run in self.runs:
            for span in run:
                key = (span.start, span.end, span.label)
                votes[key] = votes.get(key, 0) + 1
                makers[key] = span.maker
        for hit in self.hits:
            for label, maker in _FROM_HIT.get(hit.kind, ()):
                makers.setdefault((hit.start, hit.end, label), maker)
        goods = [Span(*key, maker, 0.5) for key, maker in makers.items() if key[2] == "EQUIPMENT"]
        for span in quantities(self.text, goods, self.hits):
            makers.setdefault((span.start, span.end, span.label), span.maker)
        return [
            Candidate(Span(*key, maker, 0.5), votes.get(key, 0))
            for key, maker in sorted(makers.items())
            if self._possible(key)
        ]

    def _possible(self, key: tuple[int, int, Label]) -> bool:
        """What the grammar reads as a sum is one; an address on the web names nothing."""
        start, end, _ = key
        if any(hit.kind == "AM" for hit in self._hits_in(start, end)):
            return False
        if self.text.count("[", start, end) != self.text.count("]", start, end):
            return False  # a footnote's mark
        return not _ADDRESS.search(self.text, start, end)

    def _hits_in(self, start: int, end: int) -> list[Hit]:
        low = max(0, bisect_left(self._hit_starts, start) - 1)
        near = self.hits[low : bisect_left(self._hit_starts, end)]
        return [hit for hit in near if hit.end > start]

    def _other_labels(self, span: Span) -> list[str]:
        """For each network what it says of these characters."""
        said = []
        for run, starts in zip(self.runs, self._run_starts, strict=True):
            low = max(0, bisect_left(starts, span.start) - 1)
            over = [s for s in run[low : bisect_left(starts, span.end)] if s.end > span.start]
            if any(s.label == span.label for s in over):
                said.append("same")
            else:
                said.append(over[0].label if over else "none")
        return sorted(said)

    def _cues(self, unit: int) -> tuple[str, ...]:
        if unit not in self._cue_cache:
            low, high = unit_bounds(self._units, self.text, unit)
            text = self.text[low : min(high, low + _REACH)].lower()
            self._cue_cache[unit] = cues(words_of(text))
        return self._cue_cache[unit]

    def features(self, candidate: Candidate) -> Features:
        """Features of a proposal for: is this span right?"""
        span = candidate.span
        said = self._other_labels(span)
        names = [f"votes={candidate.votes}", f"said={' '.join(said)}"]
        names += self._from_hits(span, candidate.votes, said.count("same"))
        names += self._from_shape(span)
        unit = unit_of(self._units, span.start)
        names += self._cues(unit)
        names += self._beside(span, unit)
        names += self._from_unit(unit)
        return names

    def _from_hits(self, span: Span, votes: int, same: int) -> list[str]:
        hits = self._hits_in(span.start, span.end)
        kinds = sorted({hit.kind for hit in hits})
        names = [f"hit={kind}" for kind in kinds] or ["hit=no"]
        names += [f"hits={' '.join(kinds)} same={same}", f"hits={' '.join(kinds)} votes={votes}"]
        for hit in hits:
            names += [f"ends={hit.kind}"] * (hit.end == span.end)
            names += [f"starts={hit.kind}"] * (hit.start == span.start)
            names += [f"beyond={hit.kind}"] * (hit.end > span.end or hit.start < span.start)
            names += [f"role={hit.role}"] * (hit.role is not None)
        before = self._hits_in(max(0, span.start - 2), span.start)
        names += [f"before={hit.kind}" for hit in before]
        return names

    def _from_shape(self, span: Span) -> list[str]:
        raw = self.text[span.start : span.end]
        words = _WORD.findall(raw)
        left = _WORD.findall(self.text[max(0, span.start - 30) : span.start].lower())
        right = _WORD.findall(self.text[span.end : span.end + 25].lower())
        names = [f"long={min(len(words), 6)}", f"l1={left[-1] if left else '^'}"]
        names += [f"r1={right[0] if right else '$'}"]
        if len(left) > 1:
            names.append(f"l2={left[-2]} {left[-1]}")
        names += [f"first={words[0].lower()}", f"last={words[-1].lower()}"] if words else []
        names += self._window(span)
        names += ["capital"] * raw[:1].isupper() + ["capitals"] * raw.isupper()
        names += ["digit"] * any(c.isdigit() for c in raw) + ["break"] * ("\n" in raw)
        names += ["mark"] * any(c in ".,;:" for c in raw)
        if words and len(words[-1]) > 4:
            names.append(f"end={words[-1][-3:].casefold()}")
        return names

    def _window(self, span: Span) -> list[str]:
        """The stems of some words on either side, each side by itself."""
        left = words_of(self.text[max(0, span.start - _SIDE) : span.start].lower())[-_NEAR:]
        right = words_of(self.text[span.end : span.end + _SIDE].lower())[:_NEAR]
        return [f"L={stem(word)}" for word in left] + [f"R={stem(word)}" for word in right]

    def _beside(self, span: Span, unit: int) -> list[str]:
        """What the first network marks on either side of a span in its unit."""
        if not self.runs:
            return []
        low, high = unit_bounds(self._units, self.text, unit)
        run = self.runs[0]
        place = bisect_left(self._run_starts[0], span.start)
        before = [
            s for s in run[max(0, place - 3) : place] if low <= s.start and s.end <= span.start
        ]
        after = [s for s in run[place : place + 3] if span.end <= s.start < high]
        names = [f"left={before[-1].label if before else 'none'}"]
        names.append(f"right={after[0].label if after else 'none'}")
        return names + [f"lefts={s.label}" for s in before] + [f"rights={s.label}" for s in after]

    def _from_unit(self, unit: int) -> list[str]:
        low, high = unit_bounds(self._units, self.text, unit)
        first = bisect_left(self._hit_starts, low)
        last = min(bisect_left(self._hit_starts, high), first + 40)
        kinds = {hit.kind for hit in self.hits[first:last]}
        return [f"unit={kind}" for kind in sorted(kinds)]

    def choose(self, weights: Mapping[str, Mapping[str, float]]) -> list[Span]:
        """Return the spans that stand, in order, none overlapping, with their probability."""
        scored = []
        for candidate in self.candidates:
            span = candidate.span
            p = probability(weights.get(f"keep:{span.label}", {}), self.features(candidate))
            if p >= THRESHOLDS[span.label]:
                scored.append((p + 0.02 * candidate.votes, round(p, 3), span))
        scored.sort(key=lambda item: (-item[0], item[2].start, item[2].end))
        chosen: list[Span] = []
        starts: list[int] = []
        for _, p, span in scored:
            place = bisect_right(starts, span.start)
            free_before = place == 0 or chosen[place - 1].end <= span.start
            if free_before and (place == len(chosen) or chosen[place].start >= span.end):
                kept = Span(span.start, span.end, span.label, span.maker, p)
                chosen.insert(place, kept)
                starts.insert(place, span.start)
        return chosen


def clip(text: str, span: Span, breaks: re.Pattern[str]) -> Span:
    """Return the longest part of a span that no break cuts, without white space at its ends."""
    best, low = (span.start, span.start), span.start
    for found in [*breaks.finditer(text, span.start, span.end), None]:
        high = found.start() if found else span.end
        if high - low > best[1] - best[0]:
            best = (low, high)
        low = found.end() if found else high
    raw = text[best[0] : best[1]]
    start = best[0] + len(raw) - len(raw.lstrip())
    end = max(start + 1, best[0] + len(raw.rstrip()))
    return Span(start, end, span.label, span.maker, span.score)


def is_right(span: Span, gold: Sequence[Span]) -> bool:
    """Does a proposal mark what an annotated span of its label does, by more than half?"""
    for true in gold:
        shared = min(span.end, true.end) - max(span.start, true.start)
        whole = max(span.end, true.end) - min(span.start, true.start)
        if true.label == span.label and shared * 2 >= whole:
            return True
    return False
