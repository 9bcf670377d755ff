"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass, field

OPEN, CLOSE = "\x02", "\x03"  # around a word that was found; the caller shows them as it can


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A page or an entry that matches; `snippet` has `\\x02` and `\\x03` around the words found.

    `link` is the document's address, with the page where the file is one that browsers open at a
    page. An entry has its key and its amount beside it, as the columns of `entries` hold it.
    """

    document: str
    title: str | None
    source: str
    language: str | None
    published: str | None
    url: str
    link: str
    page: int
    snippet: str
    score: float = 0.0
    entry: str | None = None
    amount_min: str | None = None
    amount_max: str | None = None
    currency: str | None = None
    amount_eur: float | None = None
    eur_rate_date: str | None = None
    eur_source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A document that was found: which of its pages and entries are among the hits.

    `pages` counts all its pages that match; `title` has the marks of a snippet where the title
    was found, `titled` says so.
    """

    document: str
    title: str | None
    titled: bool
    source: str
    language: str | None
    published: str | None
    url: str
    pages: int
    best: list[int]
    entries: list[str]
    score: float


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search gives.

    `groups` are documents, best first; `pages` and `entries` are their hits in the same order.
    `widened` lists, for each word that the taxonomy knows, its other names that were searched too.
    `plain` says that the syntax was broken and it ran as plain words; `notes` are sentences on what
    could not be done as asked. `documents` counts the documents that match; with `more` there are
    more than that. `suggestions` are near spellings of words that nothing has.
    """

    query: str
    widened: dict[str, list[str]] = field(default_factory=dict)
    plain: bool = False
    notes: list[str] = field(default_factory=list)
    suggestions: dict[str, list[str]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    pages: list[Hit] = field(default_factory=list)
    entries: list[Hit] = field(default_factory=list)
    documents: int = 0
    more: bool = False
