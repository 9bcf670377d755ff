"""Compound files (MS-CFB) that the tests make: Outlook messages and old workbooks."""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import dataclass, field

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)

Folder = dict[str, "bytes | Folder"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = _NONE
    sibling: int = _NONE
    start: int = _END
    size: int = 0


@dataclass
class _Sectors:
    """Sectors of one size, and the chains that lead through them."""

    size: int
    data: bytearray = field(default_factory=bytearray)
    chain: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Add a stream; return its first sector."""
        count = -(-len(data) // self.size)
        start = len(self.chain)
        self.data += data.ljust(count * self.size, b"\0")
        self.chain += [*range(start + 1, start + count), _END] if count else []
        return start if count else _END


def compound(root: Folder) -> bytes:
    """A compound file with these streams and folders."""
    entries = [_Entry("Root Entry", 5)]
    _list(root, 0, entries)
    mini, sectors = _Sectors(_MINI), _Sectors(_SECTOR)
    for entry in entries[1:]:
        if entry.kind == 2:
            small = len(entry.data) < _CUTOFF
            entry.start = (mini if small else sectors).add(entry.data)
            entry.size = len(entry.data)
    entries[0].start, entries[0].size = sectors.add(bytes(mini.data)), len(mini.data)
    numbers = struct.pack(f"<{len(mini.chain)}I", *mini.chain)
    padding = struct.pack("<I", _FREE) * (-len(mini.chain) % (_SECTOR // 4))
    mini_fat = sectors.add(numbers + padding)
    directory = sectors.add(b"".join(map(_packed, entries)))
    return _whole(sectors, mini_fat, len(numbers + padding) // _SECTOR, directory)


def _list(folder: Folder, parent: int, entries: list[_Entry]) -> None:
    before = _NONE
    for name, content in folder.items():
        at = len(entries)
        entries.append(_Entry(name, 2, content) if isinstance(content, bytes) else _Entry(name, 1))
        if before == _NONE:
            entries[parent].child = at
        else:
            entries[before].sibling = at
        before = at
        if not isinstance(content, bytes):
            _list(content, at, entries)


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", name, len(name), entry.kind, 1, _NONE, entry.sibling, entry.child,
        b"", 0, 0, 0, entry.start, entry.size,
    )  # fmt: skip


def _whole(sectors: _Sectors, mini_fat: int, mini_count: int, directory: int) -> bytes:
    fat_count = 1
    while fat_count * (_SECTOR // 4) < len(sectors.chain) + fat_count:
        fat_count += 1
    first = len(sectors.chain)
    chain = [*sectors.chain, *[_FAT] * fat_count]
    chain += [_FREE] * (fat_count * (_SECTOR // 4) - len(chain))
    difat = [*range(first, first + fat_count), *[_FREE] * (109 - fat_count)]
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII109I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE,
        9, 6, b"", 0, fat_count, directory, 0, _CUTOFF, mini_fat, mini_count, _END, 0, *difat,
    )  # fmt: skip
    return header + bytes(sectors.data) + struct.pack(f"<{len(chain)}I", *chain)


def _properties(head: int, fixed: dict[tuple[int, int], bytes]) -> bytes:
    entries = (struct.pack("<HHI8s", kind, key, 6, value) for (key, kind), value in fixed.items())
    return bytes(head) + b"".join(entries)


def _text(key: int, said: str) -> Folder:
    return {f"__substg1.0_{key:04X}001F": said.encode("utf-16-le")}


def outlook(
    subject: str,
    body: str = "",
    *,
    html: bytes = b"",
    rtf: bytes = b"",
    sent: str = "",
    sender: tuple[str, str] = ("", ""),
    recipients: tuple[tuple[str, str], ...] = (),
    files: dict[str, bytes] | None = None,
    inner: dict[str, Folder] | None = None,
    head: int = 32,
) -> Folder:
    """An Outlook message; `inner` are attached messages, made with a `head` of 24."""
    fixed: dict[tuple[int, int], bytes] = {(0x3FDE, 3): struct.pack("<II", 65001, 0)}
    if sent:
        since = dt.datetime.fromisoformat(sent) - _EPOCH
        fixed[0x0039, 0x40] = struct.pack("<Q", int(since.total_seconds()) * 10**7)
    message: Folder = {
        "__properties_version1.0": _properties(head, fixed),
        **_text(0x0037, subject),
        **_text(0x0C1A, sender[0]),
        **_text(0x5D01, sender[1]),
    }
    if body:
        message |= _text(0x1000, body)
    if html:
        message["__substg1.0_10130102"] = html
    if rtf:
        message["__substg1.0_10090102"] = rtf
    for number, (name, address) in enumerate(recipients):
        message[f"__recip_version1.0_#{number:08X}"] = {
            "__properties_version1.0": _properties(8, {}),
            **_text(0x3001, name),
            **_text(0x39FE, address),
        }
    attached: dict[str, Folder] = {}
    for name, data in (files or {}).items():
        attached[name] = {"__substg1.0_37010102": data}
    for name, folder in (inner or {}).items():
        attached[name] = {"__substg1.0_3701000D": folder}
    for number, (name, content) in enumerate(attached.items()):
        message[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": _properties(8, {}),
            **_text(0x3707, name),
            **content,
        }
    return message


def old_workbook(cells: dict[tuple[int, int], str | float]) -> bytes:
    """An XLS (BIFF8) with one sheet of these texts and numbers."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def start(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    sheet = start(0x10)
    for (row, column), value in cells.items():
        if isinstance(value, str):
            said = value.encode("utf-16-le")
            head = struct.pack("<HHHHB", row, column, 0, len(value), 1)
            sheet += record(0x204, head + said)
        else:
            sheet += record(0x203, struct.pack("<HHHd", row, column, 0, value))
    sheet += record(0x0A, b"")
    name = b"Costs"
    length = len(start(5)) + 4 + 8 + len(name) + 4
    listed = struct.pack("<IBBBB", length, 0, 0, len(name), 0) + name
    book = start(5) + record(0x85, listed) + record(0x0A, b"") + sheet
    return compound({"Workbook": book.ljust(_CUTOFF, b"\0")})
