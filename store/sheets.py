"""One page of a reading as it is shown: its text, where each word stands, and marks over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.errors import UnknownKey
from store.database import Store
from store.words import line_boxes, unpack_words

_TAG, _TAG_HIGH = 3.6, 5.5  # points that a letter of a mark's name takes, and a line of it


@dataclass(frozen=True)
class Mark:
    """A span of a page that is lit: offsets in code points of its text, and what it stands for."""

    start: int
    end: int
    name: str
    label: str


@dataclass(frozen=True)
class Piece:
    """A run of a page's text under the same marks; `start` is its offset in code points."""

    start: int
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class PlacedText:
    """A word with its box in points from the page's top left; `start` as in `Piece`."""

    start: int
    text: str
    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """A page: sizes in points; a page of rendered text has no words and no picture."""

    sha256: str
    number: int
    pages: int
    text: str
    method: str
    width: float
    height: float
    redacted: float
    words: tuple[tuple[int, int, float, float, float, float], ...]

    @property
    def drawn(self) -> bool:
        """Whether the page has a picture: those of PDFs do, HTML and notices do not."""
        return self.width > 0 and self.height > 0

    def placed(self) -> Iterator[PlacedText]:
        """Yield the words with their boxes, in the order of the text."""
        for start, end, x0, top, x1, bottom in self.words:
            text = self.text[start:end]
            if text.strip():
                yield PlacedText(start, text, x0, top, max(x1 - x0, 0.5), max(bottom - top, 0.5))

    def boxes(self, mark: Mark) -> list[tuple[float, float, float, float]]:
        """Return (x, top, width, height) of each line that a mark stands on, in points."""
        lines = line_boxes(list(self.words), mark.start, mark.end)
        return [(x0, top, x1 - x0, bottom - top) for x0, top, x1, bottom in lines]

    def tags(self, marks: Sequence[Mark]) -> Iterator[tuple[Mark, float, float]]:
        """Yield each mark with the place of its name, (x, base line), none over another."""
        taken: list[tuple[float, float, float]] = []
        for mark in marks:
            boxes = self.boxes(mark)
            if not boxes:
                continue
            x, top, _, height = boxes[0]
            width = _TAG * len(mark.label)
            for y in (top - 2.5, top + height + 6.5):
                near = (end > x and x + width > begin for begin, end, line in taken
                        if abs(line - y) < _TAG_HIGH)  # fmt: skip
                if not any(near):
                    taken.append((x, x + width, y))
                    yield mark, x - 1, y
                    break

    def pieces(self, marks: Sequence[Mark] = ()) -> list[Piece]:
        """Return the whole text, cut where marks begin or end."""
        size = len(self.text)
        cuts = {0, size}
        for mark in marks:
            cuts.update((min(max(mark.start, 0), size), min(max(mark.end, 0), size)))
        return [
            Piece(
                start,
                self.text[start:end],
                tuple(m for m in marks if m.start < end and m.end > start),
            )
            for start, end in pairwise(sorted(cuts))
        ]


def sheet_of(store: Store, reading_id: int, number: int) -> Sheet:
    """Return a page of a reading; raise `UnknownKey` where there is none or it may not be shown."""
    rows = store.rows(
        "SELECT r.sha256, r.page_count, p.* FROM pages p JOIN shown_readings r ON r.id ="
        " p.reading_id WHERE p.reading_id = ? AND p.number = ?",
        (reading_id, number),
    )
    if not rows:
        raise UnknownKey(f"There is no page {number} of this document that may be shown.")
    row = rows[0]
    return Sheet(
        sha256=row["sha256"],
        number=row["number"],
        pages=row["page_count"],
        text=row["text"],
        method=row["method"],
        width=row["width"],
        height=row["height"],
        redacted=row["redacted_area"],
        words=tuple(unpack_words(row["words"])),
    )


def reading_of(store: Store, sha256: str) -> tuple[int, str | None]:
    """Return the reading of a content that may be shown, and its language.

    Raises `UnknownKey` where it was not read, is withdrawn, or belongs to hidden documents alone.
    """
    rows = store.rows(
        "SELECT r.id, r.language FROM shown_readings r WHERE r.sha256 = ? AND EXISTS (SELECT 1 FROM"
        " versions v WHERE v.sha256 = r.sha256 AND v.document_id NOT IN"
        " (SELECT id FROM hidden_documents))",
        (sha256,),
    )
    if not rows:
        raise UnknownKey("There is no such file whose text may be shown.")
    return rows[0]["id"], rows[0]["language"]
