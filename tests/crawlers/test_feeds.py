"""Feeds of lists: what changed, and when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawlers.feeds import FeedItem, parse_feed

FEED = b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>All</title>
<item><title>Boats &amp; cars</title><atom:id>https://x.eu/node/7</atom:id>
<link>https://x.eu/boats_en?prefLang=fr</link><guid>https://x.eu/node/7</guid>
<pubDate>Tue, 03 Mar 2026 23:30:00 -0100</pubDate></item>
<item><title/><guid>/cars_en</guid><pubDate>some day</pubDate></item>
<item><title>no link</title></item>
</channel></rss>"""


def test_items_with_the_time_of_their_change() -> None:
    assert parse_feed(FEED, "https://x.eu/node/2/rss_en") == (
        FeedItem(url="https://x.eu/boats_en", title="Boats & cars", changed="2026-03-04T00:30:00Z"),
        FeedItem(url="https://x.eu/cars_en", title=None, changed=None),
    )


def test_a_page_is_no_feed() -> None:
    assert parse_feed(b"<html><body><item><link>/x</link></item></body></html>", "https://x/") == ()


@given(st.binary(max_size=300))
def test_no_bytes_break_it(tail: bytes) -> None:
    assert isinstance(parse_feed(b"<rss><channel><item>" + tail, "https://x.eu/"), tuple)
