"""Which words of the index a word of the query finds: forms, compounds, names, near spellings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from store.database import Store
from store.filters import Filters
from store.migrations import migrations
from store.search import Found, search
from store.search.words import fold_text, fold_word, words_of
from tests.builders import House, open_house

PAGES = {
    "en": ["Supply of drones and patrol boats.", "A patrol boat; the boating season; station."],
    "fr": ["Deux véhicules, un équipement, l’État et ses états.", "Un véhicule pour l'Océan."],
    "de": [
        "Die Überwachungsdrohnen und ein Rettungsboot der Marine.",
        "Eine Drohne zur Überwachung; Drohnenabwehr, Verbote, Bootshaus. Die Rettung, die Abwehr.",
        "Ein Haus, ein Boot; Objektüberwachung des Objekts.",
    ],
    "en2": [
        "See C(2025) 5935 final and IPA/2017/40201.",
        "Notice 2023/S 012-345678, 0817601-2025.",
    ],
}
NOTHING = Filters()


def plain(_word: str) -> list[str]:
    return []


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a document in each of some languages, only to be read."""
    house = open_house(tmp_path_factory.mktemp("languages"))
    for key, texts in PAGES.items():
        house.take(f"url:{key}", key.encode(), title="x")
        house.read(key.encode(), *texts, language=key[:2])
    house.take("ted:817601-2025", b"n", title="Étude des nôtres", reference="T05-EUTF-NOA-LY-03")
    house.read(b"n", "nothing here")
    yield house.store
    house.store.close()


def places(found: Found) -> set[tuple[str, int]]:
    """Return the pages that were found."""
    return {(hit.document.removeprefix("url:"), hit.page) for hit in found.pages}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("drone", {("en", 1)}),
        ("boats", {("en", 1), ("en", 2)}),
        ('"patrol boat"', {("en", 1), ("en", 2)}),
        ('"patrols boats"', {("en", 1), ("en", 2)}),
        ('="patrol boat"', {("en", 2)}),
        ("véhicule", {("fr", 1), ("fr", 2)}),
        ("vehicules", {("fr", 1), ("fr", 2)}),
        ("=vehicule", {("fr", 2)}),
        ("état", {("fr", 1)}),
        ("states", set()),
        ("equipemen*", {("fr", 1)}),
        ("Drohne", {("de", 1), ("de", 2)}),
        ("Drohnen", {("de", 1), ("de", 2)}),
        ("Überwachung", {("de", 1), ("de", 2), ("de", 3)}),
        ("Abwehr", {("de", 2)}),
        ("=Abwehr", {("de", 2)}),
        ("Boot", {("de", 1), ("de", 2), ("de", 3)}),
        ("=Drohne", {("de", 2)}),
        ("C(2025)5935", {("en2", 1)}),
        ("C(2025) 5935", {("en2", 1)}),
        ("IPA/2017/40201", {("en2", 1)}),
        ("2023/S 012-345678", {("en2", 2)}),
        ("0817601-2025", {("en2", 2)}),
        ("NEAR(Drohne Abwehr, 1)", {("de", 2)}),
        ("NEAR(Überwachung season, 5)", set()),
        ("NEAR(Überwachung Drohnenabwehr, 2)", {("de", 2)}),
        ("boats -season", {("en", 1)}),
    ],
)
def test_words_are_found_in_their_forms(
    library: Store, query: str, expected: set[tuple[str, int]]
) -> None:
    found = search(library, query, NOTHING, plain)
    assert places(found) == expected
    assert not found.plain


def test_an_exact_search_takes_every_word_as_it_stands(library: Store) -> None:
    assert places(search(library, "boat drone", NOTHING, plain, exact=True)) == set()
    assert places(search(library, "boats drones", NOTHING, plain, exact=True)) == {("en", 1)}


@pytest.mark.parametrize("query", ["817601-2025", "T05-EUTF-NOA-LY-03", "étude des notres"])
def test_documents_are_found_by_title_reference_and_number(library: Store, query: str) -> None:
    (group,) = search(library, query, NOTHING, plain).groups
    assert (group.document, group.titled, group.pages) == ("ted:817601-2025", True, 0)


def test_a_year_is_no_number_of_a_document(library: Store) -> None:
    assert "ted:817601-2025" not in {
        group.document for group in search(library, "2025", NOTHING, plain).groups
    }


def test_titles_are_kept_up_in_the_index(house: House) -> None:
    house.take("url:a", b"a", title="Hovercraft")
    house.read(b"a", "x")
    house.store.connection.execute("UPDATE documents SET title = 'Airship' WHERE key = 'url:a'")
    assert search(house.store, "hovercraft", NOTHING, plain).groups == []
    (group,) = search(house.store, "airships", NOTHING, plain).groups
    assert group.title == "\x02Airship\x03"
    house.store.connection.execute("UPDATE documents SET withheld = 1")
    assert search(house.store, "airship", NOTHING, plain).documents == 0
    check = "INSERT INTO documents_fts(documents_fts, rank) VALUES ('integrity-check', 1)"
    house.store.connection.execute(check)


