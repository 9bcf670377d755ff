"""Authorities, organisations and companies that a text names (data: `bodies.toml`)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vocabulary.countries import country_code, country_of
from vocabulary.errors import BadVocabularyValue, DuplicateId, DuplicateTerm
from vocabulary.phrases import any_of, squeeze
from vocabulary.schema import (
    Table,
    check_keys,
    get_id,
    get_tables,
    get_value,
    get_words,
    get_words_by_language,
    read_toml,
)

_KEYS = ("id", "name", "role", "country", "acronyms", "acronyms_in", "names")
_FILE_KEYS = ("body", "heads", "compound_heads", "legal_forms")
_ROLES = ("recipient", "supplier", "either")

# A capitalised word; a full stop inside it is followed by a letter, so that no sentence ends in it.
_NAME_WORD = (
    r"(?!(?:The|These|This|In|It)\b)"
    r"[^\W\d_a-zà-öø-ÿ](?:[\w'’&-]|\.(?=\w))*"
)
# Links between the words of a name: "Ministry of the Interior", "Ministère de l'Intérieur".
_LINK = (
    r"(?:of\s+the|of|for\s+the|for|on|de\s+la|de\s+l['’]|de\s+los|de\s+las|du|des|de|d['’]|del|"
    r"dell['’]|della|dello|delle|degli|dei|di|la|für|der|des|zur|aux?|à\s+la)"
)
# Words that join two parts of one name, but after its head word join two names.
_JOIN = r"(?:and|et|und|e|y|&)"
_SMALL_ADJECTIVE = (
    r"(?:nationale?s?|générale?s?|royale?|publique?|militaires?|centrale?|régionale?|"
    r"départementale?|municipale?|nazionale|generale|regionale|provinciale|metropolitana|"
    r"nacional|general|superior|universitario|universitaire|judiciaire|frontalière)"
)
_ARTICLE = re.compile(
    r"(?:The|Les|Le|La|L['’]|Il|El|Los|Las|Lo|I|Die|Der|Das|Den|Dem|Des)\s*(?<=[\s'’])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """A known actor: names by language, case-sensitive acronyms, country and usual role."""

    id: str
    name: str
    role: str
    country: str | None
    names: Mapping[str, tuple[str, ...]]
    acronyms: tuple[str, ...]
    acronyms_in: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class BodyHit:
    """A body named in a text: code-point offsets, end exclusive.

    `id` is that of a known body, None for one recognised by the shape of its name; `name` is
    the known body's name, else the words of the text on one line; `role` is recipient, supplier
    or either; `country` is alpha-2, where the body is known or its name says it.
    """

    start: int
    end: int
    id: str | None
    name: str
    role: str
    country: str | None


@dataclass(frozen=True)
class _Vocabulary:
    bodies: Mapping[str, Body]
    heads: Mapping[str, tuple[str, ...]]
    compound_heads: Mapping[str, tuple[str, ...]]
    legal_forms: tuple[str, ...]


@cache
def _vocabulary(path: Path | None = None) -> _Vocabulary:
    file = path or Path(__file__).with_name("bodies.toml")
    data = read_toml(file)
    check_keys(data, _FILE_KEYS, file.name)
    bodies: dict[str, Body] = {}
    for entry in get_tables(data, "body", file.name):
        body = _body(entry, file.name)
        if body.id in bodies:
            raise DuplicateId(f"{file.name}: two bodies have the id {body.id!r}; rename one.")
        bodies[body.id] = body
    _check_names(bodies, file.name)
    forms = get_value(data, "legal_forms", dict, {}, file.name)
    return _Vocabulary(
        bodies,
        get_words_by_language(data, "heads", file.name),
        get_words_by_language(data, "compound_heads", file.name),
        get_words(forms, "names", f"{file.name}, legal_forms"),
    )


def _body(entry: Table, file: str) -> Body:
    body_id = get_id(entry, file)
    where = f"{file}, body {body_id}"
    check_keys(entry, _KEYS, where)
    role = get_value(entry, "role", str, None, where)
    country = get_value(entry, "country", str, "", where)
    if role not in _ROLES:
        raise BadVocabularyValue(f"{where} has the role {role!r}; use one of {_ROLES}.")
    if country and country_code(country) != country:
        raise BadVocabularyValue(f"{where} has the country {country!r}; use ISO 3166 alpha-2.")
    return Body(
        id=body_id,
        name=get_value(entry, "name", str, None, where),
        role=role,
        country=country or None,
        names=get_words_by_language(entry, "names", where),
        acronyms=get_words(entry, "acronyms", where),
        acronyms_in=get_words_by_language(entry, "acronyms_in", where),
    )


def _check_names(bodies: Mapping[str, Body], file: str) -> None:
    owners: dict[str, str] = {}
    for body in bodies.values():
        for name in {name for names in body.names.values() for name in names} | set(body.acronyms):
            if owners.setdefault(name, body.id) != body.id:
                raise DuplicateTerm(f"{file}: {name!r} names {owners[name]} and {body.id}.")


def load_bodies(path: Path | None = None) -> Mapping[str, Body]:
    """All known bodies by id; raises a VocabularyError for the first fault in the file."""
    return _vocabulary(path).bodies


@cache
def _known(language: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    ids: dict[str, str] = {}
    for body in load_bodies().values():
        names = [name for words in body.names.values() for name in words]
        shorts = [*body.acronyms, *body.acronyms_in.get(language, ())]
        ids.update({squeeze(name).upper(): body.id for name in names})
        ids.update({squeeze(name): body.id for name in (*names, *shorts)})
    shouted = [name for name in ids if name.isupper() and len(name) > 12]
    written = [name for name in ids if not (name.isupper() and len(name) > 12)]
    return re.compile(rf"(?<![\w/-]){any_of([*written, *shouted])}(?!\w)(?!-[A-Z0-9])"), ids


@cache
def _company() -> re.Pattern[str]:
    forms = any_of(_vocabulary().legal_forms)
    word = r"(?:[^\W\d_a-zà-öø-ÿ][\w'’.&+-]*|&|\d{1,4}|e|y|et|und|of|de|di|du|the)"
    return re.compile(
        rf"(?<![\w.]){_NAME_WORD}(?:[^\S\n]+{word}){{0,6}}?,?\s{{1,2}}{forms}(?![\w])(?!\.\w)"
    )


@cache
def _shaped(language: str) -> re.Pattern[str]:
    """Names built on a head word: before it in English and German, after it in Romance."""
    vocabulary = _vocabulary()
    heads = any_of(vocabulary.heads.get(language, ()))
    compounds = any_of(vocabulary.compound_heads.get(language, ()))
    german = rf"[^\W\d_a-zà-öø-ÿ][\w-]*?(?:{compounds})"
    name = rf"(?:{_SMALL_ADJECTIVE}\s+)?{_NAME_WORD}(?:\s+{_NAME_WORD})*"
    tail = rf"(?:\s+{_LINK}\s*{name}(?:,?\s+{_JOIN}\s+(?:{_LINK}\s*)?{name})?){{0,3}}"
    if language != "en":  # Polizeipräsidium Potsdam, Gendarmerie royale; but Army Headquarters
        tail = rf"(?:\s+{_SMALL_ADJECTIVE})*(?:\s+{_NAME_WORD}){{0,3}}{tail}"
    before = rf"(?:{_NAME_WORD}\s+){{0,4}}" if language in {"en", "de"} else ""
    return re.compile(rf"(?<![\w-]){before}(?:{heads}|{german})(?!\w){tail}")


def find_bodies(text: str, language: str) -> list[BodyHit]:
    """Where `text` names a body, in order and without overlaps.

    Known bodies come first (whatever the white space in them), then companies by their legal
    form, then names by their shape in `language` (ISO 639-1): capitalised words around a word
    such as ministry, police, agency. A name that is such a word alone is none. Offsets are code
    points, end exclusive.
    """
    shaped = list(_shape_hits(text, language))
    hits = [hit for hit in _known_hits(text, language) if not _is_part(hit, shaped)]
    for found in (_company_hits(text), shaped):
        hits += [hit for hit in found if not _overlaps(hit, hits)]
    return sorted(hits, key=lambda hit: hit.start)


def _overlaps(hit: BodyHit, others: list[BodyHit]) -> bool:
    return any(hit.start < other.end and other.start < hit.end for other in others)


def _is_part(hit: BodyHit, shaped: list[BodyHit]) -> bool:
    """Is a known short name only the end of another body's name (`Delegation ... Chad`)?"""
    return any(
        other.start < hit.start and hit.end <= other.end and hit.id == "european_union"
        for other in shaped
    )


