"""A second, independent reading of TED notices, to hold the project's parser against.

`stated_fields` reads one notice and returns what it states. It shares no code and no table with
the parser: it walks the tree once, knows for every element the elements above it, and decides by
local names (namespaces are ignored). What counts for each field:

**Part read.** TED_EXPORT: the first child of FORM_SECTION with CATEGORY="ORIGINAL", in document
order; translations and a second original are not read. eForms: the whole document.

**format.** "eforms" when the root is a UBL notice; "defence" when the form element's name ends in
_DEFENCE; else "ted_export".

**publication_number.** DOC_ID of the root; eForms: Publication / NoticePublicationID with
schemeName="ojs-notice-id". Without leading zeros ("000050-2020" gives "50-2020"); None if absent.

**Text** (names, titles): white space of any kind, no-break space included, becomes one space;
inline elements (FT) join their neighbours without a space; several P are joined by one space.
eForms text in several languages: the one in NoticeLanguageCode, else in the first
AdditionalNoticeLanguage that has one, else the first written.

**buyers.** Names in document order, equal names once. TED_EXPORT: OFFICIALNAME directly under
ADDRESS_CONTRACTING_BODY or ADDRESS_CONTRACTING_BODY_ADDITIONAL. Defence:
CA_CE_CONCESSIONAIRE_PROFILE / ORGANISATION / OFFICIALNAME; authorities bought for are not buyers.
eForms: root / ContractingParty / Party / PartyIdentification / ID, resolved among the Company
elements; the ServiceProviderParty inside is not a buyer.

**title.** The contract's, never a lot's or an award's. TED_EXPORT: TITLE directly under the first
OBJECT_CONTRACT. Defence: the first TITLE_CONTRACT. eForms: root / ProcurementProject / Name.

**cpv.** The set of 8-digit codes (a check digit is cut, supplementary codes do not count).
TED_EXPORT and defence: CPV_CODE directly under CPV_MAIN or CPV_ADDITIONAL anywhere in the form
(lots and the modified contract of F20 included), except below CHANGES (corrections, F14). eForms:
ItemClassificationCode (listName "cpv" or none) under Main- or AdditionalCommodityClassification,
in root / ProcurementProject or a ProcurementProjectLot whose ID has schemeName Lot or Part.

**values.** A multiset of (number, currency, kind), one entry per element in document order,
repeated amounts kept. The number is Decimal(...).normalize() in notation 'f'; zero counts; a
negative number (placeholder of a withheld one) and no number do not. The currency stands on the
element or the nearest element above; None where none does.

The table `_KINDS` names the elements that count and their kinds. They count in TED_EXPORT below
OBJECT_CONTRACT or AWARD_CONTRACT at any depth (in VALUES, VALUE or neither), in defence forms
anywhere, in eForms below NoticeResult and in the project and lots as for cpv. The number of a
defence amount is @FMTVAL; without it the text when plain: digits, thousands possibly grouped by
spaces, at most two decimals. Withheld amounts are left out: in TED_EXPORT below PUBLICATION="NO",
in eForms where a FieldsPrivacy directly under an element above names the amount's code.

**other_values.** Every other amount with a currency of its own, as (number, currency, element
name): prizes, revenue, subcontracted share, MODIFICATIONS_CONTRACT. A parser may report these.

**winners.** (name, country) per award in document order; a consortium gives one entry per member,
a firm with two awards two entries. The country is the code as written (TED: two letters, UK for
the United Kingdom; eForms: three letters), None where not stated. No name, no entry. TED_EXPORT:
ADDRESS_CONTRACTOR below AWARD_CONTRACT, ADDRESS_WINNER (design contests). Defence:
ECONOMIC_OPERATOR_NAME_ADDRESS. eForms: for each LotResult not coded clos-nw or open-nw, each
LotTender it refers to, its TenderingParty, each Tenderer of that (no subcontractor); where no
LotResult refers to a tender at all (contract modification, direct award), each LotTender of the
NoticeResult in document order. Contractors below MODIFICATIONS_CONTRACT are not read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

Value = tuple[str, str | None, str]
Winner = tuple[str, str | None]

# the end of an amount's path of local names -> kind; the first that fits
_KINDS = {
    ("VAL_ESTIMATED_TOTAL",): "estimate",
    ("VAL_OBJECT",): "estimate",
    ("VAL_TOTAL",): "award",
    ("VAL_RANGE_TOTAL", "LOW"): "range_low",
    ("VAL_RANGE_TOTAL", "HIGH"): "range_high",
    ("COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE", "VALUE_COST"): "award",
    ("VALUE_COST",): "estimate",
    ("RANGE_VALUE_COST", "LOW_VALUE"): "range_low",
    ("RANGE_VALUE_COST", "HIGH_VALUE"): "range_high",
    ("ProcurementProject", "RequestedTenderTotal", "EstimatedOverallContractAmount"): "estimate",
    ("FrameworkAgreement", "EstimatedMaximumValueAmount"): "framework_maximum",
    ("NoticeResult", "TotalAmount"): "award",
    ("NoticeResult", "OverallMaximumFrameworkContractsAmount"): "framework_maximum",
    ("LotResult", "FrameworkAgreementValues", "MaximumValueAmount"): "framework_maximum",
    ("LotResult", "LowerTenderAmount"): "range_low",
    ("LotResult", "HigherTenderAmount"): "range_high",
    ("NoticeResult", "LotTender", "LegalMonetaryTotal", "PayableAmount"): "award",
}
_DEFENCE_AMOUNTS = {"VALUE_COST", "LOW_VALUE", "HIGH_VALUE"}
# eForms code list non-publication-identifier, its entries for amounts
_PRIVACY_CODES = {
    "TotalAmount": "not-val",
    "OverallMaximumFrameworkContractsAmount": "not-max-val",
    "MaximumValueAmount": "max-val",
    "LowerTenderAmount": "ten-val-low",
    "HigherTenderAmount": "ten-val-hig",
    "PayableAmount": "win-ten-val",
}
_NOT_WON = {"clos-nw", "open-nw"}
_PLAIN_NUMBER = re.compile(r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[.,]\d{1,2})?")
_PUBLICATION = re.compile(r"0*(\d+)-(\d{4})")
_CPV = re.compile(r"(\d{8})(?:-\d)?")


class UnreadableNoticeError(ValueError):
    """The bytes are not a TED notice of a known format."""


@dataclass(frozen=True)
class StatedFields:
    """What one notice states; the module's text says what counts for each field."""

    format: str
    publication_number: str | None
    buyers: tuple[str, ...]
    title: str | None
    cpv: frozenset[str]
    values: tuple[Value, ...]
    winners: tuple[Winner, ...]
    other_values: tuple[Value, ...]


