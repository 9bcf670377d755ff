"""Processor time of `read` against naive pdfplumber, and wall time of two processes against one.

Naive is `extract_text`, `extract_tables` and `close` on every page. Each reader has one process of
its own and gets the files in turns; each file is read once before the first round. A round gives
one ratio for each folder, the figure is the median over the rounds. Files with pages that only
OCR could read are left out and named: pdfplumber reads nothing there. The time of child processes
is counted.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from pathlib import Path

from bench.extract import corpus
from bench.extract.children import Child, Reading
from bench.extract.result import Result, columns

ROUNDS = 5
PAIR_ROUNDS = 3

Times = dict[str, list[tuple[float, float]]]  # by folder, seconds of both in each round


def _warm(ours: Child, plain: Child, work: dict[str, list[Path]]) -> tuple[list[str], int]:
    """Read all once; drop files that need OCR from the work; return their names and the pages."""
    dropped: list[str] = []
    pages = 0
    for paths in work.values():
        for path in list(paths):
            read = ours.read(path)
            if read.other:
                dropped.append(path.name)
                paths.remove(path)
                continue
            plain.read(path)
            pages += read.pages
    return dropped, pages


def _rounds(ours: Child, plain: Child, work: dict[str, list[Path]]) -> Times:
    times: Times = {folder: [] for folder in work}
    for turn in range(ROUNDS):
        for folder, paths in work.items():
            sums = [0.0, 0.0]
            for path in paths:
                # the first one of a pair changes, so that neither has the warmer cache
                for index in (0, 1) if turn % 2 else (1, 0):
                    sums[index] += (ours, plain)[index].read(path).seconds
            times[folder].append((sums[0], sums[1]))
    return times


def _wall(children: list[Child], paths: list[Path]) -> float:
    """Return the seconds in which children read all files, each taking the next one."""
    queue = list(reversed(paths))
    done: list[Reading] = []

    def work(child: Child) -> None:
        while queue:
            try:
                path = queue.pop()
            except IndexError:
                return
            done.append(child.read(path))

    threads = [threading.Thread(target=work, args=(child,)) for child in children]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begin
    if len(done) != len(paths):
        raise RuntimeError("A reading process ended early; see its error above.")
    return seconds


def _pair(first: Child, paths: list[Path]) -> float:
    """Return how many times faster two processes are than one."""
    second = Child("ours")
    try:
        for path in paths:
            second.read(path)
        # large files first, or the last one would be read by one process alone
        ordered = sorted(paths, key=lambda path: -path.stat().st_size)
        ratios = [
            _wall([first], ordered) / _wall([first, second], ordered) for _ in range(PAIR_ROUNDS)
        ]
    finally:
        second.close()
    return statistics.median(ratios)


def _ratio(times: list[tuple[float, float]]) -> float:
    return statistics.median(plain / own for own, plain in times)


def _row(name: str, files: int, times: list[tuple[float, float]]) -> tuple[str | float, ...]:
    ratios = [plain / own for own, plain in times]
    return (
        name,
        files,
        statistics.median(own for own, _ in times),
        statistics.median(plain for _, plain in times),
        _ratio(times),
        min(ratios),
        max(ratios),
    )


def measure() -> Result:
    """Return the ratio of each folder and of all, and that of two processes to one."""
    result = Result("speed")
    with tempfile.TemporaryDirectory() as place:
        work = corpus.folders()
        if not work:
            result.skipped = corpus.NO_FILES
            return result
        work[corpus.DEMO] = corpus.draw_demo(Path(place))
        _measure(work, result)
    return result


def _measure(work: dict[str, list[Path]], result: Result) -> None:
    ours, plain = Child("ours"), Child("pdfplumber")
    try:
        dropped, pages = _warm(ours, plain, work)
        times = _rounds(ours, plain, work)
        pair = _pair(ours, [path for paths in work.values() for path in paths])
    finally:
        ours.close()
        plain.close()
    whole = [
        (sum(own for own, _ in turn), sum(other for _, other in turn))
        for turn in zip(*times.values(), strict=True)
    ]
    rows = [_row(folder, len(work[folder]), times[folder]) for folder in work]
    rows.append(_row("all", sum(map(len, work.values())), whole))
    result.lines = columns(
        ("folder", "files", "ours s", "pdfplumber s", "ratio", "lowest", "highest"), rows
    )
    own = statistics.median(seconds for seconds, _ in whole)
    result.lines += [
        f"{pages} pages, {pages / own:.1f} a second; two processes {pair:.2f} times one"
    ]
    if dropped:
        result.lines.append(f"left out, as they need OCR: {', '.join(dropped)}")
    for folder, turns in times.items():
        result.note(f"ratio.{folder}", _ratio(turns))
    result.note("ratio.all", _ratio(whole))
    result.note("pages_per_second", pages / own)
    result.note("two_processes", pair)
