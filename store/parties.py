"""All that one body received or delivered, over all documents, however its name is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz, process

from core.errors import UnknownKey, UsageError
from core.text import json_text
from store.counting import Counted, count_amounts, told_sum
from store.database import Store
from vocabulary.body_names import COLLECTIVE, body_named, normal_name, party_key

Role = Literal["recipient", "supplier"]
_PREFIX = re.compile(r"(recipient|supplier):(.*)", re.DOTALL)
_LISTED = " AND e.state NOT IN ('rejected', 'withdrawn') AND e.text_withdrawn = 0"
_NAMES = """
SELECT e.{role} AS name, {country} AS country, count(*) AS entries
FROM entries e
WHERE e.{role} IS NOT NULL AND e.state NOT IN ('rejected', 'withdrawn') AND e.text_withdrawn = 0
  AND e.document_id NOT IN (SELECT id FROM hidden_documents)
GROUP BY 1, 2 ORDER BY 1, 2
"""
_ENTRIES = """
SELECT e.key AS entry, e.date, e.stage, e.state, e.equipment, e.equipment_type, e.quantity,
  e.amount_min, e.amount_max, e.currency, e.amount_eur, e.eur_rate_date, e.eur_source,
  e.amount_kind, e.amount_scope, e.recipient, e.recipient_country, e.supplier, e.fund, e.page,
  d.key AS document, titled(d.title, d.url) AS title
FROM entries e JOIN documents d ON d.id = e.document_id
WHERE d.id NOT IN (SELECT id FROM hidden_documents) {where}
ORDER BY coalesce(e.date, ''), d.key, e.page, e.key LIMIT :most
"""
_MOST = 5_000  # entries that are listed; all are counted
_NEAR = 80  # of 100: how alike names are that are suggested
_SUGGESTED = 8


@dataclass(frozen=True)
class _Name:
    """One writing of a name, with the country that stands beside it, and how often it is there."""

    name: str
    country: str | None
    entries: int


def party_of(key: str) -> tuple[Role, str] | None:
    """Return the role and the name that `recipient:NAME` or `supplier:NAME` ask for, else None."""
    found = _PREFIX.fullmatch(key)
    if found is None:
        return None
    role: Role = "recipient" if found[1] == "recipient" else "supplier"
    if not normal_name(found[2]).words:
        raise UsageError(f"Write the name of a body after {found[1]}:.")
    return role, found[2].strip()


def show_party(store: Store, role: Role, name: str) -> dict[str, Any]:
    """Return all that one body received or delivered.

    Bodies of one name in several countries, and those whose country is not stated, are apart:
    `parties` has one for each. Each says under `names` what was joined and why, under `sums` what
    the amounts come to by year, kind and currency (each amount once), and lists its `entries`.
    `near` are other names that one may have meant; nothing of theirs is in it. Raises `UnknownKey`
    where no entry has the name.
    """
    names = _names(store, role)
    joined = _joined(name, names)
    near = _near(name, [known for known in names if known not in joined])
    if not joined:
        hint = f"; near it are: {'; '.join(near)}" if near else ""
        raise UnknownKey(f"No entry has a {role} named {name!r}{hint}.")
    apart: dict[str, list[_Name]] = {}
    for known in joined:
        apart.setdefault(_body_of(known), []).append(known)
    return {
        "role": role,
        "name": name,
        "parties": [_party(store, role, apart[body]) for body in sorted(apart)],
        "near": near,
    }


def _body_of(known: _Name) -> str:
    """Return what tells bodies of one name apart: a known body is one, else each country's is."""
    key = party_key(known.name, known.country)
    return key if key.startswith("body:") else f"country:{known.country or '~'}"


def _names(store: Store, role: Role) -> list[_Name]:
    # A supplier's country is in no column: companies are told apart by their legal forms.
    country = "e.recipient_country" if role == "recipient" else "NULL"
    rows = store.rows(_NAMES.format(role=role, country=country))
    return [_Name(row["name"], row["country"], row["entries"]) for row in rows]


def _joined(name: str, names: Sequence[_Name]) -> list[_Name]:
    """Return the writings of a body's name.

    A company named without its legal form is the one company of that name, where there is only one.
    """
    wanted = {party_key(name), *(party_key(name, known.country) for known in names)}
    asked = normal_name(name)
    same = [known for known in names if normal_name(known.name).words == asked.words]
    forms = {asked.form, *(normal_name(known.name).form for known in same)} - {""}
    return [
        known
        for known in names
        if party_key(known.name, known.country) in wanted or (len(forms) == 1 and known in same)
    ]


def _near(name: str, names: Sequence[_Name]) -> list[str]:
    """Return names like the one asked for, and those that the vocabulary puts beside it."""
    writings = {" ".join(normal_name(known.name).words): known.name for known in names}
    wanted = " ".join(normal_name(name).words)
    found = process.extract(
        wanted, list(writings), scorer=fuzz.token_set_ratio, limit=_SUGGESTED, score_cutoff=_NEAR
    )
    near = [writings[words] for words, _, _ in found]
    body = body_named(name)
    if body is not None and body.id in COLLECTIVE:
        near += [
            known.name
            for known in names
            if known.name not in near and body_named(known.name, known.country) is body
        ]
    return near[:_SUGGESTED]


def _party(store: Store, role: Role, names: Sequence[_Name]) -> dict[str, Any]:
    country = "e.recipient_country" if role == "recipient" else "NULL"
    where = (
        f"{_LISTED} AND e.{role} IN (SELECT value FROM json_each(:names))"  # noqa: S608 - constants
        f" AND e.{role} || char(31) || coalesce({country}, '')"
        " IN (SELECT value FROM json_each(:writings))"
    )
    values: dict[str, Any] = {
        "names": json_text([known.name for known in names]),
        "writings": json_text([f"{known.name}\x1f{known.country or ''}" for known in names]),
    }
    counted = count_amounts(store, where, values, by_year=True)
    rows = store.rows(_ENTRIES.format(where=where), {**values, "most": _MOST})
    return {
        "countries": sorted({known.country for known in names if known.country}),
        "names": [
            {"name": known.name, "entries": known.entries, "why": _why(known, names[0])}
            for known in names
        ],
        "entries_in_all": sum(known.entries for known in names),
        "sums": [told_sum(found) for found in counted.sums],
        "open_pairs": counted.open_pairs,
        "notes": _notes(role, names),
        "entries": [_with_counting(dict(row), counted) for row in rows],
    }


def _notes(role: Role, names: Sequence[_Name]) -> list[str]:
    told = any(known.country or _body_of(known).startswith("body:") for known in names)
    if role == "supplier" or told:
        return []
    return ["No country is stated; bodies of several countries may be among these."]


def _why(known: _Name, first: _Name) -> str:
    """Say why a writing was joined with the first one."""
    body = body_named(known.name, known.country)
    if body is not None and body.id not in COLLECTIVE:
        return f"known as {body.name}"
    if known.name == first.name:
        return "as written"
    ours, theirs = normal_name(known.name), normal_name(first.name)
    if ours.form != theirs.form:
        return "the same name, the legal form left out in one"
    return "the same name in another writing"


def _with_counting(row: dict[str, Any], counted: Counted) -> dict[str, Any]:
    return {**row, "counted_with": counted.counted_with.get(row["entry"])}
