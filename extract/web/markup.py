"""HTML as lines and tables: what a browser would show, without its styling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from extract.office.numbering import BULLET
from extract.page_text import PageText
from extract.xml import inner_text

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html",
    "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul", *_LEVELS,
}  # fmt: skip
_UNSEEN = {
    "button", "head", "iframe", "input", "link", "meta", "noscript", "object", "option",
    "script", "select", "style", "svg", "template", "textarea", "title",
}  # fmt: skip
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n\f\u200b]+")  # a no-break space stays
_BREAK = "\x00"  # a line break on the way; no text holds one
_MOST_COLUMNS = 1000  # what browsers allow a cell to span
_MOST_ROWS = 65_534
_MOST_CELLS = 500_000


@dataclass
class Lines:
    """A paragraph with its heading level and its depth as an item of a list, 0 for none."""

    text: str
    level: int = 0
    depth: int = 0


@dataclass
class Rows:
    """A table; None where a merged cell goes on."""

    rows: list[list[str | None]]
    bold: list[bool]


def _name(element: etree._Element) -> str:
    tag: object = element.tag  # a function at comments
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def is_hidden(element: etree._Element) -> bool:
    """Tell whether an element is not shown, by its name or by what it says itself."""
    style = element.get("style")
    return (
        _name(element) in _UNSEEN
        or element.get("hidden") is not None
        or bool(style and _HIDDEN.search(style))
    )


def is_data_table(table: etree._Element) -> bool:
    """Tell tables of data from frames that only lay a page out: two columns, no table inside."""
    if table.get("role") in {"presentation", "none"}:
        return False
    widths = [len(_cells(row)) for row in _rows(table)]
    inside = (inner for inner in table.iter("table") if inner is not table)
    nested = any(sum(len(_cells(row)) > 1 for row in _rows(inner)) > 1 for inner in inside)
    return max(widths, default=0) > 1 and not nested


def _rows(table: etree._Element) -> list[etree._Element]:
    """Return the rows of a table, not of tables inside."""
    rows: list[etree._Element] = []
    for part in table:
        grouped = _name(part) in {"thead", "tbody", "tfoot"}
        rows += [row for row in (part if grouped else [part]) if _name(row) == "tr"]
    return rows


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if _name(cell) in {"td", "th"}]


def _span(cell: etree._Element, what: str, most: int) -> int:
    said = (cell.get(what) or "").strip()
    return min(max(int(said), 1), most) if said.isdecimal() and len(said) < 8 else 1


class _Walk:
    """The paragraph under way while a tree is walked, and the lists that are open."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._level = 0
        self._label = ""
        self._counts: list[int | None] = []

    def end(self) -> Iterator[Lines]:
        """Yield the paragraph under way, if it has text."""
        text = _SPACE.sub(" ", "".join(self._parts))
        self._parts.clear()
        lines = (line.strip(" ") for line in text.split(_BREAK))
        whole = "\n".join(line for line in lines if line)
        if whole:
            label, self._label = self._label, ""
            depth = max(len(self._counts), 1) if label else 0
            yield Lines(f"{label} {whole}" if label else whole, self._level, depth)

    def open(self, element: etree._Element) -> Iterator[Lines]:
        """Begin an element that is shown."""
        name = _name(element)
        if name in _BLOCKS:
            yield from self.end()
            self._level = _LEVELS.get(name, 0)
        if name == "ol":
            self._counts.append(_span(element, "start", _MOST_ROWS) - 1)
        elif name in {"ul", "dl"}:
            self._counts.append(None)
        elif name == "li":
            last = self._counts[-1] if self._counts else None
            if last is not None:
                self._counts[-1] = last + 1
            self._label = BULLET if last is None else f"{last + 1}."
        self.add(element.text, element)

    def close(self, element: etree._Element) -> Iterator[Lines]:
        """End an element that is shown."""
        name = _name(element)
        if name == "br":
            self._parts.append(_BREAK)
        if name not in _BLOCKS:
            return
        yield from self.end()
        self._level = 0
        if name in {"ul", "ol", "dl"} and self._counts:
            self._counts.pop()
        elif name == "li":
            self._label = ""

    def add(self, text: str | None, holder: etree._Element | None) -> None:
        """Add text that stands in `holder`."""
        if not text:
            return
        kept = text.replace(_BREAK, "")
        if holder is not None and _name(holder) == "pre":
            kept = kept.replace("\r\n", "\n").replace("\n", _BREAK)
        self._parts.append(kept)


