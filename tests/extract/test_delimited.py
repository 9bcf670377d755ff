"""Tables in text files."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DocumentError
from extract.office.delimited import delimiter_of
from tests.extract.files import checked, codes, read

ROWS = [["Item", "Units", "Cost (EUR)"], ["Radio", "40", "1 200,50"], ["Véhicule", "", "7"]]
TEXT = "Item\tUnits\tCost (EUR)\nRadio\t40\t1 200,50\nVéhicule\t\t7"


def written(delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=quoting).writerows(ROWS)  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_in_any_encoding(delimiter: str, codec: str) -> None:
    document = checked(read(written(delimiter).encode(codec), "costs.csv").document)
    assert document.pages[0].text == TEXT
    (table,) = document.tables
    assert (table.header_rows, table.currency) == (1, "EUR")
    assert codes(document) == []


def test_quotes_titles_and_the_mark_of_excel() -> None:
    text = 'sep=;\r\nCosts of 2020 in EUR;;\r\n\r\n"Item";Note;Cost\r\n"a ""b""";"x;\r\ny";5\r\n'
    document = checked(read(text.encode(), "a.csv").document)
    assert document.pages[0].text == 'Costs of 2020 in EUR\nItem\tNote\tCost\na "b"\tx;\ny\t5'
    assert document.tables[0].currency == "EUR"


def test_the_media_type_promises_a_table_too() -> None:
    assert read(b"a;b\n1;2\n", None, media_type="text/csv; charset=utf-8").document.kind == "csv"


def test_a_declared_character_set_is_believed() -> None:
    data = "Ονομα;Τιμη\nα;1\n".encode("iso8859_7")
    document = read(data, "a.csv", media_type="text/csv; charset=ISO-8859-7").document
    assert document.pages[0].text == "Ονομα\tΤιμη\nα\t1"


def test_an_endless_field_is_read_as_text() -> None:
    document = checked(read(b'a;b\n"' + b"x" * 200_000, "a.csv").document)
    assert codes(document) == ["table_not_read"]
    assert document.pages[0].text.startswith('a;b\n"xxx')


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("1,5;2,5\n3,5;4,5\n", ";"), ("a,b\n1,2\n", ","), ("x\n", ","), ("a|b\nc|d", "|")],
)
def test_a_comma_may_be_a_decimal(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5))
def test_every_cell_comes_back(rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    try:
        document = checked(read(b"sep=,\n" + buffer.getvalue().encode(), "a.csv").document)
    except DocumentError:
        return
    for cell in (cell.strip() for row in rows for cell in row):
        assert cell in document.pages[0].text
