"""Pages of Alaveteli, on which people ask authorities for documents: the letters, without people.

Kept are the request's title, authority and state, the dates and texts of its messages and the
names of its files; menus, and what `letters` says of the people, are left out. Markup of old and
new releases is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import msgspec
from lxml import html

from core.records import Issue, Link, Reading, Stated
from core.text import one_line
from extract.common import File
from extract.detect import Detected
from extract.page_text import PageText, rendered
from extract.web.letters import Letters
from extract.web.links import file_links
from extract.web.markup import Lines, Rows, blocks
from extract.xml import inner_text

_MESSAGE = re.compile(r"(incoming|outgoing)-\d+")
_ASIDE = (
    "attachments", "correspondence__header", "correspondence__footer", "event_actions",
    "correspondence_footer", "hidden_message",
)  # fmt: skip
_HEADINGS = {"outgoing": "Request", "incoming": "Answer"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIZE = re.compile(r"\b\d+(?:\.\d+)?\s?[KM]B?\b")


@dataclass
class _Message:
    kind: str
    day: str
    date: str | None
    parts: list[Lines | Rows] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[str]:
        return [part.text for part in self.parts if isinstance(part, Lines)]


def is_correspondence(source: str, tree: html.HtmlElement) -> bool:
    """Say whether a web page shows a request with at least one message."""
    # most pages have not even the word, and looking for elements takes longer
    return "correspondence" in source and next(_messages(tree), None) is not None


def read_correspondence(
    source: str, tree: html.HtmlElement, file: File, detected: Detected
) -> Reading:
    """Read a request's page as one rendered page: a heading for each message, its text below."""
    messages = [_message(block) for block in _messages(tree)]
    authorities = _authorities(tree)
    letters = Letters(
        requesters=_texts(tree, '//a[contains(@href, "/user/")]'),
        authors=[part for author in _authors(tree) for part in author.split(",")],
        offices=authorities,
    )
    for message in messages:
        letters.learn(message.paragraphs)
    page = PageText(1)
    title = letters.nameless(_title(tree))
    state = letters.nameless(_first_text(tree, '//*[@id="request_status"]'))
    authority = authorities[0] if authorities else ""
    page.paragraph(title, level=1)
    page.paragraph(authority)
    page.paragraph(state)
    for number, message in enumerate(messages):
        _fill(page, message, letters, first=number == 0)
    reading = rendered(
        file,
        detected,
        [page],
        title=title or None,
        published=min((m.date for m in messages if m.date), default=None),
        issues=[_left_out(file, letters)] if letters.removed else [],
        stated={
            name: Stated(text=text)
            for name, text in (("authority", authority), ("state", state))
            if text
        },
    )
    links = tuple(
        Link(address=link.address, text=letters.nameless(_file_name(link.address)))
        for link in file_links(source, file.url or "")
        if "/attach/" in link.address and "/attach/html/" not in link.address
    )
    document = msgspec.structs.replace(reading.document, links=links)
    return msgspec.structs.replace(reading, document=document)


def _left_out(file: File, letters: Letters) -> Issue:
    detail = f"{letters.removed} lines, names or addresses of people were left out."
    return file.issue("people_left_out", detail, page=1, level="info")


def _fill(page: PageText, message: _Message, letters: Letters, *, first: bool) -> None:
    """Add a message to the page; paragraphs between two tables are cleaned as one letter."""
    what = "Further letter" if message.kind == "outgoing" and not first else _HEADINGS[message.kind]
    page.paragraph(f"{what}, {message.day}" if message.day else what, level=2)
    letter: list[str] = []
    for part in message.parts:
        if isinstance(part, Lines):
            letter.append(part.text)
            continue
        _paragraphs(page, letters.clean(letter))
        letter.clear()
        rows = [[None if t is None else letters.nameless(t) for t in row] for row in part.rows]
        page.table(rows, part.bold)
    _paragraphs(page, letters.clean(letter))
    for name in message.files:
        page.paragraph(f"Attachment: {letters.nameless(name)}")


def _paragraphs(page: PageText, texts: list[str]) -> None:
    for text in texts:
        page.paragraph(text)


def _messages(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for block in tree.xpath('//*[contains(concat(" ", @class, " "), " correspondence ")]'):
        if _MESSAGE.fullmatch(block.get("id") or "") and not _is_inside(block):
            yield block


def _is_inside(block: html.HtmlElement) -> bool:
    return any(_MESSAGE.fullmatch(holder.get("id") or "") for holder in block.iterancestors())


def _message(block: html.HtmlElement) -> _Message:
    times = block.xpath(".//time[@datetime]")
    stated = _DAY.match(times[0].get("datetime")) if times else None
    message = _Message(
        kind=block.get("id").partition("-")[0],
        day=one_line(inner_text(times[0])) if times else "",
        date=stated[0] if stated else None,
        files=list(_files(block)),
    )
    texts = block.xpath('.//*[contains(concat(" ", @class, " "), " correspondence_text ")]')
    body = deepcopy(texts[0] if texts else block)
    for aside in list(_asides(body)):
        aside.drop_tree()
    message.parts = list(blocks(body))
    return message


def _asides(body: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield what stands in a message and is none of its text, outermost first."""
    for name in _ASIDE:
        yield from body.xpath(f'.//*[contains(concat(" ", @class, " "), " {name} ")]')
    yield from body.xpath('./h2[.//time]|.//a[contains(@href, "unfold")]')


def _files(block: html.HtmlElement) -> Iterator[str]:
    """Yield the name of each file of a message, with its size where that is said."""
    for item in block.xpath('.//*[contains(concat(" ", @class, " "), " attachments ")]//li'):
        names = item.xpath('.//*[contains(@class, "attachment__name")]') or item.xpath(".//strong")
        name = one_line(inner_text(names[0])) if names else ""
        size = _SIZE.search(inner_text(item).replace(name, " "))
        if name:
            yield f"{name} ({size[0]})" if size else name


def _authorities(tree: html.HtmlElement) -> list[str]:
    """Return the authorities that were asked; links in menus lead to lists of them."""
    linked = '//a[contains(@href, "/body/") and not(contains(@href, "/body/list"))]'
    asked = _texts(tree, f'//p[.//a[contains(@href, "/user/")]]{linked}')
    return asked or _texts(tree, linked)


def _file_name(address: str) -> str:
    return unquote(urlsplit(address).path.rpartition("/")[2])


def _authors(tree: html.HtmlElement) -> Iterator[str]:
    """Yield the names of writers as the headers of messages give them."""
    yield from _texts(tree, '//*[contains(@class, "correspondence__header__author")]')
    for heading in tree.xpath('//*[contains(@class, "correspondence")]/h2'):
        head = one_line((heading.text or "").strip())
        yield re.sub(r"^[\w ]{2,12}:\s*", "", head)


def _title(tree: html.HtmlElement) -> str:
    return _first_text(tree, '//*[contains(@class, "request-header")]//h1') or _first_text(
        tree, "//h1"
    )


def _first_text(tree: html.HtmlElement, path: str) -> str:
    return next(iter(_texts(tree, path)), "")


def _texts(tree: html.HtmlElement, path: str) -> list[str]:
    """Return the texts of what a path finds, each once, in order."""
    said = (one_line(inner_text(node)) for node in tree.xpath(path))
    return list(dict.fromkeys(text for text in said if text))
