"""Writing what was read and tagged: the new reading becomes visible only when it is complete."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from core.killpoints import killpoint
from core.records import Document, Proposal, Tagging
from core.tables import whole_numbers
from core.text import join_hyphens, json_text
from store.database import Statement, Store
from store.documents import pack_rest
from store.entries import refresh_document
from store.load import insert_issue
from store.notices import notice_rows
from store.versions import holders
from store.words import pack_words


def pack_proposals(proposals: tuple[Proposal, ...]) -> bytes:
    """Return proposals as one compressed blob of JSON."""
    return zlib.compress(msgspec.json.encode(proposals), 6)


def save_reading(
    store: Store, document: Document, tagging: Tagging, *, run_id: int | None = None
) -> None:
    """Write a reading with its tagging, make it the visible one, and join its entries.

    Killed half-way it leaves an invisible reading, which the next call for the content removes.
    """
    drop_incomplete(store, document.sha256)
    reading_id = _insert_reading(store, document, tagging)
    killpoint("before-pages")
    store.write_sliced(_rows(reading_id, document, tagging))
    killpoint("after-pages")
    with store.transaction() as connection:
        old = connection.execute(
            "UPDATE readings SET current = 0 WHERE sha256 = ? AND current = 1 RETURNING id",
            (document.sha256,),
        ).fetchall()
        connection.execute("UPDATE readings SET current = 1 WHERE id = ?", (reading_id,))
        connection.execute("DELETE FROM issues WHERE sha256 = ?", (document.sha256,))
        for issue in (*document.issues, *tagging.issues):
            insert_issue(connection, issue, run_id)
        for document_id in holders(connection, {document.sha256}):
            refresh_document(connection, document_id)
            killpoint("after-refresh")
        connection.execute(
            "UPDATE work SET state = 'done', cause = NULL WHERE sha256 = ?", (document.sha256,)
        )
    killpoint("after-reading")
    _drop(store, old)
    killpoint("after-old-reading")


def drop_incomplete(store: Store, sha256: str | None = None) -> None:
    """Remove readings that a killed run left half written, of one content or of all.

    Only for who holds the lock on the output folder: a reading being written looks the same.
    """
    sql = "SELECT id FROM readings WHERE current = 0 AND sha256 = coalesce(?, sha256)"
    _drop(store, store.rows(sql, (sha256,)))


def _drop(store: Store, readings: Sequence[sqlite3.Row]) -> None:
    """Delete readings page by page: of a long one in one statement, a reviewer would wait."""
    for row in readings:
        parts = [
            (f"DELETE FROM {table} WHERE id = ?", (part["id"],))  # noqa: S608 - a constant
            for table in ("pages", "mentions", "tables")
            for part in store.rows(f"SELECT id FROM {table} WHERE reading_id = ?", (row["id"],))  # noqa: S608 - a constant
        ]
        store.write_sliced([*parts, ("DELETE FROM readings WHERE id = ?", (row["id"],))])


def _insert_reading(store: Store, document: Document, tagging: Tagging) -> int:
    with store.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO readings (sha256, extractor, tagger, kind, language, title, published,"
            " reference, stated, page_count, current, proposals, exemptions, links, rest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
            (
                document.sha256,
                document.extractor,
                tagging.tagger,
                document.kind,
                document.language,
                document.title,
                document.published or tagging.published,
                document.reference,
                json_text(document.stated),
                len(document.pages),
                pack_proposals(tagging.proposals),
                json_text(document.exemptions),
                json_text(document.links),
                pack_rest(document),
            ),
        )
    return int(cursor.lastrowid or 0)


def _rows(reading_id: int, document: Document, tagging: Tagging) -> Iterator[Statement]:
    for page in document.pages:
        search = join_hyphens(page.text)
        yield (
            "INSERT INTO pages (reading_id, number, text, method, width, height, redacted_area,"
            " words, search, language, margins) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                reading_id,
                page.number,
                page.text,
                page.method,
                page.width,
                page.height,
                page.redacted_area,
                pack_words(page),
                None if search == page.text else search,
                page.language,
                json_text(page.margins),
            ),
        )
    for table, whole in zip(document.tables, whole_numbers(document.tables), strict=True):
        unit = None if table.currency is None else f"{table.currency} x {table.multiplier}"
        yield (
            "INSERT INTO tables (reading_id, page, number, box, unit, header, rows, caption, notes,"
            " totals, continues, header_rows, whole)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                reading_id,
                table.page,
                table.number,
                json_text(table.box),
                unit,
                json_text(table.header),
                json_text(table.rows),
                table.caption,
                json_text(table.notes),
                json_text(table.totals),
                table.continues,
                table.header_rows,
                whole,
            ),
        )
    if document.notice is not None:
        yield from notice_rows(reading_id, document.notice)
    for mention in tagging.mentions:
        yield (
            'INSERT INTO mentions (reading_id, page, start, "end", label, raw, value, maker,'
            " score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                reading_id,
                mention.page,
                mention.start,
                mention.end,
                mention.label,
                mention.raw,
                None if mention.value is None else json_text(mention.value),
                mention.maker,
                mention.score,
            ),
        )
