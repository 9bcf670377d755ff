"""The files to measure on, and what each reader says of them, read once in a run.

The folders are those of ../shared/data/pdf; the demo's papers are drawn anew by the replica.
"""

from __future__ import annotations

import functools
import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber

import extract
from core.records import Box, Document

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "pdf"
DEMO = "demo"


def folders() -> dict[str, list[Path]]:
    """Return the PDFs of each folder of real documents; empty where the folder is absent."""
    found: dict[str, list[Path]] = {}
    for path in sorted(FOLDER.rglob("*.pdf")):
        found.setdefault(path.parent.name, []).append(path)
    return found


def draw_demo(into: Path) -> list[Path]:
    """Draw all papers of the replica into a folder; return their files."""
    from demo.layout import draw  # noqa: PLC0415 - drawing tools load only where they draw
    from demo.world import load_world  # noqa: PLC0415

    paths: list[Path] = []
    for _, download in load_world().downloads():
        for _, paper in download.papers:
            path = into / f"paper-{len(paths):03}.pdf"
            path.write_bytes(draw(paper)[0])
            paths.append(path)
    return paths


@functools.cache
def ours(path: Path) -> Document:
    """Return a file as the project reads it."""
    return extract.read(path.read_bytes(), sha256="0" * 64, name=path.name).document


@dataclass(frozen=True)
class PeerTable:
    """A table as pdfplumber finds it by default; None is a place that a merged cell covers."""

    box: Box
    rows: list[list[str | None]]


@dataclass(frozen=True)
class PeerPage:
    """A page as plain pdfplumber reads it, by default; boxes are points from the top left.

    `unshaded` are the tables that it finds by default on the same page without its shading.
    """

    text: str
    tables: list[PeerTable]
    unshaded: list[PeerTable]


SHADING = 3.0  # points: a filled rectangle thicker than this both ways is no rule


def _is_shading(thing: dict[str, Any]) -> bool:
    return (
        thing["object_type"] == "rect"
        and bool(thing.get("fill"))
        and not thing.get("stroke")
        and min(float(thing["width"]), float(thing["height"])) > SHADING
    )


def _tables(page: Any) -> list[PeerTable]:
    return [PeerTable(_box(table.bbox), table.extract()) for table in page.find_tables()]


def _box(sides: tuple[float, ...]) -> Box:
    x0, top, x1, bottom = sides
    return x0, top, x1, bottom


@functools.cache
def peer(path: Path) -> list[PeerPage]:
    """Return a file as plain pdfplumber reads it, with its default settings."""
    pages = []
    with pdfplumber.open(io.BytesIO(path.read_bytes())) as pdf:
        for page in pdf.pages:
            tables = unshaded = _tables(page)
            if any(_is_shading(rect) for rect in page.rects):
                unshaded = _tables(page.filter(lambda thing: not _is_shading(thing)))
            pages.append(PeerPage(page.extract_text(), tables, unshaded))
            page.close()
    return pages


def has_poppler() -> bool:
    """Tell whether poppler's `pdftotext` is installed."""
    return shutil.which("pdftotext") is not None


NO_POPPLER = "poppler's pdftotext is not here; install the package poppler-utils."
NO_FILES = "The real documents are not here; ../shared/data/pdf holds them."
