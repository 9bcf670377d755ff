"""The nightly run: crawl what is due, then process everything that is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.errors import CrawlError, UsageError
from core.records import Source
from core.settings import Settings
from crawlers import ADDED, CrawlPlan, Known, load_cards, run_child
from operate.processing import journal_path, take_in_journals
from operate.session import FAILED, MISSED, Session
from store.database import Store
from store.load import upsert_sources

_RED = {"empty", "parser_found_nothing", "refused", "unreachable"}


def chosen_sources(settings: Settings, names: Sequence[str]) -> list[Source]:
    """Return the cards of the sources named, or of all that are enabled.

    Raises `UsageError` for a source without a card, and where none is enabled.
    """
    cards = load_cards(settings.sources)
    unknown = [name for name in names if name not in cards]
    if unknown:
        raise UsageError(f"There is no source {unknown[0]!r}; there are {', '.join(cards)}.")
    if names:
        return [cards[name] for name in names]
    enabled = [card for card in cards.values() if card.enabled]
    if not enabled:
        raise UsageError(
            "No source is enabled: name one, or set enabled = true under [sources.<id>] in"
            " materiel.toml after reading docs/first-night.md."
        )
    return enabled


def crawl(session: Session, sources: Sequence[Source], addresses: Sequence[str] = ()) -> None:
    """Crawl in a child process and take in what it journalled; report each source's state."""
    settings, store = session.settings, session.store
    upsert_sources(store, [*sources, *([ADDED] if addresses else [])])
    journal = journal_path(settings, session.run_id, "crawl")
    plan = CrawlPlan(
        sources=tuple(sources),
        archive=str(settings.archive.resolve()),
        journal=str(journal.resolve()),
        contact=settings.contact,
        deadline=settings.night_deadline,
        request_timeout=settings.request_timeout,
        known=_known(store, [source.id for source in sources]),
        addresses=tuple(addresses),
        recheck_before="",  # each card says how old a copy may grow
        max_file=settings.max_file,
    )
    status = run_child(plan, settings.output)
    take_in_journals(store, settings, session.run_id)
    if status != 0:
        raise CrawlError(
            f"The crawl ended with status {status}; what it had fetched is kept, and the next run"
            " goes on from there."
        )
    session.report["sources"] = _source_report(store, session.run_id)
    if any(_missed(row) for row in session.report["sources"] if row["source"] != ADDED.id):
        session.status = max(session.status, MISSED) if session.status != FAILED else FAILED


def fetch_addresses(session: Session, addresses: Sequence[str]) -> set[str]:
    """Fetch single addresses politely; return the sha256 of what came."""
    crawl(session, (), addresses)
    rows = session.store.rows(
        "SELECT DISTINCT sha256 FROM fetches WHERE run_id = ? AND source = ?"
        " AND sha256 IS NOT NULL",
        (session.run_id, ADDED.id),
    )
    return {row["sha256"] for row in rows}


def _known(store: Store, sources: Sequence[str]) -> dict[str, Known]:
    """Return what was fetched before, by the address that was asked for."""
    known: dict[str, Known] = {}
    for source in sources:
        rows = store.connection.execute(
            "SELECT f.url, f.document_key, f.sha256, f.etag, f.last_modified, v.last_seen"
            " FROM fetches f JOIN documents d ON d.key = f.document_key"
            " JOIN versions v ON v.id = d.version_id"
            " WHERE f.source = ? AND f.sha256 = v.sha256 AND f.status = 200 ORDER BY f.id",
            (source,),
        )
        for row in rows:
            known[row["url"]] = Known(
                document_key=row["document_key"],
                sha256=row["sha256"],
                etag=row["etag"],
                last_modified=row["last_modified"],
                fetched_at=row["last_seen"],
            )
    return known


def _source_report(store: Store, run_id: int) -> list[dict[str, Any]]:
    rows = store.rows("SELECT * FROM source_runs WHERE run_id = ? ORDER BY source", (run_id,))
    return [{k: v for k, v in dict(row).items() if k != "run_id"} for row in rows]


def _missed(row: dict[str, Any]) -> bool:
    return row["state"] in _RED or min(row["listed"], row["confirmed"]) < row["minimum"]


# The replica is small and its notices are of many years.
_REPLICA = {
    "minimum": 10,
    "delay": 0.0,
    "enabled": True,
    "options": {"since": "20160101", "cpv": ["*"]},
}


def with_replica(settings: Settings, base_urls: dict[str, str]) -> Settings:
    """Return settings under which the sources are the replica's sites: enabled, and no waiting."""
    sources = {name: {**_REPLICA, "base_url": url} for name, url in base_urls.items()}
    return replace(settings, sources=sources)
