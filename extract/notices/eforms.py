"""eForms notices (UBL 2.3), mandatory since October 2023; paths follow the eForms SDK fields.

Organisations are read by name, country and registration number alone: contact names, e-mail
addresses, telephones and beneficial owners never are. Texts come in the notice's own language.
"""

from __future__ import annotations

from lxml import etree

from core.keys import notice_number
from core.languages import language_code
from core.records import Lot, Notice, Stated, Value
from extract.notices.common import (
    Kind,
    earlier_number,
    find,
    find_all,
    iso_date,
    links_at,
    paragraphs,
    state_text,
    text_at,
    text_of,
    texts_at,
    write_codes,
)
from extract.notices.eforms_parts import (
    EXTENSION,
    in_language,
    read_organisations,
    state_amounts,
    state_organisation,
    write_amounts,
)
from extract.notices.eforms_results import read_awards
from extract.notices.page import NoticePage

_CHANGES = ("Changes", "ContractModification")
_LOT_SCHEMES = {"Lot", "Part"}  # a `LotsGroup` only binds lots together
_GENERIC = {"no-eu-funds", ""}

_PROJECT_AMOUNTS: tuple[tuple[str, Kind], ...] = (
    ("RequestedTenderTotal/EstimatedOverallContractAmount", "estimate"),
    (f"RequestedTenderTotal/{EXTENSION}/FrameworkMaximumAmount", "ceiling"),
)
_LOT_AMOUNTS: tuple[tuple[str, Kind], ...] = (
    *((f"ProcurementProject/{path}", kind) for path, kind in _PROJECT_AMOUNTS),
    ("TenderingProcess/FrameworkAgreement/EstimatedMaximumValueAmount", "ceiling"),
)
NOTICE_AMOUNTS: tuple[tuple[str, Kind], ...] = (
    ("TotalAmount", "award"),
    ("OverallMaximumFrameworkContractsAmount", "ceiling"),
    ("OverallApproximateFrameworkContractsAmount", "estimate"),
)


def cpv_codes(project: etree._Element | None) -> tuple[str, ...]:
    """Return the main and the additional codes of a project, in this order."""
    if project is None:
        return ()
    main = texts_at(project, "MainCommodityClassification/ItemClassificationCode")
    more = texts_at(project, "AdditionalCommodityClassification/ItemClassificationCode")
    return tuple(dict.fromkeys(main + more))


def _title(page: NoticePage, project: etree._Element | None, language: str | None) -> Stated | None:
    if project is None:
        return None
    element = in_language(find_all(project, "Name"), language)
    return state_text(page, "Title", element, text_of(element))


def _description(
    page: NoticePage, project: etree._Element | None, language: str | None
) -> Stated | None:
    if project is None:
        return None
    element = in_language(find_all(project, "Description"), language)
    return state_text(page, "Description", element, paragraphs(element))


def _language(project: etree._Element | None, spoken: str | None) -> str | None:
    """Return the language that was read: the notice's own, unless the title lacks it."""
    names = find_all(project, "Name") if project is not None else []
    title = in_language(names, spoken)
    written = title.get("languageID") if title is not None else None
    return language_code(written) or language_code(spoken)


def _funds(page: NoticePage, lot: etree._Element, language: str | None) -> tuple[Stated, ...]:
    """Return the EU programmes that a lot names; the bare code where it only says that one pays."""
    terms = find(lot, "TenderingTerms")
    if terms is None:
        return ()
    named: list[etree._Element] = []
    for funding in find_all(terms, f"{EXTENSION}/Funding"):
        description = in_language(find_all(funding, "Description"), language)
        candidates = (
            description,
            find(funding, "FinancingIdentifier"),
            find(funding, "FundingProgramCode"),
        )
        named += [e for e in candidates if e is not None and text_of(e)][:1]
    if not named:
        named = find_all(terms, "FundingProgramCode")
    texts = ((element, text_of(element) or "") for element in named)
    return tuple(
        page.state("EU funds", text, element) for element, text in texts if text not in _GENERIC
    )


def _lot(page: NoticePage, lot: etree._Element, position: int, language: str | None) -> Lot:
    project = find(lot, "ProcurementProject")
    number = text_at(lot, "ID") or str(position)
    page.gap()
    page.line(f"Lot {number}")
    title = _title(page, project, language)
    description = _description(page, project, language)
    codes = cpv_codes(project)
    write_codes(page, codes)
    values = state_amounts(page, lot, _LOT_AMOUNTS)
    write_amounts(page, lot, {"TenderingTerms/AwardingTerms/Prize/ValueAmount": "Prize"})
    return Lot(
        number=number,
        title=title,
        description=description,
        cpv=codes,
        values=values,
        funds=_funds(page, lot, language),
    )


