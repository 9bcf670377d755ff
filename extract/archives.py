"""ZIP and gzip: their members as files of their own, within limits that no honest archive meets."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

from core.errors import DamagedDocument, HostileDocument
from core.records import Document, Issue, Member, Page, Reading
from extract.common import DAMAGE, File
from extract.detect import Detected
from extract.version import VERSION

# An access-to-documents release of one ZIP in another is common, a third level is a mistake, and
# a deeper one a trap. Whoever reads members again counts the depth.
MAX_DEPTH = 3
MAX_MEMBERS = 2000  # the largest releases seen hold some hundreds of files
MAX_MEMBER_BYTES = 256 * 2**20  # beyond, a PDF cannot be parsed in a limited process anyway
MAX_TOTAL_BYTES = 1024 * 2**20  # what one reading may hold in memory
MAX_RATIO = 200  # PDFs and office files hardly shrink, text by 10 to 20, a bomb by 1000
_RATIO_FROM = 2**20  # small files may shrink to almost nothing and harm nobody
_CHUNK = 2**20
_LONGEST_NAME = 300  # characters of a member's name; of a longer one the end is kept
_JUNK_PARTS = {"__MACOSX"}
_JUNK_NAMES = {".DS_Store", "Thumbs.db", "desktop.ini"}
_ENCRYPTED = 0x1
_UTF8 = 0x800  # the flag that a name is in UTF-8; others are in the code page of their system
_UNICODE_PATH = 0x7075  # an extra field with the name in UTF-8 (Info-ZIP)
_LINK = 0o120000
# What `zipfile` says, and what that means.
_CAUSES = (
    ("CRC", "its checksum is wrong"),
    ("not a zip file", "its list of contents is missing"),
    ("central directory", "its list of contents is broken"),
    ("file header", "it is not where the list of contents says"),
    ("password", "it needs a password"),
)
_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def safe_name(name: str) -> str:
    """Return a member's name as a relative path that cannot leave its folder.

    Of a name beyond all measure the last folders and the file's own name are kept.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\files\\\\a.pdf"), safe_name("/x//y.pdf")
    ('etc/passwd', 'files/a.pdf', 'x/y.pdf')
    """
    plain = _DRIVE.sub("", _CONTROLS.sub("", name.replace("\\", "/")))
    parts = [part for part in plain.split("/") if part not in {"", ".", ".."}]
    kept: list[str] = []
    room = _LONGEST_NAME
    while parts and (not kept or len(parts[-1]) < room):
        kept.append(parts.pop()[-_LONGEST_NAME:])
        room -= len(kept[-1]) + 1
    return "/".join(reversed(kept)) or "unnamed"


def damage_cause(error: Exception) -> str:
    """Return in plain words what is wrong with an archive or a member that `zipfile` gave up on.

    >>> damage_cause(zipfile.BadZipFile("Bad CRC-32 for file 'a.txt'"))
    'its checksum is wrong'
    """
    if isinstance(error, NotImplementedError):
        return "it is packed in a way that is not read"
    if isinstance(error, EOFError):
        return "it ends early"
    said = str(error)
    known = (cause for mark, cause in _CAUSES if mark in said)
    return next(known, "its bytes are damaged")


def member_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name with its letters as they were meant.

    Names without the flag of UTF-8 are read by `zipfile` as code page 437. Those that are UTF-8
    all the same, as many programs write them, are; the rest is what western Windows writes.
    """
    if info.flag_bits & _UTF8 or info.filename.isascii():
        return info.filename
    stated = _unicode_path(info.extra)
    if stated:
        return stated
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850")


def _unicode_path(extra: bytes) -> str | None:
    while len(extra) >= 4:
        key, size = (int.from_bytes(extra[at : at + 2], "little") for at in (0, 2))
        if key == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return None


def free_name(name: str, taken: set[str]) -> str:
    """Return `name`, or one like it where it is taken already, and take it.

    >>> taken: set[str] = set()
    >>> free_name("a.pdf", taken), free_name("a.pdf", taken)
    ('a.pdf', 'a (2).pdf')
    """
    free, count = name, 1
    ending = PurePosixPath(name).suffix
    stem = name.removesuffix(ending)
    while free in taken:
        count += 1
        free = f"{stem} ({count}){ending}"
    taken.add(free)
    return free


def _wanted(info: zipfile.ZipInfo) -> bool:
    """Tell real files from folders, links and what operating systems leave behind."""
    parts = [part for part in info.filename.split("/") if part not in {"", "."}]
    is_link = (info.external_attr >> 16) & 0o170000 == _LINK
    junk = bool(_JUNK_PARTS & set(parts)) or (bool(parts) and parts[-1] in _JUNK_NAMES)
    return bool(parts) and not (info.is_dir() or is_link or junk)


def _check(infos: list[zipfile.ZipInfo], file: File) -> None:
    """Refuse an archive whose own list of contents goes beyond the limits."""
    total = sum(info.file_size for info in infos)
    if len(infos) > MAX_MEMBERS:
        raise HostileDocument(f"{file.label} holds {len(infos)} files, more than {MAX_MEMBERS}.")
    if total > MAX_TOTAL_BYTES:
        raise HostileDocument(f"{file.label} would unpack to {total} bytes; it is not unpacked.")
    for info in infos:
        if _is_bomb(info):
            raise HostileDocument(f"{file.label} holds {_bomb_detail(info)}")


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    large = info.file_size > _RATIO_FROM
    return info.file_size > MAX_MEMBER_BYTES or (
        large and info.file_size > MAX_RATIO * max(info.compress_size, 1)
    )


