"""Keeps what a site answered to a probe, as it came: bodies, and what was said beside them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.politeness import headers_of

_ENDINGS = (
    (b"%PDF", "pdf"), (b"PK\x03\x04", "zip"), (b"<?xml", "xml"), (b"{", "json"), (b"[", "json"),
    (b"<", "html"),
)  # fmt: skip
_UNSAFE = re.compile(r"[^a-z0-9]+")


class Samples:
    """An extension that writes each answer into the plan's `samples` folder."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.count = 0
        crawler.signals.connect(self.keep, signals.response_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Samples:
        """Build it as Scrapy does."""
        return cls(crawler)

    def keep(self, response: Response, request: Request) -> None:
        """Write the body under a name that sorts in the order of asking, and its JSON beside it."""
        plan: Any = self.crawler.spider.plan  # type: ignore[union-attr]
        if not plan.samples:
            return
        folder = Path(plan.samples)
        folder.mkdir(parents=True, exist_ok=True)
        self.count += 1
        path = urlsplit(response.url).path.lower()
        name = f"{self.count:02d}-{_UNSAFE.sub('-', path).strip('-')[-60:] or 'home'}"
        file = folder / f"{name}.{ending(response.body)}"
        file.write_bytes(response.body)
        said = {
            "asked": request.url,
            "method": request.method,
            "answered": response.url,
            "status": response.status,
            "headers": headers_of(response),
            "file": file.name,
        }
        text = json.dumps(said, ensure_ascii=False, indent=1)
        (folder / f"{name}.answer.json").write_text(text, encoding="utf-8")


def ending(body: bytes) -> str:
    """Return the file ending that a body's first bytes suggest.

    >>> ending(b" <!doctype html>"), ending(b"User-agent: *")
    ('html', 'txt')
    """
    start = body[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    return next((kind for magic, kind in _ENDINGS if start.startswith(magic)), "txt")
