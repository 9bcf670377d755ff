"""What the replica's documents hold: every document, and every entry at each place that states it.

`truth.json` is made from the same marked content that the files are drawn from, with page numbers
from the drawn files, so it cannot drift from them.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from demo.alaveteli import access_truth
from demo.build import Site
from demo.frontex import register_truth
from demo.marks import Entry, read_entries, strip_marks
from demo.papers import paper_entries
from demo.world import Download, Lot, Notice, Publication

TRUTH = Path(__file__).parent / "truth.json"


def truth(built: Site) -> dict[str, Any]:
    """Return the documents and the entries of a built replica."""
    others = (register_truth(built.world.night), access_truth(built))
    return {
        "documents": [
            *_files(built),
            *(_notice(n) for n in built.world.notices),
            *(document for other in others for document in other["documents"]),
        ],
        "entries": [
            *_file_entries(built),
            *_notice_entries(built),
            *(entry for other in others for entry in other["entries"]),
        ],
    }


def truth_text(built: Site) -> str:
    """Return `truth.json` as text, one record a line."""
    parts = []
    for name, records in truth(built).items():
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        parts.append(f'"{name}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _files(built: Site) -> Iterator[dict[str, Any]]:
    for publication, download in built.world.downloads():
        yield _file(publication, download)
        if download.kind == "zip":
            for name, paper in download.papers:
                record = _file(publication, download)
                record |= {"member": name, "kind": "pdf", "title": strip_marks(paper.title)}
                yield record | {"language": paper.language}


def _file(publication: Publication, download: Download) -> dict[str, Any]:
    return {
        "key": download.key,
        "member": None,
        "source": publication.site,
        "language": download.language,
        "title": download.title,
        "kind": download.kind,
        "landing": None if publication.markup == "C" else publication.path,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "key": notice.key,
        "member": None,
        "source": "ted",
        "language": notice.language.lower(),
        "title": strip_marks(notice.title),
        "kind": "xml",
        "landing": f"/en/notice/-/detail/{notice.name}",
    }


def _file_entries(built: Site) -> Iterator[dict[str, Any]]:
    for publication, download in built.world.downloads():
        papers = zip(download.papers, built.pages[download.name], strict=True)
        for (name, paper), pages in papers:
            member = name if download.kind == "zip" else None
            for block, entry in paper_entries(paper):
                place = {"document_key": download.key, "member": member}
                yield place | _record(publication.site, pages[block], entry)


def _notice_entries(built: Site) -> Iterator[dict[str, Any]]:
    for notice in built.world.notices:
        for lot in notice.lots:
            for entry in _lot_entries(notice, lot):
                place = {"document_key": notice.key, "member": None}
                yield place | _record("ted", 1, entry)


def _lot_entries(notice: Notice, lot: Lot) -> list[Entry]:
    """Return a lot's entries: the buyer receives, the winner supplies, unless it says more."""
    said = {"recipient": notice.buyer, "currency": notice.currency}
    said |= {"supplier": lot.winner} if lot.winner else {}
    said |= {"fund": notice.fund} if notice.fund else {}
    value = lot.award if notice.is_award else lot.estimate
    entries = read_entries(f"{lot.title}\n{lot.description}", defaults=said)
    shared = {"amount": value, "currency": notice.currency} if value else {}
    return [entry if entry.amount else Entry(**asdict(entry) | shared) for entry in entries]


def _record(source: str, page: int, entry: Entry) -> dict[str, Any]:
    return {"source": source, "page": page} | asdict(entry)
