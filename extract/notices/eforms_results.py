"""The results of an eForms notice: LotResult -> LotTender -> TenderingParty -> Tenderer."""

from __future__ import annotations

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


def _by_id(results: etree._Element, tag: str) -> dict[str, etree._Element]:
    """Index the direct children `tag`: elements of that name elsewhere are only references."""
    keyed = ((text_at(element, "ID"), element) for element in find_all(results, tag))
    return {key: element for key, element in keyed if key}


@dataclass
class _Results:
    """The parts of one `NoticeResult` by their keys, and which tenders were written already."""

    page: NoticePage
    organisations: dict[str, Organisation]
    language: str | None
    tenders: dict[str, etree._Element]
    parties: dict[str, etree._Element]
    contracts: dict[str, etree._Element]
    written: set[str] = field(default_factory=set)

    def winners(self, tenders: tuple[str, ...]) -> tuple[Party, ...]:
        """Write the tenderers of the tenders in order, each body once in an award."""
        keys: dict[str, None] = {}
        for tender in tenders:
            for party in texts_at(self.tenders[tender], "TenderingParty/ID"):
                if party in self.parties:
                    keys |= dict.fromkeys(texts_at(self.parties[party], "Tenderer/ID"))
        found = (self.organisations.get(key) for key in keys)
        return tuple(p for one in found for p in state_organisation(self.page, "Winner", one))

    def values(self, tenders: tuple[str, ...]) -> tuple[Value, ...]:
        """Write the sums of tenders that no earlier award has written."""
        fresh = [tender for tender in tenders if tender not in self.written]
        self.written.update(fresh)
        return tuple(
            value
            for tender in fresh
            for value in state_amounts(self.page, self.tenders[tender], _TENDER_AMOUNTS)
        )

    def contract(self, named: tuple[str, ...], tenders: tuple[str, ...]) -> etree._Element | None:
        """Return the contract that a result names, else the one that names its tender."""
        for key in named:
            if key in self.contracts:
                return self.contracts[key]
        for contract in self.contracts.values():
            if set(texts_at(contract, "LotTender/ID")) & set(tenders):
                return contract
        return None

    def award(
        self,
        number: str,
        lots: tuple[str, ...],
        tenders: tuple[str, ...],
        result: etree._Element | None,
    ) -> Award:
        """Write and return one award; `result` is its LotResult, where the notice has one."""
        page = self.page
        page.gap()
        page.line(f"Award {number}" + (f" (lot {', '.join(lots)})" if lots else ""))
        code = text_at(result, "TenderResultCode") if result is not None else None
        if code in _NOT_AWARDED:
            page.line(_NOT_AWARDED[code])
        named = texts_at(result, "SettledContract/ID") if result is not None else ()
        contract = self.contract(named, tenders)
        title = self._title(contract)
        winners = self.winners(tenders)
        values = self.values(tenders)
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


def _tenders_of(result: etree._Element, parts: _Results, loose: list[str]) -> tuple[str, ...]:
    """Return a result's tenders; modifications link none, there they are found by the lot."""
    linked = tuple(key for key in texts_at(result, "LotTender/ID") if key in parts.tenders)
    if linked or text_at(result, "TenderResultCode") in _NOT_AWARDED:
        return linked
    lots = set(texts_at(result, "TenderLot/ID"))
    return tuple(key for key in loose if lots & set(texts_at(parts.tenders[key], "TenderLot/ID")))


def read_awards(
    page: NoticePage,
    results: etree._Element | None,
    organisations: dict[str, Organisation],
    language: str | None,
) -> tuple[Award, ...]:
    """Return one award for each lot result, and one for each tender that no result accounts for."""
    if results is None:
        return ()
    parts = _Results(
        page=page,
        organisations=organisations,
        language=language,
        tenders=_by_id(results, "LotTender"),
        parties=_by_id(results, "TenderingParty"),
        contracts=_by_id(results, "SettledContract"),
    )
    lot_results = find_all(results, "LotResult")
    linked = {key for result in lot_results for key in texts_at(result, "LotTender/ID")}
    loose = [key for key in parts.tenders if key not in linked]
    awards: list[Award] = []
    for position, result in enumerate(lot_results, 1):
        tenders = _tenders_of(result, parts, loose)
        loose = [key for key in loose if key not in tenders]
        number = text_at(result, "ID") or str(position)
        awards.append(parts.award(number, texts_at(result, "TenderLot/ID"), tenders, result))
    for key in loose if not linked else ():
        lots = texts_at(parts.tenders[key], "TenderLot/ID")
        awards.append(parts.award(key, lots, (key,), None))
    return tuple(awards)
