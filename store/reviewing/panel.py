"""What a reviewer is shown of one entry: its fields, what they rest on, what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from core.errors import UnknownKey
from core.records import ENTRY_FIELDS, Evidence, Proposal
from store.copies import offered_decision
from store.database import Store
from store.decisions import (
    EFFECTIVE,
    decisions_on,
    effective_values,
    judged,
    proposal_now,
    proposal_of,
)
from store.reviewing.deciding import seen_of
from store.reviewing.queue import assigned_to
from store.spans import REVIEWER
from store.versions import redaction_of

# The columns of `entries` that each field of a form has, the first as its own.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "equipment": ("equipment", "equipment_type"),
    "quantity": ("quantity",),
    "amount": ("amount_min", "amount_max", "currency", "amount_kind", "amount_scope"),
    "recipient": ("recipient", "recipient_country"),
    "supplier": ("supplier",),
    "fund": ("fund",),
    "date": ("date", "stage"),
}


@dataclass(frozen=True)
class Choice:
    """Another reading of a quote: what to call it, and the columns that it would set."""

    label: str
    columns: Mapping[str, Any]


@dataclass(frozen=True)
class FieldPanel:
    """One field: its columns' values, the quote it rests on (None: not stated) and its boxes."""

    name: str
    values: Mapping[str, Any]
    quote: str | None = None
    page: int | None = None
    start: int = 0
    end: int = 0
    maker: str = ""
    score: float = 0.0
    choices: tuple[Choice, ...] = ()
    state: str = ""
    before: Mapping[str, Any] | None = None

    @property
    def by_reviewer(self) -> bool:
        """Whether a person marked the quote."""
        return self.maker == REVIEWER


@dataclass(frozen=True)
class Panel:
    """An entry before a reviewer; `seen` goes back with the decision."""

    key: str
    seen: str
    state: str
    page: int
    reading_id: int | None
    quote: str
    score: float
    amount_eur: float | None
    still_proposed: bool
    fields: tuple[FieldPanel, ...]
    document: Mapping[str, Any]
    version: Mapping[str, Any]
    last: Mapping[str, Any] | None
    reopened: Mapping[str, Any] | None
    history: tuple[Mapping[str, Any], ...] = ()
    assigned: Mapping[str, Any] | None = None
    offered: Mapping[str, Any] | None = None
    issues: tuple[str, ...] = field(default=())


_ENTRY = """
SELECT e.*, d.key AS document, titled(d.title, d.url) AS title, d.source, d.url, d.landing_url,
  d.published, d.kind,
  d.language, d.gone, s.title AS source_title, s.publisher, s.licence, v.number AS version,
  v.sha256, v.first_seen, v.change,
  (SELECT max(number) FROM versions n WHERE n.document_id = d.id) AS versions,
  coalesce((SELECT reading_id FROM proposals p WHERE p.entry_key = e.key),
    (SELECT r.id FROM readings r WHERE r.sha256 = v.sha256 AND r.current = 1)) AS reading_id
FROM entries e JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id
LEFT JOIN sources s ON s.id = d.source
WHERE e.key = ? AND e.text_withdrawn = 0 AND d.id NOT IN (SELECT id FROM hidden_documents)
"""
_ISSUES = """
SELECT DISTINCT code FROM issues WHERE sha256 = ? AND (page IS NULL OR page = ?) ORDER BY code
LIMIT 10
"""


def panel(store: Store, key: str, *, blind: bool = False) -> Panel:
    """Return what a reviewer sees of an entry; `UnknownKey` where it is not there or not shown.

    `blind` shows the proposal alone, nothing of what anybody decided.
    """
    rows = store.rows(_ENTRY, (key,))
    if not rows:
        raise UnknownKey(f"There is no entry {key!r} that may be shown.")
    row = dict(rows[0])
    decision = judged(decisions_on(store.connection, key))
    history = history_of(store, key)
    found = _evidence(store, key)
    if blind:
        row, found = _as_proposed(store, row, found)
        decision, history = None, []
    effective = [one for one in history if one["verdict"] in EFFECTIVE and one["part"] != "second"]
    reopened = None
    if row["state"] == "reopened" and decision is not None:
        redaction = redaction_of(store.connection, row["document_id"])
        blackened = redaction is not None and decision.id <= redaction.decisions
        seen = None if blackened else decision.proposal
        reopened = _reopened(store, row, seen, effective)
    said = decision.fields.get("states", {}) if decision else {}
    return Panel(
        key=key,
        seen=seen_of(store.connection, key),
        state=row["state"],
        page=row["page"],
        reading_id=row["reading_id"],
        quote=row["quote"],
        score=row["score"],
        amount_eur=row["amount_eur"],
        still_proposed=bool(row["still_proposed"]),
        fields=_fields(found, row, reopened, said),
        document={
            name: row[name]
            for name in (
                "title", "source", "source_title", "publisher", "licence", "url", "landing_url",
                "published", "kind", "language", "gone",
            )
        } | {"key": row["document"]},
        version={
            "number": row["version"], "count": row["versions"], "sha256": row["sha256"],
            "fetched_at": row["first_seen"], "change": row["change"],
        },
        last=effective[-1] if effective else None,
        reopened=reopened,
        history=tuple(history),
        assigned=assigned_to(store, key),
        offered=None if blind else offered_decision(store, key),
        issues=tuple(r["code"] for r in store.rows(_ISSUES, (row["sha256"], row["page"]))),
    )  # fmt: skip


