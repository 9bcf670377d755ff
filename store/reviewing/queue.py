"""The queues of a reviewer, in keyset pages: each asks for what comes after a place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from core.errors import UsageError
from store.database import Store
from store.filters import Filters, entry_conditions
from store.runs import now

Which = Literal["next", "second", "disputes", "flagged", "skipped", "mine"]
WHICH: Final[tuple[Which, ...]] = get_args(Which)
HIDDEN_SHARE = 0.05  # of entries whose proposal is hidden until the reviewer has answered


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands in a queue; what comes after it has a greater place."""

    place: float
    id: int
    key: str = ""


START = Place(-1.0, -1)


def hidden_until_answered(key: str) -> bool:
    """Tell whether an entry belongs to the slice whose proposal is hidden, by its key alone."""
    return int(key[4:8], 16) < HIDDEN_SHARE * 0x10000


def waiting(
    store: Store,
    reviewer: str,
    which: Which = "next",
    filters: Filters | None = None,
    *,
    after: Place = START,
    limit: int = 1,
    without: Collection[str] = (),
    second_share: float = 0.0,
) -> list[Place]:
    """Return the next entries of a queue for a reviewer.

    `without` are keys that others are looking at. `second_share` of the decided entries, 0 to 1,
    get a second opinion. Raises `UsageError` for a queue that does not exist.
    """
    if which not in WHICH:
        raise UsageError(f"There is no queue {which!r}; there are {', '.join(WHICH)}.")
    filters = filters or Filters()
    values = {
        **filters.given(),
        "reviewer": reviewer,
        "place": after.place,
        "after": after.id,
        "most": limit + len(without),
        "share": f"{min(round(second_share * 0x10000), 0xFFFF):04x}",
    }
    rows = store.rows(
        f"SELECT {_ORDER[which]} AS place, e.id, e.key {_FROM[which]}"  # noqa: S608 - constants of this module
        f" WHERE {_WHERE[which]} AND ({_ORDER[which]}, e.id) > (:place, :after)"
        " AND d.id NOT IN (SELECT id FROM hidden_documents)"
        f"{entry_conditions(filters)} ORDER BY {_ORDER[which]}, e.id LIMIT :most",
        values,
    )
    found = [Place(row["place"], row["id"], row["key"]) for row in rows]
    return [place for place in found if place.key not in without][:limit]


_OPEN = "e.state IN ('pending', 'reopened') AND e.text_withdrawn = 0"
_DECIDED = "e.state IN ('accepted', 'corrected', 'rejected') AND e.text_withdrawn = 0"
# The last that this reviewer said of an entry.
_OWN = (
    "(SELECT o.verdict FROM decisions o INDEXED BY decisions_entry WHERE o.entry_key = e.key"
    " AND o.reviewer = :reviewer ORDER BY o.id DESC LIMIT 1)"
)
_ASSIGNED = (
    "(SELECT a.reviewer FROM assignments a WHERE a.entry_key = e.key ORDER BY a.id DESC LIMIT 1)"
)
_ENTRIES = "FROM entries e JOIN documents d ON d.id = e.document_id"
# Which index leads to the few rows that are wanted is known here, and not to the planner, which has
# no statistics: the queue in its order, decided entries by their keys, and else single keys.
_BY = "FROM entries e INDEXED BY {} CROSS JOIN documents d ON d.id = e.document_id"
_ORDER: Final[dict[Which, str]] = {
    "next": "e.place", "second": "0.0", "disputes": "0.0", "flagged": "e.place",
    "skipped": "e.place", "mine": "e.place",
}  # fmt: skip
_FROM: Final[dict[Which, str]] = {
    **dict.fromkeys(WHICH, _BY.format("sqlite_autoindex_entries_1")),
    "next": _BY.format("entries_queue"),
    "second": _BY.format("entries_decided"),
}
_WHERE: Final[dict[Which, str]] = {  # fragments of this module alone
    "next": (
        f"{_OPEN} AND coalesce({_OWN}, '') NOT IN ('skip', 'flag')"
        f" AND coalesce({_ASSIGNED}, :reviewer) = :reviewer"
    ),
    "second": (
        f"{_DECIDED} AND substr(e.key, 1, 4) < :share"  # noqa: S608 - constants
        " AND NOT EXISTS (SELECT 1 FROM decisions s WHERE s.entry_key = e.key AND"
        "  (s.reviewer = :reviewer OR s.part = 'second')"
        "  AND s.verdict IN ('accept', 'correct', 'reject', 'add'))"
    ),
    "disputes": (
        f"{_DECIDED} AND e.key IN (SELECT s.entry_key FROM decisions s"  # noqa: S608 - constants
        " JOIN decision_effects x ON x.decision_id = s.id WHERE s.part = 'second' AND x.agrees = 0"
        " AND NOT EXISTS (SELECT 1 FROM decisions t WHERE t.entry_key = s.entry_key"
        "  AND t.id > s.id AND (t.part = 'settling' OR"
        "  (t.verdict = 'undo' AND json_extract(t.fields, '$.of') = s.id))))"
    ),
    "flagged": (
        f"{_OPEN} AND e.key IN (SELECT f.entry_key FROM decisions f WHERE f.verdict = 'flag'"  # noqa: S608 - constants
        " AND NOT EXISTS (SELECT 1 FROM decisions t WHERE t.entry_key = f.entry_key"
        "  AND t.id > f.id AND t.verdict = 'undo'))"
    ),
    "skipped": (
        f"{_OPEN} AND e.key IN (SELECT s.entry_key FROM decisions s"  # noqa: S608 - constants
        " WHERE s.reviewer = :reviewer AND s.verdict = 'skip') AND "
        f"{_OWN} = 'skip'"
    ),
    "mine": (
        f"{_OPEN} AND e.key IN (SELECT a.entry_key FROM assignments a"  # noqa: S608 - constants
        f" WHERE a.reviewer = :reviewer) AND {_ASSIGNED} = :reviewer"
    ),
}


