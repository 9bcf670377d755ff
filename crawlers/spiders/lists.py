"""Base of spiders whose source is pages of links: lists, the pages they link, and their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from core.keys import canonical_url
from crawlers.answers import judge
from crawlers.dates import read_date
from crawlers.pages import (
    FileLink,
    LandingPage,
    ListPage,
    Row,
    file_language,
    find_reference,
    is_file,
    page_language,
    parse_landing,
    parse_list,
)
from crawlers.politeness import headers_of
from crawlers.spiders.base import LIST_PRIORITY, PoliteSpider, Wanted, Yielded, wanted

REFERENCE_FIELDS = ("reference", "identification")
DATE_FIELDS = ("publication date",)


class ListSpider(PoliteSpider):
    """Follows lists to landing pages and these to files.

    A subclass names the labels of description lists that it knows: they stand in the archived page,
    and the reader of the page takes them from there. Any other label becomes an issue.
    """

    page_kind: ClassVar[str] = ""
    kept_fields: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.pages: set[str] = set()
        self.rows_seen: dict[str, set[str]] = {}
        self.landings = 0
        self.empty_landings = 0

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the first page of each list that the card names."""
        for path in self.source.options.get("lists", []):
            yield from self.list_page(urljoin(self.source.base_url, path), path)

    def list_page(self, url: str, name: str, *, required: bool = True) -> Iterator[Yielded]:
        """Yield the request for a page of the list `name`, once in a night.

        A source ends where a required list cannot be had; another one costs an issue.
        """
        address = canonical_url(url)
        if address in self.pages:
            return
        self.pages.add(address)
        yield Request(
            address,
            callback=self.list_received,
            errback=self.list_came_to_nothing,
            cb_kwargs={"name": name, "required": required},
            priority=LIST_PRIORITY,
        )

    def list_received(self, response: Response, name: str, *, required: bool) -> Iterator[Yielded]:
        """Follow the rows of a list page, then its next page."""
        answer = judge(response.status, headers_of(response), response.body)
        if answer.meaning != "body":
            yield from self.list_refused(response, answer, required=required)
            return
        page = parse_list(response.body, response.url)
        yield from self.unhandled(page.left, response.url)
        seen = self.rows_seen.setdefault(name, set())
        fresh = [row for row in page.rows if row.url not in seen]
        seen.update(row.url for row in fresh)
        for row in fresh:
            yield from self.row(row)
        yield from self.more_lists(page.links)
        if fresh and page.next_url and page.next_url not in self.pages:
            yield from self.list_page(page.next_url, name, required=required)
        else:
            yield from self.list_ended(page, name, response.url, repeats=not fresh)

    def list_ended(
        self, page: ListPage, name: str, url: str, *, repeats: bool
    ) -> Iterator[Yielded]:
        """Say what is wrong with a list that has come to its end, if anything is."""
        found = len(self.rows_seen[name])
        if not page.rows and not page.says_empty:
            self.ledger.parser_failed = True
            detail = "The page was answered, but no item of a list was found on it."
            yield self.ledger.issue("parser_found_nothing", detail, level="error", url=url)
        elif page.rows and repeats:
            detail = f"The list repeats itself after {found} items; it was left there."
            yield self.ledger.issue("list_repeats", detail, url=url)
        if page.total is not None and found < page.total:
            detail = f"The list counts {page.total} items, and {found} were found."
            yield self.ledger.issue("list_incomplete", detail, level="error", url=url)

    def row(self, row: Row) -> Iterator[Yielded]:
        """Follow one item: to a file, or to a landing page of this or another EU site."""
        if not self.is_ours(row.url):
            yield from self.unhandled(
                [f"item of another site: {urlsplit(row.url).netloc}"], row.url
            )
            return
        yield from self.unhandled_fields(row.fields, row.url)
        document = wanted(
            row.url,
            title=row.title,
            published=row.published,
            kind=row.kind or self.page_kind,
            reference=find_reference(row.title),
        )
        if is_file(row.url):
            language = file_language(row.url)
            yield from self.document(replace(document, language=language))
        else:
            document = replace(document, language=page_language(row.url))
            yield from self.document(document, self.open_landing)

    def open_landing(self, body: bytes, page: Wanted) -> tuple[Wanted, Iterable[Yielded]]:
        """Return what a landing page says of itself, and what it leads to."""
        landing = parse_landing(body, page.url)
        known = {label.casefold(): value for label, value in landing.fields}
        stated = next((known[name] for name in REFERENCE_FIELDS if known.get(name)), None)
        dated = next((known[name] for name in DATE_FIELDS if known.get(name)), "")
        document = replace(
            page,
            title=landing.title or page.title,
            published=read_date(dated) or landing.published or page.published,
            kind=landing.kind or page.kind,
            reference=(find_reference(stated) or stated) if stated else page.reference,
        )
        return document, self.follow_landing(landing, document)

    def follow_landing(self, landing: LandingPage, page: Wanted) -> Iterator[Yielded]:
        """Follow a landing page's files and lists."""
        self.landings += 1
        if landing.is_empty:
            self.empty_landings += 1
            detail = "The page was answered, but neither title nor fields nor files were found."
            yield self.ledger.issue("parser_found_nothing", detail, level="error", url=page.url)
        yield from self.unhandled(landing.left, page.url)
        yield from self.unhandled_fields(landing.fields, page.url)
        for link in landing.files:
            yield from self.file(link, page)
        yield from self.more_lists(landing.links)

    def file(self, link: FileLink, page: Wanted) -> Iterator[Yielded]:
        """Follow a file that a landing page offers."""
        if not self.is_ours(link.url):
            yield from self.unhandled(
                [f"file of another site: {urlsplit(link.url).netloc}"], link.url
            )
            return
        document = wanted(
            link.url,
            landing_url=page.url,
            title=link.title,
            published=link.published or page.published,
            language=link.language,
            kind=page.kind,
            reference=find_reference(f"{link.title} {link.url}") or page.reference,
        )
        yield from self.document(document)

    def more_lists(self, links: Iterable[str]) -> Iterator[Yielded]:  # noqa: ARG002 - a hook
        """Yield requests for further lists that a page links; by default none."""
        return iter(())

    def is_ours(self, url: str) -> bool:
        """Say whether an address is on this source's site or on another one of the EU's."""
        parts = urlsplit(url)
        if parts.netloc == urlsplit(self.source.base_url).netloc:
            return True
        return parts.scheme == "https" and f".{parts.hostname}".endswith(".europa.eu")

    def settle(self) -> None:
        """Take it for a change of markup when no landing page could be read."""
        if self.landings and self.empty_landings == self.landings:
            self.ledger.parser_failed = True

    def unhandled(self, left: Iterable[str], url: str) -> Iterator[Yielded]:
        """Yield an issue for each thing that was not understood, once in a crawl."""
        for what in left:
            if self.ledger.first_time(what):
                yield self.ledger.issue("unhandled_field", what, url=url)

    def unhandled_fields(self, fields: Iterable[tuple[str, str]], url: str) -> Iterator[Yielded]:
        """Yield an issue for each label that is neither taken nor kept by name."""
        taken = self.kept_fields | set(REFERENCE_FIELDS) | set(DATE_FIELDS)
        unknown = [label for label, _ in fields if label.casefold() not in taken]
        yield from self.unhandled([f"description list label: {label}" for label in unknown], url)
