"""How a picture lies: by how many degrees its lines fall, and whether they run across or stand.

For the slope, ink is projected onto the edge of the page (Postl's projection profile): along the
lines of text the profile changes between letters and blank most sharply. That holds for columns of
figures too, so the direction is told by something else: letters stand closer than lines, and with
small gaps closed ink runs further along the lines than over them.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from extract.ocr.ink import Mask, Numbers, long_runs, mean_of, runs, widened
from extract.ocr.turn import Grey

_DENSITY = 1.4  # pixels to the point, about 100 dpi: lines of small print are still apart
_INK = 60  # grey levels under the paper
_LONGEST = 24.0  # points; longer runs are rules and the edges of a scanner's glass
_FURTHEST = 10.0  # degrees
_COARSE, _FINE = 0.5, 0.05  # degrees
_LEAST = 0.15  # degrees; over the width of A4 a rule then strays by 1.5 points
_TELLING = 1.1  # times sharper than level: less, and there are pictures rather than lines
_FEWEST = 500  # pixels of ink to tell anything by
_MOST = 60_000  # pixels of ink that are projected; more tell no better
_SMEAR = 2.1  # points: letters are closer, lines hardly ever
_SURE = 1.15  # times further, for the direction to be taken; text has 1.1 to 5

Direction = Literal["across", "standing", "unclear"]
Points = np.ndarray[Any, np.dtype[np.float32]]


def text_ink(pixels: Grey, scale: float) -> tuple[Mask, int]:
    """Return where a picture, made smaller, has ink that may be text, and how much smaller."""
    step = max(1, int(scale / _DENSITY))
    small = mean_of(pixels, step)
    paper = int(np.median(small[::4, ::4])) if small.size else 0
    mask: Mask = small < max(0, paper - _INK)
    longest = _LONGEST * scale / step
    lines = long_runs(mask, longest) | long_runs(np.ascontiguousarray(mask.T), longest).T
    return mask & ~lines, step


def _centred(values: Numbers, size: int) -> Points:
    return (values - size / 2).astype(np.float32)


def _sharpness(along: Points, over: Points, degrees: float) -> float:
    """Return how sharply ink changes from line to line where lines fall by these degrees."""
    lines = over - along * np.float32(np.tan(np.radians(degrees)))
    profile = np.bincount((lines - lines.min()).astype(np.int32)).astype(np.float64)
    return float(np.square(np.diff(profile)).sum())


def _sharpest(along: Points, over: Points) -> tuple[float, float]:
    """Return the sharpness at the best angle, and the angle in degrees; 0 where it tells little."""
    coarse = np.arange(-_FURTHEST, _FURTHEST + _COARSE / 2, _COARSE).tolist()
    near = max(coarse, key=lambda degrees: (_sharpness(along, over, degrees), -abs(degrees)))
    fine = np.arange(near - _COARSE, near + _COARSE + _FINE / 2, _FINE).tolist()
    sharp, _, degrees = max(
        (_sharpness(along, over, degrees), -abs(degrees), degrees) for degrees in fine
    )
    return sharp, degrees if sharp >= _TELLING * _sharpness(along, over, 0.0) else 0.0


def find_skew(ink: Mask) -> float:
    """Return by how many degrees lines of text fall to the right; 0 where ink is too little.

    Lines that stand count as turned clockwise first. A slope of up to 10 degrees is found, to 0.05
    degrees; under 0.15 degrees it counts as none.
    """
    rows, columns = np.nonzero(ink)
    if rows.size < _FEWEST:
        return 0.0
    every = 1 + rows.size // _MOST
    x, y = _centred(columns[::every], ink.shape[1]), _centred(rows[::every], ink.shape[0])
    # After a quarter turn clockwise, what ran up the page runs to the right.
    _, skew = max(_sharpest(x, y), _sharpest(-y, x))
    return round(skew, 2) if abs(skew) >= _LEAST else 0.0


def _reach(ink: Mask, gap: int) -> float:
    """Return how far ink runs to the right with gaps closed, as a mean over its pixels."""
    _, starts, ends = runs(widened(ink, gap))
    lengths = (ends - starts - gap).astype(np.float64)
    return float(np.square(lengths).sum() / lengths.sum())


def lines_run(ink: Mask, density: float) -> Direction:
    """Tell whether lines of text run across or stand; `density` is pixels of ink to the point."""
    if int(np.count_nonzero(ink)) < _FEWEST:
        return "across"
    gap = max(1, round(_SMEAR * density))
    further = _reach(ink, gap) / _reach(np.ascontiguousarray(ink.T), gap)
    if further > _SURE:
        return "across"
    return "standing" if further < 1 / _SURE else "unclear"


def densest(ink: Mask, side: int) -> tuple[slice, slice]:
    """Return the rows and columns of the square with the most ink, or of all where that is less."""
    high, wide = (min(side, size) for size in ink.shape)
    sums = np.zeros((ink.shape[0] + 1, ink.shape[1] + 1), np.int64)
    np.cumsum(np.cumsum(ink, axis=0), axis=1, out=sums[1:, 1:])
    held = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
    top, left = divmod(int(held.argmax()), held.shape[1])
    return slice(top, top + high), slice(left, left + wide)
