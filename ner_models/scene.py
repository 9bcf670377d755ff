"""What the linker sees of a text: spans with the words and the distances between them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property

from core.records import Label
from ner_models.segments import unit_bounds, unit_of, unit_starts
from ner_models.spans import Span
from ner_models.stems import cues, stems, words_of

REACH = 900
"""Characters on either side of goods within which their sum, parties and fund are looked for."""

NEAREST = 6
"""Candidates of one label on either side."""

_LONG_LINE = 200
_WORD = re.compile(r"[^\W_]+|[^\w\s]")
_BUCKETS = (3, 8, 20, 50, 110, 220, 450)


def paragraph_starts(text: str) -> list[int]:
    """Return where paragraphs begin that are one long line each, as web pages have them.

    The lines of a PDF's paragraph are shorter; they are not told apart.
    """
    starts, line = [0], 0
    for found in re.finditer("\n", text):
        if found.start() - line > _LONG_LINE:
            starts += [line, found.end()]
        line = found.end()
    if len(text) - line > _LONG_LINE:
        starts.append(line)
    return sorted(set(starts))


def _bucket(distance: int) -> int:
    return bisect_right(_BUCKETS, distance)


def _few(number: int) -> str:
    return str(min(number, 3))


class Scene:
    """A text with its spans in order; features name what stands around and between them."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self.text = text
        self.spans = sorted(spans, key=lambda span: span.start)
        self.units = unit_starts(text)
        self.by_label: dict[Label, list[Span]] = {}
        for span in self.spans:
            self.by_label.setdefault(span.label, []).append(span)
        self._starts = {k: [s.start for s in v] for k, v in self.by_label.items()}
        self._all = [span.start for span in self.spans]
        self._paragraphs = paragraph_starts(text)
        self._unit_words: dict[int, tuple[str, ...]] = {}

    def candidates(self, anchor: Span, label: Label) -> list[Span]:
        """Return the spans of a label near an anchor, in order of the text."""
        spans, starts = self.by_label.get(label, []), self._starts.get(label, [])
        middle = bisect_left(starts, anchor.start)
        near = spans[max(0, middle - NEAREST) : middle + NEAREST]
        return [s for s in near if s is not anchor and abs(s.start - anchor.start) <= REACH]

    def unit(self, span: Span) -> int:
        """Return the number of the unit (sentence, list item, line) that a span stands in."""
        return unit_of(self.units, span.start)

    def apart(self, span: Span, other: Span) -> int:
        """Return how many paragraphs lie between two spans, 0 where they stand in one."""
        return abs(unit_of(self._paragraphs, span.start) - unit_of(self._paragraphs, other.start))

    def between(self, label: Label, low: int, high: int) -> int:
        """Return how many spans of a label begin from `low` to before `high`."""
        starts = self._starts.get(label, [])
        return bisect_left(starts, high) - bisect_left(starts, low)

    @cached_property
    def _said(self) -> dict[str, list[int]]:
        """Where goods with a word of each stem begin, in order."""
        said: dict[str, list[int]] = {}
        for span in self.by_label.get("EQUIPMENT", []):
            for stem in dict.fromkeys(self._stems(span)):
                said.setdefault(stem, []).append(span.start)
        return said

    def _repeats(self, stem: str, span: Span) -> bool:
        """Was a word of this stem said of goods not far before?"""
        starts = self._said[stem]
        place = bisect_left(starts, span.start)
        return place > 0 and span.start - starts[place - 1] <= REACH

    def _stems(self, span: Span) -> list[str]:
        return stems(words_of(self.text[span.start : span.end].casefold())) or ["-"]

    def _words(self, low: int, high: int) -> list[str]:
        return [w.lower() for w in _WORD.findall(self.text, max(0, low), max(0, high))]

    def _cues(self, number: int) -> tuple[str, ...]:
        """Features of the words of a unit that are in no span."""
        if number not in self._unit_words:
            low, high = unit_bounds(self.units, self.text, number)
            high = min(high, low + 2 * REACH)
            parts, at = [], low
            for span in self.spans[bisect_left(self._all, low) : bisect_left(self._all, high)]:
                parts.append(self.text[at : span.start])
                at = span.end
            parts.append(self.text[at:high])
            self._unit_words[number] = cues(words_of(" ".join(parts).lower()))
        return self._unit_words[number]

    def around(self, span: Span) -> list[str]:
        """Features: the words right before and after a span."""
        left = self._words(span.start - 30, span.start)[-2:]
        right = self._words(span.end, span.end + 25)[:2]
        names = [f"l1={left[-1]}" if left else "l1=^", f"r1={right[0]}" if right else "r1=$"]
        if len(left) == 2:
            names.append(f"l2={left[0]} {left[1]}")
        if len(right) == 2:
            names.append(f"r2={right[0]} {right[1]}")
        return names

    def anchor_features(self, span: Span) -> list[str]:
        """Features of goods (or of a sum) for: does a transfer rest on it?"""
        unit = self.unit(span)
        low, high = unit_bounds(self.units, self.text, unit)
        names = self.around(span)
        names += self._cues(unit)
        for label in self.by_label:
            if count := self.between(label, low, high) - (label == span.label):
                names += [f"u:{label}", f"u:{label}={_few(count)}"]
            elif self.candidates(span, label):
                names.append(f"n:{label}")
        if span.label == "EQUIPMENT":
            repeated = [self._repeats(stem, span) for stem in self._stems(span)]
            names += ["repeats"] * any(repeated) + ["repeats all"] * all(repeated)
            names.append(f"words={_few(len(repeated))}")
        names += ["unit 0"] * (unit == 0) + ["only one"] * (len(self.spans) == 1)
        names.append("short" if len(self.text) < 200 else "long")
        return names

    def pair_features(self, anchor: Span, other: Span) -> list[str]:
        """Features of a pair for: does this sum, party, fund or number belong to the anchor?"""
        before = other.start < anchor.start
        side = "b" if before else "a"
        low, high = (other.end, anchor.start) if before else (anchor.end, other.start)
        gap = self.text[low:high] if high - low <= 2 * REACH else ""
        units = abs(self.unit(anchor) - self.unit(other))
        rivals = self.candidates(anchor, other.label)
        distance = max(0, high - low)
        rank = sum(_distance(anchor, s) < distance for s in rivals)
        goods = self.between("EQUIPMENT", low, high)
        names = [
            f"d={side}{_bucket(distance)}",
            f"s={side}{_few(units)}",
            f"goods={side}{_few(goods)}",
            f"rank={_few(rank)}",
            f"rank={_few(rank)} s={_few(units)}",
            f"n={_few(len(rivals))}",
            f"same={side}{_few(self.between(other.label, low, high))}",
            f"sums={side}{_few(self.between('AMOUNT', low, high))}",
        ]
        names += [f"gap{mark!r}{side}" for mark in (";", "\n", "(", ":", "/") if mark in gap]
        if distance <= 12:
            names.append(f"gap={side}{gap.casefold()}")
        in_unit = [s for s in rivals if self.unit(s) == self.unit(anchor)]
        if units:
            names.append("rival in unit" if in_unit else "no rival in unit")
        names += ["first"] * (other is self.by_label[other.label][0])
        names += [f"o:{name}" for name in self.around(other)]
        if units == 0:
            names += [f"o:{cue}" for cue in self._cues(self.unit(anchor))]
        return names


def _distance(anchor: Span, other: Span) -> int:
    return max(0, max(anchor.start, other.start) - min(anchor.end, other.end))
