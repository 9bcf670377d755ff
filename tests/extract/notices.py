"""Invented notices in the real formats, for the tests."""

from __future__ import annotations

PUBLICATION = "http://publications.europa.eu/resource/schema/ted/R2.0.9/publication"
FORMEX = "http://formex.publications.europa.eu/ted/schema/export/R2.0.9.S01.E01"
RELATIVE = "ted/R2.0.9.S02/publication"
OLD = "http://publications.europa.eu/resource/schema/ted/R2.0.8/publication"

CODED = """<CODED_DATA_SECTION>
<REF_OJS><NO_OJ>12</NO_OJ><DATE_PUB>20190117</DATE_PUB></REF_OJS>
<NOTICE_DATA><NO_DOC_OJS>2019/S 012-000345</NO_DOC_OJS><LG_ORIG>EN</LG_ORIG>
<ISO_COUNTRY VALUE="{country}"/><ORIGINAL_CPV CODE="34521000">Boats</ORIGINAL_CPV>
<REF_NOTICE><NO_DOC_OJS>2018/S 200-451234</NO_DOC_OJS></REF_NOTICE></NOTICE_DATA>
<CODIF_DATA><DS_DATE_DISPATCH>20190114</DS_DATE_DISPATCH>
<TD_DOCUMENT_TYPE CODE="7">Contract award notice</TD_DOCUMENT_TYPE>
<NC_CONTRACT_NATURE CODE="2">Supplies</NC_CONTRACT_NATURE>
<PR_PROC CODE="1">Open procedure</PR_PROC></CODIF_DATA></CODED_DATA_SECTION>"""

AWARD_FORM = """<F03_2014 LG="EN" CATEGORY="ORIGINAL"><CONTRACTING_BODY>
<ADDRESS_CONTRACTING_BODY><OFFICIALNAME>Northern Coast Guard</OFFICIALNAME>
<NATIONALID>77-1</NATIONALID>
<COUNTRY VALUE="UK"/><CONTACT_POINT>Jane Contact</CONTACT_POINT><PHONE>+44 1</PHONE>
<E_MAIL>jane@guard.example</E_MAIL></ADDRESS_CONTRACTING_BODY>
<ADDRESS_CONTRACTING_BODY_ADDITIONAL><OFFICIALNAME>Harbour Police</OFFICIALNAME>
<COUNTRY VALUE="EL"/></ADDRESS_CONTRACTING_BODY_ADDITIONAL>
<URL_DOCUMENT>https://guard.example/docs</URL_DOCUMENT></CONTRACTING_BODY>
<OBJECT_CONTRACT><TITLE><P>Patrol boats</P></TITLE><REFERENCE_NUMBER>NCG/7</REFERENCE_NUMBER>
<CPV_MAIN><CPV_CODE CODE="34521000"/></CPV_MAIN>
<SHORT_DESCR><P>Ten patrol boats.</P><P>With trailers.</P></SHORT_DESCR>
<VAL_TOTAL CURRENCY="EUR">4500000.00</VAL_TOTAL>
<OBJECT_DESCR ITEM="1"><TITLE><P>Large boats</P></TITLE><LOT_NO>1</LOT_NO>
<CPV_ADDITIONAL><CPV_CODE CODE="35811200"/></CPV_ADDITIONAL>
<SHORT_DESCR><P>Six boats of 12 m.</P></SHORT_DESCR><VAL_OBJECT CURRENCY="EUR">3000000</VAL_OBJECT>
<EU_PROGR_RELATED><P>Internal Security Fund</P></EU_PROGR_RELATED></OBJECT_DESCR>
<OBJECT_DESCR ITEM="2"><TITLE><P>Patrol boats</P></TITLE><LOT_NO>2</LOT_NO>
<SHORT_DESCR><P>Four boats of 7 m.</P></SHORT_DESCR></OBJECT_DESCR></OBJECT_CONTRACT>
<PROCEDURE><NOTICE_NUMBER_OJ>2018/S 200-451234</NOTICE_NUMBER_OJ></PROCEDURE>
<AWARD_CONTRACT ITEM="1"><LOT_NO>1</LOT_NO><AWARDED_CONTRACT>
<DATE_CONCLUSION_CONTRACT>2018-12-20</DATE_CONCLUSION_CONTRACT><CONTRACTORS>
<CONTRACTOR><ADDRESS_CONTRACTOR><OFFICIALNAME>Hull &amp; Sons</OFFICIALNAME><COUNTRY VALUE="NO"/>
</ADDRESS_CONTRACTOR></CONTRACTOR><CONTRACTOR><ADDRESS_CONTRACTOR>
<OFFICIALNAME>Engine Works</OFFICIALNAME><COUNTRY VALUE="DE"/></ADDRESS_CONTRACTOR></CONTRACTOR>
</CONTRACTORS><VALUES><VAL_ESTIMATED_TOTAL CURRENCY="EUR">3000000</VAL_ESTIMATED_TOTAL>
<VAL_RANGE_TOTAL CURRENCY="EUR"><LOW>2900000</LOW><HIGH>3100000</HIGH></VAL_RANGE_TOTAL></VALUES>
</AWARDED_CONTRACT></AWARD_CONTRACT>
<AWARD_CONTRACT ITEM="2"><LOT_NO>2</LOT_NO><NO_AWARDED_CONTRACT/></AWARD_CONTRACT></F03_2014>"""

