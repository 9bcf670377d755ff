"""Numbers of goods in five languages."""

from __future__ import annotations

import pytest

from ner_models.quantities import read_quantity

CASES = [
    ("30", "en", "30", "30"),
    ("two", "en", "2", "2"),
    ("twenty-five", "en", "25", "25"),
    ("3 200", "en", "3200", "3200"),
    ("1,500 sets", "en", "1500", "1500"),
    ("1.500", "de", "1500", "1500"),
    ("300-400", "en", "300", "400"),
    ("10 to 12", "en", "10", "12"),
    ("1.5 million pieces", "en", "1500000", "1500000"),
    ("a dozen", "en", "12", "12"),
    ("une vingtaine", "fr", "20", "20"),
    ("vingt-cinq", "fr", "25", "25"),
    ("deux cents", "fr", "200", "200"),
    ("fünfundzwanzig", "de", "25", "25"),
    ("ein Dutzend", "de", "12", "12"),
    ("12 Stück", "de", "12", "12"),
    ("treinta y dos", "es", "32", "32"),
    ("ventiquattro", "it", "24", "24"),
    ("una decina", "it", "10", "10"),
    ("vier", "en", "4", "4"),
]


@pytest.mark.parametrize(("raw", "language", "low", "high"), CASES)
def test_quantity(raw: str, language: str, low: str, high: str) -> None:
    assert read_quantity(raw, language) == {"min": low, "max": high}


@pytest.mark.parametrize("raw", ["several", "", "boats", "31.12.2020"])
def test_no_number(raw: str) -> None:
    assert read_quantity(raw, "en") is None
