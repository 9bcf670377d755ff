"""Names that mean one body, and names that only look alike."""

from __future__ import annotations

import pytest

from vocabulary.bodies import load_bodies
from vocabulary.body_names import COLLECTIVE, body_named, normal_name, party_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Leonardo S.p.A.", "LEONARDO SPA"),
        ("Leonardo S.p.A.", "Leonardo Società per azioni"),
        ("Chantiers Méridien S.A.R.L.", "chantiers meridien sàrl"),
        ("Foo Limited", "Foo Ltd."),
        ("Foo d. o. o.", "FOO d.o.o."),
        ("Foo Sp. z o.o.", "Foo Sp. z o. o."),
        ("Müller GmbH", "Muller GmbH"),
        ("Ministry of the Interior of Georgia", "Georgia Ministry of Interior"),
        ("Ministère de l’Intérieur du Mali", "MINISTERE DE L'INTERIEUR DU MALI"),
        ("Frontex", "European Border and Coast Guard Agency"),
        ("GIZ", "Deutsche Gesellschaft für Internationale Zusammenarbeit"),
    ],
)
def test_one_body(one: str, other: str) -> None:
    assert party_key(one) == party_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thales SA", "Thales Ltd"),
        ("Airbus GmbH", "Airbus SE"),
        ("Brown Smith Jones Ltd", "Jones Smith Brown Ltd"),
        ("Border Police of Albania", "Border Police of Moldova"),
        ("Ministry of Interior", "Ministry of Defence"),
        ("Coast Guard", "Border Guard"),
        ("Tunisian Navy", "Tunisian National Police"),
        ("Nigeria Immigration Service", "Nigeria Customs Service"),
        ("Oxfam", "Save the Children"),
        ("Armed Forces of Ukraine", "State Border Guard Service of Ukraine"),
    ],
)
def test_two_bodies(one: str, other: str) -> None:
    assert party_key(one) != party_key(other)


def test_a_name_that_is_only_a_legal_form_stays_a_name() -> None:
    assert normal_name("AB").words == ("ab",)
    assert normal_name("S.A.").words == ("sa",)
    assert normal_name("--").words == ()


def test_a_known_body_of_another_country_is_not_meant() -> None:
    found = body_named("General Inspectorate of Border Police", "MD")
    assert found is not None
    assert found.id == "moldova_border"
    assert body_named("General Inspectorate of Border Police", "RO") is None


def test_entries_that_gather_several_bodies_are_known() -> None:
    assert load_bodies().keys() >= COLLECTIVE
