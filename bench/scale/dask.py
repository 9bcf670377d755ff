"""A Dask scheduler and workers on loopback, started as docs/scale.md says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
_WAIT = 60  # seconds that the processes may take to come up


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """Run a scheduler and so many workers of one thread; yield the scheduler's address."""
    from distributed import Client  # noqa: PLC0415 - an extra

    file = folder / f"scheduler-{workers}.json"
    with ExitStack() as stack:
        _start(stack, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", file)
        for number in range(workers):
            _start(
                stack, "worker", "--scheduler-file", file, "--no-nanny", "--nthreads", "1",
                "--memory-limit", "0", "--local-directory", folder / f"worker-{workers}-{number}",
            )  # fmt: skip
        client = Client(scheduler_file=str(file), timeout=_WAIT)  # type: ignore[no-untyped-call]
        with client:
            client.wait_for_workers(workers, timeout=_WAIT)
            address = str(client.scheduler_info()["address"])
        yield address


def _start(stack: ExitStack, *arguments: object) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"],
        cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stack.callback(process.wait)
    stack.callback(process.terminate)
