"""Faults that a test can switch on while the replica runs: what a real site does on a bad day.

A fault is a function of the request and of the healthy site: `fault(request, site)`.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from demo.exchange import HTML, Request, Respond, Response, content

Fault = Callable[[Request, Respond], Response]


def status(code: int, *, retry_after: int | None = None, body: bytes = b"") -> Fault:
    """Answer with a status; `retry_after` in seconds."""
    headers = {"Content-Type": HTML}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return lambda _request, _site: Response(status=code, headers=headers, body=body)


def challenge() -> Fault:
    """Answer as a firewall that wants a browser: 202, empty, one tell-tale header."""
    headers = {"x-amzn-waf-action": "challenge", "Content-Type": HTML, "Cache-Control": "no-store"}
    return lambda _request, _site: Response(status=202, headers=headers)


def dropped(after: int = 100) -> Fault:
    """Break the connection after so many bytes of the body."""
    return lambda request, site: replace(site(request), cut_after=after)


def replaced(body: bytes, media_type: str | None = None, *, headers: bool = True) -> Fault:
    """Serve another body, as after a new upload; without `headers` the validators stay the old."""

    def fault(request: Request, site: Respond) -> Response:
        old = site(request)
        kind = media_type or old.headers.get("Content-Type", HTML)
        if not headers:
            return replace(old, body=body, status=200)
        new = content(body, kind)
        kept = {k: v for k, v in old.headers.items() if k not in {"Last-Modified", "ETag"}}
        return replace(new, headers=kept | dict(new.headers))

    return fault


def robots(text: str) -> Fault:
    """Serve another robots.txt (set it on the path `/robots.txt`)."""
    return replaced(text.encode(), "text/plain; charset=UTF-8")


def disallow_all() -> Fault:
    """Serve a robots.txt that forbids everything."""
    return robots("User-agent: *\nDisallow: /\n")


def crawl_delay(seconds: float) -> Fault:
    """Serve a robots.txt that allows everything, slowly."""
    return robots(f"User-agent: *\nCrawl-delay: {seconds:g}\nDisallow:\n")


def empty_list() -> Fault:
    """Answer a list page, or a search, without any item."""

    def fault(request: Request, site: Respond) -> Response:
        if request.method != "POST":
            return site(_with_page(request, "9999"))
        answer = site(request)
        emptied = json.loads(answer.body) | {"notices": [], "totalNoticeCount": 0}
        return replace(answer, body=json.dumps(emptied).encode())

    return fault


def stuck_paging() -> Fault:
    """Ignore `?page=`: the same rows for ever, with a pager that goes on."""

    def fault(request: Request, site: Respond) -> Response:
        first = site(_with_page(request, None))
        here = int(request.parameter("page") or "0")
        onward = first.body.replace(b'href="?page=1"', f'href="?page={here + 1}"'.encode())
        return content(onward, first.headers["Content-Type"])

    return fault


def redirect_loop() -> Fault:
    """Redirect to and fro between the address and itself with a parameter."""

    def fault(request: Request, _site: Respond) -> Response:
        there = request.path if request.query else f"{request.path}?again=1"
        return Response(status=302, headers={"Location": request.base_url + there})

    return fault


def _with_page(request: Request, number: str | None) -> Request:
    kept = [(k, v) for k, v in parse_qsl(request.query) if k != "page"]
    return replace(request, query=urlencode(kept + ([("page", number)] if number else [])))


@dataclass
class _Set:
    site: str
    prefix: str
    fault: Fault
    left: int | None


class Faults:
    """The faults that are on now. Safe to change while requests run; the last one set wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[_Set] = []

    def set(self, site: str, prefix: str, fault: Fault, *, times: int | None = None) -> None:
        """Switch a fault on for a site's targets that begin with `prefix`, for ever or `times`."""
        with self._lock:
            self._set.append(_Set(site, prefix, fault, times))

    def clear(self, site: str | None = None) -> None:
        """Switch off the faults of one site, or all."""
        with self._lock:
            self._set = [s for s in self._set if site is not None and s.site != site]

    def take(self, site: str, target: str) -> Fault | None:
        """Return the fault that holds for a target and count its use."""
        with self._lock:
            for found in reversed(self._set):
                if found.site == site and target.startswith(found.prefix) and found.left != 0:
                    if found.left is not None:
                        found.left -= 1
                    return found.fault
        return None