class _Visit(NamedTuple):
    """An element met on the walk, the elements above it, outermost first, and all their names."""

    element: Element
    above: tuple[Element, ...]
    path: tuple[str, ...]

    def ends(self, *names: str) -> bool:
        return self.path[-len(names) :] == names

    def under(self, *names: str) -> bool:
        return any(name in names for name in self.path[:-1])


def stated_fields(data: bytes) -> StatedFields:
    """Read the bytes of one notice. Raises UnreadableNoticeError."""
    try:
        root: Element = fromstring(data)
    except (ParseError, DefusedXmlException) as error:
        raise UnreadableNoticeError(f"not a readable XML file: {error}") from error
    if _local(root) == "TED_EXPORT":
        return _ted_export(root)
    if _local(root).endswith("Notice"):
        return _eforms(root)
    raise UnreadableNoticeError(f"root {_local(root)} is neither TED_EXPORT nor a UBL notice")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _walk(
    element: Element, above: tuple[Element, ...] = (), path: tuple[str, ...] = ()
) -> Iterator[_Visit]:
    """Visit the element and all below it in document order."""
    here = (*path, _local(element))
    yield _Visit(element, above, here)
    for child in element:
        yield from _walk(child, (*above, element), here)


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if _local(child) == name]


def _text(element: Element) -> str:
    """The element's text as the module's text says under "Text"."""
    parts = ("".join(part.itertext()) for part in _children(element, "P") or [element])
    return " ".join(" ".join(parts).split())


def _publication_number(stated: str | None) -> str | None:
    match = _PUBLICATION.fullmatch((stated or "").strip())
    return f"{match[1]}-{match[2]}" if match else None


def _cpv_codes(stated: Iterable[str]) -> frozenset[str]:
    matches = (_CPV.fullmatch(code.strip()) for code in stated)
    return frozenset(match[1] for match in matches if match)


def _number(visit: _Visit) -> str | None:
    """The element's number in its normal form; None for no number and for a negative one."""
    text = (visit.element.text or "").strip()
    if visit.path[-1] in _DEFENCE_AMOUNTS:
        plain = re.sub(r"\s", "", text).replace(",", ".") if _PLAIN_NUMBER.fullmatch(text) else ""
        text = visit.element.get("FMTVAL") or plain
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return format(number.normalize(), "f") if number.is_finite() and number >= 0 else None


