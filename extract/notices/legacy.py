"""TED_EXPORT notices (2014 forms and transport forms) as published until early 2024.

The four namespaces of the format are read alike, by local names. Only one form is read:
translations would multiply every lot and award. Contact points, e-mail addresses, telephones,
members of a jury and review bodies are never read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from core.languages import language_code
from core.records import Lot, Notice, Party, Stated, Value
from extract.notices.common import (
    Kind,
    earlier_number,
    find,
    find_all,
    iso_date,
    links_at,
    paragraphs,
    state_text,
    text_at,
    text_of,
    texts_at,
    write_codes,
)
from extract.notices.legacy_awards import read_awards, write_changes, write_modification
from extract.notices.legacy_header import Header, read_form_element, read_header
from extract.notices.legacy_parts import TOTALS, cpv_codes, state_party, state_sums
from extract.notices.page import NoticePage

_LOT_VALUE: dict[str, Kind] = {"VAL_OBJECT": "estimate"}


@dataclass(frozen=True)
class _Subject:
    """A contract that a notice is about; only prior information notices have several.

    `prefix` tells the lots of several contracts apart. A contract without lots of its own is
    itself the lot (`whole`), with its title, codes and sums.
    """

    element: etree._Element
    lots: list[etree._Element]
    prefix: str = ""
    whole: bool = False


def _subjects(form: etree._Element) -> list[_Subject]:
    found = find_all(form, "OBJECT_CONTRACT")
    if len(found) < 2:
        return [_Subject(element, find_all(element, "OBJECT_DESCR")) for element in found]
    subjects = []
    for position, element in enumerate(found, 1):
        lots = find_all(element, "OBJECT_DESCR")
        prefix = element.get("ITEM") or str(position)
        subjects.append(_Subject(element, lots, prefix, whole=len(lots) == 1))
    return subjects


def _number(subject: _Subject, lot: etree._Element, position: int) -> str:
    if subject.whole:
        return subject.prefix
    own = text_at(lot, "LOT_NO") or lot.get("ITEM") or str(position)
    return f"{subject.prefix}.{own}" if subject.prefix else own


def _lot(
    page: NoticePage, subject: _Subject, lot: etree._Element, position: int, *, alone: bool
) -> Lot:
    number = _number(subject, lot, position)
    title = find(lot, "TITLE")
    if title is None and subject.whole:
        title = find(subject.element, "TITLE")
    described = find(lot, "SHORT_DESCR")
    page.gap()
    if not alone or title is not None:
        page.line(f"Lot {number}")
    stated_title = state_text(page, "Title", title, text_of(title))
    description = state_text(page, "Description", described, paragraphs(described))
    # an only lot's codes are all that its contract has, the main one first
    codes = cpv_codes(subject.element if subject.whole else lot)
    write_codes(page, codes)
    values = state_sums(page, subject.element, TOTALS) if subject.whole else ()
    return Lot(
        number=number,
        title=stated_title,
        description=description,
        cpv=codes,
        values=values + state_sums(page, lot, _LOT_VALUE),
        funds=_funds(page, lot),
    )


def _lots(page: NoticePage, subjects: list[_Subject]) -> tuple[Lot, ...]:
    alone = sum(len(subject.lots) for subject in subjects) == 1
    numbered = (
        (subject, lot, position)
        for subject in subjects
        for position, lot in enumerate(subject.lots, 1)
    )
    return tuple(
        _lot(page, subject, lot, position, alone=alone) for subject, lot, position in numbered
    )


def _funds(page: NoticePage, element: etree._Element) -> tuple[Stated, ...]:
    named = ((found, text_of(found)) for found in find_all(element, "EU_PROGR_RELATED"))
    return tuple(page.state("EU funds", text, found) for found, text in named if text)


def _buyers(page: NoticePage, form: etree._Element) -> tuple[Party, ...]:
    first = "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY"
    places = find_all(form, first) + find_all(form, f"{first}_ADDITIONAL")
    return tuple(party for place in places for party in state_party(page, "Buyer", place))


def _values(page: NoticePage, subjects: list[_Subject]) -> tuple[Value, ...]:
    return tuple(
        value
        for subject in subjects
        if not subject.whole
        for value in state_sums(page, subject.element, TOTALS)
    )


def _earlier(form: etree._Element, header: Header) -> tuple[str, ...]:
    paths = ("PROCEDURE/NOTICE_NUMBER_OJ", "COMPLEMENTARY_INFO/NOTICE_NUMBER_OJ")
    stated = (earlier_number(text) for path in paths for text in texts_at(form, path))
    return tuple(dict.fromkeys(number for number in (*header.earlier, *stated) if number))


def read_form(root: etree._Element, label: str, page: NoticePage) -> Notice:
    """Read a 2014 form: all buyers, codes, sums, lots, awards and winners that it states."""
    header = read_header(root)
    form = read_form_element(root, label)
    subjects = _subjects(form)
    # a prior information notice may announce several contracts; the first gives the title
    body = subjects[0].element if subjects else form
    title = find(body, "TITLE")
    stated_title = state_text(page, "Title", title, text_of(title))
    buyers = _buyers(page, form)
    described = find(body, "SHORT_DESCR")
    description = state_text(page, "Description", described, paragraphs(described))
    cpv = tuple(dict.fromkeys(cpv_codes(form) + header.cpv))
    write_codes(page, cpv)
    values = _values(page, subjects)
    lots = _lots(page, subjects)
    awards = read_awards(page, form, lots)
    write_modification(page, form)
    write_changes(page, form)
    return Notice(
        format="ted_export",
        number=header.number,
        type=header.type,
        buyers=buyers,
        title=stated_title,
        description=description,
        reference=text_at(body, "REFERENCE_NUMBER"),
        country=header.country or next((b.country for b in buyers if b.country), None),
        language=language_code(form.get("LG")) or header.language,
        published=header.published,
        dispatched=header.dispatched,
        deadline=iso_date(text_at(form, "PROCEDURE/DATE_RECEIPT_TENDERS")) or header.deadline,
        procedure=header.procedure,
        nature=header.nature,
        cpv=cpv,
        values=values,
        lots=lots,
        awards=awards,
        earlier=_earlier(form, header),
        links=links_at(form, "CONTRACTING_BODY/URL_DOCUMENT"),
    )
