"""The text of OpenDocument files: paragraphs, lists, headings, tables (ODF 1.3, parts 3, 5 to 9).

Comments, tracked deletions (both stand apart from the text in this format), the fields with an
author's name and text that is hidden are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from core.errors import EncryptedDocument
from extract.common import File
from extract.office.numbering import BULLET, Counters, Level, Style
from extract.office.package import Package
from extract.xml import inner_text

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, FO = (
    f"{{{_URN}{name}:1.0}}" for name in ("office", "text", "table", "style", "xsl-fo-compatible")
)
DRAW = f"{{{_URN}drawing:1.0}}"
MAX_REPEAT = 1000  # a row or a column that is written once and stands for many
MAX_COLUMNS = 1024
MAX_ROWS = 500_000  # a table this long holds more cells than a page takes
_STYLES: dict[str, Style] = {
    "1": "decimal", "a": "letter", "A": "LETTER", "i": "roman", "I": "ROMAN", "": "none",
}  # fmt: skip
_SKIPPED = {
    f"{OFFICE}annotation", f"{OFFICE}annotation-end", f"{TEXT}tracked-changes",
    f"{TEXT}author-name", f"{TEXT}author-initials", f"{TEXT}creator", f"{TEXT}initial-creator",
    f"{TEXT}sender-firstname", f"{TEXT}sender-lastname", f"{TEXT}ruby-text",
    f"{TEXT}table-of-content-source", f"{TEXT}index-title-template",
}  # fmt: skip
_HIDDEN = {f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"}
_FRAMES = {f"{DRAW}frame", f"{DRAW}text-box", f"{DRAW}custom-shape", f"{DRAW}g", f"{DRAW}a"}
_DEEPEST = 6


@dataclass
class Paragraph:
    """A paragraph or heading (level above 0) with the frames that are tied to it.

    `depth` is its level as an item of a list, 0 for none.
    """

    text: str
    level: int = 0
    bold: bool = False
    frames: list[etree._Element] = field(default_factory=list)
    depth: int = 0


@dataclass
class Grid:
    """A table; None where a merged cell goes on."""

    rows: list[list[str | None]]
    bold: list[bool]


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


def repeated(element: etree._Element, what: str) -> int:
    """Return how often a row or cell stands; `what` is `rows` or `columns`."""
    return max(_whole(element.get(f"{TABLE}number-{what}-repeated"), 1), 1)


def refuse_encrypted(package: Package, file: File) -> None:
    """Raise `EncryptedDocument` where the list of parts says that they are encrypted."""
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise EncryptedDocument(f"{file.label} needs a password; add a copy without one.")


class OdfStyles:
    """Hidden and bold styles, and the levels of lists and of numbered headings."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._parents: dict[str, str] = {}
        self._said: dict[str, dict[str, str]] = {}
        self._lists: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        for root in roots:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        for style in root.iter(f"{STYLE}style"):
            name = style.get(f"{STYLE}name") or ""
            self._parents[name] = style.get(f"{STYLE}parent-style-name") or ""
            said = self._said.setdefault(name, {})
            for properties in style.iterfind(f"{STYLE}text-properties"):
                said["display"] = properties.get(f"{TEXT}display") or ""
                said["weight"] = properties.get(f"{FO}font-weight") or ""
            for properties in style.iterfind(f"{STYLE}table-properties"):
                said["table"] = properties.get(f"{TABLE}display") or ""
        for style in root.iter(f"{TEXT}list-style"):
            self._lists[style.get(f"{STYLE}name") or ""] = dict(_levels(style))
        for style in root.iter(f"{TEXT}outline-style"):
            self.outline = dict(_levels(style))

    def says(self, name: str | None, what: str) -> str:
        """Return what a style or its parents say of `display`, `weight` or `table`."""
        for _ in range(20):  # a circle of parents has no end
            if not name:
                return ""
            if self._said.get(name, {}).get(what):
                return self._said[name][what]
            name = self._parents.get(name)
        return ""

    def levels(self, name: str) -> dict[int, Level]:
        """Return the levels of a list style; a style that is not there has bullets."""
        return self._lists.get(name, {depth: Level("bullet", BULLET) for depth in range(10)})


