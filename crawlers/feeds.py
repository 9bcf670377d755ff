"""RSS feeds of the Europa web platform: the newest items of a list by their last change.

`pubDate` is when a page was changed, not when it was published (OpenEuropa list pages).
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from core.keys import canonical_url
from core.text import one_line

_ITEMS = re.compile(rb"<(?:rss|rdf|feed)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """An item of a feed; `changed` is the ISO time, UTC, of its last change, where it is said."""

    url: str
    title: str | None
    changed: str | None


def parse_feed(body: bytes, url: str) -> tuple[FeedItem, ...]:
    """Read an RSS feed; what is no feed has no items."""
    if not _ITEMS.search(body[:4096]):
        return ()
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, parser)
    if root is None:
        return ()
    items = (_item(node, url) for node in root.iter("{*}item", "item"))
    return tuple(item for item in items if item is not None)


def _item(node: etree._Element, url: str) -> FeedItem | None:
    said = {
        etree.QName(child).localname: one_line(child.text or "") for child in node.iterchildren("*")
    }
    link = said.get("link") or said.get("guid")
    if not link:
        return None
    return FeedItem(
        url=canonical_url(urljoin(url, link)),
        title=said.get("title") or None,
        changed=_time(said.get("pubDate", "")),
    )


def _time(text: str) -> str | None:
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    utc = when.astimezone(dt.UTC) if when.tzinfo else when
    return f"{utc:%Y-%m-%dT%H:%M:%SZ}"
