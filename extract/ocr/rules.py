"""Ruling lines of a drawn or scanned page: long, thin, darker than what lies on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from extract.ocr.ink import lightest_of, runs
from extract.ocr.turn import Box, Grey

_CONTRAST = 16  # grey levels to both sides; the light grey rules of web forms have 30
_THICKEST = 2.0  # points; thicker bars divide pages, not cells
_PIECE = 5.0  # points: shorter runs are strokes of letters
_TOUCH = 1.0  # points between two pieces of a rule that slopes a little
_GAP = 4.0  # points between two pieces where a letter or grain crosses the rule
_LONG = 12.0  # points that one of two pieces must have for such a gap: stems of letters have less
_STRAY = 0.8  # points by which pieces of one rule may lie beside each other
_SHORTEST = 16.0  # points: about the height of a row of a table
_MOST = 20_000  # pieces; a picture with more is a pattern, not a table
_BLACK = 0.9  # of a gap is blackened, for the rule to go on under it


@dataclass
class _Rule:
    """Pieces in one line, in pixels: rows from `low` to `high`, columns from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    length: float
    moment: float  # sum of length x row of the pieces

    @property
    def middle(self) -> float:
        """The row of the rule: the mean of its pieces."""
        return self.moment / self.length

    def gap(self, other: _Rule) -> float:
        """Return the pixels between two rules along the line; less than 0 where they overlap."""
        return max(self.start - other.end, other.start - self.end)

    def joined(self, other: _Rule) -> _Rule:
        """Return the rule that both are parts of."""
        return _Rule(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.start, other.start),
            max(self.end, other.end),
            self.length + other.length,
            self.moment + other.moment,
        )


def _pieces(light: Grey, across: int, scale: float) -> list[_Rule]:
    """Return pieces of horizontal rules, each one row of pixels, from the top down.

    `light` has one pixel for `across` beside each other.
    """
    reach = max(2, round(_THICKEST * scale))
    if light.shape[0] <= 2 * reach or not light.shape[1]:
        return []
    beside = np.minimum(light[: -2 * reach], light[2 * reach :])
    # Unsigned numbers: what lies beside is kept from falling under zero.
    mask = light[reach:-reach] < np.maximum(beside, _CONTRAST - 1) - np.uint8(_CONTRAST - 1)
    rows, starts, ends = runs(mask)
    long = (ends - starts) * across >= _PIECE * scale
    if int(long.sum()) > _MOST:
        return []
    found = []
    for row, start, end in zip(
        (rows[long] + reach + 0.5).tolist(),
        (starts[long] * across).tolist(),
        (ends[long] * across).tolist(),
        strict=True,
    ):
        found.append(_Rule(row, row, start, end, end - start, row * (end - start)))
    return found


def _meet(one: _Rule, two: _Rule, scale: float) -> bool:
    length = max(one.end - one.start, two.end - two.start)
    return one.gap(two) <= (_GAP if length >= _LONG * scale else _TOUCH) * scale


def _chained(pieces: list[_Rule], scale: float) -> list[_Rule]:
    """Return the rules that pieces, given from the top down, make up."""
    near: list[_Rule] = []
    done: list[_Rule] = []
    for piece in pieces:
        done += [rule for rule in near if piece.low - rule.high > _STRAY * scale]
        near = [rule for rule in near if piece.low - rule.high <= _STRAY * scale]
        mates = [rule for rule in near if _meet(rule, piece, scale)]
        near = [rule for rule in near if rule not in mates]
        for mate in mates:
            piece = piece.joined(mate)  # noqa: PLW2901 - the piece grows
        near.append(piece)
    return [
        rule
        for rule in done + near
        if rule.end - rule.start >= _SHORTEST * scale
        and rule.high - rule.low <= (_THICKEST + _STRAY) * scale
    ]


def _bridged(
    rules: list[_Rule], blackened: Callable[[float, float, float], float], stray: float
) -> list[_Rule]:
    """Return the rules, two of them made one where only a blackened box parts them."""
    whole: list[_Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.start):
        for place, before in enumerate(whole):
            if (
                abs(before.middle - rule.middle) <= stray
                and before.end < rule.start
                and blackened(rule.middle, before.end, rule.start) >= _BLACK
            ):
                whole[place] = before.joined(rule)
                break
        else:
            whole.append(rule)
    return whole


def _lightest_down(pixels: Grey, step: int) -> Grey:
    high = pixels.shape[0] // step * step
    light = pixels[0:high:step]
    for row in range(1, step):
        light = np.maximum(light, pixels[row:high:step])
    return light


def find_rules(
    pixels: Grey, scale: float, blackened: Callable[[Box], float] = lambda _: 0.0
) -> list[Box]:
    """Return the middle lines of the horizontal, then of the vertical ruling lines, in pixels.

    The picture has to be level: over its length a rule may stray by less than a point. `scale` is
    pixels to the point; `blackened` gives the share of a box that is blackened. Filled boxes have
    no rules unless a line is drawn around them.
    """
    stray = _STRAY * scale

    def under_row(row: float, start: float, end: float) -> float:
        return blackened((start, row, end, row))

    def under_column(column: float, start: float, end: float) -> float:
        return blackened((column, start, column, end))

    # The lightest pixel of a point stands for it: short strokes of letters drop out.
    across = max(1, round(scale))
    flat = _pieces(lightest_of(pixels, across), across, scale)
    # Turned after it was made smaller, which is much the quicker way round.
    standing = _pieces(np.ascontiguousarray(_lightest_down(pixels, across).T), across, scale)
    level = _bridged(_chained(flat, scale), under_row, stray)
    upright = _bridged(_chained(standing, scale), under_column, stray)
    return [(rule.start, rule.middle, rule.end, rule.middle) for rule in level] + [
        (rule.middle, rule.start, rule.middle, rule.end) for rule in upright
    ]
