"""Base of spiders whose source is pages of links: lists, the pages they link, and their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from core.keys import canonical_url
from core.records import Waiting
from crawlers.answers import judge
from crawlers.dates import read_date
from crawlers.feeds import parse_feed
from crawlers.hosts import follows
from crawlers.pages import (
    SELECTORS,
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
from crawlers.spiders.base import (
    LIST_PRIORITY,
    NEXT_PRIORITY,
    Opened,
    PoliteSpider,
    Wanted,
    Yielded,
    wanted,
)

_MOST_SKIPPED = 3
REFERENCE_FIELDS = ("reference", "identification")
DATE_FIELDS = ("publication date",)


class ListSpider(PoliteSpider):
    """Follows lists to landing pages and these to files.

    A subclass names the labels of description lists that it knows: they stand in the archived page,
    and the reader of the page takes them from there. Any other label becomes an issue.
    """

    selectors = SELECTORS
    page_kind: ClassVar[str] = ""
    kept_fields: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.pages: set[str] = set()
        self.feeds: list[Request] = []
        self.rows_seen: dict[str, set[str]] = {}
        self.skipped: Counter[str] = Counter()  # pages of a list that showed nothing new
        self.resumed: set[str] = set()  # lists at a page of which an earlier night stopped
        self.landings = 0
        self.empty_landings = 0

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the first page of each list, and the page at which an earlier night stopped."""
        for path in self.source.options.get("lists", []):
            yield from self.list_page(urljoin(self.source.base_url, path), path)
        for path in self.source.options.get("feeds", []):
            self.feed(urljoin(self.source.base_url, path))
        for each in self.plan.rest.get(self.source.id, ()):
            if each.list is not None:
                self.resumed.add(each.list)
                yield from self.list_page(each.url, each.list, required=False, following=True)

    def list_page(
        self, url: str, name: str, *, required: bool = True, following: bool = False
    ) -> Iterator[Yielded]:
        """Yield the request for a page of the list `name`, once in a night.

        A source ends where a required list cannot be had; another one costs an issue. A page
        `following` another waits until that one's documents have been had.
        """
        address = canonical_url(url)
        if address in self.pages or not follows(self.source, address):
            return
        self.pages.add(address)
        if following and self.ledger.cut:
            self.ledger.wait(Waiting(url=address, list=name))
            return
        yield Request(
            address,
            callback=self.list_received,
            errback=self.list_came_to_nothing,
            cb_kwargs={"name": name, "required": required, "following": following},
            priority=NEXT_PRIORITY if following else LIST_PRIORITY,
        )

    def feed(self, url: str) -> None:
        """Keep a list's feed to be asked for once in a night, and not on the first one.

        It tells what has changed since; on the first night the list itself says more. It is read
        after all lists, which say more of a new document than the feed's title.
        """
        address = canonical_url(url)
        if address in self.pages or not follows(self.source, address) or not self.plan.known:
            return
        self.pages.add(address)
        request = Request(
            address,
            callback=self.feed_received,
            errback=self.list_came_to_nothing,
            cb_kwargs={"required": False},
        )
        self.feeds.append(request)

    def last_lists(self) -> list[Request]:
        """Return the requests for the feeds that were found."""
        feeds, self.feeds = self.feeds, []
        return feeds

    def feed_received(self, response: Response, *, required: bool) -> Iterator[Yielded]:
        """Follow the items of a feed; each says when it last changed."""
        answer = judge(response.status, headers_of(response), response.body)
        if answer.meaning != "body":
            yield from self.list_refused(response, answer, required=required)
            return
        items = parse_feed(response.body, response.url)
        if not items:
            detail = "The feed was answered, but no item was found in it."
            yield self.ledger.issue("parser_found_nothing", detail, url=response.url)
        for item in items:
            if self.is_ours(item.url):
                document = wanted(item.url, title=item.title, kind=self.page_kind)
                yield from self.follow(document, item.changed)

    def list_received(
        self, response: Response, name: str, *, required: bool, following: bool
    ) -> Iterator[Yielded]:
        """Follow the rows of a list page, then its next page.

        Where only what is new is looked for, a page without anything unknown is the last one.
        """
        answer = judge(response.status, headers_of(response), response.body)
        if answer.meaning != "body":
            yield from self.list_refused(response, answer, required=required)
            return
        page = parse_list(response.body, response.url)
        yield from self.unhandled(page.left, response.url)
        seen = self.rows_seen.setdefault(name, set())
        fresh = [row for row in page.rows if row.url not in seen]
        seen.update(row.url for row in fresh)
        unknown = [row for row in fresh if canonical_url(row.url) not in self.plan.known]
        for row in fresh:
            yield from self.row(row)
        yield from self.more_lists(page.links)
        for feed in page.feeds:
            self.feed(feed)
        whole = self.ledger.walk == "full" or (following and name in self.resumed)
        if fresh and not unknown and not whole:
            return
        goes_on = page.next_url is not None and page.next_url not in self.pages
        if goes_on and (fresh or self.may_skip(page, name)):
            yield from self.list_page(page.next_url or "", name, required=required, following=True)
        else:
            yield from self.list_ended(page, name, response.url, repeats=not fresh)

    def may_skip(self, page: ListPage, name: str) -> bool:
        """Say whether to go on behind a page that showed nothing new: some lists give one twice."""
        found = len(self.rows_seen[name])
        if not page.rows or page.total is None or found >= page.total:
            return False
        self.skipped[name] += 1
        return self.skipped[name] <= _MOST_SKIPPED

    def list_ended(
        self, page: ListPage, name: str, url: str, *, repeats: bool
    ) -> Iterator[Yielded]:
        """Say what is wrong with a list that has come to its end, if anything is."""
        found = len(self.rows_seen[name])
        if not page.rows and not page.says_empty:
            self.ledger.parser_failed = True
            detail = "The page was answered, but no item of a list was found on it."
            yield self.ledger.issue("parser_found_nothing", detail, level="error", url=url)
        elif page.rows and repeats and (page.total is None or found < page.total):
            detail = f"The list repeats itself after {found} items; it was left there."
            yield self.ledger.issue("list_repeats", detail, url=url)
        if self.ledger.walk == "full" and page.total is not None and found < page.total:
            detail = f"The list counts {page.total} items, and {found} were found."
            self.ledger.short = detail if found else ""
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
        yield from self.follow(document)

    def follow(self, document: Wanted, changed: str | None = None) -> Iterator[Yielded]:
        """Follow an item of a list or feed to a file or a landing page."""
        if is_file(document.url):
            file = replace(document, language=file_language(document.url), expects="file")
            yield from self.document(file, changed=changed)
        else:
            page = replace(document, language=page_language(document.url))
            yield from self.document(page, self.open_landing, changed=changed)

    def opener(self, url: str) -> Opened | None:
        """Return what reads the page at a known address."""
        return None if is_file(url) else self.open_landing

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
        if "\ufffd" in landing.title:
            yield from self.unhandled(["text in another encoding than the page says"], page.url)
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
            expects="file",
        )
        # a page that has changed may offer another file under the old address
        yield from self.document(document, recheck=page.key in self.changed)

    def more_lists(self, links: Iterable[str]) -> Iterator[Yielded]:  # noqa: ARG002 - a hook
        """Yield requests for further lists that a page links; by default none."""
        return iter(())

    def is_ours(self, url: str) -> bool:
        """Say whether the source's card lets an address be asked."""
        return follows(self.source, url)

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
