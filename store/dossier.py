"""What the page of a document tells: where it comes from, its versions, one page, its entries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from core.errors import UnknownKey
from store.database import Store
from store.history import versions_of, withdrawal_sentence
from store.report import show
from store.sheets import Mark, Sheet, sheet_of
from store.withholding import withheld_answer

MOST_ENTRIES, _MOST_INSIDE, _MOST_FETCHES, _MOST_MARKS = 500, 200, 12, 2_000
_DOCUMENT = """
SELECT d.*, s.title AS source_title, s.publisher, s.licence, s.homepage, s.show_full_text,
  s.show_images FROM documents d LEFT JOIN sources s ON s.id = d.source
WHERE d.key = ? AND d.id NOT IN (SELECT id FROM hidden_documents)
"""
_ENTRIES = """
SELECT e.key, e.page, e.equipment, e.equipment_type, e.quantity, e.amount_min, e.amount_max,
  e.currency, e.amount_eur, e.amount_kind, e.amount_scope, e.recipient, e.recipient_country,
  e.supplier, e.fund, e.date, e.stage, e.state, e.quote, v.number AS version
FROM entries e JOIN versions v ON v.id = e.version_id
WHERE e.document_id = ? AND e.text_withdrawn = 0 ORDER BY e.page, e.id LIMIT ?
"""
_FETCHES = """
SELECT url, final_url, fetched_at, status, outcome, etag, last_modified, headers
FROM fetches WHERE document_key = ? ORDER BY id DESC LIMIT ?
"""
_EVIDENCE = """
SELECT x.entry_key, x.field, x.start, x."end", x.raw FROM entry_evidence x
JOIN entries e ON e.key = x.entry_key
WHERE e.document_id = ? AND x.reading_id = ? AND x.page = ? AND e.text_withdrawn = 0
  AND e.state NOT IN ('rejected', 'withdrawn') ORDER BY x.start, x."end" LIMIT ?
