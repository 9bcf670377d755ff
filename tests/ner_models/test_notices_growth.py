"""The work on a notice grows as its lots and awards do, not as the square of their number.

Steps are counted, no time is measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import pytest

from core.records import Award, Lot, Notice, Party, Stated, Value
from ner_models.mentions import Marked
from ner_models.model import weights
from ner_models.notices import read_notice
from ner_models.proposals import with_stated
from ner_models.spans import Span
from tests.ner_models.helpers import NoticeText

FEW, MANY = 40, 160
SLACK = 1.3  # sorting takes a little more; four times as many would take sixteen times as long
GOODS = "portable zorbels"  # of no known type, so that each title names goods of its own kind


def notice_of(count: int, *, lots: int, numbers: int) -> tuple[Notice, Marked]:
    """A result notice with `count` awards, spread over lots of so many different numbers."""
    page = NoticeText()
    goods: list[Stated] = []

    def titled(number: int) -> Stated:
        goods.append(page.state("Title", f"{GOODS} of type {number}"))
        return goods[-1]

    made = tuple(Lot(number=str(at % numbers), title=titled(at)) for at in range(lots))
    awards = []
    for at in range(count):
        title, winner = titled(lots + at), page.state("Winner", f"Marine {at} d.o.o.")
        value = page.state("Value", f"{8000 + at} EUR")
        page.state("Concluded", "2021-03-02")
        award = Award(
            number=str(at),
            lots=(str(at % numbers),),
            title=title,
            winners=(Party(name=winner, country="HR"),),
            values=(Value(amount=str(8000 + at), currency="EUR", kind="award", at=value),),
            concluded="2021-03-02",
        )
        awards.append(award)
    title = page.state("Title", "Supply of equipment")
    notice = Notice(
        format="test",
        number=None,
        type="result",
        nature="supplies",
        title=title,
        buyers=(Party(name=page.state("Buyer", "Ministry of Interior"), country="RS"),),
        lots=made,
        awards=tuple(awards),
    )
    spans = [Span(at.start, at.end, "EQUIPMENT", "test", 0.9) for at in goods]
    return notice, Marked(page.text, "en", spans)


def steps(work: Callable[[], object]) -> int:
    """Count what some work runs: lines, calls and rounds of generators in the tagger's modules and
    in the methods of its data classes."""
    counted = 0
    ours: dict[CodeType, bool] = {}

    def trace(frame: FrameType, _: str, __: object) -> Any:
        nonlocal counted
        code = frame.f_code
        if code not in ours:
            ours[code] = "ner_models" in code.co_filename or "<string>" in code.co_filename
        if not ours[code]:
            return None
        counted += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def steps_for(count: int, lots: str) -> int:
    """The steps that `count` awards take, of as many lots, of one lot or of none."""
    many = {"an award each": count, "all of one number": count, "one lot": 1, "no lots": 0}[lots]
    numbers = count if lots == "an award each" else 1
    notice, marked = notice_of(count, lots=many, numbers=numbers)
    found = read_notice(notice, marked, weights())  # what is read once is read before counting
    assert len(found.drafts) >= count

    def work() -> None:
        with_stated(marked, read_notice(notice, marked, weights()))

    return steps(work)


@pytest.mark.parametrize("lots", ["an award each", "all of one number", "one lot", "no lots"])
def test_steps_grow_with_lots_and_awards(lots: str) -> None:
    few, many = steps_for(FEW, lots), steps_for(MANY, lots)
    assert few > FEW
    assert many <= SLACK * few * MANY / FEW
