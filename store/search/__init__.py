"""Full-text search over pages, entries and titles; `search` and `coverage` are its entrance."""

from store.search.coverage import coverage
from store.search.records import Found, Group, Hit
from store.search.run import search
from store.search.terms import TermCount, count_terms, read_terms

__all__ = [
    "Found",
    "Group",
    "Hit",
    "TermCount",
    "count_terms",
    "coverage",
    "read_terms",
    "search",
]
