"""A document without the names of people who sign letters, greeted or named as contacts.

Each character of a name becomes `FILLER`, so that no offset of words, cells, headings, items or
stated fields moves. Posts, bodies and everything else stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set

import msgspec

from core.records import Cell, Document, Heading, Issue, Page, Stated, Table
from core.text import fold
from extract.common import File
from extract.person_names import Name, find_name
from extract.signatories import find_signatories

# A white block: neither a letter to search and tagger, nor one of the black marks that publishers
# put in place of text and that a comparison of versions takes for a redaction.
FILLER = "▯"
# Kinds of running text. Notices say in fields who a contact is; sheets are no letters.
KINDS = frozenset({"docx", "eml", "html", "msg", "odt", "pdf", "rtf", "text"})

_CHARACTER = re.compile(r"\S")
_LONGEST_LINE = 80  # characters of a line that says nothing but a name
_LEAST_SURNAME = 4
_MOST_NAMES = 500  # that are looked for elsewhere; more make a trap

Spans = Mapping[int, Sequence[tuple[int, int]]]  # places on each page, by its number


def without_names(document: Document, file: File) -> Document:
    """Return a document without the names of signatories and contacts, and an issue that says so.

    A name that was found goes too where a line says nothing else, and from the title, captions and
    words of links where they have it in full. Offsets are code points of `Page.text`.
    """
    if document.kind not in KINDS:
        return document
    found = {page.number: find_signatories(page) for page in document.pages}
    names = [name for on_page in found.values() for name in on_page.values()]
    if not names:
        return document
    spans = {
        page.number: sorted({*found[page.number], *_repeated(page.text, names)})
        for page in document.pages
    }
    return _blackened(document, spans, names, _issue(file, sum(map(len, spans.values()))))


def blackened(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text of the same length with what stands at some places as `FILLER`.

    >>> blackened("Yours, Jane Doe", [(7, 15)])
    'Yours, ▯▯▯▯ ▯▯▯'
    """
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], _CHARACTER.sub(FILLER, text[max(start, at) : end])]
        at = max(end, at)
    return "".join((*parts, text[at:]))


def _issue(file: File, count: int) -> Issue:
    detail = f"{count} names of people who sign or are written to were left out."
    return file.issue("people_left_out", detail, level="info")


def _repeated(text: str, names: Sequence[Name]) -> list[tuple[int, int]]:
    """Return the places of lines' only names that are among those found."""
    known = {frozenset(map(fold, name.words)) for name in names[:_MOST_NAMES]}
    shown = {word.lower() for name in names for word in name.words if len(word) >= _LEAST_SURNAME}
    found = []
    for line in re.finditer(rf"^[^\n\t]{{1,{_LONGEST_LINE}}}$", text, re.MULTILINE):
        said = shown.intersection(re.split(r"\W+", line[0].lower()))
        name = find_name(line[0]) if said else None
        if name and not line[0][name.end :].strip() and _is_known(name, known):
            found.append((line.start() + name.start, line.start() + name.end))
    return found


def _is_known(name: Name, known: Set[frozenset[str]]) -> bool:
    """Say whether a name is one of those known, which may lack the first name, or have another."""
    words = {fold(word) for word in name.words}
    return any(words == one or (name.sure and (words < one or one < words)) for one in known)


def _blackened(document: Document, spans: Spans, names: Sequence[Name], issue: Issue) -> Document:
    old = {page.number: page.text for page in document.pages}
    pages = tuple(_page(page, spans[page.number]) for page in document.pages)
    new = {page.number: page.text for page in pages}
    forms = {name.words for name in names[:_MOST_NAMES] if len(name.words) > 1}
    unnamed = _unnamed(forms)

    def said(text: str, page: int, start: int, end: int) -> str:
        """Return a text that stands on a page as it stands there now."""
        if start >= 0 and old.get(page, "")[start:end] == text:
            return new[page][start:end]
        return unnamed(text)

    def cell(one: Cell, page: int) -> Cell:
        return Cell(said(one.text, page, one.start, one.end), one.start, one.end)

    def table(one: Table) -> Table:
        return msgspec.structs.replace(
            one,
            rows=tuple(tuple(cell(each, one.page) for each in row) for row in one.rows),
            header=tuple(map(unnamed, one.header)),
            caption=unnamed(one.caption),
            notes=tuple(map(unnamed, one.notes)),
        )

    def heading(one: Heading) -> Heading:
        text = said(one.text, one.page, one.start, one.end)
        return Heading(one.page, one.start, one.end, one.level, text)

    def stated(one: Stated) -> Stated:
        return msgspec.structs.replace(one, text=said(one.text, one.page, one.start, one.end))

    return msgspec.structs.replace(
        document,
        title=unnamed(document.title) if document.title else document.title,
        pages=pages,
        tables=tuple(map(table, document.tables)),
        headings=tuple(map(heading, document.headings)),
        stated={key: stated(one) for key, one in document.stated.items()},
        links=tuple(
            msgspec.structs.replace(link, text=unnamed(link.text)) for link in document.links
        ),
        issues=(*document.issues, issue),
    )


def _page(page: Page, spans: Sequence[tuple[int, int]]) -> Page:
    return msgspec.structs.replace(page, text=blackened(page.text, spans)) if spans else page


def _unnamed(forms: set[tuple[str, ...]]) -> Callable[[str], str]:
    """Return a function that takes names in full out of a text."""
    if not forms:
        return str
    words = sorted((r"\W{1,3}".join(map(re.escape, form)) for form in forms), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(lambda found: _CHARACTER.sub(FILLER, found[0]), text)
