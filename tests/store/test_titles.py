"""Files taken in by hand are called by their names wherever a title is read, never by a path."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from store.alerts import hits_of, new_entries
from store.cite import cite
from store.copies import copies_of
from store.dossier import dossier
from store.entry_page import entry_page
from store.filters import Filters
from store.matching import match_watches
from store.parties import show_party
from store.published import published
from store.report import show
from store.reviewing.answers import Answer
from store.reviewing.bulk import alike
from store.reviewing.deciding import decide, seen_of
from store.reviewing.panel import panel
from store.run_report import told_documents, told_entries
from store.search import search
from store.titles import titled
from store.watches import add_watch, watches
from tests.builders import House, evidence, key_of, proposal, sha, tagging

TEXT = "The coast guard of Malta gets 4 patrol boats."
FOLDER = "/home/hidden%20folder"
NAME = "Angebot: Boote.pdf"
FILE = f"file://{FOLDER}/Angebot%3A%20Boote.pdf"
MADE = proposal(
    TEXT,
    "patrol boats",
    recipient=evidence(TEXT, "coast guard of Malta", {"name": "coast guard", "country": "MT"}),
    recipient_country="MT",
)
HAND, WEB = f"file:{sha(b'body')}", "url:web"
KEY = key_of(HAND, MADE)


@pytest.mark.parametrize(
    ("title", "url", "shown"),
    [
        ("Its own", FILE, "Its own"),
        (None, FILE, NAME),
        ("", FILE, NAME),
        (None, "file:///C:/Users/ana/b%C3%A9.pdf", "bé.pdf"),
        (None, "file:///tmp/C%3A%5CUsers%5Cana%5Cb.pdf", "b.pdf"),
        (None, "file:///tmp/a%23b.pdf", "a#b.pdf"),
        (None, "file:///tmp/a.zip#in/the/b.pdf", "b.pdf"),
        (None, "file:///tmp/a.zip#in\\the\\100%25.pdf", "100%25.pdf"),
        (None, "file:///tmp/a.zip#b.zip#in/c.pdf", "c.pdf"),
        (None, "file:///tmp/a%0A%20b.pdf", "a b.pdf"),
        (None, "file:///", None),
        (None, "https://ministry.example/a.pdf", None),
    ],
)
def test_what_a_document_is_called(title: str | None, url: str, shown: str | None) -> None:
    assert titled(title, url) == shown


@pytest.fixture
def taken(house: House) -> House:
    """A file taken in by hand, and the same bytes on the web; a watch is about both."""
    add_watch(house.store, "boats", "boats", Filters(), exact=False)
    house.take(HAND, url=FILE, final_url=FILE, status=0, name=NAME)
    house.take(WEB, title="On the web")
    house.read(b"body", TEXT, tagged=tagging(MADE))
    match_watches(house.store, lambda _word: [])
    return house


def test_the_name_stands_wherever_a_title_is_read(taken: House) -> None:
    store = taken.store
    (watch,) = watches(store)
    found = search(store, "boats", Filters(), lambda _word: [])
    read = {
        "panel": panel(store, KEY).document["title"],
        "entry": entry_page(store, KEY).entry["title"],
        "dossier": dossier(store, HAND).document["title"],
        "cite": cite(store, KEY)["title"],
        "show": show(store, HAND)["title"],
        "show entry": show(store, KEY)["title"],
        "copies": copies_of(store, key_of(WEB, MADE))[0]["title"],
        "alike": next(one.title for one in alike(store, KEY, "ana") if one.document == HAND),
        "group": next(one.title for one in found.groups if one.document == HAND),
        "hit": next(one.title for one in found.pages if one.document == HAND),
        "watch": next(one["title"] for one in hits_of(store, watch) if one["document"] == HAND),
        "feed": next(one["title"] for one in new_entries(store) if one["document"] == HAND),
        "party": next(
            one["title"]
            for one in show_party(store, "recipient", "coast guard of Malta")["parties"][0][
                "entries"
            ]
            if one["document"] == HAND
        ),
        "run": told_documents(store, [HAND])[0]["title"],
        "run's entries": told_entries(store, [KEY])[KEY]["title"],
    }
    assert read == dict.fromkeys(read, NAME)
    assert "hidden" not in str([asdict(one) for one in alike(store, KEY, "ana")])
    assert taken.document(HAND)["title"] is None, "what is stored stays as it is"


def test_a_member_of_an_archive_and_its_holder_have_their_names(house: House) -> None:
    archive = f"file://{FOLDER}/offers.zip"
    house.take("file:zip", b"zip", url=archive, final_url=archive, status=0)
    inside = f"{archive}#2024/boats.pdf"
    house.take("file:zip#2024/boats.pdf", b"in", url=inside, final_url=inside, status=0,
               parent_key="file:zip")  # fmt: skip
    (member,) = dossier(house.store, "file:zip").inside
    assert member["title"] == "boats.pdf"
    assert dossier(house.store, "file:zip#2024/boats.pdf").parent == {
        "key": "file:zip", "title": "offers.zip",
    }  # fmt: skip


def test_a_title_of_its_own_goes_before_the_name(house: House) -> None:
    house.take(HAND, url=FILE, final_url=FILE, status=0)
    house.read(b"body", TEXT, tagged=tagging(MADE), title="Offer of boats")
    assert panel(house.store, KEY).document["title"] == "Offer of boats"


def test_visitors_do_not_read_the_name(taken: House) -> None:
    seen = seen_of(taken.store.connection, KEY)
    decide(taken.store, KEY, Answer(verdict="accept", seen=seen), reviewer="ana")
    with published(taken.store.path) as store:
        assert dossier(store, HAND).document["title"] is None
        assert entry_page(store, KEY).entry["title"] is None