"""
_MENTIONS = """
SELECT start, "end", label, raw FROM mentions WHERE reading_id = ? AND page = ?
ORDER BY start, "end" LIMIT ?
"""


@dataclass(frozen=True, kw_only=True)
class PageTable:
    """A table of a page as people read it; `totals` numbers the rows that add others up."""

    caption: str
    unit: str | None
    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: frozenset[int]
    notes: tuple[str, ...]
    continues: bool


@dataclass(frozen=True, kw_only=True)
class PageView:
    """One page: its text and boxes, the marks on it, its tables.

    `mentions` counts the mentions of each label, whether they are among the marks or not.
    """

    sheet: Sheet
    marks: tuple[Mark, ...]
    mentions: dict[str, int]
    entries: dict[str, list[str]]
    tables: tuple[PageTable, ...]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """A document; `reading` is None where the version was not read or may not be shown."""

    document: dict[str, Any]
    version: dict[str, Any] | None
    versions: list[dict[str, Any]]
    reading: dict[str, Any] | None
    pages: list[dict[str, Any]]
    content: dict[str, Any] | None
    withdrawn: str | None
    fetches: list[dict[str, Any]]
    parent: dict[str, Any] | None
    inside: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    notice: dict[str, Any] | None
    issues: list[dict[str, Any]]


def dossier(store: Store, key: str, number: int | None = None) -> Dossier:
    """Return what is known of a document, of one of its versions or of the one that is shown.

    Raises `UnknownKey` where there is no such document or version, or none that may be shown.
    """
    rows = store.rows(_DOCUMENT, (key,))
    if not rows:
        raise UnknownKey(_why_not(store, key))
    named = store.value("SELECT titled(?, ?)", (rows[0]["title"], rows[0]["url"]))
    document = {**rows[0], "title": named}
    versions = versions_of(store, document["id"])
    version = _chosen(store, document, versions, number)
    sha256 = version["sha256"] if version else None
    reading = _first(
        store,
        "SELECT id, kind, language, title, page_count, extractor, tagger FROM shown_readings"
        " WHERE sha256 = ?",
        sha256,
    )
    reading_id = reading["id"] if reading else None
    shown = version is not None and version["id"] == document["shown_version_id"]
    return Dossier(
        document=document,
        version=version,
        versions=versions,
        reading=reading,
        pages=_all(
            store,
            "SELECT number, method, redacted_area FROM pages WHERE reading_id = ? ORDER BY number",
            reading_id,
        ),
        content=_first(store, "SELECT * FROM contents WHERE sha256 = ?", sha256),
        withdrawn=withdrawal_sentence(store, document["id"]),
        fetches=[
            {**row, "headers": msgspec.json.decode(row["headers"])}
            for row in _all(store, _FETCHES, key, _MOST_FETCHES)
        ],
        parent=_first(
            store,
            "SELECT key, titled(title, url) AS title FROM documents WHERE id = ? AND id NOT IN"
            " (SELECT id FROM hidden_documents)",
            document["parent_id"],
        ),
        inside=_all(
            store,
            "SELECT key, titled(title, url) AS title, kind FROM documents WHERE parent_id = ?"
            " AND id NOT IN (SELECT id FROM hidden_documents) ORDER BY key LIMIT ?",
            document["id"],
            _MOST_INSIDE,
        ),
        entries=_all(store, _ENTRIES, document["id"], MOST_ENTRIES),
        notice=_notice(store, key, reading_id) if shown else None,
        issues=_all(
            store,
            "SELECT DISTINCT code, level, page, detail FROM issues WHERE sha256 = ? AND sha256 NOT"
            " IN (SELECT sha256 FROM withdrawn_contents) ORDER BY page LIMIT 20",
            sha256,
        ),
    )


def page_view(
    store: Store, found: Dossier, number: int, labels: frozenset[str] | None = None
) -> PageView:
    """Return a page of a document's version, with the mentions of some labels lit, or of all.

    `entry` is the label of what entries rest on. Raises `UnknownKey` where there is no such page.
    """
    if found.reading is None:
        raise UnknownKey(f"There is no page {number} of this document that may be shown.")
    reading_id = found.reading["id"]
    sheet = sheet_of(store, reading_id, number)
    mentions = _all(store, _MENTIONS, reading_id, number, _MOST_MARKS)
    evidence = _all(store, _EVIDENCE, found.document["id"], reading_id, number, _MOST_MARKS)
    marks = [
        Mark(one["start"], one["end"], one["label"], one["label"].lower())
        for one in mentions
        if labels is None or one["label"] in labels
    ]
    entries: dict[str, list[str]] = {}
    for one in evidence:
        entries.setdefault(one["entry_key"], []).append(one["field"])
    if labels is None or "entry" in labels:
        spans = dict.fromkeys((one["start"], one["end"]) for one in evidence)
        marks += [Mark(start, end, "entry", "rests an entry") for start, end in spans]
    tables = _all(
        store,
        "SELECT * FROM tables WHERE reading_id = ? AND page = ? ORDER BY number",
        reading_id,
        number,
    )
    return PageView(
        sheet=sheet,
        marks=tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end))),
        mentions=dict(sorted(Counter(one["label"] for one in mentions).items())),
        entries=entries,
        tables=tuple(map(_table, tables)),
    )


def as_text(sheet: Sheet) -> Sheet:
    """Return a page that is shown by its text, whether it has a picture or not."""
    return replace(sheet, width=0.0, height=0.0, words=())


def _why_not(store: Store, key: str) -> str:
    withheld = withheld_answer(store, key)
    if withheld is None:
        return "There is no document with this key that may be shown."
    what = "was erased" if withheld.get("erased") else "is withheld"
    since = f" since {withheld['since'][:10]}" if withheld["since"] else ""
    why = f": {withheld['why']}" if withheld["why"] else "."
    return f"This document {what}{since}{why}"


def _chosen(
    store: Store, document: dict[str, Any], versions: list[dict[str, Any]], number: int | None
) -> dict[str, Any] | None:
    """Return a version with its id; by default the one that is shown, else the newest."""
    ids = {
        row["number"]: row["id"]
        for row in store.rows(
            "SELECT id, number FROM versions WHERE document_id = ?", (document["id"],)
        )
    }
    if number is None:
        shown = document["shown_version_id"] or document["version_id"]
        number = next((n for n, row in ids.items() if row == shown), None)
        if number is None:
            return None
    for version in versions:
        if version["number"] == number:
            return {**version, "id": ids[number]}
    raise UnknownKey(f"This document has no version {number}.")


def _notice(store: Store, key: str, reading_id: int | None) -> dict[str, Any] | None:
    if store.value("SELECT 1 FROM notices WHERE reading_id = ?", (reading_id,)) is None:
        return None
    notice: dict[str, Any] | None = show(store, key)["notice"]
    return notice


def _table(row: dict[str, Any]) -> PageTable:
    cells = msgspec.json.decode(row["rows"])
    texts = tuple(tuple(str(cell[0]) for cell in line) for line in cells)
    header, rows = texts[: row["header_rows"]], texts[row["header_rows"] :]
    if not header and row["continues"]:
        header = (tuple(msgspec.json.decode(row["header"])),)
    totals = {number - row["header_rows"] for number in msgspec.json.decode(row["totals"])}
    return PageTable(
        caption=row["caption"],
        unit=row["unit"],
        header=header,
        rows=rows,
        totals=frozenset(totals),
        notes=tuple(msgspec.json.decode(row["notes"])),
        continues=bool(row["continues"]),
    )


def _all(store: Store, sql: str, *values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in store.rows(sql, values)]


def _first(store: Store, sql: str, *values: Any) -> dict[str, Any] | None:
    rows = store.rows(sql, values)
    return dict(rows[0]) if rows else None
