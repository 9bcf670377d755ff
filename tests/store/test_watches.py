"""Watches: what is new for them is found once, and nothing else is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from core.errors import UnknownKey, UsageError
from core.records import Mention
from store.added import FILLER, added_text
from store.alerts import digest_documents, entries_of_note, hits_of, make_digest, new_entries
from store.alerts import waiting_digests as waiting
from store.database import Store
from store.entries import release
from store.filters import Filters
from store.matching import match_watches
from store.migrations import migrations
from store.watches import add_watch, list_watches, notice_news, remove_watch, watches
from tests.builders import DAY, House, key_of, open_house, page, proposal, tagging

DOC = "url:a"
NOTHING = Filters()
BOATS = "Delivery of patrol boats to the coast guard of Malta, paid by the fund for the sea."
DRONES = "Two drones were handed over to the border police of Niger in spring."


def plain(_word: str) -> list[str]:
    return []


def wide(word: str) -> list[str]:
    return ["drone"] if word == "uav" else []


def watch(house: House, name: str, query: str, filters: Filters = NOTHING, **more: Any) -> None:
    """Save a search."""
    add_watch(house.store, name, query, filters, exact=more.pop("exact", False), **more)


def show(house: House, key: str, data: bytes, *texts: str, day: int = 1, **more: Any) -> None:
    """Take in and read a version of a document."""
    house.take(key, data, fetched_at=DAY.format(day), **more.pop("fetch", {}))
    house.read(data, *texts, **more)


def found(house: House, name: str) -> list[tuple[str, int, list[int]]]:
    """Match all watches; return document, version and pages of all that one has found, in order."""
    match_watches(house.store, wide)
    (one,) = [w for w in watches(house.store) if w.name == name]
    return [(h["document"], h["version"], h["pages"]) for h in reversed(hits_of(house.store, one))]


def test_a_watch_finds_what_comes_after_it_and_finds_it_once(house: House) -> None:
    show(house, "url:before", b"0", DRONES)
    watch(house, "drones", "drone")
    assert found(house, "drones") == []
    show(house, DOC, b"1", BOATS, DRONES)
    assert match_watches(house.store, plain) == 1
    assert match_watches(house.store, plain) == 0
    assert found(house, "drones") == [(DOC, 1, [2])]


def test_the_passage_is_of_the_words_found(house: House) -> None:
    watch(house, "drones", "drone")
    show(house, DOC, b"1", BOATS, f"{BOATS}\n{DRONES}\n{BOATS}")
    match_watches(house.store, plain)
    show(house, DOC, b"2", BOATS, f"{BOATS}\n{DRONES}\n{BOATS}", f"{BOATS} Six drones more.", day=2)
    assert len(found(house, "drones")) == 2
    (one,) = watches(house.store)
    new, old = hits_of(house.store, one)
    assert "Two drones were handed over" in old["passage"]
    assert new["passage"] == "… Six drones more."


def test_words_that_were_there_before_trigger_nothing(house: House) -> None:
    watch(house, "drones", "drone")
    watch(house, "boats", '"patrol boat"')
    show(house, DOC, b"1", DRONES, BOATS)
    assert found(house, "drones") == [(DOC, 1, [1])]
    # page 1 was written over, page 2 stays, and boats come to page 1 too
    show(house, DOC, b"2", f"{DRONES} With three patrol boats.", BOATS, day=2)
    assert found(house, "drones") == [(DOC, 1, [1])]
    assert found(house, "boats") == [(DOC, 1, [2]), (DOC, 2, [1])]


def test_added_words_that_make_a_page_match_trigger(house: House) -> None:
    watch(house, "both", "drones Malta")
    watch(house, "phrase", '"drones of Malta"')
    show(house, DOC, b"1", f"{BOATS}\nThe list is empty.")
    match_watches(house.store, plain)
    show(house, DOC, b"2", f"{BOATS}\nThe list is empty. Drones follow.", day=2)
    assert found(house, "both") == [(DOC, 2, [1])]
    assert found(house, "phrase") == []


def test_taken_away_words_make_no_page_new(house: House) -> None:
    watch(house, "w", "drones NOT Niger")
    show(house, DOC, b"1", DRONES)
    assert found(house, "w") == []
    show(house, DOC, b"2", DRONES.replace("of Niger ", ""), day=2)
    assert found(house, "w") == []


@pytest.mark.parametrize(
    "pages",
    [
        (BOATS, DRONES),  # the order of pages
        (f"{DRONES}\n{BOATS}",),  # two pages in one
        (DRONES.replace(" over ", " over\n"), BOATS),  # wrapped anew
        (DRONES.upper(), BOATS),  # other letters
        (DRONES.replace("Niger in", "██ in"), BOATS),  # blackened
        (DRONES.replace("Two ", "").replace(" over to", ""), BOATS),
    ],
)
def test_text_that_only_moved_or_shrank_is_not_added(house: House, pages: tuple[str, ...]) -> None:
    watch(house, "drones", "drone OR drones")
    watch(house, "boats", '"patrol boats"')
    watch(house, "police", '"border police"')
    show(house, DOC, b"1", DRONES, BOATS)
    assert match_watches(house.store, plain) == 3
    show(house, DOC, b"2", *pages, day=2)
    assert match_watches(house.store, plain) == 0


def test_a_version_that_comes_back_is_no_news(house: House) -> None:
    watch(house, "drones", "drones")
    show(house, DOC, b"1", DRONES)
    assert match_watches(house.store, plain) == 1
    show(house, DOC, b"2", BOATS, day=2)
    assert match_watches(house.store, plain) == 0
    house.take(DOC, b"1", fetched_at=DAY.format(3))
    show(house, DOC, b"3", f"{DRONES}\nSigned.", day=4)
    assert match_watches(house.store, plain) == 0


def test_another_reading_of_the_same_version_is_no_news(house: House) -> None:
    watch(house, "drones", "drones")
    show(house, DOC, b"1", BOATS)
    assert match_watches(house.store, plain) == 0
    better = proposal(DRONES, "drones")
    house.read(b"1", DRONES, extractor="2", tagged=tagging(better, tagger="2"))
    assert match_watches(house.store, plain) == 0
    assert new_entries(house.store) == []


def test_metadata_alone_is_no_news(house: House) -> None:
    watch(house, "drones", "drones")
    show(house, DOC, b"1", DRONES)
    assert match_watches(house.store, plain) == 1
    show(house, DOC, b"2", DRONES, day=2)
    assert house.store.value("SELECT change FROM versions WHERE number = 2") == "metadata"
    assert match_watches(house.store, plain) == 0
    assert {one.seen for one in watches(house.store)} == {2}


def test_two_versions_in_one_night_are_told_as_one(house: House) -> None:
    watch(house, "drones", "drones")
    show(house, DOC, b"1", DRONES)
    show(house, DOC, b"2", f"{DRONES} {BOATS}", day=2)
    assert found(house, "drones") == [(DOC, 2, [1])]


def test_a_withheld_document_is_found_once_it_may_be_shown(house: House) -> None:
    watch(house, "drones", "drones")
    show(house, "url:zip", b"z", BOATS)
    show(house, DOC, b"1", DRONES, fetch={"parent_key": "url:zip"})
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:zip'")
    assert found(house, "drones") == []
    house.store.connection.execute("UPDATE documents SET withheld = 0")
    assert found(house, "drones") == [(DOC, 1, [1])]
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:zip'")
    assert found(house, "drones") == []


def test_a_redaction_takes_back_what_was_found_and_brings_nothing(house: House) -> None:
    watch(house, "niger", "Niger")
    watch(house, "police", "police")
    made = proposal(DRONES, "drones")
    show(house, DOC, b"1", DRONES, tagged=tagging(made))
    assert match_watches(house.store, plain) == 2
    assert len(new_entries(house.store)) == 1
    make_digest(house.store, mailed=True)
    black = DRONES.replace(" of Niger in spring", "")
    house.take(DOC, b"2", fetched_at=DAY.format(2))
    house.read(b"2", pages=(page(black, redacted_area=0.01),))
    assert house.store.value("SELECT change FROM versions WHERE number = 2") == "redaction"
    assert match_watches(house.store, plain) == 0
    assert [hits_of(house.store, one) for one in watches(house.store)] == [[], []]
    assert new_entries(house.store) == []
    (digest,) = waiting(house.store)
    assert digest_documents(house.store, digest) == []
    with house.store.transaction() as connection:
        release(connection, DOC, 2)
    assert [d["watches"] for d in digest_documents(house.store, digest)] == [["niger", "police"]]


def test_words_of_another_reading_are_shown_no_more(house: House) -> None:
    watch(house, "niger", "Niger")
    show(house, DOC, b"1", DRONES)
    match_watches(house.store, plain)
    house.read(b"1", BOATS, extractor="2")
    (one,) = watches(house.store)
    assert [hit["passage"] for hit in hits_of(house.store, one)] == [None]


def test_new_entries_trigger_and_old_ones_do_not(house: House) -> None:
    watch(house, "drones", "drones", Filters(type="uav"))
    watch(house, "radar", "radar")
    old = proposal(DRONES, "drones", equipment_type="uav")
    show(house, DOC, b"1", DRONES, tagged=tagging(old))
    assert match_watches(house.store, plain) == 1
    line = "Besides, one radar."
    text = f"{DRONES}\n{line}"
    missed = proposal(text, "border police")  # a better tagger's, in old text
    added = proposal(text, "radar")
    show(house, DOC, b"2", text, day=2, tagged=tagging(old, missed, added))
    assert match_watches(house.store, plain) == 1
    keys = [row["key"] for row in new_entries(house.store)]
    assert keys == [key_of(DOC, added), key_of(DOC, old)]
    (radar,) = [one for one in watches(house.store) if one.name == "radar"]
    assert hits_of(house.store, radar)[0]["entries"] == [key_of(DOC, added)]


def test_an_entry_that_was_rejected_is_not_told(house: House) -> None:
    made = proposal(DRONES, "drones")
    show(house, DOC, b"1", DRONES, tagged=tagging(made))
    notice_news(house.store)
    assert len(new_entries(house.store)) == 1
    house.decide(key_of(DOC, made), "reject", made)
    assert new_entries(house.store) == []


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        (Filters(source="ministry"), 1),
        (Filters(source="other"), 0),
        (Filters(since="2025"), 1),
        (Filters(until="2024"), 0),
        (Filters(lang="en"), 1),
        (Filters(type="uav"), 1),
        (Filters(type="radar"), 0),
    ],
)
def test_filters_narrow_a_watch(house: House, filters: Filters, number: int) -> None:
    watch(house, "w", "drones", filters)
    made = proposal(DRONES, "drones", equipment_type="uav")
    fetch = {"published": "2025-02-01", "language": "en"}
    show(house, DOC, b"1", DRONES, tagged=tagging(made), fetch=fetch)
    assert match_watches(house.store, plain) == number


def test_kinds_titles_and_other_names_are_found_as_a_search_finds_them(house: House) -> None:
    watch(house, "kind", "type:uav")
    watch(house, "title", "annex")
    watch(house, "wide", "uav")
    watch(house, "exact", "uav", exact=True)
    at = DRONES.index("drones")
    mention = Mention(page=1, start=at, end=at + 6, label="EQUIPMENT", raw="drones",
                      value={"type": "uav", "family": "air"})  # fmt: skip
    show(house, DOC, b"1", DRONES, tagged=tagging(mentions=[mention]), fetch={"title": "Annex 1"})
    match_watches(house.store, lambda word: ["drones"] if word == "uav" else [])
    hits = {one.name: hits_of(house.store, one) for one in watches(house.store)}
    assert {name: len(rows) for name, rows in hits.items()} == {
        "kind": 1, "title": 1, "wide": 1, "exact": 0,
    }  # fmt: skip
    assert (hits["title"][0]["pages"], hits["title"][0]["passage"]) == ([], None)
    # the same kind in the text that was there, with other words added
    show(house, DOC, b"2", f"{DRONES} Signed.", day=2, tagged=tagging(mentions=[mention]))
    assert match_watches(house.store, plain) == 0


def test_one_document_is_told_once_however_many_watches_found_it(house: House) -> None:
    for name in ("b", "a", "none"):
        watch(house, name, "drones" if name != "none" else "tanks")
    made = proposal(DRONES, "drones")
    show(house, DOC, b"1", DRONES, tagged=tagging(made))
    match_watches(house.store, plain)
    assert make_digest(house.store, mailed=True) == 1
    assert make_digest(house.store, mailed=True) == 0
    (digest,) = waiting(house.store)
    (told,) = digest_documents(house.store, digest)
    assert (told["watches"], told["pages"]) == (["a", "b"], [1])
    noted = entries_of_note(house.store, [told])
    assert [row["key"] for row in noted] == told["entries"] == [key_of(DOC, made)]


def test_watches_are_listed_and_removed(house: House) -> None:
    watch(house, "drones", "drones", Filters(lang="en", min=5.0))
    show(house, DOC, b"1", DRONES)
    match_watches(house.store, plain)
    (row,) = list_watches(house.store)
    assert (row["name"], row["query"], row["filters"]) == (
        "drones", "drones", {"lang": "en", "min": 5.0},
    )  # fmt: skip
    remove_watch(house.store, "Drones")
    assert list_watches(house.store) == []
    assert house.store.value("SELECT count(*) FROM watch_hits") == 0
    with pytest.raises(UnknownKey, match="no watch 'drones'"):
        remove_watch(house.store, "drones")


@pytest.mark.parametrize(
    "name", ["", "a b", "../x", "entries", "Entries", "-x", "x" * 61, "é", "a\n"]
)
def test_a_name_that_no_file_can_have_is_refused(house: House, name: str) -> None:
    with pytest.raises(UsageError):
        watch(house, name, "drones")


def test_a_name_is_given_once_and_a_query_has_words(house: House) -> None:
    watch(house, "drones", "drones")
    with pytest.raises(UsageError, match="already"):
        watch(house, "Drones", "boats")
    with pytest.raises(UsageError, match="no word"):
        watch(house, "w", '"" ()')


@settings(max_examples=60, deadline=None)
@given(query=st.text(max_size=60) | st.from_regex(r'[a-zNOTAD"():*^ \-+{}.]{1,40}'))
def test_no_query_stops_a_run(query: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    house = open_house(tmp_path_factory.mktemp("q"))
    try:
        with house.store.transaction() as connection:
            connection.execute(
                "INSERT INTO watches (name, query, filters, made_at, seen)"
                " VALUES ('w', ?, '{}', '', 0)",
                (query.replace("\x00", ""),),
            )
        show(house, DOC, b"1", DRONES)
        assert match_watches(house.store, plain) in (0, 1)
        show(house, DOC, b"2", f"{DRONES} {BOATS}", day=2)
        assert match_watches(house.store, plain) in (0, 1)
    finally:
        house.store.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
from store import matching
from store.database import Store
left = int(sys.argv[2])
def dying(name):
    global left
    left -= name == "after-watch"
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
matching.killpoint = dying
with Store.open(Path(sys.argv[1])) as store:
    matching.match_watches(store, lambda word: [])
"""


