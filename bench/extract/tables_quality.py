"""Cells of tables against the truth of ICDAR 2013, ours and plain pdfplumber's.

Two scores, both of multisets matched within a page, so that a text found on another page is wrong:

- cells: texts must be equal, each run of white space as one blank. Empty cells do not count.
- relations: pairs of neighbouring cells in the classic comparison (see `scores.relations`), which
  sees rows, columns and merged cells, and no blanks. The rows of a found table do not say which
  cells are merged, so a merged cell is found in one place only, for both readers.

All tables of a file count for precision, on pages without a table of the truth as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.extract import corpus, table_shapes
from bench.extract.result import Result, columns
from bench.extract.scores import (
    GridText,
    Score,
    cell_texts,
    compare,
    from_rows,
    overlap,
    relations,
)
from bench.extract.truth import read_boxes, read_cells
from core.records import Box

EXAMPLES = 8  # cells listed of a page
LEAST = 3  # characters that tell one text from another
SAME_PLACE = 0.5  # intersection over union of a region and the table found for it

Grids = dict[int, list[list[GridText]]]  # by page, the cells of each table


def truth_grids(path: Path) -> Grids:
    """Return the true tables of a PDF from the file beside it."""
    grids: Grids = {}
    for region in read_cells(path.with_name(f"{path.stem}-str.xml")):
        grids.setdefault(region.page, []).append(region.cells)
    return grids


def our_grids(path: Path) -> Grids:
    """Return the tables of a PDF as the project reads it."""
    grids: Grids = {}
    for table in corpus.ours(path).tables:
        rows = [[cell.text for cell in row] for row in table.rows]
        grids.setdefault(table.page, []).append(from_rows(rows))
    return grids


def peer_grids(path: Path) -> Grids:
    """Return the tables of a PDF as plain pdfplumber finds them."""
    return {
        number: [from_rows(table.rows) for table in page.tables]
        for number, page in enumerate(corpus.peer(path), start=1)
    }


def _texts(tables: list[list[GridText]]) -> list[str]:
    return [text for cells in tables for text in cell_texts(cells)]


def _pairs(tables: list[list[GridText]]) -> list[tuple[str, str, str]]:
    return [pair for cells in tables for pair in relations(cells)]


def score_cells(truth: Grids, found: Grids) -> Score:
    """Return how many cells agree, page by page."""
    return _scored(truth, found, _texts)


def score_relations(truth: Grids, found: Grids) -> Score:
    """Return how many relations of neighbours agree, page by page."""
    return _scored(truth, found, _pairs)


def _scored(
    truth: Grids, found: Grids, things: Callable[[list[list[GridText]]], Sequence[Hashable]]
) -> Score:
    pages = sorted(truth.keys() | found.keys())
    scores = (compare(things(truth.get(p, [])), things(found.get(p, []))) for p in pages)
    return sum(scores, Score())


@dataclass
class Wrong:
    """The cells of a page that do not agree, sorted by what seems to have happened."""

    blanks: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    parted: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = {name: items for name, items in vars(self).items() if items}
        return "; ".join(f"{name} {len(items)} {items[:EXAMPLES]}" for name, items in kinds.items())


def explain(truth: list[str], found: list[str]) -> Wrong:
    """Sort the true texts that were not found, and the found ones that are not true.

    `blanks`: only blanks differ; `joined`: the text stands inside a larger cell; `parted`: a
    piece of it is a cell; `missing`: nothing of it; `added`: found cells that none of this names.
    """
    lost = list((Counter(truth) - Counter(found)).elements())
    extra = list((Counter(found) - Counter(truth)).elements())
    wrong = Wrong()
    bare = {text.replace(" ", ""): text for text in extra}
    used: set[str] = set()
    for text in lost:
        short = text.replace(" ", "")
        inside = [other for other in bare if len(short) >= LEAST and short in other]
        pieces = [other for other in bare if len(other) >= LEAST and other in short]
        if short in bare:
            wrong.blanks.append(f"{text} | {bare[short]}")
        elif inside:
            wrong.joined.append(f"{text} | {bare[min(inside, key=len)][:60]}")
        elif pieces:
            wrong.parted.append(f"{text[:60]} | {bare[max(pieces, key=len)]}")
        else:
            wrong.missing.append(text[:60])
        used.update((short, *inside, *pieces))
    wrong.added = [text[:60] for text in extra if text.replace(" ", "") not in used]
    return wrong


def regions_found(path: Path, tables: list[tuple[int, Box]]) -> Score:
    """Return how many true regions have a table in their place."""
    heights = {page.number: page.height for page in corpus.ours(path).pages}
    truth = list(read_boxes(path.with_name(f"{path.stem}-reg.xml"), heights))
    right = sum(
        any(number == page and overlap(box, other) >= SAME_PLACE for number, other in tables)
        for page, box in truth
    )
    return Score(len(truth), len(tables), right)


@dataclass
class _File:
    """The scores of one file: ours, then pdfplumber's."""

    name: str
    cells: tuple[Score, Score]
    relations: tuple[Score, Score]
    regions: tuple[Score, Score]

    def row(self) -> tuple[str | float, ...]:
        """Return the file's line in the table."""
        shares: list[float] = []
        for pair in (self.cells, self.relations):
            shares += [share for score in pair for share in (score.recall, score.precision)]
        shares += [score.recall for score in self.regions]
        return (self.name, self.cells[0].expected, *shares)


