"""All pages in one table: path, method, who may ask for it, and what answers.

`handler` checks before the view runs: method, audience, and for what writes, Origin and token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

import msgspec
from datasette.utils.asgi import Request, Response

from core.errors import MaterielError, UnknownKey, UsageError
from review.access import (
    TOKEN_HEADER,
    Audience,
    Visit,
    allowed,
    own_origin,
    token_matches,
    visit_of,
)
from review.site import Site
from review.web import body_of, failure
from store.reviewing.deciding import DecidedMeanwhile

Form = dict[str, str]
View = Callable[[Visit, dict[str, str], Form], Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    """One page. `path` is a regular expression whose groups are given to the view, unquoted.

    `streams`: the view reads the body itself; where no token comes in a header, the view has to
    find the one in the body, and check it, before it keeps anything.
    """

    path: str
    view: View
    audience: Audience
    method: str = "GET"
    streams: bool = False
    sessionless: bool = False


def routes() -> Sequence[Route]:
    """Return all pages."""
    from review.views import all_routes  # noqa: PLC0415 - views use what is defined above

    return all_routes()


def handler(site: Callable[[], Site], route: Route) -> Callable[..., Awaitable[Response]]:
    """Return what Datasette calls for a page: the checks, then the view.

    `site` is asked for by each request, as Datasette wants routes before the app is complete.
    """

    async def answer(request: Request) -> Response:
        visit = await visit_of(site(), request)
        try:
            return await _answer(route, visit)
        except UnknownKey as error:
            return failure(visit, 404, str(error))
        except DecidedMeanwhile as error:
            return failure(visit, 409, str(error))
        except UsageError as error:
            return failure(visit, 400, str(error))
        except MaterielError as error:
            return failure(visit, 500, str(error))

    return answer


async def _answer(route: Route, visit: Visit) -> Response:
    method = visit.request.method
    if method != route.method and not (method == "HEAD" and route.method == "GET"):
        return failure(visit, 405, "This address does not answer that.")
    if not allowed(route.audience, visit):
        if visit.reviewer is None and route.method == "GET":
            return failure(visit, 401, "Sign in first: ask for a sign-in link.")
        return failure(visit, 403, "This is not yours to do.")
    form: Form = {}
    if route.method == "POST":
        if not own_origin(visit):
            return failure(visit, 403, "This was not sent from a page of this site.")
        given = visit.request.headers.get(TOKEN_HEADER, "")
        if not route.streams:
            form = _form(await body_of(visit), visit.request.headers.get("content-type", ""))
            given = given or form.pop("token", "")
        views_own = route.sessionless or (route.streams and not given)
        if not views_own and not token_matches(visit, given):
            return failure(visit, 403, "Your sign-in is not the one this page was made for.")
    groups = visit.request.url_vars
    return await route.view(visit, {n: unquote(v) for n, v in groups.items() if v}, form)


def _form(body: bytes, media_type: str) -> Form:
    """Return what was sent: a form's fields, or a JSON document as the field `json`."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError("What was sent is no UTF-8.") from error
    if media_type.startswith("application/json"):
        return {"json": text}
    return dict(parse_qsl(text, keep_blank_values=True))


def from_json(form: Form, kind: type[msgspec.Struct]) -> msgspec.Struct:
    """Return the JSON document that was sent as a record; raise `UsageError` for another shape."""
    try:
        return msgspec.json.decode(form.get("json", ""), type=kind)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise UsageError(f"What was sent is not understood: {error}.") from error
