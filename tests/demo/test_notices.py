"""Notices: well-formed, in the forms and namespaces that TED has published."""

from __future__ import annotations

import pytest
from lxml import etree

from demo.build import Site
from demo.marks import strip_marks
from demo.notices_legacy import NAMESPACES
from demo.world import Notice

EFORMS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
    "efext": "http://data.europa.eu/p27/eforms-ubl-extensions/1",
}


def _root(built: Site, name: str) -> etree._Element:
    return etree.fromstring(built.notice(name))


def _notice(built: Site, name: str) -> Notice:
    return next(notice for notice in built.world.notices if notice.name == name)


def _texts(root: etree._Element, path: str, namespaces: dict[str, str]) -> list[str]:
    found = root.xpath(path, namespaces=namespaces)
    assert isinstance(found, list)
    return ["".join(map(str, e.itertext())) for e in found if isinstance(e, etree._Element)]


def test_all_are_well_formed_and_hold_their_lots(built: Site) -> None:
    for notice in built.world.notices:
        text = " ".join(map(str, _root(built, notice.name).itertext()))
        for lot in notice.lots:
            assert strip_marks(lot.description) in text, notice.name


def test_forms_and_namespaces(built: Site) -> None:
    forms = {notice.form for notice in built.world.notices}
    assert forms == {"F02", "F03", "defence-award", "eforms-cn", "eforms-can"}
    roots = {
        etree.QName(_root(built, n.name)).namespace
        for n in built.world.notices
        if n.namespace != "eforms"
    }
    assert roots == set(NAMESPACES.values())


def test_legacy_award(built: Site) -> None:
    root = _root(built, "118204-2020")
    spaces = {"t": NAMESPACES["R2.0.9"]}
    form = "//t:FORM_SECTION/*[@CATEGORY='ORIGINAL']"
    assert root.get("DOC_ID") == "118204-2020"
    assert _texts(root, f"{form}//t:ADDRESS_CONTRACTING_BODY/t:OFFICIALNAME", spaces) == [
        "Central Directorate for Immigration and Border Police"
    ]
    award = f"{form}/t:AWARD_CONTRACT/t:AWARDED_CONTRACT"
    assert _texts(root, f"{award}/t:VALUES/t:VAL_TOTAL", spaces) == ["3380000.00", "1392600.00"]
    names = f"{award}/t:CONTRACTORS/t:CONTRACTOR/t:ADDRESS_CONTRACTOR/t:OFFICIALNAME"
    assert _texts(root, names, spaces) == [
        "Cantieri Navali Ardesia S.r.l.",
        "Officine Pontevecchio S.p.A.",
    ]


def test_padding_of_publication_numbers(built: Site) -> None:
    assert _root(built, "45678-2019").get("DOC_ID") == "045678-2019"
    number = "//efac:Publication/efbc:NoticePublicationID"
    assert _texts(_root(built, "98234-2025"), number, EFORMS) == ["00098234-2025"]


def test_defence_award_holds_its_value(built: Site) -> None:
    root = _root(built, "87213-2021")
    values = root.findall(".//{*}VALUE_COST")
    assert [(value.get("FMTVAL"), value.text) for value in values] == [("2640000.00", "2 640 000")]
    parent = values[0].getparent()
    assert parent is not None
    assert parent.get("CURRENCY") == "PLN"


@pytest.mark.parametrize(
    ("name", "winners"),
    [
        (
            "604311-2024",
            {"LOT-0001": "Cantieri Navali Ardesia S.r.l.", "LOT-0002": "Nautica Sicura S.n.c."},
        ),
        ("402876-2026", {"LOT-0001": "Helvion Aerosystems GmbH"}),
    ],
)
def test_result_chain_resolves(built: Site, name: str, winners: dict[str, str]) -> None:
    root = _root(built, name)

    def one(path: str) -> str:
        (text,) = _texts(root, path, EFORMS)
        return text

    result = "//efac:NoticeResult"
    found = {}
    for lot in _texts(
        root, f"{result}/efac:LotResult[efac:LotTender]/efac:TenderLot/cbc:ID", EFORMS
    ):
        tender = one(
            f"{result}/efac:LotResult[efac:TenderLot/cbc:ID='{lot}']/efac:LotTender/cbc:ID"
        )
        party = one(f"{result}/efac:LotTender[cbc:ID='{tender}']/efac:TenderingParty/cbc:ID")
        key = one(f"{result}/efac:TenderingParty[cbc:ID='{party}']/efac:Tenderer/cbc:ID")
        company = f"//efac:Company[cac:PartyIdentification/cbc:ID='{key}']"
        found[lot] = one(f"{company}/cac:PartyName/cbc:Name")
    assert found == winners


def test_a_lot_without_award_says_so(built: Site) -> None:
    codes = _texts(_root(built, "402876-2026"), "//efac:LotResult/cbc:TenderResultCode", EFORMS)
    assert codes == ["selec-w", "clos-nw"]


def test_a_withheld_value_is_absent(built: Site) -> None:
    root = _root(built, "820338-2026")
    assert _texts(root, "//cbc:PayableAmount | //efac:NoticeResult/cbc:TotalAmount", EFORMS) == []
    assert _notice(built, "820338-2026").lots[0].winner == "Radiolink Benelux NV"
