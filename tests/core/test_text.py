"""Text helpers keep offsets honest and compare what people take for equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import around, code_point_offset, fold, join_hyphens, one_line, utf16_offset

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Véhicules  BLINDÉS", "vehicules blindes"),
        ("Straße\n", "strasse"),
        ("Łódź", "łodz"),
        ("№ 5 Ltd™", "no 5 ltdtm"),
        ("ΑΈΡΟΣ", "αεροσ"),
        ("\u00a0\t", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXT)
def test_fold_is_idempotent_and_blind_to_case(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(f"  {text}\n") == fold(text)


@given(st.text("aäéşñÇÖžABCdef 123", max_size=30))
def test_fold_is_blind_to_upper_case(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@given(TEXT, st.integers(0, 60))
def test_utf16_there_and_back(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    utf16 = utf16_offset(text, offset)
    assert utf16 == len(text[:offset].encode("utf-16-le")) // 2
    assert code_point_offset(text, utf16) == offset


@given(TEXT, st.integers(0, 120))
def test_utf16_back_and_there(text: str, utf16: int) -> None:
    utf16 = min(utf16, len(text.encode("utf-16-le")) // 2)
    again = utf16_offset(text, code_point_offset(text, utf16))
    assert utf16 - 1 <= again <= utf16
    if again < utf16:  # it pointed inside a pair
        assert ord(text[code_point_offset(text, utf16)]) > 0xFFFF


def test_utf16_offset_inside_a_pair_is_its_start() -> None:
    assert [code_point_offset("a\U0001f600b", n) for n in range(5)] == [0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("surveil-\nlance", "surveillance"),
        ("surveil\u00ad\nlance", "surveillance"),
        ("véhi\u2010\nétat", "véhiétat"),
        ("Bosnia-\nHerzegovina", "Bosnia-\nHerzegovina"),
        ("T05-EUTF-\nNOA-LY-03", "T05-EUTF-\nNOA-LY-03"),
        ("COVID-\n19", "COVID-\n19"),
        ("a list\n-\nitem", "a list\n-\nitem"),
        ("word - \nnext", "word - \nnext"),
    ],
)
def test_join_hyphens(broken: str, whole: str) -> None:
    assert join_hyphens(broken) == whole


def test_around_gives_whole_words_on_one_line() -> None:
    text = "one two three\nfour five six seven"
    start = text.index("four")
    assert around(text, start, start + 4, width=3) == "three four five"
    assert around(text, start, start + 4) == "one two three four five six seven"
    assert around("", 0, 0) == ""


@given(TEXT, st.integers(0, 60), st.integers(0, 20), st.integers(0, 30))
def test_around_holds_what_it_surrounds(text: str, start: int, length: int, width: int) -> None:
    start = min(start, len(text))
    inside = text[start : start + length]
    shown = around(text, start, min(len(text), start + length), width=width)
    assert one_line(inside) in shown
    assert one_line(shown) == shown
