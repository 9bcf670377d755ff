"""The order of reading in lines of right-to-left scripts."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from extract.pdf.words import Line


def is_rtl_code(codes: Any) -> Any:
    """Tell which code points are Hebrew, Arabic or of another right-to-left script."""
    return ((codes >= 0x590) & (codes <= 0x8FF)) | ((codes >= 0xFB1D) & (codes <= 0xFEFC))


def _is_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def in_reading_order(words: Line) -> Line:
    """Turn the words of a right-to-left line round; numbers and Latin words among them keep theirs.

    A line is one where at least half of the words are of such a script. Implements of the Unicode
    bidirectional algorithm (UAX 9) what lines of whole words need.
    """
    codes = np.fromiter((ord(word.text[0]) for word in words), dtype=np.int64, count=len(words))
    if not is_rtl_code(codes).any():
        return words
    rtl = [_is_rtl(word.text) for word in words]
    if sum(rtl) * 2 < len(words):
        return words
    ordered: Line = []
    latin: Line = []
    for word, turned_round in zip(reversed(words), reversed(rtl), strict=True):
        if turned_round:
            ordered += [*reversed(latin), word]
            latin = []
        else:
            latin.append(word)
    return [*ordered, *reversed(latin)]
