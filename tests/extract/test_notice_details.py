"""What notices state besides names, goods and sums: identity, places, results, changes."""

from __future__ import annotations

import time

import pytest

from core.records import Award, Change, Notice, Party, Stated, Translation
from tests.extract.notice_details import (
    CORRECTION,
    CORRECTION_EFORMS,
    DETAILED,
    DETAILED_EFORMS,
    MODIFIED,
    MODIFIED_EFORMS,
)
from tests.extract.notices import (
    CONTEST,
    CORRIGENDUM,
    DEFENCE_FORM,
    MODIFICATION,
    OLD,
    contract,
    eforms,
    lot_result,
    results,
    ted_export,
    tender,
    tendering_party,
)
from tests.extract.test_notices import notice_of


def text(said: Stated | None) -> str | None:
    return said.text if said else None


def bodies(parties: tuple[Party, ...]) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(p.name.text, p.country, p.identifier, p.nuts) for p in parties]


def head(notice: Notice) -> dict[str, object]:
    """What both formats say in the same words of which notice this is."""
    names = ("number", "type", "notice_id", "oj_issue", "legal_basis", "buyer_type", "activity",
             "published", "dispatched", "deadline", "deadline_time", "changed")  # fmt: skip
    return {name: getattr(notice, name) for name in names}


def where(notice: Notice) -> list[object]:
    whole = (notice.nuts, notice.countries)
    lots = [(lot.nuts, lot.countries, [place.text for place in lot.places]) for lot in notice.lots]
    return [whole, *lots]


def outcome(award: Award) -> list[object]:
    others = [(v.amount, v.currency, v.kind) for v in award.other_values]
    return [
        (text(award.contract_number), award.outcome, award.concluded, others),
        (award.tenders_received, bodies(award.winners)),
    ]


def changes(found: tuple[Change, ...]) -> list[tuple[object, ...]]:
    return [(text(c.description), text(c.reason), c.reason_code) for c in found]


def test_both_formats_give_the_same_details() -> None:
    old, new = notice_of(DETAILED)[0], notice_of(DETAILED_EFORMS)[0]
    assert head(old) == head(new)
    assert head(old) == {
        "number": "77-2023", "type": "result", "notice_id": "5a0e6a3c-0000-4000-8000-0000000000aa",
        "oj_issue": "12/2023", "legal_basis": "32018R1046", "buyer_type": "eu-ins-bod-ag",
        "activity": "defence", "published": "2023-01-17", "dispatched": "2023-01-14",
        "deadline": "2023-02-01", "deadline_time": "09:30", "changed": None,
    }  # fmt: skip
    assert where(old) == where(new)
    assert where(old) == [
        (("PL92", "NE"), ("PL", "NE")),
        (("PL92",), ("PL",), ["Depot in Radom"]),
        (("NE",), ("NE",), ["Niamey"]),
    ]
    assert bodies(old.buyers) == bodies(new.buyers)
    assert bodies(old.buyers) == [("Border Agency", "PL", "PL-1", "PL911")]
    assert [outcome(award) for award in old.awards] == [outcome(award) for award in new.awards]
    assert outcome(old.awards[0]) == [
        ("C-1/2023", "awarded", "2023-01-10", [("700", "EUR", "subcontracted")]),
        ({"tenders": 3, "t-sme": 1}, [("Lens Ltd", "GR", "GR-2", "EL30")]),
    ]
    assert [award.outcome for award in old.awards] == ["awarded", "closed"]


def test_both_formats_give_the_same_translations() -> None:
    old, new = notice_of(DETAILED)[0], notice_of(DETAILED_EFORMS)[0]
    french = Translation(
        language="fr", title="Caméras", description="Deux lots", buyer="Agence des frontières"
    )
    assert old.translations == new.translations == (french,)
    lot = Translation(language="fr", title="Caméras thermiques")
    assert [one.translations for one in old.lots] == [(lot,), ()]
    assert [one.translations for one in new.lots] == [(lot,), ()]
    assert "Caméras" not in notice_of(DETAILED)[1].pages[0].text


