"""The language detector is the same unpacked and from its kept arrays."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.language import guess_language, load_identifier

TEXTS = {
    "en": "Twelve patrol boats were handed over to the coast guard in the summer.",
    "fr": "Douze vedettes de patrouille ont été remises à la garde côtière en été.",
    "de": "Zwölf Patrouillenboote wurden im Sommer an die Küstenwache übergeben.",
    "el": "Δώδεκα περιπολικά σκάφη παραδόθηκαν στην ακτοφυλακή το καλοκαίρι.",
    "uk": "Дванадцять патрульних катерів були передані береговій охороні влітку.",
    "ar": "تم تسليم اثني عشر زورق دورية إلى خفر السواحل في فصل الصيف الماضي",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_the_language_of_a_sentence(code: str, text: str) -> None:
    assert guess_language(text) == code


def test_what_is_kept_answers_as_what_was_unpacked(tmp_path: Path) -> None:
    unpacked = load_identifier(tmp_path)
    (place,) = tmp_path.iterdir()
    kept = load_identifier(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [place.name]
    for text in TEXTS.values():
        assert kept.classify(text) == unpacked.classify(text)


def test_damaged_arrays_are_made_anew(tmp_path: Path) -> None:
    load_identifier(tmp_path)
    (place,) = tmp_path.iterdir()
    (place / "row.npy").write_bytes(b"")
    assert load_identifier(tmp_path).classify(TEXTS["fr"])[0] == "fr"


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert load_identifier(tmp_path / "file" / "kept").classify(TEXTS["de"])[0] == "de"


def test_short_texts_have_no_language() -> None:
    assert guess_language("EUR 12") is None
