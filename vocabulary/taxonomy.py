"""The equipment taxonomy: families and types of equipment and the words that name them.

The data are in `equipment/*.toml` (one file per family) and `generic.toml`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from vocabulary.classify import Classifier, Lexicon, compound_type
from vocabulary.errors import BadVocabularyValue
from vocabulary.expansion import Expander, make_expander
from vocabulary.inflection import inflect
from vocabulary.kept import PLACE, kept
from vocabulary.surface import surface
from vocabulary.taxonomy_files import EquipmentType, Family, Files, Generic, read_taxonomy

LANGUAGES = ("en", "fr", "de", "es", "it")

__all__ = ["LANGUAGES", "EquipmentType", "Family", "Generic", "Taxonomy", "load_taxonomy"]


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """All families and types by id, in the order of the files, with look-ups by word and code."""

    families: Mapping[str, Family]
    types: Mapping[str, EquipmentType]
    generic_words: Generic
    own: bool = False
    """Of this package's files: what is derived from them is kept beside them."""
    _forms: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    _heads: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    _contexts: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict, repr=False)
    _classifiers: dict[str, Classifier] = field(default_factory=dict, repr=False)

    def type(self, type_id: str) -> EquipmentType:
        """The type with this id; raises BadVocabularyValue when there is none."""
        if type_id not in self.types:
            raise BadVocabularyValue(
                f"There is no equipment type {type_id!r}; see docs/equipment.md."
            )
        return self.types[type_id]

    def family(self, family_id: str) -> Family:
        """The family with this id; raises BadVocabularyValue when there is none."""
        if family_id not in self.families:
            raise BadVocabularyValue(f"There is no equipment family {family_id!r}.")
        return self.families[family_id]

    def terms(self, language: str) -> Mapping[str, str]:
        """Inflected surface form (as `surface.surface` writes it) -> type id."""
        if language not in self._forms:
            self._forms[language] = self._kept(
                f"terms-{language}", lambda: self._inflected(language)
            )
        return self._forms[language]

    def _kept(self, name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
        return kept(name, dict[str, str], make) if self.own else make()

    def _inflected(self, language: str) -> dict[str, str]:
        forms: dict[str, str] = {}
        listed = [(t.id, term) for t in self.types.values() for term in t.terms.get(language, ())]
        for type_id, term in listed:  # a base form goes before another type's inflected form
            forms.setdefault(inflect(term, language)[0], type_id)
        for type_id, term in listed:
            for form in inflect(term, language):
                forms.setdefault(form, type_id)
        return forms

    def _common(self) -> dict[str, str]:
        forms: dict[str, str] = {}
        for language in LANGUAGES:
            for form, type_id in self.terms(language).items():
                forms.setdefault(form, type_id)
        return forms

    def generic(self, language: str) -> frozenset[str]:
        """Words that name equipment only together with a specifier, in all their forms."""
        return self.generic_words.forms("words", language)

    def heads(self, language: str) -> Mapping[str, str]:
        """Ends of compounds (surface form -> type id): a longer word ending so is of the type."""
        if language not in self._heads:
            self._heads[language] = {
                form: t.id
                for t in self.types.values()
                for head in t.heads.get(language, ())
                for form in inflect(head, language)
            }
        return self._heads[language]

    def contexts(self, language: str) -> Mapping[str, frozenset[str]]:
        """Phrases in which a term means something else (surface form -> ids of the types)."""
        if language not in self._contexts:
            contexts: dict[str, frozenset[str]] = {}
            for t in self.types.values():
                for phrase in t.not_in.get(language, ()):
                    for form in inflect(phrase, language):
                        contexts[form] = contexts.get(form, frozenset()) | {t.id}
            self._contexts[language] = contexts
        return self._contexts[language]

    def compound(self, word: str, language: str) -> str | None:
        """The id of the type whose head ends a compound (`Löschfahrzeug`), None if none does.

        Running text gives false finds for words that start with a small letter (`vereinzelt`).
        """
        return compound_type(surface(word), self.heads(language), self.contexts(language))

    @cached_property
    def brands(self) -> Mapping[str, str]:
        """Brands and models, as written (case counts) -> type id."""
        return {brand: t.id for t in self.types.values() for brand in t.brands}

    @cached_property
    def abbreviations(self) -> Mapping[str, str]:
        """Abbreviations, as written (case counts) -> type id."""
        return {short: t.id for t in self.types.values() for short in t.abbreviations}

    @cached_property
    def _cpv(self) -> Mapping[str, EquipmentType]:
        return {prefix: t for t in self.types.values() for prefix in t.cpv}

    def by_cpv(self, code: str) -> EquipmentType | None:
        """The type whose CPV prefix is the longest that `code` (`35125300` or `35125300-2`) has."""
        digits = code.strip().split("-")[0]
        ends = range(len(digits), 1, -1)
        return next((self._cpv[digits[:end]] for end in ends if digits[:end] in self._cpv), None)

    def classify(self, phrase: str, language: str) -> EquipmentType | None:
        """The type that a noun phrase names, None when it names no equipment.

        The syntactic head decides: the last word group in English and German, the first in
        Romance languages; brands and abbreviations count too, and a general type (vehicle)
        gives way to a special one of its family named beside it. A language without terms of
        its own is read with the terms of all.
        """
        if language not in self._classifiers:
            self._classifiers[language] = Classifier(self._lexicon(language), self._kept)
        type_id = self._classifiers[language].classify(phrase)
        return self.types[type_id] if type_id else None

    def _lexicon(self, language: str) -> Lexicon:
        grammar = language if language in LANGUAGES else "en"
        generic = self.generic_words
        return Lexicon(
            code=language,
            language=grammar,
            terms=lambda: self.terms(language),
            common=self._common,
            banned=generic.homographs.get(language, frozenset()),
            heads=self.heads(language),
            exact={**self.brands, **self.abbreviations},
            contexts=self.contexts(language),
            generic=generic.forms("words", grammar) | generic.forms("carriers", grammar),
            services=generic.forms("services", grammar),
            family_of={t.id: t.family for t in self.types.values()},
            general=frozenset(t.id for t in self.types.values() if t.general),
        )

    @cached_property
    def _expander(self) -> Expander:
        if not self.own:
            return make_expander(self.types)
        return kept("expansion", Expander, lambda: make_expander(self.types))

    def expand(self, query_word: str) -> list[str]:
        """All names, in all languages and forms, of the types that a query word names.

        Case, accents and hyphens of the query do not count. The names of narrower types are
        among them. Empty when the word names no type.
        """
        return self._expander.expand(query_word)


@cache
def load_taxonomy(folder: Path | None = None) -> Taxonomy:
    """The taxonomy of the package, or of another folder laid out like it; read once.

    Raises a VocabularyError for the first fault found in the files.
    """
    if folder is not None:
        return Taxonomy(*read_taxonomy(folder))
    return Taxonomy(*kept("taxonomy", Files, lambda: read_taxonomy(PLACE)), own=True)
