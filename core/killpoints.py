"""Named points at which a test lets the process die, to prove that a run survives it.

`MATERIEL_KILL_AT=after-blob:3` ends the process with SIGKILL the third time it gets there.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

POINTS = (
    "after-blob",
    "after-journal",
    "in-loader",
    "after-journal-load",
    "after-reading",
    "before-finish",
)
_passed: Counter[str] = Counter()


def killpoint(name: str) -> None:
    """Die here if the environment asks for it; otherwise do nothing."""
    wanted = os.environ.get("MATERIEL_KILL_AT")
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    _passed[name] += 1
    if _passed[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
