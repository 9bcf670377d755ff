"""`check` finds what is broken, and its dump tells two databases apart by what they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.records import Fetched, Issue, Mention
from store.check import dump, faults
from store.filters import Filters
from store.pairs import decide_pair
from store.watches import add_watch
from store.work import fail, plan
from tests.builders import (
    DAY,
    House,
    amount,
    fetched,
    key_of,
    open_house,
    proposal,
    sha,
    tagging,
)

TEXT = "Two drones worth EUR 900 🛩 and a boat."
MADE = proposal(TEXT, "a boat", amount=amount(TEXT, "EUR 900", "900"))
KEY = key_of("url:a", MADE)


@pytest.fixture
def sound(house: House) -> House:
    """A house with one read document, one decided entry, and one document without a body."""
    house.take("url:a", b"a")
    house.read(b"a", TEXT, tagged=tagging(MADE))
    house.decide(KEY, "accept", MADE)
    house.miss("url:b", "failed", 0)
    assert faults(house.store, house.archive, deep=True) == []
    return house


def blob(house: House, data: bytes = b"a") -> Path:
    """Return where a body lies."""
    return house.archive / sha(data)[:2] / sha(data)


def sql(statement: str) -> Callable[[House], None]:
    """Return what runs a statement behind the store's back."""

    def run(house: House) -> None:
        house.store.connection.execute("PRAGMA foreign_keys = OFF")
        house.store.connection.execute(statement)

    return run


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (sql("DELETE FROM contents"), "versions without content"),
        (sql("UPDATE documents SET version_id = NULL"), "documents without version: url:a"),
        (sql("UPDATE readings SET current = 0"), "readings half written"),
        (sql("UPDATE readings SET current = 0"), "stages done without a reading"),
        (
            sql("INSERT INTO readings SELECT 99, sha256, extractor, tagger, kind, language, title,"
                " published, reference, stated, page_count, 1, proposals, exemptions, links"
                " FROM readings"),
            "two current readings",
        ),
        (sql("DELETE FROM documents WHERE key = 'url:a'"), f"entries without document: {KEY}"),
        (sql("DELETE FROM entries"), f"evidence without entry: {KEY}"),
        (sql("DELETE FROM entries"), f"decisions without entry: {KEY}"),
        (sql("UPDATE pages SET text = 'other'"), f"Entry {KEY}: the quote of its equipment"),
        (sql("UPDATE entry_evidence SET start = start + 1"), "the quote of its amount"),
        (sql("UPDATE entry_evidence SET page = 2"), "the quote of its amount"),
        (sql("DELETE FROM pages"), "the quote of its amount"),
        (lambda house: blob(house).unlink(), f"The archive lacks {sha(b'a')}"),
        (lambda house: blob(house).write_bytes(b"ab"), "has another length"),
    ],
)  # fmt: skip
def test_each_fault_is_found(sound: House, harm: Callable[[House], None], words: str) -> None:
    harm(sound)
    found = faults(sound.store, sound.archive)
    assert any(words in line for line in found), found


def test_other_bytes_of_the_same_length_are_found_when_all_is_read(sound: House) -> None:
    blob(sound).write_bytes(b"b")
    assert faults(sound.store, sound.archive) == []
    assert faults(sound.store, sound.archive, deep=True) == [
        f"The archived {sha(b'a')} (url:a) has other bytes than when it came."
    ]


def test_what_sqlite_finds_is_told(sound: House) -> None:
    sound.store.connection.execute("PRAGMA writable_schema = ON")
    sound.store.connection.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'detail TEXT NOT NULL',"
        " 'detail TEXT NOT NULL CHECK (detail = ''z'')') WHERE name = 'issues'"
    )
    sound.store.connection.execute("PRAGMA writable_schema = RESET")
    sound.store.connection.execute("PRAGMA ignore_check_constraints = ON")
    sound.store.connection.execute(
        "INSERT INTO issues VALUES (1, 1, 'info', 'x', 'x', '', '', '', 1, 'y')"
    )
    sound.store.connection.execute("PRAGMA ignore_check_constraints = OFF")
    assert faults(sound.store, sound.archive) == ["SQLite says: CHECK constraint failed in issues."]


def test_an_entry_that_a_reviewer_added_needs_no_entry_row(sound: House) -> None:
    sound.store.connection.execute(
        "INSERT INTO decisions (entry_key, reviewer, decided_at, verdict, fields)"
        " VALUES ('new', 'ana', ?, 'add', '{}')",
        (DAY.format(1),),
    )
    assert faults(sound.store, sound.archive) == []


def filled(folder: Path, order: list[int], title: str = "T") -> House:
    """Load the same four documents in one order or another."""
    house = open_house(folder)
    bodies = [b"zero", b"one", b"zero", b"three"]
    lines = [
        fetched(f"url:{n}", body, title=f"{title}{n}", fetched_at=DAY.format(n + 1))
        for n, body in enumerate(bodies)
    ]
    for body in bodies:
        house.put(body)
    house.load(house.journal(*(lines[n] for n in order)))
    for n in [n for n in order if n in (0, 1)]:
        mention = Mention(page=1, start=0, end=3, label="QUANTITY", raw="Two")
        house.read(bodies[n], TEXT, tagged=tagging(MADE, mentions=[mention]))
    house.load(house.journal(Issue(code="slow", room="crawlers"), *more(order)))
    house.decide(key_of("url:2", MADE), "accept", MADE)
    fail(house.store, sha(b"three"), "damaged_document", fatal=False, max_attempts=1)
    return house