def history_of(store: Store, key: str) -> list[dict[str, Any]]:
    """Return the decisions on an entry, oldest first: who, when, what it changed, and why.

    Of what was decided before a redaction nothing is told but that it was.
    """
    rows = store.rows(
        "SELECT h.id, h.reviewer, h.decided_at, h.verdict, h.part, h.fields, h.reason, h.note,"
        " h.batch, x.seen, x.became, x.agrees, e.document_id, e.text_withdrawn FROM decisions h"
        " LEFT JOIN decision_effects x ON x.decision_id = h.id"
        " LEFT JOIN entries e ON e.key = h.entry_key WHERE h.entry_key = ? ORDER BY h.id",
        (key,),
    )
    told = []
    redaction = redaction_of(store.connection, rows[0]["document_id"]) if rows else None
    for row in rows:
        one = dict(row)
        hidden = one.pop("text_withdrawn") or (redaction and one["id"] <= redaction.decisions)
        del one["document_id"]
        for name in ("fields", "seen", "became"):
            one[name] = {} if hidden else msgspec.json.decode(one[name] or "{}")
        if hidden:
            one.update(note=None)
        told.append(one)
    return told


def _evidence(store: Store, key: str) -> dict[str, Evidence]:
    """Return what the fields of an entry rest on, as it is stored."""
    rows = store.rows("SELECT * FROM entry_evidence WHERE entry_key = ?", (key,))
    return {
        row["field"]: Evidence(
            page=row["page"],
            start=row["start"],
            end=row["end"],
            raw=row["raw"],
            value=msgspec.json.decode(row["value"] or "null"),
            alternatives=tuple(msgspec.json.decode(row["alternatives"])),
            maker=row["maker"],
            score=row["score"],
        )
        for row in rows
    }


def _as_proposed(
    store: Store, row: dict[str, Any], found: dict[str, Evidence]
) -> tuple[dict[str, Any], dict[str, Evidence]]:
    """Return an entry's columns and evidence as the machine proposed them."""
    proposal = proposal_of(store.connection, row["key"])
    if proposal is None:
        return row, found
    values = effective_values(proposal, row["published"])
    values["date"] = values["date"] or row["published"]
    return {**row, **values, "state": "pending"}, proposal.evidence()


def _fields(
    found: Mapping[str, Evidence],
    row: Mapping[str, Any],
    reopened: Mapping[str, Any] | None,
    said: Mapping[str, str],
) -> tuple[FieldPanel, ...]:
    before = reopened["before"] if reopened else {}
    panels = []
    for name in ENTRY_FIELDS:
        values = {column: row[column] for column in COLUMNS[name]}
        old = {c: before[c] for c in COLUMNS[name] if c in before}
        shown = FieldPanel(name, values, state=said.get(name, ""), before=old or None)
        if (one := found.get(name)) is not None:
            shown = replace(
                shown,
                quote=one.raw,
                page=one.page,
                start=one.start,
                end=one.end,
                maker=one.maker,
                score=one.score,
                choices=_choices(name, one, values),
            )
        panels.append(shown)
    return tuple(panels)


def _choices(name: str, one: Evidence, values: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Return the other readings of a quote, each once, without the one that is shown."""
    readings: list[Any] = list(one.alternatives)
    if name == "amount" and isinstance(one.value, dict):
        readings += one.value.get("readings") or ()
        readings = [
            one_reading
            if isinstance(one_reading, dict)
            else {**one.value, "min": one_reading, "max": one_reading}
            for one_reading in readings
        ]
    choices = {choice.label: choice for choice in (_choice(name, value) for value in readings)}
    shown = {column: str(value) for column, value in values.items()}
    return tuple(
        choice
        for choice in choices.values()
        if any(str(value) != shown.get(column) for column, value in choice.columns.items())
    )


def _choice(name: str, value: Any) -> Choice:
    """Return an alternative reading as the columns it would set."""
    if not isinstance(value, dict):
        return Choice(str(value), {COLUMNS[name][0]: value})
    if name == "amount":
        columns = {
            "amount_min": value.get("min"), "amount_max": value.get("max"),
            "currency": value.get("currency"),
        }  # fmt: skip
        ends = [str(end) for end in (value.get("min"), value.get("max")) if end is not None]
        label = f"{' to '.join(dict.fromkeys(ends))} {value.get('currency') or ''}".strip()
        return Choice(label, {c: v for c, v in columns.items() if v is not None})
    if name == "quantity":
        return Choice(str(value.get("min")), {"quantity": value.get("min")})
    if name == "date":
        return Choice(str(value.get("date")), {"date": value.get("date")})
    if name == "equipment":
        return Choice(str(value.get("type")), {"equipment_type": value.get("type")})
    return Choice(
        str(value.get("name")),
        {COLUMNS[name][0]: value.get("name")}
        | ({"recipient_country": value["country"]} if name == "recipient" and value.get("country")
           else {}),
    )  # fmt: skip


def _reopened(
    store: Store, row: Mapping[str, Any], judged_proposal: Proposal | None, said: list[Any]
) -> dict[str, Any]:
    """Return what the decision judged that is another now: the columns before, and the quote."""
    if judged_proposal is None:
        return {"before": {}, "quote": None, "said": said[-1] if said else None}
    old = effective_values(judged_proposal, row["published"])
    proposal = proposal_now(store.connection, row["key"])
    new = effective_values(proposal, row["published"]) if proposal else row
    columns = [column for names in COLUMNS.values() for column in names]
    before = {c: old[c] for c in columns if old[c] != new[c]}
    return {"before": before, "quote": old["quote"], "said": said[-1] if said else None}
