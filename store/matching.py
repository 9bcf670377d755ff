"""Matching news against watches: only what is new is searched, by the same search as everything.

Of a document that was known before, a page is found where its added words match, or make it match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from core.killpoints import killpoint
from core.text import json_text
from store.added import FILLER
from store.database import Store
from store.filters import Filters
from store.fresh import ADDED, KEPT, News, copied, divided, half, parts_of, unmatched
from store.runs import now
from store.search.candidates import Search
from store.search.compile import condition_of
from store.search.meaning import Meaning, Widen, meaning_of
from store.search.names import with_names
from store.search.parse import parse
from store.search.tree import Node
from store.search.words import words_of
from store.watches import NEWEST, Watch, notice_news, watches

_LEFT_OUT = re.compile(rf"{FILLER}(?:\s*{FILLER})*")
_MOST_PAGES = 1_000  # of a document whose numbers are kept


@dataclass
class _Hit:
    """What a watch found in a document: pages by number with their rows, keys of entries, and
    whether its title or reference has it."""

    pages: dict[int, int] = field(default_factory=dict)
    entries: set[str] = field(default_factory=set)
    titled: bool = False


@dataclass(frozen=True)
class _Found:
    """What a query finds in a store, by ids of documents; `match` is the query as FTS5 wants it,
    None where it asks for no word."""

    store: Store
    hits: Mapping[int, _Hit]
    match: str | None = None

    def passages(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the best place of each of some pages; dots for words left out."""
        if self.match is None or not rows:
            return {}
        found = self.store.rows(_PASSAGES, {"match": self.match, "rows": json_text(rows)})
        return {row[0]: _LEFT_OUT.sub("…", row[1]) for row in found if row[1] is not None}


# One pass over the index, which takes no longer for many pages than for one.
_PASSAGES = """
SELECT rowid, CASE WHEN rowid IN (SELECT value FROM json_each(:rows))
  THEN snippet(pages_fts, 0, '', '', '…', 30) END
FROM pages_fts WHERE pages_fts MATCH :match
"""


def match_watches(store: Store, widen: Widen) -> int:
    """Match each watch against what is new since it was last matched; return how many hits.

    A watch's hits and how far it has come are written in one transaction: killed anywhere, the next
    call goes on from there, and finds each thing once.
    """
    notice_news(store)
    killpoint("after-news")
    known = watches(store)
    if not known:
        return 0
    found = 0
    last = int(store.value("SELECT coalesce(max(id), 0) FROM news"))
    for part in parts_of(unmatched(store, min(watch.seen for watch in known))):
        with copied(store, part) as whole, divided(store, part) as halves:
            names = _names_there(whole, widen)
            for watch in known:
                news = [one for one in part if one.id > watch.seen]
                if news:
                    rows = _rows(watch, news, _Stores(whole, halves), names)
                    found += _save(store, watch, part[-1].id, rows)
                    killpoint("after-watch")
    if any(watch.seen < last for watch in known):  # past what none can find, too
        with store.transaction() as connection:
            connection.execute("UPDATE watches SET seen = ?1 WHERE seen < ?1", (last,))
    return found


def _names_there(store: Store, widen: Widen) -> Widen:
    """Return a function that gives only names all whose words a store has: most have few of them,
    and to look for the others costs more than the search."""
    there = {
        row[0]
        for index in ("pages", "entries", "documents")
        for row in store.rows(f"SELECT term FROM {index}_vocabulary")  # noqa: S608 - constants
    }

    @cache
    def names(word: str) -> list[str]:
        return [name for name in widen(word) if there.issuperset(words_of(name))]

    return names


@dataclass(frozen=True)
class _Stores:
    """The news as it is shown, and its documents that were known before in halves."""

    whole: Store
    halves: Store | None


@dataclass
class _Match:
    """What a watch found in a document; `told` is the row of the page that tells it, in halves
    where the added words do."""

    news: News
    hit: _Hit
    told: int | None = None
    halved: bool = False


