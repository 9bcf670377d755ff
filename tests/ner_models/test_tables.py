"""Entries from table rows."""

from __future__ import annotations

from ner_models import tag
from tests.ner_models.helpers import table_document

HEADER = ("Item", "Quantity", "Unit price", "Total (EUR)", "Beneficiary")


def test_each_row_is_an_entry_with_the_header_s_currency() -> None:
    rows = [
        ("Patrol boats", "2", "486,000", "972,000", "Libyan Coast Guard"),
        ("Thermal cameras", "14", "3,275", "45,850", ""),
        ("Total", "", "", "1,017,850", ""),
    ]
    read = table_document(rows, header=HEADER, currency="EUR")
    first, second = tag(read).proposals
    assert (first.equipment_type, first.equipment_family) == ("patrol_boat", "vessels")
    assert first.equipment is not None
    assert first.quantity is not None
    assert first.amount is not None
    assert first.recipient is not None
    assert first.equipment.raw == "Patrol boats"
    assert first.quantity.value == {"min": "2", "max": "2"}
    assert first.amount.raw == "972,000"
    assert first.amount.value["max"] == "972000"
    assert first.amount.value["currency"] == "EUR"
    assert first.recipient.raw == "Libyan Coast Guard"
    assert (first.amount_scope, first.recipient_country) == ("own", "LY")
    # an empty cell takes the party of the row above
    assert second.recipient is not None
    assert second.recipient.raw == "Libyan Coast Guard"
    assert second.amount is not None
    assert second.amount.value["max"] == "45850"
    assert second.quote.startswith("Thermal cameras 14")


def test_two_goods_in_a_row_share_its_sum() -> None:
    rows = [("Laptops and printers", "", "", "27 450", "Ministry of Interior of Niger")]
    proposals = tag(table_document(rows, header=HEADER)).proposals
    assert [p.equipment.raw for p in proposals if p.equipment] == ["Laptops", "printers"]
    assert {p.amount_scope for p in proposals} == {"shared"}
    assert len({p.amount_group for p in proposals}) == 1
    assert {p.amount.value["max"] for p in proposals if p.amount} == {"27450"}


def test_a_total_stands_for_rows_without_sums() -> None:
    header = ("Description", "Qty", "Amount (EUR)")
    rows = [("Drones", "4", ""), ("Laptops", "10", ""), ("Total", "", "90.000,00")]
    proposals = tag(table_document(rows, header=header, language="de")).proposals
    assert len(proposals) == 2
    assert {p.amount_scope for p in proposals} == {"total"}
    assert {p.amount.value["max"] for p in proposals if p.amount} == {"90000"}
    assert len({p.amount_group for p in proposals}) == 1


def test_the_recipient_may_stand_above_the_table() -> None:
    header = ("Description", "Qty")
    read = table_document(
        [("Night vision goggles", "20")],
        header=header,
        before="List of goods for the Moldovan Border Police\n\n",
    )
    (entry,) = tag(read).proposals
    assert entry.recipient is not None
    assert entry.recipient.raw == "Moldovan Border Police"
    assert entry.recipient.score <= 0.4
    assert entry.score <= 0.4


def test_offsets_of_cells_hold() -> None:
    rows = [("Vehicles", "12", "30 000", "360 000", "Customs Service")]
    read = table_document(rows, header=HEADER, currency="EUR")
    tagging = tag(read)
    text = read.pages[0].text
    ends = 0
    for mention in tagging.mentions:
        assert text[mention.start : mention.end] == mention.raw
        assert mention.start >= ends
        ends = mention.end
    assert ("360 000", "AMOUNT") in {(m.raw, str(m.label)) for m in tagging.mentions}


def test_a_table_of_thousands_of_rows() -> None:
    rows = [(f"Patrol vehicle {i}", "1", "9", "9", "") for i in range(3_000)]
    proposals = tag(table_document(rows, header=HEADER, currency="EUR")).proposals
    assert len(proposals) == 3_000
    assert len({(p.anchor, p.ordinal) for p in proposals}) == 3_000
