"""The overview: charts drawn here, each with its numbers as a table and as CSV."""

from __future__ import annotations

import threading
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from core.errors import UnknownKey
from review.access import Visit
from review.charts import NAMES, draw
from review.routes import Form, Route
from review.views.queue import filters_of
from review.web import page
from store.database import Store
from store.overview import Chart, Overview, RememberedOverviews
from store.reviewing.audits import agreement, recall

_NARROW, _WIDE = 374, 1100  # pixels that charts are drawn for
_thread = threading.local()


async def overview(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the page of all charts, each with what it says and its numbers."""
    found = await _overview(visit)
    told = None
    if visit.reviewer:
        told = await visit.site.read(lambda store: (agreement(store), recall(store)))
    return page(
        visit,
        "overview.html",
        charts=found.charts,
        query=urlencode(filters_of(visit).given()),
        filters=filters_of(visit).given(),
        quality=told,
        narrow=_NARROW,
        wide=_WIDE,
    )


async def picture(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return one chart as SVG."""
    chart = await _chart(visit, groups["chart"])
    args = visit.request.args
    width = _NARROW if args.get("width") == str(_NARROW) else _WIDE
    dark = args.get("dark") == "1"
    drawn = await visit.site.elsewhere(lambda: draw(chart, width=width, dark=dark))
    return Response(drawn, content_type="image/svg+xml; charset=utf-8")


async def numbers(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the numbers of one chart as CSV."""
    chart = await _chart(visit, groups["chart"])
    return Response(
        chart.csv(),
        content_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{chart.id}.csv"'},
    )


async def _chart(visit: Visit, name: str) -> Chart:  # type: ignore[type-arg]  # of any kind
    for chart in (await _overview(visit)).charts:
        if chart.id == name:
            return chart
    raise UnknownKey(f"There is no chart {name!r}.")


async def _overview(visit: Visit) -> Overview:
    filters, published = filters_of(visit), visit.published_only

    def load(store: Store) -> Overview:
        if not hasattr(_thread, "known"):
            _thread.known = {}
        # A thread keeps the connection of each database that it reads.
        known: dict[str, RememberedOverviews] = _thread.known
        path = str(store.path)
        if path not in known:
            known[path] = RememberedOverviews(store)
        return known[path].get(filters, published=published)

    return await visit.site.read(load)


_CHART = rf"(?P<chart>{'|'.join(NAMES)})"
ROUTES = (
    Route(r"/overview$", overview, "visitor"),
    Route(rf"/overview/{_CHART}\.svg$", picture, "visitor"),
    Route(rf"/overview/{_CHART}\.csv$", numbers, "visitor"),
)
