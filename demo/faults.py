"""Faults that a test can switch on while the replica runs: what a real site does on a bad day.

A fault is a function of the request and of the healthy site: `fault(request, site)`. Those that
change what a page shows and links are in `fault_pages`, and are had from here as well.
"""

import functools
import gzip
import struct
import threading
import zlib
from dataclasses import dataclass, replace
from typing import Literal

from demo.exchange import HTML, Fault, Request, Respond, Response, content
from demo.fault_pages import (
    Token,
    changed_markup,
    duplicate_pages,
    empty_list,
    endless_links,
    endless_pages,
    list_without_items,
    one_based_pages,
    session_tokens,
    stuck_paging,
    wrong_encoding,
)

__all__ = [
    "Fault", "Faults", "Token", "Wall", "broken_robots", "challenge", "changed_markup",
    "closed", "crawl_delay", "disallow_all", "dripping", "dropped", "duplicate_pages",
    "empty_list", "endless_links", "endless_pages", "error_page", "false_gzip", "gzip_bomb",
    "huge_header", "list_without_items", "one_based_pages", "packed", "private_addresses",
    "redirect_loop", "redirected", "relabelled", "replaced", "robots", "session_tokens",
    "silent", "stalled", "status", "stuck_paging", "wrong_encoding", "wrong_length",
]  # fmt: skip

Wall = Literal["aws", "aws-captcha", "cloudflare", "cloudflare-200"]
_BOMB_BLOCKS = 1024
_MOMENT = b"""<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div id="challenge-form"></div>
<script>window._cf_chl_opt={cvId:"3"};</script></body></html>"""
_CAPTCHA = b"""<!DOCTYPE html><html lang="en"><head><title>Human Verification</title></head>
<body><div id="captcha-container"></div><script>window.awsWafCookieDomainList=[];</script>
</body></html>"""


def status(code: int, *, retry_after: int | None = None, body: bytes = b"") -> Fault:
    """Answer with a status; `retry_after` in seconds."""
    headers = {"Content-Type": HTML}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return lambda _request, _site: Response(status=code, headers=headers, body=body)


def challenge(wall: Wall = "aws") -> Fault:
    """Answer as a firewall that wants a browser, in one of the shapes that are known.

    `aws`: 202, empty, one tell-tale header; `aws-captcha`: 405 with the same header and a page;
    `cloudflare`: its waiting page with 403 and `cf-mitigated`; `cloudflare-200`: with 200 and
    nothing but the page to tell.
    """
    plain = {"Content-Type": HTML, "Cache-Control": "no-store"}
    answers = {
        "aws": Response(status=202, headers={"x-amzn-waf-action": "challenge"} | plain),
        "aws-captcha": Response(
            status=405, headers={"x-amzn-waf-action": "captcha"} | plain, body=_CAPTCHA
        ),
        "cloudflare": Response(
            status=403, headers={"cf-mitigated": "challenge"} | plain, body=_MOMENT
        ),
        "cloudflare-200": Response(headers=plain, body=_MOMENT),
    }
    return lambda _request, _site: answers[wall]


def dropped(after: int = 100) -> Fault:
    """Break the connection after so many bytes of the body."""
    return lambda request, site: replace(site(request), cut_after=after)


def stalled(after: int = 0) -> Fault:
    """Send the headers and so many bytes of the body, then nothing until the client hangs up."""
    return lambda request, site: replace(site(request), cut_after=after, stalls=True)


def silent() -> Fault:
    """Take the request and send nothing at all until the client hangs up."""
    return lambda _request, _site: Response(status=0, stalls=True)


def closed() -> Fault:
    """Close the connection before any answer."""
    return lambda _request, _site: Response(status=0)


def dripping(seconds: float = 1.0) -> Fault:
    """Send the body one byte after another, so many seconds apart."""
    return lambda request, site: replace(site(request), pace=seconds)


def wrong_length(by: int) -> Fault:
    """Claim a Content-Length that is `by` bytes more (or less, if negative) than the body has.

    The whole body is sent and the connection ends.
    """

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        return replace(answer, length=len(answer.body) + by)

    return fault


def gzip_bomb() -> Fault:
    """Answer with 1 MB in gzip that unpacks to 1 GiB of zeros."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        return replace(_unpackable(answer), body=_bomb())

    return fault


def false_gzip() -> Fault:
    """Claim Content-Encoding gzip for a body that is not packed."""
    return lambda request, site: _unpackable(site(request))


def packed() -> Fault:
    """Answer in gzip, as many healthy sites do where a client takes it."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        return replace(_unpackable(answer), body=gzip.compress(answer.body, mtime=0))

    return fault


def _unpackable(answer: Response) -> Response:
    return replace(answer, headers={**answer.headers, "Content-Encoding": "gzip"})


@functools.cache
def _bomb() -> bytes:
    """Return 1 GiB of zeros in gzip, from one packed block that is repeated (RFC 1951, 1952)."""
    zeros = bytes(1024**2)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = functools.reduce(lambda crc, _: zlib.crc32(zeros, crc), range(_BOMB_BLOCKS), 0)
    size = _BOMB_BLOCKS * len(zeros)
    end = packer.flush() + struct.pack("<II", checksum, size % 2**32)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + block * _BOMB_BLOCKS + end


def redirected(to: str, code: int = 302) -> Fault:
    """Redirect to an address, such as one of `private_addresses`, or a path of the same site."""

    def fault(request: Request, _site: Respond) -> Response:
        there = request.base_url + to if to.startswith("/") else to
        return Response(status=code, headers={"Location": there, "Content-Type": HTML})

    return fault


def private_addresses(port: int) -> dict[str, str]:
    """Return addresses to which no crawler may be led, by what they are.

    `port` is one of this machine on which something listens.
    """
    return {
        "private network": "http://10.0.0.1/",
        "cloud metadata": "http://169.254.169.254/latest/meta-data/",
        "IPv6 loopback": f"http://[::1]:{port}/",
        "loopback by name": f"http://localhost:{port}/",
        "file": "file:///etc/passwd",
        "host name of a local network": "http://intranet/",
        "another public host": "https://www.example.com/document.pdf",
    }


def relabelled(media_type: str) -> Fault:
    """Serve the same body under another content type, such as a PDF as `text/html`."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        return replace(answer, headers={**answer.headers, "Content-Type": media_type})

    return fault


def error_page(media_type: str = "application/pdf") -> Fault:
    """Serve a page that says sorry, with status 200 and the content type of a document."""
    sorry = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>An error occurred"
    return replaced(sorry + b"</h1><p>Please try again later.</p></body></html>", media_type)


def huge_header(size: int = 200_000) -> Fault:
    """Add a header of so many bytes."""

    def fault(request: Request, site: Respond) -> Response:
        answer = site(request)
        return replace(answer, headers={**answer.headers, "X-Debug": "x" * size})

    return fault


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


def broken_robots() -> Fault:
    """Serve a robots.txt of bytes that are no text, labelled as text."""
    return replaced(bytes(range(256)) * 4, "text/plain; charset=UTF-8")


def crawl_delay(seconds: float) -> Fault:
    """Serve a robots.txt that allows everything, slowly."""
    return robots(f"User-agent: *\nCrawl-delay: {seconds:g}\nDisallow:\n")


def redirect_loop() -> Fault:
    """Redirect to and fro between the address and itself with a parameter."""

    def fault(request: Request, _site: Respond) -> Response:
        there = request.path if request.query else f"{request.path}?again=1"
        return Response(status=302, headers={"Location": request.base_url + there})

    return fault


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
