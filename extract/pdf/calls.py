"""PDFium's functions for the loops over characters and path segments, typed for speed.

pypdfium2 declares handles as pointers, which ctypes converts anew on every call; here they are
plain addresses. The functions are called with the interpreter's lock held, as PDFium is not made
for threads anyway.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from pypdfium2 import raw

_ADDRESS = ctypes.c_void_p
_INT = ctypes.c_int


def _typed(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    typed: Callable[..., Any] = ctypes.cast(function, ctypes.PYFUNCTYPE(result, *arguments))
    return typed


unicode_of = _typed(raw.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _INT)
loose_box = _typed(raw.FPDFText_GetLooseCharBox, _INT, _ADDRESS, _INT, _ADDRESS)
object_of = _typed(raw.FPDFText_GetTextObject, ctypes.c_size_t, _ADDRESS, _INT)  # 0 for none
is_generated = _typed(raw.FPDFText_IsGenerated, _INT, _ADDRESS, _INT)
matrix_at = _typed(raw.FPDFText_GetMatrix, _INT, _ADDRESS, _INT, _ADDRESS)
origin_at = _typed(raw.FPDFText_GetCharOrigin, _INT, _ADDRESS, _INT, _ADDRESS, _ADDRESS)
size_at = _typed(raw.FPDFText_GetFontSize, ctypes.c_double, _ADDRESS, _INT)
colour_at = _typed(raw.FPDFText_GetFillColor, _INT, _ADDRESS, _INT, *[_ADDRESS] * 4)
font_of = _typed(raw.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
mode_of = _typed(raw.FPDFTextObj_GetTextRenderMode, _INT, _ADDRESS)
matrix_of = _typed(raw.FPDFPageObj_GetMatrix, _INT, _ADDRESS, _ADDRESS)
draw_mode = _typed(raw.FPDFPath_GetDrawMode, _INT, _ADDRESS, _ADDRESS, _ADDRESS)
count_segments = _typed(raw.FPDFPath_CountSegments, _INT, _ADDRESS)
type_of = _typed(raw.FPDFPageObj_GetType, _INT, _ADDRESS)
page_object = _typed(raw.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
form_object = _typed(raw.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
fill_of = _typed(raw.FPDFPageObj_GetFillColor, _INT, _ADDRESS, *[_ADDRESS] * 4)
is_transparent = _typed(raw.FPDFPageObj_HasTransparency, _INT, _ADDRESS)
mark_of = _typed(raw.FPDFPageObj_GetMark, _ADDRESS, _ADDRESS, ctypes.c_ulong)
name_of = _typed(raw.FPDFPageObjMark_GetName, _INT, _ADDRESS, _ADDRESS, ctypes.c_ulong, _ADDRESS)
count_marks = _typed(raw.FPDFPageObj_CountMarks, _INT, _ADDRESS)
segment = _typed(raw.FPDFPath_GetPathSegment, _ADDRESS, _ADDRESS, _INT)
segment_point = _typed(raw.FPDFPathSegment_GetPoint, _INT, _ADDRESS, _ADDRESS, _ADDRESS)
segment_type = _typed(raw.FPDFPathSegment_GetType, _INT, _ADDRESS)
segment_closes = _typed(raw.FPDFPathSegment_GetClose, _INT, _ADDRESS)


def address(handle: Any) -> int:
    """Return the address behind a handle of pypdfium2; 0 where there is none."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def as_object(place: int) -> Any:
    """Return the page object at an address as pypdfium2 passes it."""
    return ctypes.cast(place, raw.FPDF_PAGEOBJECT)
