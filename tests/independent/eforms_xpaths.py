"""Every field that an eForms notice states, by XPath, in the words of `notice_xpaths`."""

from __future__ import annotations

from tests.independent.notice_xpaths import (
    Fields,
    Tree,
    at,
    attributes,
    country,
    day,
    first,
    links,
    money,
    number,
    once,
    text,
    texts,
)

LANGUAGES = {"ENG": "en", "FRA": "fr", "DEU": "de", "ITA": "it", "NLD": "nl", "POL": "pl"}
EXTENSION = "UBLExtensions/UBLExtension/ExtensionContent/EformsExtension"
PRIVACY = {
    "TotalAmount": "not-val", "OverallMaximumFrameworkContractsAmount": "not-max-val",
    "PayableAmount": "win-ten-val", "HigherTenderAmount": "ten-val-hig",
    "LowerTenderAmount": "ten-val-low", "MaximumValueAmount": "max-val",
    "ReestimatedValueAmount": "ree-val",
    "OverallApproximateFrameworkContractsAmount": "not-app-val",
}  # fmt: skip
EFORMS_KINDS = {
    "EstimatedOverallContractAmount": "estimate", "FrameworkMaximumAmount": "ceiling",
    "EstimatedMaximumValueAmount": "ceiling", "TotalAmount": "award", "PayableAmount": "award",
    "OverallMaximumFrameworkContractsAmount": "ceiling", "MaximumValueAmount": "ceiling",
    "OverallApproximateFrameworkContractsAmount": "estimate", "LowerTenderAmount": "range_low",
    "ReestimatedValueAmount": "estimate", "HigherTenderAmount": "range_high",
}  # fmt: skip


def chosen(node: Tree, path: str, language: str) -> str:
    """The text in the notice's language, else in English, else the first."""
    found = [(e.get("languageID"), said) for e in at(node, path) if (said := text(e))]
    ranked = sorted(found, key=lambda pair: (pair[0] != language, pair[0] != "ENG"))
    return ranked[0][1] if ranked else ""


def eforms_sums(node: Tree, path: str) -> list[str]:
    """Sums with their kind, but for those that a mark beside them or above withholds."""
    found = []
    for sum_ in at(node, path):
        marks = "ancestor::*[position()<=2]/FieldsPrivacy/FieldIdentifierCode"
        if PRIVACY.get(str(sum_.tag), "-") not in texts(sum_, marks):
            found.append(money(text(sum_), sum_.get("currencyID"), EFORMS_KINDS[str(sum_.tag)]))
    return [one for one in found if one]


def companies(root: Tree, language: str) -> dict[str, str]:
    found = {}
    for organisation in at(root, f"{EXTENSION}/Organizations/Organization"):
        name = chosen(organisation, "Company/PartyName/Name", language)
        land = first(organisation, "Company/PostalAddress/Country/IdentificationCode")
        key = first(organisation, "Company/PartyLegalEntity/CompanyID")
        for own in texts(organisation, "*/PartyIdentification/ID"):
            found[own] = f"{name}|{country(land)}|{key}" if name else ""
    return found


def outcomes(results: Tree) -> list[tuple[Tree | None, str]]:
    """Every award: a lot's result, where there is one, and its winning tender, where one won.

    A tender wins by being named by the lot's result and by a contract; where no contract names
    any of a result's tenders, all of them have won. Modifications may name no tender at all.
    """
    found: list[tuple[Tree | None, str]] = []
    contracted = set(texts(results, "SettledContract/LotTender/ID"))
    unnamed = not at(results, "LotResult/LotTender")
    for result in at(results, "LotResult"):
        named = texts(result, "LotTender/ID")
        if unnamed:
            lots = texts(result, "TenderLot/ID")
            named = [key for lot in lots
                     for key in texts(results, f"LotTender[TenderLot/ID='{lot}']/ID")]  # fmt: skip
        if first(result, "TenderResultCode") in {"clos-nw", "open-nw"}:
            named = []
        won = [key for key in named if key in contracted] or named
        found += [(result, key) for key in won] or [(result, "")]
    if unnamed:
        loose = [key for key in texts(results, "LotTender/ID") if key not in dict(found).values()]
        found += [(None, key) for key in loose if key not in {k for _, k in found}]
    return found


def eforms_award(
    results: Tree, result: Tree | None, key: str, bodies: dict[str, str], language: str
) -> dict[str, str]:
    tender = next(iter(at(results, f"LotTender[ID='{key}']")), None)
    party = first(tender, "TenderingParty/ID") if tender is not None else ""
    members = texts(results, f"TenderingParty[ID='{party}']/Tenderer/ID")
    by_tender = at(results, f"SettledContract[LotTender/ID='{key}']")
    named = texts(result, "SettledContract/ID") if result is not None else []
    by_name = [c for own in named for c in at(results, f"SettledContract[ID='{own}']")]
    both = [c for c in by_name if c in by_tender]
    contract = next(iter(both or by_tender or by_name), None)
    paid = eforms_sums(tender, "LegalMonetaryTotal/PayableAmount") if tender is not None else []
    return {
        "award lots": " ".join(texts(result if result is not None else results, "TenderLot/ID"))
        or (first(tender, "TenderLot/ID") if tender is not None else ""),
        "award titles": chosen(contract, "Title", language) if contract is not None else "",
        "winners": " & ".join(filter(None, (bodies.get(m, "") for m in once(members)))),
        "award values": " ".join(paid),
        "concluded": day(first(contract, "IssueDate")) if contract is not None else "",
    }


