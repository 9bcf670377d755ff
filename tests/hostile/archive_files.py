"""ZIP files that are a trap: bombs, lies about sizes, names that leave their folder."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import struct
import zlib
from dataclasses import replace

from tests.hostile.maker import SENTENCE, Collection, deflated, zeros
from tests.hostile.pdf_writer import Pdf
from tests.hostile.zip_writer import BZIP2, LINK, LZMA, Entry, bomb, contents, entry, packed

ARCHIVES = Collection()
_TEXT = SENTENCE.encode()


@ARCHIVES.file("flat_bomb.zip", "a member of 1 GiB in 1 MB", expect="refused", quick=True)
def flat_bomb(_: random.Random) -> bytes:
    return packed([bomb("zeros.txt", *zeros(2**30))])


@ARCHIVES.file("bomb_of_many_members.zip", "1,500 members of 16 MB each")
def bomb_of_many_members(_: random.Random) -> bytes:
    one = bomb("zeros.txt", *zeros(16 * 2**20))
    return packed(replace(one, name=b"%d.txt" % number) for number in range(1500))


@ARCHIVES.file("nested_bomb.zip", "a bomb in a ZIP in a ZIP, six levels deep")
def nested_bomb(_: random.Random) -> bytes:
    data = packed([bomb("zeros.txt", *zeros(2**30))])
    for level in range(6):
        data = packed([entry(f"level{level}.zip", data)])
    return data


@ARCHIVES.file("zips_in_zips.zip", "a thousand ZIPs with a thousand ZIPs in each")
def zips_in_zips(_: random.Random) -> bytes:
    data = packed([entry("a.txt", _TEXT)])
    for _level in range(3):
        inside = entry("a.zip", data)
        data = packed(replace(inside, name=b"%d.zip" % number) for number in range(1000))
    return data


@ARCHIVES.file("few_zips_in_zips.zip", "30 ZIPs with 30 ZIPs in each, all with the same file")
def few_zips_in_zips(_: random.Random) -> bytes:
    data = packed([entry("a.txt", _TEXT)])
    for _level in range(2):
        inside = entry("a.zip", data)
        data = packed(replace(inside, name=b"%d.zip" % number) for number in range(30))
    return data


@ARCHIVES.file("overlapping_members.zip", "10,000 members that share the same bytes")
def overlapping_members(_: random.Random) -> bytes:
    one = bomb("zeros.txt", *zeros(2**20))
    listed = [replace(one, name=b"zeros.txt").listed(0) for _ in range(10_000)]
    return one.local() + contents(listed, len(one.local()))


@ARCHIVES.file("overlapping_few_members.zip", "100 members of 1 MB that share the same bytes")
def overlapping_few_members(_: random.Random) -> bytes:
    one = bomb("zeros.txt", *zeros(2**20))
    return one.local() + contents([one.listed(0)] * 100, len(one.local()))


@ARCHIVES.file("sizes_are_too_small.zip", "a member of 1 GiB that says it has 100 bytes")
def sizes_are_too_small(_: random.Random) -> bytes:
    return packed([replace(bomb("zeros.txt", *zeros(2**30)), size=100)])


@ARCHIVES.file("sizes_are_too_large.zip", "a member of 56 bytes that says it has 4 GiB")
def sizes_are_too_large(_: random.Random) -> bytes:
    return packed([replace(entry("a.txt", _TEXT), size=0xFFFF_FFFE)])


@ARCHIVES.file(
    "within_the_caps.zip", "1 GB in four members, each at a ratio of 190", says=("members_cut",)
)
def within_the_caps(rng: random.Random) -> bytes:
    size = 250 * 2**20
    noise = rng.randbytes(size // 240)
    head = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = head.compress(noise) + head.flush(zlib.Z_FULL_FLUSH)
    rest = deflated(*zeros(size), "raw")
    whole = len(noise) + size
    crc = zlib.crc32(noise)
    chunk, times = zeros(size)
    for _ in range(times):
        crc = zlib.crc32(chunk, crc)
    one = Entry(b"a", start + rest, whole, crc)
    return packed(replace(one, name=b"%d.txt" % number) for number in range(4))


@ARCHIVES.file("hundred_thousand_members.zip", "100,000 members", expect="refused")
def hundred_thousand_members(_: random.Random) -> bytes:
    one = entry("a", b"")
    return packed(replace(one, name=b"%d" % number) for number in range(100_000))


@ARCHIVES.file(
    "names_leave_the_folder.zip", "names with .., drives, roots and control codes", quick=True
)
def names_leave_the_folder(_: random.Random) -> bytes:
    names = (
        "../../../../etc/passwd", "/etc/passwd", "C:\\Windows\\a.txt", "\\\\server\\share\\a.txt",
        "..\\..\\a.txt", "a/../../b.txt", "./././a.txt", "a\nb\x1b[2J.txt", "CON", "a" * 300, ".",
        "..", " ", "a.txt/", "\u202etxt.exe", "é" * 200,
    )  # fmt: skip
    return packed(entry(name, _TEXT) for name in names)


@ARCHIVES.file("long_names.zip", "1,000 members with names of 60,000 bytes", expect="read")
def long_names(_: random.Random) -> bytes:
    one = entry("a", _TEXT)
    return packed(replace(one, name=b"a/" * 30_000 + b"%d" % number) for number in range(1000))


@ARCHIVES.file("names_without_meaning.zip", "names of bytes that are no text, and one twice")
def names_without_meaning(rng: random.Random) -> bytes:
    one = entry("a", _TEXT)
    names = [rng.randbytes(20) for _ in range(50)] + [b"same", b"same", b""]
    return packed(replace(one, name=name, flags=0x800 * (len(name) % 2)) for name in names)


@ARCHIVES.file("links.zip", "links to files outside")
def links(_: random.Random) -> bytes:
    members = [entry("link", b"/etc/passwd", attributes=LINK), entry("a.txt", _TEXT)]
    return packed([*members, entry("device", b"", attributes=0o060777 << 16)])


@ARCHIVES.file("encrypted_members.zip", "members under a password, ordinary and strong")
def encrypted_members(rng: random.Random) -> bytes:
    one = Entry(b"a.txt", rng.randbytes(68), 56, 1, 8, 1)
    return packed([one, replace(one, name=b"b.txt", flags=0x41, method=99)])


@ARCHIVES.file(
    "unknown_methods.zip", "members packed by methods that do not exist", says=("damaged_member",)
)
def unknown_methods(rng: random.Random) -> bytes:
    one = Entry(b"a.txt", rng.randbytes(68), 56, 1)
    return packed(replace(one, name=b"%d.txt" % n, method=n) for n in (1, 6, 9, 93, 98, 65_535))


@ARCHIVES.file("bzip2_bomb.zip", "a member of 256 MB in 200 bytes of bzip2")
def bzip2_bomb(_: random.Random) -> bytes:
    data = bz2.compress(bytes(45 * 2**20), 9)
    return packed([Entry(b"zeros.txt", data, 45 * 2**20, 0, BZIP2)])


@ARCHIVES.file(
    "lzma_of_four_gigabytes.zip",
    "a member whose unpacking asks for 4 GiB at once",
    says=("hostile_member",),
)
def lzma_memory(_: random.Random) -> bytes:
    data = lzma.compress(_TEXT, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "preset": 1}])
    properties = struct.pack("<BBHBI", 9, 4, 5, 0x5D, 0xFFFF_FFFF)
    return packed([Entry(b"a.txt", properties + data, len(_TEXT), zlib.crc32(_TEXT), LZMA)])


@ARCHIVES.file("no_list_of_contents.zip", "ends before its list of contents", expect="refused")
def no_list_of_contents(_: random.Random) -> bytes:
    return packed(entry(f"{n}.txt", _TEXT) for n in range(20))[:900]


@ARCHIVES.file("list_of_contents_lies.zip", "a list of contents that begins behind the file")
def list_of_contents_lies(_: random.Random) -> bytes:
    one = entry("a.txt", _TEXT)
    return one.local() + contents([one.listed(0xFFFF_FFF0)] * 3, 0xFFFF_FFF0)


@ARCHIVES.file("wide_list_lies.zip", "a ZIP64 record of 2^63 members")
def wide_list_lies(_: random.Random) -> bytes:
    many = 2**63 - 1
    wide = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, many, many, many, 0)
    wide += b"PK\x06\x07" + struct.pack("<IQI", 0, 0, 1)
    end = struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0)
    return b"PK\x03\x04" + wide + b"PK\x05\x06" + end


@ARCHIVES.file("comment_of_ends.zip", "a comment that is full of false ends")
def comment_of_ends(_: random.Random) -> bytes:
    return packed([entry("a.txt", _TEXT)], comment=b"PK\x05\x06" * 16_000)


@ARCHIVES.file("pdfs_in_a_zip_in_a_zip.zip", "PDFs in ZIPs, four levels deep")
def pdfs_in_zips(_: random.Random) -> bytes:
    data = Pdf().build()
    for level in range(4):
        data = packed([entry("a.pdf", Pdf().build()), entry(f"{level}.zip", data)])
    return data


@ARCHIVES.file("bomb.gz", "1 GiB in a gzip of 1 MB", expect="refused")
def gzip_bomb(_: random.Random) -> bytes:
    head = gzip.compress(b"", mtime=0)[:10]
    chunk, times = zeros(2**30)
    return head + deflated(chunk, times, "raw") + struct.pack("<II", 0, 2**30)
