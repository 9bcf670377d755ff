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
<COUNTRY VALUE="FR"/><CONTACT_POINT>Jane Contact</CONTACT_POINT><ATTENTION>Joan Owner</ATTENTION>
<E_MAILS><E_MAIL>jane@guard.example</E_MAIL></E_MAILS><PHONE>+33 555 0195</PHONE>
</CA_CE_CONCESSIONAIRE_PROFILE>
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
<cbc:Telephone>+44 555 0196</cbc:Telephone>
<cbc:ElectronicMail>jane@guard.example</cbc:ElectronicMail></cac:Contact></efac:Company>
<efac:TouchPoint><cac:PartyIdentification><cbc:ID>TPO-{number:04}</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name>Jane Contact</cbc:Name></cac:PartyName></efac:TouchPoint>
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


def buyer(name: str = "Northern Coast Guard", country: str = "UK") -> str:
    """The contracting body of a 2014 form, with personal data that must not be read."""
    return f"""<CONTRACTING_BODY><ADDRESS_CONTRACTING_BODY><OFFICIALNAME>{name}</OFFICIALNAME>
<COUNTRY VALUE="{country}"/><CONTACT_POINT>Jane Contact</CONTACT_POINT><PHONE>+44 555 0199</PHONE>
<FAX>+44 555 0198</FAX><E_MAIL>jane@guard.example</E_MAIL></ADDRESS_CONTRACTING_BODY>
<URL_DOCUMENT>http://jane@guard.example</URL_DOCUMENT></CONTRACTING_BODY>"""


def contractor(name: str, tag: str = "CONTRACTOR", country: str = "DE") -> str:
    """A winner in a 2014 form, with personal data that must not be read."""
    return f"""<{tag}><ADDRESS_{tag}><OFFICIALNAME>{name}</OFFICIALNAME><COUNTRY VALUE="{country}"/>
<E_MAIL>jane@firm.example</E_MAIL><PHONE>+49 555 0197</PHONE></ADDRESS_{tag}></{tag}>"""


def form(name: str, *parts: str, language: str = "EN", category: str = "ORIGINAL") -> str:
    """A 2014 form of these parts."""
    return f'<{name} LG="{language}" CATEGORY="{category}">{"".join(parts)}</{name}>'


SUBJECT = """<OBJECT_CONTRACT><TITLE><P>Radios</P></TITLE><CPV_MAIN><CPV_CODE CODE="32236000"/>
</CPV_MAIN><OBJECT_DESCR><SHORT_DESCR><P>Forty radios.</P></SHORT_DESCR></OBJECT_DESCR>
</OBJECT_CONTRACT>"""

MODIFICATION = form(
    "F20_2014",
    buyer(),
    SUBJECT,
    "<AWARD_CONTRACT><LOT_NO>Lot 1</LOT_NO><AWARDED_CONTRACT>"
    "<DATE_CONCLUSION_CONTRACT>2018-05-02</DATE_CONCLUSION_CONTRACT>",
    contractor("Radio Works"),
    '<VAL_TOTAL CURRENCY="EUR">100000</VAL_TOTAL></AWARDED_CONTRACT></AWARD_CONTRACT>',
    "<MODIFICATIONS_CONTRACT><DESCRIPTION_PROCUREMENT>"
    "<SHORT_DESCR><P>As before.</P></SHORT_DESCR><CONTRACTORS>",
    contractor("Radio Works") + contractor("Second Radio Works", country="FR"),
    '</CONTRACTORS><VALUES><VAL_TOTAL CURRENCY="EUR">30000</VAL_TOTAL></VALUES>'
    "</DESCRIPTION_PROCUREMENT><INFO_MODIFICATIONS><SHORT_DESCR><P>Twelve radios more.</P>"
    '</SHORT_DESCR><VALUES><VAL_TOTAL_BEFORE CURRENCY="EUR">110000</VAL_TOTAL_BEFORE>'
    '<VAL_TOTAL_AFTER CURRENCY="EUR">140000</VAL_TOTAL_AFTER></VALUES></INFO_MODIFICATIONS>'
    "</MODIFICATIONS_CONTRACT>",
)

