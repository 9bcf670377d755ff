"""TED notices of every form: results, corrections, modifications, withheld fields, languages."""

from __future__ import annotations

import pytest

from core.errors import DamagedDocument
from core.records import Notice, Stated, Value
from tests.extract.files import read
from tests.extract.notices import (
    AWARD_FORM,
    CONTEST,
    CORRIGENDUM,
    DEFENCE_FORM,
    MODIFICATION,
    OLD,
    SAME_FORM,
    SEVERAL_CONTRACTS,
    SUBJECT,
    buyer,
    contract,
    eforms,
    form,
    lot_result,
    results,
    ted_export,
    tender,
    tendering_party,
)
from tests.extract.test_notices import notice_of


def kinds(values: tuple[Value, ...]) -> list[tuple[str, str, str]]:
    return [(value.amount, value.currency, value.kind) for value in values]


@pytest.mark.parametrize(
    "name",
    [f"F{number:02}_2014" for number in (*range(1, 9), *range(12, 16), *range(20, 26))] + ["MOVE"],
)
def test_every_form_is_read_alike(name: str) -> None:
    notice, _ = notice_of(ted_export(AWARD_FORM.replace("F03_2014", name)))
    assert (len(notice.lots), len(notice.awards), len(notice.awards[0].winners)) == (2, 2, 2)


@pytest.mark.parametrize(
    ("root", "subtype"),
    [
        ("PriorInformationNotice", "T01"),
        ("PriorInformationNotice", "1"),
        ("ContractNotice", "CEI"),
        ("ContractNotice", "16"),
        ("ContractAwardNotice", "T02"),
        ("ContractAwardNotice", "40"),
        ("BusinessRegistrationInformationNotice", "X01"),
    ],
)
def test_every_eforms_notice_is_read_alike(root: str, subtype: str) -> None:
    code = f"<efac:NoticeSubType><cbc:SubTypeCode>{subtype}</cbc:SubTypeCode></efac:NoticeSubType>"
    data = eforms().replace(b"ContractAwardNotice", root.encode())
    data = data.replace(b"<efac:Publication>", code.encode() + b"<efac:Publication>")
    assert essence(notice_of(data)[0]) == essence(notice_of(eforms())[0])


def test_a_modified_contract_has_the_sum_after_it_first() -> None:
    notice, document = notice_of(ted_export(MODIFICATION))
    (award,) = notice.awards
    assert kinds(award.values) == [("140000", "EUR", "award"), ("100000", "EUR", "award")]
    assert (award.lots, award.concluded) == (("1",), "2018-05-02")
    assert [winner.name.text for winner in award.winners] == ["Radio Works"]
    lines = document.pages[0].text.splitlines()
    assert "Value after the modification: 140000 EUR" in lines
    assert "Value before the modification: 110000 EUR" in lines
    assert "Value in the modification's description: 30000 EUR" in lines
    assert "Contractor after the modification: Second Radio Works (FR)" in lines
    assert "Contractor after the modification: Radio Works (DE)" not in lines


def test_a_correction_names_its_notice_and_what_changes() -> None:
    data = ted_export(CORRIGENDUM).replace(b'DOCUMENT_TYPE CODE="7"', b'DOCUMENT_TYPE CODE="2"')
    notice, document = notice_of(data)
    assert (notice.type, notice.earlier) == ("change", ("451234-2018", "77-2019"))
    changes = [line for line in document.pages[0].text.splitlines() if "Change" in line]
    assert changes == [
        "Change in IV.2.2) (lot 1): 2019-02-01 12:00 -> 2019-03-01 12:00",
        "Change in II.1.2): 32000000 -> 32236000",
    ]
    assert "32000000" not in notice.cpv


def test_prizes_of_a_design_contest_are_awards() -> None:
    notice, document = notice_of(ted_export(CONTEST))
    won, none = notice.awards
    assert [(w.name.text, w.country) for w in won.winners] == [
        ("Drawing Office", "DE"),
        ("Studio North", "NO"),
    ]
    assert (kinds(won.values), won.concluded) == ([("50000", "NOK", "award")], "2019-01-05")
    assert (none.winners, none.values, none.concluded) == ((), (), None)
    assert "Not awarded (unsuccessful)" in document.pages[0].text


def test_a_notice_of_several_contracts_keeps_them_apart() -> None:
    notice, _ = notice_of(ted_export(SEVERAL_CONTRACTS))
    assert [lot.number for lot in notice.lots] == ["1", "2.1", "2.2"]
    boats = notice.lots[0]
    assert boats.title is not None
    assert (boats.title.text, boats.cpv) == ("Boats", ("34521000",))
    assert kinds(boats.values) == [("500", "EUR", "estimate")]
    assert kinds(notice.values) == [("900", "EUR", "estimate")]


