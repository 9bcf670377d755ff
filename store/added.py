"""Which words of a document's pages are added text: those that no earlier version had there.

Lines are compared first and words inside what differs, over the whole document, so that text which
moved to another page, was wrapped anew or stands between blackened words is not taken for new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from rapidfuzz.distance import LCSseq

from core.text import fold

# Stands for a word that is left out, so that the others keep their distance: a letter of a private
# use area, which no query has and the index takes for a word.
FILLER = "\ue000"
_PAIRS = 100_000_000  # units of one side times those of the other: 12 MB of memory
_GAP = 2  # equal words between longer additions that belong to them: "of the"
_MOVED = 8  # words in a row that an earlier version had anywhere are no added text
_EDGES = re.compile(r"^\W+|\W+$")

Text: TypeAlias = Sequence[str]  # of each page


@dataclass(frozen=True)
class AddedText:
    """A page's words in two texts of the same length: the added ones, and those that were there."""

    added: str
    kept: str


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    """Return a word without case, accents and the marks around it: what may differ unnoticed."""
    folded = fold(word)
    return _EDGES.sub("", folded) or folded


@dataclass(frozen=True)
class _Stream:
    """A document as lines of plain words, one after the other."""

    lines: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: Text) -> _Stream:
        lines = (line.split() for page in text for line in page.splitlines())
        return cls(tuple(tuple(map(_plain, words)) for words in lines if words))

    def words(self, first: int = 0, last: int | None = None) -> list[str]:
        return [word for line in self.lines[first:last] for word in line]


class Block(NamedTuple):
    """A part of two sequences: start and end in the old one and in the new one."""

    left: int
    right: int
    first: int
    last: int
    equal: bool


def added_text(versions: Sequence[Text], after: Text) -> list[AddedText]:
    """Return for each page of a version what of it is added text.

    `versions` are the texts of the earlier versions by page, oldest first; each text as it is
    searched, with its line breaks. Where there is none, everything is added.
    """
    new = _Stream.of(after)
    marks = [True] * len(new.words())
    earlier = [_Stream.of(text) for text in versions]
    if earlier:
        marks = _inserted(earlier[-1], new)
        for one in earlier:
            _unmark_known(marks, one, new)
    return _by_page(after, marks)


def _inserted(old: _Stream, new: _Stream) -> list[bool]:
    """Mark the words that came between those of the version before."""
    marks: list[bool] = []
    for block in _blocks(old.lines, new.lines):
        words = new.words(block.first, block.last)
        if block.equal:
            marks += [False] * len(words)
        else:
            marks += _inserted_words(old.words(block.left, block.right), words)
    return marks


def _inserted_words(old: Sequence[str], new: Sequence[str]) -> list[bool]:
    marks = [False] * len(new)
    for block in _blocks(old, new):
        if not block.equal:
            marks[block.first : block.last] = [True] * (block.last - block.first)
    spans = _spans(marks)
    for one, two in pairwise(spans):
        between = two[0] - one[1]
        if between <= _GAP and between < min(one[1] - one[0], two[1] - two[0]):
            marks[one[1] : two[0]] = [True] * between
    return marks


def _blocks(old: Sequence[object], new: Sequence[object]) -> list[Block]:
    """Return the parts of two sequences in order; between two equal ones there is one that differs.

    Both sides as one part that differs where they are too long to compare.
    """
    most = min(len(old), len(new))
    start = next((i for i in range(most) if old[i] != new[i]), most)
    tail = next((i for i in range(most - start) if old[-1 - i] != new[-1 - i]), most - start)
    ends = (len(old) - tail, len(new) - tail)
    equal: list[tuple[int, int, int, int]] = [(0, start, 0, start)]
    if (ends[0] - start) * (ends[1] - start) <= _PAIRS:
        equal += [
            (code.src_start + start, code.src_end + start,
             code.dest_start + start, code.dest_end + start)
            for code in LCSseq.opcodes(old[start : ends[0]], new[start : ends[1]])
            if code.tag == "equal"
        ]  # fmt: skip
    equal.append((ends[0], len(old), ends[1], len(new)))
    blocks = [Block(*equal[0], equal=True)]
    for one, two in pairwise(equal):
        blocks += [Block(one[1], two[0], one[3], two[2], equal=False), Block(*two, equal=True)]
    return blocks


def _unmark_known(marks: list[bool], old: _Stream, new: _Stream) -> None:
    """Take the mark from what an earlier version had elsewhere: whole lines, and runs of words."""
    before, now = Counter(old.lines), Counter(new.lines)
    place = 0
    for line in new.lines:
        if now[line] <= before[line]:
            marks[place : place + len(line)] = [False] * len(line)
        place += len(line)
    runs = [(start, end) for start, end in _spans(marks) if end - start >= _MOVED]
    if not runs:
        return
    known = set(_windows(old.words()))
    words = new.words()
    for start, end in runs:
        for at, window in enumerate(_windows(words[start:end]), start):
            if window in known:
                marks[at : at + _MOVED] = [False] * _MOVED


def _windows(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[at:] for at in range(_MOVED)), strict=False))


def _spans(marks: Sequence[bool]) -> list[tuple[int, int]]:
    """Return start and end of each run of marks."""
    edges = [
        at for at in range(len(marks) + 1)
        if (marks[at] if at < len(marks) else False) != (marks[at - 1] if at else False)
    ]  # fmt: skip
    return list(zip(edges[::2], edges[1::2], strict=True))


def _by_page(after: Text, marks: Sequence[bool]) -> list[AddedText]:
    pages = []
    place = 0
    for page in after:
        words = [word for line in page.splitlines() for word in line.split()]
        own = marks[place : place + len(words)]
        place += len(words)
        pages.append(
            AddedText(
                added=" ".join(w if new else FILLER for w, new in zip(words, own, strict=True)),
                kept=" ".join(FILLER if new else w for w, new in zip(words, own, strict=True)),
            )
        )
    return pages
