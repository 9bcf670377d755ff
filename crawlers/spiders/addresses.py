"""Single addresses that somebody named (`add URL`): each is fetched, nothing is followed."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from crawlers.pages import file_language, is_file, page_language
from crawlers.plan import ADDED
from crawlers.spiders.base import PoliteSpider, Yielded, wanted


class AddressesSpider(PoliteSpider):
    """Fetches the addresses of the plan under the same manners as any source."""

    name = ADDED.id

    def first_requests(self) -> Iterator[Yielded]:
        """Yield the request for each address, an issue for what is none."""
        for address in self.plan.addresses:
            if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
                detail = f"{address!r} is no http address."
                yield self.ledger.issue("no_address", detail, level="error", url=address)
                continue
            language = file_language(address) if is_file(address) else page_language(address)
            yield from self.document(wanted(address, language=language))

    def unlisted(self) -> Iterator[Yielded]:
        """Ask for nothing that was not named."""
        return iter(())
