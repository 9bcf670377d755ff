"""Words of stored pages: packing them small, and finding the boxes of a span of text."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import msgspec

from core.records import Page

_TENTHS = 10  # boxes are kept to a tenth of a point
PlacedWord: TypeAlias = tuple[int, int, float, float, float, float]
ConfidentWord: TypeAlias = tuple[int, int, float, float, float, float, float]
Boxes: TypeAlias = list[tuple[float, float, float, float]]


def pack_words(page: Page) -> bytes:
    """Return a page's words as one compressed blob; `unpack_words` is the way back.

    The confidence of recognised words follows their box, in hundredths; stated words have none.
    """
    flat = [
        [w.start, w.end, *(round(side * _TENTHS) for side in (w.x0, w.top, w.x1, w.bottom))]
        + ([round(w.confidence * 100)] if w.confidence < 1 else [])
        for w in page.words
    ]
    return zlib.compress(msgspec.msgpack.encode(flat), 6) if flat else b""


def unpack_words(blob: bytes) -> list[PlacedWord]:
    """Return (start, end, x0, top, x1, bottom) of each word; boxes in points."""
    return [word[:6] for word in unpack_confident(blob)]


def unpack_confident(blob: bytes) -> list[ConfidentWord]:
    """Return of each word what `unpack_words` does, and how sure recognition is of it, 0 to 1."""
    if not blob:
        return []
    flat = msgspec.msgpack.decode(zlib.decompress(blob), type=list[list[int]])
    return [
        (start, end, x0 / _TENTHS, top / _TENTHS, x1 / _TENTHS, bottom / _TENTHS,
         sure[0] / 100 if sure else 1.0)
        for start, end, x0, top, x1, bottom, *sure in flat
    ]  # fmt: skip


def line_boxes(words: list[PlacedWord], start: int, end: int) -> Boxes:
    """Return one box for each line that the span of text stands on, in points."""
    lines: Boxes = []
    for word_start, word_end, x0, top, x1, bottom in words:
        if word_end <= start or word_start >= end:
            continue
        if lines and abs(lines[-1][1] - top) < (bottom - top) / 2 and x0 >= lines[-1][0]:
            left, high, right, low = lines[-1]
            lines[-1] = (left, min(high, top), max(right, x1), max(low, bottom))
        else:
            lines.append((x0, top, x1, bottom))
    return lines


def boxes_of(connection: sqlite3.Connection, reading_id: int) -> Callable[[int, int, int], Boxes]:
    """Return a function from (page, start, end) to boxes that unpacks each page only once."""

    @cache
    def words(page: int) -> list[PlacedWord]:
        row = connection.execute(
            "SELECT words FROM pages WHERE reading_id = ? AND number = ?", (reading_id, page)
        ).fetchone()
        return unpack_words(row["words"]) if row else []

    return lambda page, start, end: line_boxes(words(page), start, end)
