"""The queue's page over HTTP: filters to pick from, taking back without a script, typed sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import lxml.html
import pytest

from core.settings import Settings
from store.reviewing.queue import hidden_until_answered
from store.reviewing.reviewers import add_reviewer
from tests.builders import amount, evidence, key_of, open_house, proposal, sha, tagging
from tests.review.conftest import Web, serving

TEXT = "Delivery of 4 patrol boats for 5000000 EUR to the coast guard of Malta."
RANGE = {"min": "5000000", "max": "7000000", "currency": "EUR", "kind": "award"}
FILE = "file:///home/hidden/Offer%20of%20boats.pdf"


def boats(ordinal: int, **more: Any) -> Any:
    """Return an entry about boats."""
    values: dict[str, Any] = {
        "quantity": evidence(TEXT, "4", {"min": "4", "max": "4"}),
        "amount": amount(TEXT, "5000000 EUR", "5000000"),
        "recipient": evidence(TEXT, "coast guard of Malta", {"name": "coast guard"}),
        "equipment_type": "patrol_boat",
        "equipment_family": "vessels",
        "recipient_country": "MT",
        "fund": evidence(TEXT, "Delivery", {"name": "Delivery"}),
        "score": 0.4,
        **more,
    }
    return proposal(TEXT, "patrol boats", ordinal=ordinal, **values)


def open_ones(document: str, count: int) -> list[int]:
    """Return ordinals whose entries are not in the slice of hidden proposals."""
    numbers = (n for n in range(1, 1000) if not hidden_until_answered(key_of(document, boats(n))))
    return [next(numbers) for _ in range(count)]


HAND = f"file:{sha(b'hand')}"
OWN = [boats(n) for n in open_ones(HAND, 3)]
RANGES = [boats(n, amount=evidence(TEXT, "5000000 EUR", RANGE)) for n in open_ones("url:ranges", 2)]
KEY, OTHER, THIRD = (key_of(HAND, made) for made in OWN)
RANGED = key_of("url:ranges", RANGES[0])


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """The app over a file taken in by hand and a page of the web with two ranges."""
    made = open_house(tmp_path / "output")
    made.take(HAND, b"hand", url=FILE, final_url=FILE, status=0)
    made.read(b"hand", TEXT, tagged=tagging(*OWN))
    made.take("url:ranges", b"ranges", kind="Action document", language="fr")
    made.read(b"ranges", TEXT, tagged=tagging(*RANGES))
    add_reviewer(made.store, "zoe")
    made.store.close()
    with serving(Settings(output=made.folder, workers=1), second_share=0) as running:
        yield running


@pytest.fixture
def client(web: Web) -> Iterator[httpx.Client]:
    """A reviewer's client."""
    with web.client("ana") as made:
        yield made


