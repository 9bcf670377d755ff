"""Funds named in texts: what is found, where, and what is not."""

from pathlib import Path

import pytest

from vocabulary.errors import DuplicateId, DuplicateTerm, UnknownVocabularyKey
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
    (
        "es",
        "Fondo Europeo de Desarrollo Regional",
        [("Fondo Europeo de Desarrollo Regional", "erdf")],
    ),
    ("it", "PNRR, FESR e FSE", [("PNRR", "rrf"), ("FESR", "erdf"), ("FSE", "esf")]),
    ("pl", "z Funduszu Spójności", [("Funduszu Spójności", "cohesion_fund")]),
    (
        "en",
        "a State and Resilience Building Contract (SRBC)",
        [("State and Resilience Building Contract", "srbc"), ("SRBC", "srbc")],
    ),
    (
        "fr",
        "Contrat d’appui à la consolidation de l’État",
        [("Contrat d’appui à la consolidation de l’État", "srbc")],
    ),
    ("es", "Fondo de Fronteras Exteriores", [("Fondo de Fronteras Exteriores", "ebf")]),
    ("de", "die Ertüchtigungsinitiative", [("Ertüchtigungsinitiative", "de_enable_enhance")]),
    (
        "it",
        "Fondo Africa e PON Sicurezza",
        [("Fondo Africa", "it_fondo_africa"), ("PON Sicurezza", "it_pon_sicurezza")],
    ),
    ("es", "con FONPRODE", [("FONPRODE", "es_fonprode")]),
    ("fr", "le Fonds Minka", [("Fonds Minka", "fr_minka")]),
    ("en", "a Multi-Donor Trust\nFund", [("Multi-Donor Trust\nFund", "mdtf")]),
    ("en", "ENI CBC and Interreg", [("ENI CBC", "eni_cbc"), ("Interreg", "interreg")]),
    ("en", "Interreg V-A Greece – Bulgaria", [("Interreg V-A", "interreg")]),
    (
        "en",
        "Interreg V-A Greece-Bulgaria",
        [("Interreg V-A Greece-Bulgaria", "interreg_greece_bulgaria")],
    ),
    ("en", "the EXBS programme", [("EXBS", "us_exbs")]),
    ("en", "boats under SURCAP Phase II", [("SURCAP Phase II", "surcap")]),
    ("fr", "le PARSEC Mopti-Gao", [("PARSEC Mopti-Gao", "parsec")]),
    ("fr", "POC Sénégal, WAPIS", [("POC Sénégal", "poc"), ("WAPIS", "wapis")]),
    ("en", "BOMCA 10, BOMNAF", [("BOMCA 10", "bomca"), ("BOMNAF", "bomnaf")]),
    ("es", "la Red Seahorse", [("Red Seahorse", "seahorse")]),
    ("en", "ROBORDER drones", [("ROBORDER", "roborder")]),
    ("en", "the PROMENADE project", [("PROMENADE project", "promenade")]),
    (
        "en",
        "A-TIPSOM; GLACY+, CRIMARIO II",
        [("A-TIPSOM", "a_tipsom"), ("GLACY+", "glacy"), ("CRIMARIO II", "crimario")],
    ),
    ("en", "Productive Safety Net Programme", [("Productive Safety Net Programme", "psnp")]),
    (
        "en",
        "Regional Stabilisation Facility",
        [("Regional Stabilisation Facility", "stabilisation_lake_chad")],
    ),
    ("en", "EUROMED Police IV", [("EUROMED Police IV", "euromed_police")]),
]

NOT_FOUND = [
    ("en", "reference T05-EUTF-NOA-LY-03"),
    ("en", "action IPA/2017/040-817"),
    ("en", "epf and ipa in small letters"),
    ("en", "the FED raised rates and the FSE"),
    ("en", "a trustful fundamental"),
    ("en", "a green project, a rock project and the promenade project"),
    ("en", "sea border surveillance with a handheld olfactory detector"),
    ("en", "ID CARDS 12, the POPE and EU cards"),
    ("fr", "PHARE de recherche et phares avant"),
    ("en", "a Ford RANGER, a PERSONA, a SMILE and the ROCK"),
    ("en", "reference SURCAP/2012 and X-BOMCA"),
    ("en", "IBM servers, a single SAFE, the MFA"),
    ("en", "surcap and roborders"),
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


def test_the_projects_and_donors_are_there() -> None:
    funds = load_funds().values()
    assert sum(fund.kind == "project" for fund in funds) >= 250
    assert {fund.kind for fund in funds} == {
        "fund", "instrument", "programme", "facility", "window", "project",
    }  # fmt: skip


def test_every_name_finds_its_own_fund() -> None:
    wrong = []
    for fund in load_funds().values():
        for name in sorted(fund.long_names | set(fund.acronyms)):
            hits = find_funds(name, "en")
            if [(hit.start, hit.end, hit.id) for hit in hits] != [(0, len(name), fund.id)]:
                wrong.append((name, hits))
    assert wrong == []


def test_listed_entries_are_found_by_their_name(tmp_path: Path) -> None:
    file = tmp_path / "funds.toml"
    file.write_text('facility = [{ id = "a", name = "A  B" }]\n', encoding="utf-8")
    fund = load_funds(file)["a"]
    assert (fund.kind, fund.long_names) == ("facility", frozenset({"A B"}))


def test_a_name_of_two_funds_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "funds.toml"
    file.write_text(
        'project = [{ id = "a", name = "Blue Net" }, { id = "b", name = "blue net" }]\n',
        encoding="utf-8",
    )
    with pytest.raises(DuplicateTerm, match="blue net"):
        load_funds(file)


def test_faults_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "funds.toml"
    file.write_text('[[fund]]\nid = "a"\nname = "A"\nsize = 1\n', encoding="utf-8")
    with pytest.raises(UnknownVocabularyKey, match="'size'"):
        load_funds(file)
    twice = tmp_path / "twice.toml"
    twice.write_text('[[fund]]\nid = "a"\nname = "A"\n' * 2, encoding="utf-8")
    with pytest.raises(DuplicateId, match="'a'"):
        load_funds(twice)
