"""Feeds: files that a feed parser reads, with ids that stay and nothing that may not be shown."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from operate.feeds import file_name, write_feeds
from operate.lines import line, web_address
from store.filters import Filters
from store.matching import match_watches
from store.watches import NEWEST, add_watch, remove_watch
from tests.builders import DAY, House, open_house, page, proposal, tagging

DRONES = "Two drones were handed over to the border police of Niger in spring."
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def house(tmp_path: Path) -> Any:
    """An output folder with a watch for drones."""
    made = open_house(tmp_path)
    add_watch(made.store, "Drones", "drone", Filters(), exact=False)
    yield made
    made.store.close()


def show(house: House, key: str, data: bytes, text: str, *, day: int = 1, **more: Any) -> None:
    """Take in and read a version, match and write the feeds."""
    house.take(key, data, fetched_at=DAY.format(day), **more)
    made = [proposal(text, "drones")] if "drones" in text else []
    house.read(data, text, tagged=tagging(*made))
    write(house)


def write(house: House) -> int:
    match_watches(house.store, lambda _: [])
    return write_feeds(house.store, house.folder / "feeds")


def read(house: House, name: str = "drones") -> Any:
    """Return a feed as a feed parser reads it."""
    file = house.folder / "feeds" / file_name(name)
    feed = feedparser.parse(file.read_bytes())
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    assert all(entry.id.startswith("urn:uuid:") for entry in feed.entries)
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    return feed


def test_a_feed_tells_title_link_pages_and_words(house: House) -> None:
    assert write(house) == 2
    assert read(house).entries == []
    show(house, "url:a", b"1", DRONES, title="Annex <b>1</b> & more")
    feed = read(house)
    (item,) = feed.entries
    assert (feed.feed.title, item.title) == ("Materiel: Drones", "Annex <b>1</b> & more")
    assert item.link == "https://ministry.example/url:a"
    told = item.content[0]
    assert told.type == "text/plain"
    assert told.value.splitlines()[0] == "page 1; 1 new entry"
    assert DRONES in told.value
    noticed = house.store.value("SELECT noticed_at FROM news")
    assert time.strftime("%Y-%m-%dT%H:%M:%SZ", item.updated_parsed) == noticed
    assert feed.feed.updated_parsed == item.updated_parsed
    assert noticed.endswith("Z")


def test_the_feed_of_entries_says_that_they_are_candidates(house: House) -> None:
    show(house, "url:a", b"1", DRONES, title="Annex")
    (item,) = read(house, "entries").entries
    assert item.title == "drones (candidate, not reviewed)"
    assert "Annex, page 1" in item.content[0].value


def test_ids_stay_and_another_version_is_another_item(house: House) -> None:
    show(house, "url:a", b"1", DRONES)
    (first,) = read(house).entries
    show(house, "url:a", b"2", f"{DRONES}\nSix more drones.", day=2)
    assert [item.id for item in read(house).entries][1:] == [first.id]
    ids = {read(house).feed.id, read(house, "entries").feed.id}
    assert len(ids) == 2
    for file in (house.folder / "feeds").iterdir():
        file.unlink()
    assert write(house) == 2
    assert read(house).entries[1].id == first.id


def test_what_does_not_change_is_not_written(house: House) -> None:
    show(house, "url:a", b"1", DRONES)
    before = {f: f.stat().st_mtime_ns for f in (house.folder / "feeds").iterdir()}
    assert write(house) == 0
    assert {f: f.stat().st_mtime_ns for f in (house.folder / "feeds").iterdir()} == before


def test_what_is_withheld_or_withdrawn_leaves_the_feeds(house: House) -> None:
    show(house, "url:a", b"1", DRONES, title="Open")
    show(house, "url:b", b"b", f"{DRONES} Also.", title="Hidden")
    assert len(read(house).entries) == len(read(house, "entries").entries) == 2
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:b'")
    house.take("url:a", b"2", fetched_at=DAY.format(2))
    black = DRONES.replace(" drones", "").replace(" of Niger", "")
    house.read(b"2", pages=(page(black, redacted_area=0.01),))
    assert write(house) == 2
    assert read(house).entries == read(house, "entries").entries == []
    for file in (house.folder / "feeds").iterdir():
        assert b"Niger" not in file.read_bytes()


def test_the_feed_of_a_removed_watch_goes(house: House) -> None:
    write(house)
    remove_watch(house.store, "drones")
    assert write(house) == 1
    assert [file.name for file in (house.folder / "feeds").iterdir()] == ["entries.atom"]


def test_a_feed_holds_the_newest_only(house: House) -> None:
    lines = []
    for number in range(NEWEST + 3):
        data = f"{number}".encode()
        house.take(f"url:{number}", data)
        house.read(data, f"Number {number}: drones.")
        lines.append(f"url:{number}")
    write(house)
    items = read(house).entries
    assert len(items) == NEWEST
    assert items[0].title == f"url:{NEWEST + 2}"


def test_a_file_taken_in_by_hand_has_no_link(house: House) -> None:
    show(house, "file:1", b"1", DRONES, url="file:///home/me/secret/a.pdf", status=0)
    feed = (house.folder / "feeds" / "drones.atom").read_text(encoding="utf-8")
    assert "home/me" not in feed
    assert read(house).entries[0].get("links", []) == []


def test_each_item_has_what_atom_asks_for(house: House) -> None:
    show(house, "url:a", b"1", DRONES)
    for name in ("drones", "entries"):
        root = etree.parse(house.folder / "feeds" / file_name(name)).getroot()
        for element in (root, *root.iter(f"{ATOM}entry")):
            for child in ("id", "title", "updated"):
                assert len(element.findall(f"{ATOM}{child}")) == 1
        assert root.find(f"{ATOM}author/{ATOM}name") is not None


@settings(max_examples=40, deadline=None)
@given(title=st.text(st.characters(codec=None), max_size=40))
def test_any_title_gives_valid_xml(title: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    house = open_house(tmp_path_factory.mktemp("feed"))
    try:
        add_watch(house.store, "drones", "drones", Filters(), exact=False)
        house.take("url:a", b"1")
        house.read(b"1", DRONES)
        stored = title.encode("utf-8", "replace").decode()
        house.store.connection.execute("UPDATE documents SET title = ?", (stored,))
        write(house)
        assert len(read(house).entries) == 1
        # as it stands: a feed parser repairs what it takes for a wrong encoding, such as `Â¡`
        root = etree.parse(house.folder / "feeds" / file_name("drones")).getroot()
        assert root.findtext(f"{ATOM}entry/{ATOM}title") == (line(stored) or "url:a")
    finally:
        house.store.close()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\r\nBcc: x@y.example", "a Bcc: x@y.example"),
        ("a\u2028b\x85c\x0bd", "a b c d"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u202egnp.exe", "a gnp.exe"),
        ("\ud800x\ufffe", "x"),
        (None, ""),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_line_is_one_safe_line(text: str | None, told: str) -> None:
    assert line(text) == told


@pytest.mark.parametrize(
    ("url", "landing", "told"),
    [
        ("https://a.example/x", None, "https://a.example/x"),
        ("file:///a", "https://a.example/y", "https://a.example/y"),
        ("javascript:alert(1)", None, None),
        ("http://[bad", None, None),
        ("file:///a", "file:///b", None),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str, landing: str | None, told: str) -> None:
    assert web_address({"url": url, "landing_url": landing}) == told
