"""The rest of what an eForms notice states, by XPath, in the words of `legacy_details_xpaths`."""

from __future__ import annotations

from tests.independent.eforms_xpaths import (
    EXTENSION,
    LANGUAGES,
    chosen,
    companies,
    outcomes,
)
from tests.independent.legacy_details_xpaths import without_contacts
from tests.independent.notice_xpaths import (
    Fields,
    Tree,
    at,
    country,
    day,
    first,
    money,
    number,
    once,
    text,
    texts,
)

LOTS = "ProcurementProjectLot[ID[@schemeName='Lot' or @schemeName='Part']]"
OUTCOMES = {"selec-w": "awarded", "clos-nw": "closed", "open-nw": "open", "": ""}
SUMS = {
    "ConcessionRevenue/RevenueBuyerAmount": ("payments", "con-rev-buy"),
    "ConcessionRevenue/RevenueUserAmount": ("revenue", "con-rev-use"),
    "SubcontractingTerm/TermAmount": ("subcontracted", "sub-val"),
}
# the languages of the European Union that the older table does not name
TWO = {
    **LANGUAGES, "BUL": "bg", "CES": "cs", "DAN": "da", "ELL": "el", "EST": "et", "FIN": "fi",
    "GLE": "ga", "HRV": "hr", "HUN": "hu", "LAV": "lv", "LIT": "lt", "MLT": "mt", "POR": "pt",
    "RON": "ro", "SLK": "sk", "SLV": "sl", "SPA": "es", "SWE": "sv",
}  # fmt: skip


def eforms_details(root: Tree) -> Fields:
    language = first(root, "NoticeLanguageCode")
    results = at(root, f"{EXTENSION}/NoticeResult")
    empty = ("contract numbers", "outcomes", "tenders received", "other values", "decided",
             "subcontractors")  # fmt: skip
    awarded = awards(root, results[0], language) if results else {name: [] for name in empty}
    return {
        **head(root),
        **places(root, language),
        **awarded,
        "party nuts": party_nuts(root, results),
        "changes": changes(root, language),
        **translations(root, language),
        "vat": [],
    }


def head(root: Tree) -> Fields:
    process = "ProcurementProjectLot/TenderingProcess"
    periods = (
        "TenderSubmissionDeadlinePeriod",
        "ParticipationRequestReceptionPeriod",
        f"{EXTENSION}/InterestExpressionReceptionPeriod",
    )
    ends = [(first(p, "EndDate"), first(p, "EndTime")) for kind in periods
            for p in at(root, f"{process}/{kind}") if first(p, "EndDate")]  # fmt: skip
    hour = min((day(d), hour[:5]) for d, hour in ends)[1] if ends else ""
    legal = "ContractingParty/ContractingPartyType/PartyTypeCode[@listName='buyer-legal-type']"
    work = "ContractingParty/ContractingActivity/ActivityTypeCode"
    changed = texts(root, f"{EXTENSION}/*/ChangedNoticeIdentifier")
    return {
        "notice_id": texts(root, "ID[@schemeName='notice-id']"),
        "version": texts(root, "VersionID"),
        "procedure_id": texts(root, "ContractFolderID"),
        "oj_issue": texts(root, f"{EXTENSION}/Publication/GazetteID"),
        "schema": texts(root, "CustomizationID"),
        "notice_type": texts(root, "NoticeTypeCode"),
        "subtype": texts(root, f"{EXTENSION}/NoticeSubType/SubTypeCode"),
        "legal_basis": texts(root, "RegulatoryDomain"),
        "buyer_type": texts(root, legal)[:1],
        "activity": texts(root, work)[:1],
        "deadline_time": [hour] if hour else [],
        "changed": [number(one) for one in changed[:1]],
    }


def place(project: Tree, language: str) -> tuple[list[str], list[str], str]:
    """NUTS codes, countries and the places in words of a project."""
    codes, lands, words = [], [], []
    for location in at(project, "RealizedLocation"):
        code = first(location, "Address/CountrySubentityCode")
        land = first(location, "Address/Country/IdentificationCode")
        codes.append(code)
        lands.append(country(land or code[:2]))
        said = chosen(location, "Description", language) or first(location, "Address/CityName")
        words.append(without_contacts(said))
    return once(codes), once(lands), " & ".join(once(words))


def places(root: Tree, language: str) -> Fields:
    none: tuple[list[str], list[str], str] = ([], [], "")
    whole = next((place(p, language) for p in at(root, "ProcurementProject")), none)
    lots = [
        next((place(p, language) for p in at(lot, "ProcurementProject")), none)
        for lot in at(root, LOTS)
    ]
    return {
        "nuts": once([*whole[0], *(code for lot in lots for code in lot[0])]),
        "countries": once([*whole[1], *(land for lot in lots for land in lot[1])]),
        "places": [whole[2]] if whole[2] else [],
        "lot nuts": [" ".join(lot[0]) for lot in lots],
        "lot countries": [" ".join(lot[1]) for lot in lots],
        "lot places": [lot[2] for lot in lots],
    }


