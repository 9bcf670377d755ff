"""What an eForms notice that corrects another, or modifies a contract, says of its changes."""

from __future__ import annotations

from lxml import etree

from core.records import Change, Stated
from extract.notices.common import (
    earlier_number,
    find,
    find_all,
    once,
    paragraphs,
    state_text,
    text_at,
    text_of,
    texts_at,
)
from extract.notices.eforms_parts import in_language
from extract.notices.page import NoticePage

_HOLDERS = ("Changes", "ContractModification")


def changed_notices(extension: etree._Element | None) -> tuple[str, ...]:
    """Return the notices that this one corrects or modifies: a number, or uuid and version."""
    if extension is None:
        return ()
    stated = (
        text
        for holder in _HOLDERS
        for text in texts_at(extension, f"{holder}/ChangedNoticeIdentifier")
    )
    return once(earlier_number(text) for text in stated)


def read_changes(
    page: NoticePage, extension: etree._Element | None, language: str | None
) -> tuple[Change, ...]:
    """Write and return the changes; all of one correction have its reason."""
    if extension is None:
        return ()
    found: list[Change] = []
    for holder in (element for name in _HOLDERS for element in find_all(extension, name)):
        found += _of_holder(page, holder, language)
    return tuple(found)


def _of_holder(page: NoticePage, holder: etree._Element, language: str | None) -> list[Change]:
    stated = [_described(page, change, language) for change in find_all(holder, "Change")]
    given = find(holder, "ChangeReason")
    code = reason = None
    if given is not None:
        code = text_at(given, "ReasonCode")
        said = in_language(find_all(given, "ReasonDescription"), language)
        reason = state_text(page, "Reason for the change", said, paragraphs(said))
    if not stated and (code or reason):
        stated = [((), None)]
    return [
        Change(
            sections=sections,
            lots=tuple(key for key in sections if key.startswith("LOT-")),
            description=description,
            reason=reason,
            reason_code=code,
        )
        for sections, description in stated
    ]


def _described(
    page: NoticePage, change: etree._Element, language: str | None
) -> tuple[tuple[str, ...], Stated | None]:
    """Write one change: `Change in LOT-0001: Two lots more`; return its sections and text."""
    page.gap()
    # before version 1.10 of the SDK the sections were direct children
    sections = once(
        (
            *texts_at(change, "ChangedSection/ChangedSectionIdentifier"),
            *texts_at(change, "ChangedSectionIdentifier"),
        )
    )
    caption = f"Change in {', '.join(sections) or 'the notice'}"
    element = in_language(find_all(change, "ChangeDescription"), language)
    text = text_of(element)
    if element is None or not text:
        page.line(f"{caption}: (not described)")
        return sections, None
    return sections, page.state(caption, text, element)
