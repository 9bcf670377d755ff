"""Language codes of every spelling come out as ISO 639-1."""

from __future__ import annotations

import pytest

from core.languages import EU_LANGUAGES, language_code


@pytest.mark.parametrize(
    ("code", "normal"),
    [
        ("EN", "en"),
        ("eng", "en"),
        ("en-GB", "en"),
        ("fr_FR", "fr"),
        (" DEU ", "de"),
        ("ger", "de"),
        ("gre", "el"),
        ("ara", "ar"),
        ("zzz", None),
        ("1A", None),
        ("english", None),
        ("", None),
        (None, None),
    ],
)
def test_language_code(code: str | None, normal: str | None) -> None:
    assert language_code(code) == normal


def test_every_language_of_the_eu_is_its_own_code() -> None:
    assert len(set(EU_LANGUAGES)) == 24
    assert [language_code(code.upper()) for code in EU_LANGUAGES] == list(EU_LANGUAGES)
