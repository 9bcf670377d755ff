"""Charts, whose axes, grid lines and bars would pass for a ruled table.

The filling of a table's cells keeps to its rules. A bar is drawn over the grid lines of its chart
and ends between two of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from core.records import Box
from extract.pdf.content import Shape
from extract.pdf.redaction import DARK, LIGHT

_LEAST_BARS = 3
_RULE = 3.0  # points; what is thinner is a rule, and what ends nearer to one ends at it
_MOST_PAIRS = 1_000_000  # of bars and rules that are looked at; a drawing of more is no table

Span: TypeAlias = tuple[float, float, float, int]  # a rule's place, its two ends, its order


def is_chart(shapes: Sequence[Shape], area: Box) -> bool:
    """Tell whether the rules in an area of a page are those of a chart with bars."""
    inside = [shape for shape in shapes if _within(shape.box, area)]
    bars = [shape for shape in inside if _may_be_bar(shape)]
    if len(bars) < _LEAST_BARS:
        return False
    rules = [shape for shape in inside if shape.kind in ("line", "rect") and _is_thin(shape)]
    if len(bars) * len(rules) > _MOST_PAIRS:
        return False
    return any(
        sum(_is_bar(bar, spans, axis) for bar in bars) >= _LEAST_BARS
        for axis in (0, 1)
        for spans in [[_span(rule, axis) for rule in rules if _crosses_axis(rule, axis)]]
    )


def _within(box: Box, area: Box) -> bool:
    return (
        box[0] >= area[0] - _RULE
        and box[1] >= area[1] - _RULE
        and box[2] <= area[2] + _RULE
        and box[3] <= area[3] + _RULE
    )


def _is_thin(shape: Shape) -> bool:
    return min(shape.width, shape.height) <= _RULE


def _may_be_bar(shape: Shape) -> bool:
    """Tell what is neither a black box nor white, nor a stroke of a highlighter."""
    return (
        shape.kind == "rect"
        and shape.fill
        and shape.opaque is True
        and not _is_thin(shape)
        and shape.light is not None
        and DARK < shape.light < LIGHT
    )


def _crosses_axis(rule: Shape, axis: int) -> bool:
    """Tell rules that stand upright for axis 0, and that lie level for axis 1."""
    return rule.width <= _RULE < rule.height if axis == 0 else rule.height <= _RULE < rule.width


def _span(rule: Shape, axis: int) -> Span:
    box = rule.box
    return (box[axis] + box[axis + 2]) / 2, box[1 - axis], box[3 - axis], rule.order


def _is_bar(bar: Shape, rules: Sequence[Span], axis: int) -> bool:
    """Tell whether a box was drawn over a rule and ends between two, along one axis."""
    begin, end = bar.box[axis], bar.box[axis + 2]
    middle = (bar.box[1 - axis] + bar.box[3 - axis]) / 2
    beside = [(place, order) for place, first, last, order in rules if first <= middle <= last]
    return any(
        begin + _RULE < place < end - _RULE and order < bar.order for place, order in beside
    ) and any(all(abs(place - edge) > _RULE for place, _ in beside) for edge in (begin, end))
