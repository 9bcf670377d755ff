"""Answers of the Search API."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.notices import NoticeRow, parse_search

FIELDS = ("publication-number", "publication-date", "notice-title", "notice-type")


def answer(**said: Any) -> bytes:
    return json.dumps(said).encode()


def test_page_of_notices_in_all_shapes() -> None:
    page = parse_search(
        answer(
            notices=[
                {
                    "publication-number": "00817601-2031",
                    "publication-date": "2031-09-01+02:00",
                    "notice-title": {"fra": "Bateaux", "eng": "Patrol  boats"},
                    "notice-type": "can-standard",
                    "links": {
                        "xml": {"MUL": "https://ted.europa.eu/en/notice/817601-2031/xml"},
                        "html": {"FRA": "https://x/fr", "ENG": "https://x/en"},
                    },
                },
                {
                    "publication-number": "12-2031",
                    "publication-date": ["2031-03-09Z"],
                    "notice-title": {"deu": ["Boote", "Schiffe"]},
                    "winner-name": {"deu": ["Werft"]},
                    "links": {"xml": {}, "html": {"deu": "https://x/de"}},
                },
                {"publication-number": "none"},
            ],
            totalNoticeCount=3,
            iterationNextToken="t1",
            timedOut=False,
        ),
        FIELDS,
    )
    bare = [dataclasses.replace(row, fields=b"") for row in page.rows]
    assert tuple(bare) == (
        NoticeRow(
            key="ted:817601-2031",
            number="817601-2031",
            xml_url="https://ted.europa.eu/en/notice/817601-2031/xml",
            html_url="https://x/en",
            title="Patrol boats",
            published="2031-09-01",
            kind="can-standard",
            fields=b"",
        ),
        NoticeRow(
            key="ted:12-2031",
            number="12-2031",
            xml_url=None,
            html_url="https://x/de",
            title="Boote",
            published="2031-03-09",
            kind=None,
            fields=b"",
        ),
    )
    assert (page.total, page.token, page.problem) == (3, "t1", None)
    assert page.left == (
        "notice field: winner-name",
        "notice without a publication number: {'publication-number': 'none'}",
    )


def test_empty_page_is_the_end_and_no_problem() -> None:
    page = parse_search(answer(notices=[], totalNoticeCount=0, iterationNextToken=""), FIELDS)
    assert (page.rows, page.total, page.token, page.problem) == ((), 0, None, None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "The answer is no JSON"),
        (b"[]", "The answer has no notices: []"),
        (
            answer(message="Unknown field", error={"type": "QUERY_UNKNOWN_FIELD"}),
            "The answer has no notices: QUERY_UNKNOWN_FIELD Unknown field",
        ),
        (answer(notices=None), "The answer has no notices: no message."),
        (answer(notices=[], timedOut=True), "The search timed out"),
    ],
)
def test_answer_without_notices_is_a_problem(body: bytes, said: str) -> None:
    page = parse_search(body, FIELDS)
    assert page.problem is not None
    assert page.problem.startswith(said)
    assert page.rows == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = ("publication-number", "publication-date", "notice-title", "notice-type", "links")


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JSON), max_size=3), JSON)
def test_any_shape_is_read_or_left(notices: list[Any], total: Any) -> None:
    page = parse_search(answer(notices=notices, totalNoticeCount=total), FIELDS)
    assert page.problem is None
    assert len(page.rows) <= len(notices)
    assert all(row.key == f"ted:{row.number}" for row in page.rows)
