"""From a query to documents, best first, with their best pages and entries."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from store.database import Store
from store.filters import Filters
from store.search.candidates import Candidates, Search
from store.search.compile import kinds_in
from store.search.kinds import like, types_of
from store.search.meaning import Meaning, Widen, meaning_of
from store.search.names import with_names
from store.search.near import suggestions
from store.search.parse import Query, parse
from store.search.records import Found, Group, Hit
from store.search.score import (
    Finder,
    Marked,
    density,
    marked_title,
    presence,
    rarities,
    snippet,
)
from store.search.tree import Node, names_in, wanted_texts

_TITLE, _ENTRY = 2.5, 1.5  # how much a title and an entry count beside a page
_SECOND = 0.2  # how much a document's second page counts beside its best
_BEST_PAGES, _BEST_ENTRIES = 3, 5  # of a document that are given

_PAGES = """
SELECT p.id, p.reading_id, p.number, coalesce(p.search, p.text) AS text
FROM json_each(?) CROSS JOIN pages p ON p.id = value
"""
_DOCUMENTS = """
SELECT d.id, d.key, titled(d.title, d.url) AS title, d.source, d.kind, d.language, d.published,
  d.url
FROM json_each(?) CROSS JOIN documents d ON d.id = value
"""
_ENTRIES = """
SELECT e.id, e.key, e.page, e.amount_min, e.amount_max, e.currency, e.amount_eur, e.eur_rate_date,
  e.eur_source, e.equipment, e.recipient, e.supplier, e.fund, e.quote