def _measured(path: Path) -> tuple[_File, list[str]]:
    truth, own, other = truth_grids(path), our_grids(path), peer_grids(path)
    own_places = [(t.page, t.box) for t in corpus.ours(path).tables if t.box is not None]
    other_places = [
        (number, table.box)
        for number, page in enumerate(corpus.peer(path), start=1)
        for table in page.tables
    ]
    scores = _File(
        path.stem,
        (score_cells(truth, own), score_cells(truth, other)),
        (score_relations(truth, own), score_relations(truth, other)),
        (regions_found(path, own_places), regions_found(path, other_places)),
    )
    losses = []
    for page in sorted(truth.keys() | own.keys()):
        wrong = explain(_texts(truth.get(page, [])), _texts(own.get(page, [])))
        if text := str(wrong):
            losses.append(f"{path.name} page {page}: {text}")
    return scores, losses


def measure() -> Result:
    """Return the scores against the truth, and the shapes against pdfplumber's."""
    result = Result("tables")
    paths = [
        path
        for path in corpus.folders().get("tables", [])
        if path.with_name(f"{path.stem}-str.xml").exists()
    ]
    if not paths:
        result.skipped = corpus.NO_FILES
        return result
    files = []
    for path in paths:
        scores, losses = _measured(path)
        files.append(scores)
        result.losses += losses
    whole = _File("all", *(_total(files, name) for name in ("cells", "relations", "regions")))
    for index, reader in enumerate(("ours", "pdfplumber")):
        result.note(f"cells.recall.{reader}", whole.cells[index].recall)
        result.note(f"cells.precision.{reader}", whole.cells[index].precision)
        result.note(f"relations.recall.{reader}", whole.relations[index].recall)
        result.note(f"relations.precision.{reader}", whole.relations[index].precision)
        result.note(f"regions.{reader}", whole.regions[index].recall)
    head = ["file", "cells"]
    for name in ("cell", "rel"):
        head += [f"{name} R", f"{name} P", f"{name} R plumb", f"{name} P plumb"]
    result.lines = columns(
        (*head, "region R", "region R plumb"), [f.row() for f in (*files, whole)]
    )
    table_shapes.measure(result)
    return result


def _total(files: list[_File], name: str) -> tuple[Score, Score]:
    pairs: list[tuple[Score, Score]] = [getattr(file, name) for file in files]
    return sum((p[0] for p in pairs), Score()), sum((p[1] for p in pairs), Score())
