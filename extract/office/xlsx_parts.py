"""What the XML of an XLSX says beyond the values of its cells (ECMA-376, part 1, 18.3).

The values themselves are read by calamine, which leaves out error values, what is hidden, and the
currency or percent sign that a number is shown with. It also reserves the whole rectangle that
the cells of a sheet span, so the rectangle is measured here first.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from lxml import etree

from core.errors import DamagedDocument, HostileDocument
from extract.common import File
from extract.office.package import Package
from extract.table_facts import currency_of
from extract.xml import refuse_entities

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LOCALE = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")  # [$€-407]: a sign, and where it is used
_COUNT = re.compile(rb"uniqueCount\s*=\s*[\"']\s*(\d+)")
_COUNT_WITHIN = 65_536
_ROWS, _COLUMNS = 1_048_576, 16_384
_BUILT_IN = {9: "%", 10: "%"}  # other numbers below 164 show no unit that is the same everywhere


@dataclass
class SheetFacts:
    """The rectangle of a sheet, and what is special in it; places are row and column from 0."""

    rows: int = 0
    columns: int = 0
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


def read_parts(package: Package, file: File) -> dict[str, SheetFacts]:
    """Return the facts of each sheet by its name; raise `DamagedDocument` for broken XML."""
    main = package.main_part("xl/workbook.xml")
    workbook = package.need_xml(main)
    relations = package.relations(main)
    _check_count(package, relations, file)
    units = _units(package)
    facts: dict[str, SheetFacts] = {}
    for sheet in workbook.iterfind(f"{S}sheets/{S}sheet"):
        _, path = relations.get(sheet.get(_REFERENCE) or "", ("", ""))
        data = package.read(path)
        if data is not None:
            facts[sheet.get("name") or ""] = _sheet_facts(data, units, file)
    return facts


def _check_count(package: Package, relations: dict[str, tuple[str, str]], file: File) -> None:
    """Refuse a list of texts that says to be longer than it can be: calamine takes room for it."""
    path = next((path for kind, path in relations.values() if kind == "sharedStrings"), "")
    data = package.read(path) or package.read("xl/sharedStrings.xml") or b""
    for found in _COUNT.finditer(data[:_COUNT_WITHIN]):
        if len(found[1]) > 9 or int(found[1]) > len(data):
            raise HostileDocument(
                f"{file.label} says to hold {found[1][:20].decode()} texts in {len(data)} bytes."
            )


def _sheet_facts(data: bytes, units: list[str], file: File) -> SheetFacts:
    refuse_entities(data, file.label)
    facts = SheetFacts()
    row = column = -1
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
                    row, column = _number(element.get("r"), row + 2) - 1, -1
                    if row >= _ROWS:
                        raise DamagedDocument(f"{file.label} has a row {row + 1}; fetch it again.")
                    facts.hidden_rows += _is_hidden(element)
                continue
            if name == "c":
                said = element.get("r")
                at = place(said) if said else (row, column + 1)
                if at is None:
                    raise DamagedDocument(f"{file.label} has a cell at {said!r}; fetch it again.")
                column = at[1]
                _note_cell(element, at, units, facts)
            elif name == "col" and _is_hidden(element):
                first, last = (_number(element.get(end), 1) for end in ("min", "max"))
                facts.hidden_columns += max(last - first + 1, 0)
            element.clear()
    except etree.XMLSyntaxError as error:
        raise DamagedDocument(
            f"{file.label} is no complete workbook ({error}); fetch it again."
        ) from error
    return facts


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") in {"1", "true"}


def _note_cell(
    cell: etree._Element, at: tuple[int, int], units: list[str], facts: SheetFacts
) -> None:
    value = cell.findtext("{*}v")
    if cell.find("{*}f") is not None and not value and cell.get("t") != "str":
        facts.without_value += 1
    if not value and cell.find("{*}is") is None:
        return
    facts.rows, facts.columns = max(facts.rows, at[0] + 1), max(facts.columns, at[1] + 1)
    kind = cell.get("t", "n")
    if kind == "e":
        facts.errors[at] = value or ""
    elif kind == "n":
        style = _number(cell.get("s"), 0)
        unit = units[style] if style < len(units) else ""
        if unit:
            facts.units[at] = unit
