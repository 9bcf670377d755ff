"""Builds the replica's files once: PDFs, ZIPs, notices, and an index of what came out.

A built folder is named after a digest of the content and of this room's code, so a second start
finds it ready and a changed content file never meets an old build.
"""

import functools
import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from demo.world import CONTENT, NIGHTS, Download, World, load_world

ROOM = Path(__file__).parent
DEFAULT_FOLDER = ROOM.parent / "output" / "replica"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A built replica as of a night: its world, its files, the pages on which entries stand.

    `pages` maps the name of a download to one list per paper: page numbers by block.
    """

    world: World
    folder: Path
    pages: dict[str, list[dict[int, int]]]

    def file(self, name: str) -> bytes:
        """Return the bytes of a download, by uuid and language.

        Raises KeyError for one that is not there on this night, and OSError.
        """
        return self.body(self.world.by_name[name].body)

    def body(self, name: str) -> bytes:
        """Return the bytes of a built file, by the name that a download gives it."""
        return (self.folder / "files" / name).read_bytes()

    def size(self, name: str) -> int:
        """Return the size in bytes that the page of a download tells."""
        return (self.folder / "files" / self.world.by_name[name].shown).stat().st_size

    def notice(self, name: str) -> bytes:
        """Return the XML of a notice, by its publication number without padding."""
        return (self.folder / "notices" / f"{name}.xml").read_bytes()


@functools.cache
def content_version() -> str:
    """Return a digest of the content files and of this room's code."""
    digest = hashlib.sha256()
    for path in sorted([*CONTENT.rglob("*.toml"), *ROOM.glob("*.py")]):
        digest.update(path.relative_to(ROOM).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def build(folder: Path = DEFAULT_FOLDER, night: int = 1) -> Site:
    """Return the built replica under `folder` as of a night.

    The files of all nights are built together, if this version is not there yet. Several processes
    may do this at once: each builds aside and renames, the first one wins.
    """
    target = folder / content_version()
    if not (target / "index.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
        _write_all([load_world(n) for n in NIGHTS], aside)
        _move_into_place(aside, target)
    index = json.loads((target / "index.json").read_text(encoding="utf-8"))
    world = load_world(night)
    pages = {
        name: [{int(block): page for block, page in paper.items()} for paper in index[d.body]]
        for name, d in world.by_name.items()
    }
    return Site(world=world, folder=target, pages=pages)


def _move_into_place(aside: Path, target: Path) -> None:
    try:
        aside.rename(target)
    except OSError:
        # another process was first; anything else is the caller's to know
        if not (target / "index.json").exists():
            raise
        shutil.rmtree(aside)


def _write_all(worlds: list[World], folder: Path) -> None:
    from demo.notices import write_notice  # noqa: PLC0415 - drawing tools load only to build

    (folder / "files").mkdir()
    (folder / "notices").mkdir()
    index = {}
    downloads = {d.body: d for world in worlds for _, d in world.downloads()}
    for name, download in downloads.items():
        body, index[name] = _draw_download(download)
        (folder / "files" / name).write_bytes(body)
    for notice in {notice.name: notice for world in worlds for notice in world.notices}.values():
        (folder / "notices" / f"{notice.name}.xml").write_bytes(write_notice(notice))
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")


def _draw_download(download: Download) -> tuple[bytes, list[dict[int, int]]]:
    from demo.layout import draw  # noqa: PLC0415 - reportlab loads only to build

    drawn = [(name, *draw(paper)) for name, paper in download.papers]
    pages = [by_block for _, _, by_block in drawn]
    if download.kind == "pdf":
        return drawn[0][1], pages
    return _zip([(name, body) for name, body, _ in drawn], download), pages


def _zip(members: list[tuple[str, bytes]], download: Download) -> bytes:
    target = io.BytesIO()
    day = download.uploaded
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            info = zipfile.ZipInfo(name, date_time=(day.year, day.month, day.day, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, body)
    return target.getvalue()
