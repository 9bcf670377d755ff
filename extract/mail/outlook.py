"""Outlook's messages (MSG) as a page, like other mail (MS-OXMSG, MS-OXPROPS, MS-CFB).

Each property of a message is a stream of the compound file, named by its number and type. An
attached message has no bytes of its own; it is written out as EML, to be read again like one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import compressed_rtf  # type: ignore[import-untyped]

from core.errors import DamagedDocument
from core.records import Reading
from core.text import one_line
from extract.archives import MAX_DEPTH, MAX_MEMBERS, safe_name
from extract.common import File
from extract.detect import Detected
from extract.encoding import codec_of, decode_html
from extract.mail.eml import SMALL_PICTURE, Body, Content, best_body, compose, part_text
from extract.mail.people import People
from extract.office.compound import open_compound
from extract.office.rtf import rtf_page
from extract.page_text import PageText

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
_CODE_PAGE, _INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
_SENDER = ((0x0C1A, 0x5D01), (0x0C1A, 0x0C1F), (0x0042, 0x5D02), (0x0042, 0x0065))
_RECIPIENT = ((0x3001, 0x39FE), (0x3001, 0x3003), (0x5FF6, 0x39FE))
_SHOWN = (0x0E04, 0x0E03, 0x0E02)  # recipients as one text, parted by semicolons
_DATA, _LONG_NAME, _NAME, _SHOWN_NAME, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x3001, 0x3712
_INNER = "__substg1.0_3701000D"
_PROPERTIES = "__properties_version1.0"
_HEADER, _INNER_HEADER, _PART_HEADER = 32, 24, 8  # bytes before the first fixed property
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_PICTURES = (".png", ".gif", ".jpg", ".jpeg", ".bmp")
_MOST_RTF = 8 * 2**20  # bytes of a compressed body; unpacking it is slow
_CODE_PAGES = {65001: "utf-8", 20127: "ascii", 65000: "utf-7"}


class _Store:
    """A message, recipient or attachment: a folder of streams in the compound file."""

    def __init__(self, ole: Any, path: tuple[str, ...], header: int) -> None:
        self._ole = ole
        self.path = path
        self._fixed = self._fixed_properties(header)
        self.code_page = self.number(_CODE_PAGE)

    def stream(self, name: str) -> bytes | None:
        """Return a stream's bytes, None where it is not there or damaged."""
        try:
            with self._ole.openstream([*self.path, name]) as stream:
                return bytes(stream.read())
        except (OSError, ValueError, IndexError, struct.error):
            return None

    def _fixed_properties(self, header: int) -> dict[int, bytes]:
        data = (self.stream(_PROPERTIES) or b"")[header:]
        entries = (data[at : at + 16] for at in range(0, len(data) - 15, 16))
        return {int.from_bytes(entry[2:4], "little"): entry[8:] for entry in entries}

    def number(self, key: int) -> int:
        """Return a property that is a whole number of 32 bits, 0 where there is none."""
        return int.from_bytes(self._fixed.get(key, b"")[:4], "little")

    def time(self, key: int) -> dt.datetime | None:
        """Return a property that is a time: steps of 100 ns since 1601 (MS-DTYP, 2.3.3)."""
        steps = int.from_bytes(self._fixed.get(key, b""), "little")
        try:
            return _EPOCH + dt.timedelta(microseconds=steps // 10) if steps else None
        except OverflowError:
            return None

    def binary(self, key: int) -> bytes:
        """Return a property that is bytes, b"" where there is none."""
        return self.stream(f"__substg1.0_{key:04X}0102") or b""

    def text(self, key: int, code_page: int = 0) -> str:
        """Return a property that is text, "" where there is none."""
        wide = self.stream(f"__substg1.0_{key:04X}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self.stream(f"__substg1.0_{key:04X}001E") or b""
        charset = _charset(code_page or self.code_page)
        return part_text(narrow, charset).rstrip("\x00") if narrow else ""

    def folders(self, prefix: str) -> list[tuple[str, ...]]:
        """Return the folders right inside this one whose names begin with `prefix`, in order."""
        depth = len(self.path)
        paths = self._ole.listdir(streams=True, storages=True)
        inside = (path for path in paths if tuple(path[:depth]) == self.path and len(path) > depth)
        return sorted(
            {tuple(path[: depth + 1]) for path in inside if path[depth].startswith(prefix)}
        )


def _charset(code_page: int) -> str | None:
    if code_page in _CODE_PAGES:
        return _CODE_PAGES[code_page]
    if 28591 <= code_page <= 28606:
        return f"iso-8859-{code_page - 28590}"
    return codec_of(f"cp{code_page}")


def _bodies(store: _Store) -> list[Body]:
    plain = store.text(_BODY, store.number(_INTERNET_CODE_PAGE))
    found = [Body("plain", plain)] if plain.strip() else []
    data = store.binary(_HTML)
    charset = _charset(store.number(_INTERNET_CODE_PAGE))
    media_type = f"text/html; charset={charset}" if charset else None
    marked = (decode_html(data, media_type) or "") if data else store.text(_HTML)
    if marked.strip():
        found.append(Body("html", marked))
    packed = store.binary(_RTF)
    if not found and 0 < len(packed) < _MOST_RTF:
        try:
            found.append(Body("rtf", data=compressed_rtf.decompress(packed)))
        except Exception:  # noqa: BLE001 - the package raises bare exceptions for broken data
            return found
    return best_body(found)


def _person(store: _Store, keys: tuple[tuple[int, int], ...]) -> list[tuple[str, str]]:
    pairs = ((store.text(name), store.text(address)) for name, address in keys)
    return [(one_line(name), one_line(address)) for name, address in pairs if name or address]


def _recipients(ole: Any, store: _Store) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in store.folders("__recip_version1.0_")[:MAX_MEMBERS]:
        found += _person(_Store(ole, path, _PART_HEADER), _RECIPIENT)
    shown = (name for key in _SHOWN for name in store.text(key).split(";"))
    known = {name for name, _ in found}
    return found + [(one_line(name), "") for name in shown if one_line(name) not in known | {""}]


class _Outlook:
    """Reads a message and those inside it, down to a limit."""

    def __init__(self, ole: Any, file: File) -> None:
        self._ole = ole
        self._file = file

    def content(self, path: tuple[str, ...] = (), depth: int = 0) -> Content:
        """Return the message whose folder is at `path`."""
        store = _Store(self._ole, path, _INNER_HEADER if path else _HEADER)
        sender = _person(store, _SENDER)
        content = Content(
            subject=one_line(store.text(_SUBJECT)),
            sent=store.time(_SUBMITTED) or store.time(_DELIVERED),
            people=People(sender, _recipients(self._ole, store)),
            bodies=_bodies(store),
        )
        folders = store.folders("__attach_version1.0_")
        for number, folder in enumerate(folders[: MAX_MEMBERS + 1], 1):
            self._attach(_Store(self._ole, folder, _PART_HEADER), number, content, depth)
        return content

    def _attach(self, part: _Store, number: int, content: Content, depth: int) -> None:
        said = part.text(_LONG_NAME) or part.text(_NAME) or part.text(_SHOWN_NAME)
        name = safe_name(one_line(said)) if one_line(said) else f"part-{number}"
        if part.folders(_INNER):
            if depth >= MAX_DEPTH:
                detail = f"{name} lies more than {MAX_DEPTH} messages deep; it is not read."
                content.issues.append(self._file.issue("attachments_cut", detail))
                return
            inner = self.content((*part.path, _INNER), depth + 1)
            content.issues += inner.issues
            content.attachments.append((f"{name.removesuffix('.msg')}.eml", self._eml(part, inner)))
            return
        data = part.binary(_DATA)
        shown = part.text(_CONTENT_ID) and name.lower().endswith(_PICTURES)
        if not data:
            detail = f"{name} has no content in the message."
            content.issues.append(self._file.issue("damaged_member", detail))
        elif not (shown and len(data) < SMALL_PICTURE):
            content.attachments.append((name, data))

    def _eml(self, part: _Store, inner: Content) -> bytes:
        """Return an inner message as EML; its people are in it, to be left out when it is read."""
        store = _Store(self._ole, (*part.path, _INNER), _INNER_HEADER)
        message = EmailMessage()
        message["Subject"] = inner.subject
        if inner.sent is not None:
            message["Date"] = format_datetime(inner.sent)
        message["MIME-Version"] = "1.0"
        for field, people in (
            ("From", _person(store, _SENDER)[:1]),
            ("To", _recipients(self._ole, store)),
        ):
            message[field] = _field(people)
        body = inner.bodies[0] if inner.bodies else Body("plain")
        subtype = "html" if body.kind == "html" else "plain"
        message.set_content(_clean(_body_text(body, self._file)), subtype=subtype)
        for name, data in inner.attachments:
            message.add_attachment(data, "application", "octet-stream", filename=name)
        if message.is_multipart():
            place = "/".join((self._file.sha256, *part.path))  # the same bytes at each reading
            message.set_boundary(f"=={hashlib.sha256(place.encode()).hexdigest()}")
        return message.as_bytes()


def _body_text(body: Body, file: File) -> str:
    if body.kind != "rtf":
        return body.text
    page = PageText(1)
    rtf_page(body.data, file.label, page)
    return page.text()


def _clean(text: str) -> str:
    """Return text that can be written out: halves of characters cannot."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _field(people: list[tuple[str, str]]) -> str:
    """Return a header field of names and addresses, without what would break it."""
    shown = []
    for name, address in people:
        plain = "".join(c for c in name if c.isprintable() and c not in '"\\<>')
        known = address if "@" in address and address.isascii() and " " not in address else ""
        shown.append(f'"{plain}" <{known or "unknown@invalid"}>')
    return ", ".join(shown)


def read_msg(file: File, detected: Detected) -> Reading:
    """Read an Outlook message: one page of subject, date and body, attachments as members.

    Raises `DamagedDocument` where the compound file is broken.
    """
    try:
        with open_compound(file.data) as ole:
            content = _Outlook(ole, file).content()
    except (OSError, ValueError, IndexError, struct.error) as error:
        known = isinstance(error, ValueError)  # those of `open_compound` are in plain words
        cause = str(error) if known else "its parts do not fit together"
        raise DamagedDocument(
            f"{file.label} is no complete MSG ({cause}); fetch it again."
        ) from error
    return compose(file, detected, content)
