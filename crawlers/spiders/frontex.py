"""Frontex public register of documents: listing by tag -> dialog of each document -> its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from scrapy.http import Response

from core.keys import canonical_url
from crawlers.answers import judge
from crawlers.pages import is_file
from crawlers.politeness import headers_of
from crawlers.register import (
    SELECTORS,
    Dialog,
    Listing,
    language_of,
    listing_url,
    page_at,
    page_number,
    parse_dialog,
    parse_listing,
)
from crawlers.spiders.base import Opened, Wanted, Yielded, wanted
from crawlers.spiders.lists import ListSpider

ENTRY = "entry"  # the register's own page about a document, kept beside its files


class FrontexSpider(ListSpider):
    """Walks the listing of each tag of the card; a document is a dialog and one file or more.

    Pages count from 0, and 0 and 1 may be the same. A page without a document that was not seen
    ends a listing.
    """

    name = "frontex"
    selectors = SELECTORS
    page_kind = "register entry"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.linked: dict[str, int] = {}  # the highest page that a listing links

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the first page of each tag's listing, of the whole register where none is named."""
        for tag in self.source.options.get("tags") or [""]:
            url = listing_url(self.source.base_url, str(tag))
            yield from self.list_page(url, f"tag {tag}" if tag else "register")
        yield from super().first_requests()

    def list_received(
        self, response: Response, name: str, *, required: bool, following: bool
    ) -> Iterator[Yielded]:
        """Follow the documents of a page of a listing, then ask for the next page."""
        answer = judge(response.status, headers_of(response), response.body)
        if answer.meaning != "body":
            yield from self.list_refused(response, answer, required=required)
            return
        page = parse_listing(response.body, response.url)
        yield from self.unhandled(page.left, response.url)
        seen = self.rows_seen.setdefault(name, set())
        fresh = [entry for entry in page.entries if entry.post_id not in seen]
        seen.update(entry.post_id for entry in fresh)
        self.linked[name] = max(self.linked.get(name, 0), page.last or 0)
        unknown = [e for e in fresh if canonical_url(e.dialog_url) not in self.plan.known]
        for entry in fresh:
            document = wanted(
                entry.dialog_url, key=f"{self.name}:{entry.post_id}/{ENTRY}", kind=self.page_kind
            )
            yield from self.document(document, self.open_dialog)
        whole = self.ledger.walk == "full" or (following and name in self.resumed)
        if fresh and not unknown and not whole:
            return
        # the address that was asked for: a redirect may have dropped the number
        asked = response.meta.get("redirect_urls", [response.url])[0]
        yield from self.go_on(page, name, asked, fresh=bool(fresh))

    def go_on(self, page: Listing, name: str, url: str, *, fresh: bool) -> Iterator[Yielded]:
        """Ask for the page after the one at `url`, or say what is wrong with the listing's end."""
        number = page_number(url)
        most = self.source.options["max_pages"]
        if not fresh and not (number == 1 and page.entries):
            yield from self.listing_ended(page, name, url, number)
        elif number + 1 < most:
            yield from self.list_page(
                page_at(url, number + 1), name, required=False, following=True
            )
        else:
            detail = f"The listing goes on after {most} pages; it was left there (max_pages)."
            yield self.ledger.issue("list_too_long", detail, level="error", url=url)

    def listing_ended(self, page: Listing, name: str, url: str, number: int) -> Iterator[Yielded]:
        """Say what is wrong with a listing that has come to its end, if anything is."""
        found, last = len(self.rows_seen[name]), self.linked[name]
        if not found and not page.says_empty:
            self.ledger.parser_failed = True
            detail = "The page was answered, but no document of the register was found on it."
            yield self.ledger.issue("parser_found_nothing", detail, level="error", url=url)
        elif page.entries and not 0 < last < number:  # beyond its last page a site may repeat it
            detail = f"The list repeats itself after {found} documents; it was left there."
            yield self.ledger.issue("list_repeats", detail, url=url)
        elif found and not page.entries and number <= last:
            detail = f"The listing links page {last}, but page {number} is empty."
            yield self.ledger.issue("list_incomplete", detail, level="error", url=url)

    def opener(self, url: str) -> Opened | None:
        """Return what reads a known address: dialogs lead to files."""
        return None if is_file(url) else self.open_dialog

    def open_dialog(self, body: bytes, page: Wanted) -> tuple[Wanted, Iterable[Yielded]]:
        """Return what a dialog says of its document, and the files that it leads to."""
        dialog = parse_dialog(body, page.url)
        document = replace(
            page,
            title=dialog.title or page.title,
            published=dialog.published,
            language=dialog.language,
            landing_url=dialog.permalink,
        )
        return document, self.follow_dialog(dialog, document)

    def follow_dialog(self, dialog: Dialog, page: Wanted) -> Iterator[Yielded]:
        """Follow the files of a dialog; one alone has the key of the document."""
        self.landings += 1
        if dialog.is_empty:
            self.empty_landings += 1
            detail = "The dialog was answered, but neither a title nor a file was found."
            yield self.ledger.issue("parser_found_nothing", detail, level="error", url=page.url)
        elif not dialog.files:
            detail = f"The register offers no file of {dialog.title!r}."
            yield self.ledger.issue("no_file", detail, level="info", url=page.url)
        yield from self.unhandled(dialog.left, page.url)
        key = page.key.removesuffix(f"/{ENTRY}")
        alone = len(dialog.files) == 1
        for file in dialog.files:
            document = wanted(
                file.url,
                key=key if alone else f"{key}/{file.name}",
                landing_url=dialog.permalink,
                title=dialog.title if alone else f"{dialog.title} - {file.label or file.name}",
                published=dialog.published,
                language=language_of(file.label) or dialog.language,
                kind="; ".join(dialog.tags) or None,
                expects="file",
            )
            yield from self.document(document, recheck=page.key in self.changed)
