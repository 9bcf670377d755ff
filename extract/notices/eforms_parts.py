"""What the reader of eForms notices and the reader of their results share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from core.languages import language_code
from core.records import Party, Translation, Value
from extract.notices.common import (
    Kind,
    country_code,
    find,
    find_all,
    paragraphs,
    state_value,
    text_at,
    text_of,
    texts_at,
    write_sum,
)
from extract.notices.page import NoticePage

EXTENSION = "UBLExtensions/UBLExtension/ExtensionContent/EformsExtension"


@dataclass(frozen=True)
class Organisation:
    """A body of the notice's list; parties refer to it by its key.

    The mark of a natural person is not heeded: buyers set it for companies too.
    """

    name: etree._Element | None
    names: tuple[etree._Element, ...]
    country: str | None
    identifier: str | None
    nuts: str | None


def in_language(elements: list[etree._Element], language: str | None) -> etree._Element | None:
    """Return the element in the notice's language (`POL`), else the English, else the first.

    One whose text is empty or withheld is not taken while another has a text.
    """
    by_language = {e.get("languageID", ""): e for e in reversed(elements) if text_of(e)}
    first = next((e for e in elements if text_of(e)), None)
    return by_language.get(language or "", by_language.get("ENG", first))


def in_other_languages(
    project: etree._Element | None, language: str | None, buyer: Organisation | None = None
) -> tuple[Translation, ...]:
    """Return the titles and descriptions of a project or a lot that are not its record's.

    `language` is the notice's own (`POL`); a text without a language belongs to it.
    """
    if project is None:
        return ()
    names, described = find_all(project, "Name"), find_all(project, "Description")
    if len(names) < 2 and len(described) < 2:
        return ()
    taken = in_language(names or described, language)
    read = language_code(taken.get("languageID") if taken is not None else language)
    titles, texts = _by_language(names), _by_language(described)
    bodies = _by_language(buyer.names) if buyer is not None else {}
    return tuple(
        Translation(
            language=code,
            title=text_of(titles.get(code)),
            description=paragraphs(texts.get(code)),
            buyer=text_of(bodies.get(code)),
        )
        for code in dict.fromkeys((*titles, *texts))
        if code != read
    )


def _by_language(elements: Iterable[etree._Element]) -> dict[str, etree._Element]:
    """Return the first element with a text in each language (ISO 639-1)."""
    found: dict[str, etree._Element] = {}
    for element in elements:
        code = language_code(element.get("languageID"))
        if code is not None and text_of(element):
            found.setdefault(code, element)
    return found


def read_organisations(
    extension: etree._Element | None, language: str | None
) -> dict[str, Organisation]:
    """Return the organisations by key, those of their contact points' keys included."""
    found: dict[str, Organisation] = {}
    if extension is None:
        return found
    for element in find_all(extension, "Organizations/Organization"):
        company = find(element, "Company")
        if company is None:
            continue
        names = find_all(company, "PartyName/Name")
        organisation = Organisation(
            name=in_language(names, language),
            names=tuple(names),
            country=country_code(text_at(company, "PostalAddress/Country/IdentificationCode")),
            identifier=text_at(company, "PartyLegalEntity/CompanyID"),
            nuts=text_at(company, "PostalAddress/CountrySubentityCode"),
        )
        for path in ("Company/PartyIdentification/ID", "TouchPoint/PartyIdentification/ID"):
            found |= dict.fromkeys(texts_at(element, path), organisation)
    return found


def state_organisation(
    page: NoticePage, caption: str, organisation: Organisation | None
) -> tuple[Party, ...]:
    """Write and return a body; nothing where it is unknown or its name withheld."""
    text = text_of(organisation.name) if organisation else None
    if organisation is None or organisation.name is None or text is None:
        return ()
    suffix = f" ({organisation.country})" if organisation.country else ""
    name = page.state(caption, text, organisation.name, suffix=suffix)
    return (
        Party(
            name=name,
            country=organisation.country,
            identifier=organisation.identifier,
            nuts=organisation.nuts,
        ),
    )


# Codes of the SDK's list "non-publication-identifier" and the amounts that they withhold. The code
# stands in a FieldsPrivacy beside the amount, which is still there until its date of publication.
_PRIVACY_CODES = {
    "TotalAmount": "not-val",
    "OverallMaximumFrameworkContractsAmount": "not-max-val",
    "OverallApproximateFrameworkContractsAmount": "not-app-val",
    "PayableAmount": "win-ten-val",
    "HigherTenderAmount": "ten-val-hig",
    "LowerTenderAmount": "ten-val-low",
    "MaximumValueAmount": "max-val",
    "ReestimatedValueAmount": "ree-val",
    "GroupFrameworkMaximumValueAmount": "gro-max-val",
    "GroupFrameworkReestimatedValueAmount": "gro-ree-val",
    "RevenueBuyerAmount": "con-rev-buy",
    "RevenueUserAmount": "con-rev-use",
    "TermAmount": "sub-val",
}


class Privacy:
    """What a notice marks as not to be published yet: amounts by their names, below an element.

    The marks stand in an amount's holder or in that one's. Each element's are looked up once, or
    a notice of many results would take time with the square of their number.
    """

    def __init__(self) -> None:
        self._marks: dict[etree._Element, frozenset[str]] = {}

    def withholds(self, element: etree._Element, name: str | None = None) -> bool:
        """Say whether an amount, or the field of a code, is marked."""
        name = name or _PRIVACY_CODES.get(etree.QName(element).localname, "")
        holder = element.getparent()
        for _ in range(2):
            if holder is None:
                return False
            if name in self._of(holder):
                return True
            holder = holder.getparent()
        return False

    def _of(self, holder: etree._Element) -> frozenset[str]:
        marks = self._marks.get(holder)
        if marks is None:
            marks = frozenset(texts_at(holder, "FieldsPrivacy/FieldIdentifierCode"))
            self._marks[holder] = marks
        return marks


def state_amounts(
    page: NoticePage,
    privacy: Privacy,
    parent: etree._Element,
    kinds: tuple[tuple[str, Kind], ...],
) -> tuple[Value, ...]:
    """Write and return the amounts at the given paths below `parent`, each element once.

    An amount that the notice marks as not to be published yet is left out.
    """
    return tuple(
        value
        for path, kind in kinds
        for element in find_all(parent, path)
        if not privacy.withholds(element)
        for value in state_value(page, kind, element, element.get("currencyID"), element.text)
    )


def write_amounts(
    page: NoticePage, privacy: Privacy, parent: etree._Element, captions: dict[str, str]
) -> None:
    """Write the amounts at the given paths that no field of the record holds, unless withheld."""
    for path, caption in captions.items():
        for element in find_all(parent, path):
            if not privacy.withholds(element):
                write_sum(page, caption, element.text, element.get("currencyID"))
