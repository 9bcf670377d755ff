"""Text helpers that keep offsets honest: code points everywhere, one conversion to UTF-16."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import Any

import msgspec

_SPACE = re.compile(r"\s+")
_SOFT_BREAK = re.compile(r"(?<=\w)[-\u00ad\u2010]\n(?=([^\W\d_]))")


def json_text(value: Any) -> str:
    """Return a value as JSON, as columns of the database hold it."""
    return msgspec.json.encode(value).decode()


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space, and none at the ends."""
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Return `text` for comparing: case folded, accents removed, white space as one space.

    >>> fold("Véhicules  BLINDÉS")
    'vehicules blindes'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return one_line(plain.casefold())  # last, as decomposing gives capitals too: № is No


def join_hyphens(text: str) -> str:
    """Return `text` with words that a line end cut in two made whole again, for search only.

    A hyphen before a capital or a digit belongs to the word: Bosnia-Herzegovina, T05-EUTF-NOA.

    >>> join_hyphens("surveil-\\nlance, T05-EUTF-\\nNOA")
    'surveillance, T05-EUTF-\\nNOA'
    """
    return _SOFT_BREAK.sub(lambda m: "" if m[1].islower() else m[0], text)


def utf16_offset(text: str, offset: int) -> int:
    """Convert a code-point offset in `text` to the UTF-16 offset that browsers count in."""
    return offset + sum(1 for c in text[:offset] if ord(c) > 0xFFFF)


def code_point_offset(text: str, utf16: int) -> int:
    """Convert a UTF-16 offset in `text` to code points; inside a pair it is the pair's start.

    >>> code_point_offset("a\\U0001F600b", 3)
    2
    """
    ends = accumulate(2 if ord(c) > 0xFFFF else 1 for c in text)
    return sum(1 for end in ends if end <= utf16)


def around(text: str, start: int, end: int, *, width: int = 160) -> str:
    """Return the words around `text[start:end]` on one line, about `width` characters each side."""
    left = max(0, start - width)
    right = min(len(text), end + width)
    while left > 0 and not text[left - 1].isspace():
        left -= 1
    while right < len(text) and not text[right].isspace():
        right += 1
    return one_line(text[left:right])
