"""Where hostile files are read and tagged: reused, limited, recycled child processes.

A child is replaced after a number of documents and after any fault. One that takes too long is
killed. Results come back in the order in which they are done.
"""

from __future__ import annotations

import math
import multiprocessing as mp
import resource
import signal
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from core.errors import LimitReached, NoWorkers, WorkerDied
from core.settings import Settings
from operate import child
from operate.child import DECODER, ENCODER, Failed, Outcome, Task

_SWOLLEN = 250 * 1024**2  # bytes that one document leaves behind: later ones would miss them
_GRACE = 5.0  # seconds that a worker gets to end by itself
_LOOK = 30.0  # seconds without any result after which somebody looks whether there are workers
# Starting a process looks at all others that have ended; of two threads that look at the same one
# at the same time, one would take its exit status away from the other.
_LIFE_AND_DEATH = threading.Lock()


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one document may take: bytes of address space, seconds; and when a child is replaced."""

    memory: int
    seconds: float
    recycle_after: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the limits that the settings name."""
        return cls(
            memory=settings.memory_limit,
            seconds=settings.time_limit,
            recycle_after=settings.recycle_after,
        )


def _resident(pid: int | None) -> int:
    """Return the bytes of memory that a process holds; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * resource.getpagesize()


class Worker:
    """One child process and the document it is at."""

    def __init__(self, context: mp.context.ForkServerContext, limits: Limits) -> None:
        self.limits = limits
        self.pipe, theirs = context.Pipe()
        self.lifeline, their_end = context.Pipe()
        seconds = math.ceil(limits.seconds)
        self.process: BaseProcess = context.Process(
            target=child.serve, args=(theirs, their_end, limits.memory, seconds), daemon=True
        )
        try:
            with _LIFE_AND_DEATH:
                self.process.start()
            theirs.close()
            their_end.close()
            self.pipe.recv_bytes()  # it says so when it is ready for a document
        except (EOFError, OSError) as error:
            raise NoWorkers(
                "The processes that read and tag cannot be started; the reason stands above."
            ) from error
        self.task: Task | None = None
        self.done = 0
        self.before = 0  # bytes resident when the last document was given

    def give(self, task: Task) -> None:
        """Send a task; raise `OSError` where the process has died meanwhile."""
        self.task = task
        self.before = _resident(self.process.pid)
        self.pipe.send_bytes(ENCODER.encode(task))

    def answer(self) -> Outcome:
        """Wait for the outcome of the task; a death or too long a time is a `Failed` that says so.

        The worker is of no use afterwards where that is `fatal`.
        """
        name = self.task.name if self.task else "A document"
        try:
            if not self.pipe.poll(self.limits.seconds):
                detail = f"{name} was not read within {self.limits.seconds:g} seconds."
                return Failed(LimitReached.code, detail, fatal=True)
            outcome: Outcome = DECODER.decode(self.pipe.recv_bytes())
        except (EOFError, OSError, msgspec.MsgspecError):
            return self._death(name)
        self.task = None
        self.done += 1
        return outcome

    def _death(self, name: str) -> Failed:
        """Say why the process ended: libraries abort where memory is refused to them."""
        with _LIFE_AND_DEATH:
            self.process.join(_GRACE)
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

    def kill(self) -> None:
        """End the process now; whoever waits for its answer gets a death."""
        with _LIFE_AND_DEATH:
            self.process.kill()

    def stop(self) -> None:
        """End the process, by force where it must be."""
        self.pipe.close()
        self.lifeline.close()
        with _LIFE_AND_DEATH:
            self.process.join(0 if self.task else _GRACE)
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
            self.process.close()


class Children:
    """Limited processes that threads share: each call of `perform` has one to itself.

    There are as many as were ever busy at once, and they are kept for later calls.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        # A server that has everything imported forks workers in milliseconds, and a fork of it
        # has none of this process's threads, locks and open files.
        self.context = mp.get_context("forkserver")
        self.context.set_forkserver_preload(["operate.child", "extract.warm", "ner_models.warm"])
        self.workers: list[Worker] = []
        self._idle: list[Worker] = []
        self._retired = False
        self._killed = False
        self._lock = threading.Lock()

    def perform(self, task: Task) -> Outcome:
        """Read and tag, or draw, one content in a child; every fault of it becomes a `Failed`.

        Raises `NoWorkers` where no child can be started.
        """
        worker = self._at_work(task)
        outcome = worker.answer()
        fault = isinstance(outcome, Failed) and (outcome.fatal or outcome.code == LimitReached.code)
        if fault or worker.done >= self.limits.recycle_after or worker.swollen():
            self._drop(worker)
        else:
            self._put_back(worker)
        return outcome

    def _at_work(self, task: Task) -> Worker:
        """Return a child that has the task; one that died while it was idle is replaced."""
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is not None:
            try:
                worker.give(task)
            except OSError:
                self._drop(worker)
            else:
                return worker
        worker = Worker(self.context, self.limits)
        with self._lock:
            self.workers.append(worker)
            if self._killed:
                worker.kill()
        with suppress(OSError):  # what is wrong with it, its answer says
            worker.give(task)
        return worker

    def _put_back(self, worker: Worker) -> None:
        with self._lock:
            if not self._retired:
                self._idle.append(worker)
                return
        self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        with self._lock:
            self.workers.remove(worker)
        worker.stop()

    def retire(self) -> None:
        """End the children that are idle, and the others as soon as they have answered."""
        with self._lock:
            self._retired = True
            idle, self._idle = self._idle, []
        for worker in idle:
            self._drop(worker)

    def kill(self) -> None:
        """End the children, busy or not; what they were at counts as ended by a death."""
        self.retire()
        with self._lock:
            self._killed = True
            for worker in self.workers:
                worker.kill()


