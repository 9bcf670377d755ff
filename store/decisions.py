"""What an entry's row holds: the proposal's values, with the reviewers' decisions replayed over."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from core.records import Evidence, Proposal
from core.text import one_line
from store.euro import euro_columns, reviewers_euro

_LARGEST = 2**63 - 1  # of an integer column
EFFECTIVE = {
    "accept": "accepted", "correct": "corrected", "reject": "rejected", "add": "accepted"
}  # fmt: skip
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


@dataclass(frozen=True)
class Judged:
    """The decision that counts for an entry."""

    verdict: str
    fields: Mapping[str, Any]
    hash: str | None
    proposal: Proposal | None = None
    id: int = 0


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
    """Replay an entry's decisions in order.

    An `undo` takes back the decision that its fields name by `of`; the last that counts where they
    name none.
    """
    stack: list[Judged] = []
    for row in decisions:
        if row["verdict"] == "undo":
            undone = msgspec.json.decode(row["fields"]).get("of")
            stack = [d for d in stack if d.id != undone] if undone else stack[:-1]
        elif row["verdict"] in EFFECTIVE:
            whole = row["proposal"]
            seen = Proposal.from_json(zlib.decompress(whole)) if whole else None
            known = proposal_hash(seen) if seen else None
            fields = msgspec.json.decode(row["fields"])
            stack.append(Judged(row["verdict"], fields, known, seen, row["id"]))
    return stack[-1] if stack else None


def state_of(decision: Judged | None, current_hash: str, values: Mapping[str, Any]) -> str:
    """Return the state of an entry whose proposal has that hash and those values now."""
    if decision is None:
        return "pending"
    if decision.hash == current_hash:
        return EFFECTIVE[decision.verdict]
    if decision.verdict in ("correct", "add") and _agrees(decision, values):
        return EFFECTIVE[decision.verdict]
    return "reopened"


def _agrees(decision: Judged, values: Mapping[str, Any]) -> bool:
    """Say whether a changed proposal is what a reviewer made of the judged one, or added."""
    if decision.proposal is None:
        return False
    before = effective_values(decision.proposal)  # without euro, which are not compared
    before["date"] = before["date"] or values["date"]  # where none is stated, the document's
    wanted = corrected_values(before, decision.fields)
    return all(values[name] == wanted[name] for name in _COMPARED)


def same_values(proposal: Proposal, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two reviewers' corrections make the same of a proposal."""
    plain = effective_values(proposal)
    first, second = (corrected_values(plain, fields) for fields in (one, other))
    return all(first[name] == second[name] for name in _COMPARED)


def proposal_now(connection: sqlite3.Connection, key: str) -> Proposal | None:
    """Return what is proposed for an entry now; None where nothing is any more."""
    row = connection.execute("SELECT fields FROM proposals WHERE entry_key = ?", (key,)).fetchone()
    return Proposal.from_json(zlib.decompress(row["fields"])) if row else None


def proposal_of(connection: sqlite3.Connection, key: str) -> Proposal | None:
    """Return the proposal of an entry; of one that is no longer proposed, the one judged last."""
    now = proposal_now(connection, key)
    if now is not None:
        return now
    last = judged(decisions_on(connection, key))
    return last.proposal if last else None


def decisions_on(connection: sqlite3.Connection, key: str) -> list[sqlite3.Row]:
    """Return an entry's decisions, oldest first, as `judged` replays them; no second opinions."""
    return connection.execute(
        "SELECT id, verdict, fields, proposal FROM decisions"
        " WHERE entry_key = ? AND part <> 'second' ORDER BY id",
        (key,),
    ).fetchall()
