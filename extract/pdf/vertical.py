"""Text set in columns from top to bottom, as Chinese, Japanese and Korean may be.

Where a font's writing mode is vertical (ISO 32000-1, 9.7.4.3) the library's places tell so. Other
files put each character where it belongs with a font for lines: those are known by their script
and by standing under each other, drawn one after the other, closer than any two lines. Such text
runs in direction 90, like text turned to run downwards, so that grouping reads columns from the
right to the left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from extract.pdf.content import Flags, Floats, Glyphs, Numbers

DOWNWARDS = 90
_TURNS: dict[int, Literal[0, 90, 180, 270]] = {0: 0, 90: 90, 180: 180, 270: 270}
# First and last code points of the scripts that are set in columns, their punctuation and forms.
_SCRIPTS = ((0x2E80, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE4F),
            (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))  # fmt: skip
_LEAST_STACKED = 4  # characters under each other make a column
_LEAST_PITCH, _MOST_PITCH = 0.8, 1.25  # of the size, from one middle to the next
_ASIDE = 0.15  # of the size that middles of one column may lie apart
_MOST_UPRIGHT = 4  # characters set level inside a column: years, numbers of months
_WIDEST_UPRIGHT = 1.4  # of the column's size
_CENTRED = 0.3  # of the size, from the column's middle
_TOUCHES = 0.7  # of the size between such characters and those over or under them
_MOST_RUNS = 2000  # of a page that are looked at one by one
_TIER = 1.0  # of the size: white right across a page's columns parts them into tiers


def turn_of(a: float, b: float, more: int = 0) -> Literal[0, 90, 180, 270]:
    """Return the direction of writing in degrees clockwise.

    `a` and `b` are the first numbers of a text matrix, `more` the degrees that the page is turned
    by, and 90 more for a font of the vertical writing mode.
    """
    level = abs(a) >= abs(b)
    own = (0 if a >= 0 else 180) if level else (270 if b > 0 else 90)
    return _TURNS[(own + more) % 360]


def in_columns_script(codes: Numbers) -> Flags:
    """Tell which code points are of a script that may be set from top to bottom."""
    found: Flags = np.zeros(len(codes), dtype=np.bool_)
    for first, last in _SCRIPTS:
        found |= (codes >= first) & (codes <= last)
    return found


def with_columns(glyphs: Glyphs) -> Glyphs:
    """Return a page's characters with those of columns running downwards.

    Figures set level inside a column come along: their boxes lie under each other afterwards, as
    wide as the column, so that they are read in their place.
    """
    if not (glyphs.codes >= _SCRIPTS[0][0]).any():
        return glyphs
    script = in_columns_script(glyphs.codes) & ~glyphs.blank
    glyphs.styles.turns[_stacked_styles(glyphs, script)] = DOWNWARDS
    columns = np.flatnonzero(script & (glyphs.turns == DOWNWARDS))
    if not len(columns):
        return glyphs
    boxes = glyphs.boxes.copy()
    for run in _short_runs(glyphs):
        beside = _column_of(glyphs, run, columns)
        if beside is None:
            continue
        glyphs.styles.turns[glyphs.style_of[run]] = DOWNWARDS
        edges = np.linspace(boxes[run, 1].min(), boxes[run, 3].max(), len(run) + 1)
        boxes[run, 0], boxes[run, 2] = glyphs.boxes[beside, 0], glyphs.boxes[beside, 2]
        boxes[run, 1], boxes[run, 3] = edges[:-1], edges[1:]
    return Glyphs(glyphs.codes, boxes, glyphs.styles, glyphs.style_of, glyphs.drawn)


def tiers(glyphs: Glyphs) -> Numbers:
    """Number the tiers of columns, from the top, that white across all columns parts.

    Only text that is mostly of a script set in columns has any; else all characters are in tier 0.
    """
    numbers = np.zeros(len(glyphs), dtype=np.int64)
    inked = np.flatnonzero(~glyphs.blank)
    if not len(inked) or in_columns_script(glyphs.codes[inked]).mean() <= 0.5:
        return numbers
    order = inked[np.argsort(glyphs.boxes[inked, 1], kind="stable")]
    ends = np.maximum.accumulate(glyphs.boxes[order, 3])
    white = glyphs.boxes[order[1:], 1] - ends[:-1]
    below = ends[:-1][white > _TIER * float(np.median(glyphs.sizes[inked]))]
    return np.searchsorted(below, glyphs.middles[1])


def _stacked_styles(glyphs: Glyphs, script: Flags) -> Numbers:
    """Return the styles of level fonts whose one character each stands in a stack of them."""
    inked = np.flatnonzero(~glyphs.blank)
    style_of = glyphs.style_of[inked]
    alone = np.bincount(style_of, minlength=len(glyphs.styles.turns))[style_of] == 1
    fit = alone & script[inked] & (glyphs.turns[inked] == 0)
    if fit.sum() < _LEAST_STACKED:
        return np.zeros(0, dtype=np.int64)
    x, y = (middle[inked] for middle in glyphs.middles)
    size = glyphs.sizes[inked]
    pitch = np.diff(y)
    follows = np.concatenate(
        (
            [False],
            fit[1:]
            & fit[:-1]
            & (np.abs(np.diff(x)) <= _ASIDE * size[1:])
            & (pitch >= _LEAST_PITCH * size[1:])
            & (pitch <= _MOST_PITCH * size[1:]),
        )
    )
    starts = np.flatnonzero(~follows)
    lengths = np.diff(np.append(starts, len(inked)))
    long = np.repeat(lengths >= _LEAST_STACKED, lengths)
    beside = _beside(y, size, others=y[~long & (glyphs.turns[inked] == 0)])
    in_rows = 2 * np.add.reduceat(beside.astype(np.int64), starts) > lengths
    found: Numbers = style_of[long & ~np.repeat(in_rows, lengths)]
    return found


def _beside(y: Floats, size: Floats, others: Floats) -> Flags:
    """Tell which middles have others on their level, as those of a table's column have."""
    others = np.append(np.sort(others), np.inf)
    near: Flags = others[np.searchsorted(others, y - _ASIDE * size)] <= y + _ASIDE * size
    return near


def _short_runs(glyphs: Glyphs) -> Iterator[Numbers]:
    """Yield the places of few level characters that are all of their text object."""
    level = np.flatnonzero((glyphs.turns == 0) & ~glyphs.blank)
    if not len(level):
        return
    style_of = glyphs.style_of[level]
    starts = np.concatenate(([0], np.flatnonzero(np.diff(style_of)) + 1))
    lengths = np.diff(np.append(starts, len(level)))
    short = np.flatnonzero(lengths <= _MOST_UPRIGHT)
    for number in short[:_MOST_RUNS].tolist():
        yield level[starts[number] : starts[number] + lengths[number]]


def _column_of(glyphs: Glyphs, run: Numbers, columns: Numbers) -> int | None:
    """Return a column's character that level characters stand over or under, None for none."""
    x0, top = glyphs.boxes[run, :2].min(axis=0).tolist()
    x1, bottom = glyphs.boxes[run, 2:].max(axis=0).tolist()
    boxes: Floats = glyphs.boxes[columns]
    size = glyphs.sizes[columns]
    near = (
        (x1 - x0 <= _WIDEST_UPRIGHT * size)
        & (np.abs(boxes[:, 0] + boxes[:, 2] - x0 - x1) <= 2 * _CENTRED * size)
        & (np.maximum(top - boxes[:, 3], boxes[:, 1] - bottom) <= _TOUCHES * size)
    )
    found = columns[np.flatnonzero(near)[:1]].tolist()
    return found[0] if found else None
