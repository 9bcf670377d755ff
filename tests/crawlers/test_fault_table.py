"""Each fault of a site, in a table: what becomes of the source, what is said, that nothing is lost.

The faults of `test_faults.py` have stories of their own; these are told in a row each.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from demo import faults
from demo.exchange import Fault
from demo.server import Replica
from demo.world import load_world
from tests.crawlers.conftest import Crawled, Crawls, path_of

LIBYA = next(p for p in load_world().of_site("eutf") if p.country == "Libya")
FILE, PAGE, LIST = path_of(LIBYA), LIBYA.path, "/our-programmes_en"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A fault at an address of `eutf`; `lost` documents could not be had, `said` are the issues."""

    at: str
    fault: Fault
    state: str = "ok"
    said: tuple[str, ...] = ()
    lost: int = 0
    words: str = ""


ROWS = {
    "an error at a file": Row(at=FILE, fault=faults.status(500), said=("unexpected_status",),
                              lost=1),
    "an error at the list": Row(at=LIST, fault=faults.status(503), state="unreachable",
                                said=("unexpected_status",), lost=-1),
    "a connection that closes": Row(at=FILE, fault=faults.closed(), said=("unreachable",), lost=1,
                                    words="the connection broke off"),
    "a body that breaks off": Row(at=FILE, fault=faults.dropped(), said=("unreachable",), lost=1,
                                  words="its answer broke off"),
    "silence at a file": Row(at=FILE, fault=faults.silent(), said=("timeout",), lost=1),
    "a stall at a file": Row(at=FILE, fault=faults.stalled(50), said=("timeout",), lost=1),
    "a length that lies": Row(at=FILE, fault=faults.wrong_length(100), said=("unreachable",),
                              lost=1),
    "a gzip bomb": Row(at=FILE, fault=faults.gzip_bomb(), said=("too_large",), lost=1),
    "a gzip that is none": Row(at=FILE, fault=faults.false_gzip(), said=("unreachable",), lost=1,
                               words="cannot be undone"),
    "a page that says sorry, as PDF": Row(at=FILE, fault=faults.error_page(),
                                          said=("wrong_content",), lost=1),
    "a page that says sorry for a page": Row(at=PAGE, fault=faults.error_page("text/html"),
                                             said=("wrong_content",), lost=2),
    "a file that leads to the front page": Row(at=FILE, fault=faults.redirected("/index_en"),
                                               said=("wrong_content",), lost=1),
    "a page that leads to the front page": Row(at=PAGE, fault=faults.redirected("/index_en"),
                                               said=("wrong_content",), lost=2),
    "a PDF said to be a page": Row(at=FILE, fault=faults.relabelled("text/html")),
    "robots.txt of broken bytes": Row(at="/robots.txt", fault=faults.broken_robots(),
                                      said=("robots_unreadable",)),
    "robots.txt that leads to an error": Row(at="/robots.txt", fault=faults.status(503),
                                             state="unreachable", said=("robots_unreachable",),
                                             lost=-1),
    "a Cloudflare wall at a page": Row(at=PAGE, fault=faults.challenge("cloudflare"),
                                       state="refused", said=("challenge",), lost=-1),
    "a captcha at the list": Row(at=LIST, fault=faults.challenge("aws-captcha"), state="refused",
                                 said=("challenge",), lost=-1),
    "a list without items": Row(at=LIST, fault=faults.list_without_items(),
                                state="parser_found_nothing",
                                said=("list_incomplete", "parser_found_nothing"), lost=-1),
    "markup that has changed": Row(at="/", fault=faults.changed_markup(),
                                   state="parser_found_nothing",
                                   said=("list_incomplete", "parser_found_nothing"), lost=-1),
    "a list that gives a page twice": Row(at=LIST, fault=faults.duplicate_pages()),
    "a list without end": Row(at=LIST, fault=faults.endless_pages()),
    "session numbers in links": Row(at="/", fault=faults.session_tokens("PHPSESSID")),
    "session numbers in paths": Row(at="/", fault=faults.session_tokens("jsessionid")),
    "links that are new each time": Row(at="/", fault=faults.endless_links()),
    "an enormous header": Row(at=FILE, fault=faults.huge_header(), said=("unreachable",), lost=1),
}  # fmt: skip


@pytest.fixture(scope="module")
def healthy_keys(crawls: Crawls) -> set[str]:
    """What the site holds."""
    return keys(crawls("eutf"))


def keys(night: Crawled) -> set[str]:
    return {line.document_key for line in night.fetched("eutf", "fetched")}


@pytest.mark.parametrize("name", ROWS)
def test_fault_is_told_and_costs_only_itself(
    healthy_keys: set[str], crawls: Crawls, healthy: Replica, name: str
) -> None:
    row = ROWS[name]
    healthy.faults.set("eutf", row.at, row.fault)
    night = crawls("eutf", "enlargement", request_timeout=1.5)
    run = night.runs()["eutf"]
    issues = [x for x in night.lines if getattr(x, "code", None) and x.source == "eutf"]
    told = [f"{x.code}: {x.detail}" for x in issues]  # type: ignore[union-attr]
    assert (run.state, sorted(night.issues("eutf"))) == (row.state, sorted(row.said)), told
    assert any(row.words in sentence for sentence in told) or not row.words, told
    got = keys(night)
    assert got <= healthy_keys  # no error page, no address that only lives tonight
    if row.lost >= 0:
        assert len(healthy_keys - got) == row.lost
    counts = Counter(line.document_key for line in night.fetched("eutf", "fetched"))
    assert max(counts.values(), default=0) <= 1
    assert night.runs()["enlargement"].state == "ok"
