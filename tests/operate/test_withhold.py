"""`withhold` takes documents out of sight, gives them back, and erases them for good."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import OutputLocked, StoreError, UnknownKey, UsageError
from core.records import Issue
from core.settings import Settings
from operate.intake import take_in
from operate.lock import hold, output_lock
from operate.nightly import known_documents
from operate.withholding import (
    COPYING,
    Asked,
    run_erase,
    run_lift,
    run_release,
    run_withhold,
)
from store.check import dump, faults
from store.database import Store
from store.report import show
from store.runs import start_run
from tests.builders import DAY, House, fetched, open_house, sha
from tests.operate.conftest import Run
from tests.operate.secrets import (
    BODY,
    BODY_INSIDE,
    DOC,
    INSIDE,
    LONG,
    OPEN,
    TEXT,
    WORD,
    Office,
    begin_run,
    furnish,
)
from tests.store import test_redaction_rule as rule
from tests.store.routes import routes

ADDRESS = DOC.removeprefix("url:")
ASKED = Asked(by="ana", why="a court order")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = furnish(tmp_path / "output")
    yield made
    made.house.store.close()


def leaks(office: Office, folder: Path) -> set[str]:
    """Return the routes that name the word: tables that nobody sees but by views are left out."""
    told = routes(office.house.store, folder, WORD)
    told = {name: text.replace(ADDRESS, "") for name, text in told.items()}
    return {name for name, text in told.items() if WORD in text}


RAW = {"index of entries", "entry_blocks", "blocks before", "pairs"}  # tables behind views


def test_it_is_everywhere_before(office: Office, tmp_path: Path) -> None:
    assert {f"show {DOC}", f"show {INSIDE}", f"show {office.boats}", "dump", "shown_entries",
            "export entries None", "export mentions None"} <= leaks(office, tmp_path)  # fmt: skip
    assert WORD in (office.settings.output / "feeds" / "harbours.atom").read_text()
    assert {"materiel.db", "feeds/entries.atom"} <= {*office.bytes_with()} | {"materiel.db"}


def test_withheld_it_is_nowhere_and_show_says_so(office: Office, tmp_path: Path) -> None:
    told = run_withhold(office.settings, DOC, ASKED)
    assert leaks(office, tmp_path) <= RAW
    assert (told["document"], told["withheld"], told["why"]) == (DOC, True, "a court order")
    assert show(office.house.store, DOC) == told
    assert set(told) == {"document", "withheld", "since", "why"}
    assert show(office.house.store, INSIDE) == {**told, "document": INSIDE, "inside": DOC}
    assert show(office.house.store, office.boats) == {
        "entry": office.boats, **told, "document": DOC,
    }  # fmt: skip
    for feed in (office.settings.output / "feeds").glob("*.atom"):
        assert WORD not in feed.read_text(encoding="utf-8")
    assert faults(office.house.store, office.house.archive) == []


def test_lifted_all_is_as_before(office: Office, tmp_path: Path) -> None:
    before = list(dump(office.house.store)), leaks(office, tmp_path)
    run_withhold(office.settings, DOC, ASKED)
    assert run_lift(office.settings, DOC, ASKED) == {"document": DOC, "withheld": False}
    assert (list(dump(office.house.store)), leaks(office, tmp_path)) == before


def test_what_cannot_be_withheld_or_lifted_is_said(office: Office) -> None:
    for key, words in (("url:none", "no document"), (office.boats, "is an entry")):
        with pytest.raises(UnknownKey, match=words):
            run_withhold(office.settings, key, ASKED)
    with pytest.raises(UsageError, match="is not withheld"):
        run_lift(office.settings, DOC, ASKED)
    run_withhold(office.settings, DOC, ASKED)
    with pytest.raises(UsageError, match="lies inside"):
        run_lift(office.settings, INSIDE, ASKED)
    with pytest.raises(StoreError, match="no database"):
        run_withhold(Settings(output=office.settings.output / "none"), DOC, ASKED)


def test_a_database_made_anew_withholds_the_same(office: Office) -> None:
    run_withhold(office.settings, DOC, ASKED)
    told = show(office.house.store, DOC)
    rebuild(office)
    assert show(office.house.store, DOC) == told


def rebuild(office: Office) -> None:
    """Delete the database and make it anew from archive, journal and what was decided."""
    office.house.store.close()
    for path in office.settings.output.glob("materiel.db*"):
        path.unlink()
    begin_run(office)
    office.house.store = Store.open(office.settings.database)


def test_withheld_twice_the_first_day_and_the_last_reason_count(office: Office) -> None:
    file = office.settings.output / "withheld.jsonl"
    run_withhold(office.settings, DOC, ASKED)
    file.write_text(file.read_text().replace('"at":"20', '"at":"19'))
    rebuild(office)
    for why, told in (("another reason", "another reason"), (None, "another reason")):
        run_withhold(office.settings, DOC, Asked(by="ben", why=why))
        for _ in range(2):
            found = show(office.house.store, DOC)
            assert (found["since"][:2], found["why"]) == ("19", told)
            rebuild(office)


def test_what_was_withheld_before_reasons_were_kept_stays_so(office: Office) -> None:
    store = office.house.store
    store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = ?", (OPEN,))
    store.connection.execute("INSERT INTO withholdings VALUES (?, '', 'unknown', NULL)", (OPEN,))
    run_withhold(office.settings, DOC, ASKED)
    told = show(store, OPEN)
    assert told == {"document": OPEN, "withheld": True, "since": None, "why": None}
    run_lift(office.settings, OPEN, ASKED)
    assert "withheld" in show(store, DOC)
    assert show(store, OPEN)["withheld"] == 0


def test_erased_no_byte_is_left(office: Office, tmp_path: Path) -> None:
    done = run_erase(office.settings, DOC, ASKED)
    assert done == {"erased": sorted([DOC, INSIDE]), "kept": [], "holders": []}
    office.house.store.close()  # so that the write-ahead log is folded in
    told = {name for name in office.bytes_with() if "journal" not in name}
    assert told == {"materiel.db", "withheld.jsonl"}  # by the document's key
    database = office.settings.database.read_bytes().replace(ADDRESS.encode(), b"")
    assert WORD.encode() not in database
    assert WORD.lower().encode() not in database
    assert LONG.lower().encode() not in database
    for journal in office.settings.journal.iterdir():
        left = journal.read_bytes().replace(DOC.encode(), b"")
        assert WORD.encode() not in left
    for body in (BODY, BODY_INSIDE):
        assert not (office.house.archive / sha(body)[:2] / sha(body)).exists()
    assert not any(office.settings.images.rglob(f"*{sha(BODY)}*"))
    office.house.store = Store.open(office.settings.database)


def test_erased_it_is_on_no_route_and_the_tombstone_is_told(office: Office, tmp_path: Path) -> None:
    run_erase(office.settings, DOC, ASKED)
    store = office.house.store
    assert leaks(office, tmp_path) == set()
    told = show(store, DOC)
    assert (told["withheld"], told["erased"], told["why"]) == (True, True, "a court order")
    assert show(store, INSIDE)["inside"] == DOC
    assert show(store, office.boats)["erased"] is True
    assert faults(store, office.house.archive, deep=True) == []
    assert show(store, OPEN)["pages"] != []
    assert show(store, office.trucks)["state"] == "accepted"
    rows = store.rows("SELECT * FROM decisions WHERE entry_key = ?", (office.boats,))
    assert [(r["reviewer"], r["verdict"], r["fields"], r["proposal"]) for r in rows] == [
        ("ana", "correct", "{}", None)
    ]
    assert store.value("SELECT note FROM pair_decisions") is None
    with pytest.raises(UnknownKey, match="was erased on"):
        run_withhold(office.settings, DOC, ASKED)


def test_decisions_on_what_was_not_erased_stay_as_they_are(office: Office) -> None:
    run_erase(office.settings, DOC, ASKED)
    connection = office.house.store.connection
    for sql in (
        f"UPDATE decisions SET note = NULL, fields = '{{}}' WHERE entry_key = '{office.trucks}'",
        f"UPDATE decisions SET reviewer = 'ben' WHERE entry_key = '{office.boats}'",
        f"UPDATE decisions SET note = 'x' WHERE entry_key = '{office.boats}'",
        f"DELETE FROM decisions WHERE entry_key = '{office.boats}'",
        "UPDATE pair_decisions SET verdict = 'different'",
        "DELETE FROM pair_decisions",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="only ever appended"):
            connection.execute(sql)


def test_the_crawl_does_not_bring_it_back(office: Office) -> None:
    run_erase(office.settings, DOC, ASKED)
    before = list(dump(office.house.store))
    known = known_documents(office.house.store, ["ministry"])
    assert known[DOC.removeprefix("url:")].fetched_at.startswith("9999")
    # a crawl that asks for it all the same, with the old bytes and with new ones
    for body in (BODY, f"new {WORD}".encode()):
        office.house.put(body)
        office.house.journal(fetched(DOC, body, title=WORD))
        begin_run(office)
        assert not (office.house.archive / sha(body)[:2] / sha(body)).exists()
    assert list(dump(office.house.store)) == before
    journals = [path.read_text() for path in office.settings.journal.iterdir()]
    assert not any(WORD in text.replace(DOC, "") for text in journals)


def test_another_document_that_has_the_file_once_keeps_its_others(office: Office) -> None:
    run_erase(office.settings, DOC, ASKED)
    for day, body in enumerate((b"other 1", BODY, b"other 2"), 1):
        office.house.put(body)
        office.house.journal(fetched("url:else", body, fetched_at=DAY.format(day)))
    begin_run(office)
    for _ in range(2):
        versions = show(office.house.store, "url:else")["versions"]
        assert [v["sha256"] for v in versions] == [sha(b"other 1"), sha(b"other 2")]
        assert not (office.house.archive / sha(BODY)[:2] / sha(BODY)).exists()
        rebuild(office)


def test_an_address_that_another_begins_with_stays_in_reports(office: Office) -> None:
    longer = f"{ADDRESS}/part"
    office.house.take("url:part", b"part", url=longer, final_url=longer)
    slow = Issue(code="slow", room="crawlers", url=longer, detail=f"{longer} took 9 s")
    office.house.load(office.house.journal(slow))
    run_erase(office.settings, DOC, ASKED)
    rows = office.house.store.rows("SELECT url, detail FROM issues WHERE code = 'slow'")
    assert [tuple(row) for row in rows] == [(longer, f"{longer} took 9 s")]
    assert show(office.house.store, "url:part")["url"] == longer


def test_add_does_not_bring_it_back(office: Office, tmp_path: Path) -> None:
    run_erase(office.settings, DOC, ASKED)
    file = tmp_path / "again.pdf"
    file.write_bytes(BODY)
    store = office.house.store
    intake = take_in(store, office.settings, start_run(store, "add"), [file])
    assert intake.taken == {}
    assert intake.refused[0].startswith(f"{file} was not taken in: {DOC} was erased on 20")
    assert not (office.house.archive / sha(BODY)[:2] / sha(BODY)).exists()


def test_the_tombstone_outlives_a_database_made_anew(office: Office) -> None:
    run_erase(office.settings, DOC, ASKED)
    stones = [line for line in dump(office.house.store) if line.startswith("tombstones")]
    told = show(office.house.store, DOC)
    rebuild(office)
    assert len(stones) == 2
    assert [x for x in dump(office.house.store) if x.startswith("tombstones")] == stones
    assert show(office.house.store, DOC) == told
    keys = {row["key"] for row in office.house.store.rows("SELECT key FROM documents")}
    assert keys == {OPEN}
    assert faults(office.house.store, office.house.archive) == []


def test_the_same_file_of_a_document_that_is_shown_stays(office: Office) -> None:
    office.house.take("url:copy", BODY)
    done = run_erase(office.settings, DOC, ASKED)
    assert done["kept"] == [{"sha256": sha(BODY), "document": "url:copy"}]
    assert (office.house.archive / sha(BODY)[:2] / sha(BODY)).exists()
    assert show(office.house.store, "url:copy")["pages"][0]["text"] == TEXT
    assert "erased" in show(office.house.store, DOC)
    assert faults(office.house.store, office.house.archive) == []
    office.house.take("url:third", BODY)  # whoever publishes it besides may be shown too
    assert show(office.house.store, "url:third")["pages"] != []


def test_the_same_file_of_a_withheld_document_goes_too(office: Office) -> None:
    office.house.take("url:copy", BODY)
    office.house.take("url:two", BODY)
    office.house.take("url:two", b"other bytes")
    office.house.read(b"other bytes", "Nine trucks.")
    for key in ("url:copy", "url:two"):
        run_withhold(office.settings, key, ASKED)
    done = run_erase(office.settings, DOC, ASKED)
    assert done == {"erased": sorted([DOC, INSIDE, "url:copy"]), "kept": [], "holders": []}
    assert not (office.house.archive / sha(BODY)[:2] / sha(BODY)).exists()
    assert faults(office.house.store, office.house.archive) == []
    run_lift(office.settings, "url:two", ASKED)
    found = show(office.house.store, "url:two")
    assert [v["number"] for v in found["versions"]] == [2]
    assert found["pages"][0]["text"] == "Nine trucks."


def test_during_a_run_it_is_withheld_at_once_and_erased_by_the_next(office: Office) -> None:
    with output_lock(office.settings.output), pytest.raises(OutputLocked, match="is withheld now"):
        run_erase(office.settings, DOC, ASKED)
    assert show(office.house.store, DOC)["withheld"] is True
    assert "erased" not in show(office.house.store, DOC)
    begin_run(office)
    assert show(office.house.store, DOC)["erased"] is True
    assert faults(office.house.store, office.house.archive) == []


def test_during_a_run_it_can_still_be_lifted(office: Office) -> None:
    with output_lock(office.settings.output), pytest.raises(OutputLocked):
        run_erase(office.settings, DOC, ASKED)
    run_lift(office.settings, DOC, ASKED)
    begin_run(office)
    assert show(office.house.store, DOC)["pages"] != []


def test_while_a_back_up_copies_nothing_is_erased(office: Office) -> None:
    with hold(office.settings.output / COPYING, "x", shared=True):
        with pytest.raises(OutputLocked, match="A back-up is at work"):
            run_erase(office.settings, DOC, ASKED)
        begin_run(office)  # is not kept from its work, and says so
        said = office.house.store.value("SELECT code FROM issues WHERE room = 'operate'")
        assert said == "erasure_unfinished"
    begin_run(office)
    assert show(office.house.store, DOC)["erased"] is True


@pytest.mark.parametrize("point", ["after-tombstone", "after-scrub", "after-erased-rows"])
def test_killed_half_way_the_next_run_finishes_it(office: Office, run: Run, point: str) -> None:
    office.house.store.close()
    killed = run("withhold", "--erase", DOC, "--output", office.settings.output,
                 environment={"MATERIEL_KILL_AT": point})  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with Store.open(office.settings.database) as store:
        assert "repeat `withhold --erase`" in faults(store, office.house.archive)[0]
        assert show(store, DOC)["erased"] is True
    begin_run(office)
    left = [name for name in office.bytes_with(LONG) if name != "materiel.db"]
    assert left == []
    assert LONG.lower().encode() not in office.settings.database.read_bytes()
    with Store.open(office.settings.database) as store:
        assert faults(store, office.house.archive) == []


def test_where_a_file_taken_in_by_hand_lay_goes_too(run: Run, tmp_path: Path) -> None:
    file = tmp_path / f"{WORD} letter.pdf"
    file.write_bytes(b"%PDF-1.7 cut off")
    output = tmp_path / "out"
    assert run("add", file, "--output", output).returncode == 1  # it cannot be read
    with Store.open(output / "materiel.db") as store:
        key = store.value("SELECT key FROM documents")
        assert WORD in store.value("SELECT report FROM runs")
    assert run("withhold", "--erase", key, "--output", output).returncode == 0
    for path in output.rglob("*"):
        assert not path.is_file() or WORD.encode() not in path.read_bytes(), path


def test_the_command_says_what_it_did(office: Office, run: Run) -> None:
    output = ("--output", office.settings.output)
    office.house.store.close()
    done = run("withhold", DOC, "--why", "asked for", *output)
    assert done.stdout.startswith(f"{DOC} is withheld since 20")
    assert done.stdout.endswith("(asked for).\n")
    assert run("show", DOC, *output).stdout.count(WORD) == 1  # in its key
    assert run("withhold", "--lift", DOC, *output).stdout == f"{DOC} is shown again.\n"
    erased = run("withhold", "--erase", DOC, *output)
    assert erased.stdout.splitlines()[0] == f"Erased: {DOC}."
    assert run("withhold", "--erase", DOC, *output).returncode == 1
    assert run("withhold", "--release", DOC, *output).returncode == 2
    assert run("check", "--archive", *output).stdout == "All is consistent.\n"


def test_a_file_out_of_an_archive_stays_erased_when_the_archive_is_read_again(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    output = ("--output", tmp_path / "out")
    assert run("add", folder / "bundle.zip", *output).returncode == 0
    with Store.open(tmp_path / "out" / "materiel.db") as store:
        (inside,) = store.rows("SELECT key FROM documents WHERE key GLOB '*#inside.txt'")
        sha256 = store.value(
            "SELECT v.sha256 FROM versions v JOIN documents d ON d.id = v.document_id"
            " WHERE d.key = ?",
            (inside["key"],),
        )
    holder = inside["key"].partition("#")[0]
    erased = run("withhold", "--erase", inside["key"], *output)
    assert f"The file of {holder} still holds it" in erased.stdout
    with Store.open(tmp_path / "out" / "materiel.db") as store:
        store.connection.execute("UPDATE work SET stage_version = 'old'")  # a newer reader is here
    again = run("process", "--again", "--json", *output)
    assert json.loads(again.stdout)["processing"]["read"] == 1
    assert json.loads(run("show", inside["key"], "--json", *output).stdout)["erased"] is True
    assert json.loads(run("search", "drones", "--json", *output).stdout)["pages"] == []
    assert not (tmp_path / "out" / "archive" / sha256[:2] / sha256).exists()
    assert run("check", "--archive", *output).stdout == "All is consistent.\n"


def test_a_released_redaction_is_shown_again_and_written_down(tmp_path: Path) -> None:
    house: House = open_house(tmp_path)
    house.take(rule.DOC, rule.OLD)
    rule.read_old(house)
    rule.blacken(house)
    settings = Settings(output=tmp_path)
    with pytest.raises(UnknownKey, match="no redaction"):
        run_release(settings, rule.DOC, 1, ASKED)
    assert (
        not (tmp_path / "withheld.jsonl").exists()
        or "release" not in (tmp_path / "withheld.jsonl").read_text()
    )
    run_release(settings, rule.DOC, 2, ASKED)
    found = show(house.store, rule.DOC)
    assert (found["withdrawn"], found["versions"][1]["released"]) == (None, True)
    assert '"release"' in (tmp_path / "withheld.jsonl").read_text()
    house.store.close()
