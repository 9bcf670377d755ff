"""Which pages, entries and titles match, and which of them are worth scoring.

Ranking every hit of thirty names is what costs. So all hits are only counted, newest first and up
to a bound; those that are scored are the ones whose titles and entries match, the best of the
query's own words by FTS5's ranking, the newest of each other name, and then the newest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.database import Store
from store.filters import Filters, document_conditions, entry_conditions
from store.search.compile import Condition, alternatives_of, condition_of, match_of, only_text
from store.search.meaning import OF_A_NAME, Meaning
from store.search.tree import Node, Text, excludes, leaves, wanted_texts

COUNTED = 500  # hits of one index that are counted where documents are shown
SCORED = 48  # pages that are scored
_OWN = 24  # of them the best of the own words
_BEST_OF = 2_000  # newest pages with the own words, of which those are the best
_NAMES = 12  # of the newest pages of other names
_FEW = 12  # entries or titles that are scored, of the best of the own words and of the newest
_CACHE = 64 * 1024  # KiB of the file that are kept in memory: rows are looked up all over it


@dataclass
class Candidates:
    """What matches, by ids of `pages`, `entries` and `documents`.

    `pages` and `entries` hold (row, document) of all hits that were counted, `titles` the documents
    whose title or reference matches; `scored...` are those among them that are worth scoring.
    """

    pages: list[tuple[int, int]] = field(default_factory=list)
    scored: list[tuple[int, int]] = field(default_factory=list)
    entries: list[tuple[int, int]] = field(default_factory=list)
    scored_entries: list[tuple[int, int]] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    scored_titles: list[int] = field(default_factory=list)
    more: bool = False

    def documents(self) -> set[int]:
        """Return all documents that have a hit."""
        hits = {document for _row, document in (*self.pages, *self.entries)}
        return hits | set(self.titles)


_FROM_PAGES = """
JOIN_PAGES
CROSS JOIN shown_readings r ON r.id = p.reading_id
CROSS JOIN versions v INDEXED BY versions_found ON v.sha256 = r.sha256
CROSS JOIN documents d INDEXED BY documents_found
  ON d.id = v.document_id AND d.shown_version_id = v.id
WHERE d.id NOT IN (SELECT id FROM hidden_documents) {where}
"""
_FOUND = "FROM pages_fts f CROSS JOIN pages p INDEXED BY pages_found ON p.id = f.rowid"
_RANKED = """FROM (SELECT rowid FROM pages_fts WHERE pages_fts MATCH :match
  AND rowid >= :oldest ORDER BY rank LIMIT 10 * :most) f
