"""Named migrations: run in one transaction, each recorded in the database by its name."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from store.schema import FIRST

migrations = Migrations("materiel")


def statements(script: str) -> list[str]:
    """Split a script into its statements, triggers kept whole."""
    whole: list[str] = []
    rest = ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            whole.append(rest.strip())
            rest = ""
    return whole


@migrations()
def m001_first(database: Database) -> None:
    """Make all tables of the first schema."""
    for statement in statements(FIRST):
        database.execute(statement)


def known() -> set[str]:
    """Return the names of all migrations that this version has."""
    fresh = Database(memory=True)
    return {migration.name for migration in migrations.pending(fresh)}
