"""What a queue can be narrowed to: a list to pick from for each filter whose values are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from review.words import STATES, countries, language
from store.database import Store
from store.facets import document_values, entry_facets
from store.filters import Filters
from store.reviewing.queue import Which, waiting
from vocabulary.taxonomy import load_taxonomy

AHEAD: Final = 2_000  # entries of a queue that are counted
_MOST_FUNDS = 50
_ANY = ""
Options = tuple[tuple[str, str], ...]  # value and words


@dataclass(frozen=True)
class Narrowing:
    """One filter: `select` from groups of options, `list` (they are suggested), or free `text`."""

    name: str
    label: str
    given: str
    kind: Literal["select", "list", "text"]
    groups: tuple[tuple[str, Options], ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Narrowings:
    """The filters of a queue; `counted` of its entries were counted, with `more` there are more."""

    fields: tuple[Narrowing, ...]
    counted: int
    more: bool


def narrowings(
    store: Store, reviewer: str, which: Which, filters: Filters, second_share: float
) -> Narrowings:
    """Return the filters of a queue with what they can be, and how often that is in the queue."""
    ahead = waiting(store, reviewer, which, limit=AHEAD + 1, second_share=second_share)
    more = len(ahead) > AHEAD
    counts = entry_facets(store, [place.id for place in ahead[:AHEAD]])
    given = filters.given()
    return Narrowings(tuple(_fields(store, given, counts)), min(len(ahead), AHEAD), more)


def _fields(
    store: Store, given: Mapping[str, Any], counts: Mapping[str, Mapping[str, int]]
) -> Iterator[Narrowing]:
    taxonomy = load_taxonomy()
    families = taxonomy.families.values()
    types = {family.label: {one.id: one.label for one in family.types} for family in families}
    sources = {row["id"]: row["title"] for row in store.rows("SELECT id, title FROM sources")}
    kinds, languages = document_values(store, "kind"), document_values(store, "language")
    for name, label, known in (
        ("source", "Source", {"": _by_words(sources)}),
        ("family", "Family of equipment", {"": {one.id: one.label for one in families}}),
        ("type", "Type of equipment", types),
        ("country", "Recipient's country", {"": countries()}),
        ("kind", "Kind of document", {"": {one: one for one in kinds}}),
        ("lang", "Language", {"": _by_words({one: language(one) for one in languages})}),
        ("state", "State", {"": STATES}),
    ):
        yield _select(name, label, given.get(name), known, counts[name])
    funds = tuple((fund, f"{n:,}") for fund, n in list(counts["fund"].items())[:_MOST_FUNDS])
    codes = tuple((code, one.label) for one in taxonomy.types.values() for code in one.cpv)
    yield _typed("fund", "Fund", given, options=funds)
    yield _typed("cpv", "CPV code", given, hint="34700000", options=codes)
    for name, label, hint in (
        ("since", "Since", "2024-05-31"),
        ("until", "Until", "2024-05"),
        ("min", "At least, EUR", "10000"),
        ("max", "At most, EUR", "1000000"),
    ):
        yield _typed(name, label, given, hint=hint)


def _by_words(known: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(known.items(), key=lambda pair: pair[1].casefold()))


def _select(
    name: str,
    label: str,
    given: str | None,
    known: Mapping[str, Mapping[str, str]],
    counts: Mapping[str, int],
) -> Narrowing:
    """Return a list to pick from: what the queue has, the most first, then the rest by groups."""
    words = {value: text for group in known.values() for value, text in group.items()}
    chosen = _as_known(given or _ANY, words)
    here = [(value, f"{words.get(value, value)} ({n:,})") for value, n in counts.items()]
    if chosen and chosen not in words and chosen not in counts:
        here.insert(0, (chosen, chosen))  # an address may ask for what is in no list
    groups = [("In this queue", tuple(here))] if here else []
    for group, values in known.items():
        rest = tuple(pair for pair in values.items() if pair[0] not in counts)
        groups += [(group or "Others", rest)] if rest else []
    return Narrowing(name, label, chosen, "select", tuple(groups))


def _as_known(given: str, words: Iterable[str]) -> str:
    """Return a value as the list writes it: addresses may say `ly` for `LY`."""
    return next((value for value in words if value.lower() == given.lower()), given)


def _typed(
    name: str, label: str, given: Mapping[str, Any], *, hint: str = "", options: Options = ()
) -> Narrowing:
    value = given.get(name, "")
    if isinstance(value, float):
        value = f"{value:.15g}"
    groups = (("", options),) if options else ()
    return Narrowing(name, label, str(value), "list" if options else "text", groups, hint)
