"""Atom feeds (RFC 4287) as files: one for each watch, and one for all new entries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from core.archive import explained
from core.files import written_beside
from core.killpoints import killpoint
from operate.lines import entry_words, line, pages_words, title_of, web_address
from store.alerts import hits_of, new_entries
from store.database import Store
from store.watches import ALL_ENTRIES, Watch, watches

# The space of names in which the feeds' ids are made; it must never change.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "tag:materiel,2025:feeds")
_START = "2025-01-01T00:00:00Z"  # of a feed that had no item yet
_PASSAGE = 400  # characters


def write_feeds(store: Store, folder: Path) -> int:
    """Write each watch's feed and the one of all new entries; return how many changed.

    A feed that stays as it is is not touched; the feed of a watch that was removed goes. Raises
    `OutputNotWritable` or `DiskFull`.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    known = watches(store)
    changed = int(_write(folder / file_name(ALL_ENTRIES), entries_feed(store)))
    for watch in known:
        changed += _write(folder / file_name(watch.name), watch_feed(store, watch))
    names = {file_name(name) for name in (ALL_ENTRIES, *(watch.name for watch in known))}
    for file in sorted(folder.glob("*.atom")):
        if file.name not in names:
            with explained(file):
                file.unlink(missing_ok=True)
            changed += 1
    return changed


def file_name(watch: str) -> str:
    """Return the name of a watch's feed, the same on disks that know no case."""
    return f"{watch.lower()}.atom"


def watch_feed(store: Store, watch: Watch) -> bytes:
    """Return the feed of what a watch found: an item for each version of a document."""
    name = f"watch/{watch.name.lower()}"
    feed = _feed(name, f"Materiel: {watch.name}", f"New text and entries for {line(watch.query)}")
    items = hits_of(store, watch)
    for hit in items:
        item = feed.add_entry(order="append")
        _identify(item, f"{name}/{hit['document']}/{hit['version']}", hit)
        item.title(title_of(hit))
        item.content("\n".join(_hit_lines(hit)), type="text")
    return _bytes(feed, (hit["noticed_at"] for hit in items), watch.made_at)


def entries_feed(store: Store) -> bytes:
    """Return the feed of all new entries."""
    feed = _feed(ALL_ENTRIES, "Materiel: new entries", "Equipment found in new documents")
    items = new_entries(store)
    for entry in items:
        item = feed.add_entry(order="append")
        _identify(item, f"entry/{entry['key']}", entry)
        item.title(entry_words(entry))
        item.content("\n".join(_entry_lines(entry)), type="text")
    return _bytes(feed, (entry["noticed_at"] for entry in items), _START)


def _hit_lines(hit: dict[str, Any]) -> Iterable[str]:
    number = len(hit["entries"])
    found = [pages_words(hit["pages"]), f"{number} new entr{'y' if number == 1 else 'ies'}"]
    yield "; ".join(part for part in (found if number else found[:1]) if part)
    if hit["passage"]:
        yield line(hit["passage"], _PASSAGE)
    yield f"{line(hit['source'])}, {line(hit['document'], 500)}, version {hit['version']}"


def _entry_lines(entry: dict[str, Any]) -> Iterable[str]:
    yield f"{title_of(entry)}, page {entry['page']}"
    yield line(entry["quote"], _PASSAGE)
    yield f"{line(entry['source'])}, {line(entry['document'], 500)}, entry {entry['key']}"


def _feed(name: str, title: str, subtitle: str) -> FeedGenerator:
    feed = FeedGenerator()
    feed.id(_urn(name))
    feed.title(title)
    feed.subtitle(subtitle)
    feed.author({"name": "Materiel"})
    feed.generator("Materiel")
    return feed


def _identify(item: FeedEntry, name: str, row: dict[str, Any]) -> None:
    when = _time(row["noticed_at"])
    item.id(_urn(name))
    item.published(when)
    item.updated(when)
    address = web_address(row)
    if address:
        item.link(href=address, rel="alternate")


def _urn(name: str) -> str:
    return uuid.uuid5(_IDS, name).urn


def _time(when: str) -> dt.datetime:
    return dt.datetime.fromisoformat(when).astimezone(dt.UTC)


def _bytes(feed: FeedGenerator, times: Iterable[str], empty: str) -> bytes:
    feed.updated(_time(max(times, default=empty)))
    written: bytes = feed.atom_str(pretty=True)
    return written


def _write(file: Path, content: bytes) -> bool:
    """Write a file as a whole, only where it changes; tell whether it did."""
    with explained(file):
        if file.is_file() and file.read_bytes() == content:
            return False
        with written_beside(file, shared=True) as beside:
            beside.write_bytes(content)
            killpoint("before-feed")
    return True
