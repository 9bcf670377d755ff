"""Abbreviations that a document defines itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary.abbreviations import find_abbreviations


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        (
            "boats for the Libyan Coast Guard and Port Security (LCGPS) in Misrata",
            "LCGPS",
            "Libyan Coast Guard and Port Security",
        ),
        (
            "remis à la Direction générale de la sûreté nationale (« DGSN »)",
            "DGSN",
            "Direction générale de la sûreté nationale",
        ),
        ("the LAF (Lebanese Armed Forces) took over", "LAF", "Lebanese Armed Forces"),
        ("das Bundeskriminalamt (BKA) liefert", "BKA", "Bundeskriminalamt"),
        (
            "Department for Combating Illegal Migration (DCIM, Tripoli)",
            "DCIM",
            "Department for Combating Illegal Migration",
        ),
        ("the Ministry of\nInterior (MoI)", "MoI", "Ministry of Interior"),
    ],
)
def test_definitions(text: str, short: str, long: str) -> None:
    assert find_abbreviations([text]) == {short: long}


@pytest.mark.parametrize(
    "text",
    [
        "off-road vehicles (SUV) for the police",
        "see Annex I (a) and (b)",
        "the Coast Guard. Its boats (LCG) are old",
        "a budget (EUR 3 million) for the border police",
        "National Guard (Tunisia)",
        "",
    ],
)
def test_no_definition(text: str) -> None:
    assert find_abbreviations([text]) == {}


def test_the_first_definition_of_a_document_counts() -> None:
    texts = ["Garde nationale tunisienne (GNT)", "Groupe naval de Toulon (GNT)"]
    assert find_abbreviations(texts) == {"GNT": "Garde nationale tunisienne"}


@given(st.text(alphabet="ABCabc ().,\n-", max_size=200))
def test_any_text_is_read_and_long_forms_are_one_line(text: str) -> None:
    for short, long in find_abbreviations([text]).items():
        assert short in text
        assert long == " ".join(long.split())
