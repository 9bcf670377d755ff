"""What stands for the words of a query: their forms, their compounds, their other names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product

from rapidfuzz import fuzz

from store.database import Store
from store.search.compounds import Compounds
from store.search.stems import forms_of, languages_of, plainly, shared
from store.search.tree import Node, Text, leaves
from store.search.words import composed, fold_text, fold_word, places, quoted, words_of

Widen = Callable[[str], list[str]]
MOST_PHRASES = 12  # forms of a phrase
_MOST_FINER = 20  # names that have another one in them and are told apart where they stand
_KIN = 0.45  # how much they must count
MOST_NAMES = 60  # other names of a word that are searched
_LOOKED_AT = 10  # pages in which an abbreviation's case is looked at
_FEW_NEAR = 10  # pages on which words stand near each other that are read for a phrase
OF_A_NAME = 2  # newest pages of a name that are kept in mind
_TRIED = 400  # other names that are looked up
OWN, FORM, COMPOUND = 1.0, 0.95, 0.8  # how much finding it counts; a form that is alike
OTHER, COGNATE = 0.3, 0.8  # another name that is spelt quite otherwise, one spelt the same


@dataclass(frozen=True)
class Alternative:
    """Words in a row that stand for a word or phrase of the query; `weight` is at most 1.

    A `name` is another one of what the taxonomy says that it is. One that is not `searched` has
    another one in it (`tactical radio` has `radio`), which finds it; where it stands, it says more.
    """

    words: tuple[str, ...]
    weight: float
    prefix: bool = False
    name: bool = False
    searched: bool = True

    def query(self) -> str:
        """Return it as FTS5 wants it."""
        return quoted(self.words) + (" *" if self.prefix else "")


@dataclass
class Meaning:
    """The alternatives of each word and phrase of a query, and the names among them."""

    alternatives: dict[Text, list[Alternative]] = field(default_factory=dict)
    widened: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)  # names beyond MOST_NAMES
    newest: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    """The newest pages of each name that may be shown, of those that the pages have."""


def meaning_of(
    store: Store, tree: Node, widen: Widen, *, off: Collection[str] = (), exact: bool = False
) -> Meaning:
    """Look up what stands for each word and phrase of a tree.

    `widen` gives the other names of a word in all their forms; those in `off` are not searched.
    """
    found = Meaning()
    newest = found.newest
    typed = {word for leaf in leaves(tree) if isinstance(leaf, Text) for word in leaf.words}
    resolver = _Resolver(store, widen, {words_of(name) for name in off}, typed, newest)
    for leaf in leaves(tree):
        if not isinstance(leaf, Text) or leaf in found.alternatives:
            continue
        own = Alternative(leaf.words, OWN, leaf.prefix)
        if exact or leaf.exact or leaf.prefix or any(c.isdigit() for c in "".join(leaf.words)):
            found.alternatives[leaf] = [own]
            continue
        forms = resolver.forms(leaf)
        names, left_out, finer = resolver.names(leaf, forms)
        if names:
            found.widened[leaf.written] = list(names.values())
        if left_out:
            found.left_out[leaf.written] = left_out
        others = [Alternative(words, _kinship(leaf.words, words), name=True) for words in names]
        others += [
            Alternative(words, weight, name=True, searched=False) for words, weight in finer.items()
        ]
        found.alternatives[leaf] = [own, *forms, *others]
    return found


class _Resolver:
    def __init__(
        self,
        store: Store,
        widen: Widen,
        off: set[tuple[str, ...]],
        typed: Collection[str],
        newest: dict[tuple[str, ...], list[int]],
    ) -> None:
        self._newest = newest
        self._store = store
        self._widen = widen
        self._off = off
        self._languages = languages_of(store)
        self._compounds = Compounds(store, self._languages, typed)
        self._forms: dict[str, list[str]] = {}

    def forms(self, leaf: Text) -> list[Alternative]:
        """Return the other forms of a word or phrase, and the compounds of a word."""
        written = _written_words(leaf)
        each = [self._of_word(word) for word in written]
        while _size(each) > MOST_PHRASES:
            longest = max(range(len(each)), key=lambda at: len(each[at]))
            each[longest] = each[longest][:-1]
        phrases = list(islice(product(*each), MOST_PHRASES))
        if len(written) > 1:  # looking for a phrase that is nowhere costs most, so do it once
            phrases = self._occurring(phrases)
        forms = [
            Alternative(words, _likeness(leaf.words, words))
            for words in phrases
            if words != leaf.words
        ]
        if len(written) == 1:
            compounds = self._compounds.of(leaf.words[0], each[0])
        else:
            compounds = self._compounds.joined(leaf.words)
        return forms + [Alternative((word,), COMPOUND) for word in compounds]

    def _of_word(self, word: str) -> list[str]:
        if word not in self._forms:
            self._forms[word] = forms_of(self._store, word, self._languages)
        return self._forms[word]

    def names(
        self, leaf: Text, forms: list[Alternative]
    ) -> tuple[dict[tuple[str, ...], str], int, dict[tuple[str, ...], float]]:
        """Return the names to search beside a word, how many that occur were left out, and those
        not to search that say more where they stand, with how much they count.

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
        finer: dict[tuple[str, ...], float] = {}
        for words in short:
            if words in known or not there.issuperset(words):
                continue
            if not _holds(words, known):
                known.add(words)
                kept.append(words)
            elif len(finer) < _MOST_FINER and (weight := _kinship(leaf.words, words)) > _KIN:
                finer[words] = weight
        occurring = [
            words for words in self._occurring(kept[:_TRIED]) if self._as_written(listed[words])
        ]
        names = {words: listed[words] for words in occurring[:MOST_NAMES]}
        return names, max(0, len(occurring) - MOST_NAMES), finer

    def _words_there(self, names: Iterable[tuple[str, ...]]) -> set[str]:
        """Return those words of names that the index has at all."""
        words = sorted({word for name in names for word in name})
        rows = self._store.rows(_WORDS_THERE, (json.dumps([quoted(word) for word in words]),))
        return {row[0].strip('"') for row in rows}

    def _occurring(self, names: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Return the names that something which may be shown has."""
        self._look_near([words for words in names if words not in self._newest])
        by_query = {quoted(words): words for words in names if words not in self._newest}
        for name, pages in self._newest_pages([*by_query], OF_A_NAME):
            self._newest[by_query[name]] = pages
        lacking = [quoted(words) for words in names if not self._newest[words]]
        elsewhere = {row[0] for row in self._store.rows(_SHOWN_ELSEWHERE, (json.dumps(lacking),))}
        return [words for words in names if self._newest[words] or quoted(words) in elsewhere]

    def _look_near(self, names: Iterable[tuple[str, ...]]) -> None:
        """Find the pages of rare names with a word that is everywhere (`ligne de tri`).

        FTS5 would walk through all pages that have `de`. So the other words are looked for at that
        distance, and the few pages on which they stand are read.
        """
        near = {words: query for words in names if (query := _without_short(words))}
        found = dict(self._newest_pages(sorted(set(near.values())), _FEW_NEAR))
        for words, query in near.items():
            if len(pages := found[query]) < _FEW_NEAR:
                rows = self._store.rows(_TEXTS, (json.dumps(pages),)) if pages else []
                having = [
                    page for page, text in rows if any(places(fold_text(composed(text)), words))
                ]
                self._newest[words] = having[:OF_A_NAME]

    def _newest_pages(self, queries: list[str], most: int) -> Iterator[tuple[str, list[int]]]:
        """Yield each query of FTS5 with the newest pages that match it and may be shown."""
        for query, pages in self._store.rows(_NEWEST_SHOWN, (most, json.dumps(queries))):
            yield query, json.loads(pages)

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


def _without_short(words: tuple[str, ...]) -> str | None:
    """Return a query for a phrase's longer words as far apart as they stand in it, if it has two
    of them and others between.
    """
    for longest in (3, 2):
        kept = [at for at, word in enumerate(words) if len(word) > longest]
        if len(kept) > 1:
            between = kept[-1] - kept[0] - 1
            if len(kept) == len(words):
                return None
            return f"NEAR({' '.join(quoted(words[at]) for at in kept)}, {between})"
    return None


def _likeness(words: tuple[str, ...], form: tuple[str, ...]) -> float:
    """Return how much a form counts: a plural nearly as the words, `generation` for `generator`
    as much as they have in common."""
    pairs = [pair for pair in zip(words, form, strict=True) if pair[0] != pair[1]]
    return FORM * min((_alike(*pair) for pair in pairs), default=1.0)


def _alike(word: str, form: str) -> float:
    if plainly(word, form):
        return 1.0
    share = shared(word, form)
    return share if share * max(len(word), len(form)) in (len(word), len(form)) else share**2


def _kinship(words: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Return how much another name counts.

    A type has names of many things (`generator` and `battery`); those that are spelt alike in
    several languages are names of the same one. A part of the words says less than they do.
    """
    if set(name) < set(words):
        return OTHER
    alike = fuzz.token_sort_ratio(" ".join(words), " ".join(name)) / 100
    return OTHER + (COGNATE - OTHER) * max(0.0, 2 * alike - 1)


def _letters(name: str) -> str:
    return "".join(c for c in name if c.isalnum())


_NEWEST = """
SELECT p.text FROM pages_fts f CROSS JOIN pages p ON p.id = f.rowid
WHERE f.pages_fts MATCH ? ORDER BY f.rowid DESC LIMIT ?
"""
_TEXTS = """
SELECT p.id, coalesce(p.search, p.text) FROM json_each(?) f CROSS JOIN pages p ON p.id = f.value
"""
_WORDS_THERE = """
SELECT value FROM json_each(?) WHERE
  EXISTS (SELECT 1 FROM pages_fts WHERE pages_fts MATCH value)
  OR EXISTS (SELECT 1 FROM entries_fts WHERE entries_fts MATCH value)
  OR EXISTS (SELECT 1 FROM documents_fts WHERE documents_fts MATCH value)
"""
_ON_A_SHOWN_PAGE = """
    FROM pages_fts f CROSS JOIN pages p ON p.id = f.rowid
    CROSS JOIN shown_readings r ON r.id = p.reading_id
    CROSS JOIN versions v ON v.sha256 = r.sha256
    CROSS JOIN documents d ON d.id = v.document_id AND d.shown_version_id = v.id
    WHERE f.pages_fts MATCH name.value AND d.id NOT IN (SELECT id FROM hidden_documents)"""
# The subquery stands for each name on its own, so that one with many pages takes no other's place.
_NEWEST_SHOWN = (
    "SELECT name.value, (SELECT json_group_array(rowid) FROM"  # noqa: S608 - constants
    f" (SELECT f.rowid {_ON_A_SHOWN_PAGE} ORDER BY f.rowid DESC LIMIT ?))"
    " FROM json_each(?) AS name"
)
_ELSEWHERE = """EXISTS (SELECT 1 FROM entries_fts f CROSS JOIN entries e ON e.id = f.rowid
    WHERE f.entries_fts MATCH name.value AND e.text_withdrawn = 0
    AND e.document_id NOT IN (SELECT id FROM hidden_documents))
  OR EXISTS (SELECT 1 FROM documents_fts f
    WHERE f.documents_fts MATCH name.value AND f.rowid NOT IN (SELECT id FROM hidden_documents))
"""
_SHOWN_ELSEWHERE = f"SELECT value FROM json_each(?) AS name WHERE {_ELSEWHERE}"  # noqa: S608 - constants
SHOWN = f"{_SHOWN_ELSEWHERE} OR EXISTS (SELECT 1 {_ON_A_SHOWN_PAGE})"


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
