"""The rows of a procurement notice: its own, its lots', its awards' and their codes'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.records import Award, Change, Lot, Notice, Party, Stated, Translation, Value
from core.text import json_text
from store.database import Statement


def _insert(table: str, columns: dict[str, Any]) -> Statement:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - constants
    return statement, tuple(columns.values())


def _text(said: Stated | None) -> str | None:
    return said.text if said else None


def _stated(**fields: Any) -> dict[str, Any]:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value}


def _values(values: tuple[Value, ...]) -> str:
    return json_text(
        [
            {"amount": v.amount, "currency": v.currency, "kind": v.kind}
            | _stated(vat=v.vat, vat_rate=v.vat_rate)
            for v in values
        ]
    )


def _parties(parties: tuple[Party, ...]) -> str:
    return json_text(
        [
            {"name": p.name.text, "country": p.country}
            | _stated(identifier=p.identifier, nuts=p.nuts)
            for p in parties
        ]
    )


def _places(places: tuple[Stated, ...]) -> str:
    return json_text([place.text for place in places])


def _translations(translations: tuple[Translation, ...]) -> str:
    return json_text(
        [
            _stated(language=t.language, title=t.title, description=t.description, buyer=t.buyer)
            for t in translations
        ]
    )


def _changes(changes: tuple[Change, ...]) -> str:
    return json_text(
        [
            _stated(
                sections=c.sections,
                label=c.label,
                lots=c.lots,
                old=_text(c.old),
                new=_text(c.new),
                description=_text(c.description),
                reason=_text(c.reason),
                reason_code=c.reason_code,
            )
            for c in changes
        ]
    )


def notice_rows(reading_id: int, notice: Notice) -> Iterator[Statement]:
    """Return the statements that lay a notice out in its four tables."""
    plain = (
        "format", "number", "type", "country", "reference", "published", "dispatched", "deadline",
        "deadline_time", "procedure", "nature", "notice_id", "version", "procedure_id", "oj_issue",
        "schema", "notice_type", "subtype", "legal_basis", "buyer_type", "activity", "heading",
        "changed",
    )  # fmt: skip
    yield _insert(
        "notices",
        {
            "reading_id": reading_id,
            **{name: getattr(notice, name) for name in plain},
            "buyers": _parties(notice.buyers),
            "buyer": notice.buyers[0].name.text if notice.buyers else None,
            "title": _text(notice.title),
            "description": _text(notice.description),
            "values_stated": _values(notice.values),
            "earlier": json_text(notice.earlier),
            "links": json_text(notice.links),
            "nuts": json_text(notice.nuts),
            "countries": json_text(notice.countries),
            "places": _places(notice.places),
            "changes": _changes(notice.changes),
            "translations": _translations(notice.translations),
        },
    )
    for position, lot in enumerate(notice.lots, 1):
        yield _lot_row(reading_id, position, lot)
    for position, award in enumerate(notice.awards, 1):
        yield _award_row(reading_id, position, award)
    codes = {*notice.cpv, *(code for lot in notice.lots for code in lot.cpv)}
    for code in sorted(codes):
        yield _insert("notice_cpv", {"reading_id": reading_id, "cpv": code})


def _lot_row(reading_id: int, position: int, lot: Lot) -> Statement:
    return _insert(
        "lots",
        {
            "reading_id": reading_id,
            "position": position,
            "number": lot.number,
            "title": _text(lot.title),
            "description": _text(lot.description),
            "cpv": json_text(lot.cpv),
            "values_stated": _values(lot.values),
            "funds": json_text([fund.text for fund in lot.funds]),
            "nuts": json_text(lot.nuts),
            "countries": json_text(lot.countries),
            "places": _places(lot.places),
            "translations": _translations(lot.translations),
        },
    )


def _award_row(reading_id: int, position: int, award: Award) -> Statement:
    first = award.winners[0] if award.winners else None
    value = next((v for v in award.values if v.kind == "award"), None)
    return _insert(
        "awards",
        {
            "reading_id": reading_id,
            "position": position,
            "number": award.number,
            "lots": json_text(award.lots),
            "title": _text(award.title),
            "winners": _parties(award.winners),
            "winner": first.name.text if first else None,
            "winner_country": first.country if first else None,
            "value": value.amount if value else None,
            "currency": value.currency if value else None,
            "kind": value.kind if value else None,
            "values_stated": _values(award.values),
            "concluded": award.concluded,
            "decided": award.decided,
            "contract_number": _text(award.contract_number),
            "outcome": award.outcome,
            "tenders": award.tenders_received.get("tenders"),
            "tenders_received": json_text(award.tenders_received),
            "subcontractors": _parties(award.subcontractors),
            "other_values": _values(award.other_values),
        },
    )