@pytest.mark.parametrize(
    ("stated", "meant"),
    [("Lot 2", ("2",)), ("02", ("2",)), ("1, 2", ("1", "2")), ("1/2", ("1/2",)), ("7", ("7",))],
)
def test_the_lots_of_an_award_are_lots_of_the_notice(stated: str, meant: tuple[str, ...]) -> None:
    data = ted_export().replace(
        b"<LOT_NO>1</LOT_NO><AWARDED", f"<LOT_NO>{stated}</LOT_NO><AWARDED".encode()
    )
    notice, document = notice_of(data)
    assert notice.awards[0].lots == meant
    assert f"(lot {stated})" in document.pages[0].text


def test_withheld_sums_names_and_dates_of_ted_export_are_absent() -> None:
    data = (
        ted_export()
        .replace(b"<VALUES>", b'<VALUES PUBLICATION="NO">')
        .replace(b"Engine Works", b"unpublished")
        .replace(b"4500000.00", b"-1")
        .replace(b"2018-12-20", b"1970-01-01")
    )
    notice, document = notice_of(data)
    award = notice.awards[0]
    assert (notice.values, award.values, award.concluded) == ((), (), None)
    assert [winner.name.text for winner in award.winners] == ["Hull & Sons"]
    text = document.pages[0].text
    assert not [said for said in ("2900000", "-1 EUR", "npublished", "1970") if said in text]


def test_sums_of_several_currencies_and_shares_keep_apart() -> None:
    share = b'<VAL_SUBCONTRACTING CURRENCY="PLN">700</VAL_SUBCONTRACTING></AWARDED_CONTRACT>'
    data = (
        ted_export()
        .replace(b'<VAL_ESTIMATED_TOTAL CURRENCY="EUR">', b'<VAL_ESTIMATED_TOTAL CURRENCY="PLN">')
        .replace(b"</AWARDED_CONTRACT>", share)
    )
    notice, document = notice_of(data)
    assert kinds(notice.awards[0].values) == [
        ("3000000", "PLN", "estimate"),
        ("2900000", "EUR", "range_low"),
        ("3100000", "EUR", "range_high"),
    ]
    assert "Subcontracted value: 700 PLN" in document.pages[0].text


def test_value_added_tax_stands_beside_the_sum() -> None:
    tax = b"</VALUE_COST><INCLUDING_VAT><VAT_PRCT>20</VAT_PRCT></INCLUDING_VAT>"
    data = ted_export(DEFENCE_FORM, namespace=OLD).replace(b"</VALUE_COST>", tax)
    notice, document = notice_of(data)
    assert "Value: 1250000.50 EUR (including 20 % VAT)" in document.pages[0].text
    assert notice.values[0].at.text == "1250000.50 EUR"


def test_the_language_read_is_the_original_else_english_and_is_said() -> None:
    french = form("F02_2014", buyer(), SUBJECT.replace("Radios", "Postes"), language="FR")
    dutch = french.replace("FR", "NL")
    english = form("F02_2014", buyer(), SUBJECT, category="TRANSLATION")
    copy = french.replace("ORIGINAL", "TRANSLATION")
    for forms, title, language in (
        (english + french + dutch, "Postes", "fr"),
        (copy + english, "Radios", "en"),
        (copy, "Postes", "fr"),
    ):
        notice, document = notice_of(ted_export(forms))
        assert document.title == title
        assert (notice.language, document.language) == (language, language)
    with pytest.raises(DamagedDocument, match="without a form"):
        read(ted_export(""), "a.xml")


@pytest.mark.parametrize(
    ("spoken", "title", "language"),
    [("FRA", "Caméras", "fr"), ("POL", "Thermal cameras", "en"), ("ENG", "Thermal cameras", "en")],
)
def test_the_language_of_eforms_texts(spoken: str, title: str, language: str) -> None:
    code = f"<cbc:NoticeLanguageCode>{spoken}<".encode()
    notice, document = notice_of(eforms().replace(b"<cbc:NoticeLanguageCode>ENG<", code))
    assert (document.title, notice.language) == (title, language)


