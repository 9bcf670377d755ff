"""Commands that write: each function is one run, returns plain data, prints nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import extract
from core.archive import explained
from core.errors import CrawlError
from core.files import written_beside
from core.keys import canonical_url
from core.settings import Settings
from demo.server import PortTaken, Replica
from operate.alerts import run_alerts
from operate.intake import Intake, take_in
from operate.nightly import (
    chosen_sources,
    crawl,
    due_sources,
    fetch_addresses,
    with_replica,
)
from operate.preview import preview
from operate.probe import probe
from operate.progress import Progress
from operate.queries import reading
from operate.report import failures
from operate.session import FAILED, Session, session
from store.database import Store
from store.work import read_again, retry

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def _outcome(current: Session) -> dict[str, Any]:
    return {"run": current.run_id, "status": current.status, **current.report}


def run_preview(settings: Settings, names: Sequence[str]) -> dict[str, Any]:
    """Return what a crawl of the named sources, or of all enabled ones, would fetch."""
    return preview(settings, chosen_sources(settings, names))


def run_probe(settings: Settings, name: str) -> dict[str, Any]:
    """Ask a source for robots.txt, a list and a document of each kind; say what was found."""
    (source,) = chosen_sources(settings, [name])
    return probe(settings, source)


def run_night(
    settings: Settings,
    names: Sequence[str],
    *,
    process: bool,
    quiet: bool,
    limit: int | None = None,
    command: str | None = None,
) -> dict[str, Any]:
    """Crawl the named sources, or those enabled that are due; process what is new when asked to.

    `command` is the name in the ledger; by default `run`, or `crawl` where nothing is processed.
    """
    sources = chosen_sources(settings, names)
    command = command or ("run" if process else "crawl")
    with session(settings, command, Progress(quiet=quiet)) as current:
        due = sources if names else due_sources(current.store, sources)
        current.report["not_due"] = [source.id for source in sources if source not in due]
        crawl(current, due, limit=limit)
        if process:
            current.process()
            run_alerts(current)
    return _outcome(current)


def run_demo(settings: Settings, *, quiet: bool) -> dict[str, Any]:
    """Crawl the replica into `<output>/demo`, process it, and return what was found."""
    output = settings.output if settings.output.name == "demo" else settings.output / "demo"
    with _replica(output / "replica") as replica:
        local = with_replica(replace(settings, output=output), replica.base_urls)
        names = list(replica.base_urls)
        # invented documents are not mailed as the report of a night
        report = run_night(local, names, process=True, quiet=quiet, command="demo")
    with reading(local) as store:
        report["entries"] = _entry_rows(store)
    return {"output": str(output), **report}


@contextmanager
def _replica(folder: Path) -> Iterator[Replica]:
    """Serve the replica on the ports of last time, so that its pages keep their addresses.

    Where another program has taken one meanwhile, all are chosen anew.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    file = folder / "ports.json"
    ports = _stored_ports(file)
    with ExitStack() as stack:
        try:
            replica = stack.enter_context(Replica(folder, ports=ports))
        except PortTaken:
            replica = stack.enter_context(Replica(folder))
        yield replica
        taken = {name: urlsplit(url).port for name, url in replica.base_urls.items()}
        with written_beside(file) as beside:
            beside.write_text(json.dumps(taken), encoding="utf-8")


def _stored_ports(file: Path) -> dict[str, int] | None:
    try:
        stored: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stored


def _entry_rows(store: Store) -> list[dict[str, Any]]:
    rows = store.rows(
        "SELECT e.key, e.equipment, e.quantity, e.amount_min, e.amount_max, e.currency,"
        " e.amount_eur, e.eur_rate_date, e.eur_source, e.recipient, e.supplier, e.fund,"
        " coalesce(json_extract(x.value, '$.name'), e.fund) AS fund_name, e.page, e.quote,"
        " d.key AS document, titled(d.title, d.url) AS title, d.source"
        " FROM entries e JOIN documents d ON d.id = e.document_id"
        " LEFT JOIN entry_evidence x ON x.entry_key = e.key AND x.field = 'fund'"
        " WHERE e.state NOT IN ('withdrawn', 'rejected') AND e.text_withdrawn = 0"
        " AND d.id NOT IN (SELECT id FROM hidden_documents)"
        " ORDER BY d.source, d.key, e.page, e.id"
    )
    return [dict(row) for row in rows]


def run_add(settings: Settings, things: Sequence[str], *, quiet: bool) -> dict[str, Any]:
    """Take in files, folders and addresses, and process them; status 1 when nothing came of it."""
    addresses = [thing for thing in things if _ADDRESS.match(thing)]
    paths = [Path(thing) for thing in things if thing not in addresses]
    with session(settings, "add", Progress(quiet=quiet)) as current:
        intake = take_in(current.store, settings, current.run_id, paths)
        fetched = _fetched(current, addresses, intake)
        current.process()
        taken = set(intake.taken) | fetched
        current.report["files"] = intake.files + len(addresses)
        current.report["refused"] = intake.refused
        if not taken or taken <= _unread(current.store, taken):
            current.status = FAILED
    return _outcome(current)


def _fetched(current: Session, addresses: Sequence[str], intake: Intake) -> set[str]:
    """Fetch the addresses that are whole; what cannot be fetched is refused with a sentence."""
    sound = []
    for address in addresses:
        try:
            canonical_url(address)
            sound.append(address)
        except ValueError:
            intake.refused.append(f"{address} is no whole web address; check it.")
    try:
        return fetch_addresses(current, sound) if sound else set()
    except CrawlError as error:
        intake.refused.append(str(error))
        return set()


def _unread(store: Store, taken: set[str]) -> set[str]:
    rows = store.rows("SELECT DISTINCT sha256 FROM work WHERE state IN ('failed', 'set_aside')")
    return taken & {row["sha256"] for row in rows}


def run_process(settings: Settings, *, again: bool, quiet: bool) -> dict[str, Any]:
    """Process what is pending.

    `again` also takes failed documents up once more (those set aside stay so), those for which
    there was no time, and those with pages that waited for text recognition.
    """
    with session(settings, "process", Progress(quiet=quiet)) as current:
        if again:
            retry(current.store)
            read_again(current.store, (*extract.WAITING_FOR_TIME, "tagging_cut"))
            if extract.can_recognise():
                read_again(current.store, extract.WAITING_FOR_RECOGNITION)
        current.process()
    return _outcome(current)


def run_retry(
    settings: Settings,
    *,
    quiet: bool,
    cause: str | None = None,
    source: str | None = None,
    set_aside: bool = False,
) -> dict[str, Any]:
    """Read failed documents again: all, those with one cause, of one source, or set aside.

    `left` says what stays as it is, by cause and state.
    """
    with session(settings, "retry", Progress(quiet=quiet)) as current:
        store = current.store
        current.report["retried"] = retry(store, cause, source=source, set_aside=set_aside)
        current.report["left"] = failures(store, settings)
        current.process()
    return _outcome(current)
