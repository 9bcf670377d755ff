"""Amounts by fund and year for the overview, each amount once, kinds apart.

`store.counting` says which amounts are one. What is plain (an amount that one group of goods in one
file shares) is decided here while the rows go by, for speed; what a person has joined, and amounts
of one file that only look alike, are left to it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias

from core.text import json_text
from store.counting import KINDS, count_amounts, same_deliveries
from store.database import Store
from store.overview_records import AmountRow, Chart
from store.overview_words import (
    NO_DATE,
    NO_FUND,
    Periods,
    counted,
    euro,
    fund_name,
    leading,
    periods,
    shortened,
)

REVIEWED = ("accepted", "corrected")
LISTED = (
    " AND e.state <> 'withdrawn' AND e.text_withdrawn = 0"
    " AND e.document_id NOT IN (SELECT id FROM hidden_documents)"
)
SHOWN = f"{LISTED} AND e.state <> 'rejected'"
WORDS = {
    "paid": "Payments",
    "award": "Awards",
    "price": "Prices",
    "estimate": "Estimates",
    "ceiling": "Ceilings",
    "budget": "Budgets",
    "unknown": "Amounts of no stated kind",
}
OTHER = "other funds"
_FIRST = 10**6  # how much more a reviewed sum weighs than a pending one where funds are ranked
_MOST = 11  # funds that are named, besides the rest and those without one
_NAMED = 4  # currencies without a rate that a caveat names
_COLUMNS = """
SELECT e.version_id, e.amount_group, e.amount_min, e.currency, e.state, e.amount_scope, e.key,
  e.amount_kind, e.fund, substr(e.date, 1, 4), e.state IN ('accepted', 'corrected'), e.amount_eur
FROM entries e JOIN documents d ON d.id = e.document_id
WHERE e.amount_min IS NOT NULL
"""
_AMONG = " AND e.key IN (SELECT value FROM json_each(:among)) "
_SHARED = """
SELECT v.id, v.sha256 FROM versions v WHERE v.sha256 IN (
  SELECT sha256 FROM versions GROUP BY sha256 HAVING count(*) > 1)
"""
_Unit: TypeAlias = tuple[Any, ...]


@dataclass
class _Sum:
    """Whole cents, so that they add up exactly; how many amounts; how many more have no rate."""

    cents: int = 0
    amounts: int = 0
    no_rate: int = 0

    def add(self, other: _Sum) -> None:
        self.cents += other.cents
        self.amounts += other.amounts
        self.no_rate += other.no_rate

    @property
    def eur(self) -> Decimal:
        return Decimal(self.cents) / 100


@dataclass
class _Sums:
    """Sums by kind, fund as written, year, and whether reviewed; currencies without a rate."""

    by: dict[tuple[str, str | None, str | None, int], _Sum] = field(default_factory=dict)
    no_rate: Counter[str | None] = field(default_factory=Counter)

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            found = self.by.get(key := row[7:11])
            if found is None:
                found = self.by[key] = _Sum()
            found.amounts += 1
            eur = row[11]
            if eur is None or not isfinite(eur):
                found.no_rate += 1
                self.no_rate[row[3]] += 1
            else:
                found.cents += round(eur * 100)


def amounts_chart(
    store: Store, where: str, values: Mapping[str, Any], *, latest: int, published: bool
) -> Chart[AmountRow]:
    """Return what amounts come to by kind, fund and year.

    `where` is ` AND ...` over entries `e` and documents `d`; `latest` is the last year that is
    shown by itself.
    """
    sums = _sums(store, where + SHOWN, values)
    time = periods({year for _, _, year, _ in sums.by}, latest)
    rows = tuple(_rows(sums, time))
    return Chart(
        id="amounts",
        title="Amounts by fund and year",
        says=_says(rows, published=published),
        caveats=tuple(_caveats(sums, published=published)),
        kind=AmountRow,
        records=rows,
        published=published,
    )


def _sums(store: Store, where: str, values: Mapping[str, Any]) -> _Sums:
    """Add up each amount once."""
    contents = dict(map(tuple, store.rows(_SHARED)))
    units: dict[_Unit, tuple[Any, ...] | None] = dict.fromkeys(
        _joined(store, where, values, contents)
    )
    unclear: list[str] = []
    alike: set[_Unit] = set()
    for row in plain_rows(store.connection, _COLUMNS + where, values):
        unit = _unit(row, contents)
        first = units.setdefault(unit, row)
        if first is row:
            continue
        if first is None:
            unclear.append(row[6])
        elif unit[1] is None:
            alike.add(unit)
            unclear.append(row[6])
        elif _preference(row) < _preference(first):
            units[unit] = row
    unclear += [first[6] for unit in alike if (first := units.pop(unit))]
    sums = _Sums()
    sums.add(row for row in units.values() if row is not None)
    if unclear:
        sums.add(_counting(store, where, {**values, "among": json_text(list(unclear))}))
    return sums


def _joined(
    store: Store, where: str, values: Mapping[str, Any], contents: Mapping[int, str]
) -> set[_Unit]:
    """Return the amounts of entries that a person has joined with others."""
    given = {**values, "among": json_text(sorted(same_deliveries(store.connection)))}
    rows = plain_rows(store.connection, _COLUMNS + _AMONG + where, given)
    return {_unit(row, contents) for row in rows}


def _unit(row: tuple[Any, ...], contents: Mapping[int, str]) -> _Unit:
    """What an amount is known by: the file, the group that shares it, and what it says."""
    return (contents[row[0]], *row[1:4]) if row[0] in contents else row[:4]


def _preference(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The order in which `store.counting` takes one of several equal amounts."""
    return row[4] not in REVIEWED, row[5] == "own", row[6]


