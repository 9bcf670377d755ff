"""What both notice formats share: texts, decimal numbers, dates, countries, values, parties."""

from __future__ import annotations

import re
from typing import Literal

import pycountry
from lxml import etree

from core.keys import notice_number
from core.records import Stated, Value
from core.text import one_line
from extract.notices.page import NoticePage

Kind = Literal["estimate", "award", "ceiling", "range_low", "range_high"]

CAPTIONS: dict[Kind, str] = {
    "estimate": "Estimated value",
    "award": "Value",
    "ceiling": "Maximum value",
    "range_low": "Lowest value",
    "range_high": "Highest value",
}
# TED writes a masked text field as this word, and a masked number as -1.
WITHHELD = "unpublished"

_ALPHA_2 = {"UK": "GB", "EL": "GR"}
_ALPHA_3 = {"XKX": "XK", "1A0": "XK"}  # Kosovo has no ISO code; TED uses both of these
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_OJ_NUMBER = re.compile(r"(\d{4})/S \d+-(\d+)")


def steps(path: str) -> str:
    """Turn `A/B` into a path over local names in any namespace."""
    return "/".join(f"{{*}}{step}" if step[0] not in ".*" else step for step in path.split("/"))


def find(element: etree._Element, path: str) -> etree._Element | None:
    """Return the first element at `path`, given in local names."""
    return element.find(steps(path))


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    """Return all elements at `path`, given in local names."""
    return element.findall(steps(path))


def _all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def text_of(element: etree._Element | None) -> str | None:
    """Return an element's text on one line; None where it is absent, empty or withheld."""
    if element is None:
        return None
    text = one_line(_all_text(element))
    return text if text and text.lower() != WITHHELD else None


def paragraphs(element: etree._Element | None) -> str | None:
    """Return an element's text with one line for each paragraph or line of its own."""
    if element is None:
        return None
    parts = find_all(element, "P") or [element]
    lines = [one_line(line) for part in parts for line in _all_text(part).splitlines()]
    text = "\n".join(line for line in lines if line)
    return text if text and text.lower() != WITHHELD else None


def text_at(element: etree._Element, path: str) -> str | None:
    """Return the text of the first element at `path` on one line."""
    return text_of(find(element, path))


def attribute_at(element: etree._Element, path: str, name: str) -> str | None:
    """Return an attribute of the first element at `path`."""
    found = find(element, path)
    return found.get(name) if found is not None else None


def texts_at(element: etree._Element, path: str) -> tuple[str, ...]:
    """Return the texts of all elements at `path`, each once."""
    texts = (text_of(found) for found in find_all(element, path))
    return tuple(dict.fromkeys(text for text in texts if text))


def country_code(code: str | None) -> str | None:
    """Return ISO 3166 alpha-2 for TED's two- and three-letter codes.

    >>> country_code("UK"), country_code("POL"), country_code("EL"), country_code("??")
    ('GB', 'PL', 'GR', None)
    """
    code = (code or "").strip().upper()
    if len(code) == 3:
        known = pycountry.countries.get(alpha_3=code)
        return _ALPHA_3.get(code) or (known.alpha_2 if known else None)
    return _ALPHA_2.get(code, code) if len(code) == 2 and code.isalpha() else None


def iso_date(text: str | None) -> str | None:
    """Return `YYYY-MM-DD` from `20170103`, `20170331 12:00`, `2024-04-11Z`; None for no date.

    >>> iso_date("20170331 12:00"), iso_date("2024-09-02+02:00")
    ('2017-03-31', '2024-09-02')
    """
    found = re.match(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)", text or "")
    # 1970-01-01 is how TED writes a withheld date
    return "-".join(found.groups()) if found and found[1] != "1970" else None


def earlier_number(text: str | None) -> str | None:
    """Return the number of an earlier notice: `2017/S 075-144335` becomes `144335-2017`.

    An eForms notice may refer by uuid and version instead; that is kept as it is.
    """
    if not text:
        return None
    journal = _OJ_NUMBER.search(text)
    return notice_number(f"{journal[2]}-{journal[1]}") if journal else notice_number(text) or text


def decimal_text(raw: str | None) -> str | None:
    """Return a stated number as decimal text; None where it is withheld (-1) or no number.

    Old defence forms write `4 799 999,92`, everything else a plain decimal.

    >>> decimal_text("4 799 999,92"), decimal_text("2499849.50"), decimal_text("-1")
    ('4799999.92', '2499849.50', None)
    """
    text = re.sub(r"\s", "", raw or "")
    if re.fullmatch(r"\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    return text if _PLAIN.fullmatch(text) else None


def state_value(
    page: NoticePage, kind: Kind, element: etree._Element, currency: str | None, raw: str | None
) -> tuple[Value, ...]:
    """Write `Value: 250000.00 EUR` and return it; nothing where the sum is withheld."""
    amount = decimal_text(raw)
    if amount is None or not currency:
        return ()
    at = page.state(CAPTIONS[kind], f"{amount} {currency}", element)
    return (Value(amount=amount, currency=currency, kind=kind, at=at),)


def state_text(
    page: NoticePage, caption: str, element: etree._Element | None, text: str | None
) -> Stated | None:
    """Write a title or description unless the page has the very text already."""
    if element is None or not text:
        return None
    return page.state_once(caption, text, element)
