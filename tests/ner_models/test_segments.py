"""Pieces for the model and units for joining."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from ner_models.segments import pieces, unit_of, unit_span, unit_starts


@given(st.text(alphabet="ab .\n\t;!?É1-", max_size=600), st.integers(8, 60))
def test_pieces_cover_the_text_once(text: str, size: int) -> None:
    cut = pieces(text, size)
    assert "".join(text[a:b] for a, b in cut) == text
    assert all(0 < b - a <= size for a, b in cut)


@given(st.text(alphabet="ab .\n\t;!?É1-A(", max_size=300))
def test_units_are_in_order_and_hold_every_offset(text: str) -> None:
    starts = unit_starts(text)
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    for offset in range(len(text)):
        unit = unit_of(starts, offset)
        assert starts[unit] <= offset


def test_sentences_end_at_full_stops_but_not_at_abbreviations() -> None:
    text = "The police got No. 5. It works. Art. 3 of Acme S.p.A. Milano says so."
    found = [unit_span(unit_starts(text), text, s) for s in unit_starts(text)]
    assert [text[a:b] for a, b in found] == [
        "The police got No. 5.",
        "It works.",
        "Art. 3 of Acme S.p.A. Milano says so.",
    ]


def test_list_items_are_units() -> None:
    text = (
        "Supply of the goods that are listed in what follows here:\n- vests;\n- helmets\n(b) radios"
    )
    found = [unit_span(unit_starts(text), text, s) for s in unit_starts(text)]
    assert [text[a:b] for a, b in found][1:] == ["- vests;", "- helmets", "(b) radios"]


def test_a_text_without_any_break_is_cut_in_linear_time() -> None:
    text = "x" * 3_000_000
    begun = time.process_time()
    assert len(pieces(text)) == 1000
    assert unit_starts(text) == [0]
    assert time.process_time() - begun < 3
