"""What reading a picture gives: words with boxes, ruling lines, how the page had to be turned."""

from __future__ import annotations

from dataclasses import dataclass

from extract.ocr.turn import Box, Turn


@dataclass(frozen=True, slots=True)
class OcrWord:
    """A word as Tesseract read it.

    The box is in points from the top left of the page as shown; `confidence` runs from 0 to 1;
    `line` counts the lines of the page in reading order from 0.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float
    line: int

    @property
    def box(self) -> Box:
        """The box as (x0, top, x1, bottom)."""
        return self.x0, self.top, self.x1, self.bottom


@dataclass(frozen=True)
class Upright:
    """The page turned and levelled as it was read: where lines and tables are to be looked for.

    Sizes are points. `boxes` stand in the order of the words of the page; `rules` are the middle
    lines of ruling lines, so that a horizontal one has `top == bottom`. On a page that was neither
    turned nor askew all of it equals what the page says.
    """

    width: float
    height: float
    boxes: tuple[Box, ...]
    rules: tuple[Box, ...]


@dataclass(frozen=True)
class OcrPage:
    """A page read from its picture.

    `words` are in reading order. `rules` are horizontal and vertical ruling lines as boxes
    (x0, top, x1, bottom) in points of the page as shown; a line of a skewed page has the box of
    its two ends. `rotation` is the clockwise turn (0, 90, 180, 270 degrees) by which the picture
    became readable, `skew` by how many degrees its lines fell to the right after that turn.
    `confidence` is the mean over characters. `doubtful` words were left out because Tesseract
    doubted them; nine of ten are none, so a high number says that a picture or handwriting is
    there. `complete` is False where time ran out.
    """

    words: tuple[OcrWord, ...]
    rules: tuple[Box, ...]
    rotation: int
    skew: float
    confidence: float
    upright: Upright
    turn: Turn
    doubtful: int = 0
    complete: bool = True

    @property
    def text(self) -> str:
        """The words in reading order, a line of the page to a line."""
        lines: dict[int, list[str]] = {}
        for word in self.words:
            lines.setdefault(word.line, []).append(word.text)
        return "\n".join(" ".join(words) for words in lines.values())

    def to_page(self, box: Box) -> Box:
        """Return the box on the page as shown of a box in `upright`, say of a table found there."""
        return self.turn.to_page(box)
