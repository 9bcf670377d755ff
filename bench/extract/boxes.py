"""Word boxes against those of `pdftotext -bbox`, and whether ink of a word is cut off.

A word of ours is matched with poppler's word of the same text whose middle is nearest. Boxes of
the two differ in height by convention (ascent and descent of the font), so the share of matched
words with enough overlap is also given for the widths alone and for the heights alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bench.extract import corpus, ink, poppler
from bench.extract.result import Result, columns
from bench.extract.scores import nearest_pairs, overlap
from core.records import Box, Page

GOOD = 0.8  # intersection over union
FAR = 72.0  # points between the middles of two boxes of one word at most
EXAMPLES = 6  # words listed of a file

Placed = list[tuple[str, Box]]


@dataclass
class Tally:
    """Counts over the matched words of some pages."""

    theirs: int = 0
    matched: int = 0
    good: int = 0
    wide: int = 0
    high: int = 0
    bad: list[str] = field(default_factory=list)

    def share(self, count: int) -> float:
        """Return a count as a share of the matched words."""
        return count / self.matched if self.matched else 1.0


def placed(page: Page) -> Placed:
    """Return the words of a page as read, with their boxes."""
    return [(page.text[w.start : w.end], (w.x0, w.top, w.x1, w.bottom)) for w in page.words]


def match(theirs: Placed, own: Placed) -> list[tuple[str, Box, Box]]:
    """Pair words of equal text, one to one, the nearest first; return text and both boxes."""
    by_text: dict[str, tuple[list[Box], list[Box]]] = defaultdict(lambda: ([], []))
    for text, box in theirs:
        by_text[text][0].append(box)
    for text, box in own:
        by_text[text][1].append(box)
    return [
        (text, one[i], two[j])
        for text, (one, two) in by_text.items()
        for i, j in nearest_pairs(one, two, FAR)
    ]


def _flat(box: Box, axis: int) -> Box:
    """Return a box of height 1 (axis 0) or width 1 (axis 1), to compare in one direction."""
    return (box[0], 0.0, box[2], 1.0) if axis == 0 else (0.0, box[1], 1.0, box[3])


def count(theirs: Placed, own: Placed, tally: Tally) -> list[str]:
    """Add a page's words to a tally; return those whose boxes overlap too little."""
    tally.theirs += len(theirs)
    bad = []
    for text, one, two in match(theirs, own):
        share = overlap(one, two)
        tally.matched += 1
        tally.good += share >= GOOD
        tally.wide += overlap(_flat(one, 0), _flat(two, 0)) >= GOOD
        tally.high += overlap(_flat(one, 1), _flat(two, 1)) >= GOOD
        if share < GOOD:
            bad.append(f"{text!r} {share:.2f} poppler {_short(one)} ours {_short(two)}")
    return bad


def _short(box: Box) -> str:
    return "/".join(f"{side:.1f}" for side in box)


@dataclass
class FileLosses:
    """The words of a file whose boxes are off, and those that are cut, as a person reads them."""

    path: Path
    off: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)

    def lines(self, words: int) -> list[str]:
        """Return a line for each kind of loss that the file has, with examples."""
        kinds = (("boxes off", self.off), ("words cut", self.cut))
        return [
            f"{self.path.name}: {len(items)} of {words} {kind}: {'; '.join(_some(items))}"
            for kind, items in kinds
            if items
        ]


def _some(items: list[str]) -> list[str]:
    """Return a few items from all over a list."""
    return items[:: max(1, len(items) // EXAMPLES)][:EXAMPLES]


def _file(path: Path, tally: Tally, cut: ink.Tally) -> list[str]:
    """Measure one file; return what is wrong."""
    losses = FileLosses(path)
    before = tally.matched
    document = corpus.ours(path)
    theirs = poppler.words(path)
    with ink.drawings(path) as draw:
        for page in document.pages:
            # other ways of reading have other boxes: of a scan, poppler knows nothing
            if page.method != "text" or page.number > len(theirs):
                continue
            own = placed(page)
            place = f"page {page.number} "
            bad = count([(w.text, w.box) for w in theirs[page.number - 1]], own, tally)
            losses.off += [place + text for text in bad]
            losses.cut += [place + text for text in ink.count(draw(page.number), own, cut)]
    return losses.lines(tally.matched - before)


def measure() -> Result:
    """Return the shares of each folder, and what is off in each file, with examples."""
    result = Result("boxes")
    folders = corpus.folders()
    if not folders or not corpus.has_poppler():
        result.skipped = corpus.NO_POPPLER if folders else corpus.NO_FILES
        return result
    rows: list[tuple[str | float, ...]] = []
    for folder, paths in folders.items():
        tally, cut = Tally(), ink.Tally()
        for path in paths:
            result.losses += _file(path, tally, cut)
        shares = {
            "matched": tally.matched / tally.theirs if tally.theirs else 1.0,
            "good": tally.share(tally.good),
            "wide": tally.share(tally.wide),
            "high": tally.share(tally.high),
            "whole": cut.whole,
            "blank": cut.share(cut.blank),
        }
        for name, value in shares.items():
            result.note(f"{folder}.{name}", value)
        rows.append((folder, tally.matched, *shares.values(), cut.words))
    head = ("folder", "words", "matched", "IoU 0.8", "width", "height", "ink whole", "no ink")
    result.lines = columns((*head, "ink words"), rows)
    return result
