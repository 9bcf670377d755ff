"""What a hostile file is made by, and the compressed runs of bytes that many of them are made of.

Every generator writes its bytes by itself from a seed, so that the files are the same everywhere
and none of them is kept in the repository.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

SEED = 4  # a change makes other random bytes, and so other figures
SENTENCE = "Twelve patrol boats were handed over to the coast guard."

Expect: TypeAlias = Literal["read", "refused", "either"]
Build: TypeAlias = Callable[[random.Random], bytes]

_ADLER = 65_521  # RFC 1950, 8.2
_MAX_CHUNK = 2**20


@dataclass(frozen=True)
class Maker:
    """One hostile file: its name, what it is a trap for, and which end is right.

    `expect` is `read` or `refused` where only that is right, else `either`; `says` are the codes
    of issues that it must be read with; `quick` files are those that every test run takes.
    """

    name: str
    trap: str
    build: Build
    expect: Expect = "either"
    quick: bool = False
    says: tuple[str, ...] = ()

    def make(self) -> bytes:
        """Return the file; the same bytes each time."""
        return self.build(random.Random(f"{SEED}:{self.name}"))


class Collection:
    """The makers of one module, by file name."""

    def __init__(self) -> None:
        self.makers: dict[str, Maker] = {}

    def file(
        self,
        name: str,
        trap: str,
        *,
        expect: Expect = "either",
        quick: bool = False,
        says: tuple[str, ...] = (),
    ) -> Callable[[Build], Build]:
        """Register the decorated function as the maker of `name`; a name is taken once.

        Raises `ValueError` for a name that is taken.
        """

        def register(build: Build) -> Build:
            if name in self.makers:
                raise ValueError(f"There are two makers of {name}.")
            self.makers[name] = Maker(name, trap, build, expect, quick, says)
            return build

        return register


def deflated(chunk: bytes, times: int, wrapped: Literal["zlib", "raw"] = "zlib") -> bytes:
    """Return `chunk * times` compressed, without ever making the whole (RFC 1950 and 1951).

    After a full flush a block refers to nothing before it, so one compressed block is repeated.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    body = block * times + b"\x03\x00"
    if wrapped == "raw":
        return body
    return b"\x78\xda" + body + struct.pack(">I", _repeated_adler(chunk, times))


def _repeated_adler(chunk: bytes, times: int) -> int:
    once = zlib.adler32(chunk)
    step, weighted = ((once & 0xFFFF) - 1) % _ADLER, ((once >> 16) - len(chunk)) % _ADLER
    low, high = 1, 0
    for _ in range(times):
        high = (high + len(chunk) * low + weighted) % _ADLER
        low = (low + step) % _ADLER
    return high << 16 | low


def repeated_crc(chunk: bytes, times: int) -> int:
    """Return the CRC-32 of `chunk * times`."""
    crc = 0
    for _ in range(times):
        crc = zlib.crc32(chunk, crc)
    return crc


def zeros(size: int, byte: bytes = b"\x00") -> tuple[bytes, int]:
    """Return a chunk and how often it is repeated to make `size` times `byte`.

    `size` is a multiple of 1 MiB.
    """
    return byte * _MAX_CHUNK, size // _MAX_CHUNK
