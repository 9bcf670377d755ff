"""Small databases of what is new, so that a search of them costs in proportion to what is new.

One has new documents as they are shown. In the other each document that was known before is two:
one of its added words, and one of the words that it had already.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.text import fold, join_hyphens
from store.added import AddedText
from store.database import Store
from store.watches import added_pages, earlier_readings

_PAGES_AT_ONCE = 8_000  # fewer than the hits that a search counts
_COPIED = ("sources", "contents", "documents", "versions", "readings", "pages", "mentions",
           "notice_cpv", "entries")  # fmt: skip
_OF_READING = {"pages", "mentions", "notice_cpv"}
_HEAVY = {"pages": "words", "readings": "proposals"}  # blobs that no search looks at
ADDED, KEPT = 0, 1  # the two documents of one; see `half`


@dataclass(frozen=True)
class News:
    """A document with a version that it has come to show; `changed`: it showed another before."""

    id: int
    key: str
    document_id: int
    version_id: int
    reading_id: int
    pages: int
    changed: bool
    entries: frozenset[str]


def half(news: News, kind: int) -> int:
    """Return the id of the document that has the added words of one, or those that it had."""
    return 2 * news.id + kind


def unmatched(store: Store, seen: int) -> list[News]:
    """Return the news after `seen` that may be shown, oldest first."""
    rows = store.rows(
        "SELECT n.id, d.key, n.document_id, n.version_id, v.change, r.id AS reading_id,"
        " r.page_count AS pages, (SELECT json_group_array(entry_key) FROM news_entries x"
        " WHERE x.news_id = n.id) AS entries FROM news n JOIN documents d ON d.id = n.document_id"
        " JOIN versions v ON v.id = n.version_id"
        " JOIN shown_readings r ON r.sha256 = v.sha256"
        " WHERE n.id > ? AND d.id NOT IN (SELECT id FROM hidden_documents) ORDER BY n.id",
        (seen,),
    )
    found = []
    for row in rows:
        values = dict(row)
        keys = frozenset(msgspec.json.decode(values.pop("entries"), type=list[str]))
        if values.pop("change") == "metadata":
            continue
        changed = bool(earlier_readings(store, row["version_id"]))
        found.append(News(**values, changed=changed, entries=keys))
    return found


def parts_of(news: Iterable[News]) -> Iterator[list[News]]:
    """Cut the news into parts of some thousand pages, with each document once in a part."""
    part: dict[int, News] = {}
    pages = 0
    for one in news:
        if part and (pages + one.pages > _PAGES_AT_ONCE or one.document_id in part):
            yield list(part.values())
            part, pages = {}, 0
        part[one.document_id] = one
        pages += one.pages
    if part:
        yield list(part.values())


@contextmanager
def _scratch() -> Iterator[Store]:
    """Give a store in memory with all the tables, in which rows need no partners."""
    with closing(Store.open(Path(":memory:"))) as scratch:
        scratch.connection.execute("PRAGMA foreign_keys = OFF")
        yield scratch


@contextmanager
def copied(store: Store, news: Sequence[News]) -> Iterator[Store]:
    """Give a store with those documents as they are shown, and nothing else."""
    with _scratch() as scratch:
        connection = scratch.connection
        connection.execute("ATTACH ? AS live", (str(store.path),))
        connection.execute("CREATE TEMP TABLE wanted (document, version, reading, sha256)")
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO wanted SELECT document_id, id, ?, sha256 FROM live.versions WHERE id = ?",
            [(one.reading_id, one.version_id) for one in news],
        )
        for table in _COPIED:
            _copy(connection, table)
        connection.execute(
            "UPDATE main.documents SET parent_id = NULL, withheld = 0, shown_version_id ="
            " (SELECT version FROM wanted WHERE document = documents.id)"
        )
        connection.execute("UPDATE main.versions SET change = NULL")
        connection.execute("COMMIT")
        connection.execute("DETACH live")
        yield scratch


def _copy(connection: sqlite3.Connection, table: str) -> None:
    """Copy the rows of a table that belong to the documents that are wanted."""
    wanted = {
        "sources": "1",
        "contents": "sha256 IN (SELECT sha256 FROM wanted)",
        "documents": "id IN (SELECT document FROM wanted)",
        "versions": "id IN (SELECT version FROM wanted)",
        "readings": "id IN (SELECT reading FROM wanted)",
        "entries": "document_id IN (SELECT document FROM wanted)",
    }
    where = "reading_id IN (SELECT reading FROM wanted)" if table in _OF_READING else wanted[table]
    if table == "mentions":  # of which searches ask for equipment alone
        where += " AND label = 'EQUIPMENT'"
    names = [
        row["name"] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    given = columns.replace(f'"{_HEAVY[table]}"', "x''") if table in _HEAVY else columns
    connection.execute(
        f"INSERT INTO main.{table} ({columns}) SELECT {given} FROM live.{table} WHERE {where}"  # noqa: S608 - constants
    )


@contextmanager
def divided(store: Store, news: Sequence[News]) -> Iterator[Store | None]:
    """Give a store in which each document that was known before is two: its added words, and those
    that it had already. None where there is no such document."""
    changed = [one for one in news if one.changed]
    if not changed:
        yield None
        return
    with _scratch() as scratch:
        connection = scratch.connection
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO sources (id, title, publisher, kind, homepage, licence, show_full_text) "
            "VALUES ('s', '', '', '', NULL, '', 0)"
        )
        for one in changed:
            _divide(store, connection, one)
        connection.execute("COMMIT")
        yield scratch


def _divide(store: Store, connection: sqlite3.Connection, news: News) -> None:
    texts = added_pages(store, news.version_id)
    pages = store.rows(
        "SELECT number, language FROM pages WHERE reading_id = ? ORDER BY number",
        (news.reading_id,),
    )
    numbered = {page["number"]: text for page, text in zip(pages, texts, strict=True)}
    mentions = store.rows(
        "SELECT page, raw, value FROM mentions WHERE reading_id = ? AND label = 'EQUIPMENT'",
        (news.reading_id,),
    )
    for kind in (ADDED, KEPT):
        own = half(news, kind)
        sha256 = f"{own:064d}"
        connection.execute("INSERT INTO contents VALUES (?, NULL, 0, '')", (sha256,))
        connection.execute(
            "INSERT INTO documents (id, key, source, url, version_id, shown_version_id)"
            " VALUES (:id, :key, 's', '', :id, :id)",
            {"id": own, "key": str(own)},
        )
        connection.execute(
            "INSERT INTO versions (id, document_id, number, sha256, first_seen, last_seen)"
            " VALUES (:id, :id, 1, :sha256, '', '')",
            {"id": own, "sha256": sha256},
        )
        connection.execute(
            "INSERT INTO readings (id, sha256, extractor, tagger, kind, stated, page_count,"
            " current, proposals) VALUES (?, ?, '', '', 'pdf', '{}', ?, 1, x'')",
            (own, sha256, len(pages)),
        )
        connection.executemany(
            "INSERT INTO pages (reading_id, number, text, method, width, height, redacted_area,"
            " words, language) VALUES (?, ?, ?, 'text', 0, 0, 0, x'', ?)",
            [
                (own, page["number"], _half_of(numbered[page["number"]], kind), page["language"])
                for page in pages
            ],
        )
        connection.executemany(
            'INSERT INTO mentions (reading_id, page, start, "end", label, raw, value, maker, score)'
            " VALUES (?, ?, 0, 0, 'EQUIPMENT', ?, ?, '', 0)",
            [
                (own, mention["page"], mention["raw"], mention["value"])
                for mention in mentions
                if _stands_in(mention["raw"], _half_of(numbered[mention["page"]], kind))
            ],
        )


def _half_of(text: AddedText, kind: int) -> str:
    return text.added if kind == ADDED else text.kept


def _stands_in(quote: str, text: str) -> bool:
    return fold(join_hyphens(quote)) in fold(text)