TRANSLATION = """<F03_2014 LG="FR" CATEGORY="TRANSLATION"><OBJECT_CONTRACT>
<TITLE><P>Vedettes</P></TITLE></OBJECT_CONTRACT></F03_2014>"""

DEFENCE_FORM = """<CONTRACT_AWARD_DEFENCE LG="FR" CATEGORY="ORIGINAL"><FD_CONTRACT_AWARD_DEFENCE>
<CA_CE_CONCESSIONAIRE_PROFILE><ORGANISATION><OFFICIALNAME>Gendarmerie</OFFICIALNAME></ORGANISATION>
<COUNTRY VALUE="FR"/></CA_CE_CONCESSIONAIRE_PROFILE>
<TITLE_CONTRACT><P>Lunettes de vision nocturne</P></TITLE_CONTRACT>
<SHORT_CONTRACT_DESCRIPTION><P>Cinquante lunettes.</P></SHORT_CONTRACT_DESCRIPTION>
<CPV><CPV_MAIN><CPV_CODE CODE="38600000"/></CPV_MAIN></CPV>
<FILE_REFERENCE_NUMBER><P>G-9</P></FILE_REFERENCE_NUMBER>
<TOTAL_FINAL_VALUE><COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE CURRENCY="EUR">
<VALUE_COST>1 250 000,50</VALUE_COST></COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE></TOTAL_FINAL_VALUE>
<AWARD_OF_CONTRACT_DEFENCE><LOT_NUMBER>3</LOT_NUMBER><CONTRACT_AWARD_DATE><DAY>5</DAY>
<MONTH>2</MONTH><YEAR>2019</YEAR></CONTRACT_AWARD_DATE><ECONOMIC_OPERATOR_NAME_ADDRESS>
<CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME><ORGANISATION><OFFICIALNAME>Optique SA</OFFICIALNAME>
</ORGANISATION><COUNTRY VALUE="BE"/></CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME>
</ECONOMIC_OPERATOR_NAME_ADDRESS><CONTRACT_VALUE_INFORMATION>
<INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT CURRENCY="EUR"><VALUE_COST FMTVAL="1300000.00">1 300 000
</VALUE_COST></INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT><COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE
CURRENCY="EUR"><VALUE_COST FMTVAL="1250000.50">1 250 000,50</VALUE_COST>
</COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE></CONTRACT_VALUE_INFORMATION></AWARD_OF_CONTRACT_DEFENCE>
</FD_CONTRACT_AWARD_DEFENCE></CONTRACT_AWARD_DEFENCE>"""


def ted_export(
    forms: str = AWARD_FORM + TRANSLATION, *, namespace: str = PUBLICATION, country: str = "UK"
) -> bytes:
    """A TED_EXPORT notice 345-2019 with these forms."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><TED_EXPORT xmlns="{namespace}" '
        f'DOC_ID="000345-2019">{CODED.format(country=country)}'
        f"<FORM_SECTION>{forms}</FORM_SECTION></TED_EXPORT>"
    ).encode()


def organisation(number: int, name: str, country: str) -> str:
    """An organisation of an eForms notice, with personal data that must not be read."""
    return f"""<efac:Organization><efac:Company><cac:PartyIdentification>
