"""Manners towards a site: its robots.txt, its pace, its Retry-After, our contact and our budget.

Scrapy's own robots middleware lets everything through when robots.txt cannot be had; RFC 9309
(2.3.1.4) asks for the opposite on server errors, and `Robots` does that.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from core.keys import url_key
from crawlers.answers import is_challenge, judge, retry_after
from crawlers.ledger import OVER, Ledger, State
from crawlers.plan import is_loopback
from crawlers.settings import ROBOTS_AGENT

NETWORK_ERRORS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    OSError,
)
RETRIED = {408, 429, 500, 502, 503, 504, 522, 524}
LONGEST_WAIT = 120.0  # seconds; a site that asks for more is left alone for tonight
ROBOTS_LENGTH = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read
logger = logging.getLogger(__name__)


class Stopped(IgnoreRequest):
    """Raised by `Limits` for what is not asked any more: the source has ended."""


class SeenTonight(IgnoreRequest):
    """Raised by `Limits` where a redirect leads to a document that was asked for already."""


class Forbidden(IgnoreRequest):
    """Raised where we may not ask; `code` names the issue, `state` what it means for a source."""

    def __init__(self, code: str, state: State, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.state = state


def headers_of(response: Response) -> dict[str, str]:
    """Return a response's headers as texts, names in lower case, repeated ones joined."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }


class _Middleware:
    """What the middlewares share: the crawler, and the books of its source."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """Build it as Scrapy does."""
        return cls(crawler)

    @property
    def ledger(self) -> Ledger:
        """The books of the source that is crawled."""
        ledger: Ledger = self.crawler.spider.ledger  # type: ignore[union-attr]
        return ledger


class Limits(_Middleware):
    """Lets a request pass while there is time and budget, and a contact for a real site."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """Build it and count what reaches the network."""
        limits = cls(crawler)
        crawler.signals.connect(limits.count, signals.request_reached_downloader)
        return limits

    def count(self) -> None:
        """Count a request; retries, redirects and robots.txt count like any other."""
        self.ledger.requests += 1

    def process_request(self, request: Request) -> None:
        """Refuse what is over a limit; see the exceptions above."""
        ledger = self.ledger
        remaining = ledger.night.remaining()
        if not remaining:
            ledger.end("interrupted", OVER)
        elif ledger.requests >= ledger.source.pace.budget:
            ledger.end("interrupted", f"The budget of {ledger.requests} requests is used up.")
        if ledger.verdict is not None:
            raise Stopped(ledger.detail)
        host = urlsplit(request.url).hostname
        if is_loopback(host):
            request.meta.setdefault("proxy", None)
        elif not self.crawler.spider.plan.contact:  # type: ignore[union-attr]
            raise Forbidden("no_contact", "refused", f"{host} is not asked without a contact.")
        self._check_redirect(request)
        request.meta.pop("download_slot", None)  # a redirect must wait in its new host's line
        timeout = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        request.meta["download_timeout"] = min(timeout, remaining + 1.0)

    def _check_redirect(self, request: Request) -> None:
        wanted = request.cb_kwargs.get("wanted")
        if wanted is None or not request.meta.get("redirect_times"):
            return
        key, asked = url_key(request.url), self.crawler.spider.asked  # type: ignore[union-attr]
        if key == wanted.key or key.startswith("url:"):
            return
        if key in asked and key != request.meta.get("claimed"):  # claimed: this is a second try
            raise SeenTonight(f"{wanted.url} leads to {key}, which was asked for tonight.")
        asked.add(key)
        request.meta["claimed"] = key


class Robots(_Middleware):
    """Obeys robots.txt, and takes one that cannot be had for a "no"."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._sites: dict[str, Protego | Forbidden] = {}

    async def process_request(self, request: Request) -> None:
        """Fetch the site's robots.txt where it is not known; raise `Forbidden` where it says so."""
        if request.meta.get("robots"):
            return
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._sites:
            self._sites[site] = await self._read(site)
        rules = self._sites[site]
        if isinstance(rules, Forbidden):
            raise Forbidden(rules.code, rules.state, str(rules))
        if not rules.can_fetch(request.url, ROBOTS_AGENT):
            raise Forbidden(
                "robots_forbidden", "refused", f"{site}/robots.txt forbids {request.url}."
            )

    async def _read(self, site: str) -> Protego | Forbidden:
        request = Request(
            f"{site}/robots.txt", callback=NO_CALLBACK, meta={"robots": True}, dont_filter=True
        )
        engine = self.crawler.engine
        try:
            response = await engine.download_async(request)
        except Stopped:
            raise
        except IgnoreRequest as error:
            return Forbidden("robots_unreachable", "unreachable", f"{request.url}: {error}")
        except NETWORK_ERRORS as error:
            detail = f"{request.url} cannot be had ({type(error).__name__}), so nothing is asked."
            return Forbidden("robots_unreachable", "unreachable", detail)
        rules = read_robots(response.status, headers_of(response), response.body, request.url)
        if isinstance(rules, Protego):
            self._slow_down(site, rules)
        return rules

    def _slow_down(self, site: str, rules: Protego) -> None:
        wanted = asked_delay(rules)
        delay = max(wanted, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        host = urlsplit(site).hostname or ""
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1}
        if host in downloader.slots:
            downloader.slots[host].delay = delay


