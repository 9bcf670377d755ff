"""Files that reviewers send: read from a multipart body as it comes, kept until they are taken in.

One at a time: a file is received, then taken in as `add` does, in the background; `Uploads` says
what came of it. The format is RFC 7578, read by python-multipart.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header

from core.archive import explained
from core.errors import MaterielError, OutputLocked, UsageError

State = Literal["receiving", "taking", "done", "locked", "failed"]
_KEPT = 50  # uploads that are told of
_OLD = 24 * 3600  # seconds after which what a stopped app left is removed
_LONGEST = 120  # characters of a name
_TOKEN = 200  # bytes of a token


class Refused(Exception):
    """Raised by `Body` for a file that comes without the token of its session before it."""


@dataclass
class Upload:
    """One file: who sent it and what became of it; `sentence` says why it could not be."""

    id: str
    who: str
    folder: Path
    name: str = ""
    sha256: str = ""
    size: int = 0
    state: State = "receiving"
    sentence: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the file lies until it has been taken in."""
        return self.folder / self.name

    def plain(self, sentence: object) -> str:
        """Return a sentence with the file's name where it names the place it lay at."""
        text = str(sentence).replace(self.path.resolve().as_uri(), self.name)
        return text.replace(str(self.path), self.name)


class Uploads:
    """The uploads of one running app."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, Upload] = {}
        self._one = threading.Lock()

    def begin(self, who: str) -> Upload:
        """Make room for a file; raise `UsageError` while another one is received or taken in."""
        with self._one:
            if any(one.state in ("receiving", "taking") for one in self._known.values()):
                raise UsageError("Another file is being taken in; send yours when that is done.")
            name = secrets.token_hex(8)
            upload = Upload(name, who, self.folder / name)
            with explained(self.folder):
                self._sweep()
                upload.folder.mkdir(parents=True, mode=0o700)
            self._known[name] = upload
            for other in list(self._known.values())[:-_KEPT]:
                self.drop(other)
            return upload

    def drop(self, upload: Upload) -> None:
        """Forget an upload and remove its file."""
        self._known.pop(upload.id, None)
        shutil.rmtree(upload.folder, ignore_errors=True)

    def get(self, name: str) -> Upload | None:
        """Return an upload by its id."""
        return self._known.get(name)

    def latest(self) -> list[Upload]:
        """Return the uploads, newest first."""
        return list(reversed(self._known.values()))

    def take(self, upload: Upload, take_in: Callable[[Path], Mapping[str, Any]]) -> None:
        """Begin to take a received file in, in a thread that keeps nobody from stopping the app.

        Raises `UsageError` while another one is taken in.
        """
        with self._one:
            if any(one.state == "taking" for one in self._known.values()):
                raise UsageError("Another file is being taken in; wait until that is done.")
            upload.state, upload.sentence = "taking", ""
        threading.Thread(target=_taken, args=(upload, take_in), daemon=True).start()

    def _sweep(self) -> None:
        """Remove what an app that was stopped had received and not taken in."""
        for left in self.folder.iterdir() if self.folder.is_dir() else ():
            if left.name not in self._known and left.stat().st_mtime < time.time() - _OLD:
                shutil.rmtree(left, ignore_errors=True)


def _taken(upload: Upload, take_in: Callable[[Path], Mapping[str, Any]]) -> None:
    try:
        upload.report = take_in(upload.path)
    except OutputLocked as error:
        upload.sentence = str(error)
        upload.state = "locked"  # the file stays, to be tried again
        return
    except (MaterielError, OSError) as error:
        upload.sentence = upload.plain(error)
        upload.state = "failed"
    else:
        upload.state = "done"
    shutil.rmtree(upload.folder, ignore_errors=True)


def clean_name(given: str) -> str:
    """Return a file's name without folders, unseen signs and leading dots; 120 characters at most.

    >>> clean_name("C:\\\\files\\\\.. /..annex\\u202e.pdf")
    'annex.pdf'
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C"
    )
    plain = " ".join(plain.split()).lstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and 0 < len(ending) <= 10:
        plain = f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"
    plain = plain[:_LONGEST]
    while len(plain.encode()) > 240:  # what file systems take for a name
        plain = plain[1:]
    return plain or "file"


class Body:
    """The body of a request as it comes: the token first, then one file into an upload's folder.

    `allowed` tells whether a token is the one of the session; a file is not kept before one was.
    """

    def __init__(
        self, media_type: str, upload: Upload, most: int, *, allowed: Callable[[str], bool]
    ) -> None:
        kind, options = parse_options_header(media_type.encode("latin-1", "replace"))
        self._ready = allowed("")
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            if not self._ready:
                raise Refused
            raise UsageError("What was sent is no form with a file; choose a file on the page.")
        self.upload = upload
        self._most = most
        self._allowed = allowed
        self._headers: dict[bytes, bytes] = {}
        self._header = [b"", b""]
        self._field = b""
        self._token = b""
        self._file: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self._whole = False
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": lambda data, a, b: self._add(0, data[a:b]),
                "on_header_value": lambda data, a, b: self._add(1, data[a:b]),
                "on_header_end": self._header_ends,
                "on_headers_finished": self._part_begins,
                "on_part_data": lambda data, a, b: self._part_data(data[a:b]),
                "on_part_end": self._part_ends,
                "on_end": self._ends,
            },
        )

    def write(self, data: bytes) -> None:
        """Take the next bytes of the body.

        Raises `UsageError` for what is no such form or too large, `Refused` for a file without a
        token before it, and `OutputNotWritable` or `DiskFull`.
        """
        try:
            self._parser.write(data)
        except MultipartParseError as error:
            raise UsageError("What was sent is not understood; send the file again.") from error

    def finish(self) -> None:
        """Say that all has come; raise `UsageError` where there was no whole file in it."""
        if not self._ready:
            raise Refused
        if not self._whole:
            raise UsageError("The file did not come as a whole; send it again.")
        if not self.upload.name:
            raise UsageError("Choose a file first.")
        if not self.upload.size:
            raise UsageError(f"{self.upload.name} is empty.")
        self.upload.sha256 = self._hash.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _add(self, part: int, data: bytes) -> None:
        self._header[part] += data

    def _header_ends(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _part_begins(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"")
        if self._field != b"file":
            return
        if not self._ready:
            raise Refused
        if self.upload.name:
            raise UsageError("Send one file at a time, or put several into a ZIP.")
        given = options.get(b"filename", b"").decode("utf-8", "replace")
        if given:
            self.upload.name = clean_name(given)
            with explained(self.upload.path):
                self._file = self.upload.path.open("xb")

    def _part_data(self, data: bytes) -> None:
        if self._field == b"token":
            self._token = (self._token + data)[:_TOKEN]
        elif self._field == b"file" and self._file is not None:
            self.upload.size += len(data)
            if self.upload.size > self._most:
                limit = self._most // 1024**2
                raise UsageError(f"{self.upload.name} is larger than {limit} MiB.")
            self._hash.update(data)
            with explained(self.upload.path):
                self._file.write(data)

    def _part_ends(self) -> None:
        if self._field == b"token":
            self._ready = self._ready or self._allowed(self._token.decode("latin-1"))
        elif self._field == b"file" and self._file is not None:
            with explained(self.upload.path):
                self.close()

    def _ends(self) -> None:
        self._whole = True
