"""Currencies: codes, symbols and names, as they stand beside sums in EU documents.

The data is `currencies.toml`; names in English, French, German, Spanish and Italian are added
from the Unicode CLDR
(through babel).  `lexicon()` turns both into one look-up from a sequence of tokens to a `Form`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.numbers import get_currency_name

DATA = Path(__file__).with_name("currencies.toml")
NAME_LANGUAGES = ("en", "fr", "de", "es", "it")
TOKEN = re.compile(r"[^\W\d_]+|\S")
"""How a name is cut for the look-up: runs of letters, and single signs."""

MULTIPLIER_PREFIXES: Mapping[str, Decimal] = {
    "k": Decimal(1000),
    "K": Decimal(1000),
    "T": Decimal(1000),
    "M": Decimal(10**6),
    "M.": Decimal(10**6),
    "MM": Decimal(10**6),
    "m": Decimal(10**6),
    "Mio": Decimal(10**6),
    "Md": Decimal(10**9),
    "Mds": Decimal(10**9),
    "Mrd": Decimal(10**9),
    "bn": Decimal(10**9),
    "Bn": Decimal(10**9),
}
THOUSAND_ONLY_IN = frozenset({"EUR", "€", "USD", "$", "CHF", "GBP"})
"""`TEUR` is German bookkeeping for thousands; with other codes a leading T is chance."""

WORDS = frozenset({"MALL", "TALL", "KALL"})
"""Glued forms that are words themselves."""


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency of the data file."""

    code: str
    weak: bool
    names: tuple[str, ...]
    marks: tuple[str, ...]
    suffix: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What a written form means.

    `candidates` are ISO 4217 codes, more than one where the word is shared; `first` is the usual
    one or None.
    `multiplier` is that of glued forms (`k€`, `MEUR`).  `weak` forms count only beside a number
    that looks like
    money; `suffix_only` forms never stand before their number.  `symbol` tells signs and codes
    from words.
    """

    candidates: tuple[str, ...]
    first: str | None
    multiplier: Decimal = Decimal(1)
    weak: bool = False
    suffix_only: bool = False
    symbol: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Two look-ups by token sequence: exact case, and casefolded; `longest` is the longest
    sequence by first token.
    """

    exact: Mapping[tuple[str, ...], Form]
    folded: Mapping[tuple[str, ...], Form]
    longest: Mapping[str, int]

    def find(self, tokens: tuple[str, ...]) -> Form | None:
        """The form that exactly these tokens write, or None."""
        return self.exact.get(tokens) or self.folded.get(tuple(t.casefold() for t in tokens))


def _currency(code: str, row: Mapping[str, Any]) -> Currency:
    lists = {
        key: tuple(str(value) for value in row.get(key, ()))
        for key in ("names", "marks", "suffix", "places")
    }
    return Currency(code=code, weak=bool(row.get("weak", False)), **lists)


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@cache
def currencies() -> Mapping[str, Currency]:
    """All currencies of the data file by ISO 4217 code."""
    return {code: _currency(code, row) for code, row in _data()["currency"].items()}


def _cldr_names(code: str) -> Iterator[str]:
    """CLDR names of a currency in five languages, singular and plural, but those in brackets."""
    for language in NAME_LANGUAGES:
        for count in (None, 1, 2):
            name = get_currency_name(code, count=count, locale=language)
            if "(" not in name and name != code:
                yield name


def _sequence(form: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(form))


def _with_prefixes(mark: str, form: Form) -> Iterator[tuple[str, Form]]:
    """`k€`, `MEUR`, `MMAD` ...: a code or sign with a multiplier glued before it."""
    for prefix, multiplier in MULTIPLIER_PREFIXES.items():
        if prefix == "T" and mark not in THOUSAND_ONLY_IN:
            continue
        weak = form.weak and prefix + mark in WORDS
        yield prefix + mark, Form(form.candidates, form.first, multiplier, weak=weak, symbol=True)


