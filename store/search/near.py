"""Did you mean: near spellings of words that nothing has, from the index's own vocabulary."""

from __future__ import annotations

import json

from rapidfuzz.distance import DamerauLevenshtein

from store.database import Store
from store.search.meaning import SHOWN
from store.search.stems import vocabulary
from store.search.tree import Node, leaves
from store.search.words import quoted

PROPOSED = 3  # near spellings of a word
_BEGIN = 3  # letters that the scanned words begin with
_SCANNED = 20_000
_TRIED = 60
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def suggestions(store: Store, tree: Node) -> dict[str, list[str]]:
    """Return near spellings for each word of a query that nothing which may be shown has.

    Nearest first, then the most frequent; a word without any has no key.
    """
    words = {word for leaf in leaves(tree) for word in getattr(leaf, "words", ())}
    missing = words - shown(store, sorted(words))
    found = {word: near(store, word) for word in sorted(missing)}
    return {word: spellings for word, spellings in found.items() if spellings}


def near(store: Store, word: str) -> list[str]:
    """Return the words of the index that are spelt like `word`, those alone that may be shown."""
    if len(word) < 4 or not word.isalpha():
        return []
    most = 1 if len(word) < 6 else 2
    ranked: list[tuple[int, int, str]] = []
    for term, pages in [*vocabulary(store, word[:_BEGIN], _SCANNED), *_edited(store, word)]:
        if abs(len(term) - len(word)) <= most and term.isalpha():
            distance = DamerauLevenshtein.distance(word, term, score_cutoff=most)
            if 0 < distance <= most:
                ranked.append((distance, -pages, term))
    terms = list(dict.fromkeys(term for _distance, _pages, term in sorted(ranked)))[:_TRIED]
    visible = shown(store, terms)
    return [term for term in terms if term in visible][:PROPOSED]


def _edited(store: Store, word: str) -> list[tuple[str, int]]:
    """Return the words of pages that differ in one of the first letters, and how many have each.

    They stand elsewhere in the vocabulary than what is scanned.
    """
    edited: set[str] = set()
    for at in range(_BEGIN):
        before, after = word[:at], word[at:]
        edited.add(before + after[1:])
        edited.add(before + after[1] + after[0] + after[2:])
        for letter in _ALPHABET:
            edited |= {before + letter + after, before + letter + after[1:]}
    words = json.dumps(sorted(edited - {word}))
    return [(row[0], row[1]) for row in store.rows(_KNOWN, (words,))]


_KNOWN = """
SELECT v.term, v.doc FROM json_each(?) AS word CROSS JOIN pages_vocabulary v ON v.term = word.value
"""


def shown(store: Store, words: list[str]) -> set[str]:
    """Return those words that something which may be shown has."""
    rows = store.rows(SHOWN, (json.dumps([quoted(word) for word in words]),))
    return {row[0].strip('"') for row in rows}
