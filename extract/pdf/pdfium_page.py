"""Characters, paths and pictures of one page as PDFium interprets it.

Per character three calls go to PDFium (code point, box, text object); all that characters of one
text object share is asked once. What most fonts call their ascent says little of their ink: boxes
are of one height around the baseline, which holds the ink of Latin letters, and reach further for
letters that do. Fonts that ask for more room than that get it.
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np
from pypdfium2 import raw

from core.records import Box
from extract.pdf import calls
from extract.pdf.content import (
    UNREADABLE,
    Content,
    DamagedPage,
    Floats,
    Glyphs,
    Numbers,
    Shape,
    Style,
    Styles,
    View,
    no_glyphs,
)
from extract.pdf.pdfium_paths import IDENTITY, Matrix, PathReader, applied, joined
from extract.pdf.vertical import DOWNWARDS, turn_of, with_columns

_MOST_OBJECTS = 400_000  # of a page; more, and the rest of its paths is left out, with an issue
_DEEPEST = 12  # forms inside forms
_NOT_DRAWN = {3, 7}  # text render modes of ISO 32000-1, 9.3.6: invisible, and clipping only
# Of the size, over and under the baseline: all letters, and those with accents.
_ABOVE, _BELOW = 0.76, 0.235
_ROOMY = 1.2  # ascent and descent from which an embedded font's own are taken
_FAR_ABOVE, _FAR_BELOW = 1.06, 0.35
_DEEPEST_FONT = 0.4
_OVERHANG = 0.07  # of the size: a letter's ink may reach so far over its neighbours
_SILENT_ANNOTATIONS = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_WIDGET}
_NO_WIDTH = 0.01  # points; PDFium's text page leaves out objects that are narrower
_LEAST_COLUMN = 1.0  # points
_OFF_BASELINE = 0.3  # of the size: characters that begin further off it stand in a column
_NAME = 16  # bytes enough for the name of a mark that matters
_OPTIONAL = "OC".encode("utf-16-le")
_OPTIONAL_LENGTH = 6  # with the two bytes at its end
# The places in symbol fonts of what word processors set as bullets and ticks.
_SYMBOLS = {0xF02D: 0x2D, 0xF0B7: 0x2022, 0xF0A7: 0x25AA, 0xF0D8: 0x27A2, 0xF0FC: 0x2713}
_BLANK = 32
_BOX = 16  # bytes of a FS_RECTF
_HYPHEN = 2  # PDFium's code for a hyphen at a line's end
_LAST_BEFORE_SURROGATES, _FIRST_AFTER = 0xD7FF, 0xE000


@dataclass
class _Walk:
    """What a walk over the page's objects finds."""

    order_of: dict[int, int] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)
    crowded: bool = False


def _matrix(place: int) -> Matrix:
    found = (ctypes.c_float * 6)()
    if not calls.matrix_of(place, ctypes.addressof(found)):
        return IDENTITY
    a, b, c, d, e, f = found
    return a, b, c, d, e, f


def _objects(page: int, count: int) -> Iterator[tuple[int, int, Matrix]]:
    """Yield address, type and the matrix around it of each object, in the order of drawing."""

    def inside(parent: int, number: int, get: Any, around: Matrix, depth: int) -> Any:
        for index in range(number):
            place = get(parent, index)
            if not place:
                continue
            kind = calls.type_of(place)
            yield place, kind, around
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                children = raw.FPDFFormObj_CountObjects(calls.as_object(place))
                outer = joined(_matrix(place), around)
                yield from inside(place, max(0, children), calls.form_object, outer, depth + 1)

    yield from inside(page, count, calls.page_object, IDENTITY, 0)


