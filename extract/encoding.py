"""Bytes to text: marks and declarations are believed where they fit, the rest is found out."""

from __future__ import annotations

import codecs
import re
from email.message import Message

from charset_normalizer import from_bytes

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
HEAD = 65_536
_MOST_CONTROLS = 0.01  # of the characters; prose has none, a binary file many
_META = re.compile(rb"<meta\b[^>]*\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_META_WITHIN = 4096  # bytes; HTML wants the declaration in the first 1024
# Browsers read what is declared as Latin-1 in its extended form (WHATWG Encoding, 4.2).
_EXTENDED = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}


def decode(data: bytes, declared: str | None = None) -> str | None:
    """Return the text of `data`, None where it is no text.

    A byte order mark is believed, then UTF-8, then UTF-16 without a mark, then the character set
    that is `declared` where it fits, then what charset-normalizer finds most likely.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _decoded(data, codec)
    text = _decoded(data, "utf-8")
    if text is not None:
        return text
    wide = _wide(data)
    if wide is not None or b"\x00" in data[:HEAD]:
        return None if wide is None else _decoded(data, wide)
    known = codec_of(declared)
    text = _decoded(data, known) if known else None
    if text is not None:
        return text
    best = from_bytes(data[: 16 * HEAD], cp_isolation=list(_OLD_CODECS)).best()
    return _readable(data.decode(best.encoding, "replace")) if best else None


def decode_html(data: bytes, media_type: str | None = None) -> str | None:
    """Return the text of a web page; the answer's header is believed before the page itself."""
    found = _META.search(data[:_META_WITHIN])
    return decode(data, charset_of(media_type) or (found[1].decode("ascii") if found else None))


def charset_of(media_type: str | None) -> str | None:
    """Return the character set that a media type names.

    >>> charset_of('text/html; charset="ISO-8859-2"')
    'iso-8859-2'
    """
    if not media_type or ";" not in media_type:
        return None
    message = Message()
    message["Content-Type"] = media_type.replace("\r", " ").replace("\n", " ")
    return message.get_content_charset()


def codec_of(charset: str | None) -> str | None:
    """Return Python's name of a character set, None where it has none that makes text."""
    try:
        name = codecs.lookup(charset or "").name
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return _EXTENDED.get(name, name)


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return _readable(data.decode(codec))
    except (UnicodeError, LookupError):
        return None


def _wide(data: bytes) -> str | None:
    """Return the UTF-16 that text without a mark is in: every other byte is mostly zero."""
    head = data[:1024]
    if len(head) < 4 or len(data) % 2:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    most = 0.6 * len(head) / 2
    if odd > most and not even:
        return "utf-16-le"
    return "utf-16-be" if even > most and not odd else None


def _readable(text: str) -> str | None:
    head = text[:HEAD]
    controls = sum(1 for c in head if ord(c) < 32 and c not in "\t\n\r\f\v") + head.count("\x00")
    return None if controls > _MOST_CONTROLS * max(len(head), 1) else text
