"""Web pages: main text, tables as text, title, date and language."""

from __future__ import annotations

import logging
import re

import trafilatura
from lxml import html
from trafilatura.metadata import extract_metadata

from core.errors import DamagedDocument, EmptyDocument
from core.languages import language_code
from core.records import Document, Page, Reading
from core.text import one_line
from extract.common import File
from extract.detect import Detected, decode
from extract.language import guess_language
from extract.version import VERSION

_ENCODING = re.compile(r"^\s*<\?xml[^>]*\?>")


def _tree(file: File) -> tuple[str, html.HtmlElement]:
    text = decode(file.data)
    if text is None:
        raise DamagedDocument(f"{file.label} is no text in an encoding that is known.")
    text = _ENCODING.sub("", text.lstrip("\ufeff").replace("\x00", ""))
    try:
        tree = html.document_fromstring(text)
    except Exception as error:  # lxml raises ParserError, ValueError and AssertionError here
        raise EmptyDocument(f"{file.label} is a web page without elements.") from error
    return text, tree


def _language(tree: html.HtmlElement, file: File, text: str) -> str | None:
    stated = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return file.language or language_code(stated) or guess_language(text)


def _main_text(source: str, file: File) -> str:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports each empty page
    try:
        found = trafilatura.extract(
            source,
            include_tables=True,
            include_comments=False,
            include_links=False,
            favor_recall=True,
            output_format="txt",
        )
    except Exception as error:  # the library has no base class for what odd markup raises
        raise DamagedDocument(f"{file.label} is a web page that cannot be read.") from error
    return found or ""


def _facts(source: str) -> tuple[str | None, str | None]:
    """Return title and ISO date as far as the page's own markup states them."""
    try:
        facts = extract_metadata(source, extensive=False)
    except (ValueError, AttributeError, TypeError, KeyError):
        return None, None  # a page without usable metadata is still a page
    return facts.title or None, facts.date or None


def read_html(file: File, detected: Detected) -> Reading:
    """Read a web page as one rendered page of its main text; its tables stay in as text.

    A page without main text gets an empty page and an issue. Raises `EmptyDocument` for markup
    without elements.
    """
    source, tree = _tree(file)
    text = _main_text(source, file)
    title, published = _facts(source)
    if title is None:
        title = one_line(tree.findtext(".//title") or "") or None
    issues = () if text.strip() else (file.issue("page_without_text", "No main text was found."),)
    return Reading(
        document=Document(
            sha256=file.sha256,
            media_type=detected.media_type,
            kind="html",
            extractor=VERSION,
            language=_language(tree, file, text),
            title=title,
            published=published,
            pages=(Page(number=1, text=text, method="rendered" if text.strip() else "none"),),
            issues=issues,
        )
    )
