"""What cannot be seen on the drawn page never leaves: covered, invisible and colourless text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.records import Box
from extract.pdf.content import Content, Flags, Floats, Glyphs, Numbers, Shape

DARK = 0.2  # luminance up to which a fill is a black box
LIGHT = 0.97  # luminance from which text cannot be told from paper
SCAN = 0.5  # an image over this share of the page makes an invisible text layer that of a scan
_BOX_SIDE = 4.0  # points; thinner rectangles are rules
_CONTRAST = 24  # of 255: a patch of the drawn page with less shows no character
_MARGIN = 0.15  # of a character's height may stick out of a box that covers it
_NONE: Numbers = np.zeros(0, dtype=np.int64)
_LARGEST_PAGE = 100_000_000  # square points


class Drawing(Protocol):
    """Draws a page when asked: grey levels, `scale` pixels to the point."""

    scale: float

    def page(
        self, number: int, scale: float | None = None
    ) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
        """Return the drawn page, in another scale if asked; None where it cannot be drawn."""


@dataclass(frozen=True)
class Seen:
    """The characters that can be seen, how many cannot, and the blackened share of the page."""

    glyphs: Glyphs
    hidden: int
    redacted_area: float


def _is_box(shape: Shape) -> bool:
    return shape.width >= _BOX_SIDE and shape.height >= _BOX_SIDE


def _covers(content: Content) -> list[Shape]:
    """Return what can hide text that was drawn before it."""
    return [
        shape
        for shape in content.shapes
        if (shape.fill or shape.kind == "image") and shape.kind != "line" and _is_box(shape)
    ]


class _Under:
    """Finds the characters, among those at some places, that boxes lie over."""

    def __init__(self, glyphs: Glyphs, places: Numbers) -> None:
        _, top, _, bottom = glyphs.boxes[places].T
        order = np.argsort(top + bottom, kind="stable")
        self.places = places[order]
        self.boxes = glyphs.boxes[self.places]
        self.orders = glyphs.orders[self.places]
        self.slack = _MARGIN * (self.boxes[:, 3] - self.boxes[:, 1])
        self.middles = (top + bottom)[order] / 2
        self.most = float(self.slack.max(initial=0.0))
        self.left = float(self.boxes[:, 0].min(initial=math.inf)) - self.most
        self.right = float(self.boxes[:, 2].max(initial=-math.inf)) + self.most

    def find(self, box: Shape) -> Numbers:
        """Return the places of characters that were drawn before a box and lie in it."""
        left, high, right, low = box.box
        first, last = self.middles.searchsorted((high - self.most - 0.01, low + self.most + 0.01))
        if first >= last or left > self.right or right < self.left:
            return _NONE
        near = slice(first, last)
        x0, top, x1, bottom = self.boxes[near].T
        slack = self.slack[near]
        inside = (
            (self.orders[near] < box.order)
            & (x0 >= left - slack)
            & (x1 <= right + slack)
            & (top >= high - slack)
            & (bottom <= low + slack)
        )
        found: Numbers = self.places[near][inside]
        return found


def _shows(pixels: np.ndarray[Any, np.dtype[np.uint8]], box: Floats, scale: float) -> bool:
    """Tell whether the patch of the drawn page under a character shows more than one tone."""
    x0, top, x1, bottom = (float(side) for side in box)
    rows = slice(max(0, int(top * scale)), max(0, int(bottom * scale) + 1))
    columns = slice(max(0, int(x0 * scale)), max(0, int(x1 * scale) + 1))
    patch = pixels[rows, columns]
    return bool(patch.size) and int(patch.max()) - int(patch.min()) >= _CONTRAST


def _covered(content: Content, glyphs: Glyphs, drawing: Drawing) -> Flags:
    """Tell which characters lie under a later box that nothing shines through.

    Where the file does not say so, the drawn page decides: a patch of one tone shows nothing. Text
    that was drawn over the box in the same place would fool that look, so that it counts as none.
    """
    hidden = np.zeros(len(glyphs), dtype=np.bool_)
    inked = np.flatnonzero(~glyphs.blank)
    doubtful = hidden.copy()
    first = int(glyphs.orders[inked].min()) if len(inked) else math.inf
    finder = _Under(glyphs, inked)
    for box in _covers(content):
        if box.order <= first:
            continue
        under = finder.find(box)
        if not len(under):
            continue
        if box.opaque and box.kind == "rect":
            hidden[under] = True
        else:
            doubtful[under] = True
            if not _is_marker(box):
                hidden[under[_labelled(glyphs, under, inked, box)]] = True
    doubtful |= glyphs.switched & ~glyphs.blank
    open_questions = np.flatnonzero(doubtful & ~hidden)
    pixels = drawing.page(content.number) if len(open_questions) else None
    for place in open_questions.tolist():
        hidden[place] = pixels is None or not _shows(pixels, glyphs.boxes[place], drawing.scale)
    return hidden


def _is_marker(box: Shape) -> bool:
    """Tell a highlighter's light stroke, which text shines through, from a cover."""
    return box.kind != "image" and box.opaque is False


