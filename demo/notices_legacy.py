"""TED_EXPORT: the form of notices published until 2024 (R2.0.9; defence notices in R2.0.8).

Element names and order follow notices of those years; the four namespaces in use are chosen by
the notice. The address of a namespace is data here, never fetched.
"""

import datetime as dt
from html import escape

from demo.marks import strip_marks
from demo.notice_fields import total_award, total_estimate
from demo.world import Lot, Notice

NAMESPACES = {
    "R2.0.9": "http://publications.europa.eu/resource/schema/ted/R2.0.9/publication",
    "R2.0.9.S02": "ted/R2.0.9.S02/publication",
    "R2.0.9.S01": "http://formex.publications.europa.eu/ted/schema/export/R2.0.9.S01.E01",
    "R2.0.8": "http://publications.europa.eu/resource/schema/ted/R2.0.8/publication",
}
_VERSIONS = {
    "R2.0.9": "R2.0.9.S03.E01",
    "R2.0.9.S02": "R2.0.9.S02.E01",
    "R2.0.9.S01": "R2.0.9.S01.E01",
    "R2.0.8": "",
}
_NUTS = "http://publications.europa.eu/resource/schema/ted/{}/nuts"
_COUNTRIES = {"BE": "Belgium", "DE": "Germany", "FR": "France", "IT": "Italy"} | {
    "GR": "Greece",
    "PL": "Poland",
    "LU": "Luxembourg",
    "ES": "Spain",
}


def write_legacy(notice: Notice) -> str:
    """Return a TED_EXPORT document of form F02, F03 or one of the defence forms."""
    version = _VERSIONS[notice.namespace]
    attribute = f' VERSION="{version}"' if version else ""
    form = _defence_form(notice) if notice.form.startswith("defence") else _form(notice)
    return f"""<TED_EXPORT xmlns="{NAMESPACES[notice.namespace]}"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:{_prefix(notice)}="{_NUTS.format(_prefix(notice)[1:])}"{attribute}
 DOC_ID="{notice.number:06d}-{notice.year}" EDITION="{notice.year}{notice.issue:03d}">
<TECHNICAL_SECTION>
<RECEPTION_ID>{notice.year % 100}-{notice.number:06d}-001</RECEPTION_ID>
<DELETION_DATE>{notice.published + dt.timedelta(days=90):%Y%m%d}</DELETION_DATE>
<FORM_LG_LIST>{notice.language} </FORM_LG_LIST>
<COMMENTS>From Convertor</COMMENTS>
</TECHNICAL_SECTION>
<LINKS_SECTION>
<XML_SCHEMA_DEFINITION_LINK xlink:type="simple" xlink:href="http://ted.europa.eu"/>
</LINKS_SECTION>
{_coded_data(notice)}
{_translations(notice)}
<FORM_SECTION>
{form}
</FORM_SECTION>
</TED_EXPORT>
"""


def _prefix(notice: Notice) -> str:
    return "n2021" if notice.year >= 2021 else "n2016"


def _nuts(notice: Notice, name: str = "NUTS") -> str:
    """Return the place element; the oldest namespace holds it unprefixed."""
    prefix = "" if notice.namespace == "R2.0.9.S01" else f"{_prefix(notice)}:"
    return f'<{prefix}{name} CODE="{notice.nuts}"/>'


def _paragraphs(text: str) -> str:
    lines = strip_marks(text).strip().splitlines()
    return "".join(f"<P>{escape(line.strip(), quote=False)}</P>" for line in lines if line.strip())


def _text(text: str) -> str:
    return escape(strip_marks(text), quote=False)


def _document_number(notice: Notice) -> str:
    return f"{notice.year}/S {notice.issue:03d}-{notice.number:06d}"


def _value_of(notice: Notice) -> tuple[str, str] | None:
    award, estimate = total_award(notice), total_estimate(notice)
    if award:
        return "PROCUREMENT_TOTAL", award
    return ("ESTIMATED_TOTAL", estimate) if estimate else None