def more(order: list[int]) -> list[Fetched]:
    """Return second fetches, as many in each order."""
    return [fetched(f"url:{n}", None, outcome="not_modified", status=304) for n in order]


def test_the_dump_does_not_depend_on_the_order(tmp_path: Path) -> None:
    houses = [
        filled(tmp_path / str(i), order)
        for i, order in enumerate(([0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]))
    ]
    dumps = [list(dump(house.store)) for house in houses]
    assert dumps[0] == dumps[1] == dumps[2]
    kinds = {line.split(" ", 1)[0] for line in dumps[0]}
    assert {"documents", "versions", "pages", "entries", "entry_evidence", "decisions"} <= kinds
    assert any("damaged_document" in line for line in dumps[0])
    for house in houses:
        house.store.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE documents SET title = 'other' WHERE key = 'url:1'",
        "UPDATE documents SET gone = 1 WHERE key = 'url:1'",
        "UPDATE documents SET withheld = 1 WHERE key = 'url:1'",
        "UPDATE versions SET change = NULL",
        "UPDATE contents SET bytes = 7",
        "UPDATE readings SET tagger = '9'",
        "UPDATE pages SET text = text || ' '",
        "UPDATE pages SET words = x''",
        'UPDATE mentions SET "end" = 4',
        "UPDATE entries SET amount_min = '901'",
        "UPDATE entry_evidence SET boxes = '[]'",
        "UPDATE proposals SET score = 0.9",
        "UPDATE work SET cause = 'x'",
        "UPDATE issues SET code = 'x'",
        "UPDATE sources SET licence = 'x'",
        "INSERT INTO decisions (id, entry_key, reviewer, decided_at, verdict, fields, reason, note,"
        " proposal) SELECT 99, entry_key, 'ben', decided_at, verdict, fields, reason,"
        " note, proposal FROM decisions",
    ],
)
def test_the_dump_shows_one_changed_value(tmp_path: Path, change: str) -> None:
    house = filled(tmp_path, [0, 1, 2, 3])
    before = list(dump(house.store))
    house.store.connection.execute(change)
    assert list(dump(house.store)) != before
    house.store.close()


def test_the_dump_leaves_out_ids_times_of_fetches_and_runs(tmp_path: Path) -> None:
    house = filled(tmp_path, [0, 1, 2, 3])
    before = list(dump(house.store))
    house.load(house.journal(*more([0, 1])))
    house.store.connection.execute("UPDATE versions SET last_seen = '2030'")
    house.store.connection.execute(
        "INSERT INTO runs (command, started_at, state) VALUES ('run', '2030', 'running')"
    )
    assert plan(house.store, {"read": "1", "tag": "1"}) == 0
    assert list(dump(house.store)) == before
    house.store.close()


def with_watch_and_pair(folder: Path) -> House:
    """Load two documents with an entry each, what a person said of the two, and a watch."""
    house = open_house(folder)
    for key in ("url:a", "url:b"):
        house.take(key, key.encode())
        house.read(key.encode(), TEXT, tagged=tagging(MADE))
    add_watch(house.store, "boats", "boat", Filters(lang="en"), exact=False)
    one, other = (key_of(key, MADE) for key in ("url:a", "url:b"))
    decide_pair(house.store, one, other, "same", reviewer="ana", note="one boat")
    return house


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE watches SET query = 'ship'",
        "UPDATE watches SET filters = '{}'",
        "UPDATE watches SET exact = 1",
        "DELETE FROM watches",
        "INSERT INTO pair_decisions SELECT 99, first, second, 'ben', decided_at, verdict, note,"
        " score, reasons FROM pair_decisions",
        "INSERT INTO withholdings VALUES ('url:a', '2025', 'ana', NULL)",
    ],
)
def test_the_dump_has_what_people_keep_in_it(tmp_path: Path, change: str) -> None:
    house = with_watch_and_pair(tmp_path)
    before = list(dump(house.store))
    assert any(line.startswith("watches") and '"boat"' in line for line in before)
    assert any(line.startswith("pair_decisions") and "one boat" in line for line in before)
    house.store.connection.execute("UPDATE watches SET made_at = 'x', seen = 99")
    assert list(dump(house.store)) == before
    house.store.connection.execute(change)
    assert list(dump(house.store)) != before
    house.store.close()


def test_of_what_is_withheld_the_dump_tells_hashes(tmp_path: Path) -> None:
    house = with_watch_and_pair(tmp_path)
    house.store.connection.execute("UPDATE documents SET withheld = 1, title = 'Boats'")
    before = list(dump(house.store))
    assert not any(word in "".join(before) for word in ("drones", "one boat", "Boats"))
    for table, column in (("pages", "text"), ("documents", "title")):
        house.store.connection.execute(f"UPDATE {table} SET {column} = 'other'")
        after = list(dump(house.store))
        assert after != before
        before = after
    house.store.close()
