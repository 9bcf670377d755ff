"""The expert query subset: what it keeps, how it sorts, what it refuses and where."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.ted_query import QueryError, Record, read_query

TODAY = dt.date(2026, 11, 20)
RECORDS: list[Record] = [
    {
        "publication-number": ["1-2020"],
        "publication-date": ["20200102"],
        "classification-cpv": ["34113200", "50000000"],
        "buyer-country": ["GRC"],
        "buyer-name": ["Border Training Centre"],
        "full-text": ["Patrol vehicles for the coast guard"],
    },
    {
        "publication-number": ["2-2026"],
        "publication-date": ["20261115"],
        "classification-cpv": ["35613000"],
        "buyer-country": ["ITA"],
        "buyer-name": ["Ministry of Interior"],
        "full-text": ["Drones"],
    },
]


def _found(query: str) -> list[str]:
    return [r["publication-number"][0] for r in read_query(query, today=TODAY).run(RECORDS)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("buyer-country = ITA", ["2-2026"]),
        ("CY=ITA", ["2-2026"]),
        ("buyer-country != ITA", ["1-2020"]),
        ("NOT buyer-country = ITA", ["1-2020"]),
        ("classification-cpv IN (34* 35*)", ["1-2020", "2-2026"]),
        ("classification-cpv IN (34*, 99*)", ["1-2020"]),
        ("classification-cpv NOT IN (34*)", ["2-2026"]),
        ("PC = 35613000", ["2-2026"]),
        ("publication-date >= 20260101", ["2-2026"]),
        ("publication-date < 20260101", ["1-2020"]),
        ("PD = (20200101 <> 20200131)", ["1-2020"]),
        ("PD = 20200102", ["1-2020"]),
        ("PD >= today(-30)", ["2-2026"]),
        ("PD > today()", []),
        ('FT ~ "coast guard"', ["1-2020"]),
        ("buyer-name ~ ministry", ["2-2026"]),
        ("CY = ITA OR CY = GRC AND PC = 99*", ["2-2026"]),
        ("(CY = ITA OR CY = GRC) AND PC = 34*", ["1-2020"]),
        ("cy = ita and pc = 356*", ["2-2026"]),
        ("SORT BY publication-date DESC", ["2-2026", "1-2020"]),
        ("PC IN (34* 35*) SORT BY publication-date ASC", ["1-2020", "2-2026"]),
        ("PC = 3* SORT BY buyer-country DESC, publication-date", ["2-2026", "1-2020"]),
    ],
)
def test_queries(query: str, found: list[str]) -> None:
    assert _found(query) == found


def _refusal(query: str) -> dict[str, Any]:
    with pytest.raises(QueryError) as caught:
        read_query(query, today=TODAY)
    return caught.value.details


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("buyer-country =", 16),
        ("buyer-country ITA", 15),
        ("(CY = ITA", 10),
        ("CY = ITA AND", 13),
        ("CY IN ()", 8),
        ("CY = ITA CY = GRC", 10),
        ("SORT publication-date", 6),
        ('FT ~ "open', 5),
    ],
)
def test_syntax_errors_say_where(query: str, column: int) -> None:
    details = _refusal(query)
    assert details["type"] == "QUERY_SYNTAX_ERROR"
    assert details["location"]["beginLine"] == 1
    assert details["location"]["beginColumn"] == column


def test_the_line_of_an_error() -> None:
    assert _refusal("CY = ITA\nAND colour = red") == {
        "type": "QUERY_UNKNOWN_FIELD",
        "fieldName": "colour",
        "location": {"beginLine": 2, "beginColumn": 5, "endLine": 2, "endColumn": 11},
    }


def test_dates_are_eight_digits() -> None:
    details = _refusal("publication-date >= 2026-01-01")
    assert details["type"] == "QUERY_INVALID_FIELD_FORMAT"
    assert details["fieldName"] == "publication-date"


@pytest.mark.parametrize(
    ("query", "operation"),
    [("CY > ITA", "COMPARISON"), ("PD ~ 2020", "TERM"), ("SORT BY FT", "SORT")],
)
def test_unsupported_operations(query: str, operation: str) -> None:
    details = _refusal(query)
    assert details["type"] == "QUERY_UNSUPPORTED_FIELD_OPERATION"
    assert details["operation"] == operation


@given(st.text(alphabet='()<>=~,*"\n PDCYIN019today-', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_query(text, today=TODAY).run(RECORDS)
    except QueryError as error:
        place = error.details["location"]
        assert place["beginLine"] >= 1
        assert place["beginColumn"] >= 1
