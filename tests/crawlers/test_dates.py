"""Dates in lists and headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import read_date

DATES = [
    ("14 May 2024", "2024-05-14"),
    ("7 Sept 2026", "2026-09-07"),
    ("7  sep.  2026", "2026-09-07"),
    ("3 JUNE 2024", "2024-06-03"),
    ("31/12/2024", "2024-12-31"),
    ("31.12.2024", "2024-12-31"),
    ("2026-09-11T12:00:00Z", "2026-09-11"),
    ("2026-08-20+02:00", "2026-08-20"),
    ("20170103", "2017-01-03"),
    ("May 2021", "2021-05"),
]
NO_DATES = ["", "Annual action plan", "Deadline 30 September 2026", "31 June 2024", "12", "2024"]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_date(text: str, date: str) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize("text", NO_DATES)
def test_no_date(text: str) -> None:
    assert read_date(text) is None


@given(st.dates())
def test_iso_dates_come_back(day: object) -> None:
    assert read_date(str(day)) == str(day)


@given(st.text(max_size=40))
def test_any_text_is_read_or_not(text: str) -> None:
    assert read_date(text) is None or read_date(text) == read_date(f" {text} ")
