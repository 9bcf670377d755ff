"""The word diff: what it says turns one version into the other, and stays within the rule."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnknownKey, UsageError
from core.records import Document
from store import diff as module
from store.diff import changed_spans, diff, operations_of
from store.readings import save_reading
from tests.builders import DAY, House, document, page, sha, tagging

DOC = "url:a"
TEXT = "Delivery of five drones worth EUR 900 to the border police of Tunisia in spring."


def two(house: House, before: Document, after: Document) -> dict[str, Any]:
    """Take in and read two versions; return their diff."""
    for day, (data, read) in enumerate(((b"one", before), (b"two", after)), 1):
        house.take(DOC, data, fetched_at=DAY.format(day))
        save_reading(house.store, read, tagging())
    return diff(house.store, DOC)


def changes(found: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(p["page"], o["removed"], o["added"]) for p in found["pages"] for o in p["operations"]]


def test_the_words_of_each_page_with_those_around(house: House) -> None:
    newer = TEXT.replace("five", "six").replace("in spring.", "in spring 2026.")
    found = two(house, document(b"one", "Cover", TEXT), document(b"two", "Cover", newer))
    assert (found["change"], found["rule"]) == ("text", "words")
    assert (found["from"]["number"], found["to"]["number"]) == (1, 2)
    (only,) = found["pages"]
    assert (only["page"], only["before"], only["too_long"]) == (2, 2, False)
    assert only["operations"] == [
        {"removed": "five", "added": "six", "before": "Delivery of",
         "after": "drones worth EUR 900 to the"},
        {"removed": "spring.", "added": "spring 2026.",
         "before": "the border police of Tunisia in", "after": ""},
    ]  # fmt: skip


def test_pages_that_came_and_went(house: House) -> None:
    longer = document(b"two", "A cover of its own", TEXT)
    found = two(house, document(b"one", TEXT), longer)
    assert [(p["page"], p["before"]) for p in found["pages"]] == [(1, None)]
    assert changes(found) == [(1, "", "A cover of its own")]


def test_metadata_alone(house: House) -> None:
    found = two(house, document(b"one", TEXT, title="Draft"), document(b"two", TEXT, title="Final"))
    assert (found["change"], found["pages"]) == ("metadata", [])
    assert found["fields"] == [{"field": "title", "before": "Draft", "after": "Final"}]


def blackened(data: bytes, text: str) -> Document:
    """Return a version with black boxes on its page."""
    return document(data, pages=(page(text, redacted_area=0.02),))


def test_a_redaction_tells_where_and_how_much_and_no_word(house: House) -> None:
    newer = blackened(b"two", TEXT.replace("border police of Tunisia", ""))
    found = two(house, document(b"one", TEXT, title="To Tunisia"), newer)
    assert (found["change"], found["rule"], found["fields"]) == ("redaction", "blackened", [])
    assert found["pages"] == [
        {"page": 1, "before": 1, "redacted": True, "words": {"removed": 4, "added": 0},
         "share": {"before": 0.0, "after": 0.02}},
    ]  # fmt: skip
    assert "Tunisia" not in str(found)


def test_every_pair_over_or_before_a_redaction_is_closed_and_every_later_one_open(
    house: House,
) -> None:
    hidden = "border police of Tunisia"
    readings = [
        document(b"1", TEXT),
        document(b"2", TEXT.replace("five", "six")),
        blackened(b"3", TEXT.replace("five", "six").replace(hidden, "")),
        blackened(b"4", TEXT.replace("five", "ten").replace(hidden, "")),
        document(b"5", TEXT),  # published in full again
    ]
    for day, read in enumerate(readings, 1):
        house.take(DOC, str(day).encode(), fetched_at=DAY.format(day))
        save_reading(house.store, read, tagging())
    rules = {
        (old, new): diff(house.store, DOC, old, new)["rule"]
        for old in range(1, 6)
        for new in range(old + 1, 6)
    }
    assert {pair for pair, rule in rules.items() if rule == "words"} == {(3, 4), (3, 5), (4, 5)}
    assert "Tunisia" not in str(diff(house.store, DOC, 1, 2))


def test_versions_that_cannot_be_compared(house: House) -> None:
    with pytest.raises(UnknownKey, match="no document with the key"):
        diff(house.store, DOC)
    house.take(DOC, b"one")
    house.read(b"one", TEXT)
    with pytest.raises(UsageError, match="no two versions that have been read"):
        diff(house.store, DOC)
    house.take(DOC, b"two")
    with pytest.raises(UsageError, match="Version 2 of url:a has not been read"):
        diff(house.store, DOC, 1, 2)
    with pytest.raises(UsageError, match="no two versions"):
        diff(house.store, DOC)
    house.read(b"two", TEXT)
    with pytest.raises(UsageError, match=r"has no version 7; it has 1, 2\."):
        diff(house.store, DOC, after=7)
    for old, new in ((2, 1), (1, 1)):
        with pytest.raises(UsageError, match="name the older one first"):
            diff(house.store, DOC, old, new)
    with pytest.raises(UsageError, match="no two versions"):
        diff(house.store, DOC, before=2)


def test_the_last_step_is_shown_where_a_middle_version_was_not_read(house: House) -> None:
    for name, text in ((b"1", "one"), (b"2", None), (b"3", "three")):
        house.take(DOC, name)
        if text:
            house.read(name, text)
    found = diff(house.store, DOC)
    assert (found["from"]["number"], found["to"]["number"]) == (1, 3)
    assert changes(found) == [(1, "one", "three")]
    assert diff(house.store, DOC, before=1)["to"]["number"] == 3


def test_a_withheld_document_has_no_difference(house: House) -> None:
    two(house, document(b"one", TEXT), document(b"two", "x"))
    house.store.connection.execute("UPDATE documents SET withheld = 1")
    told = {"document": DOC, "withheld": True, "since": None, "why": None}
    assert diff(house.store, DOC) == told


words = st.lists(st.sampled_from(["a", "b", "c", "drone", "EUR", "5", "of", "the"]), max_size=40)


@given(words, words)
def test_the_spans_make_the_newer_of_the_older(before: list[str], after: list[str]) -> None:
    spans = changed_spans(before, after)
    assert spans is not None
    made: list[str] = []
    left = right = 0
    for low, high, first, last in spans:
        assert before[left:low] == after[right:first]
        assert low < high or first < last
        made += before[left:low] + after[first:last]
        left, right = high, last
    made += before[left:]
    assert made == after
    assert bool(spans) == (before != after)


@given(words, words)
def test_operations_count_what_the_spans_do(before: list[str], after: list[str]) -> None:
    found = operations_of(before, after)
    assert found is not None
    gone = sum(len(o.removed.split()) for o in found)
    come = sum(len(o.added.split()) for o in found)
    assert len(before) - gone + come == len(after)


def test_a_change_of_a_few_words_is_one(house: House) -> None:
    old, new = "the wish of the ministry of finance", "a plan of the agency for roads"
    (only,) = operations_of(old.split(), new.split()) or []
    assert (only.removed, only.added) == (old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a", "b"] * 4000, ["b", "c", "a"] * 2500),
        (["a"] * 9000, ["b"] * 9000),
        ([str(n) for n in range(9000)], [str(n) for n in range(9000, 0, -1)]),
    ],
    ids=["two words for ever", "nothing in common", "backwards"],
)
def test_long_pages_take_a_moment(old: list[str], new: list[str]) -> None:
    began = time.process_time()
    assert operations_of(old, new)
    assert time.process_time() - began < 2


def test_pages_too_long_to_compare_say_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAIRS", 10)
    found = two(house, document(b"one", "a b c d", "same"), document(b"two", "e f g h", "same"))
    assert [(p["page"], p["too_long"], p["operations"]) for p in found["pages"]] == [(1, True, [])]


def test_versions_are_named_by_their_bytes(house: House) -> None:
    found = two(house, document(b"one", "a"), document(b"two", "b"))
    assert found["from"] == {
        "number": 1, "sha256": sha(b"one"), "first_seen": DAY.format(1), "change": "first",
    }  # fmt: skip
