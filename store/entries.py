"""Candidate entries: a document's proposals with the reviewers' decisions replayed over them.

`refresh_document` can run at any time and as often as one likes; it gives the same rows.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from core.errors import UnknownKey
from core.keys import entry_key
from core.records import Proposal
from core.text import json_text
from store.decisions import (
    EFFECTIVE,
    Judged,
    corrected_values,
    decisions_on,
    effective_values,
    judged,
    proposal_hash,
    state_of,
)
from store.spans import laid_over, moved
from store.versions import (
    WITHDRAWN,
    Redaction,
    compare_versions,
    holders,
    mark_released,
    redaction_of,
    shown_reading,
    withdrawn_by,
)
from store.withdrawal import ShownText, outlives, withdraw_texts
from store.words import boxes_of

_COLUMNS = (
    "document_id", "version_id", "page", "equipment", "equipment_type", "equipment_family",
    "quantity", "amount_min", "amount_max", "currency", "amount_eur", "eur_rate",
    "eur_rate_date", "eur_source", "amount_kind", "amount_group", "amount_scope", "recipient",
    "recipient_country", "supplier", "fund", "date", "stage", "score", "quote", "state",
    "still_proposed", "text_withdrawn",
)  # fmt: skip


def refresh_document(connection: sqlite3.Connection, document_id: int) -> None:
    """Bring a document's proposals, entries and evidence up to its newest reading.

    Runs inside the caller's transaction. Waits for a newer version that is to be read, unless what
    is shown meanwhile has to go. Says what each version changed; what a redaction withdraws, or no
    longer does, is brought up in the other documents that have the same content too.
    """
    before = withdrawn_by(connection, document_id)
    compare_versions(connection, document_id)
    turned = before ^ withdrawn_by(connection, document_id)
    for number in sorted({document_id, *holders(connection, turned)}):
        _refresh(connection, number)


def release(connection: sqlite3.Connection, document_key: str, number: int) -> None:
    """Let the text before a redaction be seen again: an administrator's decision.

    Runs inside the caller's transaction. Raises `UnknownKey` where the document is not known or its
    version of that number is no redaction.
    """
    row = connection.execute("SELECT id FROM documents WHERE key = ?", (document_key,)).fetchone()
    if row is None:
        raise UnknownKey(f"There is no document with the key {document_key!r}.")
    before = withdrawn_by(connection, row["id"])
    mark_released(connection, row["id"], number)
    for document_id in holders(connection, before):
        _refresh(connection, document_id)


def refresh_entry(connection: sqlite3.Connection, key: str) -> str:
    """Bring one entry up to its decisions and return its state; its document stays as it is.

    Runs inside the caller's transaction. Raises `UnknownKey` where there is no such entry, or none
    whose text may be seen.
    """
    row = connection.execute(_DECIDED, (key,)).fetchone()
    if row is None:
        raise UnknownKey(f"There is no entry {key!r} that could be decided on.")
    text = ShownText(connection, row["reading_id"])
    redaction = redaction_of(connection, row["document_id"])
    present = _Present(row["document_id"], row, text, redaction)
    words = boxes_of(connection, row["reading_id"])
    decisions = decisions_on(connection, key)
    if row["proposed"] is not None:
        proposal = Proposal.from_json(zlib.decompress(row["proposed"]))
        decision = _write_entry(connection, key, proposal, present)
        _write_evidence(connection, key, proposal, present, words, decision=decision)
    else:
        _write_unproposed(connection, key, decisions, present)
    return str(connection.execute("SELECT state FROM entries WHERE key = ?", (key,)).fetchone()[0])


# The reading that an entry rests on: of its proposal, else the one of its version.
_DECIDED = """
SELECT e.document_id, e.version_id, d.published, p.fields AS proposed,
  coalesce(p.reading_id, (SELECT r.id FROM versions v JOIN readings r
    ON r.sha256 = v.sha256 AND r.current = 1 WHERE v.id = e.version_id)) AS reading_id
FROM entries e JOIN documents d ON d.id = e.document_id
LEFT JOIN proposals p ON p.entry_key = e.key WHERE e.key = ? AND e.text_withdrawn = 0
"""


@dataclass(frozen=True)
class _Present:
    """What a document shows now: its newest reading, and what a redaction took from view."""

    document_id: int
    reading: sqlite3.Row
    text: ShownText
    redaction: Redaction | None


def _refresh(connection: sqlite3.Connection, document_id: int) -> None:
    row = shown_reading(connection, document_id)
    if row is None or (row["waits"] and row["stays"]):
        return  # entries come from the newest version, in whichever order versions are read
    _describe(connection, document_id, row)
    text = ShownText(connection, None if row["withdrawn"] else row["reading_id"])
    present = _Present(document_id, row, text, redaction_of(connection, document_id))
    proposals: dict[str, Proposal] = {}
    if not (row["withdrawn"] or row["waits"]):
        proposals = _proposals(row["key"], row["proposals"])
    _withdraw(connection, document_id, set(proposals))
    withdraw_texts(connection, document_id, text)
    _restore(connection, present)
    words = boxes_of(connection, row["reading_id"])
    for key, proposal in proposals.items():
        decision = _write_entry(connection, key, proposal, present)
        _write_evidence(connection, key, proposal, present, words, decision=decision)
    _write_added(connection, present)


def _proposals(document_key: str, packed: bytes) -> dict[str, Proposal]:
    """Return a reading's proposals by the keys of their entries."""
    made = msgspec.json.decode(zlib.decompress(packed), type=tuple[Proposal, ...])
    return {entry_key(document_key, p.anchor, p.ordinal): p for p in made}


