"""Writing to archive and journal in a thread of its own: the crawl does not wait for the disk.

What comes within a moment is written together: first the bodies, and when they are on the disk the
lines that name them. A crawl that is killed loses what has come in that moment, bodies and lines
alike, so that the next one asks for it again.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from core.archive import Archive, Journal, JournalLine, sha256_of
from core.killpoints import killpoint

MOMENT = 0.1  # seconds from a line's coming to its writing
MOST_BYTES = 16 * 1024**2  # in memory; a crawl that is faster than the disk waits for it
MOST_LINES = 100


class Writer:
    """Takes bodies and lines and writes them, in the order in which they came.

    Use it as a context manager: at its end all is on the disk, or the error is raised for which it
    is not. After an error nothing more is written, and `keep` and `write` raise it.
    """

    def __init__(self, archive: Archive, journal: Journal) -> None:
        self.archive = archive
        self.journal = journal
        self.error: Exception | None = None
        self._bodies: dict[str, bytes] = {}
        self._lines: list[JournalLine] = []
        self._size = 0
        self._ending = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def keep(self, body: bytes) -> str:
        """Take a body and return its sha256; it is written before any line that comes later."""
        sha256 = sha256_of(body)
        with self._changed:
            self._wait_for_room()
            self._bodies[sha256] = body
            self._size += len(body)
        return sha256

    def write(self, line: JournalLine) -> None:
        """Take a journal line."""
        with self._changed:
            self._wait_for_room()
            self._lines.append(line)
            if len(self._lines) == 1:
                self._changed.notify_all()

    def _wait_for_room(self) -> None:
        while self.error is None and self._is_full():
            self._changed.notify_all()
            self._changed.wait()
        if self.error is not None:
            raise self.error

    def _is_full(self) -> bool:
        return self._size >= MOST_BYTES or len(self._lines) >= MOST_LINES

    def _work(self) -> None:
        try:
            while self._write_next():
                pass
        except Exception as error:  # noqa: BLE001 - whatever it is, the crawl must not go on
            with self._changed:
                self.error = error
                self._changed.notify_all()

    def _write_next(self) -> bool:
        """Write what comes within a moment; return False where nothing more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._ending or self._is_full())
            self._changed.wait_for(lambda: self._ending or self._is_full(), MOMENT)
            bodies, lines = self._bodies, self._lines
            self._bodies, self._lines, self._size = {}, [], 0
            self._changed.notify_all()
        killpoint("before-bodies")
        self.archive.put_all(bodies)
        killpoint("before-lines")
        if lines:
            self.journal.extend(lines)
            killpoint("after-lines")
        return bool(bodies or lines)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join()
        if error is None and self.error is not None:
            raise self.error
