"""Pages in a second of the whole crawl, archive and journal synced, against plain Scrapy.

`python -m bench.crawl [PUBLICATIONS]` crawls a site of so many publications (by default 400, each a
page and a file) both ways five times in turn, one request at a time and without delay, start of
the process included. `--memory` instead crawls 20,000 pages once and prints the memory of the
crawl as it goes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.crawl.site import PER_LIST
from core.archive import read_journal
from core.records import Fetched, SourceRun
from crawlers import CrawlPlan, load_cards

FLOOR = 0.7  # of plain Scrapy's pages in a second
# Of the memory between a quarter of the pages and all of them: keys of documents are held.
GROWTH = 1.15
RUNS = 5
HERE = Path(__file__).resolve().parents[2]


@contextmanager
def served(publications: int) -> Iterator[str]:
    """Serve the site in a process of its own; yield its address."""
    command = [sys.executable, "-m", "bench.crawl.site", str(publications)]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip() if server.stdout else ""
        finally:
            server.kill()


def plan_for(address: str, folder: Path) -> CrawlPlan:
    """Return a plan for the site, with all delays off."""
    card = load_cards({"enlargement": {"base_url": address, "delay": 0.0, "budget": 10**6}})
    return CrawlPlan(
        sources=(card["enlargement"],),
        archive=str(folder / "archive"),
        journal=str(folder / "journal.jsonl"),
        deadline=3600.0,
    )


def start(plan: CrawlPlan, folder: Path) -> subprocess.Popen[bytes]:
    """Start the crawl of a plan as the nightly run does."""
    file = folder / "plan.json"
    file.write_bytes(plan.to_json())
    command = [sys.executable, "-m", "crawlers", str(file), "--log", str(folder / "log")]
    return subprocess.Popen(command, cwd=HERE)


def pages_of(plan: CrawlPlan) -> int:
    """Return how many pages a crawl has had; raise where it did not end well."""
    lines = [line for line, _ in read_journal(Path(plan.journal))]
    (run,) = [line for line in lines if isinstance(line, SourceRun)]
    documents = sum(isinstance(line, Fetched) and line.outcome == "fetched" for line in lines)
    if run.state != "ok":
        raise SystemExit(f"The crawl ended as {run.state}: {run.detail}")
    return documents + -(-documents // 2 // PER_LIST)


def ours(address: str) -> float:
    """Return the pages in a second of our crawl."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = plan_for(address, folder)
        begin = time.monotonic()
        start(plan, folder).wait()
        seconds = time.monotonic() - begin
        return pages_of(plan) / seconds


def plain(address: str) -> float:
    """Return the pages in a second of plain Scrapy."""
    command = [sys.executable, "-m", "bench.crawl.plain", address]
    begin = time.monotonic()
    said = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True)
    return int(said.stdout.split()[-1]) / (time.monotonic() - begin)


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes, 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmRSS")]
    return int(lines[0][1]) * 1024 if lines else 0


def memory(address: str, publications: int) -> list[tuple[int, int]]:
    """Crawl once; return documents in the journal and resident bytes, as it goes."""
    found: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = plan_for(address, folder)
        process = start(plan, folder)
        journal = Path(plan.journal)
        step = publications // 10
        while process.poll() is None:
            lines = journal.read_bytes().count(b"\n") if journal.exists() else 0
            if lines >= step * (len(found) + 1):
                found.append((lines, resident(process.pid)))
            time.sleep(0.2)
        pages_of(plan)
    return [(lines, size) for lines, size in found if size]


def main() -> None:
    """Print the figures; end with status 1 below the floor."""
    parser = argparse.ArgumentParser(prog="bench.crawl", description=__doc__)
    parser.add_argument("publications", nargs="?", type=int, default=400)
    parser.add_argument("--memory", action="store_true", help="20,000 pages once, and the memory")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    if asked.memory:
        with served(10_000) as address:
            sizes = memory(address, 20_000)
        for lines, size in sizes:
            print(f"{lines:6} documents: {size / 1024**2:5.0f} MiB")
        quarter = next(size for lines, size in sizes if lines >= 5_000)
        print(f"growth from a quarter to the end: {sizes[-1][1] / quarter:.3f} (at most {GROWTH})")
        sys.exit(sizes[-1][1] / quarter > GROWTH)
    with served(asked.publications) as address:
        pairs = [(ours(address), plain(address)) for _ in range(RUNS)]
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"ours {mine:.1f} pages a second, plain Scrapy {theirs:.1f}")
    print(f"ratio {ratio:.2f} (at least {FLOOR} wanted)")
    sys.exit(ratio < FLOOR)


if __name__ == "__main__":
    main()
