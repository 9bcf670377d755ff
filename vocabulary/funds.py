"""EU funds, instruments and programmes, and where a text names them (data: `funds.toml`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vocabulary.errors import DuplicateId, DuplicateTerm
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

_KEYS = ("id", "name", "kind", "names", "acronyms", "acronyms_in", "ordinals")
_ORDINAL = (
    r"(?:(?:\d{1,2}\s?(?:st|nd|rd|th|e|è|ème|eme|º|°|\.)|\d{1,2}[oº]|[Tt]enth|[Ee]leventh|"
    r"[Nn]inth|onzième|dixième)\s+)?"
)
# An acronym inside a reference (`T05-EUTF-NOA-LY-03`, `IPA/2017/...`) is part of a code.
_BEFORE_ACRONYM = r"(?<![\w/])(?<!\w[-.])"
_AFTER_ACRONYM = r"(?!\w)(?![-/.][A-Z0-9])"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fund:
    """A source of EU money: `names` are long names by language, found whatever their case;
    `acronyms` are case-sensitive and found in any language, those of `acronyms_in` only in
    texts of their language. `ordinals`: numbered (11th EDF)."""

    id: str
    name: str
    kind: str
    names: Mapping[str, tuple[str, ...]]
    acronyms: tuple[str, ...]
    acronyms_in: Mapping[str, tuple[str, ...]]
    ordinals: bool


@dataclass(frozen=True, slots=True)
class FundHit:
    """A fund named in a text: code-point offsets, end exclusive; id and name of the fund."""

    start: int
    end: int
    id: str
    name: str


@cache
def load_funds(path: Path | None = None) -> Mapping[str, Fund]:
    """All funds by id; raises a VocabularyError for the first fault found in the file."""
    file = path or Path(__file__).with_name("funds.toml")
    data = read_toml(file)
    check_keys(data, ("fund",), file.name)
    funds: dict[str, Fund] = {}
    for entry in get_tables(data, "fund", file.name):
        fund = _fund(entry, file.name)
        if fund.id in funds:
            raise DuplicateId(f"{file.name}: two funds have the id {fund.id!r}; rename one.")
        funds[fund.id] = fund
    _check_names(funds, file.name)
    return funds


def _fund(entry: Table, file: str) -> Fund:
    fund_id = get_id(entry, file)
    where = f"{file}, fund {fund_id}"
    check_keys(entry, _KEYS, where)
    return Fund(
        id=fund_id,
        name=get_value(entry, "name", str, None, where),
        kind=get_value(entry, "kind", str, "programme", where),
        names=get_words_by_language(entry, "names", where),
        acronyms=get_words(entry, "acronyms", where),
        acronyms_in=get_words_by_language(entry, "acronyms_in", where),
        ordinals=get_value(entry, "ordinals", bool, False, where),  # noqa: FBT003
    )


def _check_names(funds: Mapping[str, Fund], file: str) -> None:
    owners: dict[str, str] = {}
    for fund in funds.values():
        names = {name for words in fund.names.values() for name in words} | set(fund.acronyms)
        for name in names:
            if owners.setdefault(name, fund.id) != fund.id:
                raise DuplicateTerm(f"{file}: {name!r} names {owners[name]} and {fund.id}.")


@dataclass(frozen=True)
class _Finder:
    pattern: re.Pattern[str]
    long_names: Mapping[str, str]
    acronyms: Mapping[str, str]


@cache
def _finder(language: str) -> _Finder:
    long_names: dict[str, str] = {}
    acronyms: dict[str, str] = {}
    numbered: list[str] = []
    for fund in load_funds().values():
        words = {squeeze(n) for names in fund.names.values() for n in names}
        shorts = {squeeze(n) for n in (*fund.acronyms, *fund.acronyms_in.get(language, ()))}
        long_names.update({word.lower(): fund.id for word in words})
        acronyms.update(dict.fromkeys(shorts, fund.id))
        numbered += [*words, *shorts] if fund.ordinals else []
    return _Finder(_pattern(long_names, acronyms, numbered), long_names, acronyms)


def _pattern(
    long_names: Mapping[str, str], acronyms: Mapping[str, str], numbered: list[str]
) -> re.Pattern[str]:
    long_numbered = [name for name in numbered if name.lower() in long_names]
    short_numbered = [name for name in numbered if name in acronyms]
    return re.compile(
        rf"(?<!\w){_ORDINAL}(?P<nl>(?i:{any_of(long_numbered)}))(?!\w)"
        rf"|(?<!\w){_ORDINAL}(?P<ns>{_BEFORE_ACRONYM}{any_of(short_numbered)}){_AFTER_ACRONYM}"
        rf"|(?<!\w)(?P<long>(?i:{any_of(long_names)}))(?!\w)"
        rf"|{_BEFORE_ACRONYM}(?P<short>{any_of(acronyms)}){_AFTER_ACRONYM}"
    )


def find_funds(text: str, language: str) -> list[FundHit]:
    """Where `text` names a fund, in order and without overlaps, the longest name at each place.

    Long names of all languages are found whatever their case; acronyms only as written, and
    those that mean something else elsewhere only in their own `language` (ISO 639-1). White
    space and line breaks inside a name do not matter. Offsets are code points, end exclusive.
    """
    finder, funds = _finder(language), load_funds()
    hits = []
    for match in finder.pattern.finditer(text):
        long_name = match["nl"] or match["long"]
        if long_name:
            fund_id = finder.long_names[squeeze(long_name).lower()]
        else:
            fund_id = finder.acronyms[squeeze(match["ns"] or match["short"])]
        hits.append(FundHit(match.start(), match.end(), fund_id, funds[fund_id].name))
    return hits
