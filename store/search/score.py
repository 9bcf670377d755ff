"""Finding the words of a query in a text again: how well it fits, and its best place to show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from core.text import one_line
from store.search.meaning import Alternative
from store.search.records import CLOSE, OPEN
from store.search.words import composed, fold_text, places

_SATURATION, _LENGTH, _AVERAGE = 1.2, 0.75, 2_400  # of BM25; the last in characters
_TOGETHER = 2.0  # how much it counts that different words of the query stand side by side
_PRESENT = 0.5  # how much a page gains by what it has at all, however often
_BEFORE, _WIDTH = 60, 240  # characters of a snippet before the first word found, and in all
_CLOSE = 60  # characters between two found words that still stand together
_APART = 0.95  # how much words of a name count that stand beside each other in another order
_SENTENCE = 120  # characters between them at which they count half
_PART = 0.1  # how much they count wherever they stand
_STRETCH = 0  # the way of such a find, which is no single word or phrase
_GAP = " ... "
_LOOKED_AT = 40  # places after one that are looked at for the densest stretch
_LONGEST = 200_000  # characters of a page that are looked at


class Span(NamedTuple):
    """A place where a word or phrase of the query was found, in code points.

    `way` is which of the alternatives of all words it was, from 1; below 0 where that is one of
    a part of a name.
    """

    start: int
    end: int
    leaf: int
    weight: float
    way: int


@dataclass(frozen=True)
class Marked:
    """What was found in a text, which is normalised to NFC."""

    text: str
    spans: list[Span]

    def leaves(self) -> set[int]:
        """Return which words and phrases of the query it has."""
        return {span.leaf for span in self.spans}


class _Way(NamedTuple):
    number: int
    leaf: int
    weight: float
    words: tuple[str, ...]
    prefix: bool


class Finder:
    """Finds the alternatives of a query's words and phrases in texts.

    `names` are words of the query that are parts of another one: the numbers of both.
    """

    def __init__(
        self,
        alternatives: Sequence[Sequence[Alternative]],
        names: Mapping[int, Collection[int]] | None = None,
    ) -> None:
        self._parts = names or {}
        self._part_of = {part: len(parts) for parts in self._parts.values() for part in parts}
        self._ways: dict[str, list[_Way]] = {}  # by their longest word
        self._names: set[int] = set()
        self._said: dict[int, float] = {}  # how much each name says, as a share of its weight
        number = 0
        for leaf, ways in enumerate(alternatives):
            for way in ways:
                number += 1
                found = _Way(number, leaf, way.weight, way.words, way.prefix)
                self._ways.setdefault(max(way.words, key=len), []).append(found)
                if way.name:
                    self._names.add(number)

    def find(self, text: str) -> Marked:
        """Return where a text has what is looked for, in the order of the text."""
        text = composed(text[:_LONGEST])
        folded = fold_text(text)
        spans: list[Span] = []
        likely = [
            way
            for word, ways in self._ways.items()
            if word in folded
            for way in ways
            if len(way.words) == 1 or all(word in folded for word in way.words)
        ]
        for way in likely:
            weight = way.weight * self._said.get(way.number, 1.0)
            spans += [
                Span(start, end, way.leaf, weight, way.number)
                for start, end in places(folded, way.words, prefix=way.prefix)
            ]
        spans.sort()
        together = [
            found
            for whole, parts in self._parts.items()
            if (found := _together(spans, whole, parts))
        ]
        return Marked(text, sorted([self._lighter(span) for span in spans] + together))

    def _lighter(self, span: Span) -> Span:
        """Return what was found of a part of a name with less weight: by itself it says little."""
        many = self._part_of.get(span.leaf)
        if not many:
            return span
        return span._replace(weight=span.weight * _PART / many, way=-span.way)

    def weigh(self, found: Collection[Marked]) -> list[Marked]:
        """Return what was found with names counting less the more of the texts have them.

        Of the names of `antivirus` one is software, which says next to nothing. What is found
        from now on is weighed so too.
        """
        counts = Counter(way for marked in found for way in {span.way for span in marked.spans})
        rarest = _rarity(len(found), 1)
        self._said = {
            way: _rarity(len(found), counts[way]) / rarest for way in self._names if counts[way] > 1
        }
        return [
            Marked(
                marked.text,
                [s._replace(weight=s.weight * self._said.get(s.way, 1.0)) for s in marked.spans],
            )
            for marked in found
        ]


def _together(spans: Sequence[Span], whole: int, parts: Collection[int]) -> Span | None:
    """Return the best stretch that has all parts of a name, which stands for it."""
    last: dict[int, Span] = {}
    best: Span | None = None
    for span in spans:
        if span.leaf in parts:
            last[span.leaf] = span
            if len(last) == len(parts):
                stretch = _stretch(whole, last.values())
                if best is None or stretch.weight > best.weight:
                    best = stretch
    return best


def _stretch(whole: int, parts: Collection[Span]) -> Span:
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    between = end - start - sum(part.end - part.start for part in parts)
    # Words that stand beside each other bear each other out, so that their forms count more.
    weight = sum(math.sqrt(part.weight) for part in parts) / len(parts)
    near = _APART / (1 + max(between, 0) / _SENTENCE)
    return Span(start, end, whole, weight * near, _STRETCH)


def _rarity(texts: int, count: int) -> float:
    return math.log2(1 + (texts + 0.5) / (count + 0.5))


def rarities(found: Iterable[Marked], leaves: int) -> list[float]:
    """Return how much finding each word or phrase says: 1 where all texts have it, else more."""
    counts = [0] * leaves
    texts = 0
    for marked in found:
        texts += 1
        for leaf in marked.leaves():
            counts[leaf] += 1
    return [_rarity(texts, count) for count in counts]


def density(marked: Marked, rarity: Sequence[float]) -> float:
    """Return how well a page fits: how often it has what was asked for, and how near together."""
    spans = _borne_out(marked.spans)
    totals: dict[int, float] = {}
    best: dict[int, float] = {}
    for span in spans:
        totals[span.leaf] = totals.get(span.leaf, 0.0) + span.weight
        best[span.leaf] = max(best.get(span.leaf, 0.0), span.weight)
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * len(marked.text) / _AVERAGE)
    score = sum(
        rarity[leaf] * best[leaf] ** 2 * total * (_SATURATION + 1) / (total + norm)
        for leaf, total in totals.items()
    )
    many = len({span.leaf for span in spans if span.way >= _STRETCH})
    has = _presence(spans, rarity) / max(many, 1)
    return score + _TOGETHER * _togetherness(spans) + _PRESENT * has


def presence(marked: Marked, rarity: Sequence[float]) -> float:
    """Return how well a short text fits, in which it does not matter how often a word stands."""
    return _presence(marked.spans, rarity)


def _presence(spans: Sequence[Span], rarity: Sequence[float]) -> float:
    best: dict[int, float] = {}
    for span in spans:
        best[span.leaf] = max(best.get(span.leaf, 0.0), span.weight)
    return sum(rarity[leaf] * weight**2 for leaf, weight in best.items())


def _borne_out(spans: Sequence[Span]) -> list[Span]:
    """Return spans with more weight where another word of the query stands close by.

    A name that is not quite what was asked for is more so beside the other words of the query.
    """
    found = list(spans)
    whole = [at for at, span in enumerate(spans) if span.way >= _STRETCH]
    for one, other in pairwise(whole):
        before, after = spans[one], spans[other]
        if before.leaf != after.leaf and after.start - before.end <= _CLOSE:
            found[one] = before._replace(weight=math.sqrt(before.weight))
            found[other] = after._replace(weight=math.sqrt(after.weight))
    return found


def _togetherness(spans: Sequence[Span]) -> float:
    """Return up to 1 where words of the query that are not the same stand side by side."""
    near = (
        min(before.weight, after.weight) / (1 + max(after.start - before.end, 0) / _CLOSE)
        for before, after in pairwise(span for span in spans if span.way >= _STRETCH)
        if before.leaf != after.leaf
    )
    return max(near, default=0.0)


def snippet(marked: Marked, rarity: Sequence[float]) -> str:
    """Return the densest place of a text on one line, with marks around what was found.

    No word is cut; a text in which nothing is found gives its beginning.
    """
    text, spans = marked.text, _apart(marked.spans)
    start = _word_start(text, max(_densest(spans, rarity) - _BEFORE, 0))
    end = _word_end(text, min(start + _WIDTH, len(text)))
    if end == len(text):
        start = _word_start(text, max(0, min(start, end - _WIDTH)))
    shown = _with_marks(text, start, end, spans)
    return f"{_GAP.lstrip() if start else ''}{shown}{_GAP.rstrip() if end < len(text) else ''}"


def marked_title(marked: Marked) -> str:
    """Return the whole of a title with marks around what was found."""
    return _with_marks(marked.text, 0, len(marked.text), _apart(marked.spans))


def _with_marks(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    pieces: list[str] = []
    at = start
    for span in spans:
        if span.start >= start and span.end <= end:
            pieces += [text[at : span.start], OPEN, text[span.start : span.end], CLOSE]
            at = span.end
    return one_line("".join([*pieces, text[at:end]]))


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Leave out spans that overlap one before them, the longest first of those that start alike."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.way != _STRETCH and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return kept


def _densest(spans: Sequence[Span], rarity: Sequence[float]) -> int:
    """Return where the stretch begins that says most, each leaf once and a bit for each more."""
    best, where = -1.0, 0
    for at, span in enumerate(spans):
        score = 0.0
        seen: set[int] = set()
        for other in islice(spans, at, at + _LOOKED_AT):
            if other.end - span.start > _WIDTH - _BEFORE:
                break
            score += rarity[other.leaf] * other.weight * (0.2 if other.leaf in seen else 1.0)
            seen.add(other.leaf)
        if score > best:
            best, where = score, span.start
    return where


def _word_start(text: str, at: int) -> int:
    """Return where the run of letters and signs begins that has the place `at` in it."""
    least = max(0, at - _WIDTH)  # there are texts without a space
    while at > least and not text[at - 1].isspace():
        at -= 1
    return at


def _word_end(text: str, at: int) -> int:
    most = min(len(text), at + _WIDTH)
    while at < most and not text[at].isspace():
        at += 1
    return at