def read_robots(status: int, headers: dict[str, str], body: bytes, url: str) -> Protego | Forbidden:
    """Return the rules that an answer for robots.txt gives.

    200: its rules; 404 and 410: everything is allowed; anything else forbids all, as server errors
    and a challenge must, and a refusal should.
    """
    answer = judge(status, headers, body or b"\n#")  # an empty robots.txt allows everything
    if answer.meaning == "body":
        return Protego.parse(body[:ROBOTS_LENGTH].decode("utf-8", "replace"))
    if answer.meaning == "missing":
        return Protego.parse("")
    if answer.meaning == "refused":
        code = "challenge" if answer.code == "challenge" else "robots_refused"
        return Forbidden(code, "refused", f"{url}: {answer.detail}")
    return Forbidden(
        "robots_unreachable", "unreachable", f"{url} answered {status}, so nothing is asked."
    )


def asked_delay(rules: Protego) -> float:
    """Return the seconds between requests that the rules ask of us, 0 where they ask nothing."""
    delay = rules.crawl_delay(ROBOTS_AGENT) or 0.0
    rate = rules.request_rate(ROBOTS_AGENT)
    if rate is not None and rate.requests:
        delay = max(delay, rate.seconds / rate.requests)
    return float(delay)


class Patience(_Middleware):
    """Tries again after the time that the site asks for, or after ours, and not for ever."""

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return the request again after a wait, or the response where we give up."""
        headers = headers_of(response)
        if response.status not in RETRIED or is_challenge(response.status, headers, response.body):
            return response
        wait = retry_after(headers.get("retry-after"), dt.datetime.now(dt.UTC))
        again = await self._again(request, f"status {response.status}", wait)
        return again or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return the request again after a wait, or None where we give up."""
        if not isinstance(exception, NETWORK_ERRORS):
            return None
        return await self._again(request, type(exception).__name__, None)

    async def _again(self, request: Request, reason: str, wait: float | None) -> Request | None:
        spider = self.crawler.spider
        if spider is None:
            return None
        again = get_retry_request(request, spider=spider, reason=reason, give_up_log_level="INFO")
        if again is None:
            return None
        if wait is None:
            wait = self.ledger.source.pace.delay * 2 ** again.meta["retry_times"]
        if wait > min(LONGEST_WAIT, self.ledger.night.remaining()):
            logger.info("%s asks for %.0f seconds, which is too long.", request.url, wait)
            return None
        await asyncio.sleep(wait)
        return again