def _labelled(glyphs: Glyphs, under: Numbers, inked: Numbers, box: Shape) -> Flags:
    """Tell which characters under a box have later text on top of them."""
    later = inked[glyphs.orders[inked] > box.order]
    if not len(later):
        return np.zeros(len(under), dtype=np.bool_)
    x0, top, x1, bottom = glyphs.boxes[later].T
    own = glyphs.boxes[under]
    return np.array(
        [
            bool(((x0 < c[2]) & (x1 > c[0]) & (top < c[3]) & (bottom > c[1])).any())
            for c in own.tolist()
        ],
        dtype=np.bool_,
    )


def _on_paper(content: Content, glyphs: Glyphs, places: Numbers) -> list[int]:
    """Return those of some characters beneath which nothing was drawn before them."""
    grounds = [s for s in content.shapes if s.kind not in ("line", "annotation")]
    if not grounds:
        return list(places.tolist())
    x0, top, x1, bottom = np.array([s.box for s in grounds]).T
    orders = np.array([s.order for s in grounds])
    found = []
    for place in places.tolist():
        left, high, right, low = glyphs.boxes[place]
        ground = (orders < glyphs.orders[place]) & (x0 <= right) & (x1 >= left)
        if not (ground & (top <= low) & (bottom >= high)).any():
            found.append(place)
    return found


def is_scan(content: Content) -> bool:
    """Tell whether a picture fills most of a page."""
    areas = [s.width * s.height for s in content.shapes if s.kind == "image"]
    return max(areas, default=0.0) >= SCAN * content.width * content.height


def _never_drawn(content: Content, glyphs: Glyphs) -> Flags:
    """Tell invisible text that no scan explains, text off the page, and white text on paper."""
    x, y = glyphs.middles
    inside = (x >= 0) & (x <= content.width) & (y >= 0) & (y <= content.height)
    hidden: Flags = ~inside
    if is_scan(content):
        return hidden
    hidden |= glyphs.invisible
    white = np.flatnonzero(glyphs.lights >= LIGHT)
    hidden[_on_paper(content, glyphs, white)] = True
    return hidden


def _blackened(content: Content, seen: Glyphs) -> list[Box]:
    """Return the dark boxes that carry no text of their own."""
    dark = [
        s
        for s in content.shapes
        if s.fill and s.kind == "rect" and _is_box(s) and s.light is not None and s.light <= DARK
    ]
    if not dark:
        return []
    x, y = seen.middles
    inked = ~seen.blank
    boxes = []
    for shape in dark:
        left, top, right, bottom = shape.box
        if not (inked & (x >= left) & (x <= right) & (y >= top) & (y <= bottom)).any():
            boxes.append(shape.box)
    return boxes


def _share(content: Content, boxes: Sequence[Box]) -> float:
    """Return the share of the page that boxes cover, counted in square points."""
    width, height = int(content.width), int(content.height)
    if not boxes or width <= 0 or height <= 0 or width * height > _LARGEST_PAGE:
        return 0.0
    black = np.zeros((height, width), dtype=np.bool_)
    for x0, top, x1, bottom in boxes:
        black[max(0, int(top)) : max(0, round(bottom)), max(0, int(x0)) : max(0, round(x1))] = True
    return round(float(black.mean()), 4)


def visible(content: Content, drawing: Drawing) -> Seen:
    """Return what a reader of the drawn page can see.

    Characters under a later box are checked against the drawn page where the file does not say
    that it is opaque, so that a transparent marker does not cost text and dark table headers with
    white text stay.
    """
    glyphs = content.glyphs
    hidden = _never_drawn(content, glyphs)
    rest = np.flatnonzero(~hidden)
    hidden[rest[_covered(content, glyphs.at(rest), drawing)]] = True
    seen = glyphs.at(~hidden)
    count = int((hidden & ~glyphs.blank).sum())
    return Seen(seen, count, _share(content, _blackened(content, seen)))
