"""Abbreviations that a document defines itself: `Libyan Coast Guard and Port Security (LCGPS)`.

The long form is found as in Schwartz and Hearst, "A simple algorithm for identifying abbreviation
definitions in biomedical text" (2003): the letters of the short form, last one first, each in the
words before the bracket, the first one at the beginning of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_BRACKET = re.compile(
    r"\(\s?[“\"«'‘]?\s?(?P<short>[^\W\d_][\w&/.-]{1,11})\s?[”\"»'’]?(?:\s?[,;][^()\n]{0,40})?\s?\)"
)
_TURNED = re.compile(
    r"(?<![\w(-])(?P<short>[A-Z][A-Z&/-]{1,10})\s\((?P<long>[^\W\d_][^()]{5,120})\)"
)
_WORD = re.compile(r"\S+")
_END = re.compile(r"[.;:!?\t]\s|\n\s*\n|[()]")
_REACH = 160
_LEAST_CAPITALS = 2
_LONG_WORD = 10
"""A compound such as `Bundeskriminalamt` has an abbreviation though it is one word."""


def _long_form(short: str, before: str) -> str | None:
    """Return the words at the end of `before` that the letters of `short` stand for."""
    letters = [c for c in short.lower() if c.isalnum()]
    folded = before.lower()
    if len(folded) != len(before):
        return None
    most = min(len(letters) + 5, 2 * len(letters))
    place = len(folded)
    for number, letter in enumerate(reversed(letters), 1):
        place -= 1
        while place >= 0 and (
            folded[place] != letter
            or (number == len(letters) and place > 0 and folded[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
    found = " ".join(before[place:].split())
    words = len(_WORD.findall(found))
    named = before[place].isupper() and len(found) > 2 * len(short)
    whole = words > 1 or len(found) >= _LONG_WORD
    return found if named and whole and words <= most else None


def _is_short(short: str) -> bool:
    return sum(c.isupper() for c in short) >= max(_LEAST_CAPITALS, len(short) / 2)


def find_abbreviations(texts: Iterable[str]) -> dict[str, str]:
    """Return the short forms that texts define, each with its first long form on one line.

    Both orders are read: `Garde nationale tunisienne (GNT)` and `GNT (Garde nationale
    tunisienne)`; a long form begins with a capital.
    """
    found: dict[str, str] = {}
    for text in texts:
        for match in _BRACKET.finditer(text):
            if not _is_short(match["short"]) or match["short"] in found:
                continue
            low = max(0, match.start() - _REACH)
            parts = list(_END.finditer(text, low, match.start()))
            low = parts[-1].end() if parts else low
            if long := _long_form(match["short"], text[low : match.start()].rstrip("”\"»'’ \n")):
                found[match["short"]] = long
        for match in _TURNED.finditer(text):
            long = _long_form(match["short"], match["long"])
            if long is not None and match["short"] not in found:
                found[match["short"]] = " ".join(match["long"].split())
    return found