def _currency(visit: _Visit) -> str | None:
    near = (visit.element, *reversed(visit.above))
    codes = (element.get("CURRENCY") or element.get("currencyID") for element in near)
    return next(filter(None, codes), None)


def _split_values(visits: list[_Visit]) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """The values that count, and the other amounts that carry a currency of their own."""
    counted: list[Value] = []
    others: list[Value] = []
    for visit in visits:
        number = _number(visit)
        if number is None or _withheld(visit):
            continue
        if kind := _kind(visit):
            counted.append((number, _currency(visit), kind))
        elif {"CURRENCY", "currencyID"} & set(visit.element.keys()):
            others.append((number, _currency(visit), visit.path[-1]))
    return tuple(counted), tuple(others)


def _kind(visit: _Visit) -> str | None:
    defence = visit.path[-1] in _DEFENCE_AMOUNTS
    inside = visit.under("OBJECT_CONTRACT", "AWARD_CONTRACT", "NoticeResult")
    if not (defence or inside or _in_project_or_lot(visit)):
        return None
    return next((kind for end, kind in _KINDS.items() if visit.ends(*end)), None)


def _withheld(visit: _Visit) -> bool:
    """Whether the notice says that this amount is not for publication."""
    if any(element.get("PUBLICATION") == "NO" for element in (visit.element, *visit.above)):
        return True
    code = _PRIVACY_CODES.get(visit.path[-1])
    marks = (mark for element in visit.above for mark in _children(element, "FieldsPrivacy"))
    return any(code == _text(c) for mark in marks for c in _children(mark, "FieldIdentifierCode"))


def _ted_export(root: Element) -> StatedFields:
    form = _original_form(root)
    visits = list(_walk(form))
    values, other_values = _split_values(visits)
    titles = (v for v in visits if v.ends("OBJECT_CONTRACT", "TITLE") or v.ends("TITLE_CONTRACT"))
    codes = (
        visit.element.get("CODE", "")
        for visit in visits
        if (visit.ends("CPV_MAIN", "CPV_CODE") or visit.ends("CPV_ADDITIONAL", "CPV_CODE"))
        and not visit.under("CHANGES")
    )
    return StatedFields(
        format="defence" if _local(form).endswith("_DEFENCE") else "ted_export",
        publication_number=_publication_number(root.get("DOC_ID")),
        buyers=_ted_buyers(visits),
        title=next((_text(title.element) for title in titles), "") or None,
        cpv=_cpv_codes(codes),
        values=values,
        winners=_ted_winners(visits),
        other_values=other_values,
    )


def _original_form(root: Element) -> Element:
    forms = (form for section in _children(root, "FORM_SECTION") for form in section)
    for form in forms:
        if form.get("CATEGORY") == "ORIGINAL":
            return form
    raise UnreadableNoticeError("the TED_EXPORT holds no form in an original language")


def _ted_buyers(visits: list[_Visit]) -> tuple[str, ...]:
    names = (
        _text(visit.element)
        for visit in visits
        if visit.ends("ADDRESS_CONTRACTING_BODY", "OFFICIALNAME")
        or visit.ends("ADDRESS_CONTRACTING_BODY_ADDITIONAL", "OFFICIALNAME")
        or visit.ends("CA_CE_CONCESSIONAIRE_PROFILE", "ORGANISATION", "OFFICIALNAME")
    )
    return tuple(dict.fromkeys(filter(None, names)))


def _ted_winners(visits: list[_Visit]) -> tuple[Winner, ...]:
    winners: list[Winner] = []
    for visit in visits:
        civil = visit.path[-1] == "ADDRESS_CONTRACTOR" and visit.under("AWARD_CONTRACT")
        if not civil and visit.path[-1] not in {"ADDRESS_WINNER", "ECONOMIC_OPERATOR_NAME_ADDRESS"}:
            continue
        parts = list(visit.element.iter())
        name = next((_text(part) for part in parts if _local(part) == "OFFICIALNAME"), "")
        land = next((part.get("VALUE") for part in parts if _local(part) == "COUNTRY"), None)
        if name:
            winners.append((name, land))
    return tuple(winners)


