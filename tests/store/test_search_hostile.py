"""Random and hostile queries: never a traceback, never an SQL error, always bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Store
from store.filters import Filters
from store.search import search
from tests.builders import open_house

LONGEST = 20.0  # seconds; a query that grows without bound takes minutes on one page too
TEXT = "drones and patrol boats near C(2025)5935, Überwachungsdrohnen, l’État, x_y 'quoted'"
_PIECES = st.sampled_from(
    ["drones", "boats", "C(2025)5935", "AND", "OR", "NOT", "NEAR(", "(", ")", '"', "*", "boat*",
     "'", ":", "^", "-", "{x}", "NEAR(a b, 5)", "\x00", "é", "+", "type:uav", "family:", "type:'",
     "=", '="a"', "--", "-(", ";", "DROP TABLE pages;", "%", "_", "\\", "\u202e", "ﬁ", "İ", "ß",
     "名",
     "0" * 400, "a" * 900, "(" * 30, '"a b c d e f g"', "or", "pages_fts", "rank", "text:",
     "?1", ":x"]
)  # fmt: skip
_QUERIES = (
    st.lists(_PIECES | st.text(max_size=6), max_size=12).map(" ".join)
    | st.lists(_PIECES, max_size=12).map("".join)
    | st.text(max_size=200)
    | st.text(alphabet='ab ()"*-=:,NEARO5', max_size=80)
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with one page, only to be read."""
    house = open_house(tmp_path_factory.mktemp("shelf"))
    house.take("url:a", b"x", title="Drones")
    house.read(b"x", TEXT, language="de")
    yield house.store
    house.store.close()


def wide(word: str) -> list[str]:
    """Widen some words as the taxonomy does, to names that no query is written like."""
    return ['U"A"V', "boats", "patrol * boat", "", "(", "AND"] if "boat" in word else []


def check(shelf: Store, query: str) -> None:
    """Run a query both ways; nothing may be raised, found twice or take long."""
    begin = time.monotonic()
    query = query.encode("utf-8", "ignore").decode()
    for exact in (False, True):
        found = search(shelf, query, Filters(), wide, exact=exact)
        assert found.documents <= 1
        assert len(found.pages) <= len(found.groups) <= found.documents
    assert time.monotonic() - begin < LONGEST


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(query=_QUERIES)
def test_no_query_breaks_the_search(shelf: Store, query: str) -> None:
    check(shelf, query)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(query=_QUERIES)
def test_no_query_of_ten_thousand_breaks_the_search(shelf: Store, query: str) -> None:
    check(shelf, query)


@pytest.mark.parametrize(
    "query",
    [
        "boat " * 5_000,
        '"' + "boat " * 2_000 + '"',
        "(" * 5_000 + "boat",
        "(boat OR " * 19 + "boat" + ")" * 19,
        "NEAR(" + "boat " * 19 + ", 5)",
        "boat*" * 1_000,
        "boat OR " * 99 + "boat",
        "type:uav " * 200,
        "x" * 1_000_000,
    ],
    ids=lambda query: query[:12],
)
def test_long_and_deep_queries_are_bounded(shelf: Store, query: str) -> None:
    check(shelf, query)
