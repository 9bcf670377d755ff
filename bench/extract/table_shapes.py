"""The shape of ruled tables against plain pdfplumber's, where both find one in the same place.

pdfplumber takes every gap between rules for a row or column, and the edges of shading for rules;
the project does not: frames of one column are no tables, rules drawn twice are one, and a coloured
strip behind each line of a cell does not part it. What is compared is therefore

- rows x columns without those that hold no text, for both;
- against pdfplumber by default, or else against pdfplumber by default on the page without shading
  (filled rectangles without an outline, thicker than 3 points both ways);
- or else, as rules drawn twice come out joined, the cells: a table with the same cells as
  pdfplumber's counts as equal whatever its shape.

Tables that the project found by alignment are not compared: where rulings close off but a part of a
table, it takes the whole, which the truth of the competition set confirms. Tables of pdfplumber
with fewer than two columns are set aside. Two tables are in the same place
from an intersection over union of 0.5 up; tables that one reader finds alone are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.extract import corpus
from bench.extract.result import Result, columns
from bench.extract.scores import overlap
from core.records import Box

SAME_PLACE = 0.5
COUNTS = (
    "both", "default", "unshaded", "joined", "whole", "peer_alone", "ours_alone", "frames",
)  # fmt: skip

Rows = list[list[str]]


def without_blank(rows: Sequence[Sequence[str | None]]) -> Rows:
    """Return a grid's texts without white space and without empty rows and columns."""
    texts = [["".join((text or "").split()) for text in row] for row in rows]
    texts = [row for row in texts if any(row)]
    kept = [i for i, column in enumerate(zip(*texts, strict=True)) if any(column)]
    return [[row[i] for i in kept] for row in texts]


def shape(rows: Rows) -> tuple[int, int]:
    """Return rows and columns of a grid."""
    return len(rows), len(rows[0]) if rows else 0


def same_cells(one: Rows, two: Rows) -> bool:
    """Tell whether two grids hold the same texts, blanks and places aside."""
    first = Counter(text for row in one for text in row if text)
    return first == Counter(text for row in two for text in row if text)


@dataclass
class Tally:
    """How tables agree: counts of tables, and the ones that do not."""

    both: int = 0
    default: int = 0
    unshaded: int = 0
    joined: int = 0
    whole: int = 0  # parts of tables that the project takes whole
    peer_alone: int = 0
    ours_alone: int = 0
    frames: int = 0
    losses: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the tables that both find which are equal."""
        return (self.default + self.unshaded + self.joined) / self.both if self.both else 1.0

    def add(self, other: Tally) -> None:
        """Add the counts of another tally."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


Own = tuple[Box, Rows]


def compare_page(
    own: list[Own],
    peers: list[corpus.PeerTable],
    unshaded: list[corpus.PeerTable],
    tally: Tally,
    aligned: Sequence[Box] = (),
) -> list[str]:
    """Compare the tables of one page; return what differs.

    `own` are boxes with texts without blanks, `peers` and `unshaded` pdfplumber's tables on the
    page as it is and on the page without shading. `aligned` are the places of tables that the
    project found by alignment.
    """
    losses = []
    matched: set[int] = set()
    for table in peers:
        rows = without_blank(table.rows)
        if shape(rows)[1] < 2:
            tally.frames += 1
            continue
        places = [(overlap(box, table.box), i) for i, (box, _) in enumerate(own)]
        best, index = max(places, default=(0.0, -1))
        at = f"{_size(rows)} at {_place(table.box)}"
        if best < SAME_PLACE and any(_inside(table.box, box) >= SAME_PLACE for box in aligned):
            tally.whole += 1
            continue
        if best < SAME_PLACE:
            tally.peer_alone += 1
            losses.append(f"pdfplumber alone {at}: {rows[0][:4]}, nearest of ours {best:.2f}")
            continue
        matched.add(index)
        tally.both += 1
        others = [
            without_blank(other.rows)
            for other in unshaded
            if overlap(other.box, table.box) >= SAME_PLACE
        ]
        verdict = _compared(own[index][1], rows, others, tally)
        if verdict:
            losses.append(f"{verdict}, ours {_size(own[index][1])} for {at}")
    tally.ours_alone += len(own) - len(matched)
    return losses


def _compared(own: Rows, rows: Rows, others: list[Rows], tally: Tally) -> str:
    """Count one table; return what is to be said of it, or nothing."""
    if shape(own) == shape(rows):
        tally.default += 1
        return ""
    if any(shape(own) == shape(other) for other in others):
        tally.unshaded += 1
        return ""
    if any(same_cells(own, other) for other in (rows, *others)):
        tally.joined += 1
        return "same cells"
    return "SHAPE DIFFERS" + "".join(f" (unshaded {_size(o)})" for o in others if o != rows)


def _inside(part: Box, box: Box) -> float:
    """Return how much of the first box lies in the second, 0 to 1."""
    width = min(part[2], box[2]) - max(part[0], box[0])
    height = min(part[3], box[3]) - max(part[1], box[1])
    area = (part[2] - part[0]) * (part[3] - part[1])
    return max(0.0, width) * max(0.0, height) / area if area else 0.0


def _size(rows: Rows) -> str:
    return "x".join(str(side) for side in shape(rows))


def _place(box: Box) -> str:
    return "/".join(f"{side:.0f}" for side in box)


def _compare_file(path: Path, tally: Tally) -> None:
    tables = corpus.ours(path).tables
    for number, page in enumerate(corpus.peer(path), start=1):
        own = [
            (table.box, without_blank([[cell.text for cell in row] for row in table.rows]))
            for table in tables
            if table.page == number and table.box is not None and not table.aligned
        ]
        aligned = [t.box for t in tables if t.page == number and t.box is not None and t.aligned]
        for text in compare_page(own, page.tables, page.unshaded, tally, aligned):
            tally.losses.append(f"{path.name} page {number}: {text}")


def measure(result: Result) -> None:
    """Add the shares of each folder to a result, and the tables that differ."""
    rows: list[tuple[str | float, ...]] = []
    whole = Tally()
    for folder, paths in corpus.folders().items():
        tally = Tally()
        for path in paths:
            _compare_file(path, tally)
        rows.append((folder, tally.share, *(getattr(tally, name) for name in COUNTS)))
        result.losses += tally.losses
        whole.add(tally)
    rows.append(("all", whole.share, *(getattr(whole, name) for name in COUNTS)))
    result.note("shape.equal", whole.share)
    found = whole.both + whole.whole
    every = found + whole.peer_alone
    result.note("shape.found", found / every if every else 1.0)
    head = ("folder", "equal", *(name.replace("_", " ") for name in COUNTS))
    result.lines += ["", *columns(head, rows)]
