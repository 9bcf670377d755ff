"""Office files that are a trap: DOCX, XLSX, ODT, ODS, RTF and the old binary ones."""

from __future__ import annotations

import random
import struct

from tests.hostile.maker import SENTENCE, Collection, zeros
from tests.hostile.zip_writer import bomb, entry, office, packed

OFFICE = Collection()
_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    b'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>%s'
    b"</Types>"
)
_RELATIONS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'relationships">%s</Relationships>'
)
_KIND = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_FORMAT = b"application/vnd.openxmlformats-officedocument."
_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_TEXT = SENTENCE.encode()
_PARAGRAPH = b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % _TEXT
LAUGHS = b"<!DOCTYPE x [<!ENTITY e0 'ha'>%s]>" % b"".join(
    b"<!ENTITY e%d '%s'>" % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 12)
)
EXTERNAL = b"<!DOCTYPE x [<!ENTITY e11 SYSTEM 'file:///etc/passwd'>]>"


def _relation(number: int, kind: bytes, target: bytes, rest: bytes = b"") -> bytes:
    return b'<Relationship Id="r%d" Type="%s" Target="%s"%s/>' % (
        number,
        _KIND + kind,
        target,
        rest,
    )


def _override(part: bytes, kind: bytes) -> bytes:
    return b'<Override PartName="%s" ContentType="%s"/>' % (part, _FORMAT + kind + b"+xml")


def _docx(body: bytes, *, head: bytes = b"", relations: bytes = b"") -> bytes:
    document = b'<?xml version="1.0"?>%s<w:document %s><w:body>%s</w:body></w:document>'
    return office(
        {
            "[Content_Types].xml": _TYPES
            % _override(b"/word/document.xml", b"wordprocessingml.document.main"),
            "_rels/.rels": _RELATIONS % _relation(1, b"officeDocument", b"word/document.xml"),
            "word/_rels/document.xml.rels": _RELATIONS % relations,
            "word/document.xml": document % (head, _W, body),
        }
    )


@OFFICE.file("bomb.docx", "a document of 1 GiB in 1 MB", expect="refused")
def docx_bomb(_: random.Random) -> bytes:
    return office(
        {
            "[Content_Types].xml": _TYPES % b"",
            "word/document.xml": bomb("word/document.xml", *zeros(2**30)),
        }
    )


@OFFICE.file("bomb_below_the_ratio.docx", "1,200,000 paragraphs at a ratio below the cap")
def docx_paragraphs(rng: random.Random) -> bytes:
    some = b"".join(
        b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % rng.randbytes(9).hex().encode() for _ in range(400)
    )
    return _docx(some * 3000)


@OFFICE.file("entities.docx", "a document of entities in each other", quick=True)
def docx_entities(_: random.Random) -> bytes:
    return _docx(b"<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>" + _PARAGRAPH, head=LAUGHS)


@OFFICE.file("external_entity.docx", "a document that asks for a file of the machine")
def docx_external(_: random.Random) -> bytes:
    return _docx(b"<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>" + _PARAGRAPH, head=EXTERNAL)


@OFFICE.file("tables_in_tables.docx", "60 tables in each other")
def docx_tables(_: random.Random) -> bytes:
    start = b"<w:tbl><w:tr><w:tc>"
    return _docx(start * 60 + _PARAGRAPH + b"<w:p/></w:tc></w:tr></w:tbl>" * 60)


@OFFICE.file("deep.docx", "elements 100,000 deep")
def docx_deep(_: random.Random) -> bytes:
    return _docx(b"<w:sdt><w:sdtContent>" * 50_000 + b"</w:sdtContent></w:sdt>" * 50_000)


@OFFICE.file("cell_over_two_thousand_million_columns.docx", "a cell that spans 2e9 columns")
def docx_span(_: random.Random) -> bytes:
    cell = b'<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr>%s</w:tc>' % _PARAGRAPH
    return _docx(b"<w:tbl><w:tr>%s</w:tr></w:tbl>" % cell)


@OFFICE.file(
    "merged_without_start.docx", "cells that go on from nowhere, spans that are no numbers"
)
def docx_merged(_: random.Random) -> bytes:
    cell = b'<w:tc><w:tcPr><w:gridSpan w:val="%s"/><w:vMerge/></w:tcPr>%s</w:tc>'
    row = b"<w:tr>%s%s</w:tr>" % (cell % (b"-5", _PARAGRAPH), cell % (b"x", _PARAGRAPH))
    return _docx(b"<w:tbl>%s</w:tbl>" % (row * 50))


