"""What happens to a document at its site: moved, gone, back, refused; and what a ZIP holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store.diff import diff
from store.export import WHAT, export
from store.filters import Filters
from store.report import show, status
from store.search import coverage, search
from store.work import fail, failures
from tests.builders import DAY, House, key_of, proposal, sha, tagging

DOC = "url:a"
HERE, THERE = "https://ministry.example/url:a", "https://ministry.example/there"
ELSEWHERE = {"moved": True, "final_url": THERE}


def test_a_document_that_moved_for_good_gets_its_new_address(house: House) -> None:
    house.take(DOC, b"one")
    house.take(DOC, b"one", **ELSEWHERE)
    assert house.outcomes(DOC) == ["new", "moved"]
    assert house.document(DOC)["url"] == THERE
    house.take(DOC, b"one", **ELSEWHERE)  # the list still links to where it was
    house.take(DOC, b"one", url=THERE, final_url=THERE)
    assert house.outcomes(DOC)[2:] == ["unchanged", "unchanged"]
    assert house.document(DOC)["url"] == THERE


def test_a_move_told_with_304_is_one_too(house: House) -> None:
    house.take(DOC, b"one")
    house.miss(DOC, "not_modified", 304, **ELSEWHERE)
    assert (house.outcomes(DOC)[-1], house.document(DOC)["url"]) == ("moved", THERE)
    assert house.store.value("SELECT count(*) FROM versions") == 1


@pytest.mark.parametrize("moved", [False, True])
def test_other_bytes_win_over_a_move(house: House, moved: bool) -> None:
    house.take(DOC, b"one", moved=moved, final_url=THERE)
    assert house.document(DOC)["url"] == (THERE if moved else HERE)
    house.take(DOC, b"two", **ELSEWHERE)
    assert house.outcomes(DOC) == ["new", "changed"]
    assert house.document(DOC)["url"] == THERE


def test_a_redirect_for_now_moves_nothing(house: House) -> None:
    house.take(DOC, b"one")
    house.take(DOC, b"one", final_url=THERE)
    assert (house.outcomes(DOC), house.document(DOC)["url"]) == (["new", "unchanged"], HERE)


@pytest.mark.parametrize(("outcome", "code"), [("gone", 404), ("refused", 403), ("failed", 0)])
def test_a_move_to_where_nothing_is_moves_nothing(house: House, outcome: str, code: int) -> None:
    house.take(DOC, b"one")
    house.miss(DOC, outcome, code, **ELSEWHERE)
    assert (house.outcomes(DOC)[-1], house.document(DOC)["url"]) == (outcome, HERE)


def test_a_file_that_comes_back_elsewhere_came_back(house: House) -> None:
    house.take(DOC, b"one")
    house.miss(DOC, "gone", 410)
    house.take(DOC, b"one", **ELSEWHERE)
    assert house.outcomes(DOC) == ["new", "gone", "returned"]
    assert (house.document(DOC)["url"], house.document(DOC)["gone"]) == (THERE, 0)


def test_a_304_for_a_document_that_is_not_known(house: House) -> None:
    house.miss(DOC, "not_modified", 304, **ELSEWHERE)
    assert house.outcomes(DOC) == ["not_modified"]


def test_a_file_taken_in_by_hand_has_not_moved(house: House) -> None:
    by_hand = {"url": "file:///a.pdf", "final_url": "file:///a.pdf", "status": 0}
    house.take(DOC, b"one", **by_hand)
    house.take(DOC, b"one", **ELSEWHERE)
    assert (house.outcomes(DOC)[-1], house.document(DOC)["url"]) == ("unchanged", THERE)


def test_the_last_events_are_told_newest_first(house: House) -> None:
    for day in range(1, 9):
        house.take(DOC, b"one", fetched_at=DAY.format(day))
    house.miss(DOC, "refused", 403)
    house.miss(DOC, "gone", 404, fetched_at=DAY.format(9))
    house.take(DOC, b"one", fetched_at="2025-03-10T04:00:00Z")
    events = show(house.store, DOC)["events"]
    assert len(events) == 10  # the first of eleven is not among them
    assert [event["outcome"] for event in events[:4]] == [
        "returned", "gone", "refused", "unchanged",
    ]  # fmt: skip
    assert events[1] == {
        "outcome": "gone", "fetched_at": DAY.format(9), "status": 404, "final_url": HERE,
    }  # fmt: skip


def test_bytes_that_were_read_before_say_at_once_what_changed(house: House) -> None:
    house.take("url:b", b"two")
    house.read(b"two", "Two boats.")
    house.take(DOC, b"one")
    house.read(b"one", "One boat.")
    house.take(DOC, b"two")
    versions = show(house.store, DOC)["versions"]
    assert [(v["change"], v["read"]) for v in versions] == [("first", True), ("text", True)]


TEXT = "Five drones for the harbour of Zuwara."


def bundle(house: House) -> str:
    """Take in a ZIP in a ZIP with a document in it, and its entry; return the entry's key."""
    house.take("url:zip", b"zip")
    house.take("url:zip#in", b"inner", parent_key="url:zip", status=0)
    house.take("url:zip#in#a", b"a", parent_key="url:zip#in", status=0)
    house.take("url:zip#in#a", b"b", parent_key="url:zip#in", status=200)
    house.take("url:zip#bad", b"bad", parent_key="url:zip", status=0)
    house.take("url:open", b"open")
    made = proposal(TEXT, "drones")
    for data in (b"zip", b"inner", b"open"):
        house.read(data, "List of files.")
    house.read(b"a", TEXT)
    house.read(b"b", TEXT + " Soon.", tagged=tagging(made))
    fail(house.store, sha(b"bad"), "damaged_document", fatal=False, max_attempts=1)
    return key_of("url:zip#in#a", made)