def _rows(
    watch: Watch, news: Sequence[News], stores: _Stores, widen: Widen
) -> list[dict[str, Any]]:
    """Return what a watch finds in the news, as it is kept."""
    tree = parse(watch.query).tree
    if tree is None:
        return []
    given = _no_names if watch.exact else widen
    tree = with_names(tree, given)
    meaning = meaning_of(stores.whole, tree, given, exact=watch.exact)
    whole = _searched(stores.whole, tree, meaning, watch.narrowed())
    halves = None
    if stores.halves and any(one.changed and one.document_id in whole.hits for one in news):
        halves = _searched(stores.halves, tree, meaning, Filters())
    matches = []
    for one in news:
        known = whole.hits.get(one.document_id)
        if known is None:
            continue
        hit = _Hit(dict(known.pages), known.entries & one.entries, known.titled)
        match = _Match(one, hit)
        if halves and one.changed:
            _only_added(match, halves)
        if hit.pages or hit.entries or hit.titled:
            if match.told is None:
                match.told = next(iter(hit.pages.values()), None)
            matches.append(match)
    return _kept(matches, whole, halves)


def _only_added(match: _Match, halves: _Found) -> None:
    """Leave the pages that the added words match by themselves or without which they would not."""
    hit = match.hit
    added, kept = (halves.hits.get(half(match.news, kind), _Hit()) for kind in (ADDED, KEPT))
    hit.pages = {
        number: row
        for number, row in hit.pages.items()
        if number in added.pages or number not in kept.pages
    }
    hit.titled = False
    telling = [number for number in hit.pages if number in added.pages]
    if telling:
        match.told, match.halved = added.pages[telling[0]], True


def _no_names(_word: str) -> list[str]:
    return []


def _searched(store: Store, tree: Node, meaning: Meaning, filters: Filters) -> _Found:
    """Return what a query finds in a store, as `search` would find it."""
    candidates = Search(store, tree, meaning, filters).hits()
    hits: dict[int, _Hit] = {}
    pages = _by_id(store, "SELECT t.id, t.number FROM pages t", candidates.pages)
    for row, document in sorted(candidates.pages):
        hits.setdefault(document, _Hit()).pages[pages[row]] = row
    keys = _by_id(store, "SELECT t.id, t.key FROM entries t", candidates.entries)
    for row, document in candidates.entries:
        hits.setdefault(document, _Hit()).entries.add(keys[row])
    for document in candidates.titles:
        hits.setdefault(document, _Hit()).titled = True
    return _Found(store, hits, condition_of(tree, meaning, "pages").match)


def _by_id(store: Store, select: str, hits: Sequence[tuple[int, int]]) -> dict[int, Any]:
    ids = json_text([row for row, _document in hits])
    rows = store.rows(f"{select} JOIN json_each(?) AS wanted ON t.id = wanted.value", (ids,))
    return {row[0]: row[1] for row in rows}


def _kept(matches: Sequence[_Match], whole: _Found, halves: _Found | None) -> list[dict[str, Any]]:
    """Return what is kept of matches; of those that no feed is long enough for without words."""
    newest = matches[-NEWEST:]
    passages = {False: _told(whole, newest, halved=False)}
    passages[True] = _told(halves, newest, halved=True) if halves else {}
    return [
        {
            "news": match.news.id,
            "reading": match.news.reading_id,
            "pages": json_text(list(islice(match.hit.pages, _MOST_PAGES))),
            "entries": json_text(sorted(match.hit.entries)),
            "titled": int(match.hit.titled),
            "passage": passages[match.halved].get(match.told),
        }
        for match in matches
    ]


def _told(found: _Found, matches: Sequence[_Match], *, halved: bool) -> dict[int | None, str]:
    told = [m.told for m in matches if m.told is not None and m.halved == halved]
    return dict(found.passages(told).items())


def _save(store: Store, watch: Watch, seen: int, rows: Sequence[dict[str, Any]]) -> int:
    """Write what a watch found, and that it has come as far as `seen`."""
    shared = {"watch": watch.id, "at": now()}
    with store.transaction() as connection:
        cursor = connection.execute(
            "UPDATE watches SET seen = ? WHERE id = ? AND seen < ?", (seen, watch.id, seen)
        )
        if not cursor.rowcount:  # removed meanwhile, or matched by another run
            return 0
        connection.executemany(
            "INSERT OR IGNORE INTO watch_hits (watch_id, news_id, reading_id, pages, entries,"
            " titled, passage, found_at) VALUES (:watch, :news, :reading, :pages, :entries,"
            " :titled, :passage, :at)",
            [{**row, **shared} for row in rows],
        )
    return len(rows)
