"""Words in reading order: Tesseract's lines, those of ruled tables row by row and cell by cell."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from extract.ocr.engine import ReadWord
from extract.ocr.turn import Box

_MEET = 3.0  # points between rules that meet


@dataclass(frozen=True)
class _Place:
    """Where a word stands: the table that it is in, -1 for none, and top and left of its cell."""

    table: int
    top: float
    left: float


def _near(one: Box, two: Box, reach: float) -> bool:
    return (
        one[0] - reach <= two[2]
        and two[0] - reach <= one[2]
        and one[1] - reach <= two[3]
        and two[1] - reach <= one[3]
    )


def _tables(rules: list[Box], reach: float) -> list[list[Box]]:
    """Return groups of rules that meet and run both ways."""
    groups: list[list[Box]] = []
    for rule in rules:
        met = [group for group in groups if any(_near(rule, other, reach) for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([rule, *(other for group in met for other in group)])
    return [
        group
        for group in groups
        if sum(rule[1] == rule[3] for rule in group) > 1
        and sum(rule[0] == rule[2] for rule in group) > 1
    ]


def _bounds(table: list[Box]) -> Box:
    left, tops, right, bottoms = zip(*table, strict=True)
    return min(left), min(tops), max(right), max(bottoms)


def _place(box: Box, tables: list[list[Box]]) -> _Place:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for number, table in enumerate(tables):
        left, top, right, bottom = _bounds(table)
        if left <= x <= right and top <= y <= bottom:
            over = [r[1] for r in table if r[1] == r[3] and r[0] <= x <= r[2] and r[1] <= y]
            before = [r[0] for r in table if r[0] == r[2] and r[1] <= y <= r[3] and r[0] <= x]
            return _Place(number, max(over, default=top), max(before, default=left))
    return _Place(-1, 0.0, 0.0)


def _levels(values: set[float], reach: float) -> list[float]:
    """Return values with those that follow within reach left out."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > reach:
            kept.append(value)
    return kept


def reading_order(words: list[ReadWord], rules: list[Box], scale: float) -> list[ReadWord]:
    """Return the words with their lines numbered anew from 0, in reading order.

    Tesseract reads a ruled table column by column; here its lines are cut at the vertical rules
    and put row by row where the table's first word stood. Boxes are pixels, `scale` to the point.
    """
    reach = _MEET * scale
    tables = _tables(rules, reach)
    places = [_place(word.box, tables) for word in words]
    tops = _levels({place.top for place in places}, reach)
    first: dict[int, int] = {}
    keys = []
    for index, (word, place) in enumerate(zip(words, places, strict=True)):
        if place.table < 0:
            keys.append((index, 0, 0.0, 0, word.line, index))
            continue
        begin = first.setdefault(place.table, index)
        row = bisect_right(tops, place.top)
        keys.append((begin, row, place.left, 1, word.line, index))
    ordered: list[ReadWord] = []
    line, last = -1, None
    for key, word in sorted(zip(keys, words, strict=True), key=lambda pair: pair[0]):
        cell = (key[4], key[1], key[2])
        line += cell != last
        last = cell
        ordered.append(ReadWord(word.text, word.box, word.confidence, line))
    return ordered
