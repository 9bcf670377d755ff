"""Invented notices whose details both formats state: places, results, languages, changes."""

from __future__ import annotations

from tests.extract.notices import CORRIGENDUM, MODIFICATION, PUBLICATION, eforms, form, ted_export

_CODED = """<CODED_DATA_SECTION><REF_OJS><NO_OJ>12</NO_OJ><DATE_PUB>20230117</DATE_PUB></REF_OJS>
<NOTICE_DATA><NO_DOC_OJS>2023/S 012-000077</NO_DOC_OJS><LG_ORIG>EN</LG_ORIG>
<ISO_COUNTRY VALUE="PL"/><ORIGINAL_CPV CODE="35120000">Cameras</ORIGINAL_CPV>
<PERFORMANCE_NUTS CODE="PL92"/><PERFORMANCE_NUTS CODE="NE"/></NOTICE_DATA>
<CODIF_DATA><DS_DATE_DISPATCH>20230114</DS_DATE_DISPATCH>
<DT_DATE_FOR_SUBMISSION>20230201 9:30</DT_DATE_FOR_SUBMISSION>
<AA_AUTHORITY_TYPE CODE="5">European Institution/Agency</AA_AUTHORITY_TYPE>
<TD_DOCUMENT_TYPE CODE="7">Contract award notice</TD_DOCUMENT_TYPE>
<MA_MAIN_ACTIVITIES CODE="D">Defence</MA_MAIN_ACTIVITIES></CODIF_DATA></CODED_DATA_SECTION>
<TRANSLATION_SECTION><ML_TITLES><ML_TI_DOC LG="FR"><TI_CY>Pologne</TI_CY></ML_TI_DOC>
<ML_TI_DOC LG="EN"><TI_CY>Poland</TI_CY><TI_TOWN>Warsaw</TI_TOWN>
<TI_TEXT><P>Cameras</P></TI_TEXT></ML_TI_DOC></ML_TITLES></TRANSLATION_SECTION>"""


def _buyer(name: str) -> str:
    return (
        f"<CONTRACTING_BODY><ADDRESS_CONTRACTING_BODY><OFFICIALNAME>{name}</OFFICIALNAME>"
        '<NATIONALID>PL-1</NATIONALID><COUNTRY VALUE="PL"/><NUTS CODE="PL911"/>'
        "</ADDRESS_CONTRACTING_BODY></CONTRACTING_BODY>"
    )


_ENGLISH = form(
    "F03_2014",
    '<LEGAL_BASIS VALUE="32018R1046"/>',
    _buyer("Border Agency"),
    "<OBJECT_CONTRACT><TITLE><P>Cameras</P></TITLE><SHORT_DESCR><P>Two lots</P></SHORT_DESCR>"
    "<OBJECT_DESCR><TITLE><P>Thermal cameras</P></TITLE><LOT_NO>1</LOT_NO>"
    '<NUTS CODE="PL92"/><MAIN_SITE><P>Depot in Radom</P></MAIN_SITE></OBJECT_DESCR>'
    "<OBJECT_DESCR><TITLE><P>Tripods</P></TITLE><LOT_NO>2</LOT_NO>"
    '<NUTS CODE="NE"/><MAIN_SITE><P>Niamey</P></MAIN_SITE></OBJECT_DESCR></OBJECT_CONTRACT>'
    "<AWARD_CONTRACT><CONTRACT_NO>C-1/2023</CONTRACT_NO><LOT_NO>1</LOT_NO><AWARDED_CONTRACT>"
    "<DATE_CONCLUSION_CONTRACT>2023-01-10</DATE_CONCLUSION_CONTRACT><TENDERS>"
    "<NB_TENDERS_RECEIVED>3</NB_TENDERS_RECEIVED>"
    "<NB_TENDERS_RECEIVED_SME>1</NB_TENDERS_RECEIVED_SME></TENDERS><CONTRACTORS><CONTRACTOR>"
    "<ADDRESS_CONTRACTOR><OFFICIALNAME>Lens Ltd</OFFICIALNAME><NATIONALID>GR-2</NATIONALID>"
    '<COUNTRY VALUE="EL"/><NUTS CODE="EL30"/></ADDRESS_CONTRACTOR></CONTRACTOR></CONTRACTORS>'
    '<VALUES><VAL_TOTAL CURRENCY="EUR">9000</VAL_TOTAL></VALUES>'
    '<VAL_SUBCONTRACTING CURRENCY="EUR">700</VAL_SUBCONTRACTING></AWARDED_CONTRACT>'
    "</AWARD_CONTRACT><AWARD_CONTRACT><LOT_NO>2</LOT_NO><NO_AWARDED_CONTRACT/></AWARD_CONTRACT>",
)
_FRENCH = form(
    "F03_2014",
    _buyer("Agence des frontières"),
    "<OBJECT_CONTRACT><TITLE><P>Caméras</P></TITLE><SHORT_DESCR><P>Deux lots</P></SHORT_DESCR>"
    "<OBJECT_DESCR><TITLE><P>Caméras thermiques</P></TITLE></OBJECT_DESCR><OBJECT_DESCR/>"
    "</OBJECT_CONTRACT>",
    language="FR",
    category="TRANSLATION",
)
_UUID = "5a0e6a3c-0000-4000-8000-0000000000aa"
_SUBTYPED = _ENGLISH.replace('LG="EN"', 'LG="EN" FORM="F03"')

