"""Files that a run which was killed had begun to write beside their places, and nobody reads."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from core.archive import explained
from core.settings import Settings

# `.<name>.<process>`, as archive and pictures have it, some with the thread behind a dash
_BESIDE = re.compile(r"\..+\.(?P<process>\d+)(?:-\d+)?")


def sweep_leftovers(settings: Settings, *, ended_well: bool = False) -> int:
    """Remove what dead processes left half written; return how many files it were.

    The large folders of archive and pictures are passed over where the last run `ended_well`: what
    a run writes after its end, its report and metrics, lies elsewhere.
    Only for who holds the lock on the output folder: others that write there without it are told by
    the number of their process, which is in the name.
    Raises `OutputNotWritable`.
    """
    removed = 0
    for file in _leftovers(settings, ended_well=ended_well):
        if file.is_file():  # whoever made a folder of such a name, no writer did
            with explained(file):
                file.unlink(missing_ok=True)
            removed += 1
    return removed


def _leftovers(settings: Settings, *, ended_well: bool) -> Iterator[Path]:
    large = () if ended_well else (settings.archive, settings.images)
    for folder in (*large, settings.output / "feeds", settings.reports):
        for file in sorted(folder.rglob(".*")):
            beside = _BESIDE.fullmatch(file.name)
            if beside and not _is_alive(int(beside["process"])):
                yield file
    # the library that writes this file names the one beside it in this way
    metrics = settings.metrics_file
    for file in sorted(metrics.parent.glob(f"{metrics.name}.*.*")):
        process, _, thread = file.name.removeprefix(f"{metrics.name}.").partition(".")
        if process.isdecimal() and thread.isdecimal() and not _is_alive(int(process)):
            yield file


def _is_alive(process: int) -> bool:
    if process == os.getpid():
        return False  # of one that had the same number: this run has written nothing yet
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):  # none has so high a number
        return False
    except PermissionError:
        return True
    return True
