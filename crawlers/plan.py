"""What a crawl is told before it starts: one record, which travels to the child as JSON."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from core.errors import CrawlError
from core.records import Expectation, Pace, Record, Source

ADDED = Source(
    id="added",
    title="Single addresses taken in by hand",
    publisher="as each page says",
    kind="addresses",
    homepage="",
    base_url="",
    licence="as each page says",
    key="europa:<uuid>_<lang>, ted:<number>-<year>, else the canonical address",
    enabled=True,
    pace=Pace(delay=2.0, budget=1000),
    expect=Expectation(minimum=0),
)


class Known(Record, frozen=True):
    """A document that was fetched before: what a conditional request needs."""

    document_key: str
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str = ""


class CrawlPlan(Record, frozen=True):
    """What one crawl does.

    `archive` is a folder, `journal` a file; `deadline` and `request_timeout` are seconds,
    `max_file` bytes. `known` is keyed by the address that was asked for; a known document is asked
    for again when its last fetch lies before `recheck_before` (ISO time, UTC; empty: each card's
    `recheck_nights` decide). `addresses` are single addresses to fetch without following anything.
    """

    sources: tuple[Source, ...]
    archive: str
    journal: str
    contact: str = ""
    deadline: float = 6 * 3600.0
    request_timeout: float = 60.0
    known: dict[str, Known] = msgspec.field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    recheck_before: str = "9999"
    max_file: int = 200 * 1024**2


def is_loopback(host: str | None) -> bool:
    """Say whether a host is this machine itself, as the replica's is."""
    if not host:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hosts(plan: CrawlPlan) -> Iterator[str]:
    """Yield the hosts at which the plan's sources and addresses begin."""
    for url in (*(source.base_url for source in plan.sources), *plan.addresses):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            yield parts.hostname


def check_contact(plan: CrawlPlan) -> None:
    """Raise `CrawlError` where a real site would be crawled without anybody to write to."""
    for host in hosts(plan):
        if not plan.contact and not is_loopback(host):
            raise CrawlError(
                f"{host} is not crawled without a contact that its keepers can write to: set"
                " contact = an e-mail or web address in materiel.toml."
            )
