"""Signing in by a one-time link, and out."""

from __future__ import annotations

from datasette.utils.asgi import Response

from review.access import COOKIE, Attempts, Visit, new_session
from review.routes import Form, Route
from review.web import failure, page, see_other
from store.reviewing.reviewers import sign_in

_LASTS = 30 * 24 * 3600
_ATTEMPTS = Attempts()


async def ask(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Show the button that uses a link up: what looks at links ahead of people presses none."""
    return page(visit, "sign_in.html", link=groups["token"])


async def enter(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """Use a link up and begin a session."""
    client = (visit.request.scope.get("client") or ("?", 0))[0]
    attempts = _ATTEMPTS
    if attempts.too_many(client):
        return failure(visit, 429, "Too many links that did not work; wait ten minutes.")
    reviewer = await visit.site.write(lambda store: sign_in(store, form.get("link", "")))
    if reviewer is None:
        attempts.note(client)
        return failure(visit, 401, "This link was used already or is too old; ask for a new one.")
    response = see_other("/review")
    response.set_cookie(
        COOKIE,
        new_session(visit.site, reviewer.name),
        max_age=_LASTS,
        httponly=True,
        samesite="lax",
        secure=visit.site.options.address.startswith("https:"),
    )
    return response


async def leave(visit: Visit, groups: dict[str, str], form: Form) -> Response:
    """End the session of this browser."""
    response = see_other("/")
    response.set_cookie(COOKIE, "", max_age=0, httponly=True, samesite="lax")
    return response


ROUTES = (
    Route(r"/sign-in/(?P<token>[\w-]{20,100})$", ask, "anyone"),
    Route(r"/sign-in$", enter, "anyone", "POST", sessionless=True),
    Route(r"/sign-out$", leave, "reviewer", "POST"),
)
