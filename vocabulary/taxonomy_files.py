"""From the files of the equipment taxonomy to checked records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vocabulary.errors import BadCpv, BadVocabularyValue, DuplicateId, DuplicateTerm
from vocabulary.inflection import inflect
from vocabulary.schema import (
    Table,
    check_keys,
    cpv_prefix,
    get_id,
    get_tables,
    get_value,
    get_words,
    get_words_by_language,
    read_toml,
)

WordsByLanguage = Mapping[str, tuple[str, ...]]

_FAMILY_KEYS = ("id", "label", "labels", "type")
_TYPE_KEYS = (
    "id", "label", "terms", "heads", "abbreviations", "brands", "not_in", "cpv", "surveillance",
    "dual_use", "general", "broader", "asked",
)  # fmt: skip
_GENERIC_KEYS = ("words", "carriers", "services", "homographs", "shared_terms")


@dataclass(frozen=True, kw_only=True, slots=True)
class EquipmentType:
    """A type of equipment and all that names it.

    `terms` are base forms by language; `heads` are ends of compounds; `abbreviations` and
    `brands` are case-sensitive; `not_in` are phrases in which a term means something else;
    `cpv` are prefixes without their closing zeros. A `general` type gives way to a special one
    of its family; the names of a type are among those of its `broader` type when searching.
    `asked` are base forms of words that people ask for it by and that name too much else to be
    found in texts: a dog is no equipment.
    """

    id: str
    family: str
    label: str
    terms: WordsByLanguage
    heads: WordsByLanguage
    abbreviations: tuple[str, ...]
    brands: tuple[str, ...]
    not_in: WordsByLanguage
    cpv: tuple[str, ...]
    surveillance: bool
    dual_use: bool
    general: bool
    broader: str | None
    asked: WordsByLanguage


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A family of equipment types; `labels` are its names in languages other than English."""

    id: str
    label: str
    labels: Mapping[str, str]
    types: tuple[EquipmentType, ...]


@dataclass(frozen=True, kw_only=True)
class Generic:
    """Words by language that are no terms: see `generic.toml` for what each list is for."""

    words: WordsByLanguage
    carriers: WordsByLanguage
    services: WordsByLanguage
    homographs: Mapping[str, frozenset[str]]
    shared_terms: Mapping[str, frozenset[str]]
    _forms: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict, repr=False)

    def forms(self, group: str, language: str) -> frozenset[str]:
        """All inflected forms of the `words`, `carriers` or `services` of a language."""
        key = (group, language)
        if key not in self._forms:
            words: WordsByLanguage = getattr(self, group)
            listed = words.get(language, ())
            self._forms[key] = frozenset(f for w in listed for f in inflect(w, language))
        return self._forms[key]


Files = tuple[dict[str, Family], dict[str, EquipmentType], Generic]


def read_taxonomy(folder: Path) -> Files:
    """Families by id, types by id and the generic words, from `folder`; checked as a whole."""
    generic = _generic(read_toml(folder / "generic.toml"))
    families: dict[str, Family] = {}
    for path in sorted((folder / "equipment").glob("*.toml")):
        family = _family(read_toml(path), path.name)
        if family.id in families:
            raise DuplicateId(f"{path.name}: the family {family.id!r} is in another file too.")
        families[family.id] = family
    types = _types_by_id(families.values())
    _check_terms(types.values(), generic.shared_terms)
    _check_exact(types.values())
    _check_cpv(types.values())
    _check_broader(types)
    return families, types, generic


def _generic(data: Table) -> Generic:
    where = "generic.toml"
    check_keys(data, _GENERIC_KEYS, where)
    lists = {key: get_words_by_language(data, key, where) for key in _GENERIC_KEYS}
    sets = {
        key: {language: frozenset(words) for language, words in lists[key].items()}
        for key in ("homographs", "shared_terms")
    }
    return Generic(
        words=lists["words"],
        carriers=lists["carriers"],
        services=lists["services"],
        homographs=sets["homographs"],
        shared_terms=sets["shared_terms"],
    )


def _family(data: Table, where: str) -> Family:
    check_keys(data, _FAMILY_KEYS, where)
    family_id = get_id(data, where)
    labels = get_value(data, "labels", dict, {}, where)
    return Family(
        id=family_id,
        label=get_value(data, "label", str, None, where),
        labels={language: str(label) for language, label in labels.items()},
        types=tuple(_type(entry, family_id, where) for entry in get_tables(data, "type", where)),
    )


def _type(entry: Table, family: str, file: str) -> EquipmentType:
    type_id = get_id(entry, file)
    where = f"{file}, type {type_id}"
    check_keys(entry, _TYPE_KEYS, where)
    terms = get_words_by_language(entry, "terms", where)
    if not terms:
        raise BadVocabularyValue(f"{where} has no terms; give at least one.")
    return EquipmentType(
        id=type_id,
        family=family,
        label=get_value(entry, "label", str, None, where),
        terms=terms,
        heads=get_words_by_language(entry, "heads", where),
        abbreviations=get_words(entry, "abbreviations", where),
        brands=get_words(entry, "brands", where),
        not_in=get_words_by_language(entry, "not_in", where),
        cpv=tuple(cpv_prefix(code, where) for code in get_words(entry, "cpv", where)),
        surveillance=get_value(entry, "surveillance", bool, False, where),  # noqa: FBT003
        dual_use=get_value(entry, "dual_use", bool, False, where),  # noqa: FBT003
        general=get_value(entry, "general", bool, False, where),  # noqa: FBT003
        broader=get_value(entry, "broader", str, "", where) or None,
        asked=get_words_by_language(entry, "asked", where),
    )


def _types_by_id(families: Iterable[Family]) -> dict[str, EquipmentType]:
    types: dict[str, EquipmentType] = {}
    for family in families:
        for t in family.types:
            if t.id in types:
                raise DuplicateId(f"{family.id}: the type {t.id!r} is in {types[t.id].family} too.")
            types[t.id] = t
    return types


def _check_terms(types: Iterable[EquipmentType], shared: Mapping[str, frozenset[str]]) -> None:
    owners: dict[tuple[str, str], str] = {}
    for t in types:
        for language, terms in t.terms.items():
            for term in terms:
                base = term.split("|")[0].strip().lower()
                owner = owners.setdefault((language, base), t.id)
                if owner != t.id and base not in shared.get(language, frozenset()):
                    raise DuplicateTerm(
                        f"{t.id}: the {language} term {term!r} names {owner} too; "
                        "drop one or list it under shared_terms in generic.toml."
                    )


def _check_exact(types: Iterable[EquipmentType]) -> None:
    owners: dict[str, str] = {}
    for t in types:
        for name in (*t.brands, *t.abbreviations):
            owner = owners.setdefault(name, t.id)
            if owner != t.id:
                raise DuplicateTerm(f"{t.id}: the name {name!r} is given to {owner} too; drop one.")


def _check_cpv(types: Iterable[EquipmentType]) -> None:
    owners: dict[str, str] = {}
    for t in types:
        for prefix in t.cpv:
            owner = owners.setdefault(prefix, t.id)
            if owner != t.id:
                raise BadCpv(f"{t.id}: the CPV prefix {prefix} is given to {owner} too; drop one.")


def _check_broader(types: Mapping[str, EquipmentType]) -> None:
    for t in types.values():
        if t.broader is not None and (t.broader not in types or types[t.broader].broader):
            raise BadVocabularyValue(
                f"{t.id}: the broader type {t.broader!r} must be a type without a broader one."
            )
