"""PDFs written object by object, for what drawing libraries do not offer."""

from __future__ import annotations

from collections.abc import Sequence


def raw_pdf(content: bytes, *, resources: bytes = b"", extra: Sequence[bytes] = (),
            page: bytes = b"", catalog: bytes = b"") -> bytes:  # fmt: skip
    """A PDF of one page with this content stream; `extra` are objects from number 5 on."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << "
        + resources + b" >> " + page + b" >>",
        b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream",
        *extra,
    ]  # fmt: skip
    data = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )


def script_pdf(lines: Sequence[str], *, step: float = 0.6) -> bytes:
    """A PDF with lines of any script, each character `step` ems wide.

    The font is a standard one whose codes a ToUnicode map gives new meanings; the shapes are
    those of other letters, which reading does not look at. Characters stand from left to right.
    """
    letters = sorted({c for line in lines for c in line if c != " "})
    code_of = {letter: code for code, letter in enumerate(letters, 33)}
    code_of[" "] = 32
    size = 12
    content = b"BT /F1 %d Tf\n" % size
    for number, line in enumerate(lines):
        codes = b"".join(b"%02X" % code_of[c] for c in line)
        content += b"1 0 0 1 72 %d Tm <%s> Tj\n" % (760 - 20 * number, codes)
    content += b"ET"
    pairs = b"\n".join(
        b"<%02X> <%s>" % (code, letter.encode("utf-16-be").hex().upper().encode())
        for letter, code in code_of.items()
    )
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"%d beginbfchar\n" % len(code_of) + pairs + b"\nendbfchar endcmap end end"
    )
    widths = b" ".join(b"%d" % round(1000 * step) for _ in range(224))
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Helvetica /FirstChar 32 /LastChar 255 "
        b"/Widths [" + widths + b"] /ToUnicode 6 0 R /FontDescriptor 7 0 R >>"
    )
    descriptor = (
        b"<< /Type /FontDescriptor /FontName /Helvetica /Flags 32 /FontBBox [0 -200 1000 900] "
        b"/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>"
    )
    stream = b"<< /Length %d >>\nstream\n" % len(cmap) + cmap + b"\nendstream"
    return raw_pdf(content, resources=b"/Font << /F1 5 0 R >>", extra=[font, stream, descriptor])
