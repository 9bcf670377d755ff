"""A PDF opened by PDFium: its pages' content, and the drawn pages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pypdfium2

from core.errors import DamagedDocument, EncryptedDocument
from extract.pdf.content import Content, DamagedPage
from extract.pdf.pdfium_page import read_page

Pixels = np.ndarray[Any, np.dtype[np.uint8]]

SCALE = 2.0  # pixels to the point: enough for a character of 5 points to show contrast
_MOST_PIXELS = 60_000_000
_PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD


class Pdfium:
    """One open file; close it after use.

    Raises `EncryptedDocument` where it needs a password, `DamagedDocument` where PDFium finds no
    file.
    """

    scale = SCALE

    def __init__(self, data: bytes, label: str = "The file") -> None:
        try:
            self._document: Any = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_NEEDED:
                raise EncryptedDocument(
                    f"{label} needs a password; add a copy without one."
                ) from error
            raise DamagedDocument(f"{label} is no complete PDF; fetch it again.") from error
        self.pages: int = len(self._document)

    @property
    def title(self) -> object:
        """The title in the file's metadata."""
        return self._document.get_metadata_value("Title")

    def content(self, number: int) -> Content:
        """Return what is drawn on a page; raise `DamagedPage` where PDFium cannot load it whole."""
        page = textpage = None
        try:
            page = self._document[number - 1]
            textpage = page.get_textpage()
            width, height = page.get_size()
            return read_page(number, page.raw, textpage.raw, width, height)
        except pypdfium2.PdfiumError as error:
            raise DamagedPage(str(error)) from error
        finally:
            if textpage is not None:
                textpage.close()
            if page is not None:
                page.close()

    @lru_cache(maxsize=1)  # noqa: B019 - lives no longer than the file
    def page(self, number: int, scale: float | None = None) -> Pixels | None:
        """Return the drawn page in grey levels, None where PDFium cannot draw it."""
        page = None
        scale = SCALE if scale is None else scale
        try:
            page = self._document[number - 1]
            width, height = page.get_size()
            if width * height * scale * scale > _MOST_PIXELS:
                return None
            bitmap = page.render(scale=scale, grayscale=True)
            pixels: Pixels = np.array(bitmap.to_numpy()).squeeze()
            bitmap.close()
        except (pypdfium2.PdfiumError, IndexError):
            return None
        finally:
            if page is not None:
                page.close()
        return pixels

    def close(self) -> None:
        """Close the file."""
        self._document.close()
