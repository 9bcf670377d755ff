"""PDFs whose fonts, images, filters, patterns and functions are a trap."""

from __future__ import annotations

import base64
import random
import zlib

from tests.hostile.maker import SENTENCE, Collection, deflated, zeros
from tests.hostile.pdf_writer import TEXT, Pdf, coded, lzw_bomb, stream

RESOURCES = Collection()
_MANY = 2_000_000_000
_CODES = SENTENCE.encode("utf-16-be").hex().encode()
_COMPOSITE = b"BT /F1 12 Tf 72 700 Td <%s> Tj ET\n" % _CODES


def _composite(to_unicode: bytes, descendant: bytes = b"") -> bytes:
    """Return a PDF with a font of two-byte codes, mapped by `to_unicode`."""
    pdf = Pdf(_COMPOSITE)
    pdf.objects[5] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H"
        b" /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>"
    )
    pdf.add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> %s >>" % descendant
    )
    pdf.add(stream(to_unicode))
    return pdf.build()


def _character_map(body: bytes) -> bytes:
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n%s\n"
        b"endcmap CMapName currentdict /CMap defineresource pop end end" % body
    )


@RESOURCES.file("recursive_type3_glyph.pdf", "a glyph that is drawn by itself", quick=True)
def recursive_type3_glyph(_: random.Random) -> bytes:
    pdf = Pdf(b"BT /F1 12 Tf 72 700 Td (aaaa) Tj ET")
    pdf.objects[5] = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0]"
        b" /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >>"
        b" /FirstChar 97 /LastChar 97 /Widths [9] /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    pdf.add(stream(b"9 0 d0 BT /F1 1 Tf (aaaa) Tj ET"))
    return pdf.build()


@RESOURCES.file("million_unicode_entries.pdf", "a font with 1,000,000 entries to Unicode")
def million_unicode_entries(_: random.Random) -> bytes:
    some = b"".join(b"<%04X> <%04X>\n" % (code, 65 + code % 26) for code in range(10_000))
    body = b"10000 beginbfchar\n" + some + b"endbfchar\n"
    return _composite(_character_map(body * 100))


@RESOURCES.file(
    "endless_unicode_range.pdf", "a range of 4 thousand million codes to Unicode", quick=True
)
def endless_unicode_range(_: random.Random) -> bytes:
    body = b"3 beginbfrange <00000000> <FFFFFFFF> <0041> <0000> <FFFF> <0041>\n"
    return _composite(_character_map(body + b"<FFFF> <0000> [<0041>] endbfrange"))


@RESOURCES.file("long_unicode_entry.pdf", "every code stands for 10,000 characters")
def long_unicode_entry(_: random.Random) -> bytes:
    text = b"0041" * 10_000
    rows = b"".join(b"<%04X> <%s>\n" % (code, text) for code in range(32, 128))
    return _composite(_character_map(b"96 beginbfchar\n" + rows + b"endbfchar"))


@RESOURCES.file("character_map_in_a_circle.pdf", "a map to Unicode that uses itself")
def character_map_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf(_COMPOSITE)
    pdf.objects[5] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding 6 0 R"
        b" /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>"
    )
    pdf.add(stream(_character_map(b"/Own usecmap"), b"/Type /CMap /CMapName /Own /UseCMap 6 0 R"))
    return pdf.build()


@RESOURCES.file("endless_widths.pdf", "one width for 2e9 characters")
def endless_widths(_: random.Random) -> bytes:
    return _composite(_character_map(b""), b"/W [0 %d 500] /W2 [0 %d -1 2 3]" % (_MANY, _MANY))


@RESOURCES.file("negative_widths.pdf", "characters from 2e9 to -2e9, each of width -1e30")
def negative_widths(_: random.Random) -> bytes:
    pdf = Pdf()
    pdf.objects[5] = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Made /FirstChar %d /LastChar -%d"
        b" /Widths [-1%s nan] /Encoding << /Differences [%d /a -1 /b /c] >> >>"
        % (_MANY, _MANY, b"0" * 30, _MANY)
    )
    return pdf.build()


def _font_file(key: bytes, data: bytes) -> bytes:
    pdf = Pdf()
    pdf.objects[5] = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Made /FontDescriptor 6 0 R"
        b" /FirstChar 32 /LastChar 127 /Widths [%s] >>" % (b"500 " * 96)
    )
    pdf.add(
        b"<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontBBox [-1 -1 1e30 nan]"
        b" /Ascent 1e30 /Descent 1e30 /%s 7 0 R >>" % key
    )
    pdf.add(stream(data, b"/Length1 2000000000 /Subtype /Type1C"))
    return pdf.build()


@RESOURCES.file("truetype_noise.pdf", "a TrueType font of noise with tables of 4 GB")
def truetype_noise(rng: random.Random) -> bytes:
    tags = (b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"post")
    table = b"".join(tag + rng.randbytes(4) + b"\xff\xff\xff\xf0\xff\xff\xff\xf0" for tag in tags)
    return _font_file(b"FontFile2", b"\0\1\0\0\0\x08\0\0\0\0\0\0" + table + rng.randbytes(60_000))


