"""TED_EXPORT notices (2014 forms and transport forms) as published until early 2024.

The four namespaces of the format are read alike, by local names. Only the first form in an
original language is read: translations would multiply every lot and award. Contact points,
e-mail addresses, telephones and review bodies are never read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from core.errors import DamagedDocument
from core.keys import notice_number
from core.languages import language_code
from core.records import Award, Lot, Notice, Party, Stated, Value
from extract.notices.common import (
    Kind,
    attribute_at,
    country_code,
    earlier_number,
    find,
    find_all,
    iso_date,
    paragraphs,
    state_text,
    state_value,
    text_at,
    text_of,
    texts_at,
)
from extract.notices.page import NoticePage

# TD_DOCUMENT_TYPE codes in the words of the later format (eForms code list `form-type`), so that
# both formats say alike what stage of a procedure a notice belongs to.
_TYPES = {
    "0": "planning", "P": "planning", "B": "planning", "3": "competition", "A": "competition",
    "C": "competition", "D": "competition", "H": "competition", "M": "competition",
    "O": "competition", "Q": "competition", "Y": "competition", "7": "result", "J": "result",
    "R": "result", "V": "dir-awa-pre", "K": "cont-modif", "1": "change", "2": "change",
}  # fmt: skip
_NATURES = {"1": "works", "2": "supplies", "4": "services"}
_PROCEDURES = {
    "1": "open", "2": "restricted", "3": "restricted", "4": "neg-w-call", "6": "neg-w-call",
    "A": "neg-wo-call", "B": "neg-w-call", "C": "comp-dial", "G": "innovation",
    "T": "neg-wo-call", "V": "neg-wo-call",
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What `CODED_DATA_SECTION` states of a notice, in either grammar of the form."""

    number: str | None
    type: str
    country: str | None
    language: str | None
    published: str | None
    dispatched: str | None
    deadline: str | None
    procedure: str | None
    nature: str | None
    cpv: tuple[str, ...]
    earlier: tuple[str, ...]


def _coded(coded: etree._Element, tag: str, table: dict[str, str]) -> str | None:
    element = find(coded, f"CODIF_DATA/{tag}")
    if element is None:
        return None
    return table.get(element.get("CODE", "")) or (text_of(element) or "").lower() or None


def read_header(root: etree._Element) -> Header:
    """Read the coded section; what is absent is None."""
    coded = find(root, "CODED_DATA_SECTION")
    if coded is None:
        coded = root
    earlier = (
        earlier_number(text) for text in texts_at(coded, "NOTICE_DATA/REF_NOTICE/NO_DOC_OJS")
    )
    codes = (e.get("CODE", "") for e in find_all(coded, "NOTICE_DATA/ORIGINAL_CPV"))
    return Header(
        number=notice_number((root.get("DOC_ID") or "").replace("_", "-")),
        type=_coded(coded, "TD_DOCUMENT_TYPE", _TYPES) or "unknown",
        country=country_code(attribute_at(coded, "NOTICE_DATA/ISO_COUNTRY", "VALUE")),
        language=language_code(text_at(coded, "NOTICE_DATA/LG_ORIG")),
        published=iso_date(text_at(coded, "REF_OJS/DATE_PUB")),
        dispatched=iso_date(text_at(coded, "CODIF_DATA/DS_DATE_DISPATCH")),
        deadline=iso_date(text_at(coded, "CODIF_DATA/DT_DATE_FOR_SUBMISSION")),
        procedure=_coded(coded, "PR_PROC", _PROCEDURES),
        nature=_coded(coded, "NC_CONTRACT_NATURE", _NATURES),
        cpv=tuple(dict.fromkeys(code for code in codes if code)),
        earlier=tuple(number for number in earlier if number),
    )


def original_form(root: etree._Element, label: str) -> etree._Element:
    """Return the first form in an original language; raise `DamagedDocument` without one."""
    forms = find_all(root, "FORM_SECTION/*")
    for form in forms:
        if form.get("CATEGORY") == "ORIGINAL":
            return form
    raise DamagedDocument(f"{label} holds no form in its original language.")


