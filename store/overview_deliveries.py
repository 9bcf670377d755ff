"""Entries by family and country and over time, each delivery once.

A file at several addresses gives each of its documents the same entries, and a person may have
confirmed that two entries tell of one delivery: one of them stands for all. It is a reviewed one
where there is one, then the one of the furthest stage.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from store.counting import same_deliveries
from store.database import Store
from store.overview_amounts import LISTED, REVIEWED, SHOWN, plain_rows
from store.overview_records import Chart, FamilyRow, StageRow
from store.overview_words import (
    MONTHS,
    NO_DATE,
    NO_FAMILY,
    Periods,
    counted,
    country_name,
    family_name,
    leading,
    periods,
)

STAGES = ("delivered", "awarded", "tendered", "planned", "unknown")
OTHER_COUNTRIES, OTHER_FAMILIES = "other countries", "other families"
_MOST = 11
_COUNT = """
SELECT e.state, e.stage, e.equipment_family, e.recipient_country, substr(e.date, 1, {digits})
FROM entries e JOIN documents d ON d.id = e.document_id WHERE 1 {where}
"""
_DATE = """
SELECT e.date FROM entries e JOIN documents d ON d.id = e.document_id
WHERE e.date IS NOT NULL {where} LIMIT 1
"""
_FAR = """
SELECT 1 FROM entries e JOIN documents d ON d.id = e.document_id
WHERE (length(e.date) < 7 OR abs(substr(e.date, 1, 4) * 12 + substr(e.date, 6, 2)
  - substr(:date, 1, 4) * 12 - substr(:date, 6, 2)) >= :most) {where} LIMIT 1
"""
# Entries of one content are the same where all their evidence stands at the same places.
_COPIED = """
SELECT e.state, e.stage, e.equipment_family, e.recipient_country,
  substr(e.date, 1, {digits}), e.key, e.document_id, v.sha256,
  (SELECT group_concat(field || ':' || page || ':' || start) FROM
    (SELECT field, page, start FROM entry_evidence WHERE entry_key = e.key ORDER BY field))
FROM entries e JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id
WHERE (e.key IN (SELECT value FROM json_each(:joined)) OR e.version_id IN (
  SELECT id FROM versions WHERE sha256 IN (
    SELECT sha256 FROM versions GROUP BY sha256 HAVING count(DISTINCT document_id) > 1)))
  {where} ORDER BY e.key
"""


class Cell(NamedTuple):
    """What entries are counted by; `date` is a year or a month."""

    state: str
    stage: str
    family: str | None
    country: str | None
    date: str | None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many deliveries there are of each cell, how many entries others stand for, and how many
    entries there are of each state, whether others stand for them or not."""

    cells: Mapping[Cell, int]
    twice: int
    states: Mapping[str, int]


def count_deliveries(store: Store, where: str, values: Mapping[str, Any]) -> Counts:
    """Count entries and deliveries.

    `where` is ` AND ...` over entries `e` and documents `d`.
    """
    listed = where + LISTED
    digits = 7 if _spans_months(store, listed, values) else 4
    sql = _COUNT.format(where=listed, digits=digits)
    found = Counter(plain_rows(store.connection, sql, values))
    states: Counter[str] = Counter()
    for cell, number in found.items():
        states[cell[0]] += number
    skipped = list(_stood_for(store, where + SHOWN, values, digits))
    found.subtract(skipped)
    return Counts(
        cells={Cell(*c): n for c, n in found.items() if n and c[0] != "rejected"},
        twice=len(skipped),
        states=states,
    )


def _spans_months(store: Store, where: str, values: Mapping[str, Any]) -> bool:
    """Say whether the dates lie so near each other that months are shown."""
    date = store.value(_DATE.format(where=where), dict(values))
    given = {**values, "date": date, "most": MONTHS}
    return date is not None and store.value(_FAR.format(where=where), given) is None


