"""What became of a request, in the words of the journal: why it came to nothing, where it led."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.python.failure import Failure

from core.keys import url_key
from core.records import Fetched
from crawlers.ledger import State
from crawlers.politeness import Forbidden
from crawlers.spiders.wanted import Wanted, said

_PERMANENT = {301, 308}
_FRONT = {"/", "/index", "/index_en", "/index.html", "/home", "/home_en", "/en", "/en/"}
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "nobody knows its name"),
    (DownloadConnectionRefusedError, "nobody answers there"),
    (ResponseDataLossError, "its answer broke off"),
    (DownloadFailedError, "the connection broke off"),
    (OSError, "its answer is packed in a way that cannot be undone"),
)


def explained(failure: Failure, request: Request) -> tuple[str, State, str]:
    """Return issue code, state and sentence for a request that got no answer."""
    error = failure.value
    if isinstance(error, Forbidden):
        return error.code, error.state, str(error)
    if isinstance(error, DownloadTimeoutError):
        return "timeout", "unreachable", f"{request.url} did not answer in time."
    unfolded = isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error)
    if isinstance(error, DownloadCancelledError) or unfolded:
        return "too_large", "unreachable", f"{request.url} is larger than what is taken in."
    if isinstance(error, IgnoreRequest):
        return "redirect_loop", "unreachable", f"{request.url} is redirected in a circle."
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), None)
    why = words or f"it met {type(error).__name__}"
    return "unreachable", "unreachable", f"{request.url} cannot be had: {why}."


def sent(request: Request | None) -> dict[str, str]:
    """Return the headers of a request that tell what was asked and by whom."""
    if request is None:
        return {}
    names = ("User-Agent", "If-None-Match", "If-Modified-Since")
    values = {name: request.headers.get(name) for name in names}
    return {name.lower(): value.decode("latin-1") for name, value in values.items() if value}


def moved(response: Response) -> bool:
    """Say whether the site told us that the address we asked for has moved for good."""
    reasons = response.meta.get("redirect_reasons", []) if response.request else []
    return bool(reasons) and all(reason in _PERMANENT for reason in reasons)


def another_address(wanted: Wanted, request: Request, source: str, *, own: bool) -> Fetched:
    """Return the line that says to which other document an address leads.

    It is told of that document; where the address is a known document's `own`, of this one, which
    has moved there.
    """
    document = wanted if own else Wanted(key=url_key(request.url), url=wanted.url)
    reasons = request.meta.get("redirect_reasons", [])
    return Fetched(
        **said(document, source), final_url=request.url, status=reasons[-1], outcome="moved"
    )


def led_astray(wanted: Wanted, response: Response) -> str:
    """Return why a redirect did not lead to the document, empty where it may have.

    Sites send old addresses to their front page rather than saying that the page is gone.
    """
    if not response.request or not response.meta.get("redirect_times"):
        return ""
    path = urlsplit(response.url).path
    if path in _FRONT and urlsplit(wanted.url).path not in _FRONT:
        return "The address leads to the site's front page now; what is there was not kept."
    return ""
