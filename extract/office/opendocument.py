"""OpenDocument texts (ODT) and spreadsheets (ODS) as pages of text and tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from lxml import etree

from core.errors import DamagedDocument
from core.languages import language_code
from core.records import Issue, Reading
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.office import sheets
from extract.office.odf import (
    MAX_REPEAT,
    OFFICE,
    STYLE,
    TABLE,
    Grid,
    OdfStyles,
    OdfText,
    as_text,
    refuse_encrypted,
    repeated,
    table_rows,
)
from extract.office.package import Package
from extract.page_text import PageText, first_heading, rendered

_DC = "{http://purl.org/dc/elements/1.1/}"
_HEADERS = {f"{STYLE}header", f"{STYLE}footer", f"{STYLE}header-first", f"{STYLE}footer-first",
            f"{STYLE}header-left", f"{STYLE}footer-left"}  # fmt: skip
_UNSEEN = {"collapse", "filter"}


def _open(file: File, kind: str) -> tuple[Package, etree._Element, OdfStyles]:
    """Return the package, the element that holds the content, and the styles."""
    package = Package(file)
    refuse_encrypted(package, file)
    content = package.need_xml("content.xml")
    body = content.find(f"{OFFICE}body/{OFFICE}{kind}")
    if body is None:
        raise DamagedDocument(f"{file.label} holds no {kind}; fetch it again.")
    styles = package.xml("styles.xml")
    return package, body, OdfStyles([root for root in (styles, content) if root is not None])


def _stated(package: Package) -> tuple[str | None, str | None]:
    """Return title and language as the file states them."""
    meta = package.xml("meta.xml")
    if meta is None:
        return None, None
    title = one_line(meta.findtext(f".//{_DC}title") or "")
    return title or None, language_code(meta.findtext(f".//{_DC}language"))


def _fill(page: PageText, text: OdfText, holder: etree._Element) -> None:
    for block in text.blocks(holder):
        if isinstance(block, Grid):
            page.table(block.rows, block.bold)
        else:
            page.paragraph(block.text, block.level, depth=block.depth)


def _running(page: PageText, package: Package, text: OdfText) -> None:
    """Add the headers and footers of the page styles, each text once."""
    styles = package.xml("styles.xml")
    seen: set[str] = set()
    for part in () if styles is None else styles.iter(*_HEADERS):
        said = as_text(text.blocks(part))
        if said not in seen:
            page.margin(said)
            seen.add(said)


def read_odt(file: File, detected: Detected) -> Reading:
    """Read an OpenDocument text as one page: text, notes, and headers and footers as margins.

    Raises `DamagedDocument`, `EncryptedDocument`, and `HostileDocument` for a bomb in its ZIP or
    for XML that declares entities.
    """
    package, body, styles = _open(file, "text")
    text = OdfText(styles)
    page = PageText(1)
    _fill(page, text, body)
    for note in text.notes:
        page.paragraph(note)
    _running(page, package, text)
    issues = package.issues()
    if text.hidden:
        detail = f"{text.hidden} characters of hidden text were left out."
        issues.append(file.issue("hidden_text", detail, page=1))
    title, language = _stated(package)
    title = title or first_heading([page])
    return rendered(file, detected, [page], title=title, language=language, issues=issues)


def _value(cell: etree._Element, text: OdfText) -> str:
    """Return a cell's value as a person would write it; its shown text where it has no other."""
    kind = cell.get(f"{OFFICE}value-type")
    if kind in {"float", "currency", "percentage"} and not _is_error(cell):
        return _quantity(cell, kind)
    if kind == "date":
        said = (cell.get(f"{OFFICE}date-value") or "").replace("T", " ")
        return said.removesuffix(" 00:00:00")
    if kind == "boolean":
        return (cell.get(f"{OFFICE}boolean-value") or "").upper()
    return as_text(text.blocks(cell))