def cpv_codes(element: etree._Element) -> tuple[str, ...]:
    """Return the main and additional codes below `element`, but for those a change replaces."""
    found = (
        code.get("CODE", "")
        for code in element.iterfind(".//{*}CPV_CODE")
        if next(code.iterancestors("{*}OLD_VALUE"), None) is None
    )
    return tuple(dict.fromkeys(code for code in found if code))


def state_party(page: NoticePage, caption: str, place: etree._Element) -> tuple[Party, ...]:
    """Write and return the body at an address block; nothing where its name is withheld.

    The older grammar keeps name and number in an `ORGANISATION` inside the block.
    """
    inner = find(place, "ORGANISATION")
    body = place if inner is None else inner
    name = find(body, "OFFICIALNAME")
    text = text_of(name)
    if name is None or text is None:
        return ()
    country = country_code(attribute_at(place, "COUNTRY", "VALUE"))
    at = page.state(caption, text, name, suffix=f" ({country})" if country else "")
    return (Party(name=at, country=country, identifier=text_at(body, "NATIONALID")),)


def _values(page: NoticePage, parent: etree._Element, kinds: dict[str, Kind]) -> tuple[Value, ...]:
    """Read the sums that are direct children of `parent`, each element once, in their order."""
    values: list[Value] = []
    for element in parent:
        name = etree.QName(element).localname
        currency = element.get("CURRENCY")
        if element.get("PUBLICATION") == "NO":
            continue
        if name == "VAL_RANGE_TOTAL":
            for end, kind in _RANGE:
                bound = find(element, end)
                if bound is not None:
                    values += state_value(page, kind, bound, currency, bound.text)
        elif name in kinds:
            values += state_value(page, kinds[name], element, currency, element.text)
    return tuple(values)


_RANGE: tuple[tuple[str, Kind], ...] = (("LOW", "range_low"), ("HIGH", "range_high"))
_TOTALS: dict[str, Kind] = {"VAL_ESTIMATED_TOTAL": "estimate", "VAL_TOTAL": "award"}
_LOT_VALUE: dict[str, Kind] = {"VAL_OBJECT": "estimate"}


def _lot(page: NoticePage, element: etree._Element, position: int, *, alone: bool) -> Lot:
    number = text_at(element, "LOT_NO") or element.get("ITEM") or str(position)
    title = find(element, "TITLE")
    described = find(element, "SHORT_DESCR")
    page.gap()
    if not alone or title is not None:
        page.line(f"Lot {number}")
    return Lot(
        number=number,
        title=state_text(page, "Title", title, text_of(title)),
        description=state_text(page, "Description", described, paragraphs(described)),
        cpv=cpv_codes(element),
        values=_values(page, element, _LOT_VALUE),
        funds=_funds(page, element),
    )


def _funds(page: NoticePage, element: etree._Element) -> tuple[Stated, ...]:
    named = ((found, text_of(found)) for found in find_all(element, "EU_PROGR_RELATED"))
    return tuple(page.state("EU funds", text, found) for found, text in named if text)


def _award(page: NoticePage, element: etree._Element, position: int) -> Award:
    number = element.get("ITEM") or str(position)
    lots = texts_at(element, "LOT_NO")
    page.gap()
    page.line(f"Award {number}" + (f" (lot {', '.join(lots)})" if lots else ""))
    title = find(element, "TITLE")
    stated_title = state_text(page, "Title", title, text_of(title))
    awarded = find(element, "AWARDED_CONTRACT")
    if awarded is None:
        page.line("Not awarded")
        return Award(number=number, lots=lots, title=stated_title)
    return Award(
        number=number,
        lots=lots,
        title=stated_title,
        winners=_winners(page, awarded),
        values=_award_values(page, awarded),
        concluded=_concluded(page, awarded),
    )


def _winners(page: NoticePage, awarded: etree._Element) -> tuple[Party, ...]:
    winners: list[Party] = []
    for place in awarded.iterfind(".//{*}ADDRESS_CONTRACTOR"):
        if not any(above.get("PUBLICATION") == "NO" for above in place.iterancestors()):
            winners += state_party(page, "Winner", place)
    return tuple(winners)


