"""How far the sheets of an XLS reach, found before calamine takes room for them (MS-XLS, 2.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from extract.office.compound import open_compound

# One whole sheet of this format: 65,536 rows of 256 cells.
MOST_PLACES = 65_536 * 256
_DIFAT_START = 68  # where the header says the list of the sectors of the FAT goes on
_NO_SECTOR = 0xFFFFFFFA
_MOST_STEPS = 4  # for each sector; a whole file takes one, and some for what is shared
_RECORD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")
_START = 0x0809
# Records that begin with the row and column of a cell: formulas, numbers, texts, errors, rows of
# several numbers (which reach further right by their length).
_CELLS = {0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD, 0x0201, 0x0207, 0x0001, 0x0002,
          0x0003, 0x0004, 0x0005}  # fmt: skip
_SEVERAL = {0x00BD: 6, 0x00BE: 2}  # bytes for each cell


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield place, kind and length of each record."""
    at = 0
    while at + _RECORD.size <= len(data):
        kind, length = _RECORD.unpack_from(data, at)
        yield at, kind, length
        at += _RECORD.size + length


def _check_chains(ole: Any, data: bytes) -> None:
    """Raise `ValueError` where sectors run in a circle, which calamine follows for ever."""
    heads = [(ole.first_dir_sector, ole.fat), (ole.first_mini_fat_sector, ole.fat)]
    for entry in ole.direntries:
        if entry is not None:
            small = entry is not ole.root and entry.size < ole.mini_stream_cutoff_size
            heads.append((entry.isectStart, ole.minifat if small else ole.fat))
    steps = _MOST_STEPS * (len(ole.fat) + len(ole.minifat or ()) + 1)
    for head, chain in heads:
        sector = head
        while chain is not None and sector < len(chain) and steps:
            sector, steps = chain[sector], steps - 1
    sector = int.from_bytes(data[_DIFAT_START : _DIFAT_START + 4], "little")
    while sector < _NO_SECTOR and steps:
        end = (sector + 2) * ole.sector_size
        sector, steps = int.from_bytes(data[end - 4 : end] or b"\xff" * 4, "little"), steps - 1
    if not steps:
        raise ValueError("its sectors run in circles")


def _stream(data: bytes) -> bytes:
    with open_compound(data) as ole:
        _check_chains(ole, data)
        name = next((name for name in ("Workbook", "Book") if ole.exists(name)), "")
        return bytes(ole.openstream(name).read()) if name else b""


def count_places(data: bytes) -> int:
    """Return how many places the cells of all sheets span together.

    Raises `OSError` or `ValueError` where the compound file is broken.
    """
    stream = _stream(data)
    total = rows = columns = 0
    for at, kind, length in _records(stream):
        body = at + _RECORD.size
        if kind == _START:
            total, rows, columns = total + rows * columns, 0, 0
        elif (kind in _CELLS or kind in _SEVERAL) and body + _PLACE.size <= len(stream):
            row, column = _PLACE.unpack_from(stream, body)
            column += max(length - 6, 0) // _SEVERAL[kind] if kind in _SEVERAL else 0
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    return total + rows * columns
