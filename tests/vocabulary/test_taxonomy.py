"""The taxonomy's data and its look-ups."""

import time

import pytest

from vocabulary.errors import BadVocabularyValue
from vocabulary.render import PAGE, render
from vocabulary.surface import fold, surface
from vocabulary.taxonomy import LANGUAGES, load_taxonomy
from vocabulary.taxonomy_files import read_taxonomy


def test_the_data_are_of_the_size_promised() -> None:
    taxonomy = load_taxonomy()
    assert len(taxonomy.families) >= 22
    assert len(taxonomy.types) >= 150
    assert sum(len(t) for e in taxonomy.types.values() for t in e.terms.values()) >= 3000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_has_terms_in_every_language(language: str) -> None:
    assert [t.id for t in load_taxonomy().types.values() if not t.terms.get(language)] == []


@pytest.mark.parametrize(
    ("language", "form", "type_id"),
    [
        ("en", "patrol boats", "patrol_boat"),
        ("en", "thermal-imaging cameras", "thermal_camera"),
        ("fr", "véhicules blindés", "armoured_vehicle"),
        ("fr", "gilets pare-balles", "body_armour"),
        ("de", "drohnen", "uav"),
        ("es", "lanchas patrulleras", "patrol_boat"),
        ("it", "gruppi elettrogeni", "generator"),
    ],
)
def test_terms_hold_inflected_forms(language: str, form: str, type_id: str) -> None:
    assert load_taxonomy().terms(language)[form] == type_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_are_surface_forms(language: str) -> None:
    terms = load_taxonomy().terms(language)
    assert [form for form in terms if form != surface(form) or form != form.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_generic_word_is_a_term(language: str) -> None:
    taxonomy = load_taxonomy()
    bare = {
        "system",
        "equipment",
        "device",
        "network",
        "platform",
        "terminal",
        "système",
        "gerät",
        "anlage",
        "equipo",
        "sistema",
        "attrezzatura",
        "équipement",
        "dispositif",
        "réseau",
    }
    assert bare.isdisjoint(taxonomy.terms(language))
    assert "spare parts" in taxonomy.generic("en")


@pytest.mark.parametrize(
    ("word", "type_id"),
    [
        ("Löschfahrzeuge", "fire_engine"),
        ("Spezialkamera", "camera"),
        ("Lehrstühle", None),
        ("Bürostühlen", "chair"),
        ("Kommission", None),
        ("Boot", "vessel"),
        ("Reboot", None),
    ],
)
def test_heads_of_german_compounds(word: str, type_id: str | None) -> None:
    assert load_taxonomy().compound(word, "de") == type_id


def test_contexts_are_inflected() -> None:
    assert load_taxonomy().contexts("en")["financing vehicles"] == {"vehicle"}


def test_a_language_borrows_terms_but_no_homographs() -> None:
    taxonomy = load_taxonomy()
    drones, cars = taxonomy.classify("drones", "de"), taxonomy.classify("car", "en")
    assert drones is not None
    assert drones.id == "uav"
    assert cars is not None
    assert taxonomy.classify("car", "fr") is None


@pytest.mark.parametrize(
    ("code", "type_id"),
    [
        ("35613000", "uav"),
        ("35125300-2", "video_surveillance"),
        ("34144213", "fire_engine"),
        ("34114121", "ambulance"),
        ("34100000", "vehicle"),
        ("34199999", "vehicle"),
        ("35811200", "uniform"),
        ("33195000", "monitoring_care"),
    ],
)
def test_by_cpv_takes_the_longest_prefix(code: str, type_id: str) -> None:
    found = load_taxonomy().by_cpv(code)
    assert found is not None
    assert found.id == type_id


@pytest.mark.parametrize("code", ["45000000", "72000000", "15000000", "", "3"])
def test_by_cpv_knows_no_works_or_services(code: str) -> None:
    assert load_taxonomy().by_cpv(code) is None


def test_unknown_ids_are_refused() -> None:
    with pytest.raises(BadVocabularyValue, match="'time_machine'"):
        load_taxonomy().type("time_machine")
    with pytest.raises(BadVocabularyValue, match="'magic'"):
        load_taxonomy().family("magic")


def test_expand_finds_all_names_of_what_is_meant() -> None:
    names = load_taxonomy().expand("drone")
    wanted = {
        "UAV",
        "RPAS",
        "drones",
        "aéronef sans équipage",
        "aéronefs sans équipage",
        "drohne",
        "drohnen",
        "aeromobile a pilotaggio remoto",
        "dron",
        "Bayraktar TB2",
    }
    assert wanted <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "query", ["rpas", "Drohnen", "AERONEF SANS EQUIPAGE", "aéronefs  sans-équipage"]
)
def test_expand_folds_case_accents_and_hyphens(query: str) -> None:
    assert load_taxonomy().expand(query) == load_taxonomy().expand("drone")


def test_expand_of_a_narrower_type_stays_narrow() -> None:
    names = load_taxonomy().expand("armed drone")
    assert "drone armé" in names
    assert "quadcopter" not in names


@pytest.mark.parametrize("query", ["", "justice", "drone music"])
def test_expand_of_other_words_is_empty(query: str) -> None:
    assert load_taxonomy().expand(query) == []


def test_fold_and_surface() -> None:
    assert fold("Aéronefs  sans-équipage") == "aeronefs sans equipage"
    assert surface("İL’Œuvre\n") == "İl'œuvre "
    assert len(surface("İL’Œuvre\n")) == 9


def test_loading_is_quick() -> None:
    folder = PAGE.parent.parent / "vocabulary"
    started = time.process_time()
    read_taxonomy(folder)
    assert time.process_time() - started < 2.0


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(load_taxonomy()), (
        "docs/equipment.md is stale; run python -m vocabulary.render"
    )
