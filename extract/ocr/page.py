"""From the picture of a page to its words and ruling lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from extract.ocr.blackened import without_black
from extract.ocr.engine import Engine, ReadWord, engine
from extract.ocr.grain import without_grain
from extract.ocr.ink import mean_of
from extract.ocr.leftover import with_leftovers
from extract.ocr.order import reading_order
from extract.ocr.records import OcrPage, OcrWord, Upright
from extract.ocr.rules import find_rules
from extract.ocr.tilt import densest, find_skew, lines_run, text_ink
from extract.ocr.turn import Box, Grey, Turn, levelled, quartered

DPI = 300  # what Tesseract's data were trained for
MAX_PIXELS = 20_000_000  # A3 at 300 dpi has 17.4 million; Tesseract needs some 6 bytes for each
_FLOOR = 0.3  # confidence: of ten words under it nine are wrong
_POOR = 0.7  # confidence of a page under which it may lie wrong: upside down gives 0.3 to 0.5
_PROBE = 140.0  # points: the side of the square that is tried in several directions
_TURNS: dict[str, tuple[int, ...]] = {"standing": (1, 3), "unclear": (0, 1, 2, 3)}
_FEWEST = 8  # dots of ink for Tesseract to be asked
_LIGHT = 0.03  # of a word's box at least is paper
_DASH = 4.0  # points: what is no higher may be all ink
_PAPER = 128  # grey level from which a pixel may be paper
_NEGATIVE = 96  # median grey level under which, blackened boxes aside, letters are the lighter part
_EVERY = 8  # pixels of which one is looked at for that
_CONTRAST = 60  # grey levels between ink and dark paper


def best_scale(width: float, height: float) -> float:
    """Return the pixels to the point at which to draw a page of this size in points for reading.

    300 dpi, less for pages so large that the picture would pass `MAX_PIXELS`.
    """
    area = max(width * height, 1.0)
    return float(min(DPI / 72, (MAX_PIXELS / area) ** 0.5))


def read_page(
    pixels: Grey, *, scale: float, languages: Sequence[str], seconds: float = 60.0
) -> OcrPage | None:
    """Read the picture of a page.

    `pixels` is an array of grey levels, row by row from the top, 0 for black, `scale` its pixels
    to the point (see `best_scale`); `languages` are ISO 639-1, the likeliest first, each further
    one takes time; `seconds` bounds each of Tesseract's runs. A page may lie on its side or head
    and slope by up to 10 degrees. Words on blackened ground or that Tesseract doubts are left out.

    Returns None where Tesseract or the data of all these languages is absent: `available` says
    what to install. Raises `OcrFault` where the data cannot be loaded, and `ValueError` for an
    array of another shape or kind.
    """
    if pixels.ndim != 2 or pixels.dtype != np.uint8 or not pixels.size:
        raise ValueError("pixels must be a two-dimensional array of unsigned bytes")
    if not scale > 0:
        raise ValueError(f"scale must be over 0, got {scale}")
    reader = engine(languages)
    if reader is None:
        return None
    step = int(np.ceil((pixels.size / MAX_PIXELS) ** 0.5))
    return _Reading(reader, mean_of(pixels, step), scale / step, seconds).page()


class _Reading:
    """One picture on its way to a page: cleaned and levelled, its ink, then turned by quarters."""

    def __init__(self, reader: Engine, pixels: Grey, scale: float, seconds: float) -> None:
        self.reader, self.pixels, self.scale, self.seconds = reader, pixels, scale, seconds
        self.dpi = round(scale * 72)
        clean, self.black = without_black(without_grain(pixels), scale)
        if np.median(clean[::_EVERY, ::_EVERY]) < _NEGATIVE:
            clean = np.asarray(255 - clean, np.uint8)
        self.ink, self.step = text_ink(clean, scale)
        self.skew = find_skew(self.ink)
        self.level = levelled(clean, self.skew)
        if self.skew:
            self.ink, _ = text_ink(self.level, scale)

    def page(self) -> OcrPage:
        run = lines_run(self.ink, self.scale / self.step)
        quarters = 0 if run == "across" else self._best(_TURNS[run])
        picture = quartered(self.level, quarters)
        words, complete = self._read(picture)
        if run == "across" and words and _confidence(words) < _POOR:
            other = self._best(_TURNS["unclear"])
            if other:
                quarters, picture = other, quartered(self.level, other)
                words, complete = self._read(picture)
        return self._page(quarters, picture, words, complete=complete)

    def _read(self, picture: Grey) -> tuple[list[ReadWord], bool]:
        if int(np.count_nonzero(self.ink)) < _FEWEST:
            return [], True
        return self.reader.read(picture, self.dpi, "page", self.seconds)

    def _line(self, part: Grey) -> list[ReadWord]:
        return self.reader.read(part, self.dpi, "line", self.seconds)[0]

    def _best(self, turns: Sequence[int]) -> int:
        """Return the clockwise quarter turns after which the densest part reads best."""
        rows, columns = densest(self.ink, round(_PROBE * self.scale / self.step))
        step = self.step
        part = self.level[
            rows.start * step : rows.stop * step, columns.start * step : columns.stop * step
        ]
        return max(turns, key=lambda quarters: self._score(quartered(part, quarters)))

    def _score(self, part: Grey) -> float:
        words, _ = self.reader.read(part, self.dpi, "block", self.seconds)
        # The square makes doubt weigh more than the greater number of what is read wrong.
        return sum(len(word.text) * word.confidence**2 for word in words)

    def _page(
        self, quarters: int, picture: Grey, words: list[ReadWord], *, complete: bool
    ) -> OcrPage:
        scale, skew = self.scale, self.skew
        high, wide = self.pixels.shape
        in_pixels = Turn(wide, high, quarters, skew)
        turn = Turn(wide / scale, high / scale, quarters, skew)
        rules = find_rules(picture, scale, lambda box: self.black.share(in_pixels.to_page(box)))
        ink = text_ink(picture, scale) if quarters else (self.ink, self.step)
        words = with_leftovers(words, picture, ink, scale, self._line)
        sound = [word for word in words if self._sound(word, picture, in_pixels)]
        kept = [word for word in sound if word.confidence >= _FLOOR]
        ordered = reading_order(kept, rules, scale)
        boxes = tuple(_points(word.box, scale) for word in ordered)
        lines = tuple(_points(rule, scale) for rule in rules)
        width, height = turn.upright_size
        return OcrPage(
            words=tuple(
                OcrWord(word.text, *turn.to_page(box), word.confidence, word.line)
                for word, box in zip(ordered, boxes, strict=True)
            ),
            rules=tuple(turn.to_page(line) for line in lines),
            rotation=90 * quarters,
            skew=skew,
            confidence=_confidence(ordered),
            upright=Upright(width, height, boxes, lines),
            turn=turn,
            doubtful=len(sound) - len(kept),
            complete=complete,
        )

    def _sound(self, word: ReadWord, picture: Grey, turn: Turn) -> bool:
        """Whether a word stands on paper, not on blackened ground."""
        if self.black.covers(turn.to_page(word.box)):
            return False
        x0, top, x1, bottom = (round(side) for side in word.box)
        if bottom - top <= _DASH * self.scale or x1 - x0 <= _DASH * self.scale:
            return True
        ground = picture[top:bottom, x0:x1]
        if not ground.size:
            return False
        light = float((ground >= _PAPER).mean()) >= _LIGHT
        return light or int(ground.max()) - int(ground.min()) >= _CONTRAST


def _points(box: Box, scale: float) -> Box:
    return box[0] / scale, box[1] / scale, box[2] / scale, box[3] / scale


def _confidence(words: Sequence[ReadWord]) -> float:
    """Return the mean confidence over characters, 0 for no words."""
    characters = sum(len(word.text) for word in words)
    return sum(len(word.text) * word.confidence for word in words) / characters if words else 0.0
