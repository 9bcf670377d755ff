"""Searching: documents with their best hits, what the words were widened to, and facets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from datasette.utils.asgi import Response
from markupsafe import Markup

from core.errors import UsageError
from review.access import Visit
from review.reading import look, marked, page_address, with_query
from review.routes import Form, Route
from review.web import page, see_other
from review.words import STATES, countries, country, family, kind
from store.database import Store
from store.facets import COUNTED, Facets, document_values, facets
from store.filters import Filters
from store.published import STATES as PUBLISHED
from store.search import Found, TermCount, count_terms, coverage, search
from store.search.parse import LONGEST
from store.watches import add_watch, watches
from vocabulary.taxonomy import load_taxonomy

_PAGE = 20  # documents on a page
_MOST_PAGES = 10
_MOST_TERMS = 200  # of a list that is searched at once
_MOST_OFF = 60
_FILTERS: Final = (
    "source", "kind", "lang", "country", "fund", "family", "type", "since", "until", "min", "max",
    "state", "cpv",
)  # fmt: skip
_FACETS: Final = {
    "source": "Source",
    "lang": "Language",
    "year": "Year of publication",
    "kind": "Kind of document",
    "family": "Family of equipment",
    "country": "Country of the recipient",
    "state": "State of the entry",
}
_ENTRY = """
SELECT key, state, equipment, quantity, amount_min, amount_max, currency, amount_eur, amount_kind,
  amount_scope, recipient, quote FROM entries WHERE key = ?
"""


@dataclass(frozen=True)
class _Asked:
    """A search as its address says it."""

    query: str
    filters: Filters
    off: tuple[str, ...]
    exact: bool
    page: int

    def address(self, **changed: Any) -> str:
        """Return the address of this search with some of it changed; it begins at page 1."""
        values: dict[str, Any] = {
            "q": self.query,
            **self.filters.given(),
            "off": list(self.off),
            "exact": "1" if self.exact else None,
            **changed,
        }
        return with_query("/search", values)


def _asked(given: Any) -> _Asked:
    """Read a search from the fields of an address or a form."""
    found: dict[str, Any] = {n: v for n in _FILTERS if (v := (given.get(n) or "").strip())}
    for name in ("min", "max"):
        if name in found:
            found[name] = _amount(found[name])
    number = given.get("page") or "1"
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= _MOST_PAGES):
        raise UsageError(f"Pages of hits go from 1 to {_MOST_PAGES}; narrow the search instead.")
    getlist = getattr(given, "getlist", None)
    off = getlist("off") if getlist else (given.get("off") or "").split("\n")
    return _Asked(
        (given.get("q") or "").strip(),
        _checked(found),
        tuple(dict.fromkeys(name for name in off[:_MOST_OFF] if name)),
        (given.get("exact") or "") not in ("", "0"),
        int(number),
    )


def _amount(text: str) -> float:
    try:
        number = float(text.replace(" ", "").replace("\u202f", ""))
    except ValueError as error:
        raise UsageError(f"An amount in euro is a number such as 10000, not {text!r}.") from error
    if not 0 <= number < 1e18:
        raise UsageError("An amount in euro is between 0 and a million million million.")
    return number


def _checked(found: dict[str, Any]) -> Filters:
    try:
        return Filters(**found)
    except UsageError as error:
        raise UsageError(str(error).replace("--", "")) from error


async def show_search(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show what a search finds; without a query the form alone."""
    asked = _asked(visit.request.args)

    def work(store: Store) -> tuple[dict[str, Any], dict[str, Any]]:
        told = _found(store, asked) if asked.query else {}
        nothing = not told or not told["found"].groups
        # what was looked through is told where nothing was found: it takes a while to count
        return told, {**_choices(store), "coverage": coverage(store) if nothing else []}

    told, shared = await look(visit, work)
    return page(
        visit,
        "search.html",
        **_shown(asked, told),
        **shared,
        asked=asked,
        given=asked.filters.given(),
        states=_states(visit),
        names=_FACETS,
        name_of=lambda facet, value: _name(facet, value, shared["sources"]),
        narrowed=lambda facet, value: _narrowed(asked, facet, value),
        counted=COUNTED,
        to_hit=lambda key, version, number: with_query(
            page_address(key, version, number),
            {"q": asked.query, "off": list(asked.off), "exact": "1" if asked.exact else None},
        ),
    )


def _states(visit: Visit) -> dict[str, str]:
    return {n: w for n, w in STATES.items() if not visit.published_only or n in PUBLISHED}


def _choices(store: Store) -> dict[str, Any]:
    """Return what the fields of the form offer."""
    taxonomy = load_taxonomy()
    return {
        "sources": {row["id"]: row["title"] for row in store.rows("SELECT * FROM sources")},
        "languages": document_values(store, "language"),
        "kinds": document_values(store, "kind"),
        "families": {name: one.label for name, one in taxonomy.families.items()},
        "types": {name: one.label for name, one in taxonomy.types.items()},
        "all_countries": countries(),
    }


