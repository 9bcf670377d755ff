"""What every reader of a kind is given, and the issues that it may raise."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

from core.records import Issue

ROOM = "extract"
# What `zipfile` lets through where an archive or a member of it is damaged.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError, KeyError,
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """One file to read. `label` names it in messages; `language` is what its source said.

    `url` is where it came from, which the relative links of a web page go by. `seconds` bounds
    text recognition.
    """

    data: bytes
    sha256: str
    label: str
    name: str | None = None
    media_type: str | None = None
    language: str | None = None
    url: str | None = None
    seconds: float | None = None

    def issue(
        self,
        code: str,
        detail: str,
        *,
        page: int | None = None,
        level: Literal["info", "warning", "error"] = "warning",
    ) -> Issue:
        """Return an issue of this file."""
        return Issue(
            code=code, room=ROOM, level=level, sha256=self.sha256, page=page, detail=detail
        )
