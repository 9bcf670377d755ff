"""The overview: the numbers of five charts, each with what it says and what to beware of."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager

from store.database import Store
from store.filters import Filters, entry_conditions
from store.overview_amounts import amounts_chart
from store.overview_deliveries import count_deliveries, deliveries_chart, families_chart
from store.overview_progress import progress_chart
from store.overview_records import Chart, Overview
from store.overview_sources import sources_chart

__all__ = ["Chart", "Overview", "RememberedOverviews", "overview"]

_PUBLISHED = " AND e.state IN ('accepted', 'corrected')"


def overview(
    store: Store, filters: Filters, *, published: bool = False, today: dt.date | None = None
) -> Overview:
    """Return the numbers of the five charts, all of one moment.

    The filters apply but for their limit; the health of sources follows `source` alone. With
    `published` only accepted and corrected entries count, and what says of others is left out.
    Nothing withheld or withdrawn counts, and what is rejected only as decided. `today` is by
    default the present day in UTC.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    where = entry_conditions(filters) + (_PUBLISHED if published else "")
    values = filters.given()
    latest = today.year + 1  # a delivery may be planned for next year
    with _at_one_moment(store):
        counts = count_deliveries(store, where, values)
        return Overview(
            amounts=amounts_chart(store, where, values, latest=latest, published=published),
            families=families_chart(counts, published=published),
            deliveries=deliveries_chart(counts, latest=latest, published=published),
            progress=progress_chart(store, where, values, counts.states, published=published),
            sources=sources_chart(store, filters.source, today, published=published),
        )


class RememberedOverviews:
    """Overviews of one store, worked out again only when the database has changed.

    So the table and the pictures of one page are of one moment, and cost one reading. Where the
    database changes all the time, nothing is worked out again within `pause` seconds. For the
    thread that the store's connection belongs to.
    """

    def __init__(self, store: Store, *, pause: float = 5.0, most: int = 32) -> None:
        self._store = store
        self._pause = pause
        self._most = most
        self._known: dict[object, tuple[tuple[int, int], float, Overview]] = {}

    def get(
        self, filters: Filters, *, published: bool = False, today: dt.date | None = None
    ) -> Overview:
        """Return what `overview` returns, at most `pause` seconds behind the database."""
        today = today or dt.datetime.now(dt.UTC).date()
        asked = (tuple(sorted(filters.given().items())), published, today)
        state = (
            int(self._store.value("PRAGMA data_version")),  # what other connections change
            self._store.connection.total_changes,
        )
        now = time.monotonic()
        if known := self._known.get(asked):
            before, moment, found = known
            if before == state or now - moment < self._pause:
                return found
        found = overview(self._store, filters, published=published, today=today)
        self._known.pop(asked, None)
        self._known[asked] = (state, now, found)
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return found


@contextmanager
def _at_one_moment(store: Store) -> Iterator[None]:
    """Let all queries of the body see the database as it is now."""
    if store.connection.in_transaction:  # the caller's moment holds
        yield
        return
    store.connection.execute("BEGIN")
    try:
        yield
    finally:
        store.connection.rollback()
