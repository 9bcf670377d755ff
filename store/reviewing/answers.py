"""What a reviewer may say of an entry: verdicts, reasons, and fields checked one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

import msgspec

from core.errors import UsageError
from core.records import ENTRY_FIELDS, AmountKind, Scope, Stage
from vocabulary.countries import country_code
from vocabulary.currencies import currencies
from vocabulary.taxonomy import load_taxonomy

# Why an entry is rejected, by the digit that says it.
REASONS: Final[Mapping[str, str]] = {
    "not_equipment": "not equipment",
    "wrong_amount": "wrong amount",
    "duplicate": "told already by another entry",
    "other_project": "belongs to another project",
    "boilerplate": "boilerplate or an example",
    "not_funded": "not paid by the EU",
    "other": "other (say it in the note)",
}
FIELD_STATES = ("confirmed", "corrected", "not_stated", "ambiguous")
_LONGEST = 1_000  # characters of a quote or a note
_LARGEST = 2**63 - 1
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_SPACES = re.compile("[ \u202f\xa0]")
_THREES = re.compile("[0-9]{1,3}([ \u202f\xa0][0-9]{3})+")
_DATE = re.compile(r"\d{4}(-(Q[1-4]|H[12]|(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?))?")


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Text that a reviewer marked on a page; offsets are code points of `Page.text`."""

    page: int
    start: int
    end: int
    raw: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One decision as it comes from a page: what was judged, by `seen`, and what was said.

    `fields` holds corrected columns of `entries`; `states` what was said of each field; `spans` the
    quotes that were marked for fields; `of` the decision that an `undo` takes back.
    """

    verdict: str
    seen: str
    fields: dict[str, Any] = {}
    states: dict[str, str] = {}
    spans: dict[str, Span] = {}
    reason: str | None = None
    note: str | None = None
    of: int | None = None

    def told(self) -> dict[str, Any]:
        """Return what `decisions.fields` holds of it; raise `UsageError` naming a field."""
        whole: dict[str, Any] = checked_fields(self.fields)
        for name, state in self.states.items():
            if name not in ENTRY_FIELDS or state not in FIELD_STATES:
                raise UsageError(f"A field {name!r} cannot be {state!r}.")
        unknown = sorted(set(self.spans) - set(ENTRY_FIELDS))
        if unknown:
            raise UsageError(f"No quote can be marked for {unknown[0]!r}.")
        if self.states:
            whole["states"] = dict(self.states)
        if self.spans:
            whole["spans"] = {name: msgspec.to_builtins(span) for name, span in self.spans.items()}
        return whole


def checked_note(note: str | None) -> str | None:
    """Return a note without spaces around it, None for an empty one; refuse a very long one."""
    text = (note or "").strip()
    if len(text) > _LONGEST:
        raise UsageError(f"A note has at most {_LONGEST} characters.")
    return text or None


def checked_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return corrected columns of an entry as the store keeps them; None: not stated.

    Sums are plain decimals; `store.reviewing.sums.typed_sums` makes them of what people type.
    A type brings its family along. Raises `UsageError` with the field and what is wrong with it.
    """
    checked: dict[str, Any] = {}
    for name, value in fields.items():
        check = _CHECKS.get(name)
        if check is None:
            raise UsageError(f"An entry has no field {name!r} that can be corrected.")
        empty = value is None or (isinstance(value, str) and not value.strip())
        if empty and name in _NEVER_EMPTY:
            raise UsageError(f"The field {name} cannot be empty.")
        checked[name] = None if empty else check(name, str(value).strip())
    if "equipment_type" in checked:
        kind = checked["equipment_type"]
        checked["equipment_family"] = load_taxonomy().type(kind).family if kind else None
    return checked


def _text(name: str, value: str) -> str:
    if len(value) > _LONGEST:
        raise UsageError(f"The field {name} has at most {_LONGEST} characters.")
    return value


def _whole(name: str, value: str) -> int:
    plain = _SPACES.sub("", value) if _THREES.fullmatch(value) else value
    if not plain.isascii() or not plain.isdigit() or int(plain) > _LARGEST:
        raise UsageError(f"The field {name} is a whole number such as 12, not {value[:40]!r}.")
    return int(plain)


def _decimal(name: str, value: str) -> str:
    wrong = f"The field {name} is a number such as 1234.50 with a point, not {value[:40]!r}."
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise UsageError(wrong) from error
    if not number.is_finite() or number < 0 or number.adjusted() > 17:
        raise UsageError(f"The field {name} cannot be {value[:40]}.")
    if not _PLAIN.fullmatch(value):  # Decimal takes `1_0` and `1e5` too
        raise UsageError(wrong)
    return value


def _type(name: str, value: str) -> str:
    if value not in load_taxonomy().types:
        raise UsageError(f"The field {name} is a type of the list, not {value[:40]!r}.")
    return value


def _country(name: str, value: str) -> str:
    code = country_code(value)
    if code is None:
        raise UsageError(f"The field {name} is a country or its code, not {value[:40]!r}.")
    return code


def _currency(name: str, value: str) -> str:
    if value.upper() not in currencies():
        raise UsageError(f"The field {name} is a code such as EUR, not {value[:40]!r}.")
    return value.upper()


def _date(name: str, value: str) -> str:
    if not _DATE.fullmatch(value):
        raise UsageError(f"The field {name} is 2024, 2024-05 or 2024-05-31, not {value[:40]!r}.")
    return value


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, str], str]:
    def check(name: str, value: str) -> str:
        if value not in allowed:
            raise UsageError(f"The field {name} is one of {', '.join(allowed)}.")
        return value

    return check


_CHECKS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "equipment": _text,
    "equipment_type": _type,
    "quantity": _whole,
    "amount_min": _decimal,
    "amount_max": _decimal,
    "currency": _currency,
    "amount_kind": _one_of(get_args(AmountKind)),
    "amount_scope": _one_of(get_args(Scope)),
    "recipient": _text,
    "recipient_country": _country,
    "supplier": _text,
    "fund": _text,
    "date": _date,
    "stage": _one_of(get_args(Stage)),
}
_NEVER_EMPTY = {"amount_kind", "amount_scope", "stage"}
