"""What a form of TED_EXPORT says of results: awards, prizes, modified contracts, corrections."""

from __future__ import annotations

from lxml import etree

from core.records import Award, Lot, Party, Value
from extract.notices.common import (
    Kind,
    find,
    find_all,
    iso_date,
    paragraphs,
    state_text,
    text_at,
    text_of,
    texts_at,
    write_sum,
)
from extract.notices.legacy_parts import TOTALS, state_party, state_sums, withheld
from extract.notices.lots import LotNames
from extract.notices.page import NoticePage
from extract.xml import local_name

_AFTER: dict[str, Kind] = {"VAL_TOTAL_AFTER": "award"}
_PRIZE: dict[str, Kind] = {"VAL_PRIZE": "award"}
# Sums beside the award's own. No kind of the record fits them, so they stand on the page alone.
_OTHER_SUMS = {
    "VAL_SUBCONTRACTING": "Subcontracted value",
    "VAL_BARGAIN_PURCHASE": "Value of the bargain purchase",
    "VAL_PRICE_PAYMENT": "Prices and payments by the buyer",
    "VAL_REVENUE": "Revenue from users",
}
_NO_PRIZE = "NO_AWARDED_PRIZE"
_PRIZES = {"AWARDED_PRIZE", _NO_PRIZE}
_NOT_AWARDED = {
    "PROCUREMENT_DISCONTINUED": "discontinued",
    "PROCUREMENT_UNSUCCESSFUL": "unsuccessful",
}


def read_awards(page: NoticePage, form: etree._Element, lots: tuple[Lot, ...]) -> tuple[Award, ...]:
    """Write and return every award of a form, and every prize of a design contest.

    In a modification the award's first value is the contract's sum after it, and the next one the
    sum when it was concluded; its winner is the one who won it.
    """
    names = LotNames(lots)
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
    awarded = find(element, "AWARDED_CONTRACT")
    lots = names.of(stated)
    if awarded is None:
        _not_awarded(page, find(element, "NO_AWARDED_CONTRACT"))
        return Award(number=number, lots=lots, title=stated_title)
    return Award(
        number=number,
        lots=lots,
        title=stated_title,
        winners=_winners(page, awarded, "ADDRESS_CONTRACTOR"),
        values=_award_values(page, awarded, modified),
        concluded=_day(page, "Concluded", awarded, "DATE_CONCLUSION_CONTRACT"),
    )


def _prize(page: NoticePage, element: etree._Element, position: int) -> Award:
    number = element.get("ITEM") or str(position)
    page.gap()
    page.line(f"Award {number}")
    if local_name(element) == _NO_PRIZE:
        _not_awarded(page, element)
    return Award(
        number=number,
        winners=_winners(page, element, "ADDRESS_WINNER"),
        values=state_sums(page, element, _PRIZE),
        concluded=_day(page, "Concluded", element, "DATE_DECISION_JURY"),
    )


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


def _holders(element: etree._Element) -> tuple[etree._Element, ...]:
    """Sums stand in `VALUES` (S02 on), in `VALUE` (utilities) or in the element itself (S01)."""
    return (element, *find_all(element, "VALUES"), *find_all(element, "VALUE"))


def _award_values(
    page: NoticePage, awarded: etree._Element, modified: etree._Element | None
) -> tuple[Value, ...]:
    values: list[Value] = []
    changed = find(modified, "INFO_MODIFICATIONS") if modified is not None else None
    for holder in _holders(changed) if changed is not None else ():
        values += state_sums(page, holder, _AFTER, caption="Value after the modification")
        _other_sums(page, holder, {"VAL_TOTAL_BEFORE": "Value before the modification"})
    described = find(modified, "DESCRIPTION_PROCUREMENT") if modified is not None else None
    for holder in _holders(described) if described is not None else ():
        # whether this is the old sum, the new one or their difference, buyers do not agree upon
        _other_sums(page, holder, {"VAL_TOTAL": "Value in the modification's description"})
    caption = "Value when concluded" if modified is not None else None
    for holder in _holders(awarded):
        values += state_sums(page, holder, TOTALS, caption=caption)
        _other_sums(page, holder, _OTHER_SUMS)
    return tuple(values)


def _other_sums(page: NoticePage, holder: etree._Element, captions: dict[str, str]) -> None:
    for name, caption in captions.items():
        for element in find_all(holder, name):
            if not withheld(element):
                write_sum(page, caption, element.text, element.get("CURRENCY"))


def _day(page: NoticePage, caption: str, element: etree._Element, path: str) -> str | None:
    date = iso_date(text_at(element, path))
    if date:
        page.line(f"{caption}: {date}")
    return date


def write_modification(page: NoticePage, form: etree._Element) -> None:
    """Write what a modification says of itself; no field of the record holds it."""
    for element in find_all(form, "MODIFICATIONS_CONTRACT"):
        page.gap()
        page.line("Modification")
        for path in ("DESCRIPTION_PROCUREMENT/SHORT_DESCR", "INFO_MODIFICATIONS/SHORT_DESCR"):
            found = find(element, path)
            state_text(page, "Description", found, paragraphs(found))
        _winners_after(page, form, element)


def _winners_after(page: NoticePage, form: etree._Element, modified: etree._Element) -> None:
    """Write who holds the contract afterwards, where it is not the winner by the same name."""
    names = form.iterfind(".//{*}AWARD_CONTRACT//{*}OFFICIALNAME")
    won = {text_of(name) for name in names}
    for place in modified.iterfind(".//{*}ADDRESS_CONTRACTOR"):
        if text_at(place, "OFFICIALNAME") not in won and not withheld(place):
            state_party(page, "Contractor after the modification", place)


def write_changes(page: NoticePage, form: etree._Element) -> None:
    """Write what a corrigendum changes: `Change in IV.2.2) (lot 1): 2020-01-27 -> 2021-02-16`.

    Section I is left out: there the buyer's contact persons and addresses are corrected.
    """
    changes = [
        change
        for change in find_all(form, "CHANGES/CHANGE")
        if not withheld(change) and not _of_contacts(text_at(change, "WHERE/SECTION"))
    ]
    if changes:
        page.gap()
    for change in changes:
        where = text_at(change, "WHERE/SECTION") or "the notice"
        lot = text_at(change, "WHERE/LOT_NO")
        old, new = (_side(change, side) for side in ("OLD_VALUE", "NEW_VALUE"))
        page.line(f"Change in {where}" + (f" (lot {lot})" if lot else "") + f": {old} -> {new}")


def _of_contacts(section: str | None) -> bool:
    head = (section or "").strip().upper()
    return head == "I" or head.startswith(("I.", "I)", "I "))


def _side(change: etree._Element, side: str) -> str:
    """Return the old or the new text, date or codes of a change."""
    element = find(change, side)
    if element is None:
        return "(nothing)"
    codes = (code.get("CODE", "") for code in element.iterfind(".//{*}CPV_CODE"))
    said = [text_at(element, name) for name in ("TEXT", "DATE", "TIME")]
    return " ".join(part for part in (*codes, *said) if part) or "(nothing)"