def counted(result: Tree) -> str:
    found = {}
    for statistics in at(result, "ReceivedSubmissionsStatistics"):
        hidden = texts(statistics, "FieldsPrivacy/FieldIdentifierCode")
        said = first(statistics, "StatisticsNumeric")
        if said.isdecimal() and "rec-sub-cou" not in hidden:
            found[first(statistics, "StatisticsCode") or "unspecified"] = int(said)
    return " ".join(f"{kind}={found[kind]}" for kind in sorted(found))


def other_sums(tender: Tree) -> str:
    found = [
        money(text(sum_), sum_.get("currencyID"), kind)
        for path, (kind, mark) in SUMS.items()
        for sum_ in at(tender, path)
        if mark not in texts(sum_, "ancestor::*[position()<=2]/FieldsPrivacy/FieldIdentifierCode")
    ]
    return " ".join(sorted(filter(None, found)))


def awards(root: Tree, results: Tree, language: str) -> Fields:
    bodies = companies(root, language)
    made: Fields = {}
    before: Tree | None = None
    summed: set[str] = set()
    for result, key in outcomes(results):
        tender = next(iter(at(results, f"LotTender[ID='{key}']")), None)
        named = texts(result, "SettledContract/ID") if result is not None else []
        by_tender = at(results, f"SettledContract[LotTender/ID='{key}']")
        by_name = [c for own in named for c in at(results, f"SettledContract[ID='{own}']")]
        both = [c for c in by_tender if c in by_name]
        deal = next(iter(both or by_tender or by_name), None)
        is_first = result is not None and result is not before
        code = first(result, "TenderResultCode") if result is not None and is_first else ""
        party = first(tender, "TenderingParty/ID") if tender is not None else ""
        helpers = once(texts(results, f"TenderingParty[ID='{party}']/SubContractor/ID"))
        fresh = tender is not None and key not in summed
        summed.add(key)
        award = {
            "contract numbers": first(deal, "ContractReference/ID") if deal is not None else "",
            "decided": day(first(deal, "AwardDate")) if deal is not None else "",
            "outcomes": OUTCOMES[code] or ("awarded" if tender is not None else ""),
            "tenders received": counted(result) if result is not None and is_first else "",
            "other values": other_sums(tender) if tender is not None and fresh else "",
            "subcontractors": " & ".join(filter(None, (bodies.get(k, "") for k in helpers))),
        }
        before = result
        for name, said in award.items():
            made.setdefault(name, []).append(said)
    return made


def party_nuts(root: Tree, results: list[Tree]) -> list[str]:
    """The NUTS codes of the buyers, and of each award's winners and subcontractors."""
    keys = texts(root, "ContractingParty/Party/PartyIdentification/ID")
    for _, tender in outcomes(results[0]) if results else []:
        party = first(results[0], f"LotTender[ID='{tender}']/TenderingParty/ID")
        for part in ("Tenderer", "SubContractor"):
            keys += once(texts(results[0], f"TenderingParty[ID='{party}']/{part}/ID"))
    company = f"{EXTENSION}/Organizations/Organization/Company"
    return sorted(
        code
        for key in keys
        for code in texts(
            root,
            f"{company}[PartyIdentification/ID='{key}'][PartyName/Name!='unpublished']"
            "/PostalAddress/CountrySubentityCode",
        )
    )


def changes(root: Tree, language: str) -> list[str]:
    found = []
    for holder in at(root, f"{EXTENSION}/Changes|{EXTENSION}/ContractModification"):
        why = chosen(holder, "ChangeReason/ReasonDescription", language)
        code = first(holder, "ChangeReason/ReasonCode")
        for change in at(holder, "Change"):
            sections = texts(change, ".//ChangedSectionIdentifier")
            lots = " ".join(key for key in sections if key.startswith("LOT-"))
            said = chosen(change, "ChangeDescription", language)
            said = f"{' '.join(sections)}|{lots}||||{said}|{why}|{code}"
            found.append(without_contacts(said))
    return found


def translated(project: Tree, language: str, names: dict[str, str]) -> list[str]:
    """`language|title|description|buyer` for each language but the one that is read."""
    titles, texts_ = ({TWO[e.get("languageID", language)]: text(e) for e in at(project, tag)}
                      for tag in ("Name", "Description"))  # fmt: skip
    read = TWO[language] if TWO[language] in titles or not titles else next(iter(titles))
    if "en" in titles and TWO[language] not in titles:
        read = "en"
    return [
        f"{code}|{titles.get(code, '')}|{texts_.get(code, '')}|{names.get(code, '')}"
        for code in once([*titles, *texts_])
        if code != read
    ]


def translations(root: Tree, language: str) -> Fields:
    key = first(root, "ContractingParty/Party/PartyIdentification/ID")
    company = f"{EXTENSION}/Organizations/Organization/Company"
    named = at(root, f"{company}[PartyIdentification/ID='{key}']/PartyName/Name[@languageID]")
    names = {TWO[str(e.get("languageID"))]: text(e) for e in reversed(named)}
    whole = [translated(p, language, names) for p in at(root, "ProcurementProject")]
    lots = [
        " & ".join(t for p in at(lot, "ProcurementProject") for t in translated(p, language, {}))
        for lot in at(root, LOTS)
    ]
    return {"translations": [one for own in whole for one in own], "lot translations": lots}
