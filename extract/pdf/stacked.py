"""Headings of narrow columns whose letters stand under each other, put together as one word.

The cells of a column without rules between its rows look alike: what stands level with their
letters in another cell tells them from a heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extract.pdf.words import Line, PlacedWord, box_of

_LEAST = 3  # letters under each other make a word
_ASIDE = 0.35  # of the size that the middles of letters may lie apart
_MOST_PITCH = 1.5  # of the size, from one letter to the next
_LEVEL = 0.25  # of the size that lines of two cells may lie apart
_MOST_LEVEL = 0.5  # of the letters with a line beside them: more, and they stand in rows

Cell = list[Line] | None


def joined_letters(row: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a table's row, the letters of stacked headings as one word each."""
    stacks = [cell is not None and _is_stack(cell) for cell in row]
    if not any(stacks):
        return list(row)
    others = [
        (line[0].top + line[0].bottom) / 2
        for cell, stack in zip(row, stacks, strict=True)
        for line in cell or ()
        if not stack
    ]
    return [
        [[_joined(cell)]] if cell and stack and not _in_rows(cell, others) else cell
        for cell, stack in zip(row, stacks, strict=True)
    ]


def _is_stack(cell: Sequence[Line]) -> bool:
    if len(cell) < _LEAST or any(len(line) != 1 for line in cell):
        return False
    letters = [line[0] for line in cell]
    if any(len(word.text) != 1 or not word.text.isalpha() or word.turn for word in letters):
        return False
    return all(
        abs(one.x0 + one.x1 - two.x0 - two.x1) <= 2 * _ASIDE * one.size
        and 0 < two.top - one.top <= _MOST_PITCH * one.size
        for one, two in pairwise(letters)
    )


def _in_rows(cell: Sequence[Line], others: Sequence[float]) -> bool:
    level = sum(
        any(abs((word.top + word.bottom) / 2 - y) <= _LEVEL * word.size for y in others)
        for (word,) in cell
    )
    return level > _MOST_LEVEL * len(cell)


def _joined(cell: Sequence[Line]) -> PlacedWord:
    letters = [line[0] for line in cell]
    x0, top, x1, bottom = box_of(letters)
    text = "".join(word.text for word in letters)
    size, bold = max(word.size for word in letters), all(word.bold for word in letters)
    return PlacedWord(text, x0, top, x1, bottom, size, bold)
