"""The parts of an office file that is a ZIP of XML: DOCX, XLSX, ODT, ODS."""

from __future__ import annotations

import io
import zipfile
from posixpath import normpath

from lxml import etree

from core.errors import DamagedDocument, EncryptedDocument, HostileDocument
from core.records import Issue
from extract.archives import check_sizes, damage_cause
from extract.common import DAMAGE, File
from extract.xml import MAX_MARKS, parse_start

# Text of the longest documents seen is some megabytes of XML; a part beyond this takes more memory
# as a tree than a worker may use.
MAX_XML_BYTES = 128 * 2**20
_ENCRYPTED = 0x1
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# The strict variant of the office formats has other names for the same things.
_STRICT = {
    f"http://purl.oclc.org/ooxml/{strict}".encode(): f"http://schemas.openxmlformats.org/{usual}".encode()
    for strict, usual in (
        ("wordprocessingml/main", "wordprocessingml/2006/main"),
        ("spreadsheetml/main", "spreadsheetml/2006/main"),
        ("officeDocument/relationships", "officeDocument/2006/relationships"),
    )
}


class Package:
    """The parts of an office file by name; every XML part is parsed without entities."""

    def __init__(self, file: File) -> None:
        """Open `file`; raise `HostileDocument` for a bomb, `DamagedDocument` for no whole ZIP."""
        check_sizes(file)
        self._file = file
        self.cut: list[str] = []
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            self._infos = {info.filename: info for info in archive.infolist()}

    @property
    def names(self) -> list[str]:
        """The names of all parts, in their order."""
        return list(self._infos)

    def read(self, name: str) -> bytes | None:
        """Return a part's bytes, None where there is no such part."""
        info = self._infos.get(name)
        if info is None:
            return None
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedDocument(f"{self._file.label} needs a password; add a copy without.")
        if info.file_size > MAX_XML_BYTES:
            raise HostileDocument(
                f"{self._file.label} holds {name} of {info.file_size} bytes; it is not read."
            )
        try:
            with zipfile.ZipFile(io.BytesIO(self._file.data)) as archive:
                return archive.read(info)
        except DAMAGE as error:
            cause = damage_cause(error)
            raise DamagedDocument(
                f"{self._file.label} has a damaged part {name} ({cause}); fetch it again."
            ) from error

    def replaced(self, parts: dict[str, bytes]) -> bytes:
        """Return the file anew, uncompressed, with other contents of the named parts."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in self._infos:
                archive.writestr(name, parts.get(name) or self.read(name) or b"")
        return buffer.getvalue()

    def xml(self, name: str) -> etree._Element | None:
        """Return the root element of a part, None where there is no such part.

        A part of more elements than fit a worker's memory ends early; `cut` names it.
        """
        data = self.read(name)
        if data is None:
            return None
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
        root, ends_early = parse_start(data, self._file.label)
        if ends_early and name not in self.cut:
            self.cut.append(name)
        return root

    def need_xml(self, name: str) -> etree._Element:
        """Return the root element of a part; raise `DamagedDocument` where there is none."""
        root = self.xml(name)
        if root is None:
            raise DamagedDocument(f"{self._file.label} lacks its part {name}; fetch it again.")
        return root

    def issues(self) -> list[Issue]:
        """Return the issue of the parts that end early, nothing where all are whole."""
        if not self.cut:
            return []
        detail = (
            f"{', '.join(self.cut)} holds more than {MAX_MARKS:,} tags and attributes; the rest "
            "was left out."
        )
        return [self._file.issue("text_cut", detail, page=1)]

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the parts that `part` refers to, "" for the package itself.

        From their identifiers to the last word of the relation's type and the part's name; what
        lies outside the file is left out.
        """
        folder, _, name = part.rpartition("/")
        root = self.xml(f"{folder}/_rels/{name}.rels".lstrip("/"))
        found: dict[str, tuple[str, str]] = {}
        for relation in () if root is None else root.iter(_RELATION):
            target = relation.get("Target") or ""
            if relation.get("TargetMode") == "External":
                continue
            path = target if target.startswith("/") else f"{folder}/{target}"
            kind = (relation.get("Type") or "").rpartition("/")[2]
            found[relation.get("Id") or ""] = (kind, normpath(path).lstrip("/"))
        return found

    def main_part(self, usual: str) -> str:
        """Return the name of the part that the package is about, `usual` where it says none."""
        related = self.relations("").values()
        return next((path for kind, path in related if kind == "officeDocument"), usual)