def _describe(connection: sqlite3.Connection, document_id: int, reading: sqlite3.Row) -> None:
    """Fill in what the source did not say of the document and the file itself does.

    What only withdrawn text says is taken back.
    """
    for name in ("title", "reference"):
        connection.execute(
            f"UPDATE documents SET {name} = NULL WHERE id = ? AND {name} IN"  # noqa: S608 - a constant
            f" (SELECT r.{name} FROM versions v JOIN readings r ON r.sha256 = v.sha256"
            f" WHERE v.document_id = documents.id AND {WITHDRAWN})",
            (document_id,),
        )
    told = dict(reading)
    if reading["withdrawn"]:
        told.update(title=None, reference=None)
    connection.execute(
        "UPDATE documents SET title = coalesce(title, :title), language = coalesce(language,"
        " :language), published = :published, reference = coalesce(reference, :reference),"
        " kind = coalesce(kind, :kind), shown_version_id = :version_id WHERE id = :id",
        {**told, "id": document_id},
    )


def _write_entry(
    connection: sqlite3.Connection, key: str, proposal: Proposal, present: _Present
) -> Judged | None:
    """Write an entry as proposed, with the decision over it that counts, and return that one."""
    row = present.reading
    now = proposal_hash(proposal)
    connection.execute(
        "INSERT OR REPLACE INTO proposals VALUES (?, ?, ?, ?, ?, ?)",
        (key, present.document_id, row["reading_id"], zlib.compress(proposal.to_json()), now,
         proposal.score),
    )  # fmt: skip
    values = _dated_values(proposal, row["published"])
    decisions = decisions_on(connection, key)
    decision = judged(decisions)
    values["state"] = state_of(decision, now, values)
    if decision is not None and values["state"] == "corrected":
        if _outlived(decision, decisions, proposal, present):
            values = corrected_values(values, decision.fields, row["published"])
        else:
            values["state"] = "reopened"
    _upsert(connection, key, present.document_id, row["version_id"], values)
    return decision


def _outlived(
    decision: Judged, decisions: Sequence[sqlite3.Row], proposal: Proposal, present: _Present
) -> bool:
    redaction = present.redaction
    if redaction is None or judged([row for row in decisions if row["id"] > redaction.decisions]):
        return True
    return outlives(decision.fields, proposal.page, redaction, present.text)


def _dated_values(proposal: Proposal, published: str | None) -> dict[str, Any]:
    """Return an undecided entry's columns, with the document's date where it states none."""
    values = effective_values(proposal, published)
    return {**values, "date": values["date"] or published}


def _upsert(
    connection: sqlite3.Connection,
    key: str,
    document_id: int,
    version_id: int,
    values: Mapping[str, Any],
    *,
    still_proposed: int = 1,
) -> None:
    whole = {
        **values,
        "key": key,
        "document_id": document_id,
        "version_id": version_id,
        "still_proposed": still_proposed,
        "text_withdrawn": 0,
    }
    connection.execute(_UPSERT, whole)


def _restore(connection: sqlite3.Connection, present: _Present) -> None:
    """Fill the rows of entries whose text may be seen again from the reading that proposed them, or
    from what the reviewer saw."""
    rows = connection.execute(
        "SELECT e.key, e.state, e.version_id, r.id AS reading_id, r.proposals FROM entries e"  # noqa: S608 - a constant
        " JOIN versions v ON v.id = e.version_id"
        " JOIN readings r ON r.sha256 = v.sha256 AND r.current = 1"
        f" WHERE e.document_id = ? AND e.text_withdrawn = 1 AND NOT {WITHDRAWN}",
        (present.document_id,),
    ).fetchall()
    published = present.reading["published"]
    for row in rows:
        key = row["key"]
        decision = judged(decisions_on(connection, key))
        proposed = _proposals(present.reading["key"], row["proposals"]).get(key)
        proposal = proposed or (decision.proposal if decision else None)
        if proposal is None:
            continue
        values = {**_dated_values(proposal, published), "state": row["state"]}
        if decision is not None and row["state"] == "corrected":
            values = corrected_values(values, decision.fields, published)
        _upsert(connection, key, present.document_id, row["version_id"], values, still_proposed=0)
        if proposed is not None:
            words = boxes_of(connection, row["reading_id"])
            shown = _Present(present.document_id, row, present.text, present.redaction)
            _write_evidence(connection, key, proposed, shown, words, decision=decision)


