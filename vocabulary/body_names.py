"""When two writings of a name mean one body: normal forms, legal forms, known aliases."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from vocabulary.bodies import Body, load_bodies
from vocabulary.schema import get_value, get_words, read_toml
from vocabulary.surface import fold

_WORD = re.compile(r"[^\W_]+")
# Words that names of authorities have or leave out: "Ministry of (the) Interior".
_SMALL = frozenset({
    "the", "of", "for", "and", "to", "de", "du", "des", "la", "le", "les", "l", "d", "et", "di",
    "del", "della", "dello", "delle", "dell", "dei", "degli", "e", "il", "lo", "i", "gli", "y",
    "el", "los", "las", "der", "die", "das", "den", "dem", "fur", "und", "zur", "zum",
})  # fmt: skip
# Writings of one legal form; what is in none of these rows is a form of its own.
_ALIKE = (
    ("limited", "ltd"),
    ("corporation", "corp"),
    ("aktiengesellschaft", "ag"),
    ("aktsiaselts", "as"),
    ("societe anonyme", "sa"),
    ("societa per azioni", "spa"),
    ("gesellschaft mit beschrankter haftung", "gmbh"),
    ("doo", "d o o"),
)
# Entries of `bodies.toml` that gather several bodies of one country or kind: their names are no
# aliases of each other, and nothing may be added up over them.
COLLECTIVE = frozenset({
    "european_commission", "european_union", "eu_delegation", "eubam", "eucap", "eutm", "euam",
    "united_nations", "icrc", "ngo", "world_bank", "african_union", "g5_sahel",
    "libyan_coast_guard", "tunisian_national_guard", "moroccan_interior", "senegal_police",
    "niger_forces", "mali_forces", "nigeria_nis", "ghana_gis", "bih_border_police", "serbia_moi",
    "turkey_forces", "lebanon_forces", "egypt_forces", "ukraine_border", "moldova_border",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NormalName:
    """A name without case, accents, punctuation and legal form.

    `words` stand as written; `form` is the legal form (`spa`, `gmbh`, `ltd`), "" where it has none.
    """

    words: tuple[str, ...]
    form: str

    @property
    def stem(self) -> str:
        """What writings of one name share: of a body without a legal form its words in any order,
        where there are three or more, as in "Georgia Ministry of Interior"."""
        if self.form:
            return " ".join(self.words)
        told = [word for word in self.words if word not in _SMALL] or list(self.words)
        return " ".join(sorted(told) if len(told) >= 3 else told)


@cache
def _forms() -> Mapping[str, str]:
    """Legal forms as `_squeezed` writes them, with the one name of each."""
    data = read_toml(Path(__file__).with_name("bodies.toml"))
    table = get_value(data, "legal_forms", dict, {}, "bodies.toml")
    names = {_squeezed(form) for form in get_words(table, "names", "bodies.toml, legal_forms")}
    known = {name: name.replace(" ", "") for name in names}
    for row in _ALIKE:
        known.update(dict.fromkeys(row, row[-1].replace(" ", "")))
    return known


def _squeezed(text: str) -> str:
    """Return the words of a text, folded, with letters that full stops part put together.

    >>> _squeezed("Leonardo S.p.A."), _squeezed("A.B.C. d.o.o.")
    ('leonardo spa', 'abc doo')
    """
    joined = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", fold(text))
    return " ".join(_WORD.findall(joined))


@lru_cache(maxsize=200_000)
def normal_name(name: str) -> NormalName:
    """Return a name's normal form.

    >>> normal_name("Chantiers Méridien S.A.S."), normal_name("CHANTIERS MERIDIEN SAS").form
    (NormalName(words=('chantiers', 'meridien'), form='sas'), 'sas')
    >>> normal_name("Ministry of the Interior of Georgia").stem
    'georgia interior ministry'
    """
    words = _squeezed(name).split()
    for length in (4, 3, 2, 1):
        form = _forms().get(" ".join(words[-length:]))
        if form is not None and len(words) > length:
            return NormalName(tuple(words[:-length]), form)
    return NormalName(tuple(words), "")


@cache
def _bodies_by_name() -> Mapping[str, Body]:
    known: dict[str, Body] = {}
    for body in load_bodies().values():
        names = [body.name, *body.acronyms]
        names += [name for written in body.names.values() for name in written]
        for name in names:
            known.setdefault(normal_name(name).stem, body)
    return known


def body_named(name: str, country: str | None = None) -> Body | None:
    """Return the known body that a name means, None where it means none.

    A body of another country than `country` (alpha-2) is not meant: many have a State Border Guard
    Service.
    """
    body = _bodies_by_name().get(normal_name(name).stem)
    if body is None or (country and body.country and country != body.country):
        return None
    return body


@lru_cache(maxsize=200_000)
def party_key(name: str, country: str | None = None) -> str:
    """Return what writings of one body's name share.

    It is the id of a known body that is one (`COLLECTIVE` ones are several), else the normal form.

    >>> party_key("Frontex") == party_key("European Border and Coast Guard Agency")
    True
    >>> party_key("Tunisian Navy") == party_key("Tunisian National Police")
    False
    """
    body = body_named(name, country)
    if body is not None and body.id not in COLLECTIVE:
        return f"body:{body.id}"
    normal = normal_name(name)
    return f"{normal.stem}|{normal.form}" if normal.form else normal.stem