CORRIGENDUM = form(
    "F14_2014",
    buyer(),
    SUBJECT,
    "<COMPLEMENTARY_INFO><NOTICE_NUMBER_OJ>2019/S 002-000077</NOTICE_NUMBER_OJ>"
    "</COMPLEMENTARY_INFO><CHANGES><CHANGE><WHERE><SECTION>I.1)</SECTION></WHERE>"
    "<OLD_VALUE><TEXT><P>Jane Contact</P></TEXT></OLD_VALUE>"
    "<NEW_VALUE><TEXT><P>Joan Owner</P></TEXT></NEW_VALUE></CHANGE>"
    "<CHANGE><WHERE><SECTION>IV.2.2)</SECTION><LOT_NO>1</LOT_NO></WHERE>"
    "<OLD_VALUE><DATE>2019-02-01</DATE><TIME>12:00</TIME></OLD_VALUE>"
    "<NEW_VALUE><DATE>2019-03-01</DATE><TIME>12:00</TIME></NEW_VALUE></CHANGE>"
    '<CHANGE><WHERE><SECTION>II.1.2)</SECTION></WHERE><OLD_VALUE><CPV_MAIN><CPV_CODE '
    'CODE="32000000"/></CPV_MAIN></OLD_VALUE><NEW_VALUE><CPV_MAIN><CPV_CODE CODE="32236000"/>'
    "</CPV_MAIN></NEW_VALUE></CHANGE></CHANGES>",
)  # fmt: skip

CONTEST = form(
    "F13_2014",
    buyer(),
    SUBJECT,
    "<PROCEDURE><MEMBER_NAME>Joan Owner</MEMBER_NAME></PROCEDURE><RESULTS><AWARDED_PRIZE>"
    "<DATE_DECISION_JURY>2019-01-05</DATE_DECISION_JURY><WINNERS>",
    contractor("Drawing Office", "WINNER") + contractor("Studio North", "WINNER", "NO"),
    '</WINNERS><VAL_PRIZE CURRENCY="NOK">50000</VAL_PRIZE></AWARDED_PRIZE>'
    "<NO_AWARDED_PRIZE><PROCUREMENT_UNSUCCESSFUL/></NO_AWARDED_PRIZE></RESULTS>",
)

SEVERAL_CONTRACTS = form(
    "F01_2014",
    buyer(),
    '<OBJECT_CONTRACT ITEM="1"><TITLE><P>Boats</P></TITLE><CPV_MAIN><CPV_CODE CODE="34521000"/>'
    '</CPV_MAIN><VAL_ESTIMATED_TOTAL CURRENCY="EUR">500</VAL_ESTIMATED_TOTAL><OBJECT_DESCR '
    'ITEM="1"><SHORT_DESCR><P>Two boats.</P></SHORT_DESCR></OBJECT_DESCR></OBJECT_CONTRACT>'
    '<OBJECT_CONTRACT ITEM="2"><TITLE><P>Drones</P></TITLE><VAL_ESTIMATED_TOTAL CURRENCY="EUR">900'
    '</VAL_ESTIMATED_TOTAL><OBJECT_DESCR ITEM="1"><LOT_NO>1</LOT_NO><SHORT_DESCR><P>Small.</P>'
    '</SHORT_DESCR></OBJECT_DESCR><OBJECT_DESCR ITEM="2"><LOT_NO>2</LOT_NO><SHORT_DESCR><P>Large.'
    "</P></SHORT_DESCR></OBJECT_DESCR></OBJECT_CONTRACT>",
)


# What `eforms` states, in the words of the older format.
SAME_FORM = form(
    "F03_2014",
    buyer("Border Agency", "PL").split("<URL_DOCUMENT>")[0] + "</CONTRACTING_BODY>",
    "<OBJECT_CONTRACT><TITLE><P>Thermal cameras</P></TITLE>"
    "<REFERENCE_NUMBER>BA/11</REFERENCE_NUMBER>"
    '<CPV_MAIN><CPV_CODE CODE="35120000"/></CPV_MAIN><SHORT_DESCR><P>Cameras for patrols</P>'
    '<P>in two lots</P></SHORT_DESCR><VAL_ESTIMATED_TOTAL CURRENCY="EUR">800000'
    "</VAL_ESTIMATED_TOTAL>",
    *(
        f"<OBJECT_DESCR><TITLE><P>{title}</P></TITLE><LOT_NO>{number}</LOT_NO><CPV_ADDITIONAL>"
        f'<CPV_CODE CODE="3512000{number}"/></CPV_ADDITIONAL><SHORT_DESCR><P>{title} for the border'
        f'</P></SHORT_DESCR><VAL_OBJECT CURRENCY="EUR">{amount}</VAL_OBJECT></OBJECT_DESCR>'
        for number, title, amount in ((1, "Cameras", 500000), (2, "Tripods", 300000))
    ),
    "</OBJECT_CONTRACT><AWARD_CONTRACT><LOT_NO>1</LOT_NO><TITLE><P>Thermal cameras contract</P>"
    "</TITLE><AWARDED_CONTRACT><DATE_CONCLUSION_CONTRACT>2024-03-01</DATE_CONCLUSION_CONTRACT>"
    "<CONTRACTORS>",
    contractor("Lens Ltd", country="EL") + contractor("Heat SpA", country="IT"),
    '</CONTRACTORS><VALUES><VAL_TOTAL CURRENCY="EUR">640000.00</VAL_TOTAL></VALUES>'
    "</AWARDED_CONTRACT></AWARD_CONTRACT>"
    "<AWARD_CONTRACT><LOT_NO>2</LOT_NO><NO_AWARDED_CONTRACT/></AWARD_CONTRACT>",
)


