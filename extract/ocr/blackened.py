"""Blackened boxes: found and painted over, for beside them Tesseract misreads and invents words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from extract.ocr.ink import Mask, mean_of, patches, run_lengths, runs
from extract.ocr.turn import PAPER, Box, Grey

_DENSITY = 2.0  # pixels to the point on which boxes are looked for
_DARK = 90  # grey level up to which a square counts as black, with the grain of a scanner
_WIDTH = 4.5  # points; narrower black is a stroke of a letter
_HEIGHT = 6.0  # points; lower black is a dash or a thick rule
_SLENDER = 0.45  # of its height: a narrower patch is the stem of a large letter
_SOLID = 0.85  # of a patch is neither narrow, low nor slender, or it is a letter or a drawing
_HOLE = 2.5  # square points: with a larger hole it is a dark ground with light letters, to be read
_COVERED = 0.5  # of a word's box


@dataclass(frozen=True)
class Blackened:
    """Where a picture was painted over: a mask of squares of `step` pixels."""

    mask: Mask
    step: int

    def share(self, box: Box) -> float:
        """Return the share of a box, in pixels, that was painted over."""
        x0, top, x1, bottom = (round(side / self.step) for side in box)
        part = self.mask[top : max(bottom, top + 1), x0 : max(x1, x0 + 1)]
        return float(part.mean()) if part.size else 0.0

    def covers(self, box: Box) -> bool:
        """Whether a word read at this box was invented from blackened ground."""
        return self.share(box) > _COVERED


def _has_holes(mask: Mask, least: float) -> bool:
    """Whether a patch, alone in its mask, encloses a light patch of at least `least` squares."""
    light = np.pad(~mask, 1, constant_values=True)
    rows, starts, ends = runs(light)
    labels = patches(rows, starts, ends)
    area = np.bincount(labels, weights=ends - starts)
    area[labels[0]] = 0  # what surrounds the patch
    return bool((area >= least).any())


def _is_box(alone: Mask, density: float) -> bool:
    """Whether a patch, alone in its mask, is a blackened box."""
    broad = run_lengths(alone)
    high = run_lengths(np.ascontiguousarray(alone.T)).T
    solid = (high >= _HEIGHT * density) & (broad >= _SLENDER * high)
    if np.count_nonzero(solid) < _SOLID * np.count_nonzero(alone):
        return False
    return not _has_holes(alone, _HOLE * density**2)


def _black(dark: Mask, density: float) -> Mask:
    """Return the part of the mask that is blackened boxes."""
    black = np.zeros(dark.shape, np.bool_)
    rows, starts, ends = runs(dark)
    wide = ends - starts >= _WIDTH * density
    rows, starts, ends = rows[wide], starts[wide], ends[wide]
    labels = patches(rows, starts, ends)
    order = np.argsort(labels, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if not mine.size or rows[mine[-1]] - rows[mine[0]] + 1 < _HEIGHT * density:
            continue
        top, left = int(rows[mine[0]]), int(starts[mine].min())
        alone = np.zeros((int(rows[mine[-1]]) + 1 - top, int(ends[mine].max()) - left), np.bool_)
        for index in mine.tolist():
            alone[rows[index] - top, starts[index] - left : ends[index] - left] = True
        if _is_box(alone, density):
            black[top : top + alone.shape[0], left : left + alone.shape[1]] |= alone
    return black


def _grown(mask: Mask) -> Mask:
    """Return the mask with the neighbours of what is in it."""
    wide = mask.copy()
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    high = wide.copy()
    high[1:] |= wide[:-1]
    high[:-1] |= wide[1:]
    return high


def without_black(pixels: Grey, scale: float) -> tuple[Grey, Blackened]:
    """Return the picture with its blackened boxes painted white, and where that was.

    `scale` is pixels to the point. The picture is copied if anything is painted. A dark ground
    with light letters on it stays as it is, and so do letters however large.
    """
    step = max(1, int(scale / _DENSITY))
    mask = _black(mean_of(pixels, step) <= _DARK, scale / step)
    if not mask.any():
        return pixels, Blackened(mask, step)
    # A step more on each side takes the grey edge with it.
    mask = _grown(mask)
    clean = np.array(pixels)
    high, wide = (side * step for side in mask.shape)
    clean[:high, :wide][mask.repeat(step, axis=0).repeat(step, axis=1)] = PAPER
    return clean, Blackened(mask, step)