def test_the_format_and_the_form_are_kept_as_stated() -> None:
    old, new = notice_of(DETAILED)[0], notice_of(DETAILED_EFORMS)[0]
    assert (old.schema, old.subtype, old.notice_type) == (
        "R2.0.9.S05.E01", "F03", "Contract award notice",
    )  # fmt: skip
    assert (new.schema, new.subtype, new.notice_type) == ("eforms-sdk-1.10", "29", "can-standard")
    assert (new.version, new.procedure_id) == ("02", "11111111-0000-4000-8000-0000000000bb")
    assert old.heading == "Poland-Warsaw: Cameras"
    assert "English title: Poland-Warsaw: Cameras" in notice_of(DETAILED)[1].pages[0].text


@pytest.mark.parametrize("data", [DETAILED, DETAILED_EFORMS], ids=["legacy", "eforms"])
def test_details_stand_on_the_page_in_english(data: bytes) -> None:
    lines = notice_of(data)[1].pages[0].text.splitlines()
    for said in (
        "NUTS: PL92",
        "Place: Depot in Radom",
        "Contract number: C-1/2023",
        "Tenders received: 3",
        "Subcontracted value: 700 EUR",
        "Concluded: 2023-01-10",
        "Deadline: 2023-02-01 09:30",
        "Legal basis: 32018R1046",
        "Official Journal issue: 12/2023",
    ):
        assert said in lines, said


def test_subcontractors_are_no_winners_and_a_decision_has_its_day() -> None:
    notice, document = notice_of(DETAILED_EFORMS)
    award = notice.awards[0]
    assert bodies(award.subcontractors) == [("Heat SpA", "IT", "IT-3", None)]
    assert award.decided == "2023-01-05"
    lines = document.pages[0].text.splitlines()
    assert "Subcontractor: Heat SpA (IT)" in lines
    assert "Decided: 2023-01-05" in lines


def test_a_place_without_a_code_has_its_country() -> None:
    data = DETAILED_EFORMS.replace(b"<cbc:CountrySubentityCode>NE</cbc:CountrySubentityCode>", b"")
    notice, document = notice_of(data)
    assert (notice.nuts, notice.countries) == (("PL92",), ("PL", "NE"))
    assert "Country of performance: NE" in document.pages[0].text


def test_a_correction_says_what_it_changes() -> None:
    notice, document = notice_of(CORRECTION)
    assert (notice.type, notice.changed) == ("change", "77-2019")
    date, code, more = notice.changes
    assert (date.sections, date.label, date.lots) == (("IV.2.2)",), "Time limit", ("1",))
    assert (text(date.old), text(date.new)) == ("2019-02-01 12:00", "2019-03-01 12:00")
    assert (text(code.old), text(code.new)) == (None, "32236000")
    assert (text(more.description), more.sections) == ("Read ten for twelve.", ())
    lines = document.pages[0].text.splitlines()
    assert "Change in IV.2.2) Time limit (lot 1): 2019-02-01 12:00 -> 2019-03-01 12:00" in lines
    assert "Change in II.1.2): (nothing) -> 32236000" in lines
    assert "Corrected or modified notice: 77-2019" in lines
    assert not [name for name in ("Jane", "555") if name in document.to_json().decode()]


def test_a_correction_of_eforms_says_what_it_changes() -> None:
    notice, document = notice_of(CORRECTION_EFORMS)
    assert notice.changed == "6bc75979-ce6c-46eb-81a6-eee543697dec-01"
    assert notice.earlier[-1] == notice.changed
    first, second = notice.changes
    assert (first.sections, first.lots) == (("LOT-0001", "PROCEDURE"), ("LOT-0001",))
    assert changes(notice.changes) == [
        ("Ten for twelve", "A slip of the buyer", "cor-buy"),
        (None, "A slip of the buyer", "cor-buy"),
    ]
    assert second.sections == ("LOT-0002",)
    lines = document.pages[0].text.splitlines()
    assert "Change in LOT-0001, PROCEDURE: Ten for twelve" in lines
    assert "Change in LOT-0002: (not described)" in lines
    assert "Reason for the change: A slip of the buyer" in lines


def test_both_formats_say_alike_how_a_contract_is_modified() -> None:
    old, new = notice_of(MODIFIED)[0], notice_of(MODIFIED_EFORMS)[0]
    assert changes(old.changes) == changes(new.changes)
    assert changes(old.changes) == [("Twelve radios more.", "A new crew", "add-wss")]
    assert old.changed == new.changed == "451234-2018"
    (award,) = old.awards
    assert [(v.amount, v.kind) for v in award.other_values] == [("110000", "before")]


