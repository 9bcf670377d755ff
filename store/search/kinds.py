"""`type:` and `family:`: which types of the taxonomy a person means."""

from __future__ import annotations

from functools import cache
from typing import Literal

from rapidfuzz import process

from vocabulary.surface import fold
from vocabulary.taxonomy import load_taxonomy

_LIKE = 60.0  # how alike a name has to be to be proposed, of 100
_PROPOSED = 3


def _key(name: str) -> str:
    return fold(name.replace("_", " "))


@cache
def _labels(field: Literal["type", "family"]) -> dict[str, str]:
    """Return the id of each type or family by its id and its labels."""
    taxonomy = load_taxonomy()
    if field == "family":
        return {
            _key(name): family.id
            for family in taxonomy.families.values()
            for name in (family.id, family.label, *family.labels.values())
        }
    return {
        _key(name): kind.id for kind in taxonomy.types.values() for name in (kind.id, kind.label)
    }


@cache
def _terms() -> dict[str, str]:
    """Return the id of each type by its terms and abbreviations."""
    terms: dict[str, str] = {}
    for kind in load_taxonomy().types.values():
        for term in (*(t for listed in kind.terms.values() for t in listed), *kind.abbreviations):
            for form in term.split("|"):
                terms.setdefault(_key(form), kind.id)
    return terms


def types_of(field: Literal["type", "family"], value: str) -> list[str]:
    """Return the ids of the types that are meant, narrower ones too; none for what is unknown.

    A type is named by its id, its label or one of its terms, a family by its id or label.

    >>> types_of("type", "UAV")
    ['uav', 'uav_male']
    """
    found = _labels(field).get(_key(value))
    if found is None and field == "type":
        found = _terms().get(_key(value))
    if found is None:
        return []
    types = load_taxonomy().types.values()
    if field == "family":
        return [kind.id for kind in types if kind.family == found]
    return [kind.id for kind in types if found in (kind.id, kind.broader)]


def like(field: Literal["type", "family"], value: str) -> list[str]:
    """Return the ids of types or families whose names are near to what was written."""
    names = _labels(field) if field == "family" else {**_terms(), **_labels(field)}
    near = process.extract(_key(value), list(names), limit=_PROPOSED, score_cutoff=_LIKE)
    return list(dict.fromkeys(names[name] for name, _score, _at in near))