DETAILED = (
    f'<?xml version="1.0" encoding="UTF-8"?><TED_EXPORT xmlns="{PUBLICATION}" '
    f'DOC_ID="000077-2023" VERSION="R2.0.9.S05.E01">{_CODED}<FORM_SECTION>{_SUBTYPED}{_FRENCH}'
    f"<NOTICE_UUID>{_UUID}</NOTICE_UUID></FORM_SECTION></TED_EXPORT>"
).encode()


def _company(number: int, names: dict[str, str], country: str, key: str, nuts: str) -> str:
    named = "".join(
        f'<cac:PartyName><cbc:Name languageID="{language}">{name}</cbc:Name></cac:PartyName>'
        for language, name in names.items()
    )
    area = f"<cbc:CountrySubentityCode>{nuts}</cbc:CountrySubentityCode>" if nuts else ""
    return f"""<efac:Organization><efac:Company><cac:PartyIdentification>
<cbc:ID>ORG-{number:04}</cbc:ID></cac:PartyIdentification>{named}<cac:PostalAddress>{area}
<cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode></cac:Country>
</cac:PostalAddress><cac:PartyLegalEntity><cbc:CompanyID>{key}</cbc:CompanyID>
</cac:PartyLegalEntity></efac:Company></efac:Organization>"""


def _texts(tag: str, texts: dict[str, str]) -> str:
    return "".join(
        f'<cbc:{tag} languageID="{language}">{said}</cbc:{tag}>' for language, said in texts.items()
    )


def _lot(number: int, titles: dict[str, str], code: str, land: str, place: str) -> str:
    return f"""<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">LOT-{number:04}</cbc:ID>
<cac:TenderingProcess><cac:TenderSubmissionDeadlinePeriod><cbc:EndDate>2023-02-01+01:00</cbc:EndDate>
<cbc:EndTime>09:30:00+01:00</cbc:EndTime></cac:TenderSubmissionDeadlinePeriod>
</cac:TenderingProcess><cac:ProcurementProject>{_texts("Name", titles)}<cac:RealizedLocation>
<cbc:Description languageID="ENG">{place}</cbc:Description><cac:Address>
<cbc:CountrySubentityCode>{code}</cbc:CountrySubentityCode><cac:Country>
<cbc:IdentificationCode>{land}</cbc:IdentificationCode></cac:Country></cac:Address>
</cac:RealizedLocation></cac:ProcurementProject></cac:ProcurementProjectLot>"""


def _counted(kind: str, number: int) -> str:
    return f"""<efac:ReceivedSubmissionsStatistics>
<efbc:StatisticsCode>{kind}</efbc:StatisticsCode>
<efbc:StatisticsNumeric>{number}</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>"""


