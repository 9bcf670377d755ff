"""A document as what links it announces it, and how that becomes a journal line or waits."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from core.keys import canonical_url, url_key
from core.records import Waiting

_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?([^\";]+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A document as the list or page that links it announces it.

    `expects` is what its bytes must be for the answer to be the document: a web page in place of a
    `file` or of `xml` is a site's apology, whatever its status.
    """

    key: str
    url: str
    landing_url: str | None = None
    title: str | None = None
    published: str | None = None
    language: str | None = None
    kind: str | None = None
    reference: str | None = None
    expects: Literal["any", "file", "xml"] = "any"


def wanted(url: str, *, key: str | None = None, **said: Any) -> Wanted:
    """Return the document at `url`; its key comes from the address where none is given."""
    address = canonical_url(url)
    return Wanted(key=key or url_key(address), url=address, **said)


def waiting(document: Wanted, opened: str | None) -> Waiting:
    """Return a document as it waits for the next night; `opened` names how its page is read."""
    return Waiting(url=document.url, opened=opened, said=asdict(document))


def said(document: Wanted, source: str) -> dict[str, Any]:
    """Return the fields of a `Fetched` that do not depend on the answer."""
    return {
        "document_key": document.key,
        "source": source,
        "url": document.url,
        "landing_url": document.landing_url,
        "title": document.title,
        "published": document.published,
        "language": document.language,
        "kind": document.kind,
        "reference": document.reference,
        "fetched_at": time_text(dt.datetime.now(dt.UTC)),
    }


def time_text(time: dt.datetime) -> str:
    """Return a time in UTC as the records write it: `2031-05-01T12:00:00Z`."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def file_name(url: str, disposition: str) -> str | None:
    """Return a document's file name: from Content-Disposition, `?filename=`, else the path."""
    found = _FILE_NAME.search(disposition)
    if found:
        return unquote(found[1]).strip()
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("filename")
    if named:
        return named[0]
    return unquote(parts.path.rsplit("/", 1)[-1]) or None
