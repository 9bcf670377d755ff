"""Where the contracts of an eForms notice are performed."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from core.records import Stated
from extract.notices.common import (
    country_code,
    country_of_nuts,
    find,
    find_all,
    once,
    text_at,
    text_of,
    without_contacts,
    write_places,
)
from extract.notices.eforms_parts import in_language
from extract.notices.page import NoticePage


@dataclass(frozen=True)
class Places:
    """NUTS codes, countries (ISO 3166 alpha-2), and places in words."""

    nuts: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    named: tuple[Stated, ...] = ()


def read_places(page: NoticePage, project: etree._Element | None, language: str | None) -> Places:
    """Write and return where a project or a lot is performed.

    In words it is the description of the place, else its town; streets are left out.
    """
    if project is None:
        return Places()
    locations = find_all(project, "RealizedLocation")
    if not locations:
        return Places()
    codes = [text_at(location, "Address/CountrySubentityCode") for location in locations]
    lands = [
        country_code(text_at(location, "Address/Country/IdentificationCode"))
        or country_of_nuts(code or "")
        for location, code in zip(locations, codes, strict=True)
    ]
    nuts, countries = once(codes), once(lands)
    write_places(page, nuts, countries)
    named: dict[str, etree._Element] = {}
    for location in locations:
        element = in_language(find_all(location, "Description"), language)
        element = element if element is not None else find(location, "Address/CityName")
        text = without_contacts(text_of(element))
        if element is not None and text:
            named.setdefault(text, element)
    stated = tuple(page.state("Place", text, element) for text, element in named.items())
    return Places(nuts, countries, stated)
