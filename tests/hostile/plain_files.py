"""Text, CSV and JSON that are a trap: endless lines, lies about encoding, floods of one thing."""

from __future__ import annotations

import random

from tests.hostile.maker import SENTENCE, Collection

PLAIN = Collection()
_TEXT = SENTENCE.encode()


@PLAIN.file("one_line_of_50_megabytes.csv", "one line of 50 MB without a delimiter")
def one_line(_: random.Random) -> bytes:
    return b"a" * 50_000_000


@PLAIN.file("one_line_of_5_megabytes.csv", "one line of 5 MB without a delimiter")
def short_line(_: random.Random) -> bytes:
    return b"a" * 5_000_000


@PLAIN.file("open_quote.csv", "a quote of 10 MB that is never closed")
def open_quote(_: random.Random) -> bytes:
    return b'name;units\n"' + b"drones;4\n" * 1_200_000


@PLAIN.file("million_columns.csv", "a row of 1,000,000 columns", expect="read", says=("table_cut",))
def million_columns(_: random.Random) -> bytes:
    return b"a;" * 1_000_000 + b"\n" + b"1;" * 1_000_000


@PLAIN.file("million_rows.csv", "1,000,000 rows of two columns")
def million_rows(_: random.Random) -> bytes:
    return b"name,units\n" + b"drones,4\n" * 1_000_000


@PLAIN.file("formulas.csv", "cells that a spreadsheet would run")
def formulas(_: random.Random) -> bytes:
    return b'name,units\n=cmd|\' /C calc\'!A0,1\n@SUM(1),+1\n-2+3,"=HYPERLINK(""http://a"")"\n'


@PLAIN.file("nothing.txt", "zero bytes", expect="refused")
def nothing(_: random.Random) -> bytes:
    return b""


@PLAIN.file("nul_bytes.txt", "20 MB of zero bytes", expect="refused", quick=True)
def nul_bytes(_: random.Random) -> bytes:
    return bytes(20 * 2**20)


@PLAIN.file("blanks.txt", "20 MB of blanks", expect="refused")
def blanks(_: random.Random) -> bytes:
    return b" " * (20 * 2**20)


@PLAIN.file("noise.txt", "10 MB of noise", expect="refused")
def noise(rng: random.Random) -> bytes:
    return rng.randbytes(10 * 2**20)


@PLAIN.file("old_encoding.txt", "10 MB in no encoding that fits")
def old_encoding(rng: random.Random) -> bytes:
    letters = bytes(range(0xC0, 0x100)) + b"  abcdefgh"
    return bytes(rng.choices(letters, k=2_000_000)) * 5


@PLAIN.file("utf16_lies.txt", "a byte order mark of UTF-16 before an odd number of bytes")
def utf16_lies(_: random.Random) -> bytes:
    return b"\xff\xfe" + _TEXT * 1001


@PLAIN.file("lone_surrogates.txt", "halves of characters, in UTF-16 and in UTF-8")
def lone_surrogates(_: random.Random) -> bytes:
    return b"\xff\xfe" + b"\x00\xd8" * 1000 + SENTENCE.encode("utf-16-le")


@PLAIN.file("all_marks.txt", "every byte order mark after the other")
def all_marks(_: random.Random) -> bytes:
    return b"\xef\xbb\xbf\xff\xfe\x00\x00\xfe\xff\x00\x00\xfe\xff" + _TEXT


@PLAIN.file("million_pages.txt", "1,000,000 form feeds")
def million_pages(_: random.Random) -> bytes:
    return b"a\f" * 1_000_000


@PLAIN.file("no_end_of_sentence.txt", "3 MB of words without a full stop")
def no_end_of_sentence(_: random.Random) -> bytes:
    return b"patrol boats for the police and " * 94_000


@PLAIN.file("endless_amount.txt", "an amount of 2,000,000 digits")
def endless_amount(_: random.Random) -> bytes:
    return _TEXT + b" EUR " + b"1 000 " * 340_000 + b"million were paid."


@PLAIN.file("number_of_digits.txt", "a number of 1,000,000 digits")
def number_of_digits(_: random.Random) -> bytes:
    return _TEXT + b" EUR " + b"9" * 1_000_000 + b" were paid. 4" + b"0" * 5000 + b" drones."


@PLAIN.file("only_currencies.txt", "500,000 times EUR")
def only_currencies(_: random.Random) -> bytes:
    return b"EUR " * 500_000


@PLAIN.file("only_dates.txt", "200,000 dates in a row")
def only_dates(_: random.Random) -> bytes:
    return b"31 December 2021, 30/02/2021 - " * 100_000


@PLAIN.file("only_brackets.txt", "5,000,000 open brackets")
def only_brackets(_: random.Random) -> bytes:
    return b"([{" * 1_700_000


@PLAIN.file("only_entries.txt", "20,000 sentences that each hold an entry")
def only_entries(_: random.Random) -> bytes:
    sentence = "In 2021 the EU delivered %d patrol boats worth EUR %d million to Libya. "
    return "".join(sentence % (n, n) for n in range(2, 20_002)).encode()


@PLAIN.file("marks_on_a_letter.txt", "1,000,000 accents on one letter")
def marks_on_a_letter(_: random.Random) -> bytes:
    return SENTENCE.encode() + ("a" + "\u0301\u0323" * 500_000).encode()


@PLAIN.file("turned_text.txt", "500,000 marks that turn the direction of writing")
def turned_text(_: random.Random) -> bytes:
    return ("\u202e\u2066a\u202c" * 130_000 + SENTENCE).encode()


@PLAIN.file("deep.json", "1,000,000 open arrays")
def deep_json(_: random.Random) -> bytes:
    return b"[" * 1_000_000


@PLAIN.file("number.json", "a number of 5,000,000 digits")
def number_json(_: random.Random) -> bytes:
    return b'{"a": ' + b"9" * 5_000_000 + b"}"
