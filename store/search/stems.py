"""Inflected forms: words of the index that share a stem with a word of the query."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import takewhile

import Stemmer

from store.database import Store
from store.search.words import fold_word

LEAST_STEM = 4  # letters; of shorter stems only the plainest plurals are forms
ALIKE = 0.6  # share of the longer of two forms that both begin with
MOST_FORMS = 24  # of a word; the most frequent stay
_SCANNED = 4_000  # words of the vocabulary that are looked at for one word
_LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian", "hy": "armenian",
    "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
_READ = """
WITH RECURSIVE spoken(language) AS (
  SELECT min(language) FROM readings
  UNION ALL
  SELECT (SELECT min(language) FROM readings r WHERE r.language > spoken.language)
  FROM spoken WHERE spoken.language IS NOT NULL)
SELECT language FROM spoken WHERE language IS NOT NULL
"""


@cache
def stemmer(language: str) -> Stemmer.Stemmer:
    """Return the stemmer of a language that has one, by its ISO 639-1 code."""
    return Stemmer.Stemmer(_LANGUAGES[language])


def languages_of(store: Store) -> list[str]:
    """Return the languages of what is stored, those alone that have a stemmer."""
    return [row[0] for row in store.rows(_READ) if row[0] in _LANGUAGES]


def stems(word: str, languages: list[str]) -> dict[str, set[str]]:
    """Return the folded stems of a word, as written and folded, in each language.

    >>> stems("Véhicules", ["fr"])
    {'fr': {'vehicul'}}
    """
    spellings = {word.lower(), fold_word(word)}
    return {
        language: {fold_word(stemmer(language).stemWord(spelling)) for spelling in spellings}
        for language in languages
    }


def forms_of(store: Store, word: str, languages: list[str]) -> list[str]:
    """Return the words of the index that are forms of `word`, itself first, then by frequency.

    Numbers, and words of less than three letters, have none beside themselves.
    """
    folded = fold_word(word)
    if len(folded) < 3 or not folded.isalpha():
        return [folded]
    wanted = stems(word, languages)
    begins = {_begin(folded, stem) for found in wanted.values() for stem in found}
    begins = {begin for begin in begins if len(begin) >= min(LEAST_STEM, len(folded))}
    begins.update(_singular(folded))
    counts = {
        term: pages
        for begin in _shortest(begins)
        for term, pages in vocabulary(store, begin)
        if term != folded and term.isalpha() and _is_form(term, folded, wanted)
    }
    ranked = sorted(counts, key=lambda term: (-counts[term], term))
    return [folded, *ranked[: MOST_FORMS - 1]]


def vocabulary(store: Store, begin: str, most: int = _SCANNED) -> list[tuple[str, int]]:
    """Return the words of the index that begin with some letters, and how many pages have each.

    Words of entries and titles that no page has count as on no page.
    """
    after = begin[:-1] + chr(ord(begin[-1]) + 1)
    found: dict[str, int] = {}
    for name in ("pages", "entries", "documents"):
        rows = store.rows(
            f"SELECT term, doc FROM {name}_vocabulary WHERE term >= ? AND term < ? LIMIT ?",  # noqa: S608 - constants
            (begin, after, most),
        )
        for term, pages in rows:
            found.setdefault(term, pages if name == "pages" else 0)
    return list(found.items())


def shared(one: str, other: str) -> float:
    """Return what two words begin with as a share of the longer one."""
    return len(_begin(one, other)) / max(len(one), len(other))


def _begin(one: str, other: str) -> str:
    """Return what both words begin with."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _same in alike)


def _shortest(begins: set[str]) -> list[str]:
    """Leave out what begins with another one."""
    return [
        begin
        for begin in sorted(begins)
        if not any(begin != other and begin.startswith(other) for other in begins)
    ]


def _singular(word: str) -> Iterator[str]:
    """Yield what a short word would be without the ending of a plural."""
    for ending in ("s", "es"):
        if word.endswith(ending) and 3 <= len(word) - len(ending) < LEAST_STEM:
            yield word.removesuffix(ending)


def _is_form(term: str, word: str, wanted: dict[str, set[str]]) -> bool:
    """Tell whether a term has a stem of the word; what a stemmer cuts too short (`station` and
    `state` in French) is kept apart by how much the two have in common."""
    if plainly(term, word):
        return True
    return shared(term, word) >= ALIKE and any(
        len(stem) >= LEAST_STEM and stem in stems_of_word
        for language, stems_of_word in wanted.items()
        for stem in (stemmer(language).stemWord(term),)
    )


def plainly(one: str, other: str) -> bool:
    """Tell whether two words differ by the ending of a plain plural alone."""
    short, long = sorted((one, other), key=len)
    return long in (f"{short}s", f"{short}es") or (short[-1] == "y" and long == f"{short[:-1]}ies")
