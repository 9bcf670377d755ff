"""What changed between two versions of a document: a pure comparison of what was read of them.

Everything is counted by multisets of words, so that it takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind = Literal["metadata", "text", "redaction", "replaced"]
Words: TypeAlias = Counter[str]

# Shares of a page come in ten-thousandths: one may be rounding, two are a short word, 100 square
# points of A4.
_GROWN = 0.00015
_FEW = 3  # words that a page may gain beside a redaction: a stamp, the number of a version
_GAIN = 0.25  # or this share of what it lost
_PICTURED = 0.05  # share of a page's words that recognition of a picture may lose by itself
_PICTURED_LEAST = 5
# Of a page's words stand in its forerunner; of two pages of other documents 99 of 100 share less
# than half.
_SAME_PAGE = 0.6
_AHEAD = 4  # pages that may have gone between two that stayed
_SHINGLE = 3
_SHORT = 20  # words; below, shingles are too few to tell
# Measured on 276 pairs of 24 real documents of EU bodies: the shingles of two documents agree to
# less than 0.05 in 99 of 100 pairs, to 0.12 at most (two letters of one sender); a document with
# half of its sentences written anew agrees with what it was to about 0.5.
_OTHER = 0.2
_EDITED = 0.2  # of the words of both; with fewer than that it is no other document
_OTHER_IF_NAMED_SO = 0.3  # where title, language or kind are others too
_OTHER_IF_NUMBERED_SO = (
    0.7  # where title and reference are others: forms of one kind are much alike
)
# What stands in place of blackened words where text, not a box, hides them.
_MARK = re.compile(
    r"\W*(?:[█▇▆■▮▓▒░▬]+|x{3,}|X{4,}|(?i:[\[(](?:\.{3}|…|redacted|deleted|withheld|confidential"
    r"|geschwärzt|unkenntlich|occulté|caviardé|expurgé|biffé|omissis|oscurato|tachado|suprimido"
    r"|omitido)[\])]))\W*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSide:
    """A page of one version.

    `redacted_area` is the blackened share, 0 to 1. `hidden` counts characters that the page does
    not show. `exemptions` are the references to exceptions that redactions rest on. `readable` is
    false where the page is a picture that could not be read.
    """

    number: int
    text: str
    redacted_area: float = 0.0
    method: str = "text"
    hidden: int = 0
    exemptions: tuple[str, ...] = ()
    readable: bool = True

    def words(self) -> Words:
        """Return the page's words with how often each stands there."""
        return Counter(self.text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One version of a document as read; `tables` and `links` are compared as they are."""

    pages: tuple[PageSide, ...]
    tables: tuple[tuple[object, ...], ...] = ()
    title: str | None = None
    language: str | None = None
    kind: str = "pdf"
    reference: str | None = None
    links: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChange:
    """What happened to a page: its number in both versions (None: it is not there), the count of
    words removed and added, the blackened share before and after, and whether it was redacted."""

    before: int | None
    after: int | None
    removed: int
    added: int
    area_before: float
    area_after: float
    redacted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a version changed, and the pages that differ."""

    kind: Kind
    pages: tuple[PageChange, ...]


def compare(before: Side, after: Side) -> Change:
    """Say what the newer of two versions changed.

    `redaction` goes before `replaced`, as a document that is blackened as a whole has no words
    left to be alike in. A page that could not be read is never called the same.
    """
    pages = tuple(
        change
        for old, new in paired_pages(before.pages, after.pages)
        if (change := _page_change(old, new)) is not None
    )
    return Change(kind=_kind(before, after, pages), pages=pages)


def _kind(before: Side, after: Side, pages: Sequence[PageChange]) -> Kind:
    if any(page.redacted for page in pages):
        return "redaction"
    if _replaced(before, after, sum(page.removed + page.added for page in pages)):
        return "replaced"
    readable = all(page.readable for side in (before, after) for page in side.pages)
    kept = [(side.tables, side.links, side.kind) for side in (before, after)]
    same = not pages and kept[0] == kept[1]
    return "metadata" if same and readable else "text"


def _replaced(before: Side, after: Side, differing: int) -> bool:
    """Tell whether a version is another document; `differing` words were removed or added."""
    sizes = [sum(len(page.text.split()) for page in side.pages) for side in (before, after)]
    retitled = _differ(before.title, after.title)
    named_so = before.kind != after.kind or retitled or _differ(before.language, after.language)
    if not min(sizes):  # an empty or unreadable version says nothing of its words
        return before.kind != after.kind
    if differing < _EDITED * sum(sizes):
        return False
    alike = similarity(before, after)
    if retitled and _differ(before.reference, after.reference):
        return alike < _OTHER_IF_NUMBERED_SO
    if named_so:
        return alike < _OTHER_IF_NAMED_SO
    return alike < _OTHER and min(sizes) >= _SHORT


def _differ(old: str | None, new: str | None) -> bool:
    return bool(old and new and old != new)


def similarity(before: Side, after: Side) -> float:
    """Return how alike two versions are: twice the shingles of words they share by all they have.

    1 for two without words.
    """
    texts = [
        [word.casefold() for page in side.pages for word in page.text.split()]
        for side in (before, after)
    ]
    size = _SHINGLE if min(map(len, texts)) >= _SHORT else 1
    old, new = (Counter(_shingles(words, size)) for words in texts)
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 1.0


def _shingles(words: Sequence[str], size: int) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(size)), strict=False)


