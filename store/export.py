"""Exports of entries, documents and mentions as csv, xlsx or jsonl, row by row."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import msgspec
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from core.archive import explained
from core.errors import UsageError
from core.files import written_beside
from store.counting import Counted, Sum, count_amounts
from store.database import Store
from store.filters import Filters, document_conditions, entry_conditions

Row: TypeAlias = dict[str, Any]
# What makes a formula at the start of a cell, and what a spreadsheet may read over before it.
_FORMULA = "=+-@"
_SKIPPED = ("Z", "C")  # categories of white space, control and invisible characters
_CONTROL = ("\t", "\r", "\n")
_SHEET_ROWS = 1_048_576  # of a worksheet, its header among them
_CELL = 32_767  # characters that a worksheet's cell holds

# A file taken in by hand has an address on the machine that took it in, which is nobody's business.
_URL = "CASE WHEN d.url LIKE 'file:%' THEN NULL ELSE d.url END AS url"
_ENTRIES = f"""
SELECT e.key AS entry, e.state, e.equipment, e.equipment_type, e.equipment_family, e.quantity,
  e.amount_min, e.amount_max, e.currency, e.amount_eur, e.eur_rate, e.eur_rate_date, e.eur_source,
  e.amount_kind, e.amount_scope, e.amount_group, NULL AS amount_counted, NULL AS counted_with,
  (SELECT nullif(x.alternatives, '[]') FROM entry_evidence x
   WHERE x.entry_key = e.key AND x.field = 'amount') AS amount_alternatives,
  e.recipient, e.recipient_country, e.supplier, e.fund, e.date, e.stage, e.score, e.quote, e.page,
  d.key AS document, d.title, d.source, d.language, d.published, d.reference, {_URL},
  d.landing_url, v.sha256, v.first_seen AS fetched_at,
  (SELECT group_concat(x.verdict || ' by ' || x.reviewer || ' at ' || x.decided_at, '; ')
   FROM decisions x WHERE x.entry_key = e.key) AS decisions
FROM entries e JOIN documents d ON d.id = e.document_id JOIN versions v ON v.id = e.version_id
WHERE e.text_withdrawn = 0 AND d.id NOT IN (SELECT id FROM hidden_documents) {{where}}
ORDER BY d.key, e.page, e.key
"""  # noqa: S608 - constants
_DOCUMENTS = f"""
SELECT d.key AS document, d.source, d.kind, d.title, d.language, d.published, d.reference, {_URL},
  d.landing_url, d.gone, v.number AS version, v.sha256, v.first_seen, v.last_seen,
  (SELECT count(*) FROM entries e WHERE e.document_id = d.id AND e.state <> 'withdrawn'
   AND e.text_withdrawn = 0) AS entries
FROM documents d LEFT JOIN versions v ON v.id = d.version_id
WHERE d.id NOT IN (SELECT id FROM hidden_documents) {{where}} ORDER BY d.key
"""  # noqa: S608 - constants
_MENTIONS = """
SELECT d.key AS document, m.page, m.start, m."end", m.label, m.raw, m.value, m.maker, m.score
FROM mentions m JOIN shown_readings r ON r.id = m.reading_id
JOIN versions v ON v.sha256 = r.sha256 JOIN documents d ON d.shown_version_id = v.id
WHERE d.id NOT IN (SELECT id FROM hidden_documents) {where} ORDER BY d.key, m.page, m.start
"""


def listed_conditions(filters: Filters) -> str:
    """Return the conditions on listed entries: rejected and withdrawn ones have to be asked for."""
    shown = "" if filters.state else " AND e.state NOT IN ('rejected', 'withdrawn')"
    return shown + entry_conditions(filters)


WHAT: dict[str, tuple[str, Callable[[Filters], str]]] = {
    "entries": (_ENTRIES, listed_conditions),
    "documents": (_DOCUMENTS, document_conditions),
    "mentions": (_MENTIONS, document_conditions),
}


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What an export wrote: rows and, of entries, what their amounts come to."""

    rows: int
    sums: tuple[Sum, ...] = ()
    open_pairs: int = 0


def export(store: Store, what: str, path: Path, filters: Filters) -> Exported:
    """Write what is asked for into `path`, in the format that its ending names.

    The filters apply but for their limit. A workbook of entries has their sums on a sheet of its
    own. A file that cannot be finished is not left behind. Raises `UsageError` for another ending.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"{path} ends in none of {', '.join(sorted(_WRITERS))}; name such a file.")
    with explained(path):
        try:
            with written_beside(path) as beside, _at_one_moment(store):
                listing = _listing(store, what, filters)
                count = writer(beside, listing)
        except FileCreateError as error:  # holds what the operating system said
            raise error.args[0] from error
    counted = listing.counted or Counted()
    return Exported(rows=count, sums=tuple(counted.sums), open_pairs=counted.open_pairs)


@contextmanager
def _at_one_moment(store: Store) -> Iterator[None]:
    """Let all queries of the body see the database as it is now."""
    store.connection.execute("BEGIN")
    try:
        yield
    finally:
        store.connection.rollback()


@dataclass(frozen=True)
class _Listing:
    """What is written: the names of columns, rows, and of entries what they come to."""

    title: str
    names: Sequence[str]
    rows: Iterator[Row]
    counted: Counted | None


def _listing(store: Store, what: str, filters: Filters) -> _Listing:
    sql, conditions = WHAT[what]
    where = conditions(filters)
    counted = count_amounts(store, where, filters.given()) if what == "entries" else None
    cursor = store.connection.execute(sql.format(where=where), filters.given())
    names = [column[0] for column in cursor.description]
    rows: Iterator[Row] = (dict(zip(names, row, strict=True)) for row in cursor)
    if counted is not None:
        rows = _with_counting(rows, counted.counted_with)
    return _Listing(what.capitalize(), names, rows, counted)


def _with_counting(rows: Iterator[Row], counted_with: Mapping[str, str]) -> Iterator[Row]:
    """Say of each entry whether its amount is in the sums, else which entry's is in its place."""
    for row in rows:
        if row["amount_min"] is not None and row["state"] not in ("rejected", "withdrawn"):
            row["counted_with"] = counted_with.get(row["entry"])
            row["amount_counted"] = "no" if row["counted_with"] else "yes"
        yield row


