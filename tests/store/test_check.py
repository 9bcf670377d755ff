"""`check` finds what is broken, and its dump tells two databases apart by what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from core.records import Fetched, Issue, Mention
from store.check import dump, faults
from store.filters import Filters
from store.pairs import decide_pair
from store.reviewing.audits import save_answer, save_page_audit
from store.reviewing.queue import assign, hidden_until_answered
from store.reviewing.reviewers import add_reviewer, new_sign_in
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
            sql("INSERT INTO readings (sha256, extractor, tagger, kind, stated, page_count,"
                " current, proposals) SELECT sha256, extractor, tagger, kind, stated, page_count,"
                " 1, proposals FROM readings"),
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


REVIEWED = ("reviewers", "assignments", "audit_answers", "page_audits")


@dataclass
class Reviewed:
    """A house in which reviewers have had their say on a document; and the key to its door."""

    house: House
    entry: str
    token: str

    def dump(self) -> list[str]:
        """Return what the dump says of reviewers and of what they said."""
        return [line for line in dump(self.house.store) if line.split(" ", 1)[0] in REVIEWED]

    def sql(self, *statements: str) -> None:
        """Run statements behind the store's back."""
        for statement in statements:
            self.house.store.connection.execute(statement)


@pytest.fixture
def reviewed(tmp_path: Path) -> Iterator[Reviewed]:
    house = open_house(tmp_path)
    names = (f"url:{number}" for number in range(1_000))
    name = next(name for name in names if hidden_until_answered(key_of(name, MADE)))
    entry = key_of(name, MADE)
    house.take(name, b"a")
    house.read(b"a", TEXT, "An empty page.", tagged=tagging(MADE))
    add_reviewer(house.store, "ana", "administrator")
    token = new_sign_in(house.store, "ana")
    assign(house.store, entry, "ana", by="ben", note="knows about boats")
    save_answer(house.store, entry, "ana", {"recipient": "coast guard"})
    save_page_audit(house.store, sha(b"a"), 2, "ana", "missed", "a lorry is named")
    yield Reviewed(house, entry, token)
    house.store.close()


def test_the_dump_tells_who_reviewed_and_what_was_said_but_no_secret(reviewed: Reviewed) -> None:
    lines = dict(line.split(" ", 1) for line in reviewed.dump())
    told = {name: msgspec.json.decode(line) for name, line in lines.items()}
    assert tuple(sorted(told)) == tuple(sorted(REVIEWED))
    assert told["reviewers"].keys() == {"name", "role", "added_at", "removed_at"}
    assert (told["reviewers"]["name"], told["reviewers"]["role"]) == ("ana", "administrator")
    given = told["assignments"]
    assert (given["entry_key"], given["reviewer"], given["assigned_by"], given["note"]) == (
        reviewed.entry, "ana", "ben", "knows about boats",
    )  # fmt: skip
    answer = told["audit_answers"]
    assert (answer["entry_key"], answer["reviewer"]) == (reviewed.entry, "ana")
    assert msgspec.json.decode(answer["fields"]) == {"recipient": "coast guard"}
    assert msgspec.json.decode(answer["proposal"])["equipment"] == "a boat"
    audit = told["page_audits"]
    assert (audit["sha256"], audit["page"], audit["verdict"]) == (sha(b"a"), 2, "missed")
    assert not any("id" in row for row in told.values())
    (hashed,) = reviewed.house.store.rows("SELECT hash FROM sign_ins")
    everything = "".join(dump(reviewed.house.store))
    assert hashed["hash"] not in everything
    assert reviewed.token not in everything


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reviewers SET role = 'reviewer'",
        "UPDATE reviewers SET removed_at = '2030'",
        "UPDATE assignments SET note = NULL",
        "INSERT INTO assignments SELECT 99, entry_key, NULL, assigned_by, '2030', note"
        " FROM assignments",
        "UPDATE audit_answers SET fields = '{}'",
        "UPDATE audit_answers SET proposal = '{}'",
        "UPDATE page_audits SET verdict = 'complete'",
        "UPDATE page_audits SET page = 1",
    ],
)
def test_the_dump_shows_a_changed_word_of_a_reviewer(reviewed: Reviewed, change: str) -> None:
    before = reviewed.dump()
    reviewed.sql(change)
    assert reviewed.dump() != before


def test_numbers_of_rows_and_sign_ins_do_not_matter_to_the_dump(reviewed: Reviewed) -> None:
    before = reviewed.dump()
    reviewed.sql(
        "DELETE FROM sign_ins",
        *(f"UPDATE {name} SET id = id + 50" for name in ("reviewers", "assignments")),
        "UPDATE page_audits SET id = id + 50",
    )
    assert reviewed.dump() == before


@pytest.mark.parametrize(
    ("hide", "hidden"),
    [
        ("UPDATE documents SET withheld = 1", ("coast guard", "knows about", "lorry")),
        ("UPDATE entries SET text_withdrawn = 1", ("coast guard", "knows about")),
    ],
)
def test_of_what_is_hidden_the_dump_tells_hashes_of_the_reviewers_words(
    reviewed: Reviewed, hide: str, hidden: tuple[str, ...]
) -> None:
    assert all(word in "".join(reviewed.dump()) for word in hidden)
    reviewed.sql(hide)
    before = reviewed.dump()
    assert not any(word in "".join(before) for word in hidden)
    assert len(before) == len(REVIEWED)
    reviewed.sql("UPDATE audit_answers SET fields = '{}'")
    assert reviewed.dump() != before