def blocks(root: etree._Element) -> Iterator[Lines | Rows]:
    """Yield the paragraphs and tables of an element in their order, itself included.

    List items carry a bullet or their number, line breaks are line feeds, other white space is
    one blank.
    """
    walk = _Walk()
    passed: etree._Element | None = None
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            if is_hidden(element):
                passed = element
            elif _name(element) == "table" and is_data_table(element):
                passed = element
                yield from walk.end()
                yield from _table(element)
            else:
                yield from walk.open(element)
            if passed is element:
                walker.skip_subtree()
            continue
        if event == "end" and element is not passed:
            yield from walk.close(element)
        if element is not root:
            walk.add(element.tail, element.getparent())
    yield from walk.end()


def _table(table: etree._Element) -> Iterator[Lines | Rows]:
    """Yield a table's caption and the table."""
    for caption in table.iterfind("caption"):
        yield Lines(_as_text(caption))
    grid = _Grid()
    bold: list[bool] = []
    for row in _rows(table):
        if is_hidden(row):
            continue
        cells = _cells(row)
        grid.row([cell for cell in cells if not is_hidden(cell)])
        filled = [cell for cell in cells if inner_text(cell).strip()]
        bold.append(bool(filled) and all(_is_bold(cell) for cell in filled))
        if grid.count > _MOST_CELLS:
            break
    yield Rows(grid.rows, bold)


def _is_bold(cell: etree._Element) -> bool:
    """Tell whether a cell is a header, or its whole text lies in one bold element."""
    if _name(cell) == "th":
        return True
    text = inner_text(cell).strip()
    return any(inner_text(mark).strip() == text for mark in cell.iter("b", "strong"))


class _Grid:
    """The rows of a table as they fill, with cells that reach down from rows above."""

    def __init__(self) -> None:
        self.rows: list[list[str | None]] = []
        self.count = 0
        self._below: dict[int, int] = {}

    def row(self, cells: list[etree._Element]) -> None:
        """Add a row; a merged cell stands once, its other places are None."""
        texts: list[str | None] = []
        below: dict[int, int] = {}
        waiting = list(reversed(cells))
        while waiting or any(column >= len(texts) for column in self._below):
            column = len(texts)
            if column in self._below:
                texts.append(None)
                if self._below[column] > 1:
                    below[column] = self._below[column] - 1
                del self._below[column]
            elif waiting:
                cell = waiting.pop()
                across = _span(cell, "colspan", _MOST_COLUMNS)
                down = _span(cell, "rowspan", _MOST_ROWS)
                texts += [_as_text(cell), *[None] * (across - 1)]
                below |= {at: down - 1 for at in range(column, column + across) if down > 1}
            else:
                texts.append(None)
        self._below = below
        self.rows.append(texts)
        self.count += len(texts)


def _as_text(holder: etree._Element) -> str:
    """Return the blocks of a cell as lines; cells of a table inside are parted by a bar."""
    lines: list[str] = []
    for block in blocks(holder):
        if isinstance(block, Lines):
            lines.append(block.text)
        else:
            lines += [" | ".join(filter(None, row)) for row in block.rows]
    return "\n".join(line for line in lines if line)


def fill(page: PageText, root: etree._Element, *, together: bool = False) -> None:
    """Add the paragraphs, headings and tables of an element to a page.

    `together` adds paragraphs that follow each other as the lines of one, for pages that clean
    their text by what stands in neighbouring lines.
    """
    lines: list[str] = []
    for block in blocks(root):
        if together and isinstance(block, Lines) and not block.level:
            lines.append(block.text)
            continue
        page.paragraph("\n".join(lines), inner="own")
        lines.clear()
        if isinstance(block, Rows):
            page.table(block.rows, block.bold)
        else:
            page.paragraph(block.text, block.level, depth=block.depth)
    page.paragraph("\n".join(lines), inner="own")
