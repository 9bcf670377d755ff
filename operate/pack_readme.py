"""The page of an evidence pack that says in plain words what is in it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from operate.present_evidence import printable

_WHAT = {
    "citation.txt": "the citation, to paste",
    "citation.json": "the same for programs",
    "evidence.json": "what was read, with quotes, pages, offsets and boxes",
    "fetches.json": "when and how the file was fetched",
}
_OFFSETS = (
    "Offsets (start, end) count Unicode characters of the page's text in pages/, from 0; the end is"
    " not part of the quote. Boxes are in points (1/72 inch) from the top left corner of the page:"
    " left, top, right, bottom. Pictures have two dots for each point."
)
_HASHES = (
    "SHA256SUMS has the SHA-256 of every file here; `sha256sum -c SHA256SUMS` checks them. Whoever"
    " has the file from elsewhere can compare its SHA-256 with the one above: if they are equal, it"
    " is the same file, byte by byte."
)
_READ = (
    "Values were read by a program and may be wrong: compare them with the page before you rely on"
    " them. The state of each entry in evidence.json says whether a person has reviewed it."
)


def readme(citation: Mapping[str, Any], members: Sequence[str], left_out: Sequence[str]) -> str:
    """Return the README of a pack: what it shows, what is in it, what is not, how to check it."""
    return printable("\n".join(_lines(citation, members, left_out)) + "\n")


def _lines(
    citation: Mapping[str, Any], members: Sequence[str], left_out: Sequence[str]
) -> Iterator[str]:
    yield "EVIDENCE PACK"
    yield ""
    what = f"entry {citation['entry']} of " if citation["entry"] else ""
    yield from _wrapped(
        f"This shows where {what}document {citation['document']} comes from, as Materiel read it."
    )
    yield ""
    yield f"Title:      {citation['title'] or 'none'}"
    yield f"Publisher:  {citation['publisher']}"
    yield f"Address:    {citation['address'] or 'none; the file was taken in by hand'}"
    yield f"Fetched:    {citation['fetched_at']}"
    yield f"SHA-256:    {citation['sha256']}"
    yield f"Licence:    {citation['licence']}"
    yield ""
    yield "What is in it"
    for name in members:
        if name in _WHAT:
            yield f"  {name}: {_WHAT[name]}"
    if any(name.startswith("pages/") for name in members):
        yield "  pages/: the pages that the evidence stands on, as text and, of PDFs, as pictures"
    if any(name.startswith("file/") for name in members):
        yield "  file/: the file as it was published"
    yield "  manifest.json, SHA256SUMS: every file with its SHA-256"
    if left_out:
        yield ""
        yield "What is not in it"
        for reason in left_out:
            yield from _wrapped(f"  {reason}")
    yield ""
    for paragraph in (_READ, _OFFSETS, _HASHES):
        yield from _wrapped(paragraph)
        yield ""
    for note in citation["notes"]:
        yield from _wrapped(f"Note: {note}")


def _wrapped(text: str) -> list[str]:
    indent = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(
        text, 88, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
