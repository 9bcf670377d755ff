"""Datasette's hooks: our routes, who is signed in, what of its own pages may be seen, headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import Request

from review.access import known_host, visit_of
from review.routes import handler, routes
from review.site import DATABASE, Site, prepare
from review.web import CACHED, HEADERS, datasettes_headers

# Views that reviewers may page through with Datasette's own pages; visitors see none of these.
SHOWN = ("shown_entries", "shown_evidence", "shown_documents", "sources")
_DATASETTES = ("/-/", f"/{DATABASE}", "/_")
Send = Callable[[dict[str, Any]], Awaitable[None]]


def _site(datasette: Any) -> Site:
    found: Site = datasette.materiel
    return found


@hookimpl  # type: ignore[untyped-decorator]  # datasette ships no types
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Return our pages, each behind the check of who may ask for it."""
    return [(route.path, handler(lambda: _site(datasette), route)) for route in routes()]


@hookimpl  # type: ignore[untyped-decorator]
def actor_from_request(datasette: Any, request: Request) -> Callable[[], Awaitable[Any]]:
    """Tell Datasette who is signed in, for its own pages."""

    async def actor() -> dict[str, str] | None:
        visit = await visit_of(_site(datasette), request)
        return {"id": visit.name} if visit.reviewer else None

    return actor


@hookimpl  # type: ignore[untyped-decorator]
def permission_allowed(actor: Any, action: str, resource: Any) -> bool:
    """Allow reviewers the pages of the named views, and nothing else: no SQL, no other table."""
    tables = {(DATABASE, name) for name in SHOWN}
    return actor is not None and (
        action == "view-instance"
        or (action == "view-database" and resource == DATABASE)
        or (action == "view-table" and resource in tables)
    )


@hookimpl  # type: ignore[untyped-decorator]
def skip_csrf(scope: dict[str, Any]) -> bool:
    """Leave our own pages to our own check, which lets nothing through that Datasette's does."""
    return not scope["path"].startswith(_DATASETTES)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: Any) -> None:
    """Let connections wait for other writers as the store's own do."""
    prepare(conn)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Refuse hosts that are not ours and give every answer its headers."""

    def wrap(app: Any) -> Any:
        async def answer(scope: dict[str, Any], receive: Any, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if not known_host(_site(datasette), host):
                await _refuse(send)
                return
            await app(scope, receive, _with_headers(scope["path"], send))

        return answer

    return wrap


def _with_headers(path: str, send: Send) -> Send:
    theirs = path.startswith(_DATASETTES)
    ours = datasettes_headers() if theirs else HEADERS

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = [(n.lower(), v) for n, v in message.get("headers", [])]
            kept = dict(given).get(CACHED.encode())
            if kept is not None:  # Datasette marks everything that came with a cookie as `no-store`
                given = [(n, v) for n, v in given if n not in (CACHED.encode(), b"cache-control")]
                given.append((b"cache-control", b"private, immutable, max-age=" + kept))
            names = {name for name, _ in given}
            given += [(n.encode(), v.encode()) for n, v in ours.items() if n.encode() not in names]
            message = {**message, "headers": given}
        await send(message)

    return sending


async def _refuse(send: Send) -> None:
    start = {"type": "http.response.start", "status": 421}
    await send({**start, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send(
        {
            "type": "http.response.body",
            "body": b"This address is not served here; set `review_address` if it should be.",
        }
    )