def _known_hits(text: str, language: str) -> Iterator[BodyHit]:
    pattern, ids = _known(language)
    for match in pattern.finditer(text):
        key = squeeze(match.group())
        body = load_bodies()[ids.get(key) or ids[key.upper()]]
        country = body.country or _named_country(text, match.end(), language)
        yield BodyHit(match.start(), match.end(), body.id, body.name, body.role, country)


def _named_country(text: str, end: int, language: str) -> str | None:
    """The country in "EU Delegation to Niger": named within the next few words."""
    following = re.match(r"\s+(?:to|in|en|au|in)\s+(?:the\s+)?[^\W\d_][^,.;:()]{0,40}", text[end:])
    return country_of(following.group(), language) if following else None


def _company_hits(text: str) -> Iterator[BodyHit]:
    for match in _company().finditer(text):
        article = _ARTICLE.match(match.group())
        start = match.start() + (article.end() if article else 0)
        name = " ".join(text[start : match.end()].split())
        if name not in _vocabulary().legal_forms:
            yield BodyHit(start, match.end(), None, name, "supplier", None)


def _shape_hits(text: str, language: str) -> Iterator[BodyHit]:
    heads = {head.lower() for head in _vocabulary().heads.get(language, ())}
    for match in _shaped(language).finditer(text):
        found = match.group().rstrip(".'’-& \n")
        article = _ARTICLE.match(found)
        start = match.start() + (article.end() if article else 0)
        name = " ".join(text[start : match.start() + len(found)].split())
        if name.lower() not in heads:
            end = match.start() + len(found)
            yield BodyHit(start, end, None, name, "either", country_of(name, language))