def _found(store: Store, asked: _Asked) -> dict[str, Any]:
    widen = load_taxonomy().expand
    how: dict[str, Any] = {"off": asked.off, "exact": asked.exact}
    limited = replace(asked.filters, limit=asked.page * _PAGE + 1)
    found = search(store, asked.query, limited, widen, **how)
    without = search(store, asked.query, replace(limited, limit=1), widen) if asked.off else found
    counts = facets(store, asked.query, asked.filters, widen, **how)
    entries = {
        row["key"]: dict(row) for hit in found.entries for row in store.rows(_ENTRY, (hit.entry,))
    }
    versions = {
        row["key"]: row["number"]
        for group in found.groups
        for row in store.rows(
            "SELECT d.key, v.number FROM documents d JOIN versions v ON v.id = d.shown_version_id"
            " WHERE d.key = ?",
            (group.document,),
        )
    }
    return {
        "found": found,
        "widened": without.widened,
        "facets": counts,
        "rows_of": entries,
        "versions": versions,
        "watched": [watch.name for watch in watches(store) if watch.query == asked.query],
    }


def _shown(asked: _Asked, told: dict[str, Any]) -> dict[str, Any]:
    """Return the hits of one page, by document."""
    found: Found = told.get("found") or Found(query="")
    first = (asked.page - 1) * _PAGE
    groups = found.groups[first : first + _PAGE]
    pages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    entries: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for hits, kept in ((found.pages, pages), (found.entries, entries)):
        for hit in hits:
            kept[hit.document].append({**asdict(hit), "shown": marked(hit.snippet)})
    none = Facets(counts={}, documents=0, entries=0, more=False)
    return {
        "found": found,
        "results": [
            {
                **asdict(group),
                "shown": _title(group.title, group.document),
                "hits": pages[group.document],
                "entry_hits": entries[group.document],
                "version": told["versions"].get(group.document, 1),
            }
            for group in groups
        ],
        "chips": _chips(asked, told.get("widened", {})),
        "facets": told.get("facets", none),
        "rows_of": told.get("rows_of", {}),
        "watched": told.get("watched", []),
        "more_pages": len(found.groups) > first + _PAGE and asked.page < _MOST_PAGES,
        "first": first + 1,
    }


def _title(text: str | None, key: str) -> Markup:
    """Return a title with what was found in it marked, cut where it is very long."""
    words = " ".join((text or key).split())
    return marked(words if len(words) <= 240 else f"{words[:240]}…")


def _chips(asked: _Asked, widened: dict[str, list[str]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return for each word its other names, each with the address that turns it off or on."""
    off = set(asked.off)
    chips = []
    for word, names in widened.items():
        switched = []
        for name in names:
            without = [one for one in asked.off if one != name]
            other = without if name in off else [*asked.off, name]
            switched.append({"name": name, "on": name not in off, "to": asked.address(off=other)})
        chips.append((word, switched))
    return chips


def _narrowed(asked: _Asked, facet: str, value: str) -> tuple[bool, str]:
    """Tell whether a search is narrowed to a value of a facet, and where it is switched."""
    given = asked.filters.given()
    names = ("since", "until") if facet == "year" else (facet,)
    on = all(given.get(name) == value for name in names)
    return on, asked.address(**dict.fromkeys(names, None if on else value))


def _name(facet: str, value: str, sources: dict[str, str]) -> str:
    match facet:
        case "source":
            return sources.get(value, value)
        case "country":
            return country(value)
        case "family":
            return family(value)
        case "type":
            return kind(value)
        case "state":
            return STATES.get(value, value)
    return value


async def show_terms(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Count what each line of a list finds."""
    asked = _asked(visit.request.args)
    lines = (visit.request.args.get("terms") or "").splitlines()
    terms = [line.strip()[:LONGEST] for line in lines if line.strip() and not line.startswith("#")]

    def work(store: Store) -> tuple[list[TermCount], list[dict[str, Any]]]:
        widen = load_taxonomy().expand
        some = count_terms(store, terms[:_MOST_TERMS], asked.filters, widen, exact=asked.exact)
        return list(some), coverage(store)

    counts, covered = await look(visit, work)
    return page(
        visit,
        "terms.html",
        terms=counts,
        left_out=max(0, len(terms) - _MOST_TERMS),
        written="\n".join(lines)[: _MOST_TERMS * LONGEST],
        asked=asked,
        coverage=covered,
    )


async def save_watch(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Save a search under a name, as a watch."""
    asked = _asked(form)
    name = form.get("name", "").strip()
    await visit.site.write(
        lambda store: add_watch(store, name, asked.query, asked.filters, exact=asked.exact)
    )
    return see_other("/watches")


ROUTES = (
    Route(r"/search$", show_search, "visitor"),
    Route(r"/search/terms$", show_terms, "visitor"),
    Route(r"/watches/add$", save_watch, "reviewer", "POST"),
)
