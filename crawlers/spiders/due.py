"""Which known documents are asked for again tonight."""

from __future__ import annotations

import datetime as dt
import zlib

from core.records import Source
from crawlers.plan import CrawlPlan, Known, have_passed, time_of

_NIGHT = dt.timedelta(hours=12)
_WHOLE = 4  # every such recheck asks for the whole body


def is_due(known: Known, source: Source, plan: CrawlPlan, changed: str | None = None) -> bool:
    """Say whether a known document is to be asked for again tonight.

    It is when its list or feed says that it was `changed` since (ISO date), when its copy is
    `recheck_nights` old, and once in so many nights before, chosen by its key: so that documents
    that came in one night are not all asked for again in one night.
    """
    if not source.options.get("recheck", True):
        return False
    if plan.recheck_before:
        return known.fetched_at < plan.recheck_before
    if changed is not None and changed >= known.fetched_at[: len(changed)]:
        return True
    try:
        age = time_of(plan) - dt.datetime.fromisoformat(known.fetched_at)
    except ValueError:
        return True
    if have_passed(source.recheck_nights, known.fetched_at, time_of(plan)):
        return True
    night = time_of(plan).date().toordinal()
    turn = zlib.crc32(known.document_key.encode()) % max(1, source.recheck_nights)
    return age >= _NIGHT and night % max(1, source.recheck_nights) == turn


def priority_of(known: Known) -> int:
    """Return the priority of a recheck: after all that is new, the longest unseen first.

    >>> priority_of(Known(document_key="x:1", fetched_at="0001-01-02T00:00:00Z"))
    -2
    """
    try:
        return -dt.date.fromisoformat(known.fetched_at[:10]).toordinal()
    except ValueError:
        return 0


def whole_body(known: Known, source: Source, plan: CrawlPlan) -> bool:
    """Say whether a recheck asks for the body whatever the validators say, as one in four does.

    A site can replace a file and keep its entity tag and date; only the bytes then show it.
    """
    if plan.recheck_before:
        return False
    rounds = time_of(plan).date().toordinal() // max(1, source.recheck_nights)
    return (rounds + zlib.crc32(known.document_key.encode(), 1)) % _WHOLE == 0
