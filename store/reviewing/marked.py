"""What a reviewer's selection on a page says: its text, and the columns that it fills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.errors import UsageError
from core.records import ENTRY_FIELDS
from core.text import one_line
from store.reviewing.answers import Span
from store.reviewing.sums import is_cut
from store.sheets import Sheet
from vocabulary.amounts import decimal_text, find_amounts
from vocabulary.countries import country_of
from vocabulary.dates import find_dates
from vocabulary.taxonomy import load_taxonomy

_LONGEST = 1_000  # characters of a selection
_AROUND = 300  # characters on each side that may tell the currency of a sum
_SPACES = re.compile(r"[\s\u00a0\u202f'’.,]")


def span_of(sheet: Sheet, start: int, end: int) -> Span:
    """Return a selection without white space at its ends; raise `UsageError` for none.

    Offsets are code points of the page's text, end exclusive.
    """
    start, end = max(start, 0), min(end, len(sheet.text))
    raw = sheet.text[start:end]
    start += len(raw) - len(raw.lstrip())
    raw = raw.strip()
    if not raw:
        raise UsageError("Nothing is marked on the page.")
    if len(raw) > _LONGEST:
        raise UsageError(f"Mark at most {_LONGEST} characters.")
    return Span(sheet.number, start, start + len(raw), raw)


def columns_of(name: str, span: Span, sheet: Sheet, language: str | None) -> dict[str, Any]:
    """Return the columns of `entries` that a selection fills for a field; empty for none.

    Numbers are read in the page's own context, so that a currency in a table's header counts.
    """
    if name == "amount":
        return _amount(span, sheet, language)
    if name == "quantity":
        digits = _SPACES.sub("", span.raw)
        return {"quantity": digits} if digits.isascii() and digits.isdigit() else {}
    if name == "date":
        dates = find_dates(span.raw, language or "en")
        return {"date": dates[0].value} if dates else {}
    columns = {name: one_line(span.raw)}
    if name == "equipment":
        kind = load_taxonomy().classify(span.raw, language or "en")
        return {**columns, "equipment_type": kind.id} if kind else columns
    if name == "recipient":
        country = country_of(span.raw, language or "en")
        return {**columns, "recipient_country": country} if country else columns
    return columns


def all_columns(span: Span, sheet: Sheet, language: str | None) -> Mapping[str, dict[str, Any]]:
    """Return what a selection fills in each field."""
    return {name: columns_of(name, span, sheet, language) for name in ENTRY_FIELDS}


def _amount(span: Span, sheet: Sheet, language: str | None) -> dict[str, Any]:
    first = max(0, span.start - _AROUND)
    around = sheet.text[first : span.end + _AROUND]
    for amount in find_amounts(around, language):
        if first + amount.start < span.end and first + amount.end > span.start:
            if is_cut(around[: span.end - first], amount):
                return {}
            return {
                "amount_min": decimal_text(amount.minimum),
                "amount_max": decimal_text(amount.maximum),
                "currency": amount.currency or "",
            }
    return {}
