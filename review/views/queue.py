"""The queue: one entry after the other, each decided by a key, the next already there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final, get_args
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from core.errors import UsageError
from review.access import Visit
from review.routes import Form, Route
from review.views.narrowing import narrowings
from review.views.panels import answer_of, rendered
from review.web import as_json, fragment, page, see_other
from store.database import Store
from store.filters import Filters
from store.reviewing.audits import save_answer
from store.reviewing.bulk import accept_alike, alike, undo_batch
from store.reviewing.deciding import Part, decide
from store.reviewing.latest import Latest, latest_decisions
from store.reviewing.panel import panel
from store.reviewing.queue import START, Place, Which, assign, progress, sizes, waiting
from store.reviewing.reviewers import reviewer_named
from store.reviewing.sums import typed_sums

_AHEAD = 3  # panels that are loaded ahead
_FILTERS = (
    "source", "kind", "lang", "country", "fund", "family", "type", "since", "until", "min", "max",
    "state", "cpv",
)  # fmt: skip
_NUMBERS = ("min", "max")
_VERDICTS: Final = {
    "accept": "accepted", "correct": "corrected", "reject": "rejected", "skip": "skipped",
    "flag": "flagged",
}  # fmt: skip
_PARTS: dict[str, Part] = {"second": "second", "disputes": "settling"}


def which_of(visit: Visit) -> Which:
    """Return the queue that a request is about."""
    name = visit.request.args.get("which") or "next"
    if name not in get_args(Which):
        raise UsageError(f"There is no queue {name!r}.")
    return name  # type: ignore[return-value]  # one of them, as was just seen


def filters_of(visit: Visit) -> Filters:
    """Return the filters of a request; raise `UsageError` for a value that cannot be."""
    args = visit.request.args
    given: dict[str, Any] = {n: args.get(n) for n in _FILTERS if args.get(n)}
    try:
        numbers = {name: float(given[name]) for name in _NUMBERS if name in given}
    except ValueError as error:
        raise UsageError("An amount to filter by is a number such as 10000.") from error
    return Filters(**{**given, **numbers})


async def queue(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the page of a queue with its first entry."""
    which, filters = which_of(visit), filters_of(visit)
    first = await _panels(visit, which, filters, _after(visit), 1)
    return await _page(visit, which, filters, first)


