"""What is drawn on a page: characters in columns of numbers, rules and boxes, pictures.

Two libraries fill these records (`pdfium_page`, `plumber`); everything behind them reads nothing
else. Places are points from the top left of what viewers show, so that boxes fit the drawn page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

from core.records import Box

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Flags: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]

UNREADABLE = 0xFFFD
"""The code point of a character whose font does not say what it is."""

_BOLD = ("bold", "black", "heavy", "semibd")


def code_table(codes: Iterable[int]) -> Flags:
    """Return for every code point whether it is among `codes`; faster than a search by far."""
    table: Flags = np.zeros(0x110000, dtype=np.bool_)
    table[list(codes)] = True
    return table


_IS_BLANK = code_table([9, 10, 11, 12, 13, 32, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x202F,
                        0x205F, 0x2060, 0x3000, 0xFEFF])  # fmt: skip


class DamagedPage(Exception):
    """Raised for a page, or the rest of a file, that a library cannot interpret."""


class OutOfTime(Exception):
    """Raised where the time that a file may take is up."""


@dataclass(frozen=True, slots=True)
class Style:
    """What the characters of one text object share.

    `turn` is the direction that the text runs in, in degrees clockwise (0 is left to right);
    `light` the luminance of its colour, 0 to 1, None for a pattern; `order` its place in the order
    of drawing; `switched`: it stands in a layer that a viewer may leave out.
    """

    order: int
    size: float
    font: str = ""
    turn: Literal[0, 90, 180, 270] = 0
    light: float | None = 0.0
    invisible: bool = False
    switched: bool = False

    @property
    def bold(self) -> bool:
        """Whether the font's name says that it is a bold one."""
        name = self.font.lower()
        return any(mark in name for mark in _BOLD)


class Styles:
    """The styles of a page's text objects, each property in one column."""

    def __init__(self, styles: Sequence[Style]) -> None:
        lights = [np.nan if style.light is None else style.light for style in styles]
        self.sizes: Floats = np.array([style.size for style in styles], dtype=np.float64)
        self.lights: Floats = np.array(lights, dtype=np.float64)
        self.orders: Numbers = np.array([style.order for style in styles], dtype=np.int64)
        self.turns: Numbers = np.array([style.turn for style in styles], dtype=np.int64)
        self.bold: Flags = np.array([style.bold for style in styles], dtype=np.bool_)
        self.invisible: Flags = np.array([style.invisible for style in styles], dtype=np.bool_)
        self.switched: Flags = np.array([style.switched for style in styles], dtype=np.bool_)


@dataclass(frozen=True)
class Glyphs:
    """Characters in the order that the library gives, each with its cell's box and its style.

    The order within a word is that of reading, in right-to-left scripts too. `drawn` is False for
    blanks that the library put where it saw a gap.
    """

    codes: Numbers
    boxes: Floats  # a row each: x0, top, x1, bottom
    styles: Styles
    style_of: Numbers
    drawn: Flags

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def blank(self) -> Flags:
        """Which characters are white space."""
        return _IS_BLANK[self.codes]

    @cached_property
    def middles(self) -> tuple[Floats, Floats]:
        """The middles of the boxes: how far from the left, and how far from the top."""
        x0, top, x1, bottom = self.boxes.T
        return (x0 + x1) / 2, (top + bottom) / 2

    @property
    def sizes(self) -> Floats:
        """The size of each character in points."""
        return self.styles.sizes[self.style_of]

    @property
    def orders(self) -> Numbers:
        """When each character was drawn."""
        return self.styles.orders[self.style_of]

    @property
    def turns(self) -> Numbers:
        """The direction that each character's text runs in."""
        return self.styles.turns[self.style_of]

    @property
    def lights(self) -> Floats:
        """The luminance of each character, nan for a pattern."""
        return self.styles.lights[self.style_of]

    @property
    def bold(self) -> Flags:
        """Which characters are of a bold font."""
        return self.styles.bold[self.style_of]

    @property
    def invisible(self) -> Flags:
        """Which characters are never drawn."""
        return self.styles.invisible[self.style_of]

    @property
    def switched(self) -> Flags:
        """Which characters stand in a layer that a viewer may leave out."""
        return self.styles.switched[self.style_of]

    @property
    def unreadable(self) -> Flags:
        """Which characters have no code point, or one whose meaning only their font knows."""
        private = (self.codes >= 0xE000) & (self.codes <= 0xF8FF)
        unreadable: Flags = private | (self.codes == UNREADABLE)
        return unreadable

    def text(self, places: Numbers) -> str:
        """Return the characters at some places as text."""
        return "".join(map(chr, self.codes[places].tolist()))

    def at(self, places: Numbers | Flags) -> Glyphs:
        """Return some of the characters, in their order."""
        return Glyphs(
            self.codes[places],
            self.boxes[places],
            self.styles,
            self.style_of[places],
            self.drawn[places],
        )


def no_glyphs() -> Glyphs:
    """Return the characters of an empty page."""
    empty = np.zeros(0, dtype=np.int64)
    return Glyphs(empty, np.zeros((0, 4)), Styles(()), empty, np.zeros(0, dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class Shape:
    """A line, a rectangle or any other path: its box, and the straight sides that may be rules.

    `sides` are pairs of points that lie level or upright. `opaque` says that nothing shines
    through its filling; None where only the drawn page can tell.
    """

    kind: Literal["line", "rect", "curve", "image", "annotation"]
    box: Box
    order: int
    sides: tuple[Box, ...] = ()
    fill: bool = False
    stroke: bool = False
    light: float | None = None
    opaque: bool | None = None

    @property
    def width(self) -> float:
        """Width in points."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Height in points."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class Content:
    """A page as drawn: `crowded` where it has more paths than were looked at."""

    number: int
    width: float
    height: float
    glyphs: Glyphs
    shapes: list[Shape] = field(default_factory=list)
    crowded: bool = False


def view_box(media: Box, crop: Box) -> Box:
    """Return the part of a page that viewers show: the crop box inside the media box.

    Boxes are x0, low, x1, high as the file has them, from the bottom left, unturned.
    """
    left, right = max(media[0], crop[0]), min(media[2], crop[2])
    low, high = max(media[1], crop[1]), min(media[3], crop[3])
    if right - left <= 1 or high - low <= 1:
        return media
    return left, low, right, high


@dataclass(frozen=True)
class View:
    """Maps places of a file's page to those of the page as shown: from the top left, turned."""

    box: Box
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as shown, in points."""
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (height, width) if self.turn in (90, 270) else (width, height)

    def points(self, flat: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Map points x, y of the file's page to those from the top left of the page as shown."""
        left, low, right, high = self.box
        if self.turn == 90:
            return [(y - low, x - left) for x, y in flat]
        if self.turn == 180:
            return [(right - x, y - low) for x, y in flat]
        if self.turn == 270:
            return [(high - y, right - x) for x, y in flat]
        return [(x - left, high - y) for x, y in flat]

    def boxes(self, rows: Floats) -> Floats:
        """Map rows of x0, low, x1, high to x0, top, x1, bottom."""
        left, low, right, high = self.box
        x0, y0, x1, y1 = rows.T
        if self.turn == 90:
            columns = (y0 - low, x0 - left, y1 - low, x1 - left)
        elif self.turn == 180:
            columns = (right - x1, y0 - low, right - x0, y1 - low)
        elif self.turn == 270:
            columns = (high - y1, right - x1, high - y0, right - x0)
        else:
            columns = (x0 - left, high - y1, x1 - left, high - y0)
        return np.stack(columns, axis=1)
