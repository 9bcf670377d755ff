"""eForms (UBL 2.3): the form of notices since October 2023; contract and contract award notices.

The result chain is written in full: lot result, tender, tendering party, tenderer, organisation,
settled contract.
"""

import datetime as dt
import uuid
from html import escape

from demo.marks import strip_marks
from demo.notice_fields import ALPHA_3, LANGUAGE_3, NOTICE_TYPES, total_award, total_estimate
from demo.world import Lot, Notice

_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_P27 = "http://data.europa.eu/p27"
_ROOTS = {"eforms-cn": "ContractNotice", "eforms-can": "ContractAwardNotice"}
_SUBTYPES = {"eforms-cn": "16", "eforms-can": "29"}
_NAMESPACES = f"""xmlns:cac="{_UBL}:CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}:CommonBasicComponents-2" xmlns:ext="{_UBL}:CommonExtensionComponents-2"
 xmlns:efac="{_P27}/eforms-ubl-extension-aggregate-components/1"
 xmlns:efbc="{_P27}/eforms-ubl-extension-basic-components/1"
 xmlns:efext="{_P27}/eforms-ubl-extensions/1\""""


def write_eforms(notice: Notice) -> str:
    """Return a ContractNotice or ContractAwardNotice document."""
    root = _ROOTS[notice.form]
    kind, form = NOTICE_TYPES[notice.form]
    lots = "\n".join(_lot(notice, lot) for lot in notice.lots)
    awarded = "<cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult>"
    return f"""<{root} xmlns="{_UBL}:{root}-2" {_NAMESPACES}>
{_extension(notice)}
<cbc:UBLVersionID>2.3</cbc:UBLVersionID>
<cbc:CustomizationID>eforms-sdk-1.10</cbc:CustomizationID>
<cbc:ID schemeName="notice-id">{_uuid(notice, "notice")}</cbc:ID>
<cbc:ContractFolderID>{_uuid(notice, "procedure")}</cbc:ContractFolderID>
<cbc:IssueDate>{notice.published - dt.timedelta(days=2)}Z</cbc:IssueDate>
<cbc:IssueTime>12:00:00Z</cbc:IssueTime>
<cbc:VersionID>01</cbc:VersionID>
<cbc:RegulatoryDomain>32014L0024</cbc:RegulatoryDomain>
<cbc:NoticeTypeCode listName="{form}">{kind}</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode listName="language">{_language(notice)}</cbc:NoticeLanguageCode>
<cac:ContractingParty><cac:ContractingPartyType>
<cbc:PartyTypeCode listName="buyer-legal-type">cga</cbc:PartyTypeCode></cac:ContractingPartyType>
<cac:Party><cac:PartyIdentification><cbc:ID schemeName="organization">ORG-0001</cbc:ID>
</cac:PartyIdentification></cac:Party></cac:ContractingParty>
<cac:TenderingProcess>
<cbc:ProcedureCode listName="procurement-procedure-type">open</cbc:ProcedureCode>
{_earlier(notice)}
</cac:TenderingProcess>
{_project(notice)}
{lots}
{awarded if notice.is_award else ""}
</{root}>
"""


def _extension(notice: Notice) -> str:
    return f"""<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>
{_result(notice) if notice.is_award else ""}
<efac:NoticeSubType>
<cbc:SubTypeCode listName="notice-subtype">{_SUBTYPES[notice.form]}</cbc:SubTypeCode>
</efac:NoticeSubType>
{_organizations(notice)}
<efac:Publication>
<efbc:NoticePublicationID schemeName="ojs-notice-id">{
        _published_number(notice)
    }</efbc:NoticePublicationID>
<efbc:GazetteID schemeName="ojs-id">{notice.issue}/{notice.year}</efbc:GazetteID>
<efbc:PublicationDate>{notice.published}Z</efbc:PublicationDate>
</efac:Publication>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>"""


def _published_number(notice: Notice) -> str:
    return f"{notice.number:08d}-{notice.year}"


