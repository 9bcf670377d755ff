"""The numbers and bullets that word processors put before paragraphs without writing them down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Style = Literal["decimal", "letter", "LETTER", "roman", "ROMAN", "bullet", "none"]

BULLET = "•"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PLACE = re.compile(r"%(\d)")
_MOST_ROMAN = 4000
_MOST_LETTERS = 26 * 20  # beyond, the letters would be repeated to absurd lengths
MAX_LEVELS = 10


@dataclass(frozen=True)
class Level:
    """A level of a list: how it counts, from where, and its text, `%1` for the first level."""

    style: Style = "decimal"
    template: str = "%1."
    start: int = 1


def number_text(number: int, style: Style) -> str:
    """Return a number as a list shows it.

    >>> number_text(28, "letter"), number_text(14, "ROMAN"), number_text(3, "decimal")
    ('bb', 'XIV', '3')
    """
    if style in {"letter", "LETTER"} and 0 < number <= _MOST_LETTERS:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if style == "LETTER" else letters
    if style in {"roman", "ROMAN"} and 0 < number < _MOST_ROMAN:
        text = _roman(number)
        return text.upper() if style == "ROMAN" else text
    return "" if style == "none" else str(number)


def _roman(number: int) -> str:
    parts: list[str] = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


class Counters:
    """The running numbers of every list of a document."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int | None]] = {}

    def label(self, key: str, depth: int, levels: dict[int, Level]) -> str:
        """Count the list `key` on at `depth` (from 0) and return the label of its next item.

        Deeper levels begin anew. A level without a style is counted and shows nothing.
        """
        depth = min(max(depth, 0), MAX_LEVELS - 1)
        counts = self._counts.setdefault(key, [None] * MAX_LEVELS)
        level = levels.get(depth, Level("none", ""))
        before = counts[depth]
        counts[depth] = level.start if before is None else before + 1
        counts[depth + 1 :] = [None] * (MAX_LEVELS - depth - 1)
        if level.style == "bullet":
            return BULLET
        return _PLACE.sub(lambda found: _shown(int(found[1]) - 1, counts, levels), level.template)


def _shown(depth: int, counts: list[int | None], levels: dict[int, Level]) -> str:
    if not 0 <= depth < MAX_LEVELS:
        return ""
    level = levels.get(depth, Level())
    count = counts[depth]
    return number_text(level.start if count is None else count, level.style)
