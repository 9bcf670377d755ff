"""Full-text search over pages and entries, widened by what the taxonomy knows of a word."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from store.database import Store
from store.filters import Filters, document_conditions, entry_conditions

# A bracket groups where it stands alone and belongs to a reference inside one: C(2025)5935.
_TOKEN = re.compile(r'"[^"]*"|[()]|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*')
_OPERATORS = {"AND", "OR", "NOT"}
_MARKS = ("\x02", "\x03")  # around a hit in a snippet; the caller shows them as it can


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A page or an entry that matches; `snippet` has `\\x02` and `\\x03` around the words found.

    An entry has its key and its amount beside it, as the columns of `entries` hold it.
    """

    document: str
    title: str | None
    source: str
    language: str | None
    published: str | None
    url: str
    page: int
    snippet: str
    entry: str | None = None
    amount_min: str | None = None
    amount_max: str | None = None
    currency: str | None = None
    amount_eur: float | None = None
    eur_rate_date: str | None = None
    eur_source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search gives; `plain` says that its syntax was broken and it ran as plain words."""

    query: str
    widened: dict[str, list[str]] = field(default_factory=dict)
    plain: bool = False
    pages: list[Hit] = field(default_factory=list)
    entries: list[Hit] = field(default_factory=list)
    documents: int = 0


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def build_query(query: str, widen: Callable[[str], list[str]]) -> tuple[str, dict[str, list[str]]]:
    """Return the FTS5 query for what a person typed, and which words were widened to what.

    Words beside each other must all be there; quotes make a phrase, `*` at the end a prefix,
    AND, OR, NOT in capitals and brackets work as one expects.
    """
    parts: list[str] = []
    widened: dict[str, list[str]] = {}
    for part in _TOKEN.findall(query):
        if part in _OPERATORS or part in ("(", ")"):
            parts.append(part)
            continue
        words = part.strip('"')
        if not any(c.isalnum() for c in words):
            continue
        names = [] if part.endswith("*") else widen(words)
        if names:
            widened[words] = names
        own = _quoted(words.rstrip("*")) + ("*" if part.endswith("*") else "")
        options = [own, *(_quoted(name) for name in names)]
        parts.append(f"({' OR '.join(options)})" if len(options) > 1 else own)
    return _joined(parts), widened


def _joined(parts: list[str]) -> str:
    """Put AND between neighbours; FTS5 takes none for granted beside brackets."""
    text: list[str] = []
    for part in parts:
        after_operand = text and text[-1] not in _OPERATORS and text[-1] != "("
        if part == "NOT" and text and text[-1] == "AND":
            text.pop()  # FTS5 writes AND NOT as NOT
        if after_operand and part not in _OPERATORS and part != ")":
            text.append("AND")
        text.append(part)
    return " ".join(text)


def search(store: Store, query: str, filters: Filters, widen: Callable[[str], list[str]]) -> Found:
    """Search pages and entries; a query with broken syntax is searched as plain words."""
    built, widened = build_query(query, widen)
    if not built:
        return Found(query=query)
    try:
        return _run(store, query, built, widened, filters)
    except sqlite3.OperationalError:
        words = [word for word in re.findall(r"\w+", query) if word not in _OPERATORS]
        if not words:
            return Found(query=query, plain=True)
        plain = " AND ".join(_quoted(word) for word in words)
        return _run(store, query, plain, {}, filters, plain=True)


def _run(
    store: Store,
    query: str,
    built: str,
    widened: dict[str, list[str]],
    filters: Filters,
    *,
    plain: bool = False,
) -> Found:
    values: dict[str, Any] = {
        "query": built,
        "limit": filters.limit,
        "open": _MARKS[0],
        "close": _MARKS[1],
        **filters.given(),
    }
    where = document_conditions(filters)
    pages = store.rows(_PAGES.format(where=where), values)
    shown = "" if filters.state else " AND e.state NOT IN ('rejected', 'withdrawn')"
    entries = store.rows(_ENTRIES.format(where=shown + entry_conditions(filters)), values)
    count = store.value(_COUNT.format(where=where), values)
    return Found(
        query=query,
        widened=widened,
        plain=plain,
        pages=[Hit(**dict(row)) for row in pages],
        entries=[Hit(**dict(row)) for row in entries],
        documents=int(count),
    )


_FROM_PAGES = """
FROM pages_fts JOIN pages p ON p.id = pages_fts.rowid
JOIN readings r ON r.id = p.reading_id AND r.current = 1
JOIN versions v ON v.sha256 = r.sha256 JOIN documents d ON d.shown_version_id = v.id
WHERE pages_fts MATCH :query AND d.withheld = 0 {where}
"""
_PAGES = f"""
SELECT d.key AS document, d.title, d.source, d.language, d.published, d.url, p.number AS page,
  snippet(pages_fts, 0, :open, :close, ' ... ', 24) AS snippet
{_FROM_PAGES} ORDER BY bm25(pages_fts), d.key, p.number LIMIT :limit
"""
_COUNT = f"SELECT count(DISTINCT d.id) {_FROM_PAGES}"
_ENTRIES = """
SELECT d.key AS document, d.title, d.source, d.language, d.published, d.url, e.page,
  e.key AS entry, e.amount_min, e.amount_max, e.currency, e.amount_eur, e.eur_rate_date,
  e.eur_source, snippet(entries_fts, -1, :open, :close, ' ... ', 24) AS snippet
FROM entries_fts JOIN entries e ON e.id = entries_fts.rowid
JOIN documents d ON d.id = e.document_id
WHERE entries_fts MATCH :query AND d.withheld = 0 {where}
ORDER BY bm25(entries_fts, 5, 3, 3, 3, 1), e.key LIMIT :limit
"""


def coverage(store: Store) -> list[dict[str, Any]]:
    """Return for each source what a search covers: documents, pages, last good fetch.

    `unread` counts documents whose newest version failed or waits, `textless` pages without text.
    """
    rows = store.rows(
        """
        SELECT s.id AS source, s.title, count(DISTINCT d.id) AS documents,
          count(p.id) AS pages, coalesce(sum(p.method = 'none'), 0) AS textless,
          count(DISTINCT CASE WHEN d.shown_version_id IS NULL
            OR d.shown_version_id IS NOT d.version_id THEN d.id END) AS unread,
          (SELECT max(fetched_at) FROM fetches f WHERE f.source = s.id
           AND f.outcome NOT IN ('failed', 'refused')) AS last_fetch
        FROM sources s LEFT JOIN documents d ON d.source = s.id AND d.withheld = 0
        LEFT JOIN versions v ON v.id = d.shown_version_id
        LEFT JOIN readings r ON r.sha256 = v.sha256 AND r.current = 1
        LEFT JOIN pages p ON p.reading_id = r.id GROUP BY s.id ORDER BY s.id
        """
    )
    return [dict(row) for row in rows]
