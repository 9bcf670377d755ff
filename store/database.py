"""Opening the database: write-ahead log, short writes, migrations, and clear refusals."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from sqlite_utils import Database

from core.archive import explained
from core.errors import (
    DamagedDatabase,
    DiskFull,
    MaterielError,
    NewerDatabase,
    OutputNotWritable,
    StoreError,
)
from store.migrations import known, migrations
from store.titles import know_titles

Statement: TypeAlias = tuple[str, tuple[Any, ...] | dict[str, Any]]
SLICE = 0.1  # seconds after which a long write lets others in; the design allows 0.2
# Between two slices: SQLite's waiting writers look again every 25 ms at most while they have waited
# for 100 ms or less, so that a shorter pause would not let them in.
PAUSE = 0.03
BUSY = 30_000  # milliseconds that a writer waits for another


class Store:
    """A connection to `materiel.db`. Use it as a context manager."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> Self:
        """Open or make the database and bring it up to this version's schema.

        Raises `NewerDatabase`, `DamagedDatabase` or `OutputNotWritable`, each with what to do.
        `readonly` neither makes nor changes anything.
        """
        if not readonly:
            with explained(path):
                path.parent.mkdir(parents=True, exist_ok=True)
        connection: sqlite3.Connection | None = None
        try:
            connection = _connected(path, readonly=readonly)
            _prepare(connection, readonly=readonly)
            _bring_up(connection, path, readonly=readonly)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, sqlite3.DatabaseError):
                explanation = _explained_error(error, path)
                if explanation is not None:
                    raise explanation from error
            raise
        return cls(connection, path)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the body in one immediate transaction, rolled back when it raises."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.commit()
            except BaseException:
                # an order to stop may come before the body, and this then end after the connection
                with suppress(sqlite3.ProgrammingError):
                    if self.connection.in_transaction:
                        self.connection.rollback()
                raise
        except sqlite3.DatabaseError as error:
            explanation = _explained_error(error, self.path)
            if explanation is None:
                raise
            raise explanation from error

    def write_sliced(self, statements: Iterable[Statement]) -> None:
        """Execute many statements in transactions short enough that reviewers never wait."""
        waiting = iter(statements)
        ended = False
        while not ended:
            with self.transaction() as connection:
                until = time.monotonic() + SLICE
                ended = True
                for sql, values in waiting:
                    connection.execute(sql, values)
                    if time.monotonic() > until:
                        ended = False
                        break
            if not ended:
                time.sleep(PAUSE)

    def rows(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        return self.connection.execute(sql, values).fetchall()

    def value(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> Any:
        """Return the first column of the first row, None where there is none."""
        row = self.connection.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        """Close the connection; the write-ahead log is folded in by the last one."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connected(path: Path, *, readonly: bool) -> sqlite3.Connection:
    if readonly:
        address = f"{path.resolve().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, isolation_level=None)
    return sqlite3.connect(path, isolation_level=None)


def _prepare(connection: sqlite3.Connection, *, readonly: bool) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {BUSY}")
    connection.execute("PRAGMA foreign_keys = ON")
    know_titles(connection)
    if not readonly:
        connection.execute("PRAGMA journal_mode = WAL")
        # The journal of the crawl is the record of truth: a lost last commit is loaded again.
        connection.execute("PRAGMA synchronous = NORMAL")


def _bring_up(connection: sqlite3.Connection, path: Path, *, readonly: bool) -> None:
    database = Database(connection)
    strange = {done.name for done in migrations.applied(database)} - known()
    if strange:
        raise NewerDatabase(
            f"{path} was made by a newer version of Materiel ({min(strange)} is unknown here); "
            "update this program or choose another folder with --output."
        )
    if readonly or not migrations.pending(database):
        return
    # One who opens it at the same moment waits here, and then finds nothing left to do.
    connection.execute("BEGIN IMMEDIATE")
    migrations.apply(database)
    connection.commit()


def _explained_error(error: sqlite3.DatabaseError, path: Path) -> MaterielError | None:
    """Return one sentence for a person, None where the fault is this program's."""
    words = str(error)
    if "disk is full" in words:
        return DiskFull(f"No space is left for {path}; free some and start again.")
    if "unable to open" in words or "readonly" in words:
        return OutputNotWritable(
            f"{path} cannot be opened or written ({words}); choose another folder with --output."
        )
    if "not a database" in words or "malformed" in words:
        return DamagedDatabase(
            f"{path} is no sound SQLite database ({words}); move it aside and run again: "
            "archive and journal bring everything but decisions back."
        )
    if "locked" in words:
        return StoreError(f"{path} is held by another program; end that one and start again.")
    if "disk I/O error" in words:
        return StoreError(f"{path}: the disk answers with an error; check it, then start again.")
    return None
