"""What entries have in common, of a search or a queue; where a page has the words searched for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

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
_OF_BOTH = {**_OF_DOCUMENTS, **_OF_ENTRIES, "type": "e.equipment_type", "fund": "e.fund"}
_MOST_VALUES = 100  # of a column that are listed


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


def entry_facets(store: Store, ids: Collection[int]) -> dict[str, dict[str, int]]:
    """Count the values that entries and their documents have, by facet, the most first."""
    rows = store.rows(
        f"SELECT {', '.join(_OF_BOTH.values())}, count(*) FROM entries e"  # noqa: S608 - constants
        " JOIN documents d ON d.id = e.document_id"
        " WHERE e.id IN (SELECT value FROM json_each(?))"
        f" GROUP BY {', '.join(_OF_BOTH.values())}",
        (json.dumps(list(ids)),),
    )
    counts: dict[str, Counter[str]] = {name: Counter() for name in _OF_BOTH}
    for row in rows:
        for name, value in zip(_OF_BOTH, row, strict=False):
            if value:
                counts[name][value] += row[len(_OF_BOTH)]
    return {name: dict(sorted(c.items(), key=_most_first)) for name, c in counts.items()}


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def document_values(store: Store, column: Literal["kind", "language"]) -> list[str]:
    """Return the values that a column has in documents that may be shown, at most 100."""
    rows = store.rows(
        f"SELECT DISTINCT {column} AS value FROM documents WHERE {column} <> '' AND id NOT IN"  # noqa: S608 - one of two
        f" (SELECT id FROM hidden_documents) ORDER BY 1 LIMIT {_MOST_VALUES}"
    )
    return [row["value"] for row in rows]


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
