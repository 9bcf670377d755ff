"""The work table: what waits, what failed, what is tried again."""

from __future__ import annotations

from typing import Any

import pytest

from core.records import Issue
from store.load import insert_issue
from store.work import fail, failing, failures, pending, plan, read_again, retry
from tests.builders import STAGES, House, sha


def states(house: House, data: bytes) -> set[tuple[str, int, str | None]]:
    """Return state, attempts and cause of the stages of a content."""
    sql = "SELECT state, attempts, cause FROM work WHERE sha256 = ?"
    return {tuple(row) for row in house.store.rows(sql, (sha(data),))}


def test_pending_names_each_content_once_with_what_its_source_said(house: House) -> None:
    house.take("url:a", b"one", language="fr")
    house.take("url:b", b"one", language="de")
    house.take("url:c", b"two", media_type=None)
    one, two = pending(house.store)
    assert (one.sha256, one.name, one.language, one.media_type, one.depth) == (
        sha(b"one"), "https://ministry.example/url:a", "fr", "application/pdf", 0,
    )  # fmt: skip
    assert (two.sha256, two.media_type, two.language) == (sha(b"two"), None, None)
    house.read(b"one", "x")
    assert [job.sha256 for job in pending(house.store)] == [sha(b"two")]


def test_the_depth_of_what_lies_inside_archives(house: House) -> None:
    house.take("url:z", b"z")
    house.take("url:z#y", b"y", parent_key="url:z")
    house.take("url:z#y#x", b"x", parent_key="url:z#y")
    assert [job.depth for job in pending(house.store)] == [0, 1, 2]


def test_a_circle_of_parents_ends(house: House) -> None:
    house.take("url:a", b"a")
    house.take("url:b", b"b", parent_key="url:a")
    house.take("url:a", b"a", parent_key="url:b")
    assert [job.depth for job in pending(house.store)] == [2, 2]


def test_a_newer_stage_makes_its_contents_pending(house: House) -> None:
    house.take("url:a", b"one")
    house.read(b"one", "x")
    house.take("url:b", b"two")
    fail(house.store, sha(b"two"), "damaged_document", fatal=False, max_attempts=2)
    assert plan(house.store, STAGES) == 0
    assert pending(house.store) == []
    assert plan(house.store, {"read": "1", "tag": "2"}) == 2
    assert {job.sha256 for job in pending(house.store)} == {sha(b"one"), sha(b"two")}
    assert states(house, b"one") == {("done", 0, None), ("pending", 0, None)}
    house.read(b"one", "x")
    assert states(house, b"one") == {("done", 0, None)}


def test_a_failure_is_final_until_it_is_retried(house: House) -> None:
    house.take("url:a", b"one")
    state = fail(house.store, sha(b"one"), "damaged_document", fatal=False, max_attempts=2)
    assert state == "failed"
    assert states(house, b"one") == {("failed", 1, "damaged_document")}
    house.take("url:a", b"one")
    assert pending(house.store) == []
    assert failures(house.store) == [
        ("damaged_document", "failed", "url:a", "https://ministry.example/url:a")
    ]


def test_what_ends_its_worker_is_set_aside_after_some_attempts(house: House) -> None:
    house.take("url:a", b"one")
    found = [
        fail(house.store, sha(b"one"), "worker_died", fatal=True, max_attempts=3) for _ in range(3)
    ]
    assert found == ["pending", "pending", "set_aside"]
    assert states(house, b"one") == {("set_aside", 3, "worker_died")}


def test_a_failure_of_one_stage_leaves_the_other_done(house: House) -> None:
    house.take("url:a", b"one")
    house.read(b"one", "x")
    plan(house.store, {"tag": "2"})
    assert fail(house.store, sha(b"one"), "x", fatal=False, max_attempts=1) == "failed"
    assert {state for state, _attempts, _cause in states(house, b"one")} == {"done", "failed"}


@pytest.mark.parametrize(
    ("named", "again"),
    [
        ({}, "one three"),
        ({"cause": "damaged_document"}, "one"),
        ({"cause": "damaged"}, ""),
        ({"cause": "damaged%document"}, ""),
        ({"cause": "worker_died"}, ""),
        ({"source": "agency"}, "three"),
        ({"source": "agency", "cause": "damaged_document"}, ""),
        ({"set_aside": True}, "two"),
        ({"set_aside": True, "cause": "worker_died"}, "two"),
        ({"set_aside": True, "cause": "damaged_document"}, ""),
        ({"set_aside": True, "source": "agency"}, ""),
    ],
)
def test_retry(house: House, named: dict[str, Any], again: str) -> None:
    for name, more in (("one", {}), ("two", {}), ("three", {"source": "agency"})):
        house.take(f"url:{name}", name.encode(), **more)
    for name, cause in (("one", "damaged_document"), ("three", "limit_reached")):
        fail(house.store, sha(name.encode()), cause, fatal=False, max_attempts=2)
    for _ in range(2):
        fail(house.store, sha(b"two"), "worker_died", fatal=True, max_attempts=2)
    assert retry(house.store, **named) == len(again.split())
    assert {job.sha256 for job in pending(house.store)} == {
        sha(name.encode()) for name in again.split()
    }


def test_what_fails_is_counted_by_cause_and_state(house: House) -> None:
    for name in ("one", "two", "three", "four"):
        house.take(f"url:{name}", name.encode())
    house.take("url:copy", b"one")
    for name, fatal in (("one", False), ("two", False), ("three", True), ("four", False)):
        fail(house.store, sha(name.encode()), "limit_reached", fatal=fatal, max_attempts=1)
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:four'")
    assert failing(house.store, {sha(b"one"), sha(b"four")}) == [
        {"cause": "limit_reached", "state": "failed", "count": 2, "tonight": 1},
        {"cause": "limit_reached", "state": "set_aside", "count": 1, "tonight": 0},
    ]


def test_a_stage_that_is_new_begins_with_all_that_there_is(house: House) -> None:
    house.take("url:a", b"one")
    house.take("url:b", b"two")
    house.read(b"one", "x")
    fail(house.store, sha(b"two"), "damaged_document", fatal=False, max_attempts=2)
    assert plan(house.store, {**STAGES, "picture": "1"}) == 2
    assert {job.sha256 for job in pending(house.store)} == {sha(b"one"), sha(b"two")}
    house.read(b"one", "x")
    fail(house.store, sha(b"two"), "damaged_document", fatal=False, max_attempts=2)
    assert pending(house.store) == []
    assert plan(house.store, {**STAGES, "picture": "1"}) == 0


def test_what_raised_an_issue_is_read_again(house: House) -> None:
    for name, code in (("url:a", "text_recognition_missing"), ("url:b", "hidden_text")):
        data = name.encode()
        house.take(name, data)
        with house.store.transaction() as connection:
            connection.execute("UPDATE work SET state = 'done' WHERE sha256 = ?", (sha(data),))
            insert_issue(connection, Issue(code=code, room="extract", sha256=sha(data)), None)
    assert read_again(house.store, ["text_recognition_missing", "text_recognition_cut"]) == 1
    assert [job.sha256 for job in pending(house.store)] == [sha(b"url:a")]
