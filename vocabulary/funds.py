"""Funds, instruments, programmes and projects, and where a text names them (`funds*.toml`)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vocabulary.errors import DuplicateId, DuplicateTerm
from vocabulary.phrases import name_pattern, squeeze
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

_FILES = (
    "funds.toml",
    "funds_programmes.toml",
    "funds_donors.toml",
    "funds_projects.toml",
    "funds_research.toml",
)
# The lists of a file and the kind of their entries. The entries of all but "fund" are found by
# their name too.
_LISTS = {
    "fund": "programme",
    "trust_fund": "fund",
    "facility": "facility",
    "programme": "programme",
    "project": "project",
}
_KEYS = ("id", "name", "kind", "names", "acronyms", "acronyms_in", "ordinals")
_Node = dict[str, "_Node"]
_ORDINAL = (
    r"(?:(?:\d{1,2}\s?(?:st|nd|rd|th|e|è|ème|eme|º|°|\.)|\d{1,2}[oº]|[Tt]enth|[Ee]leventh|"
    r"[Nn]inth|onzième|dixième)\s+)"
)
# An acronym inside a reference (`T05-EUTF-NOA-LY-03`, `IPA/2017/...`) is part of a code.
_BEFORE_ACRONYM = r"(?<![\w/])(?<!\w[-.])"
_AFTER_ACRONYM = r"(?!\w)(?![-/.][A-Z0-9])"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fund:
    """A source of money: `names` are long names by language, found whatever their case, and so
    is `name` when it is `found_by_name`; `acronyms` are case-sensitive and found in any
    language, those of `acronyms_in` only in texts of their language. `ordinals`: numbered
    (11th EDF)."""

    id: str
    name: str
    kind: str
    names: Mapping[str, tuple[str, ...]]
    acronyms: tuple[str, ...]
    acronyms_in: Mapping[str, tuple[str, ...]]
    ordinals: bool
    found_by_name: bool

    @property
    def long_names(self) -> frozenset[str]:
        """The names found whatever their case, of all languages, squeezed."""
        own = (self.name,) if self.found_by_name else ()
        return frozenset(squeeze(n) for names in (own, *self.names.values()) for n in names)


@dataclass(frozen=True, slots=True)
class FundHit:
    """A fund named in a text: code-point offsets, end exclusive; id and name of the fund."""

    start: int
    end: int
    id: str
    name: str


@cache
def load_funds(path: Path | None = None) -> Mapping[str, Fund]:
    """All funds by id, of `path` or of the project's files.

    Raises a VocabularyError for the first fault found in them.
    """
    files = (path,) if path else [Path(__file__).with_name(name) for name in _FILES]
    funds: dict[str, Fund] = {}
    for file in files:
        for fund in _funds(file):
            if fund.id in funds:
                raise DuplicateId(f"{file.name}: two funds have the id {fund.id!r}; rename one.")
            funds[fund.id] = fund
    _check_names(funds)
    return funds


def _funds(file: Path) -> Iterator[Fund]:
    data = read_toml(file)
    check_keys(data, _LISTS, file.name)
    for key in data or ("fund",):
        for entry in get_tables(data, key, file.name):
            yield _fund(entry, key, file.name)


def _fund(entry: Table, key: str, file: str) -> Fund:
    fund_id = get_id(entry, file)
    where = f"{file}, {key} {fund_id}"
    check_keys(entry, _KEYS, where)
    return Fund(
        id=fund_id,
        name=get_value(entry, "name", str, None, where),
        kind=get_value(entry, "kind", str, _LISTS[key], where),
        names=get_words_by_language(entry, "names", where),
        acronyms=get_words(entry, "acronyms", where),
        acronyms_in=get_words_by_language(entry, "acronyms_in", where),
        ordinals=get_value(entry, "ordinals", bool, False, where),  # noqa: FBT003
        found_by_name=key != "fund",
    )


def _check_names(funds: Mapping[str, Fund]) -> None:
    owners: dict[str, str] = {}
    for fund in funds.values():
        for name in {name.lower() for name in fund.long_names} | set(fund.acronyms):
            if owners.setdefault(name, fund.id) != fund.id:
                raise DuplicateTerm(f"{name!r} names two funds, {owners[name]} and {fund.id}.")


@dataclass(frozen=True)
class _Finder:
    pattern: re.Pattern[str]
    owners: Mapping[str, str]


def _owners(names_of: Callable[[Fund], Iterable[str]]) -> tuple[dict[str, str], list[str]]:
    """The fund of each name, and the names of those that may be numbered (11th EDF)."""
    owners: dict[str, str] = {}
    numbered: list[str] = []
    for fund in load_funds().values():
        names = list(names_of(fund))
        owners.update(dict.fromkeys(names, fund.id))
        numbered += names if fund.ordinals else []
    return owners, numbered


@cache
def _long_names() -> _Finder:
    owners, numbered = _owners(lambda fund: [name.lower() for name in fund.long_names])
    pattern = (
        rf"(?<!\w)(?:{_ORDINAL}(?P<numbered>(?i:{_tree(numbered)}))"
        rf"|(?P<plain>(?i:{_tree(owners)})))(?!\w)"
    )
    return _Finder(re.compile(pattern), owners)


@cache
def _acronyms(language: str) -> _Finder:
    owners, numbered = _owners(
        lambda fund: map(squeeze, (*fund.acronyms, *fund.acronyms_in.get(language, ())))
    )
    pattern = (
        rf"(?:(?<!\w){_ORDINAL}{_BEFORE_ACRONYM}(?P<numbered>{_tree(numbered)})"
        rf"|{_BEFORE_ACRONYM}(?P<plain>{_tree(owners)})){_AFTER_ACRONYM}"
    )
    return _Finder(re.compile(pattern), owners)


def _tree(names: Iterable[str]) -> str:
    """`any_of(names)` with common beginnings taken together: the longest name of each place."""
    root: _Node = {}
    for name in names:
        node = root
        for part in name:
            node = node.setdefault(part, {})
        node[""] = {}
    return _branches(root) if root else r"(?!)"


def _branches(node: _Node) -> str:
    parts = []
    for part, after in node.items():
        if part:
            text, end = part, after
            while len(end) == 1 and "" not in end:
                ((following, end),) = end.items()
                text += following
            begin = r"\s+".join(name_pattern(word) for word in text.split(" "))
            parts.append(begin + (_branches(end) if len(end) > 1 else ""))
    joined = f"(?:{'|'.join(parts)})" if parts else ""
    return f"{joined}?" if "" in node else joined


def find_funds(text: str, language: str) -> list[FundHit]:
    """Where `text` names a fund, in order and without overlaps, the longest name at each place.

    Long names of all languages are found whatever their case; acronyms only as written, and
    those that mean something else elsewhere only in their own `language` (ISO 639-1). White
    space and line breaks inside a name do not matter. Offsets are code points, end exclusive.
    """
    funds, found = load_funds(), []
    for match in _long_names().pattern.finditer(text):
        name = squeeze(match["numbered"] or match["plain"]).lower()
        found.append((match.start(), match.end(), _long_names().owners[name]))
    for match in _acronyms(language).pattern.finditer(text):
        name = squeeze(match["numbered"] or match["plain"])
        found.append((match.start(), match.end(), _acronyms(language).owners[name]))
    hits: list[FundHit] = []
    for start, end, fund_id in sorted(found, key=lambda hit: (hit[0], -hit[1])):
        if not hits or start >= hits[-1].end:
            hits.append(FundHit(start, end, fund_id, funds[fund_id].name))
    return hits
