"""Single addresses: those that somebody named (`add URL`), and those of a list that a user keeps.

Both are fetched under the same manners as any source; what nobody named is left alone, but for
the files that a page of the list links, where the list asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from core.errors import SettingsError
from core.records import Source
from crawlers.address_list import Address, AddressList, read_address, read_list
from crawlers.hosts import follows
from crawlers.known_sites import document_key, plain_address
from crawlers.pages import FileLink, file_language, is_file, page_language, parse_landing
from crawlers.plan import ADDED
from crawlers.spiders.base import Opened, PoliteSpider, Wanted, Yielded, wanted


class SingleAddresses(PoliteSpider):
    """Base: asks for each address of a list, and for nothing that is not on it."""

    def addresses(self) -> AddressList:
        """Return what is asked for. Raises `SettingsError` where the list cannot be read."""
        raise NotImplementedError

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the request for each address, an issue for each line that is none."""
        try:
            named = self.addresses()
        except SettingsError as error:
            self.ledger.end("unreachable", str(error))
            yield self.ledger.issue("no_address_list", str(error), level="error")
            return
        for problem in named.problems:
            yield self.ledger.issue("no_address", problem, level="error")
        for address in named.addresses:
            yield from self.address(address)

    def address(self, address: Address) -> Iterator[Yielded]:
        """Ask for one address."""
        yield from self.document(self.announced(address))

    def announced(self, address: Address) -> Wanted:
        """Return what is known of an address before it is asked for."""
        url = address.url
        language = file_language(url) if is_file(url) else page_language(url)
        expects = "file" if is_file(url) else "any"
        return wanted(url, key=address.key, language=language, expects=expects)

    def unlisted(self) -> Iterator[Yielded]:
        """Ask for nothing that was not named: what left the list stays as it is."""
        return iter(())


class AddedSpider(SingleAddresses):
    """Fetches the addresses of the plan, however young a copy is: somebody asks for them now."""

    name = ADDED.id

    def addresses(self) -> AddressList:
        """Return the addresses of the plan."""
        found = {text: read_address(text) for text in self.plan.addresses}
        bad = [f"{text!r} is no http address." for text, address in found.items() if not address]
        return AddressList(
            addresses=tuple(address for address in found.values() if address), problems=tuple(bad)
        )

    def address(self, address: Address) -> Iterator[Yielded]:
        """Ask for one address."""
        yield from self.document(self.announced(address), recheck=True)


class AddressesSpider(SingleAddresses):
    """Fetches the addresses of a file, each in its own rhythm, with linked files on request."""

    name = "addresses"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nights: dict[str, int] = {}  # by document key
        self.pages = 0
        self.pages_without_files = 0

    def addresses(self) -> AddressList:
        """Return the addresses of the file that the card names."""
        return read_list(Path(self.source.options["file"]))

    def address(self, address: Address) -> Iterator[Yielded]:
        """Ask for one address, and for the files that it links where the list says so."""
        if address.nights is not None:
            self.nights[address.key] = address.nights
        opened = self.open_page if address.files and not is_file(address.url) else None
        yield from self.document(self.announced(address), opened)

    def document(
        self,
        wanted: Wanted,
        opened: Opened | None = None,
        *,
        changed: str | None = None,
        recheck: bool = False,
    ) -> Iterator[Yielded]:
        """Ask as the base does, in the rhythm of this one address."""
        usual = self.source
        self.source = self._in_rhythm(wanted.key)
        try:  # nothing may wait in between, or other addresses would get this rhythm
            found = list(super().document(wanted, opened, changed=changed, recheck=recheck))
        finally:
            self.source = usual
        yield from found

    def _in_rhythm(self, key: str) -> Source:
        nights = self.nights.get(key, self.source.recheck_nights)
        return msgspec.structs.replace(self.source, recheck_nights=nights)

    def open_page(self, body: bytes, page: Wanted) -> tuple[Wanted, Iterable[Yielded]]:
        """Return a page as it is, and the requests for its files: what it says, reading finds."""
        return page, self.follow_files(body, page)

    def follow_files(self, body: bytes, page: Wanted) -> Iterator[Yielded]:
        """Ask for the files that a page links, where their hosts are named in the list."""
        links = parse_landing(body, page.url).files
        self.pages += 1
        if not links:
            self.pages_without_files += 1
            detail = (
                "The list asks for the files of this page, and no link to a file was found: the"
                " page has changed, or +files is to be taken out of its line."
            )
            yield self.ledger.issue("parser_found_nothing", detail, url=page.url)
        for link in links:
            yield from self.file(link, page)

    def file(self, link: FileLink, page: Wanted) -> Iterator[Yielded]:
        """Ask for a file that a page links."""
        url = plain_address(link.url)
        if not follows(self.source, url):
            detail = "The page links a file on a host that the list does not name."
            yield self.ledger.issue("foreign_host", detail, level="info", url=url)
            return
        document = wanted(
            url,
            key=document_key(url),
            landing_url=page.url,
            title=link.title,
            language=link.language,
            expects="file",
        )
        if page.key in self.nights:
            self.nights.setdefault(document.key, self.nights[page.key])
        yield from self.document(document, recheck=page.key in self.changed)

    def settle(self) -> None:
        """Take it for a change of markup when no page had a link to a file."""
        if self.pages and self.pages_without_files == self.pages:
            self.ledger.parser_failed = True
