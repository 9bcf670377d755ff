"""eForms notices (UBL 2.3), mandatory since October 2023; paths follow the eForms SDK fields.

Organisations are read by name, country and registration number alone: contact names, e-mail
addresses, telephones and beneficial owners never are. Texts come in the notice's own language.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from core.keys import notice_number
from core.languages import language_code
from core.records import Lot, Notice, Stated, Value
from extract.notices.common import (
    Kind,
    earlier_number,
    find,
    find_all,
    hour,
    iso_date,
    links_at,
    once,
    paragraphs,
    state_text,
    text_at,
    text_of,
    texts_at,
    write_codes,
)
from extract.notices.eforms_changes import changed_notices, read_changes
from extract.notices.eforms_parts import (
    EXTENSION,
    Organisation,
    Privacy,
    in_language,
    in_other_languages,
    read_organisations,
    state_amounts,
    state_organisation,
    write_amounts,
)
from extract.notices.eforms_places import read_places
from extract.notices.eforms_results import read_awards
from extract.notices.eforms_texts import write_texts
from extract.notices.page import NoticePage

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


def _lot(
    page: NoticePage,
    privacy: Privacy,
    lot: etree._Element,
    position: int,
    language: str | None,
) -> Lot:
    project = find(lot, "ProcurementProject")
    number = text_at(lot, "ID") or str(position)
    page.gap()
    page.line(f"Lot {number}")
    title = _title(page, project, language)
    description = _description(page, project, language)
    codes = cpv_codes(project)
    write_codes(page, codes)
    values = state_amounts(page, privacy, lot, _LOT_AMOUNTS)
    write_amounts(page, privacy, lot, {"TenderingTerms/AwardingTerms/Prize/ValueAmount": "Prize"})
    funds = _funds(page, lot, language)
    places = read_places(page, project, language)
    write_texts(page, lot, language)
    return Lot(
        number=number,
        title=title,
        description=description,
        cpv=codes,
        values=values,
        funds=funds,
        nuts=places.nuts,
        countries=places.countries,
        places=places.named,
        translations=in_other_languages(project, language),
    )


def _lots(root: etree._Element) -> list[etree._Element]:
    lots = find_all(root, "ProcurementProjectLot")
    schemes = ((lot, find(lot, "ID")) for lot in lots)
    return [
        lot
        for lot, key in schemes
        if key is not None and key.get("schemeName", "Lot") in _LOT_SCHEMES
    ]


def _deadline(root: etree._Element) -> tuple[str | None, str | None]:
    """Return the first date, with its hour, until which tenders, requests or interest may come."""
    process = "ProcurementProjectLot/TenderingProcess"
    periods = (
        "TenderSubmissionDeadlinePeriod",
        "ParticipationRequestReceptionPeriod",
        f"{EXTENSION}/InterestExpressionReceptionPeriod",
    )
    ends = (
        (date, hour(text_at(end, "EndTime")) or "")
        for period in periods
        for end in find_all(root, f"{process}/{period}")
        if (date := iso_date(text_at(end, "EndDate")))
    )
    date, time = min(ends, default=(None, None))
    return date, time or None


def _earlier(root: etree._Element, changed: tuple[str, ...]) -> tuple[str, ...]:
    process = "TenderingProcess/NoticeDocumentReference/ID"
    texts = texts_at(root, process) + texts_at(root, f"ProcurementProjectLot/{process}")
    return once((*(earlier_number(text) for text in texts), *changed))


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
    page: NoticePage,
    privacy: Privacy,
    project: etree._Element | None,
    results: etree._Element | None,
) -> tuple[Value, ...]:
    parts = ((project, _PROJECT_AMOUNTS), (results, NOTICE_AMOUNTS))
    return tuple(
        value
        for part, amounts in parts
        if part is not None
        for value in state_amounts(page, privacy, part, amounts)
    )


def _head(root: etree._Element, extension: etree._Element | None) -> dict[str, Any]:
    """Return what tells a notice from others, by the names of a `Notice`'s fields."""
    published = extension if extension is not None else root
    kinds = find_all(root, "ContractingParty/ContractingPartyType/PartyTypeCode")
    legal = (kind for kind in kinds if kind.get("listName") == "buyer-legal-type")
    return {
        "number": notice_number(text_at(published, "Publication/NoticePublicationID") or ""),
        "notice_id": text_at(root, "ID"),
        "version": text_at(root, "VersionID"),
        "procedure_id": text_at(root, "ContractFolderID"),
        "oj_issue": text_at(published, "Publication/GazetteID"),
        "schema": text_at(root, "CustomizationID"),
        "notice_type": text_at(root, "NoticeTypeCode"),
        "subtype": text_at(published, "NoticeSubType/SubTypeCode"),
        "legal_basis": text_at(root, "RegulatoryDomain"),
        "buyer_type": text_of(next(legal, None)),
        "activity": text_at(root, "ContractingParty/ContractingActivity/ActivityTypeCode"),
        "published": iso_date(text_at(published, "Publication/PublicationDate")),
        "dispatched": iso_date(text_at(root, "IssueDate")),
        "procedure": text_at(root, "TenderingProcess/ProcedureCode"),
    }


def _buyers(
    root: etree._Element, organisations: dict[str, Organisation]
) -> list[Organisation | None]:
    keys = find_all(root, "ContractingParty/Party/PartyIdentification/ID")
    return [organisations.get(text_of(key) or "") for key in keys]


def read_eforms(root: etree._Element, page: NoticePage) -> Notice:
    """Read an eForms notice: all buyers, codes, sums, lots, awards and winners that it states."""
    extension = find(root, EXTENSION)
    spoken = text_at(root, "NoticeLanguageCode")
    organisations = read_organisations(extension, spoken)
    project = find(root, "ProcurementProject")
    results = find(extension, "NoticeResult") if extension is not None else None
    privacy = Privacy()
    title = _title(page, project, spoken)
    bodies = _buyers(root, organisations)
    buyers = tuple(p for one in bodies for p in state_organisation(page, "Buyer", one))
    description = _description(page, project, spoken)
    cpv = _cpv(root, page)
    values = _values(page, privacy, project, results)
    places = read_places(page, project, spoken)
    lots = tuple(_lot(page, privacy, lot, at, spoken) for at, lot in enumerate(_lots(root), 1))
    awards = read_awards(page, privacy, results, organisations, spoken)
    changes = read_changes(page, extension, spoken)
    page.gap()
    write_texts(page, root, spoken)
    changed = changed_notices(extension)
    deadline, deadline_time = _deadline(root)
    return Notice(
        **_head(root, extension),
        format="eforms",
        type=_type(root),
        buyers=buyers,
        title=title,
        description=description,
        reference=text_at(project, "ID") if project is not None else None,
        country=next((b.country for b in buyers if b.country), None),
        language=_language(project, spoken),
        deadline=deadline,
        deadline_time=deadline_time,
        nature=text_at(project, "ProcurementTypeCode") if project is not None else None,
        cpv=cpv,
        values=values,
        lots=lots,
        awards=awards,
        earlier=_earlier(root, changed),
        links=_links(root),
        nuts=once((*places.nuts, *(code for lot in lots for code in lot.nuts))),
        countries=once((*places.countries, *(land for lot in lots for land in lot.countries))),
        places=places.named,
        changed=next(iter(changed), None),
        changes=changes,
        translations=in_other_languages(project, spoken, next(iter(bodies), None)),
    )
