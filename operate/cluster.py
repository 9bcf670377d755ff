"""Reading and tagging on a Dask cluster, through the same limited child processes.

What a Dask worker is sent, it hands to a child of its own that has the limits of this run and is
kept for the next task, so a hostile document ends that child and no worker. A task carries the
bytes of its content, or where they lie on storage that all workers reach. The answer of a worker
that dies is asked of another; only who runs the command writes the database.

https://distributed.dask.org/en/stable/api.html
"""

from __future__ import annotations

import multiprocessing as mp
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec

import extract
import ner_models
from core.archive import sha256_of
from core.errors import InternalFault, MaterielError, NoWorkers, UsageError, WorkerDied
from core.settings import Settings
from operate.child import DECODER, ENCODER, Failed, Outcome, Task
from operate.workers import Children, Limits, Pool, Readers

_MOST_BYTES = 256 * 1024**2  # of contents on their way, which the scheduler holds in memory
_CONNECT = 10.0  # seconds that a scheduler has to answer
_COUNT = 5.0  # seconds after which the threads of the cluster are counted again
_ALONE = 120.0  # seconds without any worker, after which the run ends
_MANUAL = "see docs/scale.md"
_QUIET = {  # what goes wrong is said in sentences of our own, and bodies are meant to be large
    "logging": {"distributed": "critical", "distributed.client": "critical"},
    "distributed.admin.large-graph-warning-threshold": "1GiB",
}


def readers(settings: Settings) -> Readers:
    """Return what reads and tags under the settings: processes here, or a running Dask cluster.

    Raises `NoWorkers` where no scheduler answers, `UsageError` where Dask is not installed.
    """
    return Cluster(settings) if settings.scheduler else Pool(settings)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a Dask worker is asked to do: `place` is where the content lies, if not in the task."""

    task: Task
    limits: Limits
    versions: dict[str, str]
    place: str | None


_ORDERS: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)


@cache
def versions() -> dict[str, str]:
    """Return all that two machines must have in common to read the same from the same bytes."""
    return {
        "read": extract.VERSION,
        "tag": ner_models.VERSION,
        "text recognition": "yes" if extract.can_recognise() else "no",
    }


def read_here(packed: bytes, body: bytes | None) -> bytes:
    """Do an order in a limited child of this Dask worker; return the outcome, packed.

    Raises `NoWorkers` for what is wrong with the worker and not with the document.
    """
    order = _ORDERS.decode(packed)
    _check_worker(order)
    with _laid_down(order, body) as path:
        task = msgspec.structs.replace(order.task, path=str(path))
        return ENCODER.encode(_children(order.limits).perform(task))


def _check_worker(order: Order) -> None:
    if mp.current_process().daemon:  # such a process may start no others
        raise NoWorkers(
            f"The Dask worker {_me()} can start no limited processes; start it with --no-nanny,"
            f" {_MANUAL}."
        )
    here = versions()
    other = [f"{name}: {here.get(name)}, not {v}" for name, v in order.versions.items()
             if here.get(name) != v]  # fmt: skip
    if other:
        raise NoWorkers(
            f"The Dask worker {_me()} would read otherwise ({'; '.join(other)}); install there"
            f" what is installed here, {_MANUAL}."
        )


def _me() -> str:
    from distributed import get_worker  # noqa: PLC0415 - an extra

    return str(get_worker().address)


@contextmanager
def _laid_down(order: Order, body: bytes | None) -> Iterator[Path]:
    """Lay a content down as a file for the child, in the folder that Dask clears after a death."""
    from distributed import get_worker  # noqa: PLC0415 - an extra

    data = _from_storage(order) if body is None else body
    with NamedTemporaryFile(dir=get_worker().local_directory) as file:
        file.write(data)
        file.flush()
        yield Path(file.name)


def _from_storage(order: Order) -> bytes:
    import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with Dask

    try:
        with fsspec.open(order.place, "rb") as file:
            data: bytes = file.read()
    except Exception as error:
        raise NoWorkers(
            f"The Dask worker {_me()} cannot read {order.place} ({type(error).__name__}: {error});"
            " check --shared-archive, or leave it out."
        ) from error
    if sha256_of(data) != order.task.sha256:
        raise NoWorkers(
            f"The Dask worker {_me()} finds other bytes at {order.place} than are in the archive;"
            " check --shared-archive, or leave it out."
        )
    return data


_lock = threading.Lock()
_present: list[Children] = []  # those of this Dask worker; none before its first task


def _children(limits: Limits) -> Children:
    """Return this worker's children; those of a run with other limits go when they are done."""
    with _lock:
        if not _present or _present[0].limits != limits:
            for former in _present:
                former.retire()
            _present[:] = [Children(limits)]
        return _present[0]


