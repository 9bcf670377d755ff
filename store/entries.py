"""Candidate entries: a document's proposals with the reviewers' decisions replayed over them.

`refresh_document` can run at any time and as often as one likes; it gives the same rows.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import msgspec

from core.keys import entry_key
from core.records import ENTRY_FIELDS, Evidence, Proposal
from core.text import one_line
from store.euro import euro_columns, reviewers_euro
from store.words import boxes_of

_LARGEST = 2**63 - 1  # of an integer column
_EFFECTIVE = {"accept": "accepted", "correct": "corrected", "reject": "rejected"}
# What a reviewer sees of an entry and may correct; what else a row holds is the store's own.
_SEEN = (
    "equipment", "equipment_type", "equipment_family", "quantity", "amount_min", "amount_max",
    "currency", "amount_eur", "amount_kind", "amount_group", "amount_scope", "recipient",
    "recipient_country", "supplier", "fund", "date", "stage",
)  # fmt: skip
_COMPARED = (
    "equipment", "equipment_type", "quantity", "amount_min", "amount_max", "currency", "recipient",
    "recipient_country", "supplier", "fund", "date",
)  # fmt: skip
_COLUMNS = (
    "document_id", "version_id", "page", "equipment", "equipment_type", "equipment_family",
    "quantity", "amount_min", "amount_max", "currency", "amount_eur", "eur_rate",
    "eur_rate_date", "eur_source", "amount_kind", "amount_group", "amount_scope", "recipient",
    "recipient_country", "supplier", "fund", "date", "stage", "score", "quote", "state",
    "still_proposed",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """The decision that counts for an entry."""

    verdict: str
    fields: Mapping[str, Any]
    hash: str | None
    proposal: Proposal | None = None


def proposal_hash(proposal: Proposal) -> str:
    """Return a hash of the field values alone: no offset, page, score or maker goes into it."""
    values = {
        name: (one_line(evidence.raw), evidence.value)
        for name, evidence in proposal.evidence().items()
    }
    whole = (values, proposal.equipment_type, proposal.recipient_country)
    return hashlib.sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()[:16]


def effective_values(proposal: Proposal, published: str | None = None) -> dict[str, Any]:
    """Return what the columns of `entries` hold for an undecided proposal.

    `published` is the document's date, at which amounts are turned into euro.
    """
    amount = _value(proposal.amount)
    quantity = _value(proposal.quantity)
    minimum = amount.get("min")
    quotes = {
        name: one_line(evidence.raw) if (evidence := getattr(proposal, name)) else None
        for name in ("equipment", "recipient", "supplier", "fund")
    }
    return {
        **quotes,
        "page": proposal.page,
        "equipment_type": proposal.equipment_type,
        "equipment_family": proposal.equipment_family,
        "quantity": _whole(quantity.get("min")),
        "amount_min": minimum,
        "amount_max": amount.get("max"),
        "currency": amount.get("currency"),
        **euro_columns(minimum, amount.get("currency"), published),
        "amount_kind": proposal.amount_kind,
        "amount_group": proposal.amount_group,
        "amount_scope": proposal.amount_scope,
        "recipient_country": proposal.recipient_country,
        "date": _value(proposal.date).get("date"),
        "stage": proposal.stage,
        "score": proposal.score,
        "quote": one_line(proposal.quote),
    }


def _whole(number: str | int | None) -> int | None:
    """Return a number of units; None for half a unit and for more than SQLite can hold, which
    stay readable in the quote."""
    if number is None or Decimal(number) % 1 or abs(Decimal(number)) > _LARGEST:
        return None
    return int(Decimal(number))


def corrected_values(
    values: Mapping[str, Any], fields: Mapping[str, Any], published: str | None = None
) -> dict[str, Any]:
    """Return an entry's columns with a reviewer's `fields` over them; the euro follow.

    `published` is the document's date, as for `effective_values`.
    """
    known = {name: value for name, value in fields.items() if name in _SEEN}
    whole = {**values, **known}
    if "amount_eur" in known:
        whole.update(reviewers_euro(known["amount_eur"]))
    elif known.keys() & {"amount_min", "currency"}:
        whole.update(euro_columns(whole["amount_min"], whole["currency"], published))
    return whole


def _value(evidence: Evidence | None) -> dict[str, Any]:
    return evidence.value if evidence and isinstance(evidence.value, dict) else {}


def judged(decisions: Sequence[sqlite3.Row]) -> Judged | None:
    """Replay an entry's decisions in order; an `undo` takes back the last one that counts."""
    stack: list[Judged] = []
    for row in decisions:
        if row["verdict"] == "undo":
            if stack:
                stack.pop()
        elif row["verdict"] in _EFFECTIVE:
            whole = row["proposal"]
            seen = Proposal.from_json(zlib.decompress(whole)) if whole else None
            known = proposal_hash(seen) if seen else None
            fields = msgspec.json.decode(row["fields"])
            stack.append(Judged(row["verdict"], fields, known, seen))
    return stack[-1] if stack else None


