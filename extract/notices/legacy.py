"""TED_EXPORT notices (2014 forms and transport forms) as published until early 2024.

The four namespaces of the format are read alike, by local names. Only one form is read:
translations would multiply every lot and award. Contact points, e-mail addresses, telephones,
members of a jury and review bodies are never read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from core.languages import language_code
from core.records import Lot, Notice, Party, Stated, Translation, Value
from extract.notices.common import (
    Kind,
    earlier_number,
    find,
    find_all,
    hour,
    iso_date,
    links_at,
    once,
    paragraphs,
    state_text,
    text_at,
    text_of,
    texts_at,
    without_contacts,
    write_codes,
    write_places,
)
from extract.notices.legacy_awards import read_awards
from extract.notices.legacy_changes import read_changes
from extract.notices.legacy_header import (
    Header,
    changed_notice,
    legal_basis,
    read_form_element,
    read_header,
)
from extract.notices.legacy_languages import in_other_languages
from extract.notices.legacy_parts import (
    TOTALS,
    countries_of,
    cpv_codes,
    nuts_codes,
    state_party,
    state_sums,
)
from extract.notices.legacy_texts import write_lot_texts, write_notice_texts
from extract.notices.lots import LotNames
from extract.notices.page import NoticePage
from extract.xml import local_name

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
    page: NoticePage,
    subject: _Subject,
    lot: etree._Element,
    position: int,
    *,
    alone: bool,
    translations: tuple[Translation, ...],
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
    values += state_sums(page, lot, _LOT_VALUE)
    funds = _funds(page, lot)
    nuts = nuts_codes(lot)
    write_places(page, nuts, ())
    places = _places(page, lot)
    write_lot_texts(page, lot)
    return Lot(
        number=number,
        title=stated_title,
        description=description,
        cpv=codes,
        values=values,
        funds=funds,
        nuts=nuts,
        countries=countries_of(nuts),
        places=places,
        translations=translations,
    )


def _places(page: NoticePage, lot: etree._Element) -> tuple[Stated, ...]:
    named = ((site, without_contacts(text_of(site))) for site in find_all(lot, "MAIN_SITE"))
    return tuple(page.state("Place", text, site) for site, text in named if text)


def _lots(
    page: NoticePage, subjects: list[_Subject], translated: dict[int, list[Translation]]
) -> tuple[Lot, ...]:
    alone = sum(len(subject.lots) for subject in subjects) == 1
    numbered = (
        (subject, lot, position)
        for subject in subjects
        for position, lot in enumerate(subject.lots, 1)
    )
    return tuple(
        _lot(
            page,
            subject,
            lot,
            position,
            alone=alone,
            translations=tuple(translated.get(index, ())),
        )
        for index, (subject, lot, position) in enumerate(numbered)
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
    translations, translated = in_other_languages(root, form)
    lots = _lots(page, subjects, translated)
    names = LotNames(lots)
    awards = read_awards(page, form, names)
    changes = read_changes(page, form, names)
    write_notice_texts(page, form)
    nuts = once((*(code for lot in lots for code in lot.nuts), *header.nuts))
    limit = iso_date(text_at(form, "PROCEDURE/DATE_RECEIPT_TENDERS"))
    at = hour(text_at(form, "PROCEDURE/TIME_RECEIPT_TENDERS"))
    return Notice(
        **header.stated("country", "language", "deadline", "deadline_time", "legal_basis",
                        "cpv", "nuts", "earlier"),
        format="ted_export",
        buyers=buyers,
        title=stated_title,
        description=description,
        reference=text_at(body, "REFERENCE_NUMBER"),
        country=header.country or next((b.country for b in buyers if b.country), None),
        language=language_code(form.get("LG")) or header.language,
        deadline=limit or header.deadline,
        deadline_time=at if limit else header.deadline_time,
        legal_basis=legal_basis(form) or header.legal_basis,
        subtype=form.get("FORM") or local_name(form).removesuffix("_2014"),
        cpv=cpv,
        values=values,
        lots=lots,
        awards=awards,
        earlier=_earlier(form, header),
        links=links_at(form, "CONTRACTING_BODY/URL_DOCUMENT"),
        nuts=nuts,
        countries=countries_of(nuts),
        changed=changed_notice(form, header),
        changes=changes,
        translations=translations,
    )  # fmt: skip
