"""Web pages: main text with headings, lists and tables, title, date, language, links to files."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from copy import deepcopy
from itertools import islice

from lxml import etree, html

from core.errors import DamagedDocument, EmptyDocument
from core.languages import language_code
from core.records import Document, Issue, Page, Reading
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.encoding import decode_html
from extract.language import guess_language
from extract.lists import Lists
from extract.page_text import PageText
from extract.version import VERSION
from extract.web.correspondence import is_correspondence, read_correspondence
from extract.web.links import file_links
from extract.web.markup import fill, is_data_table
from extract.xml import inner_text

__all__ = ["file_links", "html_page", "read_html", "shows_table"]

_ENCODING = re.compile(r"^\s*<\?xml[^>]*\?>")
# What trafilatura calls the parts of a text, in the terms of HTML.
_TEI = {"item": "li", "row": "tr", "lb": "br", "quote": "blockquote"}
_ASIDE = {"nav", "header", "footer", "aside", "form", "dialog"}
# Signs of tags that are read; the largest acts on the web have a fifth of it. The library that
# finds the main text copies the tree several times: pages beyond the first limit are read whole,
# without it, and what lies behind the second does not fit a worker's memory.
MAX_SEARCHED_TAGS = 400_000
MAX_TAGS = 600_000
_FACTS_WITHIN = 500_000  # characters of a page beyond the first limit that may state its date
# The parser takes time with the square of an element's attributes. Tags longer than this may have
# so many blanks, and so attributes, before the rest of them is left out.
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{10000,}")
_MAX_BLANKS = 1000
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


def _first_tags(source: str) -> tuple[str, bool]:
    """Return markup without what lies behind the last tag that is read, and whether it had any."""
    if source.count("<") <= MAX_TAGS:
        return source, False
    signs = re.finditer("<[^<]", source)  # signs that open nothing cost nothing
    end = next(islice(signs, MAX_TAGS, None), None)
    return (source, False) if end is None else (source[: end.start()], True)


def _is_searched(source: str) -> bool:
    return source.count("<") <= MAX_SEARCHED_TAGS


def _without_floods(source: str) -> str:
    """Return markup without the attributes of elements that have thousands of them."""
    return _LONG_TAG.sub(_few_attributes, source)


def _few_attributes(tag: re.Match[str]) -> str:
    text = tag[0]
    blanks = re.finditer(r"\s+", text)
    end = next(islice(blanks, _MAX_BLANKS, None), None)
    return text if end is None else f"{text[: end.start()]} "


def _language(tree: html.HtmlElement, file: File, text: str) -> str | None:
    stated = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return file.language or language_code(stated) or guess_language(text)


# What stands under the title in the head of a page, where no main text is looked for.
_LEAD = "//*[contains(@class, 'page-header__description') or contains(@class, 'article__lead')]"


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
    large = not _is_searched(source)
    part = None if large else _main_part(source, file)
    if part is not None:
        fill(page, part)
    if not page.text().strip():
        page = PageText(1)
        main = _stated_main(tree)
        if main is None and large:
            main = tree
        if main is not None:
            fill(page, main if large else deepcopy(main))
        return page
    for lead in tree.xpath(_LEAD):
        if one_line(inner_text(lead)) not in one_line(page.text()):
            fill(page, lead)
    for table in tree.iter("table"):
        if is_data_table(table) and not _is_aside(table) and _is_lost(table, page.text()):
            fill(page, table)
    return page


def _stated_main(tree: html.HtmlElement) -> etree._Element | None:
    """Return the element that a page itself calls its main part, None where it calls none so."""
    elements = tree.iter(etree.Element)
    said = (element for element in elements if element.get("role") == "main")
    found = (next(tree.iter("main"), None), next(said, None), next(tree.iter("article"), None))
    return next((element for element in found if element is not None), None)


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
    source, cut = _first_tags(_without_floods(source.replace("\x00", "")))
    tree = _tree(_ENCODING.sub("", source), label)
    page.text_cut = page.text_cut or cut
    fill(page, tree, together=True)


def _issues(page: PageText, file: File, *, cut: bool) -> Iterator[Issue]:
    if cut:
        detail = f"The page has more than {MAX_TAGS:,} tags; the rest was left out."
        yield file.issue("text_cut", detail, page=1)
    yield from page.cut_issues(file)
    if not page.text().strip():
        yield file.issue("page_without_text", "No main text was found.")


def read_html(file: File, detected: Detected) -> Reading:
    """Read a web page as one rendered page of its main text, with its headings and tables.

    A page without main text gets an empty page and an issue. Raises `EmptyDocument` for markup
    without elements.
    """
    source, cut = _first_tags(_without_floods(_source(file)))
    tree = _tree(source, file.label)
    if is_correspondence(source, tree):
        return read_correspondence(source, tree, file, detected)
    page = _main_text(source, tree, file)
    text = page.text()
    lists = Lists()
    page.find_lists(lists)
    title, published = _facts(source if _is_searched(source) else source[:_FACTS_WITHIN])
    if title is None:
        title = one_line(tree.findtext(".//title") or "") or None
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
            lists=lists.items(),
            links=file_links(source, file.url or ""),
            issues=(*_issues(page, file, cut=cut), *lists.issues(file)),
        )
    )