def _uuid(notice: Notice, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{notice.key}/{what}"))


def _language(notice: Notice) -> str:
    return LANGUAGE_3[notice.language].upper()


def _text(text: str) -> str:
    return escape(strip_marks(text).strip(), quote=False)


def _earlier(notice: Notice) -> str:
    if not notice.earlier:
        return ""
    return f"""<cac:NoticeDocumentReference>
<cbc:ID schemeName="ojs-notice-id">{notice.earlier}</cbc:ID></cac:NoticeDocumentReference>"""


def _winners(notice: Notice) -> list[Lot]:
    return [lot for lot in notice.lots if lot.winner]


def _organizations(notice: Notice) -> str:
    """Return the organisations: the buyer, the review body, then one winner per awarded lot."""
    court = "Administrative Court of First Instance"
    known = [(notice.buyer, notice.buyer_country), (court, notice.buyer_country)]
    known += [(str(lot.winner), str(lot.winner_country)) for lot in _winners(notice)]
    items = "\n".join(
        _organization(notice, number, name, country)
        for number, (name, country) in enumerate(known, start=1)
    )
    return f"<efac:Organizations>\n{items}\n</efac:Organizations>"


def _organization(notice: Notice, number: int, name: str, country: str) -> str:
    town = f"<cbc:CityName>{_text(notice.buyer_town)}</cbc:CityName>" if number == 1 else ""
    return f"""<efac:Organization><efac:Company>
<cac:PartyIdentification><cbc:ID schemeName="organization">ORG-{number:04d}</cbc:ID>
</cac:PartyIdentification>
<cac:PartyName><cbc:Name languageID="{_language(notice)}">{_text(name)}</cbc:Name></cac:PartyName>
<cac:PostalAddress>{town}<cac:Country>
<cbc:IdentificationCode listName="country">{ALPHA_3[country]}</cbc:IdentificationCode>
</cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:CompanyID>{notice.number}-{number}</cbc:CompanyID></cac:PartyLegalEntity>
</efac:Company></efac:Organization>"""


def _project(notice: Notice) -> str:
    estimate = total_estimate(notice)
    return f"""<cac:ProcurementProject>
<cbc:ID schemeName="InternalID">{_text(notice.reference)}</cbc:ID>
<cbc:Name languageID="{_language(notice)}">{_text(notice.title)}</cbc:Name>
<cbc:Description languageID="{_language(notice)}">{_text(notice.description)}</cbc:Description>
<cbc:ProcurementTypeCode listName="contract-nature">{
        notice.nature.lower()
    }</cbc:ProcurementTypeCode>
{_estimate(notice, estimate)}
{_classification(notice.cpv)}
<cac:RealizedLocation><cac:Address>
<cbc:CountrySubentityCode listName="nuts">{notice.nuts}</cbc:CountrySubentityCode>
<cac:Country><cbc:IdentificationCode listName="country">{
        ALPHA_3[notice.buyer_country]
    }</cbc:IdentificationCode></cac:Country>
</cac:Address></cac:RealizedLocation>
</cac:ProcurementProject>"""


def _estimate(notice: Notice, value: str | None) -> str:
    if not value:
        return ""
    return f"""<cac:RequestedTenderTotal><cbc:EstimatedOverallContractAmount currencyID="{
        notice.currency
    }">{value}</cbc:EstimatedOverallContractAmount></cac:RequestedTenderTotal>"""


def _classification(cpv: str) -> str:
    return f"""<cac:MainCommodityClassification>
<cbc:ItemClassificationCode listName="cpv">{cpv}</cbc:ItemClassificationCode>
</cac:MainCommodityClassification>"""


def _lot(notice: Notice, lot: Lot) -> str:
    funded = "eu-funds" if notice.programme else "no-eu-funds"
    programme = (
        f"""<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>
<efac:Funding><efbc:FinancingIdentifier>{_text(notice.programme)}</efbc:FinancingIdentifier>
<cbc:Description languageID="{_language(notice)}">{_text(notice.programme)}</cbc:Description>
</efac:Funding></efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension>
</ext:UBLExtensions>"""
        if notice.programme
        else ""
    )
    return f"""<cac:ProcurementProjectLot>
<cbc:ID schemeName="Lot">LOT-{lot.number:04d}</cbc:ID>
<cac:TenderingTerms>{programme}
<cbc:FundingProgramCode listName="eu-funded">{funded}</cbc:FundingProgramCode>
{_documents(notice)}
</cac:TenderingTerms>
{_deadline(notice)}
<cac:ProcurementProject>
<cbc:ID schemeName="InternalID">{_text(notice.reference)}-{lot.number}</cbc:ID>
<cbc:Name languageID="{_language(notice)}">{_text(lot.title)}</cbc:Name>
<cbc:Description languageID="{_language(notice)}">{_text(lot.description)}</cbc:Description>
<cbc:ProcurementTypeCode listName="contract-nature">{
        notice.nature.lower()
    }</cbc:ProcurementTypeCode>
{_estimate(notice, lot.estimate)}
{_classification(lot.cpv)}
</cac:ProcurementProject>
</cac:ProcurementProjectLot>"""


def _documents(notice: Notice) -> str:
    if notice.is_award:
        return ""
    return """<cac:CallForTendersDocumentReference><cac:Attachment><cac:ExternalReference>
<cbc:URI>https://tenders.example.org</cbc:URI></cac:ExternalReference></cac:Attachment>
</cac:CallForTendersDocumentReference>"""


def _deadline(notice: Notice) -> str:
    if not notice.deadline:
        return ""
    return f"""<cac:TenderingProcess><cac:TenderSubmissionDeadlinePeriod>
<cbc:EndDate>{notice.deadline}+01:00</cbc:EndDate><cbc:EndTime>12:00:00+01:00</cbc:EndTime>
</cac:TenderSubmissionDeadlinePeriod></cac:TenderingProcess>"""


def _result(notice: Notice) -> str:
    total = total_award(notice)
    amount = f'<cbc:TotalAmount currencyID="{notice.currency}">{total}.00</cbc:TotalAmount>'
    winners = list(enumerate(_winners(notice), start=1))
    parts = [
        amount if total else "",
        *(_lot_result(lot, number) for number, lot in winners),
        *(_unawarded(lot) for lot in notice.lots if not lot.winner),
        *(_tender(notice, lot, number) for number, lot in winners),
        *(_contract(notice, lot, number) for number, lot in winners),
        *(_party(number) for number, _ in winners),
    ]
    inner = "\n".join(part for part in parts if part)
    return f"<efac:NoticeResult>\n{inner}\n</efac:NoticeResult>"


def _lot_result(lot: Lot, number: int) -> str:
    return f"""<efac:LotResult><cbc:ID schemeName="result">RES-{lot.number:04d}</cbc:ID>
<cbc:TenderResultCode listName="winner-selection-status">selec-w</cbc:TenderResultCode>
<efac:LotTender><cbc:ID schemeName="tender">TEN-{number:04d}</cbc:ID></efac:LotTender>
<efac:ReceivedSubmissionsStatistics>
<efbc:StatisticsCode listName="received-submission-type">tenders</efbc:StatisticsCode>
<efbc:StatisticsNumeric>{lot.tenders}</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>
<efac:SettledContract><cbc:ID schemeName="contract">CON-{number:04d}</cbc:ID></efac:SettledContract>
<efac:TenderLot><cbc:ID schemeName="Lot">LOT-{lot.number:04d}</cbc:ID></efac:TenderLot>
</efac:LotResult>"""


def _unawarded(lot: Lot) -> str:
    return f"""<efac:LotResult><cbc:ID schemeName="result">RES-{lot.number:04d}</cbc:ID>
<cbc:TenderResultCode listName="winner-selection-status">clos-nw</cbc:TenderResultCode>
<efac:TenderLot><cbc:ID schemeName="Lot">LOT-{lot.number:04d}</cbc:ID></efac:TenderLot>
</efac:LotResult>"""


def _tender(notice: Notice, lot: Lot, number: int) -> str:
    value = f"""<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="{notice.currency}">{
        lot.award
    }.00</cbc:PayableAmount></cac:LegalMonetaryTotal>"""
    return f"""<efac:LotTender><cbc:ID schemeName="tender">TEN-{number:04d}</cbc:ID>
<cbc:RankCode>1</cbc:RankCode>
{value if lot.award else ""}
<efac:TenderingParty><cbc:ID schemeName="tendering-party">TPA-{number:04d}</cbc:ID>
</efac:TenderingParty>
<efac:TenderLot><cbc:ID schemeName="Lot">LOT-{lot.number:04d}</cbc:ID></efac:TenderLot>
<efac:TenderReference><cbc:ID>T{number}</cbc:ID></efac:TenderReference></efac:LotTender>"""


def _contract(notice: Notice, lot: Lot, number: int) -> str:
    return f"""<efac:SettledContract><cbc:ID schemeName="contract">CON-{number:04d}</cbc:ID>
<cbc:IssueDate>{lot.concluded}Z</cbc:IssueDate>
<cbc:Title languageID="{_language(notice)}">{_text(lot.title)}</cbc:Title>
<efac:ContractReference><cbc:ID>{_text(notice.reference)}-{lot.number}</cbc:ID></efac:ContractReference>
<efac:LotTender><cbc:ID schemeName="tender">TEN-{number:04d}</cbc:ID></efac:LotTender>
</efac:SettledContract>"""


def _party(number: int) -> str:
    """Return the tendering party of the n-th winner; organisations 1 and 2 are no tenderers."""
    return f"""<efac:TenderingParty>
<cbc:ID schemeName="tendering-party">TPA-{number:04d}</cbc:ID>
<efac:Tenderer><cbc:ID schemeName="organization">ORG-{number + 2:04d}</cbc:ID></efac:Tenderer>
</efac:TenderingParty>"""
