"""Turning a picture upright and level, and the way back for boxes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

Grey = np.ndarray[Any, np.dtype[np.uint8]]
Box = tuple[float, float, float, float]

PAPER = 255  # what fills the corners of a levelled picture


@dataclass(frozen=True)
class Turn:
    """A clockwise turn by quarters, then one counter-clockwise by `skew` degrees.

    Sizes are of the page as shown, in whatever unit the boxes have.
    """

    width: float
    height: float
    quarters: int = 0
    skew: float = 0.0

    @property
    def quarter_size(self) -> tuple[float, float]:
        """Width and height after the turn by quarters."""
        return (self.height, self.width) if self.quarters % 2 else (self.width, self.height)

    @property
    def upright_size(self) -> tuple[float, float]:
        """Width and height after both turns; levelling makes room for the corners."""
        width, height = self.quarter_size
        cos, sin = self._cos_sin()
        return width * cos + height * abs(sin), width * abs(sin) + height * cos

    def _cos_sin(self) -> tuple[float, float]:
        return math.cos(math.radians(self.skew)), math.sin(math.radians(self.skew))

    def to_page(self, box: Box) -> Box:
        """Return the smallest box on the page as shown around a box of the upright picture."""
        x0, top, x1, bottom = box
        corners = [self._point(x, y) for x in (x0, x1) for y in (top, bottom)]
        across, down = zip(*corners, strict=True)
        return (
            min(max(min(across), 0.0), self.width),
            min(max(min(down), 0.0), self.height),
            max(min(max(across), self.width), 0.0),
            max(min(max(down), self.height), 0.0),
        )

    def _point(self, x: float, y: float) -> tuple[float, float]:
        if self.skew:
            (wide, high), (width, height) = self.upright_size, self.quarter_size
            cos, sin = self._cos_sin()
            from_x, from_y = x - wide / 2, y - high / 2
            x = width / 2 + cos * from_x - sin * from_y
            y = height / 2 + sin * from_x + cos * from_y
        return (
            (x, y),
            (y, self.height - x),
            (self.width - x, self.height - y),
            (self.width - y, x),
        )[self.quarters % 4]


def quartered(pixels: Grey, quarters: int) -> Grey:
    """Return the picture turned clockwise by quarters."""
    return np.ascontiguousarray(np.rot90(pixels, -quarters)) if quarters % 4 else pixels


def levelled(pixels: Grey, skew: float) -> Grey:
    """Return the picture turned counter-clockwise by `skew` degrees, on larger paper."""
    if not skew:
        return pixels
    turned = Image.fromarray(pixels).rotate(
        skew, Image.Resampling.BILINEAR, expand=True, fillcolor=PAPER
    )
    return np.asarray(turned)
