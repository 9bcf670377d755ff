"""International Partnerships: publications, stories, and country pages with their action plans."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.answers import Answer, judge
from crawlers.decisions import file_name_of, read_name
from crawlers.ledger import State
from crawlers.pages import FileLink, ListPage, page_language, parse_landing
from crawlers.politeness import headers_of
from crawlers.spiders.base import Opened, Wanted, Yielded, wanted
from crawlers.spiders.lists import ListSpider

_COUNTRY = re.compile(r"/countries/[a-z0-9-]+_en")
_PUBLICATION = re.compile(r"/publications(?:-library)?/[^/]+_en")
COUNTRY_PAGE = "country page"


class IntpaSpider(ListSpider):
    """Publications lists and country pages -> publication pages -> files, ZIP bundles among them.

    The paths of the lists were not seen: several are tried, one that is not there is an issue, and
    the source ends where none is. A page that lists countries may do so by plain links.
    """

    name = "intpa"
    page_kind = "publication"
    kept_fields = frozenset(
        {
            "country", "countries", "country/countries", "related country", "related countries",
            "region", "regions", "related department", "related departments",
            "related department(s)", "department", "author", "corporate author", "description",
            "subject", "topic", "topics", "policy", "instrument", "year", "programming period",
            "budget", "eu contribution", "catalogue number", "isbn", "issn", "doi",
            "number of pages", "language", "languages", "last updated", "related links",
            "collection",
        }
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.lists_had = 0
        self.lists_lost: list[tuple[State, str]] = []

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the first page of each path that is tried; none of them must be there."""
        for path in self.source.options.get("try_lists", []):
            url = urljoin(self.source.base_url, path)
            yield from self.list_page(url, path, required=False)
        yield from super().first_requests()

    def list_received(
        self, response: Response, name: str, *, required: bool, following: bool
    ) -> Iterator[Yielded]:
        """Count the list among those that are there before it is read."""
        answer = judge(response.status, headers_of(response), response.body)
        self.lists_had += answer.meaning == "body"
        yield from super().list_received(response, name, required=required, following=following)

    def list_refused(
        self, response: Response, answer: Answer, *, required: bool = True
    ) -> Iterator[Yielded]:
        """Note that a list could not be had."""
        state: State = "refused" if answer.meaning == "refused" else "unreachable"
        self.lists_lost.append((state, f"{answer.detail} {response.url}"))
        yield from super().list_refused(response, answer, required=required)

    def list_came_to_nothing(self, failure: Failure) -> Iterator[Yielded]:
        """Note that a list could not be had."""
        if not self._is_over(failure):
            state: State = getattr(failure.value, "state", "unreachable")
            self.lists_lost.append((state, str(failure.value)))
        yield from super().list_came_to_nothing(failure)

    def list_ended(
        self, page: ListPage, name: str, url: str, *, repeats: bool
    ) -> Iterator[Yielded]:
        """Take a page without list items for one of links where it leads to countries."""
        if not page.rows and any(self.is_country(link) for link in page.links):
            return
        yield from super().list_ended(page, name, url, repeats=repeats)

    def more_lists(self, links: Iterable[str]) -> Iterator[Yielded]:
        """Yield requests for the country pages that a page links."""
        for url in links:
            if self.is_country(url):
                page = wanted(url, language=page_language(url), kind=COUNTRY_PAGE)
                yield from self.document(page, self.open_country)

    def is_country(self, url: str) -> bool:
        """Say whether an address is that of a country page of this site."""
        return self.is_ours(url) and bool(_COUNTRY.fullmatch(urlsplit(url).path))

    def opener(self, url: str) -> Opened | None:
        """Return what reads the page at a known address."""
        return self.open_country if self.is_country(url) else super().opener(url)

    def open_country(self, body: bytes, page: Wanted) -> tuple[Wanted, Iterable[Yielded]]:
        """Return what a country page says; it leads to publications besides its files."""
        document, files = self.open_landing(body, page)
        return document, itertools.chain(files, self.publications(body, page.url))

    def publications(self, body: bytes, url: str) -> Iterator[Yielded]:
        """Follow the publication pages that a country page links."""
        for link in parse_landing(body, url).links:
            if self.is_ours(link) and _PUBLICATION.fullmatch(urlsplit(link).path):
                document = wanted(link, language=page_language(link), kind=self.page_kind)
                yield from self.document(document, self.open_landing)

    def file(self, link: FileLink, page: Wanted) -> Iterator[Yielded]:
        """Follow a file; its name may say of which class it is, and of which decision."""
        named = read_name(file_name_of(link.url))
        if named is not None:
            page = replace(page, kind=named.kind, reference=named.reference)
        yield from super().file(link, page)

    def settle(self) -> None:
        """End the source where none of its lists could be had."""
        super().settle()
        if self.lists_lost and not self.lists_had:
            state, detail = self.lists_lost[0]
            self.ledger.end(state, f"None of the lists could be had: {detail}")