def _eforms(root: Element) -> StatedFields:
    visits = list(_walk(root))
    languages = [_text(element) for element in _at(visits, "NoticeLanguageCode")]
    languages += [_text(element) for element in _at(visits, "AdditionalNoticeLanguage", "ID")]
    companies = _companies(visits, languages)
    numbers = (
        visit.element.text
        for visit in visits
        if visit.ends("Publication", "NoticePublicationID")
        and visit.element.get("schemeName") == "ojs-notice-id"
    )
    buyers = _at(visits, "ContractingParty", "Party", "PartyIdentification", "ID")
    values, other_values = _split_values(visits)
    return StatedFields(
        format="eforms",
        publication_number=next(map(_publication_number, numbers), None),
        buyers=tuple(dict.fromkeys(companies[k][0] for k in map(_text, buyers) if k in companies)),
        title=_in_language(_at(visits, "ProcurementProject", "Name"), languages),
        cpv=_cpv_codes(_text(visit.element) for visit in visits if _is_cpv(visit)),
        values=values,
        winners=_eforms_winners(visits, companies),
        other_values=other_values,
    )


def _at(visits: Iterable[_Visit], *path: str) -> list[Element]:
    """The elements at exactly that path below the start of the walk."""
    return [visit.element for visit in visits if visit.path[1:] == path]


def _in_language(versions: list[Element], languages: list[str]) -> str | None:
    """The text in the first language that has one, else the first text, None for no text."""
    stated = [(element.get("languageID"), _text(element)) for element in versions]
    stated = [(language, text) for language, text in stated if text]
    chosen = [text for wanted in languages for language, text in stated if language == wanted]
    return next(iter(chosen + [text for _, text in stated]), None)


def _companies(visits: list[_Visit], languages: list[str]) -> dict[str, Winner]:
    """Organisation key -> (name, country)."""
    found: dict[str, Winner] = {}
    for visit in visits:
        if not visit.ends("Organizations", "Organization", "Company"):
            continue
        inside = list(_walk(visit.element))
        name = _in_language(_at(inside, "PartyName", "Name"), languages)
        lands = [_text(e) for e in _at(inside, "PostalAddress", "Country", "IdentificationCode")]
        for key in _ids(visit.element, "PartyIdentification"):
            if name:
                found[key] = (name, next(iter(lands), "") or None)
    return found


def _ids(element: Element, reference: str) -> list[str]:
    """The ID of every direct child of that name."""
    ids = (_own_id(child) for child in _children(element, reference))
    return [key for key in ids if key]


def _own_id(element: Element) -> str:
    return next(map(_text, _children(element, "ID")), "")


def _is_cpv(visit: _Visit) -> bool:
    return (
        visit.path[-1] == "ItemClassificationCode"
        and visit.path[-2] in {"MainCommodityClassification", "AdditionalCommodityClassification"}
        and visit.element.get("listName", "cpv") == "cpv"
        and _in_project_or_lot(visit)
    )


def _in_project_or_lot(visit: _Visit) -> bool:
    """Whether the element belongs to the notice's project, or to a lot or part (no lot group)."""
    if len(visit.above) < 2 or visit.path[1] != "ProcurementProjectLot":
        return visit.path[1:2] == ("ProcurementProject",)
    return any(i.get("schemeName") in {"Lot", "Part"} for i in _children(visit.above[1], "ID"))


def _eforms_winners(visits: list[_Visit], companies: dict[str, Winner]) -> tuple[Winner, ...]:
    result = next((v.element for v in visits if v.ends("EformsExtension", "NoticeResult")), None)
    if result is None:
        return ()
    # direct children only: elements of the same names deeper down are references
    parties = {_own_id(p): _ids(p, "Tenderer") for p in _children(result, "TenderingParty")}
    tenders = {_own_id(t): _ids(t, "TenderingParty") for t in _children(result, "LotTender")}
    members = (
        key
        for tender in _winning_tenders(result, list(tenders))
        for party in tenders.get(tender, [])
        for key in parties.get(party, [])
    )
    return tuple(companies[key] for key in members if key in companies)


def _winning_tenders(result: Element, stated: list[str]) -> list[str]:
    """The keys of the tenders that won, one for each lot result that names them."""
    lots = _children(result, "LotResult")
    if not any(_ids(lot, "LotTender") for lot in lots):
        return stated
    won = (
        lot for lot in lots if not _NOT_WON & set(map(_text, _children(lot, "TenderResultCode")))
    )
    return [key for lot in won for key in _ids(lot, "LotTender")]
