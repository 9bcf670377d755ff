"""What nights without news cost all sources together, beside the first night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

import msgspec
import pytest

from core.records import Source
from crawlers import have_passed
from demo.addresses import address_list
from tests.crawlers.conftest import Crawls

SOURCES = ("addresses", "asktheeu", "enlargement", "eutf", "frontex", "intpa", "ted")
SHARE = 0.2  # of the first night's requests, at most
BEGIN = dt.datetime.now(dt.UTC)
Quiet = Callable[[int, Collection[Source]], int]


@pytest.fixture(scope="module")
def cards(crawls: Crawls) -> dict[str, Source]:
    """The cards with the rhythms of real nights, that of the addresses with the replica's list."""
    file = crawls.folder / "addresses.txt"
    file.write_text(address_list(crawls.replica.base_urls["addresses"]), encoding="utf-8")
    return crawls.cards(addresses={"options": {"file": str(file)}})


@pytest.fixture(scope="module")
def first(crawls: Crawls, cards: dict[str, Source]) -> tuple[int, Quiet]:
    """The first night's requests, and a function that returns those of a later one."""
    crawls.replica.requests.clear()
    night = crawls(*SOURCES, cards=cards)
    cost = len(crawls.replica.requests)
    assert {run.walk for run in night.runs().values()} == {"full"}
    assert len(night.known()) > 100
    copies = {known.sha256 for known in night.known().values()}

    def quiet(nights: int, sources: Collection[Source]) -> int:
        crawls.replica.requests.clear()
        later = crawls(
            *(source.id for source in sources),
            cards={source.id: source for source in sources},
            known=night.known(),
            walked=dict.fromkeys(SOURCES, BEGIN.isoformat()),
            recheck_before="",
            now=(BEGIN + dt.timedelta(days=nights)).isoformat(),
        )
        assert set(later.runs()) == {source.id for source in sources}
        for run in later.runs().values():
            assert (run.walk, run.rest) == ("new", ())
            assert run.state in ("nothing_new", "ok")
            # one recheck in four asks for the bytes; they are those that are at hand
            assert {line.sha256 for line in later.fetched(run.source, "fetched")} <= copies
        return len(crawls.replica.requests)

    return cost, quiet


def test_looking_for_what_is_new_in_all_sources_costs_little(
    first: tuple[int, Quiet], cards: dict[str, Source]
) -> None:
    cost, quiet = first
    rarely = [msgspec.structs.replace(cards[name], recheck_nights=100_000) for name in SOURCES]
    assert quiet(1, rarely) <= SHARE * cost


def test_quiet_nights_cost_at_most_a_fifth_of_the_first(
    first: tuple[int, Quiet], cards: dict[str, Source]
) -> None:
    cost, quiet = first
    spent = 0
    for nights in (1, 2):
        now = BEGIN + dt.timedelta(days=nights)
        due = [cards[name] for name in SOURCES
               if have_passed(cards[name].rhythm, BEGIN.isoformat(), now)]  # fmt: skip
        assert len(due) == 5  # the others come once a week
        # together: on which night a document has its turn is a matter of its key
        spent += quiet(nights, due)
    assert spent <= SHARE * cost * 2
