"""What the identification table of a document says for its entries."""

from __future__ import annotations

from core.records import Heading, Stated
from ner_models import tag
from tests.ner_models.helpers import document

TEXT = (
    "Zone: Niger\nFinancing instrument: EUTF for Africa, window Sahel\n\n"
    "The project delivers twelve thermal cameras."
)


def stated(part: str, *, by: int = 0) -> Stated:
    start = TEXT.index(part) + by
    return Stated(text=part, page=1, start=start, end=start + len(part))


def test_zone_and_instrument_complete_an_entry_with_a_low_score_of_their_own() -> None:
    read = document(
        TEXT, stated={"zone": stated("Niger"), "fund": stated("EUTF for Africa, window Sahel")}
    )
    entry = next(p for p in tag(read).proposals if p.anchor == "thermal cameras")
    assert entry.recipient is not None
    assert entry.fund is not None
    assert (entry.recipient.raw, entry.recipient_country) == ("Niger", "NE")
    assert entry.fund.value["id"] == "eutf_africa"
    assert TEXT[entry.fund.start : entry.fund.end] == entry.fund.raw
    assert entry.recipient.score <= 0.3
    assert entry.score > 0.3


def test_offsets_that_do_not_hold_are_not_used() -> None:
    read = document(TEXT, stated={"zone": stated("Niger", by=3)})
    for entry in tag(read).proposals:
        assert entry.recipient is None or entry.recipient.maker != "rule:context"


HEADED = (
    "Action document\nEU Emergency Trust Fund for Africa\n1. IDENTIFICATION\nTitle: Borders\n"
    "2. RATIONALE\n"
    + "The coast is long and the winters are hard. " * 25
    + "\n3. ACTIVITIES\nDelivery of twelve thermal cameras.\n"
)


def test_the_title_block_names_the_fund_of_all_entries() -> None:
    headings = [
        Heading(1, HEADED.index(text), HEADED.index(text) + len(text), 1, text)
        for text in ("1. IDENTIFICATION", "2. RATIONALE", "3. ACTIVITIES")
    ]
    entries = tag(document(HEADED, headings=tuple(headings))).proposals
    entry = next(p for p in entries if p.anchor == "thermal cameras")
    assert entry.fund is not None
    assert (entry.fund.raw, entry.fund.maker) == (
        "EU Emergency Trust Fund for Africa",
        "rule:context",
    )
