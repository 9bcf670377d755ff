"""Search: what people type finds what they mean, and says what it did with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import UsageError
from core.records import Notice
from store.database import Store
from store.filters import Filters
from store.readings import save_reading
from store.search import Found, coverage, search
from tests.builders import (
    DAY,
    House,
    amount,
    document,
    evidence,
    key_of,
    open_house,
    proposal,
    tagging,
)

PAGES = {
    "url:drones": "Supply of drones for border surveil-\nlance in Niger, see C(2025)5935.",
    "url:vehicles": "Véhicules blindés pour la Côte d'Ivoire (T05-EUTF-\nNOA-LY-03).",
    "url:boats": "Patrol boats and two drones, armoured vehicles not included.",
    "url:empty": "",
}
NOTHING = Filters()


def plain(_word: str) -> list[str]:
    return []


def wide(word: str) -> list[str]:
    names = {"drone": ["UAV", "unmanned aerial vehicle"], "uav": ["drone", "drones"]}
    return names.get(word.lower(), [])


def fill(house: House) -> Store:
    """Give a house a page for each of `PAGES`."""
    for key, text in PAGES.items():
        data = key.encode()
        house.take(key, data, title=f"Title of {key}", published="2025-01-01")
        house.read(data, text)
    return house.store


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a page for each of `PAGES`, only to be read."""
    house = open_house(tmp_path_factory.mktemp("library"))
    yield fill(house)
    house.store.close()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with one page, only to be read."""
    house = open_house(tmp_path_factory.mktemp("shelf"))
    house.take("url:a", b"x")
    house.read(b"x", "drones and boats near C(2025)5935")
    yield house.store
    house.store.close()


def documents(found: Found) -> set[str]:
    """Return the documents of the pages that were found."""
    return {hit.document.removeprefix("url:") for hit in found.pages}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("drones", {"drones", "boats"}),
        ("drone", {"drones", "boats"}),
        ("DRONE", {"drones", "boats"}),
        ("drones boats", {"boats"}),
        ("surveillance", {"drones"}),
        ("surveil*", {"drones"}),
        ("vehic*", {"vehicles", "boats"}),
        ("véhicules", {"vehicles"}),
        ("blindes cote", {"vehicles"}),
        ('"armoured vehicles"', {"boats"}),
        ('"vehicles armoured"', set()),
        ("boats OR Niger", {"boats", "drones"}),
        ("drones AND Niger", {"drones"}),
        ("drones NOT Niger", {"boats"}),
        ("drones AND NOT Niger", {"boats"}),
        ("(boats OR Niger) drones", {"boats", "drones"}),
        ("drones (Niger)", {"drones"}),
        ("(blindés OR Niger) NOT drones", {"vehicles"}),
        ("C(2025)5935", {"drones"}),
        ("c(2025)5935.", {"drones"}),
        ("C(2025)5936", set()),
        ("T05-EUTF-NOA-LY-03", {"vehicles"}),
        ("(T05-EUTF-NOA-LY-03 OR C(2025)5935)", {"vehicles", "drones"}),
        ("d'Ivoire", {"vehicles"}),
        ("title:drones", set()),
        ("helicopter", set()),
    ],
)
def test_queries(library: Store, query: str, expected: set[str]) -> None:
    found = search(library, query, NOTHING, plain)
    assert documents(found) == expected
    assert found.documents == len(expected)
    assert not found.plain
    assert found.query == query


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("drones (Niger", {"drones"}),
        ("drones AND", {"drones", "boats"}),
        ("OR drones", {"drones", "boats"}),
        ("NOT drones", {"drones", "boats"}),
        ("drones) Niger", {"drones"}),
        ("drones AND OR Niger", {"drones"}),
        ("AND", set()),
        ("()", set()),
    ],
)
def test_broken_syntax_is_searched_as_plain_words(
    library: Store, query: str, expected: set[str]
) -> None:
    found = search(library, query, NOTHING, plain)
    assert documents(found) == expected
    assert found.plain


@pytest.mark.parametrize("query", ["", "  ", "*", '""', "§ - !"])
def test_nothing_to_search_for_finds_nothing(library: Store, query: str) -> None:
    assert search(library, query, NOTHING, plain) == Found(query=query)


def test_words_are_widened_and_said_to_be(library: Store) -> None:
    found = search(library, "UAV Niger", NOTHING, wide)
    assert documents(found) == {"drones"}
    assert found.widened == {"UAV": ["drones"]}  # of the names, the one that a page has
    assert search(library, "UAV", NOTHING, plain).pages == []


def test_snippets_mark_what_was_found(library: Store) -> None:
    (hit,) = search(library, "surveillance", NOTHING, plain).pages
    assert (
        hit.snippet == "Supply of drones for border \x02surveillance\x03 in Niger, see C(2025)5935."
    )
    assert (hit.document, hit.title, hit.source) == (
        "url:drones", "Title of url:drones", "ministry",
    )  # fmt: skip
    assert (hit.page, hit.language, hit.published, hit.entry) == (1, "en", "2025-01-01", None)
    assert hit.url == "https://ministry.example/url:drones"


def test_withheld_documents_are_not_found(house: House) -> None:
    library = fill(house)
    text = PAGES["url:boats"]
    made = proposal(text, "Patrol boats")
    house.read(b"url:boats", text, tagged=tagging(made))
    assert len(search(library, "patrol", NOTHING, plain).entries) == 1
    library.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:boats'")
    found = search(library, "patrol", NOTHING, plain)
    assert (found.pages, found.entries, found.documents) == ([], [], 0)


def test_only_the_present_version_is_found(house: House) -> None:
    house.take("url:a", b"one")
    house.read(b"one", "old drones")
    house.take("url:a", b"two")
    house.read(b"two", "new boats")
    assert search(house.store, "drones", NOTHING, plain).pages == []
    assert len(search(house.store, "boats", NOTHING, plain).pages) == 1


def test_the_limit_is_one_of_hits_not_of_the_count(library: Store) -> None:
    found = search(library, "drones OR blindés", Filters(limit=1), plain)
    assert (len(found.pages), found.documents) == (1, 3)


TEXT = "Two patrol boats for the coast guard worth EUR 900 under the Trust Fund."


def test_entries_are_found_with_their_euro(house: House) -> None:
    for number, currency in enumerate(("EUR", "LYD", "USD")):
        made = proposal(TEXT, "patrol boats", amount=amount(TEXT, "EUR 900", "1000000", currency))
        data = currency.encode()
        house.take(f"url:{number}", data, published="2021-05-14")
        house.read(data, TEXT, tagged=tagging(made))
    found = search(house.store, "patrol", NOTHING, plain)
    assert {
        (hit.currency, hit.amount_min, hit.amount_max, hit.amount_eur, hit.eur_source)
        for hit in found.entries
    } == {
        ("EUR", "1000000", "1000000", 1000000.0, "EUR itself"),
        ("LYD", "1000000", "1000000", None, "no rate"),
        ("USD", "1000000", "1000000", 824878.33, "ECB"),
    }
    assert {hit.eur_rate_date for hit in found.entries} == {None, "2021-05-14"}
    assert {hit.eur_source for hit in found.pages} == {None}
    least = search(house.store, "patrol", Filters(min=800_000), plain)
    assert sorted(str(hit.currency) for hit in least.entries) == ["EUR", "USD"]
    assert least.documents == 2


@pytest.fixture
def entry(house: House) -> str:
    """The key of an entry whose every filtered column is set."""
    house.take("ted:1-2025", b"n", published="2025-03-04T10:00:00", language="fr", kind="notice")
    made = proposal(
        TEXT,
        "patrol boats",
        amount=amount(TEXT, "EUR 900", "900"),
        fund=evidence(TEXT, "Trust Fund"),
        recipient_country="TN",
        equipment_type="patrol_boat",
        equipment_family="vessels",
    )
    notice = Notice(format="x", number="1-2025", type="x", buyers=(), title=None, cpv=("34521000",))
    save_reading(house.store, document(b"n", TEXT, notice=notice), tagging(made))
    return key_of("ted:1-2025", made)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"source": "ministry"}, {"source": "ted"}),
        ({"kind": "notice"}, {"kind": "pdf"}),
        ({"lang": "FR"}, {"lang": "en"}),
        ({"country": "tn"}, {"country": "LY"}),
        ({"fund": "trust"}, {"fund": "IPA"}),
        ({"family": "vessels"}, {"family": "vehicles"}),
        ({"type": "patrol_boat"}, {"type": "drone"}),
        ({"since": "2025-03-04"}, {"since": "2025-03-05"}),
        ({"since": "2025-03"}, {"since": "2026"}),
        ({"until": "2025-03-04"}, {"until": "2025-03-03"}),
        ({"until": "2025"}, {"until": "2025-02"}),
        ({"min": 900}, {"min": 900.5}),
        ({"max": 900}, {"max": 0}),
        ({"state": "pending"}, {"state": "accepted"}),
        ({"cpv": "3452"}, {"cpv": "3453"}),
    ],
)
def test_filters(house: House, entry: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    found = search(house.store, "boats", Filters(**good), plain)
    assert [hit.entry for hit in found.entries] == [entry]
    assert [hit.document for hit in found.pages] == ["ted:1-2025"]
    missed = search(house.store, "boats", Filters(**bad), plain)
    assert (missed.entries, missed.pages, missed.documents) == ([], [], 0)
    both = search(house.store, "boats", Filters(**{**good, "source": "ted"}), plain)
    assert both.entries == []


def test_rejected_entries_are_found_only_when_asked_for(house: House, entry: str) -> None:
    house.store.connection.execute("UPDATE entries SET state = 'rejected'")
    assert search(house.store, "boats", NOTHING, plain).entries == []
    found = search(house.store, "boats", Filters(state="rejected"), plain)
    assert [hit.entry for hit in found.entries] == [entry]


def test_entries_are_found_by_what_people_see_of_them(house: House, entry: str) -> None:
    (hit,) = search(house.store, "trust", NOTHING, plain).entries
    assert hit.entry == entry
    assert "\x02Trust\x03" in hit.snippet
    house.store.connection.execute("UPDATE entries SET fund = 'Ramp', quote = 'x'")
    assert search(house.store, "trust", NOTHING, plain).entries == []
    assert len(search(house.store, "ramp", NOTHING, plain).entries) == 1
    house.store.connection.execute("DELETE FROM entries")
    assert search(house.store, "ramp", NOTHING, plain).entries == []


@pytest.mark.parametrize("bad", [{"state": "done"}, {"limit": 0}])
def test_filters_refuse_what_cannot_be(bad: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="--"):
        Filters(**bad)


def test_coverage_says_what_a_search_looked_through(house: House) -> None:
    house.store.connection.execute(
        "INSERT INTO sources (id, title, publisher, kind, homepage, licence, show_full_text) "
        "VALUES ('other', 'Other', 'B', 'pages', NULL, 'CC0', 1)"
    )
    house.take("url:a", b"one", fetched_at=DAY.format(1))
    house.take("url:b", b"two", fetched_at=DAY.format(3))
    house.take("url:hidden", b"three", fetched_at=DAY.format(2))
    house.miss("url:c", "failed", 0, fetched_at=DAY.format(9))
    scanned = document(b"one", "text", "")
    pages = (scanned.pages[0], type(scanned.pages[0])(number=2, text="", method="none"))
    house.read(b"one", pages=pages)
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:hidden'")
    assert coverage(house.store) == [
        {
            "source": "ministry", "title": "The ministry", "documents": 3, "pages": 2,
            "textless": 1, "unread": 2, "last_fetch": DAY.format(3),
        },
        {
            "source": "other", "title": "Other", "documents": 0, "pages": 0, "textless": 0,
            "unread": 0, "last_fetch": None,
        },
    ]  # fmt: skip


def test_the_text_read_last_stays_searchable_until_the_new_one_is_read(house: House) -> None:
    house.take("url:a", b"old", fetched_at=DAY.format(1))
    house.read(b"old", "Twelve hovercraft for the coast guard.")
    house.take("url:a", b"new", fetched_at=DAY.format(1))
    assert documents(search(house.store, "hovercraft", NOTHING, plain)) == {"a"}
    assert coverage(house.store)[0]["unread"] == 1
    house.read(b"new", "Twelve airships for the coast guard.")
    assert documents(search(house.store, "hovercraft", NOTHING, plain)) == set()
    assert documents(search(house.store, "airships", NOTHING, plain)) == {"a"}
    assert coverage(house.store)[0]["unread"] == 0
