"""Quantities: what a number before goods says, in digits and in words of five languages."""

from __future__ import annotations

import re
from decimal import Decimal

from vocabulary.amounts_numbers import habit_of, read_number
from vocabulary.amounts_words import LANGUAGES, read_words

_DIGITS = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,'’]\d{3})+(?!\d)|\d+(?:[.,]\d+)*")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SCALE = re.compile(
    r"\s*(thousand|million|mille|millions?|Tausend|Millionen|mil|millones|mila|milioni)(?!\w)",
    re.IGNORECASE,
)
_FACTOR = {"thousand": 1000, "mille": 1000, "tausend": 1000, "mil": 1000, "mila": 1000}
_GROUPS = {
    "dozen": 12, "dozens": 24, "score": 20, "pair": 1, "couple": 2, "douzaine": 12, "dizaine": 10,
    "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50,
    "soixantaine": 60, "centaine": 100, "dutzend": 12, "docena": 12, "decena": 10, "quincena": 15,
    "veintena": 20, "treintena": 30, "cincuentena": 50, "centenar": 100, "dozzina": 12,
    "decina": 10,
    "quindicina": 15, "ventina": 20, "trentina": 30, "cinquantina": 50, "centinaio": 100,
}  # fmt: skip


def _text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _in_digits(text: str, language: str) -> list[Decimal]:
    values = []
    for match in _DIGITS.finditer(text):
        read = read_number(match[0], habit_of(language))
        if read is None or not read.values:
            continue
        value = read.values[0]
        scale = _SCALE.match(text, match.end())
        if scale:
            value *= _FACTOR.get(scale[1].casefold(), 1_000_000)
        values.append(value)
    return values


def _in_words(text: str, language: str) -> list[Decimal]:
    words = [w for part in _WORDS.findall(text.casefold()) for w in part.split("-")]
    ordered = [language, *(code for code in LANGUAGES if code != language)]
    for code in ordered:
        if code not in LANGUAGES:
            continue
        for first in range(len(words)):
            read = read_words(words[first:], code)
            if read is not None:
                return [read.value]
    groups = [_GROUPS[word] for word in words if word in _GROUPS]
    return [Decimal(groups[0])] if groups else []


def read_quantity(raw: str, language: str) -> dict[str, str | None] | None:
    """Return `{"min", "max"}` as decimal text for `30`, `10 to 12`, `une vingtaine`, `1.5 million
    pieces`; None where the quote says no number."""
    values = _in_digits(raw, language) or _in_words(raw, language)
    if not values:
        return None
    return {"min": _text(min(values[:2])), "max": _text(max(values[:2]))}
