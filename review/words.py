"""How values are put before people: numbers, dates, countries, states, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from typing import Any, Final

import msgspec
from babel import Locale

from vocabulary.taxonomy import load_taxonomy

STATES: Final[Mapping[str, str]] = {
    "pending": "pending",
    "accepted": "accepted",
    "corrected": "corrected",
    "rejected": "rejected",
    "reopened": "reopened",
    "withdrawn": "no longer proposed",
}
FIELDS: Final[Mapping[str, str]] = {
    "equipment": "Equipment",
    "equipment_type": "Type",
    "equipment_family": "Family",
    "quantity": "Quantity",
    "amount": "Amount",
    "amount_min": "Amount",
    "amount_max": "Amount, up to",
    "amount_eur": "In euro",
    "currency": "Currency",
    "amount_kind": "Kind of amount",
    "amount_scope": "Amount is for",
    "recipient": "Recipient",
    "recipient_country": "Country",
    "supplier": "Supplier",
    "fund": "Fund",
    "date": "Date",
    "stage": "Stage",
    "state": "State",
}
SCOPES: Final[Mapping[str, str]] = {
    "own": "this entry alone",
    "shared": "several entries together",
    "total": "the whole project or contract",
}
_LONGEST_TITLE = 160


def number(value: Any) -> str:
    """Return a number with thin spaces between thousands; empty for None.

    >>> number("1234567.50")
    '1\\u202f234\\u202f567.50'
    """
    if value is None:
        return ""
    plain = f"{Decimal(str(value)):f}"
    whole, point, rest = plain.partition(".")
    return f"{int(whole):,}".replace(",", "\u202f") + point + rest


def money(values: Mapping[str, Any]) -> str:
    """Return an amount with its currency and, for a range, both ends; empty where none is stated.

    >>> money({"amount_min": "5", "amount_max": "7", "currency": "EUR"})
    '5 to 7 EUR'
    """
    low, high = values.get("amount_min"), values.get("amount_max")
    if low is None and high is None:
        return ""
    ends = list(dict.fromkeys(number(end) for end in (low, high) if end is not None))
    return f"{' to '.join(ends)} {values.get('currency') or ''}".strip()


def euro(value: float | None) -> str:
    """Return euro in full, rounded to whole ones; empty for None."""
    return "" if value is None else f"{number(round(value))} EUR"


def day(moment: str | None) -> str:
    """Return the day and the minute of an ISO time in UTC; a bare date as it is."""
    if not moment:
        return ""
    return moment if "T" not in moment else f"{moment[:10]} {moment[11:16]} UTC"


def country(code: str | None) -> str:
    """Return a country's English name by its code; the code itself where there is none."""
    return str(countries().get(code, code)) if code else ""


@cache
def countries() -> Mapping[str, str]:
    """Return English names of countries by their two-letter codes, in the order of the names."""
    known = {code: name for code, name in Locale("en").territories.items() if code.isalpha()}
    return dict(sorted(known.items(), key=lambda pair: pair[1]))


def language(code: str) -> str:
    """Return a language's English name by its code; the code itself where there is none."""
    return str(Locale("en").languages.get(code, code))


@cache
def _type_names() -> Mapping[str, str]:
    return {name: one.label for name, one in load_taxonomy().types.items()}


def kind(type_id: str | None) -> str:
    """Return what a type of equipment is called."""
    return _type_names().get(type_id, type_id) if type_id else ""


def family(family_id: str | None) -> str:
    """Return what a family of equipment is called."""
    found = load_taxonomy().families.get(family_id or "")
    return found.label if found else family_id or ""


def title(text: str | None, fallback: str = "") -> str:
    """Return a document's title on one line, cut where it is very long."""
    whole = " ".join((text or fallback).split())
    return whole if len(whole) <= _LONGEST_TITLE else f"{whole[: _LONGEST_TITLE - 1]}…"


@dataclass(frozen=True)
class Run:
    """Words that two texts share (`same`), or that only the old or the new one has."""

    kind: str
    text: str


def changed_words(pair: tuple[Any, Any]) -> list[Run]:
    """Return a word diff of two values; None is said to be not stated.

    >>> [run.kind for run in changed_words(("four boats", "five boats"))]
    ['old', 'new', 'same']
    """
    old, new = (("not stated" if one is None else str(one)).split() for one in pair)
    runs = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", " ".join(old[a:b])))
            continue
        runs += [Run("old", " ".join(old[a:b]))] if b > a else []
        runs += [Run("new", " ".join(new[c:d]))] if d > c else []
    return runs


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "number": number,
    "money": money,
    "euro": euro,
    "day": day,
    "country": country,
    "kind": kind,
    "family": family,
    "short": title,
    "json": lambda value: msgspec.json.encode(value).decode(),
    "words": changed_words,
    "state": lambda state: STATES.get(state, state),
    "field": lambda name: FIELDS.get(name, name),
}