OLDER = """
INSERT INTO sources VALUES ('s', 'S', 'P', 'pages', NULL, 'CC0', 1);
INSERT INTO contents VALUES (hex(zeroblob(32)), NULL, 1, 'x');
INSERT INTO documents (id, key, source, url, title) VALUES (1, 'ted:1-2025', 's', 'u', 'Étude');
INSERT INTO versions (id, document_id, number, sha256, first_seen, last_seen)
VALUES (1, 1, 1, hex(zeroblob(32)), 'now', 'now');
UPDATE documents SET version_id = 1, shown_version_id = 1;
INSERT INTO readings (id, sha256, extractor, tagger, kind, language, stated, page_count, current,
  proposals) VALUES (1, hex(zeroblob(32)), '1', '1', 'pdf', 'de', '{}', 2, 1, x'');
INSERT INTO pages (reading_id, number, text, method, width, height, redacted_area, words, search)
VALUES (1, 1, 'surveil-' || char(10) || 'lance', 'text', 1, 1, 0, x'', 'surveillance'),
  (1, 2, 'Rettungsboote zur Rettung', 'text', 1, 1, 0, x'', NULL);
INSERT INTO entries (key, document_id, version_id, page, equipment, quote, amount_kind,
  amount_scope, stage, score, state)
VALUES ('e', 1, 1, 1, 'hovercraft', 'q', 'unknown', 'own', 'unknown', 0.5, 'pending');
"""


def test_an_older_database_is_indexed_anew_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "materiel.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(connection), stop_before="m008_search")
    connection.executescript(OLDER)
    tables = ("pages", "documents", "entries", "readings")
    before = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables]
    connection.close()
    with Store.open(path) as store:
        for name, rows in zip(tables, before, strict=True):  # columns may have come at the end
            now = [tuple(row) for row in store.rows(f"SELECT * FROM {name}")]
            assert [row[: len(old)] for row, old in zip(now, rows, strict=True)] == rows
        for query, page in (("surveillance", 1), ("Boot", 2), ("Rettung", 2)):
            assert places(search(store, query, NOTHING, plain)) == {("ted:1-2025", page)}, query
        assert len(search(store, "hovercrafts", NOTHING, plain).entries) == 1
        assert search(store, "etudes", NOTHING, plain).groups[0].titled
        store.connection.execute("PRAGMA foreign_keys = OFF")
        store.connection.execute("DELETE FROM entries")
        store.connection.execute("DELETE FROM pages")
        store.connection.execute("DELETE FROM documents")
        for name in ("pages", "entries", "documents"):
            check = f"INSERT INTO {name}_fts({name}_fts, rank) VALUES ('integrity-check', 1)"
            store.connection.execute(check)
        assert search(store, "surveillance hovercraft", NOTHING, plain).documents == 0


def test_names_are_searched_unless_switched_off(library: Store) -> None:
    names = ["Drohne", "Drohnen", "patrol boats", "boats", "absent", "Boats of steel"]

    def widen(word: str) -> list[str]:
        return names if word == "UAV" else []

    found = search(library, "UAV", NOTHING, widen)
    # `patrol boats` finds nothing beside `boats`; no page has the others
    assert found.widened == {"UAV": ["Drohne", "boats"]}
    assert places(found) == {("de", 2), ("en", 1)}
    off = search(library, "UAV", NOTHING, widen, off=["BOATS"])
    assert off.widened == {"UAV": ["Drohne", "patrol boats"]}
    both = search(library, "UAV", NOTHING, widen, off=["boats", "patrol boats"])
    assert places(both) == {("de", 2)}
    assert search(library, "UAV", NOTHING, widen, exact=True).groups == []


def test_an_abbreviation_is_no_name_where_pages_mean_a_word(house: House) -> None:
    house.take("url:a", b"a")
    house.read(b"a", "as suas casas", "e suas ruas")
    house.take("url:b", b"b")
    house.read(b"b", "an UAS")
    found = search(house.store, "drone", NOTHING, lambda _word: ["sUAS", "UAS"])
    assert found.widened == {"drone": ["UAS"]}
    assert [hit.document for hit in found.pages] == ["url:b"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("drnoes", {"drnoes": ["drones"]}),
        ("patorl", {"patorl": ["patrol"]}),
        ("ptarol", {"ptarol": ["patrol"]}),
        ("xatrol", {"xatrol": ["patrol"]}),
        ("atrol boat", {"atrol": ["patrol"]}),
        ("véhicle", {"vehicle": ["vehicule", "vehicules"]}),
        ("zeppelin", {}),
        ("xx", {}),
        ("12345", {}),
    ],
)
def test_near_spellings_are_proposed_where_nothing_is_found(
    library: Store, query: str, expected: dict[str, list[str]]
) -> None:
    found = search(library, query, NOTHING, plain)
    assert found.groups == []
    assert found.suggestions == expected


