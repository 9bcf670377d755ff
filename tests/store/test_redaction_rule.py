"""When a newer version blackens what an older one showed, no route gives the older text."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from core.errors import UnknownKey
from core.records import Issue, Mention, Page, Proposal, Stated
from store.check import dump, faults
from store.diff import diff
from store.entries import refresh_document, release
from store.filters import Filters
from store.readings import save_reading
from store.report import show
from store.search import search
from store.work import fail
from tests.builders import (
    DAY,
    House,
    amount,
    document,
    evidence,
    key_of,
    open_house,
    page,
    proposal,
    sha,
    tagging,
)
from tests.store.routes import routes

DOC = "url:a"
SECRET = "Zuwara"  # the word that is blackened
OPEN = "Delivery of 9 trucks worth EUR 700 to the customs of Malta."
TEXT = f"Delivery of 12 boats worth EUR 500 to the harbour of {SECRET} in Libya."
BLACK = TEXT.replace(f"of {SECRET} in Libya", "")
OLD, NEW = b"old", b"new"


def boats(text: str = TEXT, **more: Any) -> Proposal:
    """Return the candidate entry of page 1, which names the secret place."""
    values = {
        "amount": amount(text, "EUR 500", "500"),
        "recipient": evidence(text, f"harbour of {SECRET}") if SECRET in text else None,
        "recipient_country": "LY" if SECRET in text else None,
    }
    return proposal(text, "boats", **{**values, **more})


def trucks() -> Proposal:
    """Return the candidate entry of page 2, which is never touched."""
    made = proposal(OPEN, "trucks", page=2, amount=amount(OPEN, "EUR 700", "700"))
    return _on_page_two(made)


def _on_page_two(made: Proposal) -> Proposal:
    fields = {name: replace(field, page=2) for name, field in made.evidence().items()}
    return replace(made, **fields)


BOATS, TRUCKS = key_of(DOC, boats()), key_of(DOC, trucks())


def read_old(house: House, data: bytes = OLD) -> None:
    """Read the version that shows the place, with all kinds of rows that name it."""
    mention = Mention(page=1, start=TEXT.index(SECRET), end=TEXT.index(SECRET) + len(SECRET),
                      label="RECIPIENT", raw=SECRET)  # fmt: skip
    made = document(
        data, TEXT, OPEN, title=f"Boats for {SECRET}", reference=f"{SECRET}/1",
        stated={"place": Stated(text=SECRET)},
        issues=(Issue(code="odd", room="extract", sha256=sha(data), detail=f"odd: {SECRET}"),),
    )  # fmt: skip
    save_reading(house.store, made, tagging(boats(), trucks(), mentions=[mention]))


def read_new(house: House, data: bytes = NEW, *proposals: Proposal, text: str = BLACK) -> None:
    """Read the version that blackens the place; by default no entry is left on page 1."""
    pages: tuple[Page, ...] = (page(text, 1, redacted_area=0.01), page(OPEN, 2))
    made = document(data, pages=pages)
    save_reading(house.store, made, tagging(*(proposals or (trucks(),))))


@pytest.fixture
def shown(house: House) -> House:
    """A house with a document whose first version, with the place, has been read."""
    house.take(DOC, OLD, fetched_at=DAY.format(1))
    read_old(house)
    return house


def blacken(house: House) -> None:
    """Take in and read the version that blackens the place."""
    house.take(DOC, NEW, fetched_at=DAY.format(2))
    read_new(house)


def leaks(house: House, tmp_path: Path, word: str = SECRET) -> list[str]:
    """Return the routes that name a word."""
    return [name for name, told in routes(house.store, tmp_path, SECRET).items() if word in told]


def test_the_old_text_is_there_until_the_new_version_has_been_read(
    shown: House, tmp_path: Path
) -> None:
    before = leaks(shown, tmp_path)
    expected = {
        f"show {DOC}", f"show {BOATS}", "index of entries", "dump", "shown_entries",
        "shown_evidence", "export entries None", "export mentions None",
    }  # fmt: skip
    assert expected <= set(before)
    shown.take(DOC, NEW)
    assert leaks(shown, tmp_path) == before


@pytest.mark.parametrize("verdict", [None, "accept", "reject", "correct", "flag"])
def test_no_route_gives_it_afterwards(shown: House, tmp_path: Path, verdict: Any) -> None:
    if verdict:
        shown.decide(BOATS, verdict, boats(), {"supplier": f"{SECRET} yard"})
    blacken(shown)
    assert leaks(shown, tmp_path) == []
    assert leaks(shown, tmp_path, "Libya") == []
    assert faults(shown.store, shown.archive) == []
    row = shown.entry(BOATS)
    states = {None: "withdrawn", "accept": "accepted", "reject": "rejected",
              "correct": "corrected", "flag": "withdrawn"}  # fmt: skip
    assert (row["state"], row["still_proposed"]) == (states[verdict], 0)
    assert (row["text_withdrawn"], row["quote"], row["equipment"]) == (1, "", None)
    assert shown.store.value("SELECT count(*) FROM decisions") == (1 if verdict else 0)


def test_what_was_not_blackened_stays(shown: House, tmp_path: Path) -> None:
    shown.decide(TRUCKS, "accept", trucks())
    blacken(shown)
    row = shown.entry(TRUCKS)
    assert (row["state"], row["equipment"], row["text_withdrawn"]) == ("accepted", "trucks", 0)
    found = search(shown.store, "trucks", Filters(), lambda _: [])
    assert ([hit.page for hit in found.pages], len(found.entries)) == ([2], 1)


def test_show_says_so_in_one_sentence(shown: House) -> None:
    assert show(shown.store, DOC)["withdrawn"] is None
    blacken(shown)
    found = show(shown.store, DOC)
    assert found["withdrawn"] == (
        "Version 2 blackens what was readable before; the older text is withdrawn until an"
        " administrator decides."
    )
    first, second = found["versions"]
    assert (first["change"], first["withdrawn"]) == ("first", True)
    assert (second["change"], second["withdrawn"]) == ("redaction", False)
    assert second["redacted"] == [{"page": 1, "before": 1, "words": 4, "share": 0.01}]
    assert found["pages"][0]["text"] == BLACK
    assert (found["title"], found["reference"]) == (None, None)


def test_an_entry_says_so_too(shown: House) -> None:
    shown.decide(BOATS, "accept", boats())
    assert show(shown.store, BOATS)["withdrawn"] is None
    blacken(shown)
    found = show(shown.store, BOATS)
    assert found["withdrawn"].startswith("Version 2 blackens what was readable before")
    assert (found["state"], found["evidence"]) == ("accepted", {})
    (decision,) = found["decisions"]
    assert (decision["reviewer"], decision["verdict"]) == ("ana", "accept")
    assert show(shown.store, TRUCKS)["withdrawn"] is None


def test_the_title_that_the_source_gives_stays(house: House) -> None:
    house.take(DOC, OLD, title="Boats")
    read_old(house)
    blacken(house)
    assert house.document(DOC)["title"] == "Boats"


def test_the_entry_that_is_still_proposed_says_what_is_left(shown: House, tmp_path: Path) -> None:
    shown.decide(BOATS, "accept", boats())
    shown.take(DOC, NEW)
    read_new(shown, NEW, boats(BLACK), trucks())
    row = shown.entry(BOATS)
    assert (row["state"], row["recipient"], row["recipient_country"]) == ("reopened", None, None)
    assert (row["equipment"], row["quote"], row["text_withdrawn"]) == ("boats", BLACK, 0)
    assert leaks(shown, tmp_path) == []


def silent(text: str) -> Proposal:
    """Return the entry of page 1 as a tagger makes it that does not find the recipient."""
    return boats(text, recipient=None, recipient_country=None)


def test_a_correction_made_on_the_old_text_is_not_shown_and_is_asked_for_again(
    house: House, tmp_path: Path
) -> None:
    house.take(DOC, OLD)
    house.read(OLD, TEXT, OPEN, tagged=tagging(silent(TEXT), trucks()))
    house.decide(BOATS, "correct", silent(TEXT), {"recipient": f"Harbour of {SECRET}"})
    house.decide(TRUCKS, "correct", trucks(), {"recipient": "customs of Malta"})
    house.take(DOC, NEW)
    read_new(house, NEW, silent(BLACK), trucks())
    assert house.entry(BOATS)["state"] == "reopened"
    assert leaks(house, tmp_path) == []
    kept = house.entry(TRUCKS)  # its page is not blackened, and its words stand there
    assert (kept["state"], kept["recipient"]) == ("corrected", "customs of Malta")
    house.decide(BOATS, "correct", silent(BLACK), {"recipient": "a harbour"})
    assert house.entry(BOATS)["recipient"] == "a harbour"  # made on the new text
    read_new(house, NEW, silent(BLACK), trucks())
    assert house.entry(BOATS)["state"] == "corrected"


def test_a_correction_whose_words_stand_nowhere_any_more_is_asked_for_again(house: House) -> None:
    house.take(DOC, OLD)
    house.read(OLD, TEXT, OPEN, tagged=tagging(trucks()))
    house.decide(TRUCKS, "correct", trucks(), {"recipient": f"harbour of {SECRET}"})
    house.take(DOC, NEW)
    read_new(house)
    row = house.entry(TRUCKS)
    assert (row["state"], row["recipient"]) == ("reopened", None)


def test_reading_again_gives_the_same_rows(shown: House, tmp_path: Path) -> None:
    shown.decide(BOATS, "accept", boats())
    blacken(shown)
    before = list(dump(shown.store))
    read_old(shown)
    read_new(shown)
    assert list(dump(shown.store)) == before
    assert leaks(shown, tmp_path) == []


def test_a_later_version_does_not_bring_it_back(shown: House, tmp_path: Path) -> None:
    blacken(shown)
    shown.take(DOC, b"newer")
    read_new(shown, b"newer", text=BLACK.replace("Delivery", "Handing over"))
    assert [v["change"] for v in show(shown.store, DOC)["versions"]] == [
        "first", "redaction", "text",
    ]  # fmt: skip
    assert leaks(shown, tmp_path) == []


def test_a_version_that_was_not_read_does_not_keep_the_old_text(
    shown: House, tmp_path: Path
) -> None:
    """The redaction is read, the version after it is damaged."""
    shown.take(DOC, NEW)
    shown.take(DOC, b"damaged")
    read_new(shown)
    assert leaks(shown, tmp_path) == []
    assert show(shown.store, DOC)["pages"][0]["text"] == BLACK


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_reading_does_not_matter(tmp_path: Path, order: tuple[int, ...]) -> None:
    dumps = []
    for name, steps in (("sorted", range(3)), ("mixed", order)):
        house = open_house(tmp_path / name)
        for day, data in enumerate((OLD, NEW, b"newer"), 1):
            house.take(DOC, data, fetched_at=DAY.format(day))
        readers = (read_old, read_new, lambda house: read_new(house, b"newer"))
        for step in steps:
            readers[step](house)
        dumps.append(list(dump(house.store)))
        assert leaks(house, tmp_path) == []
        house.store.close()
    assert dumps[0] == dumps[1]


def test_the_same_bytes_as_an_older_version_are_recognised(shown: House, tmp_path: Path) -> None:
    """The site shows the old file again: what it publishes is what is shown."""
    blacken(shown)
    shown.take(DOC, OLD, fetched_at=DAY.format(3))
    assert shown.outcomes(DOC) == ["new", "changed", "returned"]
    found = show(shown.store, DOC)
    assert [v["change"] for v in found["versions"]] == ["first", "redaction", "text"]
    assert [v["same_as"] for v in found["versions"]] == [None, None, 1]
    assert found["pages"][0]["text"] == TEXT
    assert shown.entry(BOATS)["state"] == "pending"
    shown.take(DOC, NEW, fetched_at=DAY.format(4))  # and takes it away for the second time
    assert [v["change"] for v in show(shown.store, DOC)["versions"]][3] == "redaction"
    assert leaks(shown, tmp_path) == []


def test_the_same_file_elsewhere_is_withdrawn_too(shown: House, tmp_path: Path) -> None:
    shown.take("url:copy", OLD)
    copy = key_of("url:copy", boats())
    shown.decide(copy, "accept", boats())
    blacken(shown)
    shown.take("url:late", OLD)
    assert leaks(shown, tmp_path) == []
    assert shown.entry(copy)["state"] == "accepted"
    found = show(shown.store, "url:copy")
    assert found["pages"] == []
    assert found["withdrawn"] == (
        "Version 2 of url:a blackens text of the same file; that text is withdrawn here too until"
        " an administrator decides."
    )


def test_an_administrator_lets_it_be_seen_again(shown: House, tmp_path: Path) -> None:
    shown.take("url:copy", OLD)
    shown.decide(BOATS, "correct", boats(), {"fund": "EUTF"})
    rows = [shown.entry(key) for key in (BOATS, key_of("url:copy", boats()))]
    blacken(shown)
    with shown.store.transaction() as connection:
        release(connection, DOC, 2)
    assert show(shown.store, DOC)["withdrawn"] is None
    assert shown.entry(BOATS) == {**rows[0], "still_proposed": 0}
    assert shown.entry(rows[1]["key"]) == rows[1]
    assert diff(shown.store, DOC)["rule"] == "words"
    assert f"show {BOATS}" in leaks(shown, tmp_path)
    read_new(shown)  # nor does another reading undo the decision
    assert show(shown.store, DOC)["withdrawn"] is None


def test_only_a_redaction_can_be_released(shown: House) -> None:
    blacken(shown)
    for key, number in ((DOC, 1), (DOC, 9), ("url:none", 2)):
        with pytest.raises(UnknownKey), shown.store.transaction() as connection:
            release(connection, key, number)


def test_a_redaction_stays_one_when_the_reader_reads_both_again(
    shown: House, tmp_path: Path
) -> None:
    """One that misses the black boxes, say, must not let the text out."""
    blacken(shown)
    shown.read(OLD, TEXT, OPEN, tagged=tagging(boats(), trucks()), extractor="2")
    shown.read(NEW, BLACK, OPEN, tagged=tagging(trucks()), extractor="2")
    assert show(shown.store, DOC)["versions"][1]["change"] == "redaction"
    assert leaks(shown, tmp_path) == []


def test_readings_of_two_readers_are_not_compared_where_better_ones_are_known(
    shown: House,
) -> None:
    blacken(shown)
    shown.read(NEW, BLACK, OPEN, tagged=tagging(trucks()), extractor="2")
    assert show(shown.store, DOC)["versions"][1]["change"] == "redaction"


def hidden_text(data: bytes, count: int) -> Issue:
    """Return what the reader says of text that a page does not show."""
    detail = f"{count} characters that the page does not show are left out."
    return Issue(code="hidden_text", room="extract", sha256=sha(data), page=1, detail=detail)


@pytest.mark.parametrize(("count", "change"), [(4, "text"), (40, "redaction")])
def test_more_text_under_something_is_a_redaction(house: House, count: int, change: str) -> None:
    for data, text, hidden in ((OLD, TEXT, 4), (NEW, BLACK, count)):
        house.take(DOC, data)
        made = document(data, text, issues=(hidden_text(data, hidden),))
        save_reading(house.store, made, tagging())
    assert show(house.store, DOC)["versions"][1]["change"] == change


def test_a_mere_cut_withdraws_nothing(shown: House, tmp_path: Path) -> None:
    shown.take(DOC, NEW)
    shown.read(NEW, BLACK, OPEN, tagged=tagging(trucks()))
    found = show(shown.store, DOC)
    assert (found["versions"][1]["change"], found["withdrawn"]) == ("text", None)
    assert f"diff {DOC}" in leaks(shown, tmp_path)
    assert shown.entry(BOATS)["quote"] == TEXT


def test_refreshing_twice_changes_nothing(shown: House) -> None:
    blacken(shown)
    before = list(dump(shown.store))
    with shown.store.transaction() as connection:
        refresh_document(connection, 1)
    assert list(dump(shown.store)) == before


def test_an_older_version_is_shown_where_the_newer_ones_cannot_be_read(house: House) -> None:
    for data in (OLD, NEW, b"damaged"):
        house.take(DOC, data)
    read_old(house)
    read_new(house)
    assert house.document(DOC)["shown_version_id"] is None  # the third may still be read
    fail(house.store, sha(b"damaged"), "damaged_document", fatal=False, max_attempts=1)
    assert show(house.store, DOC)["pages"][0]["text"] == BLACK
    assert house.entry(TRUCKS)["state"] == "pending"
