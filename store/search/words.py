"""Words as the index has them: FTS5's `unicode61 remove_diacritics 2`, in Python."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# A word is letters and digits, with the accents that stand after them as signs of their own.
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")

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


def quoted(words: tuple[str, ...] | str) -> str:
    """Return words as a phrase of FTS5.

    >>> quoted(("patrol", "boat"))
    '"patrol boat"'
    """
    text = words if isinstance(words, str) else " ".join(words)
    return '"' + text.replace('"', '""') + '"'