def _corners(matrix: Matrix) -> Box:
    """Return the box of the unit square that an image fills."""
    points = [applied(matrix, x, y) for x in (0, 1) for y in (0, 1)]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _walked(page: Any, view: View) -> _Walk:
    walk = _Walk()
    paths = PathReader(view)
    count = raw.FPDFPage_CountObjects(page)
    for order, (place, kind, around) in enumerate(_objects(calls.address(page), count)):
        if order >= _MOST_OBJECTS:
            walk.crowded = True
            break
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            walk.order_of[place] = order
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            walk.shapes += paths.read(place, joined(_matrix(place), around), order)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            corners = np.array([_corners(joined(_matrix(place), around))])
            box: Box = tuple(view.boxes(corners)[0].tolist())
            walk.shapes.append(Shape("image", box, order))
    walk.crowded = walk.crowded or paths.crowded
    walk.shapes += _annotations(page, view)
    return walk


def _annotations(page: Any, view: View) -> Iterator[Shape]:
    """Yield what annotations draw over the page: notes, stamps, and marks for redaction."""
    for index in range(max(0, raw.FPDFPage_GetAnnotCount(page))):
        note = raw.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        hidden = raw.FPDFAnnot_GetFlags(note) & (raw.FPDF_ANNOT_FLAG_HIDDEN | 0x20)
        place = raw.FS_RECTF()
        if (
            not hidden
            and raw.FPDFAnnot_GetSubtype(note) not in _SILENT_ANNOTATIONS
            and raw.FPDFAnnot_GetRect(note, place)
        ):
            corners = view.points([(place.left, place.bottom), (place.right, place.top)])
            (left, right), (top, bottom) = (sorted(pair) for pair in zip(*corners, strict=True))
            box = (left, top, right, bottom)
            yield Shape("annotation", box, _MOST_OBJECTS + index, fill=True)
        raw.FPDFPage_CloseAnnot(note)


@dataclass(frozen=True)
class _Font:
    """A font's name and the room it needs over and under the baseline, in parts of its size."""

    name: str
    above: float
    below: float


