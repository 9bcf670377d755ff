"""Commands that only read: each function is one command, returns plain data, prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.settings import Settings
from operate.lock import refuse_half_restored
from operate.pack import make_pack
from operate.report import failures, last_report
from operate.warc import export_run
from store.check import dump, faults
from store.cite import cite
from store.counting import told_sum
from store.database import Store
from store.diff import diff
from store.export import export
from store.filters import Filters
from store.parties import party_of, show_party
from store.report import show, status
from store.search import count_terms, coverage, read_terms, search
from vocabulary.taxonomy import load_taxonomy


@contextmanager
def reading(settings: Settings) -> Iterator[Store]:
    """Open the database for reading; raise `StoreError` where there is none."""
    refuse_half_restored(settings.output)
    if not settings.database.is_file():
        raise StoreError(
            f"There is no database in {settings.output}; run `demo`, `add` or `run` first, or name"
            " another folder with --output."
        )
    Store.open(settings.database).close()  # brings an older database up
    with Store.open(settings.database, readonly=True) as store:
        yield store


def run_search(
    settings: Settings,
    query: str,
    filters: Filters,
    *,
    exact: bool = False,
    off: Collection[str] = (),
) -> dict[str, Any]:
    """Search pages, entries and titles; words that the taxonomy knows are widened unless `exact`.

    The names in `off` are left out.
    """
    with reading(settings) as store:
        found = search(store, query, filters, _widening(exact=exact), off=off, exact=exact)
        return {**asdict(found), "coverage": coverage(store)}


def run_terms(
    settings: Settings,
    file: Path,
    filters: Filters,
    *,
    exact: bool = False,
    off: Collection[str] = (),
) -> dict[str, Any]:
    """Count documents, pages and entries for each term of a file, one a line."""
    with reading(settings) as store:
        widen = _widening(exact=exact)
        counts = count_terms(store, read_terms(file), filters, widen, off=off, exact=exact)
        return {"terms": [asdict(count) for count in counts], "coverage": coverage(store)}


def _widening(*, exact: bool) -> Callable[[str], list[str]]:
    return (lambda _word: []) if exact else load_taxonomy().expand


def run_show(settings: Settings, key: str) -> dict[str, Any]:
    """Return everything about an entry, a document, or `recipient:NAME` and `supplier:NAME`."""

    with reading(settings) as store:
        party = party_of(key)
        return show_party(store, *party) if party else show(store, key)


def run_cite(settings: Settings, key: str) -> dict[str, Any]:
    """Return what cites an entry or a document."""

    with reading(settings) as store:
        return cite(store, key)


def run_pack(settings: Settings, key: str, file: Path) -> dict[str, Any]:
    """Write the evidence pack of an entry or a document into a ZIP file."""

    with reading(settings) as store:
        return make_pack(store, settings, key, file)


def run_diff(settings: Settings, key: str, before: int | None, after: int | None) -> dict[str, Any]:
    """Return what changed between two versions of a document, by default the last step."""

    with reading(settings) as store:
        return diff(store, key, before, after)


def run_export(settings: Settings, what: str, file: Path, filters: Filters) -> dict[str, Any]:
    """Write entries, documents or mentions into a file."""

    with reading(settings) as store:
        done = export(store, what, file, filters)
    return {
        "file": str(file),
        "rows": done.rows,
        "sums": [told_sum(found) for found in done.sums],
        "open_pairs": done.open_pairs,
    }


def run_status(settings: Settings) -> dict[str, Any]:
    """Return counts, coverage, failures with what retries them, and the last run's report."""

    with reading(settings) as store:
        found = status(store)
        return {
            **found,
            "failing": failures(store, settings),
            "report": last_report(store, settings),
        }


def run_export_warc(settings: Settings, run_id: int | None, file: Path) -> dict[str, Any]:
    """Write what a run's crawl fetched as a WARC file."""

    with reading(settings) as store:
        return {"file": str(file), "rows": export_run(store, settings, run_id, file)}


def run_check(settings: Settings, *, archive: bool) -> list[str]:
    """Return what is wrong with database and archive, one sentence each.

    With `archive` every archived file is read and hashed.
    """

    with reading(settings) as store:
        return faults(store, settings.archive, deep=archive)


def dump_lines(settings: Settings) -> Iterator[str]:
    """Yield the database by natural keys."""

    with reading(settings) as store:
        yield from dump(store)
