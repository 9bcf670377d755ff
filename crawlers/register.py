"""Pages of the Frontex public register of documents: its listing, and the dialog of a document.

Pure functions of a page's bytes and address. A listing names documents by number; the dialog, a
fragment of its own, holds what is said of one. The tags and the attributes that carry the address
of a dialog were not seen, so addresses are looked for in all of the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from babel import Locale
from parsel import Selector
from w3lib.encoding import html_to_unicode

from core.languages import EU_LANGUAGES, language_code
from core.text import one_line
from crawlers.dates import read_date
from crawlers.pages import absolute, is_file, text_of

DIALOG = "/wp-content/themes/template/templates/cards/1/dialog.php"
TAG = "form-fields[document-tag][0]"
PAGE = "form-fields[paged]"
# what a probe counts; the address of a dialog may stand in any attribute, these are the likely ones
SELECTORS = {
    "addresses of dialogs": ", ".join(
        f"[{name}*='document-post-id']"
        for name in ("href", "data-url", "data-href", "data-src", "data-dialog", "onclick")
    ),
    "further pages": "a[href*='paged']",
    "labels of a dialog": ".title",
    "texts of a dialog": ".text",
    "date": ".publish-date",
    "language and format": ".card-terms-with-commas",
    "tags": "a[href*='document-tag']",
    "downloads": "option[value]",
    "permalink": "a[href*='/document/']",
}
_UPLOADS = "/wp-content/uploads/"
_POST = re.compile(r"[^\s\"'<>()]*\bdocument-post-id=(\d{1,12})[^\s\"'<>()]*")
_CARD = re.compile(r"\bcard-post-id=(\d{1,12})")
_PAGED = re.compile(r"form-fields(?:\[|%5B)paged(?:\]|%5D)=(\d{1,6})", re.IGNORECASE)
_NOTHING = re.compile(
    r"\bno (?:results?|documents?|matches)\b|\b0 (?:results|documents)\b", re.IGNORECASE
)
_PERMALINK = re.compile(r"/document/[^/]+/?")
_TITLE = "contains(concat(' ', normalize-space(@class), ' '), ' title ')"
_TEXT = "contains(concat(' ', normalize-space(@class), ' '), ' text ')"
_TAKEN = {"title", "language", "languages", "publication date", "publish date", "date"}
# said otherwise as well: by links, by the list of downloads, by the bytes of the file
_IGNORED = {
    "document format", "format", "file format", "tags", "tag", "document tags", "document tag",
    "download", "downloads", "files", "file", "permalink", "link", "share",
}  # fmt: skip
_LANGUAGES = {Locale("en").languages[code].casefold(): code for code in EU_LANGUAGES}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document that a listing names: its number and the address of its dialog."""

    post_id: str
    dialog_url: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of the register. `last` is the highest page that it links, None where none is."""

    entries: tuple[Entry, ...]
    last: int | None
    says_empty: bool
    left: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RegisterFile:
    """A file that a dialog offers; `name` is its stable part within the document."""

    url: str
    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Dialog:
    """What the register says of a document; `left` names what was met and not understood."""

    title: str
    published: str | None
    language: str | None
    tags: tuple[str, ...]
    files: tuple[RegisterFile, ...]
    permalink: str | None
    left: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether no selector found anything: another markup, or no dialog at all."""
        return not (self.title or self.files)


def listing_url(base_url: str, tag: str | None = None, number: int = 0) -> str:
    """Return the address of a page of the listing; pages count from 0.

    >>> listing_url("https://prd.invented.example/", number=2)
    'https://prd.invented.example/?form-fields%5Bpaged%5D=2'
    """
    asked = ([(TAG, tag)] if tag else []) + [(PAGE, str(number))]
    return f"{urljoin(base_url, '/')}?{urlencode(asked)}"


def page_number(url: str) -> int:
    """Return the number of the listing's page at an address, 0 where it says none."""
    found = _PAGED.search(urlsplit(url).query)
    return int(found[1]) if found else 0