@pytest.mark.parametrize("point", [1, 2, 3])
def test_killed_in_the_middle_each_is_found_once(house: House, point: int) -> None:
    for name in ("a", "b", "c"):
        watch(house, name, "drones")
    for number in range(3):
        show(house, f"url:{number}", str(number).encode(), DRONES)
    command = [sys.executable, "-c", _KILLED, str(house.store.path), str(point)]
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert house.store.value("SELECT count(*) FROM watch_hits") == 3 * point
    assert match_watches(house.store, plain) == 9 - 3 * point
    assert [len(hits_of(house.store, one)) for one in watches(house.store)] == [3, 3, 3]


def test_what_an_older_database_shows_is_no_news(tmp_path: Path) -> None:
    house = open_house(tmp_path)
    show(house, DOC, b"1", DRONES)
    connection = house.store.connection
    for drop in ("VIEW shown_hits", "TABLE watch_hits", "TABLE digests", "TABLE watches",
                 "TABLE news_entries", "TABLE news"):  # fmt: skip
        connection.execute(f"DROP {drop}")
    connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm009_watches'")
    house.store.close()
    assert "m009_watches" in {
        one.name for one in migrations.pending(Database(tmp_path / "materiel.db"))
    }
    with Store.open(tmp_path / "materiel.db") as store:
        assert notice_news(store) == 0
        assert store.value("SELECT count(*) FROM news") == 1


