"""Query expansion: from a word that a person types to all the names of what it means."""

from collections.abc import Iterator, Mapping

import msgspec

from vocabulary.inflection import inflect
from vocabulary.surface import fold
from vocabulary.taxonomy_files import EquipmentType


def names(equipment: EquipmentType) -> Iterator[str]:
    """All names of a type: abbreviations and brands as written, terms in all their forms."""
    yield from equipment.abbreviations
    for language, terms in equipment.terms.items():
        for term in terms:
            yield from inflect(term, language)
    yield from equipment.brands


def _asked(equipment: EquipmentType) -> Iterator[str]:
    """Words that people ask for a type by, in all their forms; no names of it."""
    for language, words in equipment.asked.items():
        for word in words:
            yield from inflect(word, language)


class Expander(msgspec.Struct, frozen=True):
    """Folded name -> types, built once over all types and kept.

    `names` are those of each type, `narrower` the type itself and those below it.
    """

    names: dict[str, tuple[str, ...]]
    narrower: dict[str, list[str]]
    types_of: dict[str, list[str]]

    def expand(self, query: str) -> list[str]:
        """The names of every type that `query` names, and of the types narrower than those."""
        found = [
            name
            for owner in self.types_of.get(fold(query), [])
            for type_id in self.narrower[owner]
            for name in self.names[type_id]
        ]
        return list(dict.fromkeys(found))


def make_expander(types: Mapping[str, EquipmentType]) -> Expander:
    """Return the expander of some types; inflecting all their terms takes seconds."""
    named = {t.id: tuple(dict.fromkeys(names(t))) for t in types.values()}
    narrower: dict[str, list[str]] = {t.id: [t.id] for t in types.values()}
    types_of: dict[str, list[str]] = {}
    for t in types.values():
        if t.broader:
            narrower[t.broader].append(t.id)
        for name in (t.label, t.id.replace("_", " "), *named[t.id], *_asked(t)):
            owners = types_of.setdefault(fold(name), [])
            if t.id not in owners:
                owners.append(t.id)
    return Expander(names=named, narrower=narrower, types_of=types_of)