def _counting(store: Store, where: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that count of those that the counting of amounts has to look at."""
    skipped = count_amounts(store, _AMONG + where, values).counted_with
    for row in plain_rows(store.connection, _COLUMNS + _AMONG + where, values):
        if row[6] not in skipped:
            yield row


def plain_rows(
    connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Return rows as plain tuples, which are quicker than rows that know their names."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, dict(values))


def _rows(sums: _Sums, time: Periods) -> Iterator[AmountRow]:
    """Yield the rows of the table, the funds with most first, the rest of them as one."""
    weights: Counter[str] = Counter()
    for (_, fund, _, reviewed), found in sums.by.items():
        weights[fund_name(fund)] += found.cents * (_FIRST if reviewed else 1)
    funds = leading(weights, _MOST, [NO_FUND])
    table: defaultdict[tuple[str, str, str, int], _Sum] = defaultdict(_Sum)
    for (kind, fund, year, reviewed), found in sums.by.items():
        name = fund_name(fund)
        table[kind, name if name in funds else OTHER, time.of(year), reviewed].add(found)
    for kind in KINDS:
        for fund in (*funds, OTHER):
            for year in (*time.labels, NO_DATE):
                yield from _row(table, kind, fund, year)


def _row(
    table: Mapping[tuple[str, str, str, int], _Sum], kind: str, fund: str, year: str
) -> Iterator[AmountRow]:
    reviewed = table.get((kind, fund, year, 1), _Sum())
    pending = table.get((kind, fund, year, 0), _Sum())
    if reviewed.amounts or pending.amounts:
        yield AmountRow(
            kind=kind,
            fund=fund,
            year=year,
            reviewed=reviewed.eur,
            reviewed_amounts=reviewed.amounts,
            reviewed_no_rate=reviewed.no_rate,
            pending=pending.eur,
            pending_amounts=pending.amounts,
            pending_no_rate=pending.no_rate,
        )


def _says(rows: Iterable[AmountRow], *, published: bool) -> str:
    """Say what the kind that tells most comes to: reviewed before pending, known before unknown."""
    by_kind: defaultdict[str, list[AmountRow]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    if not by_kind:
        return "No amount to show yet."
    kind = max(by_kind, key=lambda name: _weight(name, by_kind[name]))
    found = by_kind[kind]
    reviewed = sum((row.reviewed for row in found), Decimal(0))
    pending = sum((row.pending for row in found), Decimal(0))
    sums = f"{WORDS[kind]} come to {euro(reviewed)} reviewed"
    if not published:
        sums += f" and {euro(pending)} pending"
        if not any(row.reviewed_amounts for row in found):
            sums = f"Nothing is reviewed yet; pending {WORDS[kind].lower()} come to {euro(pending)}"
    part = " of what is reviewed" if reviewed and not published else ""
    return f"{sums}{_largest(found, part)}."


def _largest(rows: Iterable[AmountRow], part: str) -> str:
    """Say which fund the largest part is of, nothing where it lies among the others."""
    whole = list(rows)
    reviewed = any(row.reviewed for row in whole)
    by_fund: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in whole:
        by_fund[row.fund] += row.reviewed if reviewed else row.pending
    most = max(by_fund, key=lambda fund: (by_fund[fund], fund))
    if most == OTHER or not by_fund[most]:
        return ""
    named = "names no fund" if most == NO_FUND else f"is of {most}"
    return f"; the largest part{part} {named}"


def _weight(kind: str, rows: Iterable[AmountRow]) -> tuple[bool, bool, int, int]:
    """Return what speaks for naming a kind first: that it is reviewed, and that it is known."""
    whole = list(rows)
    reviewed = sum(row.reviewed_amounts for row in whole)
    pending = sum(row.pending_amounts for row in whole)
    return reviewed > 0, kind != "unknown", reviewed, pending


def _caveats(sums: _Sums, *, published: bool) -> Iterator[str]:
    yield "Each amount counts once, however many goods share it; a range counts with its least."
    yield "Kinds are not added up: a budget, its tender and its award may be the same money."
    if not published:
        yield "Pending amounts were read by a machine, and nobody has confirmed them as they stand."
    missing = sum(sums.no_rate.values())
    if missing:
        named = sorted(sums.no_rate, key=lambda name: (-sums.no_rate[name], name or ""))
        listed = ", ".join(
            f"{shortened(name or 'no currency stated')} {sums.no_rate[name]:,}"
            for name in named[:_NAMED]
        )
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        verb = "has no euro rate and is" if missing == 1 else "have no euro rate and are"
        yield f"{counted(missing, 'amount')} {verb} in no sum: {listed}{more}."
