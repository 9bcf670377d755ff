"""The records of a TED notice: what its fields state, by lot and award.

Decimal numbers travel as strings; offsets are code points, as everywhere in `core.records`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from core.record import Record

AmountKind = Literal["budget", "estimate", "ceiling", "award", "paid", "price", "unknown"]


class Stated(Record, frozen=True, kw_only=True):
    """A text that a file states in a field of its own: its place in the pages, and its path."""

    text: str
    page: int = 1
    start: int = -1
    end: int = -1
    path: str = ""


class Party(Record, frozen=True, kw_only=True):
    """A body that a notice names; `country` is ISO 3166 alpha-2 as far as stated."""

    name: Stated
    country: str | None = None
    identifier: str | None = None
    nuts: str | None = None


class Value(Record, frozen=True, kw_only=True):
    """A sum that a notice states; `kind` says which.

    `vat` is None where the notice does not say whether value added tax is in it; `vat_rate` is its
    percentage.
    """

    amount: str
    currency: str
    kind: Literal[
        "estimate", "award", "ceiling", "range_low", "range_high",
        "before", "subcontracted", "payments", "revenue", "bargain",
    ]  # fmt: skip
    at: Stated
    vat: Literal["excluded", "included"] | None = None
    vat_rate: str | None = None


class Translation(Record, frozen=True, kw_only=True):
    """What a notice or a lot states in a language other than the record's (ISO 639-1)."""

    language: str
    title: str | None = None
    description: str | None = None
    buyer: str | None = None


class Lot(Record, frozen=True, kw_only=True):
    """A lot of a notice; `nuts`, `countries` and `places` tell where it is performed."""

    number: str
    title: Stated | None = None
    description: Stated | None = None
    cpv: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    funds: tuple[Stated, ...] = ()
    nuts: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    places: tuple[Stated, ...] = ()
    translations: tuple[Translation, ...] = ()


class Award(Record, frozen=True, kw_only=True):
    """An award of a notice; `lots` are numbers of `Lot`; no winner where none was chosen.

    `values` are what it is worth; `other_values` are the sum before a modification and shares.
    `outcome` is that of its lot. `tenders_received` counts them by the eForms code list
    `received-submission-type`: all of them are `tenders`; `unspecified` is a number without code.
    """

    number: str
    lots: tuple[str, ...] = ()
    title: Stated | None = None
    winners: tuple[Party, ...] = ()
    values: tuple[Value, ...] = ()
    concluded: str | None = None
    decided: str | None = None
    contract_number: Stated | None = None
    outcome: Literal["awarded", "closed", "open"] | None = None
    tenders_received: dict[str, int] = msgspec.field(default_factory=dict)
    subcontractors: tuple[Party, ...] = ()
    other_values: tuple[Value, ...] = ()


class Change(Record, frozen=True, kw_only=True):
    """What a correction or a modification changes: the section of the form, or keys of eForms
    parts, with the old and new content or a description."""

    sections: tuple[str, ...] = ()
    label: str | None = None
    lots: tuple[str, ...] = ()
    old: Stated | None = None
    new: Stated | None = None
    description: Stated | None = None
    reason: Stated | None = None
    reason_code: str | None = None


class Notice(Record, frozen=True, kw_only=True):
    """What a procurement notice states in its fields.

    `schema` is the version of the format, `subtype` the form, `heading` the English title that the
    Official Journal gives it. `changed` is the notice that this one corrects or modifies;
    `earlier` has it too. `nuts` and `countries` are those of the lots as well.
    """

    format: str
    number: str | None
    type: str
    buyers: tuple[Party, ...]
    title: Stated | None
    description: Stated | None = None
    reference: str | None = None
    country: str | None = None
    language: str | None = None
    published: str | None = None
    dispatched: str | None = None
    deadline: str | None = None
    procedure: str | None = None
    nature: str | None = None
    cpv: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    lots: tuple[Lot, ...] = ()
    awards: tuple[Award, ...] = ()
    earlier: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    notice_id: str | None = None
    version: str | None = None
    procedure_id: str | None = None
    oj_issue: str | None = None
    schema: str | None = None
    notice_type: str | None = None
    subtype: str | None = None
    legal_basis: str | None = None
    buyer_type: str | None = None
    activity: str | None = None
    heading: str | None = None
    deadline_time: str | None = None
    nuts: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    places: tuple[Stated, ...] = ()
    changed: str | None = None
    changes: tuple[Change, ...] = ()
    translations: tuple[Translation, ...] = ()
