"""EU Emergency Trust Fund for Africa: programme list, programme pages, their files.

Country pages list programmes too; they are a second way to them, where a page links them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from crawlers.pages import ListPage
from crawlers.spiders.base import Yielded
from crawlers.spiders.lists import ListSpider

_COUNTRY = re.compile(r"/where-we-work/regions-countries/[a-z-]+/[a-z-]+_en")


class EutfSpider(ListSpider):
    """Programme list and country pages -> programme pages -> files."""

    name = "eutf"
    page_kind = "programme"
    kept_fields = frozenset(
        {
            "total cost", "total estimated cost", "eutf contribution", "eu contribution",
            "trust fund contribution", "co-financing", "implementing partner",
            "implementing partners", "implementing organisations", "country", "countries",
            "region", "region and country", "regional window", "window", "adoption date",
            "status", "duration", "start date", "end date", "thematic objective", "objective",
            "strategic objective", "sector", "description",
        }
    )  # fmt: skip

    def more_lists(self, links: Iterable[str]) -> Iterator[Yielded]:
        """Yield requests for the country pages that a page links."""
        for url in links:
            if _COUNTRY.fullmatch(urlsplit(url).path):
                yield from self.list_page(url, urlsplit(url).path, required=False)

    def list_ended(
        self, page: ListPage, name: str, url: str, *, repeats: bool
    ) -> Iterator[Yielded]:
        """Take a country page without programmes for what it is: not every country has one."""
        if _COUNTRY.fullmatch(urlsplit(url).path) and not page.rows:
            detail = "The country page shows no programme."
            yield self.ledger.issue("no_programme", detail, level="info", url=url)
            return
        yield from super().list_ended(page, name, url, repeats=repeats)
