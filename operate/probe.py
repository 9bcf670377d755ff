"""A first look at a source: robots.txt, a list, one document of each kind, and what was understood.

It asks as a crawl does, with the same manners, and keeps every answer in
`<output>/probes/<source>/<time>/`, from which a test fixture can be made.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from core.archive import read_journal
from core.errors import CrawlError
from core.records import Fetched, Issue, Source, SourceRun
from core.settings import Settings
from crawlers import CrawlPlan, run_child


def probe(settings: Settings, source: Source) -> dict[str, Any]:
    """Probe a source; return what each answer held, what was found in it and what was not."""
    started = dt.datetime.now(dt.UTC)
    folder = settings.output / "probes" / source.id / f"{started:%Y%m%dT%H%M%SZ}"
    with tempfile.TemporaryDirectory(prefix="materiel-") as name:
        journal = Path(name) / "probe.jsonl"
        plan = CrawlPlan(
            sources=(source,),
            archive=str(Path(name) / "archive"),
            journal=str(journal),
            contact=settings.contact,
            deadline=settings.night_deadline,
            request_timeout=settings.request_timeout,
            max_file=settings.max_file,
            samples=str(folder.resolve()),
        )
        status = run_child(plan, Path(name))
        lines = [line for line, _ in read_journal(journal)]
    if status != 0:
        raise CrawlError(f"The probe of {source.id} ended with status {status}.")
    from crawlers.probe import read_samples  # noqa: PLC0415 - Scrapy takes a second to import

    report = {
        "source": source.id,
        "folder": str(folder),
        **read_samples(source.id, folder),
        "documents": [
            msgspec.json.decode(line.to_json()) for line in lines if isinstance(line, Fetched)
        ],
        "issues": [
            msgspec.json.decode(line.to_json()) for line in lines if isinstance(line, Issue)
        ],
        "run": next(
            msgspec.json.decode(line.to_json()) for line in lines if isinstance(line, SourceRun)
        ),
    }
    if folder.is_dir():
        text = json.dumps(report, ensure_ascii=False, indent=1)
        (folder / "report.json").write_text(text, encoding="utf-8")
    return report