def _coded_data(notice: Notice) -> str:
    codes = dict.fromkeys([notice.cpv, *(lot.cpv for lot in notice.lots)])
    cpvs = "\n".join(f'<ORIGINAL_CPV CODE="{code}"/>' for code in codes)
    said = _value_of(notice)
    value = (
        f'<VALUES><VALUE TYPE="{said[0]}" CURRENCY="{notice.currency}">'
        f"{said[1]}.00</VALUE></VALUES>"
        if said
        else ""
    )
    earlier = (
        f"<REF_NOTICE><NO_DOC_OJS>{notice.earlier}</NO_DOC_OJS></REF_NOTICE>"
        if notice.earlier
        else ""
    )
    address = f"{notice.number:06d}-{notice.year}:TEXT:{notice.language}:HTML"
    return f"""<CODED_DATA_SECTION>
<REF_OJS><COLL_OJ>S</COLL_OJ><NO_OJ>{notice.issue}</NO_OJ>
<DATE_PUB>{notice.published:%Y%m%d}</DATE_PUB></REF_OJS>
<NOTICE_DATA>
<NO_DOC_OJS>{_document_number(notice)}</NO_DOC_OJS>
<URI_LIST><URI_DOC LG="{notice.language}">http://ted.europa.eu/udl?uri=TED:NOTICE:{
        address
    }</URI_DOC>
</URI_LIST>
<LG_ORIG>{notice.language}</LG_ORIG>
<ISO_COUNTRY VALUE="{notice.buyer_country}"/>
{cpvs}
{_nuts(notice, "PERFORMANCE_NUTS")}{_nuts(notice, "CA_CE_NUTS")}
{value}{earlier}
</NOTICE_DATA>
{_codif_data(notice)}
</CODED_DATA_SECTION>"""


def _codif_data(notice: Notice) -> str:
    deadline = (
        f"<DT_DATE_FOR_SUBMISSION>{notice.deadline:%Y%m%d} 12:00</DT_DATE_FOR_SUBMISSION>"
        if notice.deadline
        else ""
    )
    kind = '"7">Contract award notice' if notice.is_award else '"3">Contract notice'
    defence = notice.form.startswith("defence")
    directive = '<DIRECTIVE VALUE="2009/81/EC"/>' if defence else ""
    return f"""<CODIF_DATA>
<DS_DATE_DISPATCH>{_dispatch(notice):%Y%m%d}</DS_DATE_DISPATCH>
{deadline}
<AA_AUTHORITY_TYPE CODE="1">Ministry or any other national or federal authority</AA_AUTHORITY_TYPE>
<TD_DOCUMENT_TYPE CODE={kind}</TD_DOCUMENT_TYPE>
<NC_CONTRACT_NATURE CODE="{"2" if notice.nature == "SUPPLIES" else "4"}">{
        notice.nature.capitalize()
    }</NC_CONTRACT_NATURE>
<PR_PROC CODE="1">Open procedure</PR_PROC>
<MA_MAIN_ACTIVITIES CODE="D">{"Defence" if defence else "Public order"}</MA_MAIN_ACTIVITIES>
{directive}
</CODIF_DATA>"""


def _dispatch(notice: Notice) -> dt.date:
    return notice.published - dt.timedelta(days=4)


def _translations(notice: Notice) -> str:
    titles = {"EN": notice.title_en} | {notice.language: strip_marks(notice.title)}
    documents = "\n".join(
        f"""<ML_TI_DOC LG="{language}"><TI_CY>{_COUNTRIES[notice.buyer_country]}</TI_CY>
<TI_TOWN>{_text(notice.buyer_town)}</TI_TOWN>
<TI_TEXT><P>{escape(title, quote=False)}</P></TI_TEXT></ML_TI_DOC>"""
        for language, title in titles.items()
    )
    return f"""<TRANSLATION_SECTION><ML_TITLES>
{documents}
</ML_TITLES><ML_AA_NAMES><AA_NAME LG="{notice.language}">{_text(notice.buyer)}</AA_NAME>
</ML_AA_NAMES></TRANSLATION_SECTION>"""