def awards(lots: int) -> str:
    """A form with that many lots, each with its own award."""
    described = "".join(
        f'<OBJECT_DESCR ITEM="{n}"><TITLE><P>Boat {n}</P></TITLE><LOT_NO>{n}</LOT_NO>'
        f'<VAL_OBJECT CURRENCY="EUR">{n}</VAL_OBJECT></OBJECT_DESCR>'
        for n in range(1, lots + 1)
    )
    given = "".join(
        f'<AWARD_CONTRACT ITEM="{n}"><LOT_NO>{n}</LOT_NO><AWARDED_CONTRACT><CONTRACTORS>'
        f"{contractor(f'Yard {n}')}</CONTRACTORS></AWARDED_CONTRACT></AWARD_CONTRACT>"
        for n in range(1, lots + 1)
    )
    subject = f"<OBJECT_CONTRACT><TITLE><P>Boats</P></TITLE>{described}</OBJECT_CONTRACT>"
    return form("F03_2014", buyer(), subject, given)


def tender(number: int, amount: str, party: int, lot_number: int = 1, *, extra: str = "") -> str:
    """A tender of an eForms notice."""
    return f"""<efac:LotTender><cbc:ID>TEN-{number:04}</cbc:ID>{extra}<cac:LegalMonetaryTotal>
<cbc:PayableAmount currencyID="EUR">{amount}</cbc:PayableAmount></cac:LegalMonetaryTotal>
<efac:TenderingParty><cbc:ID>TPA-{party:04}</cbc:ID></efac:TenderingParty>
<efac:TenderLot><cbc:ID>LOT-{lot_number:04}</cbc:ID></efac:TenderLot></efac:LotTender>"""


def lot_result(
    number: int, code: str, tenders: tuple[int, ...], lot_number: int = 1, *, extra: str = ""
) -> str:
    """A lot's result in an eForms notice, which names these tenders."""
    named = "".join(
        f"<efac:LotTender><cbc:ID>TEN-{key:04}</cbc:ID></efac:LotTender>" for key in tenders
    )
    return f"""<efac:LotResult><cbc:ID>RES-{number:04}</cbc:ID>
<cbc:TenderResultCode>{code}</cbc:TenderResultCode>{extra}{named}
<efac:TenderLot><cbc:ID>LOT-{lot_number:04}</cbc:ID></efac:TenderLot></efac:LotResult>"""


def contract(number: int, date: str, *tenders: int) -> str:
    """A contract of an eForms notice."""
    named = "".join(
        f"<efac:LotTender><cbc:ID>TEN-{key:04}</cbc:ID></efac:LotTender>" for key in tenders
    )
    return f"""<efac:SettledContract><cbc:ID>CON-{number:04}</cbc:ID>
<cbc:IssueDate>{date}</cbc:IssueDate>{named}</efac:SettledContract>"""


def tendering_party(number: int, *organisations: int) -> str:
    """A tendering party of an eForms notice: the second of several organisations leads them."""
    named = "".join(
        f"<efac:Tenderer><efbc:GroupLeadIndicator>{str(at == 1).lower()}</efbc:GroupLeadIndicator>"
        f"<cbc:ID>ORG-{key:04}</cbc:ID></efac:Tenderer>"
        for at, key in enumerate(organisations)
    )
    return f"<efac:TenderingParty><cbc:ID>TPA-{number:04}</cbc:ID>{named}</efac:TenderingParty>"


def results(*parts: str) -> str:
    """The results of an eForms notice."""
    return f"<efac:NoticeResult>{''.join(parts)}</efac:NoticeResult>"
