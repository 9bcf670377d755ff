"""Funds named in texts: what is found, where, and what is not."""

from pathlib import Path

import pytest

from vocabulary.errors import DuplicateId, UnknownVocabularyKey
from vocabulary.funds import find_funds, load_funds

FOUND = [
    (
        "en",
        "paid by the EU Emergency Trust Fund for Africa.",
        [("EU Emergency Trust Fund for Africa", "eutf_africa")],
    ),
    (
        "en",
        "the EU Emergency Trust\nFund for Africa (EUTF)",
        [("EU Emergency Trust\nFund for Africa", "eutf_africa"), ("EUTF", "eutf_africa")],
    ),
    ("en", "EUTF-funded boats", [("EUTF", "eutf_africa")]),
    ("en", "North of Africa (NoA) window", [("North of Africa (NoA) window", "eutf_africa_noa")]),
    ("en", "under IPA III and IPA II", [("IPA III", "ipa_iii"), ("IPA II", "ipa_ii")]),
    (
        "en",
        "NDICI-Global Europe, NDICI – Global Europe",
        [("NDICI-Global Europe", "ndici"), ("NDICI – Global Europe", "ndici")],
    ),
    (
        "en",
        "the 11th EDF and the 10th European Development Fund",
        [("11th EDF", "edf"), ("10th European Development Fund", "edf")],
    ),
    ("en", "european peace facility", [("european peace facility", "epf")]),
    ("en", "ISF-Borders and the BMVI", [("ISF-Borders", "isf_borders"), ("BMVI", "bmvi")]),
    ("en", "an H2020 project", [("H2020", "horizon_2020")]),
    ("en", "the African Peace Facility", [("African Peace Facility", "apf")]),
    (
        "en",
        "Facility for Refugees in Turkey (FRIT)",
        [("Facility for Refugees in Turkey", "frit"), ("FRIT", "frit")],
    ),
    (
        "fr",
        "le Fonds fiduciaire d’urgence de l’UE pour l’Afrique",
        [("Fonds fiduciaire d’urgence de l’UE pour l’Afrique", "eutf_africa")],
    ),
    ("fr", "le 11e FED", [("11e FED", "edf")]),
    ("fr", "la Facilité européenne pour la paix", [("Facilité européenne pour la paix", "epf")]),
    (
        "de",
        "Mittel der Europäischen Friedensfazilität",
        [("Europäischen Friedensfazilität", "epf")],
    ),
    ("de", "EU-Treuhandfonds für Afrika", [("EU-Treuhandfonds für Afrika", "eutf_africa")]),
    ("es", "cofinanciado por FEDER", [("FEDER", "erdf")]),
    ("it", "PNRR, FESR e FSE", [("PNRR", "rrf"), ("FESR", "erdf"), ("FSE", "esf")]),
    ("pl", "z Funduszu Spójności", [("Funduszu Spójności", "cohesion_fund")]),
]

NOT_FOUND = [
    ("en", "reference T05-EUTF-NOA-LY-03"),
    ("en", "action IPA/2017/040-817"),
    ("en", "epf and ipa in small letters"),
    ("en", "the FED raised rates and the FSE"),
    ("en", "a trustful fundamental"),
]


@pytest.mark.parametrize(("language", "text", "expected"), FOUND)
def test_found(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    hits = find_funds(text, language)
    assert [(text[hit.start : hit.end], hit.id) for hit in hits] == expected


@pytest.mark.parametrize(("language", "text"), NOT_FOUND)
def test_not_found(language: str, text: str) -> None:
    assert find_funds(text, language) == []


def test_a_hit_names_its_fund_and_offsets_are_code_points() -> None:
    (hit,) = find_funds("\U0001f6a4 AMIF", "en")
    assert (hit.start, hit.end, hit.name) == (2, 6, "Asylum, Migration and Integration Fund")


def test_the_instruments_asked_for_are_there() -> None:
    wanted = {
        "eutf_africa",
        "eutf_syria",
        "ipa_i",
        "ipa_ii",
        "ipa_iii",
        "ndici",
        "eni",
        "enpi",
        "edf",
        "dci",
        "icsp",
        "eidhr",
        "epf",
        "isf",
        "bmvi",
        "amif",
        "ebf",
        "ibmf",
        "horizon_europe",
        "horizon_2020",
        "fp7",
        "erdf",
        "esf",
        "cohesion_fund",
        "rrf",
        "next_generation_eu",
        "cef",
        "frit",
        "apf",
        "interreg",
    }
    assert wanted <= set(load_funds())


def test_faults_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "funds.toml"
    file.write_text('[[fund]]\nid = "a"\nname = "A"\nsize = 1\n', encoding="utf-8")
    with pytest.raises(UnknownVocabularyKey, match="'size'"):
        load_funds(file)
    twice = tmp_path / "twice.toml"
    twice.write_text('[[fund]]\nid = "a"\nname = "A"\n' * 2, encoding="utf-8")
    with pytest.raises(DuplicateId, match="'a'"):
        load_funds(twice)
