"""What a crawl would fetch, found without fetching it: `run --dry-run`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from core.archive import read_journal
from core.errors import CrawlError
from core.records import Issue, Source, SourceRun
from core.settings import Settings
from crawlers import run_child
from operate.nightly import crawl_plan
from store.database import Store


@contextmanager
def _known(settings: Settings, folder: Path) -> Iterator[Store]:
    """Open the database for reading, or an empty one where there is none yet."""
    if settings.database.is_file():
        with Store.open(settings.database, readonly=True) as store:
            yield store
    else:
        with Store.open(folder / "empty.db") as store:
            yield store


def preview(settings: Settings, sources: Sequence[Source]) -> dict[str, Any]:
    """Read the lists of sources and return what a crawl would fetch; nothing is kept.

    Pages that were not fetched yet are not opened, so their files are not in it.
    """
    with tempfile.TemporaryDirectory(prefix="materiel-") as name:
        folder = Path(name)
        journal = folder / "preview.jsonl"
        with _known(settings, folder) as store:
            plan = crawl_plan(store, settings, sources, journal)
        status = run_child(msgspec.structs.replace(plan, dry_run=True), folder)
        lines = [line for line, _ in read_journal(journal)]
    if status != 0:
        raise CrawlError(f"The preview ended with status {status}; nothing was fetched.")
    issues = [line for line in lines if isinstance(line, Issue)]
    return {
        "would_fetch": [
            {"source": each.source, "url": each.url, "what": each.detail}
            for each in issues
            if each.code == "would_fetch"
        ],
        "issues": [msgspec.to_builtins(each) for each in issues if each.code != "would_fetch"],
        "sources": [msgspec.to_builtins(line) for line in lines if isinstance(line, SourceRun)],
    }
