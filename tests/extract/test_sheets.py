"""Spreadsheets of Excel: units, errors, merged and hidden cells, old files, hostile ones."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter

from core.errors import DamagedDocument, DocumentError, HostileDocument
from extract.office import sheets
from tests.extract.files import checked, codes, read
from tests.extract.office_files import zipped
from tests.extract.ole_files import compound, old_workbook


def book(write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as file:
        write(file)
    return buffer.getvalue()


def test_units_errors_dates_and_formulas() -> None:
    def write(file: xlsxwriter.Workbook) -> None:
        sheet = file.add_worksheet("Costs")
        sheet.write_row(0, 0, ["Item", "Cost", "Share", "Date", "Note"])
        euro, share, day = (
            file.add_format({"num_format": code})
            for code in ("#,##0.00 [$€-407]", "0.0%", "dd/mm/yyyy")
        )
        sheet.write(1, 0, "Radio")
        sheet.write(1, 1, 1200.5, euro)
        sheet.write(1, 2, 0.075, share)
        sheet.write(1, 3, dt.datetime(2020, 1, 2), day)  # noqa: DTZ001 - cells have no zone
        sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 1, "=B2*2", euro, 2401)

    document = checked(read(book(write), "a.xlsx").document)
    assert document.pages[0].text == (
        "Costs\nItem\tCost\tShare\tDate\tNote\nRadio\t1200.5 EUR\t7.5%\t2020-01-02\t#DIV/0!"
        "\n\t2401 EUR\t\t\t"
    )
    assert codes(document) == []


def test_formulas_that_were_never_worked_out_are_an_issue() -> None:
    file = openpyxl.Workbook()
    file.create_sheet("Costs", 0).append(["Radio", "=1+1", 40])
    del file["Sheet"]
    buffer = io.BytesIO()
    file.save(buffer)
    document = read(buffer.getvalue(), "a.xlsx").document
    assert document.pages[0].text == "Costs\nRadio\t40"
    assert codes(document) == ["formula_without_value"]
    assert "1 formulas" in document.issues[0].detail


def test_what_is_hidden_is_read_and_said() -> None:
    def write(file: xlsxwriter.Workbook) -> None:
        sheet = file.add_worksheet("Costs")
        for row in range(4):
            sheet.write_row(row, 0, [f"a{row}", f"b{row}"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        other = file.add_worksheet("Draft")
        other.write(0, 0, "secret")
        other.hide()

    document = checked(read(book(write), "a.xlsx").document)
    assert "a2\tb2" in document.pages[0].text
    assert document.pages[1].text == "Draft\nsecret"
    assert [(i.code, i.page, i.detail) for i in document.issues] == [
        ("hidden_cells", 1, "Sheet Costs is read with what is hidden in it: 1 rows, 1 columns."),
        ("hidden_cells", 2, "Sheet Draft is read with what is hidden in it: the sheet itself."),
    ]


def test_merged_cells_count_once_and_head_what_they_span() -> None:
    def write(file: xlsxwriter.Workbook) -> None:
        sheet = file.add_worksheet("S")
        sheet.merge_range(0, 1, 0, 2, "Cost (EUR)")
        sheet.write(0, 0, "Item")
        sheet.write_row(1, 0, ["", "planned", "paid"])
        sheet.write_row(2, 0, ["Radio", 10, 20])
        sheet.merge_range(5, 0, 6, 1, "Total")
        sheet.write(5, 2, 30)
        sheet.write(6, 2, 31)

    (table,) = checked(read(book(write), "a.xlsx").document).tables
    assert table.header == ("Item", "Cost (EUR) planned", "Cost (EUR) paid")
    assert [cell.start < 0 for cell in table.rows[0]] == [False, False, True]
    assert [cell.start < 0 for cell in table.rows[4]] == [True, True, False]


def test_cells_far_apart_are_kept_together_within_limits() -> None:
    def far(row: int, column: int) -> bytes:
        def write(file: xlsxwriter.Workbook) -> None:
            sheet = file.add_worksheet("S")
            sheet.write(0, 0, "first")
            sheet.write(row, column, "last")

        return book(write)

    document = checked(read(far(50_000, 100), "a.xlsx").document)
    assert document.pages[0].text == "S\nfirst\n\tlast"
    document = read(far(1_048_575, 16_383), "a.xlsx").document  # calamine would take 512 GB
    assert codes(document) == ["sheet_cut"]
    assert "1048576 rows" in document.issues[0].detail


def test_texts_on_a_diagonal_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 20)

    def write(file: xlsxwriter.Workbook) -> None:
        sheet = file.add_worksheet("S")
        for at in range(10):
            sheet.write(at, at, f"x{at}")

    document = checked(read(book(write), "a.xlsx").document)
    assert document.pages[0].text.startswith("S\nx0\n\tx1\t\t")
    assert len(document.tables[0].rows) == 1  # the first row is a title over the table
    assert codes(document) == ["sheet_cut"]


def test_an_old_workbook_is_read() -> None:
    data = old_workbook({(0, 0): "Item", (0, 1): "Cost", (1, 0): "Véhicule", (1, 1): 1200.5})
    document = checked(read(data, "costs.xls").document)
    assert (document.kind, document.media_type) == ("xls", "application/vnd.ms-excel")
    assert document.pages[0].text == "Costs\nItem\tCost\nVéhicule\t1200.5"
    assert codes(document) == []
    assert codes(read(data, "costs.xlsx").document) == ["type_mismatch"]


def test_an_old_workbook_that_reaches_too_far_is_refused() -> None:
    with pytest.raises(HostileDocument, match=r"a\.xls has sheets that span 3932225536 places"):
        read(old_workbook({(0, 0): "a", (65_535, 60_000): 1.0}), "a.xls")


def test_an_old_workbook_without_content_is_damaged() -> None:
    with pytest.raises(DamagedDocument, match=r"a\.xls"):
        read(compound({"Workbook": b"\0" * 5000}), "a.xls")


def changed(part: str, before: str, after: str) -> bytes:
    """A small workbook with a change in one of its parts."""

    def write(file: xlsxwriter.Workbook) -> None:
        file.add_worksheet("S").write_row(0, 0, ["a", 1])

    with zipfile.ZipFile(io.BytesIO(book(write))) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    text = archive_text(parts[part])
    assert before in text
    return zipped({**parts, part: text.replace(before, after)})


def archive_text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode()


PART = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "before", "after", "cause"),
    [
        (PART, "?>", "?><!DOCTYPE a [<!ENTITY a 'ha'>]>", HostileDocument),
        (PART, "</sheetData>", "", DamagedDocument),
        (PART, 'r="A1"', 'r="ZZZZZZZ1"', DamagedDocument),
        (PART, 'r="A1"', 'r="A4294967290"', DamagedDocument),
        (PART, '<row r="1"', '<row r="900000000"', DamagedDocument),
        ("xl/sharedStrings.xml", 'uniqueCount="1"', 'uniqueCount="4294967295"', HostileDocument),
    ],
    ids=["entity", "broken", "column", "cell", "row", "texts"],
)
def test_what_would_end_the_process_is_refused(
    part: str, before: str, after: str, cause: type[DocumentError]
) -> None:
    with pytest.raises(cause, match=r"a\.xlsx"):
        read(changed(part, before, after), "a.xlsx")


def test_sectors_in_a_circle_are_damage() -> None:
    data = bytearray(old_workbook({(0, 0): "a"}))
    fat = 512 + 512 * int.from_bytes(data[76:80], "little")
    first = int.from_bytes(data[48:52], "little")  # where the directory begins
    data[fat + 4 * first : fat + 4 * first + 4] = first.to_bytes(4, "little")
    with pytest.raises(DamagedDocument, match=r"a\.xls"):
        read(bytes(data), "a.xls")
