"""Commands that only read: each function is one command, returns plain data, prints nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.settings import Settings
from store.check import dump, faults
from store.database import Store
from store.export import export
from store.filters import Filters
from store.report import show, status
from store.search import coverage, search
from vocabulary.taxonomy import load_taxonomy


@contextmanager
def reading(settings: Settings) -> Iterator[Store]:
    """Open the database for reading; raise `StoreError` where there is none."""
    if not settings.database.is_file():
        raise StoreError(
            f"There is no database in {settings.output}; run `demo`, `add` or `run` first, or name"
            " another folder with --output."
        )
    Store.open(settings.database).close()  # brings an older database up
    with Store.open(settings.database, readonly=True) as store:
        yield store


def run_search(settings: Settings, query: str, filters: Filters, *, exact: bool) -> dict[str, Any]:
    """Search pages and entries; words that the taxonomy knows are widened unless `exact`."""
    widen = (lambda _word: []) if exact else load_taxonomy().expand
    with reading(settings) as store:
        found = search(store, query, filters, widen)
        return {**asdict(found), "coverage": coverage(store)}


def run_show(settings: Settings, key: str) -> dict[str, Any]:
    """Return everything about an entry or a document."""

    with reading(settings) as store:
        return show(store, key)


def run_export(settings: Settings, what: str, file: Path, filters: Filters) -> dict[str, Any]:
    """Write entries, documents or mentions into a file."""

    with reading(settings) as store:
        return {"file": str(file), "rows": export(store, what, file, filters)}


def run_status(settings: Settings) -> dict[str, Any]:
    """Return counts, coverage and failures."""

    with reading(settings) as store:
        return status(store)


def run_check(settings: Settings, *, deep: bool) -> list[str]:
    """Return what is wrong with database and archive, one sentence each."""

    with reading(settings) as store:
        return faults(store, settings.archive, deep=deep)


def dump_lines(settings: Settings) -> Iterator[str]:
    """Yield the database by natural keys."""

    with reading(settings) as store:
        yield from dump(store)