def _bomb_detail(info: zipfile.ZipInfo) -> str:
    return (
        f"{safe_name(member_name(info))!r}, which would unpack from {info.compress_size} to "
        f"{info.file_size} bytes; it is not unpacked."
    )


def check_sizes(file: File) -> None:
    """Raise `HostileDocument` where an office file, a ZIP inside, goes beyond the limits.

    Raises `DamagedDocument` where its list of contents is broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            _check(archive.infolist(), file)
    except DAMAGE as error:
        raise DamagedDocument(
            f"{file.label} is no complete ZIP ({damage_cause(error)}); fetch it again."
        ) from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: File) -> bytes:
    """Return a member's bytes; stop where it is larger than the list of contents says."""
    parts: list[bytes] = []
    size = 0
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            size += len(chunk)
            if size > info.file_size:
                raise HostileDocument(f"{file.label} lies about the sizes of its members.")
            parts.append(chunk)
    return b"".join(parts)


def _members(archive: zipfile.ZipFile, file: File) -> tuple[list[Member], list[Issue]]:
    infos = [info for info in archive.infolist() if _wanted(info)]
    bombs = [info for info in infos if _is_bomb(info)]
    infos = [info for info in infos if not _is_bomb(info)] or infos
    _check(infos, file)
    members: list[Member] = []
    issues = [file.issue("hostile_member", _bomb_detail(info)) for info in bombs]
    taken: set[str] = set()
    left: list[str] = []
    held = 0
    for info in infos:
        name = free_name(safe_name(member_name(info)), taken)
        if info.flag_bits & _ENCRYPTED:
            issues.append(file.issue("encrypted_member", f"{name} needs a password."))
            continue
        if not _have_room(held + 2 * info.file_size):  # to join its pieces, to hand all on
            left.append(name)
            continue
        try:
            data = _unpack(archive, info, file)
        except DAMAGE as error:
            detail = f"{name} cannot be unpacked: {damage_cause(error)}."
            issues.append(file.issue("damaged_member", detail))
            continue
        except MemoryError:  # what it unpacks to has room, so the unpacking itself asks for it
            detail = f"{name} asks for more memory to be unpacked than a worker may use."
            issues.append(file.issue("hostile_member", detail))
            continue
        held += len(data)
        members.append(Member(name=name, data=data))
    return members, [*issues, *_cut(left, file)]


def _have_room(size: int) -> bool:
    """Tell whether the process may take `size` bytes more; nothing is written to them."""
    try:
        bytes(size)
    except MemoryError:
        return False
    return True


def _cut(left: list[str], file: File) -> list[Issue]:
    if not left:
        return []
    detail = (
        f"{len(left)} files, {left[0]!r} first, are too large for the memory of a worker and were "
        "left out; raise memory_limit."
    )
    return [file.issue("members_cut", detail)]


def read_zip(file: File, detected: Detected) -> Reading:
    """Read a ZIP: a document whose one page lists the members, and the members themselves.

    A member that needs a password, is damaged or would unpack beyond the limits costs an issue.
    Raises `DamagedDocument` for a broken list of contents, `HostileDocument` beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            members, issues = _members(archive, file)
    except DAMAGE as error:
        raise DamagedDocument(
            f"{file.label} is no complete ZIP ({damage_cause(error)}); fetch it again."
        ) from error
    return _reading(file, detected, members, issues)


def _reading(file: File, detected: Detected, members: list[Member], issues: list[Issue]) -> Reading:
    listing = "\n".join(member.name for member in members)
    if not members and not issues:
        issues.append(file.issue("page_without_text", f"{file.label} holds no files.", page=1))
    return Reading(
        document=Document(
            sha256=file.sha256,
            media_type=detected.media_type,
            kind=detected.kind,
            extractor=VERSION,
            language=file.language,
            title=file.name,
            pages=(Page(number=1, text=listing, method="rendered"),),
            issues=tuple(issues),
        ),
        members=tuple(members),
    )


def read_gzip(file: File, detected: Detected) -> Reading:
    """Read a gzip: a document whose one page names the file inside, and that file.

    A file that is cut off is unpacked as far as it goes, with an issue. Raises
    `DamagedDocument` where nothing comes out, `HostileDocument` beyond the limits.
    """
    data, cause = _gunzip(file)
    if not data:
        raise DamagedDocument(f"{file.label} is no complete gzip ({cause}); fetch it again.")
    own = PurePosixPath(file.name or "content.gz")
    name = safe_name(own.stem + (".tar" if own.suffix.lower() == ".tgz" else ""))
    issues = [file.issue("damaged_member", f"{name} is cut off: {cause}.")] if cause else []
    return _reading(file, detected, [Member(name=name, data=data)], issues)


def _gunzip(file: File) -> tuple[bytes, str]:
    """Return what a gzip unpacks to, and what is wrong with its end, "" for nothing."""
    rest, parts, size = file.data, list[bytes](), 0
    most = min(MAX_MEMBER_BYTES, max(_RATIO_FROM, MAX_RATIO * len(file.data)))
    while rest.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            while rest and not unpacker.eof:
                part = unpacker.decompress(rest, _CHUNK)
                rest = unpacker.unconsumed_tail
                size += len(part)
                parts.append(part)
                if size > most:
                    raise HostileDocument(
                        f"{file.label} would unpack to more than {most} bytes; it is not unpacked."
                    )
        except zlib.error as error:
            return b"".join(parts), str(error)
        if not unpacker.eof:
            return b"".join(parts), "it ends early"
        rest = unpacker.unused_data
    return b"".join(parts), ""
