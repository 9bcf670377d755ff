"""Words as the index has them: FTS5's `unicode61 remove_diacritics 2`, in Python."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# A word is letters and digits, with the accents that stand after them as signs of their own.
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")

_COMBINING = re.compile("[\u0300-\u036f]")  # accents as signs of their own
_SAME = str.maketrans("ςµ", "σμ")


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Return a word without case and accents, as the index has it; `ß` stays as it is.

    >>> fold_word("Überwachungsdrohnen")
    'uberwachungsdrohnen'
    """
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_SAME)
    return unicodedata.normalize("NFC", plain)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as the index has them.

    >>> words_of("C(2025) 5935, Aéronef")
    ('c', '2025', '5935', 'aeronef')
    """
    return tuple(fold_word(word) for word in _WORD.findall(text))


class _Plain(dict[int, str]):
    """Letters without case and accents by code point, each as one letter; filled as needed."""

    def __missing__(self, code: int) -> str:
        folded = fold_word(chr(code))
        plain = self[code] = folded if len(folded) == 1 else chr(code)
        return plain


_PLAIN = _Plain()


def fold_text(text: str) -> str:
    """Return a text without case and accents, of as many code points as it had.

    Accents that stand as signs of their own stay: normalise the text to NFC before.

    >>> fold_text("Überwachung, ÇA")
    'uberwachung, ca'
    """
    if text.isascii():
        return text.lower()
    for letter in set(text):
        if letter > "\x7f" and (plain := _PLAIN[ord(letter)]) != letter:
            text = text.replace(letter, plain)
    return text.lower()


def composed(text: str) -> str:
    """Return a text with its accents as part of their letters (NFC)."""
    return unicodedata.normalize("NFC", text) if _COMBINING.search(text) else text


def places(
    folded: str, words: tuple[str, ...], *, prefix: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield where words stand in a row in a folded text, with `prefix` the beginning of the last.

    >>> list(places("boat, boats", ("boat",)))
    [(0, 4)]
    """
    if len(words) > 1 or prefix:
        for match in _pattern(words, prefix=prefix).finditer(folded):
            yield match.span()
        return
    (word,) = words  # to compile a pattern for each word takes longer than to look for it
    at = folded.find(word)
    while at >= 0:
        end = at + len(word)
        if not (folded[end : end + 1].isalnum() or (at and folded[at - 1].isalnum())):
            yield at, end
        at = folded.find(word, end)


@lru_cache(maxsize=10_000)
def _pattern(words: tuple[str, ...], *, prefix: bool) -> re.Pattern[str]:
    """Return how an alternative stands in a folded text, as the index parts words."""
    first = re.escape(words[0])
    # What stands before the first word is looked at behind it: a pattern that begins with letters
    # is searched for quickly.
    rest = "".join(rf"[\W_]+{re.escape(word)}" for word in words[1:])
    end = r"[^\W_]*" if prefix else r"(?![^\W_])"
    return re.compile(rf"{first}(?<![^\W_]{first}){rest}{end}")


def quoted(words: tuple[str, ...] | str) -> str:
    """Return words as a phrase of FTS5.

    >>> quoted(("patrol", "boat"))
    '"patrol boat"'
    """
    text = words if isinstance(words, str) else " ".join(words)
    return '"' + text.replace('"', '""') + '"'