def test_each_tender_that_won_is_an_award_and_losers_are_none() -> None:
    notice, document = notice_of(
        eforms(
            results(
                GROUP,
                lot_result(1, "selec-w", (1, 2, 3), extra=RANGE),
                lot_result(2, "clos-nw", (4,), 2),
                tender(1, "100", 1), tender(2, "200", 2), tender(3, "50", 3), tender(4, "9", 3, 2),
                contract(1, "2024-03-01", 1), contract(2, "2024-03-02", 2),
                tendering_party(1, 2, 3), tendering_party(2, 3), tendering_party(3, 1),
            )
        )
    )  # fmt: skip
    assert [
        (a.number, a.lots, [w.name.text for w in a.winners], kinds(a.values), a.concluded)
        for a in notice.awards
    ] == [
        (
            "RES-0001 TEN-0001", ("LOT-0001",), ["Lens Ltd", "Heat SpA"],
            [("100", "EUR", "award"), ("50", "EUR", "range_low"), ("300", "EUR", "range_high"),
             ("400", "EUR", "ceiling"), ("350", "EUR", "estimate")], "2024-03-01",
        ),
        ("RES-0001 TEN-0002", ("LOT-0001",), ["Heat SpA"], [("200", "EUR", "award")], "2024-03-02"),
        ("RES-0002", ("LOT-0002",), [], [], None),
    ]  # fmt: skip
    lines = document.pages[0].text.splitlines()
    assert "Winner (leads the group): Heat SpA (IT)" in lines
    assert lines[lines.index("Group of lots GLO-0001") + 1] == "Maximum value of the group: 900 EUR"


RANGE = """<cbc:HigherTenderAmount currencyID="EUR">300</cbc:HigherTenderAmount>
<cbc:LowerTenderAmount currencyID="EUR">50</cbc:LowerTenderAmount><efac:FrameworkAgreementValues>
<cbc:MaximumValueAmount currencyID="EUR">400</cbc:MaximumValueAmount>
<efbc:ReestimatedValueAmount currencyID="EUR">350</efbc:ReestimatedValueAmount>
</efac:FrameworkAgreementValues>"""
GROUP = """<efac:GroupFramework><efbc:GroupFrameworkMaximumValueAmount currencyID="EUR">900
</efbc:GroupFrameworkMaximumValueAmount><efac:TenderLot><cbc:ID>GLO-0001</cbc:ID></efac:TenderLot>
</efac:GroupFramework>"""
PRIVACY = """<efac:FieldsPrivacy><efbc:FieldIdentifierCode>win-ten-val</efbc:FieldIdentifierCode>
</efac:FieldsPrivacy>"""


def test_withheld_sums_and_names_of_eforms_are_absent() -> None:
    data = eforms(
        results(
            '<cbc:TotalAmount currencyID="EUR">-1</cbc:TotalAmount>',
            lot_result(1, "selec-w", (1, 2)),
            tender(1, "123456", 1, extra=PRIVACY), tender(2, "-1", 2),
            contract(1, "1970-01-01Z", 1, 2), tendering_party(1, 2), tendering_party(2, 3),
        )
    ).replace(b"Heat SpA (fr)", b"unpublished").replace(b"Heat SpA", b"unpublished")  # fmt: skip
    notice, document = notice_of(data)
    assert [kinds(award.values) for award in notice.awards] == [[], []]
    assert [len(award.winners) for award in notice.awards] == [1, 0]
    assert [award.concluded for award in notice.awards] == [None, None]
    text = document.pages[0].text
    assert not [said for said in ("123456", "-1 EUR", "npublished", "1970") if said in text]


def essence(notice: Notice) -> list[object]:
    """What two notices of one award have in common, whatever their format."""

    def text(said: Stated | None) -> str | None:
        return said.text if said else None

    return [
        (notice.type, notice.procedure, notice.nature, notice.country, notice.language),
        (text(notice.title), text(notice.description), notice.reference, notice.earlier),
        ([(b.name.text, b.country) for b in notice.buyers], notice.cpv, kinds(notice.values)),
        [(text(x.title), text(x.description), x.cpv, kinds(x.values)) for x in notice.lots],
        [
            (len(a.lots), text(a.title), [(w.name.text, w.country) for w in a.winners],
             kinds(a.values), a.concluded)
            for a in notice.awards
        ],
    ]  # fmt: skip


def test_both_formats_give_the_same_record() -> None:
    old = ted_export(SAME_FORM, country="PL").replace(
        b'CPV CODE="34521000"', b'CPV CODE="35120000"'
    )
    old = old.replace(b"2018/S 200-451234", b"2023/S 093-290207")
    ceiling = b"<efbc:OverallMaximumFrameworkContractsAmount"
    new = eforms().replace(
        ceiling + b'\ncurrencyID="EUR">900000', ceiling + b' currencyID="EUR">-1'
    )
    assert essence(notice_of(old)[0]) == essence(notice_of(new)[0])
