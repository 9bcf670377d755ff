"""Exports of entries, documents and mentions as csv, xlsx or jsonl, row by row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import msgspec
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from core.archive import explained
from core.errors import UsageError
from store.database import Store
from store.filters import Filters, document_conditions, entry_conditions

Row: TypeAlias = dict[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHEET_ROWS = 1_048_576  # of a worksheet, its header among them
_CELL = 32_767  # characters that a worksheet's cell holds

_ENTRIES = """
SELECT e.key AS entry, e.state, e.equipment, e.equipment_type, e.equipment_family, e.quantity,
  e.amount_min, e.amount_max, e.currency, e.amount_eur, e.eur_rate, e.eur_rate_date, e.eur_source,
  e.amount_kind, e.amount_scope, e.amount_group, e.recipient, e.recipient_country, e.supplier,
  e.fund, e.date, e.stage, e.score, e.quote, e.page,
  d.key AS document, d.title, d.source, d.language, d.published, d.url, v.sha256,
  v.first_seen AS fetched_at,
  (SELECT group_concat(x.verdict || ' by ' || x.reviewer || ' at ' || x.decided_at, '; ')
   FROM decisions x WHERE x.entry_key = e.key) AS decisions
FROM entries e JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id
WHERE d.withheld = 0 {where} ORDER BY d.key, e.page, e.key
"""
_DOCUMENTS = """
SELECT d.key AS document, d.source, d.kind, d.title, d.language, d.published, d.reference, d.url,
  d.landing_url, d.gone, v.number AS version, v.sha256, v.first_seen, v.last_seen,
  (SELECT count(*) FROM entries e WHERE e.document_id = d.id AND e.state <> 'withdrawn')
    AS entries
FROM documents d LEFT JOIN versions v ON v.id = d.version_id
WHERE d.withheld = 0 {where} ORDER BY d.key
"""
_MENTIONS = """
SELECT d.key AS document, m.page, m.start, m."end", m.label, m.raw, m.value, m.maker, m.score
FROM mentions m JOIN readings r ON r.id = m.reading_id AND r.current = 1
JOIN versions v ON v.sha256 = r.sha256 JOIN documents d ON d.shown_version_id = v.id
WHERE d.withheld = 0 {where} ORDER BY d.key, m.page, m.start
"""
WHAT: dict[str, tuple[str, Callable[[Filters], str]]] = {
    "entries": (_ENTRIES, entry_conditions),
    "documents": (_DOCUMENTS, document_conditions),
    "mentions": (_MENTIONS, document_conditions),
}


def export(store: Store, what: str, path: Path, filters: Filters) -> int:
    """Write what is asked for into `path`, in the format that its ending names; return the rows.

    The filters apply but for their limit. A file that cannot be finished is not left behind.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"{path} ends in none of {', '.join(sorted(_WRITERS))}; name such a file.")
    sql, conditions = WHAT[what]
    cursor = store.connection.execute(sql.format(where=conditions(filters)), filters.given())
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor)
    beside = path.with_name(f".{path.name}.part")
    with explained(path):
        try:
            count = writer(beside, names, rows)
            beside.replace(path)
        except FileCreateError as error:  # holds what the operating system said
            raise error.args[0] from error
        finally:
            beside.unlink(missing_ok=True)
    return count


def defused(value: Any) -> Any:
    """Return a text so that no spreadsheet takes it for a formula.

    >>> defused("=1+1"), defused("-5"), defused("EUR 5")
    ("'=1+1", "'-5", 'EUR 5')
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _write_csv(path: Path, names: Sequence[str], rows: Iterator[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            writer.writerow([defused(row[name]) for name in names])
            count += 1
    return count


def _write_jsonl(path: Path, _names: Sequence[str], rows: Iterator[Row]) -> int:
    count = 0
    with path.open("wb") as file:
        for row in rows:
            file.write(msgspec.json.encode(row) + b"\n")
            count += 1
    return count


def _write_xlsx(path: Path, names: Sequence[str], rows: Iterator[Row]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    path.touch()  # where this fails, no temporary file need be made
    # Where it fails later, xlsxwriter leaves its temporary files behind.
    with (
        TemporaryDirectory(prefix="materiel-") as scratch,
        xlsxwriter.Workbook(path, {**options, "tmpdir": scratch}) as book,
    ):
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet()
        for row in rows:
            line = count % (_SHEET_ROWS - 1) + 1
            if line == 1 and count:
                sheet = book.add_worksheet()
            if line == 1:
                sheet.write_row(0, 0, names, bold)
                sheet.freeze_panes(1, 0)
            sheet.write_row(line, 0, [_cell(row[name]) for name in names])
            count += 1
        if not count:
            sheet.write_row(0, 0, names, bold)
    return count


def _cell(value: Any) -> Any:
    return value[:_CELL] if isinstance(value, str) else value


_WRITERS: dict[str, Callable[[Path, Sequence[str], Iterator[Row]], int]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".xlsx": _write_xlsx,
}
