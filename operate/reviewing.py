"""What the web pages need of other rooms: pictures of pages, the files, and taking in an upload."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from core.archive import Archive
from core.errors import MaterielError, OutputLocked, UnknownKey
from core.settings import Settings
from operate.child import Task
from operate.images import draw_images, image_path
from operate.lock import output_lock
from operate.taking import Answer, asked_for
from operate.workers import Pool

_ROOT = Path(__file__).resolve().parents[1]
_SECONDS = 30.0  # that the picture of one page may take while somebody waits for it
_LOCKED = "A run is at work now, most likely the nightly one; try again when it has ended."


class Desk:
    """Serves the pages of one running web app; use it as a context manager.

    Pictures are drawn one after the other, in one limited child that is kept between them.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._limits = replace(settings, time_limit=min(settings.time_limit, _SECONDS), workers=1)
        self._pool: Pool | None = None
        self._one = threading.Lock()
        self._taking: subprocess.Popen[bytes] | None = None

    def image(self, sha256: str, page: int) -> Path:
        """Return the picture of a page as PNG, drawn where it is not kept yet.

        Raises `DamagedDocument` where it cannot be drawn.
        """
        kept = image_path(self.settings, sha256, page)
        if kept.is_file():
            return kept
        with self._one:
            name = f"The file {sha256[:12]}"
            (path,) = draw_images(self._limits, sha256, [page], name=name, pool=self._ready())
            return path

    def file(self, sha256: str) -> Path:
        """Return where the bytes of a content lie; raise `UnknownKey` where they are missing."""
        path = Archive(self.settings.archive).path(sha256)
        if not path.is_file():
            raise UnknownKey(f"The file {sha256[:12]} is not in the archive; `check` says more.")
        return path

    def take_in(self, path: Path) -> Mapping[str, Any]:
        """Take a file or a ZIP in as `add` does, in a child process, and return its report.

        Raises `OutputLocked` while a run is at work, and `MaterielError` with one sentence where
        `add` itself failed.
        """
        try:
            with output_lock(self.settings.output):
                pass  # said at once, before a process is started that would say the same
        except OutputLocked as error:
            raise OutputLocked(_LOCKED) from error
        child = subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            [sys.executable, "-m", "operate.taking", asked_for(self.settings, path)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,  # the child ends when this end of the pipe closes
            stdout=subprocess.PIPE,
            process_group=0,  # Ctrl-C in the terminal reaches this process alone
        )
        self._taking = child
        try:
            told = child.stdout.read() if child.stdout else b""
            return _report(told, child.wait())
        finally:
            _end(child)

    def warm(self) -> None:
        """Start the child that draws, so that the first picture does not wait for it."""
        with self._one:
            nothing = Task("", "", "", None, None, pages=(1,))
            for _ in self._ready().run([nothing]):
                pass  # it answers that there is no such file

    def _ready(self) -> Pool:
        if self._pool is None:
            self._pool = Pool(self._limits)
        return self._pool

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._taking is not None:
            _end(self._taking)
        if self._pool is not None:
            self._pool.__exit__(kind, error, trace)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let a child end: what it had taken in and not read yet is read by the next run."""
    if child.stdin is not None:
        child.stdin.close()
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _report(told: bytes, status: int) -> Mapping[str, Any]:
    try:
        answer = msgspec.json.decode(told, type=Answer)
    except msgspec.DecodeError as error:
        raise MaterielError(
            f"Taking the file in ended unexpectedly (status {status}); the next run goes on from"
            " there."
        ) from error
    if answer.locked:
        raise OutputLocked(_LOCKED)
    if answer.failed is not None:
        raise MaterielError(answer.failed)
    return answer.report
