"""The nightly run: crawl what is due, then process everything that is new."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from core.archive import explained
from core.errors import CrawlError, UsageError
from core.killpoints import killpoint
from core.records import Source
from core.settings import Settings
from crawlers import ADDED, CrawlPlan, Known, have_passed, load_cards, run_child
from demo.addresses import address_list
from operate.logs import tell
from operate.present_crawl import source_line
from operate.processing import journal_path, take_in_journals
from operate.session import FAILED, MISSED, Session
from store.database import Store
from store.load import upsert_sources
from store.nights import known_copies, last_good_crawls, last_walks, left_over
from store.withholding import erased_addresses

_RED = {"empty", "parser_found_nothing", "refused", "unreachable"}


def chosen_sources(settings: Settings, names: Sequence[str]) -> list[Source]:
    """Return the cards of the sources named, or of all that are enabled.

    Raises `UsageError` for a source without a card, and where none is enabled.
    """
    cards = check_names(settings, names)
    if names:
        return [cards[name] for name in names]
    enabled = [card for card in cards.values() if card.enabled]
    if not enabled:
        raise UsageError(
            "No source is enabled: name one, or set enabled = true under [sources.<id>] in"
            " materiel.toml after reading docs/first-night.md."
        )
    return enabled


def check_names(settings: Settings, names: Sequence[str]) -> dict[str, Source]:
    """Return all cards by source; raise `UsageError` where there is none of a name."""
    cards = load_cards(settings.sources)
    unknown = [name for name in names if name not in cards]
    if unknown:
        raise UsageError(f"There is no source {unknown[0]!r}; there are {', '.join(cards)}.")
    return cards


def due_sources(store: Store, sources: Sequence[Source]) -> list[Source]:
    """Return the sources whose `rhythm` has come round since they last went well."""
    last, now = last_good_crawls(store), dt.datetime.now(dt.UTC)
    return [s for s in sources if s.id not in last or have_passed(s.rhythm, last[s.id], now)]


def crawl(
    session: Session,
    sources: Sequence[Source],
    addresses: Sequence[str] = (),
    *,
    limit: int | None = None,
) -> None:
    """Crawl in a child process and take in what it journalled; report each source's state.

    At most `limit` documents of each source are fetched; the others wait for the next night.
    """
    settings, store = session.settings, session.store
    upsert_sources(store, [*sources, *([ADDED] if addresses else [])])
    journal = journal_path(settings, session.run_id, "crawl")
    plan = msgspec.structs.replace(
        crawl_plan(store, settings, sources, journal), addresses=tuple(addresses), limit=limit
    )
    if addresses:  # each may be a document of any source, which has gone meanwhile
        every = [row["id"] for row in store.rows("SELECT id FROM sources")]
        plan = msgspec.structs.replace(plan, known=known_documents(store, every))
    killpoint("before-crawl")
    status = run_child(plan, settings.output)
    killpoint("after-crawl")
    take_in_journals(store, settings, session.run_id)
    killpoint("after-crawl-load")
    if status != 0:
        raise CrawlError(
            f"The crawl ended with status {status}; what it had fetched is kept, and the next run"
            " goes on from there."
        )
    session.report["sources"] = _source_report(store, session.run_id)
    for row in session.report["sources"]:
        level = logging.ERROR if row["missed"] else logging.INFO
        numbers = {name: row[name] for name in ("state", "listed", "confirmed", "fetched")}
        tell(source_line(row), level=level, source=row["source"], run=session.run_id, **numbers)
    if any(row["missed"] for row in session.report["sources"]):
        session.status = max(session.status, MISSED) if session.status != FAILED else FAILED


def crawl_plan(
    store: Store, settings: Settings, sources: Sequence[Source], journal: Path
) -> CrawlPlan:
    """Return what a crawl of the sources does, from the settings and from what is known."""
    return CrawlPlan(
        sources=tuple(sources),
        archive=str(settings.archive.resolve()),
        journal=str(journal.resolve()),
        contact=settings.contact,
        deadline=settings.night_deadline,
        request_timeout=settings.request_timeout,
        known=known_documents(store, [source.id for source in sources]),
        walked=last_walks(store),
        rest=left_over(store),
        recheck_before="",  # each card says how old a copy may grow
        max_file=settings.max_file,
    )


def fetch_addresses(session: Session, addresses: Sequence[str]) -> set[str]:
    """Fetch single addresses politely; return the sha256 of what came."""
    crawl(session, (), addresses)
    rows = session.store.rows(
        "SELECT DISTINCT sha256 FROM fetches WHERE run_id = ? AND source = ?"
        " AND sha256 IS NOT NULL",
        (session.run_id, ADDED.id),
    )
    return {row["sha256"] for row in rows}


_NEVER_DUE = "9999-12-31T00:00:00Z"


def known_documents(store: Store, sources: Sequence[str]) -> dict[str, Known]:
    """Return what was fetched before, by the address that was asked for.

    What was erased is known and never due: a file is not asked for again. A page is, for its
    links, and goes at once.
    """
    erased = {
        url: Known(document_key=key, fetched_at=_NEVER_DUE)
        for url, key in erased_addresses(store).items()
    }
    return erased | {
        copy.url: Known(
            document_key=copy.document_key,
            sha256=copy.sha256,
            etag=copy.etag,
            last_modified=copy.last_modified,
            fetched_at=copy.asked_at,
            alias=bool(copy.alias),
        )
        for copy in known_copies(store, sources)
    }


def _source_report(store: Store, run_id: int) -> list[dict[str, Any]]:
    rows = store.rows("SELECT * FROM source_runs WHERE run_id = ? ORDER BY source", (run_id,))
    told = []
    for row in map(dict, rows):
        row["waiting"] = len(msgspec.json.decode(row.pop("rest")))
        row["missed"] = row["source"] != ADDED.id and _missed(row)
        del row["run_id"]
        told.append(row)
    return told


def _missed(row: dict[str, Any]) -> bool:
    """Say whether a source did not give what its card expects; what waits is no fault of it."""
    if row["state"] == "interrupted":
        return not row["waiting"]
    return row["state"] in _RED or min(row["listed"], row["confirmed"]) < row["minimum"]


# The replica is small and its notices are of many years.
_REPLICA = {
    "minimum": 10,
    "delay": 0.0,
    "enabled": True,
    "options": {"since": "20160101", "cpv": ["*"]},
}


def with_replica(settings: Settings, base_urls: dict[str, str]) -> Settings:
    """Return settings under which the sources are the replica's sites: enabled, and no waiting.

    The list of addresses that goes with them is written into the output folder.
    """
    sources: dict[str, dict[str, Any]] = {
        name: {**_REPLICA, "base_url": url} for name, url in base_urls.items()
    }
    file = settings.output / "addresses.txt"
    with explained(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(address_list(base_urls["addresses"]), encoding="utf-8")
    watched = {"options": {"file": str(file.resolve())}, "minimum": 5}
    sources["addresses"] = {**_REPLICA, **watched}
    return replace(settings, sources=sources)
