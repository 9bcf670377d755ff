"""What cannot be seen on the drawn page never leaves: covered, invisible and colourless text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from extract.pdf.source import DrawnPage, Thing

DARK = 0.2  # luminance up to which a fill is a black box
LIGHT = 0.97  # luminance from which text cannot be told from paper
SCAN = 0.5  # an image over this share of the page makes an invisible text layer that of a scan
_BOX_SIDE = 4.0  # points; thinner rectangles are rules
_CONTRAST = 24  # of 255: a patch of the drawn page with less shows no character
_MARGIN = 0.15  # of a character's height may stick out of a box that covers it


class Drawing(Protocol):
    """Draws a page when asked: grey levels, `scale` pixels to the point."""

    scale: float

    def page(self, number: int) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
        """Return the drawn page, None where it cannot be drawn."""


@dataclass(frozen=True)
class Seen:
    """The characters that can be seen, how many cannot, and the blackened share of the page."""

    chars: list[Thing]
    hidden: int
    redacted_area: float


def luminance(colour: Any) -> float | None:
    """Return 0 (black) to 1 (white) of a PDF colour in grey, RGB or CMYK; None for a pattern.

    A colour that was never set is black (ISO 32000-1, 8.4.1).
    """
    if colour is None:
        return 0.0
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    if not parts or not all(isinstance(part, int | float) for part in parts):
        return 0.0 if not parts or parts == (None,) else None
    if len(parts) == 1:
        return float(parts[0])
    if len(parts) == 3:
        return float(0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2])
    if len(parts) == 4:
        ink = 0.3 * parts[0] + 0.59 * parts[1] + 0.11 * parts[2] + parts[3]
        return float(max(0.0, 1.0 - ink))
    return None


def _filled(page: DrawnPage) -> list[Thing]:
    rects = [r for r in page.rects if r.get("fill")]
    return [r for r in rects if r["width"] >= _BOX_SIDE and r["height"] >= _BOX_SIDE]


def _covered(page: DrawnPage, chars: list[Thing]) -> list[Thing]:
    """Return the characters that something was drawn over, by box; images count as boxes."""
    boxes = _filled(page) + [i for i in page.images if i["width"] >= _BOX_SIDE]
    inked = [char for char in chars if not char["text"].isspace()]
    if not boxes or not inked:
        return []
    names = ("x0", "top", "x1", "bottom", "order", "height")
    x0, top, x1, bottom, order, height = np.array([[c[n] for n in names] for c in inked]).T
    slack = _MARGIN * height
    under = np.zeros(len(inked), dtype=bool)
    for box in boxes:
        if box["order"] > order[0]:
            under |= (
                (order < box["order"])
                & (x0 >= box["x0"] - slack)
                & (x1 <= box["x1"] + slack)
                & (top >= box["top"] - slack)
                & (bottom <= box["bottom"] + slack)
            )
    return [char for char, hit in zip(inked, under, strict=True) if hit]


def _shows(pixels: np.ndarray[Any, np.dtype[np.uint8]], char: Thing, scale: float) -> bool:
    """Tell whether the patch of the drawn page under a character shows more than one tone."""
    rows = slice(max(0, int(char["top"] * scale)), int(char["bottom"] * scale) + 1)
    columns = slice(max(0, int(char["x0"] * scale)), int(char["x1"] * scale) + 1)
    patch = pixels[rows, columns]
    return bool(patch.size) and int(patch.max()) - int(patch.min()) >= _CONTRAST


def _hidden_by_cover(page: DrawnPage, chars: list[Thing], drawing: Drawing) -> set[int]:
    """Drop what lies under a later box, unless drawing the page shows that it shines through."""
    covered = _covered(page, chars)
    if not covered:
        return set()
    pixels = drawing.page(page.page_number)
    if pixels is None:
        return {id(char) for char in covered}
    return {id(char) for char in covered if not _shows(pixels, char, drawing.scale)}


def _on_paper(page: DrawnPage, char: Thing) -> bool:
    """Tell whether nothing was drawn beneath a character before it."""
    shapes = [*page.rects, *page.curves, *page.images]
    return not any(
        shape["order"] < char["order"]
        and shape["x0"] <= char["x1"]
        and shape["x1"] >= char["x0"]
        and shape["top"] <= char["bottom"]
        and shape["bottom"] >= char["top"]
        for shape in shapes
    )


def _is_scan(page: DrawnPage) -> bool:
    area = max((i["width"] * i["height"] for i in page.images), default=0.0)
    return bool(area >= SCAN * page.view_width * page.view_height)


def _outside(page: DrawnPage, char: Thing) -> bool:
    middle_x, middle_y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return not (0 <= middle_x <= page.view_width and 0 <= middle_y <= page.view_height)


def _never_drawn(page: DrawnPage, chars: list[Thing]) -> set[int]:
    """Find invisible text that no scan explains, text off the page, and white text on paper."""
    scan = _is_scan(page)
    hidden = set()
    for char in chars:
        light = luminance(char["non_stroking_color"])
        if (
            (char["invisible"] and not scan)
            or _outside(page, char)
            or (light is not None and light >= LIGHT and not scan and _on_paper(page, char))
        ):
            hidden.add(id(char))
    return hidden


def _redacted_area(page: DrawnPage, seen: list[Thing]) -> float:
    """Return the share of the page under black boxes that carry no text of their own."""
    width, height = int(page.view_width), int(page.view_height)
    if width <= 0 or height <= 0 or width * height > 100_000_000:
        return 0.0
    black = np.zeros((height, width), dtype=bool)
    for box in _filled(page):
        light = luminance(box.get("non_stroking_color"))
        if light is None or light > DARK or any(_lies_in(char, box) for char in seen):
            continue
        rows = slice(max(0, int(box["top"])), max(0, round(box["bottom"])))
        columns = slice(max(0, int(box["x0"])), max(0, round(box["x1"])))
        black[rows, columns] = True
    return round(float(black.mean()), 4)


def _lies_in(char: Thing, box: Thing) -> bool:
    return bool(
        box["x0"] <= (char["x0"] + char["x1"]) / 2 <= box["x1"]
        and box["top"] <= (char["top"] + char["bottom"]) / 2 <= box["bottom"]
    )


def visible(page: DrawnPage, drawing: Drawing) -> Seen:
    """Return what a reader of the drawn page can see.

    Characters covered by a later box are checked against the drawn page, so that a transparent
    marker does not cost text and dark table headers with white text stay.
    """
    chars = page.chars
    hidden = _never_drawn(page, chars)
    rest = [char for char in chars if id(char) not in hidden]
    hidden |= _hidden_by_cover(page, rest, drawing)
    seen = [char for char in rest if id(char) not in hidden]
    count = sum(1 for char in chars if id(char) in hidden and not char["text"].isspace())
    return Seen(chars=seen, hidden=count, redacted_area=_redacted_area(page, seen))
