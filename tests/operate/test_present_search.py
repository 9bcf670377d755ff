"""What a search found as the terminal shows it."""

from __future__ import annotations

from typing import Any

import pytest

from operate.present_search import show_search, show_terms

HIT: dict[str, Any] = {
    "document": "url:a", "page": 2, "title": "T", "link": "https://x.example/a.pdf#page=2",
    "snippet": "two \x02boats\x03 [sic]", "entry": None, "amount_min": None, "amount_max": None,
    "currency": None, "amount_eur": None, "eur_rate_date": None, "eur_source": None,
}  # fmt: skip
GROUP: dict[str, Any] = {
    "document": "url:a", "title": "The \x02boats\x03 of [A]", "titled": True, "source": "s",
    "language": "en", "published": None, "url": "https://x.example/a.pdf", "pages": 3,
    "best": [2], "entries": ["k"], "score": 2.0,
}  # fmt: skip
COVERED = {
    "source": "s", "documents": 4, "pages": 9, "textless": 1, "unread": 2,
    "last_fetch": "2025-03-01",
}  # fmt: skip
FOUND: dict[str, Any] = {
    "plain": False, "widened": {}, "notes": [], "suggestions": {}, "documents": 1, "more": False,
    "groups": [], "entries": [], "pages": [], "coverage": [COVERED],
}  # fmt: skip
LAST = (
    "Covered s: 4 documents, 9 pages (1 without text, 2 documents unread), last fetched 2025-03-01."
)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal wide enough for every line."""
    monkeypatch.setenv("COLUMNS", "160")


def shown(capsys: pytest.CaptureFixture[str], **found: Any) -> list[str]:
    """Return the lines that a search prints."""
    show_search({**FOUND, **found})
    return capsys.readouterr().out.splitlines()


def test_hits_stand_under_their_document(capsys: pytest.CaptureFixture[str]) -> None:
    entry = {**HIT, "entry": "k", "amount_min": "5000000", "currency": "LYD",
             "eur_source": "no rate"}  # fmt: skip
    assert shown(capsys, groups=[GROUP], entries=[entry], pages=[HIT]) == [
        "",
        "The boats of [A]",
        "  url:a, s, en, 3 pages",
        "  https://x.example/a.pdf#page=2",
        "  k, page 2: two boats [sic]",
        "    LYD 5 000 000 (no rate)",
        "  page 2: two boats [sic]",
        "",
        "1 document has it.",
        LAST,
    ]
    assert "More than 1 documents have it." in shown(capsys, groups=[GROUP], more=True)


def test_a_long_title_with_marks_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    title = "a" * 105 + " \x02boats and more\x03 x"
    lines = shown(capsys, groups=[{**GROUP, "title": title}, {**GROUP, "title": None}])
    assert lines[1] == "a" * 105 + " bo…"
    assert "(no title)" in lines


def test_what_was_done_with_the_query_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"name number {number}" for number in range(40)]
    lines = shown(
        capsys, plain=True, notes=["A note [x]."], widened={"boat": names},
        suggestions={"bot": ["boat", "boot"]},
    )  # fmt: skip
    assert lines[:2] == [
        "The query's syntax was broken; it was searched as plain words.",
        "A note [x].",
    ]
    assert lines[2].startswith("boat was widened to name number 0, ")
    assert lines[2].endswith(" and 34 more (--not-as NAME leaves one out, --exact all).")
    assert lines[3:] == ["Nothing was found.", "bot: did you mean boat or boot?", LAST]


def test_terms_have_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"term": "boat", "documents": 2, "pages": 3, "entries": 0, "more": False, "plain": False}
    worse = {**row, "term": "(x", "more": True, "plain": True}
    show_terms({"terms": [row, worse], "coverage": []})
    assert capsys.readouterr().out.splitlines() == [
        "boat: 2 documents, 3 pages, 0 entries",
        "(x: at least 2 documents, 3 pages, 0 entries (syntax broken: as plain words)",
    ]
