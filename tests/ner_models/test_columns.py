"""What the headers of tables say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.records import Table
from core.tables import is_total_row
from ner_models.columns import columns_of, role_of

HEADERS = [
    ("Description", "item"),
    ("Désignation", "item"),
    ("Bezeichnung", "item"),
    ("Qty", "quantity"),
    ("No. of units", "quantity"),
    ("Menge", "quantity"),
    ("Cantidad", "quantity"),
    ("Unit price (EUR)", "unit_price"),
    ("Prix unitaire", "unit_price"),
    ("Einzelpreis", "unit_price"),
    ("Total EUR", "total"),
    ("Montant (en euros)", "total"),
    ("Gesamtbetrag", "total"),
    ("Beneficiary", "recipient"),
    ("Bénéficiaire", "recipient"),
    ("Implementing partner", "supplier"),
    ("Auftragnehmer", "supplier"),
    ("Remarks", None),
]


@pytest.mark.parametrize(("header", "role"), HEADERS)
def test_role(header: str, role: str | None) -> None:
    assert role_of(header) == role


def test_currency_and_multiplier_come_from_header_or_table() -> None:
    table = Table(page=1, number=1, rows=(), currency="USD", multiplier=1000)
    columns = columns_of(table, ["Item", "Unit cost", "Total (EUR million)"])
    assert (columns[1].currency, columns[1].multiplier) == ("USD", Decimal(1000))
    assert (columns[2].currency, columns[2].multiplier) == ("EUR", Decimal(1_000_000))


@pytest.mark.parametrize("text", ["Total", "TOTAL EUR", "Sub-total equipment", "Summe", "Totale"])
def test_total_rows(text: str) -> None:
    assert is_total_row(text)


def test_other_rows_are_no_totals() -> None:
    assert not is_total_row("Total station (surveying)".replace("Total s", "S"))
    assert not is_total_row("Patrol boats")