def page_at(url: str, number: int) -> str:
    """Return the address of another page of the same listing."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != PAGE]
    return urlunsplit(parts._replace(query=urlencode([*kept, (PAGE, str(number))])))


def parse_listing(body: bytes, url: str) -> Listing:
    """Read a page of the listing. `left` names documents whose dialog cannot be addressed."""
    text = html.unescape(_decoded(body)).replace("\\/", "/")
    site_card = _CARD.search(text)
    entries: dict[str, Entry] = {}
    left = []
    for found in _POST.finditer(text):
        card = _CARD.search(found[0]) or site_card
        if found[1] in entries:
            continue
        if card is None:
            left.append(f"document {found[1]} without a card-post-id")
            continue
        address = _dialog_url(found[0], url, card[1], found[1])
        entries[found[1]] = Entry(post_id=found[1], dialog_url=address)
    pages = [int(number) for number in _PAGED.findall(text)]
    return Listing(
        entries=tuple(entries.values()),
        last=max(pages, default=None),
        says_empty=bool(_NOTHING.search(text)),
        left=tuple(dict.fromkeys(left)),
    )


def parse_dialog(body: bytes, url: str) -> Dialog:
    """Read the dialog of a document: each pair of title and text is taken, ignored or left."""
    page = Selector(text=_decoded(body) or "<html/>")
    pairs = list(_pairs(page))
    said = {label.casefold(): value for label, value in reversed(pairs) if value is not None}
    left = [
        f"dialog label: {label}" if value is not None else f"dialog label without a text: {label}"
        for label, value in pairs
        if label.casefold() not in _TAKEN | _IGNORED
        or (value is None and label.casefold() in _TAKEN and not _is_date(label))
    ]
    dates = [one_line(text_of(node)) for node in page.css(".publish-date")]
    dates += [said[name] for name in ("publication date", "publish date", "date") if name in said]
    left += [f"date that cannot be read: {date}" for date in dates if date and not read_date(date)]
    languages = said.get("language") or said.get("languages") or ""
    left += [f"language: {word}" for word in _words(languages) if not language_of(word)]
    links = [(absolute(url, node.root.get("href") or ""), node) for node in page.css("a[href]")]
    permalinks = [at for at, _ in links if at and _PERMALINK.fullmatch(urlsplit(at).path)]
    return Dialog(
        title=said.get("title", ""),
        published=next((day for date in dates if (day := read_date(date))), None),
        language=language_of(languages),
        tags=tuple(_tags(links)),
        files=tuple(_files(page, links, url, left)),
        permalink=permalinks[0] if permalinks else None,
        left=tuple(dict.fromkeys(left)),
    )


def language_of(text: str) -> str | None:
    """Return the language that a label names, None where it is none or more than one.

    >>> language_of("EN"), language_of("French"), language_of("EN, FR"), language_of("Annexes")
    ('en', 'fr', None, None)
    """
    code = (
        language_code(text) if len(text.strip()) == 2 else _LANGUAGES.get(text.strip().casefold())
    )
    return code if code in EU_LANGUAGES else None


def _decoded(body: bytes) -> str:
    _, text = html_to_unicode(None, body, default_encoding="utf-8")
    return text.replace("\0", "")


def _dialog_url(found: str, url: str, card: str, post: str) -> str:
    """Return the address of a dialog: as the listing links it, else built as it is known."""
    linked = urlsplit(absolute(url, found) or "").path
    path = linked if linked.endswith(".php") else DIALOG
    return urljoin(url, f"{path}?card-post-id={card}&document-post-id={post}")


def _pairs(page: Selector) -> Iterator[tuple[str, str | None]]:
    """Yield each title with the text beside it, None where none is."""
    for node in page.xpath(f"//*[{_TITLE}]"):
        label = one_line(text_of(node)).rstrip(": ")
        beside = node.xpath(f"following-sibling::*[1]/descendant-or-self::*[{_TEXT}]")
        if label:
            yield label, one_line(text_of(beside[0])) if beside else None


def _is_date(label: str) -> bool:
    return "date" in label.casefold()


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _tags(links: Iterable[tuple[str | None, Selector]]) -> Iterator[str]:
    seen = set()
    for address, node in links:
        name = one_line(text_of(node))
        if address and "document-tag" in unquote(urlsplit(address).query) and name not in seen:
            seen.add(name)
            yield name


def _files(
    page: Selector, links: Iterable[tuple[str | None, Selector]], url: str, left: list[str]
) -> Iterator[RegisterFile]:
    """Yield the files: of the list of downloads first, then those that are linked as well."""
    found: dict[str, str] = {}
    for option in page.css("option"):
        value, label = (option.root.get("value") or "").strip(), one_line(text_of(option))
        if not value:  # "Select a language"
            continue
        address = absolute(url, value)
        if address and is_file(address):
            found.setdefault(address, label)
        else:
            left.append(f"option without a file: {value}")
    for linked, node in links:
        if linked and _UPLOADS in linked and is_file(linked):
            found.setdefault(linked, one_line(text_of(node)))
    for address, name in zip(found, _names(found), strict=True):
        yield RegisterFile(url=address, name=name, label=found[address])


def _names(addresses: Iterable[str]) -> list[str]:
    """Return the files' names; where two are alike, the folders below the uploads belong to it."""
    paths = [unquote(urlsplit(address).path) for address in addresses]
    short = [path.rsplit("/", 1)[-1] for path in paths]
    if len(set(short)) == len(short):
        return short
    return [path.partition(_UPLOADS)[2] or path.strip("/") for path in paths]
