"""Rich Text Format as a page of text and tables.

The text is what a person sees with all changes accepted. The packages at hand give bare text: they
lose footnotes, show hidden and deleted text, and put bars for cells; so the format's own few rules
are applied in `extract.rtf_parser`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.records import Issue, Reading
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.office.rtf_parser import Flow, RtfParser
from extract.page_text import PageText, first_heading, rendered

_TITLE = re.compile(rb"\{\\title ([^{}\\]{1,300})\}")


def _fill(page: PageText, flow: Flow) -> None:
    for block in flow.blocks:
        if isinstance(block, list):
            page.table([texts for texts, _ in block], [bold for _, bold in block])
        else:
            page.paragraph(*block)


def _texts(flow: Flow) -> Iterator[str]:
    """Yield the paragraphs of a flow and the rows of its tables, cells parted by a bar."""
    for block in flow.blocks:
        if isinstance(block, list):
            yield from (" | ".join(filter(None, texts)) for texts, _ in block)
        else:
            yield block[0]


def _notes(parser: RtfParser) -> Iterator[str]:
    for number, note in enumerate(parser.notes, 1):
        text = "\n".join(_texts(note))
        if text:
            yield f"[{number}] {text}"


def _issues(file: File, parser: RtfParser) -> Iterator[Issue]:
    if parser.hidden:
        detail = f"{parser.hidden} characters of hidden text were left out."
        yield file.issue("hidden_text", detail, page=1)
    if parser.changes:
        detail = "The text has tracked changes; it is read with all of them accepted."
        yield file.issue("tracked_changes", detail, page=1, level="info")


def rtf_page(data: bytes, label: str, page: PageText) -> RtfParser:
    """Add the text of an RTF with its notes to a page; return the parser with what else it found.

    Raises `DamagedDocument` where groups are nested without end.
    """
    parser = RtfParser(label)
    parser.parse(data)
    _fill(page, parser.text)
    for note in _notes(parser):
        page.paragraph(note)
    return parser


def read_rtf(file: File, detected: Detected) -> Reading:
    """Read an RTF as one page: text and notes, and headers and footers as margins.

    Raises `DamagedDocument` where groups are nested without end.
    """
    page = PageText(1)
    parser = rtf_page(file.data, file.label, page)
    for text in dict.fromkeys(_texts(parser.running)):
        page.margin(text)
    stated = _TITLE.search(file.data)
    title = one_line(stated[1].decode("cp1252", "replace")) if stated else ""
    title = title or first_heading([page]) or ""
    issues = list(_issues(file, parser))
    return rendered(file, detected, [page], title=title or None, issues=issues)
