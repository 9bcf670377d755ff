"""How far the review has come: entries by state, and when they were decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from store.database import Store
from store.overview_amounts import LISTED
from store.overview_records import Chart, ProgressRow
from store.overview_words import NO_DATE, counted, percent, periods

_DECIDED = ("accepted", "corrected", "rejected")
# A second opinion decides nothing. The last decision that does is the one that an entry's state
# comes from, unless it was taken back.
_WHEN = """
SELECT day, state, count(*) FROM (
  SELECT e.state, substr(max(x.decided_at), 1, 10) AS day
  FROM decisions x CROSS JOIN entries e ON e.key = x.entry_key
  JOIN documents d ON d.id = e.document_id
  WHERE x.verdict IN ('accept', 'correct', 'reject', 'add') AND x.part <> 'second'
    AND e.state IN ('accepted', 'corrected', 'rejected') {where}
  GROUP BY x.entry_key)
GROUP BY day, state
"""


def progress_chart(
    store: Store,
    where: str,
    values: Mapping[str, Any],
    states: Mapping[str, int],
    *,
    published: bool,
) -> Chart[ProgressRow]:
    """Return how many entries are in each state, and of which month or year their decisions are.

    `where` is ` AND ...` over entries `e` and documents `d`, `states` how many there are of each.
    """
    days = store.rows(_WHEN.format(where=where + LISTED), dict(values))
    by_day = {(row["day"], row["state"]): row[2] for row in days}
    rows = _rows(states, by_day) if any(states.values()) else ()
    return Chart(
        id="progress",
        title="Review progress",
        says=_says(states, published=published),
        caveats=tuple(_caveats(states, published=published)),
        kind=ProgressRow,
        records=rows,
        published=published,
    )


def _rows(
    states: Mapping[str, int], by_day: Mapping[tuple[str, str], int]
) -> tuple[ProgressRow, ...]:
    time = periods({day for day, _ in by_day}, 9999)
    table: Counter[tuple[str, str]] = Counter()
    for (day, state), number in by_day.items():
        table[time.of(day), state] += number
    told = [
        ProgressRow(period=period, **{state: table[period, state] for state in _DECIDED})
        for period in (*time.labels, NO_DATE)
        if period != NO_DATE or any(table[period, state] for state in _DECIDED)
    ]
    decided, whole = _shares(states)
    now = ProgressRow(
        period=ProgressRow.NOW,
        **{state: states.get(state, 0) for state in _DECIDED},
        pending=states.get("pending", 0),
        reopened=states.get("reopened", 0),
        share=decided / whole,
    )
    return (*told, now)


def _shares(states: Mapping[str, int]) -> tuple[int, int]:
    """Return how many entries are decided, and how many there are."""
    return sum(states.get(state, 0) for state in _DECIDED), sum(states.values())


def _says(states: Mapping[str, int], *, published: bool) -> str:
    decided, whole = _shares(states)
    if not whole:
        return "No entry to review yet."
    accepted, corrected = states.get("accepted", 0), states.get("corrected", 0)
    if published:
        return (
            f"{counted(accepted + corrected, 'entry', 'entries')} reviewed: {accepted:,} accepted"
            f" as read, {corrected:,} corrected."
        )
    return (
        f"{decided:,} of {counted(whole, 'entry is', 'entries are')} decided"
        f" ({percent(decided, whole)}); {whole - decided:,} wait."
    )


def _caveats(states: Mapping[str, int], *, published: bool) -> list[str]:
    told = ["A decision is of the day on which it was last made; earlier ones are not counted."]
    if not published:
        told.append("Each copy of a file has entries of its own here, as each is reviewed.")
        if reopened := states.get("reopened"):
            were = "1 entry waits" if reopened == 1 else f"{reopened:,} entries wait"
            told.append(f"{were} again, as what was decided on has changed since.")
    return told
