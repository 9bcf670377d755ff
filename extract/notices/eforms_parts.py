"""What the reader of eForms notices and the reader of their results share."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from lxml import etree

from core.records import Party, Value
from extract.notices.common import (
    Kind,
    country_code,
    find,
    find_all,
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
    country: str | None
    identifier: str | None


def in_language(elements: list[etree._Element], language: str | None) -> etree._Element | None:
    """Return the element in the notice's language (`POL`), else the English, else the first.

    One whose text is empty or withheld is not taken while another has a text.
    """
    by_language = {e.get("languageID", ""): e for e in reversed(elements) if text_of(e)}
    first = next((e for e in elements if text_of(e)), None)
    return by_language.get(language or "", by_language.get("ENG", first))


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
        organisation = Organisation(
            name=in_language(find_all(company, "PartyName/Name"), language),
            country=country_code(text_at(company, "PostalAddress/Country/IdentificationCode")),
            identifier=text_at(company, "PartyLegalEntity/CompanyID"),
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
    return (Party(name=name, country=organisation.country, identifier=organisation.identifier),)


# Codes of the SDK's list "non-publication-identifier" and the amounts that they withhold. The code
# stands in a FieldsPrivacy beside the amount, which is still there until its date of publication.
_PRIVACY = {
    "not-val": "TotalAmount",
    "not-max-val": "OverallMaximumFrameworkContractsAmount",
    "not-app-val": "OverallApproximateFrameworkContractsAmount",
    "win-ten-val": "PayableAmount",
    "ten-val-hig": "HigherTenderAmount",
    "ten-val-low": "LowerTenderAmount",
    "max-val": "MaximumValueAmount",
    "ree-val": "ReestimatedValueAmount",
    "gro-max-val": "GroupFrameworkMaximumValueAmount",
    "gro-ree-val": "GroupFrameworkReestimatedValueAmount",
    "con-rev-buy": "RevenueBuyerAmount",
    "con-rev-use": "RevenueUserAmount",
    "sub-val": "TermAmount",
}


def _withheld(element: etree._Element) -> bool:
    """Say whether a FieldsPrivacy of the amount's holder, or of that one's, names it."""
    name = etree.QName(element).localname
    return any(
        _PRIVACY.get(code) == name
        for holder in itertools.islice(element.iterancestors(), 2)
        for code in texts_at(holder, "FieldsPrivacy/FieldIdentifierCode")
    )


def state_amounts(
    page: NoticePage, parent: etree._Element, kinds: tuple[tuple[str, Kind], ...]
) -> tuple[Value, ...]:
    """Write and return the amounts at the given paths below `parent`, each element once.

    An amount that the notice marks as not to be published yet is left out.
    """
    return tuple(
        value
        for path, kind in kinds
        for element in find_all(parent, path)
        if not _withheld(element)
        for value in state_value(page, kind, element, element.get("currencyID"), element.text)
    )


def write_amounts(page: NoticePage, parent: etree._Element, captions: dict[str, str]) -> None:
    """Write the amounts at the given paths that no field of the record holds, unless withheld."""
    for path, caption in captions.items():
        for element in find_all(parent, path):
            if not _withheld(element):
                write_sum(page, caption, element.text, element.get("currencyID"))
