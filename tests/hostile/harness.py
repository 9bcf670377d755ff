"""Hostile files through the real pool of limited workers, with time and memory measured."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

import msgspec

from core.errors import DocumentError, InternalFault, LimitReached, WorkerDied
from core.settings import Settings
from operate.child import Failed, Outcome, Processed, Task
from operate.workers import Pool
from tests.hostile.maker import SENTENCE, Maker

CAUSES = {error.code for error in DocumentError.__subclasses__()}
_EVERY = 0.02  # seconds between two looks at the memory of a worker
_TO_REPLACE = 2.0  # seconds that it may take to end a worker, on a busy machine
_OUT_OF_MEMORY = "MemoryError"


@dataclass(frozen=True)
class Trial:
    """What one file did: the outcome, wall seconds, and resident bytes.

    `peak` is the worker's highest, `kept` how much more it has afterwards than before (None where
    it was replaced), `parent` how much more the parent has. Sizes are 0 where there is no /proc.
    """

    name: str
    outcome: Outcome
    seconds: float
    peak: int
    kept: int | None
    parent: int

    @property
    def code(self) -> str:
        """The issue's code, or `read`."""
        return self.outcome.code if isinstance(self.outcome, Failed) else "read"

    @property
    def read(self) -> bool:
        """Whether the file was read, or drawn where that was asked for."""
        return not isinstance(self.outcome, Failed)

    @property
    def said(self) -> set[str]:
        """The codes of the issues that a file was read with."""
        if not isinstance(self.outcome, Processed):
            return set()
        return {issue.code for issue in self.outcome.document.issues}

    @property
    def text(self) -> int:
        """How many characters of text were read."""
        if not isinstance(self.outcome, Processed):
            return 0
        return sum(len(page.text) for page in self.outcome.document.pages)

    @property
    def cause(self) -> str:
        """What a person is told: why it was refused, else the issues of the document."""
        if isinstance(self.outcome, Failed):
            return self.outcome.detail
        if not isinstance(self.outcome, Processed):
            return "drawn"
        return "; ".join(sorted(self.said))


def faults(trial: Trial, maker: Maker, settings: Settings) -> list[str]:
    """Return what a file did that it must not do, one phrase each; none when all is well."""
    found = {
        "took longer than it may": trial.seconds > settings.time_limit + _TO_REPLACE,
        "held more memory than it may": trial.peak > settings.memory_limit,
        "was not refused": trial.read and maker.expect == "refused",
        "was not read": maker.expect == "read"
        and not trial.text
        and trial.code != LimitReached.code,  # a busy machine may need longer than a short limit
        "does not say what is missing": trial.read and not set(maker.says) <= trial.said,
        "met a bug": trial.code == InternalFault.code,
        "has no cause of its own": not trial.read and trial.code not in CAUSES,
        "is refused without a sentence": not trial.read and not trial.cause.endswith("."),
        "is refused without its name": not trial.read and not _named(trial),
        "was taken for a damaged one when memory ran out": _OUT_OF_MEMORY in trial.cause
        and trial.code != LimitReached.code,
    }
    return [phrase for phrase, is_so in found.items() if is_so]


def _named(trial: Trial) -> bool:
    # the pool does not say which file a worker died of; the issue has its hash
    return trial.name in trial.cause or trial.code == WorkerDied.code


def _missing(harmless: Outcome) -> str:
    if not isinstance(harmless, Processed) or [page.text for page in harmless.document.pages] != [
        SENTENCE
    ]:
        return "its text is another"
    return "" if harmless.tagging.mentions else "nothing in it is tagged"


class Gauge:
    """Watches the resident memory of a process, whose high-water mark it sets back first."""

    def __init__(self, pid: int) -> None:
        self.folder = Path(f"/proc/{pid}")
        self.before = self._now("VmRSS")
        self.peak = 0
        self._over = Event()
        self._thread = Thread(target=self._watch)

    def now(self) -> int:
        """Return the resident bytes at present; 0 where they cannot be told."""
        return self._now("VmRSS")

    def _now(self, field: str) -> int:
        try:
            lines = (self.folder / "status").read_text().splitlines()
        except OSError:  # it ended, or this system keeps no such files
            return 0
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, self._now("VmHWM"))

    def __enter__(self) -> Self:
        if (self.folder / "clear_refs").exists():
            (self.folder / "clear_refs").write_text("5")  # proc(5): sets VmHWM to VmRSS
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self.peak = max(self.peak, self._now("VmHWM"))


class Course:
    """A pool of one worker to send files through, one after the other. A context manager."""

    def __init__(self, folder: Path, *, time_limit: float, memory_limit: int) -> None:
        self.folder = folder
        self.settings = Settings(workers=1, time_limit=time_limit, memory_limit=memory_limit)
        self.pool = Pool(self.settings)

    def send(self, name: str, data: bytes, *, pages: tuple[int, ...] = ()) -> Trial:
        """Send one file; a harmless one goes before it, so that a worker stands ready.

        Where `pages` are named, they are drawn instead of read.
        """
        self.check_that_it_reads()
        worker = self.pool.workers[0]
        pid = worker.process.pid
        if pid is None:
            raise AssertionError("A worker that reads has a process.")
        task = msgspec.structs.replace(self._task(name, data), pages=pages)
        parent = Gauge(os.getpid())
        start = time.monotonic()
        with Gauge(pid) as gauge:
            ((_, outcome),) = self.pool.run([task])
            seconds = time.monotonic() - start
        Path(task.path).unlink()
        same = worker in self.pool.workers
        kept = gauge.now() - gauge.before if same else None
        return Trial(name, outcome, seconds, gauge.peak, kept, parent.now() - parent.before)

    def check_that_it_reads(self) -> None:
        """Send a harmless file, to a new worker where the last one ended.

        Raises `AssertionError` where it is not read whole and tagged.
        """
        task = self._task("harmless.txt", SENTENCE.encode(), "en")
        ((_, outcome),) = self.pool.run([task])
        wrong = outcome.detail if isinstance(outcome, Failed) else _missing(outcome)
        if wrong:
            raise AssertionError(f"A harmless file is not read after a hostile one: {wrong}")

    def _task(self, name: str, data: bytes, language: str | None = None) -> Task:
        path = self.folder / "file"
        path.write_bytes(data)
        seconds = self.settings.time_limit
        return Task(
            hashlib.sha256(data).hexdigest(), str(path), name, None, language, seconds=seconds
        )

    def __enter__(self) -> Self:
        self.pool.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pool.__exit__(kind, error, trace)
