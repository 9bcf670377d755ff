"""Where a text holds words that the vocabulary knows: goods, sums, funds, bodies, numbers.

The hits are a feature of the model and what the rules fill gaps with.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from vocabulary.amounts import Amount, find_amounts
from vocabulary.amounts_words import LANGUAGES as WORD_LANGUAGES
from vocabulary.amounts_words import read_words
from vocabulary.bodies import find_bodies
from vocabulary.funds import find_funds
from vocabulary.surface import surface
from vocabulary.taxonomy import LANGUAGES, load_taxonomy

Kind = Literal["AM", "FU", "EQ", "CO", "BO", "NU", "GE"]
PRIORITY: tuple[Kind, ...] = ("AM", "FU", "EQ", "CO", "BO", "NU", "GE")
"""Which kind stays where hits overlap: sums, funds, goods, companies, bodies, numbers, generic."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[ .,\u00a0\u202f]\d{3})*(?![\w/]|[.,]\d|-\d)")
_JOINT = re.compile(r"[\s'’‘`\-‐‑–]{1,4}")
_LONGEST = 9
_SHORTEST_PREFIX = 3
_SHORTEST_COMPOUND = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """A known word of a text: code-point offsets, end exclusive.

    `detail` is the equipment type, the fund's or the body's id; `role` a body's usual one.
    """

    start: int
    end: int
    kind: Kind
    detail: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class _Terms:
    """Phrases by their words joined with spaces, and the most words that follow a first one."""

    entries: Mapping[str, str]
    longest: Mapping[str, int]

    @classmethod
    def of(cls, forms: Iterable[tuple[str, str]]) -> _Terms:
        entries: dict[str, str] = {}
        longest: dict[str, int] = {}
        for form, value in forms:
            words = _WORD.findall(surface(form))
            if words and len(words) <= _LONGEST:
                entries.setdefault(" ".join(words), value)
                longest[words[0]] = max(longest.get(words[0], 0), len(words))
        return cls(entries, longest)


@cache
def _terms(language: str) -> _Terms:
    """Equipment terms of a language; a language without its own has none but English ones."""
    own = language if language in LANGUAGES else "en"
    return _Terms.of(load_taxonomy().terms(own).items())


@cache
def _contexts(language: str) -> _Terms:
    return _Terms.of((form, "") for form in load_taxonomy().contexts(language))


@cache
def _generic(language: str) -> _Terms:
    return _Terms.of((form, "") for form in load_taxonomy().generic(language))


@cache
def _heads(language: str) -> Mapping[str, str]:
    return load_taxonomy().heads(language) if language == "de" else {}


@cache
def _exact() -> re.Pattern[str]:
    """Brands and abbreviations, whose case counts."""
    taxonomy = load_taxonomy()
    names = sorted({*taxonomy.brands, *taxonomy.abbreviations}, key=len, reverse=True)
    pattern = "|".join(map(re.escape, names)) if names else r"(?!)"
    return re.compile(rf"(?<![\w-])({pattern})s?(?![\w-])")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    joined: bool  # to the word before it, by white space, a hyphen or an apostrophe alone


def _words(text: str) -> list[_Word]:
    folded = surface(text)
    words: list[_Word] = []
    last = 0
    for match in _WORD.finditer(folded):
        joined = bool(words) and _JOINT.fullmatch(text, last, match.start()) is not None
        words.append(_Word(match[0], match.start(), match.end(), joined))
        last = match.end()
    return words


def _found(words: list[_Word], terms: _Terms) -> Iterator[tuple[int, int, str]]:
    """The longest phrase from each word on, none inside an earlier one: first, last, value."""
    reached = 0
    for first, word in enumerate(words):
        most = terms.longest.get(word.text)
        if most is None or first < reached:
            continue
        last = first + 1
        while last < len(words) and last - first < most and words[last].joined:
            last += 1
        for end in range(last, first, -1):
            value = terms.entries.get(" ".join(w.text for w in words[first:end]))
            if value is not None:
                yield first, end, value
                reached = end
                break


def _compound(word: str, heads: Mapping[str, str]) -> str | None:
    ends = (word[i:] for i in range(_SHORTEST_PREFIX, len(word) - 2))
    return next((heads[end] for end in ends if end in heads), None)


