"""Web pages: main text with headings, lists and tables, title, date, language, links to files."""

from __future__ import annotations

import logging
import re
import warnings
from copy import deepcopy

from lxml import etree, html

from core.errors import DamagedDocument, EmptyDocument
from core.languages import language_code
from core.records import Document, Page, Reading
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.encoding import decode_html
from extract.language import guess_language
from extract.page_text import PageText
from extract.version import VERSION
from extract.web.links import file_links
from extract.web.markup import fill, is_data_table
from extract.xml import inner_text

__all__ = ["file_links", "html_page", "read_html", "shows_table"]

_ENCODING = re.compile(r"^\s*<\?xml[^>]*\?>")
# What trafilatura calls the parts of a text, in the terms of HTML.
_TEI = {"item": "li", "row": "tr", "lb": "br", "quote": "blockquote"}
_ASIDE = {"nav", "header", "footer", "aside", "form", "dialog"}
_MAIN = ("//main", "//*[@role='main']", "//article")
_LOST = 0.5  # of the cells of a table: where fewer stand in the text, the table is missing there


def _tree(text: str, label: str) -> html.HtmlElement:
    try:
        return html.document_fromstring(text)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # lxml raises ParserError, ValueError and AssertionError here
        raise EmptyDocument(f"{label} is a web page without elements.") from error


def _source(file: File) -> str:
    text = decode_html(file.data, file.media_type)
    if text is None:
        raise DamagedDocument(f"{file.label} is no text in an encoding that is known.")
    return _ENCODING.sub("", text.lstrip("\ufeff").replace("\x00", ""))


def _language(tree: html.HtmlElement, file: File, text: str) -> str | None:
    stated = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return file.language or language_code(stated) or guess_language(text)


def _main_part(source: str, file: File) -> etree._Element | None:
    """Return the main text as trafilatura finds it, None where it finds none."""
    import trafilatura  # noqa: PLC0415 - forty megabytes that only web pages need

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports each empty page
    try:
        found = trafilatura.bare_extraction(
            source, include_tables=True, include_comments=False, favor_recall=True
        )
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # the library has no base class for what odd markup raises
        raise DamagedDocument(f"{file.label} is a web page that cannot be read.") from error
    body = getattr(found, "body", None)
    return None if body is None else _as_html(body)


def _as_html(body: etree._Element) -> etree._Element:
    for part in body.iter(etree.Element):
        shape = part.get("rend") or ""
        if part.tag == "head":
            part.tag = shape if re.fullmatch(r"h[1-6]", shape) else "h2"
        elif part.tag == "list":
            part.tag = shape if shape in {"ol", "dl"} else "ul"
        elif part.tag == "item" and shape.startswith(("dt", "dd")):
            part.tag = shape[:2]
        elif part.tag == "cell":
            part.tag = "th" if part.get("role") == "head" else "td"
        else:
            part.tag = _TEI.get(part.tag, part.tag)
    return body


def _main_text(source: str, tree: html.HtmlElement, file: File) -> PageText:
    """Return the main text as a page; a table of the page that was missed stands at its end."""
    page = PageText(1)
    part = _main_part(source, file)
    if part is not None:
        fill(page, part)
    if not page.text().strip():
        page = PageText(1)
        mains = (found for path in _MAIN for found in tree.xpath(path))
        main = next(mains, None)
        if main is not None:
            fill(page, deepcopy(main))
        return page
    for table in tree.iter("table"):
        if is_data_table(table) and not _is_aside(table) and _is_lost(table, page.text()):
            fill(page, table)
    return page


def _is_aside(table: etree._Element) -> bool:
    return any(holder.tag in _ASIDE for holder in table.iterancestors())


def _is_lost(table: etree._Element, text: str) -> bool:
    """Tell whether most cells of a table do not stand in the text."""
    known = one_line(text)
    cells = {one_line(inner_text(cell)) for cell in table.iter("td", "th")} - {""}
    return bool(cells) and sum(cell in known for cell in cells) < _LOST * len(cells)


def _facts(source: str) -> tuple[str | None, str | None]:
    """Return title and ISO date as far as the page's own markup states them."""
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 - as above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # dates with time zones that it does not know
            facts = extract_metadata(source, extensive=False)
    except (ValueError, AttributeError, TypeError, KeyError):
        return None, None  # a page without usable metadata is still a page
    return facts.title or None, facts.date or None


def shows_table(source: str) -> bool:
    """Tell whether markup has a table of data that is no mere frame; broken markup has none."""
    try:
        tree = html.document_fromstring(source.replace("\x00", ""))
    except (etree.LxmlError, ValueError, AssertionError):
        return False
    return any(is_data_table(table) for table in tree.iter("table"))


def html_page(source: str, label: str, page: PageText) -> None:
    """Add all that a page of HTML shows to `page`, as mail bodies need it: nothing is main there.

    Raises `EmptyDocument` for markup without elements.
    """
    tree = _tree(_ENCODING.sub("", source.replace("\x00", "")), label)
    fill(page, tree, together=True)


def read_html(file: File, detected: Detected) -> Reading:
    """Read a web page as one rendered page of its main text, with its headings and tables.

    A page without main text gets an empty page and an issue. Raises `EmptyDocument` for markup
    without elements.
    """
    source = _source(file)
    tree = _tree(source, file.label)
    page = _main_text(source, tree, file)
    text = page.text()
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
            tables=tuple(page.tables),
            headings=tuple(page.headings),
            links=file_links(source, file.url or ""),
            issues=issues,
        )
    )
