"""Pages of Alaveteli, the software of access-to-documents sites: lists and requests.

Pure functions of a page's bytes and address. Selectors accept the markup of old and new releases
side by side, since sites run old ones and themes override templates. Whatever a page says is
taken, ignored by name, or given back as `left`. Names of people are never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from parsel import Selector, SelectorList

from core.errors import RecordError
from core.keys import canonical_url
from core.text import one_line
from crawlers.pages import selector_of, text_of
from crawlers.request_data import STATES, date_in, date_of, find_references

SELECTORS = {
    "requests of a list": ".request_listing",
    "links of listed requests": ".request_listing .head a[href]",
    "next page": 'a.next_page, .pagination a[rel~="next"], link[rel~="next"]',
    "count of a list": ".foi_results",
    "title of a request": ".request-header h1, h1",
    "state of a request": "#request_status",
    "messages": ".correspondence[id]",
    "dates of messages": ".correspondence__header time, .correspondence time",
    "attachments": ".attachments li.attachment",
    "links to attachments": 'a[href*="/attach/"]',
    "hidden attachments": ".hidden_attachment",
}
LAST_PAGE = 20  # the software gives 500 results of any list, 25 a page, and a 404 after that
_LOCALE = re.compile(r"^/[a-z]{2}(?:[_-][A-Za-z]{2})?(?=/(?:request|body|list)(?:/|$))")
_REQUEST = re.compile(r"/request/([^/?#]+?)(?:\.json)?/?$")
_NUMBERED = re.compile(r"/request/(\d+)/response/")
_ATTACHED = re.compile(r"/request/[^/]+/response/(\d+)/attach/(html/)?(\d+)/([^/?#]+)$")
_WAIT = re.compile(r"/attachments/[^/]+/wait(?:/|$)")
_MESSAGE = re.compile(r"(incoming|outgoing)-(\d+)$")
_ICON = re.compile(r"(?:^|\s)(?:icon_|request-status-message--)([a-z_]+)(?=\s|$)")
_COUNT = re.compile(r"\d[\d.,\u00a0 ]*")
_NOTHING = re.compile(r"\bno (?:requests?|results?|responses?)\b|\bnothing found\b", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s?(K|M)B?\b")
_HIDDEN = re.compile(
    rb"hidden_attachment|hidden_correspondence|(?:attachment|message|response|request)\s+has\s+been"
    rb"\s+(?:hidden|removed)",
    re.IGNORECASE,
)
_HEAD_LENGTH = 64 * 1024
_SIGNATURE_NAME = re.compile(
    r"(?:image|img|pic|picture|outlook|logo|banner|signature|icon|facebook|twitter|linkedin"
    r"|youtube|instagram)[\w .()-]*\.(?:png|gif|jpe?g|bmp|svg)(?:\.(?:png|gif|jpe?g))?",
    re.IGNORECASE,
)
_SIGNATURE_SIZE = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """A request as a list shows it; `date` is that of its last message, `message` names it."""

    url: str
    title: str
    state: str | None = None
    date: str | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestList:
    """A page of a list. `total` is its own counter, which it calls approximate."""

    rows: tuple[RequestRow, ...]
    next_url: str | None
    total: int | None
    says_empty: bool
    left: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of an answer; `size` in bytes as far as the page says it."""

    url: str
    message: int
    part: int
    name: str
    size: int | None = None

    @property
    def is_signature(self) -> bool:
        """Say whether it is a picture that mail programs add: a logo, by its name and size."""
        small = self.size is None or self.size <= _SIGNATURE_SIZE
        return small and bool(_SIGNATURE_NAME.fullmatch(self.name))


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """A request's page. `dates` are those of its messages, by id as in `incoming-777`.

    `number` is the request's own where an address on the page has it; `hidden` counts the
    attachments that the site says it hides.
    """

    title: str
    state: str | None
    body: str | None
    dates: dict[str, str | None]
    attachments: tuple[Attachment, ...]
    references: tuple[str, ...]
    number: int | None = None
    hidden: int = 0
    left: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether no selector found a message: another markup, or no such page at all."""
        return not self.dates


def request_address(url: str) -> str:
    """Return an address without the prefixes and parameters that choose a language or display.

    Raises `RecordError` for what is no address.

    >>> request_address("https://x.eu/fr/request/boats?locale=fr&unfold=1#incoming-7")
    'https://x.eu/request/boats'
    """
    parts = urlsplit(canonical_url(url))
    path = _LOCALE.sub("", parts.path)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] not in {"locale", "unfold"}]
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(kept), ""))


def request_slug(url: str) -> str | None:
    """Return the name, or number, of the request whose page or data an address leads to.

    >>> request_slug("https://x.eu/en/request/boats.json"), request_slug("https://x.eu/list")
    ('boats', None)
    """
    found = _REQUEST.search(urlsplit(url).path)
    return found[1] if found else None


def attachment_key(source: str, request: int | str, attachment: Attachment) -> str:
    """Return the document key of an attachment."""
    return f"{source}:{request}/{attachment.message}/{attachment.part}"


def is_attachment(url: str) -> bool:
    """Say whether an address is that of an attached file."""
    return bool(_ATTACHED.search(urlsplit(url).path))


def is_wait(url: str) -> bool:
    """Say whether an address is the page that keeps people waiting for an attachment."""
    return bool(_WAIT.search(urlsplit(url).path))


def says_hidden(body: bytes) -> bool:
    """Say whether a page in place of an attachment explains that it is hidden."""
    return bool(_HIDDEN.search(body[:_HEAD_LENGTH]))


def parse_requests(body: bytes, url: str) -> RequestList:
    """Read a page of a list of requests. `left` names what was met and not understood."""
    page = selector_of(body)
    left: list[str] = []
    items = page.css(".request_listing")
    rows = tuple(row for item in items if (row := _row(item, url, left)))
    following = page.css('a.next_page, .pagination a[rel~="next"], link[rel~="next"]')
    counted = page.css(".foi_results")
    numbers = _COUNT.findall(text_of(counted[0])) if counted else []
    totals = [int(digits) for n in numbers if (digits := re.sub(r"\D", "", n)) and len(digits) < 9]
    return RequestList(
        rows=rows,
        next_url=_joined(url, following[0].attrib.get("href", "")) if following else None,
        total=max(totals, default=None),
        says_empty=not rows and (totals == [0] or bool(_NOTHING.search(text_of(page)))),
        left=tuple(left),
    )


def _row(item: Selector, url: str, left: list[str]) -> RequestRow | None:
    link = item.css(".head a[href]") or item.css('a[href*="/request/"]')
    href = link[0].attrib.get("href", "") if link else ""
    address = _joined(url, href)
    if address is None or request_slug(address) is None:
        left.append(f"list item without a link to a request: {one_line(text_of(item))[:80]}")
        return None
    # the words about the requester and the excerpt of a message are not taken: they name people
    said = item.css(".requester time, time")
    date = date_of(said[0].attrib.get("datetime") or text_of(said[0])) if said else None
    state = _state(item.xpath(".//@class").getall(), "list", left)
    message = _MESSAGE.search(href.partition("#")[2])
    return RequestRow(
        url=address,
        title=one_line(text_of(link[0])),
        state=state,
        date=date or date_in(text_of(item.css(".requester"))),
        message=message[0] if message else None,
    )


def _state(classes: Iterable[str], where: str, left: list[str]) -> str | None:
    """Return the first state that classes name; an unknown one is given back, and left."""
    named = [match[1] for said in classes for match in _ICON.finditer(said)]
    named = [name for name in named if name != "line"]  # `request_icon_line` of old pages
    known = [name for name in named if name in STATES]
    if not known and named:
        left.append(f"state on a {where}: {named[0]}")
    return (known or named or [None])[0]


def parse_request(body: bytes, url: str) -> RequestPage:
    """Read a request's page. `left` names what was met and not understood."""
    page = selector_of(body)
    left: list[str] = []
    messages = page.css(".correspondence[id]")
    dates: dict[str, str | None] = {}
    for block in messages:
        name = _MESSAGE.fullmatch(block.attrib.get("id", ""))
        if name is None:
            if not block.attrib.get("id", "").startswith("comment"):  # remarks of readers
                left.append(f"part of a correspondence: {block.attrib.get('id', '')[:40]}")
            continue
        dates[name[0]] = _message_date(block)
        if dates[name[0]] is None:
            left.append(f"message without a date: {name[1]}")
    attachments, numbers = _attachments(page, url)
    bodies = page.css(".request-header__subtitle, .subtitle, p").css(
        'a[href*="/body/"]:not([href*="/body/list"])'
    )
    title = page.css(".request-header h1") or page.css("h1")
    hidden = len(page.css(".hidden_attachment"))
    left += _unread_attachments(page)
    return RequestPage(
        title=one_line(text_of(title[0])) if title else "",
        state=_state(page.css("#request_status").xpath(".//@class|@class").getall(), "page", left),
        body=one_line(text_of(bodies[0])) or None if bodies else None,
        dates=dates,
        attachments=tuple(attachments),
        references=find_references(" ".join(text_of(block) for block in messages)),
        number=next(iter(numbers), None),
        hidden=hidden,
        left=tuple(left),
    )


