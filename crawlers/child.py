"""Starting the crawl as a child process: Scrapy's reactor runs once in a process, and may die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from core.archive import explained
from crawlers.plan import CrawlPlan, check_contact

ROOT = Path(__file__).resolve().parents[1]
PLAN_FILE = "crawl-plan.json"
LOG_FILE = "crawl.log"
_GRACE = 10.0  # seconds that a stopped crawl gets to write its last journal lines


def run_child(plan: CrawlPlan, folder: Path) -> int:
    """Run the crawl in a child process, wait for it and return its exit status.

    0: every source has its `SourceRun` line; 1: the crawl itself failed (its sentence is on
    standard error); below 0: it was killed by that signal. `folder` gets the plan while it runs
    and the log of the last crawl. Raises `CrawlError` before anything starts where a contact is
    missing. When this process is interrupted the child is stopped first.
    """
    check_contact(plan)
    file = folder / PLAN_FILE
    with explained(file):
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(plan.to_json())
    child = _start(file.resolve(), (folder / LOG_FILE).resolve())
    try:
        return child.wait()
    finally:
        _stop(child)
        file.unlink(missing_ok=True)


def _start(plan: Path, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "crawlers", str(plan)]
    return subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
        [*command, "--log", str(log), "--parent", str(os.getpid())],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        process_group=0,  # Ctrl-C in the terminal reaches the parent alone
    )


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
