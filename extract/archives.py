"""ZIP files: their members as files of their own, within limits that no honest archive meets."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

from core.errors import DamagedDocument, HostileDocument
from core.records import Document, Issue, Member, Page, Reading
from extract.common import File
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
_JUNK_PARTS = {"__MACOSX"}
_JUNK_NAMES = {".DS_Store", "Thumbs.db", "desktop.ini"}
_ENCRYPTED = 0x1
_LINK = 0o120000
_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def safe_name(name: str) -> str:
    """Return a member's name as a relative path that cannot leave its folder.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\files\\\\a.pdf"), safe_name("/x//y.pdf")
    ('etc/passwd', 'files/a.pdf', 'x/y.pdf')
    """
    plain = _DRIVE.sub("", _CONTROLS.sub("", name.replace("\\", "/")))
    parts = [part for part in PurePosixPath(plain).parts if part not in {"/", "//", ".", ".."}]
    return "/".join(parts) or "unnamed"


def _wanted(info: zipfile.ZipInfo) -> bool:
    """Tell real files from folders, links and what operating systems leave behind."""
    parts = PurePosixPath(info.filename).parts
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
        large = info.file_size > _RATIO_FROM
        if info.file_size > MAX_MEMBER_BYTES or (
            large and info.file_size > MAX_RATIO * max(info.compress_size, 1)
        ):
            raise HostileDocument(
                f"{file.label} holds {safe_name(info.filename)!r}, which would unpack from "
                f"{info.compress_size} to {info.file_size} bytes; it is not unpacked."
            )


def check_sizes(file: File) -> None:
    """Raise `HostileDocument` where an office file, a ZIP inside, goes beyond the limits.

    Raises `DamagedDocument` where its list of contents is broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            _check(archive.infolist(), file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DamagedDocument(f"{file.label} is cut off ({error}); fetch it again.") from error


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
    _check(infos, file)
    members: list[Member] = []
    issues: list[Issue] = []
    for info in infos:
        name = safe_name(info.filename)
        if info.flag_bits & _ENCRYPTED:
            issues.append(file.issue("encrypted_member", f"{name} needs a password."))
            continue
        try:
            data = _unpack(archive, info, file)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            issues.append(file.issue("damaged_member", f"{name} cannot be unpacked: {error}."))
            continue
        members.append(Member(name=name, data=data))
    return members, issues


def read_zip(file: File, detected: Detected) -> Reading:
    """Read a ZIP: a document whose one page lists the members, and the members themselves.

    Raises `DamagedDocument` for a broken list of contents, `HostileDocument` beyond the limits.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            members, issues = _members(archive, file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DamagedDocument(
            f"{file.label} is no complete ZIP ({error}); fetch it again."
        ) from error
    listing = "\n".join(member.name for member in members)
    return Reading(
        document=Document(
            sha256=file.sha256,
            media_type=detected.media_type,
            kind="zip",
            extractor=VERSION,
            language=file.language,
            title=file.name,
            pages=(Page(number=1, text=listing, method="rendered"),),
            issues=tuple(issues),
        ),
        members=tuple(members),
    )
