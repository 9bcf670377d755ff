"""What the parser reads of real notices equals what the independent reading finds."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import extract
from core.errors import DocumentError
from core.records import Award, Lot, Notice, Value
from tests.independent.ted_fields import stated_fields

KINDS = {"framework_maximum": "ceiling"}


def notice_of(data: bytes) -> Notice:
    """Read a notice as the pipeline does."""
    document = extract.read(data, sha256=hashlib.sha256(data).hexdigest(), name="a.xml").document
    assert document.notice is not None
    return document.notice


def all_values(notice: Notice) -> list[Value]:
    """Return the values at notice, lot and award level."""
    parts: list[Lot | Award] = [*notice.lots, *notice.awards]
    return [*notice.values, *(value for part in parts for value in part.values)]


def _plain(number: str) -> str:
    return f"{Decimal(number).normalize():f}"


def header_cpv(data: bytes) -> set[str]:
    """Return the codes of a legacy notice's header, which a correction's form may not repeat."""
    return {code.decode() for code in re.findall(rb'<ORIGINAL_CPV CODE="(\d{8})', data)}


def differences(data: bytes) -> list[str]:
    """Return the names of the fields in which parser and independent reading differ."""
    notice, stated = notice_of(data), stated_fields(data)
    cpv = {*notice.cpv, *(code for lot in notice.lots for code in lot.cpv)}
    values: Counter[tuple[str, str | None, str]] = Counter(
        (_plain(v.amount), v.currency, v.kind) for v in all_values(notice)
    )
    expected = Counter(
        (number, currency, KINDS.get(kind, kind)) for number, currency, kind in stated.values
    )
    others: Counter[tuple[str, str | None]] = Counter(
        (number, currency) for number, currency, _ in stated.other_values
    )
    extra: Counter[tuple[str, str | None]] = Counter(
        (number, currency) for (number, currency, _) in (values - expected).elements()
    )
    found = {
        "number": notice.number == stated.publication_number,
        "buyers": list(dict.fromkeys(b.name.text for b in notice.buyers)) == list(stated.buyers),
        "title": (notice.title.text if notice.title else None) == stated.title,
        "cpv": set(stated.cpv) <= cpv <= set(stated.cpv) | header_cpv(data),
        "values": not expected - values and not extra - others,
        "winners": {w.name.text for a in notice.awards for w in a.winners}
        == {name for name, _ in stated.winners},
    }
    return [name for name, same in found.items() if not same]


def notices(shared_data: Path) -> list[Path]:
    """Return every notice that is meant to be valid."""
    return [p for p in sorted((shared_data / "ted").rglob("*.xml")) if "INVALID" not in p.name]


@pytest.mark.parametrize("tenth", range(10))
def test_every_notice_agrees_with_the_independent_reading(shared_data: Path, tenth: int) -> None:
    differing: dict[str, list[str]] = {}
    for path in notices(shared_data)[tenth::10]:
        data = path.read_bytes()
        try:
            wrong = differences(data)
        except DocumentError as error:
            wrong = [str(error)]
        if wrong:
            differing[path.name] = wrong
    assert differing == {}