def awards_of(results: Tree, bodies: dict[str, str], language: str) -> Fields:
    amounts = (
        "LowerTenderAmount|HigherTenderAmount|FrameworkAgreementValues/MaximumValueAmount"
        "|FrameworkAgreementValues/ReestimatedValueAmount"
    )
    made: Fields = {}
    before: Tree | None = None
    for result, key in outcomes(results):
        award = eforms_award(results, result, key, bodies, language)
        if result is not None and result is not before:
            sums = [award["award values"], *sorted(eforms_sums(result, amounts))]
            award["award values"] = " ".join(filter(None, sums))
        before = result
        for name, said in award.items():
            made.setdefault(name, []).append(said)
    return made


def funds(lot: Tree, language: str) -> list[str]:
    named = [
        chosen(f, "Description", language) or first(f, "FinancingIdentifier|FundingProgramCode")
        for f in at(lot, f"TenderingTerms/{EXTENSION}/Funding")
    ]
    codes = texts(lot, "TenderingTerms/FundingProgramCode")
    return [name for name in named if name] or [code for code in codes if code != "no-eu-funds"]


def eforms(root: Tree) -> Fields:
    language = first(root, "NoticeLanguageCode")
    bodies = companies(root, language)
    buyers = texts(root, "ContractingParty/Party/PartyIdentification/ID")
    lots = at(root, "ProcurementProjectLot[ID[@schemeName='Lot' or @schemeName='Part']]")
    codes = "|".join(
        f"ProcurementProject/{which}CommodityClassification/ItemClassificationCode"
        for which in ("Main", "Additional")
    )
    total = "ProcurementProject/RequestedTenderTotal"
    sums = f"{total}/EstimatedOverallContractAmount|{total}/{EXTENSION}/FrameworkMaximumAmount"
    whole = "|".join(
        f"{EXTENSION}/NoticeResult/{name}"
        for name in ("TotalAmount", "OverallMaximumFrameworkContractsAmount",
                     "OverallApproximateFrameworkContractsAmount")
    )  # fmt: skip
    process = "ProcurementProjectLot/TenderingProcess"
    terms = "ProcurementProjectLot/TenderingTerms"
    periods = (
        "TenderSubmissionDeadlinePeriod",
        "ParticipationRequestReceptionPeriod",
        f"{EXTENSION}/InterestExpressionReceptionPeriod",
    )
    ends = [day(end) for p in periods for end in texts(root, f"{process}/{p}/EndDate")]
    results = at(root, f"{EXTENSION}/NoticeResult")
    return {
        "number": [number(n) for n in texts(root, f"{EXTENSION}/Publication/NoticePublicationID")],
        "published": once(map(day, texts(root, f"{EXTENSION}/Publication/PublicationDate"))),
        "dispatched": [day(first(root, "IssueDate"))],
        "deadline": sorted(once(ends))[:1],
        "country": once([bodies[key].split("|")[1] for key in buyers])[:1],
        "language": [LANGUAGES[language]],
        "type": attributes(root, "NoticeTypeCode/@listName"),
        "procedure": texts(root, "TenderingProcess/ProcedureCode"),
        "nature": texts(root, "ProcurementProject/ProcurementTypeCode"),
        "earlier": sorted(set(map(number, texts(
            root, f".//NoticeDocumentReference/ID|{EXTENSION}/*/ChangedNoticeIdentifier")))),
        "cpv": sorted({*texts(root, codes), *(code for lot in lots for code in texts(lot, codes))}),
        "buyers": [bodies[key] for key in buyers if bodies[key]],
        "title": once([chosen(root, "ProcurementProject/Name", language)]),
        "description": once([chosen(root, "ProcurementProject/Description", language)]),
        "reference": texts(root, "ProcurementProject/ID"),
        "links": links(root, f"{terms}/CallForTendersDocumentReference//ExternalReference/URI"),
        "values": sorted([*eforms_sums(root, sums), *eforms_sums(root, whole)]),
        "lots": [first(lot, "ID") for lot in lots],
        "lot titles": [chosen(lot, "ProcurementProject/Name", language) for lot in lots],
        "lot descriptions": [
            chosen(lot, "ProcurementProject/Description", language) for lot in lots],
        "lot cpv": [" ".join(once(texts(lot, codes))) for lot in lots],
        "lot values": [
            " ".join(eforms_sums(lot, f"{sums}|TenderingProcess/FrameworkAgreement"
                                      "/EstimatedMaximumValueAmount")) for lot in lots],
        "funds": [fund for lot in lots for fund in funds(lot, language)],
        **(awards_of(results[0], bodies, language) if results else {}),
    }  # fmt: skip
