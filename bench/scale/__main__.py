"""Documents read and tagged in a second with one and two workers, here and on Dask; the loader.

`python -m bench.scale [FOLDER] [--documents N] [--rounds N]` (by default 40 documents of
../shared/data, 5 rounds). Each round reads all documents in each way in turn, with workers that
stand ready; a ratio is the median of the rounds' ratios. The loader's ceiling is the rate at which
ready-made results are written into a new database, with everything that a run writes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.scale.dask import cluster
from core.archive import Archive
from core.settings import Settings
from operate.child import Outcome, Processed, Task
from operate.cluster import readers
from operate.intake import take_in
from operate.processing import stages
from operate.workers import Readers
from store.database import Store
from store.readings import save_reading
from store.runs import start_run
from store.work import pending, plan

WAYS = (("here", 1), ("here", 2), ("Dask", 1), ("Dask", 2))
RATIOS = (
    (("here", 2), ("here", 1), "two workers here against one"),
    (("Dask", 2), ("Dask", 1), "two workers on Dask against one"),
    (("Dask", 1), ("here", 1), "one worker on Dask against one here"),
    (("Dask", 2), ("here", 2), "two workers on Dask against two here"),
)
_SIZE = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


@dataclass
class Stock:
    """Documents in an archive and a database, of which nothing is read yet."""

    settings: Settings
    store: Store
    tasks: list[Task]


def chosen(folder: Path, number: int) -> list[Path]:
    """Return so many documents, spread evenly over those that the folder holds."""
    endings = {".pdf", ".xml", ".html", ".docx"}
    found = sorted(path for path in folder.rglob("*") if path.suffix in endings)
    step = max(1, len(found) // number)
    return found[::step][:number]


@contextmanager
def stocked(output: Path, files: Sequence[Path]) -> Iterator[Stock]:
    """Take files in as `add` does, and plan what is to be read."""
    settings = Settings(output=output)
    with Store.open(settings.database) as store:
        take_in(store, settings, start_run(store, "add"), files)
        plan(store, stages())
        archive = Archive(settings.archive)
        tasks = [
            Task(job.sha256, str(archive.path(job.sha256)), job.name, job.media_type, job.language)
            for job in pending(store)
        ]
        yield Stock(settings, store, tasks)


def rate(executor: Readers, tasks: Sequence[Task]) -> float:
    """Return how many documents were read and tagged in a second."""
    begin = time.monotonic()
    done = sum(1 for _ in executor.run(tasks))
    return done / (time.monotonic() - begin)


def rates(
    stock: Stock, addresses: Mapping[int, str], rounds: int
) -> dict[tuple[str, int], list[float]]:
    """Return the rates of all ways, one of each round."""
    found: dict[tuple[str, int], list[float]] = {way: [] for way in WAYS}
    with ExitStack() as stack:
        ready = {}
        for where, workers in WAYS:
            settings = replace(stock.settings, workers=workers)
            if where == "Dask":
                settings = replace(settings, scheduler=addresses[workers])
            executor = stack.enter_context(readers(settings))
            ready[where, workers] = executor
            rate(executor, stock.tasks[:4])  # children started, models loaded
        for _ in range(rounds):
            for way, executor in ready.items():
                found[way].append(rate(executor, stock.tasks))
    return found


def ceiling(stock: Stock) -> tuple[float, int]:
    """Load ready-made results; return readings in a second, and bytes of database for each."""
    with readers(stock.settings) as executor:
        results: list[Outcome] = [outcome for _, outcome in executor.run(stock.tasks)]
    good = [each for each in results if isinstance(each, Processed)]
    before = stock.store.value(_SIZE)
    begin = time.monotonic()
    for each in good:
        save_reading(stock.store, each.document, each.tagging)
    seconds = time.monotonic() - begin
    return len(good) / seconds, (stock.store.value(_SIZE) - before) // len(good)


def show(found: Mapping[tuple[str, int], Sequence[float]]) -> None:
    """Print the rates and their ratios."""
    for (where, workers), each in found.items():
        print(
            f"{where}, {workers} worker(s): {statistics.median(each):.2f} documents a second"
            f" ({min(each):.2f} to {max(each):.2f})"
        )
    for one, other, words in RATIOS:
        ratio = statistics.median(a / b for a, b in zip(found[one], found[other], strict=True))
        print(f"{words}: {ratio:.2f}")


def main() -> None:
    """Print the figures."""
    asked = _arguments()
    files = chosen(asked.folder, asked.documents) if asked.folder.is_dir() else []
    if not files:
        sys.exit(f"There are no documents in {asked.folder}; name a folder to measure on.")
    size = sum(path.stat().st_size for path in files)
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    print(f"{len(files)} documents, {size / len(files) / 1024:.0f} KiB on average")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        place = Path(name)
        addresses = {n: stack.enter_context(cluster(place, n)) for n in (1, 2)}
        stock = stack.enter_context(stocked(place / "output", files))
        found = rates(stock, addresses, asked.rounds)
        show(found)
        loaded, growth = ceiling(stock)
        print(f"the loader alone: {loaded:.1f} readings a second, {growth / 1024:.0f} KiB each")
        alone = statistics.median(found["here", 1])
        print(f"workers that one loader can take: {loaded / alone:.0f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale")
    parser.add_argument("folder", nargs="?", default="../shared/data", type=Path)
    parser.add_argument("--documents", default=40, type=int)
    parser.add_argument("--rounds", default=5, type=int)
    return parser.parse_args()


if __name__ == "__main__":
    main()