_UPSERT = (
    f"INSERT INTO entries (key, {', '.join(_COLUMNS)})"  # noqa: S608 - names are constants
    f" VALUES (:key, {', '.join(':' + name for name in _COLUMNS)})"
    f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in _COLUMNS)}"
)


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
    decision = judged(decisions)
    if decision is None:
        return "withdrawn"
    return EFFECTIVE[decision.verdict] if state in ("pending", "withdrawn") else state


def _last_judged(decisions: Sequence[sqlite3.Row]) -> Proposal | None:
    """Return the proposal that the decision which counts judged, else the last that any did."""
    decision = judged(decisions)
    if decision is not None and decision.proposal is not None:
        return decision.proposal
    known = [row["proposal"] for row in decisions if row["proposal"]]
    return Proposal.from_json(zlib.decompress(known[-1])) if known else None


def _write_unproposed(
    connection: sqlite3.Connection,
    key: str,
    decisions: Sequence[sqlite3.Row],
    present: _Present,
) -> None:
    """Bring an entry that is not proposed up to its decisions: what they judged, and corrected."""
    decision = judged(decisions)
    proposal = _last_judged(decisions)
    if proposal is None:
        raise UnknownKey(f"Nothing is known of what was proposed for the entry {key!r}.")
    published = present.reading["published"]
    values = _dated_values(proposal, published)
    values["state"] = EFFECTIVE[decision.verdict] if decision else "withdrawn"
    if decision is not None and decision.verdict == "correct":
        values = corrected_values(values, decision.fields, published)
    row = present.reading
    found = moved(connection, row["reading_id"], proposal)
    values["page"] = found.page if found else values["page"]
    _upsert(connection, key, present.document_id, row["version_id"], values, still_proposed=0)
    words = boxes_of(connection, row["reading_id"])
    quoted = found or _without_quotes(proposal)
    _write_evidence(connection, key, quoted, present, words, decision=decision)


def _without_quotes(proposal: Proposal) -> Proposal:
    return msgspec.structs.replace(proposal, **dict.fromkeys(proposal.evidence()))


def _write_added(connection: sqlite3.Connection, present: _Present) -> None:
    """Lay entries that reviewers added on what is shown of the document now.

    One that stands there no longer stays with the version that it was last found in.
    """
    if present.reading["withdrawn"]:
        return
    rows = connection.execute(
        "SELECT DISTINCT e.key, e.version_id FROM entries e"
        " JOIN decisions a ON a.entry_key = e.key"
        " WHERE e.document_id = ? AND a.verdict = 'add' AND a.proposal IS NOT NULL"
        " AND e.still_proposed = 0 AND e.text_withdrawn = 0",
        (present.document_id,),
    ).fetchall()
    for row in rows:
        decisions = decisions_on(connection, row["key"])
        proposal = _last_judged(decisions)
        here = row["version_id"] == present.reading["version_id"]
        if here or (proposal and moved(connection, present.reading["reading_id"], proposal)):
            _write_unproposed(connection, row["key"], decisions, present)
        else:
            _stay_behind(connection, row["key"])


def _stay_behind(connection: sqlite3.Connection, key: str) -> None:
    """Bring an entry up in the version it rests on; its quotes go where that one is withdrawn."""
    withdrawn = connection.execute(
        f"SELECT 1 FROM entries e JOIN versions v ON v.id = e.version_id"  # noqa: S608 - a constant
        f" WHERE e.key = ? AND {WITHDRAWN}",
        (key,),
    ).fetchone()
    if withdrawn:
        connection.execute("DELETE FROM entry_evidence WHERE entry_key = ?", (key,))
    else:
        refresh_entry(connection, key)


def _write_evidence(
    connection: sqlite3.Connection,
    key: str,
    proposal: Proposal,
    present: _Present,
    words: Any,
    *,
    decision: Judged | None,
) -> None:
    """Write what the fields of an entry rest on: the proposal's quotes, a reviewer's over them."""
    reading_id = present.reading["reading_id"]
    connection.execute("DELETE FROM entry_evidence WHERE entry_key = ?", (key,))
    found = proposal.evidence()
    if decision is not None and decision.verdict == "correct":
        found = laid_over(connection, reading_id, found, decision)
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
                None if evidence.value is None else json_text(evidence.value),
                json_text(evidence.alternatives),
                json_text(words(evidence.page, evidence.start, evidence.end)),
                evidence.maker,
                evidence.score,
            )
            for name, evidence in found.items()
        ],
    )
