"""What a form of TED_EXPORT says of results: awards, prizes, sums of modified contracts."""

from __future__ import annotations

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
    write_sum,
    write_tenders,
)
from extract.notices.legacy_parts import TOTALS, state_party, state_sums, withheld
from extract.notices.legacy_texts import write_award_texts
from extract.notices.lots import LotNames
from extract.notices.page import NoticePage
from extract.xml import local_name

_AFTER: dict[str, Kind] = {"VAL_TOTAL_AFTER": "award"}
_PRIZE: dict[str, Kind] = {"VAL_PRIZE": "award"}
_SUMS = ("VALUES", "VALUE")
_DESCRIBED = "Value in the modification's description"
_BEFORE: dict[str, Kind] = {"VAL_TOTAL_BEFORE": "before"}
# sums beside what the award is worth
_OTHER_SUMS: dict[str, Kind] = {
    "VAL_SUBCONTRACTING": "subcontracted",
    "VAL_BARGAIN_PURCHASE": "bargain",
    "VAL_PRICE_PAYMENT": "payments",
    "VAL_REVENUE": "revenue",
}
_AWARD_SUMS = TOTALS | _OTHER_SUMS
_OTHERS = frozenset(_OTHER_SUMS.values())
# tenders by the codes of the eForms list `received-submission-type`
_TENDERS = {
    "NB_TENDERS_RECEIVED": "tenders", "NB_TENDERS_RECEIVED_SME": "t-sme",
    "NB_TENDERS_RECEIVED_OTHER_EU": "t-oth-eea", "NB_TENDERS_RECEIVED_NON_EU": "t-no-eea",
    "NB_TENDERS_RECEIVED_EMEANS": "t-esubm",
}  # fmt: skip
_NO_PRIZE = "NO_AWARDED_PRIZE"
_PRIZES = {"AWARDED_PRIZE", _NO_PRIZE}
_NOT_AWARDED = {
    "PROCUREMENT_DISCONTINUED": "discontinued",
    "PROCUREMENT_UNSUCCESSFUL": "unsuccessful",
}


def read_awards(page: NoticePage, form: etree._Element, names: LotNames) -> tuple[Award, ...]:
    """Write and return every award of a form, and every prize of a design contest.

    In a modification the award's first value is the contract's sum after it, and the next one the
    sum when it was concluded; its winner is the one who won it.
    """
    # a form of this kind describes one contract, and how it is modified
    modified = find(form, "MODIFICATIONS_CONTRACT")
    awards = [
        _award(page, element, position, names, modified if position == 1 else None)
        for position, element in enumerate(find_all(form, "AWARD_CONTRACT"), 1)
    ]
    results = find(form, "RESULTS")
    prizes = [e for e in results if local_name(e) in _PRIZES] if results is not None else []
    awards += [_prize(page, element, at) for at, element in enumerate(prizes, 1)]
    return tuple(awards)


def _award(
    page: NoticePage,
    element: etree._Element,
    position: int,
    names: LotNames,
    modified: etree._Element | None,
) -> Award:
    number = element.get("ITEM") or str(position)
    stated = texts_at(element, "LOT_NO")
    page.gap()
    page.line(f"Award {number}" + (f" (lot {', '.join(stated)})" if stated else ""))
    title = find(element, "TITLE")
    stated_title = state_text(page, "Title", title, text_of(title))
    contract = _contract_number(page, element)
    awarded = find(element, "AWARDED_CONTRACT")
    lots = names.of(stated)
    if awarded is None:
        _not_awarded(page, find(element, "NO_AWARDED_CONTRACT"))
        return Award(
            number=number,
            lots=lots,
            title=stated_title,
            contract_number=contract,
            outcome="closed",
        )
    winners = _winners(page, awarded, "ADDRESS_CONTRACTOR")
    values, others = _award_values(page, awarded, modified)
    concluded = _day(page, "Concluded", awarded, "DATE_CONCLUSION_CONTRACT")
    received = _tenders(page, awarded)
    write_award_texts(page, element)
    return Award(
        number=number,
        lots=lots,
        title=stated_title,
        winners=winners,
        values=values,
        concluded=concluded,
        contract_number=contract,
        outcome="awarded",
        tenders_received=received,
        other_values=others,
    )


def _prize(page: NoticePage, element: etree._Element, position: int) -> Award:
    number = element.get("ITEM") or str(position)
    page.gap()
    page.line(f"Award {number}")
    awarded = local_name(element) != _NO_PRIZE
    if not awarded:
        _not_awarded(page, element)
    return Award(
        number=number,
        winners=_winners(page, element, "ADDRESS_WINNER"),
        values=state_sums(page, element, _PRIZE),
        concluded=_day(page, "Concluded", element, "DATE_DECISION_JURY"),
        outcome="awarded" if awarded else "closed",
    )


def _contract_number(page: NoticePage, element: etree._Element) -> Stated | None:
    number = find(element, "CONTRACT_NO")
    text = text_of(number)
    return page.state("Contract number", text, number) if number is not None and text else None


def _tenders(page: NoticePage, awarded: etree._Element) -> dict[str, int]:
    """Return how many tenders came, of small firms, from elsewhere and so on; write them all's."""
    found: dict[str, int] = {}
    for element in (child for holder in _holders(awarded, "TENDERS") for child in holder):
        code = _TENDERS.get(local_name(element))
        number = count(text_of(element)) if code else None
        if code and number is not None and not withheld(element):
            found[code] = number
    write_tenders(page, found)
    return found


def _not_awarded(page: NoticePage, element: etree._Element | None) -> None:
    reasons = [
        said
        for name, said in _NOT_AWARDED.items()
        if element is not None and find(element, name) is not None
    ]
    page.line("Not awarded" + (f" ({reasons[0]})" if reasons else ""))


def _winners(page: NoticePage, awarded: etree._Element, tag: str) -> tuple[Party, ...]:
    return tuple(
        party
        for place in awarded.iterfind(f".//{{*}}{tag}")
        if not withheld(place)
        for party in state_party(page, "Winner", place)
    )


def _holders(element: etree._Element, *names: str) -> tuple[etree._Element, ...]:
    """Sums stand in `VALUES` (S02 on), in `VALUE` (utilities) or in the element itself (S01)."""
    return (element, *(one for name in names or _SUMS for one in find_all(element, name)))


def _award_values(
    page: NoticePage, awarded: etree._Element, modified: etree._Element | None
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Write the sums of an award; return those that it is worth, and the others."""
    values: list[Value] = []
    others: list[Value] = []
    changed = find(modified, "INFO_MODIFICATIONS") if modified is not None else None
    for holder in _holders(changed) if changed is not None else ():
        values += state_sums(page, holder, _AFTER, caption="Value after the modification")
        others += state_sums(page, holder, _BEFORE)
    described = find(modified, "DESCRIPTION_PROCUREMENT") if modified is not None else None
    for holder in _holders(described) if described is not None else ():
        # whether this is the old sum, the new one or their difference, buyers do not agree upon
        for element in find_all(holder, "VAL_TOTAL"):
            if not withheld(element):
                write_sum(page, _DESCRIBED, element.text, element.get("CURRENCY"))
    caption = "Value when concluded" if modified is not None else None
    for holder in _holders(awarded):
        for value in state_sums(page, holder, _AWARD_SUMS, caption=caption):
            (others if value.kind in _OTHERS else values).append(value)
    return tuple(values), tuple(others)


def _day(page: NoticePage, caption: str, element: etree._Element, path: str) -> str | None:
    date = iso_date(text_at(element, path))
    if date:
        page.line(f"{caption}: {date}")
    return date