class _TextReader:
    """Reads the characters of one text page."""

    def __init__(self, textpage: Any, walk: _Walk, view: View) -> None:
        self.textpage, self.walk, self.view = textpage, walk, view
        self.styles: list[Style] = []
        # Of each style: its baseline, nan where it is not level, and what it needs above and below.
        self.bases: list[tuple[float, float, float]] = []
        self._source = calls.address(textpage)
        self._fonts: dict[int, _Font] = {0: _Font("", _ABOVE, _BELOW)}
        self._matrix = (ctypes.c_float * 6)()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._origin_at = ctypes.addressof(self._x), ctypes.addressof(self._y)
        self._name = ctypes.create_string_buffer(_NAME)
        self._length = ctypes.c_ulong()
        self._colour = (ctypes.c_uint * 4)()
        at = ctypes.addressof(self._colour)
        self._colour_at = [at, at + 4, at + 8, at + 12]

    def _font(self, place: int) -> _Font:
        key = calls.font_of(place) or 0 if place else 0
        if key not in self._fonts:
            self._fonts[key] = _read_font(raw.FPDFTextObj_GetFont(calls.as_object(place)))
        return self._fonts[key]

    def _light(self, index: int) -> float | None:
        if not calls.colour_at(self._source, index, *self._colour_at):
            return None
        red, green, blue, _ = self._colour
        return (0.299 * red + 0.587 * green + 0.114 * blue) / 255

    def style(self, index: int, place: int) -> None:
        """Add the style of the text object that a character belongs to."""
        calls.matrix_at(self._source, index, ctypes.addressof(self._matrix))
        a, b, c, d, _, base = self._matrix
        size = abs(calls.size_at(self._source, index) * math.hypot(c, d))
        font = self._font(place)
        downwards = bool(place) and self._is_vertical(index, size)
        self.styles.append(
            Style(
                order=self.walk.order_of.get(place, 0),
                size=size,
                font=font.name,
                turn=turn_of(a, b, self.view.turn + DOWNWARDS * downwards),
                light=self._light(index),
                invisible=bool(place) and calls.mode_of(place) in _NOT_DRAWN,
                switched=bool(place) and self._is_switched(place),
            )
        )
        level = abs(b) < 1e-6 * abs(a) and d > 0 and not downwards
        self.bases.append((base if level else math.nan, font.above * size, font.below * size))

    def _is_vertical(self, index: int, size: float) -> bool:
        """Tell whether a character's font is of the vertical writing mode.

        Its origin lies aside of where its text object begins (ISO 32000-1, 9.7.4.3); that of any
        other character lies on the baseline.
        """
        a, b, _, _, x, y = self._matrix
        length = math.hypot(a, b)
        if not length or not calls.origin_at(self._source, index, *self._origin_at):
            return False
        across = a * (self._y.value - y) - b * (self._x.value - x)
        return abs(across) > _OFF_BASELINE * size * length

    def _is_switched(self, place: int) -> bool:
        """Tell whether an object stands in optional content (ISO 32000-1, 8.11)."""
        for number in range(calls.count_marks(place)):
            mark = calls.mark_of(place, number)
            calls.name_of(mark, ctypes.addressof(self._name), _NAME, ctypes.addressof(self._length))
            if self._length.value == _OPTIONAL_LENGTH and self._name.raw[:4] == _OPTIONAL:
                return True
        return False

    def glyphs(self) -> Glyphs:
        """Return the characters of the page; raise `DamagedPage` where the library drops some."""
        count = raw.FPDFText_CountChars(self.textpage)
        if count <= 0:
            return no_glyphs()
        # `map` calls the library without a step of the interpreter for each character
        every = repeat(self._source)
        codes = np.fromiter(map(calls.unicode_of, every, range(count)), np.int64, count)
        buffer = (ctypes.c_float * (4 * count))()
        base = ctypes.addressof(buffer)
        places = range(base, base + _BOX * count, _BOX)
        deque(map(calls.loose_box, every, range(count), places), maxlen=0)
        corners = np.frombuffer(buffer, dtype=np.float32).reshape(count, 4).astype(np.float64)
        _spread_ligatures(corners, codes)
        drawn = np.ones(count, dtype=np.bool_)
        blanks = np.flatnonzero(codes <= 32)
        made = map(calls.is_generated, every, blanks.tolist())
        drawn[blanks] = np.fromiter(made, np.int64, len(blanks)) != 1
        style_of = self._style_of(count)
        boxes = self._boxes(corners, codes, style_of)
        keep = (codes != 10) & (codes != 13)
        return with_columns(
            Glyphs(
                _readable(codes)[keep],
                boxes[keep],
                Styles(self.styles),
                style_of[keep],
                drawn[keep],
            )
        )

    def _style_of(self, count: int) -> Numbers:
        places = map(calls.object_of, repeat(self._source), range(count))
        objects = np.fromiter(places, np.uint64, count)
        starts = np.concatenate(([0], np.flatnonzero(objects[1:] != objects[:-1]) + 1))
        numbers: dict[int, int] = {}
        made: list[int] = []
        for start, place in zip(starts.tolist(), objects[starts].tolist(), strict=True):
            number = numbers.get(place)
            if number is None:
                number = numbers[place] = len(self.styles)
                self.style(start, place)
            made.append(number)
        if any(_is_dropped(place) for place in self.walk.order_of.keys() - numbers.keys()):
            raise DamagedPage("text in columns whose font is not embedded")
        return np.repeat(np.array(made, dtype=np.int64), np.diff(np.append(starts, count)))

    def _boxes(self, corners: Floats, codes: Any, style_of: Any) -> Floats:
        """Return boxes as shown from PDFium's left, top, right, bottom."""
        left, right = np.sort(corners[:, [0, 2]], axis=1).T
        bottom, top = np.sort(corners[:, [1, 3]], axis=1).T
        size = np.array([style.size for style in self.styles])[style_of]
        base, above, below = np.array(self.bases)[style_of].T
        # a rise, or a line of its own, can lie apart from the object's place
        near = (bottom - 0.5 * size < base) & (base < top)
        far = (codes > 0xBF) & (codes < 0x2000)
        most_above = np.maximum(above, _FAR_ABOVE * size)
        most_below = np.maximum(below, _FAR_BELOW * size)
        high = base + np.where(far, np.clip(top - base, above, most_above), above)
        low = base - np.where(far, np.clip(base - bottom, below, most_below), below)
        follows = (style_of[1:] == style_of[:-1]) & (left[1:] > left[:-1]) & near[1:]
        right[:-1] = np.where(
            follows, np.minimum(right[:-1], left[1:] + _OVERHANG * size[1:]), right[:-1]
        )
        begins = follows & (codes[:-1] == _BLANK)
        left[1:] = np.where(
            begins, np.maximum(left[1:], right[:-1] - _OVERHANG * size[1:]), left[1:]
        )
        rows = np.stack((left, np.where(near, low, bottom), right, np.where(near, high, top)))
        return self.view.boxes(rows.T)