class Readers(ABC):
    """An executor through which contents are read and tagged. Use it as a context manager."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """Yield each task with its outcome, as they are done; exactly one for each.

        No more tasks are taken than `_has_room` for: what is done waits for the caller in memory.
        """
        waiting = iter(tasks)
        flying: dict[Future[Any], Task] = {}
        while True:
            self._fill(flying, waiting)
            if not flying:
                return
            done, _ = wait(flying, timeout=_LOOK, return_when=FIRST_COMPLETED)
            if not done:
                self._look()
            for future in done:
                task = flying.pop(future)
                outcome = self._outcome(task, future)
                self._fill(flying, waiting)
                yield task, outcome

    def _fill(self, flying: dict[Future[Any], Task], waiting: Iterator[Task]) -> None:
        while self._has_room(len(flying)):
            task = next(waiting, None)
            if task is None:
                return
            flying[self._submit(task)] = task

    @abstractmethod
    def _has_room(self, flying: int) -> bool:
        """Tell whether another task may be handed over beside those on their way."""

    @abstractmethod
    def _submit(self, task: Task) -> Future[Any]:
        """Hand a task over to the executor."""

    @abstractmethod
    def _outcome(self, task: Task, future: Future[Any]) -> Outcome:
        """Return what came of a task."""

    @abstractmethod
    def _look(self) -> None:
        """See whether somebody is at work, when nothing has come for a while; raise where not."""

    @abstractmethod
    def close(self) -> None:
        """Give up what is on its way, and end what was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Pool(Readers):
    """Processes of this machine under the settings' limits, each driven by a thread."""

    def __init__(self, settings: Settings) -> None:
        self._threads = ThreadPoolExecutor(settings.workers, thread_name_prefix="reading")
        super().__init__(self._threads)
        self._children = Children(Limits.of(settings))
        # As many again wait, so that no child does while the caller writes what another has read.
        self._most = 2 * settings.workers

    @property
    def workers(self) -> list[Worker]:
        """The children that there are at present."""
        return self._children.workers

    def _has_room(self, flying: int) -> bool:
        return flying < self._most

    def _submit(self, task: Task) -> Future[Any]:
        return self.executor.submit(self._children.perform, task)

    def _outcome(self, task: Task, future: Future[Any]) -> Outcome:  # noqa: ARG002 - not needed here
        outcome: Outcome = future.result()
        return outcome

    def _look(self) -> None:
        """Each child has a clock of its own, so there is nothing to see to."""

    def close(self) -> None:
        """End the children."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._children.kill()
        self._threads.shutdown()
