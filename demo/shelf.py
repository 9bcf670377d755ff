"""Files of the smaller sites: read from content tables as of a night, drawn when first asked for.

A file's table holds `filename`, `body` in the marked syntax (or `[[member]]`s of a ZIP), and its
`[[version]]`s: `night`, `change`, and `body` or `edits` (old passage to new one).
"""

import calendar
import datetime as dt
import functools
import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from demo.exchange import Change, Response, content
from demo.marks import strip_marks
from demo.papers import paper_entries
from demo.world import CONTENT, Paper, day_of, on_night

MEDIA_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A file as it is on a night; `day` is that of its bytes, `change` what they changed."""

    filename: str
    title: str
    language: str
    papers: tuple[tuple[str, Paper], ...]
    day: dt.date
    change: Change | None = None

    @property
    def kind(self) -> str:
        """`pdf` or `zip`."""
        return self.filename.rsplit(".", 1)[-1].lower()


def tables(source: str, night: int) -> Iterator[dict[str, Any]]:
    """Yield the content tables of a source that hold on a night, with their files of that night."""
    for path in sorted((CONTENT / source).glob("*.toml")):
        table = _read(path)
        if on_night(table, night):
            files = [file for file in table.get("file", ()) if on_night(file, night)]
            yield table | {"file": files}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def piece(file: Mapping[str, Any], night: int, *, language: str, day: dt.date) -> Piece:
    """Return a file as of a night; `language` and `day` are those of the page that offers it."""
    body, change = file.get("body", ""), None
    for version in file.get("version", ()):
        if version["night"] <= night:
            body, change = _edited(version, body), version["change"]
            day = day_of(version["night"])
    members = file.get("member") or [{"filename": file["filename"], "body": body}]
    named = file.get("language", language)
    return Piece(
        filename=file["filename"],
        title=file["title"],
        language=named,
        papers=tuple((member["filename"], _paper(member, file, named)) for member in members),
        day=day,
        change=change,
    )


def _edited(version: Mapping[str, Any], body: str) -> str:
    body = version.get("body", body)
    for old, new in version.get("edits", {}).items():
        if old not in body:
            raise KeyError(f"{old!r} is in no body")
        body = body.replace(old, new)
    return body


def _paper(member: Mapping[str, Any], file: Mapping[str, Any], language: str) -> Paper:
    return Paper(
        title=member.get("title", file["title"]),
        language=member.get("language", language),
        header=member.get("header", ""),
        body=member["body"],
        fund=file.get("fund"),
    )


@functools.cache
def drawn(file: Piece) -> tuple[bytes, tuple[dict[int, int], ...]]:
    """Return a file's bytes, and for each of its papers the page of each block with an entry."""
    from demo.layout import draw  # noqa: PLC0415 - reportlab loads only to draw

    papers = [(name, *draw(paper)) for name, paper in file.papers]
    pages = tuple(by_block for _, _, by_block in papers)
    if file.kind == "pdf":
        return papers[0][1], pages
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body, _ in papers:
            day = (file.day.year, file.day.month, file.day.day, 12, 0, 0)
            info = zipfile.ZipInfo(name, date_time=day)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, body)
    return target.getvalue(), pages


def answer(file: Piece) -> Response:
    """Return the response that brings a file."""
    modified = calendar.timegm((file.day.year, file.day.month, file.day.day, 12, 0, 0))
    return content(drawn(file)[0], MEDIA_TYPES[file.kind], modified=modified)


def truth_documents(file: Piece, key: str, source: str, landing: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a file and of its members, as `truth.json` has them."""
    record = {
        "key": key,
        "member": None,
        "source": source,
        "language": file.language,
        "title": file.title,
        "kind": file.kind,
        "landing": landing,
    }
    yield record
    if file.kind == "zip":
        for name, paper in file.papers:
            own = {"member": name, "kind": "pdf", "title": strip_marks(paper.title)}
            yield record | own | {"language": paper.language}


def truth_entries(file: Piece, key: str, source: str) -> Iterator[dict[str, Any]]:
    """Yield the entries that a file states, as `truth.json` has them."""
    for (name, paper), pages in zip(file.papers, drawn(file)[1], strict=True):
        member = name if file.kind == "zip" else None
        for block, entry in paper_entries(paper):
            place = {"document_key": key, "member": member, "source": source}
            yield place | {"page": pages[block]} | asdict(entry)
