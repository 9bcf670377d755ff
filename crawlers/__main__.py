"""`python -m crawlers PLAN.json`: the crawl itself, in this process."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
import threading
import time
from pathlib import Path

from core.errors import CrawlError, MaterielError
from crawlers.plan import CrawlPlan

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_WATCH = 1.0  # seconds between two looks at the parent, for systems that cannot tell us


def main(arguments: list[str] | None = None) -> int:
    """Run a plan; return 0 when each source has its outcome in the journal, 1 on a failure."""
    parser = argparse.ArgumentParser(prog="crawlers", description="Run the crawl of a plan.")
    parser.add_argument("plan", type=Path, help="a CrawlPlan as JSON")
    parser.add_argument("--log", type=Path, help="write Scrapy's log here")
    parser.add_argument("--parent", type=int, help="end when this process does")
    given = parser.parse_args(arguments)
    if given.parent:
        end_with_parent(given.parent)
    from crawlers.process import crawl  # noqa: PLC0415 - Scrapy takes a second to import

    try:
        crawl(_plan(given.plan), given.log)
    except MaterielError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    return 0


def _plan(path: Path) -> CrawlPlan:
    try:
        return CrawlPlan.from_json(path.read_bytes())
    except OSError as error:
        raise CrawlError(f"The plan {path} cannot be read ({error.strerror}).") from error


def end_with_parent(parent: int) -> None:
    """Make this process end when `parent` does, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we asked
            os._exit(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
