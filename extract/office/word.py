"""Word processor files (DOCX) as a page of text and tables (ECMA-376, part 1, 17).

The text is what a person sees with all changes accepted: inserted text is in, deleted and hidden
text is out, numbers and bullets stand before their paragraphs, a text box follows the paragraph
that it is tied to, footnotes and endnotes follow the text, and after them come headers and
footers, told apart by `Page.margins`. Comments and the names of those who made changes are not
read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from core.errors import DamagedDocument
from core.records import Issue, Reading
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.office.numbering import number_text
from extract.office.package import Package
from extract.office.word_styles import Styles, W, number, value
from extract.page_text import PageText, first_heading, rendered

_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_GONE = {f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "annotationRef")}
_OPEN = {
    f"{W}{name}"
    for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink",
                 "fldSimple", "dir", "bdo")
} | {f"{_COMPATIBLE}AlternateContent", f"{_COMPATIBLE}Choice"}  # fmt: skip
_SIGNS = {
    f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011",
    f"{W}ptab": " ",
}  # fmt: skip
_SINGLE = {"styles", "numbering", "footnotes", "endnotes"}
_RUNNING = {"header", "footer"}
_MOST_COLUMNS = 100  # Word itself allows 63
_SYMBOLS = range(0xF000, 0xF100)  # places in a symbol font: the sign has no code point
_DRAWN = {f"{W}drawing", f"{W}pict", f"{W}object"}
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}


@dataclass
class _Paragraph:
    text: str
    level: int
    bold: bool
    boxes: list[etree._Element]
    depth: int = 0  # as an item of a list


@dataclass
class _Table:
    rows: list[list[str | None]]
    bold: list[bool]


@dataclass
class _Found:
    """What is met on the way through the text."""

    hidden: int = 0
    changes: int = 0
    notes: dict[tuple[str, str], str] = field(default_factory=dict)


class _Reader:
    """Walks through the blocks of a part; the counters of lists go on from part to part."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.found = _Found()

    def blocks(self, holder: etree._Element) -> Iterator[_Paragraph | _Table]:
        """Yield paragraphs and tables in their order; what only frames one table is opened."""
        for element in holder:
            if element.tag == f"{W}p":
                paragraph = self._paragraph(element)
                yield paragraph
                for box in paragraph.boxes:
                    yield from self.blocks(box)
            elif element.tag == f"{W}tbl":
                yield from self._table(element)
            elif element.tag in _OPEN:
                yield from self.blocks(element)

    def _paragraph(self, element: etree._Element) -> _Paragraph:
        properties = element.find(f"{W}pPr")
        boxes: list[etree._Element] = []
        bold: list[bool] = []
        text = "".join(self._inline(element, properties, boxes, bold)).strip()
        label, depth = self.styles.label(properties) if text else ("", 0)
        said = f"{label} {text}" if label else text
        level = self.styles.level(properties)
        all_bold = bool(bold) and all(bold)
        return _Paragraph(said, level, all_bold, boxes, 0 if level else depth)

    def _inline(
        self,
        holder: etree._Element,
        properties: etree._Element | None,
        boxes: list[etree._Element],
        bold: list[bool],
    ) -> Iterator[str]:
        for element in holder:
            if element.tag == f"{W}r":
                yield self._run(element, properties, boxes, bold)
            elif element.tag in _OPEN:
                self.found.changes += element.tag in {f"{W}ins", f"{W}moveTo"}
                yield from self._inline(element, properties, boxes, bold)
            elif element.tag in _GONE:
                self.found.changes += 1
            else:
                yield "".join(part.text or "" for part in element.iter(_MATHS))

    def _run(
        self,
        run: etree._Element,
        properties: etree._Element | None,
        boxes: list[etree._Element],
        bold: list[bool],
    ) -> str:
        own = run.find(f"{W}rPr")
        text = "".join(self._signs(run, boxes))
        if not text.strip():
            return text
        if self.styles.says("vanish", own, properties):
            self.found.hidden += len(text)
            return ""
        bold.append(self.styles.says("b", own, properties))
        return text

    def _signs(self, run: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        for element in run:
            if element.tag == f"{W}t":
                yield element.text or ""
            elif element.tag in _SIGNS:
                yield _SIGNS[element.tag]
            elif element.tag == f"{W}sym":
                yield _symbol(element)
            elif element.tag in _NOTES:
                yield self._note(element)
            elif element.tag in _DRAWN:
                boxes.extend(_boxes(element))
            elif element.tag == f"{_COMPATIBLE}AlternateContent":
                boxes.extend(_alternative(element))

    def _note(self, element: etree._Element) -> str:
        """Return the mark of a note, unless a mark of the author's own follows as text."""
        key = (_NOTES[element.tag], value(element, "id") or "")
        if value(element, "customMarkFollows") in {"1", "true"}:
            self.found.notes.setdefault(key, "")
            return ""
        count = sum(1 for kind, _ in self.found.notes if kind == key[0]) + 1
        mark = number_text(count, "decimal" if key[0] == "footnote" else "roman")
        return f" [{self.found.notes.setdefault(key, mark)}]"

    def _table(self, element: etree._Element) -> Iterator[_Paragraph | _Table]:
        lines = [row for row in _children(element, f"{W}tr") if not _is_deleted(row)]
        cells = [list(_children(row, f"{W}tc")) for row in lines]
        if len(cells) == 1 and len(cells[0]) == 1:
            yield from self.blocks(cells[0][0])
            return
        built = [self._row(row, found) for row, found in zip(lines, cells, strict=True)]
        yield _Table([texts for texts, _ in built], [bold for _, bold in built])

    def _row(
        self, row: etree._Element, cells: list[etree._Element]
    ) -> tuple[list[str | None], bool]:
        """Return a row's texts, None where a merged cell goes on, and whether all is bold."""
        texts: list[str | None] = [None] * _grid(row, "gridBefore")
        bold: list[bool] = []
        for cell in cells:
            properties = cell.find(f"{W}tcPr")
            span = 1 if properties is None else number(value(properties.find(f"{W}gridSpan")), 1)
            parts = list(self.blocks(cell))
            text = "\n".join(filter(None, (_as_text(part) for part in parts)))
            bold += [part.bold for part in parts if isinstance(part, _Paragraph) and part.text]
            goes_on = any(_goes_on(properties, name) for name in ("vMerge", "hMerge"))
            texts.append(None if goes_on and not text else text)
            texts += [None] * (min(max(span, 1), _MOST_COLUMNS) - 1)
        return texts[:_MOST_COLUMNS], bool(bold) and all(bold)


def _children(holder: etree._Element, tag: str) -> Iterator[etree._Element]:
    for element in holder:
        if element.tag == tag:
            yield element
        elif element.tag in _OPEN:
            yield from _children(element, tag)


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _grid(row: etree._Element, name: str) -> int:
    return min(max(number(value(row.find(f"{W}trPr/{W}{name}"))), 0), _MOST_COLUMNS)


def _goes_on(properties: etree._Element | None, name: str) -> bool:
    merge = None if properties is None else properties.find(f"{W}{name}")
    return merge is not None and value(merge) != "restart"


def _as_text(part: _Paragraph | _Table) -> str:
    """Return a part of a cell as text; the cells of a table inside are parted by a bar."""
    if isinstance(part, _Paragraph):
        return part.text
    lines = (" | ".join(one_line(text) for text in row if text) for row in part.rows)
    return "\n".join(line for line in lines if line)


def _symbol(element: etree._Element) -> str:
    try:
        code = int(value(element, "char") or "", 16)
    except ValueError:
        return ""
    return "" if code in _SYMBOLS or not 0x20 <= code < 0xD800 else chr(code)


def _boxes(drawn: etree._Element) -> Iterator[etree._Element]:
    """Yield the outermost text boxes of a drawing; boxes inside them come with their text."""
    for element in drawn:
        if element.tag == f"{W}txbxContent":
            yield element
        elif element.tag == f"{_COMPATIBLE}AlternateContent":
            yield from _alternative(element)
        else:
            yield from _boxes(element)


def _alternative(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the boxes of one of several drawings of the same thing: the first that has any."""
    for choice in element:
        found = list(_boxes(choice))
        if found:
            yield from found
            return


def _fill(page: PageText, reader: _Reader, holder: etree._Element) -> None:
    for block in reader.blocks(holder):
        if isinstance(block, _Table):
            page.table(block.rows, block.bold)
        else:
            page.paragraph(block.text, block.level, depth=block.depth)


def _notes(page: PageText, reader: _Reader, parts: dict[str, etree._Element]) -> None:
    """Add the notes that the text refers to, each with its mark; notes of notes are left out."""
    for (kind, key), mark in list(reader.found.notes.items()):
        root = parts.get(f"{kind}s")
        for note in () if root is None else root.iterfind(f"{W}{kind}"):
            if value(note, "id") == key:
                text = "\n".join(filter(None, map(_as_text, reader.blocks(note))))
                page.paragraph(f"[{mark}] {text}" if mark and text else text)


def _running(
    page: PageText, reader: _Reader, body: etree._Element, parts: dict[str, etree._Element]
) -> None:
    """Add the headers and footers that sections use, each text once."""
    seen: set[str] = set()
    for reference in body.iter(f"{W}headerReference", f"{W}footerReference"):
        root = parts.get(reference.get(_REFERENCE) or "")
        for text in () if root is None else map(_as_text, reader.blocks(root)):
            if text not in seen:
                page.margin(text)
                seen.add(text)


def _issues(file: File, found: _Found) -> list[Issue]:
    issues = []
    if found.hidden:
        detail = f"{found.hidden} characters of hidden text were left out."
        issues.append(file.issue("hidden_text", detail, page=1))
    if found.changes:
        detail = "The text has tracked changes; it is read with all of them accepted."
        issues.append(file.issue("tracked_changes", detail, page=1, level="info"))
    return issues


def read_docx(file: File, detected: Detected) -> Reading:
    """Read a word processor file as one page: text, notes, headers and footers.

    Raises `DamagedDocument`, `EncryptedDocument`, and `HostileDocument` for a bomb in its ZIP or
    for XML that declares entities.
    """
    package = Package(file)
    main = package.main_part("word/document.xml")
    body = package.need_xml(main).find(f"{W}body")
    if body is None:
        raise DamagedDocument(f"{file.label} is no complete DOCX (no text); fetch it again.")
    parts = _parts(package, main)
    reader = _Reader(Styles(parts.get("styles"), parts.get("numbering")))
    page = PageText(1)
    _fill(page, reader, body)
    _notes(page, reader, parts)
    _running(page, reader, body, parts)
    return rendered(
        file,
        detected,
        [page],
        title=_title(package) or first_heading([page]),
        issues=[*package.issues(), *_issues(file, reader.found)],
    )


def _parts(package: Package, main: str) -> dict[str, etree._Element]:
    """Return the parts beside the text: by their kind, headers and footers by identifier."""
    parts: dict[str, etree._Element] = {}
    for key, (kind, path) in package.relations(main).items():
        if kind in _SINGLE or kind in _RUNNING:
            root = package.xml(path)
            if root is not None:
                parts[kind if kind in _SINGLE else key] = root
    return parts


def _title(package: Package) -> str | None:
    related = package.relations("").values()
    core = package.xml(next((path for kind, path in related if kind == "core-properties"), ""))
    return one_line((core.findtext(_TITLE) if core is not None else None) or "") or None
