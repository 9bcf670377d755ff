"""Mail that is a trap: thousands of parts, parts in parts, lies about coding, floods of headers."""

from __future__ import annotations

import base64
import random

from tests.hostile.maker import SENTENCE, Collection, zeros
from tests.hostile.pdf_writer import Pdf
from tests.hostile.zip_writer import bomb, packed

MAIL = Collection()
_TEXT = SENTENCE.encode()
_HEAD = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Boats\r\n"
    b"Date: Mon, 1 Mar 2021 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
)
_PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n" % _TEXT
_MIXED = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n'


def _attached(data: bytes, name: bytes, kind: bytes = b"application/pdf") -> bytes:
    coded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return (
        b'--b\r\nContent-Type: %s\r\nContent-Disposition: attachment; filename="%s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n" % (kind, name, coded)
    )


def _mixed(parts: bytes) -> bytes:
    return _HEAD + _MIXED % b"b" + b"--b\r\n" + _PLAIN + parts + b"--b--\r\n"


@MAIL.file("thousands_of_parts.eml", "20,000 parts", expect="read", says=("attachments_cut",))
def thousands_of_parts(_: random.Random) -> bytes:
    return _mixed((b"--b\r\n" + _PLAIN) * 20_000)


@MAIL.file(
    "thousands_of_attachments.eml", "5,000 attached PDFs", expect="read", says=("attachments_cut",)
)
def thousands_of_attachments(_: random.Random) -> bytes:
    return _mixed(_attached(Pdf().build(), b"a.pdf") * 5000)


@MAIL.file("parts_in_parts.eml", "500 multiparts in each other", quick=True, expect="read")
def parts_in_parts(_: random.Random) -> bytes:
    opened = b"".join(_MIXED % b"b%d" % n + b"--b%d\r\n" % n for n in range(500))
    closed = b"".join(b"\r\n--b%d--\r\n" % n for n in reversed(range(500)))
    return _HEAD + opened + _PLAIN + closed


@MAIL.file("messages_in_messages.eml", "300 messages in each other")
def messages_in_messages(_: random.Random) -> bytes:
    return (_HEAD + b"Content-Type: message/rfc822\r\n\r\n") * 300 + _HEAD + _PLAIN


@MAIL.file(
    "same_boundary.eml", "2,000 multiparts in each other with the same boundary", expect="read"
)
def same_boundary(_: random.Random) -> bytes:
    return _HEAD + (_MIXED % b"b" + b"--b\r\n") * 2000 + _PLAIN


@MAIL.file("no_boundary.eml", "a multipart without a boundary, and one of 1 MB")
def no_boundary(_: random.Random) -> bytes:
    inner = b"Content-Type: multipart/mixed\r\n\r\n--\r\n" + _PLAIN
    return _HEAD + _MIXED % (b"x" * 2**20) + b"--" + b"x" * 2**20 + b"\r\n" + inner


@MAIL.file("coding_lies.eml", "noise that is said to be base64 and quoted-printable")
def coding_lies(rng: random.Random) -> bytes:
    noise = rng.randbytes(200_000).replace(b"\r", b"").replace(b"\n", b"")
    parts = b"".join(
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: %s\r\n\r\n%s\r\n" % (coding, noise)
        for coding in (b"base64", b"quoted-printable", b"x-uuencode", b"nobody", b"8bit")
    )
    return _mixed(parts)


@MAIL.file("unknown_character_sets.eml", "character sets that do not exist or are code")
def unknown_character_sets(_: random.Random) -> bytes:
    names = (
        b"x-evil",
        b"../../etc/passwd",
        b"zip_codec",
        b"rot13",
        b"base64",
        b"idna",
        b"",
        b"a" * 9999,
    )
    parts = b"".join(
        b'--b\r\nContent-Type: text/plain; charset="%s"\r\n\r\n%s\r\n' % (name, _TEXT)
        for name in names
    )
    return _mixed(parts)


@MAIL.file("flood_of_headers.eml", "200,000 headers", expect="read")
def flood_of_headers(_: random.Random) -> bytes:
    return b"Received: from a by b; Mon, 1 Mar 2021 10:00:00 +0000\r\n" * 200_000 + _HEAD + _PLAIN


@MAIL.file(
    "long_subject.eml", "a subject of 100,000 coded words", expect="read", says=("header_cut",)
)
def long_subject(_: random.Random) -> bytes:
    word = b" =?utf-8?b?QUFB?=\r\n"
    return b"From: a@example.org\r\nSubject:" + word * 100_000 + b"To: b@example.org\r\n" + _PLAIN


@MAIL.file(
    "many_recipients.eml",
    "100,000 recipients, and groups in groups",
    expect="read",
    says=("header_cut",),
)
def many_recipients(_: random.Random) -> bytes:
    people = b",\r\n ".join(b"Name %d <a%d@example.org>" % (n, n) for n in range(100_000))
    return (
        b"From: a@example.org\r\nCc: "
        + b"g:" * 9000
        + b"\r\nTo: %s\r\nSubject: B\r\n" % people
        + _PLAIN
    )


@MAIL.file(
    "brackets_in_headers.eml",
    "comments in comments in the sender and the date",
    expect="read",
    says=("header_cut",),
)
def brackets_in_headers(_: random.Random) -> bytes:
    deep = b"(" * 50_000
    return (
        b'From: %s a@example.org\r\nDate: %s\r\nSubject: B\r\nTo: "%s\r\n' % (deep, deep, deep)
        + _PLAIN
    )


@MAIL.file(
    "type_of_many_parameters.eml",
    "a content type with 100,000 parameters in pieces",
    expect="read",
    says=("header_cut",),
)
def type_of_many_parameters(_: random.Random) -> bytes:
    pieces = b"".join(b";\r\n name*%d*=%%41" % number for number in range(100_000))
    return _HEAD + b"Content-Type: text/plain" + pieces + b"\r\n\r\n" + _TEXT


@MAIL.file("odd_attachment_names.eml", "attachments with names that leave their folder")
def odd_attachment_names(_: random.Random) -> bytes:
    names = (
        b"../../etc/passwd",
        b"C:\\a.pdf",
        b"a.pdf.exe",
        b"",
        b"=?utf-8?b?Li4vLi4vYQ==?=",
        b"a" * 5000,
    )
    return _mixed(b"".join(_attached(Pdf().build(), name) for name in names))


@MAIL.file("bomb_attached.eml", "an attached ZIP with a member of 1 GiB")
def bomb_attached(_: random.Random) -> bytes:
    data = packed([bomb("zeros.txt", *zeros(2**30))])
    return _mixed(_attached(data, b"a.zip", b"application/zip"))


@MAIL.file("web_page_in_mail.eml", "a body of 60,000 elements in each other")
def web_page_in_mail(_: random.Random) -> bytes:
    return _HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 60_000 + _TEXT


@MAIL.file("noise.msg", "the mark of an Outlook message, then noise")
def outlook_noise(rng: random.Random) -> bytes:
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    )
    return head + rng.randbytes(300_000) + "__substg1.0_0037001F".encode("utf-16-le")
