"""The cards, and what the settings may override on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsError
from crawlers import load_cards
from crawlers.cards import read_card
from crawlers.spiders import SPIDERS


def test_every_card_has_a_spider_and_is_off_until_probed() -> None:
    cards = load_cards()
    assert sorted(cards) == [
        "addresses", "asktheeu", "enlargement", "eutf", "frontex", "intpa", "ted"
    ]  # fmt: skip
    assert set(cards) | {"added"} == set(SPIDERS)
    for name, card in cards.items():
        assert card.id == name
        assert not card.enabled
        assert card.base_url.startswith("https://") or card.kind == "addresses"
        assert card.pace.delay >= 1
        assert card.expect.minimum >= 1
        assert len(card.caveats) >= 4
        assert card.licence


def test_ted_asks_within_what_the_api_allows() -> None:
    options = load_cards()["ted"].options
    assert options["scope"] == "ALL"
    assert options["limit"] <= 250
    assert options["limit"] * len(options["fields"]) <= 10_000


def test_overrides_reach_the_card_and_options_merge() -> None:
    cards = load_cards(
        {
            "eutf": {"base_url": "http://127.0.0.1:8/", "enabled": True, "delay": 0, "minimum": 2},
            "ted": {"budget": 7, "maximum": 9, "minimum": 0, "options": {"since": "20300101"}},
        }
    )
    assert cards["eutf"].base_url == "http://127.0.0.1:8/"
    assert cards["eutf"].enabled
    assert (cards["eutf"].pace.delay, cards["eutf"].pace.budget) == (0.0, 1500)
    assert (cards["eutf"].expect.minimum, cards["eutf"].expect.maximum) == (2, 4000)
    assert (cards["ted"].pace.budget, cards["ted"].expect.maximum) == (7, 9)
    assert cards["ted"].options["since"] == "20300101"
    assert cards["ted"].options["scope"] == "ALL"
    assert not cards["enlargement"].enabled


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (
            {"eurlex": {}},
            "There is no source 'eurlex'; there are addresses, asktheeu, enlargement, eutf,",
        ),
        ({"ted": {"delay": "slow"}}, "The card of source 'ted' does not hold"),
        ({"ted": {"delay": -1}}, "the delay is negative"),
        ({"ted": {"minimum": 9, "maximum": 3}}, "the expected minimum is above the maximum"),
        ({"ted": {"base_url": "ted"}}, "The base_url of source 'ted' is no address: 'ted'."),
        ({"ted": {"licence": "none"}}, r"\[sources.ted\] cannot set 'licence'"),
        ({"ted": {"options": 3}}, r"\[sources.ted\] cannot set 'options' to 3"),
    ],
)
def test_wrong_override_is_one_clear_sentence(overrides: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_cards(overrides)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = ", "q.toml cannot be read as a source's card"),
        ('id = "other"', "q.toml must hold id = 'q'"),
        ('id = "q"\ncolour = 1', "q.toml has a key that no card has: 'colour'"),
        ('id = "q"', "missing required field"),
    ],
)
def test_wrong_card_is_one_clear_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "q.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_card(path)