def paired_pages(
    before: Sequence[PageSide], after: Sequence[PageSide]
) -> list[tuple[PageSide | None, PageSide | None]]:
    """Return which page became which, in order; None beside one that came or went.

    A page keeps its place unless more or fewer pages are left on one side and its words stand in
    none, or in a later one, of the next few.
    """
    pairs: list[tuple[PageSide | None, PageSide | None]] = []
    place = 0
    counts: dict[int, Words] = {}
    for done, page in enumerate(after):
        left, coming = len(before) - place, len(after) - done
        ahead = range(place, min(place + _AHEAD, len(before)))
        found = place if left == coming else _forerunner(page, before, ahead, counts)
        if found is None and 0 < left > coming:
            found = place
        if found is None or not left:
            pairs.append((None, page))
            continue
        pairs += [(gone, None) for gone in before[place:found]]
        pairs.append((before[found], page))
        place = found + 1
    return pairs + [(gone, None) for gone in before[place:]]


def _forerunner(
    page: PageSide, before: Sequence[PageSide], ahead: range, counts: dict[int, Words]
) -> int | None:
    """Return the place of the page most of whose words a page has, None where there is none."""
    words = page.words()
    if not words:  # blackened as a whole, or empty: nothing but its place tells
        return ahead.start if ahead else None
    best, where = _SAME_PAGE, None
    for place in ahead:
        known = counts.setdefault(place, before[place].words())
        share = (words & known).total() / words.total()
        if share > best:
            best, where = share, place
    return where


def _page_change(old: PageSide | None, new: PageSide | None) -> PageChange | None:
    """Return what happened to a page, None where its words and its blackened share are the same."""
    areas = (old.redacted_area if old else 0.0, new.redacted_area if new else 0.0)
    level = bool(old and new) and abs(areas[0] - areas[1]) < _GROWN
    if level and old and new and old.text == new.text:
        return None
    before = old.words() if old else Counter()
    after = new.words() if new else Counter()
    if level and before == after:
        return None
    removed, added = before - after, after - before
    return PageChange(
        before=old.number if old else None,
        after=new.number if new else None,
        removed=removed.total(),
        added=added.total(),
        area_before=areas[0],
        area_after=areas[1],
        redacted=bool(old and new and _is_redacted(old, new, removed, added)),
    )


def _is_redacted(old: PageSide, new: PageSide, removed: Words, added: Words) -> bool:
    """Tell whether words of a page went where the newer one has a redaction.

    A black box that was not there is proof enough on a page most of whose words are the old ones,
    whatever else was edited; for signs that a page may have for other reasons it may have gained
    hardly anything.
    """
    gone = removed.total()
    if not gone:
        return False
    gained = _gained(new, removed, added)
    hardly = max(_FEW, _GAIN * gone)
    kept = new.words().total() - added.total()
    if new.redacted_area - old.redacted_area >= _GROWN and gained <= max(hardly, kept):
        return True
    signs = (
        _marks(new) > _marks(old)
        or len(new.exemptions) > len(old.exemptions)
        or new.hidden > old.hidden
    )
    if signs and gained <= hardly:
        return True
    # printed, blackened by hand and scanned again
    lost = old.words().total() - new.words().total()
    least = max(_PICTURED_LEAST, _PICTURED * old.words().total())
    return old.method == "text" and new.method == "ocr" and lost >= least


def _marks(page: PageSide) -> int:
    return sum(1 for word in page.text.split() if _MARK.fullmatch(word))


def _gained(page: PageSide, removed: Words, added: Words) -> int:
    """Count the words that a page gained beside marks, references to exceptions and pieces of words
    that a box cut."""
    reasons = Counter(word for reference in page.exemptions for word in reference.split())
    cut = "\n".join(removed)
    return sum(
        count
        for word, count in (added - reasons).items()
        if not _MARK.fullmatch(word) and word not in cut
    )