@OFFICE.file("relations_in_a_circle.docx", "parts that refer to themselves, to nothing and outside")
def docx_relations(_: random.Random) -> bytes:
    relations = b"".join(
        _relation(number, kind, target, rest)
        for number, (kind, target, rest) in enumerate(
            [
                (b"styles", b"document.xml", b""),
                (b"image", b"../../../../etc/passwd", b""),
                (b"hyperlink", b"http://127.0.0.1:9/", b' TargetMode="External"'),
                (b"attachedTemplate", b"file:///etc/passwd", b' TargetMode="External"'),
            ]
        )
    )
    return _docx(_PARAGRAPH, relations=relations)


@OFFICE.file("without_parts.docx", "a word processor file without its document")
def docx_without_parts(_: random.Random) -> bytes:
    return office({"[Content_Types].xml": _TYPES % b"", "word/nothing.xml": b"<x/>"})


def _xlsx(sheet: bytes, *, head: bytes = b"", strings: bytes | None = None) -> bytes:
    book = (
        b'<workbook %s xmlns:r="%s"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets>'
        b"</workbook>"
    )
    relations = _relation(1, b"worksheet", b"worksheets/sheet1.xml")
    relations += _relation(2, b"sharedStrings", b"sharedStrings.xml")
    overrides = _override(b"/xl/workbook.xml", b"spreadsheetml.sheet.main")
    overrides += _override(b"/xl/worksheets/sheet1.xml", b"spreadsheetml.worksheet")
    overrides += _override(b"/xl/sharedStrings.xml", b"spreadsheetml.sharedStrings")
    return office(
        {
            "[Content_Types].xml": _TYPES % overrides,
            "_rels/.rels": _RELATIONS % _relation(1, b"officeDocument", b"xl/workbook.xml"),
            "xl/workbook.xml": book % (_S, _KIND[:-1]),
            "xl/_rels/workbook.xml.rels": _RELATIONS % relations,
            "xl/sharedStrings.xml": strings or b"<sst %s><si><t>%s</t></si></sst>" % (_S, _TEXT),
            "xl/worksheets/sheet1.xml": b"%s<worksheet %s>%s</worksheet>" % (head, _S, sheet),
        }
    )


_CELL = b'<c r="A1" t="s"><v>0</v></c>'


@OFFICE.file("claims_a_million_rows.xlsx", "one cell, and a size of 1,048,576 x 16,384")
def xlsx_claims(_: random.Random) -> bytes:
    size = b'<dimension ref="A1:XFD1048576"/>'
    return _xlsx(size + b'<sheetData><row r="1">%s</row></sheetData>' % _CELL)


@OFFICE.file(
    "cells_in_both_corners.xlsx",
    "a cell in the first and one in the last corner",
    quick=True,
    expect="read",
    says=("sheet_cut",),
)
def xlsx_corners(_: random.Random) -> bytes:
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return _xlsx(b'<sheetData><row r="1">%s</row>%s</sheetData>' % (_CELL, last))


@OFFICE.file("cell_behind_the_last_column.xlsx", "cells in the column ZZZZZZ and the row 4e9")
def xlsx_behind(_: random.Random) -> bytes:
    cell = b'<c r="ZZZZZZ4000000000"><v>1</v></c><c r="0"><v>1</v></c><c r="A0"><v>1</v></c>'
    return _xlsx(b'<sheetData><row r="4000000000">%s</row></sheetData>' % cell)


@OFFICE.file("million_rows.xlsx", "1,000,000 rows of a cell each")
def xlsx_rows(_: random.Random) -> bytes:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 1_000_001)
    )
    return _xlsx(b"<sheetData>%s</sheetData>" % rows)


@OFFICE.file("shared_strings_lie.xlsx", "2e9 shared strings that are not there")
def xlsx_strings(_: random.Random) -> bytes:
    strings = b'<sst %s count="4000000000" uniqueCount="2000000000"><si><t>a</t></si></sst>' % _S
    cell = b'<c r="A1" t="s"><v>1999999999</v></c><c r="B1" t="s"><v>-1</v></c>'
    return _xlsx(b'<sheetData><row r="1">%s</row></sheetData>' % cell, strings=strings)


@OFFICE.file("one_string_in_all_cells.xlsx", "200,000 cells that share a text of 32,000 characters")
def xlsx_shared(rng: random.Random) -> bytes:
    text = rng.randbytes(16_000).hex().encode()
    strings = b"<sst %s><si><t>%s</t></si></sst>" % (_S, text)
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 200_001)
    )
    return _xlsx(b"<sheetData>%s</sheetData>" % rows, strings=strings)


@OFFICE.file("merged_everything.xlsx", "20,000 merged ranges of the whole sheet")
def xlsx_merged(_: random.Random) -> bytes:
    merged = b'<mergeCell ref="A1:XFD1048576"/>' * 20_000
    sheet = b'<sheetData><row r="1">%s</row></sheetData><mergeCells>%s</mergeCells>'
    return _xlsx(sheet % (_CELL, merged))


