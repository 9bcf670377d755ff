"""The groups and words of Rich Text Format (Microsoft's specification 1.9.1), one by one.

What is kept of a file are flows of blocks: the text, the running headers and footers, and the
notes. Destinations that hold no text, deleted and hidden text, comments and the names of author,
operator and reviewers are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from core.errors import DamagedDocument

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])"
    r"|([^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_MAX_DEPTH = 2000  # groups inside groups; real files have some dozens
_DEEPEST = 6
_CODE_PAGES = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_ANSI = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
# Destinations that came before the mark `\*`, by which readers know what they may pass over.
_SKIPPED = {
    "colortbl", "info", "pict", "objdata", "filetbl", "listtable", "listoverridetable", "revtbl",
    "rsidtbl", "generator", "fldinst", "bkmkstart", "bkmkend", "annotation", "atnid", "atnauthor",
    "xe", "tc", "rxe", "txe", "nonesttables", "template", "userprops", "sp", "ftnsep", "ftnsepc",
    "aftnsep", "aftnsepc", "private", "nonshppict", "datafield", "formfield", "shprslt",
}  # fmt: skip
_MARKED = {"do", "shpinst", "shptxt", "dptxbxtext", "nesttableprops"}  # marked, and hold text
_BOXES = {"shptxt", "dptxbxtext"}
_RUNNING = {f"{part}{where}" for part in ("header", "footer") for where in ("", "f", "l", "r")}
_ENDS = {"par", "sect", "page", "column"}
_TABLE = {"cell", "row", "nestcell", "nestrow", "trowd", "cellx", "clvmrg", "clmrg"}
_SIGNS = {
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "tab": " ", "line": "\n", "lbr": "\n", "emspace": " ", "enspace": " ",
    "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip
_ESCAPED = {"~": "\u00a0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}"}
_HEADING = re.compile(r"heading ([1-9])|(title)", re.IGNORECASE)

Row = tuple[list[str | None], bool]


@dataclass
class Flow:
    """A text as it grows: blocks, and the paragraph, cells and lines of a cell under way.

    A block is a paragraph with its heading level, or the rows of a table, each with whether all
    of it is bold; None is a place where a merged cell goes on.
    """

    blocks: list[tuple[str, int] | list[Row]] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    goes_on: list[bool] = field(default_factory=lambda: [False])
    boxes: list[Flow] = field(default_factory=list)

    def end_paragraph(self, level: int = 0, *, in_table: bool = False) -> None:
        """End the paragraph under way; text boxes that stand in it follow."""
        text = "".join(self.paragraph).strip()
        self.paragraph.clear()
        if in_table:
            self.lines.append(text)
            return
        if text:
            self.bold.clear()
            self.blocks.append((text, level))
        for box in self.boxes:
            self.blocks.extend(box.blocks)
        self.boxes.clear()

    def end_cell(self) -> None:
        """End the cell under way."""
        self.end_paragraph(in_table=True)
        self.cells.append("\n".join(line for line in self.lines if line))
        self.lines.clear()

    def end_row(self, *, deleted: bool) -> None:
        """End the row under way; it joins the table that stands right before it."""
        marks = [*self.goes_on, *[False] * len(self.cells)]
        texts = [
            None if goes_on and not text else text
            for text, goes_on in zip(self.cells, marks, strict=False)
        ]
        bold = bool(self.bold) and all(self.bold)
        self.cells.clear()
        self.bold.clear()
        if deleted or not texts:
            return
        last = self.blocks[-1] if self.blocks else None
        if isinstance(last, list):
            last.append((texts, bold))
        else:
            self.blocks.append([(texts, bold)])

    def end(self) -> None:
        """Keep what was never ended, as files that are cut off leave it."""
        self.blocks.extend((text, 0) for text in (*self.cells, *self.lines) if text)
        self.end_paragraph()


@dataclass
class _State:
    """What holds inside a group and is forgotten at its end."""

    flow: Flow
    skipped: bool = False
    styles: bool = False
    font: int = -1
    skip: int = 1  # characters after a Unicode one that stand in for it
    hidden: bool = False
    deleted: bool = False
    bold: bool = False
    level: int = 0
    in_table: bool = False


class RtfParser:
    """Goes through a file without recursion; `text`, `running` and `notes` are what it finds."""

    def __init__(self, label: str) -> None:
        self.text = Flow()
        self.running = Flow()
        self.notes: list[Flow] = []
        self.hidden = 0
        self.changes = 0
        self._label = label
        self._state = _State(self.text)
        self._stack: list[_State] = []
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, int] = {}
        self._style = 0
        self._bytes = bytearray()
        self._to_skip = 0
        self._half = ""
        self._marked = False

    def parse(self, data: bytes) -> None:
        """Go through the file; raise `DamagedDocument` for groups nested without end."""
        text = data.decode("latin-1")
        at = 0
        while at < len(text) and (token := _TOKEN.match(text, at)) is not None:
            at = token.end()
            word, argument, code, sign, brace, plain = token.groups()
            if code is not None:
                self._byte(int(code, 16))
                continue
            self._flush()
            if brace:
                self._brace(brace)
            elif word == "bin":
                at += max(int(argument or 0), 0)
            elif word:
                self._word(word, int(argument) if argument else None)
            elif sign:
                self._sign(sign)
            elif plain:
                self._plain(plain)
        self._flush()
        for flow in (self.text, self.running, *self.notes):
            flow.end()

    def _brace(self, brace: str) -> None:
        self._to_skip, self._marked = 0, False
        if brace == "{":
            if len(self._stack) > _MAX_DEPTH:
                raise DamagedDocument(f"{self._label} nests groups too deep; it is not read.")
            self._stack.append(replace(self._state))
        elif self._stack:
            ended, self._state = self._state, self._stack.pop()
            if ended.flow is not self._state.flow:
                ended.flow.end_paragraph(ended.level)

    def _word(self, word: str, argument: int | None) -> None:
        marked, self._marked = self._marked, False
        self._to_skip = 0
        if (marked and word not in _MARKED) or word in _SKIPPED:
            self._state.skipped = True
        elif word == "u" and argument is not None:
            self._unicode(argument)
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word in _ENDS:
            self._end_paragraph()
        elif word in _TABLE:
            self._table(word)
        elif not self._character(word, on=argument != 0):
            self._paragraph(word, argument)

    def _character(self, word: str, *, on: bool) -> bool:
        """Apply a word that formats characters; tell whether it was one."""
        state = self._state
        if word == "v":
            state.hidden = on
        elif word == "deleted":
            state.deleted = on
        elif word == "revised":
            self.changes += on
        elif word == "b":
            state.bold = on
        elif word == "plain":
            state.bold = state.hidden = state.deleted = False
        else:
            return False
        return True

    def _paragraph(self, word: str, argument: int | None) -> None:
        state = self._state
        if word == "pard":
            state.level, state.in_table = 0, False
        elif word == "intbl":
            state.in_table = True
        elif word == "outlinelevel":
            known = argument is not None and 0 <= argument < 9
            level = min((argument or 0) + 1, _DEEPEST) if known else 0
            if state.styles:
                self._styles[self._style] = level
            else:
                state.level = level
        elif word == "s" and argument is not None:
            self._style = argument
            state.level = self._styles.get(argument, 0)
        else:
            self._destination(word, argument)

    def _destination(self, word: str, argument: int | None) -> None:
        state = self._state
        if word in {"fonttbl", "stylesheet"}:
            state.styles, state.skipped = word == "stylesheet", word == "fonttbl"
        elif word in _RUNNING:
            state.flow = self.running
        elif word in _BOXES and not state.skipped:
            box = Flow()
            state.flow.boxes.append(box)
            state.flow, state.in_table = box, False
        elif word == "footnote" and not state.skipped:
            self.notes.append(Flow())
            self._add(f" [{len(self.notes)}]")
            state.flow, state.in_table = self.notes[-1], False
        else:
            self._encode(word, argument)

    def _encode(self, word: str, argument: int | None) -> None:
        if word == "uc":
            self._state.skip = max(argument or 0, 0)
        elif word == "f" and argument is not None:
            self._state.font = argument
        elif word == "fcharset" and argument in _CODE_PAGES:
            self._fonts[self._state.font] = _CODE_PAGES[argument]
        elif word == "ansicpg" and argument:
            self._encoding = _codec(argument) or self._encoding
        elif word in _ANSI:
            self._encoding = _ANSI[word]

    def _table(self, word: str) -> None:
        state, flow = self._state, self._state.flow
        if state.skipped or state.styles:
            return
        if word == "trowd":
            flow.goes_on = [False]
        elif word == "cellx":
            flow.goes_on.append(False)
        elif word in {"clvmrg", "clmrg"}:
            flow.goes_on[-1] = True
        elif word == "cell":
            flow.end_cell()
        elif word == "row":
            flow.end_row(deleted=state.deleted)
        elif word == "nestcell":
            flow.paragraph.append(" | ")
        else:
            text = "".join(flow.paragraph).strip().removesuffix("|")
            flow.paragraph = [text]
            flow.end_paragraph(in_table=True)

    def _sign(self, sign: str) -> None:
        self._to_skip = 0
        if sign == "*":
            self._marked = True
        elif sign in "\r\n":
            self._end_paragraph()
        else:
            self._add(_ESCAPED.get(sign, ""))

    def _end_paragraph(self) -> None:
        state = self._state
        if not (state.skipped or state.hidden or state.styles):
            state.flow.end_paragraph(state.level, in_table=state.in_table)

    def _byte(self, code: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(code)

    def _flush(self) -> None:
        """Add the bytes gathered, in the code page of the font or of the file."""
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._add(data.decode(self._fonts.get(self._state.font, self._encoding), "replace"))

    def _unicode(self, argument: int) -> None:
        """Add a character by its number; beyond the first plane it comes in two halves."""
        unit = chr(argument % 0x10000)
        self._to_skip = self._state.skip
        if "\ud800" <= unit < "\udc00":
            self._half = unit
            return
        pair, self._half = self._half + unit, ""
        self._add(pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))

    def _plain(self, text: str) -> None:
        kept = text[self._to_skip :]
        self._to_skip = max(self._to_skip - len(text), 0)
        if not kept.isascii():
            codec = self._fonts.get(self._state.font, self._encoding)
            kept = kept.encode("latin-1").decode(codec, "replace")
        self._add(kept)

    def _add(self, text: str) -> None:
        state = self._state
        if not text or state.skipped:
            return
        if state.styles:
            self._name_style(text)
        elif state.hidden:
            self.hidden += len(text)
        elif state.deleted:
            self.changes += 1
        else:
            state.flow.paragraph.append(text)
            if text.strip():
                state.flow.bold.append(state.bold)

    def _name_style(self, name: str) -> None:
        found = _HEADING.match(name.strip())
        if found:
            level = min(int(found[1]), _DEEPEST) if found[1] else 1
            self._styles.setdefault(self._style, level)


def _codec(code_page: int) -> str | None:
    try:
        "".encode(f"cp{code_page}")
    except LookupError:
        return None
    return f"cp{code_page}"
