"""Whether the ink of a word reaches out of its box, on the page as PDFium draws it.

From the outermost rows and columns of pixels inside a box, ink is followed outwards as long as it
is connected; upwards over a gap of a point, as accents do not touch their letters. Ink inside
another word's box and ink of rules (straight runs of 20 points and more, which no letter of
running text has) is not followed. A word is cut off where ink goes on for more than half a point.
Words on a dark ground cannot be told from it and are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2

from core.records import Box

SCALE = 4  # pixels a point
DARK = 128  # grey values below are ink
BEYOND = 0.5  # points that ink may reach out
LOOK = 3.0  # points that ink is followed at most
ACCENT = 1.0  # points between a letter and its accent at most
RULE = 20.0  # points: a longer straight run is no part of a letter
GROUND = 0.6  # of the pixels around a box: more ink, and the ground is dark

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Image = np.ndarray[Any, np.dtype[np.uint8]]
Edges = tuple[int, int, int, int]  # left, top, right, bottom in pixels, ends exclusive
ACCENT_ROWS = int(ACCENT * SCALE)
SIDES = ("above", "below", "left", "right")


@dataclass
class Tally:
    """Counts over the words of some pages."""

    words: int = 0
    cut: int = 0
    blank: int = 0

    def share(self, count: int) -> float:
        """Return a count as a share of the words that could be measured."""
        return count / self.words if self.words else 0.0

    @property
    def whole(self) -> float:
        """The share of words whose ink stays in the box."""
        return 1.0 - self.share(self.cut)


@contextmanager
def drawings(path: Path) -> Iterator[Callable[[int], Image]]:
    """Give a function that draws a page, counted from 1, in greys."""
    document = pypdfium2.PdfDocument(path.read_bytes())

    def draw(number: int) -> Image:
        page = document[number - 1]
        bitmap = page.render(scale=SCALE, grayscale=True)
        # `copy`, as the pixels belong to the bitmap
        image: Image = bitmap.to_numpy().copy().reshape(bitmap.height, bitmap.width)
        bitmap.close()
        page.close()
        return image

    try:
        yield draw
    finally:
        document.close()


def _long_runs(mask: Mask, length: int) -> Mask:
    """Return the pixels that stand in a horizontal run of at least `length`."""
    if mask.shape[1] < length:
        return np.zeros_like(mask)
    sums = np.cumsum(np.pad(mask.astype(np.int32), ((0, 0), (1, 0))), axis=1)
    starts = (sums[:, length:] - sums[:, :-length]) == length
    change = np.zeros((mask.shape[0], mask.shape[1] + 1), dtype=np.int32)
    change[:, : starts.shape[1]] += starts
    change[:, length:] -= starts
    return np.cumsum(change, axis=1)[:, :-1] > 0


def without_rules(mask: Mask) -> Mask:
    """Return ink without straight runs, across and down, that are too long for a letter."""
    length = int(RULE * SCALE)
    return mask & ~_long_runs(mask, length) & ~_long_runs(mask.T, length).T


def _edges(box: Box, shape: tuple[int, ...]) -> Edges:
    """Return the pixels that a box touches, inside the page."""
    high, wide = shape[0], shape[1]
    return (
        min(max(int(np.floor(box[0] * SCALE)), 0), wide),
        min(max(int(np.floor(box[1] * SCALE)), 0), high),
        min(max(int(np.ceil(box[2] * SCALE)), 0), wide),
        min(max(int(np.ceil(box[3] * SCALE)), 0), high),
    )


def _grown(row: Mask, free: Mask) -> Mask:
    """Return the free pixels of the next row that touch the marked ones, with their runs."""
    wide = np.pad(row, 1)
    reached: Mask = (wide[:-2] | wide[1:-1] | wide[2:]) & free
    while True:
        wide = np.pad(reached, 1)
        more: Mask = (wide[:-2] | wide[1:-1] | wide[2:]) & free
        if np.array_equal(more, reached):
            return reached
        reached = more


def _depth(inside: Mask, outside: Mask, gap: int) -> int:
    """Return how many rows outside are reached by ink that begins in the row inside.

    Up to `gap` rows without ink are stepped over.
    """
    row, reached = inside, 0
    for depth, free in enumerate(outside, start=1):
        grown = _grown(row, free)
        if grown.any():
            row, reached = grown, depth
        elif depth - reached > gap:
            break
    return reached


def _strips(mask: Mask, edges: Edges) -> list[tuple[Mask, Mask]]:
    """Return for each side the outermost ink inside and the rows outside, going outwards."""
    left, top, right, bottom = edges
    look = int(LOOK * SCALE)
    upper: Mask = np.any(mask[top : top + ACCENT_ROWS, left:right], axis=0)
    return [
        (upper, mask[max(top - look, 0) : top, left:right][::-1]),
        (mask[bottom - 1, left:right], mask[bottom : bottom + look, left:right]),
        (mask[top:bottom, left], mask[top:bottom, max(left - look, 0) : left][:, ::-1].T),
        (mask[top:bottom, right - 1], mask[top:bottom, right : right + look].T),
    ]


def _dark_ground(mask: Mask, edges: Edges) -> bool:
    left, top, right, bottom = edges
    around = mask[max(top - 1, 0) : bottom + 1, max(left - 1, 0) : right + 1]
    inner = mask[top:bottom, left:right]
    ring = around.size - inner.size
    return bool(ring and (around.sum() - inner.sum()) / ring > GROUND)


def reach(letters: Mask, others: Mask, edges: Edges) -> dict[str, int]:
    """Return for each side by how many pixels ink goes on, where it is too far.

    `letters` is ink without rules, `others` marks the boxes of all words; outside the word's own
    box, what is marked belongs to another word.
    """
    far = {}
    ways = zip(SIDES, _strips(letters, edges), _strips(others, edges), strict=True)
    for side, (inside, outside), (_, taken) in ways:
        gap = ACCENT_ROWS if side == "above" else 0
        free = outside & ~taken
        if not free[: gap + 1].any():  # the common case, and following ink is slow
            continue
        depth = _depth(inside, free, gap)
        if depth > BEYOND * SCALE:
            far[side] = depth
    return far


def count(image: Image, words: Sequence[tuple[str, Box]], tally: Tally) -> list[str]:
    """Add a page's words to a tally; return those whose ink is cut off, with side and points."""
    mask: Mask = image < DARK
    letters = without_rules(mask)
    others = np.zeros_like(mask)
    places = [(text, _edges(box, mask.shape)) for text, box in words]
    for _, (left, top, right, bottom) in places:
        others[top:bottom, left:right] = True
    cut = []
    for text, edges in places:
        left, top, right, bottom = edges
        if right <= left or bottom <= top or _dark_ground(mask, edges):
            continue
        tally.words += 1
        tally.blank += not mask[top:bottom, left:right].any()
        if far := reach(letters, others, edges):
            tally.cut += 1
            sides = ", ".join(f"{side} {depth / SCALE:g}" for side, depth in far.items())
            cut.append(f"{text!r} at {left // SCALE}/{top // SCALE}: {sides}")
    return cut
