"""What a marked span means: the value that a mention and an entry's field carry."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from core.text import one_line
from ner_models.mentions import Marked
from ner_models.quantities import read_quantity
from ner_models.spans import Span
from vocabulary.amounts import Amount, parse_cell
from vocabulary.bodies import Body, find_bodies, load_bodies
from vocabulary.countries import country_of
from vocabulary.funds import find_funds
from vocabulary.taxonomy import load_taxonomy


def equipment_value(raw: str, language: str) -> dict[str, Any]:
    """Return `{"type", "family"}` by the taxonomy, null where the goods are of no known type."""
    found = load_taxonomy().classify(one_line(raw), language)
    return {"type": found.id if found else None, "family": found.family if found else None}


def party_value(raw: str, language: str, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return `{"name", "country"}`: a known body's usual name, else the quote on one line.

    `names`: the abbreviations that the document defines; one of them stands for its long form.
    """
    written = one_line(raw)
    long = (names or {}).get(written, written)
    body = _known_body(long, language) or _known_body(written, language)
    if body is not None:
        return {"name": body.name, "country": body.country}
    country = country_of(long, language) or country_of(written, language)
    return {"name": long, "country": country}


def _known_body(name: str, language: str) -> Body | None:
    hits = [hit for hit in find_bodies(name, language) if hit.id is not None]
    whole = [hit.id for hit in hits if hit.end - hit.start >= len(name) - 4]
    return load_bodies()[whole[0]] if whole and whole[0] is not None else None


def fund_value(raw: str, language: str) -> dict[str, Any]:
    """Return `{"id", "name"}` of a known fund, else the quote as name."""
    hits = find_funds(raw, language)
    if hits:
        best = max(hits, key=lambda hit: hit.end - hit.start)
        return {"id": best.id, "name": best.name}
    return {"id": None, "name": one_line(raw)}


def amount_at(sums: list[Amount], start: int, end: int) -> Amount | None:
    """Return the sum that the grammar read at these offsets, None where it read none."""
    place = bisect_left(sums, start, key=lambda amount: amount.end)
    while place < len(sums) and sums[place].end <= start:
        place += 1
    if place < len(sums) and sums[place].start < end:
        return sums[place]
    return None


def amount_value(raw: str, language: str, currency: str | None = None) -> dict[str, Any] | None:
    """Return the value of a sum by itself, in `currency` where the quote names none."""
    found = parse_cell(raw, currency or "XXX", 1, language)
    if found is None:
        return None
    value = dict(found.value())
    if value["currency"] == "XXX":
        value["currency"] = None
    return value


def value_of(span: Span, marked: Marked) -> dict[str, Any] | None:
    """Return the value of a span of a marked text, in the form of its label."""
    raw, language = marked.text[span.start : span.end], marked.language
    if (span.start, span.end) in marked.values:
        return marked.values[span.start, span.end]
    if span.label == "AMOUNT":
        found = amount_at(marked.sums, span.start, span.end)
        return dict(found.value()) if found else amount_value(raw, language)
    if span.label == "QUANTITY":
        return read_quantity(raw, language)
    if span.label == "EQUIPMENT":
        return equipment_value(raw, language)
    if span.label == "FUND":
        return fund_value(raw, language)
    return party_value(raw, language, marked.names)