def told(versions: list[list[str]], after: list[str]) -> list[str]:
    """Return the added words of each page, dots for the others."""
    pages = added_text(versions, after)
    for one, text in zip(pages, after, strict=True):
        pairs = zip(one.added.split(), one.kept.split(), text.split(), strict=True)
        assert all({a, k} == {FILLER, w} for a, k, w in pairs)
    return [one.added.replace(FILLER, ".") for one in pages]


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        ([], ["five boats"], ["five boats"]),
        (["five boats"], ["six boats"], ["six ."]),
        (["a b c d"], ["a b new c d"], [". . new . ."]),
        (
            ["a b\nrow one", "row two"],
            ["a b\nnew row", "row one\nrow two"],
            [". . new row", ". . . ."],
        ),
        (["x of y"], ["Ministry of Interior x of y"], ["Ministry of Interior . . ."]),
        (["Ça, là."], ["ca la"], [". ."]),
        (["a b", "c d"], ["", "a b c d e"], ["", ". . . . e"]),
        ([""], ["a"], ["a"]),
    ],
)
def test_added_text(before: list[str], after: list[str], added: list[str]) -> None:
    assert told([before] if before else [], after) == added


@given(st.lists(st.text(alphabet="ab \n", max_size=30), max_size=3),
       st.lists(st.text(alphabet="ab \n", max_size=30), max_size=3))  # fmt: skip
def test_the_same_text_is_never_added(one: list[str], other: list[str]) -> None:
    assert set("".join(told([one], one))) <= {".", " "}
    assert set("".join(told([one, other], one))) <= {".", " "}
    told([one], other)
