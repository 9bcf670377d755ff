"""How healthy the sources are: how their last crawls ended, and whether they gave what they should.

What counts as a miss is what the nightly run counts: a faulty state, or fewer documents listed or
confirmed than the source's card expects of a whole walk.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from store.database import Store
from store.nights import last_good_crawls
from store.overview_records import Chart, SourceRow
from store.overview_words import counted, shortened

GOOD = ("ok", "nothing_new")
RUNS = 14  # crawls of a source that are shown
_MOST = 40  # sources that are listed, those in need first
_RUNS = """
SELECT * FROM (
  SELECT s.*, c.title, row_number() OVER (PARTITION BY s.source ORDER BY s.run_id DESC) AS nth
  FROM source_runs s JOIN sources c ON c.id = s.source
  WHERE :source IS NULL OR s.source = :source)
WHERE nth <= :runs ORDER BY source, nth DESC
"""
_SILENT = """
SELECT count(*) FROM sources c WHERE (:source IS NULL OR c.id = :source)
  AND NOT EXISTS (SELECT 1 FROM source_runs s WHERE s.source = c.id)
"""


def sources_chart(
    store: Store, source: str | None, today: dt.date, *, published: bool
) -> Chart[SourceRow]:
    """Return how the last crawls of each source ended, or of one; those in need come first."""
    good = last_good_crawls(store)
    runs: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
    for row in store.rows(_RUNS, {"source": source, "runs": RUNS}):
        runs[row["source"]].append(dict(row))
    rows = sorted(
        (_row(name, found, good.get(name), today) for name, found in runs.items()), key=_order
    )
    silent = int(store.value(_SILENT, {"source": source}))
    return Chart(
        id="sources",
        title="Health of the sources",
        says=_says(rows),
        caveats=tuple(_caveats(rows, silent)),
        kind=SourceRow,
        records=tuple(rows[:_MOST]),
        published=published,
    )


def _row(
    source: str, runs: list[dict[str, object]], last_good: str | None, today: dt.date
) -> SourceRow:
    last = runs[-1]
    listed, confirmed, fetched, minimum, maximum = (
        int(str(last[name])) for name in ("listed", "confirmed", "fetched", "minimum", "maximum")
    )
    state = str(last["state"])
    enough = state == "interrupted" or min(listed, confirmed) >= minimum
    return SourceRow(
        source=source,
        title=shortened(str(last["title"])),
        state=state,
        listed=listed,
        confirmed=confirmed,
        fetched=fetched,
        minimum=minimum,
        maximum=maximum,
        last_good=last_good[:10] if last_good else None,
        days=_days(last_good, today),
        well=state in (*GOOD, "interrupted") and enough,
        states=tuple(str(run["state"]) for run in runs),
    )


def _days(moment: str | None, today: dt.date) -> int | None:
    if moment is None:
        return None
    return max(0, (today - dt.date.fromisoformat(moment[:10])).days)


def _order(row: SourceRow) -> tuple[bool, int, str]:
    """Those in need first, then those longest without a good crawl."""
    return row.well, -(10**9 if row.days is None else row.days), row.source


def _says(rows: list[SourceRow]) -> str:
    if not rows:
        return "No source has been crawled yet."
    bad = [row.source for row in rows if not row.well]
    if not bad:
        return f"All {counted(len(rows), 'source')} gave what was expected." if len(rows) > 1 else (
            "The one source gave what was expected."
        )  # fmt: skip
    named = ", ".join(bad[:3]) + (f" and {len(bad) - 3} more" if len(bad) > 3 else "")
    verb = "needs" if len(bad) == 1 else "need"
    return f"{len(bad)} of {counted(len(rows), 'source')} {verb} a look: {named}."


def _caveats(rows: list[SourceRow], silent: int) -> list[str]:
    told = [
        "A source may end well and still miss documents that it does not list.",
        "Nothing is expected of a crawl that did not walk the whole list.",
    ]
    if silent:
        told.append(f"{counted(silent, 'source has', 'sources have')} never been crawled.")
    if len(rows) > _MOST:
        told.append(f"{len(rows) - _MOST} more sources, all better off, are not listed.")
    return told
