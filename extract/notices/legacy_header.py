"""What heads every TED_EXPORT notice, whatever its form, and which of its forms is read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from lxml import etree

from core.errors import DamagedDocument
from core.keys import notice_number
from core.languages import language_code
from extract.notices.common import (
    attribute_at,
    celex,
    country_code,
    earlier_number,
    find,
    find_all,
    hour,
    iso_date,
    once,
    text_at,
    text_of,
    texts_at,
)

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
# eForms code lists `buyer-legal-type` and `main-activity`
_BUYER_TYPES = {"1": "cga", "5": "eu-ins-bod-ag", "6": "body-pl"}
_ACTIVITIES = {
    "A": "hc-am", "B": "soc-pro", "C": "rcr", "D": "defence", "E": "env-pro", "F": "econ-aff",
    "G": "gas-heat", "H": "health", "I": "airport", "J": "gas-oil", "K": "port", "L": "education",
    "M": "solid-fuel", "N": "electricity", "P": "post", "R": "rail", "S": "gen-pub", "T": "urttb",
    "U": "pub-os", "W": "water",
}  # fmt: skip
_UNSAID = {"not applicable", "not specified"}


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
    notice_id: str | None
    oj_issue: str | None
    schema: str | None
    notice_type: str | None
    legal_basis: str | None
    buyer_type: str | None
    activity: str | None
    heading: str | None
    deadline_time: str | None
    nuts: tuple[str, ...]

    def stated(self, *without: str) -> dict[str, Any]:
        """Return the fields by their names in a `Notice`, but for those that the form decides."""
        names = (field.name for field in fields(self))
        return {name: getattr(self, name) for name in names if name not in without}


def _coded(coded: etree._Element, tag: str, table: dict[str, str]) -> str | None:
    element = find(coded, f"CODIF_DATA/{tag}")
    if element is None:
        return None
    return table.get(element.get("CODE", "")) or (text_of(element) or "").lower() or None


def _said(coded: etree._Element, tag: str, table: dict[str, str]) -> str | None:
    """Return a code like `_coded`, None where the notice says that it does not say."""
    code = _coded(coded, tag, table)
    return None if code in _UNSAID else code


def _oj_issue(coded: etree._Element) -> str | None:
    """Return the Official Journal's issue and year as later notices write it: `12/2019`."""
    number, date = (text_at(coded, f"REF_OJS/{tag}") for tag in ("NO_OJ", "DATE_PUB"))
    return f"{number.lstrip('0')}/{date[:4]}" if number and iso_date(date) and date else None


def _heading(root: etree._Element) -> str | None:
    """Return the English title: `Poland-Przemysl: Court building construction work`."""
    for title in find_all(root, "TRANSLATION_SECTION/ML_TITLES/ML_TI_DOC"):
        if title.get("LG") == "EN":
            place = "-".join(once(text_at(title, tag) for tag in ("TI_CY", "TI_TOWN")))
            return ": ".join(once((place, text_at(title, "TI_TEXT")))) or None
    return None


def _nuts(coded: etree._Element) -> tuple[str, ...]:
    """Return the codes of where a contract is performed; the second tag is of older notices."""
    tags = ("PERFORMANCE_NUTS", "ORIGINAL_NUTS")
    return once(e.get("CODE") for tag in tags for e in find_all(coded, f"NOTICE_DATA/{tag}"))


def read_header(root: etree._Element) -> Header:
    """Read the coded section; what is absent is None."""
    coded = find(root, "CODED_DATA_SECTION")
    if coded is None:
        coded = root
    earlier = (
        earlier_number(text) for text in texts_at(coded, "NOTICE_DATA/REF_NOTICE/NO_DOC_OJS")
    )
    limit = text_at(coded, "CODIF_DATA/DT_DATE_FOR_SUBMISSION")
    return Header(
        number=notice_number((root.get("DOC_ID") or "").replace("_", "-")),
        type=_coded(coded, "TD_DOCUMENT_TYPE", _TYPES) or "unknown",
        country=country_code(attribute_at(coded, "NOTICE_DATA/ISO_COUNTRY", "VALUE")),
        language=language_code(text_at(coded, "NOTICE_DATA/LG_ORIG")),
        published=iso_date(text_at(coded, "REF_OJS/DATE_PUB")),
        dispatched=iso_date(text_at(coded, "CODIF_DATA/DS_DATE_DISPATCH")),
        deadline=iso_date(limit),
        procedure=_coded(coded, "PR_PROC", _PROCEDURES),
        nature=_coded(coded, "NC_CONTRACT_NATURE", _NATURES),
        cpv=once(e.get("CODE") for e in find_all(coded, "NOTICE_DATA/ORIGINAL_CPV")),
        earlier=tuple(number for number in earlier if number),
        notice_id=text_at(root, "FORM_SECTION/NOTICE_UUID"),
        oj_issue=_oj_issue(coded),
        schema=root.get("VERSION"),
        notice_type=text_at(coded, "CODIF_DATA/TD_DOCUMENT_TYPE"),
        legal_basis=celex(attribute_at(coded, "CODIF_DATA/DIRECTIVE", "VALUE")),
        buyer_type=_said(coded, "AA_AUTHORITY_TYPE", _BUYER_TYPES),
        activity=_said(coded, "MA_MAIN_ACTIVITIES", _ACTIVITIES),
        heading=_heading(root),
        deadline_time=hour(limit),
        nuts=_nuts(coded),
    )


def legal_basis(form: etree._Element) -> str | None:
    """Return the CELEX number of a form's legal basis, else the act in the buyer's words."""
    return attribute_at(form, "LEGAL_BASIS", "VALUE") or text_at(form, "LEGAL_BASIS_OTHER")


def changed_notice(form: etree._Element, header: Header) -> str | None:
    """Return the number of the notice that a correction or a modification is about."""
    paths = {
        "change": "COMPLEMENTARY_INFO/NOTICE_NUMBER_OJ",
        "cont-modif": "PROCEDURE/NOTICE_NUMBER_OJ",
    }
    if header.type not in paths:
        return None
    return earlier_number(text_at(form, paths[header.type])) or next(iter(header.earlier), None)


def read_form_element(root: etree._Element, label: str) -> etree._Element:
    """Return the form to read: the first in an original language, else the English translation.

    A form in one language only may lack the mark; then the first of all is read. The record's
    language is that of the form. Raises `DamagedDocument` where there is no form at all.
    """
    forms = [form for form in find_all(root, "FORM_SECTION/*") if form.get("LG")]
    wanted = (
        [form for form in forms if form.get("CATEGORY") == "ORIGINAL"],
        [form for form in forms if form.get("LG") == "EN"],
        forms,
    )
    for found in wanted:
        if found:
            return found[0]
    raise DamagedDocument(f"{label} is a notice without a form; fetch it again.")
