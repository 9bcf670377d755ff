"""Sums of amounts in which each amount counts once, however many entries name it.

One amount is named more than once where several goods share it, where the same file lies at two
addresses, and where a person has confirmed that two entries tell of one delivery. Amounts of
different kinds (a budget, an award, a payment) and currencies are never added up, and what nobody
has reviewed yet stays apart from what somebody has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Context, Decimal
from itertools import groupby
from typing import Any

from store.database import Store

KINDS = ("paid", "award", "price", "estimate", "ceiling", "budget", "unknown")
_REVIEWED = ("accepted", "corrected")
_EXACT = Context(prec=80)
_ROWS = """
SELECT e.key, coalesce(e.amount_group, 'at:' || x.page || ':' || x.start) AS place,
  e.amount_scope, e.amount_min, e.amount_max, e.currency, e.amount_eur, e.amount_kind, e.state,
  e.date, v.sha256
FROM entries e JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id
LEFT JOIN entry_evidence x ON x.entry_key = e.key AND x.field = 'amount'
WHERE e.amount_min IS NOT NULL AND e.state NOT IN ('rejected', 'withdrawn')
  AND e.text_withdrawn = 0 AND d.id NOT IN (SELECT id FROM hidden_documents) {where}
ORDER BY v.sha256, place, e.amount_min, e.currency, e.key
"""
_OPEN = """
WITH listed AS (SELECT e.key FROM entries e JOIN documents d ON d.id = e.document_id
  WHERE e.amount_min IS NOT NULL AND e.state NOT IN ('rejected', 'withdrawn')
    AND e.text_withdrawn = 0 {where})
