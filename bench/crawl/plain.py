"""Plain Scrapy fetching the same pages, one at a time: `python -m bench.crawl.plain ADDRESS`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class PlainSpider(Spider):
    """Follows lists to pages and pages to files, and keeps nothing."""

    name = "plain"

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.pages = 0

    async def start(self) -> Any:
        """Begin at the list."""
        yield Request(f"{self.address}/library_en")

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """Follow a list."""
        self.pages += 1
        for link in response.css("article a::attr(href)").getall():
            yield response.follow(link, callback=self.page)
        for link in response.css(".ecl-pagination__item--next a::attr(href)").getall():
            yield response.follow(link, callback=self.parse)

    def page(self, response: Response) -> Iterator[Request]:
        """Follow a page's file."""
        self.pages += 1
        for link in response.css("a.ecl-file__download::attr(href)").getall():
            yield response.follow(link, callback=self.file)

    def file(self, response: Response) -> None:
        """Count a file."""
        self.pages += bool(response.body)

    def closed(self, _reason: str) -> None:
        """Say how many pages there were."""
        sys.stdout.write(f"{self.pages}\n")


def main() -> None:
    """Crawl the address given."""
    settings = {"CONCURRENT_REQUESTS": 1, "DOWNLOAD_DELAY": 0, "LOG_ENABLED": False,
                "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": True}  # fmt: skip
    process = CrawlerProcess(settings)
    process.crawl(PlainSpider, address=sys.argv[1])
    process.start()


if __name__ == "__main__":
    main()