@RESOURCES.file("cff_noise.pdf", "a compact font of noise")
def cff_noise(rng: random.Random) -> bytes:
    return _font_file(b"FontFile3", b"\x01\x00\x04\x04\xff\xff\x04" + rng.randbytes(60_000))


@RESOURCES.file("type1_noise.pdf", "a Type 1 font whose program never ends")
def type1_noise(rng: random.Random) -> bytes:
    head = b"%!PS-AdobeFont-1.0: Made\n/Encoding 2000000000 array " + b"{ " * 100_000
    return _font_file(b"FontFile", head + b"eexec\n" + rng.randbytes(60_000))


def _image(entries: bytes, data: bytes, *more: bytes) -> bytes:
    pdf = Pdf(TEXT + b"q 400 0 0 400 50 50 cm /I Do Q")
    pdf.resources = b"/XObject << /I 6 0 R >>"
    pdf.add(coded(data, b"/Type /XObject /Subtype /Image " + entries))
    for body in more:
        pdf.add(body)
    return pdf.build()


_SIZE = b"/Width 100000 /Height 100000 /BitsPerComponent 8 /ColorSpace /DeviceRGB "
_SMALL = b"/Width 2000 /Height 2000 /BitsPerComponent 1 /ColorSpace /DeviceGray "


@RESOURCES.file("image_of_10_thousand_million_pixels.pdf", "an image of 100,000 x 100,000")
def image_of_many_pixels(_: random.Random) -> bytes:
    return _image(_SIZE + b"/Filter /FlateDecode", zlib.compress(bytes(100_000)))


