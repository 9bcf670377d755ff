"""Deciding on an entry: one immediate transaction that looks, appends, and brings the entry up.

A decision names by `seen` what its reviewer had before them: the last decision that counts and the
proposal's values. Where either is another by now, nothing is written and the reviewer is told.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from core.errors import StoreError, UnknownKey, UsageError
from core.text import json_text
from store.database import Store
from store.decisions import EFFECTIVE, decisions_on, judged, proposal_of, same_values
from store.entries import refresh_entry
from store.reviewing.answers import REASONS, Answer, checked_note
from store.runs import now

Part = Literal["first", "second", "settling"]
_COUNTING = tuple(EFFECTIVE)
_SHOWN = (
    "equipment", "equipment_type", "equipment_family", "quantity", "amount_min", "amount_max",
    "currency", "amount_kind", "amount_scope", "recipient", "recipient_country", "supplier", "fund",
    "date", "stage", "state",
)  # fmt: skip


class DecidedMeanwhile(StoreError):
    """Raised by store.reviewing where an entry is no longer what the reviewer had seen of it."""


@dataclass(frozen=True)
class Decided:
    """What a decision led to: its number, the entry's state, and what is seen of it from now on."""

    entry: str
    decision: int
    verdict: str
    state: str
    seen: str


def seen_of(connection: sqlite3.Connection, key: str) -> str:
    """Return what a reviewer who looks at an entry now has seen, as `decide` wants it."""
    row = connection.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM decisions WHERE entry_key = :key"
        "  AND part <> 'second' AND verdict IN ('accept', 'correct', 'reject', 'undo', 'add')),"
        " (SELECT hash FROM proposals WHERE entry_key = :key)",
        {"key": key},
    ).fetchone()
    return f"{row[0]}-{row[1] or 'none'}"


def decide(
    store: Store,
    key: str,
    answer: Answer,
    *,
    reviewer: str,
    part: Part = "first",
    batch: str | None = None,
) -> Decided:
    """Append a reviewer's decision and bring the entry up to it.

    Raises `UnknownKey` for an entry that is not there or not shown, `UsageError` for an answer that
    cannot be, and `DecidedMeanwhile` where somebody else or a new reading was faster.
    """
    with store.transaction() as connection:
        return write_decision(connection, key, answer, reviewer=reviewer, part=part, batch=batch)


def write_decision(
    connection: sqlite3.Connection,
    key: str,
    answer: Answer,
    *,
    reviewer: str,
    part: Part = "first",
    batch: str | None = None,
) -> Decided:
    """Do what `decide` does, inside the caller's transaction."""
    told = _checked(answer)
    before = _shown_entry(connection, key)
    if answer.verdict == "undo":
        told, part = _undone(connection, key, answer, reviewer)
    else:
        _expect(connection, key, answer.seen)
    proposal = proposal_of(connection, key)
    packed = zlib.compress(proposal.to_json()) if proposal else None
    number = connection.execute(
        "INSERT INTO decisions (entry_key, reviewer, decided_at, verdict, fields, reason, note,"
        " proposal, part, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, reviewer, now(), answer.verdict, json_text(told), answer.reason,
         checked_note(answer.note), packed, part, batch),
    ).lastrowid or 0  # fmt: skip
    state, agrees = before["state"], None
    seen: dict[str, Any] = {}
    became: dict[str, Any] = {}
    if part == "second":
        agrees = _agrees(connection, key, answer.verdict, told)
    elif answer.verdict not in ("skip", "flag"):
        state = refresh_entry(connection, key)
        seen, became = _changed(before, _shown_entry(connection, key, hidden=True))
    connection.execute(
        "INSERT INTO decision_effects VALUES (?, ?, ?, ?)",
        (number, json_text(seen), json_text(became), agrees),
    )
    return Decided(key, number, answer.verdict, state, seen_of(connection, key))