def _state(decision: Judged | None, current_hash: str, values: Mapping[str, Any]) -> str:
    if decision is None:
        return "pending"
    if decision.hash == current_hash:
        return _EFFECTIVE[decision.verdict]
    if decision.verdict == "correct" and _agrees(decision, values):
        return "corrected"
    return "reopened"


def _agrees(decision: Judged, values: Mapping[str, Any]) -> bool:
    """Say whether a changed proposal is what the reviewer's correction made of the judged one."""
    if decision.proposal is None:
        return False
    before = effective_values(decision.proposal)  # without euro, which are not compared
    before["date"] = before["date"] or values["date"]  # where none is stated, the document's
    wanted = corrected_values(before, decision.fields)
    return all(values[name] == wanted[name] for name in _COMPARED)


def refresh_document(connection: sqlite3.Connection, document_id: int) -> None:
    """Bring a document's proposals, entries and evidence up to its present version's reading.

    Runs inside the caller's transaction. Does nothing while that version is not read yet.
    """
    row = connection.execute(
        "SELECT d.key, d.version_id, r.id AS reading_id, r.title, r.language, r.reference, r.kind,"
        " coalesce(d.published, r.published) AS published, r.proposals"
        " FROM documents d JOIN versions v ON v.id = d.version_id"
        " JOIN readings r ON r.sha256 = v.sha256 AND r.current = 1 WHERE d.id = ?",
        (document_id,),
    ).fetchone()
    if row is None:
        return
    _describe(connection, document_id, row)
    _classify_changes(connection, document_id)
    proposals = msgspec.json.decode(zlib.decompress(row["proposals"]), type=tuple[Proposal, ...])
    keyed = {entry_key(row["key"], p.anchor, p.ordinal): p for p in proposals}
    _withdraw(connection, document_id, set(keyed))
    words = boxes_of(connection, row["reading_id"])
    for key, proposal in keyed.items():
        _write_entry(connection, key, proposal, document_id, row)
        _write_evidence(connection, key, proposal, row["reading_id"], words)


def _describe(connection: sqlite3.Connection, document_id: int, reading: sqlite3.Row) -> None:
    """Fill in what the source did not say of the document and the file itself does."""
    connection.execute(
        "UPDATE documents SET title = coalesce(title, :title), language = coalesce(language,"
        " :language), published = :published, reference = coalesce(reference, :reference),"
        " kind = coalesce(kind, :kind), shown_version_id = :version_id WHERE id = :id",
        {**dict(reading), "id": document_id},
    )


def _write_entry(
    connection: sqlite3.Connection,
    key: str,
    proposal: Proposal,
    document_id: int,
    row: sqlite3.Row,
) -> None:
    now = proposal_hash(proposal)
    connection.execute(
        "INSERT OR REPLACE INTO proposals VALUES (?, ?, ?, ?, ?, ?)",
        (key, document_id, row["reading_id"], zlib.compress(proposal.to_json()), now,
         proposal.score),
    )  # fmt: skip
    values = effective_values(proposal, row["published"])
    values["date"] = values["date"] or row["published"]
    decision = judged(decisions_on(connection, key))
    values["state"] = _state(decision, now, values)
    if decision is not None and values["state"] == "corrected":
        values = corrected_values(values, decision.fields, row["published"])
    values.update(document_id=document_id, version_id=row["version_id"], still_proposed=1, key=key)
    connection.execute(_UPSERT, values)


