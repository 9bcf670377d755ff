"""Pages of the Europa web platform (ECL 4 and 5, OpenEuropa): lists, landing pages, their files.

Pure functions of a page's bytes and address. Selectors accept both versions side by side, as sites
migrate page by page. Whatever a page says is taken, ignored by name, or given back as `left`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from parsel import Selector
from w3lib.encoding import html_to_unicode

from core.errors import RecordError
from core.keys import canonical_url, url_key
from core.text import one_line
from crawlers.dates import read_date

FILE_ENDINGS = (".pdf", ".zip", ".doc", ".docx", ".odt", ".xls", ".xlsx", ".ods", ".rtf")
_DOWNLOAD = "/document/download/"
_ITEM = "article.ecl-content-item, article.ecl-card"
_LINK = "[data-ecl-title-link] a, a[data-ecl-title-link], .ecl-content-block__title a"
_META = ".ecl-content-block__primary-meta-item"
_FILE_META = ".ecl-file__detail-meta-item, .ecl-file__primary-meta-item"
_NEXT = ".ecl-pagination__item--next a::attr(href)"
_FEEDS = (
    ".field--name-extra-field-oe-list-page-rss-linknodeoe-list-page a::attr(href),"
    " link[rel='alternate'][type='application/rss+xml']::attr(href)"
)
SELECTORS = {
    "list items": _ITEM,
    "links of list items": _LINK,
    "type and date of list items": _META,
    "next page": _NEXT,
    "feeds": _FEEDS,
    "title of the page": "h1.ecl-page-header__title, h1",
    "type and date of the page": ".ecl-page-header__meta-item",
    "description lists": "dl dt",
    "file blocks": ".ecl-file",
    "links to files": "a[href*='/document/download/'], a[href$='.pdf'], a[href$='.zip']",
    "dates of files": _FILE_META,
}
_PAGE_LANGUAGE = re.compile(r"_([a-z]{2})$")
_FILE_LANGUAGE = re.compile(r"_([a-z]{2})(?:\.[a-z]{3,4})?$", re.IGNORECASE)
_COUNT = re.compile(r"\((\d[\d\s.,]*)\).*\bresults?\b", re.IGNORECASE | re.DOTALL)
_NOTHING = re.compile(
    r"\bno results?\b|\b0 results\b|\bno (?:documents?|items?|programmes?) (?:found|match)",
    re.IGNORECASE,
)
_DEADLINE = re.compile(r"^(?:deadline|closing date)\b", re.IGNORECASE)
_EUTF = re.compile(r"T05-EUTF-[A-Z]{3}-[A-Z]{2,3}-\d{2}(?:-\d{2})?", re.IGNORECASE)
_DECISION = re.compile(
    r"(?<![^\W_])C[ _]?(?:\((\d{4})\) ?|(20\d{2})[-_ ])(\d{2,5})(?![^\W_])", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """An item of a list; `fields` are its description list, verbatim."""

    url: str
    title: str
    kind: str | None = None
    published: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """A page of a list. `total` is its own counter; `says_empty` when it says so in words."""

    rows: tuple[Row, ...]
    next_url: str | None
    total: int | None
    says_empty: bool
    links: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileLink:
    """A file that a page offers."""

    url: str
    title: str
    language: str | None = None
    published: str | None = None


@dataclass(frozen=True, kw_only=True)
class LandingPage:
    """A programme or publication page; `fields` are its description lists, verbatim."""

    title: str
    kind: str | None
    published: str | None
    language: str | None
    fields: tuple[tuple[str, str], ...]
    files: tuple[FileLink, ...]
    links: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether no selector found anything: another markup, or no such page at all."""
        return not (self.title or self.fields or self.files)


def parse_list(body: bytes, url: str) -> ListPage:
    """Read a list page. `left` names what was met and not understood."""
    page = selector_of(body)
    left: list[str] = []
    rows = tuple(row for item in page.css(_ITEM) if (row := _row(item, url, left)))
    following = page.css(_NEXT).get()
    total = _total(page)
    return ListPage(
        rows=rows,
        next_url=absolute(url, following) if following else None,
        total=total,
        says_empty=total == 0 or bool(_NOTHING.search(text_of(_content(page)))),
        links=_links(page, url),
        feeds=tuple(at for href in page.css(_FEEDS).getall() if (at := absolute(url, href))),
        left=tuple(left),
    )


def parse_landing(body: bytes, url: str) -> LandingPage:
    """Read a programme or publication page. `left` names what was met and not understood."""
    page = selector_of(body)
    left: list[str] = []
    metas = [one_line(text_of(node)) for node in page.css(".ecl-page-header__meta-item")]
    dates = [date for meta in metas if (date := read_date(meta))]
    # after type and date a page's header names its place or topic, which its list gives as well
    labels = [meta for meta in metas if meta and not read_date(meta)]
    fields = tuple(pair for block in _content(page).css("dl") for pair in _pairs(block))
    left += [f"file block without a file: {name}" for name in _empty_blocks(page, url)]
    title = page.css("h1.ecl-page-header__title") or page.css("h1")
    return LandingPage(
        title=one_line(text_of(title[0])) if title else "",
        kind=labels[0] if labels else None,
        published=dates[0] if dates else None,
        language=page_language(url),
        fields=fields,
        files=tuple(_files(page, url)),
        links=_links(page, url),
        left=tuple(left),
    )