def _goods(text: str, words: list[_Word], language: str) -> Iterator[Hit]:
    blocked = [(words[a].start, words[b - 1].end) for a, b, _ in _found(words, _contexts(language))]
    covered: set[int] = set()
    for first, last, type_id in _found(words, _terms(language)):
        start, end = words[first].start, words[last - 1].end
        if language == "de" and text[start].islower() and last - first == 1:
            continue  # German nouns have a capital: `planen` is a verb
        if not _over(blocked, start, end):
            covered.update(range(first, last))
            yield Hit(start, end, "EQ", type_id)
    for match in _exact().finditer(text):
        detail = load_taxonomy().brands.get(match[1]) or load_taxonomy().abbreviations[match[1]]
        yield Hit(match.start(), match.end(), "EQ", detail)
    heads = _heads(language)
    for place, word in enumerate(words if heads else ()):
        capital = text[word.start].isupper() and len(word.text) >= _SHORTEST_COMPOUND
        if not capital or place in covered or _over(blocked, word.start, word.end):
            continue
        if head := _compound(word.text, heads):
            yield Hit(word.start, word.end, "EQ", head)


def _over(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Does one of some spans in order overlap `start` to `end`?"""
    low = max(0, bisect_left(spans, (start, 0)) - 1)
    near = spans[low : bisect_right(spans, (end, end))]
    return any(before < end and start < after for before, after in near)


def _numbers(words: list[_Word], text: str, language: str) -> Iterator[Hit]:
    for match in _NUMBER.finditer(text):
        yield Hit(match.start(), match.end(), "NU")
    if language not in WORD_LANGUAGES:
        return
    skip = 0
    for place, word in enumerate(words):
        if place < skip or word.text[0].isdigit():
            continue
        if (run := number_words(words, place, language)) > 0:
            yield Hit(word.start, words[place + run - 1].end, "NU")
            skip = place + run


@cache
def _number_start(word: str, language: str) -> bool:
    return read_words([word, "mille", "thousand"], language) is not None


def number_words(words: list[_Word], place: int, language: str) -> int:
    """How many words from `place` on are one number in words; articles alone are none."""
    if not _number_start(words[place].text, language):
        return 0
    window = [words[place]]
    for word in words[place + 1 : place + 6]:
        if not word.joined:
            break
        window.append(word)
    read = read_words([word.text for word in window], language)
    return read.words if read else 0


def find_goods(text: str, language: str) -> list[Hit]:
    """Return where a text names goods that the taxonomy knows, in order."""
    return sorted(_goods(text, _words(text), language), key=lambda hit: hit.start)


def find_hits(text: str, language: str, amounts: list[Amount] | None = None) -> list[Hit]:
    """Return the known words of a text in order, none overlapping; see `PRIORITY`."""
    words = _words(text)
    sums = find_amounts(text, language) if amounts is None else amounts
    hits: list[Hit] = [Hit(a.start, a.end, "AM") for a in sums]
    hits += [Hit(f.start, f.end, "FU", f.id) for f in find_funds(text, language)]
    hits += _goods(text, words, language)
    for body in find_bodies(text, language):
        company = body.id is None and body.role == "supplier"
        hits.append(Hit(body.start, body.end, "CO" if company else "BO", body.id, body.role))
    hits += _numbers(words, text, language)
    hits += [
        Hit(words[a].start, words[b - 1].end, "GE")
        for a, b, _ in _found(words, _generic(language if language in LANGUAGES else "en"))
    ]
    return _apart(hits)


def _apart(hits: list[Hit]) -> list[Hit]:
    """Without overlaps: the kind's priority decides, then length, then place."""
    order = sorted(hits, key=lambda h: (PRIORITY.index(h.kind), h.start - h.end, h.start))
    by_start: dict[int, Hit] = {}
    taken: set[int] = set()
    for hit in order:
        if taken.isdisjoint(range(hit.start, hit.end)):
            taken.update(range(hit.start, hit.end))
            by_start[hit.start] = hit
    return [by_start[start] for start in sorted(by_start)]