def tree(client: httpx.Client, path: str) -> Any:
    """Return a page that has to be there."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return lxml.html.fromstring(answer.text)


def options(page: Any, name: str) -> dict[str, str]:
    """Return what a list of the filters offers, by value."""
    found = page.xpath(f"//form[@class='filters']//select[@name='{name}']//option")
    return {one.get("value"): one.text for one in found}


def chosen(page: Any, name: str) -> list[str]:
    """Return what is selected in a list of the filters."""
    path = f"//form[@class='filters']//select[@name='{name}']//option[@selected]/@value"
    return list(page.xpath(path))


def test_filters_whose_values_are_known_are_lists_with_words_and_counts(
    client: httpx.Client,
) -> None:
    page = tree(client, "/review")
    assert options(page, "source")["ministry"] == "The ministry (5)"
    assert options(page, "country")["MT"] == "Malta (5)"
    assert options(page, "country")["LY"] == "Libya"
    assert options(page, "family")["vessels"].endswith("(5)")
    assert options(page, "type")["patrol_boat"] == "Patrol boat (5)"
    assert options(page, "state")["pending"] == "pending (5)"
    assert options(page, "kind")["Action document"] == "Action document (2)"
    assert options(page, "lang")["fr"] == "French (2)"
    groups = page.xpath("//select[@name='country']/optgroup/@label")
    assert groups == ["In this queue", "Others"]
    suggested = page.xpath("//datalist[@id='known-fund']/option/@value")
    assert suggested == ["Delivery"]
    assert page.xpath("//input[@name='fund']/@list") == ["known-fund"]
    labels = page.xpath("//form[@class='filters']//label//*[self::select or self::input]/@name")
    assert labels == [
        "source", "family", "type", "country", "kind", "lang", "state", "fund", "cpv", "since",
        "until", "min", "max",
    ]  # fmt: skip
    assert "Numbers count the 5 entries" in page.text_content()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=MT", True),
        ("country=mt", True),
        ("country=LY", False),
        ("country=XX", False),
        ("source=ministry&family=vessels&type=patrol_boat", True),
        ("source=no_such", False),
        ("lang=FR", True),
        ("kind=Action+document&state=pending", True),
        ("fund=liver", True),
        ("min=10000&max=9000000", True),
        ("min=9000000", False),
        ("source=&country=&min=&fund=", True),
    ],
)
def test_addresses_that_narrow_the_queue_go_on_working(
    client: httpx.Client, query: str, *, found: bool
) -> None:
    page = tree(client, f"/review?{query}")
    assert bool(page.xpath("//article[@data-key]")) is found
    given = dict(part.split("=") for part in query.split("&"))
    for name, value in given.items():
        typed = page.xpath(f"//form[@class='filters']//input[@name='{name}']/@value")
        shown = typed or chosen(page, name)
        assert [one.lower() for one in shown] == (
            [value.lower().replace("+", " ")] if value else typed
        )


def test_a_value_that_is_in_no_list_stays_chosen(client: httpx.Client) -> None:
    page = tree(client, "/review?source=no_such&country=mt")
    assert (chosen(page, "source"), chosen(page, "country")) == (["no_such"], ["MT"])


def test_a_file_taken_in_by_hand_is_called_by_its_name(client: httpx.Client) -> None:
    for path in (
        f"/review/entry/{KEY}", f"/entry/{KEY}", f"/document/{HAND}", "/search?q=boats",
        f"/review/alike/{KEY}", "/recipient/coast%20guard%20of%20Malta",
    ):  # fmt: skip
        page = tree(client, path)
        assert "Offer of boats.pdf" in page.text_content(), path
        assert "hidden" not in page.xpath("//main")[0].text_content(), path
    assert "Offer of boats.pdf" in tree(client, f"/document/{HAND}").findtext(".//title")


def test_the_preview_shows_both_ends_of_a_range(client: httpx.Client) -> None:
    page = tree(client, f"/review/alike/{RANGED}")
    amounts = page.xpath("//tbody//td[@class='number']/text()")
    assert amounts == ["5\u202f000\u202f000 to 7\u202f000\u202f000 EUR"] * 2
    shown = tree(client, f"/entry/{RANGED}").text_content()
    assert amounts[0] in shown


def decide(client: httpx.Client, key: str, **more: str) -> httpx.Response:
    """Send the form of an entry as it stands, with changes."""
    page = tree(client, f"/review/entry/{key}")
    form = page.xpath("//form[contains(@class, 'entry')]")[0]
    fields = dict(form.fields)
    fields.update({"verdict": "accept", **more})
    return client.post(form.get("action"), data=fields)


def test_what_was_decided_is_taken_back_without_a_script(client: httpx.Client, web: Web) -> None:
    for key in (KEY, OTHER):
        assert decide(client, key).status_code == 303
    page = tree(client, "/review?country=MT")
    forms = page.xpath("//details[@id='latest']//form")
    assert len(forms) == 2
    answer = client.post(forms[0].get("action"), data=dict(forms[0].fields))
    assert answer.headers["location"] == f"/review/entry/{OTHER}?country=MT&which=next"
    assert web.rows("SELECT key FROM entries WHERE state = 'accepted'") == [(KEY,)]
    told = client.get("/review/latest?which=next").json()
    assert [one["entry"] for one in told["latest"]] == [KEY]
    answer = client.post(forms[0].get("action"), data=dict(forms[0].fields))
    assert (answer.status_code, "undone already" in answer.text) == (400, True)


def test_another_reviewer_finds_nothing_of_it_to_take_back(client: httpx.Client, web: Web) -> None:
    decide(client, KEY)
    with web.client("ben") as ben:
        assert ben.get("/review/latest").json()["latest"] == []
    with web.client() as visitor:
        assert visitor.get("/review/latest").status_code in (303, 401, 403)


@pytest.mark.parametrize("typed", ["EUR 1080 000", "1080 000", "1.234", "5 to 7", "1e6"])
def test_a_typed_sum_with_any_doubt_is_refused(client: httpx.Client, web: Web, typed: str) -> None:
    answer = decide(client, KEY, **{"f.amount_min": typed})
    assert answer.status_code == 400
    assert "The amount" in answer.text
    assert web.rows("SELECT count(*) FROM decisions") == [(0,)]


@pytest.mark.parametrize(
    ("typed", "ends"),
    [
        ({"f.amount_min": "EUR 1 080 000"}, ("1080000", "1080000")),
        ({"f.amount_min": "1.080.000,50"}, ("1080000.5", "1080000.5")),
        ({"f.amount_min": "4 million", "f.amount_max": "4.5 million"}, ("4000000", "4500000")),
        ({"f.amount_max": "6 000 000"}, ("5000000", "6000000")),
    ],
)
def test_a_typed_sum_is_read_and_a_single_one_stays_single(
    client: httpx.Client, web: Web, typed: dict[str, str], ends: tuple[str, str]
) -> None:
    assert decide(client, KEY, **typed).status_code == 303
    row = "SELECT state, amount_min, amount_max, currency FROM entries WHERE key = ?"
    assert web.rows(row, KEY) == [("corrected", *ends, "EUR")]


def test_accepting_a_range_as_it_stands_corrects_nothing(client: httpx.Client, web: Web) -> None:
    assert decide(client, RANGED).status_code == 303
    row = "SELECT state, amount_min, amount_max FROM entries WHERE key = ?"
    assert web.rows(row, RANGED) == [("accepted", "5000000", "7000000")]
