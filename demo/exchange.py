"""Requests and responses as the sites of the replica see them, apart from any socket."""

import email.utils
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol
from urllib.parse import parse_qs

HTML = "text/html; charset=UTF-8"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request; `base_url` is the address under which the client reached the site."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = ""

    @property
    def target(self) -> str:
        """Path and query as on the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter, None where it is absent."""
        values = parse_qs(self.query, keep_blank_values=True).get(name)
        return values[0] if values else None


@dataclass(frozen=True, kw_only=True)
class Response:
    """One response, and how it leaves the server.

    With `cut_after` the connection ends after so many bytes of the body: it breaks, or with
    `stalls` stays open until the client hangs up. `length` is what Content-Length claims where
    that is not the truth. `pace` is the seconds between two bytes of the body. Status 0 is no
    answer at all: the connection is closed, or stays open and silent with `stalls`.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_after: int | None = None
    stalls: bool = False
    length: int | None = None
    pace: float = 0.0


Respond = Callable[[Request], Response]
# a fault answers a request in place of the healthy site, or changes what that answers
Fault = Callable[[Request, Respond], Response]
Change = Literal["metadata", "text", "redaction", "replaced"]


@dataclass(frozen=True, kw_only=True)
class Held:
    """A document to which a site leads tonight: the path and query under which it is asked for.

    `change` is what reading says of it where its bytes are others than on the night before.
    """

    target: str
    change: Change | None = None


class SiteOfNight(Protocol):
    """A site of the replica as it is on one night."""

    def __call__(self, request: Request) -> Response:
        """Answer one request."""

    def documents(self, base_url: str) -> dict[str, Held]:
        """Return the documents to which the site leads tonight, by document key."""


def page(text: str, *, status: int = 200, modified: float | None = None) -> Response:
    """Return an HTML page; `modified` is a Unix time."""
    return content(text.encode(), HTML, status=status, modified=modified)


def content(
    body: bytes, media_type: str, *, status: int = 200, modified: float | None = None
) -> Response:
    """Return a body with its entity tag, and its modification time where known."""
    headers = {"Content-Type": media_type}
    if status == 200:
        headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if modified is not None:
        headers["Last-Modified"] = email.utils.formatdate(modified, usegmt=True)
    return Response(status=status, headers=headers, body=body)


def json_response(value: Mapping[str, Any], *, status: int = 200) -> Response:
    """Return a JSON document."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status=status, headers={"Content-Type": "application/json"}, body=body)


def redirect(location: str, *, status: int = 301) -> Response:
    """Return a redirect to an address."""
    return Response(status=status, headers={"Location": location, "Content-Type": HTML})


def not_found() -> Response:
    """Return an honest 404."""
    return page(
        "<!DOCTYPE html><html lang='en'><body><h1>Page not found</h1></body></html>", status=404
    )


def conditional(request: Request, response: Response) -> Response:
    """Answer 304 where the client's validators say that it has this body already (RFC 9110, 13)."""
    if response.status != 200 or request.method not in {"GET", "HEAD"}:
        return response
    if not _is_fresh(request.headers, response.headers):
        return response
    kept = {k: v for k, v in response.headers.items() if k in {"ETag", "Last-Modified"}}
    return replace(response, status=304, headers=kept, body=b"")


def _is_fresh(asked: Mapping[str, str], has: Mapping[str, str]) -> bool:
    if "if-none-match" in asked:
        tags = {tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")}
        return "*" in tags or has.get("ETag") in tags
    if "if-modified-since" in asked and "Last-Modified" in has:
        since = email.utils.parsedate(asked["if-modified-since"])
        changed = email.utils.parsedate(has["Last-Modified"])
        return since is not None and changed is not None and changed <= since
    return False
