"""A store of many pages generated from the word statistics of real ones.

A page is a chain of runs of words: each run is copied from a place of the real text where the last
word of the run before stands, so that single words and pairs of them are as frequent as in the
real pages. Numbers get other digits and every thousandth word is joined from halves of two, so
that the vocabulary grows with the text as that of real pages does.
"""

from __future__ import annotations

import hashlib
import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import extract
from core.errors import DocumentError
from store.database import Store

RUN = (6, 14)  # words that are copied at a time, least and most
NEW = 0.001  # share of words that no real page has
LINE = 12  # words in a line
BATCH = 2_000  # pages in one transaction
_NUMBER = re.compile(r"\d{3,}")


@dataclass(frozen=True)
class Statistics:
    """The words of the real pages in order, where each stands, and how long the pages are."""

    words: list[str]
    places: dict[str, list[int]]
    lengths: list[int]  # in words
    languages: list[tuple[int, str | None]]  # first word of each page, its language
    counts: list[int]  # pages of each reading
    titles: list[str]
    entries: list[tuple[str, ...]]


def statistics_of_folder(folder: Path) -> Statistics:
    """Read every file of a folder as the nightly run does; what cannot be read is left out."""
    pages: list[list[tuple[str, str | None]]] = []
    titles: list[str] = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = file.read_bytes()
        try:
            read = extract.read(data, sha256=hashlib.sha256(data).hexdigest(), name=file.name)
        except DocumentError:
            continue
        pages.append([(page.text, read.document.language) for page in read.document.pages])
        titles += [read.document.title] if read.document.title else []
    return _statistics(pages, titles, [])


def statistics_of_database(path: Path) -> Statistics:
    """Take the pages, titles and entries of a database that was made from real documents."""
    with Store.open(path, readonly=True) as store:
        readings: dict[int, list[tuple[str, str | None]]] = {}
        for row in store.rows(
            "SELECT r.id, r.language, p.text FROM pages p JOIN readings r ON r.id = p.reading_id"
            " ORDER BY r.id, p.number"
        ):
            readings.setdefault(row["id"], []).append((row["text"], row["language"]))
        titles = [row[0] for row in store.rows("SELECT title FROM documents WHERE title <> ''")]
        entries = store.rows(
            "SELECT equipment, equipment_type, equipment_family, recipient, quote FROM entries"
            " WHERE equipment IS NOT NULL ORDER BY id"
        )
    return _statistics(list(readings.values()), titles, [tuple(row) for row in entries])


def _statistics(
    readings: list[list[tuple[str, str | None]]],
    titles: list[str],
    entries: list[tuple[str, ...]],
) -> Statistics:
    words: list[str] = []
    lengths: list[int] = []
    languages: list[tuple[int, str | None]] = []
    for pages in readings:
        for text, language in pages:
            split = text.split()
            if split:
                lengths.append(len(split))
                languages.append((len(words), language))
                words += split
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(place)
    counts = [len(pages) for pages in readings if pages]
    return Statistics(words, places, lengths, languages, counts, titles, entries)


def texts(known: Statistics, count: int, seed: int = 6) -> Iterator[tuple[str, str | None]]:
    """Yield `count` pages' text and language; the same ones for the same statistics and seed."""
    chance = random.Random(seed)  # noqa: S311 - words, no secrets
    for _ in range(count):
        length = chance.choice(known.lengths)
        place, language = chance.choice(known.languages)
        words: list[str] = []
        while len(words) < length:
            run = chance.randint(*RUN)
            words += known.words[place : place + run]
            place = chance.choice(known.places[words[-1]]) + 1
            if place >= len(known.words):
                place = 0
        for _ in range(int(len(words) * NEW + chance.random())):
            first, second = chance.choice(known.words), chance.choice(known.words)
            words[chance.randrange(len(words))] = first[: len(first) // 2 + 1] + second.lower()
        lines = (" ".join(words[at : at + LINE]) for at in range(0, len(words), LINE))
        text = _NUMBER.sub(lambda found: _digits(chance, found[0]), "\n".join(lines))
        yield text, language


def _digits(chance: random.Random, number: str) -> str:
    """Return another number as long; years stay, as they are few in real pages too."""
    if len(number) == 4 and number[:2] in ("19", "20"):
        return number
    return str(chance.randrange(10 ** (len(number) - 1), 10 ** len(number)))


def fill(path: Path, known: Statistics, count: int, seed: int = 6) -> None:
    """Make a store of `count` pages: documents with titles, readings, pages, and entries."""
    chance = random.Random(seed + 1)  # noqa: S311 - as above
    pages = texts(known, count, seed)
    with Store.open(path) as store:
        store.connection.execute("PRAGMA synchronous = OFF")  # it can be made again
        store.connection.execute(
            "INSERT INTO sources (id, title, publisher, kind, homepage, licence, show_full_text)"
            " VALUES ('s', 'S', 'P', 'pages', NULL, 'CC0', 1)"
        )
        reading = 0
        waiting = True
        while waiting:
            with store.transaction() as connection:
                done = 0
                while done < BATCH:
                    texts_of_one = list(islice(pages, chance.choice(known.counts)))
                    if not texts_of_one:
                        waiting = False
                        break
                    reading += 1
                    done += len(texts_of_one)
                    _document(connection, reading, texts_of_one, known, chance)
        store.connection.execute("ANALYZE")


def _document(
    connection: sqlite3.Connection,
    number: int,
    pages: list[tuple[str, str | None]],
    known: Statistics,
    chance: random.Random,
) -> None:
    sha256 = f"{number:064x}"
    language = pages[0][1]
    title = chance.choice(known.titles) if known.titles else None
    connection.execute("INSERT INTO contents VALUES (?, NULL, 1, '')", (sha256,))
    connection.execute(
        "INSERT INTO documents (id, key, source, url, title, language, kind, published)"
        " VALUES (?, ?, 's', ?, ?, ?, 'pdf', ?)",
        (number, f"url:{number}", f"https://s.example/{number}", title, language,
         f"{chance.randint(2015, 2025)}-01-01"),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO versions (id, document_id, number, sha256, first_seen, last_seen)"
        " VALUES (?, ?, 1, ?, '', '')",
        (number, number, sha256),
    )
    connection.execute(
        "UPDATE documents SET version_id = id, shown_version_id = id WHERE id = ?", (number,)
    )
    connection.execute(
        "INSERT INTO readings (id, sha256, extractor, tagger, kind, language, stated, page_count,"
        " current, proposals) VALUES (?, ?, '1', '1', 'pdf', ?, '{}', ?, 1, x'')",
        (number, sha256, language, len(pages)),
    )
    connection.executemany(
        "INSERT INTO pages (reading_id, number, text, method, width, height, redacted_area, words,"
        " language) VALUES (?, ?, ?, 'text', 595, 842, 0, x'', ?)",
        [(number, place, text, spoken) for place, (text, spoken) in enumerate(pages, 1)],
    )
    if known.entries and chance.random() < len(known.entries) / len(known.lengths) / 3:
        entry = chance.choice(known.entries)
        connection.execute(
            "INSERT INTO entries (key, document_id, version_id, page, equipment, equipment_type,"
            " equipment_family, recipient, quote, amount_kind, amount_scope, stage, score, state)"
            " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, 'unknown', 'own', 'unknown', 0.5, 'pending')",
            (f"e{number}", number, number, *entry),
        )
