"""Which lot an award means: notices write `01`, `Lot 1` or `1: Radios` for one and the same."""

from __future__ import annotations

import re
from collections import Counter

from core.records import Lot

_DIGITS = re.compile(r"[0-9]{1,9}")
_APART = re.compile(r"\s*[,;&+]\s*")


def _key(text: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in _DIGITS.findall(text))


class LotNames:
    """The lots of a notice by their number as written, and by the digits in it where unique."""

    def __init__(self, lots: tuple[Lot, ...]) -> None:
        self._numbers = {lot.number for lot in lots}
        keys = [_key(lot.number) for lot in lots]
        counted = Counter(keys)
        self._by_key = {
            key: lot.number
            for key, lot in zip(keys, lots, strict=True)
            if key and counted[key] == 1
        }

    def of(self, stated: tuple[str, ...]) -> tuple[str, ...]:
        """Return the numbers of the lots that an award states; what fits none, as it is written.

        An element that lists several lots (`1, 2`) is taken apart where each part is a lot.
        """
        found = (number for text in stated for number in self._of(text))
        return tuple(dict.fromkeys(found))

    def _of(self, text: str) -> tuple[str, ...]:
        one = self._one(text)
        if one is not None:
            return (one,)
        parts = [self._one(part) for part in _APART.split(text)]
        named = tuple(part for part in parts if part is not None)
        return named if len(named) == len(parts) else (text,)

    def _one(self, text: str) -> str | None:
        return text if text in self._numbers else self._by_key.get(_key(text))
