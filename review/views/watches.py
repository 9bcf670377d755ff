"""Watches: saved searches, what they found of late, and their Atom feeds."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from core.errors import UnknownKey
from review.access import Visit
from review.reading import look, page_address, with_query
from review.routes import Form, Route
from review.web import page, see_other
from store.alerts import hits_of
from store.database import Store
from store.watches import ALL_ENTRIES, list_watches, remove_watch, watches

_NEWEST = 5  # documents of a watch that are listed
_ATOM = "application/atom+xml; charset=utf-8"


async def show(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """List the watches with the newest documents that each found."""
    told = await look(visit, _told)
    return page(visit, "watches.html", watches=told, span=page_address)


def _told(store: Store) -> list[dict[str, Any]]:
    newest = {watch.name: hits_of(store, watch, _NEWEST) for watch in watches(store)}
    return [
        {
            **row,
            "hits": newest.get(row["name"], []),
            "search": with_query(
                "/search",
                {"q": row["query"], **row["filters"], "exact": "1" if row["exact"] else None},
            ),
        }
        for row in list_watches(store)
    ]


async def remove(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Remove a watch and what it found."""
    await visit.site.write(lambda store: remove_watch(store, form.get("name", "")))
    return see_other("/watches")


async def feed(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the feed of a watch, or of all new entries, as the last run wrote it."""
    name = groups.get("name", ALL_ENTRIES).lower()
    path = visit.site.options.database.parent / "feeds" / f"{name}.atom"
    try:
        data = await visit.site.elsewhere(path.read_bytes)
    except FileNotFoundError as error:
        raise UnknownKey("There is no such feed yet; the nightly run writes it.") from error
    return Response(data, content_type=_ATOM)


ROUTES = (
    Route(r"/watches$", show, "reviewer"),
    Route(r"/watches/remove$", remove, "reviewer", "POST"),
    Route(r"/watches/(?P<name>[A-Za-z0-9][A-Za-z0-9_-]{0,59})/feed\.atom$", feed, "reviewer"),
    Route(r"/feed\.atom$", feed, "reviewer"),
)
