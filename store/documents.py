"""Stored readings as documents again: a newer tagger needs no file to be read anew."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from core.records import Cell, Document, Issue, Page, Table, Word
from store.database import Store
from store.words import unpack_confident

_DOCUMENT = msgspec.json.Decoder(Document)
_CELLS = msgspec.json.Decoder(tuple[tuple[Cell, ...], ...])
_PLACES = msgspec.json.Decoder(tuple[tuple[int, int], ...])
_ISSUE = "level, code, room, source, url, sha256, page, detail"


def pack_rest(document: Document) -> bytes | None:
    """Return what the rows of pages, tables and issues do not say of a document, compressed.

    None for a notice, whose XML is read again faster than all of it could be kept.
    """
    if document.notice is not None:
        return None
    tables = tuple(msgspec.structs.replace(table, rows=()) for table in document.tables)
    rest = msgspec.structs.replace(document, pages=(), tables=tables, issues=())
    return zlib.compress(msgspec.json.encode(rest), 6)


def stored_document(store: Store, sha256: str) -> Document | None:
    """Return a content as it was read last; None where it must be read again for that."""
    rows = store.rows("SELECT id, rest FROM readings WHERE sha256 = ? AND current = 1", (sha256,))
    if not rows or rows[0]["rest"] is None:
        return None
    document = _DOCUMENT.decode(zlib.decompress(rows[0]["rest"]))
    pages = store.rows("SELECT * FROM pages WHERE reading_id = ? ORDER BY id", (rows[0]["id"],))
    cells = store.rows("SELECT rows FROM tables WHERE reading_id = ? ORDER BY id", (rows[0]["id"],))
    issues = store.rows(
        f"SELECT {_ISSUE} FROM issues WHERE sha256 = ? AND room = 'extract' ORDER BY id",  # noqa: S608 - a constant
        (sha256,),
    )
    return msgspec.structs.replace(
        document,
        pages=tuple(_page(row) for row in pages),
        tables=tuple(map(_table, document.tables, cells)),
        issues=tuple(Issue(**dict(row)) for row in issues),
    )


def _page(row: Any) -> Page:
    return Page(
        number=row["number"],
        text=row["text"],
        method=row["method"],
        width=row["width"],
        height=row["height"],
        words=tuple(Word(*word) for word in unpack_confident(row["words"])),
        redacted_area=row["redacted_area"],
        language=row["language"],
        margins=_PLACES.decode(row["margins"]),
    )


def _table(table: Table, row: Any) -> Table:
    return msgspec.structs.replace(table, rows=_CELLS.decode(row["rows"]))