async def one(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the page of the queue with one entry that was asked for."""
    which = which_of(visit)
    html = await visit.site.read(lambda store: rendered(visit, store, groups["key"], which))
    return await _page(visit, which, filters_of(visit), [_told(Place(-1, -1, groups["key"]), html)])


async def _page(
    visit: Visit, which: Which, filters: Filters, panels: list[dict[str, Any]]
) -> Response:
    share = visit.site.options.second_share
    counts, others, latest, fields = await visit.site.read(
        lambda store: (
            progress(store, filters),
            sizes(store, visit.name, share),
            _latest(visit, store, which),
            narrowings(store, visit.name, which, filters, share),
        )
    )
    return page(
        visit,
        "queue.html",
        panels=panels,
        filters=filters.given(),
        counts=counts,
        sizes=others,
        narrowings=fields,
        **_undoable(which, filters, latest),
    )


def _undoable(which: Which, filters: Filters, latest: Sequence[Latest]) -> dict[str, Any]:
    query = urlencode(filters.given())
    return {"which": which, "query": query, "latest": latest, "verdicts": _VERDICTS}


async def undoable(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the reviewer's latest decisions that can be taken back, as data and as a list."""
    which = which_of(visit)
    latest = await visit.site.read(lambda store: _latest(visit, store, which))
    html = fragment(visit, "latest.html", **_undoable(which, filters_of(visit), latest))
    return as_json({"latest": [asdict(one) for one in latest], "html": html})


def _latest(visit: Visit, store: Store, which: Which) -> list[Latest]:
    return latest_decisions(store, visit.name, _PARTS.get(which, "first"))


async def more(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return the next panels of a queue, to be shown when their turn comes."""
    filters = filters_of(visit)
    wanted = visit.request.args.get("limit") or ""
    limit = min(int(wanted), _AHEAD) if wanted.isascii() and wanted.isdigit() else _AHEAD
    panels = await _panels(visit, which_of(visit), filters, _after(visit), limit)
    return as_json({"panels": panels})


async def again(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Return one panel as it is now."""
    which = which_of(visit)
    html = await visit.site.read(lambda store: rendered(visit, store, groups["key"], which))
    return as_json(_told(Place(-1, -1, groups["key"]), html))


async def _panels(
    visit: Visit, which: Which, filters: Filters, after: Place, limit: int
) -> list[dict[str, Any]]:
    taken = visit.site.claimed_by_others(visit.name)

    def load(store: Store) -> list[dict[str, Any]]:
        places = waiting(
            store,
            visit.name,
            which,
            filters,
            after=after,
            limit=limit,
            without=taken,
            second_share=visit.site.options.second_share,
        )
        return [_told(place, rendered(visit, store, place.key, which)) for place in places]

    panels = await visit.site.read(load)
    for told in panels:
        visit.site.claim(told["key"], visit.name)
    return panels


def _told(place: Place, html: str) -> dict[str, Any]:
    return {"key": place.key, "after": f"{place.place!r},{place.id}", "html": html}


def _after(visit: Visit) -> Place:
    given = visit.request.args.get("after")
    if not given:
        return START
    try:
        place, _, number = given.partition(",")
        return Place(float(place), int(number))
    except ValueError as error:
        raise UsageError("This is no place in the queue; begin again from /review.") from error


async def decision(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Write a decision; a script is told what came of it, a plain form goes on to the next."""
    which = which_of(visit)
    key = groups["key"]

    def write(store: Store) -> Any:
        answer = answer_of(form, panel(store, key, blind=which == "second"))
        part = _PARTS.get(which, "first")
        if answer.verdict in ("skip", "flag"):
            part = "first"
        return decide(store, key, answer, reviewer=visit.name, part=part)

    done = await visit.site.write(write)
    if done.verdict == "undo":
        visit.site.claim(key, visit.name)
    else:
        visit.site.release(key)
    if "json" in visit.request.headers.get("accept", ""):
        return as_json(asdict(done))
    place = f"/review/entry/{key}" if done.verdict == "undo" else "/review"
    return see_other(f"{place}?{urlencode({**filters_of(visit).given(), 'which': which})}")


async def answer_hidden(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Keep what a reviewer says of an entry before its proposal is shown, then show it."""
    fields = typed_sums({name[2:]: v for name, v in form.items() if name.startswith("f.")})
    await visit.site.write(lambda store: save_answer(store, groups["key"], visit.name, fields))
    if "json" in visit.request.headers.get("accept", ""):
        return await again(visit, groups, form)
    return see_other(f"/review/entry/{groups['key']}")


async def preview(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show the entries that say the same in the same words, before they are accepted at once."""
    rows = await visit.site.read(lambda store: alike(store, groups["key"], visit.name))
    told = [asdict(row) for row in rows]
    return page(visit, "alike.html", key=groups["key"], rows=told, batch=None)


async def accept_all(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Accept what the preview listed, each only if it is still as it was there."""
    seen = {n.removeprefix("seen."): v for n, v in form.items() if n.startswith("seen.")}
    done = await visit.site.write(lambda store: accept_alike(store, seen, reviewer=visit.name))
    return page(visit, "alike.html", key=groups["key"], rows=(), batch=done)


async def undo_all(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Take back all that was accepted at once."""
    await visit.site.write(lambda store: undo_batch(store, groups["batch"], reviewer=visit.name))
    return see_other("/review")


async def give(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Assign an entry to a reviewer, or free it."""
    name = form.get("reviewer", "").strip() or None

    def write(store: Store) -> None:
        panel(store, groups["key"])  # says so where there is no such entry
        known = reviewer_named(store, name) if name else None
        if name and known is None:
            raise UsageError(f"There is no reviewer {name!r}.")
        note = form.get("note", "").strip() or None
        assign(store, groups["key"], known.name if known else None, by=visit.name, note=note)

    await visit.site.write(write)
    return see_other(f"/review/entry/{groups['key']}")


_KEY = r"(?P<key>[0-9a-f]{16})"
ROUTES = (
    Route(r"/review$", queue, "reviewer"),
    Route(rf"/review/entry/{_KEY}$", one, "reviewer"),
    Route(r"/review/more$", more, "reviewer"),
    Route(r"/review/latest$", undoable, "reviewer"),
    Route(rf"/review/panel/{_KEY}$", again, "reviewer"),
    Route(rf"/review/decide/{_KEY}$", decision, "reviewer", "POST"),
    Route(rf"/review/answer/{_KEY}$", answer_hidden, "reviewer", "POST"),
    Route(rf"/review/alike/{_KEY}$", preview, "reviewer"),
    Route(rf"/review/accept-alike/{_KEY}$", accept_all, "reviewer", "POST"),
    Route(r"/review/undo-batch/(?P<batch>[\w-]{1,64})$", undo_all, "reviewer", "POST"),
    Route(rf"/review/assign/{_KEY}$", give, "reviewer", "POST"),
)
