"""The ground truth of the ICDAR 2013 table competition, as its XML files state it.

`NAME-str.xml` holds the cells of each table region: page, first and last row and column, text.
`NAME-reg.xml` holds the regions' boxes, in points from the bottom left of the page. Format:
competition-entry-structure-model.xsd and competition-entry-region-model.xsd of the competition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

from bench.extract.scores import GridText
from core.records import Box


@dataclass(frozen=True)
class Region:
    """A table, or the part of one that stands on one page."""

    page: int
    cells: list[GridText]


def _root(path: Path) -> Element:
    root = parse(path).getroot()
    if root is None:
        raise ValueError(f"{path.name} is empty; fetch the truth files again.")
    return root


def _cell(element: Element) -> GridText:
    row, column = int(element.attrib["start-row"]), int(element.attrib["start-col"])
    text = "".join(content.text or "" for content in element.iter("content"))
    return GridText(
        text,
        row,
        column,
        int(element.get("end-row", row)),
        int(element.get("end-col", column)),
    )


def read_cells(path: Path) -> list[Region]:
    """Return the table regions of a `-str.xml` file with their cells."""
    return [
        Region(int(region.attrib["page"]), [_cell(cell) for cell in region.iter("cell")])
        for region in _root(path).iter("region")
    ]


def read_boxes(path: Path, heights: dict[int, float]) -> Iterator[tuple[int, Box]]:
    """Yield page and box of each region of a `-reg.xml` file, in points from the top left.

    `heights` are the heights of the pages, by number.
    """
    for region in _root(path).iter("region"):
        page = int(region.attrib["page"])
        for box in region.iter("bounding-box"):
            x0, low, x1, high = (float(box.attrib[name]) for name in ("x1", "y1", "x2", "y2"))
            yield page, (x0, heights[page] - high, x1, heights[page] - low)
