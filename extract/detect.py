"""What kind of file some bytes are: content decides, name and media type only break ties."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from core.errors import EmptyDocument, EncryptedDocument, UnknownFormat
from extract.common import DAMAGE, File
from extract.encoding import HEAD, charset_of, decode
from extract.office.compound import open_compound

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html",
    "notice": "application/xml",
    "xml": "application/xml",
    "zip": "application/zip",
    "gzip": "application/gzip",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "odt": f"{_OPEN}text",
    "ods": f"{_OPEN}spreadsheet",
    "rtf": "application/rtf",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "text": "text/plain",
    "json": "application/json",
    "csv": "text/csv",
}
# What an ending or a media type promises. A promise that content does not keep is an issue.
_ENDINGS = {
    ".pdf": "pdf", ".html": "html", ".htm": "html", ".xhtml": "html", ".xml": "xml",
    ".zip": "zip", ".gz": "gzip", ".tgz": "gzip", ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".xlsb": "xlsx", ".xltx": "xlsx", ".xls": "xls", ".xlt": "xls", ".ods": "ods", ".ots": "ods",
    ".docx": "docx", ".docm": "docx", ".dotx": "docx", ".doc": "doc", ".dot": "doc",
    ".odt": "odt", ".ott": "odt", ".rtf": "rtf", ".eml": "eml", ".mht": "eml", ".mhtml": "eml",
    ".msg": "msg", ".txt": "text", ".md": "text", ".json": "json", ".csv": "csv", ".tsv": "csv",
    ".tab": "csv", ".ppt": "ppt", ".pptx": "pptx", ".odp": "odp",
}  # fmt: skip
_PROMISES = {
    **{media: kind for kind, media in MEDIA_TYPES.items() if kind not in {"notice", "text"}},
    "application/xhtml+xml": "html", "text/xml": "xml", "application/x-zip-compressed": "zip",
    "application/x-gzip": "gzip", "text/rtf": "rtf", "application/msword": "doc",
    "text/tab-separated-values": "csv",
}  # fmt: skip
_KEPT = {
    "xml": {"notice", "html"}, "text": {"json", "csv", "eml"}, "csv": {"text"}, "json": {"text"},
    "eml": {"text"},
}  # fmt: skip
_MOST_ENDINGS = 3  # x.pdf.pdf, x.pdf.download, x.pdf.1

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
_FIELD = re.compile(rb"([!-9;-~]{1,76}):")
_MAIL_SURE = {
    b"received", b"message-id", b"mime-version", b"return-path", b"delivered-to",
    b"content-type", b"content-transfer-encoding", b"dkim-signature", b"x-mailer", b"thread-index",
}  # fmt: skip
_MAIL_USUAL = {b"from", b"to", b"subject", b"date", b"sender", b"cc", b"message-id", b"received"}
# The first of these streams that is there says what the file is; a message may hold the others.
_OLE_KINDS = {
    "__properties_version1.0": "msg", "Workbook": "xls", "Book": "xls", "WordDocument": "doc",
    "PowerPoint Document": "ppt", "VisioDocument": "visio",
}  # fmt: skip
_OLD = {
    "doc": "a Word file of the years before 2007", "ppt": "an old presentation",
    "visio": "a Visio drawing",
}  # fmt: skip
_FOREIGN = (
    (b"Rar!\x1a\x07", "a RAR archive; unpack it and add its files"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it and add its files"),
    (b"\x78\x9f\x3e\x22", "a winmail.dat; ask the sender for the files as attachments"),
    (b"\x89PNG\r\n", "a picture; add it as a PDF"),
    (b"\xff\xd8\xff", "a picture; add it as a PDF"),
    (b"GIF8", "a picture; add it as a PDF"),
    (b"II*\x00", "a picture; add it as a PDF"),
    (b"MM\x00*", "a picture; add it as a PDF"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Detected:
    """The kind, the media type that goes with it, and what the name promised instead, if so."""

    kind: str
    media_type: str
    promised: str | None = None


def _promise(file: File) -> str | None:
    """Return the kind that the name promises, by its last ending that is one, or the media type."""
    endings = PurePath((file.name or "").strip().lower()).suffixes[-_MOST_ENDINGS:]
    named = (_ENDINGS[ending] for ending in reversed(endings) if ending in _ENDINGS)
    media = (file.media_type or "").split(";")[0].strip().lower()
    return next(named, None) or _PROMISES.get(media)


def _zip_kind(file: File, promised: str | None) -> str:
    """Tell office files from plain archives by the parts they must have."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            names = set(archive.namelist())
            stated = _stated_type(archive) if {"content.xml", "mimetype"} <= names else ""
    except DAMAGE:
        return promised if promised in {"xlsx", "docx", "odt", "ods"} else "zip"
    if "[Content_Types].xml" in names:
        folders = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
        for folder, kind in folders:
            if any(name.startswith(folder) for name in names):
                return _spoken(kind, file)
    # ODF 1.3, part 2, 3.3; templates and master documents have the same names with an addition
    for what, kind in (("spreadsheet", "ods"), ("presentation", "odp"), ("text", "odt")):
        if stated.startswith(f"{_OPEN}{what}"):
            return _spoken(kind, file)
    return "zip"


