"""What each migration makes of the rows of an older database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from store.database import Store
from store.migrations import migrations

FILLED_BEFORE_RATES = """
INSERT INTO sources VALUES ('s', 'S', 'P', 'pages', NULL, 'CC0', 1);
INSERT INTO contents VALUES (hex(zeroblob(32)), NULL, 1, 'x');
INSERT INTO documents (id, key, source, url, published) VALUES (1, 'a', 's', 'u', '2021-05-14');
INSERT INTO documents (id, key, source, url) VALUES (2, 'b', 's', 'u');
INSERT INTO versions VALUES (1, 1, 1, hex(zeroblob(32)), 'now', 'now', 'first');
"""
BEFORE_RATES = [
    # key, document, amount, currency, euro at m001, state; euro, rate, its date, source after it
    (("usd", 1, "1000000", "USD", None, "pending"), (824878.33, "1.2123", "2021-05-14", "ECB")),
    (("lyd", 1, "5000000", "LYD", None, "accepted"), (None, None, None, "no rate")),
    (("eur", 1, "900.10", "EUR", 900.1, "pending"), (900.1, "1", None, "EUR itself")),
    (("xof", 2, "655957", "XOF", 1000.0, "pending"), (1000.0, "655.957", None, "fixed peg")),
    (("undated", 2, "1000000", "USD", None, "withdrawn"), (None, None, None, "no date")),
    (("nothing", 1, None, None, None, "pending"), (None, None, None, None)),
    (("own", 1, "1000000", "USD", 4.5, "corrected"), (4.5, None, None, "reviewer")),
    (("undone", 1, "655957", "XOF", 1000.0, "corrected"), (1000.0, "655.957", None, "fixed peg")),
    (("reopened", 1, "1", "USD", None, "reopened"), (0.82, "1.2123", "2021-05-14", "ECB")),
]


def test_a_database_from_before_the_rates_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(connection), stop_before="m002_rates")
    connection.executescript(FILLED_BEFORE_RATES)
    connection.executemany(
        "INSERT INTO entries (key, document_id, amount_min, currency, amount_eur, state,"
        " version_id, page, amount_kind, amount_scope, stage, score, quote)"
        " VALUES (?, ?, ?, ?, ?, ?, 1, 1, 'award', 'own', 'awarded', 0.5, 'seen')",
        [before for before, _after in BEFORE_RATES],
    )
    connection.executemany(
        "INSERT INTO decisions (entry_key, reviewer, decided_at, verdict, fields)"
        " VALUES (?, 'ana', 'now', ?, ?)",
        [
            ("own", "correct", '{"amount_eur": 4.5}'),
            ("undone", "correct", '{"fund": "X"}'),
            ("undone", "correct", '{"amount_eur": 9}'),
            ("undone", "undo", "{}"),
            ("reopened", "correct", '{"amount_eur": 9}'),
        ],
    )
    connection.close()
    with Store.open(path) as store:
        columns = "amount_eur, eur_rate, eur_rate_date, eur_source"
        rows = store.rows(f"SELECT key, {columns} FROM entries ORDER BY id")
        assert [tuple(row) for row in rows] == [(b[0], *after) for b, after in BEFORE_RATES]
        shown = store.rows(f"SELECT key, {columns} FROM shown_entries WHERE key = 'usd'")
        assert [tuple(row) for row in shown] == [("usd", 824878.33, "1.2123", "2021-05-14", "ECB")]
        assert store.value("SELECT count(*) FROM shown_entries") == len(rows) - 1  # withdrawn
        found = store.value("SELECT count(*) FROM entries_fts WHERE entries_fts MATCH 'seen'")
        assert found == len(rows)


FILLED_BEFORE_WHOLE_TABLES = """
INSERT INTO contents VALUES (hex(zeroblob(32)), NULL, 1, 'x');
INSERT INTO readings (id, sha256, extractor, tagger, kind, stated, page_count, current, proposals)
VALUES (1, hex(zeroblob(32)), '1', '1', 'pdf', '{}', 3, 0, x''),
       (2, hex(zeroblob(32)), '2', '1', 'pdf', '{}', 3, 1, x'');
INSERT INTO tables (reading_id, page, number, header, rows, continues)
VALUES (1, 1, 1, '[]', '[]', 0), (2, 1, 1, '[]', '[]', 0), (1, 2, 1, '[]', '[]', 1),
       (1, 2, 2, '[]', '[]', 0), (2, 2, 1, '[]', '[]', 0), (2, 3, 1, '[]', '[]', 1);
"""


def test_tables_of_an_older_database_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(connection), stop_before="m004_whole_tables")
    connection.executescript(FILLED_BEFORE_WHOLE_TABLES)
    connection.close()
    with Store.open(path) as store:
        rows = store.rows("SELECT reading_id, page, number, whole FROM tables ORDER BY 1, 2, 3")
    assert [tuple(row) for row in rows] == [
        (1, 1, 1, 1), (1, 2, 1, 1), (1, 2, 2, 2), (2, 1, 1, 1), (2, 2, 1, 2), (2, 3, 1, 2),
    ]  # fmt: skip


FILLED_BEFORE_VERSIONS = """
INSERT INTO sources VALUES ('s', 'S', 'P', 'pages', NULL, 'CC0', 1);
INSERT INTO contents VALUES (hex(zeroblob(32)), NULL, 1, 'x');
INSERT INTO documents (id, key, source, url, withheld) VALUES (1, 'zip', 's', 'u', 1);
INSERT INTO documents (id, key, source, url, parent_id) VALUES (2, 'zip#a', 's', 'u', 1);
INSERT INTO documents (id, key, source, url) VALUES (3, 'open', 's', 'u');
INSERT INTO versions VALUES (1, 3, 1, hex(zeroblob(32)), 'now', 'now', 'first');
INSERT INTO versions VALUES (2, 3, 2, hex(zeroblob(32)), 'now', 'now', NULL);
"""


def test_an_older_database_hides_what_lies_inside_a_withheld_file(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(connection), stop_before="m007_versions")
    connection.executescript(FILLED_BEFORE_VERSIONS)
    connection.close()
    with Store.open(path) as store:
        assert [row["key"] for row in store.rows("SELECT key FROM shown_documents")] == ["open"]
        rows = store.rows("SELECT change, comparison, released FROM versions ORDER BY number")
        assert [tuple(row) for row in rows] == [("first", None, 0), (None, None, 0)]
        assert store.rows("SELECT * FROM withdrawn_contents") == []
