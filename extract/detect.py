"""What kind of file some bytes are: content decides, name and media type only break ties."""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from charset_normalizer import from_bytes

from core.errors import EmptyDocument, EncryptedDocument, UnknownFormat
from extract.common import File

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html",
    "notice": "application/xml",
    "xml": "application/xml",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text": "text/plain",
    "json": "application/json",
    "csv": "text/csv",
}
# What an ending or a media type promises. A promise that content does not keep is an issue.
_ENDINGS = {
    ".pdf": "pdf", ".html": "html", ".htm": "html", ".xhtml": "html", ".xml": "xml",
    ".zip": "zip", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xlsx", ".ods": "xlsx",
    ".docx": "docx", ".txt": "text", ".md": "text", ".json": "json", ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
_PROMISES = {
    "application/pdf": "pdf", "text/html": "html", "application/xhtml+xml": "html",
    "application/xml": "xml", "text/xml": "xml", "application/zip": "zip",
    "application/json": "json", "text/csv": "csv",
    "application/vnd.ms-excel": "xlsx", "application/vnd.oasis.opendocument.spreadsheet": "xlsx",
    MEDIA_TYPES["xlsx"]: "xlsx", MEDIA_TYPES["docx"]: "docx",
}  # fmt: skip
_KEPT = {"xml": {"notice", "html"}, "text": {"json", "csv"}, "csv": {"text"}, "json": {"text"}}

_HEAD = 65_536
_NOTICE_ROOTS = {
    "TED_EXPORT",
    "ContractNotice",
    "ContractAwardNotice",
    "PriorInformationNotice",
    "BusinessRegistrationInformationNotice",
}
# Atomic groups: a comment ends at its first end mark, or a file of many comments takes for ever.
_PROLOG = r"\s*+(?:(?><\?.*?\?>|<!--.*?-->)\s*+)*+"
_DOCTYPE = r"(?:(?><!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?>)\s*+)?+"
_ROOT = re.compile(
    _PROLOG + _DOCTYPE + _PROLOG + r"<(?:[A-Za-z_][\w.\-]*+:)?+([A-Za-z_][\w.\-]*+)",
    re.DOTALL | re.IGNORECASE,
)
_HTML_DOCTYPE = re.compile(_PROLOG + r"<!DOCTYPE\s++html", re.DOTALL | re.IGNORECASE)
_HTML_ROOTS = {
    "html", "head", "body", "div", "p", "span", "section", "article", "main", "table", "ul", "h1",
    "h2", "h3", "title", "meta", "script", "style", "center", "font", "br", "a",
}  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What EU and partner countries' offices wrote before UTF-8; without this choice the library likes
# to see the code pages of old Macintoshes.
_OLD_CODECS = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "cp1256", "iso8859_2", "iso8859_7",
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_CONTROLS = 0.01  # of the characters; prose has none, a binary file many


@dataclass(frozen=True)
class Detected:
    """The kind, the media type that goes with it, and what the name promised instead, if so."""

    kind: str
    media_type: str
    promised: str | None = None


def decode(data: bytes) -> str | None:
    """Return the text of `data`, None where it is no text.

    A byte order mark is believed, then UTF-8, then what charset-normalizer finds most likely.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            try:
                return _readable(data.decode(codec))
            except UnicodeDecodeError:
                return None
    try:
        return _readable(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if b"\x00" in data[:_HEAD]:
        return None
    best = from_bytes(data[: 16 * _HEAD], cp_isolation=list(_OLD_CODECS)).best()
    return _readable(data.decode(best.encoding, "replace")) if best else None


def _readable(text: str) -> str | None:
    head = text[:_HEAD]
    controls = sum(1 for c in head if ord(c) < 32 and c not in "\t\n\r\f\v") + head.count("\x00")
    return None if controls > _MOST_CONTROLS * max(len(head), 1) else text


def _promise(file: File) -> str | None:
    ending = PurePath(file.name or "").suffix.lower()
    media = (file.media_type or "").split(";")[0].strip().lower()
    return _ENDINGS.get(ending) or _PROMISES.get(media)


def _zip_kind(file: File) -> str:
    """Tell office files from plain archives by the parts they must have."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        promised = _promise(file)
        return promised if promised in {"xlsx", "docx"} else "zip"
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", "docx"), ("xl/", "xlsx")):
            if any(name.startswith(folder) for name in names):
                return kind
    return "xlsx" if {"content.xml", "mimetype"} <= names and _is_ods(file.data) else "zip"


def _is_ods(data: bytes) -> bool:
    return b"application/vnd.oasis.opendocument.spreadsheet" in data[:200]


def _ole_kind(file: File) -> str:
    if "EncryptedPackage".encode("utf-16-le") in file.data:
        raise EncryptedDocument(f"{file.label} needs a password; add a copy without one.")
    if "Workbook".encode("utf-16-le") in file.data:
        return "xlsx"
    raise UnknownFormat(f"{file.label} is an old office file that is not read; save it as DOCX.")


def _markup_kind(text: str) -> str | None:
    """Return notice, xml or html for text that begins with markup."""
    head = text[:_HEAD].lstrip("\ufeff")
    if _HTML_DOCTYPE.match(head):
        return "html"
    root = _ROOT.match(head)
    if root is None:
        return "xml" if head.lstrip().startswith("<?xml") else None
    name = root[1]
    if name in _NOTICE_ROOTS:
        return "notice"
    declared = head.lstrip().startswith("<?xml")
    if name.lower() == "html" or (name.lower() in _HTML_ROOTS and not declared):
        return "html"
    return "xml" if head.lstrip().startswith(("<?xml", "<!DOCTYPE")) else None


def _text_kind(text: str, promised: str | None) -> str:
    markup = _markup_kind(text)
    if markup:
        return markup
    if promised in {"xml", "html"} and text.lstrip().startswith("<"):
        return promised
    if text.lstrip()[:1] in {"{", "["} and _is_json(text):
        return "json"
    return "csv" if promised == "csv" else "text"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _kind(file: File, promised: str | None) -> str:
    data = file.data
    at = data[:1024].find(b"%PDF-")
    if at == 0 or (at > 0 and b" obj" in data):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file)
    if data.startswith(_OLE):
        return _ole_kind(file)
    text = decode(data)
    if text is None:
        raise UnknownFormat(
            f"{file.label} is of no kind that is read ({', '.join(MEDIA_TYPES)}); convert it."
        )
    if not text.strip("\ufeff\x00 \t\r\n\f\v"):
        raise EmptyDocument(f"{file.label} holds only white space; fetch it again.")
    return _text_kind(text, promised)


def detect(file: File) -> Detected:
    """Return the kind of a file.

    Raises `EmptyDocument` for nothing or white space, `EncryptedDocument` for a protected office
    file, `UnknownFormat` for bytes of no kind that is read.
    """
    if not file.data.strip(b"\x00 \t\r\n"):
        raise EmptyDocument(f"{file.label} is empty; fetch it again.")
    promised = _promise(file)
    kind = _kind(file, promised)
    kept = promised is None or kind == promised or kind in _KEPT.get(promised, set())
    media_type = MEDIA_TYPES[kind]
    if kind == "text" and PurePath(file.name or "").suffix.lower() == ".md":
        media_type = "text/markdown"
    return Detected(kind, media_type, None if kept else promised)
