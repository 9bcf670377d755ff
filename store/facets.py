"""What the hits of a search have in common, and where a page has the words searched for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from store.database import Store
from store.filters import Filters
from store.search.candidates import Search
from store.search.meaning import Widen, meaning_of
from store.search.names import with_names
from store.search.parse import parse
from store.search.score import Finder
from store.search.tree import wanted_texts

COUNTED: Final = 5_000  # hits of one index that are counted
MOST_PLACES: Final = 500
_MOST = 12  # values of one facet
_OF_DOCUMENTS = {
    "source": "d.source",
    "lang": "d.language",
    "year": "substr(d.published, 1, 4)",
    "kind": "d.kind",
}
_OF_ENTRIES = {
    "family": "e.equipment_family",
    "country": "e.recipient_country",
    "state": "e.state",
}


@dataclass(frozen=True, kw_only=True)
class Facets:
    """Counts by facet and value, the most first; with `more` of the first hits alone.

    Those of `source`, `lang`, `year` and `kind` count documents, the others count the entries that
    were found.
    """

    counts: Mapping[str, Mapping[str, int]]
    documents: int
    entries: int
    more: bool


def facets(
    store: Store,
    query: str,
    filters: Filters,
    widen: Widen,
    *,
    off: Collection[str] = (),
    exact: bool = False,
) -> Facets:
    """Count what a search finds; arguments as of `store.search.search`."""
    parsed = parse(query)
    if parsed.tree is None:
        return Facets(counts={}, documents=0, entries=0, more=False)
    tree = parsed.tree if exact else with_names(parsed.tree, widen)
    meaning = meaning_of(store, tree, widen, off=off, exact=exact)
    hits = Search(store, tree, meaning, filters, counted=COUNTED).hits()
    documents = sorted(hits.documents())
    entries = sorted(entry for entry, _document in hits.entries)
    counts = {
        **_counted(store, "documents d", "d.id", _OF_DOCUMENTS, documents),
        **_counted(store, "entries e", "e.id", _OF_ENTRIES, entries),
    }
    return Facets(counts=counts, documents=len(documents), entries=len(entries), more=hits.more)


def places(
    store: Store,
    query: str,
    text: str,
    widen: Widen,
    *,
    off: Collection[str] = (),
    exact: bool = False,
) -> list[tuple[int, int]]:
    """Return where a page's text has the words of a query: `MOST_PLACES` at most, in code points.

    Arguments as of `store.search.search`. Nothing where the text is not in NFC, in which it is
    searched: its places would be others.
    """
    parsed = parse(query)
    if parsed.tree is None:
        return []
    tree = parsed.tree if exact else with_names(parsed.tree, widen)
    meaning = meaning_of(store, tree, widen, off=off, exact=exact)
    finder = Finder([meaning.alternatives[one] for one in dict.fromkeys(wanted_texts(tree))])
    found = finder.find(text)
    if not text.startswith(found.text):
        return []
    merged: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in found.spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged[:MOST_PLACES]


def _counted(
    store: Store, table: str, key: str, columns: Mapping[str, str], ids: list[int]
) -> dict[str, dict[str, int]]:
    values: dict[str, Any] = {"ids": json.dumps(ids), "most": _MOST}
    return {
        name: {
            row["value"]: row["number"]
            for row in store.rows(
                f"SELECT {column} AS value, count(*) AS number FROM {table}"  # noqa: S608 - constants
                f" WHERE {key} IN (SELECT value FROM json_each(:ids))"
                f" AND coalesce({column}, '') <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :most",
                values,
            )
        }
        for name, column in columns.items()
    }
