"""Goods count by the section that names them."""

from __future__ import annotations

import pytest

from core.records import Heading
from ner_models.sections import Sections

HEADINGS = [
    Heading(2, 0, 9, 2, "4.6 Evaluation and audit"),
    Heading(1, 0, 9, 2, "2.2 Contexte"),
    Heading(1, 400, 420, 2, "3.2 Main activities"),
]


@pytest.mark.parametrize(
    ("page", "start", "bare", "weight"),
    [
        (1, 10, False, 0.6),
        (1, 10, True, 0.36),
        (1, 399, False, 0.6),
        (1, 400, False, 1.0),
        (1, 900, True, 0.6),
        (2, 5, False, 0.2),
        (3, 0, False, 0.2),
    ],
)
def test_the_heading_before_decides(page: int, start: int, bare: bool, weight: float) -> None:
    assert Sections(HEADINGS).weight(page, start, bare=bare) == pytest.approx(weight)


def test_activities_count_whole_whatever_else_the_heading_says() -> None:
    heading = Heading(1, 0, 9, 2, "3.2 Results, indicators and indicative activities")
    assert Sections([heading]).weight(1, 50, bare=False) == 1.0


def test_a_text_without_headings_is_weighed_as_it_stands() -> None:
    assert not Sections([])
    assert Sections([]).weight(1, 0, bare=True) == 1.0
