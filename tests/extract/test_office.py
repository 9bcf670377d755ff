"""Workbooks and word processor files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.office import sheets
from tests.extract.files import checked, read, word_file, workbook


def test_each_sheet_is_a_page_with_one_table() -> None:
    data = workbook(
        {
            "Costs": [
                ["Costs of 2020 (in EUR)"],
                [],
                ["Body", None, "Item", "Cost"],
                ["Police", None, "Radio", 1200.0],
                ["Guard", None, "Boat", 2500.5],
            ],
            "Empty": [],
        }
    )
    document = checked(read(data, "costs.xlsx").document)
    assert [page.text for page in document.pages] == [
        "Costs\nCosts of 2020 (in EUR)\nBody\tItem\tCost\nPolice\tRadio\t1200\nGuard\tBoat\t2500.5",
        "Empty",
    ]
    (table,) = document.tables
    assert (table.header, table.header_rows) == (("Body", "Item", "Cost"), 1)
    assert (table.currency, table.multiplier) == ("EUR", 1)
    assert document.kind == "xlsx"


def test_cell_values_as_a_person_writes_them() -> None:
    texts = [
        sheets.cell_text(value)
        for value in (
            3.0,
            0.1,
            True,
            dt.datetime.fromisoformat("2020-01-02"),
            dt.date(2020, 1, 3),
            "a\tb ",
            "",
        )
    ]
    assert texts == ["3", "0.1", "TRUE", "2020-01-02", "2020-01-03", "a b", ""]


def test_a_sheet_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 6)
    document = read(workbook({"S": [["a", "b"]] * 5}), "a.xlsx").document
    assert len(document.tables[0].rows) == 3
    assert [(issue.code, issue.page) for issue in document.issues] == [("sheet_cut", 1)]


def test_paragraphs_and_tables_in_their_order() -> None:
    document = checked(read(word_file(), "supply.docx").document)
    assert document.pages[0].text == (
        "Supply of radios\n"
        "The border police receives radios.\n"
        "Item\tUnits\tCost (EUR)\n"
        "Radio\t40\t1200\n"
        "Total\t\t48000\n"
        "End of the annex."
    )
    assert [(h.text, h.level) for h in document.headings] == [("Supply of radios", 1)]
    (table,) = document.tables
    assert table.rows[2][1].start == -1
    assert (table.header_rows, table.currency) == (1, "EUR")
    assert document.title == "Supply of radios"


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_sheet_keeps_its_offsets(rows: list[list[str]]) -> None:
    # a text that looks like a formula would be written as one
    plain = [[f"x{text}" for text in row] for row in rows]
    document = checked(read(workbook({"S": plain}), "a.xlsx").document)
    for row in plain:
        for text in row:
            assert text.strip() in document.pages[0].text


def test_a_real_workbook(shared_data: Path) -> None:
    path = shared_data / "pdf/frontex/2020_COSTS_per_MS.xlsx"
    document = checked(read(path.read_bytes(), path.name).document)
    assert len(document.pages) == 3
    assert len(document.tables) == 1
    assert len(document.tables[0].rows) > 200
