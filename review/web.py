"""Answers: pages from templates, fragments, JSON, files; and the headers that all of them have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from datasette.utils.asgi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.errors import UsageError
from review.access import Visit
from review.words import FILTERS

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's own pages, which only reviewers reach, have scripts in them.
_DATASETTES_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # `no-referrer` would make the Origin of forms null
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
CACHED = "x-materiel-cached"  # for how many seconds a browser may keep an answer; see plugin
_MOST_BODY = 1_000_000


def datasettes_headers() -> Mapping[str, str]:
    """Return the headers of pages that are Datasette's own."""
    return {**HEADERS, "content-security-policy": _DATASETTES_POLICY}


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals["address"] = address
    return made


def address(*parts: object) -> str:
    """Return a path of this app, each part escaped.

    >>> address("document", "url:https://x.eu/a b")
    '/document/url:https:%2F%2Fx.eu%2Fa%20b'
    """
    return "/" + "/".join(quote(str(part), safe=":") for part in parts)


def fragment(visit: Visit, template: str, **values: Any) -> str:
    """Return a filled-in template; all values are escaped."""
    site = visit.site
    static = {name: f"/static/{name}?v={digest}" for name, (_, digest) in site.static.items()}
    shared = {"visit": visit, "static": static, "publish": site.options.publish}
    return _templates().get_template(template).render(**shared, **values)


def page(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page."""
    return Response.html(fragment(visit, template, **values), status=status)


def as_json(value: Any, status: int = 200) -> Response:
    """Return a JSON document."""
    return Response(
        msgspec.json.encode(value).decode(), status, content_type="application/json; charset=utf-8"
    )


def see_other(path: str) -> Response:
    """Return a redirect to a path of this app, to be asked for with GET."""
    return Response.redirect(path, status=303)


def failure(visit: Visit, status: int, sentence: str) -> Response:
    """Return what went wrong, as a page or as JSON, as the request wants it."""
    if "json" in visit.request.headers.get("accept", ""):
        return as_json({"error": sentence}, status)
    return page(visit, "failure.html", status=status, sentence=sentence)


async def body_of(visit: Visit, most: int = _MOST_BODY) -> bytes:
    """Return the body of a request; raise `UsageError` for one above `most` bytes."""
    whole = b""
    while True:
        message = await visit.request.receive()
        whole += bytes(message.get("body", b""))
        if len(whole) > most:
            raise UsageError("That is more than can be sent at once.")
        if not message.get("more_body", False):
            return whole
