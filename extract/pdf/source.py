"""Characters, lines and rectangles of a PDF, page by page: the seam to the PDF library.

Everything behind this module works on `DrawnPage`: a pdfplumber page whose characters know when
they were drawn and whether they were drawn at all. A faster reader only has to give such pages.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import pdfplumber
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTCurve, LTImage, LTItem, LTLine, LTPage, LTRect
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from core.errors import DamagedDocument, EncryptedDocument

Thing: TypeAlias = dict[str, Any]  # pdfplumber's own record of a character, a line, a rectangle

_NOT_DRAWN = {3, 7}  # text render modes of ISO 32000-1, 9.3.6: invisible, and clipping only


class DamagedPage(Exception):
    """Raised for a page, or the rest of a file, that the library cannot interpret."""


class _Device(PDFPageAggregator):
    """Notes which characters are not drawn; pdfminer forgets the text render mode."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invisible: set[int] = set()
        self._seen = 0
        self._mode = 0

    def render_string(self, textstate: Any, *rest: Any) -> None:
        self._mode = textstate.render
        super().render_string(textstate, *rest)

    def render_char(self, *args: Any) -> float:
        if self._mode in _NOT_DRAWN:
            self.invisible.add(self._seen)
        self._seen += 1
        width: float = super().render_char(*args)
        return width


class DrawnPage(Page):
    """A pdfplumber page whose objects carry `order` (of drawing) and characters `invisible`.

    Places are points from the top left of what viewers show, so that boxes fit the drawn page.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._order = 0
        self._chars_seen = 0
        self._invisible: set[int] = set()
        self.view = self._view()

    def _view(self) -> tuple[float, float, float, float]:
        """Return the part of the page that viewers show: the crop box inside the media box.

        It is turned as pdfminer turns the page; pdfplumber's own crop box is not.
        """
        x0, y0, x1, y1 = (float(side) for side in self.page_obj.mediabox)
        left, low, right, high = (float(side) for side in self.page_obj.cropbox)
        left, low, right, high = max(left, x0), max(low, y0), min(right, x1), min(high, y1)
        if right - left <= 1 or high - low <= 1:
            left, low, right, high = x0, y0, x1, y1
        return {
            90: (low - y0, left - x0, high - y0, right - x0),
            180: (x1 - right, low - y0, x1 - left, high - y0),
            270: (y1 - high, x1 - right, y1 - low, x1 - left),
        }.get(self.page_obj.rotate % 360, (left - x0, y1 - high, right - x0, y1 - low))

    @property
    def view_width(self) -> float:
        """The width of what viewers show, in points."""
        return float(self.view[2] - self.view[0])

    @property
    def view_height(self) -> float:
        """The height of what viewers show, in points."""
        return float(self.view[3] - self.view[1])

    @property
    def layout(self) -> LTPage:
        """The page as pdfminer interprets it, kept until `close`."""
        if not hasattr(self, "_layout"):
            device = _Device(self.pdf.rsrcmgr, pageno=self.page_number, laparams=None)
            PDFPageInterpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
            self._invisible = device.invisible
            self._layout = device.get_result()
        return self._layout

    def process_object(self, obj: LTItem) -> Thing:
        """Return the record of one object, without pdfplumber's generic and costly detour."""
        if isinstance(obj, LTChar):
            thing = self._char(obj)
        elif isinstance(obj, LTCurve):
            thing = self._shape(obj)
        elif isinstance(obj, LTImage):
            thing = self._place(obj, "image")
        else:
            thing = super().process_object(obj)
        thing["order"] = self._order
        self._order += 1
        return thing

    def _place(self, obj: Any, kind: str) -> Thing:
        top = self.height - obj.y1 - self.view[1]
        left = -self.view[0]
        return {
            "object_type": kind,
            "page_number": self.page_number,
            "x0": obj.x0 + left,
            "x1": obj.x1 + left,
            "y0": obj.y0,
            "y1": obj.y1,
            "top": top,
            "bottom": top + obj.height,
            "doctop": self.initial_doctop + top,
            "width": obj.width,
            "height": obj.height,
        }

    def _shape(self, obj: LTCurve) -> Thing:
        kind = "line" if isinstance(obj, LTLine) else "rect" if isinstance(obj, LTRect) else "curve"
        thing = self._place(obj, kind)
        x0, top = self.view[:2]
        thing["pts"] = [(x - x0, self.height - y - top) for x, y in obj.pts]
        thing["linewidth"] = obj.linewidth
        thing["stroke"] = obj.stroke
        thing["fill"] = obj.fill
        thing["stroking_color"] = obj.stroking_color
        thing["non_stroking_color"] = obj.non_stroking_color
        return thing

    def _char(self, obj: LTChar) -> Thing:
        thing = self._place(obj, "char")
        fontname = obj.fontname
        thing["text"] = obj.get_text()
        thing["size"] = obj.size
        thing["upright"] = obj.upright
        thing["matrix"] = obj.matrix
        thing["fontname"] = (
            fontname.decode("ascii", "replace") if isinstance(fontname, bytes) else fontname
        )
        thing["non_stroking_color"] = obj.graphicstate.ncolor
        thing["invisible"] = self._chars_seen in self._invisible
        self._chars_seen += 1
        return thing


class PdfSource:
    """An open PDF: `metadata`, and `pages` one after the other."""

    def __init__(self, pdf: PDF) -> None:
        self._pdf = pdf
        self.metadata: Thing = pdf.metadata

    def pages(self) -> Iterator[DrawnPage]:
        """Yield the pages, each interpreted and closed when the next is asked for.

        Raises `DamagedPage` where the page tree itself breaks off.
        """
        doctop = 0.0
        for number, page_object in enumerate(self._page_objects(), 1):
            page = DrawnPage(self._pdf, page_object, number, doctop)
            yield page
            doctop += page.height
            page.close()

    def _page_objects(self) -> Iterator[PDFPage]:
        objects = PDFPage.create_pages(self._pdf.doc)
        while True:
            try:
                page_object = next(objects)
            except StopIteration:
                return
            except Exception as error:  # pdfminer has no base class for what a broken tree raises
                raise DamagedPage(str(error) or type(error).__name__) from error
            yield page_object


def _cause(error: BaseException) -> BaseException:
    """Return what pdfplumber wrapped."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, BaseException) else error


@contextmanager
def open_pdf(data: bytes, label: str) -> Iterator[PdfSource]:
    """Open a PDF, with the empty password where it is encrypted.

    Raises `EncryptedDocument` where that does not open it, `DamagedDocument` where the file's
    structure cannot be read.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns about every odd font
    try:
        pdf = pdfplumber.open(io.BytesIO(data), password="")
    except Exception as error:
        cause = _cause(error)
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            raise EncryptedDocument(f"{label} needs a password; add a copy without one.") from error
        raise DamagedDocument(
            f"{label} is no complete PDF ({type(cause).__name__}); fetch it again."
        ) from error
    yield PdfSource(pdf)
