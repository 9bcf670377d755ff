"""PDFs whose envelope is a trap: streams of objects and contents, encryption, polyglots."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib

from tests.hostile.maker import SENTENCE, Collection
from tests.hostile.pdf_writer import TEXT, Pdf, coded, stream

ENVELOPES = Collection()
_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_MANY = 2_000_000_000


def _contents_stream(entries: bytes, table: bytes, *, extra: bytes = b"") -> bytes:
    """Return a PDF whose table of contents is a stream (ISO 32000-1, 7.5.8)."""
    body, _places = Pdf().body()
    start = len(body) + len(extra)
    number = b"%d 0 obj\n" % 50
    found = stream(table, b"/Type /XRef /Root 1 0 R " + entries)
    tail = b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return body + extra + number + found + tail


@ENVELOPES.file("xref_stream_of_wrong_widths.pdf", "columns of 10^8 bytes in the table of contents")
def xref_stream_widths(rng: random.Random) -> bytes:
    return _contents_stream(b"/Size 51 /W [1 99999999 -2]", rng.randbytes(400))


@ENVELOPES.file("xref_stream_of_no_width.pdf", "2e9 entries of no bytes in the table of contents")
def xref_stream_no_width(_: random.Random) -> bytes:
    return _contents_stream(b"/Size %d /Index [0 %d] /W [0 0 0]" % (_MANY, _MANY), b"\x01")


def _object_stream(number: int, count: int, first: int, data: bytes, entries: bytes = b"") -> bytes:
    body = stream(data, b"/Type /ObjStm /N %d /First %d %s" % (count, first, entries))
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


@ENVELOPES.file(
    "object_streams_in_object_streams.pdf",
    "the page stands in a stream that holds itself",
    quick=True,
)
def object_streams(_: random.Random) -> bytes:
    inner = b"3 0 60 10 61 20 << >>     60 0 R    61 0 R    "
    extra = _object_stream(60, 3, 16, inner, b"/Extends 61 0 R")
    extra += _object_stream(61, 3, 16, inner, b"/Extends 60 0 R")
    row = struct.Struct(">BHB")
    rows = [row.pack(0, 0, 0)] + [row.pack(2, 60, place % 3) for place in range(1, 62)]
    return _contents_stream(b"/Size 62 /W [1 2 1]", b"".join(rows), extra=extra)


@ENVELOPES.file(
    "object_stream_of_two_thousand_million.pdf", "a stream that says it holds 2e9 objects"
)
def object_stream_count(_: random.Random) -> bytes:
    extra = _object_stream(60, _MANY, _MANY, b"3 0 << >>")
    row = struct.Struct(">BHB")
    rows = [row.pack(0, 0, 0)] + [row.pack(2, 60, 0) for _ in range(60)]
    return _contents_stream(b"/Size 61 /W [1 2 1]", b"".join(rows), extra=extra)


@ENVELOPES.file("linearised_lies.pdf", "first-page hints that point behind the end of the file")
def linearised_lies(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[6] = b"<< /Linearized 1 /L 99999999 /H [%d 9 -5 9] /O 4 /E -1 /N %d /T %d >>" % (
        _MANY,
        _MANY,
        _MANY,
    )
    body = pdf.build()
    first = b"1 0 obj"
    return body.replace(first, b"7 0 obj\n" + pdf.objects[6] + b"\nendobj\n" + first, 1)


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _encrypted(password: bytes) -> bytes:
    """Return a PDF under the standard handler, version 1 (ISO 32000-1, 7.6.3)."""
    padded, identity = (password + _PAD)[:32], b"materiel hostile"
    owner = _rc4(_md5((b"owner" + _PAD)[:32])[:5], padded)
    key = _md5(padded + owner + struct.pack("<i", -4) + identity)[:5]
    pdf = Pdf()
    salted = _md5(key + (4).to_bytes(3, "little") + b"\0\0")[:10]
    pdf.objects[4] = coded(_rc4(salted, TEXT))
    number = pdf.add(
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
        % (owner.hex().encode(), _rc4(key, _PAD).hex().encode())
    )
    mark = identity.hex().encode()
    pdf.trailer = b"/Encrypt %d 0 R /ID [<%s> <%s>]" % (number, mark, mark)
    return pdf.build()


@ENVELOPES.file("encrypted.pdf", "needs a password", expect="refused", quick=True)
def encrypted(_: random.Random) -> bytes:
    return _encrypted(b"secret")


@ENVELOPES.file(
    "encrypted_without_password.pdf",
    "encrypted under the empty password",
    expect="read",
)
def encrypted_without_password(_: random.Random) -> bytes:
    return _encrypted(b"")


@ENVELOPES.file("encrypted_by_nonsense.pdf", "a handler, a version and keys that do not exist")
def encrypted_by_nonsense(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.trailer = b"/Encrypt << /Filter /Nobody /V 99 /R -7 /Length -8 /O () /U () /P 1 >>"
    return pdf.build()


@ENVELOPES.file("pdf_in_pdf.pdf", "a whole PDF behind, within and before a PDF")
def pdf_in_pdf(_: random.Random) -> bytes:
    inner = Pdf().build()
    outer = Pdf()
    outer.objects[4] = stream(inner, packed=False)
    return inner + outer.build() + inner


@ENVELOPES.file("pdf_and_zip.pdf", "a PDF that is a ZIP as well")
def pdf_and_zip(_: random.Random) -> bytes:
    name, data = b"inside.txt", SENTENCE.encode()
    pdf = Pdf().build()
    crc = zlib.crc32(data)
    sizes = struct.pack("<IIIHH", crc, len(data), len(data), len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 0, 0, 33) + sizes + name + data
    central = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 0, 0, 33) + sizes
    central += struct.pack("<HHHII", 0, 0, 0, 0, len(pdf)) + name
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(pdf) + len(local), 0)
    return pdf + local + central + b"PK\x05\x06" + end


@ENVELOPES.file("html_and_pdf.pdf", "a web page in whose comment stands a PDF")
def html_and_pdf(_: random.Random) -> bytes:
    page = b"<!DOCTYPE html><html><body><p>%s</p><!--\n" % SENTENCE.encode()
    return page + Pdf().build() + b"--></body></html>"
