"""What each version of a document changed, and what a redaction withdraws.

The comparison itself is `store.changes`; here it is fed from readings and its result is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import msgspec

from core.errors import UnknownKey
from core.text import json_text
from store.changes import Change, PageSide, Side, compare

# A condition on a version `v`; looked up by its content, where IN would gather all that there are.
WITHDRAWN = "EXISTS (SELECT 1 FROM withdrawn_contents w WHERE w.sha256 = v.sha256)"
# A page with one of these was a picture that nobody could read.
_UNREAD = ("text_recognition_missing", "text_recognition_cut", "ocr_failed")


@dataclass(frozen=True)
class Redaction:
    """The newest redaction that holds: the number of its version, the numbers of the pages that it
    blackened, and the last decision that was made before it was known."""

    number: int
    pages: frozenset[int]
    decisions: int


def shown_reading(connection: sqlite3.Connection, document_id: int) -> sqlite3.Row | None:
    """Return the newest version of a document that has been read, with its reading.

    `withdrawn` says that its text may not be shown, `waits` that a newer version is still to be
    read, `stays` that the version shown so far may be shown until then. None where no version has
    been read.
    """
    row: sqlite3.Row | None = connection.execute(
        "SELECT d.key, v.id AS version_id, v.number, r.id AS reading_id, r.title, r.language,"  # noqa: S608 - a constant
        " r.reference, r.kind, coalesce(d.published, r.published) AS published, r.proposals,"
        f" {WITHDRAWN} AS withdrawn,"
        " EXISTS (SELECT 1 FROM versions n JOIN work w ON w.sha256 = n.sha256"
        "  WHERE n.document_id = v.document_id AND n.number > v.number AND w.state = 'pending')"
        "  AS waits,"
        " NOT EXISTS (SELECT 1 FROM versions s JOIN withdrawn_contents w ON w.sha256 = s.sha256"
        "  WHERE s.id = d.shown_version_id) AS stays"
        " FROM versions v JOIN readings r ON r.sha256 = v.sha256 AND r.current = 1"
        " JOIN documents d ON d.id = v.document_id"
        " WHERE v.document_id = ? ORDER BY v.number DESC LIMIT 1",
        (document_id,),
    ).fetchone()
    return row


def withdrawn_by(connection: sqlite3.Connection, document_id: int) -> set[str]:
    """Return the sha256 of the contents that a document's redactions withdraw."""
    rows = connection.execute(
        "SELECT sha256 FROM withdrawn_contents WHERE document_id = ?", (document_id,)
    )
    return {row["sha256"] for row in rows}


def holders(connection: sqlite3.Connection, contents: set[str]) -> list[int]:
    """Return the documents that have, or had, one of some contents."""
    rows = connection.execute(
        "SELECT DISTINCT document_id FROM versions WHERE sha256 IN (SELECT value FROM json_each(?))"
        " ORDER BY 1",
        (json_text(sorted(contents)),),
    )
    return [row["document_id"] for row in rows]


def redaction_of(connection: sqlite3.Connection, document_id: int) -> Redaction | None:
    """Return the newest redaction of a document that no administrator has released."""
    row = connection.execute(
        "SELECT v.number, v.comparison FROM redactions r JOIN versions v"
        " ON v.document_id = r.document_id AND v.number = r.number WHERE r.document_id = ?",
        (document_id,),
    ).fetchone()
    if row is None:
        return None
    kept = msgspec.json.decode(row["comparison"])
    pages = frozenset(page["after"] for page in kept["pages"])
    return Redaction(row["number"], pages, kept["decisions"])


def mark_released(connection: sqlite3.Connection, document_id: int, number: int) -> None:
    """Note an administrator's decision on a redaction; `UnknownKey` where there is none.

    Only `store.entries.release` calls it, which brings the entries up to it.
    """
    cursor = connection.execute(
        "UPDATE versions SET released = 1 WHERE document_id = ? AND number = ?"
        " AND change = 'redaction'",
        (document_id, number),
    )
    if not cursor.rowcount:
        raise UnknownKey(f"Version {number} is no redaction; `show` lists the versions.")