_RESULT = f"""<efac:NoticeResult>
<efac:LotResult><cbc:ID>RES-0001</cbc:ID><cbc:TenderResultCode>selec-w</cbc:TenderResultCode>
<efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender>{_counted("tenders", 3)}
{_counted("t-sme", 1)}<efac:SettledContract><cbc:ID>CON-0001</cbc:ID></efac:SettledContract>
<efac:TenderLot><cbc:ID>LOT-0001</cbc:ID></efac:TenderLot></efac:LotResult>
<efac:LotResult><cbc:ID>RES-0002</cbc:ID><cbc:TenderResultCode>clos-nw</cbc:TenderResultCode>
<efac:TenderLot><cbc:ID>LOT-0002</cbc:ID></efac:TenderLot></efac:LotResult>
<efac:LotTender><cbc:ID>TEN-0001</cbc:ID><cac:LegalMonetaryTotal>
<cbc:PayableAmount currencyID="EUR">9000</cbc:PayableAmount></cac:LegalMonetaryTotal>
<efac:SubcontractingTerm><efbc:TermAmount currencyID="EUR">700</efbc:TermAmount>
</efac:SubcontractingTerm><efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID></efac:TenderingParty>
<efac:TenderLot><cbc:ID>LOT-0001</cbc:ID></efac:TenderLot></efac:LotTender>
<efac:SettledContract><cbc:ID>CON-0001</cbc:ID><cbc:AwardDate>2023-01-05Z</cbc:AwardDate>
<cbc:IssueDate>2023-01-10Z</cbc:IssueDate><efac:ContractReference><cbc:ID>C-1/2023</cbc:ID>
</efac:ContractReference><efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender>
</efac:SettledContract><efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID><efac:Tenderer>
<cbc:ID>ORG-0002</cbc:ID></efac:Tenderer><efac:SubContractor><cbc:ID>ORG-0003</cbc:ID>
</efac:SubContractor></efac:TenderingParty></efac:NoticeResult>"""


def _detailed_eforms() -> bytes:
    """The notice of `DETAILED` in the later format, with a subcontractor and a decision besides."""
    head = eforms().decode().split("<ext:UBLExtensions>")[0]
    companies = "".join(
        (
            _company(1, {"ENG": "Border Agency", "FRA": "Agence des frontières"}, "POL", "PL-1",
                     "PL911"),
            _company(2, {"ENG": "Lens Ltd"}, "GRC", "GR-2", "EL30"),
            _company(3, {"ENG": "Heat SpA"}, "ITA", "IT-3", ""),
        )
    )  # fmt: skip
    titles = {"ENG": "Thermal cameras", "FRA": "Caméras thermiques"}
    return f"""{head}<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>
<efext:EformsExtension>{_RESULT}<efac:NoticeSubType><cbc:SubTypeCode>29</cbc:SubTypeCode>
</efac:NoticeSubType><efac:Organizations>{companies}</efac:Organizations><efac:Publication>
<efbc:NoticePublicationID>00000077-2023</efbc:NoticePublicationID>
<efbc:GazetteID>12/2023</efbc:GazetteID><efbc:PublicationDate>2023-01-17Z</efbc:PublicationDate>
</efac:Publication></efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension>
</ext:UBLExtensions><cbc:CustomizationID>eforms-sdk-1.10</cbc:CustomizationID>
<cbc:ID schemeName="notice-id">{_UUID}</cbc:ID>
<cbc:ContractFolderID>11111111-0000-4000-8000-0000000000bb</cbc:ContractFolderID>
<cbc:IssueDate>2023-01-14Z</cbc:IssueDate><cbc:VersionID>02</cbc:VersionID>
<cbc:RegulatoryDomain>32018R1046</cbc:RegulatoryDomain>
<cbc:NoticeTypeCode listName="result">can-standard</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode>ENG</cbc:NoticeLanguageCode><cac:ContractingParty>
<cac:ContractingPartyType>
<cbc:PartyTypeCode listName="buyer-legal-type">eu-ins-bod-ag</cbc:PartyTypeCode>
</cac:ContractingPartyType><cac:ContractingActivity>
<cbc:ActivityTypeCode>defence</cbc:ActivityTypeCode></cac:ContractingActivity><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID>
</cac:PartyIdentification></cac:Party></cac:ContractingParty><cac:ProcurementProject>
{_texts("Name", {"FRA": "Caméras", "ENG": "Cameras"})}
{_texts("Description", {"FRA": "Deux lots", "ENG": "Two lots"})}</cac:ProcurementProject>
{_lot(1, titles, "PL92", "POL", "Depot in Radom")}
{_lot(2, {"ENG": "Tripods"}, "NE", "NER", "Niamey")}</ContractAwardNotice>""".encode()


