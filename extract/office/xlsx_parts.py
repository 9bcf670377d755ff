"""What the XML of an XLSX says beyond the values of its cells (ECMA-376, part 1, 18.3).

The values themselves are read by calamine, which leaves out error values, what is hidden, and the
currency or percent sign that a number is shown with. It also reserves the whole rectangle that
the cells of a sheet span, so the rectangle is measured here first.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from itertools import islice, pairwise

from lxml import etree

from core.errors import DamagedDocument, HostileDocument
from extract.common import File
from extract.office.package import Package
from extract.table_facts import currency_of
from extract.xml import refuse_entities, xml_cause

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LOCALE = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")  # [$€-407]: a sign, and where it is used
_COUNT = re.compile(rb"uniqueCount\s*=\s*[\"']\s*(\d+)")
_COUNT_WITHIN = 65_536
_ROWS, _COLUMNS = 1_048_576, 16_384
# Cells of a sheet, and cells and characters of a workbook, beyond which a sheet ends early:
# calamine reads a sheet whole, and copies a shared text into each of its cells.
MAX_CELLS = 600_000
MAX_ALL_CELLS = 2_000_000
MAX_TEXT = 30_000_000
# The rectangle that the cells of a sheet span; calamine reserves 32 bytes for each place in it.
MAX_PLACES = 8_000_000
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData[\s>]")
_ROOT = re.compile(rb"<((?:\w+:)?)worksheet[\s>]")
_SHARED = re.compile(rb"<(?:\w+:)?si[\s/>]")
_EMPTY = f'<worksheet xmlns="{S[1:-1]}"><sheetData/></worksheet>'.encode()
_BUILT_IN = {9: "%", 10: "%"}  # other numbers below 164 show no unit that is the same everywhere


@dataclass
class SheetFacts:
    """The rectangle of a sheet, and what is special in it; places are row and column from 0.

    `cells` and `text` count what is in it, the latter in bytes. `rows_read` is how many of the
    rows that the file writes down are read, None for all.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    text: int = 0
    rows_read: int | None = None
    hidden_rows: int = 0
    hidden_columns: int = 0
    without_value: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    units: dict[tuple[int, int], str] = field(default_factory=dict)


def place(reference: str) -> tuple[int, int] | None:
    """Return row and column, from 0, of a reference such as `B3`.

    None for what is no place in a sheet, which has 1,048,576 rows of 16,384 cells.

    >>> place("A1"), place("AB12"), place("R1C1"), place("ZZZ1")
    ((0, 0), (11, 27), None, None)
    """
    found = _CELL.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    return (row - 1, column - 1) if 0 < row <= _ROWS and column <= _COLUMNS else None


def unit_of(code: str) -> str:
    """Return what a number format shows beside the number: `%`, a currency's code, or nothing.

    >>> unit_of('#,##0.00 [$€-407]'), unit_of("0.0%"), unit_of("dd/mm/yyyy"), unit_of('0 "EUR"')
    ('EUR', '%', '', 'EUR')
    """
    shown = _LOCALE.sub(r"\1", code.split(";", maxsplit=1)[0])
    return "%" if "%" in shown else currency_of(shown) or ""


def _units(package: Package) -> list[str]:
    """Return the unit of each cell style, by its number."""
    root = package.xml("xl/styles.xml")
    if root is None:
        return []
    codes = {
        int(form.get("numFmtId") or -1): unit_of(form.get("formatCode") or "")
        for form in root.iterfind(f"{S}numFmts/{S}numFmt")
        if (form.get("numFmtId") or "").isdecimal()
    }
    styles = root.iterfind(f"{S}cellXfs/{S}xf")
    numbers = (int(n) if (n := style.get("numFmtId") or "").isdecimal() else 0 for style in styles)
    return [codes.get(number, _BUILT_IN.get(number, "")) for number in numbers]


def read_parts(package: Package, file: File) -> tuple[dict[str, SheetFacts], dict[str, bytes]]:
    """Return the facts of each sheet by its name, and the parts of sheets that are cut off.

    Raises `DamagedDocument` for broken XML.
    """
    main = package.main_part("xl/workbook.xml")
    workbook = package.need_xml(main)
    relations = package.relations(main)
    lengths = _lengths(package, relations, file)
    units = _units(package)
    facts: dict[str, SheetFacts] = {}
    cut: dict[str, bytes] = {}
    room = SheetFacts(cells=MAX_ALL_CELLS, text=MAX_TEXT)
    for sheet in workbook.iterfind(f"{S}sheets/{S}sheet"):
        _, path = relations.get(sheet.get(_REFERENCE) or "", ("", ""))
        data = package.read(path)
        if data is not None:
            found = _sheet_facts(data, _Styles(units, lengths), room, file)
            facts[sheet.get("name") or ""] = found
            room.cells, room.text = room.cells - found.cells, room.text - found.text
            if found.rows_read is not None:
                cut[path] = _first_rows(data, found.rows_read)
    return facts, cut


