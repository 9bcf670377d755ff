"""Finding the words of a query in a text again: how well it fits, and its best place to show."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from core.text import one_line
from store.search.meaning import Alternative
from store.search.records import CLOSE, OPEN
from store.search.words import fold_text

_WORD = re.compile(r"[^\W_]+")

_SATURATION, _LENGTH, _AVERAGE = 1.2, 0.75, 2_400  # of BM25; the last in characters
_BEFORE, _WIDTH = 60, 240  # characters of a snippet before the first word found, and in all
_CLOSE = 60  # characters between two found words that still stand together
_GAP = " ... "
_LOOKED_AT = 40  # places after one that are looked at for the densest stretch
_LONGEST = 200_000  # characters of a page that are looked at


class Span(NamedTuple):
    """A place where a word or phrase of the query was found, in code points."""

    start: int
    end: int
    leaf: int
    weight: float


@dataclass(frozen=True)
class Marked:
    """What was found in a text, which is normalised to NFC."""

    text: str
    spans: list[Span]

    def leaves(self) -> set[int]:
        """Return which words and phrases of the query it has."""
        return {span.leaf for span in self.spans}


class Finder:
    """Finds the alternatives of a query's words and phrases in texts."""

    def __init__(self, alternatives: Sequence[Sequence[Alternative]]) -> None:
        self._ways: dict[tuple[str, ...], list[tuple[int, float]]] = {}
        self._prefixes: list[tuple[tuple[str, ...], int, float]] = []
        patterns: dict[str, int] = {}
        for leaf, ways in enumerate(alternatives):
            for way in ways:
                pattern = r"[\W_]+".join(map(re.escape, way.words))
                if way.prefix:
                    self._prefixes.append((way.words, leaf, way.weight))
                    pattern += r"[^\W_]*"
                else:
                    self._ways.setdefault(way.words, []).append((leaf, way.weight))
                patterns[pattern] = len(way.words)
        longest = sorted(patterns, key=lambda pattern: -patterns[pattern])
        # Looking ahead finds what overlaps; the first words of a phrase are looked up besides.
        self._pattern = re.compile(
            rf"(?<![^\W_])(?=({'|'.join(longest)})(?![^\W_]))" if longest else r"(?!)"
        )

    def find(self, text: str) -> Marked:
        """Return where a text has what is looked for, in the order of the text."""
        text = unicodedata.normalize("NFC", text[:_LONGEST])
        folded = fold_text(text)
        spans: list[Span] = []
        for match in self._pattern.finditer(folded):
            pieces = list(_WORD.finditer(match[1]))
            words = tuple(piece[0] for piece in pieces)
            at = match.start()
            for count, piece in enumerate(pieces, 1):
                for leaf, weight in self._of(words[:count]):
                    spans.append(Span(at, at + piece.end(), leaf, weight))
        return Marked(text, spans)

    def _of(self, words: tuple[str, ...]) -> Iterator[tuple[int, float]]:
        yield from self._ways.get(words, ())
        for begin, leaf, weight in self._prefixes:
            same = len(words) == len(begin) and words[:-1] == begin[:-1]
            if same and words[-1].startswith(begin[-1]):
                yield leaf, weight


def rarities(found: Iterable[Marked], leaves: int) -> list[float]:
    """Return how much finding each word or phrase says: 1 where all texts have it, else more."""
    counts = [0] * leaves
    texts = 0
    for marked in found:
        texts += 1
        for leaf in marked.leaves():
            counts[leaf] += 1
    return [math.log2(1 + (texts + 0.5) / (count + 0.5)) for count in counts]


def density(marked: Marked, rarity: Sequence[float]) -> float:
    """Return how well a page fits: how often it has what was asked for, and how near together."""
    totals: dict[int, float] = {}
    best: dict[int, float] = {}
    for span in marked.spans:
        totals[span.leaf] = totals.get(span.leaf, 0.0) + span.weight
        best[span.leaf] = max(best.get(span.leaf, 0.0), span.weight)
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * len(marked.text) / _AVERAGE)
    score = sum(
        rarity[leaf] * best[leaf] * total * (_SATURATION + 1) / (total + norm)
        for leaf, total in totals.items()
    )
    return score + _togetherness(marked.spans)


def presence(marked: Marked, rarity: Sequence[float]) -> float:
    """Return how well a short text fits, in which it does not matter how often a word stands."""
    best: dict[int, float] = {}
    for span in marked.spans:
        best[span.leaf] = max(best.get(span.leaf, 0.0), span.weight)
    return sum(rarity[leaf] * weight for leaf, weight in best.items())


def _togetherness(spans: Sequence[Span]) -> float:
    """Return up to 1 where words of the query that are not the same stand side by side."""
    apart = [
        after.start - before.end for before, after in pairwise(spans) if before.leaf != after.leaf
    ]
    nearest = min(apart, default=None)
    return 0.0 if nearest is None else 1 / (1 + max(nearest, 0) / _CLOSE)


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
        if not kept or span.start >= kept[-1].end:
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
