"""The silver corpus: what notices' fields say of their own texts, and what is kept out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from operate import silver
from tests.extract.notices import AWARD_FORM, ted_export

_DESCRIPTION = "<SHORT_DESCR><P>Ten patrol boats.</P><P>With trailers.</P></SHORT_DESCR>"
_TEXT = (
    "Northern Coast Guard buys ten patrol boats from Hull &amp; Sons for 4.500.000 EUR; a second "
    "sum of 12 EUR and Northern Coast Guards elsewhere have nothing to do with it."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    form = AWARD_FORM.replace(_DESCRIPTION, f"<SHORT_DESCR><P>{_TEXT}</P></SHORT_DESCR>")
    assert _TEXT in form
    (tmp_path / "000345_2019.xml").write_bytes(ted_export(form))
    (tmp_path / "broken.xml").write_bytes(b"<TED_EXPORT")
    return tmp_path


def _rows(folder: Path, gold: list[dict[str, Any]]) -> list[dict[str, Any]]:
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in gold), encoding="utf-8")
    return list(silver.build(folder, silver.Measure.of([path])))


def _annotated(**changes: Any) -> dict[str, Any]:
    return {"source": "ted/1-2000.xml", "text": "Nothing alike.", "spans": [], **changes}


def test_fields_are_projected_onto_the_text(folder: Path) -> None:
    row = next(row for row in _rows(folder, []) if "Hull" in row["text"])
    marked = [(row["text"][s["start"] : s["end"]], s["label"]) for s in row["spans"]]
    assert marked == [
        ("Northern Coast Guard", "RECIPIENT"),
        ("patrol boats", "EQUIPMENT"),
        ("Hull & Sons", "SUPPLIER"),
        ("4.500.000 EUR", "AMOUNT"),
    ]
    assert row["lang"] == "en"


def test_each_text_stands_once(folder: Path) -> None:
    texts = [row["text"] for row in _rows(folder, [])]
    assert texts.count("Patrol boats") == 1
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("source", ["ted/000345_2019.xml", "ted/000345-2019.xml", "345-2019"])
def test_an_annotated_notice_is_left_out_by_name_or_number(folder: Path, source: str) -> None:
    assert len(_rows(folder, [])) > 3
    left = _rows(folder, [_annotated(source=source)])
    assert left == []


def test_a_text_that_shares_words_with_an_annotated_one_is_left_out(folder: Path) -> None:
    shared = "NORTHERN coast guard BUYS ten patrol  boats from hull and others."
    assert any("Hull" in row["text"] for row in _rows(folder, [_annotated(text="Hull & Sons")]))
    left = _rows(folder, [_annotated(text=shared)])
    assert left
    assert not any("Hull" in row["text"] for row in left)


def test_a_short_text_that_is_an_annotated_one_is_left_out(folder: Path) -> None:
    left = [row["text"] for row in _rows(folder, [_annotated(text="PATROL  boats")])]
    assert "Patrol boats" not in left
    assert "Large boats" in left


@pytest.mark.soak
def test_nothing_of_the_measure_is_in_the_silver_corpus(
    shared_data: Path, shared_gold: Path
) -> None:
    gold = sorted(shared_gold.glob("dev-*.jsonl"))
    measure = silver.Measure.of(gold)
    rows = list(silver.build(shared_data / "ted", measure))
    assert len(rows) > 5000
    for row in rows:
        assert Path(row["source"]).stem not in measure.stems
        assert measure.runs.isdisjoint(silver.runs(row["text"]))