def test_value_added_tax_is_kept_as_stated() -> None:
    for mark, vat, rate in (
        ("<EXCLUDING_VAT/>", "excluded", None),
        ("<INCLUDING_VAT><VAT_PRCT>23,00</VAT_PRCT></INCLUDING_VAT>", "included", "23.00"),
        ("", None, None),
    ):
        form = DEFENCE_FORM.replace("</VALUE_COST>", f"</VALUE_COST>{mark}", 1)
        value = notice_of(ted_export(form, namespace=OLD))[0].values[0]
        assert (value.vat, value.vat_rate) == (vat, rate)


def test_a_defence_notice_has_places_tenders_and_contract_numbers() -> None:
    form = DEFENCE_FORM.replace(
        "<TOTAL_FINAL_VALUE>",
        "<LOCATION_NUTS><LOCATION><P>Dakar, tel. +221 33 555 01 90</P></LOCATION>"
        '<NUTS CODE="SN"/></LOCATION_NUTS><TOTAL_FINAL_VALUE>',
    ).replace(
        "<LOT_NUMBER>3</LOT_NUMBER>",
        "<CONTRACT_NUMBER>G-9/1</CONTRACT_NUMBER><LOT_NUMBER>3</LOT_NUMBER>"
        "<OFFERS_RECEIVED_NUMBER>2</OFFERS_RECEIVED_NUMBER>",
    )
    notice, _ = notice_of(ted_export(form, namespace=OLD))
    assert (notice.nuts, notice.countries) == (("SN",), ("SN",))
    assert [place.text for place in notice.places] == ["Dakar, tel."]
    (award,) = notice.awards
    assert (text(award.contract_number), award.tenders_received) == ("G-9/1", {"tenders": 2})
    assert award.outcome == "awarded"


def test_counts_that_are_withheld_or_no_numbers_are_absent() -> None:
    for said in ("-1", "", "many", "9" * 5000):
        data = DETAILED.replace(
            b"<NB_TENDERS_RECEIVED>3<", f"<NB_TENDERS_RECEIVED>{said}<".encode()
        )
        assert notice_of(data)[0].awards[0].tenders_received == {"t-sme": 1}
    hidden = DETAILED_EFORMS.replace(
        b"<efbc:StatisticsNumeric>3</efbc:StatisticsNumeric>",
        b"<efbc:StatisticsNumeric>3</efbc:StatisticsNumeric><efac:FieldsPrivacy>"
        b"<efbc:FieldIdentifierCode>rec-sub-cou</efbc:FieldIdentifierCode></efac:FieldsPrivacy>",
    )
    notice, document = notice_of(hidden)
    assert notice.awards[0].tenders_received == {"t-sme": 1}
    assert "Tenders received" not in document.pages[0].text
    bare = DETAILED_EFORMS.replace(b"<efbc:StatisticsCode>tenders</efbc:StatisticsCode>", b"")
    assert notice_of(bare)[0].awards[0].tenders_received == {"unspecified": 3, "t-sme": 1}


def test_prizes_have_an_outcome() -> None:
    notice, _ = notice_of(ted_export(CONTEST))
    assert [award.outcome for award in notice.awards] == ["awarded", "closed"]


def test_a_notice_of_the_plain_kind_has_none_of_it() -> None:
    notice, _ = notice_of(ted_export(MODIFICATION.split("<MODIFICATIONS")[0] + "</F20_2014>"))
    assert (notice.changes, notice.translations, notice.nuts) == ((), (), ())
    assert notice_of(ted_export(CORRIGENDUM))[0].changed is None  # the header says: an award


def test_marks_of_many_results_are_looked_up_once() -> None:
    many = range(1, 4_001)
    low = '<cbc:LowerTenderAmount currencyID="EUR">5</cbc:LowerTenderAmount>'
    data = eforms(
        results(
            *(lot_result(n, "selec-w", (n,), n, extra=low) for n in many),
            *(tender(n, str(n), 1) + contract(n, "2024-03-01", n) for n in many),
            tendering_party(1, *(90_000 + n for n in many)),
        )
    )
    begin = time.process_time()
    notice, _ = notice_of(data)
    assert [len(award.values) for award in notice.awards] == [2] * len(many)
    assert time.process_time() - begin < 10