def told(house: House, folder: Path) -> str:
    """Return what lists, searches, exports and web views give."""
    parts = [str(search(house.store, word, Filters(), lambda _: [])) for word in ("drones", "list")]
    for what in WHAT:
        export(house.store, what, folder / "x.jsonl", Filters())
        parts.append((folder / "x.jsonl").read_text(encoding="utf-8"))
    parts += [
        str([tuple(row) for row in house.store.rows(f"SELECT * FROM {view}")])
        for view in ("shown_documents", "shown_entries", "shown_evidence")
    ]
    parts.append(json.dumps(status(house.store)["failures"]))
    parts.append(str(failures(house.store)))
    return "\n".join(parts)


def test_withholding_a_file_hides_all_that_lies_inside_it(house: House, tmp_path: Path) -> None:
    key = bundle(house)
    before = told(house, tmp_path)
    assert all(word in before for word in ("Zuwara", "url:zip#in#a", "url:zip#bad", key))
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:zip'")
    after = told(house, tmp_path)
    assert "url:open" in after
    assert not any(word in after for word in ("Zuwara", "url:zip", key))
    said = {"withheld": True, "since": None, "why": None}
    assert show(house.store, "url:zip") == {"document": "url:zip", **said}
    for name in ("url:zip#in", "url:zip#in#a"):
        assert show(house.store, name) == {"document": name, **said, "inside": "url:zip"}
    inside = {"document": "url:zip#in#a", **said, "inside": "url:zip"}
    assert show(house.store, key) == {"entry": key, **inside}
    assert diff(house.store, "url:zip#in#a") == inside
    assert coverage(house.store)[0]["documents"] == 1
    house.store.connection.execute("UPDATE documents SET withheld = 0")
    assert told(house, tmp_path) == before


def test_a_file_inside_can_be_withheld_alone(house: House, tmp_path: Path) -> None:
    bundle(house)
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:zip#in#a'")
    after = told(house, tmp_path)
    assert "Zuwara" not in after
    assert "url:zip#bad" in after


def test_a_circle_of_parents_ends(house: House) -> None:
    bundle(house)
    house.store.connection.execute(
        "UPDATE documents SET parent_id = (SELECT id FROM documents WHERE key = 'url:zip#in#a')"
        " WHERE key = 'url:zip'"
    )
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:zip#in'")
    assert "withheld" in show(house.store, "url:zip")
    assert house.store.value("SELECT count(*) FROM hidden_documents") == 4
