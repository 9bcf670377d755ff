"""A pool of reused, limited, recycled child processes that read and tag hostile files.

A worker is replaced after a number of documents and after any fault. One that takes too long is
killed. Results come back in the order in which they are done.
"""

from __future__ import annotations

import math
import multiprocessing as mp
import resource
import signal
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from core.errors import LimitReached, NoWorkers, WorkerDied
from core.settings import Settings
from operate import child
from operate.child import DECODER, ENCODER, Failed, Outcome, Task

_SWOLLEN = 250 * 1024**2  # bytes that one document leaves behind: later ones would miss them
_GRACE = 5.0  # seconds that a worker gets to end by itself


def _resident(pid: int | None) -> int:
    """Return the bytes of memory that a process holds; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * resource.getpagesize()


class Worker:
    """One child process and the document it is at."""

    def __init__(self, context: mp.context.ForkServerContext, settings: Settings) -> None:
        self.settings = settings
        self.pipe, theirs = context.Pipe()
        self.lifeline, their_end = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=child.serve,
            args=(
                theirs,
                their_end,
                settings.memory_limit,
                math.ceil(settings.time_limit),
            ),
            daemon=True,
        )
        try:
            self.process.start()
            theirs.close()
            their_end.close()
            self.pipe.recv_bytes()  # it says so when it is ready for a document
        except (EOFError, OSError) as error:
            raise NoWorkers(
                "The processes that read and tag cannot be started; the reason stands above."
            ) from error
        self.task: Task | None = None
        self.until = math.inf
        self.done = 0
        self.before = 0  # bytes resident when the last document was given

    def give(self, task: Task) -> None:
        """Send a task; the clock of its wall time starts."""
        self.task = task
        self.before = _resident(self.process.pid)
        self.until = time.monotonic() + self.settings.time_limit
        self.pipe.send_bytes(ENCODER.encode(task))

    def take(self) -> Outcome:
        """Receive the outcome of the task; a dead worker's is a `Failed` that says so."""
        try:
            outcome: Outcome = DECODER.decode(self.pipe.recv_bytes())
        except (EOFError, OSError, msgspec.MsgspecError):
            self.process.join(_GRACE)
            outcome = self._death()
        self.task = None
        self.until = math.inf
        self.done += 1
        return outcome

    def _death(self) -> Failed:
        """Say why the process ended: libraries abort where memory is refused to them."""
        name = self.task.name if self.task else "A document"
        status = self.process.exitcode
        if status == -signal.SIGXCPU:
            detail = f"{name} needs more processor time than a worker may use."
            return Failed(LimitReached.code, detail, fatal=True)
        if status == -signal.SIGABRT:
            detail = f"{name} ended the process that read it, most likely for want of memory."
        else:
            detail = f"{name} ended the process that read it (status {status})."
        return Failed(WorkerDied.code, detail, fatal=True)

    def swollen(self) -> bool:
        """Tell whether the process keeps much more memory than before its last document."""
        return _resident(self.process.pid) > self.before + _SWOLLEN

    def stop(self) -> None:
        """End the process, by force where it must be."""
        self.pipe.close()
        self.lifeline.close()
        self.process.join(0 if self.task else _GRACE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class Pool:
    """Workers under the settings' limits. Use it as a context manager."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # A server that has everything imported forks workers in milliseconds, and a fork of it
        # has none of this process's threads, locks and open files.
        self.context = mp.get_context("forkserver")
        self.context.set_forkserver_preload(["operate.child", "extract.warm", "ner_models.warm"])
        self.workers: list[Worker] = []

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """Yield each task with its outcome; exactly one for each."""
        waiting = iter(tasks)
        while True:
            self._feed(waiting)
            busy = {w.pipe: w for w in self.workers if w.task is not None}
            if not busy:
                return
            soonest = min(worker.until for worker in busy.values())
            ready = wait(list(busy), timeout=max(0.0, soonest - time.monotonic()))
            for pipe in ready:
                worker = busy[pipe]  # type: ignore[index]  # only connections were waited for
                yield self._collect(worker)
            for worker in busy.values():
                if worker.task is not None and time.monotonic() >= worker.until:
                    # it may have answered while the caller was busy with another's answer
                    yield self._collect(worker) if worker.pipe.poll() else self._overdue(worker)

    def _feed(self, waiting: Iterator[Task]) -> None:
        for slot in range(self.settings.workers):
            if slot < len(self.workers) and self.workers[slot].task is not None:
                continue
            task = next(waiting, None)
            if task is None:
                return
            if slot >= len(self.workers):
                self.workers.append(Worker(self.context, self.settings))
            try:
                self.workers[slot].give(task)
            except OSError:  # it died while it had nothing to do
                self.workers[slot].stop()
                self.workers[slot] = Worker(self.context, self.settings)
                self.workers[slot].give(task)

    def _collect(self, worker: Worker) -> tuple[Task, Outcome]:
        task = worker.task
        outcome = worker.take()
        fault = isinstance(outcome, Failed) and (outcome.fatal or outcome.code == LimitReached.code)
        if fault or worker.done >= self.settings.recycle_after or worker.swollen():
            self._drop(worker)
        if task is None:
            raise WorkerDied("A worker answered without having been asked.")
        return task, outcome

    def _overdue(self, worker: Worker) -> tuple[Task, Outcome]:
        task = worker.task
        self._drop(worker)
        if task is None:
            raise WorkerDied("A worker without a task cannot be overdue.")
        limit = self.settings.time_limit
        return task, Failed(
            LimitReached.code, f"{task.name} was not read within {limit:g} seconds.", fatal=True
        )

    def _drop(self, worker: Worker) -> None:
        self.workers.remove(worker)
        worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in list(self.workers):
            self._drop(worker)