def _checked(answer: Answer) -> dict[str, Any]:
    if answer.verdict not in ("accept", "correct", "reject", "skip", "flag", "undo"):
        raise UsageError(f"There is no verdict {answer.verdict!r}.")
    if answer.verdict == "reject" and answer.reason not in REASONS:
        raise UsageError("Say why it is rejected: one of the reasons 1 to 7.")
    if answer.verdict == "reject" and answer.reason == "other" and not checked_note(answer.note):
        raise UsageError("Say in the note why it is rejected.")
    told = answer.told()
    corrected = told.keys() - {"states"}
    if answer.verdict == "correct" and not told:
        raise UsageError("Nothing was corrected; accept the entry as it is.")
    if answer.verdict != "correct" and corrected:
        raise UsageError(f"Corrected fields belong to `correct`, not to `{answer.verdict}`.")
    return told


def _shown_entry(
    connection: sqlite3.Connection, key: str, *, hidden: bool = False
) -> dict[str, Any]:
    """Return what an entry says; raise `UnknownKey` where it is not there or not shown."""
    row = connection.execute(
        f"SELECT {', '.join(_SHOWN)}, text_withdrawn OR document_id IN"  # noqa: S608 - names are constants
        " (SELECT id FROM hidden_documents) AS hidden FROM entries WHERE key = ?",
        (key,),
    ).fetchone()
    if row is None or (row["hidden"] and not hidden):
        raise UnknownKey(f"There is no entry {key!r} that could be decided on.")
    return {name: row[name] for name in _SHOWN}


def _expect(connection: sqlite3.Connection, key: str, seen: str) -> None:
    if seen_of(connection, key) == seen:
        return
    last = connection.execute(
        "SELECT id, reviewer, verdict, decided_at FROM decisions WHERE entry_key = ?"
        " AND part <> 'second' AND verdict IN ('accept', 'correct', 'reject', 'undo', 'add')"
        " ORDER BY id DESC LIMIT 1",
        (key,),
    ).fetchone()
    if last is not None and not seen.startswith(f"{last['id']}-"):
        said = {"accept": "accepted", "correct": "corrected", "reject": "rejected",
                "undo": "took back a decision on", "add": "added"}  # fmt: skip
        raise DecidedMeanwhile(
            f"{last['reviewer']} {said[last['verdict']]} this entry at {last['decided_at']},"
            " while you looked at it; nothing of yours was written. Look at it again."
        )
    raise DecidedMeanwhile(
        "A new reading changed this entry while you looked at it; nothing was written."
        " Look at it again."
    )


def _undone(
    connection: sqlite3.Connection, key: str, answer: Answer, reviewer: str
) -> tuple[dict[str, Any], Part]:
    """Return what an `undo` says; only one's own decision is taken back, and only the last."""
    row = connection.execute(
        "SELECT id, reviewer, verdict, part FROM decisions WHERE id = ? AND entry_key = ?",
        (answer.of, key),
    ).fetchone()
    if row is None or row["verdict"] == "undo":
        raise UsageError("There is no such decision on this entry that could be undone.")
    if row["reviewer"] != reviewer:
        raise UsageError(f"Only {row['reviewer']} can undo this decision.")
    later = connection.execute(
        "SELECT reviewer, verdict, decided_at, fields FROM decisions WHERE entry_key = ? AND id > ?"
        " AND part <> 'second' AND verdict <> 'skip' ORDER BY id DESC LIMIT 1",
        (key, row["id"]),
    ).fetchone()
    if later is not None and row["part"] != "second" and row["verdict"] in _COUNTING:
        if msgspec.json.decode(later["fields"]).get("of") == row["id"]:
            raise UsageError("This decision was undone already.")
        raise DecidedMeanwhile(
            f"{later['reviewer']} decided on this entry after you, at {later['decided_at']};"
            " your decision stays in its history."
        )
    return {"of": row["id"]}, row["part"]


def _agrees(
    connection: sqlite3.Connection, key: str, verdict: str, told: Mapping[str, Any]
) -> bool | None:
    """Tell whether a second opinion says what the first says; None for a skip or a flag."""
    if verdict not in _COUNTING:
        return None
    first = judged(decisions_on(connection, key))
    if first is None or "reject" in (first.verdict, verdict):
        return first is not None and first.verdict == verdict
    proposal = proposal_of(connection, key)
    return proposal is None or same_values(proposal, first.fields, told)


def _changed(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in _SHOWN if before[name] != after[name]]
    return {n: before[n] for n in names}, {n: after[n] for n in names}
