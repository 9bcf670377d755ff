"""AsktheEU.org: lists of access-to-documents requests, their data, their pages, the files in them.

A list shows a request, its JSON tells whether something has happened, its page is the first
document (the correspondence), and each file of an answer is one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from core.records import Fetched
from crawlers.answers import judge
from crawlers.plan import Known
from crawlers.politeness import headers_of
from crawlers.request_data import AWAITING, RequestData, parse_data, standing
from crawlers.requests import (
    LAST_PAGE,
    SELECTORS,
    Attachment,
    RequestList,
    RequestPage,
    RequestRow,
    attachment_key,
    is_attachment,
    parse_request,
    parse_requests,
    request_address,
    request_slug,
)
from crawlers.spiders.attachments import AttachmentSpider
from crawlers.spiders.base import Opened, Wanted, Yielded, wanted
from crawlers.spiders.due import is_due, whole_body
from crawlers.spiders.wanted import said

_DATA_PRIORITY = 2  # after documents that are new: newest first, request by request


class AsktheeuSpider(AttachmentSpider):
    """Lists of all requests, of states, tags and bodies -> JSON -> correspondence -> files.

    Options of the card: `lists` (paths, required), `bodies` and `tags` (their names in addresses),
    `states` (only requests in one of these are followed; empty: all).
    """

    name = "asktheeu"
    selectors = SELECTORS

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.visited: set[str] = set()
        self.news: set[str] = set()  # keys of requests in which something has happened

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the first page of each list; of each tag and body where lists are walked whole.

        Whatever is new in those is new in the list of all requests too.
        """
        yield from super().first_requests()
        if self.ledger.walk != "full":
            return
        named = [("list", tag) for tag in self.source.options.get("tags", [])]
        named += [("body", body) for body in self.source.options.get("bodies", [])]
        for kind, name in named:
            path = f"/{kind}/{name}"
            yield from self.list_page(self._whole(path), path, required=False)

    def _whole(self, path: str) -> str:
        return request_address(urljoin(self.source.base_url, path))

    def list_received(
        self, response: Response, name: str, *, required: bool, following: bool
    ) -> Iterator[Yielded]:
        """Follow the rows of a list page, then its next page; or read a request's data."""
        if request_slug(name):
            yield from self.data_received(response, name)
            return
        answer = judge(response.status, headers_of(response), response.body)
        if answer.meaning != "body":
            yield from self.list_refused(response, answer, required=required)
            return
        page = parse_requests(response.body, response.url)
        yield from self.unhandled(page.left, response.url)
        seen = self.rows_seen.setdefault(name, set())
        fresh = [row for row in page.rows if row.url not in seen]
        seen.update(row.url for row in fresh)
        for row in fresh:
            yield from self.request_row(row)
        whole = self.ledger.walk == "full" or (following and name in self.resumed)
        if fresh and not whole and all(self.is_old(row) for row in fresh):
            return
        yield from self.go_on(page, name, response.url, fresh=bool(fresh))

    def go_on(self, page: RequestList, name: str, url: str, *, fresh: bool) -> Iterator[Yielded]:
        """Ask for the next page of a list, or say what is wrong with its end, if anything is."""
        number, found = page_number(url), len(self.rows_seen[name])
        more = page.next_url is not None or (page.total is not None and found < page.total)
        if not page.rows and not page.says_empty:
            self.ledger.parser_failed = True
            detail = "The page was answered, but no request was found on it."
            yield self.ledger.issue("parser_found_nothing", detail, level="error", url=url)
        elif page.rows and not fresh:
            detail = f"The list repeats itself after {found} requests; it was left there."
            yield self.ledger.issue("list_repeats", detail, url=url)
        elif more and number >= LAST_PAGE:
            yield self.ledger.issue("list_cut", cut_detail(name, found, page.total), url=url)
        elif page.next_url is not None:
            yield from self.list_page(page.next_url, name, required=False, following=True)
        elif more and self.ledger.walk == "full":
            detail = f"The list counts about {page.total} requests, and {found} were found."
            yield self.ledger.issue("list_incomplete", detail, url=url)

    def request_row(self, row: RequestRow) -> Iterator[Yielded]:
        """Follow a request on a list: to its data, or to our copy where nothing has happened."""
        slug = request_slug(row.url)
        states = self.source.options.get("states", [])
        if slug is None or slug in self.visited:
            return
        if states and row.state is not None and row.state not in states:
            return
        self.visited.add(slug)
        if not self.is_ours(row.url):
            yield from self.unhandled(
                [f"item of another site: {urlsplit(row.url).netloc}"], row.url
            )
        elif self.is_quiet(row):
            yield from self.confirm(wanted(row.url))
        else:
            yield from self.data(slug)

    def is_old(self, row: RequestRow) -> bool:
        """Say whether a row shows nothing that came after our copy: what follows is older yet."""
        known = self.plan.known.get(row.url)
        return known is not None and (row.date is None or row.date < known.fetched_at[:10])

    def is_quiet(self, row: RequestRow) -> bool:
        """Say whether a closed request shows nothing that our copy does not have, nor is due."""
        known = self.plan.known.get(row.url)
        if known is None or row.state in AWAITING:
            return False
        if is_due(known, self.source, self.plan, row.date):
            return False
        copy = self.page_at_hand(known)
        if copy is None or row.state != copy.state:
            return False
        return row.message is None or row.message in copy.dates

    def is_open(self, known: Known | None) -> bool:
        """Say whether our copy of a request's page still awaits an answer."""
        copy = self.page_at_hand(known) if known is not None else None
        return copy is not None and copy.state in AWAITING

    def page_at_hand(self, known: Known) -> RequestPage | None:
        """Return our copy of a request's page as read, None where its bytes are not at hand."""
        body = self._copy(known)
        page = parse_request(body, self.source.base_url) if body is not None else None
        return page if page is not None and not page.is_empty else None

    def data(self, slug: str) -> Iterator[Yielded]:
        """Yield the request for what the site states of a request in JSON, once in a night."""
        name = f"/request/{slug}"
        for line in self.list_page(self._whole(f"{name}.json"), name, required=False):
            yield line.replace(priority=_DATA_PRIORITY) if isinstance(line, Request) else line

    def data_received(self, response: Response, name: str) -> Iterator[Yielded]:
        """Follow a request to its page where its data say that something has happened."""
        answer = judge(response.status, headers_of(response), response.body)
        if answer.code in ("challenge", "rate_limited"):
            yield from self.list_refused(response, answer, required=False)
            return
        data = parse_data(response.body) if answer.meaning == "body" else None
        if data is None:
            detail = f"The data of the request cannot be had ({answer.detail or 'no JSON'})."
            if self.ledger.first_time(detail):
                yield self.ledger.issue("no_request_data", detail, url=response.url)
            page = wanted(self._whole(name))
            recheck = self.is_open(self.plan.known.get(page.url))
            yield from self.document(page, self.open_request, recheck=recheck)
            return
        yield from self.unhandled(data.left, response.url)
        self.visited.add(data.slug)
        page = wanted(
            self._whole(f"/request/{data.slug}"),
            key=f"{self.source.id}:{data.number}",
            title=data.title or None,
            published=data.created,
            kind="request",
        )
        known = self.plan.known.get(page.url)
        if known is None or self.is_due_whole(known):
            yield from self.document(page, self.open_request, recheck=True)
        elif self.has_news(known, data):
            self.news.add(known.document_key)
            yield from self.document(page, self.open_request, recheck=True)
        else:
            yield self.still_good(page, known, response)
            yield from self.confirm(page)

    def is_due_whole(self, known: Known) -> bool:
        """Say whether a page is to be had again whatever its data say, as one recheck in four."""
        due = is_due(known, self.source, self.plan)
        return due and whole_body(known, self.source, self.plan)

    def has_news(self, known: Known, data: RequestData) -> bool:
        """Say whether a request's data tell of more than our copy of its page has."""
        copy = self.page_at_hand(known)
        if copy is None or not data.messages <= set(copy.dates):
            return True
        stated = data.state is not None and copy.state is not None
        if stated and standing(data.state) != standing(copy.state):
            return True
        # to the day, as the site's clock and ours may differ
        return data.changed is None or data.changed[:10] >= known.fetched_at[:10]

    def still_good(self, page: Wanted, known: Known, response: Response) -> Fetched:
        """Return the line that says: the site states that our copy is what it has."""
        page = replace(page, key=known.document_key, title=None, published=None)
        return Fetched(
            **said(page, self.source.id),
            final_url=response.url,
            status=response.status,
            outcome="not_modified",
        )

    def confirm(self, page: Wanted) -> Iterator[Yielded]:
        """Take our copy of a request's page for what is there, and follow it to its files."""
        known = self.plan.known[page.url]
        body = self._copy(known)
        self.ledger.listed.add(known.document_key)
        if body is None or known.document_key in self.asked:
            return
        self.asked.add(known.document_key)
        self.ledger.confirmed.add(known.document_key)
        yield from self.open_request(body, replace(page, key=known.document_key))[1]

    def opener(self, url: str) -> Opened | None:
        """Return what reads the page at a known address."""
        return None if is_attachment(url) else self.open_request

    def open_request(self, body: bytes, page: Wanted) -> tuple[Wanted, Iterable[Yielded]]:
        """Return what a request's page says of itself, and what it leads to."""
        read = parse_request(body, page.url)
        key = page.key
        if read.number is not None and key.startswith("url:"):
            key = f"{self.source.id}:{read.number}"
            self.ledger.listed.discard(page.key)
            self.ledger.listed.add(key)
            self.asked.add(key)
        first = min((date for date in read.dates.values() if date), default=None)
        document = replace(
            page,
            key=key,
            title=read.title or page.title,
            published=page.published or first,
            kind="request",
            reference="; ".join(read.references) or None,
        )
        return document, self.follow_request(read, document)

    def follow_request(self, read: RequestPage, page: Wanted) -> Iterator[Yielded]:
        """Follow a request's page to the files in its answers."""
        self.landings += 1
        if read.is_empty:
            self.empty_landings += 1
            detail = "The page was answered, but no message of a request was found on it."
            yield self.ledger.issue("parser_found_nothing", detail, level="error", url=page.url)
        yield from self.unhandled(read.left, page.url)
        if read.hidden:
            detail = f"The site hides {read.hidden} of the request's attachments."
            yield self.ledger.issue("attachment_hidden", detail, level="info", url=page.url)
        for attachment in read.attachments:
            if attachment.is_signature:
                yield from self.left_out(attachment)
            else:
                yield from self.attachment(attachment, read, page)

    def left_out(self, attachment: Attachment) -> Iterator[Yielded]:
        """Say once in a crawl that pictures of signatures are not fetched."""
        if self.ledger.first_time("signature_images"):
            detail = f"Logos and pictures of signatures are left out, such as {attachment.name}."
            yield self.ledger.issue("signature_images", detail, level="info", url=attachment.url)

    def attachment(
        self, attachment: Attachment, read: RequestPage, page: Wanted
    ) -> Iterator[Yielded]:
        """Follow a file of an answer."""
        request = page.key.removeprefix(f"{self.source.id}:")
        numbered = page.key != request
        document = wanted(
            attachment.url,
            key=attachment_key(self.source.id, request, attachment) if numbered else None,
            landing_url=page.url,
            title=attachment.name,
            published=read.dates.get(f"incoming-{attachment.message}"),
            kind="attachment",
            reference="; ".join(read.references) or None,
            expects="file",
        )
        # a request in which something has happened may offer another file under the old address
        recheck = page.key in self.changed or page.key in self.news
        yield from self.document(document, recheck=recheck)

    def unlisted(self) -> Iterator[Yielded]:
        """Yield requests for what no list showed: open requests, then known documents as usual."""
        if self.ledger.verdict is None and not self.ledger.parser_failed:
            for url, known in self.plan.known.items():
                yield from self.still_open(url, known)
        yield from super().unlisted()

    def still_open(self, url: str, known: Known) -> Iterator[Yielded]:
        """Yield the request for the data of a known request that awaits an answer."""
        slug = None if is_attachment(url) else request_slug(url)
        if slug is None or slug in self.visited or not self.is_ours(url):
            return
        self.visited.add(slug)
        if known.document_key not in self.asked and self.is_open(known):
            yield from self.data(slug)


def page_number(url: str) -> int:
    """Return which page of a list an address is.

    >>> page_number("https://x.eu/list?page=3"), page_number("https://x.eu/list")
    (3, 1)
    """
    pairs = (pair.partition("=") for pair in urlsplit(url).query.split("&"))
    said = next((value for name, _, value in pairs if name == "page"), "1")
    return int(said) if said.isdecimal() and len(said) < 6 else 1


def cut_detail(name: str, found: int, total: int | None) -> str:
    """Return what a list that is cut off means, and how the rest of it can be had."""
    parts = "?request_date_after=2023/01/01&request_date_before=2023/12/31"
    of = f" of about {total}" if total is not None else ""
    return (
        f"The site gives only the first {found}{of} requests of {name}. For the others name bodies"
        f" or tags in the card's options, or split the list by date there: {name}{parts}."
    )