_UPSERT = (
    f"INSERT INTO entries (key, {', '.join(_COLUMNS)})"  # noqa: S608 - names are constants
    f" VALUES (:key, {', '.join(':' + name for name in _COLUMNS)})"
    f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in _COLUMNS)}"
)


def decisions_on(connection: sqlite3.Connection | sqlite3.Cursor, key: str) -> list[sqlite3.Row]:
    """Return an entry's decisions, oldest first, as `judged` replays them."""
    return connection.execute(
        "SELECT verdict, fields, proposal FROM decisions WHERE entry_key = ? ORDER BY id", (key,)
    ).fetchall()


def _withdraw(connection: sqlite3.Connection, document_id: int, still: set[str]) -> None:
    """Mark entries that are no longer proposed; the undecided ones become `withdrawn`."""
    rows = connection.execute(
        "SELECT key, state FROM entries WHERE document_id = ?", (document_id,)
    ).fetchall()
    for row in rows:
        if row["key"] in still:
            continue
        state = _unproposed_state(row["state"], decisions_on(connection, row["key"]))
        connection.execute(
            "UPDATE entries SET state = ?, still_proposed = 0 WHERE key = ?", (state, row["key"])
        )
        connection.execute("DELETE FROM proposals WHERE entry_key = ?", (row["key"],))


def _unproposed_state(state: str, decisions: Sequence[sqlite3.Row]) -> str:
    """Return the state of an entry that only its decisions, if any, still speak for."""
    if any(decision["verdict"] == "add" for decision in decisions):
        return state
    decision = judged(decisions)
    if decision is None:
        return "withdrawn"
    return _EFFECTIVE[decision.verdict] if state in ("pending", "withdrawn") else state


def _write_evidence(
    connection: sqlite3.Connection,
    key: str,
    proposal: Proposal,
    reading_id: int,
    words: Any,
) -> None:
    connection.execute("DELETE FROM entry_evidence WHERE entry_key = ?", (key,))
    connection.executemany(
        "INSERT INTO entry_evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                key,
                name,
                reading_id,
                evidence.page,
                evidence.start,
                evidence.end,
                evidence.raw,
                None if evidence.value is None else _json(evidence.value),
                _json(evidence.alternatives),
                _json(words(evidence.page, evidence.start, evidence.end)),
                evidence.maker,
                evidence.score,
            )
            for name in ENTRY_FIELDS
            if (evidence := cast("Evidence | None", getattr(proposal, name))) is not None
        ],
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _classify_changes(connection: sqlite3.Connection, document_id: int) -> None:
    """Say what each version changed, once both it and its forerunner are read."""
    rows = connection.execute(
        "SELECT v.id, v.sha256, p.sha256 AS before FROM versions v JOIN versions p"
        " ON p.document_id = v.document_id AND p.number = v.number - 1"
        " WHERE v.document_id = ? AND v.change IS NULL",
        (document_id,),
    ).fetchall()
    for row in rows:
        texts = [_text(connection, row["sha256"]), _text(connection, row["before"])]
        if None in texts:
            continue
        change = "metadata" if texts[0] == texts[1] else "text"
        connection.execute("UPDATE versions SET change = ? WHERE id = ?", (change, row["id"]))


def _text(connection: sqlite3.Connection, sha256: str) -> list[str] | None:
    reading = connection.execute(
        "SELECT id FROM readings WHERE sha256 = ? AND current = 1", (sha256,)
    ).fetchone()
    if reading is None:
        return None
    rows = connection.execute(
        "SELECT text FROM pages WHERE reading_id = ? ORDER BY number", (reading["id"],)
    ).fetchall()
    return [row["text"] for row in rows]
