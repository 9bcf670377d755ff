"""What stands first, how hits are grouped, what is counted, kinds of equipment, lists of terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import UsageError
from core.records import Mention
from store.filters import Filters
from store.search import Hit, count_terms, read_terms, search
from store.search import candidates as bounds
from store.search.records import CLOSE, OPEN
from tests.builders import House, evidence, key_of, proposal, tagging

NOTHING = Filters()
FILLER = "The steering committee met again and took note of the progress report. " * 12


def plain(_word: str) -> list[str]:
    return []


def put(house: House, key: str, *texts: str, **more: Any) -> None:
    """Take in and read a document."""
    data = key.encode()
    house.take(f"url:{key}", data, **more)
    house.read(data, *texts)


def order(house: House, query: str, **more: Any) -> list[str]:
    """Return the documents that are found, best first."""
    found = search(house.store, query, NOTHING, plain, **more)
    return [group.document.removeprefix("url:") for group in found.groups]


def test_titles_and_entries_and_dense_pages_stand_before_a_passing_word(house: House) -> None:
    put(house, "passing", FILLER + "One radar was mentioned. " + FILLER)
    put(
        house,
        "dense",
        "Radar stations: a coastal radar, a mobile radar, radar masts, radar spares.",
    )
    put(house, "titled", FILLER + "the radar. " + FILLER, title="Radar for the coast")
    text = FILLER + "Two radar sets for the navy."
    house.take("url:entered", b"entered")
    house.read(
        b"entered", text, tagged=tagging(proposal("Two radar sets for the navy.", "radar sets"))
    )
    assert order(house, "radar") == ["titled", "entered", "dense", "passing"]


def test_own_words_stand_before_other_names_and_near_words_before_far_ones(house: House) -> None:
    put(house, "name", "A vessel of the guard.")
    put(house, "own", "A boat of the guard.")
    put(house, "far", "boat " + FILLER + " guard")
    found = search(
        house.store, "boat guard", NOTHING, lambda word: {"boat": ["vessel"]}.get(word, [])
    )
    assert [g.document for g in found.groups] == ["url:own", "url:name", "url:far"]


def test_hits_are_grouped_by_document(house: House) -> None:
    put(
        house,
        "many",
        *["boats"] * 3,
        "none",
        "boats boats boats",
        title="T",
        published="2024-05-01",
    )
    put(house, "one", "a boat")
    found = search(house.store, "boats", NOTHING, plain)
    assert (found.documents, found.more) == (2, False)
    many = next(group for group in found.groups if group.document == "url:many")
    assert (many.pages, many.best[0], len(many.best)) == (4, 5, 3)
    assert (many.title, many.titled, many.published) == ("T", False, "2024-05-01")
    assert [hit.page for hit in found.pages if hit.document == "url:many"] == many.best
    assert len(search(house.store, "boats", Filters(limit=1), plain).groups) == 1


def test_links_lead_to_the_page_of_a_pdf(house: House) -> None:
    put(house, "a", "x", "boats", kind="pdf")
    put(house, "b", "boats", kind="html")
    hits: dict[str, Hit] = {
        hit.document: hit for hit in search(house.store, "boats", NOTHING, plain).pages
    }
    assert hits["url:a"].link == "https://ministry.example/url:a#page=2"
    assert hits["url:b"].link == "https://ministry.example/url:b"


def test_snippets_show_the_densest_place_and_cut_no_word(house: House) -> None:
    text = "One boat. " + FILLER + "The patrol boats of the coast guard, eight boats. " + FILLER
    put(house, "a", text)
    (hit,) = search(house.store, 'boats OR "coast guards"', NOTHING, plain).pages
    assert (
        f"patrol {OPEN}boats{CLOSE} of the {OPEN}coast guard{CLOSE}, eight {OPEN}boats{CLOSE}"
        in hit.snippet
    )
    bare = hit.snippet.replace(OPEN, "").replace(CLOSE, "")
    assert bare.startswith("... ")
    assert bare.endswith(" ...")
    assert set(bare.strip(" .").split()) <= set(text.replace(".", " ").split()) | set(text.split())
    assert len(bare) < 400


def test_more_hits_than_are_counted_are_said_to_be(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "COUNTED", 30)
    monkeypatch.setattr(bounds, "SCORED", 10)
    monkeypatch.setattr(bounds, "_OWN", 4)
    put(house, "old", "boats boats boats: boats", title="Boats")
    for number in range(4):
        put(house, f"d{number}", *["a boat and a vessel " + FILLER] * 12)
    found = search(house.store, "boat", NOTHING, lambda _word: ["vessel", "vessels"])
    assert found.more
    assert found.documents >= 3
    assert found.groups[0].document == "url:old"  # the densest, though it is the oldest
    assert len(found.groups) >= 2


@pytest.fixture
def kinds(house: House) -> House:
    """Two documents that mention equipment of two types, one with an entry."""
    text = "Two drones for Niger and a patrol boat."
    mentions = (
        Mention(page=1, start=4, end=10, label="EQUIPMENT", raw="drones",
                value={"type": "uav_male", "family": "unmanned"}, maker="rule:x", score=1.0),
    )  # fmt: skip
    made = proposal(
        text, "drones", equipment_type="uav_male", equipment_family="unmanned",
        fund=evidence(text, "Niger"),
    )  # fmt: skip
    house.take("url:a", b"a")
    house.read(b"a", text, tagged=tagging(made, mentions=mentions))
    put(house, "b", "Drones without a tag in Niger.")
    return house


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type:uav", ["a"]),
        ("type:UAV_MALE", ["a"]),
        ('type:"unmanned aerial vehicle"', ["a"]),
        ("type:drone Niger", ["a"]),
        ("type:drone Libya", []),
        ("family:unmanned", ["a"]),
        ("family:vessels", []),
        ("Niger -type:uav", ["b"]),
        ("tag OR family:unmanned", ["a", "b"]),
        ("Niger (tag OR type:uav)", ["a", "b"]),
        ("type:uav -boat", []),
    ],
)
def test_kinds_of_equipment_are_searched_as_such(
    kinds: House, query: str, expected: list[str]
) -> None:
    assert sorted(order(kinds, query)) == expected


def test_an_entry_is_found_by_its_kind(kinds: House) -> None:
    found = search(kinds.store, "type:uav", NOTHING, plain)
    assert len(found.entries) == 1
    assert found.groups[0].entries == [found.entries[0].entry]


def test_withdrawn_text_is_found_by_no_kind(kinds: House) -> None:
    kinds.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:a'")
    assert order(kinds, "type:uav") == []
    assert order(kinds, "tag OR type:uav") == ["b"]


def test_a_list_of_terms_is_counted_term_by_term(house: House, tmp_path: Path) -> None:
    text = "Two patrol boats for the guard."
    made = proposal(text, "patrol boats")
    house.take("url:a", b"a")
    house.read(b"a", text, "boats again", tagged=tagging(made))
    file = tmp_path / "terms.txt"
    file.write_text('\ufeffboat\n\n# a remark\n"patrol boat"\n(guard\nnothing\n§\n', "utf-8")
    counted = list(count_terms(house.store, read_terms(file), NOTHING, plain))
    assert [(c.term, c.documents, c.pages, c.entries, c.plain) for c in counted] == [
        ("boat", 1, 2, 1, False),
        ('"patrol boat"', 1, 1, 1, False),
        ("(guard", 1, 1, 1, True),
        ("nothing", 0, 0, 0, False),
        ("§", 0, 0, 0, False),
    ]
    assert key_of("url:a", made) == search(house.store, "boat", NOTHING, plain).entries[0].entry


def test_a_file_that_is_no_list_of_terms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.txt cannot be read"):
        list(read_terms(tmp_path / "missing.txt"))
    (tmp_path / "picture").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(UsageError, match="picture cannot be read as a text file"):
        list(read_terms(tmp_path / "picture"))
