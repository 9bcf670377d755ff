"""What TED's search says of a notice, read where the notice itself was refused."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import extract
from core.records import Document

SAID: dict[str, Any] = {
    "publication-number": "00817601-2025",
    "links": {"xml": {"MUL": "https://ted.europa.eu/en/notice/817601-2025/xml"}},
    "publication-date": "2025-12-04+01:00",
    "notice-title": {"fra": "Niger – Véhicules", "eng": "Niger – Vehicles"},
    "notice-type": "can-standard",
    "buyer-name": {"eng": ["Agency for Borders"], "fra": ["Agence des frontières"]},
    "buyer-country": ["NER"],
    "classification-cpv": ["34100000", "34113000", "34100000"],
    "title-lot": {"eng": ["Pick-ups", "Radios"]},
    "description-lot": {"eng": ["Twelve pick-ups."]},
    "result-value-notice": 1250000.5,
    "result-value-cur-notice": ["EUR"],
    "tender-value": [1000000, 250000.5],
    "tender-value-cur": ["EUR", "EUR"],
    "winner-name": {"eng": ["Rivo Mobility"]},
    "winner-country": ["BEL"],
    "deadline-receipt-tender-date-lot": ["2026-02-01+01:00", "2026-01-15Z"],
}


def read(said: Any) -> Document:
    data = json.dumps(said, ensure_ascii=False).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    return extract.read(data, sha256=sha256, name="817601-2025.json").document


def test_record_holds_what_is_certain() -> None:
    document = read(SAID)
    notice = document.notice
    assert notice is not None
    assert (document.kind, document.title, document.published, document.reference) == (
        "notice", "Niger – Vehicles", "2025-12-04", "817601-2025",
    )  # fmt: skip
    assert (notice.format, notice.type, notice.notice_type) == (
        "ted-search-fields", "result", "can-standard",
    )  # fmt: skip
    assert [(each.name.text, each.country) for each in notice.buyers] == [
        ("Agency for Borders", "NE")
    ]
    assert notice.cpv == ("34100000", "34113000")
    (value,) = notice.values
    assert (value.amount, value.currency, value.kind) == ("1250000.5", "EUR", "award")
    assert notice.deadline == "2026-01-15"
    (award,) = notice.awards
    assert [(each.name.text, each.country) for each in award.winners] == [("Rivo Mobility", "BE")]
    assert award.values == ()  # two sums, and nothing says whose
    assert notice.lots == ()
    assert [issue.code for issue in document.issues] == ["search_fields_only"]


def test_every_statement_stands_on_the_page() -> None:
    document = read(SAID)
    notice = document.notice
    assert notice is not None
    text = document.pages[0].text
    stated = [
        notice.title, notice.buyers[0].name, notice.values[0].at, notice.awards[0].winners[0].name
    ]  # fmt: skip
    for each in stated:
        assert each is not None
        assert text[each.start : each.end] == each.text
        assert each.path.startswith("/notice/")
    assert "Lot: Pick-ups\n" in text
    assert "its XML was refused" in text


def test_other_json_is_text() -> None:
    document = read({"publication-number": "1-2020"})
    assert document.kind != "notice"
    assert document.notice is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(SAID)), values))
def test_any_shape_of_field_is_read(said: dict[str, Any]) -> None:
    document = read({**said, "publication-number": "1-2020", "links": {}})
    assert document.notice is not None
    assert document.reference == "1-2020"
