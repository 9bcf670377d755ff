"""The measure itself, on cases counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ner_models.evaluate import (
    BadGold,
    Score,
    evaluate,
    read_gold,
    render,
    score_entries,
    score_spans,
)


def test_spans_strict_and_overlap() -> None:
    score = Score()
    gold = [(0, 10, "EQUIPMENT"), (20, 30, "EQUIPMENT"), (40, 45, "FUND")]
    found = [(0, 10, "EQUIPMENT"), (22, 25, "EQUIPMENT"), (26, 30, "EQUIPMENT"), (40, 45, "AMOUNT")]
    score_spans(score, gold, found)
    figures = score.spans()
    # one of three proposals is exact; two gold spans are touched, each counted once
    assert figures["strict"]["EQUIPMENT"] == {"p": 0.3333, "r": 0.5, "f": 0.4, "n": 2}
    assert figures["overlap"]["EQUIPMENT"] == {"p": 0.6667, "r": 1.0, "f": 0.8, "n": 2}
    assert figures["overlap"]["FUND"] == {"p": 0.0, "r": 0.0, "f": 0.0, "n": 1}
    assert figures["overlap"]["AMOUNT"] == {"p": 0.0, "r": 0.0, "f": 0.0, "n": 0}
    assert figures["overlap"]["SUPPLIER"] is None


def test_overlap_matches_the_most() -> None:
    score = Score()
    # taken greedily the long proposal would use up the second gold span
    score_spans(
        score,
        [(0, 6, "FUND"), (8, 14, "FUND")],
        [(10, 12, "FUND"), (4, 9, "FUND")],
    )
    assert score.overlap["FUND"].right == 2


def test_entries_by_field() -> None:
    score = Score()
    gold = [
        {"equipment": (0, 5), "quantity": (6, 7), "recipient": (20, 30)},
        {"equipment": (0, 5), "recipient": (40, 50)},
        {"amount": (60, 70), "supplier": (80, 85)},
    ]
    found = [
        {"equipment": (1, 5), "recipient": (44, 50)},  # the second, whole
        {"equipment": (0, 3), "quantity": (6, 7), "recipient": (90, 95)},  # the first, but for one
        {"amount": (60, 65), "recipient": (90, 95)},  # the third: amount agrees, no supplier
    ]
    score_entries(score, gold, found)
    figures = score.entry_figures()
    assert figures["by_field"]["equipment"] == {"p": 1.0, "r": 1.0, "f": 1.0, "n": 2}
    assert figures["by_field"]["recipient"] == {"p": 0.3333, "r": 0.5, "f": 0.4, "n": 2}
    assert figures["by_field"]["supplier"] == {"p": 0.0, "r": 0.0, "f": 0.0, "n": 1}
    assert figures["by_field"]["fund"] is None
    # right: 2 equipment, 1 quantity, 1 recipient, 1 amount of 7 proposed and 7 gold fields
    assert figures["fields"] == {"p": 0.7143, "r": 0.7143, "f": 0.7143, "n": 7}
    assert figures["strict"] == {"p": 0.3333, "r": 0.3333, "f": 0.3333, "n": 3}


def test_entries_without_goods_never_match_those_with() -> None:
    score = Score()
    score_entries(score, [{"amount": (0, 5)}], [{"equipment": (9, 12), "amount": (0, 5)}])
    assert score.fields.right == 0


def test_nothing_to_find_and_nothing_found_is_null(tmp_path: Path) -> None:
    row = {"id": "a", "source": "s", "lang": "en", "text": "It rained.", "spans": [], "entries": []}
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    result = evaluate([path])
    assert set(result) == {
        "strict",
        "overlap",
        "languages",
        "files",
        "entries",
        "calibration",
    }
    assert result["calibration"] is None
    assert result["strict"]["EQUIPMENT"] is None
    assert result["entries"] == {
        "fields": None,
        "strict": None,
        "by_field": dict.fromkeys(
            ("equipment", "quantity", "amount", "recipient", "supplier", "fund")
        ),
    }
    assert result["languages"]["en"]["overlap"]["AMOUNT"] is None
    assert "nothing to find" in render(result)


def test_a_sum_is_found_and_counted(tmp_path: Path) -> None:
    text = "The contract is worth EUR 42 million."
    spans = [{"start": 22, "end": 36, "label": "AMOUNT"}]
    row = {"id": "a", "lang": "en", "text": text, "entries": [], "spans": spans}
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    assert evaluate([path])["strict"]["AMOUNT"] == {"p": 1.0, "r": 1.0, "f": 1.0, "n": 1}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"text": "a"}',
        '{"text": "a", "spans": [{"start": 0, "end": 9, "label": "FUND"}]}',
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n" + line, encoding="utf-8")
    with pytest.raises(BadGold, match="line 2"):
        read_gold(path)
