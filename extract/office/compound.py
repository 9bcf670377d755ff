"""Compound files, in which older offices and Outlook keep their streams (MS-CFB)."""

from __future__ import annotations

import io
from typing import Any

import olefile  # type: ignore[import-untyped]

_SMALLEST = 1536  # bytes: a header, one sector of the table of sectors and one of the directory
_SECTOR = 512
_COUNTS = (44, 64, 72)  # where the header counts the sectors of its tables
_STREAM = 2


def open_compound(data: bytes) -> Any:
    """Return a compound file, opened; its caller closes it.

    Raises `OSError` for what is none, `ValueError` where it says to hold more than it can, which
    would be read round in circles.
    """
    if len(data) < _SMALLEST:
        raise ValueError("it is cut off")
    most = len(data) // _SECTOR + 1
    if any(int.from_bytes(data[at : at + 4], "little") > most for at in _COUNTS):
        raise ValueError("its tables are larger than the file")
    ole = olefile.OleFileIO(io.BytesIO(data))
    for entry in ole.direntries:
        if entry is not None and entry.entry_type == _STREAM and entry.size > len(data):
            ole.close()
            raise ValueError("a stream is larger than the file")
    return ole
