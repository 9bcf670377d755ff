"""Words and ruling lines from the picture of a page that has no usable text, by Tesseract.

The room is entered by `read_page`; `available` says before which languages can be read and what
to install for the others. Tesseract is optional: without it `read_page` returns None.
"""

from extract.ocr.engine import Availability, OcrFault, available
from extract.ocr.page import MAX_PIXELS, best_scale, read_page
from extract.ocr.records import OcrPage, OcrWord, Upright

__all__ = [
    "MAX_PIXELS",
    "Availability",
    "OcrFault",
    "OcrPage",
    "OcrWord",
    "Upright",
    "available",
    "best_scale",
    "read_page",
]
