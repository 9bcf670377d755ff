"""Waiting: after an error as long as the site asks, and between requests as long as it takes."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from crawlers.answers import is_challenge, retry_after
from crawlers.politeness.common import Middleware, headers_of

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
logger = logging.getLogger(__name__)


class Throttle(AutoThrottle):
    """Scrapy's adaptive delay: a site that answers slowly is asked more slowly.

    It never goes below what robots.txt asks of us, which Scrapy's own would forget.
    """

    def _adjust_delay(self, slot: Any, latency: float, response: Response) -> None:
        asked = self.crawler.engine.downloader.per_slot_settings
        host = next((name for name, each in self.slots() if each is slot), "")
        self.mindelay = max(self._min_delay(), asked.get(host, {}).get("delay", 0.0))
        self.maxdelay = max(self._max_delay(), self.mindelay)
        super()._adjust_delay(slot, latency, response)

    def slots(self) -> Any:
        """Return the lines in which requests to a host wait, by host."""
        return self.crawler.engine.downloader.slots.items()


class Patience(Middleware):
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