def _exact_forms(currency: Currency) -> Iterator[tuple[str, Form]]:
    plain = Form((currency.code,), currency.code, weak=currency.weak, symbol=True)
    abbreviation = Form((currency.code,), currency.code, weak=True, suffix_only=True, symbol=True)
    for mark in (currency.code, *currency.marks):
        yield mark, plain
        yield from _with_prefixes(mark, plain)
    for mark in currency.suffix:
        yield mark, abbreviation
        for prefix in ("M", "MM", "k", "K"):
            glued = Form(
                (currency.code,),
                currency.code,
                MULTIPLIER_PREFIXES[prefix],
                suffix_only=True,
                symbol=True,
            )
            yield prefix + mark, glued


def _named_forms(currency: Currency) -> Iterator[tuple[str, Form]]:
    for name in (*_cldr_names(currency.code), *currency.names):
        may_lead = currency.code == "EUR" and name.casefold() in {"eur", "euro"}
        yield name.casefold(), Form((currency.code,), currency.code, suffix_only=not may_lead)


def _shared(row: Mapping[str, Any]) -> Iterator[tuple[str, Form, bool]]:
    """The forms of one `[[shared]]` row, each with whether its case counts."""
    candidates, first = tuple(row["currencies"]), row.get("first")
    for name in row.get("names", ()):
        yield name.casefold(), Form(candidates, first, suffix_only=True), False
    sign = Form(candidates, first, weak=bool(row.get("weak", False)), symbol=True)
    for mark in row.get("marks", ()):
        yield mark, sign, True
        for prefixed, form in _with_prefixes(mark, sign):
            yield prefixed, form, True
    if "fcfa" in row.get("names", ()):
        for lead in ("FCFA", "F CFA", "XOF", "XAF"):
            yield lead, Form((lead,), lead, symbol=True) if lead[0] == "X" else sign, True
        for prefixed, form in _with_prefixes("FCFA", sign):
            yield prefixed, form, True


def _longest(forms: Iterable[tuple[str, ...]]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for form in forms:
        first = form[0].casefold()
        longest[first] = max(longest.get(first, 0), len(form))
    return longest


@cache
def lexicon() -> Lexicon:
    """All written forms; a code of its own wins over a glued form that spells the same."""
    exact: dict[tuple[str, ...], Form] = {}
    folded: dict[tuple[str, ...], Form] = {}
    for row in _data()["shared"]:
        for text, form, case_counts in _shared(row):
            (exact if case_counts else folded).setdefault(_sequence(text), form)
    for code, currency in currencies().items():
        exact[_sequence(code)] = Form((code,), code, weak=currency.weak, symbol=True)
    for currency in currencies().values():
        for text, form in _exact_forms(currency):
            exact.setdefault(_sequence(text), form)
        for text, form in _named_forms(currency):
            folded.setdefault(_sequence(text), form)
    return Lexicon(exact, folded, _longest((*exact, *folded)))


@cache
def _place_pattern(candidates: tuple[str, ...]) -> re.Pattern[str]:
    groups = [
        f"(?P<{code}>{'|'.join(map(re.escape, currencies()[code].places))})"
        for code in candidates
        if currencies()[code].places
    ]
    return re.compile(r"\b(?:" + "|".join(groups) + ")") if groups else re.compile(r"(?!)")


def resolve(form: Form, text: str, position: int, reach: int = 600) -> str | None:
    """The currency that a form means at a position of a text.

    A shared word takes the currency of the nearest place named within `reach` characters, else
    its usual
    currency, else None.
    """
    if len(form.candidates) == 1:
        return form.candidates[0]
    start = max(0, position - reach)
    around = text[start : position + reach].lower()
    found = [
        (abs(start + match.start() - position), str(match.lastgroup))
        for match in _place_pattern(form.candidates).finditer(around)
    ]
    return min(found)[1] if found else form.first
