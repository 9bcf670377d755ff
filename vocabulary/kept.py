"""Keeps what is derived from the vocabulary's files beside them, as Python keeps bytecode.

Inflecting all terms takes a second or two; reading the result back takes some milliseconds. A
file's name holds a hash of everything that it was made of, so that it is never out of date; where
the folder cannot be written, the work is done anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from core.files import written_beside

PLACE = Path(__file__).parent
FOLDER = "__kept__"
_T = TypeVar("_T")


@cache
def digest(place: Path) -> str:
    """Return a hash of all code and data files of a folder and of the folders in it."""
    whole = hashlib.sha256()
    for path in sorted([*place.rglob("*.py"), *place.rglob("*.toml")]):
        whole.update(path.relative_to(place).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def kept(name: str, kind: Any, make: Callable[[], _T], place: Path = PLACE) -> _T:
    """Return what `make` makes of a folder's files, read back where it was made before.

    `kind` is the value's type, one that `msgspec` can write as JSON and check when it reads.
    """
    path = place / FOLDER / f"{name}.{digest(place)}.json"
    with suppress(OSError, msgspec.MsgspecError):
        read: _T = msgspec.json.decode(path.read_bytes(), type=kind)
        return read
    made = make()
    with suppress(OSError):
        _write(path, msgspec.json.encode(made))
    return made


def _write(path: Path, data: bytes) -> None:
    """Write a file so that others see it whole or not at all, and remove its older versions."""
    path.parent.mkdir(exist_ok=True)
    with written_beside(path, shared=True) as beside:
        beside.write_bytes(data)
        beside.chmod(0o644)  # others who run this program read it too
    for other in path.parent.glob(f"{path.name.split('.')[0]}.*.json"):
        if other != path:
            other.unlink(missing_ok=True)
