"""PDFs whose structure is a trap: page trees, tables of contents, boxes, lengths."""

from __future__ import annotations

import random
import zlib

from tests.hostile.maker import Collection, deflated, zeros
from tests.hostile.pdf_writer import TEXT, Pdf, coded, stream, xref_table

PDFS = Collection()
_MANY = 2_000_000_000


def _boxed(box: bytes) -> bytes:
    pdf = Pdf()
    pdf.page = b"/MediaBox " + box
    return pdf.build()


def _with_tree(tree: bytes, *more: bytes) -> bytes:
    """Return a PDF with this page tree; further objects count from 6."""
    pdf = Pdf()
    pdf.objects[2] = tree
    for body in more:
        pdf.add(body)
    return pdf.build()


@PDFS.file("page_count_of_two_thousand_million.pdf", "says it has 2e9 pages", quick=True)
def page_count(_: random.Random) -> bytes:
    return _with_tree(b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % _MANY)


@PDFS.file("negative_page_count.pdf", "says it has -5 pages")
def negative_page_count(_: random.Random) -> bytes:
    return _with_tree(b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>")


@PDFS.file("recursive_page_tree.pdf", "a page tree that holds itself", quick=True)
def recursive_page_tree(_: random.Random) -> bytes:
    return _with_tree(b"<< /Type /Pages /Kids [3 0 R 2 0 R 2 0 R] /Count 3 >>")


@PDFS.file("exponential_page_tree.pdf", "26 levels of page trees, each with the next one twice")
def exponential_page_tree(_: random.Random) -> bytes:
    levels = [
        b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 4 >>" % (number + 1, number + 1)
        for number in range(6, 32)
    ]
    return _with_tree(
        b"<< /Type /Pages /Kids [6 0 R] /Count 67108864 >>",
        *levels,
        b"<< /Type /Page /MediaBox [0 0 9 9] >>",
    )


@PDFS.file("deep_page_tree.pdf", "a page below 20,000 levels of page trees")
def deep_page_tree(_: random.Random) -> bytes:
    last = 20_005
    levels = [
        b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (3 if number == last else number + 1)
        for number in range(6, last + 1)
    ]
    return _with_tree(b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>", *levels)


@PDFS.file("parents_in_a_circle.pdf", "a page whose box and resources stand with endless parents")
def parents_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[2] = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>"
    pdf.objects[3] = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"
    return pdf.build()


@PDFS.file("page_without_resources.pdf", "a page that names a font and has none")
def page_without_resources(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[3] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    return pdf.build()


@PDFS.file("no_pages.pdf", "an empty page tree beside a page")
def no_pages(_: random.Random) -> bytes:
    return _with_tree(b"<< /Type /Pages /Kids [] /Count 0 >>")


@PDFS.file("pages_of_wrong_types.pdf", "a page tree of numbers, names and strings")
def pages_of_wrong_types(_: random.Random) -> bytes:
    return _with_tree(b"<< /Type /Pages /Kids [1 /Two (three) 4 0 R null 99 0 R] /Count (six) >>")


@PDFS.file("contents_in_a_circle.pdf", "an array of contents that refers to itself")
def contents_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[4] = b"[4 0 R 4 0 R 4 0 R]"
    return pdf.build()


@PDFS.file("references_in_a_circle.pdf", "objects that are each a reference to the other")
def references_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects |= {4: b"6 0 R", 6: b"7 0 R", 7: b"4 0 R"}
    return pdf.build()


@PDFS.file("ten_thousand_pages.pdf", "10,000 pages of one sentence", quick=True)
def ten_thousand_pages(_: random.Random) -> bytes:
    pdf = Pdf()
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    numbers = range(6, 10_006)
    pdf.objects |= dict.fromkeys(numbers, page)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    pdf.objects[2] = b"<< /Type /Pages /Kids [%s] /Count 10000 >>" % kids
    return pdf.build()


@PDFS.file("negative_page_box.pdf", "a page of less than no size")
def negative_page_box(_: random.Random) -> bytes:
    return _boxed(b"[0 0 -595 -842]")


@PDFS.file("empty_page_box.pdf", "a page of no size")
def empty_page_box(_: random.Random) -> bytes:
    return _boxed(b"[0 0 0 0]")


@PDFS.file("huge_page_box.pdf", "a page of 1e30 points")
def huge_page_box(_: random.Random) -> bytes:
    return _boxed(b"[0 0 1" + b"0" * 30 + b" 1" + b"0" * 30 + b"]")


@PDFS.file("large_page_box.pdf", "a page of 200,000 points, 160 thousand million pixels at 144 dpi")
def large_page_box(_: random.Random) -> bytes:
    return _boxed(b"[0 0 200000 200000]")


@PDFS.file("nan_page_box.pdf", "a page box of nan and inf", quick=True)
def nan_page_box(_: random.Random) -> bytes:
    return _boxed(b"[nan -inf inf NaN]")


@PDFS.file("page_box_of_wrong_types.pdf", "a page box of names and strings")
def page_box_of_wrong_types(_: random.Random) -> bytes:
    return _boxed(b"[/A (b) << >> 3 0 R]")


@PDFS.file("rotated_by_45.pdf", "a page that is turned by 45 degrees")
def rotated_by_45(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.page = b"/Rotate 45"
    return pdf.build()


@PDFS.file("rotated_by_a_lot.pdf", "a page that is turned by 90 x 10^20 degrees, in a huge unit")
def rotated_by_a_lot(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.page = b"/Rotate 9" + b"0" * 21 + b" /UserUnit 1e20"
    return pdf.build()


@PDFS.file(
    "broken_xref.pdf", "a table of contents that is wrong everywhere", expect="read", quick=True
)
def broken_xref(rng: random.Random) -> bytes:
    body, places = Pdf().body()
    table, size = xref_table({number: rng.randrange(10**9) for number in places})
    return body + table + Pdf().tail(size, len(body) - 40)


@PDFS.file(
    "xref_loop.pdf", "a table of contents before which stands itself", expect="read", quick=True
)
def xref_loop(_: random.Random) -> bytes:
    pdf = Pdf()
    body, _places = pdf.body()
    pdf.trailer = b"/Prev %d" % len(body)
    return pdf.build()


@PDFS.file("xref_of_ten_thousand_updates.pdf", "10,000 tables of contents, one before the other")
def xref_of_updates(_: random.Random) -> bytes:
    whole = bytearray(Pdf().build())
    before = whole.rindex(b"xref\n0")
    for _update in range(10_000):
        start = len(whole)
        whole += b"xref\n0 0\ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % before
        whole += b"startxref\n%d\n%%%%EOF\n" % start
        before = start
    return bytes(whole)


@PDFS.file("xref_of_two_thousand_million.pdf", "a table of contents of 2e9 objects")
def xref_of_too_many(_: random.Random) -> bytes:
    return Pdf().build().replace(b"xref\n0 6\n", b"xref\n0 %d\n" % _MANY)


@PDFS.file("truncated.pdf", "ends within its second page", quick=True)
def truncated(_: random.Random) -> bytes:
    pdf = Pdf(TEXT * 40)
    pdf.objects[2] = b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>"
    pdf.objects[6] = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R >>"
    pdf.objects[7] = stream(TEXT * 40, packed=False)
    body, _places = pdf.body()
    return body[:-600]


@PDFS.file("only_a_header.pdf", "nothing but the first line", expect="refused")
def only_a_header(_: random.Random) -> bytes:
    return b"%PDF-1.7\n"


@PDFS.file("nothing.pdf", "zero bytes", expect="refused", quick=True)
def nothing(_: random.Random) -> bytes:
    return b""


@PDFS.file("nul_bytes.pdf", "16 MB of zero bytes", expect="refused")
def nul_bytes(_: random.Random) -> bytes:
    return bytes(16 * 2**20)


@PDFS.file("header_and_noise.pdf", "a header, then 4 MB of noise", expect="refused")
def header_and_noise(rng: random.Random) -> bytes:
    return b"%PDF-1.7\n" + rng.randbytes(4 * 2**20)


@PDFS.file("flipped_bytes.pdf", "400 bytes of the file are others")
def flipped_bytes(rng: random.Random) -> bytes:
    data = bytearray(Pdf(TEXT * 200).build())
    for _ in range(400):
        data[rng.randrange(10, len(data))] = rng.randrange(256)
    return bytes(data)


@PDFS.file("million_empty_objects.pdf", "1,000,000 objects of nothing and no table of contents")
def million_empty_objects(_: random.Random) -> bytes:
    body, _places = Pdf().body()
    empty = b"".join(b"%d 0 obj null endobj\n" % number for number in range(6, 1_000_006))
    return body + empty + b"trailer << /Root 1 0 R >>\n"


@PDFS.file("root_is_a_number.pdf", "a trailer whose root is no catalog")
def root_is_a_number(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[1] = b"42"
    pdf.root = b"42"
    return pdf.build()


@PDFS.file("stream_lengths_lie.pdf", "streams of -1, of 10^11 and of their own length")
def stream_lengths_lie(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[4] = b"[6 0 R 7 0 R 8 0 R]"
    for length in (b"-1", b"99999999999", b"8 0 R"):
        pdf.add(b"<< /Length %s >>\nstream\n%s\nendstream" % (length, TEXT))
    return pdf.build()


@PDFS.file("zip_bomb_stream.pdf", "content of 1 GiB in a stream of 1 MB", quick=True)
def zip_bomb_stream(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[4] = coded(deflated(*zeros(2**30, b" ")), b"/Filter /FlateDecode")
    return pdf.build()


@PDFS.file("zip_bomb_in_zip_bomb.pdf", "content of 4 GiB, compressed twice to some kilobytes")
def zip_bomb_twice(_: random.Random) -> bytes:
    pdf = Pdf()
    twice = zlib.compress(deflated(*zeros(2**32, b" ")), 9)
    pdf.objects[4] = coded(twice, b"/Filter [/FlateDecode /FlateDecode]")
    return pdf.build()
