"""What `evaluate --errors` lists."""

from __future__ import annotations

import json
from pathlib import Path

from ner_models.errors import errors_of, find_errors, render_errors

TEXT = "Niger received ten patrol vehicles worth EUR 2 million."
ROW = {
    "id": "a-1",
    "text": TEXT,
    "lang": "en",
    "spans": [
        {"start": 0, "end": 5, "label": "RECIPIENT"},
        {"start": 15, "end": 18, "label": "QUANTITY"},
        {"start": 19, "end": 34, "label": "EQUIPMENT"},
    ],
    "entries": [],
}


def test_missed_spurious_and_borders() -> None:
    found = {"EQUIPMENT": [(15, 34)], "QUANTITY": [(15, 18)], "AMOUNT": [(41, 54)]}
    errors = list(errors_of(ROW, found))
    assert [(e.label, e.fault, e.there, e.found) for e in errors] == [
        ("EQUIPMENT", "border", "patrol vehicles", "ten patrol vehicles"),
        ("AMOUNT", "spurious", "", "EUR 2 million"),
        ("RECIPIENT", "missed", "Niger", ""),
    ]
    assert errors[0].before == "Niger received ten"
    assert errors[0].after == "worth EUR 2 million."


def test_a_whole_file_is_listed_by_label(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({**ROW, "spans": ROW["spans"][1:]}) + "\n", encoding="utf-8")
    text = render_errors(find_errors([path]))
    assert "AMOUNT spurious: 1" in text
    assert "[EUR 2 million]" in text
    assert "AMOUNT missed" not in text


def test_no_errors_give_an_empty_list() -> None:
    assert render_errors([]) == ""
