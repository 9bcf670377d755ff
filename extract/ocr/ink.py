"""Pictures as runs of dark pixels: what rules, blackened boxes and slopes are measured on."""

from __future__ import annotations

from typing import Any

import numpy as np

from extract.ocr.turn import Grey

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.intp]]


def mean_of(pixels: Grey, step: int) -> Grey:
    """Return the picture made smaller, each pixel the mean of a square of `step` (up to 16) pixels.

    Rows and columns that fill no square are left out, here and in `lightest_of`.
    """
    if step <= 1:
        return pixels
    high, wide = pixels.shape[0] // step, pixels.shape[1] // step
    # Sums by slices are several times faster than numpy's mean over two axes of a small block.
    total = np.zeros((high, wide), np.uint16)
    for row in range(step):
        for column in range(step):
            total += pixels[row : high * step : step, column : wide * step : step]
    return (total // (step * step)).astype(np.uint8)


def lightest_of(pixels: Grey, step: int) -> Grey:
    """Return the picture made narrower, each pixel the lightest of `step` in a row."""
    wide = pixels.shape[1] // step * step
    light = pixels[:, 0:wide:step]
    for column in range(1, step):
        light = np.maximum(light, pixels[:, column:wide:step])
    return light


def runs(mask: Mask) -> tuple[Numbers, Numbers, Numbers]:
    """Return row, first column and column past the last of each run of True, in reading order."""
    if not mask.size:
        none = np.zeros(0, np.intp)
        return none, none, none
    edges = np.zeros((mask.shape[0], mask.shape[1] + 1), np.bool_)
    edges[:, 0] = mask[:, 0]
    edges[:, -1] = mask[:, -1]
    np.not_equal(mask[:, 1:], mask[:, :-1], out=edges[:, 1:-1])
    rows, columns = np.divmod(np.flatnonzero(edges), edges.shape[1])
    return rows[::2], columns[::2], columns[1::2]


def run_lengths(mask: Mask) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return an array with, in each pixel of a run of True, the length of the run, else 0."""
    rows, starts, ends = runs(mask)
    steps = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int32)
    # Runs of one row do not touch, so no two changes fall on one place.
    steps[rows, starts] = ends - starts
    steps[rows, ends] = starts - ends
    return np.cumsum(steps, axis=1, dtype=np.int32)[:, :-1]


def long_runs(mask: Mask, longest: float) -> Mask:
    """Return the mask of what is in runs longer than that."""
    rows, starts, ends = runs(mask)
    found = np.zeros(mask.shape, np.bool_)
    for index in np.flatnonzero(ends - starts > longest).tolist():
        found[rows[index], starts[index] : ends[index]] = True
    return found


def widened(mask: Mask, reach: int) -> Mask:
    """Return the mask with every run longer by `reach` on the right."""
    sums = np.zeros((mask.shape[0], mask.shape[1] + reach + 1), np.int32)
    np.cumsum(mask, axis=1, out=sums[:, reach + 1 :])
    wide: Mask = sums[:, reach + 1 :] > sums[:, : mask.shape[1]]
    return wide


def patches(rows: Numbers, starts: Numbers, ends: Numbers) -> Numbers:
    """Return for each run, in reading order, the number of the patch of touching runs it is in.

    The number is the index of a run of the patch.
    """
    above, left, right = rows.tolist(), starts.tolist(), ends.tolist()
    parents = list(range(len(above)))
    first = 0  # the first run of the row above that can still touch
    for index, row in enumerate(above):
        while above[first] < row - 1 or (above[first] == row - 1 and right[first] <= left[index]):
            first += 1
        other = first
        while above[other] == row - 1 and left[other] < right[index]:
            parents[_root(parents, index)] = _root(parents, other)
            other += 1
    return np.array([_root(parents, index) for index in range(len(parents))], np.intp)


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index
