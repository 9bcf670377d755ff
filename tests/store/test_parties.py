"""All that one body received or delivered, over all documents."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import UnknownKey, UsageError
from store.pairs import decide_pair
from store.parties import party_of, show_party
from tests.builders import House, amount, evidence, key_of, proposal, tagging


def take(house: House, key: str, recipient: str, number: str, **more: Any) -> str:
    """Take in a document in which a recipient gets drones; return the entry's key."""
    text = f"Drones worth EUR {number} for {recipient} from Foo S.p.A."
    values: dict[str, Any] = {"amount_kind": "award", **more}
    day = values.pop("day", "2021-05-14")
    made = proposal(
        text,
        "Drones",
        amount=amount(text, f"EUR {number}", number),
        recipient=evidence(text, recipient),
        supplier=evidence(text, values.pop("supplier", "Foo S.p.A.")),
        date=evidence(text, number, {"date": day}),
        **values,
    )
    house.take(key, key.encode())
    house.read(key.encode(), text, tagged=tagging(made))
    return key_of(key, made)


def names(party: dict[str, Any]) -> set[str]:
    """Return the writings that were joined."""
    return {known["name"] for known in party["names"]}


def sums(party: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the sums in short."""
    return [(s["year"], s["kind"], s["review"], s["low"], s["amounts"]) for s in party["sums"]]


def test_writings_of_one_name_are_joined_and_shown(house: House) -> None:
    take(house, "url:a", "Frontex", "100")
    take(house, "url:b", "European Border and Coast Guard Agency", "200", recipient_country="PL")
    take(house, "url:c", "Europol", "400")
    (party,) = show_party(house.store, "recipient", "frontex")["parties"]
    assert names(party) == {"Frontex", "European Border and Coast Guard Agency"}
    assert all(known["why"].startswith("known as") for known in party["names"])
    assert sums(party) == [("2021", "award", "pending", "300", 2)]
    assert {row["document"] for row in party["entries"]} == {"url:a", "url:b"}


def test_years_kinds_and_what_was_reviewed_are_apart(house: House) -> None:
    take(house, "url:a", "Coast Guard", "100", recipient_country="LY")
    take(house, "url:b", "Coast Guard", "200", recipient_country="LY", amount_kind="budget")
    take(house, "url:c", "Coast Guard", "400", recipient_country="LY", day="2022")
    key = take(house, "url:d", "coast guard", "800", recipient_country="LY", amount_kind="paid")
    house.store.connection.execute("UPDATE entries SET state = 'accepted' WHERE key = ?", (key,))
    (party,) = show_party(house.store, "recipient", "Coast guard")["parties"]
    assert sums(party) == [
        ("2021", "paid", "reviewed", "800", 1),
        ("2021", "award", "pending", "100", 1),
        ("2021", "budget", "pending", "200", 1),
        ("2022", "award", "pending", "400", 1),
    ]


def test_bodies_of_one_name_in_two_countries_are_never_added_up(house: House) -> None:
    for number, country in enumerate(("BA", "XK", None)):
        take(house, f"url:{number}", "Border Police", "100", recipient_country=country)
    parties = show_party(house.store, "recipient", "Border Police")["parties"]
    assert [party["countries"] for party in parties] == [["BA"], ["XK"], []]
    assert [party["entries_in_all"] for party in parties] == [1, 1, 1]
    assert [len(party["notes"]) for party in parties] == [0, 0, 1]


def test_a_company_without_its_form_is_joined_only_where_there_is_one(house: House) -> None:
    take(house, "url:a", "Guard", "100")
    take(house, "url:b", "Guard Foo Spa", "200", supplier="Foo Spa")
    take(house, "url:c", "Guard Foo", "400", supplier="Foo")
    for name in ("Foo", "foo spa", "FOO S.P.A."):
        (party,) = show_party(house.store, "supplier", name)["parties"]
        assert names(party) == {"Foo S.p.A.", "Foo Spa", "Foo"}
    take(house, "url:d", "Guard Foo GmbH", "800", supplier="Foo GmbH")
    found = show_party(house.store, "supplier", "Foo S.p.A.")
    assert names(found["parties"][0]) == {"Foo S.p.A.", "Foo Spa"}
    assert {"Foo", "Foo GmbH"} & set(found["near"])


def test_a_confirmed_pair_counts_once(house: House) -> None:
    one = take(house, "url:a", "Guard", "100")
    other = take(house, "url:b", "Guard", "90")
    decide_pair(house.store, one, other, "same", reviewer="ana")
    (party,) = show_party(house.store, "recipient", "Guard")["parties"]
    assert sums(party) == [("2021", "award", "pending", "100", 1)]
    assert {row["entry"]: row["counted_with"] for row in party["entries"]} == {
        one: None, other: one,
    }  # fmt: skip


def test_near_names_are_suggested_and_not_counted(house: House) -> None:
    take(house, "url:a", "Libyan Coast Guard", "100")
    with pytest.raises(UnknownKey, match="near it are: Libyan Coast Guard"):
        show_party(house.store, "recipient", "Lybian Coast Guard")
    with pytest.raises(UnknownKey, match=r"named 'Nobody'\.$"):
        show_party(house.store, "recipient", "Nobody")


def test_names_that_the_vocabulary_only_gathers_are_suggested(house: House) -> None:
    take(house, "url:a", "Tunisian Navy", "100")
    take(house, "url:b", "Tunisian National Police", "200")
    found = show_party(house.store, "recipient", "Tunisian Navy")
    assert [names(party) for party in found["parties"]] == [{"Tunisian Navy"}]
    assert "Tunisian National Police" in found["near"]


def test_what_is_hidden_or_rejected_is_not_told(house: House) -> None:
    take(house, "url:a", "Guard", "100")
    take(house, "url:b", "Secret Guard", "200")
    connection = house.store.connection
    connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:b'")
    found = show_party(house.store, "recipient", "Guard")
    assert "Secret" not in repr(found)
    connection.execute("UPDATE entries SET state = 'rejected'")
    with pytest.raises(UnknownKey, match=r"named 'Guard'\.$"):
        show_party(house.store, "recipient", "Guard")


def test_what_asks_for_a_party() -> None:
    assert party_of("recipient:Coast Guard") == ("recipient", "Coast Guard")
    assert party_of("supplier: Foo ") == ("supplier", "Foo")
    assert party_of("ted:1-2025") is None
    with pytest.raises(UsageError, match="after supplier:"):
        party_of("supplier: -")