def progress(store: Store, filters: Filters | None = None) -> dict[str, int]:
    """Return how many entries there are in each state that may be shown, narrowed by filters."""
    filters = filters or Filters()
    if not filters.given():
        return _all_progress(store)
    rows = store.rows(
        f"SELECT e.state, count(*) AS n {_ENTRIES} WHERE e.text_withdrawn = 0"  # noqa: S608 - constants
        " AND d.id NOT IN (SELECT id FROM hidden_documents)"
        f"{entry_conditions(filters)} GROUP BY e.state",
        filters.given(),
    )
    return {row["state"]: row["n"] for row in rows}


def _all_progress(store: Store) -> dict[str, int]:
    """Count all entries from their index, and take the few off that are not shown."""
    rows = store.rows("SELECT state, count(*) AS n FROM entries GROUP BY state")
    counts: dict[str, int] = {row["state"]: row["n"] for row in rows}
    hidden = store.rows(
        "SELECT state, count(*) AS n FROM (SELECT id, state FROM entries WHERE text_withdrawn = 1"
        " UNION SELECT e.id, e.state FROM hidden_documents h"
        "  JOIN entries e ON e.document_id = h.id) GROUP BY state"
    )
    for row in hidden:
        counts[row["state"]] -= row["n"]
    return {state: number for state, number in counts.items() if number}


def sizes(store: Store, reviewer: str, second_share: float) -> dict[str, int]:
    """Return how many entries wait in each queue but the first, up to 100 of each."""
    others = [which for which in WHICH if which != "next"]
    return {
        which: len(waiting(store, reviewer, which, limit=100, second_share=second_share))
        for which in others
    }


def assign(
    store: Store, key: str, reviewer: str | None, *, by: str, note: str | None = None
) -> None:
    """Give an entry to a reviewer, or free it with None; the newest word counts."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO assignments (entry_key, reviewer, assigned_by, assigned_at, note)"
            " VALUES (?, ?, ?, ?, ?)",
            (key, reviewer, by, now(), note),
        )


def assigned_to(store: Store, key: str) -> dict[str, Any] | None:
    """Return who is to look at an entry, who said so and why; None where it is free."""
    rows = store.rows(
        "SELECT reviewer, assigned_by, assigned_at, note FROM assignments WHERE entry_key = ?"
        " ORDER BY id DESC LIMIT 1",
        (key,),
    )
    return dict(rows[0]) if rows and rows[0]["reviewer"] else None
