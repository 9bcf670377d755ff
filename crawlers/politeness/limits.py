"""Whom we may ask, and how much of it in one night."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import SplitResult, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future

from core.keys import url_key
from crawlers.hosts import follows, is_loopback, is_public, literal_address
from crawlers.ledger import OVER
from crawlers.politeness.common import Forbidden, Middleware, SeenTonight, Stopped


class Limits(Middleware):
    """Lets a request pass while there is time and budget, a contact, and a host that is ours."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """Build it and count what reaches the network."""
        limits = cls(crawler)
        crawler.signals.connect(limits.count, signals.request_reached_downloader)
        return limits

    def count(self, request: Request) -> None:
        """Count a request; retries, redirects and robots.txt count like any other."""
        self.ledger.night.requests[urlsplit(request.url).netloc] += 1

    async def process_request(self, request: Request) -> None:
        """Refuse what is over a limit; see the exceptions of `common`."""
        remaining = self._check_night(request)
        await self._check_host(request)
        self._check_redirect(request)
        await self._wait_for_turn(urlsplit(request.url))
        request.meta.pop("download_slot", None)  # a redirect must wait in its new host's line
        timeout = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        request.meta["download_timeout"] = min(timeout, remaining + 1.0)

    def _check_night(self, request: Request) -> float:
        """Return the seconds that are left; raise `Stopped` where time or budget is used up."""
        ledger, host = self.ledger, urlsplit(request.url).netloc
        remaining = ledger.night.remaining()
        asked = ledger.night.requests[host]
        if not remaining:
            ledger.end("interrupted", OVER)
        elif asked >= ledger.source.pace.budget:
            ledger.end("interrupted", f"The budget of {asked} requests to {host} is used up.")
        if ledger.verdict is not None:
            raise Stopped(ledger.detail)
        return remaining

    async def _check_host(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if urlsplit(request.url).netloc in self.ledger.night.walled:
            raise Forbidden("challenge", "refused", f"{host} turned us away before, tonight.")
        if not follows(self.ledger.source, request.url):
            detail = f"{request.url} is on a host that the card of the source does not name."
            raise Forbidden("foreign_host", "refused", detail)
        if is_loopback(host):  # which a card must name, and only the replica's do
            request.meta.setdefault("proxy", None)
            return
        spider: Any = self.crawler.spider
        if not spider.plan.contact:
            raise Forbidden("no_contact", "refused", f"{host} is not asked without a contact.")
        address = literal_address(host) or await self._resolved(host)
        if address is not None and not is_public(address):
            detail = f"{host} lies on a private network ({address}); nothing is asked there."
            raise Forbidden("private_address", "refused", detail)

    async def _wait_for_turn(self, address: SplitResult) -> None:
        slots = self.crawler.engine.downloader.per_slot_settings
        asked = slots.get(address.hostname or "", {}).get("delay", 0.0)
        delay = max(asked, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        wait = self.ledger.night.turn(address.netloc, delay)
        if wait > 0:
            await asyncio.sleep(wait)

    async def _resolved(self, host: str) -> str | None:
        """Return the address of a name; it is cached, so the connection goes to the same one.

        None where the name cannot be resolved here: the download then fails, or a proxy knows it.
        """
        from twisted.internet import reactor  # noqa: PLC0415 - is chosen by Scrapy at its start

        try:
            found: Any = reactor.resolve(host)  # type: ignore[arg-type]
            address = await maybe_deferred_to_future(found)
        except Exception:  # noqa: BLE001 - the resolver's own errors are many
            return None
        return str(address)

    def _check_redirect(self, request: Request) -> None:
        wanted = request.cb_kwargs.get("wanted")
        if wanted is None or not request.meta.get("redirect_times"):
            return
        spider: Any = self.crawler.spider
        key, asked = url_key(request.url), spider.asked
        if key == wanted.key or (key.startswith("url:") and wanted.url in spider.plan.known):
            return
        # claimed: this is a second try
        if key in spider.young or (key in asked and key != request.meta.get("claimed")):
            raise SeenTonight(f"{wanted.url} leads to {key}, which was asked for tonight.")
        asked.add(key)
        request.meta["claimed"] = key
