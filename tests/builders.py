"""Records for tests, built from as little as the test needs to say."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from core.archive import Archive, Journal, JournalLine
from core.keys import entry_key, normal_quote
from core.records import (
    Document,
    Evidence,
    Fetched,
    Mention,
    Page,
    Proposal,
    Source,
    Tagging,
    Verdict,
    Word,
)
from store.database import Store
from store.entries import refresh_document
from store.load import load_journal, upsert_sources
from store.readings import save_reading

STAGES = {"read": "1", "tag": "1"}
DAY = "2025-03-0{}T04:00:00Z"


def sha(data: bytes) -> str:
    """Return the sha256 of `data` in hex."""
    return hashlib.sha256(data).hexdigest()


def source(name: str = "ministry", **more: Any) -> Source:
    """Return a source's card."""
    values: dict[str, Any] = {
        "id": name,
        "title": f"The {name}",
        "publisher": "Somebody",
        "kind": "pages",
        "homepage": f"https://{name}.example/",
        "base_url": f"https://{name}.example/",
        "licence": "CC BY 4.0",
        "key": "address",
    }
    return Source(**{**values, **more})


def fetched(key: str, data: bytes | None = b"body", **more: Any) -> Fetched:
    """Return a fetch of the document `key` that brought `data`."""
    values: dict[str, Any] = {
        "document_key": key,
        "source": "ministry",
        "url": f"https://ministry.example/{key}",
        "final_url": f"https://ministry.example/{key}",
        "fetched_at": DAY.format(1),
        "status": 200,
        "sha256": None if data is None else sha(data),
        "media_type": "application/pdf",
    }
    return Fetched(**{**values, **more})


def page(text: str, number: int = 1, **more: Any) -> Page:
    """Return a page whose words stand on lines of 12 points, 6 points for each character."""
    words: list[Word] = []
    offset = 0
    for line, content in enumerate(text.split("\n")):
        column = 0
        for word in content.split(" "):
            if word:
                left, top = 50.0 + 6 * column, 40.0 + 12 * line
                start = offset + column
                words.append(
                    Word(start, start + len(word), left, top, left + 6 * len(word), top + 10)
                )
            column += len(word) + 1
        offset += len(content) + 1
    values: dict[str, Any] = {"method": "text", "width": 595.0, "height": 842.0}
    return Page(number=number, text=text, **{**values, "words": tuple(words), **more})


def document(data: bytes, *texts: str, **more: Any) -> Document:
    """Return the content `data` as read, with one page for each text."""
    values: dict[str, Any] = {
        "media_type": "application/pdf",
        "kind": "pdf",
        "extractor": "1",
        "language": "en",
        "pages": tuple(page(text, number) for number, text in enumerate(texts, 1)),
    }
    return Document(sha256=sha(data), **{**values, **more})


def evidence(text: str, quote: str, value: Any = None, **more: Any) -> Evidence:
    """Return evidence for `quote` where it first stands in the page's text."""
    start = text.index(quote)
    return Evidence(
        **{"page": 1, "start": start, "end": start + len(quote), "raw": quote, "value": value}
        | more
    )


def amount(text: str, quote: str, number: str, currency: str = "EUR") -> Evidence:
    """Return evidence for an amount of money."""
    value = {"min": number, "max": number, "currency": currency, "kind": "award"}
    return evidence(text, quote, value)


def proposal(text: str, equipment: str | None = None, **more: Any) -> Proposal:
    """Return a candidate entry on page 1 that rests on the whole of `text`."""
    values: dict[str, Any] = {
        "anchor": normal_quote(equipment or text),
        "ordinal": 1,
        "page": 1,
        "quote": text,
        "equipment": evidence(text, equipment) if equipment else None,
    }
    return Proposal(**{**values, **more})


def tagging(*proposals: Proposal, mentions: Sequence[Mention] = (), tagger: str = "1") -> Tagging:
    """Return what tagging gives."""
    return Tagging(tagger=tagger, proposals=proposals, mentions=tuple(mentions))


def key_of(document_key: str, made: Proposal) -> str:
    """Return the key of the entry that a proposal makes in a document."""
    return entry_key(document_key, made.anchor, made.ordinal)


@dataclass
class House:
    """An output folder with database, archive and journal."""

    folder: Path
    store: Store
    journals: int = 0

    @property
    def archive(self) -> Path:
        """The folder of the archive."""
        return self.folder / "archive"

    def put(self, data: bytes) -> str:
        """Archive a body."""
        return Archive(self.archive).put(data)

    def journal(self, *lines: JournalLine) -> Path:
        """Write a journal file."""
        self.journals += 1
        path = self.folder / "journal" / f"{self.journals:03d}.jsonl"
        with Journal(path) as journal:
            journal.extend(lines)
        return path

    def load(self, path: Path, run_id: int | None = None) -> int:
        """Load a journal file."""
        return load_journal(self.store, path, run_id=run_id, archive=self.archive, stages=STAGES)

    def take(self, key: str, data: bytes = b"body", **more: Any) -> None:
        """Archive, journal and load one fetch."""
        self.put(data)
        self.load(self.journal(fetched(key, data, **more)))

    def miss(self, key: str, outcome: str, status: int = 200, **more: Any) -> None:
        """Journal and load one fetch that brought no body."""
        self.load(self.journal(fetched(key, None, outcome=outcome, status=status, **more)))

    def read(self, data: bytes, *texts: str, tagged: Tagging | None = None, **more: Any) -> None:
        """Save a reading of `data`."""
        save_reading(self.store, document(data, *texts, **more), tagged or tagging())

    def decide(
        self,
        key: str,
        verdict: Verdict,
        judged: Proposal | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        """Append a decision and bring the entry's document up to it."""
        with self.store.transaction() as connection:
            connection.execute(
                "INSERT INTO decisions (entry_key, reviewer, decided_at, verdict, fields, proposal)"
                " VALUES (?, 'ana', ?, ?, ?, ?)",
                (
                    key,
                    DAY.format(2),
                    verdict,
                    msgspec.json.encode(fields or {}).decode(),
                    zlib.compress(judged.to_json()) if judged else None,
                ),
            )
            row = connection.execute(
                "SELECT document_id FROM entries WHERE key = ?", (key,)
            ).fetchone()
            refresh_document(connection, row["document_id"])

    def entry(self, key: str) -> dict[str, Any]:
        """Return an entry's row."""
        return dict(self.store.rows("SELECT * FROM entries WHERE key = ?", (key,))[0])

    def outcomes(self, key: str) -> list[str]:
        """Return the outcomes of a document's fetches in order."""
        sql = "SELECT outcome FROM fetches WHERE document_key = ? ORDER BY id"
        return [row["outcome"] for row in self.store.rows(sql, (key,))]

    def document(self, key: str) -> dict[str, Any]:
        """Return a document's row."""
        return dict(self.store.rows("SELECT * FROM documents WHERE key = ?", (key,))[0])


def open_house(folder: Path) -> House:
    """Open an output folder that knows the source `ministry`."""
    store = Store.open(folder / "materiel.db")
    upsert_sources(store, [source()])
    return House(folder, store)