def _stated_type(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as member:
        return member.read(100).decode("ascii", "replace").strip()


def _spoken(kind: str, file: File) -> str:
    """Return a kind that is read; raise `UnknownFormat` for presentations."""
    if kind in {"pptx", "odp"}:
        raise UnknownFormat(f"{file.label} is a presentation, which is not read; save it as PDF.")
    return kind


def _ole_streams(data: bytes) -> set[str]:
    """Return the names at the top of a compound file; what cannot be opened is searched."""
    try:
        with open_compound(data) as ole:
            return {path[0] for path in ole.listdir(streams=True, storages=True)}
    except Exception:  # noqa: BLE001 - broken files meet errors of every kind in there
        names = (*_OLE_KINDS, "EncryptedPackage")
        return {name for name in names if name.encode("utf-16-le") in data}


def _ole_kind(file: File) -> str:
    """Tell the files of older offices apart by their streams (MS-CFB, MS-XLS, MS-OXMSG)."""
    streams = _ole_streams(file.data)
    if "EncryptedPackage" in streams:
        raise EncryptedDocument(f"{file.label} needs a password; add a copy without one.")
    kind = next((kind for name, kind in _OLE_KINDS.items() if name in streams), None)
    if kind in MEDIA_TYPES:
        return str(kind)
    what = _OLD.get(kind or "", "an old office file")
    raise UnknownFormat(f"{file.label} is {what}, which is not read; save it as DOCX or PDF.")


def _is_mail(data: bytes, promised: str | None) -> bool:
    """Tell a message by its header fields: those that mail programs write, or those all have."""
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf\r\n")
    if head.startswith(b"From "):  # how a mailbox begins each message
        head = head.partition(b"\n")[2]
    names: set[bytes] = set()
    for line in head.splitlines():
        field = _FIELD.match(line)
        if field:
            names.add(field[1].lower())
        elif line[:1] not in {b" ", b"\t"} or not names:
            break
    known, sure = len(names & _MAIL_USUAL), len(names & _MAIL_SURE)
    if promised == "eml":  # the header of a page that a browser saved may have one field of these
        return known > 1 or (known > 0 and sure > 0)
    return known > 1 and sure > 1


def _markup_kind(text: str) -> str | None:
    """Return notice, xml or html for text that begins with markup."""
    head = text[:HEAD].lstrip("\ufeff")
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


def _binary_kind(file: File, promised: str | None) -> str | None:
    """Return the kind of what is told by its first bytes, None for what may be text."""
    data = file.data
    at = data[:1024].find(b"%PDF-")
    if at == 0 or (at > 0 and b" obj" in data and not _is_mail(data, promised)):
        return "pdf"  # readers of PDF look for its header in the first 1024 bytes
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file, promised)
    if data.startswith(_OLE):
        return _ole_kind(file)
    if data.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if data[:64].lstrip(b"\xef\xbb\xbf\x00 \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    for signature, what in _FOREIGN:
        if data.startswith(signature):
            raise UnknownFormat(f"{file.label} is {what}.")
    return "eml" if _is_mail(data, promised) else None


def _kind(file: File, promised: str | None) -> str:
    kind = _binary_kind(file, promised)
    if kind:
        return kind
    text = decode(file.data, charset_of(file.media_type))
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