def compare_versions(connection: sqlite3.Connection, document_id: int) -> None:
    """Say of each version what it changed against the newest one before it that has been read.

    What was compared already is left alone until one of the two is read again, or one between them
    for the first time. A redaction stays one when both are read again by the same reader: only an
    administrator lets the older text be seen.
    """
    rows = connection.execute(
        "SELECT v.id, v.number, v.sha256, v.change, v.comparison, r.id AS reading_id, r.extractor"
        " FROM versions v JOIN readings r ON r.sha256 = v.sha256 AND r.current = 1"
        " WHERE v.document_id = ? ORDER BY v.number",
        (document_id,),
    ).fetchall()
    for before, after in pairwise(rows):
        known = msgspec.json.decode(after["comparison"]) if after["comparison"] else {}
        readings = [before["reading_id"], after["reading_id"]]
        if known.get("readings") == readings:
            continue
        alike = before["extractor"] == after["extractor"]
        if known and known["with"] == before["number"] and known["alike"] and not alike:
            continue  # one of them waits to be read again too
        change = compare_contents(connection, before["sha256"], after["sha256"])
        made = _kept(change, before["number"], readings, alike=alike)
        made["decisions"] = _last_decision(connection)
        if after["change"] == "redaction" and known.get("with") == before["number"]:
            made["decisions"] = known["decisions"]
            if known["alike"] and change.kind != "redaction":
                made = {**known, "readings": readings}
        kind = "redaction" if made["pages"] else change.kind
        connection.execute(
            "UPDATE versions SET change = ?, comparison = ? WHERE id = ?",
            (kind, json_text(made), after["id"]),
        )


def _kept(change: Change, number: int, readings: Sequence[int], *, alike: bool) -> dict[str, Any]:
    """Return what is kept of a comparison: of its pages those that were redacted."""
    return {
        "with": number,
        "readings": list(readings),
        "alike": alike,
        "pages": [asdict(page) for page in change.pages if page.redacted],
    }


def _last_decision(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT coalesce(max(id), 0) AS id FROM decisions").fetchone()
    return int(row["id"])


def compare_contents(connection: sqlite3.Connection, before: str, after: str) -> Change:
    """Compare two contents that have been read."""
    return compare(side_of(connection, before), side_of(connection, after))


def side_of(connection: sqlite3.Connection, sha256: str) -> Side:
    """Return a content as read, for comparing; the content must have been read."""
    reading = connection.execute(
        "SELECT id, kind, language, title, reference, exemptions, links FROM readings"
        " WHERE sha256 = ? AND current = 1",
        (sha256,),
    ).fetchone()
    issues = connection.execute(
        "SELECT page, code, detail FROM issues WHERE sha256 = ? AND page IS NOT NULL", (sha256,)
    ).fetchall()
    hidden = {row["page"]: _count(row["detail"]) for row in issues if row["code"] == "hidden_text"}
    unread = {row["page"] for row in issues if row["code"] in _UNREAD}
    exemptions: dict[int, list[str]] = {}
    for stated in msgspec.json.decode(reading["exemptions"]):
        exemptions.setdefault(stated.get("page", 1), []).append(stated["text"])
    pages = connection.execute(
        "SELECT number, text, method, redacted_area FROM pages WHERE reading_id = ?"
        " ORDER BY number",
        (reading["id"],),
    )
    tables = connection.execute(
        "SELECT page, header, rows, unit, caption, notes FROM tables WHERE reading_id = ?"
        " ORDER BY page, number",
        (reading["id"],),
    )
    return Side(
        pages=tuple(
            PageSide(
                number=page["number"],
                text=page["text"],
                method=page["method"],
                redacted_area=page["redacted_area"],
                hidden=hidden.get(page["number"], 0),
                exemptions=tuple(exemptions.get(page["number"], ())),
                readable=page["number"] not in unread,
            )
            for page in pages
        ),
        tables=tuple(tuple(table) for table in tables),
        title=reading["title"],
        language=reading["language"],
        kind=reading["kind"],
        reference=reading["reference"],
        links=reading["links"],
    )


def _count(detail: str) -> int:
    """Return the number that an issue's sentence begins with, 1 where it begins with none."""
    number = detail.partition(" ")[0]
    return int(number) if number.isascii() and number.isdecimal() else 1
