"""Sums that a notice states in a field and repeats in its text, found there by their digits.

The search knows nothing of the project's grammar: the digits of the stated value, separators
between them or not, no further digit beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import extract
from core.errors import MaterielError
from core.languages import language_code
from core.records import Notice, Value
from vocabulary.amounts import find_amounts

LEAST = 1000
MOST_WRONG = 2
_CURRENCY = re.compile(r"EUR|€|GBP|£|[Ee]uro|USD|\$|NOK|SEK|DKK|CHF|PLN|CZK")
_SEPARATOR = r"[ .,'’\u00a0\u202f]?"


def _values(notice: Notice) -> Iterator[Value]:
    yield from notice.values
    for lot in notice.lots:
        yield from lot.values
    for award in notice.awards:
        yield from award.values


def _texts(notice: Notice) -> set[str]:
    stated = [notice.title, notice.description]
    stated += [text for lot in notice.lots for text in (lot.title, lot.description)]
    return {text.text for text in stated if text is not None}


def _places(text: str, amount: Decimal) -> Iterator[tuple[int, int]]:
    digits = str(int(amount))
    pattern = rf"(?<![\d.,]){_SEPARATOR.join(digits)}(?![.,]?\d)"
    cents = amount % 1
    if cents:
        pattern = rf"(?<![\d.,]){_SEPARATOR.join(digits)}[.,]{str(cents)[2:].rstrip('0')}0?(?!\d)"
    for match in re.finditer(pattern, text):
        yield match.span()


def wrong_sums(notice: Notice) -> Iterator[str | None]:
    """Yield None for each sum that is read rightly, else what is wrong."""
    language = language_code(notice.language) or "en"
    stated = {(Decimal(value.amount), value.currency) for value in _values(notice)}
    for text in _texts(notice):
        digits = re.sub(r"\D", "", text)
        near = [pair for pair in stated if pair[0] >= LEAST and str(int(pair[0])) in digits]
        found = find_amounts(text, language) if near else []
        for amount, currency in near:
            for start, end in _places(text, amount):
                around = text[max(0, start - 25) : end + 25]
                if not _CURRENCY.search(around):
                    continue  # the digits of something else
                there = [f for f in found if f.start < end and start < f.end]
                read = {(sum_, f.currency) for f in there for sum_ in (f.minimum, f.maximum)}
                right = (amount, currency) in read
                yield None if right else f"{notice.number}: {around!r} read as {read}"


@pytest.fixture(scope="module")
def checked(shared_data: Path) -> list[str | None]:
    found: list[str | None] = []
    for path in sorted((shared_data / "ted").rglob("*.xml")):
        try:
            read = extract.read(path.read_bytes(), sha256="0" * 64, name=path.name)
        except MaterielError:
            continue
        if read.document.notice is not None:
            found += wrong_sums(read.document.notice)
    return found


def test_sums_that_notices_state_are_read_from_their_texts(checked: list[str | None]) -> None:
    wrong = [what for what in checked if what is not None]
    assert len(checked) > 50
    assert len(wrong) <= MOST_WRONG, wrong
