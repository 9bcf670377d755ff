"""The second try: pages as pdfminer interprets them, where PDFium fails.

Slower by far; each of the two libraries reads files that the other does not.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice, pairwise
from typing import Any, Literal, TypeAlias

import numpy as np
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage, LTItem, LTLine, LTPage, LTRect
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.utils import decode_text

from core.errors import DamagedDocument, EncryptedDocument
from core.records import Box
from extract.pdf.content import (
    UNREADABLE,
    Content,
    DamagedPage,
    Glyphs,
    OutOfTime,
    Shape,
    Style,
    Styles,
    View,
    no_glyphs,
    view_box,
)
from extract.pdf.vertical import DOWNWARDS, turn_of, with_columns

Late: TypeAlias = Callable[[], bool]

_NOT_DRAWN = {3, 7}  # text render modes of ISO 32000-1, 9.3.6: invisible, and clipping only
_LEVEL = 0.05  # points that the ends of a level or upright side may differ by


class _Document(PDFDocument):
    """Ends what pdfminer follows for ever: objects that refer to each other in a circle."""

    def getobj(self, objid: int) -> object:
        """Return an object that is no reference itself; raise `PDFException` where none is."""
        found = super().getobj(objid)
        passed = {objid}
        while isinstance(found, PDFObjRef):
            if found.objid in passed:
                raise PDFException(f"object {objid} refers to itself")
            passed.add(found.objid)
            found = super().getobj(found.objid)
        return found


class _Device(PDFPageAggregator):
    """Notes which characters are not drawn, and which stand in columns; pdfminer forgets both.

    Raises `OutOfTime` where `late` says so.
    """

    def __init__(self, resources: PDFResourceManager, number: int, late: Late) -> None:
        super().__init__(resources, pageno=number, laparams=None)
        self._late = late
        self.invisible: set[int] = set()
        self.vertical: set[int] = set()
        self._seen = 0
        self._mode = 0

    def begin_figure(self, *args: Any) -> None:
        self._check_time()
        super().begin_figure(*args)

    def paint_path(self, *args: Any) -> None:
        self._check_time()
        super().paint_path(*args)

    def _check_time(self) -> None:
        if self._late():
            raise OutOfTime

    def render_string(self, textstate: Any, *rest: Any) -> None:
        self._check_time()
        self._mode = textstate.render
        super().render_string(textstate, *rest)

    def render_char(self, matrix: Any, font: Any, *rest: Any) -> float:
        if self._mode in _NOT_DRAWN:
            self.invisible.add(self._seen)
        if font.is_vertical():
            self.vertical.add(self._seen)
        self._seen += 1
        width: float = super().render_char(matrix, font, *rest)
        return width


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


def _box(sides: Any) -> Box:
    x0, y0, x1, y1 = (float(side) for side in sides)
    return x0, y0, x1, y1


def _things(parent: Any) -> Iterator[LTItem]:
    for thing in parent:
        if isinstance(thing, LTFigure):
            yield from _things(thing)
        else:
            yield thing


class _Page:
    """Gathers what stands on one page."""

    def __init__(self, layout: LTPage, device: _Device, view: View) -> None:
        self._view = view
        self._device = device
        self.codes: list[int] = []
        self.corners: list[Box] = []
        self.styles: list[Style] = []
        self.style_of: list[int] = []
        self.shapes: list[Shape] = []
        seen = 0
        for order, thing in enumerate(_things(layout)):
            if isinstance(thing, LTChar):
                self._char(thing, order, seen)
                seen += 1
            elif isinstance(thing, LTCurve):
                self._path(thing, order)
            elif isinstance(thing, LTImage):
                self.shapes.append(Shape("image", self._shown(thing.bbox), order))

    def _shown(self, box: Box) -> Box:
        x0, top, x1, bottom = self._view.boxes(np.array([box]))[0].tolist()
        return x0, top, x1, bottom

    def _char(self, char: LTChar, order: int, place: int) -> None:
        name = char.fontname
        downwards = place in self._device.vertical
        style = Style(
            order=order,
            size=float(char.size),
            font=name.decode("ascii", "replace") if isinstance(name, bytes) else str(name),
            turn=turn_of(char.matrix[0], char.matrix[1], DOWNWARDS if downwards else 0),
            light=luminance(char.graphicstate.ncolor),
            invisible=place in self._device.invisible,
        )
        text = char.get_text()
        if text.startswith("(cid:") or not text:
            text = chr(UNREADABLE)
        x0, y0, x1, y1 = char.bbox
        step = (x1 - x0) / len(text)  # ligatures come as several letters
        for position, letter in enumerate(text):
            self.codes.append(ord(letter))
            left = x0 + position * step
            self.corners.append((left, y0, left + step, y1))
            self.style_of.append(len(self.styles))
        self.styles.append(style)

    def _path(self, path: LTCurve, order: int) -> None:
        kind: Literal["line", "rect", "curve"] = "curve"
        if isinstance(path, LTLine):
            kind = "line"
        elif isinstance(path, LTRect):
            kind = "rect"
        rows = np.array(path.pts, dtype=np.float64)
        shown = self._view.boxes(np.hstack((rows, rows)))[:, :2].tolist()
        around = [*shown, shown[0]] if kind == "rect" else shown
        sides = tuple(
            (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            for (x0, y0), (x1, y1) in pairwise(around)
            if abs(x0 - x1) <= _LEVEL or abs(y0 - y1) <= _LEVEL
        )
        fill = bool(path.fill)
        light = luminance(path.non_stroking_color) if fill else None
        self.shapes.append(
            Shape(
                kind, self._shown(path.bbox), order, sides,
                fill=fill, stroke=bool(path.stroke), light=light,
            )
        )  # fmt: skip

    def glyphs(self) -> Glyphs:
        """Return the characters."""
        if not self.codes:
            return no_glyphs()
        count = len(self.codes)
        return with_columns(
            Glyphs(
                np.array(self.codes, dtype=np.int64),
                self._view.boxes(np.array(self.corners, dtype=np.float64)),
                Styles(self.styles),
                np.array(self.style_of, dtype=np.int64),
                np.ones(count, dtype=np.bool_),
            )
        )


class Plumber:
    """An open PDF."""

    def __init__(self, document: PDFDocument, late: Late) -> None:
        self._document = document
        self._late = late
        self._resources = PDFResourceManager()

    @property
    def title(self) -> object:
        """The title in the file's metadata, None where there is none or it cannot be read."""
        titles = [info["Title"] for info in self._document.info if "Title" in info]
        try:
            title = resolve1(titles[-1]) if titles else None
        except PDFException:
            return None
        return decode_text(title) if isinstance(title, bytes) else None

    def contents(self, first: int = 1, last: int | None = None) -> Iterator[Content | DamagedPage]:
        """Yield what is drawn on the pages from `first` to `last`, counted from 1.

        A page that pdfminer cannot interpret comes as the error. Raises `DamagedPage` where the
        page tree itself breaks off, `OutOfTime` where it is late.
        """
        objects = islice(self._page_objects(), first - 1, last)
        for number, page in enumerate(objects, first):
            if self._late():
                raise OutOfTime
            try:
                yield self._content(number, page)
            except (MemoryError, OutOfTime):
                raise
            except Exception as error:  # noqa: BLE001 - no base class for what broken content raises
                yield DamagedPage(str(error) or type(error).__name__)

    def _content(self, number: int, page: PDFPage) -> Content:
        # pdfminer turns the page and puts the media box's corner at the origin; so must the view
        x0, y0, x1, y1 = _box(page.mediabox)
        left, low, right, high = view_box((x0, y0, x1, y1), _box(page.cropbox))
        turn = page.rotate % 360
        across = {
            90: (low - y0, x1 - right, high - y0, x1 - left),
            180: (x1 - right, y1 - high, x1 - left, y1 - low),
            270: (y1 - high, left - x0, y1 - low, right - x0),
        }.get(turn, (left - x0, low - y0, right - x0, high - y0))
        view = View(across, 0)
        device = _Device(self._resources, number, self._late)
        PDFPageInterpreter(self._resources, device).process_page(page)
        found = _Page(device.get_result(), device, view)
        width, height = view.size
        return Content(number, width, height, found.glyphs(), found.shapes)

    def _page_objects(self) -> Iterator[PDFPage]:
        objects = PDFPage.create_pages(self._document)
        while True:
            try:
                page = next(objects)
            except StopIteration:
                return
            except MemoryError:
                raise
            except Exception as error:  # as above
                raise DamagedPage(str(error) or type(error).__name__) from error
            yield page


@contextmanager
def open_plumber(data: bytes, label: str, late: Late = lambda: False) -> Iterator[Plumber]:
    """Open a PDF by pdfminer, with the empty password where it is encrypted.

    Reading its pages ends where `late` says that the time is up.

    Raises `EncryptedDocument` where that does not open it, `DamagedDocument` where the file's
    structure cannot be read.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns about every odd font
    try:
        document = _Document(PDFParser(io.BytesIO(data)), password="")
    except MemoryError:
        raise
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise EncryptedDocument(f"{label} needs a password; add a copy without one.") from error
    except Exception as error:
        raise DamagedDocument(f"{label} is no complete PDF; fetch it again.") from error
    yield Plumber(document, late)