<cbc:ID schemeName="organization">ORG-{number:04}</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name languageID="FRA">{name} (fr)</cbc:Name></cac:PartyName>
<cac:PartyName><cbc:Name languageID="ENG">{name}</cbc:Name></cac:PartyName>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode>
</cac:Country></cac:PostalAddress><cac:PartyLegalEntity><cbc:CompanyID>ID-{number}</cbc:CompanyID>
</cac:PartyLegalEntity><cac:Contact><cbc:Name>Jane Contact</cbc:Name>
<cbc:ElectronicMail>jane@guard.example</cbc:ElectronicMail></cac:Contact></efac:Company>
</efac:Organization>"""


RESULT = """<efac:NoticeResult><cbc:TotalAmount currencyID="EUR">-1</cbc:TotalAmount>
<efbc:OverallMaximumFrameworkContractsAmount
currencyID="EUR">900000</efbc:OverallMaximumFrameworkContractsAmount>
<efac:LotResult><cbc:ID>RES-0001</cbc:ID><cbc:TenderResultCode>selec-w</cbc:TenderResultCode>
<efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender>
<efac:SettledContract><cbc:ID>CON-0001</cbc:ID></efac:SettledContract>
<efac:TenderLot><cbc:ID>LOT-0001</cbc:ID></efac:TenderLot></efac:LotResult>
<efac:LotResult><cbc:ID>RES-0002</cbc:ID><cbc:TenderResultCode>clos-nw</cbc:TenderResultCode>
<efac:TenderLot><cbc:ID>LOT-0002</cbc:ID></efac:TenderLot></efac:LotResult>
<efac:LotTender><cbc:ID>TEN-0001</cbc:ID><cac:LegalMonetaryTotal>
<cbc:PayableAmount currencyID="EUR">640000.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID></efac:TenderingParty>
<efac:TenderLot><cbc:ID>LOT-0001</cbc:ID></efac:TenderLot></efac:LotTender>
<efac:SettledContract><cbc:ID>CON-0001</cbc:ID><cbc:IssueDate>2024-03-01+01:00</cbc:IssueDate>
<cbc:Title>Thermal cameras contract</cbc:Title><efac:LotTender><cbc:ID>TEN-0001</cbc:ID>
</efac:LotTender></efac:SettledContract>
<efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID><efac:Tenderer><cbc:ID>ORG-0002</cbc:ID>
</efac:Tenderer><efac:Tenderer><cbc:ID>ORG-0003</cbc:ID></efac:Tenderer></efac:TenderingParty>
</efac:NoticeResult>"""


def lot(number: int, title: str, amount: str) -> str:
    """A lot of an eForms notice."""
    return f"""<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">LOT-{number:04}</cbc:ID>
<cac:TenderingTerms><cbc:FundingProgramCode>no-eu-funds</cbc:FundingProgramCode>
</cac:TenderingTerms><cac:TenderingProcess><cac:TenderSubmissionDeadlinePeriod>
<cbc:EndDate>2023-12-0{number}Z</cbc:EndDate></cac:TenderSubmissionDeadlinePeriod>
<cac:NoticeDocumentReference><cbc:ID>290207-2023</cbc:ID></cac:NoticeDocumentReference>
</cac:TenderingProcess><cac:ProcurementProject><cbc:Name languageID="ENG">{title}</cbc:Name>
<cbc:Description languageID="ENG">{title} for the border</cbc:Description>
<cac:RequestedTenderTotal><cbc:EstimatedOverallContractAmount
currencyID="EUR">{amount}</cbc:EstimatedOverallContractAmount>
</cac:RequestedTenderTotal><cac:MainCommodityClassification>
<cbc:ItemClassificationCode>3512000{number}</cbc:ItemClassificationCode>
</cac:MainCommodityClassification></cac:ProcurementProject></cac:ProcurementProjectLot>"""


def eforms(result: str = RESULT) -> bytes:
    """An eForms award notice 215550-2024 with two lots."""
    companies = "".join(
        organisation(number, name, country)
        for number, name, country in (
            (1, "Border Agency", "POL"), (2, "Lens Ltd", "GRC"), (3, "Heat SpA", "ITA"),
        )
    )  # fmt: skip
    return f"""<?xml version="1.0" encoding="UTF-8"?><ContractAwardNotice
xmlns="urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2"
xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1"
xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1"
xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1">
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>{result}
<efac:Organizations>{companies}<efac:UltimateBeneficialOwner><cbc:FamilyName>Owner</cbc:FamilyName>
</efac:UltimateBeneficialOwner></efac:Organizations>
<efac:Publication><efbc:NoticePublicationID>00215550-2024</efbc:NoticePublicationID>
<efbc:PublicationDate>2024-04-11Z</efbc:PublicationDate></efac:Publication>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:IssueDate>2024-04-09+02:00</cbc:IssueDate>
<cbc:NoticeTypeCode listName="result">can-standard</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode>ENG</cbc:NoticeLanguageCode>
<cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID>
</cac:PartyIdentification></cac:Party></cac:ContractingParty>
<cac:TenderingProcess><cbc:ProcedureCode>open</cbc:ProcedureCode></cac:TenderingProcess>
<cac:ProcurementProject><cbc:ID>BA/11</cbc:ID><cbc:Name languageID="FRA">Caméras</cbc:Name>
<cbc:Name languageID="ENG">Thermal cameras</cbc:Name>
<cbc:Description languageID="ENG">Cameras for patrols
in two lots</cbc:Description><cbc:ProcurementTypeCode>supplies</cbc:ProcurementTypeCode>
<cac:RequestedTenderTotal><cbc:EstimatedOverallContractAmount
currencyID="EUR">800000</cbc:EstimatedOverallContractAmount>
</cac:RequestedTenderTotal><cac:MainCommodityClassification>
<cbc:ItemClassificationCode>35120000</cbc:ItemClassificationCode></cac:MainCommodityClassification>
</cac:ProcurementProject>{lot(1, "Cameras", "500000")}{lot(2, "Tripods", "300000")}
</ContractAwardNotice>""".encode()
