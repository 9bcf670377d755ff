"""The page of an entry: what it says, what that rests on, who decided what, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from datasette.utils.asgi import Response

from core.errors import UsageError
from core.records import ENTRY_FIELDS
from core.text import one_line
from review.access import Visit
from review.reading import cited, look, page_address, plain_title, web_link
from review.routes import Form, Route
from review.web import address, page, see_other
from review.words import FIELDS, SCOPES, country, euro, family, kind, money, number
from store.comparing import REASON_WORDS
from store.database import Store
from store.entry_page import entry_page
from store.pairs import Verdict, decide_pair
from store.published import full_text
from store.reviewing.answers import REASONS
from store.reviewing.panel import history_of

VERDICTS: Final = {
    "accept": "accepted it",
    "correct": "corrected it",
    "reject": "rejected it",
    "skip": "skipped it",
    "flag": "flagged it",
    "undo": "took a decision back",
    "add": "added it",
}


async def show_entry(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show an entry."""
    key = groups["key"]

    def work(store: Store) -> dict[str, Any]:
        found = entry_page(store, key)
        readable = True
        if visit.published_only:
            readable = full_text(store, found.entry["document_id"])
        history = [] if visit.published_only else history_of(store, key)
        return {
            "found": found,
            "readable": readable,
            "history": [{**one, "changes": _changes(one)} for one in reversed(history)],
            "citation": cited(store, key),
        }

    told = await look(visit, work)
    entry = told["found"].entry
    return page(
        visit,
        "entry.html",
        **told,
        frame=plain_title(entry["equipment"] or entry["recipient"] or entry["quote"], key),
        fields=[(name, FIELDS[name], _said(name, entry)) for name in ENTRY_FIELDS],
        verdicts=VERDICTS,
        reasons=REASONS,
        reason_of=_reason,
        span=page_address,
        web_link=web_link,
    )


def _said(field: str, entry: Mapping[str, Any]) -> list[str]:
    """Return what an entry says in a field, the value first; nothing for what is not stated."""
    match field:
        case "equipment":
            parts = [entry["equipment"], kind(entry["equipment_type"])]
            parts.append(family(entry["equipment_family"]))
        case "quantity":
            parts = [number(entry["quantity"])]
        case "amount":
            parts = [money(entry)]
            if parts[0]:
                parts += [_in_euro(entry), _amount_kind(entry), _scope(entry)]
        case "recipient":
            parts = [entry["recipient"], country(entry["recipient_country"])]
        case "date":
            parts = [entry["date"], entry["stage"] if entry["stage"] != "unknown" else ""]
        case _:
            parts = [entry[field]]
    return list(dict.fromkeys(str(part) for part in parts if part))


def _in_euro(entry: Mapping[str, Any]) -> str:
    """Say what an amount is worth in euro and by which rate, or why nobody knows."""
    worth, source = entry["amount_eur"], entry["eur_source"]
    if source in (None, "EUR itself"):
        return ""
    if worth is None:
        return f"not known in euro ({source})"
    if source == "reviewer":
        return f"{euro(worth)}, as a reviewer said"
    day = f" of {entry['eur_rate_date']}" if entry["eur_rate_date"] else ""
    return f"about {number(f'{worth:.3g}')} EUR ({source} rate{day})"


def _amount_kind(entry: Mapping[str, Any]) -> str:
    known = entry["amount_kind"] != "unknown"
    return f"kind: {entry['amount_kind']}" if known else "kind of amount not known"


def _scope(entry: Mapping[str, Any]) -> str:
    return "" if entry["amount_scope"] == "own" else f"for {SCOPES[entry['amount_scope']]}"


def _changes(one: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what a decision changed: the field's name, before, after."""
    told = []
    for name in sorted({*one["seen"], *one["became"]}):
        before, after = one["seen"].get(name), one["became"].get(name)
        if before != after:
            told.append((FIELDS.get(name, name), _plain(before), _plain(after)))
    return told


def _plain(value: Any) -> str:
    return "not stated" if value is None or value == "" else str(value)


def _reason(reason: Mapping[str, Any]) -> str:
    """Say in words what speaks for one delivery, or against it."""
    return REASON_WORDS.get(reason["code"], "{}").format(one_line(str(reason["detail"])))


async def pair(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Say whether two entries tell of the same delivery."""
    verdict = form.get("verdict", "")
    if verdict not in ("same", "different", "undo"):
        raise UsageError("Two entries tell of the same delivery or of different ones.")
    key, other = groups["key"], form.get("other", "")
    said = cast("Verdict", verdict)
    await visit.site.write(lambda store: decide_pair(store, key, other, said, reviewer=visit.name))
    return see_other(address("entry", key) + "#pairs")


_ENTRY = r"/entry/(?P<key>[^/]+)"
ROUTES = (
    Route(rf"{_ENTRY}$", show_entry, "visitor"),
    Route(rf"{_ENTRY}/pair$", pair, "reviewer", "POST"),
)
