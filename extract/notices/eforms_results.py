"""The results of an eForms notice: LotResult -> LotTender -> TenderingParty -> Tenderer.

A tender has won where the lot's result and a contract name it, as the publishing office's own
site has it; buyers may list tenders that lost beside it. Where no contract names any tender of a
result, the result's own word is taken. Each tender that won is an award, as in TED_EXPORT, where
an award is a contract: so each winner stands with its own sum.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from lxml import etree

from core.records import Award, Party, Stated, Value
from extract.notices.common import (
    Kind,
    find_all,
    iso_date,
    state_text,
    text_at,
    text_of,
    texts_at,
)
from extract.notices.eforms_parts import (
    Organisation,
    in_language,
    state_amounts,
    state_organisation,
    write_amounts,
)
from extract.notices.page import NoticePage

_NOT_AWARDED = {"clos-nw": "Closed without a winner", "open-nw": "No winner chosen yet"}
_TENDER_AMOUNTS: tuple[tuple[str, Kind], ...] = (("LegalMonetaryTotal/PayableAmount", "award"),)
_RESULT_AMOUNTS: tuple[tuple[str, Kind], ...] = (
    ("LowerTenderAmount", "range_low"),
    ("HigherTenderAmount", "range_high"),
    ("FrameworkAgreementValues/MaximumValueAmount", "ceiling"),
    ("FrameworkAgreementValues/ReestimatedValueAmount", "estimate"),
)
# No kind of the record fits these, so they stand on the page alone.
_OTHER_SUMS = {
    "ConcessionRevenue/RevenueBuyerAmount": "Prices and payments by the buyer",
    "ConcessionRevenue/RevenueUserAmount": "Revenue from users",
    "SubcontractingTerm/TermAmount": "Subcontracted value",
}
_GROUP_SUMS = {
    "GroupFrameworkMaximumValueAmount": "Maximum value of the group",
    "GroupFrameworkReestimatedValueAmount": "Estimated value of the group",
}


def _by_id(results: etree._Element, tag: str) -> dict[str, etree._Element]:
    """Index the direct children `tag`: elements of that name elsewhere are only references."""
    keyed = ((text_at(element, "ID"), element) for element in find_all(results, tag))
    return {key: element for key, element in keyed if key}


class _Links:
    """How the parts of one `NoticeResult` refer to each other."""

    def __init__(self, results: etree._Element) -> None:
        self.results = find_all(results, "LotResult")
        self.tenders = _by_id(results, "LotTender")
        self.parties = _by_id(results, "TenderingParty")
        self.contracts = _by_id(results, "SettledContract")
        self.contracts_of: dict[str, list[etree._Element]] = {}
        for contract in self.contracts.values():
            for tender in texts_at(contract, "LotTender/ID"):
                self.contracts_of.setdefault(tender, []).append(contract)
        self._linked = {key for result in self.results for key in self._named(result)}
        self._by_lot: dict[str, list[str]] = {}
        for key, element in self.tenders.items():
            for lot in texts_at(element, "TenderLot/ID"):
                self._by_lot.setdefault(lot, []).append(key)

    def _named(self, result: etree._Element) -> list[str]:
        return [key for key in texts_at(result, "LotTender/ID") if key in self.tenders]

    def winning(self, result: etree._Element) -> list[str]:
        """Return the tenders that won a lot; modifications may link none, then its lot's own."""
        if text_at(result, "TenderResultCode") in _NOT_AWARDED:
            return []
        named = self._named(result)
        if not self._linked:
            lots = texts_at(result, "TenderLot/ID")
            named = list(dict.fromkeys(key for lot in lots for key in self._by_lot.get(lot, ())))
        return [key for key in named if key in self.contracts_of] or named

    def loose(self, used: set[str]) -> list[str]:
        """Return the tenders of a notice whose results name none at all, but for those used."""
        return [] if self._linked else [key for key in self.tenders if key not in used]

    def named_contracts(self, result: etree._Element | None) -> dict[str, etree._Element]:
        """Return the contracts that a result names, by key."""
        keys = texts_at(result, "SettledContract/ID") if result is not None else ()
        return {key: self.contracts[key] for key in keys if key in self.contracts}

    def contract(
        self, named: dict[str, etree._Element], tender: str | None
    ) -> etree._Element | None:
        """Return the contract that names the tender and is named by the result, or one of both."""
        by_tender = self.contracts_of.get(tender or "", [])
        both = (contract for contract in by_tender if text_at(contract, "ID") in named)
        return next(itertools.chain(both, by_tender, named.values()), None)


