"""TED_EXPORT notices in the older R2.0.8 grammar: defence forms, and civil forms before 2016."""

from __future__ import annotations

from lxml import etree

from core.languages import language_code
from core.records import Award, Lot, Notice, Stated, Value
from extract.notices.common import (
    NO_VAT,
    Kind,
    Vat,
    count,
    decimal_text,
    earlier_number,
    find,
    iso_date,
    once,
    paragraphs,
    state_text,
    state_value,
    text_at,
    text_of,
    without_contacts,
    write_codes,
    write_places,
    write_tenders,
)
from extract.notices.defence_texts import write_texts
from extract.notices.legacy_header import Header, legal_basis, read_form_element, read_header
from extract.notices.legacy_parts import countries_of, cpv_codes, nuts_codes, state_party
from extract.notices.lots import LotNames
from extract.notices.page import NoticePage
from extract.xml import local_name

_COSTS = {
    "COSTS_RANGE_AND_CURRENCY",
    "COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE",
    "INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT",
}
_SITES = {"LOCATION_NUTS": "LOCATION", "SITE_OR_LOCATION": "LABEL"}
_LOTS = {"F17_ANNEX_B", "LOT_PRIOR_INFORMATION", "ANNEX_B"}
_AWARDS = {"AWARD_OF_CONTRACT_DEFENCE", "AWARD_OF_CONTRACT"}
_BOUNDS: dict[str, Kind] = {"LOW_VALUE": "range_low", "HIGH_VALUE": "range_high"}


def _named(form: etree._Element, names: set[str]) -> list[etree._Element]:
    return [element for element in form.iter() if local_name(element) in names]


def _owner(element: etree._Element) -> etree._Element | None:
    """Return the lot or award that `element` belongs to, None where it is of the whole notice."""
    owners = (above for above in element.iterancestors() if local_name(above) in _LOTS | _AWARDS)
    return next(owners, None)


def _vat(costs: etree._Element) -> Vat:
    """Return whether the sums of a block hold value added tax, as far as it says so."""
    if find(costs, "EXCLUDING_VAT") is not None:
        return Vat("excluded")
    if find(costs, "INCLUDING_VAT") is None:
        return NO_VAT
    return Vat("included", decimal_text(text_at(costs, "INCLUDING_VAT/VAT_PRCT")))


def _costs(page: NoticePage, costs: etree._Element) -> tuple[Value, ...]:
    """Read one block of costs: the currency is the block's, the sums are its elements'."""
    inside_award = any(
        local_name(above) in _AWARDS | {"TOTAL_FINAL_VALUE"} for above in costs.iterancestors()
    )
    estimated = local_name(costs).startswith("INITIAL") or not inside_award
    values: list[Value] = []
    vat = _vat(costs)
    for element in costs.iter("{*}VALUE_COST", "{*}LOW_VALUE", "{*}HIGH_VALUE"):
        kind = _BOUNDS.get(local_name(element)) or ("estimate" if estimated else "award")
        raw = element.get("FMTVAL") or element.text
        values += state_value(page, kind, element, costs.get("CURRENCY"), raw, vat=vat)
    return tuple(values)


class _Sums:
    """The sums of a form, each with the lot or award that it belongs to."""

    def __init__(self, page: NoticePage, form: etree._Element) -> None:
        self._page = page
        self._blocks: dict[etree._Element | None, list[etree._Element]] = {}
        for block in _named(form, _COSTS):
            self._blocks.setdefault(_owner(block), []).append(block)

    def of(self, owner: etree._Element | None) -> tuple[Value, ...]:
        """Write and return the sums of a lot or an award, of the whole notice for None."""
        blocks = self._blocks.get(owner, ())
        return tuple(value for block in blocks for value in _costs(self._page, block))


def _lot(page: NoticePage, sums: _Sums, element: etree._Element, position: int) -> Lot:
    number = text_at(element, "LOT_NUMBER") or element.get("ITEM") or str(position)
    title = find(element, "LOT_TITLE")
    described = find(element, "LOT_DESCRIPTION")
    page.gap()
    page.line(f"Lot {number}")
    stated_title = state_text(page, "Title", title, text_of(title))
    description = state_text(page, "Description", described, paragraphs(described))
    codes = cpv_codes(element)
    write_codes(page, codes)
    values = sums.of(element)
    write_texts(page, element)
    return Lot(
        number=number,
        title=stated_title,
        description=description,
        cpv=codes,
        values=values,
    )


def _concluded(page: NoticePage, award: etree._Element) -> str | None:
    year, month, day = (
        (text_at(award, f"CONTRACT_AWARD_DATE/{part}") or "").zfill(2)
        for part in ("YEAR", "MONTH", "DAY")
    )
    date = iso_date(f"{year}-{month}-{day}")
    if date:
        page.line(f"Concluded: {date}")
    return date