def _levels(style: etree._Element) -> Iterator[tuple[int, Level]]:
    for level in style:
        depth = _whole(level.get(f"{TEXT}level"), 1) - 1
        if level.tag == f"{TEXT}list-level-style-bullet":
            yield depth, Level("bullet", BULLET)
            continue
        shape = _STYLES.get(level.get(f"{STYLE}num-format") or "", "none")
        shown = min(_whole(level.get(f"{TEXT}display-levels"), 1), depth + 1)
        places = ".".join(f"%{place + 1}" for place in range(depth + 1 - shown, depth + 1))
        before, after = (level.get(f"{STYLE}num-{end}") or "" for end in ("prefix", "suffix"))
        template = f"{before}{places}{after}" if shape != "none" else ""
        yield depth, Level(shape, template, _whole(level.get(f"{TEXT}start-value"), 1))


class OdfText:
    """Walks through the blocks of a document; `notes` are the notes met so far, with marks."""

    def __init__(self, styles: OdfStyles) -> None:
        self.styles = styles
        self.notes: list[str] = []
        self.hidden = 0
        self._counters = Counters()
        self._lists = 0

    def blocks(self, holder: etree._Element) -> Iterator[Paragraph | Grid]:
        """Yield paragraphs and tables in their order; sections and indexes are opened."""
        for element in holder:
            if element.tag in {f"{TEXT}p", f"{TEXT}h"}:
                yield from self._with_frames(self.paragraph(element))
            elif element.tag == f"{TEXT}list":
                yield from self._list(element, None, 0)
            elif element.tag == f"{TABLE}table":
                yield self.table(element)
            elif element.tag in _FRAMES or element.tag not in _SKIPPED:
                yield from () if self._is_hidden(element) else self.blocks(element)

    def _is_hidden(self, element: etree._Element) -> bool:
        hidden = element.tag == f"{TEXT}section" and element.get(f"{TEXT}display") == "none"
        if hidden:
            self.hidden += len(inner_text(element))
        return hidden

    def _with_frames(self, paragraph: Paragraph) -> Iterator[Paragraph | Grid]:
        yield paragraph
        for frame in paragraph.frames:
            yield from self.blocks(frame)

    def _list(
        self, element: etree._Element, key: tuple[str, str] | None, depth: int
    ) -> Iterator[Paragraph | Grid]:
        """Yield the items of a list; `key` is the running number of the list and its style."""
        if key is None:
            going_on = element.get(f"{TEXT}continue-numbering") == "true"
            self._lists += not going_on
            key = (f"list {self._lists}", element.get(f"{TEXT}style-name") or "")
        for item in element:
            first = item.tag == f"{TEXT}list-item"
            for part in item:
                if part.tag == f"{TEXT}list":
                    yield from self._list(part, key, depth + 1)
                elif part.tag in {f"{TEXT}p", f"{TEXT}h"}:
                    paragraph = self.paragraph(part)
                    if first and paragraph.text and not paragraph.level:
                        label = self._counters.label(key[0], depth, self.styles.levels(key[1]))
                        paragraph.text = f"{label} {paragraph.text}".strip()
                        paragraph.depth = depth + 1 if label else 0
                        first = False
                    yield from self._with_frames(paragraph)
                else:
                    yield from self.blocks(part)

    def paragraph(self, element: etree._Element) -> Paragraph:
        """Return a paragraph; a heading carries the number that it is shown with."""
        style = element.get(f"{TEXT}style-name")
        frames: list[etree._Element] = []
        text = "".join(self._inline(element, frames)).strip()
        if self.styles.says(style, "display") == "none":
            self.hidden += len(text)
            return Paragraph("")
        bold = self.styles.says(style, "weight") == "bold" or self._all_bold(element)
        if element.tag == f"{TEXT}p" or not text:
            return Paragraph(text, 0, bold, frames)
        level = max(_whole(element.get(f"{TEXT}outline-level"), 1), 1)
        label = ""
        if element.get(f"{TEXT}is-list-header") != "true" and self.styles.outline:
            label = self._counters.label("outline", level - 1, self.styles.outline)
        return Paragraph(f"{label} {text}".strip(), min(level, _DEEPEST), bold, frames)

    def _all_bold(self, element: etree._Element) -> bool:
        spans = list(element.iterfind(f"{TEXT}span"))
        loose = (element.text or "") + "".join(span.tail or "" for span in spans)
        weights = [self.styles.says(span.get(f"{TEXT}style-name"), "weight") for span in spans]
        return bool(spans) and not loose.strip() and set(weights) == {"bold"}

    def _inline(self, element: etree._Element, frames: list[etree._Element]) -> Iterator[str]:
        """Yield the text of an element; white space counts as one blank, as ODF has it."""
        yield _blanks(element.text)
        for part in element:
            if part.tag == f"{TEXT}s":
                yield " " * min(_whole(part.get(f"{TEXT}c"), 1), MAX_REPEAT)
            elif part.tag == f"{TEXT}tab":
                yield " "
            elif part.tag == f"{TEXT}line-break":
                yield "\n"
            elif part.tag == f"{TEXT}note":
                yield self._note(part)
            elif part.tag in _FRAMES:
                frames.append(part)
            elif part.tag in _HIDDEN or self._is_hidden_span(part):
                self.hidden += len(inner_text(part))
            elif part.tag not in _SKIPPED:
                yield from self._inline(part, frames)
            yield _blanks(part.tail)

    def _is_hidden_span(self, part: etree._Element) -> bool:
        return self.styles.says(part.get(f"{TEXT}style-name"), "display") == "none"

    def _note(self, note: etree._Element) -> str:
        mark = "".join(note.findtext(f"{TEXT}note-citation") or "").strip()
        body = note.find(f"{TEXT}note-body")
        at = len(self.notes)
        self.notes.append("")  # its place, as a note may hold notes of its own
        text = "" if body is None else as_text(self.blocks(body))
        self.notes[at] = f"[{mark}] {text}".strip()
        return f" [{mark}]"

    def table(self, element: etree._Element) -> Grid:
        """Return a table; rows and cells that stand for many are repeated within limits."""
        rows: list[list[str | None]] = []
        bold: list[bool] = []
        for row in table_rows(element):
            texts, all_bold = self._row(row)
            times = min(repeated(row, "rows"), MAX_REPEAT) if any(texts) else 1
            rows += [texts] * times
            bold += [all_bold] * times
            if len(rows) > MAX_ROWS:
                break
        return Grid(rows, bold)

    def _row(self, row: etree._Element) -> tuple[list[str | None], bool]:
        texts: list[str | None] = []
        bold: list[bool] = []
        for cell in row:
            if cell.tag not in {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}:
                continue
            parts = list(self.blocks(cell))
            text = as_text(parts)
            bold += [part.bold for part in parts if isinstance(part, Paragraph) and part.text]
            covered = cell.tag == f"{TABLE}covered-table-cell" and not text
            times = repeated(cell, "columns")
            texts += [None if covered else text] * min(times, MAX_REPEAT)
            if len(texts) > MAX_COLUMNS:
                break
        while texts and not texts[-1]:
            texts.pop()
        return texts, bool(bold) and all(bold)


def table_rows(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the rows of a table, header rows and groups of rows included, not of tables inside."""
    for part in element:
        if part.tag == f"{TABLE}table-row":
            yield part
        elif part.tag in {f"{TABLE}table-{name}" for name in ("header-rows", "row-group", "rows")}:
            yield from table_rows(part)


def as_text(parts: Iterator[Paragraph | Grid] | list[Paragraph | Grid]) -> str:
    """Return the blocks of a cell or note as lines; cells of a table are parted by a bar."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, Paragraph):
            lines.append(part.text)
        else:
            lines += [" | ".join(filter(None, row)) for row in part.rows]
    return "\n".join(line for line in lines if line)


def _blanks(text: str | None) -> str:
    """Return text with each run of blanks, tabs and line ends as one blank (ODF 1.3, 6.1.2)."""
    if not text:
        return ""
    inner = " ".join(text.replace("\u00a0", "\ue000").split()).replace("\ue000", "\u00a0")
    before = " " if text[0] in " \t\r\n" else ""
    after = " " if inner and text[-1] in " \t\r\n" else ""
    return f"{before}{inner}{after}"
