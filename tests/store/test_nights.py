"""What a night finds of earlier ones: copies, walks, and what was left over."""

from __future__ import annotations

from typing import Any

from core.records import SourceRun, Waiting
from store.nights import known_copies, last_good_crawls, last_walks, left_over
from store.runs import start_run
from tests.builders import House, fetched, sha


def night(house: House, started: str, **said: Any) -> None:
    """Load the last line of a source's crawl, as of a run that began at `started`."""
    run_id = start_run(house.store, "run")
    house.store.connection.execute("UPDATE runs SET started_at = ? WHERE id = ?", (started, run_id))
    given = {"state": "ok", "listed": 5, "confirmed": 5, "fetched": 1, "minimum": 1, "maximum": 9}
    house.load(house.journal(SourceRun(source="ministry", **{**given, **said})), run_id)


def test_last_copy_of_each_address_is_known(house: House) -> None:
    headers = {"etag": '"1"', "last-modified": "Mon"}
    house.take("url:a", b"one", url="https://x/a", headers=headers)
    house.take("url:a", b"two", url="https://x/a", fetched_at="2031-06-01T00:00:00Z")
    house.miss("url:b", "failed", 500)
    (copy,) = known_copies(house.store, ["ministry", "nobody"])
    assert (copy.url, copy.document_key, copy.sha256) == ("https://x/a", "url:a", sha(b"two"))
    assert copy.asked_at == "2031-06-01T00:00:00Z"


def test_another_address_of_a_document_is_known_as_well(house: House) -> None:
    house.take("url:a", b"one", url="https://x/a")
    moved = fetched(
        "url:a", None, url="https://x/old", final_url="https://x/a", status=302, outcome="moved"
    )
    house.load(house.journal(moved))
    known = {copy.url: copy.sha256 for copy in known_copies(house.store, ["ministry"])}
    assert known == {"https://x/a": sha(b"one"), "https://x/old": sha(b"one")}
    assert house.document("url:a")["url"] == "https://x/a"


def test_stand_in_is_no_copy_of_a_notice(house: House) -> None:
    house.take("ted:1-2031", b"{}", url="https://x/xml", status=203)
    assert list(known_copies(house.store, ["ministry"])) == []


def test_gone_document_is_asked_for_by_its_rhythm(house: House) -> None:
    house.take("url:a", b"one", url="https://x/a")
    gone = fetched(
        "url:a",
        None,
        url="https://x/a",
        status=404,
        outcome="gone",
        fetched_at="2031-07-01T00:00:00Z",
    )
    house.load(house.journal(gone))
    (copy,) = known_copies(house.store, ["ministry"])
    assert copy.asked_at == "2031-07-01T00:00:00Z"


def test_whole_walks_and_good_crawls(house: House) -> None:
    page = Waiting(url="https://x/list?page=3", list="/list")
    document = Waiting(url="https://x/a", said={"key": "url:a", "url": "https://x/a"})
    night(house, "2031-05-01T00:00:00Z")
    assert last_walks(house.store) == {"ministry": "2031-05-01T00:00:00Z"}
    night(house, "2031-05-02T00:00:00Z", state="interrupted", rest=(page, document))
    night(house, "2031-05-03T00:00:00Z", state="nothing_new", walk="new")
    assert last_walks(house.store) == {"ministry": "2031-05-01T00:00:00Z"}
    assert last_good_crawls(house.store) == {"ministry": "2031-05-03T00:00:00Z"}
    night(house, "2031-05-04T00:00:00Z", walk="rest", rest=(page,))
    assert last_walks(house.store) == {"ministry": "2031-05-01T00:00:00Z"}
    night(house, "2031-05-05T00:00:00Z", walk="rest", rest=(document,))
    assert last_walks(house.store) == {"ministry": "2031-05-05T00:00:00Z"}
    night(house, "2031-05-06T00:00:00Z", state="refused")
    assert last_good_crawls(house.store) == {"ministry": "2031-05-05T00:00:00Z"}


def test_what_is_left_over_is_taken_up_once(house: House) -> None:
    page = Waiting(url="https://x/list?page=3", list="/list")
    night(house, "2031-05-01T00:00:00Z", state="interrupted", rest=(page,))
    assert left_over(house.store) == {"ministry": (page,)}
    night(house, "2031-05-02T00:00:00Z")
    assert left_over(house.store) == {}
