"""An evidence pack: a ZIP with all that shows where an entry or a document comes from.

The same state of the database gives the same bytes: members are sorted, stored as they are and
dated 1980. What is withheld or withdrawn is never in one, nor is a file that holds more than its
drawn pages show.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.archive import Archive, explained
from core.errors import DocumentError, RecordError, UsageError
from core.files import written_beside
from core.records import Fetched
from core.settings import Settings
from operate.images import draw_images
from operate.pack_readme import readme
from operate.present_evidence import citation_text
from operate.warc import fetches_of, unread_lines
from store.cite import cite
from store.database import Store
from store.pack import Contents, pack_contents

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can say
_PAGES = 40  # pages that are drawn and whose text is put in
_ENDINGS = {"notice": "xml", "text": "txt"}  # of kinds that are not named by their ending
_PRIVATE = {"set-cookie", "cookie", "authorization", "proxy-authorization"}
_CONTACT = re.compile(r"; \+[^)]*(?=\))")  # whom a site may write to, in the user agent


@dataclass
class _Pack:
    """Members by name, as bytes or as the file that has them, and why others are left out.

    `unread` counts, by the name of a journal, the lines that may have told what is left out.
    """

    members: dict[str, bytes | Path] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)

    def add_json(self, name: str, data: Any) -> None:
        """Add data as JSON that a person can read too."""
        self.members[name] = (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def make_pack(store: Store, settings: Settings, key: str, file: Path) -> dict[str, Any]:
    """Write the evidence pack of an entry or a document into `file` (`.zip`).

    Returns the file, how many members it has, and what was left out of it with the reasons. Raises
    `UsageError` for another ending, `UnknownKey` for no key, and `StoreError` for what is withheld
    or withdrawn; and `RecordError`, once all the rest is in `file`, where the journal's line of the
    fetch may be one that cannot be read.
    """
    if file.suffix.lower() != ".zip":
        raise UsageError(f"{file} must end in .zip.")
    citation = cite(store, key)
    contents = pack_contents(store, key)
    pack = _Pack()
    pack.add_json("citation.json", citation)
    pack.members["citation.txt"] = citation_text(citation).encode()
    pack.add_json("evidence.json", contents.entries)
    _add_fetches(pack, settings, contents)
    _add_pages(pack, settings, contents)
    _add_file(pack, settings, contents)
    pack.members["README.txt"] = readme(citation, sorted(pack.members), pack.left_out).encode()
    _seal(pack, citation)
    with explained(file), written_beside(file) as beside:
        _write(pack, beside)
    if pack.unread:
        raise RecordError(
            f"{file} was written without request and answer of the fetch, as"
            f" {unread_lines(pack.unread)} cannot be read; put that back from a back-up and make"
            " the pack again."
        )
    return {"file": str(file), "members": len(pack.members), "left_out": pack.left_out}


def _add_pages(pack: _Pack, settings: Settings, contents: Contents) -> None:
    """Add pictures and texts of the pages that the evidence stands on."""
    if not contents.may_show:
        pack.left_out.append(
            "Pictures and texts of pages: the source's licence does not let them be shown."
        )
        return
    numbers = sorted(contents.texts)[:_PAGES]
    if len(contents.texts) > _PAGES:
        pack.left_out.append(f"Pages with evidence after the first {_PAGES} of them.")
    for number in numbers:
        pack.members[f"pages/page-{number:04d}.txt"] = contents.texts[number].encode()
    if contents.kind != "pdf":
        pack.left_out.append("Pictures of pages: only those of PDFs are drawn.")
        return
    try:
        images = draw_images(settings, contents.sha256, numbers, name=contents.document)
    except (DocumentError, OSError) as error:
        pack.left_out.append(f"Pictures of pages: they could not be drawn ({error}).")
        return
    for number, image in zip(numbers, images, strict=True):
        pack.members[f"pages/page-{number:04d}.png"] = image


def _add_file(pack: _Pack, settings: Settings, contents: Contents) -> None:
    if contents.file_kept_back is not None:
        pack.left_out.append(f"The file itself: {contents.file_kept_back}.")
        return
    path = Archive(settings.archive).path(contents.sha256)
    if not path.is_file():
        pack.left_out.append("The file itself: it is missing from the archive; `check` says more.")
        return
    ending = _ENDINGS.get(contents.kind or "bin", contents.kind)
    pack.members[f"file/{contents.sha256}.{ending}"] = path


def _add_fetches(pack: _Pack, settings: Settings, contents: Contents) -> None:
    """Add how the bytes came: each fetch, and request and answer of the one that brought them.

    Cookies and the operator's contact are left out.
    """
    found: dict[str, Any] = {"fetches": contents.fetches, "request": None, "answer": None}
    said = _journalled(settings, contents, pack.unread)
    if said is not None:
        pack.unread.clear()  # nothing of this pack stood in them
        found["request"] = {"address": _public(said.url), "headers": _kept(said.sent)}
        found["answer"] = {
            "address": _public(said.final_url),
            "status": said.status,
            "headers": _kept(said.headers),
        }
    elif pack.unread:
        lines = unread_lines(pack.unread)
        pack.left_out.append(f"Request and answer of the fetch: {lines} cannot be read.")
    pack.add_json("fetches.json", found)


def _journalled(settings: Settings, contents: Contents, unread: Counter[str]) -> Fetched | None:
    """Return the line of the journal that a fetch was loaded from, None where it is not there."""
    if contents.run_id is None or not contents.fetches:
        return None
    when = contents.fetches[0]["fetched_at"]
    for path in sorted(settings.journal.glob(f"{contents.run_id:06d}-*.jsonl")):
        for line in fetches_of(path, unread):
            if (
                line.document_key == contents.document
                and line.sha256 == contents.sha256
                and line.fetched_at == when
            ):
                return line
        if not path.read_bytes().endswith(b"\n"):  # it was whole when it was taken in
            unread[path.name] += 1
    return None


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: _CONTACT.sub("", value)
        for name, value in sorted(headers.items())
        if name.lower() not in _PRIVATE | {"from"}
    }


def _public(address: str) -> str | None:
    return None if address.startswith("file:") else address


def _seal(pack: _Pack, citation: Mapping[str, Any]) -> None:
    """Add the manifest and the list of hashes, which `sha256sum -c` checks."""
    hashes = {name: _sha256(body) for name, body in sorted(pack.members.items())}
    files = [
        {"name": name, "sha256": sha256, "bytes": _size(pack.members[name])}
        for name, sha256 in hashes.items()
    ]
    pack.add_json(
        "manifest.json",
        {
            "entry": citation["entry"],
            "document": citation["document"],
            "document_sha256": citation["sha256"],
            "files": files,
            "left_out": pack.left_out,
        },
    )
    hashes["manifest.json"] = _sha256(pack.members["manifest.json"])
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(hashes.items()))
    pack.members["SHA256SUMS"] = lines.encode()


def _sha256(body: bytes | Path) -> str:
    if isinstance(body, bytes):
        return hashlib.sha256(body).hexdigest()
    with body.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(body: bytes | Path) -> int:
    return len(body) if isinstance(body, bytes) else body.stat().st_size


def _write(pack: _Pack, file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name in _sorted(pack.members):
            _add_member(archive, name, pack.members[name])


def _sorted(names: Mapping[str, Any]) -> Sequence[str]:
    """Put what is read first before what it tells of."""
    return sorted(names, key=lambda name: (name != "README.txt", "/" in name, name))


def _add_member(archive: zipfile.ZipFile, name: str, body: bytes | Path) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system = 3  # Unix, wherever it is made
    info.external_attr = 0o644 << 16
    info.file_size = _size(body)
    with archive.open(info, "w") as target:
        if isinstance(body, bytes):
            target.write(body)
        else:
            with body.open("rb") as source:
                shutil.copyfileobj(source, target)
