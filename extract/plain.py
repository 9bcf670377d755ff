"""Text and JSON files, and XML that is no notice: one page for each form feed."""

from __future__ import annotations

from core.errors import DamagedDocument
from core.records import Document, Issue, Page, Reading
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.encoding import charset_of, decode
from extract.language import guess_language
from extract.lists import Lists, wrapped_lines
from extract.version import VERSION
from extract.xml import parse_xml, plain_text

_LONGEST_TITLE = 200
MAX_PAGES = 10_000  # what stands behind the last form feed that parts pages is on its page


def _title(text: str) -> str | None:
    """Return the first line where it looks like a title."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    title = one_line(first.lstrip("# "))
    return title if 0 < len(title) <= _LONGEST_TITLE else None


def _document(file: File, detected: Detected, text: str, title: str | None) -> Reading:
    parts = text.split("\f", MAX_PAGES - 1)
    pages = tuple(
        Page(number=number, text=part, method="text") for number, part in enumerate(parts, 1)
    )
    lists = Lists()
    if detected.kind == "text":
        lists.add(line for page in pages for line in wrapped_lines(page.number, page.text))
    return Reading(
        document=Document(
            sha256=file.sha256,
            media_type=detected.media_type,
            kind=detected.kind,
            extractor=VERSION,
            language=file.language or guess_language(text),
            title=title,
            pages=pages,
            lists=lists.items(),
            issues=(*_empty(file, text), *lists.issues(file)),
        )
    )


def _empty(file: File, text: str) -> tuple[Issue, ...]:
    if text.strip():
        return ()
    detail = f"{file.label} holds names and attributes of elements, and no text."
    return (file.issue("page_without_text", detail, page=1),)


def read_text(file: File, detected: Detected) -> Reading:
    """Read a text file; line ends become line feeds, nothing else is changed.

    Raises `DamagedDocument` where no encoding fits.
    """
    text = decode(file.data, charset_of(file.media_type))
    if text is None:
        raise DamagedDocument(f"{file.label} is no text in an encoding that is known.")
    clean = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _document(file, detected, clean, _title(clean) if detected.kind == "text" else None)


def read_xml(file: File, detected: Detected) -> Reading:
    """Read the text of an XML file that is no notice, an element's text on a line."""
    text = plain_text(parse_xml(file.data, file.label))
    return _document(file, detected, text, None)
