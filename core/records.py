"""The records that rooms pass to each other: frozen, checked when built, to and from JSON.

Offsets are Unicode code points of `Page.text`, end exclusive. Boxes are points (1/72 inch) from
the top left of the page: x0, top, x1, bottom. Decimal numbers travel as strings.
"""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias

import msgspec

from core.notice import (
    AmountKind,
    Award,
    Change,
    Lot,
    Notice,
    Party,
    Stated,
    Translation,
    Value,
)
from core.record import Record, need

Box: TypeAlias = tuple[float, float, float, float]
Label = Literal["EQUIPMENT", "QUANTITY", "AMOUNT", "RECIPIENT", "SUPPLIER", "FUND"]
LABELS: tuple[Label, ...] = ("EQUIPMENT", "QUANTITY", "AMOUNT", "RECIPIENT", "SUPPLIER", "FUND")
ENTRY_FIELDS = ("equipment", "quantity", "amount", "recipient", "supplier", "fund", "date")
Stage = Literal["planned", "tendered", "awarded", "delivered", "unknown"]
Scope = Literal["own", "shared", "total"]
Method = Literal["text", "ocr", "rendered", "none"]
Verdict = Literal["accept", "correct", "reject", "skip", "flag", "undo", "add"]

__all__ = [  # noqa: RUF022 - a line for several
    "AmountKind", "Award", "Box", "Caveat", "Cell", "Change", "Decision", "Document",
    "ENTRY_FIELDS", "Evidence", "Expectation", "Fetched", "Heading", "Issue", "LABELS", "Label",
    "Link", "ListItem", "Lot", "Member", "Mention", "Method", "Notice", "Pace", "Page", "Party",
    "Proposal", "Reading", "Record", "Scope", "Source", "SourceRun", "Stage", "Stated", "Table",
    "Tagging", "Translation", "Value", "Verdict", "Waiting", "Word",
]  # fmt: skip

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Pace(Record, frozen=True, kw_only=True):
    """How politely a source is fetched: seconds between requests, and requests in a night."""

    delay: float = 2.0
    budget: int = 2000


class Expectation(Record, frozen=True, kw_only=True):
    """How many documents a crawl of the source confirms at least and at most."""

    minimum: int = 1
    maximum: int = 100_000


class Caveat(Record, frozen=True, kw_only=True):
    """What must be kept in mind about a source, and how surely it is known."""

    says: str
    sure: Literal["verified", "reported", "unverified"]


class Source(Record, frozen=True, kw_only=True):
    """A source's card (`crawlers/cards/<id>.toml`).

    `hosts` may be followed besides that of `base_url` (`.europa.eu`: all below it). `site_contact`
    is who answers for the site. The lists are walked whole every `relist_nights`, each document is
    asked for again every `recheck_nights`, and the source is crawled every `rhythm` nights.
    """

    id: str
    title: str
    publisher: str
    kind: str
    homepage: str
    base_url: str
    licence: str
    key: str
    site_contact: str = ""
    show_full_text: bool = True
    show_images: bool = True
    enabled: bool = False
    hosts: tuple[str, ...] = ()
    pace: Pace = Pace()
    rhythm: int = 1
    relist_nights: int = 7
    recheck_nights: int = 7
    expect: Expectation = Expectation()
    caveats: tuple[Caveat, ...] = ()
    options: dict[str, Any] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        need(bool(re.fullmatch(r"[a-z][a-z0-9_]*", self.id)), f"{self.id!r} is no source id.")
        need(self.pace.delay >= 0, f"Source {self.id}: the delay is negative.")
        need(
            0 <= self.expect.minimum <= self.expect.maximum,
            f"Source {self.id}: the expected minimum is above the maximum.",
        )


