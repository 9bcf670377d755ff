"""Obeying robots.txt as RFC 9309 asks (2.3.1.4): where it cannot be had, nothing is asked."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.answers import judge
from crawlers.politeness.common import Forbidden, Middleware, Stopped, headers_of
from crawlers.politeness.patience import NETWORK_ERRORS
from crawlers.settings import ROBOTS_AGENT

_RULES = re.compile(
    rb"^\s*(?:user-agent|disallow|allow|sitemap|crawl-delay)\s*:|^\s*#",
    re.IGNORECASE | re.MULTILINE,
)
ROBOTS_LENGTH = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read


class Robots(Middleware):
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
            self._note_unreadable(response)
            self._slow_down(site, rules)
        return rules

    def _note_unreadable(self, response: Response) -> None:
        """Say that a robots.txt holds no rule that could be read; it then allows everything."""
        body = response.body[:ROBOTS_LENGTH]
        if response.status == 200 and body.strip() and not _RULES.search(body):
            detail = "It holds no rule that can be read, so nothing is forbidden."
            self.ledger.record(self.ledger.issue("robots_unreadable", detail, url=response.url))

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


def robots_words(status: int, headers: dict[str, str], body: bytes, url: str) -> dict[str, Any]:
    """Return what a robots.txt says to us, for a person: whether we may ask, and how slowly."""
    rules = read_robots(status, headers, body, url)
    if isinstance(rules, Forbidden):
        return {"allows": False, "delay": None, "says": str(rules)}
    home = urljoin(url, "/")
    allowed = rules.can_fetch(home, ROBOTS_AGENT)
    says = "" if allowed else f"{home} itself is forbidden to us."
    return {"allows": allowed, "delay": asked_delay(rules), "says": says}


def asked_delay(rules: Protego) -> float:
    """Return the seconds between requests that the rules ask of us, 0 where they ask nothing."""
    delay = rules.crawl_delay(ROBOTS_AGENT) or 0.0
    rate = rules.request_rate(ROBOTS_AGENT)
    if rate is not None and rate.requests:
        delay = max(delay, rate.seconds / rate.requests)
    return float(delay)
