"""What both notice formats share: texts, decimal numbers, dates, countries, values, parties."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pycountry
from lxml import etree

from core.keys import notice_number
from core.records import Stated, Value
from core.text import one_line
from extract.notices.page import NoticePage

Kind = Literal[
    "estimate", "award", "ceiling", "range_low", "range_high",
    "before", "subcontracted", "payments", "revenue", "bargain",
]  # fmt: skip

_CAPTIONS: dict[Kind, str] = {
    "estimate": "Estimated value",
    "award": "Value",
    "ceiling": "Maximum value",
    "range_low": "Lowest value",
    "range_high": "Highest value",
    "before": "Value before the modification",
    "subcontracted": "Subcontracted value",
    "payments": "Prices and payments by the buyer",
    "revenue": "Revenue from users",
    "bargain": "Value of the bargain purchase",
}
# TED writes a masked text field as this word, and a masked number as -1.
WITHHELD = "unpublished"

# Kosovo has no ISO code; TED writes 1A, 1A0 or XKX, and everyone else the private code XK.
_OWN_CODES = {"UK": "GB", "EL": "GR", "1A": "XK", "1A0": "XK", "XKX": "XK"}
_MAIL = re.compile(r"(?:mailto:|https?://)?[^/?#\s]+@", re.IGNORECASE)
# `+40 237 625 191`, `0040237625191`, `tel. 237/625 191`, an e-mail address, each with the comma;
# not `2017/S 001-000384`, nor the end of an account's number
_CONTACT = re.compile(
    r"\s*(?:[^\s@]{1,100}@[^\s,;]+|(?:\+|(?<![-\d])(?<!/S )\b00)[1-9][\d\s/().-]{6,}\d"
    r"|\b(?:tel|fax|phone)[^\W\d]{0,10}[.:\s]{0,4}\(?\d[\d\s/().-]{4,}\d)[,;]?",
    re.IGNORECASE,
)
_CONTACT_MARK = re.compile(r"[@+]|\b00\d|tel|fax|phone", re.IGNORECASE)
_PLAIN = re.compile(r"\d{1,24}(?:\.\d{1,24})?", re.ASCII)
_DATE = re.compile(r"\s*(\d{4})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)", re.ASCII)
_TIME = re.compile(r"(?:^|[\sT])(\d?\d):(\d\d)", re.ASCII)
_DIRECTIVE = re.compile(r"(\d{4})/(\d{1,4})/(?:EU|EC|EEC)", re.ASCII)
# Long enough for every count of tenders; more digits are no count.
_COUNT = re.compile(r"\d{1,6}", re.ASCII)
_OJ_NUMBER = re.compile(r"(\d{4})/S \d+-(\d+)")


@cache  # the readers ask for the same hundred paths over and over
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
    if len(element) == 0:
        return element.text or ""
    return "".join(str(text) for text in element.itertext())


def _parts(element: etree._Element) -> list[str]:
    """Return the texts of an element's paragraphs, its own text where it has none."""
    return [_all_text(part) for part in find_all(element, "P") or [element]]


def text_of(element: etree._Element | None) -> str | None:
    """Return an element's text on one line; None where it is absent, empty or withheld."""
    if element is None:
        return None
    text = one_line(" ".join(_parts(element)))
    return text if text and text.lower() != WITHHELD else None


def paragraphs(element: etree._Element | None) -> str | None:
    """Return an element's text with one line for each paragraph or line of its own."""
    if element is None:
        return None
    lines = [one_line(line) for part in _parts(element) for line in part.splitlines()]
    text = "\n".join(line for line in lines if line)
    return text if text and text.lower() != WITHHELD else None


def without_contacts(text: str | None) -> str | None:
    """Return a text without e-mail addresses and telephone numbers; None where nothing is left.

    Places and corrections name them beside what they are about.

    >>> without_contacts("Depot, tel. +40 237 625 191, a@b.example, 17268 Templin")
    'Depot, tel. 17268 Templin'
    """
    if not text or not _CONTACT_MARK.search(text):
        return text
    lines = (one_line(_CONTACT.sub("", line)) for line in text.splitlines())
    return "\n".join(line for line in lines if line) or None


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


def links_at(element: etree._Element, path: str) -> tuple[str, ...]:
    """Return the addresses at `path`, each once, but for what is a person's e-mail address."""
    return tuple(link for link in texts_at(element, path) if not _MAIL.match(link))


def country_code(code: str | None) -> str | None:
    """Return ISO 3166 alpha-2 for TED's two- and three-letter codes.

    >>> country_code("UK"), country_code("POL"), country_code("1A"), country_code("??")
    ('GB', 'PL', 'XK', None)
    """
    code = (code or "").strip().upper()
    code = _OWN_CODES.get(code, code)
    if len(code) == 3:
        known = pycountry.countries.get(alpha_3=code)
        return known.alpha_2 if known else None
    return code if len(code) == 2 and code.isalpha() else None


