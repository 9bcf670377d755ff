"""The search against raw FTS5 on a store of many pages.

`python -m bench.search [PAGES] [--folder DIR] [--data DIR | --database FILE]
[--seed N]` makes a store of PAGES pages (1,000,000 by default) in DIR from the word statistics of
real documents, or takes the one that is there, and prints:

- p50 and p95 of widened queries of 30 terms, and of FTS5's own ranked query over the same terms;
- the size of the index against the text;
- pages loaded in a second against raw `executemany` of the same rows, with FTS5's index alone.

`--check` ends with status 1 where a figure misses its bound.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from bench.search.generate import (
    Statistics,
    fill,
    statistics_of_database,
    statistics_of_folder,
    texts,
)
from store.database import Store
from store.filters import Filters
from store.search import search
from store.search.words import quoted, words_of
from vocabulary.taxonomy import load_taxonomy

TERMS = 30
QUERIES = 60
LOADED = 4_000  # pages of the measure of loading
ROUNDS = 5
Row: TypeAlias = tuple[int, int, str, str | None]
SLOWEST, LARGEST, LEAST_LOAD = 1.0, 1.5, 0.6  # bounds: times raw, times the text, times raw
HERE = Path(__file__).resolve().parents[2]


def widened_queries(store: Store, count: int, seed: int) -> list[tuple[str, list[str]]]:
    """Return words and the names that each is widened to, `TERMS` in all, all in the index.

    They are names of types of the taxonomy, from the commonest to the rarest, in any language.
    """
    chance = random.Random(seed)  # noqa: S311 - a choice of queries
    taxonomy = load_taxonomy()
    names = sorted(
        {
            words_of(name)
            for kind in taxonomy.types.values()
            for terms in kind.terms.values()
            for name in terms
            if "|" not in name
        }
    )
    chance.shuffle(names)
    sql = "SELECT 1 FROM pages_fts WHERE pages_fts MATCH ? LIMIT 1"
    there = islice((n for n in names if n and store.value(sql, (quoted(n),))), count * TERMS)
    pool = [" ".join(name) for name in there]
    queries: list[tuple[str, list[str]]] = []
    for _ in range(count):
        chosen = chance.sample(pool, min(TERMS, len(pool)))
        queries.append((chosen[0], chosen[1:]))
    return queries


def ours(store: Store, word: str, names: list[str]) -> float:
    """Return the seconds of a widened search."""
    begin = time.perf_counter()
    search(store, f'"{word}"', Filters(), lambda _word: names)
    return time.perf_counter() - begin


def raw(store: Store, word: str, names: list[str]) -> float:
    """Return the seconds of FTS5's ranked query over the same terms."""
    match = " OR ".join(quoted(name) for name in (word, *names))
    begin = time.perf_counter()
    store.rows(
        "SELECT rowid FROM pages_fts WHERE pages_fts MATCH ? ORDER BY rank LIMIT 20", (match,)
    )
    return time.perf_counter() - begin


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def measure_queries(store: Store, seed: int) -> float:
    """Print both ways' times, each query both ways in turn; return the ratio of the p95s."""
    queries = widened_queries(store, QUERIES, seed + 3)
    for query in queries[:3]:
        ours(store, *query)
        raw(store, *query)
    times = [(ours(store, *query), raw(store, *query)) for query in queries]
    one, other = [pair[0] for pair in times], [pair[1] for pair in times]
    for name, values in (("search", one), ("raw FTS5", other)):
        middle = statistics.median(values)
        print(f"{name:>9}: p50 {middle * 1000:7.1f} ms, p95 {p95(values) * 1000:7.1f} ms")
    ratio = p95(one) / p95(other)
    print(f"p95 ratio {ratio:.2f} (at most {SLOWEST}), of {len(queries)} queries")
    return ratio