class Cluster(Readers):
    """The threads of a running Dask cluster, each with a limited process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = Limits.of(settings)
        self._client = _connected(settings.scheduler)
        super().__init__(self._client.get_executor(pure=False))
        self._threads = 0
        self._counted = -_COUNT
        self._staffed = time.monotonic()
        self._sizes: dict[Future[Any], int] = {}

    def _has_room(self, flying: int) -> bool:
        if flying == 0:
            return True
        bytes_flying = sum(self._sizes.values())
        return bytes_flying < _MOST_BYTES and flying < 2 * max(1, self._count_threads())

    def _submit(self, task: Task) -> Future[Any]:
        shared = "" if task.document else self._settings.shared_archive
        try:
            body = b"" if task.document else None if shared else Path(task.path).read_bytes()
        except OSError as error:
            detail = f"{task.name} cannot be read from the archive ({error.strerror})."
            return _settled(Failed(InternalFault.code, detail))
        inside = Path(task.path).relative_to(self._settings.archive).as_posix()
        order = Order(
            task=task,
            limits=self._limits,
            versions=versions(),
            place=f"{shared.rstrip('/')}/{inside}" if shared else None,
        )
        packed = ENCODER.encode(order)
        future = self.executor.submit(read_here, packed, body)
        self._sizes[future] = len(packed) + len(body or b"")
        return future

    def _outcome(self, task: Task, future: Future[Any]) -> Outcome:
        self._sizes.pop(future, None)
        try:
            outcome: Outcome = DECODER.decode(future.result())
        except MaterielError:
            raise
        except CancelledError as error:
            raise self._lost() from error
        except Exception as error:
            # told by its name: Dask may well be imported differently on the other side
            if type(error).__name__ == "KilledWorker":
                detail = f"Several Dask workers died while they had {task.name}."
                return Failed(WorkerDied.code, detail, fatal=True)
            raise NoWorkers(
                f"A Dask worker cannot do what it is asked ({type(error).__name__}: {error});"
                f" {_MANUAL}."
            ) from error
        return outcome

    def _look(self) -> None:
        self._count_threads()
        if time.monotonic() - self._staffed > _ALONE:
            raise NoWorkers(
                f"The Dask cluster at {self._settings.scheduler} has no workers; start some"
                f" ({_MANUAL}), and the next run goes on from here."
            )

    def _count_threads(self) -> int:
        now = time.monotonic()
        if now - self._counted >= _COUNT:
            try:
                self._threads = sum(self._client.nthreads().values())
            except OSError as error:
                raise self._lost() from error
            self._counted = now
        if self._threads:
            self._staffed = now
        return self._threads

    def _lost(self) -> NoWorkers:
        return NoWorkers(
            f"The Dask scheduler at {self._settings.scheduler} was lost; what was read is kept,"
            " and the next run goes on from there."
        )

    def close(self) -> None:
        """Take back what is on its way, and leave the cluster as it is."""
        with suppress(OSError, TimeoutError):
            self.executor.shutdown(wait=False)
            self._client.close()


def _settled(outcome: Outcome) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(ENCODER.encode(outcome))
    return future


def _connected(scheduler: str) -> Any:
    """Return a client of a scheduler."""
    try:
        import dask  # noqa: PLC0415 - an extra

        dask.config.set(_QUIET)
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise UsageError(
            "--scheduler needs Dask: install it with `pip install distributed`, or leave the"
            " option out to read on this machine."
        ) from error
    try:
        return Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=_CONNECT, set_as_default=False, name="materiel"
        )
    except (OSError, ValueError, MemoryError) as error:  # what is no scheduler answers anything
        raise NoWorkers(
            f"No Dask scheduler answers at {scheduler}; start one ({_MANUAL}), or leave"
            " --scheduler out to read on this machine."
        ) from error