SELECT count(*) FROM open_pairs p WHERE p.first IN listed AND p.second IN listed
"""


@dataclass(kw_only=True)
class Sum:
    """What amounts of one kind and currency come to.

    `low` and `high` are the sums of the least and the greatest that the amounts may be, `shared`
    the part of `low` that several goods share. `eur` is `low` in euro as far as there is a rate;
    `no_rate` amounts have none. `amounts` is how many were added up, `entries` how many name them.
    `year` is None where the sums are not by year, "" where entries have no date.
    """

    review: str
    kind: str
    currency: str | None
    year: str | None = None
    amounts: int = 0
    entries: int = 0
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    shared: Decimal = Decimal(0)
    eur: Decimal = Decimal(0)
    no_rate: int = 0


@dataclass(kw_only=True)
class Counted:
    """Sums, and for each entry whose amount another one stands for, the key of that one.

    `open_pairs` candidates among the entries wait for a person: both of each are counted.
    """

    sums: list[Sum] = field(default_factory=list)
    counted_with: dict[str, str] = field(default_factory=dict)
    open_pairs: int = 0


def count_amounts(
    store: Store, where: str, values: Mapping[str, Any], *, by_year: bool = False
) -> Counted:
    """Add up the amounts of the entries that a condition holds for.

    `where` is ` AND ...` over entries `e` and documents `d`, with `values` for its parameters.
    Rejected, withdrawn and hidden entries never count.
    """
    clusters = same_deliveries(store.connection)
    counter = _Counter(by_year=by_year)
    rows = store.connection.execute(_ROWS.format(where=where), values)
    held: list[list[sqlite3.Row]] = []
    for amount, group in groupby(rows, key=_amount):
        alike = list(group)
        units = [alike] if amount[1] else [[row] for row in alike]
        for unit in units:
            if any(row["key"] in clusters for row in unit):
                held.append(unit)
            else:
                counter.add(unit)
    for unit in _joined(held, clusters):
        for _, comparable in groupby(sorted(unit, key=_sort), key=_comparable):
            counter.add(list(comparable))
    open_pairs = int(store.value(_OPEN.format(where=where), dict(values)))
    return Counted(
        sums=sorted(counter.sums.values(), key=_order),
        counted_with=counter.counted_with,
        open_pairs=open_pairs,
    )


def told_sum(found: Sum) -> dict[str, Any]:
    """Return a sum with its numbers as exact text, the euro to cents."""
    told = asdict(found)
    for name in ("low", "high", "shared"):
        told[name] = f"{told[name]:f}"
    return {**told, "eur": f"{found.eur:.2f}"}


def _amount(row: sqlite3.Row) -> tuple[Any, ...]:
    """What one amount is known by: where it stands in which file, and what it says."""
    return row["sha256"], row["place"], row["amount_min"], row["currency"]


def _comparable(row: sqlite3.Row) -> tuple[str, str]:
    return row["amount_kind"], row["currency"] or ""


def _sort(row: sqlite3.Row) -> tuple[Any, ...]:
    return *_comparable(row), row["key"]


def _order(found: Sum) -> tuple[Any, ...]:
    pending, kind = found.review == "pending", KINDS.index(found.kind)
    return found.year or "", pending, kind, found.currency or ""


class _Counter:
    def __init__(self, *, by_year: bool) -> None:
        self.by_year = by_year
        self.sums: dict[tuple[Any, ...], Sum] = {}
        self.counted_with: dict[str, str] = {}

    def add(self, unit: Sequence[sqlite3.Row]) -> None:
        """Count one amount, which all entries of the unit name; the most reliable says it."""
        chosen = min(unit, key=_preference)
        review = "reviewed" if chosen["state"] in _REVIEWED else "pending"
        year = (chosen["date"] or "")[:4] if self.by_year else None
        key = (review, chosen["amount_kind"], chosen["currency"], year)
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = Sum(review=key[0], kind=key[1], currency=key[2], year=year)
        low = Decimal(chosen["amount_min"])
        found.amounts += 1
        found.entries += len(unit)
        found.low = _EXACT.add(found.low, low)
        found.high = _EXACT.add(found.high, Decimal(chosen["amount_max"] or chosen["amount_min"]))
        if chosen["amount_scope"] != "own":
            found.shared = _EXACT.add(found.shared, low)
        if chosen["amount_eur"] is None:
            found.no_rate += 1
        else:
            found.eur = _EXACT.add(found.eur, Decimal(repr(chosen["amount_eur"])))
        for row in unit:
            if row is not chosen:
                self.counted_with[row["key"]] = chosen["key"]


def _preference(row: sqlite3.Row) -> tuple[Any, ...]:
    """Reviewed before pending, what covers more before its parts, the greater, the first key."""
    return (
        row["state"] not in _REVIEWED,
        row["amount_scope"] == "own",
        -Decimal(row["amount_min"]),
        row["key"],
    )


def same_deliveries(connection: sqlite3.Connection) -> dict[str, str]:
    """Return for each entry of a confirmed pair the first key of all that tell of its delivery."""
    parents: dict[str, str] = {}
    for first, second in connection.execute(
        "SELECT first, second FROM settled_pairs WHERE verdict = 'same'"
    ):
        _unite(parents, first, second)
    return {key: _root(parents, key) for key in parents}


def _root(parents: dict[str, str], key: str) -> str:
    while parents.setdefault(key, key) != key:
        parents[key] = parents[parents[key]]
        key = parents[key]
    return key


def _unite(parents: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_root(parents, one), _root(parents, other)))
    parents[second] = first


def _joined(
    units: Iterable[list[sqlite3.Row]], clusters: Mapping[str, str]
) -> Iterator[list[sqlite3.Row]]:
    """Put together units with entries of one delivery."""
    parents: dict[str, str] = {}
    whole = [(unit, [clusters.get(row["key"], row["key"]) for row in unit]) for unit in units]
    for _, roots in whole:
        for root in roots:
            _unite(parents, roots[0], root)
    joined: dict[str, list[sqlite3.Row]] = {}
    for unit, roots in whole:
        joined.setdefault(_root(parents, roots[0]), []).extend(unit)
    yield from joined.values()