@RESOURCES.file("image_that_is_as_large_as_it_says.pdf", "an image of 1.2 GB in 1.2 MB")
def image_as_large(_: random.Random) -> bytes:
    size = b"/Width 20000 /Height 20000 /BitsPerComponent 8 /ColorSpace /DeviceRGB "
    return _image(size + b"/Filter /FlateDecode", deflated(*zeros(1200 * 10**6 // 2**20 * 2**20)))


@RESOURCES.file("image_of_negative_size.pdf", "images of -1 x 0 with 2e9 bits per colour")
def image_of_negative_size(_: random.Random) -> bytes:
    entries = b"/Width -1 /Height 0 /BitsPerComponent 2000000000 /ColorSpace [/Indexed 6 0 R -5 ()]"
    return _image(entries, b"x" * 99)


@RESOURCES.file("masks_in_a_circle.pdf", "an image that is its own mask")
def masks_in_a_circle(_: random.Random) -> bytes:
    return _image(
        _SMALL + b"/SMask 6 0 R /Mask 6 0 R /Alternates [<< /Image 6 0 R >>]", bytes(500_000)
    )


@RESOURCES.file("jbig2_noise.pdf", "an image and its globals of JBIG2 noise")
def jbig2_noise(rng: random.Random) -> bytes:
    segment = bytes.fromhex(
        "00000000 30 00 01 0000ffff ffffffff ffffffff 00000000 00000000 40 0000"
    )
    entries = _SMALL + b"/Filter /JBIG2Decode /DecodeParms << /JBIG2Globals 7 0 R >>"
    return _image(entries, segment + rng.randbytes(40_000), coded(rng.randbytes(9000)))


@RESOURCES.file("jpx_noise.pdf", "an image of JPEG 2000 that says it has 4 thousand million pixels")
def jpx_noise(rng: random.Random) -> bytes:
    size = bytes.fromhex(
        "ff4f ff51 002f 0000 ffffffff ffffffff 00000000 00000000 00000001 00000001"
    )
    size += bytes.fromhex("00000000 00000000 0003 070101 070101 070101")
    return _image(_SMALL + b"/Filter /JPXDecode", size + rng.randbytes(40_000))


@RESOURCES.file("ccitt_noise.pdf", "a fax image with 2e9 columns and rows")
def ccitt_noise(rng: random.Random) -> bytes:
    entries = b"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d /Rows %d >>" % (
        _MANY,
        _MANY,
    )
    return _image(_SIZE + entries, rng.randbytes(40_000))


@RESOURCES.file("dct_noise.pdf", "a JPEG of 65,535 x 65,535 that is noise")
def dct_noise(rng: random.Random) -> bytes:
    head = bytes.fromhex(
        "ffd8 ffc0 0011 08 ffff ffff 03 012200 021101 031101 ffda 000c 03 010002110311003f00"
    )
    return _image(_SIZE + b"/Filter /DCTDecode", head + rng.randbytes(40_000))


def _content(entries: bytes, data: bytes) -> bytes:
    pdf = Pdf()
    pdf.objects[4] = coded(data, entries)
    return pdf.build()


@RESOURCES.file(
    "lzw_bomb.pdf", "content of 1.1 GB in LZW, compressed to some kilobytes", quick=True
)
def lzw_content(_: random.Random) -> bytes:
    return _content(b"/Filter [/FlateDecode /LZWDecode]", zlib.compress(lzw_bomb(19), 9))


@RESOURCES.file(
    "run_length_bomb.pdf", "content of 1 GiB in run lengths, compressed to a few kilobytes"
)
def run_length_bomb(_: random.Random) -> bytes:
    runs = deflated(b"\x81\x20" * 2**16, 128)
    return _content(b"/Filter [/FlateDecode /FlateDecode /RunLengthDecode]", zlib.compress(runs, 9))


@RESOURCES.file("thousand_filters.pdf", "content under 1,000 filters")
def thousand_filters(_: random.Random) -> bytes:
    data = TEXT
    for _layer in range(1000):
        data = zlib.compress(data, 1)
    return _content(b"/Filter [" + b"/FlateDecode " * 1000 + b"]", data)


@RESOURCES.file("filters_of_wrong_types.pdf", "filters that are numbers, themselves and unknown")
def filters_of_wrong_types(_: random.Random) -> bytes:
    return _content(b"/Filter [4 0 R 7 /Nobody (x) /Crypt null] /DecodeParms [4 0 R 9]", TEXT)


@RESOURCES.file("ascii_noise.pdf", "content in ASCII codes that breaks their rules")
def ascii_noise(rng: random.Random) -> bytes:
    data = base64.a85encode(rng.randbytes(500_000)) + b"zzzz~~~v{{{"
    return _content(b"/Filter [/ASCII85Decode /ASCIIHexDecode /ASCII85Decode]", data)


def _predicted(parameters: bytes) -> bytes:
    entries = b"/Filter /FlateDecode /DecodeParms << %s >>" % parameters
    return _content(entries, zlib.compress(b"\x02" + TEXT * 9))


@RESOURCES.file("predictor_of_absurd_columns.pdf", "a predictor with 2e9 columns", quick=True)
def predictor_columns(_: random.Random) -> bytes:
    return _predicted(b"/Predictor 15 /Columns %d /Colors 32 /BitsPerComponent 16" % _MANY)


@RESOURCES.file("predictor_of_no_columns.pdf", "a predictor with -1 columns of 0 colours")
def predictor_no_columns(_: random.Random) -> bytes:
    return _predicted(b"/Predictor 2 /Columns -1 /Colors 0 /BitsPerComponent 3")


@RESOURCES.file("recursive_pattern.pdf", "a pattern that is painted with itself")
def recursive_pattern(_: random.Random) -> bytes:
    pdf = Pdf(TEXT + b"/Pattern cs /P scn 0 0 595 842 re f")
    pdf.resources = b"/Pattern << /P 6 0 R >>"
    entries = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9]"
    entries += b" /XStep 0.0001 /YStep 0.0001 /Resources << /Pattern << /P 6 0 R >> >>"
    pdf.add(stream(b"/Pattern cs /P scn 0 0 9 9 re f", entries))
    return pdf.build()


@RESOURCES.file("recursive_soft_mask.pdf", "a transparency group that masks itself")
def recursive_soft_mask(_: random.Random) -> bytes:
    pdf = Pdf(b"/G gs " + TEXT)
    states = b"/ExtGState << /G << /SMask << /S /Luminosity /G 6 0 R >> >> >>"
    pdf.resources = states
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Group << /S /Transparency >>"
    pdf.add(stream(b"/G gs 0 0 9 9 re f", entries + b" /Resources << %s >>" % states))
    return pdf.build()


@RESOURCES.file(
    "endless_function.pdf", "shadings by functions of 10^9 samples and 100,000 brackets"
)
def endless_function(_: random.Random) -> bytes:
    pdf = Pdf(TEXT + b"/S sh /T sh")
    pdf.resources = b"/Shading << /S 6 0 R /T 7 0 R >>"
    shading = b"<< /ShadingType %d /ColorSpace /DeviceRGB /Function %d 0 R /Domain [0 1] >>"
    pdf.add(shading % (1, 8))
    pdf.add(shading % (1, 9))
    sampled = b"/FunctionType 0 /Domain [0 1 0 1] /Range [0 1] /Size [1000000000 1000000000]"
    pdf.add(stream(b"x", sampled + b" /BitsPerSample 32"))
    calculator = b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]"
    pdf.add(stream(b"{" * 100_000 + b"}" * 100_000, calculator))
    return pdf.build()


@RESOURCES.file("colours_in_a_circle.pdf", "a colour space that is its own base")
def colours_in_a_circle(_: random.Random) -> bytes:
    pdf = Pdf(b"/C cs 0.5 sc " + TEXT + b"0 0 99 99 re f")
    pdf.resources = b"/ColorSpace << /C 6 0 R >>"
    pdf.add(b"[/Indexed 7 0 R 255 7 0 R]")
    pdf.add(b"[/Separation /S 6 0 R 7 0 R]")
    return pdf.build()


@RESOURCES.file("metadata_bomb.pdf", "metadata of XML entities in each other")
def metadata_bomb(_: random.Random) -> bytes:
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 12)
    )
    xml = b'<!DOCTYPE x [<!ENTITY e0 "boom">%s]><x>&e11;</x>' % entities
    pdf = Pdf()
    pdf.add(stream(xml, b"/Type /Metadata /Subtype /XML", packed=False))
    pdf.catalog = b"/Metadata 6 0 R"
    return pdf.build()
