"""Decisions through the store: what is written, what is refused, who is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import UnknownKey, UsageError
from store.reviewing.answers import Answer, Span
from store.reviewing.deciding import Decided, DecidedMeanwhile, decide, seen_of
from store.reviewing.panel import history_of, panel
from store.reviewing.queue import Place, assign, progress, waiting
from tests.builders import (
    House,
    amount,
    evidence,
    key_of,
    open_house,
    proposal,
    tagging,
)

TEXT = "Delivery of 4 patrol boats for 5000000 EUR to the coast guard of Malta.\nSecond line."
OTHER = "Delivery of 9 trucks for 7000 EUR to the police of Malta."


def boats(number: str = "5000000") -> Any:
    return proposal(
        TEXT,
        "patrol boats",
        quantity=evidence(TEXT, "4", {"min": "4", "max": "4"}),
        amount=amount(TEXT, "5000000 EUR", number),
        recipient=evidence(TEXT, "coast guard of Malta", {"name": "coast guard", "country": "MT"}),
        equipment_type="patrol_boat",
        equipment_family="vessels",
        recipient_country="MT",
        score=0.4,
    )


def trucks() -> Any:
    return proposal(OTHER, "trucks", score=0.2)


KEY = key_of("url:a", boats())
SECOND = key_of("url:b", trucks())


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = open_house(tmp_path)
    made.take("url:a", b"one")
    made.read(b"one", TEXT, tagged=tagging(boats()))
    made.take("url:b", b"two")
    made.read(b"two", OTHER, tagged=tagging(trucks()))
    return made


def say(
    house: House,
    verdict: str,
    *,
    who: str = "ana",
    key: str = KEY,
    part: Any = "first",
    **more: Any,
) -> Decided:
    seen = more.pop("seen", None) or seen_of(house.store.connection, key)
    answer = Answer(verdict=verdict, seen=seen, **more)
    return decide(house.store, key, answer, reviewer=who, part=part)


def test_accepting_keeps_who_when_before_and_after(house: House) -> None:
    done = say(house, "accept", states={"amount": "confirmed"}, note="  seen on page 1 ")
    assert (done.state, house.entry(KEY)["state"]) == ("accepted", "accepted")
    (told,) = history_of(house.store, KEY)
    assert (told["reviewer"], told["verdict"], told["note"]) == ("ana", "accept", "seen on page 1")
    assert (told["seen"], told["became"]) == ({"state": "pending"}, {"state": "accepted"})


def test_a_correction_changes_the_entry_and_undo_brings_it_back(house: House) -> None:
    done = say(house, "correct", fields={"amount_min": "4000000.50", "recipient_country": "Libya"})
    row = house.entry(KEY)
    assert (row["state"], row["amount_min"], row["recipient_country"]) == (
        "corrected", "4000000.50", "LY",
    )  # fmt: skip
    assert row["amount_eur"] == pytest.approx(4000000.5)
    back = say(house, "undo", of=done.decision)
    row = house.entry(KEY)
    assert (back.state, row["amount_min"], row["recipient_country"]) == ("pending", "5000000", "MT")
    with pytest.raises(UsageError, match="undone already"):
        say(house, "undo", of=done.decision)


def test_a_marked_quote_becomes_the_evidence(house: House) -> None:
    start = TEXT.index("Malta")
    span = Span(1, start, start + 5, "Malta")
    say(house, "correct", fields={"recipient": "Malta"}, spans={"recipient": span})
    (one,) = [field for field in panel(house.store, KEY).fields if field.name == "recipient"]
    assert (one.quote, one.start, one.by_reviewer) == ("Malta", start, True)
    house.read(b"one", "Head.\n" + TEXT, tagged=tagging(boats(), tagger="2"), extractor="2")
    (one,) = [field for field in panel(house.store, KEY).fields if field.name == "recipient"]
    assert (one.quote, one.start, one.by_reviewer) == ("Malta", start + 6, True)


def test_what_is_said_not_to_be_stated_has_no_evidence(house: House) -> None:
    say(house, "correct", fields={"amount_min": None, "amount_max": None, "currency": None},
        states={"amount": "not_stated"})  # fmt: skip
    (one,) = [field for field in panel(house.store, KEY).fields if field.name == "amount"]
    assert one.quote is None
    assert house.entry(KEY)["amount_eur"] is None


def test_the_second_of_two_is_told_and_nothing_is_overwritten(house: House) -> None:
    seen = seen_of(house.store.connection, KEY)
    say(house, "accept", seen=seen)
    with pytest.raises(DecidedMeanwhile, match="ana accepted this entry"):
        say(house, "reject", who="ben", seen=seen, reason="duplicate")
    assert house.entry(KEY)["state"] == "accepted"
    assert len(history_of(house.store, KEY)) == 1


def test_a_new_reading_meanwhile_is_told(house: House) -> None:
    seen = seen_of(house.store.connection, KEY)
    house.read(b"one", TEXT, tagged=tagging(boats("6000000"), tagger="2"), extractor="2")
    with pytest.raises(DecidedMeanwhile, match="A new reading"):
        say(house, "accept", seen=seen)


def test_undo_of_a_skip_leaves_the_decision_before_it(house: House) -> None:
    say(house, "accept")
    skipped = say(house, "skip", who="ben")
    assert say(house, "undo", who="ben", of=skipped.decision).state == "accepted"


def test_only_ones_own_decision_is_taken_back(house: House) -> None:
    done = say(house, "accept")
    with pytest.raises(UsageError, match="Only ana"):
        say(house, "undo", who="ben", of=done.decision)


def test_after_somebody_elses_decision_ones_own_stays(house: House) -> None:
    mine = say(house, "accept")
    say(house, "reject", who="ben", reason="boilerplate")
    with pytest.raises(DecidedMeanwhile, match="ben decided on this entry after you"):
        say(house, "undo", of=mine.decision)


@pytest.mark.parametrize(
    ("verdict", "more", "words"),
    [
        ("reject", {}, "Say why"),
        ("reject", {"reason": "other"}, "Say in the note"),
        ("correct", {}, "Nothing was corrected"),
        ("accept", {"fields": {"fund": "X"}}, "belong to `correct`"),
        ("correct", {"fields": {"state": "accepted"}}, "no field 'state'"),
        ("correct", {"fields": {"quantity": "a few"}}, "whole number"),
        ("correct", {"fields": {"amount_min": "1,5"}}, "with a point"),
        ("correct", {"fields": {"amount_min": "NaN"}}, "cannot be"),
        ("correct", {"fields": {"equipment_type": "spaceship"}}, "type of the list"),
        ("correct", {"fields": {"recipient_country": "Atlantis"}}, "country"),
        ("correct", {"fields": {"currency": "XXQ"}}, "such as EUR"),
        ("correct", {"fields": {"date": "31.12.2020"}}, "2024-05-31"),
        ("correct", {"fields": {"stage": ""}}, "cannot be empty"),
        ("correct", {"fields": {"fund": "x" * 1001}}, "at most"),
        ("add", {}, "no verdict"),
        ("undo", {"of": 99}, "no such decision"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    house: House, verdict: str, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        say(house, verdict, **more)
    assert house.entry(KEY)["state"] == "pending"
    assert history_of(house.store, KEY) == []


def test_hidden_and_unknown_entries_are_refused(house: House) -> None:
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:a'")
    for key in (KEY, "0" * 16):
        with pytest.raises(UnknownKey):
            say(house, "accept", key=key, seen="0-none")


def test_a_second_opinion_changes_nothing_and_disputes_are_settled(house: House) -> None:
    say(house, "accept")
    say(house, "reject", who="ben", part="second", reason="not_equipment")
    assert house.entry(KEY)["state"] == "accepted"
    queue = waiting(house.store, "cleo", "disputes", limit=5)
    assert [place.key for place in queue] == [KEY]
    say(house, "reject", who="cleo", part="settling", reason="not_equipment")
    assert house.entry(KEY)["state"] == "rejected"
    assert waiting(house.store, "cleo", "disputes", limit=5) == []


@pytest.mark.parametrize(
    ("first", "second", "disputed"),
    [
        ({"verdict": "accept"}, {"verdict": "accept"}, False),
        ({"verdict": "correct", "fields": {"fund": "X"}},
         {"verdict": "correct", "fields": {"fund": "X"}}, False),
        ({"verdict": "correct", "fields": {"fund": "X"}}, {"verdict": "accept"}, True),
        ({"verdict": "reject", "reason": "other", "note": "n"},
         {"verdict": "reject", "reason": "duplicate"}, False),
    ],
)  # fmt: skip
def test_two_opinions_are_compared(
    house: House, first: dict[str, Any], second: dict[str, Any], disputed: bool
) -> None:
    say(house, **first)
    say(house, who="ben", part="second", **second)
    assert bool(waiting(house.store, "cleo", "disputes")) is disputed


def test_second_opinions_are_offered_to_others_once(house: House) -> None:
    say(house, "accept")
    assert waiting(house.store, "ana", "second", second_share=1.0) == []
    assert [p.key for p in waiting(house.store, "ben", "second", second_share=1.0)] == [KEY]
    assert waiting(house.store, "ben", "second", second_share=0.0) == []
    say(house, "accept", who="ben", part="second")
    assert waiting(house.store, "cleo", "second", second_share=1.0) == []


def test_a_blind_panel_shows_the_proposal_alone(house: House) -> None:
    say(house, "correct", fields={"recipient": "Somebody"}, note="secret")
    shown = panel(house.store, KEY, blind=True)
    (one,) = [field for field in shown.fields if field.name == "recipient"]
    assert one.values["recipient"] == "coast guard of Malta"
    assert (shown.last, shown.history, shown.state) == (None, (), "pending")


def test_the_queue_has_reopened_then_valuable_then_unsure(house: House) -> None:
    from store.reviewing.order import refresh_places  # noqa: PLC0415

    refresh_places(house.store)
    assert [p.key for p in waiting(house.store, "ana", limit=5)] == [KEY, SECOND]
    say(house, "accept", key=SECOND)
    changed = proposal(OTHER, "trucks", quantity=evidence(OTHER, "9", {"min": "9"}), score=0.2)
    house.read(b"two", OTHER, tagged=tagging(changed, tagger="2"), extractor="2")
    refresh_places(house.store)
    first, second = waiting(house.store, "ana", limit=5)
    assert (first.key, second.key) == (SECOND, KEY)
    assert panel(house.store, SECOND).reopened is not None
    assert [p.key for p in waiting(house.store, "ana", after=first, limit=5)] == [KEY]
    assert waiting(house.store, "ana", without={KEY, SECOND}, limit=5) == []


def test_a_reopened_entry_names_the_decision_that_counts(house: House) -> None:
    say(house, "accept", who="zoe")
    say(house, "reject", who="ben", part="second", reason="boilerplate")
    house.read(b"one", TEXT, tagged=tagging(boats("6000000"), tagger="2"), extractor="2")
    shown = panel(house.store, KEY)
    assert shown.reopened is not None
    assert shown.reopened["said"]["reviewer"] == "zoe"
    assert shown.reopened["before"] == {"amount_min": "5000000", "amount_max": "5000000"}


def test_skipped_flagged_and_assigned_entries_go_to_their_queues(house: House) -> None:
    say(house, "skip")
    say(house, "flag", key=SECOND, note="whose boats?")
    assert waiting(house.store, "ana", limit=5) == []
    assert [p.key for p in waiting(house.store, "ana", "skipped", limit=5)] == [KEY]
    assert [p.key for p in waiting(house.store, "ben", "flagged", limit=5)] == [SECOND]
    assert len(waiting(house.store, "ben", limit=5)) == 2
    assign(house.store, KEY, "cleo", by="ben")
    assert [p.key for p in waiting(house.store, "ben", limit=5)] == [SECOND]
    assert [p.key for p in waiting(house.store, "cleo", "mine", limit=5)] == [KEY]
    assign(house.store, KEY, None, by="ben")
    assert len(waiting(house.store, "ben", limit=5)) == 2


def test_progress_counts_what_may_be_shown(house: House) -> None:
    say(house, "accept")
    assert progress(house.store) == {"accepted": 1, "pending": 1}
    house.store.connection.execute("UPDATE documents SET withheld = 1 WHERE key = 'url:a'")
    assert progress(house.store) == {"pending": 1}
    assert Place(1.0, 2) < Place(1.0, 3) < Place(2.0, 1)


def test_decisions_survive_the_next_reading(house: House) -> None:
    say(house, "correct", fields={"fund": "EUTF"})
    house.read(b"one", TEXT, tagged=tagging(boats(), tagger="2"), extractor="2")
    row = house.entry(KEY)
    assert (row["state"], row["fund"]) == ("corrected", "EUTF")