class Fetched(Record, frozen=True, kw_only=True, tag=True):
    """One fetch of one document, or one file taken in by `add`; a journal line.

    `outcome` is what the answer meant by itself: a body came (`fetched`), the copy at hand is still
    good (`not_modified`), the address leads to a document that is known by another one (`moved`),
    it is no longer there (`gone`), the site refused (`refused`) or the
    request came to nothing (`failed`). Only `fetched` has a sha256. `moved`: the site says that
    `final_url` is its address from now on. `headers` are the answer's, `sent` those of the request
    that tell what was asked.
    """

    document_key: str
    source: str
    url: str
    final_url: str
    fetched_at: str
    status: int
    moved: bool = False
    sha256: str | None = None
    outcome: Literal["fetched", "not_modified", "moved", "gone", "refused", "failed"] = "fetched"
    landing_url: str | None = None
    title: str | None = None
    published: str | None = None
    language: str | None = None
    kind: str | None = None
    reference: str | None = None
    media_type: str | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    sent: dict[str, str] = msgspec.field(default_factory=dict)
    parent_key: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if self.outcome == "fetched" or self.sha256 is not None:
            whole = _SHA256.fullmatch(self.sha256 or "")
            need(bool(whole), f"{self.sha256!r} is not 64 hex digits.")
        need(":" in self.document_key, f"{self.document_key!r} is no document key.")


class Waiting(Record, frozen=True, kw_only=True):
    """What did not fit into a night and begins the next one: a page of a list, or a document.

    `list` names the list that `url` is a page of; otherwise `said` holds what is known of the
    document and `opened` names how its page is read.
    """

    url: str
    list: str | None = None
    opened: str | None = None
    said: dict[str, str | None] = msgspec.field(default_factory=dict)


class SourceRun(Record, frozen=True, kw_only=True, tag=True):
    """How the crawl of one source went; a journal line, the last one of the source.

    `walk`: the lists were walked whole (`full`), only until nothing was new (`new`), or that and
    what an earlier night had left over (`rest`); `rest` is what this night leaves over. `minimum`
    is what was expected of such a night.
    """

    source: str
    state: Literal[
        "ok",
        "nothing_new",
        "empty",
        "parser_found_nothing",
        "refused",
        "unreachable",
        "interrupted",
    ]
    listed: int
    confirmed: int
    fetched: int
    minimum: int
    maximum: int
    detail: str = ""
    walk: Literal["full", "rest", "new"] = "full"
    rest: tuple[Waiting, ...] = ()


