"""ZIP by hand, so that its headers can lie (PKWARE APPNOTE, 4.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from tests.hostile.maker import deflated, repeated_crc

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
LINK = 0o120777 << 16
_MOST = 0xFFFF


@dataclass(frozen=True)
class Entry:
    """A member as the archive describes it; `packed` are its bytes as they stand in the file."""

    name: bytes
    packed: bytes
    size: int
    crc: int
    method: int = DEFLATED
    flags: int = 0
    attributes: int = 0

    def header(self) -> bytes:
        """Return what the member's own header and the list of contents have in common."""
        return struct.pack(
            "<HHHHHIIIHH",
            20,
            self.flags,
            self.method,
            0,
            33,
            self.crc,
            len(self.packed),
            self.size,
            len(self.name),
            0,
        )

    def local(self) -> bytes:
        """Return the member with its own header."""
        return b"PK\x03\x04" + self.header() + self.name + self.packed

    def listed(self, place: int) -> bytes:
        """Return the line of the list of contents for the member that begins at `place`."""
        rest = struct.pack("<HHHII", 0, 0, 0, self.attributes, place)
        return b"PK\x01\x02\x14\x03" + self.header() + rest + self.name


def entry(name: str, data: bytes, *, flags: int = 0, attributes: int = 0) -> Entry:
    """Return an honest member."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    encoded = name.encode()
    return Entry(encoded, packed, len(data), zlib.crc32(data), DEFLATED, flags, attributes)


def bomb(name: str, chunk: bytes, times: int) -> Entry:
    """Return a member of `chunk * times`, which is never made whole."""
    packed = deflated(chunk, times, "raw")
    return Entry(name.encode(), packed, len(chunk) * times, repeated_crc(chunk, times))


def packed(entries: Iterable[Entry], *, comment: bytes = b"") -> bytes:
    """Return an archive of these members."""
    parts: list[bytes] = []
    listed: list[bytes] = []
    place = 0
    for member in entries:
        listed.append(member.listed(place))
        parts.append(member.local())
        place += len(parts[-1])
    return b"".join(parts) + contents(listed, place, comment=comment)


def contents(listed: list[bytes], place: int, *, comment: bytes = b"") -> bytes:
    """Return the list of contents, which begins at `place`, and the end of the archive.

    More lines than two bytes can count get the record of ZIP64 (4.3.14).
    """
    lines = b"".join(listed)
    count = len(listed)
    wide = b""
    if count > _MOST:
        record = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, len(lines), place)
        wide = b"PK\x06\x06" + record
        wide += b"PK\x06\x07" + struct.pack("<IQI", 0, place + len(lines), 1)
    few = min(count, _MOST)
    end = struct.pack("<HHHHIIH", 0, 0, few, few, len(lines), place, len(comment))
    return lines + wide + b"PK\x05\x06" + end + comment


def office(parts: dict[str, bytes | Entry]) -> bytes:
    """Return an office file of these parts; their order is kept."""
    return packed(
        part if isinstance(part, Entry) else entry(name, part) for name, part in parts.items()
    )
