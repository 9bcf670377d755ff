"""The front page: searching, what waits for a reviewer, and how the sources are."""

from __future__ import annotations

from typing import Any, Final

from datasette.utils.asgi import Response

from review.access import Visit, allowed
from review.reading import look
from review.routes import Form, Route
from review.web import page
from store.database import Store
from store.reviewing.queue import progress, sizes
from store.search import coverage

_QUEUES: Final = {
    "second": "second opinions",
    "disputes": "disputes",
    "flagged": "flagged",
    "skipped": "skipped by you",
    "mine": "assigned to you",
}
_HEALTH: Final = {
    "ok": "went well",
    "nothing_new": "went well, nothing new",
    "empty": "gave an empty list",
    "parser_found_nothing": "was fetched, and nothing was found on its pages",
    "refused": "refused us",
    "unreachable": "could not be reached",
    "interrupted": "was interrupted",
}
_RUNS = """
SELECT s.id, s.title, r.state, r.listed, r.confirmed, r.fetched, r.minimum, r.detail, u.started_at
FROM sources s LEFT JOIN source_runs r ON r.source = s.id
  AND r.run_id = (SELECT max(run_id) FROM source_runs l WHERE l.source = s.id)
LEFT JOIN runs u ON u.id = r.run_id ORDER BY s.title
"""


async def start(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show the front page that is meant for who asks."""
    if not allowed("visitor", visit):
        return page(visit, "start.html", closed=True)
    told = await look(visit, lambda store: _told(store, visit))
    return page(visit, "start.html", closed=False, queues=_QUEUES, **told)


def _told(store: Store, visit: Visit) -> dict[str, Any]:
    told: dict[str, Any] = {"coverage": coverage(store), "states": progress(store)}
    if visit.reviewer:
        told["waiting"] = sizes(store, visit.name, visit.site.options.second_share)
        covered = {row["source"]: row for row in told["coverage"]}
        told["runs"] = [{**covered[row["id"]], **_run(dict(row))} for row in store.rows(_RUNS)]
    return told


def _run(row: dict[str, Any]) -> dict[str, Any]:
    """Return how the last crawl of a source went, in words."""
    short = row["state"] in ("ok", "nothing_new") and row["confirmed"] < row["minimum"]
    good = row["state"] in ("ok", "nothing_new") and not short
    words = _HEALTH.get(row["state"], "has not been crawled yet")
    if short:
        words = f"gave fewer documents than expected ({row['confirmed']} of {row['minimum']})"
    return {**row, "words": words, "good": good}


ROUTES = (Route(r"/$", start, "anyone"),)
