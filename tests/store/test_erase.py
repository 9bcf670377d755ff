"""Every table is thought of when a document is erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import StoreError
from store.database import Store
from store.erase import erase_rows, forget_words, mark_erased, remains_of
from tests.builders import House, proposal, tagging

# What an erasure does with the tables that have words of documents, and of people on them.
ERASED = {
    "contents", "documents", "fetches", "versions", "readings", "pages", "tables", "notices",
    "lots", "awards", "notice_cpv", "mentions", "proposals", "entries", "entry_evidence", "work",
    "issues", "pairs", "entry_blocks", "pairs_pending", "long_words", "news", "news_entries",
    "watch_hits", "audit_answers", "page_audits", "assignments", "decision_effects",
}  # fmt: skip
BLANKED = {"decisions", "pair_decisions", "runs", "source_runs"}
# Nothing of a document stands in these, or only what the tombstone keeps.
OTHERS = {
    "sources", "journals", "watches", "digests", "reviewers", "sign_ins", "withholdings",
    "tombstones", "erased_contents", "erased_addresses", "erased_entries", "strays",
    "_sqlite_migrations",
}  # fmt: skip


def test_every_table_is_thought_of(tmp_path: Path) -> None:
    """A new table is put into one of the three, and where it has words, into `store.erase`."""
    with Store.open(tmp_path / "materiel.db") as store:
        rows = store.rows(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
            " AND name NOT LIKE 'sqlite_%'"
        )
    assert {row["name"] for row in rows} == ERASED | BLANKED | OTHERS


def erase(store: Store, key: str) -> None:
    """Erase a document's rows."""
    with store.transaction() as connection:
        for remains in remains_of(store, key):
            mark_erased(connection, remains, root=key, at="2025-03-01T00:00:00Z", by="ana", why="")
            connection.execute("UPDATE erased_contents SET gone = 1")
    erase_rows(store)


def filled(house: House) -> None:
    """Take in two documents that share words, and one that has words of its own."""
    for name, text in (("a", "Two drones for Malta."), ("b", "Three drones for Niger.")):
        house.take(f"url:{name}", name.encode(), title=f"Drones {name}")
        house.read(name.encode(), text, tagged=tagging(proposal(text, "drones")))


def words(store: Store, index: str) -> set[str]:
    """Return the words that an index knows."""
    return {row[0] for row in store.rows(f"SELECT term FROM {index}_vocabulary")}


def test_words_that_others_have_can_still_be_found(house: House) -> None:
    filled(house)
    erase(house.store, "url:a")
    forget_words(house.store)
    for index in ("pages", "entries"):
        assert "malta" not in words(house.store, index)
        assert {"drones", "niger"} <= words(house.store, index)
        house.store.connection.execute(
            f"INSERT INTO {index}_fts({index}_fts, rank) VALUES ('integrity-check', 1)"
        )
    assert words(house.store, "documents") >= {"drones", "b"}


def test_no_row_is_left_and_erasing_again_changes_nothing(house: House) -> None:
    filled(house)
    erase(house.store, "url:a")
    before = {name: house.store.rows(f"SELECT * FROM {name}") for name in sorted(ERASED)}
    keys = {row["key"] for row in house.store.rows("SELECT key FROM documents")}
    assert keys == {"url:b"}
    assert len(before["entries"]) == len(before["readings"]) == len(before["fetches"]) == 1
    erase_rows(house.store)
    assert before == {n: house.store.rows(f"SELECT * FROM {n}") for n in sorted(ERASED)}


def test_long_words_of_others_stay(house: House) -> None:
    for name, text in (("a", "Patrouillenboote, Aufklärungsdrohnen"), ("b", "Patrouillenboote")):
        house.take(f"url:{name}", name.encode())
        house.read(name.encode(), text, language="de")
    erase(house.store, "url:a")
    forget_words(house.store)
    kept = {row["word"] for row in house.store.rows("SELECT word FROM long_words")}
    assert kept == {"patrouillenboote"}


def test_one_who_reads_meanwhile_keeps_it_from_being_finished(house: House, tmp_path: Path) -> None:
    filled(house)
    erase(house.store, "url:a")
    house.store.connection.execute("PRAGMA busy_timeout = 100")
    with Store.open(house.store.path, readonly=True) as reader:
        reader.connection.execute("BEGIN")
        assert reader.value("SELECT count(*) FROM documents") == 1
        with pytest.raises(StoreError, match="the erasure is not finished"):
            forget_words(house.store)
        reader.connection.rollback()
    forget_words(house.store)
