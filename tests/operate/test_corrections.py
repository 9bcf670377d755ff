"""Decisions as training passages: what is written, what stays out, what training makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.errors import UsageError
from core.records import Mention, Proposal
from core.settings import Settings
from ner_models import network
from ner_models.corpus import read_corpus
from ner_models.corrections import read_corrections
from ner_models.evaluate import BadGold
from ner_models.tokens import blank
from operate.corrections import run_corrections
from pipeline import cli
from store.reviewing.adding import add_entry
from store.reviewing.answers import Answer, Span
from store.reviewing.deciding import decide, seen_of
from tests.builders import House, amount, evidence, key_of, open_house, page, proposal, tagging

BOATS = "Delivery of 4 patrol boats for 5000000 EUR to the coast guard of Malta\nby the shipyard."
TRUCKS = "The police of Malta rented 9 trucks last year, and owns two helicopters."
OTHER = "Two tents were not delivered."
TEXT = f"Heading\n\n{BOATS}\n\n{TRUCKS}\n\n{OTHER}"


def on(quote: str, value: Any = None) -> Any:
    return evidence(TEXT, quote, value)


def boats() -> Proposal:
    return proposal(
        TEXT, "patrol boats", quote=BOATS, quantity=on("4", {"min": "4", "max": "4"}),
        amount=amount(TEXT, "5000000 EUR", "5000000"), recipient=on("coast guard of Malta"),
    )  # fmt: skip


def trucks() -> Proposal:
    return proposal(TEXT, "trucks", quote=TRUCKS, recipient=on("police of Malta"))


def mention(quote: str, label: Any) -> Mention:
    start = TEXT.index(quote)
    return Mention(page=1, start=start, end=start + len(quote), label=label, raw=quote)


MENTIONS = (
    mention("patrol boats", "EQUIPMENT"), mention("trucks", "EQUIPMENT"),
    mention("helicopters", "EQUIPMENT"), mention("two", "QUANTITY"), mention("tents", "EQUIPMENT"),
)  # fmt: skip
FIRST, SECOND = key_of("url:a", boats()), key_of("url:a", trucks())


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = open_house(tmp_path / "output")
    made.take("url:a", b"one", url="https://ministry.example/annex%20I.pdf")
    made.read(b"one", TEXT, tagged=tagging(boats(), trucks(), mentions=MENTIONS))
    return made


def say(house: House, key: str, verdict: str, **more: Any) -> None:
    answer = Answer(verdict=verdict, seen=seen_of(house.store.connection, key), **more)
    decide(house.store, key, answer, reviewer="ana")


def written(house: House, *gold: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    target = house.folder.parent / "c.jsonl"
    told = run_corrections(Settings(output=house.folder), target, gold)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        for entry in (*row["entries"], *row["rejected"]):
            for name, (start, end) in entry["at"].items():
                assert row["text"][start:end] == entry[name]
    return rows, told


def marked(row: dict[str, Any]) -> set[tuple[str, str]]:
    return {(row["text"][s["start"] : s["end"]], s["label"]) for s in row["spans"]}


def test_judgements_are_kept_apart_and_offsets_are_those_of_the_paragraph(house: House) -> None:
    say(house, FIRST, "accept")
    say(house, SECOND, "reject", reason="boilerplate")
    start = TEXT.index("tents")
    reading = house.store.value("SELECT id FROM readings")
    span = Span(1, start, start + 5, "tents")
    add_entry(house.store, "url:a", 1, reading, {"equipment": span}, {}, reviewer="ana", note=None)
    rows, told = written(house)
    assert told["passages"] == {"accepted": 1, "corrected": 1, "rejected": 1}
    by = {row["judgement"]: row for row in rows}
    assert by["accepted"]["text"] == BOATS
    assert marked(by["accepted"]) == {
        ("4", "QUANTITY"), ("patrol boats", "EQUIPMENT"), ("5000000 EUR", "AMOUNT"),
        ("coast guard of Malta", "RECIPIENT"),
    }  # fmt: skip
    (entry,) = by["accepted"]["entries"]
    assert (entry["equipment"], entry["supplier"], entry["entry"]) == ("patrol boats", None, FIRST)
    assert by["rejected"]["text"] == TRUCKS
    assert by["rejected"]["entries"] == []
    assert by["rejected"]["rejected"][0]["reason"] == "boilerplate"
    assert ("helicopters", "EQUIPMENT") in marked(by["rejected"])
    assert by["corrected"]["text"] == OTHER
    assert by["corrected"]["entries"][0]["equipment"] == "tents"


def test_a_correction_has_the_quote_that_was_marked_and_not_the_wrong_one(house: House) -> None:
    start = TEXT.index("shipyard")
    span = Span(1, start, start + 8, "shipyard")
    say(
        house, FIRST, "correct", fields={"recipient": "Armed Forces", "supplier": "shipyard"},
        spans={"supplier": span}, states={"quantity": "not_stated"},
    )  # fmt: skip
    (row,), _ = written(house)
    (entry,) = row["entries"]
    assert (entry["supplier"], entry["recipient"], entry["quantity"]) == ("shipyard", None, None)
    assert row["judgement"] == entry["judgement"] == "corrected"
    assert ("coast guard of Malta", "RECIPIENT") not in marked(row)


def test_what_is_no_equipment_is_not_marked(house: House) -> None:
    say(house, SECOND, "reject", reason="not_equipment")
    (row,), _ = written(house)
    assert ("trucks", "EQUIPMENT") not in marked(row)
    assert ("helicopters", "EQUIPMENT") in marked(row)


def test_a_paragraph_with_an_undecided_entry_stays_out(house: House) -> None:
    near = proposal(TEXT, "helicopters", quote=TRUCKS)
    house.read(b"one", TEXT, tagged=tagging(boats(), trucks(), near, tagger="2"))
    say(house, SECOND, "accept")
    rows, told = written(house)
    assert (rows, told["left"]) == ([], {"undecided_beside": 1})
    say(house, key_of("url:a", near), "accept")
    (row,), told = written(house)
    assert (len(row["entries"]), told["left"]) == (2, {})


def test_what_may_not_be_seen_stays_out(house: House) -> None:
    say(house, FIRST, "accept")
    house.store.connection.execute("UPDATE documents SET withheld = 1")
    assert written(house)[0] == []
    house.store.connection.execute("UPDATE documents SET withheld = 0")
    assert len(written(house)[0]) == 1
    house.take("url:a", b"two", fetched_at="2025-03-05T04:00:00Z")
    black = TEXT.replace("4 patrol boats for 5000000 EUR", " " * 30)
    house.read(b"two", pages=(page(black, redacted_area=0.3),))
    assert written(house)[0] == []


def test_a_text_of_two_documents_is_written_once(house: House) -> None:
    house.take("url:b", b"other")
    house.read(b"other", TEXT, tagged=tagging(boats(), mentions=MENTIONS))
    say(house, FIRST, "accept")
    say(house, key_of("url:b", boats()), "accept")
    rows, told = written(house)
    assert (len(rows), told["left"]) == (1, {"same_text": 1})


@pytest.mark.parametrize(
    "gold",
    [
        {"source": "pdf/eutf/annex I.pdf#page=3", "text": "Nothing in common here."},
        {"source": "other.pdf", "text": f"They said: {BOATS} Indeed."},
    ],
)
def test_what_is_measured_on_stays_out(house: House, tmp_path: Path, gold: Any) -> None:
    say(house, FIRST, "accept")
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({**gold, "lang": "en", "spans": []}), encoding="utf-8")
    rows, told = written(house, file)
    assert (rows, told["left"]) == ([], {"measured_on": 1})


def test_a_measured_notice_stays_out_by_its_number(house: House, tmp_path: Path) -> None:
    house.take("ted:817601-2025", b"notice", url="https://ted.example/en/notice/817601-2025")
    text = "Nine drones for Malta."
    made = proposal(text, "drones")
    house.read(b"notice", text, tagged=tagging(made))
    say(house, key_of("ted:817601-2025", made), "accept")
    assert len(written(house)[0]) == 1
    file = tmp_path / "gold.jsonl"
    row = {"source": "ted/817601-2025.xml", "text": "Else.", "lang": "en", "spans": []}
    file.write_text(json.dumps(row), encoding="utf-8")
    assert written(house, file)[0] == []


def test_training_takes_them_in(house: House, tmp_path: Path) -> None:
    say(house, FIRST, "accept")
    say(house, SECOND, "reject", reason="not_equipment")
    written(house)
    found = read_corrections([tmp_path / "c.jsonl"])
    assert dict(found.taken) == {"accepted": 1, "rejected": 1}
    by = {passage.text: passage for passage in found.passages}
    numbered = {
        (BOATS[m.start : m.end], m.label): m.entries for m in by[BOATS].spans
    }  # fmt: skip
    assert numbered[("patrol boats", "EQUIPMENT")] == (1,)
    assert numbered[("coast guard of Malta", "RECIPIENT")] == (1,)
    assert all(mark.entries == () for mark in by[TRUCKS].spans)
    reference = network.example(blank(), by[BOATS]).reference
    assert "patrol boats" in {span.text for span in reference.ents}
    assert not any(passage in read_corpus() for passage in found.passages)


@pytest.mark.parametrize("reason", ["duplicate", "wrong_amount", "not_funded", "other_project"])
def test_a_rejected_transfer_is_no_negative_and_is_counted(
    house: House, tmp_path: Path, reason: str
) -> None:
    say(house, SECOND, "reject", reason=reason)
    rows, _ = written(house)
    assert [row["judgement"] for row in rows] == ["rejected"]
    found = read_corrections([tmp_path / "c.jsonl"])
    assert (found.passages, dict(found.left)) == ([], {reason: 1})
    assert f"1 rejected as {reason}" in found.sentence()


@pytest.mark.parametrize(
    "row",
    [
        {"text": "a", "spans": []},
        {"text": "a", "spans": [], "judgement": "maybe", "entries": []},
        {"text": "a", "spans": [], "judgement": "accepted", "lang": "en"},
        {"text": "a", "spans": [], "judgement": "accepted", "entries": [{}], "lang": "en"},
    ],
)
def test_what_is_no_decided_passage_is_refused(tmp_path: Path, row: Any) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(BadGold, match="passage 1"):
        read_corrections([file])


def test_the_command_says_what_it_wrote(house: House, tmp_path: Path) -> None:
    say(house, FIRST, "accept")
    target = tmp_path / "out" / "c.jsonl"
    done = CliRunner().invoke(cli, ["corrections", str(target), "--output", str(house.folder)])
    assert (done.exit_code, "1 accepted, 0 corrected, 0 rejected" in done.output) == (0, True)
    with pytest.raises(UsageError, match=r"\.jsonl"):
        run_corrections(Settings(output=house.folder), tmp_path / "c.csv", [])
    refused = CliRunner().invoke(cli, ["train", "--corrections", str(tmp_path / "none.jsonl")])
    assert refused.exit_code == 2