def _is_dropped(place: int) -> bool:
    """Tell a column of text from blanks; PDFium leaves out objects that have no width.

    A column has none where its font is not embedded and the system has none to show it by.
    """
    left, low, right, high = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(calls.as_object(place), left, low, right, high):
        return False
    a, b = _matrix(place)[:2]
    across, along = abs(right.value - left.value), abs(high.value - low.value)
    if abs(b) > abs(a):
        across, along = along, across
    return across < _NO_WIDTH and along > _LEAST_COLUMN


def _spread_ligatures(corners: Floats, codes: Any) -> None:
    """Give each letter of a ligature its part of the one box that PDFium gives to all of them."""
    same = np.zeros(len(corners) + 1, dtype=np.bool_)
    same[1:-1] = (corners[1:] == corners[:-1]).all(axis=1) & (codes[1:] > 32) & (codes[:-1] > 32)
    starts = np.flatnonzero(same[1:] & ~same[:-1])
    ends = np.flatnonzero(same[:-1] & ~same[1:]) + 1
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        left, _, right, _ = corners[start]
        edges = np.linspace(left, right, end - start + 1)
        corners[start:end, 0], corners[start:end, 2] = edges[:-1], edges[1:]


def _readable(codes: Any) -> Any:
    codes = np.where(codes == _HYPHEN, ord("-"), codes)
    odd = (codes < 9) | ((codes > 13) & (codes < 32)) | (codes > 0x10FFFF) | (codes == 0xFFFE)
    surrogate = (codes > _LAST_BEFORE_SURROGATES) & (codes < _FIRST_AFTER)
    for private, meant in _SYMBOLS.items():
        codes = np.where(codes == private, meant, codes)
    return np.where(odd | surrogate, UNREADABLE, codes)


def _read_font(handle: Any) -> _Font:
    buffer = ctypes.create_string_buffer(256)
    raw.FPDFFont_GetBaseFontName(handle, buffer, 256)
    name = buffer.value.decode("utf-8", "replace")
    ascent, descent = ctypes.c_float(), ctypes.c_float()
    raw.FPDFFont_GetAscent(handle, 1.0, ascent)
    raw.FPDFFont_GetDescent(handle, 1.0, descent)
    room = ascent.value - descent.value
    if room <= _ROOMY or not raw.FPDFFont_GetIsEmbedded(handle):
        return _Font(name, _ABOVE, _BELOW)
    return _Font(
        name, min(ascent.value, _FAR_ABOVE), min(max(-descent.value, _BELOW), _DEEPEST_FONT)
    )


def view_of(page: Any, width: float, height: float) -> View:
    """Return the view of a page; `width` and `height` are those that PDFium draws it in."""
    turn = (raw.FPDFPage_GetRotation(page) % 4) * 90
    box = raw.FS_RECTF()
    if raw.FPDF_GetPageBoundingBox(page, box) and box.right > box.left:
        return View((box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)), turn)
    across, down = (height, width) if turn in (90, 270) else (width, height)
    return View((0.0, 0.0, across, down), turn)


def read_page(number: int, page: Any, textpage: Any, width: float, height: float) -> Content:
    """Return what PDFium finds on an open page.

    `page` and `textpage` are handles of `pypdfium2.raw`, `width` and `height` those of the page
    as shown, in points.
    """
    view = view_of(page, width, height)
    walk = _walked(page, view)
    glyphs = _TextReader(textpage, walk, view).glyphs()
    across, down = view.size
    return Content(number, across, down, glyphs, walk.shapes, walk.crowded)
