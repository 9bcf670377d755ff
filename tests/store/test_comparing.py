"""What speaks for and against two entries, and references in one writing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.comparing import Entry, compare
from store.references import notice_reference, references_in


def entry(key: str = "a", **more: Any) -> Entry:
    """Return an entry of a document of its own."""
    values: dict[str, Any] = {
        "key": key, "document_id": ord(key[0]), "document_key": f"url:{key}", "sha256": key,
        "page": 1, "type": "uav", "family": "uav", "quantity": 8, "amount_min": "100",
        "amount_max": "100", "currency": "EUR", "amount_eur": 100.0, "amount_kind": "award",
        "amount_scope": "own", "recipient": "Guard", "country": "LY", "date": "2021-05",
        "stage": "awarded", "party": "guard", "references": frozenset({"C(2021)5"}),
    }  # fmt: skip
    return Entry(**{**values, **more})


def codes(one: Entry, other: Entry) -> dict[str, float]:
    """Return what speaks for and against a pair, with its points."""
    return {reason.code: reason.points for reason in compare(one, other)[1]}


@pytest.mark.parametrize(
    "more",
    [
        {"document_id": ord("a")},  # the same page of one document
        {"sha256": "a"},
        {"family": "vessel"},
        {"country": "TN"},
        {"date": "1999"},
    ],
)
def test_what_is_not_compared(more: dict[str, Any]) -> None:
    assert compare(entry(), entry("b", **more)) == (0.0, [])
    assert compare(entry(), entry("b"))[0] > 0.8


@pytest.mark.parametrize(
    ("more", "code", "points"),
    [
        ({}, "amount", 0.3),
        ({"amount_min": "104"}, "amount_near", 0.2),
        ({"amount_min": "120", "amount_kind": "budget"}, "amount_near", 0.1),
        ({"amount_min": "120"}, "amount_differs", -0.1),
        ({"quantity": 9}, "quantity_differs", -0.15),
        ({"stage": "planned", "date": "2020"}, "order", 0.05),
        ({"stage": "planned", "date": "2022"}, "order_wrong", -0.1),
        ({"type": "uav_male"}, "family", 0.05),
        ({"party": "other"}, "country", 0.05),
    ],
)
def test_what_speaks_for_and_against(more: dict[str, Any], code: str, points: float) -> None:
    assert codes(entry(), entry("b", **more))[code] == points


def test_a_sum_for_several_goods_does_not_speak_against() -> None:
    found = codes(entry(), entry("b", amount_min="900", amount_scope="shared"))
    assert not [code for code in found if code.startswith("amount")]


def test_amounts_of_two_currencies_are_compared_in_euro() -> None:
    assert "amount_near" in codes(entry(), entry("b", currency="USD", amount_min="120",
                                                 amount_eur=102.0))  # fmt: skip
    found = codes(entry(), entry("b", currency="LYD", amount_eur=None))
    assert not [code for code in found if code.startswith("amount")]


def test_one_document_shares_no_reference_with_itself() -> None:
    assert "reference" not in codes(entry(), entry("b", document_id=ord("a"), page=2))


_maybe = st.sampled_from([None, "100", "104", "7"])


@given(
    amount=_maybe, currency=st.sampled_from(["EUR", "USD", None]), date=st.sampled_from(
        [None, "2021", "20", "soon", "2021-05-14"]), quantity=st.sampled_from([None, 0, 1, 8]),
    stage=st.sampled_from(["planned", "unknown", "delivered"]),
)  # fmt: skip
def test_the_order_of_two_does_not_matter(
    amount: str | None, currency: str | None, date: str | None, quantity: int | None, stage: str
) -> None:
    other = entry(
        "b", amount_min=amount, currency=currency, date=date, quantity=quantity, stage=stage
    )
    score, reasons = compare(entry(), other)
    assert compare(other, entry()) == (score, reasons)
    assert 0 <= score <= 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T05-EUTF-NOA-LY-03", {"T05-EUTF-NOA-LY-03"}),
        ("T05-EUTF–SAH–REG–04", {"T05-EUTF-SAH-REG-04"}),
        ("C(2025) 5935 final", {"C(2025)5935"}),
        ("contract ENPI/2013/024-746", {"2013/024-746"}),
        ("NDICI-GEO-NEAR/2022/ACT-60609", {"ACT-60609"}),
        ("EuropeAid/140123/DH/SUP/XK", {"EuropeAid/140123"}),
        ("2023/S 012-345678", {"ted:345678-2023"}),
        ("Article 12(3) of 2021/947, 123/2024", set()),
        ("", set()),
    ],
)
def test_references(text: str, found: set[str]) -> None:
    assert references_in(text) == found


def test_a_list_of_references_says_nothing() -> None:
    assert references_in(" ".join(f"C(2021){number}" for number in range(100, 200))) == set()


def test_a_notice_is_named_by_its_number() -> None:
    assert notice_reference("00123456-2024") == "ted:123456-2024"
    assert notice_reference(None) is None
