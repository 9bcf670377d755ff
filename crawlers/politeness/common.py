"""What the middlewares share: the crawler, the books of its source, and refusals."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.ledger import Ledger, State


class Stopped(IgnoreRequest):
    """Raised for what is not asked any more tonight: the source has ended."""


class SeenTonight(IgnoreRequest):
    """Raised where a redirect leads to a document that was asked for already."""


class Forbidden(IgnoreRequest):
    """Raised where we may not ask; `code` names the issue, `state` what it means for a source."""

    def __init__(self, code: str, state: State, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.state = state


class Middleware:
    """Base of the middlewares."""

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


def headers_of(response: Response) -> dict[str, str]:
    """Return a response's headers as texts, names in lower case, repeated ones joined."""
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
