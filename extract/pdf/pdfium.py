"""PDFium beside pdfminer: draws pages to see what is hidden, and reads what pdfminer cannot."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pypdfium2

_SCALE = 2.0  # pixels to the point: enough for a character of 5 points to show contrast


class Pdfium:
    """One file opened by PDFium when first needed; close it after use."""

    scale = _SCALE

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: Any = None

    def _open(self) -> Any:
        if self._document is None:
            self._document = pypdfium2.PdfDocument(self._data)
        return self._document

    @property
    def pages(self) -> int:
        """The number of pages; 0 where PDFium cannot open the file."""
        try:
            return len(self._open())
        except pypdfium2.PdfiumError:
            return 0

    @lru_cache(maxsize=1)  # noqa: B019 - lives no longer than the file
    def page(self, number: int) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
        """Return the drawn page in grey levels, None where PDFium cannot draw it."""
        try:
            page = self._open()[number - 1]
            bitmap = page.render(scale=_SCALE, grayscale=True)
        except (pypdfium2.PdfiumError, IndexError):
            return None
        pixels: np.ndarray[Any, np.dtype[np.uint8]] = np.array(bitmap.to_numpy()).squeeze()
        bitmap.close()
        page.close()
        return pixels

    def text(self, number: int) -> tuple[str, float, float] | None:
        """Return text, width and height of a page, None where PDFium cannot read it."""
        try:
            page = self._open()[number - 1]
            textpage = page.get_textpage()
        except (pypdfium2.PdfiumError, IndexError):
            return None
        text = textpage.get_text_range().replace("\r\n", "\n").replace("\r", "\n")
        width, height = page.get_size()
        textpage.close()
        page.close()
        return text.rstrip(), float(width), float(height)

    def close(self) -> None:
        """Close the file."""
        if self._document is not None:
            self._document.close()
