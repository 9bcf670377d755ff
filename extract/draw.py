"""Pictures of pages for review: PNG, drawn by PDFium in the same limited children as reading."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2
import pypdfium2.raw

from core.errors import DamagedDocument, EncryptedDocument

DPI = 144
# More marks on one page than people make; PDFium ends the process for want of memory on them.
_MOST_ANNOTATIONS = 5000
_MOST_PIXELS = 16_000_000  # A2 at 144 dpi has 8 million; larger pages are drawn smaller


def draw_pages(data: bytes, numbers: Sequence[int], *, label: str) -> list[bytes]:
    """Return pages of a PDF, counted from 1, as PNG of 144 dots per inch.

    A page so large that its picture would pass 16 million pixels is drawn smaller, one with
    thousands of annotations without them. Raises `EncryptedDocument` where the file needs a
    password, `DamagedDocument` where it, or one of the pages, cannot be drawn.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise EncryptedDocument(f"{label} needs a password; add a copy without one.") from error
        raise DamagedDocument(f"{label} cannot be drawn; open the original.") from error
    try:
        return [_drawn(document, number, label) for number in numbers]
    finally:
        document.close()


def _drawn(document: pypdfium2.PdfDocument, number: int, label: str) -> bytes:
    if not 1 <= number <= len(document):
        raise DamagedDocument(f"{label} has no page {number}; it has {len(document)}.")
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        few = pypdfium2.raw.FPDFPage_GetAnnotCount(page) <= _MOST_ANNOTATIONS
        bitmap = page.render(scale=scale, draw_annots=few)
        buffer = io.BytesIO()
        bitmap.to_pil().save(buffer, "PNG", optimize=False, compress_level=4)
        bitmap.close()
        page.close()
    except pypdfium2.PdfiumError as error:
        raise DamagedDocument(f"Page {number} of {label} cannot be drawn.") from error
    return buffer.getvalue()