@dataclass
class _Writer:
    """Writes awards; a tender's sum is written once, however many results name the tender."""

    page: NoticePage
    organisations: dict[str, Organisation]
    language: str | None
    links: _Links
    written: set[str] = field(default_factory=set)

    def of_result(self, result: etree._Element, position: int) -> list[Award]:
        """Write a lot's result: one award for each tender that won, one without any."""
        number = text_at(result, "ID") or str(position)
        lots = texts_at(result, "TenderLot/ID")
        won = self.links.winning(result)
        named = self.links.named_contracts(result)
        if not won:
            return [self.award(number, lots, None, result, self.links.contract(named, None))]
        numbers = [number] if len(won) == 1 else [f"{number} {key}" for key in won]
        return [
            self.award(own, lots, key, result if at == 0 else None, self.links.contract(named, key))
            for at, (own, key) in enumerate(zip(numbers, won, strict=True))
        ]

    def award(
        self,
        number: str,
        lots: tuple[str, ...],
        tender: str | None,
        result: etree._Element | None,
        contract: etree._Element | None,
    ) -> Award:
        """Write and return one award; `result` is given to the first award of a lot's result,
        which its code and its own sums belong to."""
        page = self.page
        page.gap()
        page.line(f"Award {number}" + (f" (lot {', '.join(lots)})" if lots else ""))
        code = text_at(result, "TenderResultCode") if result is not None else None
        if code in _NOT_AWARDED:
            page.line(_NOT_AWARDED[code])
        title = self._title(contract)
        winners = self._winners(tender)
        values = self._values(tender)
        if result is not None:
            values += state_amounts(page, result, _RESULT_AMOUNTS)
        return Award(
            number=number,
            lots=lots,
            title=title,
            winners=winners,
            values=values,
            concluded=self._concluded(contract),
        )

    def _winners(self, tender: str | None) -> tuple[Party, ...]:
        """Write the members of the tendering party in order, each body once."""
        if tender is None:
            return ()
        captions: dict[str, str] = {}
        for key in texts_at(self.links.tenders[tender], "TenderingParty/ID"):
            party = self.links.parties.get(key)
            for member in find_all(party, "Tenderer") if party is not None else ():
                leads = text_at(member, "GroupLeadIndicator") == "true"
                caption = "Winner (leads the group)" if leads else "Winner"
                captions.setdefault(text_at(member, "ID") or "", caption)
        return tuple(
            party
            for key, caption in captions.items()
            for party in state_organisation(self.page, caption, self.organisations.get(key))
        )

    def _values(self, tender: str | None) -> tuple[Value, ...]:
        if tender is None or tender in self.written:
            return ()
        self.written.add(tender)
        element = self.links.tenders[tender]
        values = state_amounts(self.page, element, _TENDER_AMOUNTS)
        write_amounts(self.page, element, _OTHER_SUMS)
        return values

    def _title(self, contract: etree._Element | None) -> Stated | None:
        if contract is None:
            return None
        element = in_language(find_all(contract, "Title"), self.language)
        return state_text(self.page, "Title", element, text_of(element))

    def _concluded(self, contract: etree._Element | None) -> str | None:
        date = iso_date(text_at(contract, "IssueDate")) if contract is not None else None
        if date:
            self.page.line(f"Concluded: {date}")
        return date


def read_awards(
    page: NoticePage,
    results: etree._Element | None,
    organisations: dict[str, Organisation],
    language: str | None,
) -> tuple[Award, ...]:
    """Return the awards of each lot's result, and one for each tender that no result names."""
    if results is None:
        return ()
    links = _Links(results)
    writer = _Writer(page, organisations, language, links)
    awards: list[Award] = []
    for position, result in enumerate(links.results, 1):
        awards += writer.of_result(result, position)
    for key in links.loose(writer.written):
        lots = texts_at(links.tenders[key], "TenderLot/ID")
        awards.append(writer.award(key, lots, key, None, links.contract({}, key)))
    _write_groups(page, results)
    return tuple(awards)


def _write_groups(page: NoticePage, results: etree._Element) -> None:
    """Write the sums of framework agreements over groups of lots."""
    for group in find_all(results, "GroupFramework"):
        page.gap()
        page.line(f"Group of lots {text_at(group, 'TenderLot/ID') or ''}".rstrip())
        write_amounts(page, group, _GROUP_SUMS)
