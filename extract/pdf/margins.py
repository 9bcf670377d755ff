"""Running heads, footers and page numbers: lines that come again at the same place of pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.records import Page
from core.text import fold
from extract.pdf.layout import Line

_EDGE = 0.12  # of the page's height, at its top and bottom
_LEAST_PAGES = 3
_SAME_PLACE = 12.0  # points
_NUMBER = re.compile(
    r"[\s\-–|]*(?:page|seite|pagina|página|p\.)?\s*\d{1,4}\s*(?:(?:of|/|de|von|sur|di)\s*\d{1,4})?[\s\-–|]*",
    re.IGNORECASE,
)


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", fold(text))


def _at_edge(line: Line, height: float) -> bool:
    return line.box[3] <= _EDGE * height or line.box[1] >= (1 - _EDGE) * height


def find_margins(
    pages: Sequence[Page], lines: Mapping[int, Sequence[Line]]
) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return the places of marginal lines in the text of each page that has some, by its number.

    `lines` are those of each page. A line counts that stands at the upper or lower edge of at least
    three pages in the same height, figures aside; a page number alone at an edge of two.
    """
    seen: dict[str, list[tuple[int, float, Line]]] = {}
    for page in pages:
        for line in lines.get(page.number, ()):
            if not line.in_table and _at_edge(line, page.height):
                at = line.box[1] if line.box[1] < page.height / 2 else line.box[1] - page.height
                seen.setdefault(_key(line.text), []).append((page.number, at, line))
    found: dict[int, list[tuple[int, int]]] = {}
    for alike in seen.values():
        for number, at, line in alike:
            others = {n for n, place, _ in alike if abs(place - at) <= _SAME_PLACE}
            enough = 2 if _NUMBER.fullmatch(line.text) else _LEAST_PAGES
            if len(others) >= enough:
                found.setdefault(number, []).append((line.start, line.end))
    return {number: tuple(sorted(places)) for number, places in found.items()}
