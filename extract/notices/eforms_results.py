"""The results of an eForms notice: LotResult -> LotTender -> TenderingParty -> Tenderer.

A tender has won where the lot's result and a contract name it, as the publishing office's own
site has it; buyers may list tenders that lost beside it. Where no contract names any tender of a
result, the result's own word is taken. Each tender that won is an award, as in TED_EXPORT, where
an award is a contract: so each winner stands with its own sum.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from core.records import Award, Party, Stated, Value
from extract.notices.common import (
    Kind,
    count,
    find,
    find_all,
    iso_date,
    state_text,
    text_at,
    text_of,
    texts_at,
    write_tenders,
)
from extract.notices.eforms_parts import (
    Organisation,
    Privacy,
    in_language,
    state_amounts,
    state_organisation,
    write_amounts,
)
from extract.notices.eforms_texts import write_tender_texts
from extract.notices.page import NoticePage

_UNSPECIFIED = "unspecified"  # a number without the code that says of what
_SUBCONTRACTOR = "Subcontractor"
Outcome = Literal["awarded", "closed", "open"]

_OUTCOMES: dict[str, Outcome] = {"selec-w": "awarded", "clos-nw": "closed", "open-nw": "open"}
_NOT_AWARDED = {"clos-nw": "Closed without a winner", "open-nw": "No winner chosen yet"}
_TENDER_AMOUNTS: tuple[tuple[str, Kind], ...] = (("LegalMonetaryTotal/PayableAmount", "award"),)
_RESULT_AMOUNTS: tuple[tuple[str, Kind], ...] = (
    ("LowerTenderAmount", "range_low"),
    ("HigherTenderAmount", "range_high"),
    ("FrameworkAgreementValues/MaximumValueAmount", "ceiling"),
    ("FrameworkAgreementValues/ReestimatedValueAmount", "estimate"),
)
_OTHER_SUMS: tuple[tuple[str, Kind], ...] = (
    ("ConcessionRevenue/RevenueBuyerAmount", "payments"),
    ("ConcessionRevenue/RevenueUserAmount", "revenue"),
    ("SubcontractingTerm/TermAmount", "subcontracted"),
)
# No kind of the record fits these, so they stand on the page alone.
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
        self.contracts_of: dict[str, dict[str, etree._Element]] = {}
        for key, contract in self.contracts.items():
            for tender in texts_at(contract, "LotTender/ID"):
                self.contracts_of.setdefault(tender, {})[key] = contract
        self._members: dict[str, tuple[Member, ...]] = {}
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
        by_tender = self.contracts_of.get(tender or "", {})
        # the shorter is gone through: both may be long in a notice of many contracts
        fewer, more = sorted((by_tender, named), key=len)
        both = (contract for key, contract in fewer.items() if key in more)
        return next(itertools.chain(both, by_tender.values(), named.values()), None)

    def members(self, tender: str, organisations: dict[str, Organisation]) -> tuple[Member, ...]:
        """Return who tendered, in order, each body once for each part it has; those without a
        name are left out here, or many tenders of one large party would take long for nothing."""
        keys = texts_at(self.tenders[tender], "TenderingParty/ID")
        return tuple(member for key in keys for member in self._party(key, organisations))

    def _party(self, key: str, organisations: dict[str, Organisation]) -> tuple[Member, ...]:
        known = self._members.get(key)
        if known is None:
            party = self.parties.get(key)
            known = tuple(_members(party, organisations)) if party is not None else ()
            self._members[key] = known
        return known


@dataclass(frozen=True)
class Member:
    """A body of a tendering party, with the caption that says which part it has."""

    caption: str
    organisation: Organisation

    @property
    def tenders(self) -> bool:
        """Whether it is a tenderer itself and no subcontractor."""
        return self.caption != _SUBCONTRACTOR


def _members(party: etree._Element, organisations: dict[str, Organisation]) -> Iterator[Member]:
    captions: dict[tuple[str, bool], str] = {}
    for member in find_all(party, "Tenderer"):
        leads = text_at(member, "GroupLeadIndicator") == "true"
        caption = "Winner (leads the group)" if leads else "Winner"
        captions.setdefault((text_at(member, "ID") or "", True), caption)
    for member in find_all(party, "SubContractor"):
        captions.setdefault((text_at(member, "ID") or "", False), _SUBCONTRACTOR)
    for (key, _), caption in captions.items():
        organisation = organisations.get(key)
        if organisation is not None and text_of(organisation.name):
            yield Member(caption, organisation)


@dataclass
class _Writer:
    """Writes awards; a tender's sum is written once, however many results name the tender."""

    page: NoticePage
    privacy: Privacy
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
        key = self._contract_number(contract)
        members = self.links.members(tender, self.organisations) if tender is not None else ()
        winners = self._parties(members, tenders=True)
        subcontractors = self._parties(members, tenders=False)
        values, others = self._values(tender)
        if result is not None:
            values += state_amounts(page, self.privacy, result, _RESULT_AMOUNTS)
        received = self._received(result) if result is not None else {}
        concluded = self._day("Concluded", contract, "IssueDate")
        decided = self._day("Decided", contract, "AwardDate")
        if tender is not None:
            write_tender_texts(page, self.links.tenders[tender], self.language)
        return Award(
            number=number,
            lots=lots,
            title=title,
            winners=winners,
            values=values,
            concluded=concluded,
            decided=decided,
            contract_number=key,
            outcome=_OUTCOMES.get(code or "", "awarded" if tender is not None else None),
            tenders_received=received,
            subcontractors=subcontractors,
            other_values=others,
        )

    def _parties(self, members: tuple[Member, ...], *, tenders: bool) -> tuple[Party, ...]:
        return tuple(
            party
            for member in members
            if member.tenders == tenders
            for party in state_organisation(self.page, member.caption, member.organisation)
        )

    def _values(self, tender: str | None) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """Return what the tender is worth, and the other sums that it states."""
        if tender is None or tender in self.written:
            return (), ()
        self.written.add(tender)
        element = self.links.tenders[tender]
        values = state_amounts(self.page, self.privacy, element, _TENDER_AMOUNTS)
        return values, state_amounts(self.page, self.privacy, element, _OTHER_SUMS)

    def _received(self, result: etree._Element) -> dict[str, int]:
        """Return how many tenders of each kind came for a lot; write the number of all."""
        found: dict[str, int] = {}
        for statistics in find_all(result, "ReceivedSubmissionsStatistics"):
            number = find(statistics, "StatisticsNumeric")
            received = count(text_of(number))
            if number is None or received is None:
                continue
            if not self.privacy.withholds(number, "rec-sub-cou"):
                found[text_at(statistics, "StatisticsCode") or _UNSPECIFIED] = received
        write_tenders(self.page, found)
        return found

    def _title(self, contract: etree._Element | None) -> Stated | None:
        if contract is None:
            return None
        element = in_language(find_all(contract, "Title"), self.language)
        return state_text(self.page, "Title", element, text_of(element))

    def _contract_number(self, contract: etree._Element | None) -> Stated | None:
        key = find(contract, "ContractReference/ID") if contract is not None else None
        text = text_of(key)
        return self.page.state("Contract number", text, key) if key is not None and text else None

    def _day(self, caption: str, contract: etree._Element | None, tag: str) -> str | None:
        date = iso_date(text_at(contract, tag)) if contract is not None else None
        if date:
            self.page.line(f"{caption}: {date}")
        return date


def read_awards(
    page: NoticePage,
    privacy: Privacy,
    results: etree._Element | None,
    organisations: dict[str, Organisation],
    language: str | None,
) -> tuple[Award, ...]:
    """Return the awards of each lot's result, and one for each tender that no result names."""
    if results is None:
        return ()
    links = _Links(results)
    writer = _Writer(page, privacy, organisations, language, links)
    awards: list[Award] = []
    for position, result in enumerate(links.results, 1):
        awards += writer.of_result(result, position)
    for key in links.loose(writer.written):
        lots = texts_at(links.tenders[key], "TenderLot/ID")
        awards.append(writer.award(key, lots, key, None, links.contract({}, key)))
    _write_groups(page, privacy, results)
    return tuple(awards)


def _write_groups(page: NoticePage, privacy: Privacy, results: etree._Element) -> None:
    """Write the sums of framework agreements over groups of lots."""
    for group in find_all(results, "GroupFramework"):
        page.gap()
        page.line(f"Group of lots {text_at(group, 'TenderLot/ID') or ''}".rstrip())
        write_amounts(page, privacy, group, _GROUP_SUMS)
