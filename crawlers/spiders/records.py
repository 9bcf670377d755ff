"""Base of spiders whose source is pages of JSON that a search API gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from crawlers.answers import judge
from crawlers.politeness import headers_of
from crawlers.spiders.base import LIST_PRIORITY, PoliteSpider, Yielded


class SearchSpider(PoliteSpider):
    """Asks an API for page after page; a subclass says what to ask and reads what comes."""

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the request for the first page."""
        yield self.search(None)

    def search(self, token: str | None) -> Request:
        """Return the request for the page that `token` names, None for the first."""
        return Request(
            urljoin(self.source.base_url, self.source.options["path"]),
            method="POST",
            body=json.dumps(self.payload(token)),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            callback=self.search_received,
            errback=self.list_came_to_nothing,
            priority=LIST_PRIORITY,
        )

    def payload(self, token: str | None) -> dict[str, Any]:
        """Return what is asked."""
        raise NotImplementedError

    def rows(self, body: bytes, url: str) -> Iterator[Yielded]:
        """Read a page: yield its documents, and the request for the next page."""
        raise NotImplementedError

    def search_received(self, response: Response) -> Iterator[Yielded]:
        """Read an answer, or end the source where it is none."""
        answer = judge(response.status, headers_of(response), response.body)
        if answer.meaning == "body":
            yield from self.rows(response.body, response.url)
            return
        if answer.meaning == "failed":
            answer = answer._replace(detail=f"{answer.detail} {self.error(response.body)}".strip())
        yield from self.list_refused(response, answer)

    def error(self, body: bytes) -> str:
        """Return what the body of an error answer says."""
        raise NotImplementedError