def _form(notice: Notice) -> str:
    award = notice.is_award
    name = f"{notice.form}_2014"
    estimate, total = total_estimate(notice), total_award(notice)
    currency = f'CURRENCY="{notice.currency}"'
    value = f"<VAL_ESTIMATED_TOTAL {currency}>{estimate}.00</VAL_ESTIMATED_TOTAL>"
    if award:
        value = f"<VAL_TOTAL {currency}>{total}.00</VAL_TOTAL>"
    objects = "\n".join(_object(notice, lot) for lot in notice.lots)
    awards = "\n".join(_award(notice, lot) for lot in notice.lots) if award else ""
    return f"""<{name} CATEGORY="ORIGINAL" FORM="{notice.form}" LG="{notice.language}">
<LEGAL_BASIS VALUE="32014L0024"/>
{_contracting_body(notice)}
<OBJECT_CONTRACT>
<TITLE>{_paragraphs(notice.title)}</TITLE>
<REFERENCE_NUMBER>{_text(notice.reference)}</REFERENCE_NUMBER>
<CPV_MAIN><CPV_CODE CODE="{notice.cpv}"/></CPV_MAIN>
<TYPE_CONTRACT CTYPE="{notice.nature}"/>
<SHORT_DESCR>{_paragraphs(notice.description)}</SHORT_DESCR>
{value if (total if award else estimate) else ""}
{"<LOT_DIVISION/>" if len(notice.lots) > 1 else "<NO_LOT_DIVISION/>"}
{objects}
</OBJECT_CONTRACT>
{_procedure(notice)}
{awards}
<COMPLEMENTARY_INFO>
<ADDRESS_REVIEW_BODY><OFFICIALNAME>Administrative Court of First Instance</OFFICIALNAME>
<TOWN>{_text(notice.buyer_town)}</TOWN><COUNTRY VALUE="{notice.buyer_country}"/>
</ADDRESS_REVIEW_BODY>
<DATE_DISPATCH_NOTICE>{_dispatch(notice)}</DATE_DISPATCH_NOTICE>
</COMPLEMENTARY_INFO>
</{name}>"""


def _contracting_body(notice: Notice) -> str:
    documents = "<DOCUMENT_FULL/><URL_DOCUMENT>https://tenders.example.org</URL_DOCUMENT>"
    return f"""<CONTRACTING_BODY>
<ADDRESS_CONTRACTING_BODY>
<OFFICIALNAME>{_text(notice.buyer)}</OFFICIALNAME>
<TOWN>{_text(notice.buyer_town)}</TOWN>
<COUNTRY VALUE="{notice.buyer_country}"/>
<E_MAIL>tenders@example.org</E_MAIL>
{_nuts(notice)}
<URL_GENERAL>https://buyer.example.org</URL_GENERAL>
</ADDRESS_CONTRACTING_BODY>
{"" if notice.is_award else documents}
<CA_TYPE VALUE="MINISTRY"/>
<CA_ACTIVITY VALUE="PUBLIC_ORDER_AND_SAFETY"/>
</CONTRACTING_BODY>"""


def _object(notice: Notice, lot: Lot) -> str:
    divided = len(notice.lots) > 1
    head = (
        f"<TITLE>{_paragraphs(lot.title)}</TITLE><LOT_NO>{lot.number}</LOT_NO>" if divided else ""
    )
    value = (
        f'<VAL_OBJECT CURRENCY="{notice.currency}">{lot.estimate}.00</VAL_OBJECT>'
        if lot.estimate and not notice.is_award
        else ""
    )
    programme = (
        f"<EU_PROGR_RELATED><P>{_text(notice.programme)}</P></EU_PROGR_RELATED>"
        if notice.programme
        else "<NO_EU_PROGR_RELATED/>"
    )
    return f"""<OBJECT_DESCR ITEM="{lot.number}">{head}
<CPV_ADDITIONAL><CPV_CODE CODE="{lot.cpv}"/></CPV_ADDITIONAL>
{_nuts(notice)}
<SHORT_DESCR>{_paragraphs(lot.description)}</SHORT_DESCR>
{value}
<NO_OPTIONS/>
{programme}
</OBJECT_DESCR>"""


def _procedure(notice: Notice) -> str:
    earlier = (
        f"<NOTICE_NUMBER_OJ>{notice.earlier}</NOTICE_NUMBER_OJ>"
        if notice.earlier and notice.is_award
        else ""
    )
    deadline = (
        f"<DATE_RECEIPT_TENDERS>{notice.deadline}</DATE_RECEIPT_TENDERS>"
        "<TIME_RECEIPT_TENDERS>12:00</TIME_RECEIPT_TENDERS>"
        if notice.deadline
        else ""
    )
    return f"<PROCEDURE><PT_OPEN/><NO_CONTRACT_COVERED_GPA/>{earlier}{deadline}</PROCEDURE>"


