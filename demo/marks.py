"""Inline marks: what a sentence of the invented world states, written into the sentence itself.

A mark is ``{kind entries:quote=value}``, for example ``{q:10} {e:patrol boats} to the
{r:Libyan Coast Guard} ({a:EUR 3 500 000})``. Kinds: ``e`` equipment, ``q`` quantity, ``a`` amount,
``r`` recipient, ``s`` supplier, ``f`` fund. Digits after the kind say to which entries of the
sentence the mark belongs (``{e12:...}``: entries 1 and 2); without digits it belongs to all.
``=value`` is needed where the quote is no plain number: ``{q:two=2}``, ``{a:3.2 million=3200000}``.
``~`` is a no-break space. Drawing drops the marks and keeps the quotes, so text and truth agree.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.errors import MaterielError

KINDS = {"e": "equipment", "q": "quantity", "a": "amount", "r": "recipient", "s": "supplier"} | {
    "f": "fund"
}
_MARK = re.compile(r"\{([eqarsf])(\d*):([^{}=]*)(?:=([^{}]*))?\}")
_NUMBER = re.compile(r"(?:([A-Z]{3}) )?(\d+(?:\.\d+)?)")


class UnreadableMark(MaterielError):
    """Raised when a quantity or amount in the content is no number and gives none."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One marked quote; `entries` are the entry numbers it belongs to, empty for all."""

    kind: str
    entries: str
    quote: str
    value: str

    def belongs_to(self, entry: str) -> bool:
        """Say whether the mark belongs to the entry with this number."""
        return not self.entries or entry in self.entries


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One transfer as one place of a document states it; what is not said is None."""

    equipment: str | None = None
    quantity: int | None = None
    amount: str | None = None
    currency: str | None = None
    recipient: str | None = None
    supplier: str | None = None
    fund: str | None = None


def _mark(match: re.Match[str]) -> Mark:
    kind, entries, quote, value = match.groups()
    return Mark(kind=KINDS[kind], entries=entries, quote=_spaced(quote), value=value or "")


def _spaced(text: str) -> str:
    return text.replace("~", "\u00a0")


def find_marks(text: str) -> list[Mark]:
    """Return the marks of a marked text, in order."""
    return [_mark(match) for match in _MARK.finditer(text)]


def strip_marks(text: str, render: Callable[[Mark], str] | None = None) -> str:
    """Return the text with each mark replaced by its quote, or by what `render` makes of it."""
    return _spaced(
        _MARK.sub(lambda match: (render or (lambda mark: mark.quote))(_mark(match)), text)
    )


def has_entry(text: str) -> bool:
    """Say whether the marks of a text make at least one entry."""
    return bool(read_entries(text))


def read_entries(
    text: str, *, lead: Iterable[Mark] = (), defaults: Mapping[str, str] | None = None
) -> list[Entry]:
    """Return the entries that a marked text states.

    `lead` are marks of the sentence that introduces a list or table (they hold where the text
    itself has none of that kind); `defaults` are field values said elsewhere in the document, such
    as its fund or the currency of a table's header.
    """
    own = find_marks(text)
    numbers = sorted({digit for mark in own for digit in mark.entries}) or [""]
    kinds = {mark.kind for mark in own}
    if not kinds & {"equipment", "recipient", "supplier"}:
        return []
    marks = own + [mark for mark in lead if mark.kind not in kinds]
    return [_entry([m for m in marks if m.belongs_to(n)], defaults or {}) for n in numbers]


def _entry(marks: list[Mark], defaults: Mapping[str, str]) -> Entry:
    said = {mark.kind: mark for mark in marks}
    currency, amount = _money(said["amount"]) if "amount" in said else (None, None)
    quantity = said.get("quantity")
    return Entry(
        equipment=_quote(said, "equipment"),
        quantity=int(_number(quantity)[1]) if quantity else None,
        amount=amount,
        currency=(currency or defaults.get("currency", "EUR")) if amount else None,
        recipient=_quote(said, "recipient") or defaults.get("recipient"),
        supplier=_quote(said, "supplier") or defaults.get("supplier"),
        fund=_quote(said, "fund") or defaults.get("fund"),
    )


def _quote(said: Mapping[str, Mark], kind: str) -> str | None:
    if kind not in said:
        return None
    mark = said[kind]
    return mark.value or " ".join(mark.quote.split()) if kind == "fund" else mark.quote


def _money(mark: Mark) -> tuple[str | None, str]:
    return _number(mark)


def _number(mark: Mark) -> tuple[str | None, str]:
    text = mark.value or re.sub(r"(?<=\d)[\s\u00a0](?=\d)", "", mark.quote).replace("\u00a0", " ")
    text = re.sub(r"^(\d+(?:\.\d+)?) ([A-Z]{3})$", r"\2 \1", text)
    match = _NUMBER.fullmatch(text)
    if not match:
        raise UnreadableMark(f"The mark {mark.quote!r} needs an =value that is a plain number.")
    return match[1], match[2]