DETAILED_EFORMS = _detailed_eforms()

CORRECTION = (
    ted_export(
        CORRIGENDUM.replace("<SECTION>IV.2.2)</SECTION>", "<SECTION>IV.2.2)</SECTION>"
                            "<LABEL>Time limit</LABEL>")
        .replace('<OLD_VALUE><CPV_MAIN><CPV_CODE CODE="32000000"/></CPV_MAIN></OLD_VALUE>',
                 "<OLD_VALUE><NOTHING/></OLD_VALUE>")
        .replace("</CHANGES>", "<CHANGE><WHERE><SECTION>VI.4.1)</SECTION></WHERE><NEW_VALUE><TEXT>"
                 "<P>Court of Jane</P></TEXT></NEW_VALUE></CHANGE><INFO_ADD><P>Read ten for twelve."
                 "</P></INFO_ADD></CHANGES>")
    ).replace(b'DOCUMENT_TYPE CODE="7"', b'DOCUMENT_TYPE CODE="2"')
)  # fmt: skip

_CHANGES = """<efac:Changes>
<efbc:ChangedNoticeIdentifier>6bc75979-ce6c-46eb-81a6-eee543697dec-01</efbc:ChangedNoticeIdentifier>
<efac:Change><efac:ChangedSection>
<efbc:ChangedSectionIdentifier>LOT-0001</efbc:ChangedSectionIdentifier></efac:ChangedSection>
<efac:ChangedSection><efbc:ChangedSectionIdentifier>PROCEDURE</efbc:ChangedSectionIdentifier>
</efac:ChangedSection><efbc:ChangeDescription languageID="FRA">Dix</efbc:ChangeDescription>
<efbc:ChangeDescription languageID="ENG">Ten for twelve</efbc:ChangeDescription></efac:Change>
<efac:Change><efbc:ChangedSectionIdentifier>LOT-0002</efbc:ChangedSectionIdentifier></efac:Change>
<efac:ChangeReason><cbc:ReasonCode>cor-buy</cbc:ReasonCode>
<efbc:ReasonDescription languageID="ENG">A slip of the buyer</efbc:ReasonDescription>
</efac:ChangeReason></efac:Changes>"""
CORRECTION_EFORMS = DETAILED_EFORMS.replace(
    b"<efac:NoticeSubType>", f"{_CHANGES}<efac:NoticeSubType>".encode()
)

MODIFIED = ted_export(
    MODIFICATION.replace("<SHORT_DESCR><P>Twelve radios more.</P></SHORT_DESCR>",
                         "<SHORT_DESCR><P>Twelve radios more.</P></SHORT_DESCR>"
                         "<ADDITIONAL_NEED><P>A new crew</P></ADDITIONAL_NEED>")
    .replace("<AWARD_CONTRACT>", "<PROCEDURE><NOTICE_NUMBER_OJ>2018/S 200-451234</NOTICE_NUMBER_OJ>"
             "</PROCEDURE><AWARD_CONTRACT>", 1)
).replace(b'DOCUMENT_TYPE CODE="7"', b'DOCUMENT_TYPE CODE="K"')  # fmt: skip
_MODIFIED = """<efac:ContractModification>
<efbc:ChangedNoticeIdentifier>451234-2018</efbc:ChangedNoticeIdentifier><efac:Change>
<efbc:ChangeDescription languageID="ENG">Twelve radios more.</efbc:ChangeDescription></efac:Change>
<efac:ChangeReason><cbc:ReasonCode>add-wss</cbc:ReasonCode>
<efbc:ReasonDescription languageID="ENG">A new crew</efbc:ReasonDescription></efac:ChangeReason>
</efac:ContractModification>"""
MODIFIED_EFORMS = DETAILED_EFORMS.replace(
    b"<efac:NoticeSubType>", f"{_MODIFIED}<efac:NoticeSubType>".encode()
)
