"""Accepting at once what says the same in the same words, and taking all of it back at once.

Only entries whose sentence, source, kind of document and field values are the same: what a template
says again and again.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.errors import StoreError, UnknownKey, UsageError
from store.database import PAUSE, SLICE, Store
from store.reviewing.answers import Answer
from store.reviewing.deciding import Decided, seen_of, write_decision
from store.reviewing.queue import hidden_until_answered

MOST: Final = 200  # entries of one preview
# What must be the same. The date counts where the text states one; else it is the document's.
_TEMPLATE = (
    "e.quote, d.source, d.kind, e.equipment, e.equipment_type, e.equipment_family, e.quantity,"
    " e.amount_min, e.amount_max, e.currency, e.amount_kind, e.amount_scope, e.recipient,"
    " e.recipient_country, e.supplier, e.fund, e.stage,"
    " (SELECT x.value FROM entry_evidence x WHERE x.entry_key = e.key AND x.field = 'date')"
)
_OPEN = (
    "e.state = 'pending' AND e.text_withdrawn = 0 AND e.quote <> ''"
    " AND d.id NOT IN (SELECT id FROM hidden_documents)"
)
_ENTRY = f"SELECT {_TEMPLATE} FROM entries e JOIN documents d ON d.id = e.document_id"  # noqa: S608
_OF_ENTRY = f"{_ENTRY} WHERE e.key = ? AND {_OPEN}"
_ALIKE = f"""
SELECT e.key, e.page, e.quote, e.equipment, e.quantity, e.amount_min, e.amount_max,
  e.currency, e.recipient, e.date, d.key AS document, titled(d.title, d.url) AS title,
  d.published
FROM entries e JOIN documents d ON d.id = e.document_id
WHERE e.quote = ? AND {_OPEN} AND ({_TEMPLATE}) IS ({", ".join("?" * 18)})
  AND coalesce((SELECT a.reviewer FROM assignments a WHERE a.entry_key = e.key
    ORDER BY a.id DESC LIMIT 1), ?) = ?
  AND NOT EXISTS (SELECT 1 FROM decisions f WHERE f.entry_key = e.key AND f.verdict = 'flag'
    AND NOT EXISTS (SELECT 1 FROM decisions t WHERE t.entry_key = e.key AND t.id > f.id
      AND t.verdict = 'undo'))
"""  # noqa: S608 - names of this module
_ITSELF = f"{_ALIKE} AND e.key = ?"
_OTHERS = f"{_ALIKE} AND e.key <> ? LIMIT {2 * MOST}"


@dataclass(frozen=True)
class Alike:
    """An entry of a preview; `seen` goes back with the word to accept it."""

    seen: str
    key: str
    page: int
    quote: str
    equipment: str | None
    quantity: int | None
    amount_min: str | None
    amount_max: str | None
    currency: str | None
    recipient: str | None
    date: str | None
    document: str
    title: str | None
    published: str | None


@dataclass(frozen=True)
class Batch:
    """What was decided at once: `batch` takes it back; `left`: by key, why others were not."""

    batch: str
    decided: tuple[Decided, ...]
    left: Mapping[str, str]


def alike(store: Store, key: str, reviewer: str) -> list[Alike]:
    """Return the pending entries that say what this one says, itself first; at most 200.

    Empty where no other does. Those that are assigned to others, that somebody flagged, and of the
    slice whose proposal is hidden until it is answered for are not among them.
    """
    connection = store.connection
    template = connection.execute(_OF_ENTRY, (key,)).fetchone()
    if template is None:
        return []
    values = (template[0], *template, reviewer, reviewer, key)
    itself = connection.execute(_ITSELF, values).fetchone()
    if itself is None or hidden_until_answered(key):
        return []
    rows = connection.execute(_OTHERS, values).fetchall()
    others = [row for row in rows if not hidden_until_answered(row["key"])][: MOST - 1]
    others.sort(key=lambda row: (row["document"], row["page"], row["key"]))
    found = [itself, *others] if others else []
    return [Alike(seen_of(connection, row["key"]), **dict(row)) for row in found]


def accept_alike(store: Store, seen: Mapping[str, str], *, reviewer: str) -> Batch:
    """Accept entries of a preview, given as their keys with what was seen of each.

    Each is looked at again in the transaction that accepts it: one that is another by now, or does
    not say what the first says, is left as it is. Raises `UsageError` for none and for too many.
    """
    if not 0 < len(seen) <= MOST:
        raise UsageError(f"Choose 1 to {MOST} entries to be accepted at once.")
    batch = secrets.token_urlsafe(12)
    template = store.connection.execute(_OF_ENTRY, (next(iter(seen)),)).fetchone()

    def accept(connection: sqlite3.Connection, key: str) -> Decided:
        now = connection.execute(_OF_ENTRY, (key,)).fetchone()
        if template is None or now is None or tuple(now) != tuple(template):
            raise UsageError("It is not like the others any more; look at it by itself.")
        if hidden_until_answered(key):
            raise UsageError("Its proposal is to be hidden until it is answered for.")
        answer = Answer(verdict="accept", seen=seen[key])
        return write_decision(connection, key, answer, reviewer=reviewer, batch=batch)

    decided, left = _each(store, seen, accept)
    return Batch(batch, decided, left)


def undo_batch(store: Store, batch: str, *, reviewer: str) -> Batch:
    """Take back all that a reviewer accepted at once.

    What somebody decided on since stays, and is named in `left`. Raises `UnknownKey` where this
    reviewer made no such batch.
    """
    rows = store.rows(
        "SELECT entry_key, id FROM decisions WHERE reviewer = ? AND batch = ?"
        " AND verdict = 'accept' ORDER BY id",
        (reviewer, batch),
    )
    if not rows:
        raise UnknownKey("There is no such batch of yours that could be taken back.")
    accepted = {row["entry_key"]: row["id"] for row in rows}

    def undo(connection: sqlite3.Connection, key: str) -> Decided:
        answer = Answer(verdict="undo", seen="", of=accepted[key])
        return write_decision(connection, key, answer, reviewer=reviewer, batch=batch)

    decided, left = _each(store, accepted, undo)
    return Batch(batch, decided, left)


def _each(
    store: Store,
    keys: Iterable[str],
    write: Callable[[sqlite3.Connection, str], Decided],
) -> tuple[tuple[Decided, ...], dict[str, str]]:
    """Decide on entries in transactions that keep nobody waiting; one that cannot be is left."""
    waiting = list(keys)
    decided: list[Decided] = []
    left: dict[str, str] = {}
    while waiting:
        with store.transaction() as connection:
            until = time.monotonic() + SLICE
            done: list[Decided] = []
            while waiting and time.monotonic() < until:
                key = waiting.pop(0)
                connection.execute("SAVEPOINT one")
                try:
                    done.append(write(connection, key))
                except (StoreError, UsageError) as error:
                    connection.execute("ROLLBACK TO one")
                    left[key] = str(error)
                connection.execute("RELEASE one")
        decided += done
        if waiting:
            time.sleep(PAUSE)
    return tuple(decided), left
