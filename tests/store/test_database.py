"""Opening the database: migrations, refusals, short writes, readers beside writers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.errors import (
    DamagedDatabase,
    DiskFull,
    NewerDatabase,
    OutputNotWritable,
    StoreError,
)
from store.check import faults
from store.database import BUSY, SLICE, Store
from store.migrations import known, migrations, statements
from store.runs import start_run
from store.schema import FIRST
from tests.builders import House, document, fetched, sha

PROJECT = Path(__file__).resolve().parents[2]


def schema(path: Path) -> set[tuple[str, str, str]]:
    """Return what the file holds, by kind, name and definition."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    connection.close()
    return set(rows)


def test_a_new_database_has_every_migration(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "materiel.db"
    with Store.open(path) as store:
        assert {row["name"] for row in store.rows("SELECT name FROM _sqlite_migrations")} == known()
        assert store.value("PRAGMA journal_mode") == "wal"
        assert store.value("PRAGMA foreign_keys") == 1
        assert store.value("PRAGMA busy_timeout") == BUSY
        assert faults(store, tmp_path / "archive") == []
    names = {name for _kind, name, _sql in schema(path)}
    design = {
        "sources", "runs", "source_runs", "fetches", "contents", "documents", "versions",
        "readings", "pages", "tables", "notices", "lots", "awards", "notice_cpv", "mentions",
        "proposals", "entries", "entry_evidence", "decisions", "work", "issues",
    }  # fmt: skip
    assert design <= names


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    Store.open(path).close()
    before = schema(path)
    with Store.open(path) as store:
        store.connection.execute(
            "INSERT INTO sources (id, title, publisher, kind, homepage, licence, show_full_text) "
            "VALUES ('a', 'A', 'B', 'pages', NULL, 'CC0', 1)"
        )
    with Store.open(path) as store:
        assert store.value("SELECT title FROM sources") == "A"
    assert schema(path) == before


@pytest.mark.parametrize("name", sorted(known()))
def test_each_migration_brings_an_older_database_up(tmp_path: Path, name: str) -> None:
    fresh, path = tmp_path / "fresh.db", tmp_path / "materiel.db"
    Store.open(fresh).close()
    connection = sqlite3.connect(path, isolation_level=None)
    older = Database(connection)
    migrations.apply(older, stop_before=name)
    assert name not in {done.name for done in migrations.applied(older)}
    connection.close()
    Store.open(path).close()
    assert schema(path) == schema(fresh)


def test_a_migration_that_breaks_leaves_nothing_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "materiel.db"
    with monkeypatch.context() as patch:
        patch.setattr("store.migrations.FIRST", f"{FIRST}\nCREATE TABLE broken (;\n")
        with pytest.raises(sqlite3.OperationalError, match="syntax error"):
            Store.open(path)
    assert "sources" not in {name for _kind, name, _sql in schema(path)}
    with Store.open(path) as store:
        assert store.value("SELECT count(*) FROM sources") == 0


def test_statements_keeps_triggers_whole() -> None:
    script = "CREATE TABLE a (b);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\n  END;\n"
    assert statements(script) == [
        "CREATE TABLE a (b);",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT 1;\n  END;",
    ]
    assert statements(FIRST)[0].startswith("CREATE TABLE sources")


def test_several_processes_may_make_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    opening = (
        "import sys, pathlib; from store.database import Store; "
        "Store.open(pathlib.Path(sys.argv[1])).close()"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", opening, str(path)], cwd=PROJECT) for _ in range(6)
    ]
    assert [process.wait() for process in processes] == [0] * 6
    with Store.open(path) as store:
        assert store.value("SELECT count(*) FROM _sqlite_migrations") == len(known())


@pytest.mark.parametrize("readonly", [False, True])
def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path, readonly: bool) -> None:
    path = tmp_path / "materiel.db"
    with Store.open(path) as store:
        store.connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('materiel', 'm999_future', '2030')"
        )
    before = schema(path)
    with pytest.raises(NewerDatabase, match=r"m999_future is unknown here.*update"):
        Store.open(path, readonly=readonly)
    assert schema(path) == before


def test_migrations_of_others_in_the_file_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    with Store.open(path) as store:
        store.connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('somebody', 'm999_future', '2030')"
        )
    Store.open(path).close()


