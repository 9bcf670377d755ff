"""What runs inside a worker process: limits first, then read and tag one content after another."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

import extract
import ner_models
from core.errors import DocumentError, InternalFault, LimitReached
from core.records import Document, Member, Reading, Tagging
from extract.draw import draw_pages

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_READING = 0.6  # of a document's seconds, after which no further page is read
_TAGGING = 0.9  # of them, after which no further page is tagged
_CPU_SLACK = 2  # seconds of processor time over the wall time, which ends a document first


class Task(msgspec.Struct, frozen=True):
    """A content to read and tag; `path` is where the archive keeps it.

    Where `pages` are named, pictures of them are drawn instead. A `document` was read before and is
    only tagged. `seconds` is what all of it may take: reading and tagging keep what they have got
    when their share of it is over.
    """

    sha256: str
    path: str
    name: str
    media_type: str | None
    language: str | None
    pages: tuple[int, ...] = ()
    seconds: float | None = None
    document: Document | None = None


class Processed(msgspec.Struct, frozen=True, tag=True):
    """A content read and tagged."""

    document: Document
    members: tuple[Member, ...]
    tagging: Tagging


class Drawn(msgspec.Struct, frozen=True, tag=True):
    """Pictures of pages, as PNG, in the order asked for."""

    images: tuple[bytes, ...]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A content that could not be read; `fatal` when it ended its worker."""

    code: str
    detail: str
    fatal: bool = False


Outcome = Processed | Drawn | Failed
ENCODER = msgspec.msgpack.Encoder()
DECODER: msgspec.msgpack.Decoder[Processed | Drawn | Failed] = msgspec.msgpack.Decoder(Outcome)
TASKS = msgspec.msgpack.Decoder(Task)


def serve(tasks: Connection, alive: Connection, memory_limit: int, cpu_limit: int) -> None:
    """Answer tasks until the pipe closes. Runs in the child; never returns to the parent's code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _die_with_parent(alive)
    _limit_memory(memory_limit)
    tasks.send_bytes(b"ready")
    while True:
        try:
            task = TASKS.decode(tasks.recv_bytes())
        except EOFError:
            return
        _limit_cpu(cpu_limit)
        tasks.send_bytes(_encoded(task, work(task)))


def _encoded(task: Task, outcome: Outcome) -> bytes:
    try:
        return ENCODER.encode(outcome)
    except (UnicodeError, MemoryError) as error:
        cause = type(error).__name__
        return ENCODER.encode(Failed(InternalFault.code, f"{task.name} cannot be sent ({cause})."))


def work(task: Task) -> Outcome:
    """Read and tag one content, or draw it; every fault of the document becomes a `Failed`."""
    begin = time.monotonic()
    try:
        if task.pages:
            data = Path(task.path).read_bytes()
            return Drawn(tuple(draw_pages(data, task.pages, label=task.name)))
        reading = _read(task) if task.document is None else Reading(document=task.document)
        until = _share(task, _TAGGING)
        left = None if until is None else max(0.0, until - (time.monotonic() - begin))
        tagging = ner_models.tag(reading.document, seconds=left)
    except DocumentError as error:
        return Failed(error.code, str(error))
    except (MemoryError, RecursionError) as error:
        return Failed(
            LimitReached.code,
            f"{task.name} needs more memory than a worker may use ({type(error).__name__}).",
        )
    except Exception as error:  # noqa: BLE001 - one bad document costs one issue, never the run
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}, line {frame.lineno}"
        cause = f"{type(error).__name__}: {error}"
        return Failed(InternalFault.code, f"{task.name} met a bug in {where} ({cause}).")
    return Processed(reading.document, reading.members, tagging)


def _read(task: Task) -> Reading:
    return extract.read(
        Path(task.path).read_bytes(),
        sha256=task.sha256,
        name=task.name,
        media_type=task.media_type,
        language=task.language,
        url=task.name if task.name.startswith("http") else None,
        seconds=_share(task, _READING),
    )


def _share(task: Task, part: float) -> float | None:
    return None if task.seconds is None else part * task.seconds


def _limit_memory(limit: int) -> None:
    if sys.platform == "linux":  # elsewhere the address space cannot be limited; `status` says so
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _limit_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds + _CPU_SLACK
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _die_with_parent(alive: Connection) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        try:
            alive.recv_bytes()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
