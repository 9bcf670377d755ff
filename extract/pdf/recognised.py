"""Pages without usable text, read from their drawn picture by text recognition.

What it finds is laid out like text that a file states: words and rules on the levelled page become
characters and shapes, so that lines, columns and ruled tables are found by the same means. The
boxes of words are those of the page as shown.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.languages import EU_LANGUAGES, PARTNER_LANGUAGES
from core.records import Box, Word
from extract import ocr
from extract.language import guess_language
from extract.pdf.content import Content, Glyphs, Shape, Style, Styles
from extract.pdf.redaction import Drawing

USUAL_LANGUAGES = ("en", "fr", "de", "es", "it")
_BLANK = 32
_STROKES = frozenset("|¦")
_NEAR = 4.0  # points between a stroke and the rule that it is


@dataclass
class Recogniser:
    """Reads pictures of pages within a budget of time; `language` is the document's, if known.

    `used` is what they have taken so far, in seconds.
    """

    language: str | None = None
    seconds: float | None = None
    used: float = 0.0
    _begun: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> bool:
        """Whether the time is up."""
        return self.seconds is not None and time.monotonic() - self._begun > self.seconds

    @property
    def availability(self) -> ocr.Availability:
        """Which of the languages in question can be read, and what to install for the others."""
        return ocr.available(USUAL_LANGUAGES if self.language is None else (self.language,))

    def read(self, content: Content, drawing: Drawing) -> ocr.OcrPage | None:
        """Return what a page's picture shows, None where it cannot be drawn or nothing is found.

        Raises `ocr.OcrFault` where text recognition itself fails.
        """
        begun = time.monotonic()
        try:
            return self._read(content, drawing)
        finally:
            self.used += time.monotonic() - begun

    def _read(self, content: Content, drawing: Drawing) -> ocr.OcrPage | None:
        scale = ocr.best_scale(content.width, content.height)
        pixels = drawing.page(content.number, scale)
        if pixels is None:
            return None
        first = self.language or "en"
        page = ocr.read_page(pixels, scale=scale, languages=(first,))
        if page is None or self.language is not None:
            return page
        guess = guess_language(page.text)
        if guess is None or guess == first or guess not in ocr.available((guess,)).languages:
            return page
        again = ocr.read_page(pixels, scale=scale, languages=(guess,))
        return again if again is not None and again.confidence >= page.confidence else page


def _is_rule(text: str, box: Box, rules: Sequence[Box]) -> bool:
    """Tell a ruling line that was taken for a stroke of writing."""
    middle, height = (box[0] + box[2]) / 2, box[3] - box[1]
    return _STROKES.issuperset(text) and any(
        x1 - x0 < 1 and abs(x0 - middle) < _NEAR and top < box[3] - height / 2 < bottom
        for x0, top, x1, bottom in rules
    )


def content_of(page: ocr.OcrPage, number: int) -> Content:
    """Return a recognised page as characters and rules, upright and level."""
    codes: list[int] = []
    corners: list[Box] = []
    style_of: list[int] = []
    styles: list[Style] = []
    tallest: dict[int, float] = {}
    for word, (_, top, _, bottom) in zip(page.words, page.upright.boxes, strict=True):
        tallest[word.line] = max(tallest.get(word.line, 0.0), bottom - top)
    for word, box in zip(page.words, page.upright.boxes, strict=True):
        if _is_rule(word.text, box, page.upright.rules):
            continue
        x0, top, x1, bottom = box
        edges = np.linspace(x0, x1, len(word.text) + 1).tolist()
        for letter, left, right in zip(word.text, edges, edges[1:], strict=False):
            codes.append(ord(letter))
            corners.append((left, top, right, bottom))
        codes.append(_BLANK)
        corners.append((x1, top, x1, bottom))
        style_of += [len(styles)] * (len(word.text) + 1)
        styles.append(Style(order=0, size=tallest[word.line]))
    count = len(codes)
    glyphs = Glyphs(
        np.array(codes, dtype=np.int64),
        np.array(corners, dtype=np.float64).reshape(count, 4),
        Styles(styles),
        np.array(style_of, dtype=np.int64),
        np.ones(count, dtype=np.bool_),
    )
    shapes = [Shape("line", rule, 0, sides=(rule,), stroke=True) for rule in page.upright.rules]
    return Content(number, page.upright.width, page.upright.height, glyphs, shapes)


def on_page(words: Sequence[Word], page: ocr.OcrPage) -> tuple[Word, ...]:
    """Return laid-out words with their boxes on the page as shown and their confidence."""
    sure = {
        (round(box[0], 1), round(box[1], 1)): word.confidence
        for word, box in zip(page.words, page.upright.boxes, strict=True)
    }
    made = []
    for word in words:
        box = page.to_page((word.x0, word.top, word.x1, word.bottom))
        x0, top, x1, bottom = (round(side, 2) for side in box)
        confidence = sure.get((round(word.x0, 1), round(word.top, 1)), page.confidence)
        made.append(Word(word.start, word.end, x0, top, x1, bottom, round(confidence, 2)))
    return tuple(made)


def known_language(code: str | None) -> str | None:
    """Return a language that a source states, where it is one that documents come in."""
    return code if code in EU_LANGUAGES or code in PARTNER_LANGUAGES else None
