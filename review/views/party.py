"""The page of a body: all that it received or delivered, over all documents."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from datasette.utils.asgi import Response

from review.access import Visit
from review.reading import look, plain_title, with_query
from review.routes import Form, Route
from review.web import address, page
from store.parties import Role, show_party
from store.published import STATES

_PAGE = 200  # entries of a body on a page
_LONGEST = 1_000  # characters of a name


async def show(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show all that bodies of a name received or delivered; those of several countries apart."""
    role, name = cast("Role", groups["role"]), groups["name"][:_LONGEST]
    found = await look(visit, lambda store: show_party(store, role, name))
    wanted = visit.request.args.get("page") or "1"
    number = int(wanted[:4]) if wanted.isascii() and wanted.isdigit() else 1
    return page(
        visit,
        "party.html",
        role=role,
        name=name,
        frame=plain_title(name),
        bodies=[_body(party, max(number, 1)) for party in found["parties"]],
        near=found["near"],
        number=max(number, 1),
        to_page=lambda n: with_query(address(role, name), {"page": n}),
    )


def _body(party: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a body with its years: entries reviewed and not, and what their amounts come to."""
    years: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"reviewed": 0, "pending": 0, "sums": []}
    )
    for entry in party["entries"]:
        state = "reviewed" if entry["state"] in STATES else "pending"
        years[(entry["date"] or "")[:4]][state] += 1
    for found in party["sums"]:
        years[found["year"] or ""]["sums"].append(found)
    first = (number - 1) * _PAGE
    return {
        **party,
        "years": dict(sorted(years.items())),
        "most": max((one["reviewed"] + one["pending"] for one in years.values()), default=1) or 1,
        "listed": party["entries"][first : first + _PAGE],
        "more": len(party["entries"]) > first + _PAGE,
    }


ROUTES = (Route(r"/(?P<role>recipient|supplier)/(?P<name>[^/]+)$", show, "visitor"),)
