"""The links of a web page that lead to files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree, html

from core.errors import RecordError
from core.keys import canonical_url
from core.records import Link
from core.text import fold, one_line
from extract.xml import inner_text

_ENDINGS = (
    "pdf|docx?|docm|rtf|odt|xlsx?|xlsm|xlsb|ods|csv|tsv|pptx?|odp|zip|7z|rar|gz|tar|eml|msg|txt"
    "|json"
)
_FILE = re.compile(rf"\.(?:{_ENDINGS})$", re.IGNORECASE)
# Europa sites give files out under addresses without an ending.
_DOWNLOAD = re.compile(r"/document/download/[0-9a-f-]{36}", re.IGNORECASE)
_NAMED = {"filename", "file", "name"}  # parameters that carry a file's name
_TYPE = re.compile(r"application/|text/csv|text/plain|message/", re.IGNORECASE)
# Words on a button say nothing of the file; what stands beside the button does.
_BUTTON = {
    "download", "telecharger", "herunterladen", "descargar", "scarica", "scaricare", "pobierz",
    "descarcare", "baixar", "pdf", "doc", "docx", "xls", "xlsx", "zip", "kb", "mb", "ko", "mo",
    "here", "ici", "hier", "aqui", "qui", "click", "en", "fr", "de", "es", "it", "english",
    "francais", "deutsch", "file", "fichier", "datei",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_NEAR = 3  # ancestors of a button that are looked at for the name of its file
_LONGEST = 300


def _is_file(anchor: etree._Element, address: str) -> bool:
    parts = urlsplit(address)
    named = (value for name, value in parse_qsl(parts.query) if name.lower() in _NAMED)
    return (
        anchor.get("download") is not None
        or bool(_FILE.search(parts.path) or _DOWNLOAD.search(parts.path))
        or any(_FILE.search(value) for value in named)
        or bool(_TYPE.match(anchor.get("type") or ""))
    )


def _is_button(text: str) -> bool:
    return all(word in _BUTTON for word in _WORD.findall(fold(text[:_LONGEST])))


def _text(anchor: etree._Element) -> str:
    """Return what the page calls a link; beside a bare button, what stands around it."""
    own = one_line(inner_text(anchor))
    said = own or one_line(anchor.get("title") or anchor.get("aria-label") or "")
    if not _is_button(said):
        return said[:_LONGEST]
    for _, holder in zip(range(_NEAR), anchor.iterancestors(), strict=False):
        around = one_line(inner_text(holder, " "))
        if len(around) > _LONGEST:
            break
        if not _is_button(around):
            return around.removesuffix(own).strip() or around
    return said[:_LONGEST]


def _addresses(tree: html.HtmlElement, base_url: str) -> Iterator[tuple[etree._Element, str]]:
    stated = tree.find(".//base[@href]")
    said = "" if stated is None else stated.get("href") or ""
    base = _joined(base_url, said) or base_url or _own_address(tree)
    for anchor in tree.iter("a", "area"):
        address = _joined(base, anchor.get("href") or "")
        if address:
            yield anchor, address


def _own_address(tree: html.HtmlElement) -> str:
    """Return the address that a page gives as its own, "" where it gives none."""
    canonical = tree.find(".//link[@rel='canonical'][@href]")
    if canonical is not None:
        return canonical.get("href") or ""
    shared = tree.find(".//meta[@property='og:url'][@content]")
    return "" if shared is None else shared.get("content") or ""


def _joined(base: str, href: str) -> str | None:
    """Return a whole http address without its fragment, None for any other."""
    try:
        address = urljoin(base, href.strip()).partition("#")[0]
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if href.strip() and parts.scheme in {"http", "https"} and parts.netloc else None


def file_links(source: str, base_url: str) -> tuple[Link, ...]:
    """Return the links of a page that lead to files, in their order, each address once.

    A file is told by the ending of its address or of a file name in it, by Europa's path for
    downloads, or by what the link says of itself (`download`, `type`). `base_url` is where the page
    came from, "" where that is not known; relative addresses are made whole with the page's own
    `base`, with `base_url`, or with the address that the page gives as its own, and are left out
    where there is none. Markup that cannot be read has no links.
    """
    try:
        tree = html.document_fromstring(source.replace("\x00", ""))
    except (etree.LxmlError, ValueError, AssertionError):
        return ()
    found: dict[str, Link] = {}
    for anchor, address in _addresses(tree, base_url):
        try:
            if _is_file(anchor, address):
                found.setdefault(canonical_url(address), Link(address=address, text=_text(anchor)))
        except (RecordError, ValueError):
            continue  # an address that no one can fetch
    return tuple(found.values())
