"""The identification table of an action document, and the reference and title of a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.records import Cell, Heading, Page, Stated, Table
from core.text import fold, one_line

_PAGES = 3  # the table stands on the first page, or behind a cover and a table of contents
# What the first cell of a row says, folded, and the name of the field; the first match counts.
_FIELDS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("total_cost", r"(total )?(estimated )?(total )?cost|cout total|(montant|budget) total"),
        ("eu_contribution", r"(total )?(amount of )?(the )?eu (budget )?contribution"),
        ("eu_contribution", r"contribution (de l.)?u\.?e|montant .*fonds fiduciaire"),
        ("eu_contribution", r"(total )?amount (drawn )?from the (trust fund|ec|eu)"),
        ("title", r"(action )?title|titre|intitule|name of the action"),
        ("number", r"(cris|opsys|crm)\b"),
        ("reference", r"(action )?(reference|number|numero)( number)?$"),
        (
            "partners",
            r"(implementing |main |key )*partners?|partenaires?|implementing (entit|agenc)",
        ),
        ("decision", r"(financing |commission )?decision|decision"),
        ("annex", r"annexe?s?\b"),
        ("zone", r"zone|location|country|countries|region|geographic|pays|lieu|place"),
        ("beneficiary", r"(final |direct |target |main )*beneficiar|groupes? cible|target group"),
        ("method", r"(aid )?method|type of (financing|aid)|modalit|mode de"),
        ("method", r"implementation (modal|method)|methode"),
        ("fund", r"(financing |funding )?instrument|source of fund|programming document"),
        ("fund", r"funds?\b|fonds\b"),
        ("sector", r"sector|secteur|dac[ -]code|code cad|thematic"),
    )
)
# Lines inside a cost cell that name their own sum: "Total amount drawn from the Trust Fund: ..."
_COST_LINE = re.compile(
    r"(?P<eu>[^\n:]*(?:contribution|trust fund|fonds fiduciaire|from the e[cu])[^\n:]*)"
    r"|(?P<total>[^\n:]*(?:total|cost|co[uû]t|montant)[^\n:]*)",
    re.IGNORECASE,
)
_REFERENCES = (
    re.compile(r"\bT0\d-EUTF-[A-Z][A-Za-z]{1,3}-[A-Z]{2,4}-\d{1,3}(?:-\d{1,2})?\b"),
    re.compile(r"\b(?:C|COM|SWD|JOIN|SEC)\s?\(\d{4}\)\s?\d{1,5}(?:\s+final)?\b"),
    re.compile(r"\b(?:PAD-\d{4}-\d{5}|(?:ACT|JAD)[.-]\d{4,7}|NDICI-[A-Z-]+/\d{4}/[\d-]+)\b"),
)
_NO_TITLE = re.compile(
    r"untitled|microsoft|\.(docx?|pdf|xlsx?|indd|pptx?)\b|template|letterhead|[\[\]_{}]|^document\d*$",
    re.IGNORECASE,
)


def _pairs(tables: Sequence[Table]) -> Iterator[tuple[Table, Cell, Cell]]:
    """Yield label and value of the rows that have both."""
    for table in tables:
        if table.page > _PAGES:
            return
        for row in table.rows:
            filled = [cell for cell in row if cell.text.strip()]
            if len(filled) >= 2:
                yield table, filled[0], filled[1]


def _field(label: str) -> str | None:
    folded = fold(label).lstrip("0123456789.) ")
    return next((name for name, pattern in _FIELDS if pattern.match(folded)), None)


def _stated(page: int, start: int, text: str, path: str) -> Stated:
    inner = text.strip()
    begin = start + text.index(inner) if inner else start
    return Stated(text=inner, page=page, start=begin, end=begin + len(inner), path=path)


def _costs(table: Table, cell: Cell, label: str) -> Iterator[tuple[str, Stated]]:
    """Part a cost cell into the sums that its lines name; one that names none is the total."""
    found = False
    for line in re.finditer(r"[^\n]+", cell.text):
        name, colon, value = line[0].partition(":")
        kind = _COST_LINE.match(name) if colon and value.strip() else None
        if kind is None:
            continue
        found = True
        field = "eu_contribution" if kind["eu"] else "total_cost"
        start = cell.start + line.start() + len(name) + 1
        yield field, _stated(table.page, start, value, label)
    if not found:
        yield "total_cost", _stated(table.page, cell.start, cell.text, label)


def read_identification(tables: Sequence[Table]) -> dict[str, Stated]:
    """Return the fields that the first tables of an action document state, each where it stands.

    Fields: title, reference, number (CRIS or OPSYS), decision, annex, total_cost, eu_contribution,
    zone, beneficiary, partners, method, fund, sector.
    `path` is the label of the row. The first statement of a field counts.
    """
    stated: dict[str, Stated] = {}
    for table, label_cell, value in _pairs(tables):
        label = one_line(label_cell.text)
        field = _field(label)
        if field is None or value.start < 0:
            continue
        if field == "total_cost":
            for name, found in _costs(table, value, label):
                stated.setdefault(name, found)
        else:
            stated.setdefault(field, _stated(table.page, value.start, value.text, label))
    # one known label is chance; a table that identifies an action has several, with name or cost
    return stated if len(stated) >= 2 and stated.keys() & {"title", "total_cost"} else {}


def find_reference(pages: Sequence[Page]) -> Stated | None:
    """Return the first reference number of a known shape on the first pages."""
    for pattern in _REFERENCES:
        for page in pages[:_PAGES]:
            found = pattern.search(page.text)
            if found:
                return Stated(
                    text=found[0],
                    page=page.number,
                    start=found.start(),
                    end=found.end(),
                    path="text",
                )
    return None


def _plain_title(text: str) -> str:
    """Return a stated title on one line, without its quotation marks and the number behind it."""
    title = one_line(text.replace("-\n", "-"))
    for pattern in _REFERENCES:
        found = pattern.search(title)
        if found and found.start() > 0:
            title = title[: found.start()]
    return title.strip('"“”«»([,;–- ')


def document_title(
    stated: Stated | None, metadata: object, headings: Sequence[Heading]
) -> str | None:
    """Return the stated title, else the file's own where it is one, else the first heading."""
    if stated is not None:
        return _plain_title(stated.text)
    own = one_line(metadata) if isinstance(metadata, str) else ""
    if len(own) >= 8 and " " in own and not _NO_TITLE.search(own):
        return own
    first = [
        heading
        for heading in headings
        if heading.page == headings[0].page and not heading.text[0].isdigit()
    ]
    best = min(first, key=lambda heading: heading.level, default=None)
    return best.text if best else None
