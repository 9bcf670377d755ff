"""An entry as the queue shows it: its panel, the pages it rests on, and what its form says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

import msgspec
from msgspec import structs

from core.errors import UnknownKey, UsageError
from core.records import ENTRY_FIELDS, AmountKind, Scope, Stage
from review.access import Visit
from review.routes import Form
from review.web import fragment
from review.words import FIELDS, SCOPES, countries
from store.database import Store
from store.reviewing.answers import FIELD_STATES, REASONS, Answer, Span, checked_fields
from store.reviewing.audits import is_hidden_from
from store.reviewing.bulk import alike
from store.reviewing.panel import COLUMNS, FieldPanel, Panel, panel
from store.reviewing.queue import Which
from store.reviewing.reviewers import reviewers
from store.reviewing.sums import typed_sums
from store.sheets import Mark, Sheet, sheet_of
from vocabulary.currencies import currencies
from vocabulary.taxonomy import load_taxonomy

_SUMS = ("amount_min", "amount_max")
_MOST_PAGES = 4  # that are shown beside one entry
_ANSWERED_BLIND = ("equipment_type", "quantity", "amount_min", "currency", "recipient")
STATE_NAMES: Final[Mapping[str, str]] = {
    "": "as it stands",
    "confirmed": "confirmed",
    "corrected": "corrected",
    "not_stated": "not stated",
    "ambiguous": "ambiguous",
}


def rendered(visit: Visit, store: Store, key: str, which: Which) -> str:
    """Return the panel of an entry as a fragment of a page.

    A second opinion is given without sight of the first, and of some entries the proposal is
    hidden until the reviewer has answered.
    """
    blind = which == "second"
    shown = panel(store, key, blind=blind)
    hidden = not blind and is_hidden_from(store, key, visit.name)
    return fragment(
        visit,
        "hidden.html" if hidden else "panel.html",
        panel=shown,
        sheets=_sheets(store, shown, hidden=hidden),
        which=which,
        blind=blind,
        alike=0 if blind or hidden else len(alike(store, key, visit.name)),
        lists=lists(),
        names=[one["name"] for one in reviewers(store) if one["removed_at"] is None],
        reasons=REASONS,
        state_names=STATE_NAMES,
        asked=[(name, FIELDS[name]) for name in _ANSWERED_BLIND],
    )


def lists() -> dict[str, Any]:
    """Return what pick lists hold, in the order in which they show it."""
    taxonomy = load_taxonomy()
    types = [
        (family.label, [(one.id, one.label) for one in family.types])
        for family in taxonomy.families.values()
    ]
    return {
        "types": types,
        "countries": countries(),
        "currencies": sorted(currencies()),
        "kinds": get_args(AmountKind),
        "scopes": [(scope, SCOPES[scope]) for scope in get_args(Scope)],
        "stages": get_args(Stage),
    }


def _sheets(store: Store, shown: Panel, *, hidden: bool) -> list[tuple[Sheet, list[Mark]]]:
    """Return the pages that an entry rests on, its own first, each with its marks."""
    if shown.reading_id is None:
        return []
    quoted = [] if hidden else [one for one in shown.fields if one.quote and one.start >= 0]
    others = sorted({one.page for one in quoted if one.page} - {shown.page})
    found = []
    for number in [shown.page, *others][:_MOST_PAGES]:
        try:
            sheet = sheet_of(store, shown.reading_id, number)
        except UnknownKey:
            continue
        marks = [
            Mark(one.start, one.end, one.name, FIELDS[one.name])
            for one in quoted
            if one.page == number
        ]
        if number == shown.page and (hidden or not marks):
            marks = [*marks, *_sentence(sheet, shown.quote)]
        found.append((sheet, marks))
    return found


def _sentence(sheet: Sheet, quote: str) -> list[Mark]:
    """Return a mark over an entry's sentence, where it stands on the page as it was quoted."""
    words = quote.split()
    start = _find(sheet.text, words[:4]) if words else -1
    if start < 0:
        return []
    end = _find(sheet.text, words[-3:], start)
    last = end + sum(map(len, words[-3:])) + len(words[-3:]) - 1 if end >= 0 else start + len(quote)
    return [Mark(start, min(last, len(sheet.text)), "entry", "this entry")]


def _find(text: str, words: Sequence[str], start: int = 0) -> int:
    """Return where words stand after each other in a text, whatever white space is between."""
    at = text.find(words[0], start)
    while at >= 0:
        if text[at : at + 400].split()[: len(words)] == list(words):
            return at
        at = text.find(words[0], at + 1)
    return text.find(words[0], start)


def answer_of(form: Form, shown: Panel) -> Answer:
    """Return the decision that a panel's form makes: an accepted entry with changes is corrected.

    Raises `UsageError` where a field cannot be.
    """
    # without a script, a reason is a button of its own that says no verdict
    verdict = form.get("verdict") or ("reject" if form.get("reason") else "")
    said = Answer(
        verdict=verdict,
        seen=form.get("seen", ""),
        reason=form.get("reason") or None,
        note=form.get("note") or None,
        of=int(form["of"]) if form.get("of", "").isdecimal() else None,
    )
    if verdict not in ("accept", "correct"):
        return said
    current = {column: value for one in shown.fields for column, value in one.values.items()}
    columns = _typed(form, shown, current)
    given = checked_fields(columns)
    fields = {c: given[c] for c in columns if given[c] != current.get(c)}
    spans = spans_of(form)
    states = {one.name: _state(one, form, fields, spans) for one in shown.fields}
    for name, state in states.items():
        if state == "not_stated":
            emptied = [
                c for c in COLUMNS[name] if c not in ("amount_kind", "amount_scope", "stage")
            ]
            fields.update({c: None for c in emptied if current.get(c) is not None})
    corrected = bool(fields or spans)
    told = {name: state for name, state in states.items() if state}
    verdict = "correct" if corrected else "accept"
    return structs.replace(said, verdict=verdict, fields=fields, spans=spans, states=told)


def _typed(form: Form, shown: Panel, current: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a form, its sums read; the machine's own sums stay as they are."""
    columns = {name[2:]: value for name, value in form.items() if name.startswith("f.")}
    low, high = (str(current.get(name) or "") for name in _SUMS)
    one_sum = low == high == columns.get("amount_max")
    if one_sum and columns.get("amount_min", "").strip() not in ("", low):
        del columns["amount_max"]  # it is no range, and does not become one by a new lower end
    known = {low, high} | {
        str(value)
        for one in shown.fields
        for choice in one.choices
        for column, value in choice.columns.items()
        if column in _SUMS
    }
    read = typed_sums(columns, known)
    if one_sum and "amount_max" not in columns:
        read["amount_max"] = read["amount_min"]
    return read


def _state(
    one: FieldPanel, form: Form, fields: Mapping[str, Any], spans: Mapping[str, Span]
) -> str:
    said = form.get(f"state.{one.name}", "")
    if said in FIELD_STATES:
        return said
    if one.name in spans or any(column in fields for column in COLUMNS[one.name]):
        return "corrected"
    return "confirmed" if one.quote is not None else ""


def spans_of(form: Form) -> dict[str, Span]:
    """Return the marked text of a form by field; raise `UsageError` for what is no span."""
    try:
        return {
            name: msgspec.json.decode(form[f"span.{name}"], type=Span)
            for name in ENTRY_FIELDS
            if form.get(f"span.{name}")
        }
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise UsageError("The marked text is not understood; mark it again.") from error
