"""What heads every TED_EXPORT notice, whatever its form, and which of its forms is read."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from core.errors import DamagedDocument
from core.keys import notice_number
from core.languages import language_code
from extract.notices.common import (
    attribute_at,
    country_code,
    earlier_number,
    find,
    find_all,
    iso_date,
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
