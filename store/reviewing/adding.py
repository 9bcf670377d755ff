"""Adding an entry that the machine missed, from text that a reviewer marked on pages."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from core.errors import UnknownKey, UsageError
from core.keys import entry_key, normal_quote
from core.records import ENTRY_FIELDS, Evidence, Proposal
from core.text import around, one_line
from store.database import Store
from store.entries import refresh_entry
from store.reviewing.answers import Span, checked_fields, checked_note
from store.reviewing.deciding import Decided, DecidedMeanwhile, seen_of
from store.reviewing.sums import is_cut
from store.runs import now
from store.spans import REVIEWER
from vocabulary.amounts import find_amounts

# The columns that a marked quote carries the value of; without the quote they cannot be said.
_CARRIED: Final[Mapping[str, str]] = {
    "equipment": "equipment", "equipment_type": "equipment", "equipment_family": "equipment",
    "quantity": "quantity", "amount_min": "amount", "amount_max": "amount", "currency": "amount",
    "recipient": "recipient", "supplier": "supplier", "fund": "fund", "date": "date",
}  # fmt: skip
_QUOTED = ("equipment", "recipient", "supplier", "fund")  # columns that hold the quote itself
_MOST = 10_000  # entries of one document about the same quote

_PLACE = """
SELECT d.id AS document_id, d.published, coalesce(d.language, r.language) AS language,
  v.id AS version_id FROM documents d
JOIN versions v ON v.id = d.shown_version_id
JOIN shown_readings r ON r.sha256 = v.sha256
WHERE d.key = :document AND r.id = :reading AND d.id NOT IN (SELECT id FROM hidden_documents)
"""


@dataclass(frozen=True)
class _Place:
    """Where an entry is added: the document's row, the reading, and the texts of its pages."""

    document_id: int
    version_id: int
    language: str | None
    texts: Mapping[int, str]


def add_entry(  # noqa: PLR0917 - where it stands, and what is said of it
    store: Store,
    document_key: str,
    page: int,
    reading_id: int,
    spans: Mapping[str, Span],
    fields: Mapping[str, Any],
    *,
    reviewer: str,
    note: str | None,
) -> Decided:
    """Add an entry that rests on marked text, and return the decision that says so.

    `spans` are the marks by field, in code points of `Page.text`; `fields` are columns as
    `checked_fields` takes them: what the marks are read as, and what is said besides (type,
    country, stage). Raises `UnknownKey` where there is no such document that may be shown,
    `DecidedMeanwhile` where another reading is shown by now, and `UsageError` for a mark that is
    not what its page says there, for an entry without equipment and without recipient and amount,
    and for a value without a mark to rest on.
    """
    said = checked_fields(fields)
    noted = checked_note(note)
    _check_names(spans, said)
    with store.transaction() as connection:
        place = _place(connection, document_key, reading_id, {page, *_pages(spans)})
        proposal = _proposal(place, page, spans, said)
        key, proposal = _numbered(connection, document_key, proposal)
        return _write(connection, key, proposal, place, reviewer=reviewer, note=noted)


def _pages(spans: Mapping[str, Span]) -> set[int]:
    return {span.page for span in spans.values()}


def _check_names(spans: Mapping[str, Span], said: Mapping[str, Any]) -> None:
    unknown = sorted(set(spans) - set(ENTRY_FIELDS))
    if unknown:
        raise UsageError(f"No quote can be marked for {unknown[0]!r}.")
    if "equipment" not in spans and not {"recipient", "amount"} <= set(spans):
        raise UsageError("Mark the equipment, or a recipient and an amount.")
    for column, field in _CARRIED.items():
        if said.get(column) is not None and field not in spans:
            raise UsageError(f"Mark on the page what says the {field}.")
    for column in _QUOTED:
        if said.get(column) is not None and said[column] != one_line(spans[column].raw):
            raise UsageError(f"The {column} is what is marked; mark other text for another.")


def _place(
    connection: sqlite3.Connection, document_key: str, reading_id: int, pages: set[int]
) -> _Place:
    row = connection.execute(_PLACE, {"document": document_key, "reading": reading_id}).fetchone()
    if row is None:
        known = connection.execute(
            "SELECT 1 FROM documents WHERE key = ? AND id NOT IN (SELECT id FROM hidden_documents)",
            (document_key,),
        ).fetchone()
        if known is None:
            raise UnknownKey(f"There is no document {document_key!r} that may be shown.")
        raise DecidedMeanwhile(
            "The document was read anew while you looked at it; mark the text again."
        )
    texts = connection.execute(
        "SELECT number, text FROM pages WHERE reading_id = ?"
        " AND number IN (SELECT value FROM json_each(?))",
        (reading_id, msgspec.json.encode(sorted(pages)).decode()),
    )
    return _Place(
        row["document_id"],
        row["version_id"],
        row["language"],
        {text["number"]: text["text"] for text in texts},
    )


