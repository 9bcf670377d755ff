"""What a crawl is told before it starts: one record, which travels to the child as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from core.errors import CrawlError
from core.records import Expectation, Pace, Record, Source, Waiting
from crawlers.hosts import is_loopback

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
    """A document that was fetched before: what a conditional request needs.

    `alias`: the address is another one of the document, to which it redirects.
    """

    document_key: str
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: str = ""
    alias: bool = False


class CrawlPlan(Record, frozen=True):
    """What one crawl does.

    `archive` is a folder, `journal` a file; `deadline` and `request_timeout` are seconds,
    `max_file` bytes. `known` is keyed by the address that was asked for; a known document is asked
    for again when its last fetch lies before `recheck_before` (ISO time, UTC; empty: each card's
    `recheck_nights` decide). `walked` says for a source when its lists were last walked whole, and
    `rest` what was left over since. `limit` is the most documents that are fetched of a source.
    With `dry_run` lists and pages at hand are read, and each document that would be fetched costs
    an issue `would_fetch` instead of a request. `addresses` are single addresses to fetch without
    following anything. With `samples`, a folder, one page of each kind is fetched and every answer
    is kept there. `now` stands in for the clock where nights are told apart.
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
    walked: dict[str, str] = msgspec.field(default_factory=dict)
    rest: dict[str, tuple[Waiting, ...]] = msgspec.field(default_factory=dict)
    limit: int | None = None
    dry_run: bool = False
    samples: str = ""
    now: str = ""


def time_of(plan: CrawlPlan) -> dt.datetime:
    """Return the time at which a plan is carried out, UTC."""
    return dt.datetime.fromisoformat(plan.now) if plan.now else dt.datetime.now(dt.UTC)


def have_passed(nights: int, since: str, now: dt.datetime) -> bool:
    """Say whether so many nights have passed since an ISO time.

    There is an hour's grace, so that a run that starts earlier than the last one skips no night.
    Raises ValueError where `since` is no time.
    """
    return now - dt.datetime.fromisoformat(since) >= dt.timedelta(days=nights, hours=-1)


def hosts(plan: CrawlPlan) -> Iterator[str]:
    """Yield the hosts at which the plan's sources and addresses begin."""
    for source in plan.sources:
        for netloc in starts_of(source):
            yield urlsplit(f"//{netloc}").hostname or netloc
    for url in plan.addresses:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            yield parts.hostname


def starts_of(source: Source) -> tuple[str, ...]:
    """Return the hosts, with their ports, at which a source begins.

    One without a `base_url` is a list of addresses, whose hosts its card names.
    """
    if source.base_url:
        return (urlsplit(source.base_url).netloc,)
    return tuple(name for name in source.hosts if name != "*" and not name.startswith("."))


def check_contact(plan: CrawlPlan) -> None:
    """Raise `CrawlError` where a real site would be crawled without anybody to write to."""
    for host in hosts(plan):
        if not plan.contact and not is_loopback(host):
            raise CrawlError(
                f"{host} is not crawled without a contact that its keepers can write to: set"
                " contact = an e-mail or web address in materiel.toml."
            )
