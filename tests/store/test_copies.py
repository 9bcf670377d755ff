"""The same file at two addresses is read once, and a decision on it is offered once more."""

from __future__ import annotations

from store.copies import copies_of, offered_decision
from store.report import show
from tests.builders import House, amount, key_of, proposal, tagging

TEXT = "Two drones worth EUR 900, and drones again."
MADE = proposal(TEXT, "drones", amount=amount(TEXT, "EUR 900", "900"))
AGAIN = proposal(TEXT, "drones", ordinal=2)


def filled(house: House) -> tuple[str, str]:
    """Take one file in from two addresses; return the keys of the same entry in both."""
    for key in ("url:a", "url:b"):
        house.take(key, b"same")
    house.take("url:c", b"other")
    house.read(b"same", TEXT, tagged=tagging(MADE, AGAIN))
    house.read(b"other", TEXT, tagged=tagging(MADE, AGAIN))
    return key_of("url:a", MADE), key_of("url:b", MADE)


def test_a_copy_is_the_same_entry_of_the_same_bytes(house: House) -> None:
    one, other = filled(house)
    (copy,) = copies_of(house.store, one)
    assert (copy["entry"], copy["document"], copy["state"]) == (other, "url:b", "pending")
    assert house.store.value("SELECT count(*) FROM readings") == 2  # of two files, not of three
    assert copies_of(house.store, key_of("url:c", MADE)) == []
    assert copies_of(house.store, "no key") == []


def test_a_decision_is_offered_for_the_other(house: House) -> None:
    one, other = filled(house)
    assert offered_decision(house.store, other) is None
    house.decide(one, "correct", MADE, {"fund": "EUTF"})
    offer = offered_decision(house.store, other)
    assert offer is not None
    assert (offer["verdict"], offer["fields"], offer["reviewer"]) == (
        "correct", {"fund": "EUTF"}, "ana",
    )  # fmt: skip
    assert (offer["entry"], offer["state"]) == (one, "corrected")
    assert offered_decision(house.store, one) is None  # decided itself
    assert offered_decision(house.store, key_of("url:b", AGAIN)) is None
    assert show(house.store, other)["offered"] == offer


def test_a_decision_that_was_undone_is_not_offered(house: House) -> None:
    one, other = filled(house)
    house.decide(one, "accept", MADE)
    house.decide(one, "undo")
    assert offered_decision(house.store, other) is None


def test_nothing_is_offered_from_a_withheld_document(house: House) -> None:
    one, other = filled(house)
    house.decide(one, "accept", MADE)
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:a'")
    assert offered_decision(house.store, other) is None
    assert copies_of(house.store, one) == []