@OFFICE.file("entities.xlsx", "a sheet of entities in each other")
def xlsx_entities(_: random.Random) -> bytes:
    cell = b'<c r="A1" t="inlineStr"><is><t>&e11;</t></is></c>'
    return _xlsx(b'<sheetData><row r="1">%s</row></sheetData>' % cell, head=LAUGHS)


def _open_document(kind: bytes, body: bytes, head: bytes = b"") -> bytes:
    spaces = b" ".join(
        b'xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (name, name)
        for name in (b"office", b"text", b"table")
    )
    media = b"application/vnd.oasis.opendocument." + kind
    content = (
        b"%s<office:document-content %s><office:body>%s</office:body></office:document-content>"
    )
    listed = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        b'<manifest:file-entry manifest:full-path="/" manifest:media-type="%s"/>'
        b"</manifest:manifest>"
    )
    return packed(
        [
            entry("mimetype", media),
            entry("content.xml", content % (head, spaces, body)),
            entry("META-INF/manifest.xml", listed % media),
        ]
    )


@OFFICE.file("repeated_rows.ods", "a cell repeated over 1,048,576 x 16,384 cells")
def ods_repeated(_: random.Random) -> bytes:
    cell = (
        b'<table:table-cell table:number-columns-repeated="16384"><text:p>a</text:p>'
        b"</table:table-cell>"
    )
    row = b'<table:table-row table:number-rows-repeated="1048576">%s</table:table-row>' % cell
    sheet = b'<office:spreadsheet><table:table table:name="A">%s</table:table></office:spreadsheet>'
    return _open_document(b"spreadsheet", sheet % row)


@OFFICE.file("repeated_blanks.odt", "2e9 blanks in one element")
def odt_blanks(_: random.Random) -> bytes:
    text = b'<office:text><text:p>%s<text:s text:c="2000000000"/></text:p></office:text>' % _TEXT
    return _open_document(b"text", text)


@OFFICE.file("entities.odt", "a text of entities in each other")
def odt_entities(_: random.Random) -> bytes:
    text = b"<office:text><text:p>&e11;</text:p></office:text>"
    return _open_document(b"text", text, LAUGHS)


@OFFICE.file("deep.odt", "sections 100,000 deep")
def odt_deep(_: random.Random) -> bytes:
    deep = b"<text:section>" * 100_000 + b"</text:section>" * 100_000
    return _open_document(b"text", b"<office:text>%s</office:text>" % deep)


@OFFICE.file("bomb.odt", "a text of 1 GiB in 1 MB", expect="refused")
def odt_bomb(_: random.Random) -> bytes:
    media = entry("mimetype", b"application/vnd.oasis.opendocument.text")
    return packed([media, bomb("content.xml", *zeros(2**30))])


@OFFICE.file("deep_groups.rtf", "300,000 open groups")
def rtf_groups(_: random.Random) -> bytes:
    return b"{\\rtf1\\ansi " + b"{" * 300_000 + _TEXT + b"}" * 300_000 + b"}"


@OFFICE.file(
    "lies_about_binary.rtf", "2e9 bytes of binary data that are not there, and odd numbers"
)
def rtf_binary(_: random.Random) -> bytes:
    return (
        b"{\\rtf1\\ansi\\ansicpg99999\\uc2000000000 " + _TEXT
        + b"\\u-99999999999?\\u55357?\\'zz\\bin2000000000 x{\\pict\\bin-1 x}{\\object\\objdata "
        + b"d0cf11e0" * 100_000 + b"}"
    )  # fmt: skip


def _compound(fat: bytes, directory: bytes) -> bytes:
    """Return a compound file with these sectors ([MS-CFB], 2.2)."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0, 1, 0xFFFF_FFFE, 0, 0)[:36]
    return head[:76].ljust(76, b"\0") + struct.pack("<109I", *[0] * 109) + fat + directory


@OFFICE.file("sectors_in_a_circle.doc", "an old office file whose sectors follow themselves")
def sectors_in_a_circle(_: random.Random) -> bytes:
    name = "WordDocument".encode("utf-16-le")
    item = name.ljust(64, b"\0") + struct.pack("<HBBIII", 26, 5, 1, 0, 0, 0)
    item = item.ljust(116, b"\0") + struct.pack("<IQ", 0, 2**62)
    return _compound(struct.pack("<128I", *range(128)), item * 4)


@OFFICE.file("compound_noise.xls", "the mark of an old office file, then 1 MB of noise")
def compound_noise(rng: random.Random) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rng.randbytes(2**20)
