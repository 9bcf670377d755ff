"""Named migrations: run in one transaction, each recorded in the database by its name."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from store.decisions import judged
from store.euro import euro_columns, reviewers_euro
from store.reviewing.order import place_entries
from store.schema import CRAWL, FIRST, NOTICE_FIELDS, RATES, READING, VERSIONS, WHOLE_TABLES
from store.schema_pairs import PAIRS
from store.schema_review import REVIEW
from store.schema_search import LONG_WORDS, SEARCH
from store.schema_watch import WATCHES
from store.schema_withhold import WITHHOLDING

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


@migrations()
def m002_rates(database: Database) -> None:
    """Give entries the source of their euro, and euro at the rates of their documents' dates.

    A sum in euro that a reviewer has given stays as it is.
    """
    for statement in statements(RATES):
        database.execute(statement)
    rows = database.execute(
        "SELECT e.id, e.key, e.state, e.amount_min, e.currency, e.amount_eur, d.published"
        " FROM entries e JOIN documents d ON d.id = e.document_id"
    ).fetchall()
    for number, key, state, amount, currency, euro, published in rows:
        if state == "corrected" and _reviewer_gave_euro(database, key):
            columns = reviewers_euro(euro)
        else:
            columns = euro_columns(amount, currency, published)
        database.execute(
            "UPDATE entries SET amount_eur = :amount_eur, eur_rate = :eur_rate,"
            " eur_rate_date = :eur_rate_date, eur_source = :eur_source WHERE id = :id",
            {**columns, "id": number},
        )


@migrations()
def m003_reading(database: Database) -> None:
    """Give pages their language and margins, tables their notes, readings exemptions and links."""
    for statement in statements(READING):
        database.execute(statement)


@migrations()
def m004_whole_tables(database: Database) -> None:
    """Number the tables of readings, so that parts of one over page breaks can be joined."""
    for statement in statements(WHOLE_TABLES):
        database.execute(statement)


@migrations()
def m005_crawl(database: Database) -> None:
    """Let a source's crawl say how far it went and what it left over."""
    for statement in statements(CRAWL):
        database.execute(statement)


@migrations()
def m006_notice_fields(database: Database) -> None:
    """Give notices, lots and awards the rest of what their files state."""
    for statement in statements(NOTICE_FIELDS):
        database.execute(statement)


@migrations()
def m007_versions(database: Database) -> None:
    """Keep what versions were compared by; withdraw what a newer version blackens."""
    for statement in statements(VERSIONS):
        database.execute(statement)


@migrations()
def m008_search(database: Database) -> None:
    """Index words as they are written, titles and references too; look up types of equipment."""
    for statement in statements(SEARCH):
        database.execute(statement)


@migrations()
def m009_watches(database: Database) -> None:
    """Keep saved searches; what is shown already is no news to them."""
    for statement in statements(WATCHES):
        database.execute(statement)


@migrations()
def m010_pairs(database: Database) -> None:
    """Link entries that may tell of one delivery; all that there are wait to be compared."""
    for statement in statements(PAIRS):
        database.execute(statement)


@migrations()
def m011_review(database: Database) -> None:
    """Keep reviewers, their blind answers and audits, and give entries a place in the queue."""
    for statement in statements(REVIEW):
        database.execute(statement)
    place_entries(database.conn)


@migrations()
def m012_withholding(database: Database) -> None:
    """Keep what is withheld and since when, and what was erased; let decisions on that lose text.

    What was withheld before is so since an unknown day.
    """
    for statement in statements(WITHHOLDING):
        database.execute(statement)
    database.execute(
        "INSERT INTO withholdings SELECT key, '', 'unknown', NULL FROM documents WHERE withheld = 1"
    )


@migrations()
def m013_rest_of_readings(database: Database) -> None:
    """Keep what rows do not say of a document; one read before is read again for a newer tagger.

    Fold long pages in slices, too.
    """
    database.execute("ALTER TABLE readings ADD COLUMN rest BLOB")
    database.execute("DROP VIEW pages_long_words")
    database.execute(LONG_WORDS)


def _reviewer_gave_euro(database: Database, key: str) -> bool:
    cursor = database.conn.cursor()
    cursor.row_factory = sqlite3.Row
    decisions = cursor.execute(
        "SELECT id, verdict, fields, proposal FROM decisions WHERE entry_key = ? ORDER BY id",
        (key,),
    )
    decision = judged(decisions.fetchall())
    return decision is not None and "amount_eur" in decision.fields


def known() -> set[str]:
    """Return the names of all migrations that this version has."""
    fresh = Database(memory=True)
    return {migration.name for migration in migrations.pending(fresh)}
