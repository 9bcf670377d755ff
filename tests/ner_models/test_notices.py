"""Entries of procurement notices."""

from __future__ import annotations

import re

from core.records import Award, Lot, Notice, Party, Proposal, Value
from ner_models import tag
from tests.ner_models.helpers import NoticeText, document


def two_lots() -> tuple[Notice, str]:
    """A result notice with two lots, an award each, and a buyer."""
    page = NoticeText()
    title = page.state("Title", "Supply of equipment")
    buyer = page.state("Buyer", "Ministry of Interior of the Republic of Serbia")
    first = page.state("Title", "Supply of 12 patrol boats")
    first_value = page.state("Estimated value", "900000 EUR")
    second = page.state("Title", "Supply of night vision goggles")
    winner = page.state("Winner", "Adria Marine d.o.o.")
    paid = page.state("Value", "850000 EUR")
    other = page.state("Winner", "Optika Ltd")
    notice = Notice(
        format="test",
        number="1-2024",
        type="result",
        nature="supplies",
        title=title,
        buyers=(Party(name=buyer, country="RS"),),
        lots=(
            Lot(
                number="1",
                title=first,
                values=(Value(amount="900000", currency="EUR", kind="estimate", at=first_value),),
            ),
            Lot(number="2", title=second),
        ),
        awards=(
            Award(
                number="1",
                lots=("1",),
                winners=(Party(name=winner),),
                values=(Value(amount="850000", currency="EUR", kind="award", at=paid),),
            ),
            Award(number="2", lots=("2",), winners=(Party(name=other),)),
        ),
    )
    return notice, page.text


def raws(proposal: Proposal) -> dict[str, str]:
    return {name: found.raw for name, found in proposal.evidence().items()}


def test_each_lot_joins_its_own_award() -> None:
    notice, text = two_lots()
    tagging = tag(document(text, notice=notice))
    first, second = tagging.proposals
    assert raws(first) == {
        "equipment": "patrol boats",
        "quantity": "12",
        "amount": "850000 EUR",
        "recipient": "Ministry of Interior of the Republic of Serbia",
        "supplier": "Adria Marine d.o.o.",
    }
    assert raws(second) == {
        "equipment": "night vision goggles",
        "recipient": "Ministry of Interior of the Republic of Serbia",
        "supplier": "Optika Ltd",
    }
    assert (first.stage, first.amount_kind, first.amount_scope) == ("awarded", "award", "own")
    assert first.recipient_country == "RS"
    assert first.amount is not None
    assert first.amount.maker == "stated"
    assert first.amount.value["max"] == "850000"


def test_stated_parties_are_mentions_and_nothing_overlaps() -> None:
    notice, text = two_lots()
    mentions = tag(document(text, notice=notice)).mentions
    stated = {(m.raw, str(m.label)) for m in mentions if m.maker == "stated"}
    assert ("Adria Marine d.o.o.", "SUPPLIER") in stated
    assert ("Ministry of Interior of the Republic of Serbia", "RECIPIENT") in stated
    ends = [0, *(m.end for m in mentions)]
    assert all(m.start >= end for m, end in zip(mentions, ends, strict=False))


def test_the_estimate_of_a_single_lot_is_shared_by_its_goods() -> None:
    page = NoticeText()
    buyer = page.state("Buyer", "Customs Administration of Montenegro")
    title = page.state("Title", "Supply of X-ray scanners and body cameras")
    value = page.state("Estimated value", "2500000 EUR")
    notice = Notice(
        format="test",
        number=None,
        type="competition",
        nature="supplies",
        title=title,
        buyers=(Party(name=buyer),),
        values=(Value(amount="2500000", currency="EUR", kind="estimate", at=value),),
    )
    proposals = tag(document(page.text, notice=notice)).proposals
    assert len(proposals) == 2
    assert {p.amount_scope for p in proposals} == {"shared"}
    assert len({p.amount_group for p in proposals}) == 1
    assert {p.stage for p in proposals} == {"tendered"}
    assert {p.amount_kind for p in proposals} == {"estimate"}


def test_supplies_of_a_known_code_whose_title_names_no_known_goods() -> None:
    page = NoticeText()
    buyer = page.state("Buyer", "Stadt Beispielhausen")
    title = page.state("Title", "Beschaffung XR-7")
    notice = Notice(
        format="test",
        number=None,
        type="competition",
        nature="supplies",
        title=title,
        buyers=(Party(name=buyer, country="DE"),),
        cpv=("34110000",),
    )
    proposals = tag(document(page.text, "de", notice=notice)).proposals
    assert [(p.equipment_family, p.recipient_country) for p in proposals] == [("vehicles", "DE")]
    assert proposals[0].score <= 0.5


def test_a_service_notice_without_goods_has_no_entry() -> None:
    page = NoticeText()
    buyer = page.state("Buyer", "City of Turku")
    title = page.state("Title", "Cleaning of public buildings")
    notice = Notice(
        format="test",
        number=None,
        type="competition",
        nature="services",
        title=title,
        buyers=(Party(name=buyer),),
        cpv=("90910000",),
    )
    assert tag(document(page.text, notice=notice)).proposals == ()


def test_a_lot_has_the_day_of_its_own_award() -> None:
    page = NoticeText()
    title = page.state("Title", "Supply of equipment")
    page.state("Concluded", "2021-03-02")  # says nothing of the awards below
    lots, awards = [], []
    for number, goods in (("1", "patrol boats"), ("2", "night vision goggles")):
        lots.append(Lot(number=number, title=page.state("Title", f"Supply of 12 {goods}")))
        winner = page.state("Winner", f"Adria Marine {number} d.o.o.")
        page.state("Concluded", "2021-03-02")
        award = Award(
            number=number, lots=(number,), winners=(Party(name=winner),), concluded="2021-03-02"
        )
        awards.append(award)
    notice = Notice(
        format="test",
        number=None,
        type="result",
        nature="supplies",
        title=title,
        buyers=(),
        lots=tuple(lots),
        awards=tuple(awards),
    )
    proposals = tag(document(page.text, notice=notice)).proposals
    places = [found.start() for found in re.finditer("2021-03-02", page.text)]
    assert [p.date.start if p.date else None for p in proposals] == places[1:]