def iso_date(text: str | None) -> str | None:
    """Return `YYYY-MM-DD` from `20170103`, `20170331 12:00`, `2024-04-11Z`; None for no date.

    >>> iso_date("20170331 12:00"), iso_date("2024-09-02+02:00")
    ('2017-03-31', '2024-09-02')
    """
    found = _DATE.match(text or "")
    # 1970-01-01 is how TED writes a withheld date
    return "-".join(found.groups()) if found and found[1] != "1970" else None


def hour(text: str | None) -> str | None:
    """Return `HH:MM` from `20170331 9:00`, `12:00:00+01:00`; None for no time.

    >>> hour("20170331 9:00"), hour("12:00:00+01:00"), hour("20170529")
    ('09:00', '12:00', None)
    """
    found = _TIME.search((text or "").strip())
    return f"{found[1]:0>2}:{found[2]}" if found else None


def count(text: str | None) -> int | None:
    """Return a stated number of tenders; None where it is withheld (-1) or no number.

    >>> count("12"), count("-1"), count("3.0")
    (12, None, 3)
    """
    whole = (text or "").strip().removesuffix(".0").removesuffix(".00")
    return int(whole) if _COUNT.fullmatch(whole) else None


def celex(directive: str | None) -> str | None:
    """Return the CELEX number of a directive, as later notices write it.

    >>> celex("2014/24/EU"), celex("2009/81/EC"), celex(None)
    ('32014L0024', '32009L0081', None)
    """
    found = _DIRECTIVE.fullmatch((directive or "").strip())
    return f"3{found[1]}L{int(found[2]):04}" if found else None


def country_of_nuts(code: str) -> str | None:
    """Return the country that a NUTS code begins with; None for `00`, which is no place.

    >>> country_of_nuts("UKN0A"), country_of_nuts("EL302"), country_of_nuts("00")
    ('GB', 'GR', None)
    """
    return country_code(code[:2])


def once(items: Iterable[str | None]) -> tuple[str, ...]:
    """Return the texts in their order, each once, without those that are nothing."""
    return tuple(dict.fromkeys(item for item in items if item))


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

    Old defence forms write `4 799 999,92`, everything else a plain decimal. A single point is the
    decimal one; points before three digits each, twice or before a comma, part thousands.

    >>> decimal_text("4 799 999,92"), decimal_text("2499849.50"), decimal_text("-1")
    ('4799999.92', '2499849.50', None)
    >>> decimal_text("4.799.999,9"), decimal_text("4,799,999"), decimal_text("12,50")
    ('4799999.9', '4799999', '12.50')
    """
    text = re.sub(r"\s", "", raw or "")
    if re.fullmatch(r"\d{1,3}(\.\d{3}){2,}|\d{1,3}(\.\d{3})+,\d{1,2}", text):
        text = text.replace(".", "")
    if re.fullmatch(r"\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    return text if _PLAIN.fullmatch(text) else None


@dataclass(frozen=True)
class Vat:
    """Whether a sum holds value added tax, and its percentage, as far as a notice says so."""

    state: Literal["excluded", "included"] | None = None
    rate: str | None = None

    @property
    def words(self) -> str:
        """What stands behind the sum on the page."""
        if self.state is None:
            return ""
        if self.state == "excluded":
            return " (excluding VAT)"
        return f" (including {self.rate} % VAT)" if self.rate else " (including VAT)"


NO_VAT = Vat()


def state_value(
    page: NoticePage,
    kind: Kind,
    element: etree._Element,
    currency: str | None,
    raw: str | None,
    *,
    caption: str | None = None,
    vat: Vat = NO_VAT,
) -> tuple[Value, ...]:
    """Write `Value: 250000.00 EUR` and return it; nothing where the sum is withheld."""
    amount = decimal_text(raw)
    if amount is None or not currency:
        return ()
    said = f"{amount} {currency}"
    at = page.state(caption or _CAPTIONS[kind], said, element, suffix=vat.words)
    return (
        Value(amount=amount, currency=currency, kind=kind, at=at, vat=vat.state, vat_rate=vat.rate),
    )


def write_sum(page: NoticePage, caption: str, raw: str | None, currency: str | None) -> None:
    """Write a sum of a kind that no field of the record holds, such as a subcontracted share."""
    amount = decimal_text(raw)
    if amount is not None and currency:
        page.line(f"{caption}: {amount} {currency}")


def write_tenders(page: NoticePage, received: dict[str, int]) -> None:
    """Write how many tenders were received, where the notice says it of all of them."""
    if "tenders" in received:
        page.line(f"Tenders received: {received['tenders']}")


def write_codes(page: NoticePage, codes: tuple[str, ...]) -> None:
    """Write CPV codes on a line of their own."""
    if codes:
        page.line(f"CPV: {', '.join(codes)}")


def write_places(page: NoticePage, nuts: tuple[str, ...], countries: tuple[str, ...]) -> None:
    """Write where a contract is performed: NUTS codes, or countries where no code is stated."""
    if nuts:
        page.line(f"NUTS: {', '.join(nuts)}")
    elif countries:
        page.line(f"Country of performance: {', '.join(countries)}")


def state_text(
    page: NoticePage, caption: str, element: etree._Element | None, text: str | None
) -> Stated | None:
    """Write a title or description unless the page has the very text already."""
    if element is None or not text:
        return None
    return page.state_once(caption, text, element)