FROM json_each(?) CROSS JOIN entries e ON e.id = value
"""
_AMOUNT = ("amount_min", "amount_max", "currency", "amount_eur", "eur_rate_date", "eur_source")
_TEXT = ("equipment", "recipient", "supplier", "fund", "quote")


def search(
    store: Store,
    query: str,
    filters: Filters,
    widen: Widen,
    *,
    off: Collection[str] = (),
    exact: bool = False,
) -> Found:
    """Search pages, entries, titles and references; `docs/search.md` tells the query language.

    `widen` gives the other names of a word, in all their forms; those in `off` are left out, and
    with `exact` all of them and all inflected forms. `filters.limit` bounds the documents.
    """
    parsed = parse(query)
    if parsed.tree is None:
        return Found(query=query, plain=parsed.plain)
    tree = parsed.tree if exact else with_names(parsed.tree, widen)
    meaning = meaning_of(store, tree, widen, off=off, exact=exact)
    candidates = Search(store, tree, meaning, filters).candidates()
    ranking = _Ranking(store, tree, meaning)
    ranking.score(candidates)
    groups, pages, entries = ranking.best(candidates, filters.limit)
    return Found(
        query=query,
        widened=meaning.widened,
        plain=parsed.plain,
        notes=_notes(parsed, meaning),
        suggestions={} if groups else suggestions(store, parsed.tree),
        groups=groups,
        pages=pages,
        entries=entries,
        documents=len(candidates.documents()),
        more=candidates.more,
    )


def _notes(parsed: Query, meaning: Meaning) -> list[str]:
    """Return in sentences what could not be done as asked."""
    notes: list[str] = []
    if parsed.cut:
        notes.append("The query is too long; only its beginning was searched.")
    if parsed.tree is not None:
        for kind in kinds_in(parsed.tree):
            if not types_of(kind.field, kind.value):
                near = like(kind.field, kind.value)
                meant = f"; did you mean {' or '.join(near)}" if near else ""
                notes.append(f"There is no {kind.field} of equipment {kind.value!r}{meant}.")
    notes += [
        f"{count} more names of {word!r} are in the documents and were not searched."
        for word, count in meaning.left_out.items()
    ]
    return notes


@dataclass
class _Scored:
    """What of a document was found, with scores."""

    title: float = 0.0
    pages: list[tuple[float, int]] = field(default_factory=list)  # score, row of `pages`
    entries: list[tuple[float, int]] = field(default_factory=list)

    def score(self) -> float:
        pages = sorted((score for score, _row in self.pages), reverse=True)
        entry = max((score for score, _row in self.entries), default=0.0)
        return (
            _TITLE * self.title
            + _ENTRY * entry
            + sum(pages[:1])
            + _SECOND * sum(pages[1:_BEST_PAGES])
        )


class _Ranking:
    """Scores candidates and shapes the best of them."""

    def __init__(self, store: Store, tree: Node, meaning: Meaning) -> None:
        self._store = store
        texts = list(dict.fromkeys(wanted_texts(tree)))
        names = {
            texts.index(name.whole): {texts.index(part) for part in name.parts}
            for name in names_in(tree)
        }
        self._finder = Finder([meaning.alternatives[text] for text in texts], names)
        self._leaves = len(texts)
        self._rarity: list[float] = []
        self._pages: dict[int, sqlite3.Row] = {}
        self._entries: dict[int, sqlite3.Row] = {}
        self._documents: dict[int, sqlite3.Row] = {}
        self._marked: dict[tuple[str, int], Marked] = {}
        self._found: dict[int, _Scored] = {}

    def score(self, candidates: Candidates) -> None:
        """Score the pages to score, the entries and the titles."""
        self._pages = self._rows(_PAGES, (page for page, _document in candidates.scored))
        entries = candidates.scored_entries
        self._entries = self._rows(_ENTRIES, (entry for entry, _document in entries))
        for number, row in self._pages.items():
            self._marked["page", number] = self._finder.find(row["text"])
        for number, row in self._entries.items():
            self._marked["entry", number] = self._finder.find(_entry_text(row))
        weighed = self._finder.weigh(self._marked.values())
        self._marked = dict(zip(self._marked, weighed, strict=True))
        self._rarity = rarities(weighed, self._leaves)
        for page, document in candidates.scored:
            score = density(self._marked["page", page], self._rarity)
            self._of(document).pages.append((score, page))
        for entry, document in entries:
            score = presence(self._marked["entry", entry], self._rarity)
            self._of(document).entries.append((score + 0.01, entry))
        self._documents = self._rows(_DOCUMENTS, {*self._found, *candidates.scored_titles})
        for number in candidates.scored_titles:
            title = self._finder.find(self._documents[number]["title"] or "")
            # where it is the reference that matches, there is nothing to mark in the title
            self._of(number).title = presence(title, self._rarity) or float(sum(self._rarity))

    def best(self, candidates: Candidates, limit: int) -> tuple[list[Group], list[Hit], list[Hit]]:
        """Return the best documents and their pages and entries."""
        ranked = sorted(
            self._found, key=lambda number: (-self._found[number].score(), self._age(number))
        )[:limit]
        counts: dict[int, int] = {}
        for _page, document in candidates.pages:
            counts[document] = counts.get(document, 0) + 1
        groups: list[Group] = []
        pages: list[Hit] = []
        entries: list[Hit] = []
        for number in ranked:
            found = self._found[number]
            of_pages = [self._page(number, *hit) for hit in _top(found.pages, _BEST_PAGES)]
            of_entries = [self._entry(number, *hit) for hit in _top(found.entries, _BEST_ENTRIES)]
            groups.append(self._group(number, counts.get(number, 0), of_pages, of_entries))
            pages += of_pages
            entries += of_entries
        return groups, pages, entries

    def _of(self, document: int) -> _Scored:
        return self._found.setdefault(document, _Scored())

    def _age(self, number: int) -> tuple[int, str]:
        """Order documents of one score: the newest first, then by key."""
        row = self._documents[number]
        digits = "".join(c for c in (row["published"] or "")[:10] if c.isdigit())
        return -int(digits.ljust(8, "0") or 0), row["key"]

    def _rows(self, sql: str, ids: Iterable[int]) -> dict[int, sqlite3.Row]:
        wanted = json.dumps(list(dict.fromkeys(ids)))
        return {row["id"]: row for row in self._store.rows(sql, (wanted,))}

    def _group(self, number: int, count: int, pages: list[Hit], entries: list[Hit]) -> Group:
        row, found = self._documents[number], self._found[number]
        title = row["title"]
        if found.title and title:
            title = marked_title(self._finder.find(title))
        return Group(
            document=row["key"],
            title=title,
            titled=bool(found.title),
            source=row["source"],
            language=row["language"],
            published=row["published"],
            url=row["url"],
            pages=count,
            best=[hit.page for hit in pages],
            entries=[str(hit.entry) for hit in entries],
            score=round(found.score(), 3),
        )

    def _page(self, document: int, score: float, page: int) -> Hit:
        row = self._pages[page]
        shown = snippet(self._marked["page", page], self._rarity)
        return self._hit(document, row["number"], shown, score)

    def _entry(self, document: int, score: float, entry: int) -> Hit:
        row = self._entries[entry]
        shown = snippet(self._marked["entry", entry], self._rarity)
        amount = {name: row[name] for name in _AMOUNT}
        return self._hit(document, row["page"], shown, score, entry=row["key"], **amount)

    def _hit(self, document: int, page: int, shown: str, score: float, **more: Any) -> Hit:
        row = self._documents[document]
        return Hit(
            document=row["key"],
            title=row["title"],
            source=row["source"],
            language=row["language"],
            published=row["published"],
            url=row["url"],
            link=link(row["url"], row["kind"], page),
            page=page,
            snippet=shown,
            score=round(score, 3),
            **more,
        )


def _top(hits: list[tuple[float, int]], most: int) -> list[tuple[float, int]]:
    return sorted(hits, key=lambda hit: (-hit[0], hit[1]))[:most]


def _entry_text(row: sqlite3.Row | Mapping[str, Any]) -> str:
    """Return an entry's fields as one text, each once."""
    parts = [part for name in _TEXT if (part := row[name])]
    quote = parts[-1] if parts else ""
    return " | ".join(part for part in dict.fromkeys(parts) if part == quote or part not in quote)


def link(url: str, kind: str | None, page: int) -> str:
    """Return a document's address, at a page where it is a PDF on a site.

    >>> link("https://x.example/a.pdf", "pdf", 7)
    'https://x.example/a.pdf#page=7'
    """
    if kind == "pdf" and url.startswith("http") and "#" not in url:
        return f"{url}#page={page}"
    return url
