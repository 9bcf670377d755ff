"""What does not fit into a night comes on the next ones, each document once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.records import Fetched, Source, Waiting
from crawlers import Known
from demo.addresses import address_list
from demo.nights import Expected, expected
from demo.server import Replica
from tests.crawlers.conftest import Crawled, Crawls

SOURCES = ("addresses", "frontex", "intpa")


def table_of(replica: Replica, source: str, folder: Path) -> dict[int, dict[str, Expected]]:
    """Return what each night should bring of a source, by document key."""
    nights = expected({source: replica.base_urls[source]}, folder)
    return {night: table[source] for night, table in nights.items()}


def cards_of(crawls: Crawls, folder: Path, **more: Any) -> dict[str, Source]:
    """Return the cards, that of the addresses with the replica's list."""
    file = folder / "addresses.txt"
    file.write_text(address_list(crawls.replica.base_urls["addresses"]), encoding="utf-8")
    cards = {source: dict(more) for source in SOURCES}
    cards["addresses"]["options"] = {"file": str(file)}
    return crawls.cards(**cards)


def test_what_does_not_fit_into_a_night_comes_on_the_next(
    healthy: Replica, crawls: Crawls, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cards = cards_of(crawls, tmp_path, budget=16)
    known: dict[str, Known] = {}
    rest: dict[str, tuple[Waiting, ...]] = {}
    found: dict[str, list[Fetched]] = {source: [] for source in SOURCES}
    for night in range(5):
        crawl = crawls(*SOURCES, cards=cards, known=known, rest=rest, recheck_before="0001")
        known |= crawl.known()
        rest = {source: run.rest for source, run in crawl.runs().items() if run.rest}
        for source in SOURCES:
            found[source] += crawl.fetched(source, "fetched")
        if not rest:
            break
        assert night < 4
    for source in SOURCES:
        table = table_of(healthy, source, tmp_path_factory.getbasetemp() / "replica")
        assert {line.document_key for line in found[source]} == set(table[1])
        assert len({line.url for line in found[source]}) == len(found[source])
    assert night >= 1


def test_what_a_feed_shows_too_is_described_by_its_list(healthy: Replica, crawls: Crawls) -> None:
    """Feeds are read once something is known; they say less of a document than lists do."""
    first = crawls("eutf", "enlargement")
    one = dict(list(first.known().items())[:1])
    healthy.requests.clear()
    again = crawls("eutf", "enlargement", known=one)
    assert any(request.path.endswith("/rss_en") for request in healthy.requests)

    def described(crawl: Crawled, source: str) -> dict[str, tuple[str | None, ...]]:
        return {
            line.document_key: (line.title, line.published, line.kind, line.reference)
            for line in crawl.fetched(source, "fetched")
            if line.url not in one
        }

    for source in ("eutf", "enlargement"):
        assert described(again, source) == described(first, source)
