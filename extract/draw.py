"""Pictures of pages for review: PNG, drawn by PDFium in the same limited children as reading."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2

from core.errors import DamagedDocument

DPI = 144
_MOST_PIXELS = 16_000_000  # A2 at 144 dpi has 8 million; larger pages are drawn smaller


def draw_pages(data: bytes, numbers: Sequence[int], *, label: str) -> list[bytes]:
    """Return pages of a PDF, counted from 1, as PNG of 144 dots per inch.

    A page so large that its picture would pass 16 million pixels is drawn smaller. Raises
    `DamagedDocument` where the file, or one of the pages, cannot be drawn.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
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
        bitmap = page.render(scale=scale)
        buffer = io.BytesIO()
        bitmap.to_pil().save(buffer, "PNG", optimize=False, compress_level=4)
        bitmap.close()
        page.close()
    except pypdfium2.PdfiumError as error:
        raise DamagedDocument(f"Page {number} of {label} cannot be drawn.") from error
    return buffer.getvalue()
