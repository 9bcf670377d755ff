"""Web pages that are a trap: depth, comments, attributes, tables, encodings, saved pages."""

from __future__ import annotations

import base64
import random

from tests.hostile.maker import SENTENCE, Collection

HTML = Collection()
_TEXT = SENTENCE.encode()


def _page(body: bytes, head: bytes = b"") -> bytes:
    return (
        b"<!DOCTYPE html><html><head><title>T</title>%s</head><body><p>%s</p>%s</body></html>"
        % (head, _TEXT, body)
    )


@HTML.file("deep_elements.html", "100,000 elements in each other", quick=True)
def deep_elements(_: random.Random) -> bytes:
    return _page(b"<div>" * 100_000 + b"</div>" * 100_000)


@HTML.file("deep_inline_elements.html", "50,000 open fonts and links that each paragraph repeats")
def deep_inline_elements(_: random.Random) -> bytes:
    return _page(b"<b><i><font>" * 15_000 + b"<p>" * 15_000)


@HTML.file("tables_in_tables.html", "3,000 tables in each other")
def tables_in_tables(_: random.Random) -> bytes:
    return _page(b"<table><tr><td>" * 3000 + b"a" + b"</td></tr></table>" * 3000)


@HTML.file("lists_in_lists.html", "3,000 lists in each other")
def lists_in_lists(_: random.Random) -> bytes:
    return _page(b"<ul><li>" * 3000 + b"a" + b"</li></ul>" * 3000)


@HTML.file("open_comments.html", "200,000 comments that never end")
def open_comments(_: random.Random) -> bytes:
    return _page(b"<!-- a <p>" * 200_000)


@HTML.file("comments_before_the_root.html", "500,000 comments, the last one open")
def comments_before_the_root(_: random.Random) -> bytes:
    return b"<!---->" * 500_000 + b"<!--" + _page(b"")


@HTML.file("open_elements.html", "1,000,000 paragraphs that are never closed")
def open_elements(_: random.Random) -> bytes:
    return _page(b"<p>a" * 1_000_000)


@HTML.file("half_tags.html", "3,000,000 signs < that open nothing")
def half_tags(_: random.Random) -> bytes:
    return _page(b"<" * 3_000_000)


@HTML.file("huge_attribute.html", "an attribute of 20 MB that never ends")
def huge_attribute(_: random.Random) -> bytes:
    return _page(b'<a href="' + b"a" * 20_000_000)


@HTML.file("million_attributes.html", "an element with 300,000 attributes", expect="read")
def million_attributes(_: random.Random) -> bytes:
    return _page(b"<p %s>a</p>" % b" ".join(b"a%d=1" % number for number in range(300_000)))


@HTML.file("wide_cell.html", "cells that span 2e9 columns and rows")
def wide_cell(_: random.Random) -> bytes:
    cell = b"<td colspan=2000000000 rowspan=2000000000>a</td><td colspan=-1>b</td>"
    return _page(b"<table>%s</table>" % (b"<tr>%s</tr>" % cell * 50))


@HTML.file("table_of_many_rows.html", "a table of 60,000 rows")
def table_of_many_rows(_: random.Random) -> bytes:
    return _page(b"<table>%s</table>" % (b"<tr><td>Drones</td><td>4</td></tr>" * 60_000))


@HTML.file("million_links.html", "200,000 links")
def million_links(_: random.Random) -> bytes:
    return _page(b"".join(b'<a href="/%d">a</a> ' % number for number in range(200_000)))


@HTML.file("character_references.html", "2,000,000 character references, some beyond Unicode")
def character_references(_: random.Random) -> bytes:
    some = b"&amp;&#0;&#xD800;&#x110000;&#99999999999;&nosuch;&lt"
    return _page(b"<p>%s</p>" % (some * 285_000))


@HTML.file("data_address.html", "an image of 20 MB within its address")
def data_address(rng: random.Random) -> bytes:
    return _page(
        b'<img src="data:image/png;base64,%s">' % base64.b64encode(rng.randbytes(15 * 2**20))
    )


@HTML.file("dates_everywhere.html", "300,000 dates in the text, the addresses and the metadata")
def dates_everywhere(_: random.Random) -> bytes:
    head = b'<meta name="date" content="%s">' % (b"2021-13-45 " * 20_000)
    return _page(b"<p>%s</p>" % (b"2021-02-30 31/12/99999 " * 150_000), head)


@HTML.file("structured_data.html", "structured data of 200,000 open brackets")
def structured_data(_: random.Random) -> bytes:
    head = b'<script type="application/ld+json">{"@context":"http://schema.org","a":%s</script>'
    return _page(b"", head % (b"[" * 200_000))


@HTML.file("script_without_end.html", "a script of 10 MB that never ends")
def script_without_end(_: random.Random) -> bytes:
    return _page(b"<script>" + b"while(1){}\n" * 1_000_000)


@HTML.file("says_utf16.html", "a byte order mark of UTF-16 before ASCII")
def says_utf16(_: random.Random) -> bytes:
    return b"\xff\xfe" + _page(b'<meta charset="utf-7">') + b"x"


@HTML.file("nul_bytes.html", "a page of zero bytes between the letters")
def nul_bytes(_: random.Random) -> bytes:
    return b"\x00".join(bytes([letter]) for letter in _page(b""))


@HTML.file("drawing.html", "a drawing that uses itself, in each other, 200 times")
def drawing(_: random.Random) -> bytes:
    uses = b"".join(
        b'<g id="g%d"><use href="#g%d"/><use href="#g%d"/></g>' % (n, n + 1, n + 1)
        for n in range(200)
    )
    return _page(b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>' % uses)


def _saved(body: bytes, boundary: bytes = b"b") -> bytes:
    return (
        b"From: <Saved by a browser>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;"
        b' type="text/html"; boundary="%s"\r\n\r\n%s' % (boundary, body)
    )


@HTML.file(
    "saved_page.mhtml", "a saved page whose parts are each said to be the first", expect="read"
)
def saved_page(_: random.Random) -> bytes:
    part = b"--b\r\nContent-Type: text/html\r\nContent-Location: http://127.0.0.1/\r\n\r\n%s\r\n"
    return _saved(part % _page(b"") * 3000 + b"--b--")


@HTML.file("saved_page_without_end.mht", "a saved page of saved pages that never end")
def saved_page_without_end(_: random.Random) -> bytes:
    part = b'--b\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    return _saved(part * 3000)
