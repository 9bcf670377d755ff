"""What stands for the words of a query: their forms, their compounds, their other names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import islice, product

from store.database import Store
from store.search.compounds import Compounds
from store.search.stems import forms_of, languages_of
from store.search.tree import Node, Text, leaves
from store.search.words import fold_word, quoted, words_of

Widen = Callable[[str], list[str]]
MOST_PHRASES = 24  # forms of a phrase
MOST_NAMES = 60  # other names of a word that are searched
_LOOKED_AT = 10  # pages in which an abbreviation's case is looked at
_TRIED = 400  # other names that are looked up
OWN, FORM, COMPOUND, NAME = 1.0, 0.9, 0.7, 0.6  # how much finding it counts


@dataclass(frozen=True)
class Alternative:
    """Words in a row that stand for a word or phrase of the query; `weight` is at most 1."""

    words: tuple[str, ...]
    weight: float
    prefix: bool = False

    def query(self) -> str:
        """Return it as FTS5 wants it."""
        return quoted(self.words) + (" *" if self.prefix else "")


@dataclass
class Meaning:
    """The alternatives of each word and phrase of a query, and the names among them."""

    alternatives: dict[Text, list[Alternative]] = field(default_factory=dict)
    widened: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)  # names beyond MOST_NAMES


def meaning_of(
    store: Store, tree: Node, widen: Widen, *, off: Collection[str] = (), exact: bool = False
) -> Meaning:
    """Look up what stands for each word and phrase of a tree.

    `widen` gives the other names of a word in all their forms; those in `off` are not searched.
    """
    found = Meaning()
    resolver = _Resolver(store, widen, {words_of(name) for name in off})
    for leaf in leaves(tree):
        if not isinstance(leaf, Text) or leaf in found.alternatives:
            continue
        own = Alternative(leaf.words, OWN, leaf.prefix)
        if exact or leaf.exact or leaf.prefix or any(c.isdigit() for c in "".join(leaf.words)):
            found.alternatives[leaf] = [own]
            continue
        forms = resolver.forms(leaf)
        names, left_out = resolver.names(leaf, forms)
        if names:
            found.widened[leaf.written] = list(names.values())
        if left_out:
            found.left_out[leaf.written] = left_out
        others = [Alternative(words, NAME) for words in names]
        found.alternatives[leaf] = [own, *forms, *others]
    return found


class _Resolver:
    def __init__(self, store: Store, widen: Widen, off: set[tuple[str, ...]]) -> None:
        self._store = store
        self._widen = widen
        self._off = off
        self._languages = languages_of(store)
        self._compounds = Compounds(store, self._languages)
        self._forms: dict[str, list[str]] = {}

    def forms(self, leaf: Text) -> list[Alternative]:
        """Return the other forms of a word or phrase, and the compounds of a word."""
        written = _written_words(leaf)
        each = [self._of_word(word) for word in written]
        while _size(each) > MOST_PHRASES:
            longest = max(range(len(each)), key=lambda at: len(each[at]))
            each[longest] = each[longest][:-1]
        phrases = islice(product(*each), MOST_PHRASES)
        forms = [Alternative(words, FORM) for words in phrases if words != leaf.words]
        if len(written) == 1:
            compounds = self._compounds.of(leaf.words[0], each[0])
            forms += [Alternative((word,), COMPOUND) for word in compounds]
        return forms

    def _of_word(self, word: str) -> list[str]:
        if word not in self._forms:
            self._forms[word] = forms_of(self._store, word, self._languages)
        return self._forms[word]

    def names(self, leaf: Text, forms: list[Alternative]) -> tuple[dict[tuple[str, ...], str], int]:
        """Return the names to search beside a word, and how many that occur were left out.

        A name that holds the word or another name (`patrol boat` beside `boat`) finds nothing
        that is not found already.
        """
        listed = {words_of(name): name for name in reversed(self._widen(leaf.written))}
        known = {leaf.words, *(form.words for form in forms)}
        short = sorted(
            (words for words in reversed(listed) if words and words not in self._off), key=len
        )
        there = self._words_there(short)
        kept: list[tuple[str, ...]] = []
        for words in short:
            if words not in known and there.issuperset(words) and not _holds(words, known):
                known.add(words)
                kept.append(words)
        occurring = [
            words for words in self._occurring(kept[:_TRIED]) if self._as_written(listed[words])
        ]
        names = {words: listed[words] for words in occurring[:MOST_NAMES]}
        return names, max(0, len(occurring) - MOST_NAMES)

    def _words_there(self, names: Iterable[tuple[str, ...]]) -> set[str]:
        """Return those words of names that the index has at all."""
        words = sorted({word for name in names for word in name})
        rows = self._store.rows(_WORDS_THERE, (json.dumps([quoted(word) for word in words]),))
        return {row[0].strip('"') for row in rows}

    def _occurring(self, names: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Return the names that something which may be shown has."""
        rows = self._store.rows(SHOWN, (json.dumps([quoted(words) for words in names]),))
        found = {row[0] for row in rows}
        return [words for words in names if quoted(words) in found]

    def _as_written(self, name: str) -> bool:
        """Tell whether an abbreviation or a brand is what the pages mean, not a word spelt alike.

        The index knows no case: `sUAS` is found where Portuguese says `suas`.
        """
        if " " in name or not any(c.isupper() for c in name[1:]):
            return True
        words = words_of(name)
        rows = self._store.rows(_NEWEST, (quoted(words), _LOOKED_AT))
        spelt = r"[\W_]{1,3}".join(map(re.escape, words))
        pattern = re.compile(rf"(?<![^\W_]){spelt}(?![^\W_])", re.IGNORECASE)
        found = [_letters(match[0]) for row in rows for match in pattern.finditer(row[0])]
        return not rows or (bool(found) and 2 * found.count(_letters(name)) >= len(found))


