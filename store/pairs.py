"""What people say of pairs of entries, and the list of those that wait for a person."""

from __future__ import annotations

import sqlite3
from typing import Any, Literal

import msgspec

from core.errors import UnknownKey, UsageError
from store.database import Store
from store.runs import now

Verdict = Literal["same", "different", "undo"]
_SIDE = """
SELECT e.key AS entry, e.equipment, e.equipment_type, e.quantity, e.amount_min, e.amount_max,
  e.currency, e.amount_eur, e.eur_rate_date, e.eur_source, e.amount_kind, e.recipient, e.supplier,
  e.date, e.stage, e.state, e.page, e.quote, d.key AS document,
  titled(d.title, d.url) AS title, d.source
FROM paired_entries e JOIN documents d ON d.id = e.document_id WHERE e.key = ?
"""


def decide_pair(
    store: Store,
    one: str,
    other: str,
    verdict: Verdict,
    *,
    reviewer: str,
    note: str | None = None,
) -> dict[str, Any]:
    """Append what a person says of two entries: one delivery (`same`), two (`different`), or that
    the word before was wrong (`undo`).

    The two need not be a candidate. Returns both with the word that counts now. Raises `UnknownKey`
    for what is no entry, or none that may be shown, and `UsageError` for one entry named twice and
    for an `undo` of nothing.
    """
    if one == other:
        raise UsageError("A pair is made of two entries; name two keys.")
    first, second = sorted((one, other))
    for key in (first, second):
        if store.value("SELECT 1 FROM paired_entries WHERE key = ?", (key,)) is None:
            raise UnknownKey(f"There is no entry with the key {key!r} that could be paired.")
    with store.transaction() as connection:
        settled = connection.execute(
            "SELECT verdict FROM settled_pairs WHERE first = ? AND second = ?", (first, second)
        ).fetchone()
        if verdict == "undo" and settled is None:
            raise UsageError(f"Nothing was said of {first} and {second} that could be undone.")
        candidate = connection.execute(
            "SELECT score, reasons FROM pairs WHERE first = ? AND second = ?", (first, second)
        ).fetchone()
        connection.execute(
            "INSERT INTO pair_decisions (first, second, reviewer, decided_at, verdict, note, score,"
            " reasons) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (first, second, reviewer, now(), verdict, note, *_seen(candidate)),
        )
    return {"first": first, "second": second, "verdict": None if verdict == "undo" else verdict}


def _seen(candidate: sqlite3.Row | None) -> tuple[float | None, str]:
    """Return the score and the codes of the reasons that a person saw."""
    if candidate is None:
        return None, "[]"
    codes = [reason["code"] for reason in msgspec.json.decode(candidate["reasons"])]
    return candidate["score"], msgspec.json.encode(codes).decode()


def pairs_of(store: Store, key: str) -> list[dict[str, Any]]:
    """Return the pairs of an entry that may be shown, settled ones first, then candidates."""
    settled = store.rows(
        "SELECT first, second, verdict, reviewer, decided_at FROM settled_pairs"
        " WHERE first = :key OR second = :key ORDER BY first, second",
        {"key": key},
    )
    candidates = store.rows(
        "SELECT first, second, score, reasons FROM open_pairs"
        " WHERE first = :key OR second = :key ORDER BY score DESC, first, second",
        {"key": key},
    )
    found = [_with_sides(store, row, key) for row in (*settled, *candidates)]
    return [pair for pair in found if pair is not None]


def open_pairs(store: Store, limit: int) -> list[dict[str, Any]]:
    """Return the candidates that nobody has spoken on, the most alike first."""
    rows = store.rows(
        "SELECT first, second, score, reasons FROM open_pairs ORDER BY score DESC, first, second"
        " LIMIT ?",
        (limit,),
    )
    found = [_with_sides(store, row) for row in rows]
    return [pair for pair in found if pair is not None]


def _with_sides(store: Store, row: sqlite3.Row, key: str | None = None) -> dict[str, Any] | None:
    """Return a pair with what its entries say, that of `key` first; None where one is hidden."""
    keys = [row["first"], row["second"]]
    if key == keys[1]:
        keys.reverse()
    sides = [store.rows(_SIDE, (name,)) for name in keys]
    if not all(sides):
        return None
    told = dict(row)
    del told["first"], told["second"]
    told["reasons"] = msgspec.json.decode(told.get("reasons", "[]"))
    verdict = told.pop("verdict", None)
    return {"entries": [dict(side[0]) for side in sides], "verdict": verdict, **told}