def _award_values(page: NoticePage, awarded: etree._Element) -> tuple[Value, ...]:
    """Sums stand in `VALUES` (S02 on), in `VALUE` (utilities) or in the award itself (S01)."""
    values: list[Value] = []
    for parent in (awarded, *find_all(awarded, "VALUES"), *find_all(awarded, "VALUE")):
        if parent.get("PUBLICATION") != "NO":
            values += _values(page, parent, _TOTALS)
    return tuple(values)


def _concluded(page: NoticePage, awarded: etree._Element) -> str | None:
    date = iso_date(text_at(awarded, "DATE_CONCLUSION_CONTRACT"))
    if date:
        page.line(f"Concluded: {date}")
    return date


def _modification(page: NoticePage, form: etree._Element) -> None:
    """Write what a modification notice says of the change; no field of the record holds it."""
    for element in find_all(form, "MODIFICATIONS_CONTRACT"):
        page.gap()
        page.line("Modification")
        for path in ("DESCRIPTION_PROCUREMENT/SHORT_DESCR", "INFO_MODIFICATIONS/SHORT_DESCR"):
            found = find(element, path)
            state_text(page, "Description", found, paragraphs(found))


def read_form(root: etree._Element, label: str, page: NoticePage) -> Notice:
    """Read a 2014 form: all buyers, codes, sums, lots, awards and winners that it states."""
    header = read_header(root)
    form = original_form(root, label)
    language = language_code(form.get("LG")) or header.language
    # a prior information notice may announce several contracts; the first gives the title
    subjects = find_all(form, "OBJECT_CONTRACT") or [form]
    body = subjects[0]
    title = find(body, "TITLE")
    stated_title = state_text(page, "Title", title, text_of(title))
    places = find_all(form, "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY") + find_all(
        form, "CONTRACTING_BODY/ADDRESS_CONTRACTING_BODY_ADDITIONAL"
    )
    buyers = tuple(party for place in places for party in state_party(page, "Buyer", place))
    described = find(body, "SHORT_DESCR")
    description = state_text(page, "Description", described, paragraphs(described))
    cpv = tuple(dict.fromkeys(cpv_codes(form) + header.cpv))
    if cpv:
        page.line(f"CPV: {', '.join(cpv)}")
    values = tuple(value for subject in subjects for value in _values(page, subject, _TOTALS))
    lot_elements = [lot for subject in subjects for lot in find_all(subject, "OBJECT_DESCR")]
    lots = [
        _lot(page, element, at, alone=len(lot_elements) == 1)
        for at, element in enumerate(lot_elements, 1)
    ]
    awards = [_award(page, e, at) for at, e in enumerate(find_all(form, "AWARD_CONTRACT"), 1)]
    _modification(page, form)
    return Notice(
        format="ted_export",
        number=header.number,
        type=header.type,
        buyers=buyers,
        title=stated_title,
        description=description,
        reference=text_at(body, "REFERENCE_NUMBER"),
        country=header.country or next((b.country for b in buyers if b.country), None),
        language=language,
        published=header.published,
        dispatched=header.dispatched,
        deadline=iso_date(text_at(form, "PROCEDURE/DATE_RECEIPT_TENDERS")) or header.deadline,
        procedure=header.procedure,
        nature=header.nature,
        cpv=cpv,
        values=values,
        lots=tuple(lots),
        awards=tuple(awards),
        earlier=_earlier(form, header),
        links=texts_at(form, "CONTRACTING_BODY/URL_DOCUMENT"),
    )


def _earlier(form: etree._Element, header: Header) -> tuple[str, ...]:
    paths = ("PROCEDURE/NOTICE_NUMBER_OJ", "COMPLEMENTARY_INFO/NOTICE_NUMBER_OJ")
    stated = (earlier_number(text) for path in paths for text in texts_at(form, path))
    return tuple(dict.fromkeys(number for number in (*header.earlier, *stated) if number))
