"""Query expansion: from a word that a person types to all the names of what it means."""

from collections.abc import Iterator, Mapping

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


class Expander:
    """Folded name -> types, built once over all types."""

    def __init__(self, types: Mapping[str, EquipmentType]) -> None:
        self._names = {t.id: tuple(dict.fromkeys(names(t))) for t in types.values()}
        self._narrower: dict[str, list[str]] = {t.id: [t.id] for t in types.values()}
        self._types_of: dict[str, list[str]] = {}
        for t in types.values():
            if t.broader:
                self._narrower[t.broader].append(t.id)
            for name in (t.label, t.id.replace("_", " "), *self._names[t.id]):
                owners = self._types_of.setdefault(fold(name), [])
                if t.id not in owners:
                    owners.append(t.id)

    def expand(self, query: str) -> list[str]:
        """The names of every type that `query` names, and of the types narrower than those."""
        found = [
            name
            for owner in self._types_of.get(fold(query), [])
            for type_id in self._narrower[owner]
            for name in self._names[type_id]
        ]
        return list(dict.fromkeys(found))