class Word(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A word of a page: its offsets in `Page.text` and its box.

    `confidence` is how sure text recognition is of it, 0 to 1; 1 for text that the file states.
    """

    start: int
    end: int
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float = 1.0


class Page(Record, frozen=True, kw_only=True):
    """A page as read. `redacted_area` is the blackened share of the page, 0 to 1.

    `language` is the page's own, None where its text is too short to tell. `margins` are the
    places of running heads, footers and page numbers in `text`.
    """

    number: int
    text: str
    method: Method
    width: float = 0.0
    height: float = 0.0
    words: tuple[Word, ...] = ()
    redacted_area: float = 0.0
    language: str | None = None
    margins: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        need(self.number >= 1, "Pages count from 1.")


class Cell(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A table cell; `start` and `end` are its place in `Page.text` (-1 where it has none)."""

    text: str
    start: int = -1
    end: int = -1


class Table(Record, frozen=True, kw_only=True):
    """A table of a page. Its text stands in `Page.text` row by row, cells parted by tabs.

    `rows` are all rows; the first `header_rows` of them name the columns. A part that goes on
    over a page break `continues` the table before it and has the `header` of the first part.
    `caption` is the line over the table, `notes` are those under it; `totals` numbers the rows,
    from 0, that add up others; `aligned`: it was found by its columns, not by rulings.
    """

    page: int
    number: int
    rows: tuple[tuple[Cell, ...], ...]
    header: tuple[str, ...] = ()
    box: Box | None = None
    currency: str | None = None
    multiplier: int = 1
    header_rows: int = 0
    caption: str = ""
    notes: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    continues: bool = False
    aligned: bool = False


class Heading(msgspec.Struct, frozen=True, array_like=True):
    """A heading: its page, its place in the page's text, and its level from 1."""

    page: int
    start: int
    end: int
    level: int
    text: str


class ListItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of a list: its page, its place in the page's text, mark included, level from 1.

    `mark` is what stands before it, such as "•", "-", "1.", "(a)" or "iii)". An item that holds
    others ends where the first of them begins; one that goes on over a page break ends with its
    page.
    """

    page: int
    start: int
    end: int
    level: int
    mark: str


class Link(Record, frozen=True, kw_only=True):
    """A link of a page to a file: its absolute address, and the words that it stands on."""

    address: str
    text: str = ""


class Issue(Record, frozen=True, kw_only=True, tag=True):
    """Something that a person should know; `code` is stable and has a line in the docs."""

    code: str
    room: str
    level: Literal["info", "warning", "error"] = "warning"
    source: str | None = None
    url: str | None = None
    sha256: str | None = None
    page: int | None = None
    detail: str = ""


class Document(Record, frozen=True, kw_only=True):
    """A file as read: pages, tables, headings, items of lists, stated fields.

    `exemptions` are references to the exceptions of Regulation 1049/2001 that redactions rest on.
    `links` are addresses of files that a web page links to.
    """

    sha256: str
    media_type: str
    kind: str
    extractor: str
    language: str | None = None
    title: str | None = None
    published: str | None = None
    reference: str | None = None
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    headings: tuple[Heading, ...] = ()
    lists: tuple[ListItem, ...] = ()
    stated: dict[str, Stated] = msgspec.field(default_factory=dict)
    exemptions: tuple[Stated, ...] = ()
    links: tuple[Link, ...] = ()
    notice: Notice | None = None
    issues: tuple[Issue, ...] = ()


class Member(Record, frozen=True, kw_only=True):
    """A file inside a ZIP or a message."""

    name: str
    data: bytes


class Reading(Record, frozen=True, kw_only=True):
    """What reading one file gives: the document, and the files that it holds."""

    document: Document
    members: tuple[Member, ...] = ()


class Mention(Record, frozen=True, kw_only=True):
    """A marked span. `maker` is `rule:<name>`, `model:<name>` or `stated`; score 0 to 1."""

    page: int
    start: int
    end: int
    label: Label
    raw: str
    value: dict[str, Any] | None = None
    maker: str = "stated"
    score: float = 1.0

    def __post_init__(self) -> None:
        need(0 <= self.start < self.end, f"A mention spans {self.start} to {self.end}.")
        need(0.0 <= self.score <= 1.0, f"A score is between 0 and 1, not {self.score}.")


class Evidence(Record, frozen=True, kw_only=True):
    """A field's value with what it rests on; `alternatives`: other readings of the quote."""

    page: int
    start: int
    end: int
    raw: str
    value: Any = None
    alternatives: tuple[Any, ...] = ()
    maker: str = "stated"
    score: float = 1.0


class Proposal(Record, frozen=True, kw_only=True):
    """A candidate entry as the tagger makes it. A field that is None is not stated.

    `anchor` and `ordinal` are what `core.keys.entry_key` needs besides the document key; `page`
    and `quote` are where the entry rests (the sentence or the table row).
    """

    anchor: str
    ordinal: int
    page: int
    quote: str
    equipment: Evidence | None = None
    quantity: Evidence | None = None
    amount: Evidence | None = None
    recipient: Evidence | None = None
    supplier: Evidence | None = None
    fund: Evidence | None = None
    date: Evidence | None = None
    equipment_type: str | None = None
    equipment_family: str | None = None
    recipient_country: str | None = None
    amount_kind: AmountKind = "unknown"
    amount_group: str | None = None
    amount_scope: Scope = "own"
    stage: Stage = "unknown"
    score: float = 0.5

    def evidence(self) -> dict[str, Evidence]:
        """Return the fields that are stated, by name."""
        pairs = ((name, getattr(self, name)) for name in ENTRY_FIELDS)
        return {name: value for name, value in pairs if value is not None}


class Tagging(Record, frozen=True, kw_only=True):
    """What tagging one document gives; `published` is the date that its first page bears."""

    tagger: str
    published: str | None = None
    mentions: tuple[Mention, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    issues: tuple[Issue, ...] = ()


class Decision(Record, frozen=True, kw_only=True):
    """A reviewer's answer to one proposal; decisions are only ever appended."""

    entry_key: str
    reviewer: str
    decided_at: str
    verdict: Verdict
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    reason: str | None = None
    note: str | None = None
    proposal: Proposal | None = None