@pytest.mark.parametrize("readonly", [False, True])
def test_a_file_that_is_no_database(tmp_path: Path, readonly: bool) -> None:
    path = tmp_path / "materiel.db"
    path.write_bytes(b"%PDF-1.7 this is something else\n" * 200)
    with pytest.raises(DamagedDatabase, match="move it aside"):
        Store.open(path, readonly=readonly)
    assert path.read_bytes().startswith(b"%PDF")


def test_a_database_torn_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    Store.open(path).close()
    path.write_bytes(path.read_bytes()[:4096] + os.urandom(4096))
    with pytest.raises(DamagedDatabase, match="move it aside"):
        Store.open(path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputNotWritable, match="--output"):
        Store.open(tmp_path / "file" / "materiel.db")


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "materiel.db").mkdir()
    with pytest.raises(OutputNotWritable, match="cannot be opened"):
        Store.open(tmp_path / "materiel.db")


def test_readonly_makes_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a name with # and ?.db"
    with pytest.raises(OutputNotWritable):
        Store.open(path, readonly=True)
    assert not path.exists()
    Store.open(path).close()
    with Store.open(path, readonly=True) as store:
        assert store.rows("SELECT * FROM documents") == []
        with pytest.raises(OutputNotWritable, match="readonly"), store.transaction() as connection:
            connection.execute("DELETE FROM documents")


def test_a_transaction_is_whole_or_not_at_all(house: House) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM sources")
        connection.execute("INSERT INTO sources (id) VALUES ('incomplete')")

    with pytest.raises(sqlite3.IntegrityError), house.store.transaction() as connection:
        half(connection)
    assert house.store.value("SELECT count(*) FROM sources") == 1
    assert not house.store.connection.in_transaction
    assert house.store.value("SELECT id FROM sources WHERE id = ?", ("none",)) is None


def test_a_transaction_that_is_left_behind_ends_with_the_connection(tmp_path: Path) -> None:
    """As when an order to stop comes between its beginning and its body."""
    store = Store.open(tmp_path / "materiel.db")
    left = store.transaction()
    left.__enter__().execute(
        "INSERT INTO runs (command, started_at, state) VALUES ('', '', 'running')"
    )
    store.close()
    left.gen.close()
    with Store.open(tmp_path / "materiel.db") as again:
        assert again.value("SELECT count(*) FROM runs") == 0


def test_a_fault_of_the_program_is_not_dressed_up(house: House) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):  # noqa: SIM117
        with house.store.transaction() as connection:
            connection.execute("INSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.IntegrityError), house.store.transaction() as connection:
        connection.execute("INSERT INTO sources SELECT * FROM sources")


def test_a_lock_that_is_never_given_up_is_named(house: House) -> None:
    with Store.open(house.store.path) as other, other.transaction():
        house.store.connection.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(StoreError, match="held by another program"), house.store.transaction():
            pass
    with house.store.transaction() as connection:
        connection.execute("DELETE FROM sources")


def test_a_full_disk_is_named_and_the_store_goes_on(house: House) -> None:
    pages = house.store.value("PRAGMA page_count")
    house.store.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskFull, match="No space is left"), house.store.transaction() as connection:
        connection.execute("UPDATE sources SET title = ?", ("x" * 100_000,))
    assert not house.store.connection.in_transaction
    house.store.connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    with house.store.transaction() as connection:
        connection.execute("UPDATE sources SET title = 'y'")
    assert house.store.value("SELECT title FROM sources") == "y"


