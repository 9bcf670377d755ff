"""Contents that hold files come in in one order, whichever worker is done first.

Where two of them bring versions of one document, or more files than are taken in, it matters which
comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from operate.child import Processed
from store.work import Job

_MOST_BYTES = 256 * 1024**2  # of files that wait in memory for their turn


class Turns:
    """Contents of one round of reading that hold files, in the order of the round."""

    def __init__(self, jobs: Sequence[Job], *, most: int = _MOST_BYTES) -> None:
        self._jobs = jobs
        self._places = {job.sha256: place for place, job in enumerate(jobs)}
        self._most = most
        self._ended = [False] * len(jobs)
        self._first = 0  # place of the first that has not ended
        self._held: dict[int, Processed] = {}
        self._next_round: float = math.inf  # the place from which the next round takes them

    def hold(self, sha256: str, outcome: Processed) -> None:
        """Keep a content that holds files until its turn."""
        place = self._places[sha256]
        if place < self._next_round:
            self._held[place] = outcome

    def end(self, sha256: str) -> Iterator[tuple[Job, Processed]]:
        """Note that a content was read or has failed; yield those whose turn has come by it.

        Where those that wait take too much memory, the last are let go and stay pending, and so do
        all behind them: the next round reads them once more.
        """
        self._ended[self._places[sha256]] = True
        while self._first < len(self._ended) and self._ended[self._first]:
            if self._first in self._held:
                yield self._jobs[self._first], self._held.pop(self._first)
            self._first += 1
        while self._held and sum(map(_size, self._held.values())) > self._most:
            self._next_round = max(self._held)
            del self._held[int(self._next_round)]


def _size(outcome: Processed) -> int:
    return sum(len(member.data) for member in outcome.members)
