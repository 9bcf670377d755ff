"""A citation says whose words they are, where they stand and which bytes they are."""

from __future__ import annotations

import pytest

from core.errors import StoreError, UnknownKey
from operate.present_evidence import citation_text
from store.cite import cite
from tests.builders import DAY, House, amount, fetched, key_of, proposal, sha, tagging

TEXT = "Two drones worth EUR 900 for the Guard."
MADE = proposal(TEXT, "drones", amount=amount(TEXT, "EUR 900", "900"))


def filled(house: House) -> str:
    """Take in a document with one entry; return the entry's key."""
    house.take(
        "url:a", b"a", title="Drones for the Guard", reference="C(2021)5", published="2021-05-14",
        landing_url="https://ministry.example/list",
    )  # fmt: skip
    house.read(b"a", TEXT, tagged=tagging(MADE))
    return key_of("url:a", MADE)


def test_an_entry_is_cited(house: House) -> None:
    found = cite(house.store, filled(house))
    assert (found["quote"], found["page"]) == (TEXT, 1)
    assert (found["title"], found["publisher"]) == ("Drones for the Guard", "Somebody")
    assert found["address"] == "https://ministry.example/url:a"
    assert (found["sha256"], found["fetched_at"]) == (sha(b"a"), DAY.format(1))
    assert sha(b"a") in citation_text(found)
    assert citation_text(found).splitlines()[:4] == [
        f"“{TEXT}”",
        "",
        "Somebody, “Drones for the Guard”, C(2021)5, 14 May 2021, page 1.",
        "https://ministry.example/url:a",
    ]
    assert "nobody has reviewed it" in citation_text(found)


def test_a_reviewed_entry_has_no_such_note(house: House) -> None:
    key = filled(house)
    house.decide(key, "accept", MADE)
    assert cite(house.store, key)["notes"] == []


def test_a_document_is_cited_as_a_whole(house: House) -> None:
    filled(house)
    found = cite(house.store, "url:a")
    assert (found["quote"], found["page"], found["document"]) == (None, None, "url:a")
    assert citation_text(found).startswith("Somebody, “Drones for the Guard”, C(2021)5, 14 May")


def test_what_changed_since_is_said(house: House) -> None:
    key = filled(house)
    house.take("url:a", b"newer")
    house.miss("url:a", "gone", 404)
    assert cite(house.store, key)["notes"][1:] == [
        "The document is gone from its address.",
        "This is version 1 of the document; version 2 is the newest one known.",
    ]
    assert cite(house.store, "url:a")["sha256"] == sha(b"a")  # the one that was read


def test_where_a_file_taken_in_by_hand_lay_is_not_told(house: House) -> None:
    house.put(b"a")
    local = "file:///home/ana/a.pdf"
    house.load(house.journal(fetched("url:a", b"a", url=local, final_url=local, status=0)))
    house.read(b"a", TEXT, tagged=tagging(MADE))
    found = cite(house.store, "url:a")
    assert found["address"] is None
    assert "ana" not in citation_text(found)
    assert "taken in by hand" in found["archive"]


def test_what_may_not_be_shown_is_not_cited(house: House) -> None:
    key = filled(house)
    connection = house.store.connection
    connection.execute("UPDATE documents SET withheld = 1")
    for name in (key, "url:a"):
        with pytest.raises(StoreError, match="withheld"):
            cite(house.store, name)
    connection.execute("UPDATE documents SET withheld = 0")
    connection.execute("UPDATE entries SET text_withdrawn = 1, quote = ''")
    with pytest.raises(StoreError, match="cannot be cited"):
        cite(house.store, key)


def test_what_is_not_there_or_not_read_yet_is_said(house: House) -> None:
    house.take("url:b", b"b")
    with pytest.raises(StoreError, match="not been read yet"):
        cite(house.store, "url:b")
    with pytest.raises(UnknownKey):
        cite(house.store, "url:z")