def _proposal(
    place: _Place, page: int, spans: Mapping[str, Span], said: Mapping[str, Any]
) -> Proposal:
    """Return what was marked and said as the tagger would propose it, without its number."""
    evidence = {name: _evidence(place, name, spans[name], said) for name in spans}
    if page not in place.texts:
        raise UsageError(f"The document has no page {page}.")
    first = evidence.get("equipment") or evidence["recipient"]
    if first.page != page:
        raise UsageError("The equipment has to be marked on the page that the entry is added to.")
    quotes = [evidence["equipment"]] if "equipment" in evidence else [
        evidence["recipient"], evidence["amount"],
    ]  # fmt: skip
    anchor = normal_quote(" ".join(one.raw for one in quotes))
    if not anchor:
        raise UsageError("What is marked has no word in it.")
    amount = evidence["amount"].value if "amount" in evidence else {}
    made = Proposal(
        anchor=anchor,
        ordinal=1,
        page=page,
        quote=_sentence(place.texts[page], first),
        equipment_type=said.get("equipment_type"),
        equipment_family=said.get("equipment_family"),
        recipient_country=said.get("recipient_country"),
        amount_kind=said.get("amount_kind") or amount.get("kind") or "unknown",
        amount_scope=said.get("amount_scope") or "own",
        stage=said.get("stage") or "unknown",
        score=1.0,
    )
    return msgspec.structs.replace(made, **evidence)


def _evidence(place: _Place, name: str, span: Span, said: Mapping[str, Any]) -> Evidence:
    text = place.texts.get(span.page)
    if text is None:
        raise UsageError(f"The document has no page {span.page}.")
    if not 0 <= span.start < span.end <= len(text) or text[span.start : span.end] != span.raw:
        raise UsageError(f"The page does not say {span.raw[:40]!r} there; mark the {name} again.")
    if not span.raw.strip():
        raise UsageError(f"What is marked for the {name} has no word in it.")
    return Evidence(
        page=span.page,
        start=span.start,
        end=span.end,
        raw=span.raw,
        value=_value(name, span.raw, said, place.language),
        maker=REVIEWER,
    )


def _value(name: str, raw: str, said: Mapping[str, Any], language: str | None) -> Any:
    """Return the value of a field as a proposal keeps it: what was said, else what the quote is."""
    match name:
        case "equipment":
            return {"type": said.get("equipment_type"), "family": said.get("equipment_family")}
        case "quantity":
            return _quantity(raw.strip(), said)
        case "amount":
            return _amount(raw, said, language)
        case "recipient":
            return {"name": one_line(raw), "country": said.get("recipient_country")}
        case "supplier" | "fund":
            return {"name": one_line(raw), "country" if name == "supplier" else "id": None}
        case _:
            return {"date": said["date"]} if said.get("date") else None


def _quantity(plain: str, said: Mapping[str, Any]) -> dict[str, str] | None:
    read = plain if plain.isascii() and plain.isdigit() else None
    number = said.get("quantity", read)
    return None if number is None else {"min": str(number), "max": str(number)}


def _amount(raw: str, said: Mapping[str, Any], language: str | None) -> dict[str, Any]:
    """Return a sum as the reviewer read it; as it reads by itself where only one reading is."""
    read: dict[str, Any] = {"min": None, "max": None, "currency": None, "kind": "unknown"}
    found = find_amounts(raw, language)
    if len(found) == 1 and not found[0].ambiguous and not is_cut(raw, found[0]):
        read = found[0].value()
    low = said.get("amount_min", read["min"])
    high = said.get("amount_max", low if "amount_min" in said else read["max"])
    return {
        "min": low,
        "max": high,
        "currency": said.get("currency", read["currency"]),
        "kind": said.get("amount_kind") or read["kind"],
    }


def _sentence(text: str, one: Evidence) -> str:
    """Return the line that a quote stands on, or the words around it where that is all but it."""
    begin = text.rfind("\n", 0, one.start) + 1
    end = text.find("\n", one.end)
    line = one_line(text[begin : end if end >= 0 else len(text)])
    short = len(line) < 2 * len(one_line(one.raw)) or len(line) > 600
    return around(text, one.start, one.end) if short else line


def _numbered(
    connection: sqlite3.Connection, document_key: str, proposal: Proposal
) -> tuple[str, Proposal]:
    """Return the first key of the document about that quote which is free, and the proposal."""
    for ordinal in range(1, _MOST):
        key = entry_key(document_key, proposal.anchor, ordinal)
        taken = connection.execute(
            "SELECT 1 FROM entries WHERE key = :key"
            " UNION ALL SELECT 1 FROM decisions WHERE entry_key = :key LIMIT 1",
            {"key": key},
        ).fetchone()
        if taken is None:
            return key, msgspec.structs.replace(proposal, ordinal=ordinal)
    raise UsageError("The document has too many entries about the same quote.")


_FIRST = """
INSERT INTO entries (key, document_id, version_id, page, amount_kind, amount_scope, stage, score,
  quote, state, still_proposed)
VALUES (?, ?, ?, ?, 'unknown', 'own', 'unknown', 1, ?, 'withdrawn', 0)
"""


def _write(
    connection: sqlite3.Connection,
    key: str,
    proposal: Proposal,
    place: _Place,
    *,
    reviewer: str,
    note: str | None,
) -> Decided:
    connection.execute(
        _FIRST, (key, place.document_id, place.version_id, proposal.page, proposal.quote)
    )
    number = connection.execute(
        "INSERT INTO decisions (entry_key, reviewer, decided_at, verdict, fields, note, proposal)"
        " VALUES (?, ?, ?, 'add', '{}', ?, ?)",
        (key, reviewer, now(), note, zlib.compress(proposal.to_json())),
    ).lastrowid
    state = refresh_entry(connection, key)
    connection.execute(
        "INSERT INTO decision_effects VALUES (?, '{}', ?, NULL)",
        (number, msgspec.json.encode({"state": state}).decode()),
    )
    return Decided(key, number or 0, "add", state, seen_of(connection, key))