def test_a_page_that_breaks_under_way_is_named(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    with Store.open(path) as store:
        root = store.value("SELECT rootpage FROM sqlite_master WHERE name = 'issues'")
        size = store.value("PRAGMA page_size")
    data = bytearray(path.read_bytes())
    data[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(data)
    with Store.open(path) as store, pytest.raises(DamagedDatabase), store.transaction() as c:
        c.execute("INSERT INTO issues VALUES (1, 1, 'info', 'x', 'x', '', '', '', 1, '')")


def slow_rows(seconds: float) -> list[tuple[str, tuple[float]]]:
    """Return writes that take about so long, 10 ms each."""
    return [("INSERT INTO slow VALUES (nap(?))", (0.01,))] * int(seconds / 0.01)


def napping(house: House) -> None:
    """Teach the connection a function that takes its time."""

    def nap(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    house.store.connection.create_function("nap", 1, nap)
    house.store.connection.execute("CREATE TABLE slow (n REAL)")


def test_write_sliced_lets_others_in_between(house: House) -> None:
    napping(house)
    started = threading.Event()
    waits: list[float] = []
    counts: list[int] = []

    def review() -> None:
        with Store.open(house.store.path) as other:
            started.wait(10)
            for _ in range(3):
                begun = time.monotonic()
                with other.transaction() as connection:
                    waits.append(time.monotonic() - begun)
                    counts.append(connection.execute("SELECT count(*) FROM slow").fetchone()[0])
                    connection.execute("UPDATE sources SET title = 'mine'")

    reviewer = threading.Thread(target=review)
    reviewer.start()
    started.set()
    house.store.write_sliced(slow_rows(1.5))
    reviewer.join()
    total = house.store.value("SELECT count(*) FROM slow")
    assert total == 150
    assert len(waits) == 3
    assert min(counts) < total  # it came in between, not behind
    assert max(waits) < 5 * SLICE
    assert house.store.value("SELECT title FROM sources") == "mine"


def test_write_sliced_keeps_what_came_before_a_fault(house: House) -> None:
    napping(house)
    bad = [*slow_rows(0.25), ("INSERT INTO nowhere VALUES (?)", (1,))]
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        house.store.write_sliced(bad)
    assert 0 < house.store.value("SELECT count(*) FROM slow") < 25
    house.store.write_sliced([])


def test_a_reader_sees_the_old_reading_while_the_new_one_is_half_written(house: House) -> None:
    house.take("url:a", b"body")
    house.read(b"body", "old words")
    new = document(b"body", *(f"new words {n}" for n in range(40)), extractor="2")
    seen: set[tuple[str, int]] = set()
    stop = threading.Event()

    def watch() -> None:
        with Store.open(house.store.path, readonly=True) as other:
            while not stop.is_set():
                row = other.rows(
                    "SELECT r.extractor, (SELECT count(*) FROM pages WHERE reading_id = r.id)"
                    " AS pages FROM readings r WHERE r.current = 1 AND r.sha256 = ?",
                    (sha(b"body"),),
                )
                assert len(row) == 1
                seen.add((row[0]["extractor"], row[0]["pages"]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for extractor in ("2", "3", "4"):
            texts = tuple(p.text for p in new.pages)
            house.read(b"body", *texts, extractor=extractor)
    finally:
        stop.set()
        watcher.join()
    assert seen <= {("1", 1), ("1", 0), ("2", 40), ("3", 40), ("4", 40)}
    assert ("1", 0) not in seen


KILLED = """
import sys
from pathlib import Path
from tests.builders import House, open_house, document, tagging, sha
from store.database import Store
from store.readings import save_reading
folder = Path({folder!r})
store = Store.open(folder / "materiel.db")
texts = ["page %d" % n for n in range(5)]
save_reading(store, document(b"body", *texts, extractor="2"), tagging())
"""


def killed(folder: Path, point: str) -> None:
    """Save a second reading of `body` in a process that dies at a killpoint."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(folder=str(folder))],
        check=False,
        cwd=PROJECT,
        env={**os.environ, "MATERIEL_KILL_AT": point, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_process_that_dies_in_the_loader_leaves_no_half_batch(house: House) -> None:
    house.put(b"body")
    path = house.journal(fetched("url:a"))
    code = f"""
from pathlib import Path
from store.database import Store
from store.load import load_journal
store = Store.open(Path({str(house.store.path)!r}))
archive = Path({str(house.archive)!r})
load_journal(store, Path({str(path)!r}), run_id=None, archive=archive, stages={{}})
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=PROJECT,
        env={**os.environ, "MATERIEL_KILL_AT": "in-loader"},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert house.store.value("SELECT count(*) FROM documents") == 0
    assert house.load(path) == 1
    assert house.outcomes("url:a") == ["new"]


def test_what_a_killed_process_left_goes_with_the_next_run(house: House) -> None:
    house.take("url:a", b"body")
    house.read(b"body", "old words")
    killed(house.folder, "after-reading")
    rows = house.store.rows("SELECT extractor, current FROM readings ORDER BY id")
    assert [tuple(row) for row in rows] == [("1", 0), ("2", 1)]
    start_run(house.store, "run")
    rows = house.store.rows("SELECT extractor, current FROM readings")
    assert [tuple(row) for row in rows] == [("2", 1)]
    assert house.store.value("SELECT count(*) FROM pages") == 5