def _attachments(page: Selector, url: str) -> tuple[list[Attachment], list[int]]:
    """Return the files that a page links, each once, and the request's numbers in addresses."""
    found: dict[tuple[int, int], Attachment] = {}
    numbers: list[int] = []
    for link in page.css('a[href*="/attach/"]'):
        address = _joined(url, link.attrib.get("href", ""))
        match = _ATTACHED.search(urlsplit(address).path) if address else None
        if address is None or match is None or len(match[1]) > 12 or len(match[3]) > 6:
            continue
        numbered = _NUMBERED.search(address)
        numbers += [int(numbered[1])] if numbered and len(numbered[1]) <= 12 else []
        name = unquote(match[4])
        if match[2]:  # a view as a web page: the file itself has the address without that
            head, _, tail = address.rpartition("/attach/html/")
            address, name = (
                f"{head}/attach/{tail.removesuffix('.html')}",
                name.removesuffix(".html"),
            )
        place = (int(match[1]), int(match[3]))
        holder = link.xpath("ancestor::li[1]")
        found.setdefault(
            place,
            Attachment(url=address, message=place[0], part=place[1], name=name, size=_size(holder)),
        )
    return list(found.values()), numbers


def _size(holder: SelectorList[Selector]) -> int | None:
    match = _SIZE.search(text_of(holder))
    if match is None or len(match[1]) > 9:
        return None
    return int(float(match[1]) * {"K": 1024, "M": 1024**2}[match[2]])


def _unread_attachments(page: Selector) -> Iterator[str]:
    for item in page.css(".attachments li.attachment"):
        if not item.css('a[href*="/attach/"]') and not item.css(".hidden_attachment"):
            yield f"attachment without a link: {one_line(text_of(item))[:80]}"


def _message_date(block: Selector) -> str | None:
    times = block.css(".correspondence__header time, h2 time, time")
    if times:
        return date_of(times[0].attrib.get("datetime") or text_of(times[0]))
    header = block.css(".correspondence__header, h2")
    return date_in(text_of(header[0])) if header else None


def _joined(url: str, href: str) -> str | None:
    """Return a whole http address in its plain form, None for any other."""
    try:
        address = request_address(urljoin(url, href))
    except (RecordError, ValueError):
        return None
    return address if href.strip() and address.startswith(("http://", "https://")) else None
