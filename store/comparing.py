"""How alike two entries are: points for and against their telling of one delivery, each said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import msgspec

_STAGES = ("planned", "tendered", "awarded", "delivered")
_PLANNED = ("budget", "estimate", "ceiling")
_LANGUAGE = re.compile(r"_[a-z]{2}$")
_YEARS = 10  # between two mentions of one delivery
# What each code of a reason says to people; its detail stands in the braces.
REASON_WORDS: Final[Mapping[str, str]] = {
    "translation": "the same document in another language",
    "reference": "reference in common: {}",
    "type": "same equipment: {}",
    "family": "same kind of equipment: {}",
    "quantity": "same number: {}",
    "quantity_differs": "but the numbers differ: {}",
    "amount": "same amount: {}",
    "amount_near": "amounts close: {}",
    "amount_differs": "but the amounts differ: {}",
    "recipient": "same recipient: {}",
    "country": "same country: {}",
    "order": "dates in order: {}",
    "order_wrong": "but the dates are not in order: {}",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is compared of an entry; `party` stands for the recipient however it is written."""

    key: str
    document_id: int
    document_key: str
    sha256: str
    page: int
    type: str | None
    family: str | None
    quantity: int | None
    amount_min: str | None
    amount_max: str | None
    currency: str | None
    amount_eur: float | None
    amount_kind: str
    amount_scope: str
    recipient: str | None
    country: str | None
    date: str | None
    stage: str
    party: str | None
    references: frozenset[str]


class Reason(msgspec.Struct, frozen=True):
    """One thing that speaks for or against a pair, with the points that it gives."""

    code: str
    points: float
    detail: str = ""


def compare(one: Entry, other: Entry) -> tuple[float, list[Reason]]:
    """Return a score from 0 to 1 and what it is made of; the order of the two does not matter.

    0 for what is not compared: the same page of one document, the same file at two addresses (its
    amounts count once as it is), other goods, other countries, more than ten years apart.
    """
    first, second = sorted((one, other), key=lambda entry: entry.key)
    if _is_out(first, second):
        return 0.0, []
    reasons = [
        *_references(first, second),
        *_goods(first, second),
        *_quantity(first, second),
        *_amount(first, second),
        *_recipient(first, second),
        *_order(first, second),
    ]
    score = round(min(1.0, max(0.0, sum(reason.points for reason in reasons))), 3)
    return score, reasons


def _is_out(one: Entry, other: Entry) -> bool:
    if one.document_id == other.document_id:
        return one.page == other.page or one.family != other.family
    return (
        one.sha256 == other.sha256
        or (one.family != other.family and None not in (one.family, other.family))
        or (one.country != other.country and None not in (one.country, other.country))
        or _years_apart(one.date, other.date) > _YEARS
    )


def _years_apart(one: str | None, other: str | None) -> int:
    years = [(date or "")[:4] for date in (one, other)]
    if not all(year.isascii() and year.isdecimal() for year in years):
        return 0
    return abs(int(years[0]) - int(years[1]))


def _references(one: Entry, other: Entry) -> Iterator[Reason]:
    if one.document_id == other.document_id:
        return
    if _LANGUAGE.sub("", one.document_key) == _LANGUAGE.sub("", other.document_key):
        yield Reason("translation", 0.4, one.document_key)
    elif common := sorted(one.references & other.references):
        yield Reason("reference", 0.3, ", ".join(common[:3]))


def _goods(one: Entry, other: Entry) -> Iterator[Reason]:
    if one.type and one.type == other.type:
        yield Reason("type", 0.15, one.type)
    elif one.family and one.family == other.family:
        yield Reason("family", 0.05, one.family)


def _quantity(one: Entry, other: Entry) -> Iterator[Reason]:
    if one.quantity is None or other.quantity is None:
        return
    if one.quantity == other.quantity:
        yield Reason("quantity", 0.15 if one.quantity > 1 else 0.05, str(one.quantity))
    else:
        yield Reason("quantity_differs", -0.15, f"{one.quantity} and {other.quantity}")


def _amount(one: Entry, other: Entry) -> Iterator[Reason]:
    if one.amount_min is None or other.amount_min is None:
        return
    if one.currency == other.currency:
        low, high = sorted((Decimal(one.amount_min), Decimal(other.amount_min)))
    elif one.amount_eur is not None and other.amount_eur is not None:
        low, high = sorted((Decimal(one.amount_eur), Decimal(other.amount_eur)))
    else:
        return
    kinds = {one.amount_kind in _PLANNED, other.amount_kind in _PLANNED}
    if low == high:
        yield Reason("amount", 0.3, f"{one.currency} {one.amount_min}")
    elif low > 0 and high <= low * Decimal("1.05"):
        yield Reason("amount_near", 0.2, "within 5 %")
    elif low > 0 and len(kinds) == 2 and high <= low * Decimal("1.25"):
        yield Reason("amount_near", 0.1, "an estimate and what came of it, within 25 %")
    elif one.amount_scope == other.amount_scope == "own":
        yield Reason("amount_differs", -0.1, f"{one.amount_min} and {other.amount_min}")


def _recipient(one: Entry, other: Entry) -> Iterator[Reason]:
    if one.party and one.party == other.party:
        yield Reason("recipient", 0.2, one.recipient or "")
    elif one.country and one.country == other.country:
        yield Reason("country", 0.05, one.country)


def _order(one: Entry, other: Entry) -> Iterator[Reason]:
    """Plans come before tenders, tenders before awards, awards before deliveries."""
    if one.stage not in _STAGES or other.stage not in _STAGES or not (one.date and other.date):
        return
    early, late = sorted((one, other), key=lambda entry: _STAGES.index(entry.stage))
    if early.stage == late.stage:
        return
    told = f"{early.stage} {early.date}, {late.stage} {late.date}"
    length = min(len(early.date or ""), len(late.date or ""))
    if (early.date or "")[:length] <= (late.date or "")[:length]:
        yield Reason("order", 0.05, told)
    else:
        yield Reason("order_wrong", -0.1, told)