def find_reference(text: str) -> str | None:
    """Return the programme or decision number in a text, in its usual form.

    >>> find_reference("aap-2026-c2026-2542-part-1_en.zip"), find_reference("C_2025_5935_F1.PDF")
    ('C(2026)2542', 'C(2025)5935')
    """
    programme = _EUTF.search(text)
    if programme:
        return programme[0].upper()
    decision = _DECISION.search(text)
    if decision:
        return f"C({decision[1] or decision[2]}){decision[3]}"
    return None


def absolute(base: str, href: str) -> str | None:
    """Return the canonical address of a link on the page at `base`, None for what is no address.

    >>> absolute("https://x.eu/a/b_en", "../c_en?prefLang=fr"), absolute("https://x.eu/", "//[")
    ('https://x.eu/c_en', None)
    """
    try:
        return canonical_url(urljoin(base, href))
    except (ValueError, RecordError):
        return None


def is_file(url: str) -> bool:
    """Say whether an address is a file's, by its form."""
    path = urlsplit(url).path.lower()
    return _DOWNLOAD in path or path.endswith(FILE_ENDINGS)


def page_language(url: str) -> str | None:
    """Return the language that a page's address ends in (`/library_en`)."""
    found = _PAGE_LANGUAGE.search(urlsplit(url).path)
    return found[1] if found else None


def file_language(url: str) -> str | None:
    """Return the language that a file's address says, None where it says none."""
    found = _FILE_LANGUAGE.search(urlsplit(url).path)
    return found[1].lower() if found else None


def selector_of(body: bytes) -> Selector:
    """Return a page for CSS and XPath, in the encoding that it says or UTF-8."""
    _, text = html_to_unicode(None, body, default_encoding="utf-8")
    return Selector(text=text)


def text_of(node: Any) -> str:
    """Return all text inside an element of a page, or inside the first of several."""
    return str(node.xpath("string(.)").get() or "")


def _content(page: Selector) -> Selector:
    main = page.css("main")
    return main[0] if main else page


def _total(page: Selector) -> int | None:
    """Return what a list counts itself (`Documents (23) Showing results 1 to 10`)."""
    headings = page.xpath("//main//*[self::h2 or self::h3 or self::h4][not(ancestor::article)]")
    counts = (_COUNT.search(text_of(heading)) for heading in headings)
    return next((int(re.sub(r"\D", "", count[1])) for count in counts if count), None)


def _row(item: Selector, url: str, left: list[str]) -> Row | None:
    link = item.css(_LINK)
    href = _href(link[0]) if link else ""
    address = absolute(url, href) if href else None
    if not address:
        left.append(f"list item without a link: {one_line(text_of(item))[:80]}")
        return None
    published, labels = None, []
    for meta in item.css(_META):
        said = one_line(text_of(meta))
        date = read_date(meta.css("time::attr(datetime)").get() or said)
        if date:
            published = published or date
        elif said and not _DEADLINE.match(said):  # a deadline is no publication date
            labels.append(said)
    left += [f"list meta: {label}" for label in labels[1:]]
    return Row(
        url=address,
        title=one_line(text_of(link[0])),
        kind=labels[0] if labels else None,
        published=published,
        fields=tuple(_pairs(item)),
    )


def _pairs(block: Selector) -> Iterator[tuple[str, str]]:
    for term in block.css("dt"):
        own = term.xpath("following-sibling::*[self::dt or self::dd]")
        values = []
        for node in own:
            if node.root.tag != "dd":
                break
            values.append(one_line(text_of(node)))
        yield one_line(text_of(term)).rstrip(":"), "; ".join(value for value in values if value)


def _href(link: Selector) -> str:
    """The address of a link, whatever a damaged page has made of its other attributes."""
    return str(link.root.get("href") or "")


def _files(page: Selector, url: str) -> Iterator[FileLink]:
    seen = set()
    for link in _content(page).css("a[href]"):
        address = absolute(url, _href(link))
        if address is None or not is_file(address) or url_key(address) in seen:
            continue
        seen.add(url_key(address))
        yield _file(link, address)


def _file(link: Selector, address: str) -> FileLink:
    block = link.xpath("ancestor::*[contains(concat(' ', @class, ' '), ' ecl-file ')][1]")
    titles = block.css(".ecl-file__title")
    title = one_line(text_of(titles[0])) if titles else ""
    # size, language name and description stand beside the file and are ignored: the file says more
    metas = [one_line(text_of(node)) for node in block.css(_FILE_META)]
    dates = [date for meta in metas if (date := read_date(meta))]
    return FileLink(
        url=address,
        title=title or one_line(text_of(link)) or unquote(address.rsplit("/", 1)[-1]),
        language=file_language(address),
        published=dates[0] if dates else None,
    )


def _empty_blocks(page: Selector, url: str) -> Iterator[str]:
    for block in page.css(".ecl-file"):
        links = (absolute(url, href) for href in block.css("a::attr(href)").getall())
        if not any(link and is_file(link) for link in links):
            yield one_line(text_of(block))[:80]


def _links(page: Selector, url: str) -> tuple[str, ...]:
    found = _content(page).css("a::attr(href)").getall()
    return tuple(dict.fromkeys(link for href in found if (link := absolute(url, href))))
