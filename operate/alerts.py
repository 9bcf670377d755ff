"""Watches and alerts: what the commands do, and what the nightly run does after processing."""

from __future__ import annotations

from typing import Any

from core.killpoints import killpoint
from core.settings import Settings
from operate.feeds import write_feeds
from operate.mail import MailFailed, MailSettings, checked_settings, digest_message, send
from operate.progress import Progress
from operate.queries import reading
from operate.session import Session, session
from store.alerts import (
    Digest,
    digest_documents,
    entries_of_note,
    join_digests,
    make_digest,
    mark_digest,
    waiting_digests,
)
from store.database import Store
from store.filters import Filters
from store.matching import match_watches
from store.watches import add_watch, list_watches, remove_watch
from vocabulary.taxonomy import load_taxonomy


def run_alerts(current: Session) -> None:
    """Match the watches against what is new, write the feeds and send the digest.

    The report gets the counts. A mail server that fails, or is set wrongly, costs an issue; what
    was found waits for the next run. Can be killed anywhere and run as often as one likes: each
    thing is found once.
    """
    store = current.store
    hits = match_watches(store, load_taxonomy().expand)
    settings, fault = checked_settings()
    if fault:
        current.note("mail_settings_wrong", fault)
    mailed = bool(fault) or (settings is not None and bool(settings.recipients))
    documents = make_digest(store, mailed=mailed)
    killpoint("after-digest")
    feeds = write_feeds(store, current.settings.output / "feeds")
    killpoint("after-feeds")
    sent = _send_waiting(current, settings)
    current.report["alerts"] = {
        "documents": documents,
        "hits": hits,
        "feeds": feeds,
        "sent": sent,
        "waiting": len(waiting_digests(store)),
    }


def _send_waiting(current: Session, settings: MailSettings | None) -> int:
    """Send what waits, oldest first, until the server fails; return how many were sent.

    What failed before goes out in one mail with what is new.
    """
    join_digests(current.store)
    waiting = waiting_digests(current.store)
    if settings is None or not settings.recipients:
        for digest in waiting:
            mark_digest(current.store, digest, "waiting")
        return 0
    sent = 0
    for digest in waiting:
        try:
            sent += _send(current, settings, digest)
        except MailFailed as error:
            mark_digest(current.store, digest, "waiting")
            current.note("mail_failed", str(error))
            break
    return sent


def _send(current: Session, settings: MailSettings, digest: Digest) -> bool:
    """Send a digest as far as it may still be shown; tell whether a mail went out."""
    store = current.store
    documents = digest_documents(store, digest)
    if not documents:
        mark_digest(store, digest, "empty")
        return False
    message = digest_message(settings, digest, documents, entries_of_note(store, documents))
    killpoint("before-mail")
    refused = send(settings, message)
    killpoint("after-mail")
    mark_digest(store, digest, "sent")
    if refused:
        several = f"{len(refused)} of {len(settings.recipients)} addresses"
        current.note("mail_refused", f"The mail server took no mail for {several}; check them.")
    return True


def run_watch(settings: Settings, *, quiet: bool) -> dict[str, Any]:
    """Match, write feeds and send mail now, as the nightly run does after processing."""
    with session(settings, "watch", Progress(quiet=quiet)) as current:
        run_alerts(current)
    return {"run": current.run_id, "status": current.status, **current.report}


def run_watch_add(
    settings: Settings, name: str, query: str, filters: Filters, *, exact: bool
) -> dict[str, Any]:
    """Save a search; return it as `run_watch_list` would."""
    with Store.open(settings.database) as store:
        add_watch(store, name, query, filters, exact=exact)
        return next(row for row in list_watches(store) if row["name"] == name)


def run_watch_list(settings: Settings) -> list[dict[str, Any]]:
    """Return all watches, each with how much it found and when last."""
    with reading(settings) as store:
        return list_watches(store)


def run_watch_remove(settings: Settings, name: str) -> dict[str, Any]:
    """Delete a watch; its feed goes with the next run."""
    with Store.open(settings.database) as store:
        remove_watch(store, name)
    return {"removed": name}
