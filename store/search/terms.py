"""A list of terms at once: how much there is of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from store.database import Store
from store.filters import Filters
from store.search.candidates import Search
from store.search.meaning import Widen, meaning_of
from store.search.names import with_names
from store.search.parse import LONGEST, parse

MOST_TERMS = 100_000
COUNTED = 100_000  # hits of a term in one index that are counted


@dataclass(frozen=True, kw_only=True)
class TermCount:
    """How many documents, pages and entries have a term; with `more` at least so many."""

    term: str
    documents: int = 0
    pages: int = 0
    entries: int = 0
    more: bool = False
    plain: bool = False


def count_terms(
    store: Store,
    terms: Iterable[str],
    filters: Filters,
    widen: Widen,
    *,
    off: Collection[str] = (),
    exact: bool = False,
) -> Iterator[TermCount]:
    """Yield the counts of each term, a query of its own, in the order given; see `search`."""
    for term in terms:
        parsed = parse(term)
        if parsed.tree is None:
            yield TermCount(term=term, plain=parsed.plain)
            continue
        tree = parsed.tree if exact else with_names(parsed.tree, widen)
        meaning = meaning_of(store, tree, widen, off=off, exact=exact)
        found = Search(store, tree, meaning, filters, counted=COUNTED).hits()
        yield TermCount(
            term=term,
            documents=len(found.documents()),
            pages=len(found.pages),
            entries=len(found.entries),
            more=found.more,
            plain=parsed.plain,
        )


def read_terms(file: Path) -> Iterator[str]:
    """Yield the terms of a text file, one a line, without empty lines and those that begin with #.

    Raises `UsageError` where the file cannot be read, is no text or has too many terms.
    """
    try:
        with file.open(encoding="utf-8-sig") as lines:
            count = 0
            while line := lines.readline(LONGEST):
                term = line.strip()
                if not term or term.startswith("#"):
                    continue
                count += 1
                if count > MOST_TERMS:
                    raise UsageError(f"{file} has more than {MOST_TERMS} terms; split it.")
                yield term
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file} cannot be read as a text file with a term on each line ({error})."
        ) from error
