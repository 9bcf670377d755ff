"""PDF by hand: numbered objects, a table of contents, a trailer (ISO 32000-1, 7.5)."""

from __future__ import annotations

import zlib

from tests.hostile.maker import SENTENCE

TEXT = f"BT /F1 12 Tf 72 700 Td ({SENTENCE}) Tj ET\n".encode()


class Pdf:
    """A PDF of one page with one sentence, every object of which can be replaced.

    1 is the catalog, 2 the page tree, 3 the page, 4 its content, 5 Helvetica. `page`, `resources`,
    `catalog` and `trailer` are further entries of those dictionaries.
    """

    def __init__(self, content: bytes = TEXT) -> None:
        self.page = b""
        self.resources = b""
        self.catalog = b""
        self.trailer = b""
        self.root = b"1 0 R"
        self.objects: dict[int, bytes] = {
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        }
        self.objects[4] = stream(content)

    def add(self, body: bytes) -> int:
        """Add an object; return its number."""
        number = max(5, *self.objects) + 1
        self.objects[number] = body
        return number

    def body(self) -> tuple[bytes, dict[int, int]]:
        """Return header and objects, and where each object begins."""
        self.objects.setdefault(1, b"<< /Type /Catalog /Pages 2 0 R %s >>" % self.catalog)
        self.objects.setdefault(
            3,
            b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R %s"
            b" /Resources << /Font << /F1 5 0 R >> %s >> >>"
            % (
                b"" if b"/MediaBox" in self.page else b"/MediaBox [0 0 595 842]",
                self.page,
                self.resources,
            ),
        )
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        place, places = len(parts[0]), {}
        for number in sorted(self.objects):
            places[number] = place
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, self.objects[number]))
            place += len(parts[-1])
        return b"".join(parts), places

    def build(self) -> bytes:
        """Return the file."""
        body, places = self.body()
        table, size = xref_table(places)
        return body + table + self.tail(size, len(body))

    def tail(self, size: int, start: int) -> bytes:
        """Return the trailer of a file whose table of contents begins at `start`."""
        return (
            b"trailer\n<< /Size %d /Root %s %s >>\n" % (size, self.root, self.trailer)
            + b"startxref\n%d\n%%%%EOF\n" % start
        )


def xref_table(places: dict[int, int]) -> tuple[bytes, int]:
    """Return a table of contents of the objects at `places`, and its size."""
    size = max(places) + 1
    lines = [b"0000000000 65535 f \n"]
    lines += [
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00001 f \n"
        for number in range(1, size)
    ]
    return b"xref\n0 %d\n%s" % (size, b"".join(lines)), size


def stream(data: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    """Return a stream object of `data`, compressed by default."""
    if packed:
        return coded(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)
    return coded(data, entries)


def coded(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object of `data`, which is coded as `entries` say."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def lzw_bomb(times: int) -> bytes:
    """Return `times` x 8 runs of 7 million zeros, coded by LZW (ISO 32000-1, 7.4.4).

    Each code stands for a run one longer than the one before, until the table is cleared.
    """
    bits, count = 0, 9  # a zero by itself
    for code in (*range(258, 4094), 256):
        width = 12 if code == 256 else _width(code)
        bits, count = bits << width | code, count + width
    run, size = 0, 0
    for _ in range(8):  # eight runs fill whole bytes
        run, size = run << count | bits, size + count
    runs = run.to_bytes(size // 8, "big") * times
    after = len(runs) * 8
    whole = (256 << after | int.from_bytes(runs, "big")) << 12 | 257
    whole <<= -(9 + after + 12) % 8
    return whole.to_bytes((9 + after + 12 + 7) // 8, "big")


def _width(entries: int) -> int:
    """Return how many bits a code has when so many are defined; one early, as PDF wants it."""
    return 9 if entries < 511 else 10 if entries < 1023 else 11 if entries < 2047 else 12
