"""Compounds: `Überwachungsdrohnen` is found by `Drohne` and by `Überwachung`.

A long word of the index is a compound of a word when the word stands in it and what stands before
and behind is made of words too: words of the index or of the taxonomy, with a linking letter.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from store.database import Store
from store.search.words import quoted, words_of
from vocabulary.taxonomy import load_taxonomy

LANGUAGES = ("de", "nl", "sv", "da", "fi", "no")
LEAST = 4  # letters of a word that is looked for in compounds
MOST = 60  # compounds of a word
_SCANNED = 3_000  # long words that are looked at
_JOINED = 3  # words that are looked for as one
_LEAST_PART = 3
_LEAST_ENDED = 5  # letters of a word that may have an ending wherever it stands alone
_LINKS = ("", "s", "n", "en", "es", "er", "e")
_ENDINGS = ("", "e", "en", "n", "s", "es", "er", "ern", "ens", "se", "ene", "et", "ar", "or")


@cache
def _taxonomy_words() -> frozenset[str]:
    """Return the single words of the taxonomy's terms in languages that write compounds."""
    taxonomy = load_taxonomy()
    return frozenset(
        word
        for equipment in taxonomy.types.values()
        for language in LANGUAGES
        for term in (*equipment.terms.get(language, ()), *equipment.heads.get(language, ()))
        for form in term.split("|")
        for word in words_of(form)
    )


def _compounded(words: tuple[str, ...]) -> list[str]:
    """Return how some words can be written as one, with linking letters between them."""
    begins = [""]
    for word in words[:-1]:
        heads = {word, word[:-1]} if word[-1] in "ea" else {word}
        begins = [f"{begin}{head}{link}" for begin in begins for head in heads for link in _LINKS]
    last = words[-1]
    ends = {last, last.removesuffix("n").removesuffix("e")} if len(last) > LEAST else {last}
    return [f"{begin}{end}" for begin in begins for end in sorted(ends)]


class Compounds:
    """Looks for the compounds of words in one store."""

    def __init__(self, store: Store, languages: list[str], typed: Collection[str] = ()) -> None:
        """Look in `store`; `typed` are words of the query, which are words wherever they stand."""
        self._store = store
        self._languages = [language for language in languages if language in LANGUAGES]
        self._known = dict.fromkeys(typed, True)

    def of(self, word: str, forms: list[str]) -> list[str]:
        """Return the long words of the index that have `word`, in one of its `forms`, as a part."""
        if not self._languages or not word.isalpha() or len(word) < LEAST:
            return []
        cores = {word} | {form for form in forms if form.startswith(word)}
        if len(word) > LEAST + 1 and word[-1] in "ea":
            cores.add(word[:-1])  # Schule: Schulboot
        shortest = min(cores, key=len)
        rows = self._store.rows(
            "SELECT word FROM long_words WHERE instr(word, ?) > 0 LIMIT ?", (shortest, _SCANNED)
        )
        kept = [row[0] for row in rows if row[0] not in forms and self._has(row[0], cores)]
        return sorted(kept, key=len)[:MOST]

    def joined(self, words: tuple[str, ...]) -> list[str]:
        """Return the long words of the index that some words make when they stand in a row.

        `Gepäck Förderanlage` finds Gepäckförderanlagen.
        """
        if len(words) > _JOINED or not self._languages:
            return []
        if not all(word.isalpha() and len(word) > 2 for word in words):
            return []
        sql = "SELECT word FROM long_words WHERE word >= ? AND word < ? || '{'"
        made = [
            row[0]
            for begin in _compounded(words)
            for row in self._store.rows(sql, (begin, begin))
            if row[0].removeprefix(begin) in _ENDINGS
        ]
        return list(dict.fromkeys(made))[:MOST]

    def _has(self, term: str, cores: set[str]) -> bool:
        for core in sorted(cores, key=len, reverse=True):
            start = term.find(core)
            while start >= 0:
                before, after = term[:start], term[start + len(core) :]
                if (before or after) and self._begins(before) and self._ends(after):
                    return True
                start = term.find(core, start + 1)
        return False

    def _begins(self, part: str) -> bool:
        return not part or self._is_made_of_words(part, 2)

    def _ends(self, part: str) -> bool:
        if part in _ENDINGS:
            return True
        return any(
            part.startswith(link) and self._is_made_of_words(part[len(link) :], 2)
            for link in _LINKS
            if len(part) >= len(link) + LEAST
        )

    def _is_made_of_words(self, part: str, most: int) -> bool:
        """Tell whether a part is one word, or up to `most` with linking letters between them."""
        if len(part) < _LEAST_PART:
            return False
        if any(self._is_word(part.removesuffix(link)) for link in _LINKS if part.endswith(link)):
            return True
        return most > 1 and any(
            self._is_made_of_words(part[:cut], 1) and self._is_made_of_words(part[cut:], 1)
            for cut in range(LEAST, len(part) - LEAST + 1)
        )

    def _is_word(self, word: str) -> bool:
        if len(word) < _LEAST_PART:
            return False
        if word not in self._known:
            self._known[word] = word in _taxonomy_words() or self._stands(word)
        return self._known[word]

    def _stands(self, word: str) -> bool:
        """Tell whether the index has the word, a longer one with an ending of its own too."""
        if len(word) < _LEAST_ENDED:
            sql = "SELECT 1 FROM pages_fts WHERE pages_fts MATCH ? LIMIT 1"
            return bool(self._store.rows(sql, (quoted(word),)))
        sql = "SELECT 1 FROM pages_vocabulary WHERE term >= ? AND term <= ? AND length(term) <= ?"
        return bool(self._store.rows(f"{sql} LIMIT 1", (word, word + "zz", len(word) + len("en"))))