def test_no_near_spelling_comes_from_what_may_not_be_shown(house: House) -> None:
    house.take("url:a", b"a")
    house.read(b"a", "the secret hovercraft")
    assert search(house.store, "hovercroft", NOTHING, plain).suggestions
    house.store.connection.execute("UPDATE documents SET withheld = 1")
    assert search(house.store, "hovercroft", NOTHING, plain).suggestions == {}
    found = search(house.store, "vessel", NOTHING, lambda _word: ["hovercraft"])
    assert found.widened == {}


def test_kinds_that_are_unknown_are_said_to_be(library: Store) -> None:
    found = search(library, "type:patrl_boat boats", NOTHING, plain)
    assert found.groups == []
    assert found.notes == [
        note for note in found.notes if note.startswith("There is no type of equipment")
    ]
    assert "patrol_boat" in found.notes[0]


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=40))
def test_words_are_cut_and_folded_as_the_index_does_it(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode().replace("\x00", " ")
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5(x, tokenize='unicode61 remove_diacritics 2')"
    )
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'row')")
    latin = "".join(c for c in text if ord(c) < 0x180)  # letters that both know alike
    connection.execute("INSERT INTO t VALUES (?)", (latin,))
    terms = {row[0] for row in connection.execute("SELECT term FROM v")}
    assert terms == set(words_of(latin))
    assert len(fold_text(text)) == len(text)
    assert fold_text(latin) == fold_text(fold_text(latin))


def test_words_with_accents_of_their_own_are_folded() -> None:
    assert words_of("E\u0301tat Œuvre straße") == ("etat", "œuvre", "straße")
    assert fold_word("ÅÄÖ") == "aao"


def test_no_text_makes_keeping_long_words_fail(house: House) -> None:
    texts = ['a"quoted\\word"langesWortlein', "\\n\\u12 [Langeswort]", "x\x0bLangeswörter\u2028y"]
    house.take("url:a", b"a")
    house.read(b"a", *texts, language="de")
    words = {row[0] for row in house.store.rows("SELECT word FROM long_words")}
    assert {"langeswortlein", "langeswort", "langesworter"} <= {
        part for word in words for part in words_of(word)
    }


def test_loose_words_are_taken_as_one_name_and_quoted_ones_as_they_stand(house: House) -> None:
    house.take("url:name", b"n", title="x")
    house.read(b"n", "Ein Löschfahrzeug der Gemeinde.")
    house.take("url:words", b"w", title="x")
    house.read(b"w", "Le camion est prêt; les agents de la ville, dont des pompiers, y sont.")

    def widen(word: str) -> list[str]:
        return ["löschfahrzeug"] if word == "camion de pompiers" else []

    loose = search(house.store, "camion de pompiers", NOTHING, widen)
    assert {group.document for group in loose.groups} == {"url:name", "url:words"}
    assert loose.widened == {"camion de pompiers": ["löschfahrzeug"]}
    phrase = search(house.store, '"camion de pompiers"', NOTHING, widen)
    assert [group.document for group in phrase.groups] == ["url:name"]
    assert search(house.store, "camion de pompiers -agents", NOTHING, widen).documents == 1
    assert search(house.store, "camion de pompiers", NOTHING, widen, exact=True).documents == 1


def test_parts_of_a_compound_find_it_though_one_stands_nowhere_alone(house: House) -> None:
    house.take("url:a", b"a", title="x")
    house.read(b"a", "Die Gepäckförderanlage im Flughafen.", language="de")
    assert search(house.store, "Gepäck Förderanlage", NOTHING, plain).documents == 1
    assert search(house.store, '"Gepäck Förderanlage"', NOTHING, plain).documents == 1


def test_compounds_of_a_page_of_a_million_characters_are_known(house: House) -> None:
    """Such a page is folded in slices; a word stands over the border of two of them."""
    house.take("url:long", b"long")
    text = f"{'x' * 499_990} Patrouillenbootsmotoren {'y' * 600_000} Zollkreuzerwerft"
    house.read(b"long", text, language="de")
    words = {row["word"] for row in house.store.rows("SELECT word FROM long_words")}
    assert {"patrouillenbootsmotoren", "zollkreuzerwerft"} <= words
