"""Sums of money as reviewers type and mark them, read by the grammar that documents are read by.

What can be read in two ways, or in part alone, is refused with a sentence: nothing is cut.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from core.errors import UsageError
from core.text import one_line
from vocabulary.amounts import Amount, decimal_text, find_amounts, parse_cell

_ENDS: Final = {"amount_min": "amount", "amount_max": "upper end of the amount"}
_NONE_YET = "XXX"  # ISO 4217: no currency
_GOES_ON = re.compile(r"[ \u00a0\u2007\u2009\u202f.,'\u2019]{0,2}\d")
_CAME_BEFORE = re.compile(r"\d[ \u00a0\u2007\u2009\u202f.,'\u2019]{0,2}$")


def is_cut(text: str, amount: Amount) -> bool:
    """Tell whether digits go on beside a sum that was found in a text.

    >>> is_cut("EUR 1080 000", find_amounts("EUR 1080 000")[0])
    True
    >>> is_cut("EUR 500 for 3 boats", find_amounts("EUR 500 for 3 boats")[0])
    False
    """
    after = amount.raw[-1].isdigit() and _GOES_ON.match(text, amount.end)
    before = amount.raw[0].isdigit() and _CAME_BEFORE.search(text[: amount.start])
    return bool(after or before)


def typed_sums(fields: Mapping[str, Any], known: Collection[str] = ()) -> dict[str, Any]:
    """Return the columns of a form with its sums as plain decimals, `1 234,50` as `1234.5`.

    `known` are sums that stand in the form without having been typed, and stay as they are. A
    currency beside a typed sum fills an empty `currency`. Raises `UsageError` for a sum that cannot
    be read, can be read in two ways, or is in another currency than the form says.
    """
    read = dict(fields)
    for name in _ENDS:
        text = one_line(str(fields.get(name) or ""))
        if not text or text in known:
            continue
        currency = str(read.get("currency") or "").strip().upper()
        amount = _typed(name, text, currency)
        read[name] = decimal_text(amount.maximum)
        stated = _stated(name, text, currency)
        if stated:
            read["currency"] = stated
    _in_order(read)
    return read


def _typed(name: str, text: str, currency: str) -> Amount:
    """Return the one sum that was typed; raise `UsageError` for any doubt about it."""
    what, said = _ENDS[name], f"“{text[:40]}”"
    amount = parse_cell(text, currency or _NONE_YET)
    if amount is None:
        raise UsageError(f"The {what} is a number such as 1234.50 or 1.5 million, not {said}.")
    if text[: amount.start].strip() or text[amount.end :].strip():
        raise UsageError(
            f"The {what} {said} cannot be read as one number; write it alone, with thousands"
            " together or in threes: 1080000 or 1 080 000."
        )
    if amount.minimum != amount.maximum:
        raise UsageError(f"The {what} {said} has two ends; write each in its own field.")
    if min(amount.readings) < 0:
        raise UsageError(f"The {what} cannot be {said}; write it without a sign.")
    if amount.ambiguous:
        ways = " or ".join(map(decimal_text, amount.readings))
        write = " or ".join(map(_plainly, amount.readings))
        raise UsageError(f"The {what} {said} can be {ways}; write {write}.")
    return amount


def _plainly(reading: Decimal) -> str:
    """Return a number as it can be typed with one meaning: thousandths look like thousands."""
    text = decimal_text(reading)
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _stated(name: str, text: str, currency: str) -> str | None:
    """Return the currency that was typed with a sum, None for none; it has to be the form's own."""
    found = find_amounts(text)
    if not found:
        return None
    what, codes = _ENDS[name], found[0].currencies
    if currency and currency not in codes:
        raise UsageError(
            f"The {what} is typed in {' or '.join(codes)}, the currency is {currency}."
        )
    if not currency and len(codes) > 1:
        raise UsageError(f"The {what} may be in {', '.join(codes)}; choose the currency.")
    return currency or codes[0]


def _in_order(read: Mapping[str, Any]) -> None:
    low, high = (str(read.get(name) or "") for name in _ENDS)
    if _is_plain(low) and _is_plain(high) and Decimal(high) < Decimal(low):
        raise UsageError(
            f"The amount goes from {low} to {high}; write the lower end first, or one alone."
        )


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) is not None