def measure_size(store: Store) -> float:
    """Print and return the size of all that is kept for searching as times the text."""
    text = store.value("SELECT sum(length(CAST(text AS BLOB))) FROM pages")
    parts = {"pages": 0, "entries": 0, "documents": 0}
    for name in parts:
        for table in ("data", "docsize", "idx"):
            column = {"data": "block", "docsize": "sz", "idx": "term"}[table]
            sql = f"SELECT sum(length({column})) FROM {name}_fts_{table}"  # noqa: S608 - constants
            parts[name] += store.value(sql) or 0
    parts["long words"] = store.value("SELECT sum(length(word) + 3) FROM long_words") or 0
    for name, size in parts.items():
        print(f"{name:>12}: {size / 1e6:9.1f} MB")
    ratio = float(sum(parts.values()) / text)
    print(f"index / text {ratio:.2f} (at most {LARGEST}), text {text / 1e6:.1f} MB")
    return ratio


_ROW = """INSERT INTO pages (reading_id, number, text, method, width, height, redacted_area, words,
  search, language) VALUES (?, ?, ?, 'text', 595, 842, 0, x'', NULL, ?)"""


def _rate(path: Path, prepare: Callable[[sqlite3.Connection], None], rows: list[Row]) -> float:
    """Return how many of the rows a second go into the pages of a new database."""
    with Store.open(path) as store:
        connection = store.connection
        prepare(connection)
        connection.execute("INSERT INTO contents VALUES (hex(zeroblob(32)), NULL, 1, '')")
        connection.execute(
            "INSERT INTO readings (id, sha256, extractor, tagger, kind, stated, page_count,"
            " current, proposals) VALUES (1, hex(zeroblob(32)), '', '', '', '', 1, 1, x'')"
        )
        begin = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany(_ROW, rows)
        connection.execute("COMMIT")
        return len(rows) / (time.perf_counter() - begin)


def _raw_index(connection: sqlite3.Connection) -> None:
    """Leave FTS5's index of the pages' text alone, as anybody would make it."""
    connection.execute("DROP TRIGGER pages_keep_long_words")
    connection.execute("DROP TRIGGER pages_index")
    connection.execute("DROP TABLE pages_fts")
    connection.execute("CREATE VIRTUAL TABLE pages_fts USING fts5(text, content='pages')")
    connection.execute(
        "CREATE TRIGGER pages_index AFTER INSERT ON pages BEGIN"
        " INSERT INTO pages_fts(rowid, text) VALUES (new.id, new.text); END"
    )


def measure_load(known: Statistics) -> float:
    """Print and return the rate of loading pages as times that of raw `executemany`."""
    rows: list[Row] = [
        (1, number, text, language)
        for number, (text, language) in enumerate(texts(known, LOADED, seed=11), 1)
    ]
    rates: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            mine = _rate(Path(folder) / f"a{number}.db", lambda _connection: None, rows)
            theirs = _rate(Path(folder) / f"b{number}.db", _raw_index, rows)
            rates.append((mine, theirs))
    mine, theirs = (statistics.median(pair[side] for pair in rates) for side in (0, 1))
    ratio = statistics.median(one / other for one, other in rates)
    print(f"load {mine:.0f} pages/s, raw {theirs:.0f}: ratio {ratio:.2f} (at least {LEAST_LOAD})")
    return ratio


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "bench-search")
    parser.add_argument("--data", type=Path, default=HERE.parent / "shared" / "data")
    parser.add_argument("--database", type=Path, help="Take the real pages from this database.")
    parser.add_argument("--seed", type=int, default=6, help="Of the pages and of the queries.")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    if given.database:
        known = statistics_of_database(given.database)
    elif given.data.is_dir():
        known = statistics_of_folder(given.data)
    else:
        sys.exit(f"There is no folder {given.data}; name one with --data, or a --database.")
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / f"pages-{given.pages}-{given.seed}.db"
    if not path.exists():
        begin = time.monotonic()
        fill(path.with_suffix(".making"), known, given.pages, given.seed)
        path.with_suffix(".making").rename(path)
        print(f"made {path} in {time.monotonic() - begin:.0f} s")
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores, {given.pages} pages")
    with Store.open(path) as store:
        slow = measure_queries(store, given.seed) > SLOWEST
        large = measure_size(store) > LARGEST
    late = measure_load(known) < LEAST_LOAD
    if given.check and (slow or large or late):
        sys.exit(1)


if __name__ == "__main__":
    main()