def _block(organisation: etree._Element) -> etree._Element:
    """Return the address block around a name: its country stands beside the organisation."""
    parent = organisation.getparent()
    return organisation if parent is None else parent


def _award(
    page: NoticePage, sums: _Sums, element: etree._Element, position: int, names: LotNames
) -> Award:
    number = element.get("ITEM") or str(position)
    lot = text_at(element, "LOT_NUMBER")
    page.gap()
    page.line(f"Award {number}" + (f" (lot {lot})" if lot else ""))
    title = find(element, "CONTRACT_TITLE")
    stated_title = state_text(page, "Title", title, text_of(title))
    key = find(element, "CONTRACT_NUMBER")
    said = text_of(key)
    contract = page.state("Contract number", said, key) if key is not None and said else None
    winners = [
        party
        for operator in element.iterfind(".//{*}ECONOMIC_OPERATOR_NAME_ADDRESS")
        for organisation in operator.iterfind(".//{*}ORGANISATION")
        for party in state_party(page, "Winner", _block(organisation))
    ]
    values = sums.of(element)
    concluded = _concluded(page, element)
    received = count(text_at(element, "OFFERS_RECEIVED_NUMBER"))
    tenders = {} if received is None else {"tenders": received}
    write_tenders(page, tenders)
    write_texts(page, element)
    return Award(
        number=number,
        lots=names.of((lot,) if lot else ()),
        title=stated_title,
        winners=tuple(winners),
        values=values,
        concluded=concluded,
        contract_number=contract,
        outcome="awarded",  # the grammar has no word for a lot that nobody won
        tenders_received=tenders,
    )


def _places(page: NoticePage, form: etree._Element) -> tuple[tuple[str, ...], tuple[Stated, ...]]:
    """Write and return where the contract is performed: NUTS codes, and in words."""
    sites = [(site, _SITES[local_name(site)]) for site in _named(form, set(_SITES))]
    nuts = once(code for site, _ in sites for code in nuts_codes(site))
    write_places(page, nuts, ())
    named = [found for site, tag in sites if (found := find(site, tag)) is not None]
    texts = ((element, without_contacts(text_of(element))) for element in named)
    return nuts, tuple(page.state("Place", text, element) for element, text in texts if text)


def _earlier(form: etree._Element, header: Header) -> tuple[str, ...]:
    stated = (earlier_number(text_of(found)) for found in form.iter("{*}NOTICE_NUMBER_OJ"))
    return tuple(dict.fromkeys(number for number in (*header.earlier, *stated) if number))


def read_defence(root: etree._Element, label: str, page: NoticePage) -> Notice:
    """Read a form of the older grammar: buyers, codes, sums, lots, awards and winners."""
    header = read_header(root)
    form = read_form_element(root, label)
    title = next(form.iter("{*}TITLE_CONTRACT"), None)
    stated_title = state_text(page, "Title", title, text_of(title))
    buyers = tuple(
        party
        for place in form.iter("{*}CA_CE_CONCESSIONAIRE_PROFILE")
        for party in state_party(page, "Buyer", place)
    )
    described = next(form.iter("{*}SHORT_CONTRACT_DESCRIPTION"), None)
    description = state_text(page, "Description", described, paragraphs(described))
    cpv = tuple(dict.fromkeys(cpv_codes(form) + header.cpv))
    write_codes(page, cpv)
    sums = _Sums(page, form)
    values = sums.of(None)
    nuts, places = _places(page, form)
    nuts = once((*nuts, *header.nuts))
    lots = tuple(_lot(page, sums, e, at) for at, e in enumerate(_named(form, _LOTS), 1))
    names = LotNames(lots)
    awards = [_award(page, sums, e, at, names) for at, e in enumerate(_named(form, _AWARDS), 1)]
    page.gap()
    write_texts(page, form, _LOTS | _AWARDS)
    return Notice(
        **header.stated("country", "language", "legal_basis", "cpv", "nuts", "earlier"),
        format="ted_defence",
        buyers=buyers,
        title=stated_title,
        description=description,
        reference=text_of(next(form.iter("{*}FILE_REFERENCE_NUMBER"), None)),
        country=header.country or next((b.country for b in buyers if b.country), None),
        language=language_code(form.get("LG")) or header.language,
        legal_basis=legal_basis(form) or header.legal_basis,
        subtype=form.get("FORM") or local_name(form),
        cpv=cpv,
        values=values,
        lots=lots,
        awards=tuple(awards),
        earlier=_earlier(form, header),
        nuts=nuts,
        countries=countries_of(nuts),
        places=places,
    )
