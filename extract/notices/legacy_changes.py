"""What a form of TED_EXPORT changes: the notice it corrects (F14), a modified contract (F20)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from core.records import Change, Stated
from extract.notices.common import (
    find,
    find_all,
    once,
    paragraphs,
    state_text,
    text_at,
    text_of,
    without_contacts,
)
from extract.notices.legacy_parts import state_party, withheld
from extract.notices.lots import LotNames
from extract.notices.page import NoticePage

# Section I holds the buyer's contact persons and addresses, VI.4 those of review bodies.
_CONTACTS = ("I", "VI.4")
_NOTHING = "(nothing)"
# eForms code list `modification-justification`
_REASONS = {"ADDITIONAL_NEED": "add-wss", "UNFORESEEN_CIRCUMSTANCE": "mod-cir"}


def read_changes(page: NoticePage, form: etree._Element, names: LotNames) -> tuple[Change, ...]:
    """Write and return what a form changes in the notice or the contract that it is about."""
    return (*_modifications(page, form), *_corrections(page, form, names))


def _modifications(page: NoticePage, form: etree._Element) -> Iterator[Change]:
    won: set[str | None] | None = None
    for element in find_all(form, "MODIFICATIONS_CONTRACT"):
        page.gap()
        page.line("Modification")
        after = find(element, "DESCRIPTION_PROCUREMENT/SHORT_DESCR")
        state_text(page, "Description", after, paragraphs(after))
        changed = find(element, "INFO_MODIFICATIONS/SHORT_DESCR")
        description = state_text(page, "Description", changed, paragraphs(changed))
        reason, code = _reason(page, element)
        if won is None:
            won = {text_of(name) for name in form.iterfind(".//{*}AWARD_CONTRACT//{*}OFFICIALNAME")}
        _winners_after(page, element, won)
        if description or reason:
            yield Change(description=description, reason=reason, reason_code=code)


def _reason(page: NoticePage, modified: etree._Element) -> tuple[Stated | None, str | None]:
    for tag, code in _REASONS.items():
        element = find(modified, f"INFO_MODIFICATIONS/{tag}")
        if element is not None:
            return state_text(page, "Reason for the change", element, paragraphs(element)), code
    return None, None


def _winners_after(page: NoticePage, modified: etree._Element, won: set[str | None]) -> None:
    """Write who holds the contract afterwards, where it is not the winner by the same name."""
    for place in modified.iterfind(".//{*}ADDRESS_CONTRACTOR"):
        if text_at(place, "OFFICIALNAME") not in won and not withheld(place):
            state_party(page, "Contractor after the modification", place)


def _corrections(page: NoticePage, form: etree._Element, names: LotNames) -> Iterator[Change]:
    """Write what a corrigendum changes: `Change in IV.2.2) (lot 1): 2020-01-27 -> 2021-02-16`."""
    changes = [
        change
        for change in find_all(form, "CHANGES/CHANGE")
        if not withheld(change) and not _of_contacts(text_at(change, "WHERE/SECTION"))
    ]
    added = find(form, "CHANGES/INFO_ADD")
    said = without_contacts(paragraphs(added))
    if changes or said:
        page.gap()
    for change in changes:
        yield _correction(page, change, names)
    if added is not None and said:
        yield Change(description=page.state("Further changes", said, added))


def _of_contacts(section: str | None) -> bool:
    head = (section or "").strip().upper()
    return any(
        head == mark or head.startswith((f"{mark}.", f"{mark})", f"{mark} ")) for mark in _CONTACTS
    )


def _correction(page: NoticePage, change: etree._Element, names: LotNames) -> Change:
    section, lot, label = (
        text_at(change, f"WHERE/{tag}") for tag in ("SECTION", "LOT_NO", "LABEL")
    )
    caption = " ".join(once((f"Change in {section or 'the notice'}", label)))
    parts: list[str | tuple[str, etree._Element]] = []
    for side in ("OLD_VALUE", "NEW_VALUE"):
        element = find(change, side)
        text = _content(element) if element is not None else ""
        parts.append((text, element) if element is not None and text else _NOTHING)
    stated = iter(
        page.state_line(f"{caption} (lot {lot})" if lot else caption, parts[0], " -> ", parts[1])
    )
    old, new = (None if isinstance(part, str) else next(stated) for part in parts)
    return Change(
        sections=once((section,)),
        label=label,
        lots=names.of(once((lot,))),
        old=old,
        new=new,
    )


def _content(side: etree._Element) -> str:
    """Return the old or the new text, date or codes of a change."""
    codes = (code.get("CODE") for code in side.iterfind(".//{*}CPV_CODE"))
    said = (text_at(side, tag) for tag in ("TEXT", "DATE", "TIME"))
    return " ".join(once((*codes, *map(without_contacts, said))))
