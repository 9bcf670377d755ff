"""The marks that items of lists begin with, and what they count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

# A kind of mark and its place in the count: "(b)" is the second of the kind "(a". A multi-level
# number has several places, a sign or a dash none.
Meaning: TypeAlias = tuple[str, tuple[int, ...]]

# Signs that begin nothing but items; those without a code point are of symbol fonts.
SIGNS = frozenset("•◦▪▫●○■□◼◾➢➤►▸❖✓✔✗‣⁃·∙\uf02d\uf076\uf0a7\uf0b7\uf0d8\uf0fc")
_SIGN = re.escape("".join(sorted(SIGNS)))
_DASH = "-–—−*o"
_COUNT = r"\d{1,3}|[A-Za-z]|[ivxl]{2,6}|[IVXL]{2,6}"
_MARK = re.compile(
    rf"\s*(?P<mark>[{_SIGN}](?!\s*[{_SIGN}])|[{_DASH}](?=\s)|[-–—](?=[A-ZÀ-ÖØ-Þ])|\d{{1,2}}(?:\.\d{{1,2}}){{1,4}}\.?(?=\s)"
    rf"|\((?:{_COUNT})\)|(?:{_COUNT})[.)°º](?=\s|[^\W\d_]{{2}}))\s*(?=\S)"
)
# Whether a text may hold an item at all; most tables and letters do not.
MAY_HOLD = re.compile(
    rf"(?:^|\n|\t)[ \u00a0]*(?:[{_SIGN}]|[{_DASH}]\s|[-–—][A-ZÀ-ÖØ-Þ]"
    r"|\(?(?:\w|\d\d\d?|[ivxl]+|[IVXL]+)[.)°º]|\d\d?\.\d\d?)"
)
# How months begin in languages that write a day with a full stop.
_MONTH = (
    "jan|jän|feb|fev|fév|mar|mär|apr|avr|abr|ma[iyjg]|mei|jun|juin|giu|jul|juil|lug|aug|août|ago"
    "|sep|set|o[kct]t|out|nov|de[cz]|dic|déc|led|únor|břez|dub|květ|červ|srp|září|říj|listop|pros"
    "|stycz|lut|kwie|czerw|lip|sierp|wrze|paźdz|grud|siječ|velj|ožuj|trav|svib|kolov|ruj|stud"
    "|tammik|helmik|maalisk|huhtik|toukok|kesäk|heinäk|elok|syysk|lokak|marrask|jouluk|jaan|veebr"
    "|märts|mai|juuni|juuli|august|detsem"
)
_DATE = re.compile(
    rf"\d{{1,2}}\.\s*(?:\d{{1,2}}\.|(?:{_MONTH})\w*\.?\s+(?:19|20)\d\d\b|(?:januar|jänner|februar"
    r"|märz|april|juni|juli|august|september|oktober|november|dezember)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2}")
# Lines of a table of contents, and page numbers between dashes.
_NO_ITEM = re.compile(r"(?:\.\s?){5,}\s*\d*\s*$|[\-–—]\s*\d+\s*[\-–—]$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as it stands, where in its line, and what it may count."""

    text: str
    start: int
    meanings: tuple[Meaning, ...]

    @property
    def is_sign(self) -> bool:
        """Whether the mark is one that begins nothing but items."""
        return self.text in SIGNS


def find_mark(line: str) -> Mark | None:
    """Return the mark that a line begins with; None where it has none that text follows.

    >>> find_mark("  (b) two boats").text, find_mark("12. März 2020"), find_mark("- 5.2")
    ('(b)', None, None)
    """
    found = _MARK.match(line)
    if found is None or not _WORD.search(line, found.end()):
        return None
    if _DATE.match(line, found.start("mark")) or _NO_ITEM.search(line):
        return None
    text = found["mark"]
    return Mark(text, found.start("mark"), _meanings(text))


def _meanings(mark: str) -> tuple[Meaning, ...]:
    """Return what a mark may count: "i)" is the first Roman number or the ninth letter."""
    if mark in SIGNS or mark in _DASH:
        return ((mark, ()),)
    if mark[0].isdigit() and "." in mark.rstrip("."):
        values = tuple(map(int, mark.rstrip(".").split(".")))
        return ((f"level{len(values)}", values),)
    shape = mark[0] if mark[0] == "(" else mark[-1]
    count = mark.strip("().°º")
    if count.isdigit():
        return ((f"{shape}1", (int(count),)),)
    lower = count.lower()
    meanings: list[Meaning] = []
    if set(lower) <= _VALUES.keys():
        meanings.append((f"{shape}{'i' if count == lower else 'I'}", (_roman(lower),)))
    if len(count) == 1:
        place = ord(lower) - ord("a") + 1
        meanings.append((f"{shape}{'a' if count == lower else 'A'}", (place,)))
    return tuple(meanings)


def _roman(letters: str) -> int:
    values = [_VALUES[letter] for letter in letters]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)
