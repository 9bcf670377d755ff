"""Amounts as the terminal shows them: with their euro and where those come from."""

from __future__ import annotations

from typing import Any

import pytest

from operate.present import amount, show_record


def row(number: str | None, currency: str | None, **more: Any) -> dict[str, Any]:
    """Return what an entry's row says of its amount."""
    values = {"amount_min": number, "amount_max": number, "currency": currency}
    euro = dict.fromkeys(("amount_eur", "eur_rate", "eur_rate_date", "eur_source"))
    return {**values, **euro, **more}


def ecb(euro: float, source: str = "ECB", day: str | None = "2021-05-14") -> dict[str, Any]:
    """Return the columns of a sum in euro at a rate."""
    return {"amount_eur": euro, "eur_source": source, "eur_rate_date": day}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (row("1250000.00", "EUR", **ecb(1250000.0, "EUR itself", None)), "EUR 1 250 000"),
        (
            row("1000000", "USD", **ecb(824878.33)),
            "USD 1 000 000 (about EUR 825 000, ECB 2021-05-14)",
        ),
        (
            row("41000000", "PLN", **ecb(9522039.11, "ECB year average", "2024")),
            "PLN 41 000 000 (about EUR 9 520 000, ECB year average 2024)",
        ),
        (
            row("150000000", "XOF", **ecb(228673.53, "fixed peg", None)),
            "XOF 150 000 000 (about EUR 229 000, fixed peg)",
        ),
        (
            row("1000", "USD", amount_max="5000", **ecb(824.88)),
            "USD 1 000-5 000 (from about EUR 825, ECB 2021-05-14)",
        ),
        (row("5.5", "USD", **ecb(4.54)), "USD 5.5 (about EUR 4.54, ECB 2021-05-14)"),
        (
            row("9" * 20, "JPY", **ecb(7.5e17)),
            "JPY 99 999 999 999 999 999 999 (about EUR 750 000 000 000 000 000, ECB 2021-05-14)",
        ),
        (row("5000000", "LYD", eur_source="no rate"), "LYD 5 000 000 (no rate)"),
        (row("5000000", None, eur_source="no rate"), "? 5 000 000 (no rate)"),
        (row("9", "USD", eur_source="no rate at that date"), "USD 9 (no rate at that date)"),
        (row("9", "USD", eur_source="no date"), "USD 9 (no rate without a date)"),
        (
            row("1000000", "LYD", **ecb(185123.5, "reviewer", None)),
            "LYD 1 000 000 (EUR 185 123.5, reviewer)",
        ),
        (row(None, None, **ecb(1e17, "reviewer", None)), f"(EUR 100{' 000' * 5}, reviewer)"),
        (row("9", "USD", **ecb(0.0, "reviewer", None)), "USD 9 (EUR 0, reviewer)"),
        (row("9", "USD", eur_source="reviewer"), "USD 9 (no EUR, reviewer)"),
        (row("9", "USD", amount_max=None), "USD 9"),
        (row(None, None), ""),
        ({}, ""),
    ],
)
def test_amounts(shown: dict[str, Any], expected: str) -> None:
    assert amount(shown) == expected


def test_an_entry_has_its_amount_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    record = {"entry": "k", **row("1000000", "USD", eur_rate="1.2123", **ecb(824878.33))}
    show_record(record)
    assert capsys.readouterr().out.splitlines() == [
        "entry: k",
        "amount: USD 1 000 000 (about EUR 825 000, ECB 2021-05-14)",
        "amount_eur: 824878.33",
        "eur_rate: 1.2123",
    ]
    show_record({"entry": "k", **row("9", "EUR", eur_rate="1", **ecb(9.0, "EUR itself", None))})
    assert capsys.readouterr().out.splitlines() == ["entry: k", "amount: EUR 9"]
    show_record({"entry": "k", **row(None, None)})
    assert capsys.readouterr().out.splitlines() == ["entry: k"]
