"""The notation of paper bodies: blocks, leads, currencies of tables, shared passages."""

from __future__ import annotations

from demo.papers import paper_entries, read_blocks
from demo.world import Paper

BODY = """
= TITLE
# 1. IDENTIFICATION
:: Title | Something
A paragraph
over two lines.

Another one with {e:a mast} for {r:Customs}.
> The {r:Police} receives:
* {q:2} {e:vans};
* advice.
## 4.4 Budget
|| [50,20,30] Item | Quantity | Total (USD)
| {e:Vans} | {q:2} | {a:80 000}
|= Total | | 80 000
@audit
"""
PAPER = Paper(title="T", language="en", header="", body=BODY, fund="ipa_iii")


def test_blocks_in_order() -> None:
    kinds = [block.kind for block in read_blocks(PAPER)]
    assert kinds == [
        "title",
        "heading",
        "identification",
        "paragraph",
        "paragraph",
        "lead",
        "bullet",
        "bullet",
        "subheading",
        "head",
        "row",
        "total",
        "subheading",
        "paragraph",
    ]


def test_a_paragraph_joins_its_lines() -> None:
    assert read_blocks(PAPER)[3].text == "A paragraph over two lines."


def test_widths_and_cells_of_a_header_row() -> None:
    head = next(block for block in read_blocks(PAPER) if block.kind == "head")
    assert head.cells == ["Item", "Quantity", "Total (USD)"]
    assert head.widths == [0.5, 0.2, 0.3]


def test_entries_take_lead_fund_and_currency() -> None:
    said = [
        (e.equipment, e.quantity, e.amount, e.currency, e.recipient, e.fund)
        for _, e in paper_entries(PAPER)
    ]
    assert said == [
        ("a mast", None, None, None, "Customs", "ipa_iii"),
        ("vans", 2, None, None, "Police", "ipa_iii"),
        ("Vans", 2, "80000", "USD", None, "ipa_iii"),
    ]


def test_the_lead_of_a_list_does_not_reach_the_table_after_a_heading() -> None:
    row = next(block for block in read_blocks(PAPER) if block.kind == "row")
    assert row.lead == ()


def test_shared_passages_state_nothing() -> None:
    for language in ("en", "fr"):
        body = "\n".join(
            f"@{name}" for name in ("lessons", "donors", "risks", "audit", "ipa_management")
        )
        paper = Paper(title="T", language=language, header="", body=body)
        assert len(read_blocks(paper)) > 10
        assert paper_entries(paper) == []
