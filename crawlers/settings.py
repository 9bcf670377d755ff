"""Scrapy's settings for a source: each line gives Scrapy's default and our reason."""

from __future__ import annotations

from typing import Any

from core.records import Source
from crawlers.hosts import is_loopback
from crawlers.plan import ADDED, CrawlPlan, hosts

VERSION = "0.1.0"
ROBOTS_AGENT = "Materiel"


def user_agent(contact: str) -> str:
    """Return the name under which we crawl: in the form that crawlers use, with the contact."""
    at = f"; +{contact}" if contact else ""
    return f"Mozilla/5.0 (compatible; {ROBOTS_AGENT}/{VERSION}{at})"


def process_settings() -> dict[str, Any]:
    """Return the settings that hold for the process."""
    return {
        # default True: the log of all crawlers goes to one file, see `process.log_to`
        "LOG_INSTALL_ROOT_HANDLER": False,
        # default 60 s: the journal says more
        "LOGSTATS_INTERVAL": 600.0,
    }


def crawl_settings(plan: CrawlPlan, source: Source) -> dict[str, Any]:
    """Return the settings for the crawl of one source under a plan."""
    return {
        **process_settings(),
        **_pace(plan, source),
        **_answers(plan),
        **_order(),
        # default names Scrapy: we say who we are and how to reach us
        "USER_AGENT": user_agent(plan.contact),
        # default False, and it fails open where robots.txt answers 5xx: see `politeness.robots`
        "ROBOTSTXT_OBEY": False,
        # default True: nothing here needs a session, and we do not want to be followed
        "COOKIES_ENABLED": False,
        # default on: no port is opened on the operator's machine
        "TELNETCONSOLE_ENABLED": False,
        # default on: no way into the running process
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "crawlers.politeness.limits.Limits": 50,
            "crawlers.politeness.robots.Robots": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "crawlers.politeness.patience.Patience": 550,
        },
        "ITEM_PIPELINES": {"crawlers.ledger.JournalPipeline": 100},
    }


def _pace(plan: CrawlPlan, source: Source) -> dict[str, Any]:
    delay = _delay(plan, source)
    return {
        # default 0: from the card; robots.txt may raise it
        "DOWNLOAD_DELAY": delay,
        # default off: a site that answers slowly is asked more slowly
        "AUTOTHROTTLE_ENABLED": delay > 0,
        # default 5 s: the card says where to begin
        "AUTOTHROTTLE_START_DELAY": delay,
        # default on: ours also minds what robots.txt asks
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            "crawlers.politeness.patience.Throttle": 0,
            "crawlers.samples.Samples": 0,
        },
        # default 0.5: a random factor would go below a Crawl-delay
        "DOWNLOAD_DELAY_JITTER": 0,
        # default 16: one at a time, so that a wait that a site asks for stops the whole source
        "CONCURRENT_REQUESTS": 1,
        # default 5,000,000 bytes: no request leaves before the last answer was read, so that a
        # refusal stops the source at once
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 1,
        # default 8: small public sites
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    }


def _answers(plan: CrawlPlan) -> dict[str, Any]:
    return {
        # default 180 s: from the settings
        "DOWNLOAD_TIMEOUT": plan.request_timeout,
        # default 1 GiB: a larger file is not taken in
        "DOWNLOAD_MAXSIZE": plan.max_file,
        # default 32 MiB: annexes in ZIP are larger every day
        "DOWNLOAD_WARNSIZE": 0,
        # default False: a certificate that does not hold is a failure
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # default True: a page that refreshes itself is a challenge more often than a move
        "METAREFRESH_ENABLED": False,
        # default 20: a site needs two or three
        "REDIRECT_MAX_TIMES": 5,
        # default 2 as well: first request and two more
        "RETRY_TIMES": 2,
        # default -1 puts it off to the end; what the site asked us to wait for comes next
        "RETRY_PRIORITY_ADJUST": 1,
        # default: only 2xx reach the callbacks; ours tell 304, 404, 202 and a challenge apart
        "HTTPERROR_ALLOW_ALL": True,
        # default off as well: a night asks once for each document, and a search must be answered
        "HTTPCACHE_ENABLED": False,
    }


def _order() -> dict[str, Any]:
    return {
        # default 100: lines of the journal are written one after another
        "CONCURRENT_ITEMS": 1,
        # default True: reads the source of each callback at each answer; mypy tells us before
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        # default filters by fingerprint; the spiders keep their own list by document key
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        # default is by slot, then by priority: what is unknown comes before what is rechecked
        "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
        # default last in, first out: a night that is cut off should have done the first ones
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    }


def _delay(plan: CrawlPlan, source: Source) -> float:
    """Return the seconds between requests; addresses on this machine itself need none."""
    local = all(is_loopback(host) for host in hosts(plan))
    return 0.0 if local and source.id == ADDED.id else source.pace.delay
