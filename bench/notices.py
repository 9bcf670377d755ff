"""Notices read in a second of one core, without the start of a process.

`python -m bench.notices [FOLDER]` (by default ../shared/data/ted) reads every notice of the folder
five times and prints the medians: of parsing and reading alone, and of `extract.read`, which finds
out first what kind of file each is. Seconds are the process's own, so that a busy machine costs
little. Without the folder it says so and measures nothing; below the floor it ends with status 1.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import extract
from extract.notices import read_notice
from extract.xml import parse_xml

FLOOR = 400  # notices in a second that parsing and reading must reach
RUNS = 5


def parse_and_read(data: bytes) -> None:
    """Do what the reader of notices does with bytes that are known to be a notice."""
    read_notice(parse_xml(data, "notice"), "notice")


def read_whole(data: bytes) -> None:
    """Do what the pipeline's child does with the bytes of any file."""
    extract.read(data, sha256=hashlib.sha256(data).hexdigest(), name="notice.xml")


def rate(files: list[bytes], work: Callable[[bytes], None]) -> float:
    """Return the files in a second of processor time, the median of the runs."""
    rates = []
    for _ in range(RUNS):
        begin = time.process_time()
        for data in files:
            work(data)
        rates.append(len(files) / (time.process_time() - begin))
    return statistics.median(rates)


def main() -> None:
    """Print the figures; end with status 1 where parsing is slower than the floor."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/ted").resolve()
    if not folder.is_dir():
        print(f"skipped: there is no folder {folder}; name one with notices to measure on")
        return
    # files that are invalid on purpose end early and would only flatter
    paths = [path for path in sorted(folder.rglob("*.xml")) if "INVALID" not in path.name]
    files = [path.read_bytes() for path in paths]
    size = sum(map(len, files)) / 1024**2
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    print(f"{len(files)} notices, {size:.1f} MiB, median of {RUNS} runs")
    alone, whole = rate(files, parse_and_read), rate(files, read_whole)
    print(f"parsing and reading alone: {alone:5.0f} notices a second (at least {FLOOR} wanted)")
    print(f"extract.read, with detection: {whole:5.0f} notices a second")
    if alone < FLOOR:
        sys.exit(1)


if __name__ == "__main__":
    main()