def _award(notice: Notice, lot: Lot) -> str:
    """Return an award; the older namespace has one CONTRACTOR where the newer has CONTRACTORS."""
    contractor = f"""<CONTRACTOR><ADDRESS_CONTRACTOR>
<OFFICIALNAME>{_text(lot.winner or "")}</OFFICIALNAME>
<COUNTRY VALUE="{lot.winner_country}"/></ADDRESS_CONTRACTOR><NO_SME/></CONTRACTOR>"""
    tenders = f"<NB_TENDERS_RECEIVED>{lot.tenders}</NB_TENDERS_RECEIVED>"
    value = f'<VAL_TOTAL CURRENCY="{notice.currency}">{lot.award}.00</VAL_TOTAL>'
    if notice.namespace != "R2.0.9.S01":
        contractor = f"<CONTRACTORS>{contractor}</CONTRACTORS>"
        tenders = f"<TENDERS>{tenders}</TENDERS>"
        value = f"<VALUES>{value}</VALUES>"
    head = f"<LOT_NO>{lot.number}</LOT_NO>" if len(notice.lots) > 1 else ""
    if not lot.winner:
        return f"""<AWARD_CONTRACT ITEM="{lot.number}">{head}
<NO_AWARDED_CONTRACT><PROCUREMENT_UNSUCCESSFUL/></NO_AWARDED_CONTRACT></AWARD_CONTRACT>"""
    return f"""<AWARD_CONTRACT ITEM="{lot.number}">
<CONTRACT_NO>{notice.number}-{lot.number}</CONTRACT_NO>{head}
<TITLE>{_paragraphs(lot.title)}</TITLE>
<AWARDED_CONTRACT>
<DATE_CONCLUSION_CONTRACT>{lot.concluded}</DATE_CONCLUSION_CONTRACT>
{tenders}
{contractor}
{value if lot.award else ""}
</AWARDED_CONTRACT>
</AWARD_CONTRACT>"""


def _defence_form(notice: Notice) -> str:
    award = notice.is_award
    name = "CONTRACT_AWARD_DEFENCE" if award else "CONTRACT_DEFENCE"
    suffix = "CONTRACT_AWARD_NOTICE_DEFENCE" if award else "DEFENCE"
    return f"""<{name} CATEGORY="ORIGINAL" FORM="{18 if award else 17}" LG="{notice.language}"
 VERSION="R2.0.8.S05.E01">
<FD_{name} CTYPE="{notice.nature}">
<CONTRACTING_AUTHORITY_INFORMATION_{name}>
<CA_CE_CONCESSIONAIRE_PROFILE>
<ORGANISATION><OFFICIALNAME>{_text(notice.buyer)}</OFFICIALNAME></ORGANISATION>
<TOWN>{_text(notice.buyer_town)}</TOWN><COUNTRY VALUE="{notice.buyer_country}"/>
</CA_CE_CONCESSIONAIRE_PROFILE>
</CONTRACTING_AUTHORITY_INFORMATION_{name}>
<OBJECT_CONTRACT_INFORMATION_{suffix}>
<TITLE_CONTRACT>{_paragraphs(notice.title)}</TITLE_CONTRACT>
<SHORT_CONTRACT_DESCRIPTION>{_paragraphs(notice.description)}</SHORT_CONTRACT_DESCRIPTION>
<CPV><CPV_MAIN><CPV_CODE CODE="{notice.cpv}"/></CPV_MAIN></CPV>
</OBJECT_CONTRACT_INFORMATION_{suffix}>
<FILE_REFERENCE_NUMBER><P>{_text(notice.reference)}</P></FILE_REFERENCE_NUMBER>
{"".join(_defence_award(notice, lot) for lot in notice.lots) if award else ""}
</FD_{name}>
</{name}>"""


def _defence_award(notice: Notice, lot: Lot) -> str:
    day = lot.concluded or notice.published
    return f"""<AWARD_OF_CONTRACT_DEFENCE>
<LOT_NUMBER>{lot.number}</LOT_NUMBER>
<CONTRACT_TITLE>{_paragraphs(lot.title)}</CONTRACT_TITLE>
<CONTRACT_AWARD_DATE><DAY>{day.day}</DAY><MONTH>{day.month}</MONTH><YEAR>{day.year}</YEAR>
</CONTRACT_AWARD_DATE>
<OFFERS_RECEIVED_NUMBER>{lot.tenders}</OFFERS_RECEIVED_NUMBER>
<ECONOMIC_OPERATOR_NAME_ADDRESS><CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME>
<ORGANISATION><OFFICIALNAME>{_text(lot.winner or "")}</OFFICIALNAME></ORGANISATION>
<COUNTRY VALUE="{lot.winner_country}"/>
</CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME></ECONOMIC_OPERATOR_NAME_ADDRESS>
<CONTRACT_VALUE_INFORMATION>
<COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE CURRENCY="{notice.currency}">
<VALUE_COST FMTVAL="{lot.award}.00">{_grouped(lot.award)}</VALUE_COST>
</COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE>
</CONTRACT_VALUE_INFORMATION>
</AWARD_OF_CONTRACT_DEFENCE>"""


def _grouped(amount: str | None) -> str:
    return f"{int(amount or 0):,}".replace(",", " ")
