"""The filters that every list takes, as SQL over documents `d` and entries `e`."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

from core.errors import UsageError

_MOST = 1_000_000
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_STATES = ("pending", "accepted", "corrected", "rejected", "reopened", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to; `since` and `until` are ISO dates, amounts are in euro.

    An entry whose amount has no rate to the euro is in no list that `min` or `max` narrows.
    Both days are included; `2024-05` as `until` includes the whole month.
    """

    source: str | None = None
    kind: str | None = None
    lang: str | None = None
    country: str | None = None
    fund: str | None = None
    family: str | None = None
    type: str | None = None
    since: str | None = None
    until: str | None = None
    min: float | None = None
    max: float | None = None
    state: str | None = None
    cpv: str | None = None
    limit: int = 20

    def __post_init__(self) -> None:
        if self.state is not None and self.state not in _STATES:
            raise UsageError(f"--state is one of {', '.join(_STATES)}, not {self.state!r}.")
        if not 1 <= self.limit <= _MOST:
            raise UsageError(f"--limit is between 1 and {_MOST}.")
        for name in ("since", "until"):
            if (day := getattr(self, name)) is not None and not _DATE.fullmatch(day):
                raise UsageError(f"--{name} is a date such as 2024-05-31 or 2024, not {day!r}.")

    def given(self) -> dict[str, Any]:
        """Return the filters that narrow anything, by name."""
        pairs = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "limit"}
        return {name: value for name, value in pairs.items() if value is not None}


_DOCUMENT = {
    "source": "d.source = :source",
    "kind": "d.kind = :kind",
    "lang": "d.language = lower(:lang)",
    "since": "d.published >= :since",
    "until": "substr(d.published, 1, length(:until)) <= :until",
    "cpv": (
        "EXISTS (SELECT 1 FROM versions fv JOIN shown_readings fr ON fr.sha256 = fv.sha256"
        " JOIN notice_cpv fc ON fc.reading_id = fr.id"
        " WHERE fv.id = d.shown_version_id AND fc.cpv LIKE :cpv || '%')"
    ),
}
_ENTRY = {
    "country": "e.recipient_country = upper(:country)",
    "fund": "e.fund LIKE '%' || :fund || '%'",
    "family": "e.equipment_family = :family",
    "type": "e.equipment_type = :type",
    "min": "e.amount_eur >= :min",
    "max": "e.amount_eur <= :max",
    "state": "e.state = :state",
}
_ENTRY_DATES = {
    name: _DOCUMENT[name].replace("d.published", "e.date") for name in ("since", "until")
}


def entry_conditions(filters: Filters) -> str:
    """Return ` AND ...` for a query over documents `d` and entries `e`."""
    given = filters.given()
    known = {**_DOCUMENT, **_ENTRY, **_ENTRY_DATES}
    return "".join(f" AND {known[name]}" for name in given)


def document_conditions(filters: Filters) -> str:
    """Return ` AND ...` for a query over documents `d`; entry filters ask for such an entry."""
    given = filters.given()
    direct = "".join(f" AND {_DOCUMENT[name]}" for name in given if name in _DOCUMENT)
    inner = " AND ".join(_ENTRY[name] for name in given if name in _ENTRY)
    if not inner:
        return direct
    if "state" not in given:
        inner += " AND e.state NOT IN ('rejected', 'withdrawn')"
    entry = f"(SELECT 1 FROM entries e WHERE e.document_id = d.id AND {inner})"  # noqa: S608 - constants
    return f"{direct} AND EXISTS {entry}"
