"""Databases as released versions made them come up to the newest schema, and nothing is lost.

Each file of `schemas/` was made by the code that its schema was released with.
"""

from __future__ import annotations

import gzip
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from store.check import dump, faults
from store.database import Store
from store.filters import Filters
from store.migrations import known
from store.report import show, status
from store.search import search
from store.watches import list_watches

SCHEMAS = Path(__file__).parent / "schemas"
FILES = sorted(SCHEMAS.glob("*.db.gz"))
_OWN = {"_sqlite_migrations"}  # gets a row for each migration
Rows: TypeAlias = dict[str, tuple[tuple[str, ...], Counter[tuple[Any, ...]]]]


def unpacked(packed: Path, folder: Path) -> Path:
    """Return a database, unpacked into a folder."""
    place = folder / "materiel.db"
    place.write_bytes(gzip.decompress(packed.read_bytes()))
    return place


def rows_of(database: Path, columns: Rows | None = None) -> Rows:
    """Return the rows of all tables, by the columns that each has, or had in `columns`."""
    found: Rows = {}
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
            " AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        for (name,) in names:
            if name in _OWN or (columns is not None and name not in columns):
                continue
            if columns is None:
                told = connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
                wanted = tuple(row[0] for row in told)
            else:
                wanted = columns[name][0]
            listed = ", ".join(f'"{column}"' for column in wanted)
            rows = connection.execute(f"SELECT {listed} FROM {name}").fetchall()
            found[name] = (wanted, Counter(rows))
    return found


def test_there_are_files() -> None:
    names = [file.name.removesuffix(".db.gz") for file in FILES]
    assert {"m010_pairs", "m012_withholding", "m013_rest_of_readings"} <= set(names)
    assert set(names) <= known()
    assert all(file.stat().st_size < 200_000 for file in FILES)


@pytest.fixture(params=FILES, ids=lambda file: file.name)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A database as a released version made it."""
    return unpacked(request.param, tmp_path)


def test_a_file_has_rows_in_every_table(database: Path) -> None:
    """So that a migration that loses rows is seen."""
    assert {name for name, (_, rows) in rows_of(database).items() if not rows} == set()


def test_nothing_is_lost(database: Path) -> None:
    before = rows_of(database)
    Store.open(database).close()
    after = rows_of(database, before)
    for name, (_columns, rows) in before.items():
        assert after[name][1] == rows, name


def test_the_schema_is_that_of_a_new_database(database: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    for path in (database, fresh):
        Store.open(path).close()
    assert schema_of(database) == schema_of(fresh)


def schema_of(database: Path) -> set[tuple[str, str, str]]:
    """Return what makes a database."""
    with closing(sqlite3.connect(database)) as connection:
        sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_master"
        return {tuple(row) for row in connection.execute(sql).fetchall()}


def test_it_is_consistent_and_answers(database: Path) -> None:
    with Store.open(database) as store:
        assert store.rows("PRAGMA foreign_key_check") == []
        assert store.value("PRAGMA integrity_check") == "ok"
        wrong = [line for line in faults(store, database.parent) if "archive lacks" not in line]
        assert wrong == []
        assert len(list(dump(store))) > 100
        assert status(store)["documents"]
        for word in ("boats", "drones", "Lastkraftwagen"):
            assert search(store, word, Filters(), lambda _: []).pages != []
        assert [watch["documents"] > 0 for watch in list_watches(store)] == [True, True]
        states = {row[0] for row in store.rows("SELECT DISTINCT state FROM entries")}
        assert states >= {"pending", "accepted", "corrected", "rejected", "reopened", "withdrawn"}
        told = show(store, "url:hidden")
        assert (told["document"], told["withheld"]) == ("url:hidden", True)
        assert show(store, "url:paper")["withdrawn"].startswith("Version 2 blackens")
        entries = store.rows("SELECT key FROM entries")
        for row in entries:
            assert show(store, row["key"])["entry"] == row["key"]
