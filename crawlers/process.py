"""The crawl of a plan in this process: a crawler for each source, all in one reactor."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from core.archive import Archive, Journal
from core.errors import CrawlError
from core.records import Source
from crawlers.ledger import Ledger, Night, Walk, unfinished
from crawlers.plan import ADDED, CrawlPlan, check_contact, have_passed, starts_of, time_of
from crawlers.settings import crawl_settings, process_settings
from crawlers.spiders import SPIDERS
from crawlers.writer import Writer

logger = logging.getLogger(__name__)


def crawl(plan: CrawlPlan, log: Path | None = None) -> None:
    """Crawl a plan; archive and journal hold what was found. Can be called once in a process.

    Raises `CrawlError` where a contact or a spider is missing, and what the disk refuses.
    """
    check_contact(plan)
    sources = [*plan.sources, *([added(plan)] if plan.addresses else [])]
    for source in sources:
        if source.id not in SPIDERS:
            raise CrawlError(f"There is no spider for the source {source.id!r}.")
    with (
        Journal(Path(plan.journal)) as journal,
        Writer(Archive(Path(plan.archive)), journal) as writer,
    ):
        night = Night(writer, plan.deadline)
        ledgers = {s.id: Ledger(night, s, walk_of(s, plan)) for s in sources}
        process = AsyncCrawlerProcess(process_settings())
        log_to(log)  # only now: Scrapy's own set-up closes the handlers that it finds
        for line in by_host(sources, plan):
            _run_line(process, plan, line, ledgers)
        process.start()
        if writer.error is None:
            for ledger in unfinished(ledgers.values()):
                ledger.close("it never began" if ledger.verdict is None else "it broke")


def added(plan: CrawlPlan) -> Source:
    """Return the card of single addresses: their own hosts, and any to which these redirect."""
    named = {urlsplit(url).netloc for url in plan.addresses}
    return msgspec.structs.replace(ADDED, hosts=(*sorted(named), "*"))


def walk_of(source: Source, plan: CrawlPlan) -> Walk:
    """Say how far the lists of a source are walked tonight.

    Whole where they never were or not for `relist_nights`; else until nothing is new, and what is
    left over of a walk that did not fit into one night.
    """
    last, rest = plan.walked.get(source.id), bool(plan.rest.get(source.id))
    if last is None:
        return "rest" if rest else "full"
    if have_passed(source.relist_nights, last, time_of(plan)):
        return "full"
    return "rest" if rest else "new"


def log_to(file: Path | None) -> None:
    """Send the log of all crawlers to one file, else to standard error."""
    level = os.environ.get("MATERIEL_LOG", "info").upper()
    logging.basicConfig(
        filename=file,
        filemode="w",
        level=level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("scrapy").setLevel(level)  # which Scrapy sets to DEBUG
    # both repeat for every source what `crawlers.settings` says once
    for name in ("scrapy.middleware", "scrapy.crawler", "scrapy.addons"):
        logging.getLogger(name).setLevel(logging.WARNING)


def by_host(sources: list[Source], plan: CrawlPlan) -> list[list[Source]]:
    """Return the sources in lines: sources of one host run one after another, lines side by side.

    Single addresses and lists of them may lie on several hosts; lines that they touch become one.
    """
    all_sources = [source for source in sources if source.id != ADDED.id]
    if plan.addresses:
        all_sources.append(added(plan))
    lines: list[tuple[set[str], list[Source]]] = []
    for source in all_sources:
        hosts, line = set(starts_of(source)), [source]
        for other in [other for other in lines if other[0] & hosts]:
            lines.remove(other)
            hosts, line = hosts | other[0], other[1] + line
        lines.append((hosts, line))
    return [line for _, line in lines]


def _run_line(
    process: AsyncCrawlerProcess,
    plan: CrawlPlan,
    line: list[Source],
    ledgers: dict[str, Ledger],
) -> None:
    """Start the first source of a line; each one's end starts the next."""
    if not line:
        return
    source, *rest = line
    ledger = ledgers[source.id]
    crawler = Crawler(SPIDERS[source.id], crawl_settings(plan, source))
    task = process.crawl(crawler, source=source, plan=plan, ledger=ledger)
    task.add_done_callback(_after(ledger, lambda: _run_line(process, plan, rest, ledgers)))


def _after(ledger: Ledger, following: Callable[[], None]) -> Callable[[Any], None]:
    def done(task: Any) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("The crawl of %s broke: %s", ledger.source.id, error)
            ledger.end("interrupted", f"The crawl broke ({type(error).__name__}: {error}).")
        if not ledger.night.stopped:
            following()

    return done
