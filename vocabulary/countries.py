"""Countries that texts and names of bodies point to, as ISO 3166 alpha-2 codes (XK: Kosovo).

Names come from ISO 3166 (pycountry), CLDR (babel) and `countries.toml`, which adds adjectives,
cities, short names and codes that are no ISO codes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import babel
import pycountry

from vocabulary.phrases import any_of, squeeze
from vocabulary.schema import Table, check_keys, get_value, get_words, read_toml
from vocabulary.surface import fold

_FILE = Path(__file__).with_name("countries.toml")
_KEYS = ("codes", "names", "not_a_country", "adjectives", "places")
_INVERTED = re.compile(r"(?P<name>[^,]+), (?P<front>[^,]+)")


@dataclass(frozen=True, slots=True)
class CountryHit:
    """A word of a text that points to a country: code-point offsets, end exclusive; alpha-2."""

    start: int
    end: int
    country: str


@cache
def _data() -> Table:
    data = read_toml(_FILE)
    check_keys(data, _KEYS, _FILE.name)
    return data


def _listed(table: Table, where: str) -> Iterator[tuple[str, str]]:
    """Each word of a table of words by country, with the country."""
    for country in table:
        for word in get_words(table, country, where):
            yield word, country


def _section(key: str) -> dict[str, object]:
    return get_value(_data(), key, dict, None, _FILE.name)


@cache
def _iso_names() -> Mapping[str, str]:
    """Each English name of ISO 3166, straight and inverted -> alpha-2."""
    names: dict[str, str] = {}
    for country in pycountry.countries:
        fields = [country.name, getattr(country, "common_name", None)]
        fields.append(getattr(country, "official_name", None))
        for name in filter(None, fields):
            plain = name.split(" (")[0]
            names.setdefault(plain, country.alpha_2)
            if inverted := _INVERTED.fullmatch(plain):
                names.setdefault(f"{inverted['front']} {inverted['name']}", country.alpha_2)
    return names


@cache
def _cldr_names(language: str) -> Mapping[str, str]:
    """Each name of a country in `language` -> alpha-2; empty for a language CLDR does not know."""
    try:
        territories = babel.Locale.parse(language).territories
    except (ValueError, babel.UnknownLocaleError):
        return {}
    known = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    return {name: code for code, name in territories.items() if code in known}


@cache
def _names(language: str) -> Mapping[str, str]:
    """Names found with a capital -> alpha-2; what comes later in the code goes before."""
    names = {**_iso_names(), **_cldr_names("en"), **_cldr_names(language)}
    names.update(_listed(_section("places"), "places"))
    names.update(_listed(_section("names"), "names"))
    adjectives = _section("adjectives")
    english = get_value(adjectives, "en", dict, None, "adjectives")
    for word, country in _listed(english, "adjectives.en"):
        names.update({word: country, f"{word}s": country})
    return {squeeze(name): country for name, country in names.items()}


@cache
def _adjectives(language: str) -> Mapping[str, str]:
    """Adjectives found in any case -> alpha-2, for other languages than English."""
    if language == "en":
        return {}
    table = get_value(_section("adjectives"), language, dict, {}, "adjectives")
    words = dict(_listed(table, f"adjectives.{language}"))
    words.update({f"{word}s": country for word, country in list(words.items())})
    return {word.lower(): country for word, country in words.items()}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    others = get_words(_section("not_a_country"), "names", "not_a_country")
    names = _names(language)
    shouted = [name.upper() for name in names if len(name) > 3]
    return re.compile(
        rf"(?<!\w)(?:(?P<other>{any_of(others)})"
        rf"|(?P<name>{any_of([*names, *shouted])})(?!\w)"
        rf"|(?P<adjective>(?i:{any_of(_adjectives(language))}))(?!\w))"
    )


@cache
def _by_upper_name(language: str) -> Mapping[str, str]:
    return {name.upper(): country for name, country in _names(language).items()}


def find_countries(text: str, language: str) -> list[CountryHit]:
    """Where `text` points to a country: its name, an adjective, a city; in order, no overlaps.

    English names and those of `language` (ISO 639-1) are found, with a capital or in capitals;
    adjectives of other languages in any case. Offsets are code points, end exclusive.
    """
    hits = []
    for match in _pattern(language).finditer(text):
        if name := match["name"]:
            key = squeeze(name)
            country = _names(language).get(key) or _by_upper_name(language)[key]
        elif adjective := match["adjective"]:
            country = _adjectives(language)[squeeze(adjective).lower()]
        else:
            continue
        hits.append(CountryHit(match.start(), match.end(), country))
    return hits


def country_of(text: str, language: str = "en") -> str | None:
    """The alpha-2 code of the one country that the name of a body points to.

    None when it points to none or to two different ones.
    """
    countries = {hit.country for hit in find_countries(text, language)}
    return countries.pop() if len(countries) == 1 else None


@cache
def _codes() -> Mapping[str, str]:
    codes = {country.alpha_3: country.alpha_2 for country in pycountry.countries}
    codes.update({country.alpha_2: country.alpha_2 for country in pycountry.countries})
    codes["XK"] = "XK"
    codes.update({code: str(country) for code, country in _section("codes").items()})
    return codes


@cache
def _by_folded_name() -> Mapping[str, str]:
    languages = ("de", "es", "it", "nl", "pt", "fr", "en")
    return {fold(n): country for lang in languages for n, country in _country_names(lang).items()}


def _country_names(language: str) -> dict[str, str]:
    names = {**_iso_names(), **_cldr_names(language)}
    names.update(_listed(_section("names"), "names"))
    return names


def country_code(code_or_name: str) -> str | None:
    """Alpha-2 for an alpha-2 or alpha-3 code, UK, EL, or a country's name; None when unknown."""
    text = code_or_name.strip()
    return _codes().get(text.upper()) or _by_folded_name().get(fold(text))