CROSS JOIN pages p INDEXED BY pages_found ON p.id = f.rowid"""
_PAGES_BY_TEXT = f"""
SELECT p.id AS hit, d.id AS document {
    _FROM_PAGES.replace("JOIN_PAGES", _FOUND)
} AND f.pages_fts MATCH :match ORDER BY f.rowid DESC LIMIT :most
"""
_PAGES_BY_RANK = f"""
SELECT p.id AS hit, d.id AS document {_FROM_PAGES.replace("JOIN_PAGES", _RANKED)} LIMIT :most
"""
_GIVEN = "FROM json_each(:pages) f CROSS JOIN pages p ON p.id = f.value"
_PAGES_BY_ID = f"""
SELECT p.id AS hit, d.id AS document {_FROM_PAGES.replace("JOIN_PAGES", _GIVEN)} LIMIT :most
"""
_PAGES_BY_KIND = f"""
SELECT p.id AS hit, d.id AS document {_FROM_PAGES.replace("JOIN_PAGES", "FROM pages p")}
ORDER BY p.id DESC LIMIT :most
"""
_ENTRIES_OF = """
SELECT e.id AS hit, d.id AS document FROM {source}
CROSS JOIN documents d INDEXED BY documents_found ON d.id = e.document_id
WHERE e.text_withdrawn = 0 AND d.id NOT IN (SELECT id FROM hidden_documents) {where}
ORDER BY {order} LIMIT :most
"""
_BY_TEXT = "entries_fts f CROSS JOIN entries e INDEXED BY entries_found ON e.id = f.rowid"
_TITLES_OF = """
SELECT d.id FROM documents_fts f
CROSS JOIN documents d INDEXED BY documents_found ON d.id = f.rowid
WHERE f.documents_fts MATCH :match AND d.id NOT IN (SELECT id FROM hidden_documents) {where}
ORDER BY {order} LIMIT :most
"""


class Search:
    """Runs one query against one store."""

    def __init__(
        self,
        store: Store,
        tree: Node,
        meaning: Meaning,
        filters: Filters,
        *,
        counted: int | None = None,
    ) -> None:
        self._store = store
        self._counted = COUNTED if counted is None else counted
        self._tree = tree
        self._meaning = meaning
        self._given = filters.given()
        self._where = document_conditions(filters)
        self._own = match_of(tree, meaning, names=False) if only_text(tree) else None
        store.connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        shown = "" if filters.state else " AND e.state NOT IN ('rejected', 'withdrawn')"
        self._entry_where = shown + entry_conditions(filters)

    def candidates(self) -> Candidates:
        """Return what matches, and which pages of it to score."""
        found = self.hits()
        found.scored_entries = self._entries_to_score(found.entries)
        found.scored_titles = self._titles_to_score(found.titles)
        found.scored = self._to_score(found)
        return found

    def hits(self) -> Candidates:
        """Return what matches, up to the bounds."""
        found = Candidates()
        found.entries, more_entries = self._entries()
        found.titles = self._titles()
        found.pages, more_pages = self._pages()
        found.more = more_pages or more_entries or len(found.titles) >= self._counted
        return found

    def _rows(self, sql: str, values: Mapping[str, Any], most: int) -> list[sqlite3.Row]:
        return self._store.rows(sql, {**self._given, **values, "most": most})

    def _hits(self, sql: str, values: Mapping[str, Any], most: int) -> list[tuple[int, int]]:
        return [(row["hit"], row["document"]) for row in self._rows(sql, values, most)]

    def _pages(self) -> tuple[list[tuple[int, int]], bool]:
        condition = condition_of(self._tree, self._meaning, "pages")
        where = self._where + (f" AND {condition.where}" if condition.where else "")
        if condition.match is None:
            sql = _PAGES_BY_KIND.format(where=where)
        else:
            sql = _PAGES_BY_TEXT.format(where=where)
        hits = self._hits(sql, _values(condition), self._counted + 1)
        return hits[: self._counted], len(hits) > self._counted

    def _entries(self) -> tuple[list[tuple[int, int]], bool]:
        condition = condition_of(self._tree, self._meaning, "entries")
        where = self._entry_where + (f" AND {condition.where}" if condition.where else "")
        if condition.match is None:
            sql = _ENTRIES_OF.format(source="entries e", where=where, order="e.id DESC")
        else:
            where += " AND f.entries_fts MATCH :match"
            sql = _ENTRIES_OF.format(source=_BY_TEXT, where=where, order="f.rowid DESC")
        hits = self._hits(sql, _values(condition), self._counted + 1)
        return hits[: self._counted], len(hits) > self._counted

    def _titles(self) -> list[int]:
        """Return documents whose title matches; whose reference or key does, where one is meant."""
        if self._own is None or excludes(self._tree):
            return []  # what a title lacks, its pages may have
        match = match_of(self._tree, self._meaning)
        if not all(_is_reference(text.words) for text in wanted_texts(self._tree)):
            match = f"title : {match}"
        sql = _TITLES_OF.format(where=self._where, order="f.rowid DESC")
        return [row["id"] for row in self._rows(sql, {"match": match}, self._counted)]

    def _to_score(self, found: Candidates) -> list[tuple[int, int]]:
        if len(found.pages) <= SCORED:
            return found.pages
        by_document: dict[int, list[tuple[int, int]]] = {}
        for hit in found.pages:
            by_document.setdefault(hit[1], []).append(hit)
        chosen = dict.fromkeys(self._best_of_own_words())
        entries = (document for _entry, document in found.scored_entries)
        leading = (*found.scored_titles, *entries)
        for document in dict.fromkeys(leading):
            chosen.update(dict.fromkeys(by_document.get(document, [])[-3:]))
        chosen.update(dict.fromkeys(self._newest_of_names(found)))
        for hit in found.pages:
            if len(chosen) >= SCORED:
                break
            chosen[hit] = None
        return list(chosen)

    def _entries_to_score(self, entries: list[tuple[int, int]]) -> list[tuple[int, int]]:
        if len(entries) <= 2 * _FEW or self._own is None:
            return entries[: 2 * _FEW]
        where = self._entry_where + " AND f.entries_fts MATCH :match"
        sql = _ENTRIES_OF.format(source=_BY_TEXT, where=where, order="bm25(f.entries_fts), e.id")
        best = self._hits(sql, {"match": self._own}, _FEW)
        return list(dict.fromkeys((*best, *entries[:_FEW])))

    def _titles_to_score(self, titles: list[int]) -> list[int]:
        if len(titles) <= 2 * _FEW:
            return titles
        sql = _TITLES_OF.format(where=self._where, order="bm25(f.documents_fts), d.id")
        rows = self._rows(sql, {"match": f"title : {self._own}"}, _FEW)
        return list(dict.fromkeys((*(row["id"] for row in rows), *titles[:_FEW])))

    def _best_of_own_words(self) -> list[tuple[int, int]]:
        """Return the pages that FTS5 ranks best for the words of the query itself."""
        if self._own is None:
            return []
        newest = json.loads(self._store.value(_NEWEST, (self._own, _BEST_OF)))
        if len(newest) <= _OWN:
            sql = _PAGES_BY_ID.format(where=self._where)
            return self._hits(sql, {"pages": json.dumps(newest)}, _OWN)
        sql = _PAGES_BY_RANK.format(where=self._where)
        return self._hits(sql, {"match": self._own, "oldest": newest[-1]}, _OWN)

    def _newest_of_names(self, found: Candidates) -> list[tuple[int, int]]:
        """Return the newest pages of other names, a few names alone, the rarest of them first."""
        counted = {page: (page, document) for page, document in found.pages}
        names = [
            self._meaning.newest.get(way.words, [])
            for text in leaves(self._tree)
            if text in self._meaning.alternatives
            for way in alternatives_of(text, self._meaning)
            if way.name
        ]
        pages = [page for name in sorted(names, key=lambda name: name[:1]) for page in name]
        if not isinstance(self._tree, Text):
            return [counted[page] for page in pages if page in counted][: OF_A_NAME * _NAMES]
        # Each page with a name of a single word matches, be it among the newest that were counted
        # or not; those that lie behind have names that are rare.
        sql = _PAGES_BY_ID.format(where=self._where)
        rows = self._hits(sql, {"pages": json.dumps(pages)}, len(pages))
        by_page = {page: (page, document) for page, document in rows}
        return [by_page[page] for page in pages if page in by_page][: OF_A_NAME * _NAMES]


_NEWEST = """
SELECT json_group_array(rowid) FROM
  (SELECT rowid FROM pages_fts WHERE pages_fts MATCH ? ORDER BY rowid DESC LIMIT ?)
"""


def _values(condition: Condition) -> dict[str, Any]:
    return {**condition.values, "match": condition.match}


def _is_reference(words: tuple[str, ...]) -> bool:
    """Tell whether words are a number or a reference that a document may bear."""
    letters = "".join(words)
    return len(letters) >= 6 and sum(c.isdigit() for c in letters) >= 2