def _is_error(cell: etree._Element) -> bool:
    return any(str(name).endswith("}value-type") and said == "error" for name, said in cell.items())


def _quantity(cell: etree._Element, kind: str) -> str:
    said = cell.get(f"{OFFICE}value") or ""
    try:
        number = Decimal(said)
    except InvalidOperation:
        return said
    if kind == "percentage":
        return sheets.cell_text(number, "%")
    return sheets.cell_text(number, cell.get(f"{OFFICE}currency") or "")


class _Sheet:
    """The cells of a sheet by row and column, merged ranges, and what is hidden."""

    def __init__(self, element: etree._Element, text: OdfText) -> None:
        self.grid: sheets.Grid = {}
        self.merged: list[sheets.Range] = []
        self.hidden = {"sheet": 0, "rows": 0, "columns": 0}
        self.cut = False
        self._count = 0
        for column in element.iter(f"{TABLE}table-column"):
            if column.get(f"{TABLE}visibility") in _UNSEEN:
                self.hidden["columns"] += repeated(column, "columns")
        row = 0
        for line in table_rows(element):
            times = repeated(line, "rows")
            cells = list(self._cells(line, row, text))
            self.hidden["rows"] += times if line.get(f"{TABLE}visibility") in _UNSEEN else 0
            self._keep(row, cells, times)
            if self.cut:
                return
            row += times

    def _keep(self, row: int, cells: list[tuple[int, str]], times: int) -> None:
        copies = times if cells else 0
        self.cut = copies > MAX_REPEAT
        for copy in range(row, row + min(copies, MAX_REPEAT)):
            self._count += len(cells)
            if self._count > sheets.MAX_CELLS:
                self.cut = True
                return
            self.grid[copy] = dict(cells)

    def _cells(self, line: etree._Element, row: int, text: OdfText) -> Iterator[tuple[int, str]]:
        column = 0
        for cell in line:
            if cell.tag not in {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}:
                continue
            times = repeated(cell, "columns")
            across, down = (_span(cell, what) for what in ("columns", "rows"))
            if across > 1 or down > 1:
                self.merged.append(((row, column), (row + down - 1, column + across - 1)))
            said = _value(cell, text)
            if said:
                self.cut = self.cut or times > MAX_REPEAT
                yield from ((column + copy, said) for copy in range(min(times, MAX_REPEAT)))
            column += times


def _span(cell: etree._Element, what: str) -> int:
    said = cell.get(f"{TABLE}number-{what}-spanned") or ""
    return max(int(said), 1) if said.isdecimal() and len(said) < 8 else 1


def read_ods(file: File, detected: Detected) -> Reading:
    """Read an OpenDocument spreadsheet: each sheet a page, numbers with the currency they state.

    Hidden sheets, rows and columns are read too, with an issue. Raises as `read_odt` does.
    """
    package, body, styles = _open(file, "spreadsheet")
    text = OdfText(styles)
    pages: list[PageText] = []
    issues: list[Issue | None] = []
    for number, element in enumerate(body.iterfind(f"{TABLE}table"), 1):
        name = element.get(f"{TABLE}name") or f"Sheet {number}"
        sheet = _Sheet(element, text)
        shown = styles.says(element.get(f"{TABLE}style-name"), "table")
        sheet.hidden["sheet"] = int(shown == "false")
        issues.append(sheets.hidden_issue(file, number, name, sheet.hidden))
        rows, cut = sheets.table_rows(sheet.grid, sheet.merged)
        issues.append(sheets.cut_issue(file, number, name) if sheet.cut or cut else None)
        pages.append(sheets.sheet_page(number, name, rows))
    if not pages:
        raise DamagedDocument(f"{file.label} is a workbook without a sheet; fetch it again.")
    title, language = _stated(package)
    found = [*package.issues(), *(issue for issue in issues if issue)]
    return rendered(file, detected, pages, title=title, language=language, issues=found)
