"""Codes, bodies and sums as the forms of TED_EXPORT write them."""

from __future__ import annotations

from lxml import etree

from core.records import Party, Value
from extract.notices.common import (
    Kind,
    attribute_at,
    country_code,
    country_of_nuts,
    find,
    find_all,
    once,
    state_value,
    text_at,
    text_of,
)
from extract.notices.page import NoticePage
from extract.xml import local_name

_RANGE: tuple[tuple[str, Kind], ...] = (("LOW", "range_low"), ("HIGH", "range_high"))
TOTALS: dict[str, Kind] = {"VAL_ESTIMATED_TOTAL": "estimate", "VAL_TOTAL": "award"}


def cpv_codes(element: etree._Element) -> tuple[str, ...]:
    """Return the main and additional codes below `element`, but for those a change replaces."""
    found = (
        code.get("CODE", "")
        for code in element.iterfind(".//{*}CPV_CODE")
        if next(code.iterancestors("{*}OLD_VALUE"), None) is None
    )
    return tuple(dict.fromkeys(code for code in found if code))


def nuts_codes(element: etree._Element) -> tuple[str, ...]:
    """Return the NUTS codes that are direct children of `element`."""
    return once(found.get("CODE") for found in find_all(element, "NUTS"))


def countries_of(nuts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the countries of NUTS codes, each once."""
    return once(country_of_nuts(code) for code in nuts)


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
    identifier, nuts = text_at(body, "NATIONALID"), attribute_at(place, "NUTS", "CODE")
    return (Party(name=at, country=country, identifier=identifier, nuts=nuts or None),)


def withheld(element: etree._Element) -> bool:
    """Say whether `element` or one above it is marked as not for publication."""
    return element.get("PUBLICATION") == "NO" or any(
        above.get("PUBLICATION") == "NO" for above in element.iterancestors()
    )


def state_sums(
    page: NoticePage,
    parent: etree._Element,
    kinds: dict[str, Kind],
    *,
    caption: str | None = None,
) -> tuple[Value, ...]:
    """Write and return the sums that are direct children of `parent`, in their order.

    `caption` replaces the usual one of a sum, but not of a range.
    """
    values: list[Value] = []
    for element in parent:
        name = local_name(element)
        if name not in kinds and name != "VAL_RANGE_TOTAL":
            continue
        currency = element.get("CURRENCY")
        if withheld(element):
            continue
        if name in kinds:
            values += state_value(
                page, kinds[name], element, currency, element.text, caption=caption
            )
            continue
        for end, kind in _RANGE:
            bound = find(element, end)
            if bound is not None:
                values += state_value(page, kind, bound, currency, bound.text)
    return tuple(values)