def _lots(root: etree._Element) -> list[etree._Element]:
    lots = find_all(root, "ProcurementProjectLot")
    schemes = ((lot, find(lot, "ID")) for lot in lots)
    return [
        lot
        for lot, key in schemes
        if key is not None and key.get("schemeName", "Lot") in _LOT_SCHEMES
    ]


def _deadline(root: etree._Element) -> str | None:
    """Return the first date until which tenders, requests or interest may be sent."""
    process = "ProcurementProjectLot/TenderingProcess"
    periods = (
        "TenderSubmissionDeadlinePeriod",
        "ParticipationRequestReceptionPeriod",
        f"{EXTENSION}/InterestExpressionReceptionPeriod",
    )
    dates = (
        iso_date(text)
        for period in periods
        for text in texts_at(root, f"{process}/{period}/EndDate")
    )
    return min((date for date in dates if date), default=None)


def _earlier(root: etree._Element, extension: etree._Element | None) -> tuple[str, ...]:
    process = "TenderingProcess/NoticeDocumentReference/ID"
    texts = texts_at(root, process) + texts_at(root, f"ProcurementProjectLot/{process}")
    if extension is not None:
        for holder in _CHANGES:
            texts += texts_at(extension, f"{holder}/ChangedNoticeIdentifier")
    return tuple(dict.fromkeys(number for text in texts if (number := earlier_number(text))))


def _write_changes(
    page: NoticePage, extension: etree._Element | None, language: str | None
) -> None:
    """Write what a corrected or modified notice says of its changes."""
    if extension is None:
        return
    changes = [c for holder in _CHANGES for c in find_all(extension, f"{holder}/Change")]
    if changes:
        page.gap()
    for change in changes:
        sections = texts_at(change, "ChangedSection/ChangedSectionIdentifier")
        said = text_of(in_language(find_all(change, "ChangeDescription"), language))
        page.line(f"Change in {', '.join(sections) or 'the notice'}: {said or '(not described)'}")


def _links(root: etree._Element) -> tuple[str, ...]:
    documents = "TenderingTerms/CallForTendersDocumentReference/Attachment/ExternalReference/URI"
    return links_at(root, f"ProcurementProjectLot/{documents}")


def _type(root: etree._Element) -> str:
    code = find(root, "NoticeTypeCode")
    return (code.get("listName") if code is not None else None) or text_of(code) or "unknown"


def _cpv(root: etree._Element, page: NoticePage) -> tuple[str, ...]:
    projects = [find(root, "ProcurementProject")]
    projects += [find(lot, "ProcurementProject") for lot in _lots(root)]
    codes = tuple(dict.fromkeys(code for project in projects for code in cpv_codes(project)))
    write_codes(page, codes)
    return codes


def _values(
    page: NoticePage, project: etree._Element | None, results: etree._Element | None
) -> tuple[Value, ...]:
    stated = state_amounts(page, project, _PROJECT_AMOUNTS) if project is not None else ()
    return stated + (state_amounts(page, results, NOTICE_AMOUNTS) if results is not None else ())


def read_eforms(root: etree._Element, page: NoticePage) -> Notice:
    """Read an eForms notice: all buyers, codes, sums, lots, awards and winners that it states."""
    extension = find(root, EXTENSION)
    spoken = text_at(root, "NoticeLanguageCode")
    organisations = read_organisations(extension, spoken)
    project = find(root, "ProcurementProject")
    results = find(extension, "NoticeResult") if extension is not None else None
    published = extension if extension is not None else root
    title = _title(page, project, spoken)
    keys = find_all(root, "ContractingParty/Party/PartyIdentification/ID")
    found = [organisations.get(text_of(key) or "") for key in keys]
    buyers = tuple(p for one in found for p in state_organisation(page, "Buyer", one))
    description = _description(page, project, spoken)
    cpv = _cpv(root, page)
    values = _values(page, project, results)
    lots = tuple(_lot(page, lot, at, spoken) for at, lot in enumerate(_lots(root), 1))
    awards = read_awards(page, results, organisations, spoken)
    _write_changes(page, extension, spoken)
    return Notice(
        format="eforms",
        number=notice_number(text_at(published, "Publication/NoticePublicationID") or ""),
        type=_type(root),
        buyers=buyers,
        title=title,
        description=description,
        reference=text_at(project, "ID") if project is not None else None,
        country=next((b.country for b in buyers if b.country), None),
        language=_language(project, spoken),
        published=iso_date(text_at(published, "Publication/PublicationDate")),
        dispatched=iso_date(text_at(root, "IssueDate")),
        deadline=_deadline(root),
        procedure=text_at(root, "TenderingProcess/ProcedureCode"),
        nature=text_at(project, "ProcurementTypeCode") if project is not None else None,
        cpv=cpv,
        values=values,
        lots=lots,
        awards=awards,
        earlier=_earlier(root, extension),
        links=_links(root),
    )