def _stood_for(
    store: Store, where: str, values: Mapping[str, Any], digits: int
) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of entries that another one stands for."""
    clusters = same_deliveries(store.connection)
    given = {**values, "joined": msgspec.json.encode(sorted(clusters)).decode()}
    sql = _COPIED.format(where=where, digits=digits)
    roots: dict[str, str] = {}
    nth: Counter[tuple[Any, ...]] = Counter()
    named: list[tuple[str, tuple[Any, ...]]] = []
    for row in plain_rows(store.connection, sql, given):
        key, document, sha256, place = row[5:]
        name = key
        if place:
            inside = (document, sha256, place)
            name = f"{sha256} {place} {nth[inside]}"
            nth[inside] += 1
        if key in clusters:
            roots[_root(roots, name)] = _root(roots, clusters[key])
        named.append((name, row))
    units: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for name, row in named:
        units[_root(roots, name) if name in roots else name].append(row)
    for unit in units.values():
        if len(unit) > 1:
            chosen = min(unit, key=_preference)
            yield from (row[:5] for row in unit if row is not chosen)


def _preference(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[0] not in REVIEWED, STAGES.index(row[1]), row[5]


def _root(roots: dict[str, str], name: str) -> str:
    while roots.setdefault(name, name) != name:
        roots[name] = roots[roots[name]]
        name = roots[name]
    return name


def families_chart(counts: Counts, *, published: bool) -> Chart[FamilyRow]:
    """Return how many deliveries there are by equipment family and country of the recipient."""
    families, countries = _leading(counts.cells)
    table: Counter[tuple[str, str, bool]] = Counter()
    for cell, number in counts.cells.items():
        family = family_name(cell.family)
        country = cell.country or ""
        table[
            family if family in families else OTHER_FAMILIES,
            country if country in countries else OTHER_COUNTRIES,
            cell.state in REVIEWED,
        ] += number
    rows = tuple(
        FamilyRow(
            family=family,
            country=OTHER_COUNTRIES if country == OTHER_COUNTRIES else country_name(country),
            code="" if country == OTHER_COUNTRIES else country,
            reviewed=table[family, country, True],
            pending=table[family, country, False],
        )
        for family in (*families, OTHER_FAMILIES)
        for country in (*countries, OTHER_COUNTRIES)
        if table[family, country, True] or table[family, country, False]
    )
    return Chart(
        id="families",
        title="Equipment by recipient country",
        says=_families_say(rows, published=published),
        caveats=(
            "Counted are entries, not units: one may name a single radio or a hundred.",
            "Planned, tendered, awarded and delivered equipment is counted alike.",
            *_once(counts.twice),
        ),
        kind=FamilyRow,
        records=rows,
        published=published,
    )


def _leading(cells: Mapping[Cell, int]) -> tuple[list[str], list[str]]:
    """Return the families and the codes of countries that are named, those with most first."""
    families: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    for cell, number in cells.items():
        weight = number * (10**6 if cell.state in REVIEWED else 1)
        families[family_name(cell.family)] += weight
        countries[cell.country or ""] += weight
    return leading(families, _MOST, [NO_FAMILY]), leading(countries, _MOST, [""])


def _families_say(rows: Sequence[FamilyRow], *, published: bool) -> str:
    if not rows:
        return "No entry to show yet."
    sums = _both(rows, published=published)
    stated = [row for row in rows if row.code and row.family != NO_FAMILY]
    named = [row for row in stated if row.family != OTHER_FAMILIES]
    if not named:
        return f"{sums}; none of them states both the equipment and the country."
    most = max(named, key=lambda row: (row.reviewed, row.pending))
    reviewed = "reviewed" if most.reviewed else "pending"
    number = counted(most.reviewed or most.pending, "entry", "entries")
    return f"{sums}; most {reviewed} are of {most.family} for {most.country} ({number})."


def _both(rows: Iterable[FamilyRow], *, published: bool) -> str:
    whole = list(rows)
    reviewed = counted(sum(row.reviewed for row in whole), "reviewed entry", "reviewed entries")
    if published:
        return reviewed
    pending = counted(sum(row.pending for row in whole), "pending one", "pending ones")
    return f"{reviewed} and {pending}"


def _once(twice: int) -> tuple[str, ...]:
    if not twice:
        return ("Copies of a file and confirmed pairs count once.",)
    left = counted(twice, "further entry was", "further entries were")
    return (f"Copies of a file and confirmed pairs count once; {left} left out so.",)


def deliveries_chart(counts: Counts, *, latest: int, published: bool) -> Chart[StageRow]:
    """Return how many deliveries there are by stage and year or month."""
    time = periods({cell.date for cell in counts.cells}, latest)
    table: Counter[tuple[str, str, bool]] = Counter()
    for cell, number in counts.cells.items():
        table[cell.stage, time.of(cell.date), cell.state in REVIEWED] += number
    rows = tuple(
        StageRow(
            stage=stage,
            period=period,
            reviewed=table[stage, period, True],
            pending=table[stage, period, False],
        )
        for stage in STAGES
        for period in (*time.labels, NO_DATE)
        if table[stage, period, True] or table[stage, period, False]
    )
    return Chart(
        id="deliveries",
        title="Deliveries over time",
        says=_deliveries_say(rows, time, published=published),
        caveats=(
            "The date is the one that the text states, else the day of the document.",
            "One delivery may be planned, tendered and awarded in several entries until a person"
            " confirms that they are one.",
            *_once(counts.twice),
        ),
        kind=StageRow,
        records=rows,
        published=published,
    )


def _deliveries_say(rows: Sequence[StageRow], time: Periods, *, published: bool) -> str:
    if not rows:
        return "No entry to show yet."
    told = [_of_stage(rows, stage, published=published) for stage in STAGES[:2]]
    dated = [row for row in rows if row.stage in STAGES[:2] and row.period in time.labels]
    if not dated:
        return f"{told[0]}; {told[1].lower()}."
    by_period: Counter[str] = Counter()
    reviewed = any(row.reviewed for row in dated)
    for row in dated:
        by_period[row.period] += row.reviewed if reviewed else row.pending
    most = min(by_period, key=lambda period: (-by_period[period], period))
    of_them = "reviewed" if reviewed else "pending"
    when = most if most in time.labels and most[:1].isdigit() else f"the years {most}"
    return f"{told[0]}; {told[1].lower()}; most {of_them} ones are of {when}."


def _of_stage(rows: Iterable[StageRow], stage: str, *, published: bool) -> str:
    found = [row for row in rows if row.stage == stage]
    reviewed, pending = sum(row.reviewed for row in found), sum(row.pending for row in found)
    words = f"{stage.capitalize()}: {reviewed:,} reviewed"
    if not published:
        words += f" and {pending:,} pending"
    number = reviewed if published else pending
    return f"{words} {'entry' if number == 1 else 'entries'}"
