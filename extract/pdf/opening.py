"""Opening a PDF by PDFium, cut-off files too."""

from __future__ import annotations

import re

from core.errors import DamagedDocument
from extract.common import File
from extract.pdf.pdfium import Pdfium

_CATALOG = re.compile(rb"(\d{1,10}) 0 obj\s*<<[^>]{0,2000}?/Type\s*/Catalog")


def _with_trailer(data: bytes) -> bytes | None:
    """Return a cut-off file with a trailer that names its catalog; None where it has none.

    Both libraries find the objects of such a file by searching, but not where to begin.
    """
    catalog = _CATALOG.search(data)
    if catalog is None:
        return None
    # what was cut may have been a stream: end it, or the trailer is taken for its content
    return (
        data
        + b"\nendstream\nendobj\ntrailer\n<< /Root %s 0 R >>\nstartxref\n0\n%%%%EOF\n" % catalog[1]
    )


class NoDrawing:
    """Stands in where PDFium has not opened a file: nothing can be drawn."""

    scale = 1.0

    @staticmethod
    def page(_number: int, _scale: float | None = None) -> None:
        """Return no drawn page."""


def open_pdfium(file: File) -> Pdfium | DamagedDocument:
    """Open a file by PDFium, as it is or with a trailer set to its end."""
    try:
        return Pdfium(file.data, file.label)
    except DamagedDocument as error:
        mended = _with_trailer(file.data)
        if mended is None:
            return error
        try:
            return Pdfium(mended, file.label)
        except DamagedDocument:
            return error
