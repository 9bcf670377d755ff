"""A store of many PDF pages and entries, made through the store's own functions."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

from PIL import Image

from core.archive import Archive
from core.keys import normal_quote
from core.records import Document, Evidence, Fetched, Page, Proposal, Source, Tagging, Word
from store.database import Store
from store.load import load_fetched, upsert_sources
from store.readings import save_reading
from store.reviewing.order import refresh_places

PAGES = 10  # of a document
WORDS = 320  # of a page
_STAGES = {"read": "1", "tag": "1"}
_GOODS = (
    "patrol boats",
    "pick-up trucks",
    "night vision goggles",
    "radios",
    "drones",
    "ambulances",
)
_TYPES = ("patrol_boat", "pickup", "night_vision", "radio", "drone", "ambulance")
_FILLER = (
    "the", "action", "will", "support", "border", "authorities", "of", "partner", "country", "with",
    "equipment", "training", "and", "assistance", "under", "programme", "annex", "years",
)  # fmt: skip


def make(output: Path, documents: int, entries: int, *, seed: int) -> list[str]:
    """Fill an output folder with documents of ten pages and entries spread over them.

    Returns the sha256 of all contents.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret
    contents = []
    with Store.open(output / "materiel.db") as store:
        upsert_sources(store, [_source()])
        for number in range(documents):
            body = b"bench %d %d" % (seed, number)
            sha256 = Archive(output / "archive").put(body)
            with store.transaction() as connection:
                load_fetched(
                    connection, _fetched(number, sha256), None, output / "archive", _STAGES
                )
            document, tagging = _read(rng, sha256, number, entries // documents)
            save_reading(store, document, tagging)
            contents.append(sha256)
        refresh_places(store)
    return contents


def picture() -> bytes:
    """Return a picture of the size of a drawn page."""
    rng = random.Random(1)  # noqa: S311
    image = Image.frombytes(
        "L", (909, 1286), bytes(rng.choices((255, 250, 0), (20, 3, 1), k=909 * 1286))
    )
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _source() -> Source:
    return Source(
        id="bench", title="Bench", publisher="Bench", kind="pages", homepage="https://bench.example/",
        base_url="https://bench.example/", licence="CC0", key="address",
    )  # fmt: skip


def _fetched(number: int, sha256: str) -> Fetched:
    url = f"https://bench.example/{number}.pdf"
    return Fetched(
        document_key=f"url:{url}", source="bench", url=url, final_url=url, status=200,
        title=f"Action document {number}", fetched_at="2026-01-01T00:00:00Z", sha256=sha256,
        media_type="application/pdf", published="2025-06-01",
    )  # fmt: skip


def _read(rng: random.Random, sha256: str, number: int, entries: int) -> tuple[Document, Tagging]:
    pages, proposals = [], []
    for page in range(1, PAGES + 1):
        share = entries // PAGES + (page <= entries % PAGES)
        text, made = _page(rng, page, share, number)
        pages.append(text)
        proposals += made
    document = Document(
        sha256=sha256, media_type="application/pdf", kind="pdf", extractor="1", language="en",
        pages=tuple(pages),
    )  # fmt: skip
    return document, Tagging(tagger="1", proposals=tuple(proposals))


def _page(
    rng: random.Random, number: int, entries: int, document: int
) -> tuple[Page, list[Proposal]]:
    lines, proposals = [], []
    offset = 0
    for line in range(max(WORDS // 10, entries)):
        if line < entries:
            kind = rng.randrange(len(_GOODS))
            count, amount = rng.randrange(2, 90), rng.randrange(1, 400) * 10_000
            text = (
                f"{count} {_GOODS[kind]} for the border guard, unit {document} {number} {line},"
                f" at EUR {amount}."
            )
            proposals.append(_proposal(rng, text, offset, number, (kind, count, amount)))
        else:
            text = " ".join(rng.choices(_FILLER, k=10))
        lines.append(text)
        offset += len(text) + 1
    whole = "\n".join(lines)
    words = tuple(_words(lines))
    return Page(
        number=number, text=whole, method="text", width=595.0, height=842.0, words=words
    ), proposals


def _proposal(
    rng: random.Random, text: str, offset: int, page: int, said: tuple[int, int, int]
) -> Proposal:
    kind, count, amount = said

    def at(quote: str, value: object) -> Evidence:
        start = offset + text.index(quote)
        return Evidence(page=page, start=start, end=start + len(quote), raw=quote, value=value)

    return Proposal(
        anchor=normal_quote(text), ordinal=1, page=page, quote=text,
        equipment=at(_GOODS[kind], {"type": _TYPES[kind]}),
        quantity=at(str(count), {"min": str(count), "max": str(count)}),
        amount=at(
            f"EUR {amount}",
            {"min": str(amount), "max": str(amount), "currency": "EUR", "kind": "budget"},
        ),
        recipient=at("border guard", {"name": "border guard"}),
        equipment_type=_TYPES[kind], score=round(rng.random(), 3),
    )  # fmt: skip


def _words(lines: list[str]) -> list[Word]:
    words, offset = [], 0
    for row, line in enumerate(lines):
        column = 0
        for word in line.split(" "):
            start = offset + column
            left, top = 40 + 5.0 * column, 30 + 24.0 * row % 780
            words.append(Word(start, start + len(word), left, top, left + 5 * len(word), top + 9))
            column += len(word) + 1
        offset += len(line) + 1
    return words