def _first_rows(data: bytes, count: int) -> bytes:
    """Return the XML of a sheet with its first rows, without any where they cannot be told."""
    root, start = _ROOT.search(data), _DATA.search(data)
    if root is None or start is None:
        return _EMPTY
    row = next(islice(_ROW.finditer(data, start.end()), count, None), None)
    if row is None:
        return _EMPTY
    return data[: row.start()] + b"</%ssheetData></%sworksheet>" % (start[1], root[1])


def _lengths(package: Package, relations: dict[str, tuple[str, str]], file: File) -> list[int]:
    """Return how many bytes each of the shared texts takes, with its markup.

    Refuses a list that says to be longer than it can be: calamine takes room for it.
    """
    path = next((path for kind, path in relations.values() if kind == "sharedStrings"), "")
    data = package.read(path) or package.read("xl/sharedStrings.xml") or b""
    for found in _COUNT.finditer(data[:_COUNT_WITHIN]):
        if len(found[1]) > 9 or int(found[1]) > len(data):
            raise HostileDocument(
                f"{file.label} says to hold {found[1][:20].decode()} texts in {len(data)} bytes."
            )
    starts = [text.start() for text in _SHARED.finditer(data)]
    return [end - start for start, end in pairwise([*starts, len(data)])]


@dataclass(frozen=True)
class _Styles:
    """The unit of each style of cells, and the length of each shared text."""

    units: list[str]
    lengths: list[int]


def _sheet_facts(data: bytes, styles: _Styles, room: SheetFacts, file: File) -> SheetFacts:
    """Return the facts of a sheet, which ends with the row before one that is too much.

    `room` is how many cells and bytes of text the workbook may still have.
    """
    refuse_entities(data, file.label)
    facts = SheetFacts()
    row = column = -1
    count = 0
    tags = tuple(f"{{*}}{name}" for name in ("c", "row", "col"))
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for event, element in events:
            name = element.tag.rpartition("}")[2]
            if event == "start":
                if name == "row":
                    count += 1
                    row, column = _row_place(element, row, file), -1
                    facts.hidden_rows += _is_hidden(element)
                continue
            if name == "c":
                said = element.get("r")
                at = place(said) if said else (row, column + 1)
                if at is None:
                    raise DamagedDocument(f"{file.label} has a cell at {said!r}; fetch it again.")
                column = at[1]
                _note_cell(element, at, styles, facts)
                if _is_too_much(facts, room):
                    facts.rows_read = count - 1
                    break
            elif name == "col" and _is_hidden(element):
                first, last = (_number(element.get(end), 1) for end in ("min", "max"))
                facts.hidden_columns += max(last - first + 1, 0)
            element.clear()
            if name == "row":
                _forget_before(element)
    except etree.XMLSyntaxError as error:
        raise DamagedDocument(
            f"{file.label} is no complete workbook ({xml_cause(error)}); fetch it again."
        ) from error
    return facts


def _is_too_much(facts: SheetFacts, room: SheetFacts) -> bool:
    return (
        facts.cells > min(MAX_CELLS, room.cells)
        or facts.text > room.text
        or facts.rows * facts.columns > MAX_PLACES
    )


def _forget_before(element: etree._Element) -> None:
    """Take what is read already out of the tree, which would grow with the file."""
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _row_place(element: etree._Element, before: int, file: File) -> int:
    """Return the place of a row, from 0, which is the next one where it says nothing."""
    row = _number(element.get("r"), before + 2) - 1
    if row >= _ROWS:
        raise DamagedDocument(f"{file.label} has a row {row + 1}; fetch it again.")
    return row


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") in {"1", "true"}


def _note_cell(
    cell: etree._Element, at: tuple[int, int], styles: _Styles, facts: SheetFacts
) -> None:
    value, names = "", set[str]()
    for part in cell.iterchildren(etree.Element):
        name = part.tag.rpartition("}")[2]
        if name == "v" and name not in names:
            value = part.text or ""
        names.add(name)
    if "f" in names and not value and cell.get("t") != "str":
        facts.without_value += 1
    if not value and "is" not in names:
        return
    facts.cells += 1
    facts.rows, facts.columns = max(facts.rows, at[0] + 1), max(facts.columns, at[1] + 1)
    kind = cell.get("t", "n")
    if kind == "e":
        facts.errors[at] = value
    elif kind == "n":
        style = _number(cell.get("s"), 0)
        unit = styles.units[style] if style < len(styles.units) else ""
        if unit:
            facts.units[at] = unit
    elif kind == "s":
        shared = _number(value, 0)
        facts.text += styles.lengths[shared] if shared < len(styles.lengths) else 0
    else:
        facts.text += len(value)
