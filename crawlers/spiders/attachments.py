"""Files of Alaveteli, which come late: a site that prepares one sends us to it again, or to wait.

Scrapy would follow such a redirect in a circle, or keep the page that asks people to wait. Here
redirects of files are read: what waits is asked for again at the end of the queue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from core.errors import RecordError
from core.keys import canonical_url
from crawlers.answers import judge, wrong_content
from crawlers.plan import Known
from crawlers.politeness import headers_of
from crawlers.requests import is_attachment, is_wait, says_hidden
from crawlers.spiders.base import Opened, Wanted, Yielded
from crawlers.spiders.lists import ListSpider

_REDIRECTS = [301, 302, 303, 307, 308]
_TRIES = 4  # after the first one
_HOPS = 5
_KEPT_META = ("handle_httpstatus_all", "hops", "later")
_LAST = -1_000_000  # below every other priority: at the end of the queue


class AttachmentSpider(ListSpider):
    """Base of spiders of Alaveteli sites: asks for attachments with the patience they need."""

    def _request(self, wanted: Wanted, known: Known | None, opened: Opened | None) -> Request:
        if not is_attachment(wanted.url):
            return super()._request(wanted, known, opened)
        request = super()._request(replace(wanted, expects="file"), known, opened)
        meta = {**request.meta, "handle_httpstatus_all": True}  # which redirects are a part of
        return request.replace(callback=self.attachment_received, meta=meta)

    def attachment_received(
        self, response: Response, wanted: Wanted, opened: Opened | None
    ) -> Iterator[Yielded]:
        """Take an attachment, follow where it is, come back later, or say that there is none."""
        answer = judge(response.status, headers_of(response), response.body)
        if response.status in _REDIRECTS and answer.code != "challenge":
            yield from self.redirected(response, wanted)
        elif answer.code != "challenge" and self.is_hidden(response):
            detail = "The site hides the attachment and says so in its place."
            yield from self.not_there(response, wanted, "attachment_hidden", detail)
        else:
            yield from self.received(response, wanted, opened)

    def is_hidden(self, response: Response) -> bool:
        """Say whether a page came in place of a file that explains that it is hidden."""
        if response.status not in (200, 403, 410):
            return False
        return bool(wrong_content("file", response.body)) and says_hidden(response.body)

    def redirected(self, response: Response, wanted: Wanted) -> Iterator[Yielded]:
        """Follow a redirect to the file's other address, or read what else it means."""
        request = request_of(response)
        said = response.headers.get("Location", b"").decode("latin-1")  # type: ignore[union-attr]
        target = whole(response.url, said)
        if target is None:
            detail = f"The site answered {response.status} and leads nowhere."
            yield from self.not_there(response, wanted, "attachment_missing", detail)
        elif is_wait(target) or target == canonical_url(request.url):
            yield from self.later(response, wanted)
        elif is_attachment(target) and request.meta.get("hops", 0) < _HOPS:
            yield followed(request, target)
        elif is_attachment(target):
            yield from self.later(response, wanted)
        else:
            detail = "The site knows no file of that name and leads to its message instead."
            yield from self.not_there(response, wanted, "attachment_missing", detail)

    def later(self, response: Response, wanted: Wanted) -> Iterator[Yielded]:
        """Ask for a file that is not ready again at the end of the queue, a few times."""
        request = request_of(response)
        tries = request.meta.get("later", 0)
        if tries < _TRIES:
            meta = {"handle_httpstatus_all": True, "later": tries + 1}  # hops count anew
            yield request.replace(url=wanted.url, meta=meta, priority=_LAST - tries)
            return
        detail = f"The site was still preparing the file after {tries + 1} requests."
        yield self.ledger.issue("attachment_waits", detail, url=wanted.url)
        yield self._line(response, wanted, outcome="failed")

    def not_there(
        self, response: Response, wanted: Wanted, code: str, detail: str
    ) -> Iterator[Yielded]:
        """Say that a page links a file which the site does not give; a known one is gone."""
        yield self.ledger.issue(code, detail, url=wanted.url)
        self.ledger.listed.discard(wanted.key)
        if self._knows(wanted.key, self.plan.known.get(wanted.url)):
            yield self._line(response, wanted, outcome="gone")


def request_of(response: Response) -> Request:
    """Return the request of an answer. Raises `RuntimeError` where it has none."""
    if response.request is None:
        raise RuntimeError(f"{response.url} came without a request.")
    return response.request


def whole(url: str, location: str) -> str | None:
    """Return the address that a redirect from `url` leads to, None where it is none."""
    try:
        address = canonical_url(urljoin(url, location))
    except (RecordError, ValueError):
        return None
    return address if location and address.startswith(("http://", "https://")) else None


def followed(request: Request, url: str) -> Request:
    """Return the request for where a redirect of an attachment leads."""
    meta = {name: request.meta[name] for name in _KEPT_META if name in request.meta}
    return request.replace(url=url, meta={**meta, "hops": meta.get("hops", 0) + 1})
