"""What `status` and `show` tell."""

from __future__ import annotations

import pytest

from core.errors import UnknownKey
from core.records import Issue, SourceRun, Stated
from store.readings import save_reading
from store.report import show, status
from store.runs import start_run
from store.work import fail
from tests.builders import DAY, House, amount, document, key_of, proposal, sha, tagging
from tests.store.test_readings import NOTICE

TEXT = "Two drones worth EUR 900."
MADE = proposal(TEXT, "drones", amount=amount(TEXT, "EUR 900", "900"))


def filled(house: House) -> str:
    """Give a house a notice with one entry; return the entry's key."""
    house.take("ted:1-2025", b"n", title="Drones", headers={"etag": '"1"'})
    made = document(
        b"n", TEXT, notice=NOTICE, stated={"buyer": Stated(text="Ministry")},
        issues=(Issue(code="odd_font", room="extract", sha256=sha(b"n"), page=1, detail="x"),),
    )  # fmt: skip
    save_reading(house.store, made, tagging(MADE))
    return key_of("ted:1-2025", MADE)


def test_status_of_nothing(house: House) -> None:
    found = status(house.store)
    empty = ("documents", "entries", "work", "failures", "issues", "pages")
    assert [found[name] for name in empty] == [{}] * 6
    assert found["last_run"] is None
    assert found["sources"][0]["state"] is None


def test_status_counts(house: House) -> None:
    run_id = start_run(house.store, "run")
    filled(house)
    house.take("url:bad", b"bad")
    house.take("url:worse", b"worse")
    fail(house.store, sha(b"bad"), "damaged_document", fatal=False, max_attempts=1)
    fail(house.store, sha(b"worse"), "damaged_document", fatal=False, max_attempts=1)
    done = SourceRun(
        source="ministry", state="empty", listed=0, confirmed=0, fetched=0, minimum=1, maximum=9,
        detail="no list",
    )  # fmt: skip
    house.load(house.journal(done), run_id)
    found = status(house.store)
    assert found["documents"] == {"pdf": 1, "unread": 2}
    assert found["entries"] == {"pending": 1}
    assert found["work"] == {"read done": 1, "read failed": 2, "tag done": 1, "tag failed": 2}
    assert found["failures"] == {"damaged_document": ["url:bad", "url:worse"]}
    assert (found["issues"], found["pages"]) == ({"odd_font": 1}, {"text": 1})
    assert found["last_run"]["command"] == "run"
    (row,) = found["sources"]
    assert (row["state"], row["detail"], row["documents"]) == ("empty", "no list", 3)


def test_an_entry_is_shown_with_its_evidence(house: House) -> None:
    key = filled(house)
    house.decide(key, "correct", MADE, {"fund": "EUTF"})
    found = show(house.store, key)
    assert (found["entry"], found["equipment"], found["fund"]) == (key, "drones", "EUTF")
    assert (found["document"], found["title"]) == ("ted:1-2025", "Drones")
    assert (found["sha256"], found["fetched_at"]) == (sha(b"n"), DAY.format(1))
    evidence = found["evidence"]["amount"]
    value = {"min": "900", "max": "900", "currency": "EUR", "kind": "award"}
    assert (evidence["raw"], evidence["value"]) == ("EUR 900", value)
    assert (evidence["alternatives"], evidence["page"]) == ([], 1)
    assert evidence["boxes"] == [[152.0, 40.0, 200.0, 50.0]]
    assert TEXT[evidence["start"] : evidence["end"]] == "EUR 900"
    (decision,) = found["decisions"]
    assert (decision["verdict"], decision["fields"]) == ("correct", {"fund": "EUTF"})
    assert "proposal" not in decision


def test_a_document_is_shown_with_all_that_hangs_on_it(house: House) -> None:
    key = filled(house)
    found = show(house.store, "ted:1-2025")
    assert (found["document"], found["title"], found["kind"]) == ("ted:1-2025", "Drones", "pdf")
    assert [v["change"] for v in found["versions"]] == ["first"]
    assert found["stated"]["buyer"]["text"] == "Ministry"
    assert found["pages"] == [
        {"number": 1, "text": TEXT, "method": "text", "redacted_area": 0.0, "language": None}
    ]
    assert [entry["key"] for entry in found["entries"]] == [key]
    assert found["issues"] == [{"code": "odd_font", "level": "warning", "page": 1, "detail": "x"}]
    assert {(w["stage"], w["state"]) for w in found["work"]} == {("read", "done"), ("tag", "done")}


def test_a_notice_keeps_its_exact_numbers(house: House) -> None:
    filled(house)
    notice = show(house.store, "ted:1-2025")["notice"]
    assert notice["buyers"] == [
        {"name": "Ministry", "country": "XK"}, {"name": "Agency", "country": None},
    ]  # fmt: skip
    assert notice["values_stated"] == [{"amount": "100.50", "currency": "EUR", "kind": "estimate"}]
    assert (notice["earlier"], notice["links"]) == (["9-2024"], ["https://x.example/"])
    assert notice["cpv"] == ["34520000", "34521000", "35000000"]
    assert [lot["cpv"] for lot in notice["lots"]] == [["34521000", "35000000"], []]
    first, second = notice["awards"]
    assert (first["value"], first["currency"]) == ("80.10", "EUR")  # decimal text, no float
    assert (first["lots"], first["winner"]) == (["1"], "Yard")
    assert [w["name"] for w in first["winners"]] == ["Yard", "B"]
    assert (second["value"], second["winners"]) == (None, [])


def test_an_unread_document_is_shown_too(house: House) -> None:
    house.take("url:a")
    house.miss("url:b", "failed", 0)
    found = show(house.store, "url:a")
    assert (found["pages"], found["notice"], found["stated"]) == ([], None, {})
    assert {w["state"] for w in found["work"]} == {"pending"}
    assert show(house.store, "url:b")["versions"] == []


def test_a_withheld_document_says_that_it_is_and_no_more(house: House) -> None:
    key = filled(house)
    house.store.connection.execute("UPDATE documents SET withheld = 1")
    told = {"document": "ted:1-2025", "withheld": True, "since": None, "why": None}
    assert show(house.store, "ted:1-2025") == told
    assert show(house.store, key) == {"entry": key, **told}


@pytest.mark.parametrize("key", ["ted:9-9999", "", "x' OR 1=1 --"])
def test_an_unknown_key(house: House, key: str) -> None:
    with pytest.raises(UnknownKey, match="no entry and no document"):
        show(house.store, key)
