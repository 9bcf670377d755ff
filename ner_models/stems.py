"""Words and their stems: what the verifier and the linker see of the text around a span."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LETTERS = re.compile(r"[^\W\d_]+")
_LONG = 5
_SHORTEST = 3
"""Letters of a word that says something by itself."""


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order; digits and signs are none."""
    return _LETTERS.findall(text)


def stem(word: str) -> str:
    """Return the beginning of a word, the same for most of its forms."""
    return word[:_LONG]


def stems(words: Iterable[str]) -> list[str]:
    """Return the stems of the longer ones of some words, in order."""
    return [stem(word) for word in words if len(word) >= _SHORTEST]


def cues(words: Iterable[str]) -> tuple[str, ...]:
    """Return features of words in small letters: the stems of the longer ones."""
    return tuple(sorted({f"w={each}" for each in stems(words)}))
