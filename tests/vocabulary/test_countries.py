"""Countries that names and codes point to."""

import pytest

from vocabulary.countries import CountryHit, country_code, country_of, find_countries

BODIES = [
    ("en", "Libyan Coast Guard", "LY"),
    ("en", "BiH Border Police", "BA"),
    ("en", "Ministry of Interior of the Republic of Serbia", "RS"),
    ("en", "Chad's army", "TD"),
    ("en", "Guinea-Bissau police", "GW"),
    ("en", "South Sudan Police", "SS"),
    ("en", "Police of the Democratic Republic of\nthe Congo", "CD"),
    ("en", "Kosovo Police", "XK"),
    ("en", "UK Border Force", "GB"),
    ("en", "University of Sarajevo", "BA"),
    ("en", "TUNISIA", "TN"),
    ("en", "Nigerian Navy", "NG"),
    ("en", "Nigerien National Guard", "NE"),
    ("en", "Police of Papua New Guinea", "PG"),
    ("fr", "Ministère de l'Intérieur de Tunisie", "TN"),
    ("fr", "garde-côtes libyens", "LY"),
    ("fr", "gendarmerie nigérienne", "NE"),
    ("fr", "police nigériane", "NG"),
    ("fr", "Douanes de Côte d’Ivoire", "CI"),
    ("fr", "Police de Niamey", "NE"),
    ("de", "libysche Küstenwache", "LY"),
    ("de", "Bundesrepublik Deutschland", "DE"),
    ("it", "Guardia costiera tunisina", "TN"),
    ("es", "Gendarmería marroquí", "MA"),
]

NONE = [
    ("en", "Coast Guard"),
    ("en", "Italian support to the Libyan Coast Guard"),
    ("en", "Gulf of Guinea"),
    ("en", "a turkey on fine china"),
    ("en", "Khartoum Process"),
    ("en", "US$ 5 million"),
    ("fr", "lac Tchad"),
]

CODES = [
    ("UK", "GB"),
    ("EL", "GR"),
    ("GBR", "GB"),
    ("ly", "LY"),
    ("XK", "XK"),
    ("Türkiye", "TR"),
    ("turkey", "TR"),
    ("Kosovo", "XK"),
    ("Bosnia and Herzegovina", "BA"),
    ("Deutschland", "DE"),
    ("cote d'ivoire", "CI"),
    ("ITALIE", "IT"),
    ("zz", None),
    ("", None),
    ("Atlantis", None),
]


@pytest.mark.parametrize(("language", "name", "country"), BODIES)
def test_country_of_a_body(language: str, name: str, country: str) -> None:
    assert country_of(name, language) == country


@pytest.mark.parametrize(("language", "name"), NONE)
def test_no_country_or_two(language: str, name: str) -> None:
    assert country_of(name, language) is None


@pytest.mark.parametrize(("text", "code"), CODES)
def test_country_code(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_hits_have_offsets() -> None:
    assert find_countries("boats for Libya and Tunisia", "en") == [
        CountryHit(10, 15, "LY"),
        CountryHit(20, 27, "TN"),
    ]