def _letters(name: str) -> str:
    return "".join(c for c in name if c.isalnum())


_NEWEST = """
SELECT p.text FROM pages_fts f CROSS JOIN pages p ON p.id = f.rowid
WHERE f.pages_fts MATCH ? ORDER BY f.rowid DESC LIMIT ?
"""
_WORDS_THERE = """
SELECT value FROM json_each(?) WHERE
  EXISTS (SELECT 1 FROM pages_fts WHERE pages_fts MATCH value)
  OR EXISTS (SELECT 1 FROM entries_fts WHERE entries_fts MATCH value)
  OR EXISTS (SELECT 1 FROM documents_fts WHERE documents_fts MATCH value)
"""
SHOWN = """
SELECT value FROM json_each(?) WHERE
  EXISTS (SELECT 1 FROM pages_fts f CROSS JOIN pages p ON p.id = f.rowid
    CROSS JOIN shown_readings r ON r.id = p.reading_id
    CROSS JOIN versions v ON v.sha256 = r.sha256
    CROSS JOIN documents d ON d.id = v.document_id AND d.shown_version_id = v.id
    WHERE f.pages_fts MATCH value AND d.id NOT IN (SELECT id FROM hidden_documents))
  OR EXISTS (SELECT 1 FROM entries_fts f CROSS JOIN entries e ON e.id = f.rowid
    WHERE f.entries_fts MATCH value AND e.text_withdrawn = 0
    AND e.document_id NOT IN (SELECT id FROM hidden_documents))
  OR EXISTS (SELECT 1 FROM documents_fts f
    WHERE f.documents_fts MATCH value AND f.rowid NOT IN (SELECT id FROM hidden_documents))
"""


def _written_words(leaf: Text) -> list[str]:
    """Return the words of a leaf with their accents where they can be told apart."""
    split = leaf.written.split()
    if tuple(fold_word(word) for word in split) == leaf.words:
        return split
    return list(leaf.words)


def _size(each: list[list[str]]) -> int:
    size = 1
    for words in each:
        size *= len(words)
    return size


def _holds(words: tuple[str, ...], known: set[tuple[str, ...]]) -> bool:
    """Tell whether a part of some words, or all of them in a row, is known already."""
    return any(
        words[start:end] in known
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )
