"""Bodies named in texts."""

from pathlib import Path

import pytest

from vocabulary.bodies import find_bodies, load_bodies
from vocabulary.countries import country_code
from vocabulary.errors import BadVocabularyValue

FOUND = [
    (
        "en",
        "The Libyan Coast Guard got boats from IOM.",
        [
            ("Libyan Coast Guard", "libyan_coast_guard", "recipient", "LY"),
            ("IOM", "iom", "supplier", None),
        ],
    ),
    (
        "en",
        "funded through the Italian Ministry of Interior",
        [("Italian Ministry of Interior", "italian_moi", "supplier", "IT")],
    ),
    ("en", "the EU Delegation to Niger", [("EU Delegation", "eu_delegation", "supplier", "NE")]),
    ("en", "The Border Police of Albania", [("Border Police of Albania", None, "either", "AL")]),
    (
        "en",
        "awarded to Acme Defence Vehicles S.p.A. and Muster GmbH & Co. KG.",
        [
            ("Acme Defence Vehicles S.p.A.", None, "supplier", None),
            ("Muster GmbH & Co. KG", None, "supplier", None),
        ],
    ),
    ("en", "BiH Border\nPolice", [("BiH Border\nPolice", "bih_border_police", "recipient", "BA")]),
    (
        "fr",
        "Le Ministère de l'Intérieur de Tunisie",
        [("Ministère de l'Intérieur de Tunisie", None, "either", "TN")],
    ),
    (
        "fr",
        "la Gendarmerie nationale du Tchad",
        [("Gendarmerie nationale du Tchad", None, "either", "TD")],
    ),
    ("de", "das Bundesamt für Migration", [("Bundesamt für Migration", None, "either", None)]),
    ("de", "beim Innenministerium", [("Innenministerium", None, "either", None)]),
    ("es", "la Guardia Civil", [("Guardia Civil", "guardia_civil", "either", "ES")]),
    ("it", "il Comune di Roma", [("Comune di Roma", None, "either", "IT")]),
]

SEVERAL = [
    (
        "en",
        "Somali National Army and Somali Police got radios. The Ministry of Justice and Home "
        "Affairs. It met the Government of Ethiopia. Work began.",
        [
            "Somali National Army",
            "Somali Police",
            "Ministry of Justice and Home Affairs",
            "Government of Ethiopia",
        ],
    ),
    (
        "de",
        "Die Muster Bau GmbH und das Polizeipräsidium Potsdam",
        ["Muster Bau GmbH", "Polizeipräsidium Potsdam"],
    ),
    (
        "fr",
        "Selon le Ministère de la Défense et des Anciens Combattants",
        ["Ministère de la Défense et des Anciens Combattants"],
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), SEVERAL)
def test_names_end_where_they_should(language: str, text: str, expected: list[str]) -> None:
    assert [text[hit.start : hit.end] for hit in find_bodies(text, language)] == expected


NOT_FOUND = [
    ("en", "The police and the army arrived. Police came."),
    ("en", "an iom of truth"),
    ("fr", "la direction du vent"),
    ("de", "Das Amt"),
]


@pytest.mark.parametrize(("language", "text", "expected"), FOUND)
def test_found(
    language: str, text: str, expected: list[tuple[str, str | None, str, str | None]]
) -> None:
    hits = find_bodies(text, language)
    assert [(text[h.start : h.end], h.id, h.role, h.country) for h in hits] == expected


@pytest.mark.parametrize(("language", "text"), NOT_FOUND)
def test_not_found(language: str, text: str) -> None:
    assert find_bodies(text, language) == []


def test_every_country_of_a_body_is_a_code() -> None:
    countries = {body.country for body in load_bodies().values() if body.country}
    assert {country_code(country) for country in countries} == countries


@pytest.mark.parametrize(
    ("line", "words"), [('role = "owner"', "owner"), ('role = "either"\ncountry = "XY"', "XY")]
)
def test_faults(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "bodies.toml"
    file.write_text(f'[[body]]\nid = "a"\nname = "A"\n{line}\n', encoding="utf-8")
    with pytest.raises(BadVocabularyValue, match=words):
        load_bodies(file)