def defused(value: Any) -> Any:
    """Return a text so that no spreadsheet takes it for a formula.

    >>> defused("=1+1"), defused(" ＝1+1"), defused("-5"), defused("EUR 5")
    ("'=1+1", "' ＝1+1", "'-5", 'EUR 5')
    """
    return f"'{value}" if isinstance(value, str) and _is_risky(value) else value


def _is_risky(text: str) -> bool:
    """Tell whether a text may be taken for a formula.

    White space and invisible characters before it are read over, and full-width signs are signs.
    """
    if text.startswith(_CONTROL):
        return True
    first = next((c for c in text if unicodedata.category(c)[0] not in _SKIPPED), "")
    return bool(first) and unicodedata.normalize("NFKC", first)[0] in _FORMULA


_SUM_COLUMNS = (
    "Reviewed?", "Kind of amount", "Currency", "Amounts", "Named by entries", "Sum", "Sum at most",
    "Of it shared by several goods", "About EUR", "Amounts without a rate",
)  # fmt: skip


def sum_rows(counted: Counted) -> Iterator[list[str | int | None]]:
    """Yield the sums as rows of text, the names of their columns first."""
    yield list(_SUM_COLUMNS)
    for row in counted.sums:
        yield [
            row.review, row.kind, row.currency, row.amounts, row.entries, f"{row.low:f}",
            f"{row.high:f}", f"{row.shared:f}", f"{row.eur:.2f}", row.no_rate,
        ]  # fmt: skip


def _notes(counted: Counted) -> Iterator[str]:
    yield (
        "Each amount counts once: one that several goods share, that stands in the same file at two"
        " addresses, or in two entries that a person confirmed to be one delivery."
    )
    yield "Kinds are not added up: a budget, its tender and its award may be the same money."
    yield "Pending amounts were read by a machine, and nobody has looked at them yet."
    if counted.open_pairs:
        yield (
            f"{counted.open_pairs} pairs of these entries may each tell of one delivery and wait"
            " for a person (`same`); until then both are counted."
        )


def _write_csv(path: Path, listing: _Listing) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(listing.names)
        for row in listing.rows:
            writer.writerow([defused(row[name]) for name in listing.names])
            count += 1
    return count


def _write_jsonl(path: Path, listing: _Listing) -> int:
    count = 0
    with path.open("wb") as file:
        for row in listing.rows:
            file.write(msgspec.json.encode(row) + b"\n")
            count += 1
    return count


def _write_xlsx(path: Path, listing: _Listing) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    path.touch()  # where this fails, no temporary file need be made
    # Where it fails later, xlsxwriter leaves its temporary files behind.
    with (
        TemporaryDirectory(prefix="materiel-") as scratch,
        xlsxwriter.Workbook(path, {**options, "tmpdir": scratch}) as book,
    ):
        formats = _Formats(
            bold=book.add_format({"bold": True}),
            # keeps a text a text where somebody edits its cell
            quoted=book.add_format({"quote_prefix": True}),
        )
        count = _write_sheets(book, listing, formats)
        if listing.counted is not None:
            _write_sums(book.add_worksheet("Sums"), listing.counted, formats)
    return count


@dataclass(frozen=True)
class _Formats:
    bold: Any
    quoted: Any


def _write_sheets(book: Any, listing: _Listing, formats: _Formats) -> int:
    """Write the rows, on a further sheet where one is full; return how many there were."""
    count, number = 0, 1
    sheet = _headed(book, listing.title, listing.names, formats)
    for row in listing.rows:
        line = count % (_SHEET_ROWS - 1) + 1
        if line == 1 and count:
            number += 1
            sheet = _headed(book, f"{listing.title} {number}", listing.names, formats)
        for column, name in enumerate(listing.names):
            _write_cell(sheet, line, column, row[name], formats)
        count += 1
    return count


def _headed(book: Any, title: str, names: Sequence[str], formats: _Formats) -> Any:
    sheet = book.add_worksheet(title)
    sheet.write_row(0, 0, names, formats.bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _write_cell(sheet: Any, line: int, column: int, value: Any, formats: _Formats) -> None:
    """Write a value; a text as text, whatever it looks like."""
    if isinstance(value, str):
        risky = _is_risky(value)
        sheet.write_string(line, column, value[:_CELL], formats.quoted if risky else None)
    elif value is not None:
        sheet.write_number(line, column, value)


def _write_sums(sheet: Any, counted: Counted, formats: _Formats) -> None:
    line = -1
    for line, row in enumerate(sum_rows(counted)):
        for column, value in enumerate(row):
            if line == 0:
                sheet.write_string(line, column, value, formats.bold)
            else:
                _write_cell(sheet, line, column, value, formats)
    for number, note in enumerate(_notes(counted), line + 2):
        sheet.write_string(number, 0, note)


_WRITERS: dict[str, Callable[[Path, _Listing], int]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".xlsx": _write_xlsx,
}
